import type { CheckedSelect, Place, Typed } from '../../../lang/check/checked-ast.js';
import type { TableId } from '../../../lang/schema/catalogue.js';
import { capabilitiesOf, fileOf, HERE } from '../../../lang/schema/places.js';
import type { KernelFilter } from '../../ctnetlink/requests/kernel-filter.js';
import { fieldsOf } from './fields.js';
import { type FlowKey, keyOf } from './identity.js';
import { conjuncts, type KernelAbilities, type Known, knowledgeOf, NOTHING, pushDown } from './pushdown.js';

/** What is asked of the kernel, or of a file. */
export type Request =
  /** One dump for each filter; their entries do not overlap. */
  | { readonly kind: 'dump'; readonly filters: readonly KernelFilter[] }
  | { readonly kind: 'get'; readonly key: FlowKey }
  /** The kernel's own count of entries. */
  | { readonly kind: 'count' }
  | { readonly kind: 'statistics' }
  | { readonly kind: 'settings' }
  | { readonly kind: 'file'; readonly path: string }
  /** The condition can hold for no entry: nothing is asked. */
  | { readonly kind: 'nothing' };

/** How a query is answered: plain data, finished before anything is opened. */
export interface Plan {
  readonly table: TableId;
  readonly place?: Place;
  readonly request: Request;
  /** The whole condition: every row is checked by it, whatever the kernel filtered. */
  readonly where?: Typed;
  /** What of it the kernel does not decide. */
  readonly residual: readonly Typed[];
  /** The fields that are read of each row; all of them for whole entries. */
  readonly fields: readonly string[] | 'all';
  readonly select: CheckedSelect;
}

export interface PlanOptions {
  readonly abilities: KernelAbilities;
  /** False: the kernel filters nothing. */
  readonly kernelFilter: boolean;
  /** Where queries go that name no place. */
  readonly place?: Place;
}

export function planSelect(select: CheckedSelect, options: PlanOptions): Plan {
  const { from, where } = select;
  const known = knowledgeOf(where);
  const fields = fieldsOf(select);
  const plan = (request: Request, residual: readonly Typed[] = conjuncts(where)): Plan => ({
    table: from.table,
    ...(select.place ? { place: select.place } : {}),
    request,
    ...(where ? { where } : {}),
    residual,
    fields,
    select,
  });
  if (from.kind === 'file') return plan({ kind: 'file', path: from.path });
  const place = select.place ?? options.place;
  const path = place && fileOf(place);
  if (path !== undefined && (from.table === 'conntrack' || from.table === 'expect'))
    return plan({ kind: 'file', path });
  switch (from.table) {
    case 'sysctl':
      return plan({ kind: 'settings' });
    case 'stats':
    case 'expect_stats':
      return plan({ kind: 'statistics' });
    case 'expect':
    case 'dying':
    case 'unconfirmed': {
      if (known.impossible && options.kernelFilter) return plan({ kind: 'nothing' });
      const family = options.kernelFilter ? known.family : undefined;
      const residual = conjuncts(where).filter(
        conjunct => family === undefined || conjunct !== known.from.get('family'),
      );
      return plan({ kind: 'dump', filters: [family === undefined ? {} : { family }] }, residual);
    }
    case 'conntrack': {
      const { hasCounter, hasLookup } = capabilitiesOf(place ?? HERE);
      if (hasCounter && isBareCount(select)) return plan({ kind: 'count' });
      if (!options.kernelFilter) return plan({ kind: 'dump', filters: [{}] });
      if (known.impossible) return plan({ kind: 'nothing' });
      const key = select.zero || !hasLookup ? undefined : keyOf(known, undefined);
      if (key) return plan({ kind: 'get', key }, residualOf(where, known, key));
      const pushed = pushDown(where, known, options.kernelFilter ? options.abilities : NOTHING);
      return plan(
        { kind: 'dump', filters: pushed.filters },
        conjuncts(where).filter(conjunct => !pushed.decided.has(conjunct)),
      );
    }
  }
}

/** What a single entry's key leaves to check. */
function residualOf(where: Typed | undefined, known: Known, key: FlowKey): readonly Typed[] {
  const decided = new Set(
    [...known.from]
      .filter(([name]) => ['family', 'proto', 'zone'].includes(name) || name.startsWith(`${key.direction}.`))
      .map(([, conjunct]) => conjunct),
  );
  return conjuncts(where).filter(conjunct => !decided.has(conjunct));
}

/** `count conntrack` and nothing else: the kernel keeps that number. */
function isBareCount({ where, grouping, joins }: CheckedSelect): boolean {
  if (where || joins.length > 0 || !grouping || grouping.keys.length > 0) return false;
  return grouping.aggregates.every(each => each.name === 'count' && each.arg === undefined) && !grouping.having;
}
