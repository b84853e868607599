/** Random conditions: as text for ctq, and what they mean, said as plainly as can be. */
import fc from 'fast-check';
import { addressOf, type Fact, type Facts, isInside } from './facts.js';
import { ADDRESSES, HELPERS, LABELS, MARKS, NETWORKS, PORTS, PROTOCOLS, STATES, VTAGS, ZONES } from './flows.js';

/** Values of fields, written as ctq reads them. */
type Term =
  | { readonly kind: 'compare'; readonly field: string; readonly op: string; readonly value: string | number }
  | { readonly kind: 'fields'; readonly field: string; readonly op: string; readonly other: string }
  | { readonly kind: 'mask'; readonly mask: number; readonly op: string; readonly value: number }
  | {
      readonly kind: 'between';
      readonly field: string;
      readonly low: number;
      readonly high: number;
      readonly not: boolean;
    }
  | {
      readonly kind: 'in';
      readonly field: string;
      readonly values: readonly (string | number)[];
      readonly not: boolean;
    }
  | { readonly kind: 'has'; readonly field: string; readonly any: boolean; readonly names: readonly string[] }
  | { readonly kind: 'null'; readonly field: string; readonly not: boolean }
  | { readonly kind: 'private'; readonly field: string; readonly not: boolean }
  | { readonly kind: 'like'; readonly field: string; readonly prefix: string };
export type Condition =
  | Term
  | { readonly kind: 'and' | 'or'; readonly all: readonly Condition[] }
  | { readonly kind: 'not'; readonly of: Condition };

// ---------------------------------------------------------------- random ones

const equality = fc.constantFrom('=', '!=');
const order = fc.constantFrom('=', '!=', '<', '<=', '>', '>=');
const term = <T extends Term['kind']>(kind: T) => fc.constant(kind);

const ADDRESS_FIELDS = ['src', 'dst', 'orig.src', 'reply.src', 'reply.dst'];
const PORT_FIELDS = ['sport', 'dport', 'orig.dport', 'reply.sport', 'reply.dport'];
/** Fields of numbers, and the numbers that flows have there. */
const NUMBERS: Readonly<Record<string, readonly number[]>> = {
  mark: MARKS,
  zone: ZONES,
  'orig.zone': ZONES,
  'reply.zone': ZONES,
  icmp_type: [0, 8, 13, 128, 139],
  icmp_code: [0, 1],
  icmp_id: [1, 2, 77],
  'reply.icmp_type': [0, 14, 129],
  srckey: [1, 0xfffe],
  dstkey: [1, 0xfffe],
  packets: [0, 1],
  'orig.bytes': [0, 1],
  vtag: VTAGS,
  'reply.vtag': VTAGS,
  'tcp.orig.wscale': [0, 7, 14],
  proto: PROTOCOLS,
  ...Object.fromEntries(PORT_FIELDS.map(field => [field, PORTS])),
};
const WORDS: Readonly<Record<string, readonly string[]>> = {
  family: ['ipv4', 'ipv6'],
  state: STATES,
  nat: ['none', 'src', 'dst', 'both'],
  helper: HELPERS,
};
const NULLABLE = [...Object.keys(NUMBERS), 'state', 'helper', 'labels', 'src'];

const numberField = fc.constantFrom(...Object.keys(NUMBERS)).chain(field =>
  fc.record({
    field: fc.constant(field),
    value: fc.constantFrom(...NUMBERS[field]),
    second: fc.constantFrom(...NUMBERS[field]),
  }),
);
const wordField = fc.constantFrom(...Object.keys(WORDS)).chain(field =>
  fc.record({
    field: fc.constant(field),
    value: fc.constantFrom(...WORDS[field]),
    second: fc.constantFrom(...WORDS[field]),
  }),
);
const place = fc.constantFrom(...ADDRESSES, ...NETWORKS);

