/** Command lines that are not statements: `ctq conntrack …`, `ctq completion zsh`, and conntrack(8)'s own, `ctq -L`. */
import { CtqError } from '../../engine/errors.js';

const NAMES = ['conntrack', 'translate', 'completion', 'agent', 'nkey', 'demo', 'relay'] as const;

export interface Subcommand {
  readonly name: (typeof NAMES)[number];
  readonly rest: readonly string[];
  /** The network namespace of `ctq --netns NAME conntrack …`. */
  readonly netns?: string;
}

/** Commands of conntrack(8) that only read. Those that change something, and the letters that ctq has itself, need the word. */
const READING = /^(?:-[LGECS]|--(?:dump|get|event|count|stats))$/;
const CHANGING = /^(?:-[DFIUAR]|--(?:delete|flush|create|update|add|load-file))$/;

export const isConntrackCommand = (word: string): boolean => READING.test(word) || CHANGING.test(word);

/** The subcommand of a command line; undefined for statements and scripts. @throws CtqError for options that it cannot have */
export function subcommandOf(args: readonly string[]): Subcommand | undefined {
  const [first = ''] = args;
  if (READING.test(first)) return { name: 'conntrack', rest: args };
  if (CHANGING.test(first))
    throw wrong(
      `'${first}' is an option of conntrack(8)`,
      `ctq conntrack ${args.join(' ')} runs it, without a question; ctq translate conntrack ${first} … prints the statement, which asks`,
    );
  const at = nameAt(args);
  if (at === undefined) return undefined;
  const name = args[at] as Subcommand['name'];
  const rest = args.slice(at + 1);
  if (name === 'relay' && args.length > 1) return undefined;
  if (name === 'demo' && rest.length > 0 && rest.join(' ') !== 'fleet')
    throw wrong(`expected 'demo' or 'demo fleet', got 'demo ${rest.join(' ')}'`, 'ctq --help lists what can be run');
  if (at === 0) return { name, rest };
  const before = args.slice(0, at);
  const netns = name === 'conntrack' ? netnsOf(before) : undefined;
  if (netns === undefined) {
    const isNetns = (word: string, at: number): boolean => /^--netns(=|$)/.test(word) || before[at - 1] === '--netns';
    const other = name === 'conntrack' ? before.find((word, at) => !isNetns(word, at)) : undefined;
    throw wrong(
      `${other ?? before[0]} cannot be combined with ctq ${name}`,
      name === 'conntrack' ? 'only --netns NAME can precede it' : `write: ctq ${args.slice(at).join(' ')}`,
    );
  }
  return { name, rest, netns };
}

/** Where the subcommand is: at the beginning, or after options, of which only --netns has a value in a word of its own here. */
function nameAt(args: readonly string[]): number | undefined {
  for (let at = 0; at < args.length; at++) {
    const word = args[at];
    if (NAMES.some(name => name === word)) return at === 0 || isCommand(args, at) ? at : undefined;
    if (word === '--netns') at++;
    else if (!word.startsWith('--')) return undefined;
  }
  return undefined;
}

/** After options: a word with what must follow it, since `ctq --check conntrack` may be a script of that name. */
const isCommand = (args: readonly string[], at: number): boolean =>
  args[at] !== 'conntrack' || args[at + 1]?.startsWith('-') === true;

function netnsOf(before: readonly string[]): string | undefined {
  if (before.length === 2 && before[0] === '--netns') return before[1];
  return before.length === 1 ? /^--netns=(.+)$/.exec(before[0])?.[1] : undefined;
}

const wrong = (message: string, hint: string): CtqError =>
  new CtqError({ code: 'command-line', kind: 'statement', message, hint });
