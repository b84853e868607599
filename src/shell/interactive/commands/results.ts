import { nearest } from '../../../lang/diagnostics/did-you-mean.js';
import { endingRefusal, endingWarning } from '../../../lang/schema/formats/file-endings.js';
import { isFormat } from '../../../lang/schema/formats/formats.js';
import { SETTINGS } from '../../../lang/schema/settings.js';
import { formatSynonym } from '../../../lang/schema/synonyms.js';
import { copyToClipboard } from '../viewing/clipboard.js';
import type { Target } from '../viewing/redirection.js';
import { type Command, type CommandContext, commandError, pathOf, switched } from './command.js';

const ON_OFF = (): readonly string[] => ['on', 'off'];

/** A command that sets, or toggles, a setting that is on or off. */
const onOff = (setting: 'header' | 'timing', command: string): Pick<Command, 'argument' | 'candidates' | 'run'> => ({
  argument: '[on|off]',
  candidates: ON_OFF,
  run: (rest, { shell }) => {
    shell.set(setting, switched(rest, shell.setting(setting) === true, command));
    shell.messages.note(`${setting} is ${shell.setting(setting) === true ? 'on' : 'off'}`);
  },
});

/** Where an argument sends results: `| COMMAND`, also in quotes, or a file. @throws CtqError for one that promises what is not written */
function targetOf(rest: string, command: string): Target {
  const piped = /^(['"]?)\s*\|\s*([\s\S]*?)\s*\1$/.exec(rest)?.[2];
  if (piped === '') throw commandError(`${command} | requires a command`, `write: ${command} | wc -l`);
  if (piped !== undefined) return { command: piped };
  const path = pathOf(rest, command);
  const refusal = endingRefusal(path, false);
  if (refusal) throw commandError(...refusal);
  return { path };
}

const nameOf = (target: Target): string => ('path' in target ? target.path : `| ${target.command}`);

/** @throws CtqError if the file cannot be written */
async function redirect(target: Target, { shell, redirection }: CommandContext, isOnce: boolean): Promise<void> {
  await redirection.set(target, isOnce);
  const { format } = shell.options.output;
  const warning =
    'path' in target
      ? endingWarning(
          target.path,
          format && isFormat(format) && shell.setting('format') === format ? format : undefined,
        )
      : undefined;
  if (warning) shell.messages.print('warning', ...warning);
}

/** Sends the results of some work elsewhere, as `\g FILE` and `\g | COMMAND` do. */
export async function sendTo(
  rest: string,
  command: string,
  context: CommandContext,
  work: () => Promise<unknown>,
): Promise<unknown> {
  if (rest === '') return work();
  const target = targetOf(rest, command);
  if ('command' in target) return context.redirection.piping(target.command, work);
  await redirect(target, context, true);
  return context.redirection.during(undefined, work);
}

/** Commands about how results look, and where they go. */
export const RESULT_COMMANDS = {
  mode: {
    argument: 'FORMAT',
    doc: 'the format of results; auto is the default',
    candidates: () => SETTINGS.format.choices,
    run: (rest, { shell }) => {
      const choices: readonly string[] = SETTINGS.format.choices;
      if (rest !== '' && !choices.includes(rest)) {
        const best = nearest(rest, choices);
        throw commandError(
          `unknown format '${rest}'`,
          formatSynonym(rest) ?? (best ? `did you mean ${best}?` : `formats are ${choices.join(', ')}`),
        );
      }
      if (rest !== '') shell.set('format', rest);
      shell.messages.note(
        `mode is ${shell.setting('format')}${rest === '' ? `; formats are ${choices.join(' ')}` : ''}`,
      );
    },
  },
  expanded: {
    argument: '[on|off|auto]',
    doc: 'one field per line, or not',
    candidates: () => ['on', 'off', 'auto'],
    run: (rest, { shell }) => {
      const isOn = shell.setting('layout') === 'vertical';
      const layout = rest !== 'auto' && switched(rest, isOn, '.expanded', 'on, off or auto') ? 'vertical' : 'auto';
      shell.set('layout', layout);
      shell.messages.note(`layout is ${layout}`);
    },
  },
  headers: {
    ...onOff('header', '.headers'),
    doc: 'column names above results, or not',
    aliases: ['header'],
  },
  nullvalue: {
    argument: 'TEXT',
    doc: 'the text shown for null in tables',
    run: (rest, { shell }) => {
      shell.set('null_text', rest.replace(/^(['"])(.*)\1$/s, '$2'));
      shell.messages.note(`null_text is '${shell.setting('null_text')}'`);
    },
  },
  timing: {
    ...onOff('timing', '.timing'),
    doc: 'rows and time after each result, or not',
    aliases: ['timer'],
  },
  width: {
    doc: 'how columns get their width',
    run: (_, { shell }) =>
      shell.messages.note('columns fit their values and the terminal; set layout = table or vertical selects a layout'),
  },
  show: {
    doc: 'the settings and their values',
    instead: name => `write: set ${name}`,
    run: (_, context) => context.run('show settings;'),
  },
  once: {
    argument: 'FILE',
    doc: 'the next result goes to a file (x.csv) or a program (| wc -l)',
    takesFile: true,
    run: async (rest, context) => {
      const target = targetOf(rest, '.once');
      await redirect(target, context, true);
      context.shell.messages.note(`the next result goes to ${nameOf(target)}`);
    },
  },
  output: {
    argument: '[FILE]',
    doc: 'results go to a file, or each to a program; alone: back to the terminal',
    takesFile: true,
    run: async (rest, context) => {
      const { redirection, shell } = context;
      if (rest === '') {
        await redirection.set(undefined);
        shell.messages.note('results go to the terminal');
        return;
      }
      const target = targetOf(rest, '.output');
      await redirect(target, context, false);
      const what = 'path' in target ? 'results go' : 'each result goes';
      shell.messages.note(`${what} to ${nameOf(target)}; .output alone: to the terminal again`);
    },
  },
  copy: {
    doc: 'copies the last result to the clipboard, as a pipe gets it',
    instead: path => `write: .once ${path}, then the statement`,
    run: async (_, { shell, copied }) => {
      const text = await copied();
      if (text === undefined) throw commandError('no result to copy', 'run a statement first');
      shell.messages.note(copyToClipboard(text, shell.io));
    },
  },
} as const satisfies Readonly<Record<string, Command>>;
