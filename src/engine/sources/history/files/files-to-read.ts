/** Which segments of a folder a query reads. */
import { readdirSync } from 'node:fs';
import { CtqError } from '../../../errors.js';
import type { HistoryQuery } from '../sql/compile.js';
import { hoursOf, segmentsOf, sizeOf } from './layout.js';
import { foreignName } from './recording/journal.js';

export interface FilesToRead {
  readonly paths: readonly string[];
  readonly bytes: number;
  /** Of the whole history. */
  readonly hours: number;
  readonly hoursRead: number;
}

export const segmentsText = (count: number): string => `${count} ${count === 1 ? 'segment' : 'segments'}`;

/** The folder of a day or an hour, which is a part of a history. */
const PART = /(?<=.)\/\d{4}-\d\d-\d\d(?:\/\d\d)?\/*$/;
const isPart = (folder: string): boolean => PART.test(folder) && hoursOf(folder).length === 0;

/** @throws CtqError if there is no history, or it may not be read */
export function filesToRead(folder: string, { bounds: { from, to } }: Pick<HistoryQuery, 'bounds'>): FilesToRead {
  try {
    readdirSync(folder);
    if (isPart(folder)) throw missingError(folder);
    const files = listed(folder, from, to);
    const foreign = files.hours === 0 ? foreignName(folder) : undefined;
    if (foreign !== undefined) throw otherError(folder, foreign);
    return files;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EACCES') throw deniedError(folder, error);
    if (code === 'ENOTDIR') throw notFolderError(folder);
    throw code === 'ENOENT' ? missingError(folder) : error;
  }
}

const notFolderError = (path: string): CtqError =>
  new CtqError({
    code: 'history-folder',
    kind: 'input',
    message: `${path} is not a folder`,
    hint: `a history is a folder; a file is read by: select … from '${path}'`,
  });

const missingError = (folder: string): CtqError =>
  new CtqError({
    code: 'history-missing',
    kind: 'input',
    message: `no history in ${folder}`,
    hint: isPart(folder)
      ? `the history is in the folder above: in history '${folder.replace(PART, '')}'`
      : `record one: watch from conntrack on destroy into '${folder}' keep 30d`,
  });

const otherError = (folder: string, name: string): CtqError =>
  new CtqError({
    code: 'history-folder',
    kind: 'input',
    message: `${folder} is not a history: it has other files, such as ${name}`,
    hint: 'name the folder that a watch records into',
  });

function listed(folder: string, from: number | undefined, to: number | undefined): FilesToRead {
  const hours = hoursOf(folder, from, to);
  const paths = hours.flatMap(({ path }) => segmentsOf(path)).map(({ path }) => path);
  return {
    paths,
    bytes: paths.reduce((sum, path) => sum + sizeOf(path), 0),
    hours: hoursOf(folder).length,
    hoursRead: hours.length,
  };
}

export const deniedError = (folder: string, cause: unknown): CtqError =>
  new CtqError({
    code: 'history-denied',
    kind: 'permission',
    message: `cannot read the history in ${folder}: permission denied`,
    hint: 'run ctq with sudo, or as a user in the group of the folder',
    cause,
  });
