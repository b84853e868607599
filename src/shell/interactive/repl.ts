import { painter } from '../display/style.js';
import { asCtqError } from '../session/print-error.js';
import type { ExitCode, ShellSession } from '../session/session.js';
import type { Editor } from './editor.js';
import { History, historyPath } from './history.js';
import { promptOf } from './prompt.js';
import { promptMode } from './prompt-mode.js';
import type { Work } from './work.js';

/** The interactive shell: statement by statement, until the end of the input. Nothing that a statement does ends it. */
export async function interact(shell: ShellSession): Promise<ExitCode> {
  const mode = (): string =>
    promptMode(shell.place, shell.setting('read_only') === true, shell.setting('confirm') === true);
  const prompt = (): string => promptOf(shell.place, mode());
  greet(shell, prompt());
  const { Editor } = await import('./editor.js');
  const history = new History(historyPath(shell.io.env));
  let work: Work | undefined;
  let abandon: (() => void) | undefined;
  const editor: Editor = new Editor(shell.io, {
    history,
    color: () => shell.color(shell.io.stdout),
    prompt,
    load: async (): Promise<Work> => {
      work = new (await import('./work.js')).Work(shell, editor, history);
      void work.warm();
      return work;
    },
    // The first Ctrl-C ends what runs; where that does not end, the second gives the prompt back.
    interrupted: () => {
      if (!shell.interrupt()) abandon?.();
    },
  });
  shell.ask = (question, signal) => editor.ask(question, signal);
  shell.keys = pressed => editor.divert(pressed);
  shell.survives = true;
  try {
    while (!shell.isOver && work?.isOver !== true) {
      const text = await editor.read();
      if (text === undefined || work === undefined) break;
      const doing = work;
      const abandoned = new Promise<ExitCode>(resolve => {
        abandon = () => {
          shell.messages.print('warning', 'the statement does not end; the shell continues without it');
          resolve(130);
        };
      });
      const code = await Promise.race([safely(() => doing.runInput(text), shell), abandoned]);
      abandon = undefined;
      if (code === 130) shell.messages.note('cancelled');
    }
  } finally {
    editor.close();
  }
  return 0;
}

/**
 * The first prompt, shown before what edits lines is loaded: the editor, node's repl, takes half as long again. The terminal keeps the
 * keys that are pressed meanwhile, and the editor shows the prompt anew in its place.
 */
function greet(shell: ShellSession, prompt: string): void {
  const { stdin, stdout, env } = shell.io;
  if (stdin.isTTY !== true || stdout.isTTY !== true || env.TERM === 'dumb') return;
  // What is typed is shown by the editor alone.
  stdin.setRawMode?.(true);
  stdout.write(painter(shell.color(stdout))(prompt, 'good'));
}

async function safely(work: () => Promise<ExitCode>, shell: ShellSession): Promise<ExitCode> {
  try {
    return await work();
  } catch (thrown) {
    const error = asCtqError(thrown);
    shell.messages.error(error);
    return error.exitCode;
  }
}
