/** How entries begin in lines: with it they are found after what other programs wrote before them, or in the middle of a line. */

import type { FilledEntries } from '../reading/reader.js';
import { KEYS, STATUS_WORDS, UNREPLIED, USERSPACE } from './words.js';

/** How an entry begins, an expectation too. */
export const BEGIN =
  /(?:\[\d{1,12}\.\d{1,9} *\]\s*)?(?:\[(?:NEW|UPDATE|DESTROY)\]\s+)?(?:(?:ipv[46]\s+\d+\s+)?[a-z][a-z0-9-]{0,30}\s+\d{1,3}(?:\s+(?:\d+|[A-Z][A-Z0-9_]*|\[[A-Z_]+\]|[a-z_]+=\S*)){0,4}?\s+src=|(?:(?:\d+|-)\s+(?:l3proto = \d+\s+)?)?proto=\d+\s+src=)/;

const FLAGS = [UNREPLIED, USERSPACE, ...STATUS_WORDS.map(([word]) => word)].map(word => word.replace(/[[\]]/g, '\\$&'));
/** Words with spaces in them: of conntrackd(8), and times, of which a line may have the end. */
const SPACED = [
  '\\[active since \\d+s\\]',
  '(?:\\[(?:start|stop)=)?(?:[A-Za-z]{3}\\s+){0,2}(?:\\d+\\s+)?\\d\\d:\\d\\d:\\d\\d\\s+\\d{4}\\]',
];
const WORD = `(?:(?:${KEYS.join('|')})=\\S*|${FLAGS.join('|')})`;

/** A word that continues an entry. */
export const CONTINUED = new RegExp(`^${WORD}$`);

/** The beginnings of words, and words that others always follow. */
const PARTS = KEYS.flatMap(key => Array.from(key, (_, i) => key.slice(0, i + 1)));
export const UNFINISHED = new RegExp(
  `^(?:\\[[A-Z_]*|${[...new Set(PARTS)].join('|')}|(?:${KEYS.join('|')})=|(?:src|sport|packets|type|code|srckey)=\\S+)$`,
);

/** Entries that were filled as a paragraph: what occurs twice is in both directions. */
export const FILLED: FilledEntries = {
  begin: BEGIN,
  rest: new RegExp(`^(?:(?:${[WORD, ...SPACED].join('|')})(?:\\s+|$))+$`),
  once: /(?<!\S)(?:mark|use|secctx|zone|delta-time)=/g,
  twice: /(?<!\S)(?:src|dst|sport|dport|packets|bytes)=/g,
};

/** A dash before it is that of grep's context lines (`dump.txt-13-tcp`) or of diff(1). A letter may be that of an escape: `\t[NEW]`. */
export const ENTRY = new RegExp(`(?<!(?<!\\\\)[\\w.]|(?<!\\d|^)-)${BEGIN.source}`);

/** What precedes the words of an entry. Unknown ones among them are ignored, so that `BEGIN` may not be there. */
export const ALONE =
  /^\s*(?:\[\d+\.\d+ *\]\s*)?(?:\[(?:NEW|UPDATE|DESTROY)\]\s*)?(?:[a-z][a-z0-9-]*\s+\d|(?:(?:\d+|-)\s+(?:l3proto = \d+\s+)?)?proto=)/;
