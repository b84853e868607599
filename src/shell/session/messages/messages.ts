import type { CtqError } from '../../../engine/errors.js';
import { printable } from '../../../lang/diagnostics/printable.js';
import type { report } from '../../../lang/diagnostics/report.js';
import { hang } from '../../../lang/diagnostics/wrap.js';
import { painter } from '../../display/style.js';
import { terminalSize } from '../../display/terminal-size.js';
import { isUnicode } from '../../display/text/locale.js';
import type { Io } from '../../io.js';
import type { DiagnosedText } from '../../scripts/script.js';
import type { MonitorCheck } from '../checking/monitor-check.js';
import { errorText, writeTrace } from './print-error.js';

/** What a session says to the user, on standard error. */
export class Messages {
  readonly #io: Io;
  readonly #isColored: () => boolean;
  readonly #check: MonitorCheck;
  readonly #isQuiet: boolean;
  /** A line that shows progress: it is erased before anything is said, and comes again below. */
  transient: { clear(): void } | undefined;
  /** Receives what is said, in place of the terminal: a full screen. */
  listener: ((message: string, kind: 'error' | 'warning' | 'note') => void) | undefined;

  /** @param check receives errors, where it is one. @param isQuiet without notes */
  constructor(io: Io, isColored: () => boolean, check: MonitorCheck, isQuiet = false) {
    this.#check = check;
    this.#isQuiet = isQuiet;
    this.#io = io;
    this.#isColored = isColored;
  }

  /** Columns of the terminal, if standard error is one. */
  #width(): number | undefined {
    const { stderr } = this.#io;
    return stderr.columns === undefined ? undefined : terminalSize(stderr).columns;
  }

  print(kind: 'error' | 'warning', message: string, hint?: string): void {
    if (this.listener) {
      this.listener(hint === undefined ? message : `${message}: ${hint}`, kind);
      return;
    }
    this.transient?.clear();
    this.#io.stderr.write(errorText(kind, message, hint, this.#isColored(), this.#width()));
  }

  /** A line that is neither a warning nor an error. */
  note(message: string): void {
    if (this.#isQuiet) return;
    if (this.listener) {
      this.listener(message, 'note');
      return;
    }
    this.transient?.clear();
    this.#io.stderr.write(`${painter(this.#isColored())(hang(printable(message), 0, this.#width()), 'dim')}\n`);
  }

  /** @param place `file:line` of the statement; empty for typed statements */
  error(error: CtqError, place = ''): void {
    if (this.#check.isOn) {
      this.#check.fail(error.message, error.hint);
      return;
    }
    this.print('error', `${place ? `${place}: ` : ''}${error.message}`, error.hint);
    writeTrace(error, this.#io);
  }

  /** Texts with their mistakes marked. */
  diagnostics(texts: readonly DiagnosedText[], layout: typeof report): void {
    const mistake = texts.flatMap(each => each.diagnostics).find(({ severity }) => severity === 'error');
    if (this.#check.isOn && mistake) {
      this.#check.fail(mistake.message, mistake.hint);
      return;
    }
    const { stderr, env } = this.#io;
    const options = {
      color: this.#isColored(),
      unicode: isUnicode(env),
      width: this.#width(),
    };
    stderr.write(
      texts.map(({ text, name, diagnostics }) => layout(text, diagnostics, { ...options, name })).join('\n'),
    );
  }
}
