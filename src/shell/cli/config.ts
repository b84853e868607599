import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { StatementKind } from '../../lang/syntax/ast.js';

/** What the file of preferences may hold: nothing that reads or changes entries. */
export const CONFIG_STATEMENTS: ReadonlySet<StatementKind> = new Set<StatementKind>(['set', 'let']);

/** The user's file of preferences, `$XDG_CONFIG_HOME/ctq/config.ctq`; undefined where there is none. */
export function configPath(env: Readonly<Record<string, string | undefined>>): string | undefined {
  const { XDG_CONFIG_HOME: config, HOME: home } = env;
  const folder = config ? config : home ? join(home, '.config') : undefined;
  if (folder === undefined) return undefined;
  const path = join(folder, 'ctq', 'config.ctq');
  return existsSync(path) ? path : undefined;
}
