import type { Typed } from '../../../lang/checked/ast.js';
import { STATUS_FLAGS } from '../../../lang/schema/constants.js';
import { networkOf } from '../../../lang/values/address.js';
import type { Address, Value } from '../../../lang/values/value.js';
import { AF_INET, AF_INET6, IPPROTO } from '../../ctnetlink/constants.js';
import type { KernelFilter, MaskedValue, TupleFilter } from '../../ctnetlink/requests/kernel-filter.js';

/** What a kernel can filter by; `kernel-filter.ts` has the versions. */
export interface KernelAbilities {
  readonly tuple: boolean;
  readonly status: boolean;
  readonly zone: boolean;
  /** A filtered delete compares tuples, too (Linux 6.12). */
  readonly deleteByTuple: boolean;
}

export const NO_ABILITIES: KernelAbilities = { tuple: false, status: false, zone: false, deleteByTuple: false };

/** @param release as of `uname -r`; older kernels silently ignore a filter that they do not know */
export function abilitiesOf(release: string): KernelAbilities {
  const [major, minor] = release.split('.').map(part => Number.parseInt(part, 10));
  const since = (sinceMajor: number, sinceMinor: number): boolean =>
    major > sinceMajor || (major === sinceMajor && minor >= sinceMinor);
  return { tuple: since(5, 8), status: since(5, 15), zone: since(6, 8), deleteByTuple: since(6, 12) };
}

/** The conjuncts of a condition: the operands of its outermost `and`. */
export function conjuncts(where: Typed | undefined): readonly Typed[] {
  if (!where) return [];
  return where.kind === 'logical' && where.op === 'and'
    ? where.operands.flatMap(operand => conjuncts(operand))
    : [where];
}

type Fact =
  | { kind: 'equal'; field: string; value: Value }
  | { kind: 'masked'; field: 'mark' | 'status'; value: number; mask: number }
  | { kind: 'family'; family: number };

/** The facts that a conjunct implies, of those that a kernel filter can express. `exact`: they are equivalent to it. */
function factsOf(node: Typed): { facts: Fact[]; exact: boolean } {
  switch (node.kind) {
    case 'compare': {
      if (node.op !== '=') break;
      const [side, constant] = node.right.kind === 'const' ? [node.left, node.right] : [node.right, node.left];
      if (constant.kind !== 'const' || constant.value === null) break;
      if (side.kind === 'field' && side.join === undefined) {
        return { facts: [{ kind: 'equal', field: side.name, value: constant.value }], exact: true };
      }
      if (side.kind === 'binary' && side.op === '&' && typeof constant.value === 'number') {
        const [field, mask] = side.right.kind === 'const' ? [side.left, side.right] : [side.right, side.left];
        const isMask =
          mask.kind === 'const' && typeof mask.value === 'number' && mask.value >= 0 && mask.value <= 0xffffffff;
        if (
          isMask &&
          field.kind === 'field' &&
          field.join === undefined &&
          (field.name === 'mark' || field.name === 'status')
        ) {
          return {
            facts: [{ kind: 'masked', field: field.name, value: constant.value, mask: mask.value as number }],
            exact: true,
          };
        }
      }
      break;
    }
    case 'in':
      if (
        node.values.length === 1 &&
        node.values[0] !== null &&
        node.operand.kind === 'field' &&
        node.operand.join === undefined
      ) {
        const alone =
          !node.query && !node.variable && node.ranges.length + node.networks.length + node.others.length === 0;
        if (alone) return { facts: [{ kind: 'equal', field: node.operand.name, value: node.values[0] }], exact: true };
      }
      if (node.operand.kind === 'field' && node.values.length === 0 && node.networks.length > 0) {
        const families = new Set(node.networks.map(network => familyOf(networkOf(network).address)));
        const alone = !node.query && !node.variable && node.ranges.length + node.others.length === 0;
        if (alone && families.size === 1)
          return { facts: [{ kind: 'family', family: [...families][0] }], exact: false };
      }
      break;
    case 'within':
      if (node.network.kind === 'const' && node.operand.kind === 'field' && node.operand.join === undefined) {
        const { address, prefix } = networkOf(node.network.value as string);
        const isHost = prefix === (typeof address === 'number' ? 32 : 128);
        if (isHost) return { facts: [{ kind: 'equal', field: node.operand.name, value: address }], exact: true };
        return { facts: [{ kind: 'family', family: familyOf(address) }], exact: false };
      }
      break;
    case 'has':
      if (
        node.operand.kind === 'field' &&
        node.operand.name === 'status' &&
        (node.quantifier === 'all' || node.flags.length === 1)
      ) {
        return {
          facts: node.flags.map(({ bits, absent }) => ({
            kind: 'masked',
            field: 'status',
            value: absent ? 0 : bits,
            mask: bits,
          })),
          exact: true,
        };
      }
      break;
    case 'not':
      if (node.operand.kind === 'has' && node.operand.flags.length === 1) {
        const { facts, exact } = factsOf(node.operand);
        const negated = facts.map(fact =>
          fact.kind === 'masked' ? { ...fact, value: fact.mask & ~fact.value } : fact,
        );
        return { facts: negated, exact };
      }
      break;
  }
  return { facts: [], exact: false };
}

