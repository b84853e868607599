/** The line that shows the progress of a query until its first row. */

import type { ReadCount } from '../../../engine/query/context.js';
import { readSetting } from '../../../engine/sources/sysctl/sysctl.js';
import type { Place } from '../../../lang/schema/places.js';
import { TransientLine } from '../../display/transient-line.js';
import { FileOutput } from '../../output/standard-output.js';
import type { Messages } from '../../session/messages/messages.js';
import type { ShellSession } from '../../session/session.js';

/** Silence (ms) after which the line appears, and between two updates. */
const SILENCE_MS = 500;
const UPDATE_MS = 100;

export class ReadingLine {
  readonly count: ReadCount = { rows: 0, isFiltered: false };
  readonly #line: TransientLine;
  readonly #messages: Messages;
  readonly #place: Place | undefined;
  readonly #began = performance.now();
  #timer: NodeJS.Timeout | undefined;
  /** Entries in the table; null if unknown. */
  #total: number | null | undefined;

  /** @param place of the table; undefined if more or other rows than its entries are read */
  constructor({ io, messages }: ShellSession, place: Place | undefined) {
    this.#line = new TransientLine(io.stderr);
    this.#messages = messages;
    messages.transient = this.#line;
    this.#place = place;
    // A program at the other end of a pipe may have the terminal itself, as a pager does.
    const isAlone = io.stdout.isTTY === true || io.stdout instanceof FileOutput;
    if (io.stderr.isTTY !== true || !isAlone || io.env.TERM === 'dumb') return;
    this.#timer = setTimeout(() => {
      this.#timer = setInterval(() => this.#update(), UPDATE_MS);
      this.#update();
    }, SILENCE_MS);
  }

  #update(): void {
    const { rows, isFiltered } = this.count;
    this.#total ??= isFiltered || this.#place === undefined ? null : tableSize(this.#place);
    this.#line.show(readingText(rows, this.#total ?? undefined, (performance.now() - this.#began) / 1000));
  }

  /** Erases the line for good: there is something else to be seen, or the query has ended. */
  end(): void {
    clearTimeout(this.#timer);
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#line.clear();
    if (this.#messages.transient === this.#line) this.#messages.transient = undefined;
  }
}

/** The number of entries, from /proc: the source of the query is busy. */
function tableSize(place: Place): number | null {
  const count = readSetting('nf_conntrack_count', place);
  return typeof count === 'number' ? count : null;
}

/** `120000 of 244173 rows read, 48000/s`. */
export function readingText(rows: number, total: number | undefined, seconds: number): string {
  const of = total === undefined || total < rows ? '' : ` of ${total}`;
  const rate = seconds > 0 ? Math.round(rows / seconds) : 0;
  return `${rows}${of} rows read${rate > 0 ? `, ${rate}/s` : ''}`;
}
