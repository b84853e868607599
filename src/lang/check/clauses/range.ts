import type { CheckedRange, Typed } from '../../checked/ast.js';
import { TIME } from '../../schema/type.js';
import type { Expr, RangeRef, SelectStatement } from '../../syntax/ast.js';
import { beforeNow } from '../../syntax/ast-builder/clauses.js';
import { dayAfter, isTimeWord, secondsHint } from '../../values/time-text.js';
import type { Integer } from '../../values/value.js';
import { convertWord } from '../expressions/convert.js';
import type { ClauseChecker } from '../scope.js';
import { constantOf, durationOf } from './constants.js';

const RANGE_HINT = 'since now() - 1d, between … and …, at …; since forever reads everything';
const TIME_HINT = "write: since 1h, since yesterday, or since '2026-11-27T14:00:00Z'";

/**
 * The range of a select. A query of the history requires one: it is what keeps a query of an hour from reading a year.
 * @param isKnown whether the place of the statement is known
 */
export function checkRange(
  statement: SelectStatement,
  inHistory: boolean,
  isKnown: boolean,
  checker: ClauseChecker,
): CheckedRange | undefined {
  const { range } = statement;
  const { diagnostics } = checker;
  if (!range) {
    if (inHistory)
      diagnostics.error(
        'clause',
        statement.source ?? statement.from,
        'the history requires a range of time',
        RANGE_HINT,
      );
    return undefined;
  }
  if (!inHistory) {
    if (isKnown) diagnostics.error('clause', range, `${range.kind} requires the history`, liveHint(range));
    return undefined;
  }
  switch (range.kind) {
    case 'at': {
      const day = textOf(range.time);
      const next = day === undefined ? undefined : dayAfter(day);
      if (next !== undefined) {
        diagnostics.error(
          'range',
          range.time,
          `at requires a time of day, got '${day}'`,
          `write: at '${day} 14:00'; the whole day is: between '${day}' and '${next}'`,
        );
        return undefined;
      }
      const time = timeOf(range.time, checker);
      const within = range.within ? durationOf(range.within, checker, 'within') : 0;
      return time && within !== undefined ? { kind: 'at', time: time.node, within } : undefined;
    }
    case 'since': {
      if (range.time.kind === 'name' && range.time.text.toLowerCase() === 'forever') return { kind: 'ended' };
      const from = timeOf(range.time, checker);
      return from && { kind: 'ended', from: from.node };
    }
    case 'between': {
      const from = timeOf(range.from, checker);
      const to = timeOf(range.to, checker);
      if (!from || !to) return undefined;
      const bounds = [from, to].map(each => timeAt(each, checker));
      if (bounds[0] !== undefined && bounds[1] !== undefined && bounds[0] > bounds[1])
        diagnostics.error('range', range, 'the range ends before it begins', 'write the earlier time first');
      return { kind: 'ended', from: from.node, to: to.node };
    }
  }
}

/** The table has only what is there now; some of the questions it can answer. */
function liveHint(range: RangeRef): string {
  if (range.kind !== 'since') return 'write: from conntrack in history …';
  const ago = durationIn(range.time) ?? '1h';
  return `write: where age < ${ago}, for flows that began since; for those that ended: in history since now() - ${ago}`;
}

/** `since 2h until 1h`: message and hint. */
export function rangeWithEnd({ range, until }: Pick<SelectStatement, 'range' | 'until'>): [string, string] {
  const times = [range?.kind === 'since' ? range.time : undefined, until].map(
    time => time && (durationIn(time) ?? textOf(time)),
  );
  const [from, to] = times.every(each => each !== undefined) ? times : ['2h', '1h'];
  return ['until ends a repeated select, not a range of time', `write: between ${from} and ${to}`];
}

/** The duration in `1h` or `now() - 1h`, as written. */
function durationIn(expr: Expr): string | undefined {
  if (expr.kind === 'binary') return durationIn(expr.right);
  return expr.kind === 'literal' && expr.type === 'duration' ? expr.text : undefined;
}

/** The text of a time as it is written. */
const textOf = (expr: Expr): string | undefined =>
  expr.kind === 'name' ? expr.text : expr.kind === 'literal' && expr.type === 'text' ? String(expr.value) : undefined;

interface Moment {
  readonly expr: Expr;
  readonly node: Typed;
}

/** A time of a range. A duration is counted back from now. */
function timeOf(expr: Expr, checker: ClauseChecker): Moment | undefined {
  const { diagnostics } = checker;
  if (expr.kind === 'name') {
    if (isTimeWord(expr.text)) {
      const node = convertWord(expr, TIME, checker.context.environment, diagnostics);
      return node && { expr, node };
    }
    diagnostics.error('type', expr, `expected a time, got '${expr.text}'`, TIME_HINT);
    return undefined;
  }
  const node = checker.expressions({ watch: false, joins: [] }).checkAs(expr, TIME);
  if (!node || node.type.name === 'time') return node && { expr, node };
  if (node.type.name === 'duration') {
    // Other programs write -1h for an hour ago.
    const ago = expr.kind === 'unary' && expr.op === '-' ? expr.operand : expr;
    return timeOf(beforeNow(ago, expr), checker);
  }
  const isSeconds = expr.kind === 'literal' && /^\d{9,10}$/.test(expr.text);
  const date = dateIn(expr);
  const hint = isSeconds ? secondsHint(expr.text) : date === undefined ? TIME_HINT : `write in quotes: '${date}'`;
  diagnostics.error('type', expr, 'expected a time', hint);
  return undefined;
}

/** The date in `2026-11-27` without quotes, which is a subtraction. */
function dateIn(expr: Expr): string | undefined {
  const parts: string[] = [];
  let rest = expr;
  for (; rest.kind === 'binary' && rest.op === '-' && rest.right.kind === 'literal'; rest = rest.left)
    parts.unshift(rest.right.text);
  const text = rest.kind === 'literal' ? [rest.text, ...parts].join('-') : '';
  return dayAfter(text) === undefined ? undefined : text;
}

/** The time as nanoseconds since the epoch; undefined where a variable decides it. */
function timeAt({ expr, node }: Moment, checker: ClauseChecker): Integer | undefined {
  const value = node.kind === 'const' ? node.value : constantOf(expr, checker)?.value;
  return typeof value === 'number' || typeof value === 'bigint' ? value : undefined;
}