const familyOf = (address: Address): number => (typeof address === 'number' ? AF_INET : AF_INET6);

const TUPLE_KEYS = {
  src: 'src',
  dst: 'dst',
  sport: 'sport',
  dport: 'dport',
  icmp_type: 'icmpType',
  icmp_code: 'icmpCode',
  icmp_id: 'icmpId',
} as const satisfies Record<string, keyof TupleFilter>;

type TupleKey = keyof typeof TUPLE_KEYS;

/** What every entry that matches a condition has in common. */
export interface Constraints {
  family?: number;
  proto?: number;
  mark?: MaskedValue;
  status?: MaskedValue;
  zone?: number;
  readonly orig: Partial<Record<TupleKey, Value>>;
  readonly reply: Partial<Record<TupleKey, Value>>;
  /** By fact, the conjunct that is equivalent to it. */
  readonly exact: Map<string, Typed>;
  /** Two facts contradict each other: no entry matches. */
  impossible: boolean;
}

function split(field: string): [direction: 'orig' | 'reply', key: TupleKey] | undefined {
  const [direction, key] = field.split('.');
  return (direction === 'orig' || direction === 'reply') && Object.hasOwn(TUPLE_KEYS, key ?? '')
    ? [direction, key as TupleKey]
    : undefined;
}

/** Collects the facts of a condition about the fields that the kernel can filter. */
export function constraintsOf(where: Typed | undefined): Constraints {
  const constraints: Constraints = { orig: {}, reply: {}, exact: new Map(), impossible: false };
  for (const conjunct of conjuncts(where)) {
    const { facts, exact } = factsOf(conjunct);
    for (const fact of facts) addFact(constraints, fact, exact ? conjunct : undefined);
  }
  return constraints;
}

function addFact(constraints: Constraints, fact: Fact, conjunct: Typed | undefined): void {
  const set = <K extends 'family' | 'proto' | 'zone'>(key: K, value: number): void => {
    if (constraints[key] !== undefined && constraints[key] !== value) constraints.impossible = true;
    constraints[key] = value;
    if (conjunct) constraints.exact.set(key, conjunct);
  };
  const masked = (key: 'mark' | 'status', value: number, mask: number): void => {
    if ((value & ~mask) !== 0) {
      constraints.impossible = true;
      return;
    }
    // An empty mask compares nothing.
    if (mask === 0) return;
    const before = constraints[key] ?? { value: 0, mask: 0 };
    if (((before.value ^ value) & before.mask & mask) !== 0) constraints.impossible = true;
    constraints[key] = { value: (before.value | value) >>> 0, mask: (before.mask | mask) >>> 0 };
    if (conjunct) constraints.exact.set(`${key}:${mask}`, conjunct);
  };
  switch (fact.kind) {
    case 'family':
      set('family', fact.family);
      break;
    case 'masked':
      masked(fact.field, fact.value, fact.mask);
      break;
    case 'equal':
      if (fact.field === 'family') set('family', fact.value === 'ipv6' ? AF_INET6 : AF_INET);
      else if (fact.field === 'proto' || fact.field === 'zone') set(fact.field, fact.value as number);
      else if (fact.field === 'mark') masked('mark', fact.value as number, 0xffffffff);
      else addTupleFact(constraints, fact.field, fact.value, conjunct);
  }
}

function addTupleFact(constraints: Constraints, field: string, value: Value, conjunct: Typed | undefined): void {
  const place = split(field);
  if (!place) return;
  const [direction, key] = place;
  if (constraints[direction][key] !== undefined && constraints[direction][key] !== value) constraints.impossible = true;
  constraints[direction][key] = value;
  if (conjunct) constraints.exact.set(field, conjunct);
  if (key === 'src' || key === 'dst') {
    const family = familyOf(value as Address);
    if (constraints.family !== undefined && constraints.family !== family) constraints.impossible = true;
    constraints.family = family;
  }
}

