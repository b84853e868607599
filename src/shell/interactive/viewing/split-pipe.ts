import { tableOf } from '../../../lang/schema/catalogue.js';
import { tokenize } from '../../../lang/services/highlight.js';
import { parse } from '../../../lang/syntax/parse.js';

/** A statement, and the command that its result goes to. */
export interface Piped {
  readonly statement: string;
  readonly command?: string;
}

const FIELDS = tableOf('conntrack')!.fields;

/**
 * Takes `| command` off the end of a statement. The same sign means bits: it begins a command after a semicolon, or
 * after a whole statement, where no number or field follows.
 */
export function splitPipe(text: string): Piped {
  for (const { start, class: as } of tokenize(text)) {
    if (as !== 'operator' || text[start] !== '|') continue;
    const statement = text.slice(0, start).trimEnd();
    const command = text.slice(start + 1).trim();
    const word = /^[A-Za-z_./~][\w./-]*/.exec(command)?.[0];
    if (word === undefined || statement === '') continue;
    const isField =
      !statement.endsWith(';') && (Object.hasOwn(FIELDS, word.toLowerCase()) || /^[\w.]+\(/.test(command));
    if (!isField && parse(statement).diagnostics.length === 0) return { statement, command };
  }
  return { statement: text };
}
