/** What conntrack(8) printed, given in place of a script. */
import { CtqError } from '../../../engine/errors.js';
import { BEGIN } from '../../../engine/formats/lines/beginning.js';
import { printable } from '../../../lang/diagnostics/printable.js';

/** No statement begins so: a line of `-L` or of events, its XML, a line of `-o save`. */
const ENTRY = new RegExp(String.raw`^\s*(?:${BEGIN.source}|<\?xml\s|<conntrack>|(?:conntrack )?-A (?:expect )?-)`);

/** Other programs may have written a few lines before the entries. */
const MOST_LINES = 5;
const LONGEST_HEAD = 4096;

/**
 * The error of a text that is entries, not statements; undefined for others.
 * @param name of it in messages
 * @param path by which a statement reads it
 */
export function notStatements(text: string, name: string, path: string): CtqError | undefined {
  const lines = text.slice(0, LONGEST_HEAD).split('\n', MOST_LINES);
  if (!lines.some(line => ENTRY.test(line))) return undefined;
  const shown = printable(path);
  return new CtqError({
    code: 'script-entries',
    kind: 'statement',
    message: `${printable(name)} has no statements: it is output of conntrack(8)`,
    hint: `to read it, write: ctq "select from '${shown}'"`,
  });
}