/** The status bits that the kernel can compare. */
const STATUS_MASK = Object.values(STATUS_FLAGS).reduce((all, bit) => all | bit, 0) >>> 0;

/** The part of a condition that the kernel filters. */
export interface Pushdown {
  /** One dump per filter: several if a filter requires a family and the condition has none. */
  readonly filters: readonly KernelFilter[];
  /** Conjuncts that the kernel decides. */
  readonly decided: ReadonlySet<Typed>;
  /** The kernel decides the whole condition. */
  readonly complete: boolean;
}

/** Pushes down the part of a condition that the kernel filters correctly (see `docs/kernel-filters.md`). */
export function pushDown(where: Typed | undefined, constraints: Constraints, abilities: KernelAbilities): Pushdown {
  const decided = new Set<Typed>();
  const decide = (key: string): void => {
    const conjunct = constraints.exact.get(key);
    if (conjunct) decided.add(conjunct);
  };
  const base: { mark?: MaskedValue; status?: MaskedValue; zone?: number } = {};
  if (constraints.mark) {
    base.mark = constraints.mark;
    for (const key of constraints.exact.keys()) if (key.startsWith('mark:')) decide(key);
  }
  if (
    constraints.status &&
    abilities.status &&
    (constraints.status.mask & STATUS_MASK) === constraints.status.mask &&
    constraints.status.mask !== 0
  ) {
    base.status = constraints.status;
    for (const key of constraints.exact.keys()) if (key.startsWith('status:')) decide(key);
  }
  // The kernel also matches entries with that zone in one direction only, so that it does not decide the conjunct.
  if (constraints.zone !== undefined && abilities.zone) base.zone = constraints.zone;
  const filtersTuple =
    abilities.tuple &&
    (constraints.proto !== undefined ||
      Object.keys(constraints.orig).length > 0 ||
      Object.keys(constraints.reply).length > 0);
  if (!filtersTuple) {
    if (constraints.family !== undefined) decide('family');
    const filter: KernelFilter = {
      ...base,
      ...(constraints.family === undefined ? {} : { family: constraints.family }),
    };
    return { filters: [filter], decided, complete: isComplete(where, decided) };
  }
  const families = constraints.family !== undefined ? [constraints.family] : FAMILIES;
  const taken: string[] = [];
  const filters = families.map(family => {
    const take = (key: string): void => void taken.push(key);
    const orig = tupleFilter(constraints, 'orig', family, take);
    const reply = tupleFilter(constraints, 'reply', family, take);
    return { ...base, family, ...(orig ? { orig } : {}), ...(reply ? { reply } : {}) };
  });
  // The kernel decides a fact only if the filters of all families compare it.
  for (const key of new Set(taken)) if (taken.filter(each => each === key).length >= families.length) decide(key);
  decide('family');
  return { filters, decided, complete: isComplete(where, decided) };
}

/** For ICMP, too: an entry of protocol 1 may have IPv6 addresses. */
const FAMILIES = [AF_INET, AF_INET6];

function isComplete(where: Typed | undefined, decided: ReadonlySet<Typed>): boolean {
  return conjuncts(where).every(conjunct => decided.has(conjunct));
}

function tupleFilter(
  constraints: Constraints,
  direction: 'orig' | 'reply',
  family: number,
  onTake: (key: string) => void,
): TupleFilter | undefined {
  const { proto } = constraints;
  const facts = constraints[direction];
  const filter: Record<string, Value> = {};
  const taken = new Set<string>();
  const take = (key: TupleKey): void => {
    const value = facts[key];
    if (value === undefined) return;
    filter[TUPLE_KEYS[key]] = value;
    taken.add(`${direction}.${key}`);
  };
  // The kernel inverts the comparison of IPv6 addresses: ctq compares them.
  if (family === AF_INET) {
    take('src');
    take('dst');
  }
  const hasPorts = proto === IPPROTO.TCP || proto === IPPROTO.UDP;
  const isIcmp = proto === IPPROTO.ICMP || proto === IPPROTO.ICMPV6;
  if (hasPorts) {
    take('sport');
    take('dport');
  } else if (isIcmp) {
    take('icmp_type');
    take('icmp_code');
    take('icmp_id');
  }
  const hasKeys = Object.keys(filter).length > 0;
  if (proto !== undefined && (direction === 'orig' || hasKeys)) {
    filter.proto = proto;
    taken.add('proto');
  }
  for (const key of taken) onTake(key);
  return Object.keys(filter).length > 0 ? (filter as TupleFilter) : undefined;
}
