/** A command line of ctq that is typed or pasted into its own shell: `$ ctq "count conntrack"`. */
import { inHome } from '../../../engine/home.js';
import { parseOptions, type TopArguments } from '../../options/options.js';
import type { ReportName } from '../../options/report-names.js';
import { type Subcommand, subcommandOf } from '../../options/subcommand.js';
import { commandError } from './command.js';

/** What to run instead. */
export type OwnLine =
  | { readonly kind: 'conntrack'; readonly words: readonly string[] }
  | { readonly kind: 'report'; readonly name: ReportName }
  | { readonly kind: 'top'; readonly arguments: TopArguments }
  | { readonly kind: 'script'; readonly path: string }
  | { readonly kind: 'query'; readonly text: string };

/** Options and what does the same in the shell. `{}` is the value. */
const INSTEAD: Readonly<Record<string, string>> = {
  '--netns': 'use netns {}',
  '--file': "use file '{}'",
  '--output': '.mode {}, or output {} at the end of the statement',
  '-o': '.mode {}, or output {} at the end of the statement',
  '--json': '.mode json, or output json at the end of the statement',
  '--to': ".once {}, or output … to '{}'",
  '--set': 'let {}',
  '--color': 'set color = {}',
  '--timing': 'set timing = on',
  '--quiet': 'set timing = off',
  '-q': 'set timing = off',
  '--yes': 'set confirm = off',
  '--dry-run': 'set dry_run = on',
  '--read-only': 'set read_only = on',
  '--buffer': 'set buffer = {}',
  '--stop-on-error': 'set on_error = stop',
  '--help': 'help',
  '-h': 'help',
  '--version': 'the first line of the shell shows the version',
  '-V': 'the first line of the shell shows the version',
};
/** Options that say what to run, and those of top. */
const JOBS = new Set([
  ...['-e', '--execute', '-c', '--command', '-f', '--script'],
  ...['--every', '--filter', '--group', '--sort', '--in'],
]);

const LINE = /^(?:\S*[$#%]\s+)?(?:sudo\s+)?ctq(?=\s|$)([\s\S]*)$/;

/** The words after `ctq`, with or without a prompt before it; undefined for other lines, and if a quote is open. */
export function ownWords(line: string): readonly string[] | undefined {
  const rest = LINE.exec(line)?.[1];
  return rest === undefined ? undefined : shellWords(rest.replace(/;\s*$/, ''));
}

/** The words of a command line as sh(1) reads them; of its expansions only that of `~`. */
export function shellWords(text: string): readonly string[] | undefined {
  const found: string[] = [];
  let word: string | undefined;
  for (const [part, single, double, escaped] of text.matchAll(
    /\s+|'([^']*)'|"((?:[^"\\]|\\[\s\S])*)"|\\([\s\S])|[^\s'"\\]+|['"\\]/g,
  )) {
    if (/^\s/.test(part)) {
      if (word !== undefined) found.push(word);
      word = undefined;
    } else if (/^['"\\]$/.test(part)) return undefined;
    else
      word =
        (word ?? '') +
        (single ?? double?.replace(/\\(["\\$`])/g, '$1') ?? escaped ?? (word === undefined ? inHome(part) : part));
  }
  return word === undefined ? found : [...found, word];
}

/** What a command line of ctq means in the shell. @throws CtqError for what it cannot mean here */
export function meantByOwnLine(words: readonly string[]): readonly OwnLine[] {
  if (words.length === 0) throw commandError('this is the shell of ctq', 'type a statement: count conntrack; or help');
  rejectRedirection(words);
  const subcommand = subcommandOf(words);
  if (subcommand) return [ofSubcommand(subcommand, words)];
  const { jobs } = parseOptions(words);
  rejectOptions(words);
  return jobs;
}

/** Pipes and redirections of sh(1). */
function rejectRedirection(words: readonly string[]): void {
  const at = words.findIndex(word => /^(?:\||>{1,2}|<|&&?|\|\||2>.*)$/.test(word));
  if (at < 0) return;
  const [sign, ...rest] = words.slice(at);
  const hint =
    sign === '|'
      ? `here: ${words.slice(0, at).join(' ')}; | ${rest.join(' ')}`
      : sign.startsWith('>')
        ? `here: .once ${rest[0] ?? 'FILE'}, then the statement`
        : `run it outside of the shell: !ctq ${words.join(' ')}`;
  throw commandError(`'${sign}' belongs to the shell of the system`, hint);
}

function ofSubcommand({ name, rest, netns }: Subcommand, words: readonly string[]): OwnLine {
  if (name === 'conntrack' && netns === undefined) return { kind: 'conntrack', words: rest };
  throw commandError(
    `ctq ${words.join(' ')} is not a statement`,
    `run it outside of the shell: !ctq ${words.join(' ')}`,
  );
}

function rejectOptions(words: readonly string[]): void {
  for (const [i, word] of words.entries()) {
    const [, name, value = words[i + 1] ?? '…'] = /^(--[a-z-]+|-[a-zA-Z])(?:=(.*))?$/s.exec(word) ?? [];
    if (name === undefined || JOBS.has(name)) continue;
    const instead = Object.hasOwn(INSTEAD, name) ? INSTEAD[name] : undefined;
    throw commandError(
      `${name} is an option of the command line`,
      instead === undefined
        ? `start another ctq with it: !ctq ${name} …`
        : `in the shell: ${instead.replaceAll('{}', value)}`,
    );
  }
}
