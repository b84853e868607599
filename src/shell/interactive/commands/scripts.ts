import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { printable } from '../../../lang/diagnostics/printable.js';
import { runChild, words } from '../child.js';
import { type Command, commandError, type Desk, pathOf } from './command.js';

/** Commands about statements, scripts and other programs. */
export const SCRIPT_COMMANDS = {
  read: {
    argument: 'FILE',
    doc: 'runs a script',
    takesFile: true,
    run: (rest, { shell }) => shell.runFile(pathOf(rest, '.read')),
  },
  edit: { doc: 'the last statement in $EDITOR, to be changed and run', run: (_, desk) => edit(desk) },
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
    run: (_, desk) => {
      desk.isOver = true;
    },
  },
} as const satisfies Readonly<Record<string, Command>>;

async function edit(desk: Desk): Promise<void> {
  const { env } = desk.shell.io;
  const folder = mkdtempSync(join(tmpdir(), 'ctq-'));
  const path = join(folder, 'statement.ctq');
  try {
    writeFileSync(path, `${desk.last}\n`, { mode: 0o600 });
    const editor = words(env.VISUAL || env.EDITOR || 'vi');
    const code = await desk.editor.lend(() => runChild([...editor, path]));
    if (code !== 0) throw commandError(`${editor[0]} ended with ${code}: nothing is run`);
    const text = readFileSync(path, 'utf8').trim();
    if (text === '') return;
    desk.history.add(text);
    desk.last = text;
    desk.shell.messages.note(text.split('\n').join(' '));
    await desk.run(text);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
