import { asCtqError } from '../../engine/errors.js';
import { painter, useTheme } from '../display/style.js';
import { terminalSize } from '../display/terminal-size.js';
import type { ExitCode, ShellSession } from '../session/session.js';
import type { ShowTop } from './commands/command.js';
import type { Editor } from './editor.js';
import { History, historyPath } from './line/history/history.js';
import { Background, themeOfVariable } from './prompt/background.js';
import { greetingOf } from './prompt/greeting.js';
import { promptOf } from './prompt/prompt.js';
import { promptMode } from './prompt/prompt-mode.js';
import type { StatementRunner } from './statement-runner.js';

/** The interactive shell: statement by statement, until the end of the input. Nothing that a statement does ends it. */
export async function interact(shell: ShellSession, version: string, showTop: ShowTop): Promise<ExitCode> {
  const { env, stdout } = shell.io;
  let background = themeOfVariable(env.COLORFGBG);
  const prompt = (): string => {
    const theme = String(shell.setting('theme'));
    useTheme(theme === 'light' || theme === 'dark' ? theme : (background ?? 'dark'));
    const mode = promptMode(shell.place, name => shell.setting(name));
    return promptOf(String(shell.setting('prompt')), { place: shell.place, mode, env, now: new Date() });
  };
  const asked = new Background(theme => {
    background = theme;
  });
  greet(shell, prompt(), version);
  const history = new History(historyPath(shell.io.env));
  let work: StatementRunner | undefined;
  let abandon: (() => void) | undefined;
  const load = async (): Promise<StatementRunner> => {
    work = new (await import('./statement-runner.js')).StatementRunner(shell, editor, history, showTop);
    void work.warm();
    return work;
  };
  const editor: Editor = isPlain(shell)
    ? new (await import('./plain-editor.js')).PlainEditor(shell.io, { history, prompt, load })
    : new (await import('./line/line-editor.js')).LineEditor(shell.io, {
        history,
        color: () => shell.color(shell.io.stdout),
        prompt,
        isVi: () => shell.setting('editing') === 'vi',
        hasMenu: () => shell.setting('menu') === true,
        load: async () => {
          const reading = await load();
          const isAsked = background === undefined && shell.setting('theme') === 'auto' && shell.color(stdout);
          // The console of Linux shows the question.
          if (isAsked && env.TERM !== 'linux') asked.ask(stdout);
          return reading;
        },
        answered: sequence => asked.answered(sequence),
        // The first Ctrl-C ends what runs; where that does not end, the second gives the prompt back.
        interrupted: () => {
          if (!shell.interrupt()) abandon?.();
        },
      });
  shell.ask = (question, signal) => editor.ask(question, signal);
  shell.keys = pressed => editor.divert(pressed);
  shell.survives = true;
  shell.idleInterrupted = () => editor.cancel?.();
  try {
    while (!shell.isOver && work?.isOver !== true) {
      const text = await editor.read();
      if (text === undefined || work === undefined) break;
      const doing = work;
      await asked.settled();
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
    await asked.settled();
    editor.close();
  }
  return 0;
}

/**
 * The first prompt, shown before what edits lines is loaded: the editor, node's repl, takes half as long again. The terminal keeps the
 * keys that are pressed meanwhile, and the editor shows the prompt again in its place.
 */
function greet(shell: ShellSession, prompt: string, version: string): void {
  const { stdin, stdout } = shell.io;
  const greeting = greetingOf(version, shell.place, terminalSize(stdout).columns);
  if (shell.setting('greeting') === true) shell.messages.note(greeting);
  if (isPlain(shell) || stdin.isTTY !== true || stdout.isTTY !== true) return;
  // What is typed is shown by the editor alone.
  stdin.setRawMode?.(true);
  stdout.write(painter(shell.color(stdout))(prompt, 'prompt'));
}

/** The terminal cannot move its cursor, or what is shown goes elsewhere. */
const isPlain = ({ io: { stdout, stderr, env } }: ShellSession): boolean =>
  env.TERM === 'dumb' || (stdout.isTTY !== true && stderr.isTTY !== true);

async function safely(work: () => Promise<ExitCode>, shell: ShellSession): Promise<ExitCode> {
  try {
    return await work();
  } catch (thrown) {
    const error = asCtqError(thrown);
    shell.messages.error(error);
    return error.exitCode;
  }
}
