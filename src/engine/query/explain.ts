import { describe } from '../../lang/describe.js';
import type { Checked, CheckedExplain, CheckedSelect } from '../../lang/typed.js';
import type { Value } from '../../lang/values.js';
import { CtqError } from '../errors.js';
import { filterText, keyText } from './filter-text.js';
import { type Plan, planSelect } from './plan.js';
import { headerOf, runPlan } from './select.js';
import type { QuerySummary, Session } from './session.js';
import type { Header, Sink } from './sink.js';

const TEXT = { name: 'text' } as const;

/** One line of an explanation. */
export type Part = readonly [part: string, detail: string];

/** `explain SELECT`: the plan in words; with `analyze` the query is run too, and its result counted instead of shown. */
export async function runExplain(explain: CheckedExplain, sink: Sink, session: Session): Promise<QuerySummary> {
  const parts: Part[] = [];
  let summary: QuerySummary = { rows: 0, read: 0, kept: 0, bytes: 0, repeats: 0 };
  for (const [title, select] of selectsOf(explain.statement)) {
    const plan = planSelect(select, session);
    parts.push(...explainPlan(plan, title));
    if (!explain.analyze) continue;
    const began = process.hrtime.bigint();
    const counter = new Uncounted();
    counter.begin(headerOf(select));
    summary = await runPlan(plan, counter, session);
    const milliseconds = Number(process.hrtime.bigint() - began) / 1e6;
    parts.push(...explainRun(summary, milliseconds));
  }
  sink.begin({
    table: 'conntrack',
    columns: [
      { name: 'part', type: TEXT },
      { name: 'detail', type: TEXT },
    ],
  });
  for (const part of parts) sink.row(part as readonly Value[]);
  sink.end();
  return { ...summary, rows: parts.length };
}

/** The reads that a statement makes. */
function selectsOf(statement: Checked, title = ''): [string, CheckedSelect][] {
  switch (statement.kind) {
    case 'select':
      return [[title, statement]];
    case 'except':
      return [...selectsOf(statement.left, 'left: '), ...selectsOf(statement.right, 'right: ')];
    default:
      throw new CtqError({
        code: 'explain-statement',
        kind: 'statement',
        message: `explain tells how a query is answered; ${statement.kind} is none`,
        hint: 'write: explain select …',
      });
  }
}

export function explainPlan(plan: Plan, title = ''): Part[] {
  const { request, residual, fields, select } = plan;
  const parts: Part[] = [[`${title}request`, requestText(plan)]];
  if (request.kind === 'dump') {
    const texts = request.filters.map(filterText).filter(text => text !== '');
    parts.push([`${title}kernel filter`, texts.length > 0 ? texts.join('; ') : 'none']);
  } else if (request.kind === 'get') {
    parts.push([`${title}kernel filter`, keyText(request.key)]);
  }
  parts.push([`${title}residual`, residual.length > 0 ? residual.map(each => describe(each)).join(' and ') : 'none']);
  parts.push([`${title}fields`, fields === 'all' ? 'all' : fields.join(', ') || 'none']);
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
  if (select.limit !== undefined)
    parts.push([`${title}limit`, `${select.limit}${select.offset ? ` offset ${select.offset}` : ''}`]);
  return parts;
}

function requestText({ request, table, place }: Plan): string {
  const where = place === undefined || place.kind === 'kernel' ? '' : ` in ${placeText(place)}`;
  switch (request.kind) {
    case 'dump':
      return request.filters.length === 1
        ? `dump ${table}${where}`
        : `${request.filters.length} dumps of ${table}${where}, one a family`;
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
    case 'nothing':
      return 'none: the condition can hold for no entry';
  }
}

function placeText(place: NonNullable<Plan['place']>): string {
  switch (place.kind) {
    case 'kernel':
      return 'this network namespace';
    case 'netns':
      return `netns ${place.name}`;
    case 'every_netns':
      return 'every named network namespace';
    case 'pid':
      return `the network namespace of process ${place.pid}`;
    case 'ssh':
      return `ssh ${place.host}`;
    case 'file':
      return place.path;
  }
}

function explainRun({ read, kept, rows, bytes, repeats }: QuerySummary, milliseconds: number): Part[] {
  return [
    ['rows read', String(read)],
    ['rows kept', String(kept)],
    ['rows of the result', String(rows)],
    ['bytes', String(bytes)],
    ['repeats left out', String(repeats)],
    ['time', `${milliseconds.toFixed(1)} ms`],
  ];
}

/** Where a result goes that is only counted. */
class Uncounted implements Sink {
  begin(_header: Header): void {}
  entry(): void {}
  row(): void {}
  end(): void {}
}
