import type { Painter } from '../display/style.js';
import { fit, textWidth, wrap } from '../display/text/width.js';
import type { Example, Glossary, HelpTopic } from './topic.js';

/** Width and colours of help pages. */
export interface Look {
  /** Columns of the terminal. */
  readonly width: number;
  readonly paint: Painter;
}

const INDENT = '  ';
/** The meaning of longer words is on the next line. */
const LONGEST_WORD = 30;

const spaces = (count: number): string => ' '.repeat(Math.max(0, count));

/** Words and their meanings in two columns, or one below the other on a narrow terminal. */
export function glossary(rows: Glossary, { width, paint }: Look): string {
  const longest = Math.max(...rows.map(([word]) => textWidth(word)).filter(length => length <= LONGEST_WORD), 4);
  const isNarrow = width < longest + 24;
  const left = isNarrow ? 4 : longest + 4;
  return rows
    .map(([word, meaning]) => {
      const head = `${INDENT}${paint(word, 'name')}`;
      if (meaning === '') return `${head}\n`;
      const [first, ...rest] = wrap(meaning, Math.max(16, width - left));
      const isApart = isNarrow || textWidth(word) > longest;
      const begin = isApart
        ? `${head}\n${spaces(left)}${first}`
        : `${head}${spaces(left - 2 - textWidth(word))}${first}`;
      return `${[begin, ...rest.map(line => spaces(left) + line)].join('\n')}\n`;
    })
    .join('');
}

/** A statement with a line above it that says what it shows. */
export function example({ query, what }: Example, { width, paint }: Look): string {
  const lines = query
    .split('; ')
    .map((statement, index, all) => (index < all.length - 1 ? `${statement};` : statement))
    .flatMap(statement => wrap(statement, width - 4).map((line, index) => (index === 0 ? line : `  ${line}`)));
  return `${INDENT}${paint(`-- ${fit(what, width - 5, '…')}`, 'dim')}\n${lines.map(line => `${INDENT}${line}\n`).join('')}`;
}

/** A line of a syntax, broken where it is too long: not within short brackets. What follows is aligned with its second word. */
function syntaxLines(line: string, width: number): string[] {
  const [head] = /^(?: +|\S+ ?)/.exec(line) ?? [''];
  const left = INDENT.length + head.length;
  const joined = line
    .slice(head.length)
    .replace(/\[(?:[^[\]]|\[[^[\]]*\]){1,30}\]/g, part => part.replaceAll(' ', '\u00a0'));
  return wrap(joined, width - left).map(
    (part, index) => `${index === 0 ? INDENT + head : spaces(left)}${part.replaceAll('\u00a0', ' ')}\n`,
  );
}

/** A whole help page. */
export function page(name: string, topic: HelpTopic, look: Look): string {
  const { paint, width } = look;
  const parts = [`${paint(name, 'header')} – ${topic.summary}\n`];
  if (topic.syntax) parts.push(topic.syntax.flatMap(line => syntaxLines(line, width)).join(''));
  for (const part of topic.text) {
    parts.push(typeof part === 'string' ? `${wrap(part, width).join('\n')}\n` : glossary(part, look));
  }
  if (topic.examples.length > 0) {
    parts.push(`${paint('Examples', 'header')}\n${topic.examples.map(each => example(each, look)).join('\n')}`);
  }
  if (topic.see)
    parts.push(`${wrap(`See also: ${topic.see.map(each => `help ${each}`).join(', ')}`, width).join('\n')}\n`);
  return parts.join('\n');
}
