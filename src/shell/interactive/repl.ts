import type { ExitCode, Shell } from '../shell.js';
import { asCtqError } from '../telling.js';
import { type Desk, runCommand } from './commands.js';
import { Completing } from './completing.js';
import { Editor } from './editor.js';
import { History, historyPath } from './history.js';
import { promptOf } from './prompt.js';
import { splitPipe } from './split-pipe.js';
import { Viewer } from './viewer.js';

/** The interactive shell: statement by statement, until the end of the input. Nothing that a statement does ends it. */
export async function interact(shell: Shell): Promise<ExitCode> {
  const history = new History(historyPath(shell.io.env));
  const completing = new Completing(shell);
  let abandon: (() => void) | undefined;
  const editor = new Editor(shell.io, {
    history,
    color: () => shell.color(shell.io.stdout),
    prompt: () => promptOf(shell.place, shell.setting('read_only') === true),
    complete: text => completing.complete(text),
    // The first Ctrl-C ends what runs; where that does not end, the second gives the prompt back.
    interrupted: () => {
      if (!shell.interrupt()) abandon?.();
    },
  });
  const viewer = new Viewer(shell, editor);
  shell.ask = question => editor.ask(question);
  shell.view = isLive => viewer.open(isLive);
  shell.survives = true;
  const run = (text: string): Promise<ExitCode> => shell.run(text, { folder: process.cwd(), including: [] });
  const desk: Desk = { shell, editor, history, last: '', isOnce: false, isOver: false, run };
  try {
    while (!shell.isOver && !desk.isOver) {
      const text = await editor.read();
      if (text === undefined) break;
      const abandoned = new Promise<ExitCode>(resolve => {
        abandon = () => {
          shell.tell('warning', 'left behind: it has not ended yet');
          resolve(130);
        };
      });
      const code = await Promise.race([safely(() => carryOut(text, desk, viewer), shell), abandoned]);
      abandon = undefined;
      if (code === 130) shell.note('cancelled');
    }
  } finally {
    editor.close();
  }
  return 0;
}

async function carryOut(text: string, desk: Desk, viewer: Viewer): Promise<ExitCode> {
  if (/^\s*\./.test(text)) {
    await runCommand(text, desk);
    return 0;
  }
  const { statement, command } = splitPipe(text);
  desk.last = text;
  viewer.command = command;
  try {
    return await desk.run(statement);
  } finally {
    viewer.command = undefined;
    if (desk.isOnce) {
      desk.isOnce = false;
      await desk.shell.redirect(undefined);
    }
  }
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
