/** What kinds of statements do. */
import { CtqError } from '../../../engine/errors.js';
import type { Checked } from '../../../lang/checked/statements.js';

/** The statements that read or change a table: they have a time. */
export const TIMED: ReadonlySet<Checked['kind']> = new Set<Checked['kind']>([
  'select',
  'compound',
  'watch',
  'get',
  'explain',
  'insert',
  'update',
  'delete',
  'flush',
  'assert',
]);
const CHANGES: ReadonlySet<Checked['kind']> = new Set<Checked['kind']>([
  'insert',
  'update',
  'delete',
  'flush',
  'prepare',
]);

/** Whether a statement zeroes the counters that it shows. */
const zeroes = (statement: Checked): boolean =>
  (statement.kind === 'select' || statement.kind === 'get') && statement.zero;

/** Whether a statement changes nothing, and ends by itself. */
export function onlyReads(statement: Checked): boolean {
  const { kind } = statement;
  if (CHANGES.has(kind) || kind === 'watch' || zeroes(statement)) return false;
  return kind !== 'select' || statement.every === undefined;
}

/** @throws CtqError for a statement that changes something */
export function refuseChanges(statement: Checked): void {
  if (!zeroes(statement) && !CHANGES.has(statement.kind)) return;
  throw new CtqError({
    code: 'read-only',
    kind: 'permission',
    message: `${zeroes(statement) ? 'zero' : statement.kind} is refused: this is read-only`,
    hint: 'it was started with --read-only, or set so (set read_only = on): start another ctq to change something',
  });
}
