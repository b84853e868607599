import { fuzzyMatch } from '../../../../lang/services/completion/fuzzy.js';
import { sgrCodes } from '../../../display/style.js';
import { type Row, rowOf } from '../frame.js';
import type { Key } from '../input/key-names.js';

const MAX_ROWS = 10;

/** What a key did: the search continues, ends, or ends with an entry for the line. */
export type SearchStep = 'open' | 'closed' | { readonly taken: string };

/** Ctrl-R: the entries of the history that match what is typed, in a list below it, the newest first. */
export class HistorySearch {
  readonly #entries: readonly string[];
  #query = '';
  #found: readonly string[];
  #chosen = 0;

  constructor(entries: readonly string[], query: string) {
    this.#entries = entries;
    this.#query = query;
    this.#found = entries;
    this.#search();
  }

  get query(): string {
    return this.#query;
  }

  press({ text, name }: Key): SearchStep {
    switch (name) {
      case 'enter':
      case 'tab':
      case 'right':
      case 'end':
      case 'ctrl-e': {
        const taken = this.#found[this.#chosen];
        return taken === undefined ? 'closed' : { taken };
      }
      case 'escape':
      case 'ctrl-g':
        return 'closed';
      case 'ctrl-r':
      case 'down':
      case 'ctrl-n':
        return this.#move(1);
      case 'ctrl-s':
      case 'up':
      case 'ctrl-p':
        return this.#move(-1);
      case 'backspace':
        this.#query = [...this.#query].slice(0, -1).join('');
        return this.#search();
      case 'ctrl-u':
        this.#query = '';
        return this.#search();
      case 'text':
        this.#query += text;
        return this.#search();
      default:
        return 'open';
    }
  }

  #move(by: 1 | -1): 'open' {
    this.#chosen = Math.min(Math.max(this.#chosen + by, 0), Math.max(this.#found.length - 1, 0));
    return 'open';
  }

  #search(): 'open' {
    const words = this.#query.split(/\s+/).filter(word => word !== '');
    const found = this.#entries.flatMap(entry => {
      let score = 0;
      for (const word of words) {
        const match = fuzzyMatch(word, entry);
        if (match === undefined) return [];
        score += match;
      }
      return [{ entry, score }];
    });
    // Sorting is stable: of equal ones the newer is first.
    this.#found = found.sort((a, b) => b.score - a.score).map(({ entry }) => entry);
    this.#chosen = 0;
    return 'open';
  }

  rows(columns: number, most: number): readonly Row[] {
    const height = Math.max(1, Math.min(MAX_ROWS, most));
    const first = Math.max(0, this.#chosen - height + 1);
    if (this.#found.length === 0) return [rowOf([{ text: '  nothing found', codes: sgrCodes('dim') }], columns)];
    return this.#found.slice(first, first + height).map((entry, i) => {
      const codes = first + i === this.#chosen ? sgrCodes('chosen') : '';
      return rowOf([{ text: `  ${entry.replaceAll(/\s*\n\s*/g, ' ⏎ ')} `, codes }], columns);
    });
  }
}
