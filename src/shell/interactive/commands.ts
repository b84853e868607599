import { CtqError } from '../../engine/errors.js';
import { nearest } from '../../lang/diagnostics/did-you-mean.js';
import { printable } from '../../lang/diagnostics/printable.js';
import { TABLE_NAMES } from '../../lang/schema/catalogue.js';
import { SETTINGS } from '../../lang/schema/settings.js';
import { type Candidate, type Completion, ranked } from '../../lang/services/complete.js';
import { HELP_TOPICS } from '../../lang/services/help-topics.js';
import { painter } from '../display/style.js';
import type { ExitCode, ShellSession } from '../session/session.js';
import { editText } from './edit-text.js';
import type { Editor } from './editor.js';
import type { History } from './line/history.js';

/** What commands work on. */
export interface Desk {
  readonly shell: ShellSession;
  readonly editor: Editor;
  readonly history: History;
  /** The statement that ran last. */
  last: string;
  /** The results of the next statement alone go to the file. */
  isOnce: boolean;
  isOver: boolean;
  run(text: string): Promise<ExitCode>;
}

interface Command {
  /** What follows the name. */
  readonly argument?: string;
  readonly doc: string;
  /** Candidates for what follows. */
  readonly candidates?: () => readonly string[];
  readonly takesFile?: true;
  run(rest: string, desk: Desk): Promise<unknown> | unknown;
}

const wrong = (message: string, hint?: string): CtqError =>
  new CtqError({ code: 'command', kind: 'statement', message, ...(hint === undefined ? {} : { hint }) });

const TOP = 'select src, count(*) as flows from conntrack group by src order by flows desc limit 10;';
const FULL = [
  "select name, value from sysctl where name in ('nf_conntrack_count', 'nf_conntrack_max');",
  'select proto, state, count(*) as flows from conntrack group by proto, state order by flows desc limit 10;',
  TOP,
  'select dst, dport, count(*) as flows from conntrack group by dst, dport order by flows desc limit 10;',
];

export const COMMANDS: Readonly<Record<string, Command>> = {
  help: {
    argument: '[TOPIC]',
    doc: 'these commands; or what help knows of a topic',
    candidates: HELP_TOPICS,
    run: (rest, desk) => (rest === '' ? overview(desk) : desk.run(`help ${rest};`)),
  },
  tables: { doc: 'the tables', run: (_, desk) => desk.run('show tables;') },
  schema: {
    argument: 'TABLE',
    doc: 'the fields of a table',
    candidates: () => TABLE_NAMES,
    run: (rest, desk) => desk.run(`describe ${rest || 'conntrack'};`),
  },
  timing: {
    argument: '[on|off]',
    doc: 'rows and time after each result, or not',
    candidates: () => ['on', 'off'],
    run: (rest, { shell }) => {
      if (!['', 'on', 'off'].includes(rest)) throw wrong('.timing is on or off');
      shell.set('timing', rest === '' ? shell.setting('timing') !== true : rest === 'on');
      shell.messages.note(`timing is ${shell.setting('timing') === true ? 'on' : 'off'}`);
    },
  },
  mode: {
    argument: 'FORMAT',
    doc: 'the format of results that ask for none',
    candidates: () => SETTINGS.format.choices,
    run: (rest, { shell }) => {
      const choices: readonly string[] = SETTINGS.format.choices;
      if (rest === '') return shell.messages.note(`mode is ${shell.setting('format')}; there are ${choices.join(' ')}`);
      if (!choices.includes(rest)) {
        const best = nearest(rest, choices);
        throw wrong(`there is no mode '${rest}'`, best ? `did you mean ${best}?` : `modes are ${choices.join(', ')}`);
      }
      shell.set('format', rest);
    },
  },
  read: {
    argument: 'FILE',
    doc: 'runs a script',
    takesFile: true,
    run: (rest, { shell }) => shell.runFile(pathOf(rest, '.read')),
  },
  edit: { doc: 'the last statement in $EDITOR; Enter then runs what was saved', run: (_, desk) => edit(desk) },
  history: {
    doc: 'what was run',
    run: (_, { shell, history }) =>
      shell.results.print(
        [...history.entries]
          .reverse()
          .map(entry => `${entry.split('\n').map(printable).join('\n')}\n`)
          .join(''),
      ),
  },
  top: { doc: 'the busiest sources', run: (_, desk) => shown([TOP], desk) },
  full: { doc: 'how full the table is, and what fills it', run: (_, desk) => shown(FULL, desk) },
  once: {
    argument: 'FILE',
    doc: 'the results of the next statement go to a file',
    takesFile: true,
    run: async (rest, desk) => {
      await desk.shell.results.redirect(pathOf(rest, '.once'));
      desk.isOnce = true;
    },
  },
  output: {
    argument: '[FILE]',
    doc: 'results go to a file; alone: back to the terminal',
    takesFile: true,
    run: async (rest, desk) => {
      await desk.shell.results.redirect(rest === '' ? undefined : pathOf(rest, '.output'));
      desk.isOnce = false;
    },
  },
  quit: {
    doc: 'leaves; so does Ctrl-D',
    run: (_, desk) => {
      desk.isOver = true;
    },
  },
};

