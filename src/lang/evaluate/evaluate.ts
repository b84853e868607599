import type { CaseNode, CastNode, CheckedQuery, FieldNode, InNode, Typed } from '../checked/ast.js';
import type { Binding } from '../checked/statements.js';
import type { Runtime } from '../functions/function.js';
import { SCALAR_FUNCTIONS } from '../functions/registry.js';
import type { Environment } from '../schema/environment.js';
import { isCell } from '../schema/type.js';
import { assertNever } from '../syntax/ast.js';
import { holds, isOfClass } from '../values/address.js';
import type { Address, Getter, Integer, Value } from '../values/value.js';
import * as values from '../values/value.js';
import { compileAny, hasNullInLists } from './any.js';
import { castFunction } from './cast.js';
import { cellReader, isBlank } from './cells.js';
import { compileIn, type QueryResult } from './in-list.js';
import { likeMatcher } from './like.js';
import {
  areCells,
  compileAnd,
  compileBinary,
  compileCompare,
  compileCompareCells,
  compileHas,
  compileOr,
  compileSameAddress,
  mayHoldNetworks,
  withinConstant,
} from './operators.js';

type Present = Exclude<Value, null>;

/** How the names in an expression are read. A caller may omit what its expressions cannot contain. */
export interface EvalContext<Row> {
  field?(node: FieldNode): Getter<Row>;
  key?(index: number): Getter<Row>;
  aggregate?(index: number): Getter<Row>;
  /** The result of a subquery, read beforehand. */
  query?(query: CheckedQuery): QueryResult;
  variable?(name: string): Binding;
  /** Receives the cells that cannot be read as what they are compared with. */
  unread?(node: CastNode): (cell: string) => void;
  /** A cell that cannot be read as what it is cast to is reported as well, unless `is null` asks for it. */
  readonly reportsCasts?: boolean;
  readonly environment?: Environment;
  /** ns since the epoch, the same for the whole statement. */
  readonly now?: Integer;
  /** Of events: what now() is for each row; left out: `now`. */
  timeOf?(row: Row): Integer;
}

/** The parts of a context that do not depend on the type of the row. */
export function withoutRow({
  query,
  variable,
  unread,
  reportsCasts,
  environment,
  now,
}: EvalContext<never>): Omit<EvalContext<never>, 'field' | 'key' | 'aggregate' | 'timeOf'> {
  return { query, variable, unread, reportsCasts, environment, now };
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
        : (areCells(node) && node.op !== '=' && node.op !== '!=' ? compileCompareCells : compileCompare)(
            node.op,
            of(node.left),
            of(node.right),
          );
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
      const hasNull = hasNullInLists(node, each => listOf(each, reading)?.values ?? []);
      return compileAny(node.tests.map(of), node.others.map(of), hasNull);
    }
    case 'in':
      return compileIn(node, of(node.operand), node.others.map(of), listOf(node, reading));
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
      const operand = compile(node.operand, { ...reading, reportsCasts: false });
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
      const cast = castOf(node, reading);
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

/** What a list has besides its items. */
function listOf<Row>({ query, variable }: InNode, reading: EvalContext<Row>): QueryResult | undefined {
  if (query) return required(reading.query, 'a subquery')(query);
  const list = variable === undefined ? undefined : required(reading.variable, 'a variable')(variable);
  return list?.kind === 'list' ? { values: list.values } : undefined;
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

/** What functions use of a context; reading a part that it does not have throws. */
const runtimeOf = <Row>({ environment, now, timeOf }: EvalContext<Row>): Runtime => ({
  ...(timeOf === undefined ? {} : { timeOf }),
  get environment() {
    return required(environment, 'the environment');
  },
  get now() {
    return required(now, 'the time');
  },
});

function castOf<Row>(node: CastNode, reading: EvalContext<Row>): (value: Present) => Value {
  const { operand, type } = node;
  const names = namesOf(reading);
  if (!isCell(operand.type) || type.name === 'text') return castFunction(operand.type, type, names);
  const read = cellReader(type, names);
  const note = (type.isCell || reading.reportsCasts) && reading.unread?.(node);
  return value => {
    const cell = value as string;
    const made = read(cell);
    if (made === null && note && !isBlank(cell)) note(cell);
    return made;
  };
}

/** What casts use of a context. */
const namesOf = ({ environment }: EvalContext<never>): Parameters<typeof castFunction>[2] => ({
  labelName: bit => required(environment, 'the environment').labelName(bit),
  servicePort: name => required(environment, 'the environment').servicePort(name),
});
