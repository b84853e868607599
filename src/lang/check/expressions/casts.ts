import type { Typed } from '../../checked/ast.js';
import { didYouMean } from '../../diagnostics/did-you-mean.js';
import { foldConstant } from '../../evaluate/fold-constant.js';
import {
  ADDRESS,
  BOOLEAN,
  DECIMAL,
  DURATION,
  INTEGER,
  NETWORK,
  PORT,
  PROTO,
  phrase,
  sameType,
  TEXT,
  TIME,
  type Type,
} from '../../schema/type.js';
import type { CastExpr } from '../../syntax/ast.js';
import type { TypeName } from '../../values/value.js';
import type { Checker } from '../scope.js';
import { resolve } from './resolve.js';

/** The names of types, as SQL and PostgreSQL have them too. */
export const TYPE_NAMES: Readonly<Record<string, Type>> = {
  integer: INTEGER,
  decimal: DECIMAL,
  text: TEXT,
  address: ADDRESS,
  network: NETWORK,
  port: PORT,
  proto: PROTO,
  duration: DURATION,
  time: TIME,
  boolean: BOOLEAN,
  bigint: INTEGER,
  bool: BOOLEAN,
  char: TEXT,
  cidr: NETWORK,
  datetime: TIME,
  double: DECIMAL,
  float: DECIMAL,
  inet: ADDRESS,
  int: INTEGER,
  int4: INTEGER,
  int8: INTEGER,
  interval: DURATION,
  ip: ADDRESS,
  number: DECIMAL,
  numeric: DECIMAL,
  protocol: PROTO,
  real: DECIMAL,
  smallint: INTEGER,
  string: TEXT,
  timestamp: TIME,
  timestamptz: TIME,
  unsigned: INTEGER,
  varchar: TEXT,
};

/** ctq's own names, for messages. */
const OWN_NAMES = 'integer, decimal, text, address, network, port, proto, duration, time, boolean';

/** From which types a value of each type can be made. Every value has a text. */
const SOURCES: Readonly<Partial<Record<TypeName, readonly TypeName[]>>> = {
  integer: ['decimal', 'port', 'proto', 'flags', 'boolean', 'duration', 'time', 'text'],
  decimal: ['integer', 'port', 'proto', 'duration', 'time', 'text'],
  address: ['network', 'text'],
  network: ['address', 'text'],
  port: ['integer', 'text'],
  proto: ['integer', 'text'],
  duration: ['integer', 'decimal', 'text'],
  time: ['integer', 'decimal', 'text'],
  boolean: ['integer', 'text'],
};

/** A cast of a checked value; undefined if the types do not allow it. */
export function castTo(operand: Typed, type: Type): Typed | undefined {
  // A column of a file that is cast to text is ordered as one.
  if (sameType(operand.type, type)) return operand.type.isCell ? { kind: 'cast', operand, type } : operand;
  const from = operand.type.name;
  if (from === 'null') return { kind: 'const', type, value: null };
  const isPossible = type.name === 'text' || SOURCES[type.name]?.includes(from === 'enum' ? 'text' : from);
  return isPossible ? foldConstant({ kind: 'cast', operand, type }) : undefined;
}

/** Types of which a column of a file is made as of any text. */
const AS_TEXT: ReadonlySet<TypeName> = new Set(['text', 'integer', 'network']);

/** `cast(x as TYPE)`, `x::TYPE`; undefined after an error has been reported. */
export function checkCast(checker: Checker, expr: CastExpr): Typed | undefined {
  const name = expr.type.text.toLowerCase();
  const type = Object.hasOwn(TYPE_NAMES, name) ? TYPE_NAMES[name] : undefined;
  if (!type) {
    checker.diagnostics.error(
      'type',
      expr.type,
      `unknown type '${expr.type.text}'`,
      didYouMean(name, Object.keys(TYPE_NAMES)) ?? `types are ${OWN_NAMES}`,
    );
    return undefined;
  }
  // A word or a column of a file has the type that it is cast to; but a fraction is rounded, as that of any text.
  const isWord =
    expr.operand.kind === 'name' &&
    checker.needsContext(expr.operand) &&
    !(AS_TEXT.has(type.name) && resolve(checker.scope, expr.operand.text) !== undefined);
  const operand = isWord ? checker.checkAs(expr.operand, type) : checker.check(expr.operand);
  if (!operand) return undefined;
  const cast = castTo(operand, type);
  if (cast) return cast;
  checker.diagnostics.error('type', expr, `${phrase(operand.type)} cannot be cast to ${phrase(type)}`);
  return undefined;
}
