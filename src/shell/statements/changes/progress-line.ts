import type { Progress } from '../../../engine/change/change-run.js';
import { TransientLine } from '../../display/transient-line.js';
import type { Terminal } from '../../io.js';

/** The line appears after this time. */
const DELAY_MS = 500;

/** A progress line on a terminal, with the rate, and the time left if the total is known. */
export class ProgressLine {
  readonly #line: TransientLine;
  readonly #total: number | undefined;
  readonly #now: () => number;
  readonly #start: number;
  #phase = '';
  #phaseStart: number;

  /** @param now ms */
  constructor(terminal: Terminal, total?: number, now: () => number = () => performance.now()) {
    this.#line = new TransientLine(terminal);
    this.#total = total;
    this.#now = now;
    this.#start = now();
    this.#phaseStart = this.#start;
  }

  show(progress: Progress): void {
    const now = this.#now();
    if (progress.doing !== this.#phase) {
      this.#phase = progress.doing;
      this.#phaseStart = this.#line.isShown ? now : this.#start;
    }
    if (now - this.#start < DELAY_MS) return;
    this.#line.show(progressText(progress, this.#total, (now - this.#phaseStart) / 1000));
  }

  /** Erases the line. */
  clear(): void {
    this.#line.clear();
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
