import { printable } from '../../../lang/diagnostics/printable.js';
import type { CheckStatus } from '../writing/format.js';

export const UNKNOWN: CheckStatus = 3;

const NAMES = ['OK', 'WARNING', 'CRITICAL', 'UNKNOWN'] as const;

/** The statuses, worst first. */
export const WORST_FIRST: readonly CheckStatus[] = [2, 1, 3, 0];

export const worse = (a: CheckStatus, b: CheckStatus): CheckStatus =>
  WORST_FIRST.indexOf(a) < WORST_FIRST.indexOf(b) ? a : b;

export const nameOf = (status: CheckStatus): string => NAMES[status];

/** Text without what ends the line or begins the performance data. */
export const plainLine = (text: string): string => printable(text.replace(/\s+/g, ' ').trim()).replaceAll('|', '/');

/** The line of a check. @param service what was checked @param performance one for each measurement */
export function checkLine(
  service: string,
  status: CheckStatus,
  text: string,
  performance: readonly string[] = [],
): string {
  const data = performance.length === 0 ? '' : ` | ${performance.join(' ')}`;
  return `${service.toUpperCase()} ${nameOf(status)}: ${plainLine(text)}${data}\n`;
}
