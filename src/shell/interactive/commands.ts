import { machineEnvironment } from '../../engine/environment.js';
import { HELP_TOPICS } from '../../lang/check/statements/help-topics.js';
import { nearest } from '../../lang/diagnostics/did-you-mean.js';
import type { Candidate, Completion } from '../../lang/services/completion/candidate.js';
import { ranked } from '../../lang/services/completion/rank.js';
import { machineLookups } from '../conntrack8/session.js';
import { translateCommandLine } from '../conntrack8/statement/translate.js';
import type { ExitCode } from '../session/session.js';
import { runFull } from '../statements/full-report.js';
import { type Command, type CommandContext, commandError } from './commands/command.js';
import { foreignCommand } from './commands/foreign.js';
import { HELP_COMMAND, overviewOf, showCommand } from './commands/help.js';
import type { Ended, Input } from './commands/input.js';
import { meantByOwnLine, type OwnLine } from './commands/own-line.js';
import { PSQL_COMMANDS, repeat, SAME_AS, vertically } from './commands/psql.js';
import { RESULT_COMMANDS, sendTo } from './commands/results.js';
import { SCRIPT_COMMANDS } from './commands/scripts.js';
import { TABLE_COMMANDS } from './commands/tables.js';

export type { CommandContext } from './commands/command.js';

/** The commands of the shell, by the name after the dot. */
export const COMMANDS: Readonly<Record<string, Command>> = {
  help: {
    ...HELP_COMMAND,
    run: (rest, context) => {
      if (rest === '') return overviewOf(COMMANDS, context);
      const name = rest.replace(/^\./, '').toLowerCase();
      const command = ALIASES.get(name) ?? name;
      // A topic of help may have the name of a command.
      return Object.hasOwn(COMMANDS, command) && (rest.startsWith('.') || !HELP_TOPICS().includes(name))
        ? showCommand(name, COMMANDS[command], context)
        : HELP_COMMAND.run(rest, context);
    },
  },
  ...TABLE_COMMANDS,
  ...RESULT_COMMANDS,
  ...SCRIPT_COMMANDS,
};

const ALIASES = new Map(
  Object.entries(COMMANDS).flatMap(([name, { aliases = [] }]) => aliases.map(alias => [alias, name] as const)),
);

/** Runs what was typed. @throws CtqError for a command that does not exist or fails */
export async function runCommand(input: Input, context: CommandContext): Promise<ExitCode> {
  switch (input.kind) {
    case 'dot':
      return codeOf(await runDot(input.name, input.rest, context));
    case 'backslash':
      return codeOf(await backslashCommand(input.name).run(input.rest, context));
    case 'ended':
      context.last = input.statement;
      if (input.name === 'watch') return codeOf(await repeat(input.rest, context));
      return codeOf(await sendTo(input.rest, `\\${input.name}`, context, () => runEnded(input, context)));
    case 'conntrack':
      return runMeant(translated(input.words, context), context);
    case 'own':
      return runOwnLine(input.words, context);
    case 'meant':
      return runMeant(input.statement, context);
  }
}

function runDot(name: string, rest: string, context: CommandContext): Promise<unknown> | unknown {
  const command = dotCommand(name);
  if (rest !== '' && command.instead)
    throw commandError(`.${name} takes nothing: unexpected '${rest}'`, command.instead(rest));
  return command.run(rest, context);
}

function runEnded({ name, statement }: Ended, context: CommandContext): Promise<unknown> {
  return name === 'g' ? context.run(statement) : vertically(context, () => context.run(statement));
}

const codeOf = (result: unknown): ExitCode => (typeof result === 'number' ? (result as ExitCode) : 0);

/** The statement is shown, so that it can be adapted. */
function runMeant(statement: string, context: CommandContext): Promise<ExitCode> {
  context.shell.messages.note(statement);
  context.last = statement;
  return context.run(statement);
}

/** Runs what a command line of ctq would run, up to the first failure. @throws CtqError for what it cannot mean here */
async function runOwnLine(words: readonly string[], context: CommandContext): Promise<ExitCode> {
  for (const meant of meantByOwnLine(words)) {
    const code = await runOwn(meant, context);
    if (code !== 0) return code;
  }
  return 0;
}

function runOwn(meant: OwnLine, context: CommandContext): Promise<ExitCode> {
  switch (meant.kind) {
    case 'conntrack':
      return runMeant(translated(meant.words, context), context);
    case 'report':
      return runFull(context.shell);
    case 'top':
      return context.openTop(meant.arguments);
    case 'script':
      return context.shell.runFile(meant.path);
    case 'query':
      return runMeant(meant.text, context);
  }
}

/** The statement that a command line of conntrack(8) means. @throws CtqError */
function translated(words: readonly string[], context: CommandContext): string {
  const translation = translateCommandLine(words, machineLookups(machineEnvironment()));
  for (const warning of translation.warnings) context.shell.messages.print('warning', warning);
  if ('text' in translation) return translation.text;
  const { message, more } = translation.mistake;
  throw commandError(
    `conntrack ${words.join(' ')}: ${more ?? message}`,
    translation.hint ?? '!conntrack … runs conntrack(8) itself',
  );
}

function dotCommand(word: string): Command {
  const name = ALIASES.get(word.toLowerCase()) ?? word.toLowerCase();
  if (name === '?' || name === 'h') return COMMANDS.help;
  if (Object.hasOwn(COMMANDS, name)) return COMMANDS[name];
  const best = nearest(name, Object.keys(COMMANDS));
  throw commandError(
    `unknown command .${word}`,
    foreignCommand(name) ?? (best ? `did you mean .${best}?` : '.help lists the commands'),
  );
}

function backslashCommand(word: string): Command {
  if (Object.hasOwn(SAME_AS, word)) return COMMANDS[SAME_AS[word]];
  if (Object.hasOwn(PSQL_COMMANDS, word)) return PSQL_COMMANDS[word];
  throw commandError(`unknown command \\${word}`, foreignCommand(word.toLowerCase()) ?? '.help lists the commands');
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
  const name = ALIASES.get(word) ?? word;
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  const found: Candidate[] = [
    ...(command?.candidates?.() ?? []).map(each => ({ text: each, kind: 'value' }) as const),
    ...(command?.takesFile ? files(rest) : []).map(each => ({ text: each, kind: 'file' }) as const),
  ];
  return { start: end - rest.length, end, candidates: ranked(rest, found) };
}
