import type { Aggregate, Typed } from '../../checked/ast.js';
import { didYouMean } from '../../diagnostics/did-you-mean.js';
import { deepEqual } from '../../evaluate/deep-equal.js';
import { foldConstant } from '../../evaluate/fold-constant.js';
import type { Arguments, FunctionDoc } from '../../functions/function.js';
import {
  AGGREGATE_FUNCTIONS,
  type AggregateFunction,
  FUNCTION_NAMES,
  isAggregate,
  isScalar,
  SCALAR_FUNCTIONS,
  type ScalarFunction,
} from '../../functions/registry.js';
import { print } from '../../print/print.js';
import { functionSynonym } from '../../schema/synonyms.js';
import { BOOLEAN, phrase, TEXT } from '../../schema/type.js';
import type { CallExpr, Expr } from '../../syntax/ast.js';
import type { Checker } from '../scope.js';
import { castHint } from './cells.js';
import { rejectQuotedNames } from './quoted-names.js';

/** A call of a scalar function or an aggregate. */
export function checkCall(checker: Checker, expr: CallExpr): Typed | undefined {
  const name = expr.name.text.toLowerCase();
  if (isAggregate(name)) return checkAggregate(checker, expr, name);
  if (isScalar(name)) return checkScalar(checker, expr, name);
  checker.diagnostics.error(
    'name.function',
    expr.name,
    `unknown function '${expr.name.text}'`,
    truncationHint(expr) ?? functionSynonym(name) ?? didYouMean(name, FUNCTION_NAMES) ?? 'help functions lists them',
  );
  return undefined;
}

/** The interval of `date_trunc('minute', start)`. */
const INTERVALS: Readonly<Record<string, string>> = {
  second: '1s',
  minute: '1m',
  hour: '1h',
  day: '1d',
  week: '7d',
};

function truncationHint({ name, args }: CallExpr): string | undefined {
  const [unit, time] = args;
  if (name.text.toLowerCase() !== 'date_trunc' || unit?.kind !== 'literal' || time === undefined) return undefined;
  const interval = String(unit.value).toLowerCase();
  return Object.hasOwn(INTERVALS, interval) ? `write: bucket(${print(time)}, ${INTERVALS[interval]})` : undefined;
}

function checkArity(checker: Checker, expr: CallExpr, { arity, signature }: FunctionDoc): boolean {
  const count = expr.args.length;
  const [least, most] = arity;
  if (count >= least && count <= most) return true;
  checker.diagnostics.error(
    'arguments',
    expr,
    `${expr.name.text} takes ${least === most ? least : `${least} to ${most}`} argument${most === 1 ? '' : 's'}, got ${count}`,
    `write: ${OF_SEVERAL[expr.name.text.toLowerCase()]?.(expr) ?? signature}`,
  );
  return false;
}

const withArguments =
  (name: string) =>
  ({ args }: CallExpr) =>
    `${name}(${args.map(each => print(each)).join(', ')})`;

/** Aggregates that are functions of several values in other languages. */
const OF_SEVERAL: Readonly<Partial<Record<string, (expr: CallExpr) => string>>> = {
  max: withArguments('greatest'),
  min: withArguments('least'),
};

// ---------------------------------------------------------------- scalar functions

function checkScalar(checker: Checker, expr: CallExpr, name: ScalarFunction): Typed | undefined {
  const definition = SCALAR_FUNCTIONS[name];
  if (expr.star || expr.distinct || expr.filter) {
    checker.diagnostics.error(
      'arguments',
      expr.filter ?? expr,
      `${name} is not an aggregate: it does not accept ${expr.star ? '*' : expr.distinct ? 'distinct' : 'filter'}`,
      `write: ${definition.signature}`,
    );
    return undefined;
  }
  if (!checkArity(checker, expr, definition)) return undefined;
  const args: Typed[] = [];
  for (const [index, arg] of expr.args.entries()) {
    const wordType = definition.wordType?.(
      index,
      args.map(each => each.type),
    );
    const node = wordType ? checker.checkAs(arg, wordType) : checker.check(arg);
    if (!node) {
      if (name === 'coalesce' && index > 0) hintAtText(checker, expr, arg);
      return undefined;
    }
    args.push(node);
  }
  const type = definition.type(argumentsOf(checker, expr, args));
  return type && foldConstant({ kind: 'call', name, args, type });
}

