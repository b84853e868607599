import type { Report } from './parse-report.js';

/** @param part what the file ends within */
export const notTerminated = (part: string): string => `the last ${part} is not terminated: the file may be cut off`;

/** Reports that a file ends within a part. */
export function reportCutOff(report: Report, part: string): void {
  const message = notTerminated(part);
  report.cutOff?.(message);
  report.note(message);
}