const terms: fc.Arbitrary<Term> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.tuple(numberField, order).map(
      ([{ field, value }, op]): Term => ({
        kind: 'compare',
        field,
        op: field === 'proto' && op !== '!=' ? '=' : op,
        value,
      }),
    ),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(wordField, equality)
      .map(([{ field, value }, op]): Term => ({ kind: 'compare', field, op, value })),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: term('compare'),
      field: fc.constantFrom(...ADDRESS_FIELDS),
      op: equality,
      value: place,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: term('compare'), field: fc.constant('host'), op: fc.constant('='), value: place }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: term('compare'),
      field: fc.constant('port'),
      op: fc.constant('='),
      value: fc.constantFrom(...PORTS),
    }),
  },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(['reply.dst', 'orig.src'], ['src', 'dst'], ['sport', 'reply.dport'], ['sport', 'dport'])
      .chain(([field, other]) =>
        fc.record({ kind: term('fields'), field: fc.constant(field), op: equality, other: fc.constant(other) }),
      ),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: term('mask'),
      mask: fc.constantFrom(1, 0xff, 0xff00, 0xffff_ffff),
      op: equality,
      value: fc.constantFrom(0, 1, 0x12, 0x1200, 0xffff_ffff),
    }),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(numberField, fc.boolean())
      .filter(([{ field }]) => field !== 'proto')
      .map(
        ([{ field, value, second }, not]): Term => ({
          kind: 'between',
          field,
          low: Math.min(value, second),
          high: Math.max(value, second),
          not,
        }),
      ),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.oneof(numberField, wordField), fc.boolean())
      .map(([{ field, value, second }, not]): Term => ({ kind: 'in', field, values: [value, second], not })),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: term('in'),
      field: fc.constantFrom(...ADDRESS_FIELDS),
      values: fc.array(place, { minLength: 1, maxLength: 3 }),
      not: fc.boolean(),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: term('has'),
      field: fc.constant('status'),
      any: fc.boolean(),
      names: fc.uniqueArray(fc.constantFrom('ASSURED', 'SEEN_REPLY', 'UNREPLIED', 'CONFIRMED', 'SRC_NAT', 'DST_NAT'), {
        minLength: 1,
        maxLength: 2,
      }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: term('has'),
      field: fc.constant('labels'),
      any: fc.boolean(),
      names: fc.uniqueArray(fc.constantFrom(...Object.keys(LABELS)), { minLength: 1, maxLength: 2 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: term('null'), field: fc.constantFrom(...NULLABLE), not: fc.boolean() }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: term('private'), field: fc.constantFrom(...ADDRESS_FIELDS), not: fc.boolean() }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: term('like'),
      field: fc.constant('helper'),
      prefix: fc.constantFrom('f', 't', 'ft', ''),
    }),
  },
);

export const condition: fc.Arbitrary<Condition> = fc.letrec<{ all: Condition }>(tie => ({
  all: fc.oneof(
    { maxDepth: 3 },
    { weight: 4, arbitrary: terms },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant('and' as const),
        all: fc.array(tie('all'), { minLength: 2, maxLength: 3 }),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('or' as const),
        all: fc.array(tie('all'), { minLength: 2, maxLength: 3 }),
      }),
    },
    { weight: 1, arbitrary: tie('all').map((of): Condition => ({ kind: 'not', of })) },
  ),
})).all;

// ---------------------------------------------------------------- as text

const not = (is: boolean): string => (is ? 'not ' : '');

