import { sameTree } from '../../evaluate/deep-equal.js';
import { foldConstant } from '../../evaluate/evaluate.js';
import { AGGREGATE_FUNCTIONS, FUNCTION_NAMES, isAggregate, isScalar, SCALAR_FUNCTIONS } from '../../functions/registry.js';
import type { CallExpr, Expr } from '../../syntax/ast.js';
import type { Aggregate, AggregateFunction, ScalarFunction, Type, Typed } from '../checked-ast.js';
import { suggestion } from './convert.js';
import type { Expressions } from '../scope.js';
import { DECIMAL, INTEGER, isNumber, isWhole, NETWORK, phrase, sameType, TEXT, TIME } from '../../schema/type.js';

/** A function's call: scalar or aggregate. */
export function checkCall(checker: Expressions, expr: CallExpr): Typed | undefined {
  const name = expr.name.text.toLowerCase();
  if (isAggregate(name)) return aggregate(checker, expr, name);
  if (isScalar(name)) return scalar(checker, expr, name);
  checker.diagnostics.error(
    'name.function',
    expr.name,
    `there is no function '${expr.name.text}'`,
    suggestion(name, FUNCTION_NAMES) ?? 'help functions lists them',
  );
  return undefined;
}

function countArguments(
  checker: Expressions,
  expr: CallExpr,
  arity: readonly [number, number],
  signature: string,
): boolean {
  const count = expr.args.length;
  if (count >= arity[0] && count <= arity[1]) return true;
  checker.diagnostics.error(
    'arguments',
    expr,
    `${expr.name.text} takes ${arity[0] === arity[1] ? arity[0] : `${arity[0]} to ${arity[1]}`} argument${arity[1] === 1 ? '' : 's'}, not ${count}`,
    `write: ${signature}`,
  );
  return false;
}

// ---------------------------------------------------------------- scalar functions

function scalar(checker: Expressions, expr: CallExpr, name: ScalarFunction): Typed | undefined {
  const { arity, signature } = SCALAR_FUNCTIONS[name];
  if (expr.star || expr.distinct) {
    checker.diagnostics.error(
      'arguments',
      expr,
      `${name} is no aggregate: it takes no ${expr.star ? '*' : 'distinct'}`,
      `write: ${signature}`,
    );
    return undefined;
  }
  if (!countArguments(checker, expr, arity, signature)) return undefined;
  const args = name === 'coalesce' ? coalesced(checker, expr.args) : plain(checker, expr.args, name);
  if (!args) return undefined;
  const type = SCALAR_TYPES[name](checker, args, expr);
  if (!type) return undefined;
  const node: Typed = { kind: 'call', name, args, type };
  // now() is the time at which a statement runs, not when it is read.
  return name === 'now' ? node : foldConstant(node);
}

function plain(checker: Expressions, exprs: readonly Expr[], name: ScalarFunction): Typed[] | undefined {
  const args: Typed[] = [];
  for (const [index, expr] of exprs.entries()) {
    const wanted: Type | undefined =
      name === 'service'
        ? { name: index === 0 ? 'port' : 'proto' }
        : name === 'net' && index === 0
          ? { name: 'address' }
          : undefined;
    const node = wanted ? checker.checkAs(expr, wanted) : checker.check(expr);
    if (!node) return undefined;
    args.push(node);
  }
  return args;
}

/** Arguments of one type: each helps the words after it. */
function coalesced(checker: Expressions, exprs: readonly Expr[]): Typed[] | undefined {
  const args: Typed[] = [];
  for (const expr of exprs) {
    const node = args.length > 0 ? checker.checkAs(expr, args[0].type) : checker.check(expr);
    if (!node) return undefined;
    args.push(node);
  }
  return args;
}

type TypeRule = (checker: Expressions, args: readonly Typed[], expr: CallExpr) => Type | undefined;

function want(
  checker: Expressions,
  args: readonly Typed[],
  expr: CallExpr,
  index: number,
  ok: (type: Type) => boolean,
  what: string,
): boolean {
  const arg = args[index];
  if (arg === undefined || ok(arg.type) || arg.type.name === 'null') return true;
  checker.diagnostics.error('type', expr.args[index], `${expr.name.text} wants ${what} here, not ${phrase(arg.type)}`);
  return false;
}

const textRule =
  (result: Type): TypeRule =>
  (checker, args, expr) =>
    want(checker, args, expr, 0, type => type.name === 'text' || type.name === 'enum', 'text') ? result : undefined;

