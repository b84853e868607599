/** A JSON document: one object around lists of objects, of which one may be a table. */

import { foreignIn } from '../../formats/reading/foreign.js';
import { isOfCilium, isOfCollector, isOfJc, isOfLuci, isOfUlogd } from '../../formats/reading/marks.js';
import { attempt } from '../../formats/reading/report/parse-error.js';
import { type JsonObject, parseObject } from '../../formats/reading/text/json-value.js';
import { wholeEntries } from '../../formats/reading/whole-entries.js';
import { cellsOfObject, endOfObject, endOfString } from './json-objects.js';

export interface ObjectList {
  /** As jq writes it: `.data.result[]`. */
  readonly path: string;
  /** The name of the member of the document that it is; undefined if it is deeper. */
  readonly member?: string;
  /** The offset of its bracket, and that after its end; undefined if the text ends before. */
  readonly begin: number;
  end?: number;
}

export interface JsonDocument {
  readonly lists: readonly ObjectList[];
  /** The list whose objects are the rows: the only one that is a member of the document. */
  readonly rows?: ObjectList;
}

/**
 * A document of lists that are not of entries. A row may have lists of objects, too: it is one where others follow.
 * @param text the beginning of a file of JSON, or all of it
 */
export function documentIn(text: string): JsonDocument | undefined {
  const lists = listsIn(text);
  if (lists.length === 0 || lists.some(list => isOfEntries(text, list))) return undefined;
  const members = lists.filter(({ member }) => member !== undefined);
  return { lists, ...(members.length === 1 ? { rows: members[0] } : {}) };
}

/** The lists of objects in the one object of a text, each path once. None if there is more than the object. */
function listsIn(text: string): ObjectList[] {
  const lists = new Map<string, ObjectList>();
  const open: { readonly isList: boolean; readonly path: string; readonly list?: ObjectList }[] = [];
  const special = /["{}[\]:]/g;
  let string = '';
  let key = '';
  for (let found = special.exec(text); found !== null; found = special.exec(text)) {
    const { index } = found;
    const around = open.at(-1);
    switch (found[0]) {
      case '"':
        special.lastIndex = endOfString(text, index);
        string = text.slice(index, special.lastIndex);
        break;
      case ':':
        key = string;
        break;
      case '{':
      case '[': {
        const isList = found[0] === '[';
        const step = around === undefined || around.isList ? '' : stepTo(key);
        const path = `${around?.path ?? ''}${step}${isList ? '[]' : ''}`;
        let list: ObjectList | undefined;
        if (isList && /^\s*\{/.test(text.slice(index + 1, index + 1000)) && !lists.has(path)) {
          list = { path, ...(open.length === 1 ? { member: nameIn(key) } : {}), begin: index };
          lists.set(path, list);
        }
        open.push({ isList, path, ...(list ? { list } : {}) });
        break;
      }
      default:
        open.pop();
        if (around?.list !== undefined) around.list.end = special.lastIndex;
        if (open.length === 0) return /\S/.test(text.slice(special.lastIndex)) ? [] : [...lists.values()];
    }
  }
  return [...lists.values()];
}

/** The name that a JSON string is; as it is written, where it is none. */
function nameIn(string: string): string {
  try {
    return JSON.parse(string) as string;
  } catch {
    return string;
  }
}

/** The way to a member, as jq writes it. */
function stepTo(key: string): string {
  const name = nameIn(key);
  return /^[A-Za-z_]\w*$/.test(name) ? `.${name}` : `.${JSON.stringify(name)}`;
}

/** Whether a list is of entries: its first object is one. */
function isOfEntries(text: string, { begin }: ObjectList): boolean {
  const open = text.indexOf('{', begin);
  const end = endOfObject(text, open);
  const object = end === undefined ? undefined : attempt(() => parseObject(latin1(text.slice(open, end))));
  return object !== undefined && (isEntry(object) || holdsEntry(object));
}

/** Text as parseObject reads it, byte for byte. */
export const latin1 = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');

const isOfProgram = (object: JsonObject): boolean =>
  isOfUlogd(object) || isOfJc(object) || isOfLuci(object) || isOfCilium(object);

/** Whether an object is an entry as another program writes it. */
export const isEntry = (object: JsonObject): boolean =>
  isOfProgram(object) || isOfCollector(object) || foreignIn([JSON.stringify(object)]) !== undefined;

/** Lists and objects around an entry: JSON-RPC has four. */
const DEEPEST = 8;

/** Whether there is an entry of another program somewhere in a list within a value: a response of JSON-RPC holds LuCI's. */
export const isAroundEntries = (value: unknown, isInList = false, depth = 0): boolean => {
  if (depth > DEEPEST || typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return value.some(each => isAroundEntries(each, true, depth + 1));
  if (isInList && isOfProgram(value as JsonObject)) return true;
  return Object.values(value).some(each => isAroundEntries(each, false, depth + 1));
};

/** Whether an object has what a whole entry needs. */
export const holdsEntry = (object: JsonObject): boolean =>
  wholeEntries(cellsOfObject(object).map(([name]) => name)).missing.length === 0;
