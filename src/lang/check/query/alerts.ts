import type { Alert, AlertLevel, Column, Typed } from '../../checked/ast.js';
import { isMeasure } from '../../checked/walk.js';
import { deepEqual } from '../../evaluate/deep-equal.js';
import { print } from '../../print/print.js';
import { isNumeric } from '../../schema/formats/metrics.js';
import type { Expr, Output } from '../../syntax/ast.js';

type Bound = Extract<Alert, { kind: 'bound' }>;

const LEVELS: readonly AlertLevel[] = ['warning', 'critical'];

/** The same comparison with its sides exchanged. */
const EXCHANGED: Readonly<Record<string, Bound['op']>> = { '<': '>', '<=': '>=', '>': '<', '>=': '<=' };

/**
 * The conditions of `output nagios` as columns at the end of the result. What a column is compared with is a column too: the
 * performance data names it.
 * @param columns of the grouped result
 * @param check a condition over groups; undefined for one with errors
 */
export function alertColumns(
  output: Output | undefined,
  columns: readonly Column[],
  check: (condition: Expr) => Typed | undefined,
): Column[] {
  return LEVELS.flatMap(level => {
    const condition = output?.[level];
    const expr = condition && check(condition);
    if (!condition || !expr) return [];
    const state: Column = { name: `(${level})`, expr, text: print(condition), alert: { kind: 'state', level } };
    const parts = expr.kind === 'logical' && expr.op === 'or' ? expr.operands : [expr];
    return [state, ...parts.flatMap(part => boundOf(part, columns, level) ?? [])];
  });
}

/** What a comparison compares a measurement with. */
function boundOf(node: Typed, columns: readonly Column[], level: AlertLevel): Column | undefined {
  if (node.kind !== 'compare' || !Object.hasOwn(EXCHANGED, node.op)) return undefined;
  const measures = columns.filter(isMeasure);
  for (const [side, other, op] of [
    [node.left, node.right, node.op as Bound['op']],
    [node.right, node.left, EXCHANGED[node.op]],
  ] as const) {
    const column = measures.find(({ expr }) => deepEqual(expr, side));
    if (column === undefined || !isNumeric(other.type)) continue;
    return { name: '(bound)', expr: other, alert: { kind: 'bound', level, column: column.name, op } };
  }
  return undefined;
}
