import { fstatSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';

/** What follows `>` in a condition: a number, a size, a duration, an address; `=` of `>=`. */
const OPERAND = /^=?$|^=?\d[\d.:]*(?:[a-z]{1,2}|[KMGT]i?B?)?$|^=?[\da-f]*:[\da-f:]*$/i;

/**
 * `ctq select … where bytes > 1M`, without quotes: the shell of the system makes a file 1M, and ctq never sees the comparison.
 * @returns the file that standard output goes to, if it has the name of a value
 */
export function redirectedComparison(): string | undefined {
  try {
    const path = fstatSync(1).isFile() ? readlinkSync('/proc/self/fd/1') : '';
    return path !== '' && OPERAND.test(basename(path)) ? path : undefined;
  } catch {
    return undefined;
  }
}
