import { readdirSync } from 'node:fs';
import { inHome } from '../../../engine/home.js';
import { isPrintable } from '../../../lang/diagnostics/printable.js';
import { TABLE_NAMES } from '../../../lang/schema/catalogue.js';
import type { TopArguments } from '../../options/options.js';
import { describing } from '../../session/shorthand.js';
import { runFull } from '../../statements/full-report.js';
import { type Command, commandError } from './command.js';
import { meantByOwnLine, shellWords } from './own-line.js';

/** Commands about the tables, and what is in them. */
export const TABLE_COMMANDS = {
  tables: {
    doc: 'the tables',
    instead: name => `write: .schema ${name}`,
    run: (_, context) => context.run('show tables;'),
  },
  schema: {
    argument: 'TABLE|FILE',
    doc: 'the fields of a table, or of a file',
    aliases: ['describe', 'fields'],
    candidates: () => TABLE_NAMES,
    takesFile: true,
    run: (rest, context) => context.run(`${describing(rest || 'conntrack')};`),
  },
  full: {
    doc: 'how full the table is, and which flows fill it',
    instead: () => 'use PLACE chooses the place: use netns blue',
    run: (_, { shell }) => runFull(shell),
  },
  top: {
    argument: '[CONDITION|FILE]',
    doc: 'the connections as they change, on the full screen',
    run: (rest, context) => context.openTop(topArguments(rest)),
  },
  netns: {
    doc: 'the named network namespaces, for use netns NAME',
    instead: name => `write: use netns ${name}`,
    aliases: ['databases'],
    run: (_, { shell }) => {
      const names = namespaces();
      shell.results.print(names.map(name => `${name}\n`).join(''));
      if (names.length === 0) shell.messages.note('no named network namespaces');
    },
  },
} as const satisfies Readonly<Record<string, Command>>;

/** With options, what follows is read as the command line reads it; without, it is a condition with its own quotes. */
function topArguments(rest: string): TopArguments {
  if (!/(?:^|\s)--[a-z]/i.test(rest)) return { words: rest === '' ? [] : [inHome(rest)] };
  const words = shellWords(rest);
  if (words === undefined) throw commandError('a quote has no end', 'write: .top --in netns blue dport = 443');
  const [meant] = meantByOwnLine(['top', ...words]);
  return meant.kind === 'top' ? meant.arguments : { words };
}

function namespaces(): string[] {
  try {
    return readdirSync('/run/netns').filter(isPrintable).sort();
  } catch {
    return [];
  }
}
