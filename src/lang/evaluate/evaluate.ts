import type {
  BinaryNode,
  Binding,
  CallNode,
  CheckedQuery,
  CompareNode,
  FieldNode,
  HasNode,
  Typed,
} from '../check/checked-ast.js';
import type { Environment } from '../schema/environment.js';
import { assertNever, type CompareOp } from '../syntax/ast.js';
import { holds, isNetwork, isOfClass, mask, networkOf, networkValue, sameAddress } from '../values/address.js';
import * as values from '../values/value.js';
import { type Address, compare, type Integer, type Value } from '../values/value.js';
import { compileIn, type QueryResult } from './in-list.js';
import { likeMatcher } from './like.js';

/** Gives the value of an expression for a row. */
export type Getter<Row> = (row: Row) => Value;

/** How what an expression names is read. What a caller's expressions cannot hold may be left out. */
export interface Reading<Row> {
  field?(node: FieldNode): Getter<Row>;
  key?(index: number): Getter<Row>;
  aggregate?(index: number): Getter<Row>;
  /** The result of a subquery, which has been read before. */
  query?(query: CheckedQuery): QueryResult;
  variable?(name: string): Binding;
  readonly environment?: Environment;
  /** ns since the epoch, the same for the whole statement. */
  readonly now?: Integer;
}

/** What of a reading does not depend on the kind of row. */
export function rowless({
  query,
  variable,
  environment,
  now,
}: Reading<never>): Omit<Reading<never>, 'field' | 'key' | 'aggregate'> {
  return { query, variable, environment, now };
}

/**
 * Turns a checked expression into a function of a row, once per statement. Three-valued: a condition gives true, false or
 * null. Never throws on any value that a row can have.
 */
export function compile<Row>(node: Typed, reading: Reading<Row>): Getter<Row> {
  const of = (child: Typed): Getter<Row> => compile(child, reading);
  switch (node.kind) {
    case 'const': {
      const { value } = node;
      return () => value;
    }
    case 'field':
      return given(reading.field, 'a field')(node);
    case 'key':
      return given(reading.key, 'a group key')(node.index);
    case 'aggregate':
      return given(reading.aggregate, 'an aggregate')(node.index);
    case 'variable': {
      const binding = given(reading.variable, 'a variable')(node.name);
      const value = binding.kind === 'value' ? binding.value : null;
      return () => value;
    }
    case 'scalar': {
      const { values: all } = given(reading.query, 'a subquery')(node.query);
      const value = all.length > 0 ? all[0] : null;
      return () => value;
    }
    case 'unary': {
      const operand = of(node.operand);
      const apply =
        node.op === '~'
          ? (value: Integer) => values.bitNot(value)
          : node.type.name === 'decimal'
            ? (value: Integer) => -Number(value)
            : (value: Integer) => values.subtract(0, value);
      return row => {
        const value = operand(row) as Integer | null;
        return value === null ? null : apply(value);
      };
    }
    case 'binary':
      return compileBinary(node, of(node.left), of(node.right));
    case 'compare':
      return mayHoldNetworks(node) && (node.op === '=' || node.op === '!=')
        ? compileSameAddress(node.op, of(node.left), of(node.right))
        : compileCompare(node.op, of(node.left), of(node.right));
    case 'within': {
      const operand = of(node.operand);
      if (node.network.kind === 'const') return withinConstant(operand, node.network.value as string);
      const network = of(node.network);
      return row => {
        const address = operand(row) as Address | null;
        const net = network(row) as string | null;
        if (address === null || net === null) return null;
        return holds(net, address);
      };
    }
    case 'logical':
      return node.op === 'and' ? compileAnd(node.operands.map(of)) : compileOr(node.operands.map(of));
    case 'not': {
      const operand = of(node.operand);
      return row => {
        const value = operand(row);
        return value === null ? null : !value;
      };
    }
    case 'any': {
      const tests = node.tests.map(of);
      return row => {
        for (let i = 0; i < tests.length; i++) if (tests[i](row) === true) return true;
        return false;
      };
    }
    case 'in': {
      const { variable } = node;
      const list = variable === undefined ? undefined : given(reading.variable, 'a variable')(variable);
      const query = node.query && given(reading.query, 'a subquery')(node.query);
      const more = query ?? (list?.kind === 'list' ? { values: list.values } : undefined);
      return compileIn(node, of(node.operand), node.others.map(of), more);
    }
    case 'like': {
      const operand = of(node.operand);
      if (node.pattern.kind === 'const') {
        const matches = likeMatcher(String(node.pattern.value));
        return row => {
          const text = operand(row);
          return text === null ? null : matches(text as string);
        };
      }
      const pattern = of(node.pattern);
      return row => {
        const text = operand(row);
        const wanted = pattern(row);
        return text === null || wanted === null ? null : likeMatcher(wanted as string)(text as string);
      };
    }
    case 'has':
      return compileHas(node, of(node.operand));
    case 'is_null': {
      const operand = of(node.operand);
      return row => operand(row) === null;
    }
    case 'is_class': {
      const operand = of(node.operand);
      return row => {
        const address = operand(row) as Address | null;
        return address === null ? null : isOfClass(address, node.class);
      };
    }
    case 'call':
      return compileCall(node, node.args.map(of), reading);
    default:
      return assertNever(node);
  }
}

function given<T>(part: T | undefined, what: string): T {
  if (part === undefined) throw new Error(`${what} cannot be read here`);
  return part;
}

