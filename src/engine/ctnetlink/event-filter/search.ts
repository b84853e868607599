import type { Assembler, Label } from '../../netlink/socket-filter/assembler.js';
import { BPF } from '../../netlink/socket-filter/instruction.js';
import { highest, type Range, type Ranges } from './ranges.js';

/** Words that lead to the same place. */
interface Item {
  readonly low: number;
  readonly high: number;
  readonly to: Label;
}

/** A word whose successors decide. */
interface Rest {
  readonly at: Label;
  readonly ranges: Range[];
}

/** Items that are compared one after the other. */
const GROUP = 6;
/** Items that share their jumps to far places. */
const BLOCK = 96;

/**
 * Compares a number of one or more words with a set: searches the first word by bisection, and those after it only where it does not
 * decide.
 * @param words of the number
 * @param width bytes of a word
 * @param load puts a word of it into A
 */
export function searchWords(
  code: Assembler,
  ranges: Ranges,
  words: number,
  width: number,
  load: (word: number) => void,
  yes: Label,
  no: Label,
): void {
  const search = (set: Ranges, word: number): void => {
    load(word);
    if (word === words - 1) {
      searchItems(
        code,
        set.map(([low, high]) => ({ low: Number(low), high: Number(high), to: yes })),
        highest(width),
        no,
      );
      return;
    }
    const bits = BigInt(32 * (words - 1 - word));
    const { items, rests } = splitWord(code, set, bits, yes);
    searchItems(code, items, highest(width), no);
    for (const { at, ranges: inner } of rests) {
      code.place(at);
      search(inner, word + 1);
    }
  };
  search(ranges, 0);
}

/** What the first words of ranges decide. @param bits of the words after it */
function splitWord(code: Assembler, set: Ranges, bits: bigint, yes: Label): { items: Item[]; rests: Rest[] } {
  const items: Item[] = [];
  const rests: Rest[] = [];
  const most = (1n << bits) - 1n;
  const add = (low: bigint, high: bigint): void => {
    items.push({ low: Number(low), high: Number(high), to: yes });
  };
  const addRest = (word: bigint, range: Range): void => {
    const last = items.at(-1);
    const rest = rests.at(-1);
    if (last !== undefined && rest !== undefined && last.to === rest.at && last.low === Number(word)) {
      rest.ranges.push(range);
      return;
    }
    const at = code.label();
    rests.push({ at, ranges: [range] });
    items.push({ low: Number(word), high: Number(word), to: at });
  };
  for (const [low, high] of set) {
    let first = low >> bits;
    const last = high >> bits;
    const from = low & most;
    const to = high & most;
    if (first === last) {
      if (from === 0n && to === most) add(first, last);
      else addRest(first, [from, to]);
      continue;
    }
    if (from !== 0n) addRest(first++, [from, most]);
    const isWhole = to === most;
    const end = isWhole ? last : last - 1n;
    if (first <= end) add(first, end);
    if (!isWhole) addRest(last, [0n, to]);
  }
  return { items, rests };
}

/** Compares A with sorted items. */
function searchItems(code: Assembler, items: readonly Item[], most: bigint, no: Label): void {
  if (items.length > GROUP) {
    if (items.length > BLOCK || items.length < BLOCK / 2 || items.some(({ to }) => to !== items[0].to)) {
      bisect(code, items, most, no);
      return;
    }
    // One jump to each far place for the whole block.
    const [near, away] = [code.label(), code.label()];
    bisect(
      code,
      items.map(item => ({ ...item, to: near })),
      most,
      away,
    );
    code.place(near);
    code.jump(items[0].to);
    code.place(away);
    code.jump(no);
    return;
  }
  items.forEach((item, i) => {
    const next = code.label();
    compareItem(code, item, most, i === items.length - 1 ? no : next, no);
    code.place(next);
  });
  if (items.length === 0) code.jump(no);
}

function bisect(code: Assembler, items: readonly Item[], most: bigint, no: Label): void {
  const middle = items.length >> 1;
  const [left, right] = [code.label(), code.label()];
  code.branch(BPF.JGE_K, items[middle].low, right, left);
  code.place(left);
  searchItems(code, items.slice(0, middle), most, no);
  code.place(right);
  searchItems(code, items.slice(middle), most, no);
}

/** @param next where a number above the item is compared further; one below it is in no item */
function compareItem(code: Assembler, { low, high, to }: Item, most: bigint, next: Label, no: Label): void {
  if (low === high) {
    code.branch(BPF.JEQ_K, low, to, next);
    return;
  }
  if (low > 0) {
    const isAbove = code.label();
    code.branch(BPF.JGE_K, low, isAbove, no);
    code.place(isAbove);
  }
  if (BigInt(high) === most) code.jump(to);
  else code.branch(BPF.JGT_K, high, next, to);
}
