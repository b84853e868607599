import { checkLine, UNKNOWN, worse } from '../../../engine/formats/nagios/line.js';
import type { CheckStatus } from '../../../engine/formats/writing/format.js';
import type { Io } from '../../io.js';

/** What is certain about a text before it is parsed: also one with mistakes is a check. */
const IN_STATEMENT = /\boutput\s+nagios\b/i;

/** Whether a command line is that of a check, where no more than that is known of it. */
export const isCheck = (args: readonly string[]): boolean =>
  args.some(
    (arg, i) => IN_STATEMENT.test(arg) || /^(?:-o|--output[= ])\s*nagios\b/i.test(`${arg} ${args[i + 1] ?? ''}`),
  );

/** A run for a monitor, which reads one line of standard output and the exit status. What fails is UNKNOWN. */
export class MonitorCheck {
  #isOn: boolean;
  #status: CheckStatus = 0;
  #failure: string | undefined;

  constructor(isOn: boolean) {
    this.#isOn = isOn;
  }

  get isOn(): boolean {
    return this.#isOn;
  }

  /** A text that will be parsed. */
  read(text: string): void {
    this.#isOn ||= IN_STATEMENT.test(text);
  }

  /** The result of a statement. The worst one counts. */
  report(status: CheckStatus): void {
    this.#isOn = true;
    this.#status = worse(this.#status, status);
  }

  /** The first error is what the monitor shows. */
  fail(message: string, hint?: string): void {
    this.#failure ??= hint === undefined ? message : `${message} (${hint})`;
  }

  /** @param code the exit status of the program. @returns that of the check, if this is one; what failed is written */
  end(code: number, { stdout }: Pick<Io, 'stdout'>): number {
    if (!this.#isOn) return code;
    if (this.#failure === undefined && code === 0) return this.#status;
    if (this.#failure !== undefined) stdout.write(checkLine('ctq', UNKNOWN, this.#failure));
    return UNKNOWN;
  }
}