function compileBinary<Row>(node: BinaryNode, left: Getter<Row>, right: Getter<Row>): Getter<Row> {
  const apply = operation(node);
  return row => {
    const a = left(row) as Integer | null;
    if (a === null) return null;
    const b = right(row) as Integer | null;
    return b === null ? null : apply(a, b);
  };
}

/** What is not finite has no value. */
const finite = (n: number): number | null => (Number.isFinite(n) ? n : null);
const isPrefix = (bits: Integer): bits is number => typeof bits === 'number' && bits >= 0 && bits <= 128;
const rounded = (n: number): Integer | null => (Number.isFinite(n) ? values.integer(BigInt(Math.round(n))) : null);

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
    default:
      return assertNever(op);
  }
}

const DECISIONS = {
  '=': order => order === 0,
  '!=': order => order !== 0,
  '<': order => order < 0,
  '<=': order => order <= 0,
  '>': order => order > 0,
  '>=': order => order >= 0,
} as const satisfies Record<CompareOp, (order: number) => boolean>;

function compileCompare<Row>(op: CompareOp, left: Getter<Row>, right: Getter<Row>): Getter<Row> {
  const decide = DECISIONS[op];
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

/** Columns of data files may hold networks where addresses are meant. */
function mayHoldNetworks({ left, right }: CompareNode): boolean {
  const isPlain = (node: Typed): boolean => node.kind === 'const' || (node.kind === 'field' && node.join === undefined);
  return left.type.name === 'address' && right.type.name === 'address' && !(isPlain(left) && isPlain(right));
}

function compileSameAddress<Row>(op: '=' | '!=', left: Getter<Row>, right: Getter<Row>): Getter<Row> {
  return row => {
    const a = left(row) as Address | null;
    const b = right(row) as Address | null;
    return a === null || b === null ? null : sameAddress(a, b) === (op === '=');
  };
}

function withinConstant<Row>(operand: Getter<Row>, network: string): Getter<Row> {
  const { address: base, prefix } = networkOf(network);
  if (typeof base === 'number') {
    const bits = prefix === 0 ? 0 : -1 << (32 - prefix);
    const wanted = base | 0;
    return row => {
      const address = operand(row);
      if (typeof address === 'number') return (address & bits) === wanted;
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

function compileAnd<Row>(operands: readonly Getter<Row>[]): Getter<Row> {
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

function compileOr<Row>(operands: readonly Getter<Row>[]): Getter<Row> {
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

function compileHas<Row>(node: HasNode, operand: Getter<Row>): Getter<Row> {
  const { wanted, quantifier } = node;
  const isFlags = node.operand.type.name === 'flags';
  const tests = wanted.map(({ bits, absent }) =>
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

function compileCall<Row>(node: CallNode, args: readonly Getter<Row>[], reading: Reading<Row>): Getter<Row> {
  const [first, second, third] = args;
  switch (node.name) {
    case 'now': {
      const now = given(reading.now, 'the time');
      return () => now;
    }
    case 'net':
      return row => {
        const address = first(row) as Address | null;
        const bits = second(row) as Integer | null;
        if (address === null || bits === null) return null;
        const own = isNetwork(address) ? networkOf(address) : { address, prefix: 128 };
        const six = third ? (third(row) as Integer | null) : bits > 32 ? bits : 64;
        const prefix = typeof own.address === 'number' ? Math.min(Number(bits), 32) : six;
        // A network has no smaller one that holds all of it.
        if (prefix === null || !isPrefix(prefix) || prefix > own.prefix) return null;
        return networkValue({ address: mask(own.address, prefix), prefix });
      };
    case 'service': {
      const environment = given(reading.environment, 'the table of services');
      return row => {
        const port = first(row) as number | null;
        if (port === null) return null;
        const proto = second ? (second(row) as number | null) : null;
        return environment.serviceName(port, proto ?? undefined) ?? null;
      };
    }
    case 'lower':
    case 'upper':
    case 'length':
      return row => {
        const text = first(row) as string | null;
        if (text === null) return null;
        return node.name === 'length'
          ? [...text].length
          : node.name === 'lower'
            ? text.toLowerCase()
            : text.toUpperCase();
      };
    case 'coalesce':
      return row => {
        for (let i = 0; i < args.length; i++) {
          const value = args[i](row);
          if (value !== null) return value;
        }
        return null;
      };
    case 'round':
      return row => {
        const number = first(row) as Integer | null;
        const digits = second ? (second(row) as Integer | null) : 0;
        if (number === null || digits === null) return null;
        if (typeof number === 'bigint') return number;
        if (!second) return rounded(number);
        const scale = 10 ** (digits > 15 ? 15 : digits < -15 ? -15 : Number(digits));
        // A number so large that the scale leads beyond all numbers has no decimals.
        return finite(number * scale) === null ? number : Math.round(number * scale) / scale;
      };
    case 'abs':
      return row => {
        const number = first(row) as Integer | null;
        if (number === null) return null;
        return number < 0 ? (typeof number === 'bigint' ? -number : -number) : number;
      };
    default:
      return assertNever(node.name);
  }
}

/** A tree of constants as one constant; any other tree as it is. */
export function foldConstant(node: Typed): Typed {
  const parts =
    node.kind === 'unary'
      ? [node.operand]
      : node.kind === 'binary'
        ? [node.left, node.right]
        : node.kind === 'call'
          ? node.args
          : [];
  const isFree = node.kind === 'call' && node.name === 'service';
  if (parts.length === 0 || isFree || !parts.every(part => part.kind === 'const')) return node;
  return { kind: 'const', type: node.type, value: compile<null>(node, {})(null) };
}
