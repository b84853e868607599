/** Tests of fields as conditions on the bytes of an event's message. */
import type {
  AnyNode,
  CompareNode,
  FieldNode,
  HasNode,
  InNode,
  IsClassNode,
  Typed,
  WithinNode,
} from '../../../lang/checked/ast.js';
import { walk } from '../../../lang/checked/walk.js';
import { hasNullInLists } from '../../../lang/evaluate/any.js';
import { compile, type EvalContext } from '../../../lang/evaluate/evaluate.js';
import type { CompareOp } from '../../../lang/syntax/ast.js';
import { isNetwork, networkOf, networksOfClass } from '../../../lang/values/address.js';
import type { Value } from '../../../lang/values/value.js';
import { IPCTNL_MSG_CT_DELETE } from '../../ctnetlink/constants.js';
import type { EventCondition, Step } from '../../ctnetlink/event-filter/condition.js';
import { type FieldPlaces, HIGH_FLAGS, inRanges, MESSAGE_TYPE, placesOf } from '../../ctnetlink/event-filter/fields.js';
import { complement, type Range, union } from '../../ctnetlink/event-filter/ranges.js';
import { NLM_F_CREATE } from '../../netlink/constants.js';
import {
  type AddressRanges,
  addressList,
  addressRanges,
  exceptAddresses,
  namedRanges,
  networkRanges,
  numberRange,
  numberRanges,
} from './event-values.js';

/** What conditions on the events of a table may look at. */
export interface EventScope {
  readonly table: 'conntrack' | 'expect';
  /** Undefined: any field. */
  readonly fields?: (name: string) => boolean;
  /** Variables and the results of subqueries, as far as they are known. */
  readonly reading: EvalContext<never>;
}

/** Where a field is in the messages of events; undefined if the filter cannot read it. */
export function placesIn(node: FieldNode, { table, fields }: EventScope): FieldPlaces | undefined {
  if (node.join !== undefined || fields?.(node.name) === false) return undefined;
  return placesOf(table, node.name);
}

/** What a test compares: a field, perhaps some bits of it. */
interface Side {
  readonly field: FieldNode;
  readonly places: FieldPlaces;
  readonly mask?: number;
}

function sideOf(node: Typed, scope: EventScope): Side | undefined {
  if (node.kind === 'field') {
    const places = placesIn(node, scope);
    return places === undefined || places.isOpaque ? undefined : { field: node, places };
  }
  if (node.kind !== 'binary' || node.op !== '&') return undefined;
  for (const [operand, bits] of [
    [node.left, node.right],
    [node.right, node.left],
  ]) {
    const side = operand.kind === 'field' ? sideOf(operand, scope) : undefined;
    const mask = knownValue(bits, scope);
    const isMask = typeof mask === 'number' && Number.isInteger(mask) && mask >= 0 && mask <= 0xffffffff;
    if (side === undefined || !isMask || side.field.type.name === 'address' || side.field.name === 'portid') continue;
    if (side.places.places.every(({ bytes }) => bytes <= 4)) return { ...side, mask };
  }
  return undefined;
}

/** The value of an expression without fields; undefined for any other, and where it is not known yet. */
function knownValue(node: Typed, { reading }: EventScope): Value | undefined {
  if (node.kind === 'const') return node.value;
  let isKnown = true;
  walk(node, each => {
    if (each.kind === 'field' || each.kind === 'key' || each.kind === 'aggregate') isKnown = false;
    if ((each.kind === 'scalar' || each.kind === 'exists') && reading.query === undefined) isKnown = false;
    if (each.kind === 'in') isKnown = false;
    if (isMoving(each, reading)) isKnown = false;
  });
  return isKnown ? compile<never>(node, reading)(undefined as never) : undefined;
}

/** Whether what the fields of a test of `host` or `port` are compared with is null. */
export function isUnknown(node: AnyNode, scope: EventScope): boolean {
  const { reading } = scope;
  const valuesOf = ({ query, variable }: InNode): readonly Value[] => {
    if (query !== undefined) return reading.query?.(query).values ?? [];
    const list = variable === undefined ? undefined : reading.variable?.(variable);
    return list?.kind === 'list' ? list.values : [];
  };
  return node.others.some(each => knownValue(each, scope) === null) || hasNullInLists(node, valuesOf);
}

