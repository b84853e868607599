import type { FormatName } from '../../../lang/check/checked-ast.js';
import { CtqError } from '../../errors.js';
import type { Header } from '../sink.js';

/** Throws where a format that knows whole entries only is handed rows of columns, or settings. */
export function needsEntries(header: Header, format: FormatName): void {
  if (header.columns === undefined && header.table !== 'sysctl') return;
  throw new CtqError({
    kind: 'statement',
    code: 'output-needs-entries',
    message: `the format '${format}' shows whole entries`,
    hint: 'leave out the columns, or choose table, csv, tsv, json or jsonl',
  });
}
