/** Where a text can be divided: the last place before `end` at which an entry begins; 0 where there is none. */
export type Cut = (bytes: Uint8Array, end: number) => number;

const TAB = 0x09;
const LINE_FEED = 0x0a;
const SPACE = 0x20;
const LESS = 0x3c;
const GREATER = 0x3e;
const OPEN = 0x7b;

export const lineCut: Cut = (bytes, end) => {
  let at = end;
  while (at > 0 && bytes[at - 1] !== LINE_FEED) at--;
  return at;
};

/** Lines before the end that are looked at for one in which an entry begins, and characters of each. */
const MAX_LINES = 32;
const LONGEST_BEGINNING = 512;

/** The last line in which an entry begins: others may continue it. Where there is none near the end, the last line. */
export const entryCut =
  (entry: RegExp): Cut =>
  (bytes, end) => {
    const last = lineCut(bytes, end);
    for (let at = last, lineEnd = end, tried = 0; at > 0 && tried < MAX_LINES; tried++) {
      const text = Buffer.from(bytes.subarray(at, Math.min(lineEnd, at + LONGEST_BEGINNING))).toString('latin1');
      if (entry.test(text)) return at;
      lineEnd = at - 1;
      at = lineCut(bytes, lineEnd);
    }
    return last;
  };

/** A brace that begins a line begins an entry: entries hold no lists of objects. */
export const objectCut: Cut = (bytes, end) => {
  for (let at = end - 1; at > 0; at--) {
    if (bytes[at] !== OPEN) continue;
    let before = at - 1;
    while (before > 0 && (bytes[before] === SPACE || bytes[before] === TAB)) before--;
    if (bytes[before] === LINE_FEED) return before + 1;
  }
  return 0;
};

/** `<flow>`, `<flow type="new">`. */
export const flowCut: Cut = (bytes, end) => {
  for (let at = end - 6; at > 0; at--) {
    if (bytes[at] !== LESS || bytes[at + 1] !== 0x66 || bytes[at + 2] !== 0x6c) continue;
    if (bytes[at + 3] !== 0x6f || bytes[at + 4] !== 0x77) continue;
    if (bytes[at + 5] <= SPACE || bytes[at + 5] === GREATER) return at;
  }
  return 0;
};