export function textOf(c: Condition): string {
  switch (c.kind) {
    case 'compare':
      return `${c.field} ${c.op} ${c.field === 'helper' ? `'${c.value}'` : c.value}`;
    case 'fields':
      return `${c.field} ${c.op} ${c.other}`;
    case 'mask':
      return `mark & ${c.mask} ${c.op} ${c.value}`;
    case 'between':
      return `${c.field} ${not(c.not)}between ${c.low} and ${c.high}`;
    case 'in':
      return `${c.field} ${not(c.not)}in (${c.values.map(each => (c.field === 'helper' ? `'${each}'` : each)).join(', ')})`;
    case 'has':
      return `${c.field} has ${c.any ? 'any ' : ''}(${c.names.join(', ')})`;
    case 'null':
      return `${c.field} is ${not(c.not)}null`;
    case 'private':
      return `${c.field} is ${not(c.not)}private`;
    case 'like':
      return `${c.field} like '${c.prefix}%'`;
    case 'and':
    case 'or':
      return c.all.map(each => `(${textOf(each)})`).join(` ${c.kind} `);
    case 'not':
      return `not (${textOf(c.of)})`;
  }
}

// ---------------------------------------------------------------- what it means

const ALIASES = /^(src|dst|sport|dport|icmp_type|icmp_code|icmp_id|srckey|dstkey|vtag)$/;
const ANY: Readonly<Record<string, readonly string[]>> = {
  host: ['orig.src', 'orig.dst', 'reply.src', 'reply.dst'],
  port: ['orig.sport', 'orig.dport', 'reply.sport', 'reply.dport'],
};
const isAddress = (field: string): boolean => /(src|dst|host)$/.test(field);
const PRIVATE = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'];

const get = (facts: Facts, field: string): Fact => facts[ALIASES.test(field) ? `orig.${field}` : field] ?? null;

function equals(fact: Fact, value: string | number, field: string): boolean {
  if (!isAddress(field)) return fact === value;
  const text = String(value);
  return text.includes('/') ? isInside(String(fact), text) : addressOf(String(fact)) === addressOf(text);
}

/** SQL's three values. */
export function holds(c: Condition, facts: Facts): boolean | null {
  const field = 'field' in c ? get(facts, c.field) : null;
  const negated = (value: boolean | null): boolean | null => (value === null ? null : !value);
  switch (c.kind) {
    case 'compare': {
      if (c.field in ANY) return ANY[c.field].some(each => holds({ ...c, field: each }, facts) === true);
      if (field === null) return null;
      if (c.op === '=' || c.op === '!=') return equals(field, c.value, c.field) === (c.op === '=');
      const [a, b] = [Number(field), Number(c.value)];
      return c.op === '<' ? a < b : c.op === '<=' ? a <= b : c.op === '>' ? a > b : a >= b;
    }
    case 'fields': {
      const other = get(facts, c.other);
      return field === null || other === null
        ? null
        : equals(field, other as string | number, c.field) === (c.op === '=');
    }
    case 'mask':
      return facts.mark === null ? null : ((Number(facts.mark) & c.mask) >>> 0 === c.value) === (c.op === '=');
    case 'between':
      return field === null ? null : (Number(field) >= c.low && Number(field) <= c.high) !== c.not;
    case 'in':
      return field === null ? null : c.values.some(each => equals(field, each, c.field)) !== c.not;
    case 'has': {
      if (field === null) return null;
      const has = (name: string): boolean => (field as readonly string[]).includes(name);
      return c.any ? c.names.some(has) : c.names.every(has);
    }
    case 'null':
      return (field === null) !== c.not;
    case 'private':
      return field === null ? null : PRIVATE.some(network => isInside(String(field), network)) !== c.not;
    case 'like':
      return field === null ? null : String(field).startsWith(c.prefix);
    case 'not':
      return negated(holds(c.of, facts));
    case 'and':
    case 'or': {
      const values = c.all.map(each => holds(each, facts));
      const decisive = c.kind === 'or';
      return values.includes(decisive) ? decisive : values.includes(null) ? null : !decisive;
    }
  }
}

/** The fields that a condition speaks of. */
export function fieldsOf(c: Condition): readonly string[] {
  switch (c.kind) {
    case 'and':
    case 'or':
      return c.all.flatMap(fieldsOf);
    case 'not':
      return fieldsOf(c.of);
    case 'mask':
      return ['mark'];
    case 'fields':
      return [c.field, c.other];
    default:
      return [c.field];
  }
}
