/** The statement that is sent to the members of a fleet. */

import { joinedParts } from '../check/expressions/conditions/rows.js';
import { type ItemsOf, withLists } from '../check/expressions/variables/lists.js';
import type { CheckedQuery, WrittenQuery } from '../checked/ast.js';
import { print } from '../print/print.js';
import type { ExistsExpr, Expr, InExpr, SelectStatement, SubqueryExpr } from '../syntax/ast.js';
import type { WatchStatement } from '../syntax/statements.js';
import type { Integer } from '../values/value.js';

/** A variable that has the values of a subquery. */
export interface SubqueryVariable {
  /** Without the `$`. */
  readonly name: string;
  readonly query: CheckedQuery;
  /** A list after `in`, one value, or whether there is a row. */
  readonly purpose: 'list' | 'value' | 'exists';
}

/** A statement without its place, and with variables in place of its subqueries. */
export interface MemberStatement {
  readonly subqueries: readonly SubqueryVariable[];
  /** The names of the other variables that it uses. */
  readonly variables: readonly string[];
  /** Its canonical text. @param limit rows that a member sends at most; undefined: all */
  text(limit: Integer | undefined): string;
}

/**
 * What a member of a fleet is sent of a statement: no place, no subqueries, nothing of the output, and no repetition. Of a watch it is
 * sent which events are needed: what is made of them is made by the one who asks.
 */
export function memberStatement({
  statement,
  subqueries,
  lists,
}: WrittenQuery | WrittenQuery<WatchStatement>): MemberStatement {
  const bare: SelectStatement | WatchStatement = {
    ...statement,
    ...(statement.kind === 'select' ? { range: undefined, zero: false } : NOTHING_MADE),
    source: undefined,
    every: undefined,
    for: undefined,
    until: undefined,
    output: undefined,
    limit: undefined,
  };
  const taken = variablesOf(bare);
  const lifted: SubqueryVariable[] = [];
  const lift: Lift = (node, purpose) => {
    const query = subqueries.find(({ written }) => written === node.query)?.query;
    if (query === undefined) return undefined;
    const known = lifted.find(each => each.query === query && each.purpose === purpose);
    const name = known?.name ?? freeName(lifted.length + 1, taken);
    taken.add(name);
    if (known === undefined) lifted.push({ name, query, purpose });
    return { kind: 'variable', name, start: node.start, end: node.end };
  };
  const sent = replaced(bare, { lift, lists });
  const own = new Set(lifted.map(({ name }) => name));
  return {
    subqueries: lifted,
    variables: [...variablesOf(sent)].filter(name => !own.has(name)),
    text: limit => print(limit === undefined ? sent : { ...sent, limit: { count: whole(limit), start: 0, end: 0 } }),
  };
}

const NOTHING_MADE = {
  projection: [],
  groupBy: [],
  having: undefined,
  orderBy: [],
  options: [],
  into: undefined,
  keep: undefined,
  spool: undefined,
} satisfies Partial<WatchStatement>;

function freeName(number: number, taken: ReadonlySet<string>): string {
  const name = `subquery_${number}`;
  return taken.has(name) ? freeName(number + 1, taken) : name;
}

const whole = (value: Integer): Expr => ({
  kind: 'literal',
  type: 'integer',
  value,
  text: String(value),
  start: 0,
  end: 0,
});

type Plain = Readonly<Record<string, unknown>>;
type Lift = (node: SubqueryExpr | ExistsExpr, purpose: SubqueryVariable['purpose']) => Expr | undefined;

interface Replacements {
  readonly lift: Lift;
  readonly lists: ItemsOf;
}

/** The same tree, with what `lift` returns in place of subqueries, and lists in place of their variables. */
function replaced<T>(written: T, by: Replacements, isList = false): T {
  if (typeof written !== 'object' || written === null) return written;
  if (Array.isArray(written)) return written.map(each => replaced(each, by)) as T;
  const node = (withLists(written as unknown as Expr, by.lists) ?? written) as T;
  const plain = node as Plain;
  if (plain.kind === 'subquery' || plain.kind === 'exists') {
    const purpose = plain.kind === 'exists' ? 'exists' : isList ? 'list' : 'value';
    const lifted = by.lift(node as unknown as SubqueryExpr | ExistsExpr, purpose);
    if (lifted !== undefined) return lifted as T;
  }
  const isIn = plain.kind === 'in';
  const { operand, list } = plain as Partial<InExpr>;
  // Rows are sent as texts.
  if (isIn && operand?.kind === 'list' && list?.kind === 'subquery')
    return replaced({ ...plain, operand: joinedParts(operand.items as readonly Expr[], operand) } as T, by);
  return Object.fromEntries(
    Object.entries(plain).map(([key, child]) => [key, replaced(child, by, isIn && key === 'list')] as const),
  ) as T;
}

function variablesOf(node: unknown, found = new Set<string>()): Set<string> {
  if (typeof node !== 'object' || node === null) return found;
  const { kind, name } = node as Plain;
  if (kind === 'variable') found.add(String(name));
  for (const child of Object.values(node)) variablesOf(child, found);
  return found;
}
