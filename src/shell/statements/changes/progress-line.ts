import type { Progress } from '../../../engine/change/options.js';
import type { Terminal } from '../../cli/io.js';

/** Before so many ms nobody wonders. */
const PATIENCE = 1000;

/** One line of a terminal that says how far something is, with its rate, and the time left where the end is known. */
export class ProgressLine {
  readonly #terminal: Terminal;
  readonly #total: number | undefined;
  readonly #now: () => number;
  readonly #began: number;
  #phase = '';
  #phaseBegan: number;
  #isShown = false;

  /** @param now ms */
  constructor(terminal: Terminal, total?: number, now: () => number = () => performance.now()) {
    this.#terminal = terminal;
    this.#total = total;
    this.#now = now;
    this.#began = now();
    this.#phaseBegan = this.#began;
  }

  show(progress: Progress): void {
    const now = this.#now();
    if (progress.doing !== this.#phase) {
      this.#phase = progress.doing;
      this.#phaseBegan = this.#isShown ? now : this.#began;
    }
    if (this.#terminal.isTTY !== true || now - this.#began < PATIENCE) return;
    this.#isShown = true;
    const text = progressText(progress, this.#total, (now - this.#phaseBegan) / 1000);
    this.#terminal.write(`\r${text.slice(0, (this.#terminal.columns ?? 80) - 1)}\x1b[K`);
  }

  /** Takes the line away. */
  clear(): void {
    if (this.#isShown) this.#terminal.write('\r\x1b[K');
    this.#isShown = false;
  }
}

/** `deleting: 12000 of 80000 (15 %), 52000/s, 2 s left`. */
export function progressText({ doing, done }: Progress, total: number | undefined, seconds: number): string {
  const rate = seconds > 0 ? Math.round(done / seconds) : 0;
  const known = total !== undefined && total >= done && total > 0 && doing !== 'reading' && doing !== 'counting';
  const parts = [`${doing}: ${done}${known ? ` of ${total} (${Math.floor((done / total) * 100)} %)` : ''}`];
  if (rate > 0) parts.push(`${rate}/s`);
  if (known && rate > 0) parts.push(`${leftText(Math.ceil((total - done) / rate))} left`);
  return parts.join(', ');
}

function leftText(seconds: number): string {
  if (seconds < 120) return `${seconds} s`;
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