/** now() of each event. */
const isMoving = (node: Typed, { timeOf }: EvalContext<never>): boolean =>
  node.kind === 'call' && node.name === 'now' && timeOf !== undefined;

/**
 * A test whose bound grows with now(), as in `start > now() - 1h`, with the bound as it is at first: events that it rejects are rejected
 * later too. Undefined for any other.
 */
export function firstOf(node: Typed, scope: EventScope): EventCondition | undefined {
  if (node.kind !== 'compare' || (node.op !== '>' && node.op !== '>=')) return undefined;
  const { right } = node;
  const isSum = right.kind === 'binary' && (right.op === '-' || right.op === '+') && right.right.kind === 'const';
  if (!isMoving(isSum ? right.left : right, scope.reading)) return undefined;
  return testOf(node, { ...scope, reading: { ...scope.reading, timeOf: undefined } });
}

/** A test as a condition on a message; undefined if it cannot be made in the kernel. */
export function testOf(node: Typed, scope: EventScope): EventCondition | undefined {
  switch (node.kind) {
    case 'compare':
      return compareOf(node, scope);
    case 'in':
      return listOf(node, scope);
    case 'within':
      return withinOf(node, scope);
    case 'has':
      return flagsOf(node, scope);
    case 'is_class':
      return classOf(node, scope);
    default:
      return undefined;
  }
}

const MIRRORED = { '=': '=', '!=': '!=', '<': '>', '<=': '>=', '>': '<', '>=': '<=' } as const satisfies Record<
  CompareOp,
  CompareOp
>;

function compareOf({ op, left, right }: CompareNode, scope: EventScope): EventCondition | undefined {
  const value = knownValue(right, scope);
  if (value !== undefined) return compareWith(left, op, value, scope);
  const other = knownValue(left, scope);
  return other === undefined ? undefined : compareWith(right, MIRRORED[op], other, scope);
}

function compareWith(node: Typed, op: CompareOp, value: Value, scope: EventScope): EventCondition | undefined {
  if (isEventField(node, scope)) return eventIs([value], op === '!=');
  const side = sideOf(node, scope);
  if (side === undefined) return undefined;
  if (value === null) return { kind: 'const', value: null };
  const { field, places, mask } = side;
  if (field.type.name === 'address') {
    const ranges = addressRanges(op, value);
    return ranges && inAddresses(places, ranges);
  }
  const named = namedRanges(field.name, [value]);
  if (named !== undefined) return namedTest(places, named, op === '!=');
  if (field.name === 'portid') return portTest(places, [value], op);
  const ranges = numberRanges(op, value, scaleOf(field));
  return ranges && inRanges(places, ({ bytes }) => union(ranges, bytes), mask);
}

/** Timeouts are in seconds in messages. */
const scaleOf = ({ type }: FieldNode): bigint => (type.name === 'duration' ? 1_000_000_000n : 1n);

const inAddresses = (places: FieldPlaces, ranges: AddressRanges): EventCondition =>
  inRanges(places, ({ bytes }) => ranges(bytes));

function namedTest(
  places: FieldPlaces,
  { ranges, mask }: NonNullable<ReturnType<typeof namedRanges>>,
  isNegated: boolean,
): EventCondition {
  const test = inRanges(places, ({ bytes }, index) => union(ranges(index), bytes), mask);
  return isNegated ? { kind: 'not', operand: test } : test;
}

/** The port of a program is in host order: it can be equal, but not less or greater. */
function portTest(places: FieldPlaces, values: readonly Value[], op: CompareOp): EventCondition | undefined {
  if (op !== '=' && op !== '!=') return undefined;
  const ranges: Range[] = [];
  for (const value of values) {
    const [range] = numberRanges('=', value) ?? [];
    if (range === undefined || range[0] < 0n || range[0] > 0xffffffffn) continue;
    const [swapped] = new Uint32Array(new Uint8Array(Uint32Array.of(Number(range[0])).buffer).reverse().buffer);
    ranges.push([BigInt(swapped), BigInt(swapped)]);
  }
  const test = inRanges(places, ({ bytes }) => union(ranges, bytes));
  return op === '!=' ? { kind: 'not', operand: test } : test;
}

