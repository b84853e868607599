import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import type { FileShape } from '../../../lang/schema/environment.js';

/** Bytes at the beginning of a file within which its columns must be. */
const HEAD = 64 * 1024;

/** Columns of which a file of flows has several, in the words of ctq and of other tools. */
const OF_FLOWS = /(^|[._])(orig|reply|master|mask|event|saddr|daddr|src|dst|source|destination|sport|dport)($|[._])/i;

/** The columns of a CSV file with a header, or of a JSON or JSONL file of objects, from its beginning. */
export function shapeOfFile(path: string): FileShape {
  const head = headOf(path);
  if (typeof head !== 'string') return head ?? { kind: 'other' };
  const text = head.replace(/^\ufeff/, '').trimStart();
  const columns = /^[[{]/.test(text) ? membersOf(text) : cellsOf(text);
  if (columns === undefined) return { kind: 'other' };
  return { kind: 'columns', columns, mayHoldFlows: columns.filter(name => OF_FLOWS.test(name)).length > 1 };
}

function headOf(path: string): string | FileShape | undefined {
  let fd: number;
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? { kind: 'missing' } : undefined;
  }
  try {
    if (!fstatSync(fd).isFile()) return undefined;
    const bytes = Buffer.alloc(HEAD);
    return bytes.subarray(0, readSync(fd, bytes, 0, HEAD, 0)).toString('utf8');
  } catch {
    return undefined;
  } finally {
    closeSync(fd);
  }
}

/** The names in the first line of CSV. A line with spaces in its cells, or with one cell only, may be anything. */
function cellsOf(text: string): string[] | undefined {
  const line = /^[^\n]*/.exec(text)![0].trimEnd();
  const cells = line.split(',').map(cell => cell.trim().replace(/^"(.*)"$/, '$1'));
  const isHeader = cells.every(cell => /^[A-Za-z_][\w.-]*$/.test(cell)) && (cells.length > 1 || text.includes('\n'));
  return isHeader && new Set(cells).size === cells.length ? cells : undefined;
}

/** The names of the members of the first object, if all of its values are simple. */
function membersOf(text: string): string[] | undefined {
  const object = /^\[?\s*(\{[^{}]*\})/.exec(text)?.[1];
  if (object === undefined) return undefined;
  try {
    return Object.keys(JSON.parse(object) as object);
  } catch {
    return undefined;
  }
}
