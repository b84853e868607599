/** How a select of a fleet is divided between its members and the one who asks. */

import { settingColumns } from '../../../../lang/check/query/setting-columns.js';
import type { CheckedSelect, Column, Place, Typed, WrittenQuery } from '../../../../lang/checked/ast.js';
import { walk } from '../../../../lang/checked/walk.js';
import { deepEqual } from '../../../../lang/evaluate/deep-equal.js';
import { AGGREGATE_FUNCTIONS } from '../../../../lang/functions/registry.js';
import { capabilitiesOf } from '../../../../lang/schema/places.js';
import type { Expr, Projection } from '../../../../lang/syntax/ast.js';
import { add, type Integer } from '../../../../lang/values/value.js';
import type { SelectWanted } from '../../../sources/fleet/protocol/protocol.js';
import { expressionsOf } from '../../plan/fields.js';
import { gatewayUse } from './gateway.js';

/** What members do: plain data, made before anything is sent. */
export interface Division {
  readonly wanted: SelectWanted;
  /** The groups of a member are of it alone: it applies `having`, order and limit. */
  readonly isBest: boolean;
  /** The statement, with the columns that are needed to order the rows of all. */
  readonly written: WrittenQuery;
  /** The rows that a member sends at most. */
  readonly limit: Integer | undefined;
  /** The select as a member has it. */
  readonly select: CheckedSelect;
  /** Of rows: the columns of the result; those after them are only for the order. */
  readonly shown: number;
  /** Of rows: what they are ordered by, as columns of a member's row. */
  readonly order: readonly { readonly column: number; readonly descending: boolean }[];
}

/** Undefined if the rows must be read from all members, and the statement applied here. */
export function divide(select: CheckedSelect, place: Place): Division | undefined {
  const { from, written, joins, grouping, untilGrouping, until, zero } = select;
  if (capabilitiesOf(select.place ?? place).spans !== 'gateway') return undefined;
  if (from.kind !== 'table' || written === undefined || joins.length > 0 || zero) return undefined;
  if (untilGrouping !== undefined || (until !== undefined && grouping === undefined)) return undefined;
  if (expressionsOf(select).some(dependsOnAsker)) return undefined;
  return grouping ? divideGroups(select, written) : divideRows(select, written);
}

/** `is mine` is about the session of the one who asks. */
export function dependsOnAsker(node: Typed): boolean {
  let found = false;
  walk(node, each => {
    if (each.kind === 'any' && each.name === 'mine') found = true;
  });
  return found;
}

const isMixed = (node: Typed): boolean => gatewayUse(node) === 'with others';

/** The rows that may be among the first ones of all. */
const rowsNeeded = ({ limit, offset }: CheckedSelect): Integer | undefined =>
  limit === undefined ? undefined : add(limit, offset);

function divideGroups(select: CheckedSelect, written: WrittenQuery): Division | undefined {
  const { keys, aggregates } = select.grouping ?? { keys: [], aggregates: [] };
  // A rate needs the flows of the run before.
  if (aggregates.some(({ name }) => 'isOverTime' in AGGREGATE_FUNCTIONS[name])) return undefined;
  if (keys.some(isMixed) || aggregates.some(({ arg }) => arg !== undefined && isMixed(arg))) return undefined;
  const isBest = !select.distinct && keys.some(key => key.kind === 'field' && key.name === 'gateway');
  const limit = isBest ? rowsNeeded(select) : undefined;
  return { wanted: 'groups', isBest, written, limit, select, shown: 0, order: [] };
}

function divideRows(select: CheckedSelect, written: WrittenQuery): Division | undefined {
  const columns = select.columns ?? (select.from.table === 'sysctl' ? settingColumns('gateway') : undefined);
  const limit = rowsNeeded(select);
  if (columns === undefined) return { wanted: 'entries', isBest: false, written, limit, select, shown: 0, order: [] };
  if (columns.some(({ expr }) => isMixed(expr)) || select.orderBy.some(({ expr }) => isMixed(expr))) return undefined;
  const { statement } = written;
  const shown: readonly Projection[] = select.columns ? statement.projection : columns.map(asProjection);
  const all: Column[] = [...columns];
  const projection: Projection[] = [...shown];
  const order: { column: number; descending: boolean }[] = [];
  for (const [i, { expr, descending }] of select.orderBy.entries()) {
    const known = all.findIndex(column => deepEqual(column.expr, expr));
    if (known < 0) {
      // Only their columns distinguish distinct rows.
      if (select.distinct) return undefined;
      all.push({ name: `order_${i + 1}`, expr });
      projection.push(hidden(statement.orderBy[i].expr, i));
    }
    order.push({ column: known < 0 ? all.length - 1 : known, descending });
  }
  return {
    wanted: 'rows',
    isBest: false,
    written: { ...written, statement: { ...statement, projection } },
    limit,
    select: { ...select, columns: all },
    shown: columns.length,
    order,
  };
}

const PLACE = { start: 0, end: 0 };

const asProjection = ({ name }: Column): Projection => ({ expr: { kind: 'name', text: name, ...PLACE }, ...PLACE });

/** A column that rows are ordered by. */
const hidden = (expr: Expr, i: number): Projection => ({
  expr,
  alias: { text: `order_${i + 1}`, ...PLACE },
  ...PLACE,
});
