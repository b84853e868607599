import { sgrCodes } from '../../display/style.js';
import { wrap } from '../../display/text/width.js';
import { actionOf, type KeyDocs } from '../../help/top-keys.js';
import type { Key } from '../../interactive/line/input/key-names.js';
import type { Line } from '../table/table.js';
import type { Pane, PaneView, Size } from './pane.js';

const INDENT = 12;

const PARAGRAPHS = [
  'Rates are per second, between the last two refreshes. A flow that the previous refresh did not see has no rate, unless it began since.',
  'ctq uses no more than a tenth of a processor for refreshes: of a large table they are further apart than asked for, and the time in the first line is yellow.',
  'The history at the right shows the last rates of a row, from nothing to its largest.',
];

/** The keys and what the columns mean. */
export class HelpPane implements Pane {
  readonly below = 0;
  readonly isOver = false;
  readonly isLeftByQ = true;
  readonly docs = [
    ['↑↓', 'scroll'],
    ['q', 'back'],
  ] as const;
  #first = 0;
  #height = 1;
  #lines = 0;

  constructor(
    readonly closed: () => void,
    readonly unicode: boolean,
    readonly keyDocs: KeyDocs,
  ) {}

  view({ columns, rows }: Size): PaneView {
    const width = Math.min(columns, 100);
    const plain = (text: string): Line => [{ text: `  ${text}`, codes: '' }];
    const lines: Line[] = [[{ text: 'ctq top: the connections as they change', codes: sgrCodes('header') }], []];
    for (const [keys, doc] of this.keyDocs) {
      const [first, ...rest] = wrap(doc, width - INDENT - 2);
      lines.push([
        { text: `  ${(this.unicode ? keys : ascii(keys)).padEnd(INDENT)}`, codes: sgrCodes('prompt') },
        { text: first ?? '', codes: '' },
      ]);
      for (const line of rest) lines.push(plain(' '.repeat(INDENT) + line));
    }
    for (const paragraph of PARAGRAPHS) lines.push([], ...wrap(paragraph, width - 2).map(plain));
    lines.push([], plain('ctq help top, docs/top.md'));
    this.#height = rows;
    this.#lines = lines.length;
    this.#first = Math.max(0, Math.min(this.#first, lines.length - rows));
    return { lines: lines.slice(this.#first, this.#first + rows) };
  }

  press(key: Key): void {
    const action = actionOf(key);
    if (action === 'up') this.#first--;
    else if (action === 'down') this.#first++;
    else if (action === 'pageup') this.#first -= this.#height;
    else if (action === 'pagedown' || action === 'pause') this.#first += this.#height;
    else if (action === 'home') this.#first = 0;
    else if (action === 'end') this.#first = this.#lines;
    else this.closed();
  }
}

/** Names of keys for terminals that show ASCII only. */
export const ascii = (keys: string): string =>
  keys
    .replace('↑ ↓', 'Up Down')
    .replace('↑↓', 'Up Down')
    .replace('← →', 'Left Right')
    .replace('←→', 'Left Right')
    .replace('↓', 'Down');
