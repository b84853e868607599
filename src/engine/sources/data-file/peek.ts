import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import type { FileShape } from '../../../lang/schema/environment.js';
import { namesOf } from '../../formats/delimited/column-names.js';
import { arePlain, headerOf } from '../../formats/delimited/header.js';
import { type JsonObject, parseObject } from '../../formats/json/value-reader.js';
import { LOST, MISSING, RETURNED } from '../../formats/json/words.js';
import { foreignIn } from '../../formats/reading/foreign.js';
import { isOfCollector, isOfJc, isOfLuci, isOfUlogd } from '../../formats/reading/marks.js';
import { attempt } from '../../formats/reading/report/parse-error.js';
import { wholeEntries } from '../../formats/reading/whole-entries.js';
import { beginningOf } from '../snapshot/compression/beginning.js';
import { compressionOf } from '../snapshot/compression/compressions.js';
import { cellsOfObject } from './json-objects.js';

/** Bytes at the beginning of a file, decompressed, within which its columns must be. */
const HEAD = 64 * 1024;

/** The columns of a CSV or TSV file with a header, or of a JSON or JSONL file of objects, from its beginning. */
export function shapeOfFile(path: string): FileShape {
  const head = headOf(path);
  if (typeof head !== 'string') return head ?? { kind: 'other' };
  const text = head.replace(/^\ufeff/, '').trimStart();
  if (/^(?:\[\s*)?\{/.test(text)) return shapeOfObjects(text);
  const header = headerOf(text);
  if (header.kind !== 'columns') return header;
  const { cells } = header;
  const mayHoldFlows = arePlain(cells) && wholeEntries(cells).missing.length === 0;
  return { kind: 'columns', columns: namesOf(cells), mayHoldFlows };
}

/** The compressed file that was looked at last: a statement is checked while it is typed. */
let unpacked: { readonly version: string; readonly head: string | undefined } | undefined;

function headOf(path: string): string | FileShape | undefined {
  let fd: number;
  try {
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

/** Of JSON: the first object that is not a report of what is missing decides. */
function shapeOfObjects(text: string): FileShape {
  for (const object of beginOf(text)) {
    if (isReport(object)) continue;
    const cells = cellsOfObject(object);
    if (cells === undefined) break;
    const names = cells.map(([name]) => name);
    const mayHoldFlows = isEntry(object) || wholeEntries(names).missing.length === 0;
    return { kind: 'columns', columns: namesOf(names), mayHoldFlows };
  }
  return { kind: 'other' };
}

/** The objects at the beginning of a JSON array or of JSON lines, up to one that is cut off or broken. */
function* beginOf(text: string): Generator<JsonObject> {
  const special = /"(?:[^"\\]|\\.)*"|[{}]/g;
  let depth = 0;
  let begin = 0;
  for (let found = special.exec(text); found !== null; found = special.exec(text)) {
    if (found[0] === '{' && depth++ === 0) begin = found.index;
    if (found[0] !== '}' || --depth > 0) continue;
    const object = attempt(() =>
      parseObject(Buffer.from(text.slice(begin, special.lastIndex), 'utf8').toString('latin1')),
    );
    if (object === undefined) return;
    yield object;
  }
}

/** What ctq writes between entries. */
const isReport = ({ event }: JsonObject): boolean => event === LOST || event === MISSING || event === RETURNED;

/** Whether an object is an entry as another program writes it. */
const isEntry = (object: JsonObject): boolean =>
  isOfUlogd(object) ||
  isOfJc(object) ||
  isOfLuci(object) ||
  isOfCollector(object) ||
  foreignIn([JSON.stringify(object)]) !== undefined;
