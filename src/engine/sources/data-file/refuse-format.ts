/** What is said of a file that is read as columns and has none. */
import { didYouMean } from '../../../lang/diagnostics/did-you-mean.js';
import { fieldOf, TABLES } from '../../../lang/schema/catalogue.js';
import { headerHint } from '../../../lang/schema/formats/headers.js';
import type { Header } from '../../formats/delimited/header.js';
import { detectFormat } from '../../formats/detect.js';
import { HEAD } from '../encoding.js';
import { nameOf } from '../standard-input.js';
import { type DataFileOptions, wrong } from './gathering.js';

/**
 * Refuses a file for what it is; one without any content is only reported.
 * @param written its content
 * @throws CtqError
 */
export async function refuseFormat(
  path: string,
  written: Buffer,
  kind: Header['kind'],
  { columns = [], ofEntries, warn, unread }: DataFileOptions,
): Promise<void> {
  const hint = headerHint(kind, path);
  if (hint !== undefined) throw wrong(path, 'its columns have no names', undefined, hint);
  const name = nameOf(path);
  const format = await detectFormat(written.subarray(0, HEAD).toString('latin1'), true, name);
  if (format === 'nothing') {
    unread?.(`${name} is empty: it has no header`);
    warn?.(`${name}: no entries`);
    return;
  }
  const unknown = columns.find(column => fieldOf(TABLES.conntrack, column) === undefined);
  const near = unknown === undefined ? undefined : didYouMean(unknown, Object.keys(TABLES.conntrack.fields));
  const why = `it holds entries, not columns${unknown === undefined ? '' : `, and these have no field '${unknown}'`}`;
  throw wrong(path, why, undefined, ofEntries ?? near ?? 'show fields from conntrack lists their fields');
}
