import { readdirSync, statSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { CtqError } from '../../engine/errors.js';
import type { CheckedOutput } from '../../lang/checked/ast.js';
import { nearest } from '../../lang/diagnostics/did-you-mean.js';
import { endingRefusal } from '../../lang/schema/formats/file-endings.js';
import {
  FORMAT_NAMES,
  type FormatName,
  isFormat,
  isModifier,
  MODIFIER_NAMES,
  type Modifier,
  modifierRefusal,
} from '../../lang/schema/formats/formats.js';
import { REPORT_NAMES, type ReportName } from './report-names.js';
import { isConntrackCommand } from './subcommand.js';

/** What to run: a query of the command line, a script, a report, or the full screen. */
export type Job =
  | { readonly kind: 'query'; readonly text: string }
  | { readonly kind: 'script'; readonly path: string }
  | { readonly kind: 'report'; readonly name: ReportName }
  | { readonly kind: 'top'; readonly arguments: TopArguments };

/** The options and words after `top`, as they were written. */
export interface TopArguments {
  readonly words: readonly string[];
  readonly every?: string;
  readonly filter?: string;
  readonly group?: string;
  readonly sort?: string;
  /** A place: `netns blue`. */
  readonly in?: string;
}

export interface Options {
  readonly jobs: readonly Job[];
  readonly output: CheckedOutput;
  readonly color: 'auto' | 'always' | 'never';
  readonly timing: boolean;
  /** No counts, times and other notes; warnings and errors are shown. */
  readonly quiet: boolean;
  readonly kernelFilter: boolean;
  readonly netns?: string;
  readonly file?: string;
  /** NAME → text of its value. */
  readonly set: ReadonlyMap<string, string>;
  readonly check: boolean;
  readonly yes: boolean;
  readonly dryRun: boolean;
  readonly readOnly: boolean;
  readonly failEmpty: boolean;
  readonly stopOnError: boolean;
  /** In bytes; undefined: as large as the rights allow. */
  readonly buffer?: number;
  readonly config: boolean;
  readonly version: boolean;
  readonly help: boolean;
}

export const FLAGS = {
  execute: { type: 'string', short: 'e', multiple: true },
  /** The name that psql and DuckDB have for it. */
  command: { type: 'string', short: 'c', multiple: true },
  script: { type: 'string', short: 'f', multiple: true },
  set: { type: 'string', multiple: true },
  check: { type: 'boolean' },
  netns: { type: 'string' },
  file: { type: 'string' },
  'no-kernel-filter': { type: 'boolean' },
  output: { type: 'string', short: 'o' },
  to: { type: 'string' },
  color: { type: 'string' },
  json: { type: 'boolean' },
  quiet: { type: 'boolean', short: 'q' },
  timing: { type: 'boolean' },
  yes: { type: 'boolean' },
  'dry-run': { type: 'boolean' },
  'read-only': { type: 'boolean' },
  'fail-empty': { type: 'boolean' },
  'stop-on-error': { type: 'boolean' },
  buffer: { type: 'string' },
  every: { type: 'string' },
  filter: { type: 'string' },
  group: { type: 'string' },
  sort: { type: 'string' },
  in: { type: 'string' },
  'no-config': { type: 'boolean' },
  version: { type: 'boolean', short: 'V' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** Each format is an option, too: `--csv`. */
const FORMAT_FLAGS: Readonly<Record<string, { readonly type: 'boolean' }>> = Object.fromEntries(
  FORMAT_NAMES.filter(name => name !== 'json').map(name => [name, { type: 'boolean' }]),
);

const wrong = (message: string, hint?: string): CtqError =>
  new CtqError({ code: 'command-line', kind: 'statement', message, hint: hint ?? 'ctq --help lists the options' });

/** @throws CtqError of kind `statement` for a command line that is wrong */
export function parseOptions(args: readonly string[]): Options {
  const jobs: Job[] = [];
  const { values, tokens } = parse(args);
  // Queries and scripts run in the order in which they are written.
  const written = tokens.filter(token => token.kind === 'positional').map(token => token.value);
  const top = topOf(values, tokens);
  const words = top ? undefined : unquoted(written);
  if (top) jobs.push({ kind: 'top', arguments: top });
  else if (words !== undefined) jobs.push(jobOf(words));
  for (const token of top ? [] : tokens) {
    if (token.kind === 'positional') {
      if (words === undefined) jobs.push(jobOf(token.value));
    } else if (token.kind === 'option' && (token.name === 'execute' || token.name === 'command'))
      jobs.push({ kind: 'query', text: token.value ?? '' });
    else if (token.kind === 'option' && token.name === 'script') jobs.push({ kind: 'script', path: token.value ?? '' });
  }
  if (values.netns !== undefined && values.file !== undefined)
    throw wrong(
      '--netns and --file cannot be combined',
      'choose one; a statement may name another: from conntrack in netns blue',
    );
  const [topic] = values.help && words === undefined ? jobs : [];
  if (topic?.kind === 'query' || topic?.kind === 'script')
    throw wrong(
      `unexpected '${written[0]}' after --help`,
      'ctq help TOPIC explains a statement, a table or a field; another host: ctq "select from conntrack in ssh \'HOST\'"',
    );
  for (const [option, path] of Object.entries({ file: values.file, to: values.to }))
    if (path === '') throw wrong(`--${option}: the name of the file is empty`);
  return {
    jobs,
    output: toFile(outputOf(values.output, formatsIn(tokens)), values.to),
    color: colorOf(values.color),
    timing: values.timing ?? false,
    quiet: values.quiet ?? false,
    kernelFilter: !values['no-kernel-filter'],
    ...(values.netns === undefined ? {} : { netns: values.netns }),
    ...(values.file === undefined ? {} : { file: values.file }),
    set: new Map((values.set ?? []).map(definition)),
    check: values.check ?? false,
    yes: values.yes ?? false,
    dryRun: values['dry-run'] ?? false,
    readOnly: values['read-only'] ?? false,
    failEmpty: values['fail-empty'] ?? false,
    stopOnError: values['stop-on-error'] ?? false,
    ...(values.buffer === undefined ? {} : { buffer: sizeOf(values.buffer) }),
    config: !values['no-config'],
    version: values.version ?? false,
    help: values.help ?? false,
  };
}

const parseAll = (args: readonly string[]) =>
  parseArgs({ args: [...args], options: { ...FORMAT_FLAGS, ...FLAGS }, allowPositionals: true, tokens: true });

type Parsed = ReturnType<typeof parseAll>;

function parse(args: readonly string[]): Pick<Parsed, 'values' | 'tokens'> {
  // Most command lines are a statement alone: node need not load its parser.
  if (!args.some(arg => arg.startsWith('-')))
    return { values: {}, tokens: args.map((value, index) => ({ kind: 'positional', index, value })) };
  const format = args.map(arg => SHELL_FORMAT.exec(arg)?.[1]).find(name => name !== undefined);
  if (format !== undefined) throw wrong(`unknown option '-${format}'`, `did you mean -o ${format}?`);
  try {
    return parseAll(args);
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    if (code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') {
      const option = /'(-{1,2}[^' ]*)/.exec(message)?.[1] ?? '';
      if (isConntrackCommand(option))
        throw wrong(`unknown option '${option}'`, `conntrack(8)'s options follow its name: ctq conntrack ${option}`);
      throw wrong(`unknown option '${option}'`, optionHint(option));
    }
    const name = /'(?:-\w, )?(--[\w-]+)/.exec(message)?.[1] ?? 'an option';
    if (/argument missing/.test(message)) throw wrong(`${name} requires a value`);
    if (/argument is ambiguous/.test(message))
      throw wrong(`${name} requires a value`, `one that begins with '-' is written ${name}=VALUE`);
    if (/does not take an argument/.test(message)) throw wrong(`${name} does not take a value`);
    throw wrong(message.split('\n')[0]);
  }
}

/** Options of SQLite's and DuckDB's shells: one word after one dash. */
const SHELL_FORMAT = /^-(csv|json|jsonl|html|markdown|box|table)$/;

/** Options of other programs. */
const FOREIGN: Readonly<Record<string, string>> = {
  '-d': 'there is one database, the tables of the kernel; --file reads a snapshot, --netns a network namespace',
  '-l': 'write: ctq "show tables"',
  '--list': 'write: ctq "show tables"',
  '-y': 'write: --yes; scripts and pipes are asked nothing',
  '--force': 'write: --yes; scripts and pipes are asked nothing',
  '--no-confirm': 'write: --yes; scripts and pipes are asked nothing',
  '-v': 'did you mean -V, which prints the version?',
  '--format': 'did you mean --output?',
  '--limit': "a limit belongs to the statement: 'select … limit 10'",
  '--where': "a condition belongs to the statement: 'select … where dport = 443'",
};

/** What an unknown option may mean. */
function optionHint(option: string): string | undefined {
  if (Object.hasOwn(FOREIGN, option)) return FOREIGN[option];
  if (!option.startsWith('--')) return undefined;
  const name = option.slice(2);
  const best = nearest(name, Object.keys(FLAGS));
  return best === undefined ? undefined : `did you mean --${best}?`;
}

/** @throws CtqError for a file whose name promises what is not written */
function toFile(output: CheckedOutput, file: string | undefined): CheckedOutput {
  if (file === undefined) return output;
  const refusal = endingRefusal(file, output.format !== undefined);
  if (refusal) throw wrong(...refusal);
  return { ...output, file };
}

/** The options that `top` alone has, and those that it has not. */
const TOP_FLAGS = ['every', 'filter', 'group', 'sort', 'in'] as const;
const NOT_TOP = ['execute', 'script', 'output', 'to', 'check'] as const;
/** The words of places that are followed by a name. */
const PLACE_WORD = /^(?:netns|pid|ssh|file)$/i;

/** What follows `top`; undefined for other command lines. @throws CtqError for options that do not fit */
function topOf(values: Parsed['values'], tokens: Parsed['tokens']): TopArguments | undefined {
  const positionals = tokens.filter(token => token.kind === 'positional');
  const [first] = positionals;
  if (first === undefined || !/^\.?top$/i.test(first.value) || isFile(first.value)) {
    const stray = TOP_FLAGS.find(name => values[name] !== undefined);
    if (stray !== undefined) throw wrong(`--${stray} is an option of ctq top`, `write: ctq top --${stray} …`);
    return undefined;
  }
  const unfit = NOT_TOP.find(name => values[name] !== undefined) ?? formatsIn(tokens)[0];
  if (unfit !== undefined) throw wrong(`--${unfit} cannot be combined with top`);
  // `--in netns blue` is two words.
  const at = tokens.findIndex(token => token.kind === 'option' && token.name === 'in');
  const next = PLACE_WORD.test(values.in ?? '') ? tokens[at + 1] : undefined;
  const name = next?.kind === 'positional' && next !== first ? next : undefined;
  return {
    words: positionals.slice(1).flatMap(token => (token === name ? [] : [token.value])),
    ...Object.fromEntries(TOP_FLAGS.flatMap(flag => (values[flag] === undefined ? [] : [[flag, values[flag]]]))),
    ...(name === undefined ? {} : { in: `${values.in} ${name.value}` }),
  };
}

/** A script is a file that exists, or a path or name that nothing else can be; everything else is a query. */
function jobOf(text: string): Job {
  if (text === '-' || isScript(text)) return { kind: 'script', path: text };
  if (text.trim() === '') throw wrong('the query is empty');
  const word = text
    .trim()
    .replace(/^\.(?=[a-z])/i, '')
    .toLowerCase();
  const report = REPORT_NAMES.find(name => name === word);
  if (report !== undefined) return { kind: 'report', name: report };
  return { kind: 'query', text: dotQuery(text) ?? text };
}

/** The statement of a command of the shell that has one: `.tables`, `.schema conntrack`, `.help select`. */
function dotQuery(text: string): string | undefined {
  const [, name, rest = ''] = /^\.([a-z]+)(?:\s+(.*))?$/i.exec(text.trim()) ?? [];
  switch (name?.toLowerCase()) {
    case 'tables':
      return 'show tables';
    case 'schema':
      // The short word may be followed by the path of a file without quotes.
      return `desc ${rest || 'conntrack'}`;
    case 'help':
      return `help ${rest}`.trimEnd();
    case undefined:
      return undefined;
    default:
      throw wrong(`.${name} is a command of the interactive shell`, 'run ctq without arguments to start it');
  }
}

function isScript(text: string): boolean {
  if (text.toLowerCase() === 'help') return false;
  return /^[^\s'"();=]+(\.ctq)$|^\.{0,2}\/\S*$/.test(text) || (/^[^\s'"();=]+$|\.ctq$/.test(text) && isFile(text));
}

/** The one statement of which the words came without quotes: ctq count conntrack. */
function unquoted(positionals: readonly string[]): string | undefined {
  const [first, ...rest] = positionals;
  if (isExpanded(first, rest))
    throw wrong(
      "sh(1) replaced '*' by the names of the files here",
      `quote the statement: ctq "${first} * from conntrack"`,
    );
  if (rest.length === 0 || !/^\.?[a-z]+$/i.test(first) || isScript(first)) return undefined;
  return positionals.join(' ');
}

/** Whether a `*` after select became the names of all files of the folder. */
function isExpanded(first: string | undefined, rest: readonly string[]): boolean {
  if (first?.toLowerCase() !== 'select' || rest.length < 2) return false;
  try {
    const names = readdirSync('.').filter(name => !name.startsWith('.'));
    // One name may be a column: a folder that holds src, and nothing else.
    return names.length > 1 && names.every(name => rest.slice(0, names.length).includes(name));
  } catch {
    return false;
  }
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** The formats that are options of their own. */
const formatsIn = (tokens: Parsed['tokens']): string[] => [
  ...new Set(tokens.flatMap(token => (token.kind === 'option' && isFormat(token.name) ? [token.name] : []))),
];

function outputOf(text: string | undefined, formats: readonly string[]): CheckedOutput {
  let format: FormatName | undefined;
  const modifiers: Modifier[] = [];
  for (const word of [...formats, ...(text?.split(',') ?? [])]) {
    const name = word.trim().toLowerCase();
    if (isModifier(name)) modifiers.push(name);
    else if (!isFormat(name)) {
      const best = nearest(name, [...FORMAT_NAMES, ...MODIFIER_NAMES]);
      throw wrong(
        `unknown output format '${word}'`,
        best ? `did you mean ${best}?` : `formats are ${FORMAT_NAMES.join(', ')}`,
      );
    } else if (format !== undefined) throw wrong(`only one output format is allowed, got ${format} and ${name}`);
    else format = name;
  }
  for (const modifier of modifiers) {
    const refusal = modifierRefusal(modifier, format);
    if (refusal !== undefined) throw wrong(refusal.message, refusal.hint);
  }
  return { modifiers, ...(format === undefined ? {} : { format }) };
}

function colorOf(text: string | undefined): Options['color'] {
  if (text === undefined) return 'auto';
  if (text === 'auto' || text === 'always' || text === 'never') return text;
  throw wrong(`invalid --color '${text}': expected auto, always or never`);
}

function definition(text: string): [string, string] {
  const at = text.indexOf('=');
  const name = at < 0 ? text : text.slice(0, at);
  if (at < 0 || !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) throw wrong(`--set requires NAME=VALUE, got '${text}'`);
  return [name, text.slice(at + 1)];
}

const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  k: 1e3,
  m: 1e6,
  g: 1e9,
  ki: 1024,
  mi: 1024 ** 2,
  gi: 1024 ** 3,
};

/** `64MiB` → bytes. */
export function sizeOf(text: string): number {
  const match = /^(\d+)\s*([kmg]i?)?b?$/i.exec(text.trim());
  const bytes = match ? Number(match[1]) * UNITS[(match[2] ?? '').toLowerCase()] : 0;
  if (bytes >= 1 && bytes <= 0x3fffffff) return bytes;
  throw wrong(`invalid buffer size '${text}'`, 'write: --buffer 64MiB');
}
