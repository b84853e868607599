import { closeSync, constants, fstatSync, openSync, readSync, statSync } from 'node:fs';
import type { FileShape } from '../../../lang/schema/environment.js';
import { namesOf } from '../../formats/delimited/column-names.js';
import { arePlain, cellsOf, headerOf } from '../../formats/delimited/header.js';
import type { JsonObject } from '../../formats/json/value-reader.js';
import { foreignIn } from '../../formats/reading/foreign.js';
import { isOfCilium, isOfCollector, isOfJc, isOfLuci, isOfUlogd } from '../../formats/reading/marks.js';
import { wholeEntries } from '../../formats/reading/whole-entries.js';
import { beginningOf } from '../snapshot/compression/beginning.js';
import { compressionOf } from '../snapshot/compression/compressions.js';
import { STANDARD_INPUT } from '../snapshot/input.js';
import { beginningOfObjects, HEAD } from './beginning-of-objects.js';
import { cellsOfObject, hasObjects } from './json-objects.js';

/** The columns of a CSV or TSV file with a header, or of a JSON or JSONL file of objects, from its beginning. */
export function shapeOfFile(path: string): FileShape {
  const head = path === STANDARD_INPUT ? undefined : headOf(path);
  return typeof head === 'string' ? shapeOfText(head) : (head ?? { kind: 'other' });
}

/** @param head the beginning of a file */
export function shapeOfText(head: string): FileShape {
  const text = head.replace(/^\ufeff/, '').trimStart();
  if (isOfObjects(text)) return shapeOfObjects(text);
  const header = headerOf(text);
  if (header.kind !== 'columns') return header;
  const { cells } = header;
  const mayHoldFlows = arePlain(cells) && wholeEntries(cells).missing.length === 0;
  return { kind: 'columns', columns: namesOf(cells), mayHoldFlows };
}

/** The cells of a column in the beginning of a file; undefined if no column is called so there. */
export function firstCells(path: string, column: string): string[] | undefined {
  const head = path === STANDARD_INPUT ? undefined : headOf(path);
  if (typeof head !== 'string') return undefined;
  const text = head.replace(/^\ufeff/, '').trimStart();
  if (isOfObjects(text)) {
    const { columns, rows } = beginningOfObjects(text);
    const written = columns[namesOf(columns).indexOf(column)];
    return written === undefined ? undefined : rows.map(row => row.get(written) ?? '');
  }
  const isTsv = /^[^\n]*\t/.test(text);
  // The last line may be cut off.
  const whole = text.slice(0, head.length < HEAD ? undefined : text.lastIndexOf('\n'));
  const [names, ...rows] = whole.split(/\r?\n/).map(line => cellsOf(line, isTsv));
  const index = namesOf(names).indexOf(column);
  return index < 0 ? undefined : rows.map(cells => cells[index] ?? '');
}

const isOfObjects = (text: string): boolean => /^(?:\[\s*)?\{/.test(text);

/** The compressed file that was looked at last: a statement is checked while it is typed. */
let unpacked: { readonly version: string; readonly head: string | undefined } | undefined;

function headOf(path: string): string | FileShape | undefined {
  let fd: number;
  try {
    // A pipe is not even opened: its writer would end when it is closed again.
    if (!statSync(path).isFile()) return undefined;
    fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? { kind: 'missing' } : undefined;
  }
  try {
    const stats = fstatSync(fd);
    if (!stats.isFile()) return undefined;
    const bytes = Buffer.alloc(HEAD);
    const head = bytes.subarray(0, readSync(fd, bytes, 0, HEAD, 0));
    const compression = compressionOf(head);
    if (compression === undefined) return head.toString('utf8');
    const version = `${stats.dev}:${stats.ino}:${stats.size}:${stats.mtimeMs}`;
    if (unpacked?.version !== version)
      unpacked = { version, head: beginningOf(compression, fd, HEAD)?.subarray(0, HEAD).toString('utf8') };
    return unpacked.head;
  } catch {
    return undefined;
  } finally {
    closeSync(fd);
  }
}

/** Of JSON: the first object that is not a report of what is missing decides whether it is of flows. */
function shapeOfObjects(text: string): FileShape {
  const { first, isOnly, columns } = beginningOfObjects(text);
  if (first === undefined) return { kind: 'other' };
  const isOfEntries = isEntry(first);
  // A document around a list is not a row.
  const isDocument = isOnly && text.startsWith('{') && columns.length > 0 && Object.values(first).every(hasObjects);
  if (isDocument && !isOfEntries) return { kind: 'other' };
  const names = cellsOfObject(first).map(([name]) => name);
  return {
    kind: 'columns',
    columns: namesOf(columns),
    mayHoldFlows: isOfEntries || wholeEntries(names).missing.length === 0,
  };
}

/** Whether an object is an entry as another program writes it. */
const isEntry = (object: JsonObject): boolean =>
  isOfUlogd(object) ||
  isOfJc(object) ||
  isOfLuci(object) ||
  isOfCilium(object) ||
  isOfCollector(object) ||
  foreignIn([JSON.stringify(object)]) !== undefined;
