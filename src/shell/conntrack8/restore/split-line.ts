import { refuse } from '../argv/mistake.js';

/** A line of a file of command lines: its words, and the object that ctq's `output save` put at its end. */
export interface SplitLine {
  readonly words: readonly string[];
  readonly rest?: Readonly<Record<string, unknown>>;
}

/** How the object begins; before it this is possible only inside of quotes. */
const OBJECT = ' # {';

/** Undefined for a blank line, or a comment. @throws Refusal for an object that is not JSON */
export function splitLine(text: string): SplitLine | undefined {
  const trimmed = text.trim();
  if (trimmed === '' || trimmed.startsWith('#')) return undefined;
  const at = trimmed.endsWith('}') ? trimmed.indexOf(OBJECT) : -1;
  if (at < 0) return { words: wordsOf(trimmed) };
  const object = trimmed.slice(at + OBJECT.length - 1);
  return { words: wordsOf(trimmed.slice(0, at)), rest: objectOf(object) };
}

function objectOf(text: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(text) as Readonly<Record<string, unknown>>;
  } catch (error) {
    return refuse(`invalid object after ' # ': ${(error as Error).message}`);
  }
}

/** Words between blanks; in double quotes blanks belong to the word, and `\` escapes the next character. */
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
