import { type FormatName, formatRefusal } from '../../../lang/schema/formats/formats.js';
import { CtqError } from '../../errors.js';
import type { Header } from '../sink.js';

/** @throws CtqError if a format of whole entries gets columns, settings, or a table that it cannot show */
export function needsEntries({ columns, table }: Header, format: FormatName): void {
  const refusal = formatRefusal(format, { isWhole: columns === undefined, isGrouped: false, table });
  if (refusal !== undefined) throw new CtqError({ kind: 'statement', code: 'output-needs-entries', ...refusal });
}
