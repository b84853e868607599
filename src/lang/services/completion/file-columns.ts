/** The columns of the files that a statement reads, as they are called in it. */
import { isPlainWord } from '../../../../grammar/words.js';
import { withFilename } from '../../check/query/data-files.js';
import { baseName } from '../../check/query/joins.js';
import type { Environment } from '../../schema/environment.js';
import { unquote } from '../../syntax/literals/literal.js';
import type { Candidate } from './candidate.js';
import type { CompletionContext } from './completion-context.js';

/** The operators that cells of a file are compared with: their values may be of any type. */
export const CELL_OPERATORS: readonly string[] = [
  '=',
  '!=',
  '<',
  '<=',
  '>',
  '>=',
  'between',
  'in',
  'not in',
  'like',
  'not like',
  'is null',
  'is not null',
];

export interface FileColumns {
  readonly candidates: readonly Candidate[];
  /** Whether the statement reads nothing else. */
  readonly areAll: boolean;
}

const isPlainName = (name: string): boolean => name.split('.').every(isPlainWord);

/** The columns of files that are not snapshots of flows, and of joined files. */
export function fileColumns({ tables }: CompletionContext, { fileShape }: Environment): FileColumns {
  let areAll = tables.length > 0;
  const candidates = tables.flatMap(({ text, alias, isJoined }): Candidate[] => {
    const path = /^['"]/.test(text) ? unquote(text) : undefined;
    const shape = path === undefined ? undefined : fileShape?.(path);
    if (path === undefined || shape?.kind !== 'columns' || (shape.mayHoldFlows && !isJoined)) {
      areAll = false;
      return [];
    }
    const before = isJoined ? `${alias ?? baseName(path)}.` : '';
    return withFilename(shape.columns)
      .filter(isPlainName)
      .map(name => ({ text: before + name, kind: 'column', doc: text }));
  });
  return { candidates, areAll };
}
