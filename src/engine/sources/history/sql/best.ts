/**
 * `having`, order and limit in SQL, so that the best ten of a million groups or rows leave it alone. What SQL gives is never narrower than
 * the result: the pipeline applies them again.
 */
import type { CheckedSelect, Order, Typed } from '../../../../lang/checked/ast.js';
import { addressOf, Conditions } from './conditions.js';
import { type Dialect, type Output, ordered } from './dialect.js';
import { type NumberSql, Numbers } from './numbers.js';

type Best = Pick<CheckedSelect, 'orderBy' | 'limit' | 'offset' | 'distinct' | 'until'>;

/** Groups with what is asked of them. */
export interface BestGroups {
  readonly sql: string;
  /** What was added, for `explain`. */
  readonly does: readonly string[];
}

/** The columns of a select that makes groups have these names where another select reads them. */
const columnName = (index: number): string => `c${index + 1}`;

/** @param grouped a select that makes groups: keys and aggregates, and what follows its columns */
export function bestGroups(
  select: CheckedSelect,
  grouped: { readonly outputs: readonly Output[]; readonly keys: number; readonly tail: string },
  { numbers, lists }: Pick<Conditions, 'numbers' | 'lists'>,
): BestGroups {
  const { outputs, keys, tail } = grouped;
  const columns = outputs.flatMap(output => output.columns);
  const plain = `SELECT ${columns.join(', ')} ${tail}`;
  let next = 0;
  const named = outputs.map(output => ({ output, names: output.columns.map(() => columnName(next++)) }));
  const indexOf = (node: Typed): number | undefined =>
    node.kind === 'key' ? node.index : node.kind === 'aggregate' ? keys + node.index : undefined;
  const { dialect } = numbers;
  const results = new Numbers(dialect, numbers.parameters, numbers.constantOf, node => {
    const { output, names } = named[indexOf(node) as number];
    return output.number && resultSql(names[0], output.number, dialect);
  });
  const conditions = new Conditions(results, lists);
  const { list } = numbers.parameters;
  const before = list.length;
  const having = select.grouping?.having && conditions.truthOf(select.grouping.having);
  // Parameters of a part that was not used must not remain.
  if (having === undefined) list.length = before;
  const used = list.length;
  const isFiltered = select.grouping?.having === undefined || having !== undefined;
  const order = isFiltered
    ? limited(select, ({ expr, descending }) => {
        const index = indexOf(expr);
        if (index === undefined) return numberOrder(results.of(expr), descending);
        const { output, names } = named[index];
        if (output.order === 'address') return dialect.addresses.order(names, descending);
        return output.order && [ordered(names[0], descending)];
      })
    : undefined;
  if (order === undefined) list.length = used;
  if (having === undefined && order === undefined) return { sql: plain, does: [] };
  const inner = columns.map((column, i) => `${column} AS ${columnName(i)}`);
  // Equal groups in the order of their keys: the same query gives the same answer.
  const ties = named.slice(0, keys).flatMap(({ names }) => names.map(name => ordered(name, false)));
  const parts = [
    `SELECT * FROM (SELECT ${inner.join(', ')} ${tail})`,
    ...(having === undefined ? [] : [`WHERE ${having}`]),
    ...(order === undefined ? [] : tailOf(order, ties)),
  ];
  return { sql: parts.join(' '), does: [...(having === undefined ? [] : ['having']), ...(order?.does ?? [])] };
}

/** The order and limit of rows, to be appended to their select; undefined if SQL cannot. */
export function bestRows(select: CheckedSelect, conditions: Conditions): BestGroups | undefined {
  const order = limited(select, ({ expr, descending }) => {
    const address = addressOf(expr);
    const { addresses } = conditions.numbers.dialect;
    if (address) return addresses.order(addresses.columns(address), descending);
    if (expr.type.name !== 'boolean') return numberOrder(conditions.numbers.of(expr), descending);
    const condition = conditions.of(expr);
    return condition === undefined ? undefined : [ordered(condition, descending)];
  });
  return order && { sql: tailOf(order, []).join(' '), does: order.does };
}

interface Limited {
  readonly by: readonly string[];
  readonly count: number;
  readonly does: readonly string[];
}

function limited(
  { orderBy, limit, offset, distinct, until }: Best,
  orderOf: (order: Order) => readonly string[] | undefined,
): Limited | undefined {
  const count = Number(limit ?? Number.POSITIVE_INFINITY) + Number(offset);
  if (!Number.isSafeInteger(count) || distinct || until) return undefined;
  const by = orderBy.map(orderOf);
  if (by.includes(undefined)) return undefined;
  return { by: by.flatMap(each => each ?? []), count, does: [...(by.length > 0 ? ['order'] : []), 'limit'] };
}

const tailOf = ({ by, count }: Limited, ties: readonly string[]): string[] => [
  ...(by.length > 0 ? [`ORDER BY ${[...by, ...ties].join(', ')}`] : []),
  `LIMIT ${count}`,
];

const resultSql = (
  name: string,
  { bits, isUnsigned, isMs }: NonNullable<Output['number']>,
  { whole }: Dialect,
): NumberSql => (isMs ? { sql: `(${whole(name)} * 1000000)`, bits, ms: name } : { sql: name, bits, isUnsigned });

const numberOrder = (number: NumberSql | undefined, descending: boolean): readonly string[] | undefined =>
  number && [ordered(number.ms ?? number.sql, descending)];
