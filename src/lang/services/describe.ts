import type { Aggregate, Grouping, InNode, Typed } from '../checked/ast.js';
import { namesOfFlags, protocolName } from '../schema/flags.js';
import type { Type } from '../schema/type.js';
import { assertNever } from '../syntax/ast.js';
import { formatAddress, formatNetwork } from '../values/address.js';
import type { Address, Integer, Value } from '../values/value.js';

/** The text of a checked expression, for `explain` and messages. */
export function describe(node: Typed, grouping?: Grouping): string {
  const of = (child: Typed): string => {
    const text = describe(child, grouping);
    return child.kind === 'binary' || child.kind === 'logical' ? `(${text})` : text;
  };
  switch (node.kind) {
    case 'const':
      return describeValue(node.type, node.value);
    case 'field':
      return node.name;
    case 'variable':
      return `$${node.name}`;
    case 'key':
      return grouping ? describe(grouping.keys[node.index]) : `key ${node.index + 1}`;
    case 'aggregate':
      return grouping ? describeAggregate(grouping.aggregates[node.index]) : `aggregate ${node.index + 1}`;
    case 'scalar':
      return '(select …)';
    case 'unary':
      return `${node.op}${of(node.operand)}`;
    case 'binary':
      return `${of(node.left)} ${node.op} ${of(node.right)}`;
    case 'compare':
      return `${of(node.left)} ${node.op} ${of(node.right)}`;
    case 'within':
      return `${of(node.operand)} = ${of(node.network)}`;
    case 'logical':
      return node.operands.map(of).join(` ${node.op} `);
    case 'not':
      if (node.operand.kind === 'is_null') return `${of(node.operand.operand)} is not null`;
      if (node.operand.kind === 'is_class') return `${of(node.operand.operand)} is not ${node.operand.class}`;
      return `not ${of(node.operand)}`;
    case 'any':
      return `any ${node.name} (${node.tests.map(of).join(' or ')})`;
    case 'in':
      return `${of(node.operand)} in ${describeList(node, of)}`;
    case 'like':
      return `${of(node.operand)} ${node.ignoreCase ? 'i' : ''}like ${of(node.pattern)}`;
    case 'has': {
      const names = node.flags.map(flag => flag.name);
      const list = names.length === 1 ? names[0] : `${node.quantifier === 'any' ? 'any ' : ''}(${names.join(', ')})`;
      return `${of(node.operand)} has ${list}`;
    }
    case 'is_null':
      return `${of(node.operand)} is null`;
    case 'is_class':
      return `${of(node.operand)} is ${node.class}`;
    case 'case': {
      const branches = node.branches.map(({ when, value }) => `when ${of(when)} then ${of(value)}`);
      return ['case', ...branches, ...(node.otherwise ? [`else ${of(node.otherwise)}`] : []), 'end'].join(' ');
    }
    case 'cast':
      return `cast(${describe(node.operand, grouping)} as ${node.type.name})`;
    case 'exists':
      return 'exists (select …)';
    case 'call':
      return `${node.name}(${node.args.map(arg => describe(arg, grouping)).join(', ')})`;
    default:
      return assertNever(node);
  }
}

/** The text of an aggregate: `count(distinct src)`. */
export function describeAggregate({ name, arg, distinct }: Aggregate): string {
  return `${name}(${distinct ? 'distinct ' : ''}${arg ? describe(arg) : '*'})`;
}

/** The number of list items shown. */
const MAX_ITEMS = 8;

function describeList(node: InNode, of: (child: Typed) => string): string {
  if (node.query) return '(select …)';
  if (node.variable) return `$${node.variable}`;
  const { type } = node.operand;
  const items = [
    ...node.values.map(value => describeValue(type, value)),
    ...node.ranges.map(([low, high]) => `${describeValue(type, low)}..${describeValue(type, high)}`),
    ...node.networks.map(formatNetwork),
    ...node.others.map(of),
  ];
  const more = items.length - MAX_ITEMS;
  return more > 1 ? `(${items.slice(0, MAX_ITEMS).join(', ')}, … ${more} more)` : `(${items.join(', ')})`;
}

const UNITS: readonly (readonly [bigint, string])[] = [
  [86_400_000_000_000n, 'd'],
  [3_600_000_000_000n, 'h'],
  [60_000_000_000n, 'm'],
  [1_000_000_000n, 's'],
  [1_000_000n, 'ms'],
  [1_000n, 'us'],
  [1n, 'ns'],
];

/** ns as `1h30m`, in the language's own units. */
export function describeDuration(ns: Integer): string {
  let rest = BigInt(ns);
  if (rest === 0n) return '0s';
  const sign = rest < 0n ? '-' : '';
  if (rest < 0n) rest = -rest;
  let text = '';
  for (const [size, unit] of UNITS) {
    if (rest < size) continue;
    text += `${rest / size}${unit}`;
    rest %= size;
  }
  return sign + text;
}

/** A value as written in a query. */
export function describeValue(type: Type, value: Value): string {
  if (value === null) return 'null';
  switch (type.name) {
    case 'address':
      return formatAddress(value as Address);
    case 'network':
      return formatNetwork(value as string);
    case 'proto':
      return protocolName(value as number) ?? String(value);
    case 'duration':
      return describeDuration(value as Integer);
    case 'time':
      return `'${new Date(Number(BigInt(value as Integer) / 1_000_000n)).toISOString()}'`;
    case 'flags':
      return namesOfFlags(type.flags!, value as number).join(', ');
    case 'text':
      return `'${String(value).replaceAll("'", "''")}'`;
    default:
      return String(value);
  }
}
