/** How standard input is named as a file. */
import { fstatSync } from 'node:fs';
import { printable } from '../../lang/diagnostics/printable.js';

export const STANDARD_INPUT = '-';
/** Its names in the file system, by which a pipe cannot be opened once more. */
const AS_FILE = /^\/(?:dev\/(?:stdin|fd\/0)|proc\/self\/fd\/0)$/;

function isPipe(fd: number): boolean {
  try {
    const stats = fstatSync(fd);
    return stats.isFIFO() || stats.isSocket();
  } catch {
    return false;
  }
}

export const isStandardInput = (path: string): boolean => path === STANDARD_INPUT || (AS_FILE.test(path) && isPipe(0));

/** What a file is called in messages. */
export const nameOf = (path: string): string => (path === STANDARD_INPUT ? 'standard input' : printable(path));
