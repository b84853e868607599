/** The rows of JSON: an array of objects, or one object after another. */
import { printable } from '../../../lang/diagnostics/printable.js';
import { shorten } from '../../../lang/diagnostics/shorten.js';
import { nestedHint } from '../../../lang/schema/formats/headers.js';
import type { JsonColumn } from '../../formats/json/file-cells.js';
import { LOST, MISSING } from '../../formats/json/words.js';
import { HEAD } from '../encoding.js';
import { nameOf } from '../standard-input.js';
import { beginningOfObjects, isReport } from './beginning-of-objects.js';
import { documentIn, type ObjectList } from './document.js';
import { type DataFileOptions, type Gathering, STEP, someOf, type TableText, wrong } from './gathering.js';
import { cellsOfObject, jsonObjects } from './json-objects.js';
import { ColumnTypes } from './json-types.js';

/** @returns what the cells of each column are in the file. @throws CtqError */
export async function readJson(
  { bytes, head, isCut }: TableText,
  isArray: boolean,
  file: Gathering,
  { warn, note, unread }: DataFileOptions,
): Promise<ReadonlyMap<string, JsonColumn>> {
  /** The columns so far: what they are called, by their names in the file. */
  const columns = new Map<string, string>();
  const { columns: begin, document } = beginningOfObjects(head);
  for (const written of begin) columns.set(written, file.names.next(written));
  /** Columns that a statement cannot know. Where none is known, the file is not one that it was checked against. */
  const late = new Set<string>();
  const called = (written: string): string | undefined => {
    const known = columns.get(written);
    if (known !== undefined) return known;
    if (begin.length > 0) {
      late.add(written);
      return undefined;
    }
    const name = file.names.next(written);
    columns.set(written, name);
    return name;
  };
  const types = new Map<string, ColumnTypes>();
  const text = bytes.toString('utf8');
  const array = isArray
    ? { begin: text.indexOf('[') }
    : document && rowsOf(file.path, text, document.rows !== undefined || begin.length === 0, note);
  const objects = jsonObjects(text, { array, isCut }, message => wrong(file.path, message));
  let count = 0;
  for (const object of objects) {
    if (object !== undefined) {
      if (object.event === LOST || object.event === MISSING)
        unread?.(`${nameOf(file.path)} says that rows are missing`);
      const kept: [name: string, cell: string | null][] = [];
      for (const [written, cell, value] of isReport(object) ? [] : cellsOfObject(object)) {
        const name = called(written);
        if (name === undefined || !(file.wanted?.has(name) ?? true)) continue;
        kept.push([name, cell]);
        let type = types.get(name);
        if (type === undefined) {
          type = new ColumnTypes(name);
          types.set(name, type);
        }
        if (cell !== null) type.add(cell, value, file.rows);
      }
      file.add(Object.fromEntries(kept), kept.length);
    }
    const pause = ++count % STEP === 0 ? file.pause() : undefined;
    if (pause !== undefined) await pause;
  }
  file.columns.push(...columns.values());
  if (isArray && file.rows.length === 0 && columns.size === 0)
    note?.(`${nameOf(file.path)} has no rows: its columns are not known`);
  if (late.size > 0) warn?.(lateColumns(file.path, [...late]), LATE);
  return types;
}

/** @throws CtqError if what is around a list is not JSON */
function checkAround(path: string, text: string, { begin, end }: ObjectList): void {
  if (end === undefined) return;
  try {
    JSON.parse(`${text.slice(0, begin)}[]${text.slice(end)}`);
  } catch (cause) {
    throw wrong(path, `around its list of objects: ${(cause as Error).message}`, cause);
  }
}

/**
 * The list of a document whose objects are the rows.
 * @param isNeeded whether the object cannot be a row: its beginning shows a list of rows, or no columns
 * @throws CtqError if there is no such list, or another one
 */
function rowsOf(path: string, text: string, isNeeded: boolean, note: DataFileOptions['note']): ObjectList | undefined {
  const { rows, lists } = documentIn(text) ?? { lists: [] };
  const name = nameOf(path);
  if (rows !== undefined) {
    checkAround(path, text, rows);
    note?.(`${name} is one object: the rows are those of its list '${rows.member}'`);
    return rows;
  }
  const hint =
    lists.length > 0
      ? nestedHint(
          lists.map(list => list.path),
          path,
        )
      : undefined;
  if (isNeeded) throw wrong(path, 'it is one object around lists', undefined, hint);
  if (hint !== undefined) note?.(`${name} is one object, and a row; ${hint}`);
  return undefined;
}

function lateColumns(path: string, late: readonly string[]): string {
  const shown = someOf(late.map(written => `'${shorten(written, 40)}'`));
  const [columns, are] = late.length === 1 ? ['column', 'is'] : ['columns', 'are'];
  return printable(`${path}: ${columns} ${shown} ${are} not in the first ${HEAD >> 10} KiB and ${are} left out`);
}

const LATE = 'the columns of JSON are those of the objects at its beginning: put an object that has all of them first';
