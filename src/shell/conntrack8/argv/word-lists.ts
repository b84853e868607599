import type { Modifier } from '../../../lang/checked/ast.js';
import type { WatchEvent } from '../../../lang/checked/statements.js';
import { refuse } from './mistake.js';

/** Words separated by commas; a prefix of a word in any case is enough, and the first that matches counts. */
function words<T extends string>(text: string, names: readonly T[], warn: (message: string) => void): T[] {
  const found: T[] = [];
  for (const { word, rest } of wordsAndRests(text)) {
    const name = beginning(word, rest, names, warn);
    if (name !== undefined) found.push(name);
  }
  return found;
}

/** Each word with the text from it on, which conntrack(8) prints where the word is wrong. */
function wordsAndRests(text: string): readonly { readonly word: string; readonly rest: string }[] {
  const all = text.split(',');
  return all.map((word, index) => ({ word, rest: all.slice(index).join(',') }));
}

/** Undefined for the two that are ignored. @throws Refusal */
function beginning<T extends string>(
  word: string,
  rest: string,
  names: readonly T[],
  warn: (message: string) => void,
): T | undefined {
  const fits = (name: string): boolean => word !== '' && name.toUpperCase().startsWith(word.toUpperCase());
  // conntrack(8) tries these two first, whatever the list is of.
  for (const [name, option] of NAT_WORDS) {
    if (!fits(name)) continue;
    warn(`ignoring ${name}, use ${option} instead`);
    return undefined;
  }
  const found = names.find(fits);
  if (found === undefined) refuse(`Bad parameter \`${rest}'`, 2, `expected ${names.join(', ')}`);
  return found;
}

const NAT_WORDS = [
  ['SRC_NAT', '--src-nat'],
  ['DST_NAT', '--dst-nat'],
] as const;

/** In the order in which prefixes are tried. */
const STATUS = ['ASSURED', 'SEEN_REPLY', 'UNSET', 'FIXED_TIMEOUT', 'EXPECTED', 'OFFLOAD', 'HW_OFFLOAD'] as const;

export type StatusWord = Exclude<(typeof STATUS)[number], 'UNSET'>;

/** `-u`: bits that are set (or shall be), and bits that are not: `!BIT`, `UNREPLIED`. */
export interface StatusWords {
  readonly set: readonly StatusWord[];
  readonly absent: readonly StatusWord[];
}

/** The words of `-u`: bits that are set, and bits that must be absent. @param warn called for words that are ignored */
export function statusOf(text: string, warn: (message: string) => void): StatusWords {
  const set: StatusWord[] = [];
  const absent: StatusWord[] = [];
  for (const { word, rest } of wordsAndRests(text)) {
    if (word === 'UNREPLIED') {
      absent.push('SEEN_REPLY');
      continue;
    }
    const negated = word.startsWith('!');
    const name = negated ? beginning(word.slice(1), rest.slice(1), STATUS, warn) : beginning(word, rest, STATUS, warn);
    if (name === undefined || name === 'UNSET') continue;
    const list = negated ? absent : set;
    if (!list.includes(name)) list.push(name);
  }
  return { set, absent };
}

/** `-e`: undefined for all. */
export function eventsOf(text: string, warn: (message: string) => void): readonly WatchEvent[] {
  const found = words(text, ['ALL', 'NEW', 'UPDATES', 'DESTROY'], warn);
  const all = found.includes('ALL');
  return [
    ...(all || found.includes('NEW') ? (['new'] as const) : []),
    ...(all || found.includes('UPDATES') ? (['update'] as const) : []),
    ...(all || found.includes('DESTROY') ? (['destroy'] as const) : []),
  ];
}

export type OutputWord = 'xml' | 'extended' | 'save' | 'plain' | Modifier;

const OUTPUT = ['xml', 'extended', 'timestamp', 'id', 'ktimestamp', 'labels', 'userspace', 'save', 'plain'] as const;

/** `-o`; `plain`, the default, is ctq's own word. */
export const outputOf = (text: string, warn: (message: string) => void): readonly (typeof OUTPUT)[number][] =>
  words(text, OUTPUT, warn);
