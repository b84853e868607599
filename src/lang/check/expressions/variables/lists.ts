/**
 * Lists in variables: `let ports = (22, 1000..2000); … where dport in $ports` means what the list would mean if it were written there.
 * The rows of a query are not written: such a list stays a variable.
 */
import type { Span } from '../../../diagnostics/span.js';
import type { CompareExpr, Expr, HasExpr, InExpr, ListExpr } from '../../../syntax/ast.js';
import type { VariableType } from '../../scope.js';

/** The items of a list, by the name of the variable; undefined if it has none that are written. */
export type ItemsOf = (name: string) => readonly Expr[] | undefined;

/** The items of a variable that holds a written list. */
export const itemsOf = ({ known, items, binding }: VariableType): readonly Expr[] | undefined =>
  known === undefined ? (binding?.kind === 'list' ? binding.items : undefined) : items;

/** The written lists of some variables. */
export const writtenLists =
  (variables: ReadonlyMap<string, VariableType>): ItemsOf =>
  name => {
    const variable = variables.get(name);
    return variable && itemsOf(variable);
  };

const at = (items: readonly Expr[], { start, end }: Span): readonly Expr[] =>
  items.map(item =>
    item.kind === 'range'
      ? { ...item, low: { ...item.low, start, end }, high: { ...item.high, start, end }, start, end }
      : { ...item, start, end },
  );

/** Items with those of lists in place of their variables; undefined if there are none. */
function spliced(items: readonly Expr[], lists: ItemsOf): readonly Expr[] | undefined {
  const all = items.map(item => (item.kind === 'variable' ? lists(item.name) : undefined));
  if (all.every(each => each === undefined)) return undefined;
  return items.flatMap((item, i) => {
    const own = all[i];
    return own ? at(own, item) : [item];
  });
}

function listIn({ list }: InExpr, lists: ItemsOf): ListExpr | undefined {
  if (list.kind === 'subquery') return undefined;
  const items = spliced(list.kind === 'list' ? list.items : [list], lists);
  return items && { kind: 'list', items, start: list.start, end: list.end };
}

/** A test with the written lists in place of variables; undefined if it has none. */
export function withLists(expr: Expr, lists: ItemsOf): Expr | undefined {
  switch (expr.kind) {
    case 'in': {
      const list = listIn(expr, lists);
      return list && { ...expr, list };
    }
    case 'compare':
      return comparedWithRange(expr, lists);
    case 'has': {
      const names = spliced(expr.names, lists);
      return names && ({ ...expr, names } satisfies HasExpr);
    }
    default:
      return undefined;
  }
}

/** `dport = $ports` of one range, as `dport = 1000..2000`. */
function comparedWithRange({ op, left, right, start, end }: CompareExpr, lists: ItemsOf): InExpr | undefined {
  if (op !== '=' && op !== '!=') return undefined;
  for (const [variable, operand] of [
    [right, left],
    [left, right],
  ]) {
    const items = variable.kind === 'variable' ? lists(variable.name) : undefined;
    if (items?.length !== 1 || items[0].kind !== 'range') continue;
    const list: ListExpr = { kind: 'list', items: at(items, variable), start: variable.start, end: variable.end };
    return { kind: 'in', negated: op === '!=', operand, list, start, end };
  }
  return undefined;
}
