/** Runs what was typed. Loaded while the first line is being typed, as most of the program comes with it. */
import { setTimeout as pause, setImmediate as turn } from 'node:timers/promises';
import type { Diagnostic } from '../../lang/diagnostics/diagnostic.js';
import type { Completion } from '../../lang/services/completion/candidate.js';
import { mayContinue } from '../../lang/services/may-continue.js';
import { hasFinalError, type Mistake, missingIn, mistakesIn } from '../../lang/services/mistakes.js';
import { isComplete, parse } from '../../lang/syntax/parse.js';
import type { ExitCode, ShellSession } from '../session/session.js';
import type { ShowTop } from './commands/command.js';
import { inputOf } from './commands/input.js';
import { type CommandContext, runCommand } from './commands.js';
import { Completing } from './completion/completing.js';
import { editText } from './edit-text.js';
import type { Editor } from './editor.js';
import type { EditorLanguage } from './line/editor-language.js';
import type { History } from './line/history/history.js';
import { paintStatement } from './line/screen/paint.js';
import { Redirection } from './viewing/redirection.js';
import { splitPipe } from './viewing/split-pipe.js';
import { Viewer } from './viewing/viewer.js';

/** What is typed unseen, so that the first key that is seen takes no longer than the others. */
const WARMED = ["select src, count(*) from conntrack where dport in (1, 2) and state = 'x'", '.help'];

/** Milliseconds after which the first line has been typed, or no one is typing. */
const QUIET = 1000;

/** Words of what may change entries. */
const CHANGES = /\b(?:insert|update|delete|flush|kill|conntrack\s+-|run|\.read|\\i)\b/i;

export class StatementRunner implements EditorLanguage {
  readonly #context: CommandContext;
  readonly #viewer: Viewer;
  readonly #completing: Completing;
  readonly isComplete = isComplete;
  readonly paint = paintStatement;

  constructor(shell: ShellSession, editor: Editor, history: History, showTop: ShowTop) {
    const run = (text: string): Promise<ExitCode> => shell.run(text, { folder: process.cwd(), including: [] });
    const redirection = new Redirection(shell.results);
    this.#viewer = new Viewer(shell, editor, () => redirection.command);
    this.#context = {
      shell,
      editor,
      history,
      last: '',
      isOver: false,
      run,
      redirection,
      copied: () => this.#copied(),
      openTop: given => showTop(shell, given, work => editor.lend(work)),
    };
    this.#completing = new Completing(shell);
    shell.view = (isLive, signal) => this.#viewer.open(isLive, signal);
  }

  // -------------------------------------------------------------- typing

  isWhole(text: string, isPasted: boolean, cursor = text.length): boolean {
    if (inputOf(text) !== undefined) return true;
    // Words of the command need not be words of a statement: | jq .
    if (!isPasted && splitPipe(text).command !== undefined) return true;
    if (!isComplete(text)) return false;
    if (/;\s*$/.test(text)) return true;
    if (isPasted) return false;
    const { shell } = this.#context;
    const enter = shell.setting('enter');
    if (enter !== 'auto') return enter === 'whole';
    // An empty line after a complete statement.
    if (/\n[^\S\n]*$/.test(text) || splitPipe(text).command !== undefined) return true;
    // In the middle of a complete statement a new line would rarely be meant, and Alt-Enter makes one.
    if (text.slice(cursor).trim() !== '') return true;
    return !mayContinue(text) || hasFinalError(text, shell);
  }

  howToRun(text: string): string {
    const { shell } = this.#context;
    const isRunnable = isComplete(text);
    // What is wrong already, before what is missing. The last word is finished.
    const [mistake] = mistakesIn(`${text}\n`, Number.POSITIVE_INFINITY, shell);
    if (mistake !== undefined) return `${mistake.message}; Ctrl-C cancels`;
    const missing = isRunnable ? missingIn(text, shell) : parse(text).diagnostics.at(-1);
    if (missing !== undefined) return whatIsMissing(missing);
    if (!isRunnable) return '';
    return shell.setting('enter') === 'semicolon'
      ? 'a semicolon at the end runs it'
      : 'Enter on an empty line runs it, or a semicolon at the end';
  }

  candidates(text: string, cursor: number): Promise<Completion> {
    return this.#completing.complete(text, cursor);
  }

  mistakes(text: string, cursor: number): readonly Mistake[] {
    const { shell } = this.#context;
    if (inputOf(text) !== undefined || splitPipe(text).command !== undefined) return [];
    return mistakesIn(text, cursor, shell);
  }

  edit(text: string): Promise<string | undefined> {
    const { editor, shell } = this.#context;
    return editText(text, shell.io.env, editor);
  }

  // -------------------------------------------------------------- running

  /** Loads what the first Tab and the first query need, in steps between keys. */
  async warm(): Promise<void> {
    await turn();
    // The statement that needs it reports the error.
    await this.#context.shell.load().catch(() => {});
    for (const text of WARMED) {
      await turn();
      paintStatement(text);
      inputOf(text);
    }
    await this.#completing.warm().catch(() => {});
    // The first mistake loads what describes it, which takes longer than a step should.
    await pause(QUIET, undefined, { ref: false });
    this.mistakes('slect', 0);
  }

  /** The user asked to leave. */
  get isOver(): boolean {
    return this.#context.isOver;
  }

  /** Runs a statement or a command. @throws CtqError if a command fails */
  async runInput(text: string): Promise<ExitCode> {
    this.#viewer.isLeft = false;
    try {
      const code = await this.#run(text);
      // Nothing was cancelled if what reads the result has had enough of it.
      return code === 130 && this.#viewer.isLeft ? 0 : code;
    } finally {
      if (CHANGES.test(text)) this.#completing.forgetValues();
    }
  }

  #run(text: string): Promise<ExitCode> {
    const context = this.#context;
    const input = inputOf(text);
    if (input !== undefined) {
      const pipe = input.kind === 'conntrack' || input.kind === 'meant' ? input.pipe : undefined;
      return context.redirection.during(pipe, () => runCommand(input, context));
    }
    const { statement, command } = splitPipe(text);
    context.last = text;
    return context.redirection.during(command, () => context.run(statement));
  }

  /** The rows of the last result as a pipe gets them; of other output, such as a list of tables, the text. */
  async #copied(): Promise<string | undefined> {
    const { redirection, run, shell } = this.#context;
    // It knows the last result.
    await shell.load();
    if (!this.#viewer.isBehind) return this.#viewer.shown;
    const timing = shell.setting('timing');
    shell.set('timing', false);
    try {
      return await redirection.aside(() => this.#viewer.collect(() => run('select from _;')));
    } finally {
      shell.set('timing', timing);
    }
  }
}

/** What a statement lacks that Enter did not run. */
function whatIsMissing({ message, hint }: Diagnostic): string {
  return `${message}${hint === undefined ? '' : ` (${hint})`}; Ctrl-C cancels`;
}
