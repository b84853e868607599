import type { Typed } from '../../checked/ast.js';
import { foldConstant } from '../../evaluate/fold-constant.js';
import {
  DECIMAL,
  DURATION,
  INTEGER,
  inUnitOf,
  isArithmetic,
  isIntegral,
  isNumber,
  NULL,
  phrase,
  TEXT,
  TIME,
  type Type,
} from '../../schema/type.js';
import type { BinaryExpr, BinaryOp, UnaryExpr } from '../../syntax/ast.js';
import type { Checker } from '../scope.js';
import { castTo } from './casts.js';
import { castHint, cellsIn } from './cells.js';
import { dashedName } from './common-mistakes.js';
import { unquotedHint } from './convert.js';
import { reportUnknownName } from './resolve.js';

const isBits = (type: Type): boolean => isIntegral(type) || type.name === 'flags';

/** The type of `left op right`; undefined if the operator cannot be applied to them. */
export function arithmeticType(op: BinaryOp, left: Type, right: Type): Type | undefined {
  if (left.name === 'null' || right.name === 'null') return NULL;
  const a = left.name;
  const b = right.name;
  switch (op) {
    case '||':
      return TEXT;
    case '&':
    case '|':
    case '^':
    case '<<':
    case '>>':
      return isBits(left) && isBits(right) ? INTEGER : undefined;
    case '+':
      if ((a === 'time' && b === 'duration') || (a === 'duration' && b === 'time')) return TIME;
      if (a === 'duration' && b === 'duration') return DURATION;
      break;
    case '-':
      if (a === 'time' && b === 'time') return DURATION;
      if (a === 'time' && b === 'duration') return TIME;
      if (a === 'duration' && b === 'duration') return DURATION;
      break;
    case '*':
      if ((a === 'duration' && isNumber(right)) || (isNumber(left) && b === 'duration')) return DURATION;
      break;
    case '/':
      if (a === 'duration' && b === 'duration') return DECIMAL;
      if (a === 'duration' && isNumber(right)) return DURATION;
      return isNumber(left) && isNumber(right) ? DECIMAL : undefined;
    case '%':
      if (a === 'duration' && b === 'duration') return DURATION;
      return isIntegral(left) && isIntegral(right) ? INTEGER : undefined;
  }
  if (!isNumber(left) || !isNumber(right)) return undefined;
  const type = a === 'decimal' || b === 'decimal' ? DECIMAL : INTEGER;
  const isSameUnit = (op === '+' || op === '-') && left.unit === right.unit;
  return isSameUnit ? inUnitOf(type, left) : type;
}

/** `-x`, `~x`; undefined after an error has been reported. */
export function checkUnary(checker: Checker, expr: UnaryExpr): Typed | undefined {
  const operand = checker.check(expr.operand);
  if (!operand) return undefined;
  const ok =
    expr.op === '-'
      ? isNumber(operand.type) || operand.type.name === 'duration'
      : isIntegral(operand.type) || operand.type.name === 'flags';
  if (ok)
    return foldConstant({
      kind: 'unary',
      op: expr.op,
      operand,
      type: operand.type.name === 'port' || operand.type.name === 'flags' ? { name: 'integer' } : operand.type,
    });
  checker.diagnostics.error(
    'type',
    expr.operand,
    `'${expr.op}' requires a ${expr.op === '~' ? 'whole ' : ''}number, got ${operand.type.name === 'decimal' ? 'a decimal' : phrase(operand.type)}`,
    // `helper =~ 'ftp'`
    expr.op === '~' && operand.type.name === 'text'
      ? "texts are compared with like: helper like '%ftp%'; addresses with networks: src in 10.0.0.0/8"
      : undefined,
  );
  return undefined;
}

/** For `now() - '5m'`. */
function quotedDuration({ op, left, right }: BinaryExpr, ...types: readonly Type[]): string | undefined {
  const isTimes = types.some(({ name }) => name === 'time' || name === 'duration');
  const text = [left, right].find(side => side.kind === 'literal' && side.type === 'text');
  if (!isTimes || (op !== '+' && op !== '-') || text?.kind !== 'literal') return undefined;
  return unquotedHint(String(text.value), true);
}

/** For `now() - 1`. */
function durationWithoutUnit({ op, right }: BinaryExpr, a: Type, b: Type): string | undefined {
  const isTime = a.name === 'time' || a.name === 'duration';
  if (!isTime || !isNumber(b) || right.kind !== 'literal' || (op !== '+' && op !== '-')) return undefined;
  return `durations require a unit: ${['s', 'm', 'h', 'd'].map(unit => `${right.text}${unit}`).join(', ')}`;
}

/** `a + b`, `a & b`, `a || b` …; undefined after an error has been reported. */
export function checkBinary(checker: Checker, expr: BinaryExpr): Typed | undefined {
  const dashed = dashedName(checker, expr);
  if (dashed) {
    reportUnknownName(checker, dashed);
    return undefined;
  }
  const left = checker.check(expr.left);
  const right = checker.check(expr.right);
  if (!left || !right) return undefined;
  if (expr.op === '||') {
    const [a, b] = [castTo(left, TEXT), castTo(right, TEXT)];
    return a && b && foldConstant({ kind: 'binary', op: '||', left: a, right: b, type: TEXT });
  }
  const type = arithmeticType(expr.op, left.type, right.type);
  if (type) return foldConstant({ kind: 'binary', op: expr.op, left, right, type });
  const wrong = !isArithmetic(left.type) ? left : right;
  checker.diagnostics.error(
    'type',
    expr.opSpan,
    isArithmetic(left.type) && isArithmetic(right.type)
      ? `'${expr.op}' cannot be applied to ${phrase(left.type)} and ${phrase(right.type)}`
      : `'${expr.op}' requires numbers, got ${phrase(wrong.type)}`,
    wrong.type.name !== 'address'
      ? (quotedDuration(expr, left.type, right.type) ??
          durationWithoutUnit(expr, left.type, right.type) ??
          castHint(checker, '', [expr.left, expr.right].find(side => cellsIn(checker.scope, side)) ?? expr))
      : expr.op === '<<' || expr.op === '>>'
        ? `write: ${expr.left.kind === 'name' ? expr.left.text : 'src'} in 10.0.0.0/8`
        : 'net(src, 24) gives the network of an address',
  );
  return undefined;
}
