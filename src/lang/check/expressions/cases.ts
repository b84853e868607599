import type { Typed } from '../../checked/ast.js';
import { commonType, phrase, type Type } from '../../schema/type.js';
import type { CaseExpr, CompareExpr, Expr } from '../../syntax/ast.js';
import type { Checker } from '../scope.js';

/** What a `case` uses of the checker. */
interface CaseChecker extends Checker {
  compare(expr: CompareExpr): Typed | undefined;
  condition(expr: Expr): Typed | undefined;
}

/** `case when … end`; undefined after an error has been reported. */
export function checkCase(checker: CaseChecker, expr: CaseExpr): Typed | undefined {
  const { operand, branches, otherwise } = expr;
  const conditions = branches.map(({ when }) =>
    operand ? checker.compare(equality(operand, when)) : checker.condition(when),
  );
  const values = checkAlike(
    checker,
    [...branches.map(({ value }) => value), ...(otherwise ? [otherwise] : [])],
    'case',
  );
  if (conditions.includes(undefined) || values === undefined) return undefined;
  const last = otherwise && values.nodes.at(-1);
  return {
    kind: 'case',
    type: values.type,
    branches: branches.map((_, i) => ({ when: conditions[i] as Typed, value: values.nodes[i] })),
    ...(last ? { otherwise: last } : {}),
  };
}

const equality = (left: Expr, right: Expr): CompareExpr => ({
  kind: 'compare',
  op: '=',
  left,
  right,
  opSpan: right,
  start: right.start,
  end: right.end,
});

/** Checks values of which a statement uses one or the other; reports those that have no type in common. */
function checkAlike(
  checker: Checker,
  exprs: readonly Expr[],
  name: string,
): { readonly nodes: readonly Typed[]; readonly type: Type } | undefined {
  // A word gets its meaning from a value with a type of its own.
  const guide = exprs.find(expr => !checker.needsContext(expr) && !(expr.kind === 'literal' && expr.type === 'null'));
  const type = guide && checker.check(guide)?.type;
  if (guide && !type) return undefined;
  const nodes = exprs.map(expr => (type && expr.kind === 'name' ? checker.checkAs(expr, type) : checker.check(expr)));
  if (nodes.includes(undefined)) return undefined;
  const known = nodes as Typed[];
  const common = commonType(known.map(node => node.type));
  if (common) return { nodes: known, type: common };
  const first = known.find(node => node.type.name !== 'null')!;
  const other = known.findIndex(node => commonType([first.type, node.type]) === undefined);
  checker.diagnostics.error(
    'type',
    exprs[other] ?? exprs[0],
    `the values of ${name} must be of one type: expected ${phrase(first.type)}, got ${phrase(known[other].type)}`,
    'cast(x as text) makes a text of any value',
  );
  return undefined;
}
