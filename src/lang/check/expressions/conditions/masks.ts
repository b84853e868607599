import type { Typed } from '../../../checked/ast.js';
import type { Field } from '../../../schema/catalogue.js';
import type { BinaryExpr, CompareExpr, Expr, LiteralExpr, NameExpr } from '../../../syntax/ast.js';
import type { Checker } from '../../scope.js';
import { resolve } from '../resolve.js';

type IntegerLiteral = LiteralExpr & { readonly value: number | bigint };

/** A value and a mask as conntrack(8) and nft(8) write them: `0x102/0xfff`. */
export interface ValueAndMask {
  readonly value: IntegerLiteral;
  readonly mask: IntegerLiteral;
}

const isInteger = (expr: Expr): expr is IntegerLiteral =>
  expr.kind === 'literal' && expr.type === 'integer' && expr.value !== null;

export const isQuotient = (expr: Expr): expr is BinaryExpr & { left: IntegerLiteral; right: IntegerLiteral } =>
  expr.kind === 'binary' && expr.op === '/' && isInteger(expr.left) && isInteger(expr.right);

/** Whether the bits of a field have meanings of their own, so that it can be compared under a mask. */
export const hasBits = (field: Field): boolean => field.bits === true || field.type === 'flags';

/** The value and mask, if valid for the field; undefined after reporting an error. */
export function valueAndMask(
  checker: Pick<Checker, 'diagnostics'>,
  expr: BinaryExpr & { left: IntegerLiteral; right: IntegerLiteral },
  name: string,
  field: Field,
): ValueAndMask | undefined {
  const { left: value, right: mask } = expr;
  const most = BigInt(field.max ?? 0xffffffff);
  for (const number of [value, mask]) {
    if (BigInt(number.value) <= most) continue;
    checker.diagnostics.error('range', number, `${number.text} is out of range: ${name} is 0 to ${most}`);
    return undefined;
  }
  if ((BigInt(value.value) & ~BigInt(mask.value)) !== 0n) {
    checker.diagnostics.error(
      'range',
      expr,
      `${value.text} has bits outside the mask ${mask.text}`,
      'VALUE/MASK is a value and a mask, not a division',
    );
    return undefined;
  }
  return { value, mask };
}

/** `mark = 0x102/0xfff` as `mark & 0xfff = 0x102`; null if the comparison is of another kind. */
export function checkMasked(
  checker: Checker & { compare(expr: CompareExpr): Typed | undefined },
  expr: CompareExpr,
): Typed | undefined | null {
  if (expr.op !== '=' && expr.op !== '!=') return null;
  const [side, quotient] = isQuotient(expr.right) ? [expr.left, expr.right] : [expr.right, expr.left];
  if (side.kind !== 'name' || !isQuotient(quotient)) return null;
  const field = fieldNamed(checker, side);
  if (!field || !hasBits(field)) return null;
  const both = valueAndMask(checker, quotient, side.text, field);
  if (!both) return undefined;
  const { start, end } = expr;
  return checker.compare({
    ...expr,
    left: { kind: 'binary', op: '&', left: side, right: both.mask, opSpan: quotient.opSpan, start, end },
    right: both.value,
  });
}

function fieldNamed(checker: Checker, name: NameExpr): Field | undefined {
  const resolved = resolve(checker.scope, name.text);
  if (resolved?.kind === 'field') return resolved.field;
  const isAlias = resolved?.kind === 'alias' && resolved.expr.kind === 'name' && resolved.expr.text !== name.text;
  return isAlias ? fieldNamed(checker, resolved.expr as NameExpr) : undefined;
}

/** `set mark = 0x102/0xfff`: the bits of the mask get the value, the others stay. */
export function assignMasked(
  name: NameExpr,
  { value, mask }: ValueAndMask,
  max: number,
  span: { start: number; end: number },
): BinaryExpr {
  const opSpan = span;
  const others = max - Number(mask.value);
  const rest: LiteralExpr = { ...mask, value: others, text: `0x${others.toString(16)}` };
  return {
    kind: 'binary',
    op: '|',
    left: { kind: 'binary', op: '&', left: name, right: rest, opSpan, ...span },
    right: value,
    opSpan,
    ...span,
  };
}
