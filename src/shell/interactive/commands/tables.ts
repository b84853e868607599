import { readdirSync } from 'node:fs';
import { isPrintable } from '../../../lang/diagnostics/printable.js';
import { TABLE_NAMES } from '../../../lang/schema/catalogue.js';
import { runFull } from '../../statements/report.js';
import type { Command } from './command.js';

/** Commands about the tables, and what is in them. */
export const TABLE_COMMANDS = {
  tables: { doc: 'the tables', run: (_, desk) => desk.run('show tables;') },
  schema: {
    argument: 'TABLE',
    doc: 'the fields of a table',
    aliases: ['describe', 'fields'],
    candidates: () => TABLE_NAMES,
    run: (rest, desk) => desk.run(`describe ${rest || 'conntrack'};`),
  },
  full: { doc: 'how full the table is, and which flows fill it', run: (_, { shell }) => runFull(shell) },
  top: {
    argument: '[CONDITION|FILE]',
    doc: 'the connections as they change, on the full screen',
    run: async (rest, { shell, editor }) => {
      const [{ runTop }, { topOptions }] = await Promise.all([
        import('../../top/run-top.js'),
        import('../../top/options.js'),
      ]);
      return runTop(shell, topOptions({ words: rest === '' ? [] : [rest] }), work => editor.lend(work));
    },
  },
  netns: {
    doc: 'the named network namespaces, for use netns NAME',
    aliases: ['databases'],
    run: (_, { shell }) => {
      const names = namespaces();
      shell.results.print(names.map(name => `${name}\n`).join(''));
      if (names.length === 0) shell.messages.note('there are no named network namespaces');
    },
  },
} as const satisfies Readonly<Record<string, Command>>;

function namespaces(): string[] {
  try {
    return readdirSync('/run/netns').filter(isPrintable).sort();
  } catch {
    return [];
  }
}
