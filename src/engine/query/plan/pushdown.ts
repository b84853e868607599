import type { Typed } from '../../../lang/check/checked-ast.js';
import { STATUS_FLAGS } from '../../../lang/schema/constants.js';
import { networkOf } from '../../../lang/values/address.js';
import type { Address, Value } from '../../../lang/values/value.js';
import { AF_INET, AF_INET6, IPPROTO } from '../../ctnetlink/constants.js';
import type { KernelFilter, MaskedValue, TupleFilter } from '../../ctnetlink/requests/kernel-filter.js';

/** What kernels can filter by: each since the version that is noted in `kernel-filter.ts`. */
export interface KernelAbilities {
  readonly tuple: boolean;
  readonly status: boolean;
  readonly zone: boolean;
  /** A filtered delete compares tuples too (6.12). */
  readonly deleteByTuple: boolean;
}

export const NO_ABILITIES: KernelAbilities = { tuple: false, status: false, zone: false, deleteByTuple: false };

/** From `uname -r`: what is older than a filter ignores it without a word. */
export function abilitiesOf(release: string): KernelAbilities {
  const [major, minor] = release.split('.').map(part => Number.parseInt(part, 10));
  const since = (wantedMajor: number, wantedMinor: number): boolean =>
    major > wantedMajor || (major === wantedMajor && minor >= wantedMinor);
  return { tuple: since(5, 8), status: since(5, 15), zone: since(6, 8), deleteByTuple: since(6, 12) };
}

/** The parts of a condition that must all hold. */
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

