import { printable } from '../../../lang/diagnostics/printable.js';
import { runChild } from '../child.js';
import { editText } from '../edit-text.js';
import { type Command, type CommandContext, commandError, pathOf } from './command.js';

/** Commands about statements, scripts and other programs. */
export const SCRIPT_COMMANDS = {
  read: {
    argument: 'FILE',
    doc: 'runs a script',
    takesFile: true,
    run: (rest, { shell }) => shell.runFile(pathOf(rest, '.read')),
  },
  edit: {
    doc: 'the last statement in $EDITOR; Enter then runs what was saved',
    instead: path => `.read ${path} runs a script; !vi ${path} edits one`,
    run: (_, context) => edit(context),
  },
  history: {
    doc: 'what was run',
    instead: () => 'Ctrl-R searches what was run',
    run: (_, { shell, history }) =>
      shell.results.print(
        [...history.entries]
          .reverse()
          .map(entry => `${entry.split('\n').map(printable).join('\n')}\n`)
          .join(''),
      ),
  },
  shell: {
    argument: 'COMMAND',
    doc: 'runs a command of the system; so does !COMMAND',
    aliases: ['system', 'sh'],
    run: async (rest, { editor, shell }) => {
      if (rest === '') throw commandError('.shell requires a command', 'for example: .shell ip route, or !ip route');
      const code = await editor.lend(() => runChild(['/bin/sh', '-c', rest]));
      if (code !== 0) shell.messages.note(`exit status ${code}`);
    },
  },
  clear: {
    doc: 'clears the screen; so does Ctrl-L',
    aliases: ['cls'],
    run: (_, { shell }) => {
      if (shell.io.stdout.isTTY === true && shell.io.env.TERM !== 'dumb') shell.io.stdout.write('\x1b[H\x1b[2J');
    },
  },
  quit: {
    doc: 'leaves; so do quit, exit and Ctrl-D',
    aliases: ['exit', 'q'],
    run: (_, context) => {
      context.isOver = true;
    },
  },
} as const satisfies Readonly<Record<string, Command>>;

/** What was saved is put into the line, to be looked at before it runs. */
async function edit({ editor, last, shell }: CommandContext): Promise<void> {
  const text = await editText(last, shell.io.env, editor);
  if (text !== undefined) editor.fill(text);
}
