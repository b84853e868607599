import { readdirSync } from 'node:fs';
import { isPrintable } from '../../../lang/diagnostics/printable.js';
import { TABLE_NAMES } from '../../../lang/schema/catalogue.js';
import type { TopArguments } from '../../cli/options.js';
import type { ExitCode } from '../../session/session.js';
import { describing } from '../../session/shorthand.js';
import { runFull } from '../../statements/report.js';
import type { Command, CommandContext } from './command.js';

/** Commands about the tables, and what is in them. */
export const TABLE_COMMANDS = {
  tables: { doc: 'the tables', run: (_, context) => context.run('show tables;') },
  schema: {
    argument: 'TABLE|FILE',
    doc: 'the fields of a table, or of a file',
    aliases: ['describe', 'fields'],
    candidates: () => TABLE_NAMES,
    takesFile: true,
    run: (rest, context) => context.run(`${describing(rest || 'conntrack')};`),
  },
  full: { doc: 'how full the table is, and which flows fill it', run: (_, { shell }) => runFull(shell) },
  top: {
    argument: '[CONDITION|FILE]',
    doc: 'the connections as they change, on the full screen',
    run: (rest, context) => openTop({ words: rest === '' ? [] : [rest] }, context),
  },
  netns: {
    doc: 'the named network namespaces, for use netns NAME',
    aliases: ['databases'],
    run: (_, { shell }) => {
      const names = namespaces();
      shell.results.print(names.map(name => `${name}\n`).join(''));
      if (names.length === 0) shell.messages.note('no named network namespaces');
    },
  },
} as const satisfies Readonly<Record<string, Command>>;

/** Shows the full screen; the line has the terminal again afterwards. */
export async function openTop(given: TopArguments, { shell, editor }: CommandContext): Promise<ExitCode> {
  const [{ runTop }, { topOptions }] = await Promise.all([
    import('../../top/run-top.js'),
    import('../../top/options.js'),
  ]);
  return runTop(shell, topOptions(given), work => editor.lend(work));
}

function namespaces(): string[] {
  try {
    return readdirSync('/run/netns').filter(isPrintable).sort();
  } catch {
    return [];
  }
}
