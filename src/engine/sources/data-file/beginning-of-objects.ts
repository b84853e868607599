/** What the beginning of a JSON file shows of its columns: a statement is checked against it, and the file read by it. */

import { LOST, MISSING, RETURNED } from '../../formats/json/words.js';
import { attempt } from '../../formats/reading/report/parse-error.js';
import { type JsonObject, parseObject } from '../../formats/reading/text/json-value.js';
import { documentIn, type JsonDocument, latin1 } from './document.js';
import { cellsOfObject } from './json-objects.js';

export interface ObjectsBegin {
  /** The first object; undefined if none ends in the beginning. */
  readonly first: JsonObject | undefined;
  readonly isOnly: boolean;
  /** Defined where the text is an object around lists of objects: of one of them the objects may be those here. */
  readonly document: JsonDocument | undefined;
  /** Those of all objects, in order of appearance, as they are called in the file. */
  readonly columns: readonly string[];
  /** The cells of each object, by those names. */
  readonly rows: readonly ReadonlyMap<string, string | null>[];
}

/** @param text the beginning of a JSON array of objects, or of JSON lines */
export function beginningOfObjects(text: string): ObjectsBegin {
  let first: JsonObject | undefined;
  const rows: ReadonlyMap<string, string | null>[] = [];
  const columns = new Set<string>();
  const document = /^\s*\{/.test(text) ? documentIn(text) : undefined;
  const list = document?.rows;
  for (const object of beginOf(list === undefined ? text : text.slice(list.begin, list.end))) {
    if (isReport(object)) continue;
    first ??= object;
    const cells = new Map(cellsOfObject(object).map(([name, cell]) => [name, cell]));
    rows.push(cells);
    for (const name of cells.keys()) columns.add(name);
  }
  return { first, isOnly: rows.length === 1, document, columns: [...columns], rows };
}

/** The objects at the beginning of a JSON array or of JSON lines, up to one that is cut off or broken. */
function* beginOf(text: string): Generator<JsonObject> {
  const special = /"(?:[^"\\]|\\.)*"|[{}]/g;
  let depth = 0;
  let begin = 0;
  for (let found = special.exec(text); found !== null; found = special.exec(text)) {
    if (found[0] === '{' && depth++ === 0) begin = found.index;
    if (found[0] !== '}' || --depth > 0) continue;
    const object = attempt(() => parseObject(latin1(text.slice(begin, special.lastIndex))));
    if (object === undefined) return;
    yield object;
  }
}

/** What ctq writes between entries. */
export const isReport = ({ event }: JsonObject): boolean => event === LOST || event === MISSING || event === RETURNED;
