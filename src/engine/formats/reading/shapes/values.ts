/** Where the values of an entry are in its text, and how they are written. */

/** Notations of values. A number has no leading zeros. */
export const NUMBER = 1;
/** A number of up to 19 digits. */
export const WIDE = 2;
export const ADDRESS = 3;
/** `2026-11-24T11:07:43.745065956Z`, of one to nine digits after the second. */
export const ISO_TIME = 4;
/** `1795521600.123456`. */
export const EPOCH_TIME = 5;
/** `Tue Nov 24 09:27:23 2026`, in local time, up to a bracket. */
export const CTIME = 8;
/** Anything up to a separator; it has no meaning. */
export const WORD = 6;
/** Anything up to the line's end; it has no meaning. */
export const REST = 7;
/** Anything up to a quotation mark, without escapes; it has no meaning. */
export const TEXT = 9;
/** The end of the entry. */
export const END = 0;

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

  /** A value of a slot (`slots.ts`), of one of the notations above. Values are added in the order of the text. */
  add(slot: number, kind: number, begin: number, end: number, most = 0): void {
    const i = this.length++;
    this.slots[i] = slot;
    this.kinds[i] = kind;
    this.begins[i] = begin;
    this.ends[i] = end;
    this.most[i] = most;
  }
}