const SCALAR_TYPES = {
  net: (checker, args, expr) => {
    if (!want(checker, args, expr, 0, type => type.name === 'address', 'an address')) return undefined;
    for (const index of [1, 2]) {
      if (!want(checker, args, expr, index, isWhole, 'a prefix length')) return undefined;
      const arg = args[index];
      if (arg?.kind === 'const' && (Number(arg.value) < 0 || Number(arg.value) > 128)) {
        checker.diagnostics.error('range', expr.args[index], 'a prefix length is 0 to 32 for IPv4, 0 to 128 for IPv6');
        return undefined;
      }
    }
    return NETWORK;
  },
  service: (checker, args, expr) =>
    want(checker, args, expr, 0, isWhole, 'a port') && want(checker, args, expr, 1, isWhole, 'a protocol')
      ? TEXT
      : undefined,
  lower: textRule(TEXT),
  upper: textRule(TEXT),
  length: textRule(INTEGER),
  coalesce: (checker, args, expr) => {
    const known = args.filter(arg => arg.type.name !== 'null');
    const type = known[0]?.type ?? args[0].type;
    for (const [index, arg] of args.entries()) {
      if (arg.type.name === 'null' || sameType(arg.type, type) || (isNumber(arg.type) && isNumber(type))) continue;
      checker.diagnostics.error(
        'type',
        expr.args[index],
        `coalesce wants values of one type: ${phrase(type)}, not ${phrase(arg.type)}`,
      );
      return undefined;
    }
    return known.some(arg => arg.type.name === 'decimal') ? DECIMAL : type;
  },
  now: () => TIME,
  round: (checker, args, expr) =>
    want(checker, args, expr, 0, isNumber, 'a number') && want(checker, args, expr, 1, isWhole, 'a number of digits')
      ? args.length === 1
        ? INTEGER
        : DECIMAL
      : undefined,
  abs: (checker, args, expr) =>
    want(checker, args, expr, 0, type => isNumber(type) || type.name === 'duration', 'a number')
      ? args[0].type.name === 'port'
        ? INTEGER
        : args[0].type
      : undefined,
} as const satisfies Record<ScalarFunction, TypeRule>;

// ---------------------------------------------------------------- aggregates

function aggregate(checker: Expressions, expr: CallExpr, name: AggregateFunction): Typed | undefined {
  const { scope, diagnostics } = checker;
  const { arity, signature } = AGGREGATE_FUNCTIONS[name];
  if (!scope.aggregates) {
    diagnostics.error(
      'aggregate',
      expr,
      `${scope.noAggregates ?? 'no aggregate may stand here'}`,
      scope.noAggregates?.includes('where') ? 'conditions on groups stand in having' : undefined,
    );
    return undefined;
  }
  if (name === 'rate' && scope.once) {
    diagnostics.error(
      'aggregate',
      expr,
      'a rate needs time to pass: a single look at the table has none',
      'add every 2s, or watch the events; sum(…) gives the total',
    );
    return undefined;
  }
  if (expr.distinct && name !== 'count') {
    diagnostics.error('arguments', expr, `only count takes distinct`, 'write: count(distinct src)');
    return undefined;
  }
  if (expr.star) {
    if (name === 'count' || name === 'rate')
      return collect(scope.aggregates, { name, distinct: false, type: name === 'rate' ? DECIMAL : INTEGER });
    diagnostics.error('arguments', expr, `${name} wants an expression, not *`, `write: ${signature}`);
    return undefined;
  }
  if (expr.args.length === 0 || !countArguments(checker, expr, arity, signature)) {
    if (expr.args.length === 0)
      diagnostics.error('arguments', expr, `${name} wants an argument`, `write: ${signature}`);
    return undefined;
  }
  const inside = checker.within({
    ...scope,
    aggregates: undefined,
    aliases: undefined,
    noAggregates: 'an aggregate may not stand inside of another',
  });
  const arg = inside.check(expr.args[0]);
  if (!arg) return undefined;
  const type = aggregateType(name, arg.type);
  if (!type) {
    diagnostics.error(
      'type',
      expr.args[0],
      `${name} wants ${name === 'min' || name === 'max' ? 'values that have an order' : 'numbers'}, not ${phrase(arg.type)}`,
    );
    return undefined;
  }
  return collect(scope.aggregates, { name, arg, distinct: expr.distinct, type });
}

function aggregateType(name: AggregateFunction, arg: Type): Type | undefined {
  const summable = isNumber(arg) || arg.name === 'duration';
  switch (name) {
    case 'count':
      return INTEGER;
    case 'sum':
      return !summable ? undefined : isWhole(arg) ? INTEGER : arg;
    case 'avg':
      return !summable ? undefined : arg.name === 'duration' ? arg : DECIMAL;
    case 'rate':
      return summable ? DECIMAL : undefined;
    case 'min':
    case 'max':
      return arg.name === 'flags' || arg.name === 'labels' || arg.name === 'boolean' ? undefined : arg;
    default:
      return summable || arg.name === 'time' ? arg : undefined;
  }
}

/** The same aggregate written twice is reckoned once. */
function collect(aggregates: Aggregate[], wanted: Aggregate): Typed {
  let index = aggregates.findIndex(
    each => each.name === wanted.name && each.distinct === wanted.distinct && sameTree(each.arg, wanted.arg),
  );
  if (index < 0) index = aggregates.push(wanted) - 1;
  return { kind: 'aggregate', index, type: wanted.type };
}
