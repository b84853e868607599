import type {
  BinaryNode,
  CaseNode,
  CheckedQuery,
  CompareNode,
  FieldNode,
  HasNode,
  Typed,
} from '../check/checked-ast.js';
import type { Binding } from '../check/checked-statements.js';
import type { Runtime } from '../functions/function.js';
import { SCALAR_FUNCTIONS } from '../functions/registry.js';
import type { Environment } from '../schema/environment.js';
import { assertNever, type CompareOp } from '../syntax/ast.js';
import { holds, isNetwork, isOfClass, mask, networkOf, sameAddress } from '../values/address.js';
import * as values from '../values/value.js';
import { type Address, compare, finite, type Getter, type Integer, rounded, type Value } from '../values/value.js';
import { castFunction } from './cast.js';
import { compileIn, type QueryResult } from './in-list.js';
import { likeMatcher } from './like.js';

/** How the names in an expression are read. A caller may omit what its expressions cannot contain. */
export interface EvalContext<Row> {
  field?(node: FieldNode): Getter<Row>;
  key?(index: number): Getter<Row>;
  aggregate?(index: number): Getter<Row>;
  /** The result of a subquery, read beforehand. */
  query?(query: CheckedQuery): QueryResult;
  variable?(name: string): Binding;
  readonly environment?: Environment;
  /** ns since the epoch, the same for the whole statement. */
  readonly now?: Integer;
}

/** The parts of a context that do not depend on the type of the row. */
export function withoutRow({
  query,
  variable,
  environment,
  now,
}: EvalContext<never>): Omit<EvalContext<never>, 'field' | 'key' | 'aggregate'> {
  return { query, variable, environment, now };
}

/**
 * Compiles a checked expression to a function of a row, once per statement. Three-valued: a condition gives true, false or
 * null. The function never throws, whatever the row.
 */
export function compile<Row>(node: Typed, reading: EvalContext<Row>): Getter<Row> {
  const of = (child: Typed): Getter<Row> => compile(child, reading);
  switch (node.kind) {
    case 'const': {
      const { value } = node;
      return () => value;
    }
    case 'field':
      return required(reading.field, 'a field')(node);
    case 'key':
      return required(reading.key, 'a group key')(node.index);
    case 'aggregate':
      return required(reading.aggregate, 'an aggregate')(node.index);
    case 'variable': {
      const binding = required(reading.variable, 'a variable')(node.name);
      const value = binding.kind === 'value' ? binding.value : null;
      return () => value;
    }
    case 'scalar': {
      const { values: all } = required(reading.query, 'a subquery')(node.query);
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
      const list = variable === undefined ? undefined : required(reading.variable, 'a variable')(variable);
      const query = node.query && required(reading.query, 'a subquery')(node.query);
      const more = query ?? (list?.kind === 'list' ? { values: list.values } : undefined);
      return compileIn(node, of(node.operand), node.others.map(of), more);
    }
    case 'like': {
      const { ignoreCase } = node;
      const operand = of(node.operand);
      if (node.pattern.kind === 'const') {
        const matches = likeMatcher(String(node.pattern.value), ignoreCase);
        return row => {
          const text = operand(row);
          return text === null ? null : matches(text as string);
        };
      }
      const pattern = of(node.pattern);
      return row => {
        const text = operand(row);
        const like = pattern(row);
        return text === null || like === null ? null : likeMatcher(like as string, ignoreCase)(text as string);
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
      return SCALAR_FUNCTIONS[node.name].compile(
        node.args.map(of),
        runtimeOf(reading),
        node.args.map(arg => arg.type),
      );
    case 'case':
      return compileCase(node, of);
    case 'cast': {
      const operand = of(node.operand);
      const cast = castFunction(node.operand.type, node.type, namesOf(reading));
      return row => {
        const value = operand(row);
        return value === null ? null : cast(value);
      };
    }
    case 'exists': {
      const exists = required(reading.query, 'a subquery')(node.query).values.length > 0;
      return () => exists;
    }
    default:
      return assertNever(node);
  }
}

function required<T>(part: T | undefined, what: string): T {
  if (part === undefined) throw new Error(`${what} cannot be read here`);
  return part;
}

function compileCase<Row>(node: CaseNode, of: (child: Typed) => Getter<Row>): Getter<Row> {
  const conditions = node.branches.map(({ when }) => of(when));
  const values = node.branches.map(({ value }) => of(value));
  const otherwise = node.otherwise && of(node.otherwise);
  return row => {
    for (let i = 0; i < conditions.length; i++) if (conditions[i](row) === true) return values[i](row);
    return otherwise === undefined ? null : otherwise(row);
  };
}

function compileBinary<Row>(node: BinaryNode, left: Getter<Row>, right: Getter<Row>): Getter<Row> {
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

function compileCompare<Row>(op: CompareOp, left: Getter<Row>, right: Getter<Row>): Getter<Row> {
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

/** Columns of data files may hold networks in place of addresses. */
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

/** What functions use of a context; reading a part that it does not have throws. */
const runtimeOf = ({ environment, now }: EvalContext<never>): Runtime => ({
  get environment() {
    return required(environment, 'the environment');
  },
  get now() {
    return required(now, 'the time');
  },
});

/** What casts use of a context. */
const namesOf = ({ environment }: EvalContext<never>): Parameters<typeof castFunction>[2] => ({
  labelName: bit => required(environment, 'the environment').labelName(bit),
  servicePort: name => required(environment, 'the environment').servicePort(name),
});

/** Whether the value of constants depends on the machine or the clock. */
function isStable(node: Typed): boolean {
  if (node.kind === 'call') return SCALAR_FUNCTIONS[node.name].isStable === true;
  if (node.kind !== 'cast') return false;
  return node.operand.type.name === 'labels' || node.type.name === 'port';
}

/** Folds an expression of constants to one constant; returns any other as it is. */
export function foldConstant(node: Typed): Typed {
  const parts =
    node.kind === 'unary' || node.kind === 'cast'
      ? [node.operand]
      : node.kind === 'binary'
        ? [node.left, node.right]
        : node.kind === 'call'
          ? node.args
          : [];
  if (parts.length === 0 || isStable(node) || !parts.every(part => part.kind === 'const')) return node;
  return { kind: 'const', type: node.type, value: compile<null>(node, {})(null) };
}
