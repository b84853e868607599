import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { CtqError } from '../../../engine/errors.js';
import { SETTING_NAMES, SETTINGS, type SettingName } from '../../../lang/schema/settings.js';
import type { StatementKind } from '../../../lang/syntax/statements.js';
import type { Value } from '../../../lang/values/value.js';
import type { Options } from '../../options/options.js';

/** The current values of all settings. */
export class Settings {
  /** Set by the command line: what is run does not turn it off. */
  #isDryRun = false;
  readonly #values = new Map<string, Value>(SETTING_NAMES.map(name => [name, SETTINGS[name].default]));

  get(name: SettingName): Value {
    return this.#values.get(name) ?? null;
  }

  /** @throws CtqError for `read_only = off` once it is on, and for `dry_run = off` with --dry-run */
  set(name: string, value: Value): void {
    if (name === 'read_only' && value === false && this.get('read_only') === true) {
      throw new CtqError({
        code: 'read-only',
        kind: 'statement',
        message: 'read_only cannot be turned off',
        hint: 'start another ctq, without --read-only and without the setting in its config file',
      });
    }
    if (name === 'dry_run' && value === false && this.#isDryRun) {
      throw new CtqError({
        code: 'dry-run',
        kind: 'statement',
        message: '--dry-run cannot be turned off',
        hint: 'start ctq without it to change something',
      });
    }
    this.#values.set(name, value);
  }

  /** Options of the command line override the config file. */
  apply(options: Options): void {
    if (options.timing) this.#values.set('timing', true);
    if (options.readOnly) this.#values.set('read_only', true);
    if (options.color !== 'auto') this.#values.set('color', options.color);
    if (options.output.format !== undefined) this.#values.set('format', options.output.format);
    if (options.yes) this.#values.set('confirm', false);
    if (options.dryRun) this.#values.set('dry_run', true);
    this.#isDryRun = options.dryRun;
    if (options.buffer !== undefined) this.#values.set('buffer', options.buffer);
  }

  all(): ReadonlyMap<string, Value> {
    return this.#values;
  }
}

/** Statements that the config file may contain: none that reads or changes entries. */
export const CONFIG_STATEMENTS: ReadonlySet<StatementKind> = new Set<StatementKind>(['set', 'let']);

/** The user's config file, `$XDG_CONFIG_HOME/ctq/config.ctq`; undefined if it does not exist. */
export function configPath(env: Readonly<Record<string, string | undefined>>): string | undefined {
  const { XDG_CONFIG_HOME: config, HOME: home } = env;
  const folder = config ? config : home ? join(home, '.config') : undefined;
  if (folder === undefined) return undefined;
  const path = join(folder, 'ctq', 'config.ctq');
  return existsSync(path) ? path : undefined;
}
