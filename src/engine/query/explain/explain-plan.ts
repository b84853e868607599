import type { CheckedSelect, Typed } from '../../../lang/checked/ast.js';
import { placeText } from '../../../lang/schema/places.js';
import { BOOLEAN } from '../../../lang/schema/type.js';
import { describe } from '../../../lang/services/describe.js';
import type { HistoryLevel } from '../../sources/history/sql/compile.js';
import type { Parameter } from '../../sources/history/sql/statement.js';
import type { HistoryPlan } from '../exec/history/run-history.js';
import { filterText, keyText } from '../plan/filter-text.js';
import { joinKeys } from '../plan/join-keys.js';
import type { Plan } from '../plan/plan.js';

/** One row of the result of `explain`. */
export type ExplainLine = readonly [part: string, detail: string];

/** Describes a plan. */
export function explainPlan(plan: Plan, title = '', history?: HistoryPlan): ExplainLine[] {
  const { request, fields, select } = plan;
  const residual = history?.query.residual ?? plan.residual;
  const parts: ExplainLine[] = [[`${title}request`, requestText(plan)]];
  if (request.kind === 'dump') {
    const texts = request.filters.map(filterText).filter(text => text !== '');
    parts.push([`${title}kernel filter`, texts.length > 0 ? texts.join('; ') : 'none']);
  } else if (request.kind === 'get') {
    parts.push([`${title}kernel filter`, keyText(request.key)]);
  }
  if (history) parts.push(...historyLines(history, title));
  parts.push([`${title}residual`, residualText(residual)]);
  for (const [index, { from, alias, outer, on }] of select.joins.entries()) {
    const rows =
      from.kind === 'data' ? `the rows of ${from.path}` : from.kind === 'query' ? `the rows of ${alias}` : from.table;
    const keys = joinKeys(select, index).map(({ own }) => (own.kind === 'field' ? own.name : describe(own)));
    const found = keys.length > 0 ? `by ${keys.join(', ')}` : on ? 'by comparison with each' : "by the master's tuple";
    parts.push([`${title}${outer ? 'left join' : 'join'}`, `${rows}, held in memory, found ${found}`]);
  }
  parts.push([`${title}fields`, fields === 'all' ? 'all' : fields.join(', ') || 'none']);
  parts.push(...explainClauses(select, title));
  if (select.limit !== undefined)
    parts.push([`${title}limit`, `${select.limit}${select.offset ? ` offset ${select.offset}` : ''}`]);
  return parts;
}

/** The conjuncts that ctq evaluates. */
export const residualText = (residual: readonly Typed[]): string =>
  residual.length > 1
    ? describe({ kind: 'logical', op: 'and', operands: residual, type: BOOLEAN })
    : residual.map(each => describe(each)).join('') || 'none';

/** Grouping and order of a query, or of the events of a watch. */
export function explainClauses(select: Pick<CheckedSelect, 'grouping' | 'orderBy'>, title = ''): ExplainLine[] {
  const parts: ExplainLine[] = [];
  if (select.grouping) {
    const keys = select.grouping.keys.map(key => describe(key)).join(', ');
    parts.push([`${title}group by`, keys || '(one group)']);
  }
  if (select.orderBy.length > 0) {
    const order = select.orderBy.map(
      ({ expr, descending }) => `${describe(expr, select.grouping)}${descending ? ' desc' : ''}`,
    );
    parts.push([`${title}order by`, order.join(', ')]);
  }
  return parts;
}

/** The level of a query of the history, its SQL, and what it reads. */
function historyLines({ query, dialect, reads }: HistoryPlan, title: string): ExplainLine[] {
  const values = query.parameters
    .map((each, i) => `${dialect.parameter(i, each.type)} = ${parameterText(each)}`)
    .join(', ');
  return [
    [`${title}level`, `${query.level}: ${dialect.engine} ${LEVELS[query.level]}`],
    [`${title}sql`, query.sql],
    ...(values === '' ? [] : [[`${title}values`, values] as const]),
    [`${title}sql does`, query.does.join(', ') || 'nothing but the range'],
    [`${title}reads`, reads.text],
  ];
}

const LEVELS: Readonly<Record<HistoryLevel, string>> = {
  whole: 'groups',
  partial: 'groups by fields, ctq merges these groups',
  rows: 'filters, ctq does the rest',
};

const parameterText = ({ type, value }: Parameter): string =>
  type === 'TIMESTAMP_MS'
    ? new Date(Number(value)).toISOString()
    : typeof value === 'string'
      ? `'${value.replaceAll("'", "''")}'`
      : String(value);

function requestText({ request, table, place }: Plan): string {
  const name = place === undefined ? '' : placeText(place);
  const where = name === '' ? '' : ` in ${name}`;
  switch (request.kind) {
    case 'dump':
      return request.filters.length === 1
        ? `dump ${table}${where}`
        : `${request.filters.length} dumps of ${table}${where}, one per family`;
    case 'get':
      return `get one entry of ${table}${where}`;
    case 'count':
      return `the kernel's counter of ${table}${where}: no entry is read`;
    case 'statistics':
      return `statistics per CPU: ${table}${where}`;
    case 'settings':
      return `read /proc/sys/net/netfilter/nf_conntrack_*${where}`;
    case 'file':
      return `read the file ${request.path}`;
    case 'history':
      return `read the history in ${request.store}`;
    case 'result':
      return 'the rows of the last result, in memory';
    case 'data':
      return `read the rows of ${request.path}`;
    case 'query':
      return request.name === '' ? 'the rows of the select below' : `the rows of ${request.name}, below`;
    case 'nothing':
      return 'none: the condition can never be true';
  }
}
