import type { ExitCode, Shell } from '../shell.js';
import { asCtqError } from '../telling.js';
import { Editor } from './editor.js';
import { History, historyPath } from './history.js';
import { promptOf } from './prompt.js';
import type { Work } from './work.js';

/** The interactive shell: statement by statement, until the end of the input. Nothing that a statement does ends it. */
export async function interact(shell: Shell): Promise<ExitCode> {
  const history = new History(historyPath(shell.io.env));
  let work: Work | undefined;
  let abandon: (() => void) | undefined;
  const editor: Editor = new Editor(shell.io, {
    history,
    color: () => shell.color(shell.io.stdout),
    prompt: () => promptOf(shell.place, shell.setting('read_only') === true),
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
  shell.ask = question => editor.ask(question);
  shell.survives = true;
  try {
    while (!shell.isOver && work?.isOver !== true) {
      const text = await editor.read();
      if (text === undefined || work === undefined) break;
      const doing = work;
      const abandoned = new Promise<ExitCode>(resolve => {
        abandon = () => {
          shell.tell('warning', 'left behind: it has not ended yet');
          resolve(130);
        };
      });
      const code = await Promise.race([safely(() => doing.carryOut(text), shell), abandoned]);
      abandon = undefined;
      if (code === 130) shell.note('cancelled');
    }
  } finally {
    editor.close();
  }
  return 0;
}

async function safely(work: () => Promise<ExitCode>, shell: Shell): Promise<ExitCode> {
  try {
    return await work();
  } catch (thrown) {
    const error = asCtqError(thrown);
    shell.fail(error);
    return error.exitCode;
  }
}
