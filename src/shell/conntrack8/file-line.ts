import { refuse } from './mistake.js';

/** A line of a file of command lines: its words, and the object that ctq's `output save` put at its end. */
export interface FileLine {
  readonly words: readonly string[];
  readonly rest?: Readonly<Record<string, unknown>>;
  /** The text of that object. */
  readonly object?: string;
}

/** Where the object begins; what stands in front has no such thing in it, but in quotes. */
const OBJECT = ' # {';

/** Undefined for a line with nothing to do: blank, or a comment. @throws Refusal for an object that is none */
export function readLine(text: string): FileLine | undefined {
  const trimmed = text.trim();
  if (trimmed === '' || trimmed.startsWith('#')) return undefined;
  const at = trimmed.endsWith('}') ? trimmed.indexOf(OBJECT) : -1;
  if (at < 0) return { words: wordsOf(trimmed) };
  const object = trimmed.slice(at + OBJECT.length - 1);
  return { words: wordsOf(trimmed.slice(0, at)), rest: objectOf(object), object };
}

function objectOf(text: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(text) as Readonly<Record<string, unknown>>;
  } catch (error) {
    return refuse(`invalid object after ' # ': ${(error as Error).message}`);
  }
}

/** Words between blanks; in double quotes blanks belong to the word, and `\` takes the next character as it is. */
function wordsOf(text: string): readonly string[] {
  if (!text.includes('"')) return text.split(/[ \t]+/);
  const words: string[] = [];
  let word = '';
  let quoted = false;
  let begun = false;
  for (let at = 0; at < text.length; at++) {
    const c = text[at];
    if (quoted && c === '\\' && at + 1 < text.length) word += text[++at];
    else if (c === '"') {
      quoted = !quoted;
      begun = true;
    } else if (!quoted && (c === ' ' || c === '\t')) {
      if (word !== '' || begun) words.push(word);
      word = '';
      begun = false;
    } else word += c;
  }
  if (quoted) refuse('a double quote is not closed');
  if (word !== '' || begun) words.push(word);
  return words;
}
