/** Where the values of an entry are in its text, and how they are written. */

export {
  ADDRESS,
  CTIME,
  END,
  EPOCH_TIME,
  ISO_TIME,
  MAX_VALUES,
  NUMBER,
  REST,
  TEXT,
  WIDE,
  WORD,
} from './matcher/constants.js';

/** Where the values of an entry are. A reader fills it while it reads. */
export class Values {
  length = 0;
  readonly slots: number[] = [];
  readonly kinds: number[] = [];
  readonly begins: number[] = [];
  readonly ends: number[] = [];
  /** The largest allowed number. */
  readonly most: number[] = [];
  /** Entries like this one are not to be remembered. */
  isUnusual = false;

  clear(): void {
    this.length = 0;
    this.isUnusual = false;
  }

  /** A value of a slot (`slots.ts`), of one of the notations of constants.ts. Values are added in the order of the text. */
  add(slot: number, kind: number, begin: number, end: number, most = 0): void {
    const i = this.length++;
    this.slots[i] = slot;
    this.kinds[i] = kind;
    this.begins[i] = begin;
    this.ends[i] = end;
    this.most[i] = most;
  }
}
