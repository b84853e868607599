/** What a line is if it is not a statement: a command of ctq, of psql or SQLite, a word of other shells, a bare address. */
import { fieldOf, TABLES } from '../../../lang/schema/catalogue.js';
import { isComplete } from '../../../lang/syntax/parse.js';
import { statementMeant } from '../../session/shorthand.js';
import { ownWords } from './own-line.js';

/** A line taken apart. */
export type Input =
  /** `.help select`, `quit`, `!ls`. */
  | { readonly kind: 'dot'; readonly name: string; readonly rest: string }
  /** `\d conntrack`. */
  | { readonly kind: 'backslash'; readonly name: string; readonly rest: string }
  | Ended
  /** `conntrack -L -p tcp | head`. */
  | { readonly kind: 'conntrack'; readonly words: readonly string[]; readonly pipe?: string }
  /** `$ ctq "count conntrack"`: the words after ctq. */
  | { readonly kind: 'own'; readonly words: readonly string[] }
  /** `10.0.0.1`, `udp 53 | wc -l`: shown as the statement that it means, which is run. */
  | { readonly kind: 'meant'; readonly statement: string; readonly pipe?: string };

/** `select … \gx`, `select … \g | wc -l`: a statement that a backslash command ends. */
export interface Ended {
  readonly kind: 'ended';
  readonly statement: string;
  readonly name: string;
  readonly rest: string;
}

/** Words that other shells take, and the command that each is. */
const WORDS: Readonly<Record<string, string>> = {
  quit: 'quit',
  exit: 'quit',
  logout: 'quit',
  ':q': 'quit',
  ':q!': 'quit',
  ':wq': 'quit',
  h: 'help',
  '?': 'help',
  ':help': 'help',
  top: 'top',
  full: 'full',
  status: 'full',
  clear: 'clear',
  cls: 'clear',
  history: 'history',
};

/** Those that take what follows the word. */
const WITH_ARGUMENTS = new Set(['help', 'top']);

/** Leaves, also after a statement that has not run. */
const LEAVING = /^([\s\S]*)\n\s*(?:quit|exit|:q|\\q|\.quit|\.exit)\s*;?$/i;

/** Undefined for statements, and for what may still become one. */
export function inputOf(text: string): Input | undefined {
  const line = text.trim();
  const dot = /^\.([a-z?][^\s;|]*)\s*([\s\S]*?)\s*;?$/i.exec(line);
  if (dot) return { kind: 'dot', name: dot[1], rest: dot[2] };
  const backslash = /^\\(!|\?|[a-z]+\+?)\s*([\s\S]*?)\s*;?$/i.exec(line);
  if (backslash) return { kind: 'backslash', name: backslash[1].replace(/\+$/, ''), rest: backslash[2] };
  const ended = /^([^\\]+?)\s*;?\s*\\(gx|g|G|watch)(?:\s*(\|.*)|\s+(\S.*)|(\d[\w.]*|))$/.exec(line);
  if (ended && isComplete(ended[1]))
    return { kind: 'ended', statement: ended[1], name: ended[2], rest: ended[3] ?? ended[4] ?? ended[5] };
  const own = ownWords(line);
  if (own) return { kind: 'own', words: own };
  const before = LEAVING.exec(line)?.[1];
  if (before !== undefined && isComplete(before)) return { kind: 'dot', name: 'quit', rest: '' };
  if (line.includes('\n')) return undefined;
  if (line.startsWith('!')) return { kind: 'dot', name: 'shell', rest: line.slice(1).trim() };
  const conntrack = /^(?:(?:sudo\s+)?conntrack\s+)?(-[A-Z]\b.*|(?<=\s)-.*)$/.exec(line);
  if (conntrack) {
    const [, words, pipe] = /^(.*?)\s*;?(?:\s*\|\s*(.+))?$/.exec(conntrack[1])!;
    return { kind: 'conntrack', words: words.split(/\s+/), ...(pipe === undefined ? {} : { pipe }) };
  }
  const helped = /^help\s+(\.\w+)\s*;?$/i.exec(line);
  if (helped) return { kind: 'dot', name: 'help', rest: helped[1] };
  const [, word, rest] = /^(\S+?)(?:\(\)|!)?(?:\s+(.*?))?\s*;?$/.exec(line) ?? [];
  const name = word?.toLowerCase() ?? '';
  if (Object.hasOwn(WORDS, name) && (rest === undefined || WITH_ARGUMENTS.has(WORDS[name])))
    return { kind: 'dot', name: WORDS[name], rest: rest ?? '' };
  return meantBy(line);
}

/** A line that is short for a statement, with what its result is piped to. */
function meantBy(line: string): Input | undefined {
  const [, before, pipe] = /^([^|]*[^|\s])\s*\|\s*([a-z./~]\S*(?:\s[\s\S]*)?)$/i.exec(line) ?? [];
  const isField = pipe !== undefined && fieldOf(TABLES.conntrack, pipe.split(/\s/, 1)[0].toLowerCase()) !== undefined;
  const statement = statementMeant(pipe === undefined || isField ? line : before);
  if (statement === undefined) return undefined;
  return { kind: 'meant', statement, ...(pipe === undefined || isField ? {} : { pipe }) };
}