const ALIASES: Readonly<Record<string, string>> = {
  exit: 'quit',
  q: 'quit',
  '?': 'help',
  h: 'help',
  describe: 'schema',
};

/** @throws CtqError for a command that does not exist or cannot be carried out */
export async function runCommand(text: string, desk: Desk): Promise<void> {
  const [, word, rest] = /^\s*\.(\S*)\s*([\s\S]*?)\s*;?\s*$/.exec(text)!;
  const name = Object.hasOwn(ALIASES, word) ? ALIASES[word] : word.toLowerCase();
  if (!Object.hasOwn(COMMANDS, name)) {
    const best = nearest(name, Object.keys(COMMANDS));
    throw wrong(`there is no command .${word}`, best ? `did you mean .${best}?` : '.help lists the commands');
  }
  await COMMANDS[name].run(rest, desk);
}

export const COMMAND_CANDIDATES: readonly Candidate[] = Object.entries(COMMANDS).map(([name, { doc }]) => ({
  text: `.${name}`,
  kind: 'command',
  doc,
}));

/** The candidates at the end of a command. */
export function completeCommand(text: string, files: (prefix: string) => readonly string[]): Completion {
  const [, word, space, rest] = /^\s*\.(\S*)(\s*)(.*)$/s.exec(text)!;
  const end = text.length;
  if (space === '') return { start: end - word.length - 1, end, candidates: ranked(`.${word}`, COMMAND_CANDIDATES) };
  const command = Object.hasOwn(COMMANDS, word) ? COMMANDS[word] : undefined;
  const found: Candidate[] = command?.takesFile
    ? files(rest).map(each => ({ text: each, kind: 'file' }))
    : (command?.candidates?.() ?? []).map(each => ({ text: each, kind: 'value' }));
  return { start: end - rest.length, end, candidates: ranked(rest, found) };
}

function overview({ shell }: Desk): void {
  const paint = painter(shell.color(shell.io.stdout));
  const rows = Object.entries(COMMANDS).map(([name, { argument, doc }]) => {
    const head = `.${name}${argument === undefined ? '' : ` ${argument}`}`;
    return `  ${paint(head.padEnd(18), 'name')}${doc}\n`;
  });
  shell.results.print(`${rows.join('')}
A statement ends with its line or ';'. 'STATEMENT; | COMMAND' hands its result to a program.
Tab completes, → takes what is suggested, Ctrl-R searches, Ctrl-C cancels, Ctrl-D leaves.
.help select explains select; .help lists what else there is to know: help;\n`);
}

/** Statements that are run for a command are shown, so that one can make one's own of them. */
async function shown(statements: readonly string[], desk: Desk): Promise<void> {
  for (const statement of statements) {
    desk.shell.messages.note(statement);
    // What the chosen place does not have is refused; the rest is shown.
    const code = await desk.run(statement);
    if (code !== 0 && code !== 2) return;
  }
}

function pathOf(rest: string, command: string): string {
  const path = rest.replace(/^(['"])(.*)\1$/s, '$2');
  if (path === '') throw wrong(`${command} requires a file name`);
  return path;
}

/** What was saved is put into the line, to be looked at before it runs. */
async function edit({ editor, last, shell }: Desk): Promise<void> {
  const text = await editText(last, shell.io.env, editor);
  if (text !== undefined) editor.fill(text);
}
