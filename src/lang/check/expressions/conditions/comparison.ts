import type { CompareNode, ConstNode, Typed } from '../../../checked/ast.js';
import type { Span } from '../../../diagnostics/span.js';
import { enumNames } from '../../../schema/flags.js';
import { BOOLEAN, isIntegral, isNumber, phrase, type Type } from '../../../schema/type.js';
import type { CompareOp, Expr } from '../../../syntax/ast.js';
import { secondsHint } from '../../../values/time-text.js';
import type { Value } from '../../../values/value.js';
import type { Checker } from '../../scope.js';
import { castOfCells } from '../cells.js';
import { slipHint } from '../common-mistakes.js';
import { checkWhole } from '../convert.js';
import { known, unknownTextHint } from '../variables/texts.js';
import { isQuotient } from './masks.js';

/** A comparison of two checked sides; reports an error if their types cannot be compared. */
export function checkComparison(
  checker: Checker,
  op: CompareOp,
  left: Typed,
  right: Typed,
  expr: { left: Expr; right: Expr } & Span,
): Typed | undefined {
  for (const [node, side] of [
    [left, expr.right],
    [right, expr.left],
  ] as const) {
    if (node.kind === 'const' && node.value === null) {
      checker.diagnostics.error(
        'type',
        expr,
        'nothing is equal to null',
        side.kind === 'name' && side.text.toLowerCase() === 'nat'
          ? `write: nat ${op} none`
          : `write: ${side.kind === 'name' ? side.text : 'x'} is ${op === '!=' ? 'not ' : ''}null`,
      );
      return undefined;
    }
  }
  const a = left.type;
  const b = right.type;
  if ((a.name === 'address' && b.name === 'network') || (a.name === 'network' && b.name === 'address')) {
    if (op !== '=' && op !== '!=') {
      checker.diagnostics.error(
        'type',
        expr,
        `'${op}' cannot compare an address with a network`,
        'write: src = 10.0.0.0/8, or src in (10.0.0.0/8, …)',
      );
      return undefined;
    }
    const test: Typed =
      a.name === 'address'
        ? { kind: 'within', operand: left, network: right, type: BOOLEAN }
        : { kind: 'within', operand: right, network: left, type: BOOLEAN };
    return op === '=' ? test : { kind: 'not', operand: test, type: BOOLEAN };
  }
  const whole = (type: Type): boolean => isNumber(type) || type.name === 'flags';
  if (a.name !== b.name && !(whole(a) && whole(b)) && a.name !== 'null' && b.name !== 'null') {
    const hint =
      slipHint(expr.right, a) ??
      slipHint(expr.left, b) ??
      timeHint(a, right) ??
      timeHint(b, left) ??
      ((a.name === 'duration' && isNumber(b)) || (b.name === 'duration' && isNumber(a))
        ? 'durations require a unit: 90s, 5m, 1h30m'
        : [left, right].some(node => node.kind === 'field' && node.name === 'nat') &&
            (a.name === 'boolean' || b.name === 'boolean')
          ? 'write: nat != none'
          : (unknownTextHint(right, expr.left) ??
            unknownTextHint(left, expr.right) ??
            valuesHint(left, right) ??
            castOfCells(checker, expr.left, a, b) ??
            castOfCells(checker, expr.right, b, a)));
    checker.diagnostics.error('type', expr, `${phrase(a)} cannot be compared with ${phrase(b)}`, hint);
    return undefined;
  }
  if (a.name === 'labels') {
    checker.diagnostics.error('type', expr, 'labels are tested with has', 'write: labels has NAME');
    return undefined;
  }
  if ((a.name === 'enum' || a.name === 'boolean') && op !== '=' && op !== '!=') {
    checker.diagnostics.error('type', expr, `${phrase(a)} has no order: '${op}' does not apply`, 'use = != in');
    return undefined;
  }
  if (op === '=' || op === '!=') {
    if (!canBeEqual(checker, left, right, expr.right) || !canBeEqual(checker, right, left, expr.left)) return undefined;
  }
  if (!checkConstantRange(checker, left, right, expr.right) || !checkConstantRange(checker, right, left, expr.left))
    return undefined;
  const node: CompareNode = { kind: 'compare', op, left, right, type: BOOLEAN };
  return node;
}

/** Reports a fraction compared with an integer: they are never equal. */
export function canBeEqual(checker: Checker, side: Typed, constant: Typed, expr: Expr): boolean {
  if (!isIntegral(side.type) || side.type.isCell || constant.type.name !== 'decimal') return true;
  const value = constant.kind === 'const' ? constant.value : knownValue(checker, constant);
  const name = side.kind === 'field' ? checker.written(side) : 'an integer';
  const hint = isQuotient(expr)
    ? side.type.name === 'port'
      ? `several values: ${name} in (${expr.left.text}, ${expr.right.text})`
      : `'/' divides here; a mask is written: ${name} & ${expr.right.text} = ${expr.left.text}`
    : undefined;
  return checkWhole({ value }, expr, name, checker.diagnostics, hint);
}

/** The value of a variable, if it is known already. */
function knownValue(checker: Checker, node: Typed): Value {
  const variable = node.kind === 'variable' ? checker.context.variables.get(node.name) : undefined;
  const value = variable?.kind === 'value' ? known(variable) : null;
  return isList(value) ? null : value;
}

/** A constant, also of a variable whose value is known already. */
export function constantOf(checker: Checker, node: Typed): ConstNode | undefined {
  if (node.kind === 'const') return node;
  const value = knownValue(checker, node);
  return value === null ? undefined : { kind: 'const', type: node.type, value };
}

const isList = (value: Value | readonly Value[]): value is readonly Value[] => Array.isArray(value);

/** A constant compared with a field must be in the field's range. */
function checkConstantRange(checker: Checker, side: Typed, constant: Typed, span: Span): boolean {
  const known = constantOf(checker, constant);
  return side.kind !== 'field' || known === undefined || checker.checkFieldRange(side, known, span);
}

/** For a time beside a number, which may be seconds since the epoch. */
function timeHint({ name }: Type, beside: Typed): string | undefined {
  if (name !== 'time' || (beside.type.name !== 'integer' && beside.type.name !== 'decimal')) return undefined;
  const seconds = beside.kind === 'const' ? Number(beside.value) : Number.NaN;
  return seconds >= EARLY && seconds < LATE
    ? secondsHint(String(seconds))
    : "a time is written '2026-11-24T10:00:00Z' or now() - 5m; seconds since the epoch are cast: 1796032832::time";
}

/** Seconds since the epoch that are meant as such: from 2001 to 2286. */
const EARLY = 1e9;
const LATE = 1e10;

/** The values of a field that has names for them. */
function valuesHint(...sides: readonly Typed[]): string | undefined {
  for (const { kind, type } of sides)
    if (kind === 'field' && type.vocabulary)
      return `${type.vocabulary === 'nat' ? "the translated address is snat or dnat: snat = '203.0.113.1:61000'; " : ''}its values are ${enumNames(type.vocabulary).slice(0, 8).join(', ')}`;
  return undefined;
}
