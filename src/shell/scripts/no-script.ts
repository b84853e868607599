/** What conntrack(8) printed, a compressed file or a file of columns, given in place of a script. */
import { CtqError } from '../../engine/errors.js';
import { BEGIN } from '../../engine/formats/lines/beginning.js';
import { printable } from '../../lang/diagnostics/printable.js';

/** No statement begins so: a line of `-L` or of events, its XML, a line of `-o save`. */
const ENTRY = new RegExp(String.raw`^\s*(?:${BEGIN.source}|<\?xml\s|<conntrack>|(?:conntrack )?-A (?:expect )?-)`);

/** How compressed files begin, as UTF-8 that is none: gzip, zstd, xz, bzip2, lz4. */
const COMPRESSED = /^(?:\x1f\ufffd|\(\ufffd\/\ufffd|\ufffd7zXZ\0|BZh\d1AY|\x04"M\x18)/;

/** No statement begins as JSON does. */
const JSON_TEXT = /^\s*(?:\[\s*)?\{\s*"/;

/** A header, in a file whose name is that of columns. */
const COLUMNS = /^\s*"?[\w. -]+"?\s*[,;\t]/;

/** Other programs may have written a few lines before the entries. */
const MAX_LINES = 5;
const LONGEST_HEAD = 4096;

/**
 * The error of a text that has no statements; undefined for others.
 * @param name of it in messages
 * @param path by which a statement reads it
 */
export function notStatements(text: string, name: string, path: string): CtqError | undefined {
  const lines = text.slice(0, LONGEST_HEAD).split('\n', MAX_LINES);
  const isCompressed = COMPRESSED.test(text);
  const isJson = JSON_TEXT.test(text);
  const isColumns = isJson || (/\.(?:csv|tsv)$/i.test(path) && COLUMNS.test(lines[0]));
  if (!isCompressed && !isColumns && !lines.some(line => ENTRY.test(line))) return undefined;
  const what = isCompressed
    ? 'compressed'
    : isJson
      ? 'JSON'
      : isColumns
        ? 'a table of columns'
        : 'output of conntrack(8)';
  const shown = printable(path);
  return new CtqError({
    code: 'script-entries',
    kind: 'statement',
    message: `${printable(name)} has no statements: it is ${what}`,
    hint: `${isColumns && path !== '-' ? '-f and include run scripts; ' : ''}to read it, write: ctq "select from '${shown}'"`,
  });
}
