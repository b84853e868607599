/** The reports of `ctq top` and `ctq full`, and of the commands of the same names. */
export const REPORT_NAMES = ['top', 'full'] as const;

export type ReportName = (typeof REPORT_NAMES)[number];