const isEventField = (node: Typed, { fields }: EventScope): boolean =>
  node.kind === 'field' && node.join === undefined && node.name === 'event' && fields?.('event') !== false;

/** Whether an event is of one of these kinds. */
function eventIs(values: readonly Value[], isNegated: boolean): EventCondition {
  const has = (name: string): boolean => values.includes(name) !== isNegated;
  const destroys = BigInt(IPCTNL_MSG_CT_DELETE & 0xff);
  const steps: Step[] = [
    { place: MESSAGE_TYPE, ranges: [[destroys, destroys]], within: has('destroy'), outside: 'next' },
    {
      place: HIGH_FLAGS,
      mask: NLM_F_CREATE >> 8,
      ranges: complement([[0n, 0n]], 1),
      within: has('new'),
      outside: has('update'),
    },
  ];
  return { kind: 'chain', steps, otherwise: null };
}

function listOf(node: InNode, scope: EventScope): EventCondition | undefined {
  const { operand, others, query, variable, ranges, networks } = node;
  const { reading } = scope;
  if (others.length > 0) return undefined;
  const values: Value[] = [...node.values];
  if (query !== undefined) {
    const result = reading.query?.(query);
    if (result === undefined) return undefined;
    values.push(...result.values);
  }
  if (variable !== undefined) {
    const list = reading.variable?.(variable);
    if (list === undefined) return undefined;
    if (list.kind === 'list') values.push(...list.values);
  }
  const test = listTest(
    operand,
    values.filter(each => each !== null),
    ranges,
    networks,
    scope,
  );
  // A miss is null if the list has a null.
  return test && values.includes(null) ? { kind: 'or', operands: [test, { kind: 'const', value: null }] } : test;
}

function listTest(
  operand: Typed,
  values: readonly Value[],
  ranges: InNode['ranges'],
  networks: InNode['networks'],
  scope: EventScope,
): EventCondition | undefined {
  if (isEventField(operand, scope)) return eventIs(values, false);
  const side = sideOf(operand, scope);
  if (side === undefined) return undefined;
  const { field, places, mask } = side;
  if (field.type.name === 'address') {
    const list = addressList(values, ranges, networks);
    return list && inAddresses(places, list);
  }
  const named = namedRanges(field.name, values);
  if (named !== undefined) return namedTest(places, named, false);
  if (field.name === 'portid') return ranges.length > 0 ? undefined : portTest(places, values, '=');
  const scale = scaleOf(field);
  const all: Range[] = [];
  for (const value of values) all.push(...(numberRanges('=', value, scale) ?? []));
  for (const [low, high] of ranges) {
    const range = numberRange(low, high, scale);
    if (range === undefined) return undefined;
    all.push(range);
  }
  return inRanges(places, ({ bytes }) => union(all, bytes), mask);
}

function withinOf({ operand, network }: WithinNode, scope: EventScope): EventCondition | undefined {
  const side = sideOf(operand, scope);
  const value = knownValue(network, scope);
  if (side === undefined || value === undefined) return undefined;
  if (value === null) return { kind: 'const', value: null };
  return isNetwork(value) ? inAddresses(side.places, networkRanges([networkOf(value)])) : undefined;
}

function flagsOf({ operand, quantifier, flags }: HasNode, scope: EventScope): EventCondition | undefined {
  if (operand.type.name !== 'flags') return undefined;
  const side = sideOf(operand, scope);
  if (side === undefined || side.mask !== undefined) return undefined;
  const tests = flags.map(({ bits, absent }): EventCondition => {
    const isSet = inRanges(side.places, ({ bytes }) => complement([[0n, 0n]], bytes), bits);
    return absent ? { kind: 'not', operand: isSet } : isSet;
  });
  return tests.length === 1 ? tests[0] : { kind: quantifier === 'all' ? 'and' : 'or', operands: tests };
}

function classOf({ operand, class: name }: IsClassNode, scope: EventScope): EventCondition | undefined {
  const side = sideOf(operand, scope);
  if (side === undefined) return undefined;
  const { networks, isExcept } = networksOfClass(name);
  const ranges = networkRanges(networks);
  return inAddresses(side.places, isExcept ? exceptAddresses(ranges) : ranges);
}
