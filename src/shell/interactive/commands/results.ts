import { nearest } from '../../../lang/diagnostics/did-you-mean.js';
import { endingRefusal, endingWarning } from '../../../lang/schema/formats/file-endings.js';
import { SETTINGS } from '../../../lang/schema/settings.js';
import { copyToClipboard } from '../viewing/clipboard.js';
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

/** The path of a file that can be written. @throws CtqError for one that promises what is not written */
function writablePath(rest: string, command: string): string {
  const path = pathOf(rest, command);
  const refusal = endingRefusal(path, false);
  if (refusal) throw commandError(...refusal);
  return path;
}

function warnOfEnding(path: string, { shell }: CommandContext): void {
  const warning = endingWarning(path);
  if (warning) shell.messages.print('warning', ...warning);
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
          best ? `did you mean ${best}?` : `formats are ${choices.join(', ')}`,
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
      const layout =
        rest === 'auto'
          ? 'auto'
          : switched(rest, isOn, '.expanded', 'on, off or auto')
            ? 'vertical'
            : rest === ''
              ? 'auto'
              : 'table';
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
    doc: 'the next result goes to a file: x.csv, x.json, x.html',
    takesFile: true,
    run: async (rest, context) => {
      const path = writablePath(rest, '.once');
      await context.shell.results.redirect(path);
      context.isOnce = true;
      warnOfEnding(path, context);
      context.shell.messages.note(`the next result goes to ${path}`);
    },
  },
  output: {
    argument: '[FILE]',
    doc: 'results go to a file; alone: back to the terminal',
    takesFile: true,
    run: async (rest, context) => {
      const path = rest === '' ? undefined : writablePath(rest, '.output');
      await context.shell.results.redirect(path);
      context.isOnce = false;
      if (path !== undefined) warnOfEnding(path, context);
      context.shell.messages.note(
        path === undefined
          ? 'results go to the terminal'
          : `results go to ${path}; .output alone: to the terminal again`,
      );
    },
  },
  copy: {
    doc: 'copies the last result to the clipboard',
    instead: path => `write: .once ${path}, then the statement`,
    run: (_, { shell, shown }) => {
      if (shown === undefined) throw commandError('no result to copy', 'run a statement first');
      shell.messages.note(copyToClipboard(shown, shell.io));
    },
  },
} as const satisfies Readonly<Record<string, Command>>;
