/** The reports of `ctq full`, and of the command of the same name. */
export const REPORT_NAMES = ['full'] as const;

export type ReportName = (typeof REPORT_NAMES)[number];