/** What a conjunct says of single fields; empty where the kernel has no words for it. `exact`: and nothing else. */
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
        (node.quantifier === 'all' || node.wanted.length === 1)
      ) {
        return {
          facts: node.wanted.map(({ bits, absent }) => ({
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
      if (node.operand.kind === 'has' && node.operand.wanted.length === 1) {
        const { facts, exact } = factsOf(node.operand);
        const turned = facts.map(fact => (fact.kind === 'masked' ? { ...fact, value: fact.mask & ~fact.value } : fact));
        return { facts: turned, exact };
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

/** What is known of an entry that meets the condition. */
export interface Constraints {
  family?: number;
  proto?: number;
  mark?: MaskedValue;
  status?: MaskedValue;
  zone?: number;
  readonly orig: Partial<Record<TupleKey, Value>>;
  readonly reply: Partial<Record<TupleKey, Value>>;
  /** Conjuncts of which each fact stands for the whole. */
  readonly exact: Map<string, Typed>;
  /** Two facts exclude each other: nothing meets the condition. */
  impossible: boolean;
}

function split(field: string): [direction: 'orig' | 'reply', key: TupleKey] | undefined {
  const [direction, key] = field.split('.');
  return (direction === 'orig' || direction === 'reply') && Object.hasOwn(TUPLE_KEYS, key ?? '')
    ? [direction, key as TupleKey]
    : undefined;
}

/** Gathers what the condition says of the fields that the kernel knows. */
export function constraintsOf(where: Typed | undefined): Constraints {
  const known: Constraints = { orig: {}, reply: {}, exact: new Map(), impossible: false };
  for (const conjunct of conjuncts(where)) {
    const { facts, exact } = factsOf(conjunct);
    for (const fact of facts) addFact(known, fact, exact ? conjunct : undefined);
  }
  return known;
}

function addFact(known: Constraints, fact: Fact, whole: Typed | undefined): void {
  const set = <K extends 'family' | 'proto' | 'zone'>(key: K, value: number): void => {
    if (known[key] !== undefined && known[key] !== value) known.impossible = true;
    known[key] = value;
    if (whole) known.exact.set(key, whole);
  };
  const masked = (key: 'mark' | 'status', value: number, mask: number): void => {
    if ((value & ~mask) !== 0) {
      known.impossible = true;
      return;
    }
    // No bit is compared: it says nothing, and is no filter.
    if (mask === 0) return;
    const before = known[key] ?? { value: 0, mask: 0 };
    if (((before.value ^ value) & before.mask & mask) !== 0) known.impossible = true;
    known[key] = { value: (before.value | value) >>> 0, mask: (before.mask | mask) >>> 0 };
    if (whole) known.exact.set(`${key}:${mask}`, whole);
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
      else addTupleFact(known, fact.field, fact.value, whole);
  }
}

function addTupleFact(known: Constraints, field: string, value: Value, whole: Typed | undefined): void {
  const place = split(field);
  if (!place) return;
  const [direction, key] = place;
  if (known[direction][key] !== undefined && known[direction][key] !== value) known.impossible = true;
  known[direction][key] = value;
  if (whole) known.exact.set(field, whole);
  if (key === 'src' || key === 'dst') {
    const family = familyOf(value as Address);
    if (known.family !== undefined && known.family !== family) known.impossible = true;
    known.family = family;
  }
}

/** The status bits that the kernel compares: all that it keeps in an entry. */
const STATUS_MASK = Object.values(STATUS_FLAGS).reduce((all, bit) => all | bit, 0) >>> 0;

/** What the kernel is asked for: one dump, or one a family where its filter wants to know the family. */
export interface Pushdown {
  readonly filters: readonly KernelFilter[];
  /** Conjuncts that the kernel decides alone. */
  readonly decided: ReadonlySet<Typed>;
  /** The kernel's filter is the whole condition. */
  readonly complete: boolean;
}

/** The part of a condition that the kernel filters, and gets right (see `docs/kernel-filters.md`). */
export function pushDown(where: Typed | undefined, known: Constraints, abilities: KernelAbilities): Pushdown {
  const decided = new Set<Typed>();
  const decide = (key: string): void => {
    const conjunct = known.exact.get(key);
    if (conjunct) decided.add(conjunct);
  };
  const base: { mark?: MaskedValue; status?: MaskedValue; zone?: number } = {};
  if (known.mark) {
    base.mark = known.mark;
    for (const key of known.exact.keys()) if (key.startsWith('mark:')) decide(key);
  }
  if (
    known.status &&
    abilities.status &&
    (known.status.mask & STATUS_MASK) === known.status.mask &&
    known.status.mask !== 0
  ) {
    base.status = known.status;
    for (const key of known.exact.keys()) if (key.startsWith('status:')) decide(key);
  }
  // The kernel compares the number only: entries with a zone of one direction pass too, so that it does not decide.
  if (known.zone !== undefined && abilities.zone) base.zone = known.zone;
  const wantsTuple =
    abilities.tuple &&
    (known.proto !== undefined || Object.keys(known.orig).length > 0 || Object.keys(known.reply).length > 0);
  if (!wantsTuple) {
    if (known.family !== undefined) decide('family');
    const filter: KernelFilter = { ...base, ...(known.family === undefined ? {} : { family: known.family }) };
    return { filters: [filter], decided, complete: isComplete(where, decided) };
  }
  const families = known.family !== undefined ? [known.family] : FAMILIES;
  const taken: string[] = [];
  const filters = families.map(family => {
    const take = (key: string): void => void taken.push(key);
    const orig = tupleFilter(known, 'orig', family, take);
    const reply = tupleFilter(known, 'reply', family, take);
    return { ...base, family, ...(orig ? { orig } : {}), ...(reply ? { reply } : {}) };
  });
  // The kernel decides what the filters of all families compare.
  for (const key of new Set(taken)) if (taken.filter(each => each === key).length >= families.length) decide(key);
  decide('family');
  return { filters, decided, complete: isComplete(where, decided) };
}

/** Also of ICMP: nothing keeps an entry of protocol 1 from having IPv6 addresses. */
const FAMILIES = [AF_INET, AF_INET6];

function isComplete(where: Typed | undefined, decided: ReadonlySet<Typed>): boolean {
  return conjuncts(where).every(conjunct => decided.has(conjunct));
}

function tupleFilter(
  known: Constraints,
  direction: 'orig' | 'reply',
  family: number,
  took: (key: string) => void,
): TupleFilter | undefined {
  const { proto } = known;
  const wanted = known[direction];
  const filter: Record<string, Value> = {};
  const taken = new Set<string>();
  const take = (key: TupleKey): void => {
    const value = wanted[key];
    if (value === undefined) return;
    filter[TUPLE_KEYS[key]] = value;
    taken.add(`${direction}.${key}`);
  };
  // IPv6 addresses match inverted in the kernel: they are left to the check of every row.
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
  for (const key of taken) took(key);
  return Object.keys(filter).length > 0 ? (filter as TupleFilter) : undefined;
}
