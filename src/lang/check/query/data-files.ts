import { TABLES } from '../../schema/catalogue.js';
import type { Environment } from '../../schema/environment.js';
import { FILENAME } from '../../schema/fields/field.js';
import { CELL } from '../../schema/type.js';
import type { TableRef } from '../../syntax/ast.js';
import type { From } from '../scope.js';

/**
 * The rows of a CSV or JSON file that is not a snapshot of flows. Its columns are texts, and have the type of what they are compared
 * with.
 * @returns undefined for other tables and files
 */
export function dataFrom({ fileShape }: Environment, ref: TableRef): From | undefined {
  if (ref.kind !== 'file' || ref.path === '') return undefined;
  const shape = fileShape?.(ref.path);
  const name = ref.alias?.text ?? `'${ref.path}'`;
  if (shape?.kind === 'missing' || shape?.kind === 'unseen')
    return {
      origin: { kind: 'file', path: ref.path, table: 'conntrack' },
      table: TABLES.conntrack,
      name,
      inFile: true,
      missing: new Set(),
    };
  if (shape?.kind !== 'columns' || shape.mayHoldFlows) return undefined;
  const { columns } = shape;
  return {
    origin: { kind: 'data', path: ref.path, table: 'conntrack', columns: [] },
    table: TABLES.conntrack,
    name,
    columns: withFilename(columns),
    data: new Set(),
    all: columns.map(column => ({ name: column, expr: { kind: 'field', name: column, type: CELL } as const })),
  };
}

/** The columns of a file that can be named: `*` has only those that are in it. */
export const withFilename = (columns: readonly string[]): readonly string[] =>
  columns.some(column => column.toLowerCase() === FILENAME) ? columns : [...columns, FILENAME];
