import {
  DECIMAL,
  DURATION,
  INTEGER,
  inUnitOf,
  isIntegral,
  isNumber,
  NULL,
  TEXT,
  TIME,
  type Type,
} from '../../schema/type.js';
import type { BinaryOp } from '../../syntax/ast.js';

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
