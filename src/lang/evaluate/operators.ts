/** Operators of checked expressions as functions of a row. A null operand gives null, except where SQL's logic decides without it. */
import type { BinaryNode, CompareNode, HasNode, Typed } from '../checked/ast.js';
import { compareCells } from '../conversion/cell-order.js';
import { isCell } from '../schema/type.js';
import { assertNever, type CompareOp } from '../syntax/ast.js';
import { holds, isNetwork, mask, networkOf, sameAddress } from '../values/address.js';
import * as values from '../values/value.js';
import { type Address, compare, finite, type Getter, type Integer, rounded, type Value } from '../values/value.js';

export function compileBinary<Row>(node: BinaryNode, left: Getter<Row>, right: Getter<Row>): Getter<Row> {
  if (node.op === '||') return compileConcat(left, right);
  const apply = operation(node);
  return row => {
    const a = left(row) as Integer | null;
    if (a === null) return null;
    const b = right(row) as Integer | null;
    return b === null ? null : apply(a, b);
  };
}

function compileConcat<Row>(left: Getter<Row>, right: Getter<Row>): Getter<Row> {
  return row => {
    const a = left(row);
    if (a === null) return null;
    const b = right(row);
    return b === null ? null : `${a}${b}`;
  };
}

function operation({ op, left, right, type }: BinaryNode): (a: Integer, b: Integer) => Integer | null {
  const isDecimal = left.type.name === 'decimal' || right.type.name === 'decimal';
  switch (op) {
    case '+':
      return isDecimal ? (a, b) => finite(Number(a) + Number(b)) : values.add;
    case '-':
      return isDecimal ? (a, b) => finite(Number(a) - Number(b)) : values.subtract;
    case '*':
      if (!isDecimal) return values.multiply;
      return type.name === 'duration'
        ? (a, b) => rounded(Number(a) * Number(b))
        : (a, b) => finite(Number(a) * Number(b));
    case '/':
      return type.name === 'duration'
        ? (a, b) => rounded(Number(a) / Number(b))
        : (a, b) => (b === 0 ? null : finite(Number(a) / Number(b)));
    case '%':
      return values.remainder;
    case '&':
      return values.bitAnd;
    case '|':
      return values.bitOr;
    case '^':
      return values.bitXor;
    case '<<':
      return values.shiftLeft;
    case '>>':
      return values.shiftRight;
    case '||':
      throw new Error('texts are not numbers');
    default:
      return assertNever(op);
  }
}

const ORDER_TESTS = {
  '=': order => order === 0,
  '!=': order => order !== 0,
  '<': order => order < 0,
  '<=': order => order <= 0,
  '>': order => order > 0,
  '>=': order => order >= 0,
} as const satisfies Record<CompareOp, (order: number) => boolean>;

export function compileCompare<Row>(op: CompareOp, left: Getter<Row>, right: Getter<Row>): Getter<Row> {
  const decide = ORDER_TESTS[op];
  if (op === '=') {
    return row => {
      const a = left(row);
      if (a === null) return null;
      const b = right(row);
      return b === null ? null : a === b || (typeof a !== typeof b && compare(a, b) === 0);
    };
  }
  return row => {
    const a = left(row);
    if (a === null) return null;
    const b = right(row);
    return b === null ? null : decide(compare(a, b));
  };
}

/** Whether columns of files are compared, also with a text: they are ordered as cells. */
export const areCells = ({ left, right }: CompareNode): boolean =>
  left.type.name === 'text' && right.type.name === 'text' && (isCell(left.type) || isCell(right.type));

export function compileCompareCells<Row>(op: CompareOp, left: Getter<Row>, right: Getter<Row>): Getter<Row> {
  const decide = ORDER_TESTS[op];
  return row => {
    const a = left(row);
    if (a === null) return null;
    const b = right(row);
    return b === null ? null : decide(compareCells(a as string, b as string));
  };
}

/** Columns of data files may hold networks in place of addresses. */
export function mayHoldNetworks({ left, right }: CompareNode): boolean {
  const isPlain = (node: Typed): boolean =>
    node.kind === 'const' || (node.kind === 'field' && node.join === undefined && !node.type.isCell);
  return left.type.name === 'address' && right.type.name === 'address' && !(isPlain(left) && isPlain(right));
}

export function compileSameAddress<Row>(op: '=' | '!=', left: Getter<Row>, right: Getter<Row>): Getter<Row> {
  return row => {
    const a = left(row) as Address | null;
    const b = right(row) as Address | null;
    return a === null || b === null ? null : sameAddress(a, b) === (op === '=');
  };
}

export function withinConstant<Row>(operand: Getter<Row>, network: string): Getter<Row> {
  const { address: base, prefix } = networkOf(network);
  if (typeof base === 'number') {
    const bits = prefix === 0 ? 0 : -1 << (32 - prefix);
    const network32 = base | 0;
    return row => {
      const address = operand(row);
      if (typeof address === 'number') return (address & bits) === network32;
      return address === null ? null : isNetwork(address) && holds(network, address);
    };
  }
  return row => {
    const address = operand(row);
    if (address === null) return null;
    if (isNetwork(address)) return holds(network, address);
    return typeof address === 'string' && mask(address, prefix) === base;
  };
}

export function compileAnd<Row>(operands: readonly Getter<Row>[]): Getter<Row> {
  return row => {
    let result: Value = true;
    for (let i = 0; i < operands.length; i++) {
      const value = operands[i](row);
      if (value === false) return false;
      if (value === null) result = null;
    }
    return result;
  };
}

export function compileOr<Row>(operands: readonly Getter<Row>[]): Getter<Row> {
  return row => {
    let result: Value = false;
    for (let i = 0; i < operands.length; i++) {
      const value = operands[i](row);
      if (value === true) return true;
      if (value === null) result = null;
    }
    return result;
  };
}

/** Whether a bit of a label set is set (`values.ts`). */
const hasLabel = (labels: string, bit: number): boolean => ((labels.charCodeAt(bit >> 4) >> (bit & 15)) & 1) === 1;

export function compileHas<Row>(node: HasNode, operand: Getter<Row>): Getter<Row> {
  const { flags, quantifier } = node;
  const isFlags = node.operand.type.name === 'flags';
  const tests = flags.map(({ bits, absent }) =>
    isFlags
      ? (value: Value) => (((value as number) & bits) !== 0) !== absent
      : (value: Value) => hasLabel(value as string, bits) !== absent,
  );
  if (tests.length === 1) {
    const [test] = tests;
    return row => {
      const value = operand(row);
      return value === null ? null : test(value);
    };
  }
  return row => {
    const value = operand(row);
    if (value === null) return null;
    return quantifier === 'all' ? tests.every(test => test(value)) : tests.some(test => test(value));
  };
}
