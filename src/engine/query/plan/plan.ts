import type { CheckedQuery, CheckedSelect, Place, Typed } from '../../../lang/checked/ast.js';
import type { TableId } from '../../../lang/schema/catalogue.js';
import { capabilitiesOf, fileOf, HERE, isFileTable } from '../../../lang/schema/places.js';
import type { KernelFilter } from '../../ctnetlink/requests/kernel-filter.js';
import { fieldsOf } from './fields.js';
import { type FlowKey, flowKeyOf } from './identity.js';
import {
  type Constraints,
  conjuncts,
  constraintsOf,
  type KernelAbilities,
  NO_ABILITIES,
  pushDown,
} from './pushdown.js';

/** The request to the kernel, or the file to read. */
export type Request =
  /** One dump per filter; their entries do not overlap. */
  | { readonly kind: 'dump'; readonly filters: readonly KernelFilter[] }
  | { readonly kind: 'get'; readonly key: FlowKey }
  /** The kernel's own count of entries. */
  | { readonly kind: 'count' }
  | { readonly kind: 'statistics' }
  | { readonly kind: 'settings' }
  | { readonly kind: 'file'; readonly path: string }
  /** Recorded flows; what is asked of them is compiled when the subqueries have been read. */
  | { readonly kind: 'history'; readonly store: string }
  /** The rows of the last result, which are in memory. */
  | { readonly kind: 'result' }
  /** A CSV or JSON file that is not a snapshot. */
  | { readonly kind: 'data'; readonly path: string }
  /** The rows of another query. */
  | { readonly kind: 'query'; readonly query: CheckedQuery; readonly name: string }
  /** The condition can never be true: no request. */
  | { readonly kind: 'nothing' };

/** How a query is answered: plain data, complete before anything is opened. */
export interface Plan {
  readonly table: TableId;
  readonly place?: Place;
  readonly request: Request;
  /** The whole condition. Every row is checked against it, even if the kernel filters. */
  readonly where?: Typed;
  /** The conjuncts that the kernel does not decide. */
  readonly residual: readonly Typed[];
  /** The fields read from each row; all for whole entries. */
  readonly fields: readonly string[] | 'all';
  readonly select: CheckedSelect;
}

export interface PlanOptions {
  readonly abilities: KernelAbilities;
  /** False: the kernel filters nothing. */
  readonly kernelFilter: boolean;
  /** The place of queries that do not name one. */
  readonly place?: Place;
}

/** Plans a select. */
export function planSelect(select: CheckedSelect, options: PlanOptions): Plan {
  const { from, where } = select;
  const constraints = constraintsOf(where);
  const fields = fieldsOf(select);
  const plan = (request: Request, residual: readonly Typed[] = conjuncts(where)): Plan => ({
    table: from.table,
    place: select.place,
    request,
    where,
    residual,
    fields,
    select,
  });
  if (from.kind === 'file') return plan({ kind: 'file', path: from.path });
  if (from.kind === 'result') return plan({ kind: 'result' });
  if (from.kind === 'data') return plan({ kind: 'data', path: from.path });
  if (from.kind === 'query') return plan({ kind: 'query', query: from.query, name: from.name });
  const place = select.place ?? options.place;
  const path = place && fileOf(place);
  if (path !== undefined && isFileTable(from.table)) return plan({ kind: 'file', path });
  if (place?.kind === 'history' && from.kind === 'table' && from.table === 'conntrack')
    return plan({ kind: 'history', store: place.store });
  switch (from.table) {
    case 'sysctl':
      return plan({ kind: 'settings' });
    case 'stats':
    case 'expect_stats':
      return plan({ kind: 'statistics' });
    case 'expect':
    case 'dying':
    case 'unconfirmed': {
      if (constraints.impossible && options.kernelFilter) return plan({ kind: 'nothing' });
      const family = options.kernelFilter ? constraints.family : undefined;
      const residual = conjuncts(where).filter(
        conjunct => family === undefined || conjunct !== constraints.exact.get('family'),
      );
      return plan({ kind: 'dump', filters: [family === undefined ? {} : { family }] }, residual);
    }
    case 'conntrack': {
      const { hasCounter, hasLookup } = capabilitiesOf(place ?? HERE);
      if (hasCounter && isBareCount(select)) return plan({ kind: 'count' });
      if (!options.kernelFilter) return plan({ kind: 'dump', filters: [{}] });
      if (constraints.impossible) return plan({ kind: 'nothing' });
      const key = select.zero || !hasLookup ? undefined : flowKeyOf(constraints, undefined);
      if (key) return plan({ kind: 'get', key }, residualOf(where, constraints, key));
      const pushed = pushDown(where, constraints, options.kernelFilter ? options.abilities : NO_ABILITIES);
      return plan(
        { kind: 'dump', filters: pushed.filters },
        conjuncts(where).filter(conjunct => !pushed.decided.has(conjunct)),
      );
    }
  }
}

/** The conjuncts that the key of a single entry does not decide. */
function residualOf(where: Typed | undefined, constraints: Constraints, key: FlowKey): readonly Typed[] {
  const decided = new Set(
    [...constraints.exact]
      .filter(([name]) => ['family', 'proto', 'zone'].includes(name) || name.startsWith(`${key.direction}.`))
      .map(([, conjunct]) => conjunct),
  );
  return conjuncts(where).filter(conjunct => !decided.has(conjunct));
}

/** Whether a query only counts all entries: the kernel has that number. */
function isBareCount({ where, grouping, joins }: CheckedSelect): boolean {
  if (where || joins.length > 0 || !grouping || grouping.keys.length > 0) return false;
  return grouping.aggregates.every(each => each.name === 'count' && each.arg === undefined) && !grouping.having;
}