/** `coalesce(state, '-')`: a text instead of a value of another type. */
function hintAtText({ diagnostics: { list } }: Checker, { args }: CallExpr, arg: Expr): void {
  const last = list.at(-1);
  if (arg.kind !== 'literal' || arg.type !== 'text' || last === undefined || last.hint?.startsWith('did you mean'))
    return;
  const hint = `a text goes with a text: coalesce(${print(args[0])}::text, ${arg.text})`;
  list[list.length - 1] = { ...last, hint };
}

const argumentsOf = ({ diagnostics }: Checker, expr: CallExpr, args: readonly Typed[]): Arguments => ({
  types: args.map(arg => arg.type),
  constant: index => {
    const arg = args[index];
    return arg?.kind === 'const' ? arg.value : undefined;
  },
  expect: (index, accepts, what) => {
    const type = args[index]?.type;
    if (type === undefined || accepts(type) || type.name === 'null') return true;
    const arg = expr.args[index];
    const hint = arg.kind === 'name' && accepts(TEXT) ? `write: ${print(arg)}::text` : undefined;
    diagnostics.error('type', arg, `${expr.name.text} expects ${what}, got ${phrase(type)}`, hint);
    return false;
  },
  error: (index, code, message) => diagnostics.error(code, expr.args[index], message),
});

// ---------------------------------------------------------------- aggregates

function checkAggregate(checker: Checker, expr: CallExpr, name: AggregateFunction): Typed | undefined {
  const { scope, diagnostics } = checker;
  const definition = AGGREGATE_FUNCTIONS[name];
  const { signature } = definition;
  if (!scope.aggregates) {
    diagnostics.error(
      'aggregate',
      expr,
      `${scope.noAggregates ?? 'aggregates are not allowed here'}`,
      scope.noAggregates?.includes('where') ? 'use having to filter groups' : undefined,
    );
    return undefined;
  }
  if (definition.isOverTime && scope.once) {
    diagnostics.error(
      'aggregate',
      expr,
      `${name} measures a change over time: a query that runs once has none`,
      scope.columns
        ? 'the rows of a select have no past: use rate in a query of the table itself'
        : 'add every 2s, or watch the events; sum(…) gives the total',
    );
    return undefined;
  }
  if (expr.distinct && !definition.hasDistinct) {
    diagnostics.error('arguments', expr, `${name} does not accept distinct`, 'write: count(distinct src)');
    return undefined;
  }
  const inside = checker.within({
    ...scope,
    aggregates: undefined,
    aliases: undefined,
    noAggregates: 'aggregates cannot be nested',
  });
  const filter = expr.filter && inside.condition(expr.filter);
  if (expr.filter && !filter) return undefined;
  if (expr.star) {
    const type = definition.hasStar && definition.type(undefined);
    const arg = filter && filtered(filter, { kind: 'const', value: true, type: BOOLEAN });
    if (type) return collect(scope.aggregates, { name, ...(arg ? { arg } : {}), distinct: false, type });
    diagnostics.error('arguments', expr, `${name} requires an expression, got *`, `write: ${signature}`);
    return undefined;
  }
  if (expr.args.length === 0) {
    diagnostics.error('arguments', expr, `${name} requires an argument`, `write: ${signature}`);
    return undefined;
  }
  if (!checkArity(checker, expr, definition)) return undefined;
  if (rejectQuotedNames(inside, [expr.args[0]])) return undefined;
  const arg = inside.check(expr.args[0]);
  if (!arg) return undefined;
  const type = definition.type(arg.type);
  if (!type) {
    const message = `${name} expects ${definition.accepts}, got ${phrase(arg.type)}`;
    const hint = castHint(checker, name, expr.args[0]) ?? 'count(distinct x) counts the values of any field';
    diagnostics.error('type', expr.args[0], message, hint);
    return undefined;
  }
  return collect(scope.aggregates, { name, arg: filtered(filter, arg), distinct: expr.distinct, type });
}

/** A value where the condition is true, else null, which aggregates ignore. */
const filtered = (condition: Typed | undefined, value: Typed): Typed =>
  condition ? { kind: 'call', name: 'if', args: [condition, value], type: value.type } : value;

/** An aggregate that is written twice is computed once. */
function collect(aggregates: Aggregate[], aggregate: Aggregate): Typed {
  let index = aggregates.findIndex(
    each => each.name === aggregate.name && each.distinct === aggregate.distinct && deepEqual(each.arg, aggregate.arg),
  );
  if (index < 0) index = aggregates.push(aggregate) - 1;
  return { kind: 'aggregate', index, type: aggregate.type };
}
