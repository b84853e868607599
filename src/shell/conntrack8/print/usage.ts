import type { GivenProtocol } from '../argv/command-line.js';
import { PROTOCOLS } from '../argv/protocols.js';
import { type CommandOption, type HelpSection, OPTION_NAMES, OPTIONS } from '../option-table.js';
import { IN_ITS_PLACE } from './messages.js';

const TITLES: Readonly<Record<HelpSection, string>> = {
  which: 'Which entries',
  changed: 'What else is changed',
  expected: 'Expectations',
  shown: 'What is shown',
};
const SECTIONS = Object.keys(TITLES) as readonly HelpSection[];
const COLUMN = 42;

/** The options of a section, one a line. */
function optionsIn(section: HelpSection): string {
  const lines = OPTION_NAMES.flatMap(name => {
    const { short, long, help } = OPTIONS[name] as CommandOption;
    if (help?.[0] !== section) return [];
    const [, argument, text] = help;
    const letter = short !== undefined && /[a-z]/.test(short) ? `-${short}, ` : '    ';
    const names = `  ${letter}${long.map(each => `--${each}`).join(', ')} ${argument}`.trimEnd();
    const pad = `\n${' '.repeat(COLUMN + 2)}`;
    return [text === '' ? names : `${names.padEnd(COLUMN)}  ${text.replaceAll('\n', pad)}`];
  });
  return `${TITLES[section]}\n${lines.join('\n')}\n`;
}

const USAGE = `Command line interface for the connection tracking system: that of conntrack(8) 1.4.8, executed by ctq.

Usage: conntrack COMMAND [TABLE] [OPTIONS]

Commands
  -L, --dump [TABLE]      list the entries
  -G, --get [TABLE]       show the entry of a tuple
  -D, --delete [TABLE]    delete entries, and show them
  -I, --create [TABLE]    create an entry; it must not exist yet
  -A, --add               create an entry, unless it exists
  -U, --update            change entries, and show those that were changed
  -E, --event [TABLE]     show events until a signal arrives
  -F, --flush [TABLE]     delete all entries
  -C, --count [TABLE]     show how many entries there are
  -S, --stats [TABLE]     show the kernel's statistics, a line per CPU
  -R, --load-file FILE    execute a file of command lines (-: standard input)
  -V, --version           show the version
  -h, --help              show this; with -p also the protocol's options

Tables: conntrack (default), expect, dying, unconfirmed

${SECTIONS.map(optionsIn).join('\n')}
'ctq translate conntrack …' shows the statement of ctq that a command line means.
`;

/** What `-h` shows; with `-p` also the options of that protocol. */
export function usageOf(proto?: GivenProtocol): string {
  const head = USAGE + IN_ITS_PLACE;
  if (proto === undefined) return head;
  if (proto.name === undefined) return `${head}\nProtocol ${proto.number} has no options of its own.\n`;
  const options = PROTOCOLS[proto.name].options.map(({ form }) => `  ${form.long.map(long => `--${long}`).join(', ')}`);
  return `${head}\nOptions of ${proto.name}\n${options.join('\n')}\n`;
}
