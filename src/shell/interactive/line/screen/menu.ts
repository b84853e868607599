import type { Candidate, Completion } from '../../../../lang/services/completion/candidate.js';
import { type Style, sgrCodes } from '../../../display/style.js';
import { fit, pad, textWidth } from '../../../display/text/width.js';
import { type Piece, type Row, rowOf } from '../frame.js';

/** Rows of the menu at most. */
const MAX_ROWS = 8;
/** Columns of a candidate's text at most. */
const MAX_TEXT = 40;

/** Candidates that need no space after them: more of the word follows. */
const isOpenEnded = ({ text }: Candidate): boolean => /[(/]$/.test(text);

/** What the menu does with the line. */
export interface MenuLine {
  readonly text: string;
  readonly cursor: number;
  set(text: string, cursor: number): void;
}

/** The candidates below the line. One of them is chosen, or none: then Enter takes none. */
export class Menu {
  #found: Completion | undefined;
  /** The text before a candidate was chosen, to which Escape returns. */
  #typed: { readonly text: string; readonly cursor: number } | undefined;
  #chosen = -1;
  #first = 0;
  /** Where a space was added after a candidate. */
  #spaceAt = -1;

  get isOpen(): boolean {
    return this.#found !== undefined;
  }

  get isChosen(): boolean {
    return this.#chosen >= 0;
  }

  open(found: Completion): void {
    this.close();
    if (found.candidates.length > 0) this.#found = found;
  }

  close(): void {
    this.#found = undefined;
    this.#typed = undefined;
    this.#chosen = -1;
    this.#first = 0;
  }

  /**
   * Tab with nothing chosen: takes the only candidate that begins with the word, else their longest common prefix.
   * @returns false if there is no such part
   */
  extend(line: MenuLine): boolean {
    const found = this.#found;
    if (found === undefined) return false;
    const word = line.text.slice(found.start, found.end);
    const typed = word.toLowerCase();
    const beginning = found.candidates.filter(({ text }) => text.toLowerCase().startsWith(typed));
    if (beginning.length === 1 && (typed !== '' || found.candidates.length === 1)) {
      this.#insert(line, found, beginning[0]);
      this.#addSpace(line, beginning[0]);
      this.close();
      return true;
    }
    if (typed === '' || beginning.length === 0) return false;
    const common = commonStart(beginning.map(({ text }) => text));
    if (common.length <= word.length) return false;
    const text = word + common.slice(word.length);
    line.set(line.text.slice(0, found.start) + text + line.text.slice(found.end), found.start + text.length);
    return true;
  }

  /** Chooses the next candidate or the one before, and puts it into the line. */
  choose(line: MenuLine, by: 1 | -1): void {
    const found = this.#found;
    if (found === undefined) return;
    const { length } = found.candidates;
    this.#typed ??= { text: line.text, cursor: line.cursor };
    this.#chosen = this.#chosen < 0 ? (by > 0 ? 0 : length - 1) : (this.#chosen + by + length) % length;
    const { text, cursor } = this.#typed;
    line.set(text, cursor);
    this.#insert(line, found, found.candidates[this.#chosen]);
  }

  /** Keeps what is chosen. */
  accept(line: MenuLine): void {
    const candidate = this.#found?.candidates[this.#chosen];
    if (candidate !== undefined) this.#addSpace(line, candidate);
    this.close();
  }

  /** Keeps what is chosen before a key of the line; before the beginning of a word, a space is added. */
  keepBefore(line: MenuLine, typed: string): void {
    if (/^[\w'"$]/.test(typed)) this.accept(line);
    else this.close();
  }

  /** Gives up what is chosen. */
  cancel(line: MenuLine): void {
    if (this.#typed) line.set(this.#typed.text, this.#typed.cursor);
    this.close();
  }

  /** The space that was added after a candidate is in the way of a comma, a semicolon or a parenthesis; a space replaces it. */
  takeSpaceBack(line: MenuLine, typed: string): void {
    const at = this.#spaceAt;
    this.#spaceAt = -1;
    if (/^[ ,;)]/.test(typed) && at >= 0 && line.cursor === at + 1 && line.text[at] === ' ')
      line.set(line.text.slice(0, at) + line.text.slice(at + 1), at);
  }

  #insert(line: MenuLine, { start, end }: Completion, { text }: Candidate): void {
    line.set(line.text.slice(0, start) + text + line.text.slice(end), start + text.length);
  }

  #addSpace(line: MenuLine, candidate: Candidate): void {
    const { text, cursor } = line;
    if (isOpenEnded(candidate)) return;
    this.#spaceAt = cursor;
    line.set(text[cursor] === ' ' ? text : `${text.slice(0, cursor)} ${text.slice(cursor)}`, cursor + 1);
  }

  /** @param column where the word begins on the screen @param room rows at most */
  rows(columns: number, column: number, room = MAX_ROWS): readonly Row[] {
    const found = this.#found;
    if (found === undefined) return [];
    const { candidates } = found;
    const height = Math.min(MAX_ROWS, Math.max(2, room));
    const most = candidates.length > height ? height - 1 : height;
    if (this.#chosen >= 0) this.#first = Math.min(Math.max(this.#first, this.#chosen - most + 1), this.#chosen);
    const shown = candidates.slice(this.#first, this.#first + most);
    const text = Math.min(MAX_TEXT, Math.max(...shown.map(each => textWidth(each.text))), columns - 4);
    const kind = Math.max(...shown.map(each => textWidth(each.kind)));
    const doc = Math.max(...shown.map(each => textWidth(each.doc ?? '')));
    const width = text + 3 + kind + (doc > 0 ? doc + 2 : 0);
    const indent = ' '.repeat(Math.max(0, Math.min(column - 1, columns - 2 - width)));
    const rows = shown.map((candidate, i) => {
      const isChosen = this.#first + i === this.#chosen;
      const pieces: Piece[] = [
        { text: indent, codes: '' },
        {
          text: ` ${pad(fit(candidate.text, text, '…'), text, 'left')} `,
          codes: sgrCodes(isChosen ? 'chosen' : 'candidate'),
        },
        { text: ` ${pad(candidate.kind, kind, 'left')}`, codes: sgrCodes('kind') },
        { text: candidate.doc === undefined ? '' : `  ${candidate.doc}`, codes: sgrCodes('dim') },
      ];
      return rowOf(pieces, columns);
    });
    if (candidates.length > shown.length) {
      const range = `${this.#first + 1}–${this.#first + shown.length} of ${candidates.length}`;
      rows.push(rowOf([{ text: `${indent} ${range}`, codes: sgrCodes('dim' satisfies Style) }], columns));
    }
    return rows;
  }

  /** Where the word begins that candidates replace. */
  get start(): number {
    return this.#found?.start ?? 0;
  }
}

function commonStart(texts: readonly string[]): string {
  let [common = ''] = texts;
  for (const each of texts) while (!each.startsWith(common)) common = common.slice(0, -1);
  return common;
}
