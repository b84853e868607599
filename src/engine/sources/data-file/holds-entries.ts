import { detectFormat } from '../../formats/detect.js';
import { matchingFiles } from '../matching-files.js';
import { headOf } from './peek.js';

/** Whether the beginning of a file is in a format of entries. */
export async function holdsEntries(path: string): Promise<boolean> {
  const head = headOf(matchingFiles(path)?.[0] ?? path);
  if (typeof head !== 'string') return false;
  try {
    return (await detectFormat(Buffer.from(head, 'utf8').toString('latin1'), true, path)) !== 'nothing';
  } catch {
    return false;
  }
}
