import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { IToken } from 'chevrotain';
import { lex } from '../../grammar/lexer.js';
import { Semicolon } from '../../grammar/tokens.js';

/** Statements of the examples and of the documentation. */
export function writtenStatements(): string[] {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const files = (folder: string, end: string) =>
    readdirSync(join(root, folder))
      .filter(name => name.endsWith(end))
      .map(name => readFileSync(join(root, folder, name), 'utf8'));
  const blocks = files('docs', '.md').flatMap(page => [...page.matchAll(/```sql\n(.*?)```/gs)].map(([, sql]) => sql));
  return [...files('examples', '.ctq'), ...blocks];
}

/** The tokens of each statement of a text. */
export function split(text: string): IToken[][] {
  const parts: IToken[][] = [[]];
  for (const token of lex(text).tokens) {
    if (token.tokenType === Semicolon) parts.push([]);
    else parts.at(-1)!.push(token);
  }
  return parts.filter(part => part.length > 0);
}
