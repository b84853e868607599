import type { CheckedQuery, CheckedSelect } from '../../../lang/checked/ast.js';
import type { Checked, CheckedExplain } from '../../../lang/checked/statements.js';
import { walk } from '../../../lang/checked/walk.js';
import { capabilitiesOf } from '../../../lang/schema/places.js';
import type { Value } from '../../../lang/values/value.js';
import { CtqError } from '../../errors.js';
import type { Header, Sink } from '../../formats/sink.js';
import type { QueryContext, QuerySummary } from '../context.js';
import { divide } from '../exec/fleet/division.js';
import { headerOf } from '../exec/header.js';
import { historyPlan } from '../exec/history/run-history.js';
import { runPlan } from '../exec/select.js';
import { expressionsOf } from '../plan/fields.js';
import { type Plan, planSelect } from '../plan/plan.js';
import { explainFleet, explainWholeTables } from './explain-fleet.js';
import { type ExplainLine, explainClauses, explainPlan } from './explain-plan.js';

const TEXT = { name: 'text' } as const;

/** `explain SELECT`: describes the plan. With `analyze` the query also runs, and its rows are counted instead of shown. */
export async function runExplain(explain: CheckedExplain, sink: Sink, session: QueryContext): Promise<QuerySummary> {
  const parts: ExplainLine[] = [];
  let summary: QuerySummary = { rows: 0, read: 0, kept: 0, bytes: 0, repeats: 0 };
  for (const { title, select, isInner } of partsOf(explain.statement)) {
    const plan = planSelect(select, session);
    const { request } = plan;
    const history =
      request.kind === 'history' ? await historyPlan(plan, request.store, session, explain.analyze) : undefined;
    const division = divide(select, session.place);
    if (division) parts.push(...explainFleet(plan, division, title, session));
    else if (isOfFleet(plan, session))
      parts.push(...explainWholeTables(plan, title, session), ...explainClauses(select, title));
    else parts.push(...explainPlan(plan, title, history));
    if (!explain.analyze || isInner) continue;
    const began = process.hrtime.bigint();
    const counter = new NullSink();
    counter.begin(headerOf(select, session));
    summary = await runPlan(plan, counter, session);
    const milliseconds = Number(process.hrtime.bigint() - began) / 1e6;
    const run = history ? explainAnswer(summary, history.stored, milliseconds) : explainRun(summary, milliseconds);
    parts.push(...run.map(([part, detail]): ExplainLine => [`${title}${part}`, detail]));
  }
  writeLines(parts, sink);
  return { ...summary, rows: parts.length };
}

const isOfFleet = ({ select: { from, place } }: Plan, session: QueryContext): boolean =>
  from.kind === 'table' && capabilitiesOf(place ?? session.place).spans === 'gateway';

/** Writes the result of an `explain`. */
export function writeLines(lines: readonly ExplainLine[], sink: Sink): void {
  sink.begin({
    table: 'conntrack',
    columns: [
      { name: 'part', type: TEXT },
      { name: 'detail', type: TEXT, wraps: true },
    ],
  });
  for (const line of lines) sink.row(line as readonly Value[]);
  sink.end();
}

/** A select to explain. */
interface Part {
  readonly title: string;
  readonly select: CheckedSelect;
  /** It runs only as a part of another one. */
  readonly isInner: boolean;
}

/** The selects of a statement, each followed by those that it contains. @throws CtqError for other statements */
function partsOf(statement: Checked, title = '', isInner = false): Part[] {
  switch (statement.kind) {
    case 'select':
      return [{ title, select: statement, isInner }, ...innerParts(statement, title)];
    case 'compound':
      return [
        ...partsOf(statement.left, `${title}left: `, isInner),
        ...partsOf(statement.right, `${title}right: `, isInner),
      ];
    default:
      throw new CtqError({
        code: 'explain-statement',
        kind: 'statement',
        message: `explain requires a select, a watch or a change, got ${statement.kind}`,
        hint: 'write: explain select …',
      });
  }
}

/** The selects in `from`, in joins and in expressions of a select. */
function innerParts(select: CheckedSelect, title: string): Part[] {
  const inner = (query: CheckedQuery, name: string): Part[] => partsOf(query, `${title}${name}: `, true);
  const { from, joins } = select;
  const parts = from.kind === 'query' ? inner(from.query, from.name || 'select') : [];
  for (const join of joins) if (join.from.kind === 'query') parts.push(...inner(join.from.query, join.alias));
  const seen = new Set<CheckedQuery>();
  for (const expression of expressionsOf(select)) {
    walk(expression, node => {
      const query = node.kind === 'in' || node.kind === 'scalar' || node.kind === 'exists' ? node.query : undefined;
      if (query === undefined || seen.has(query)) return;
      seen.add(query);
      parts.push(...inner(query, 'subquery'));
    });
  }
  return parts;
}

function explainRun({ read, kept, rows, bytes, repeats }: QuerySummary, milliseconds: number): ExplainLine[] {
  return [
    ['rows read', String(read)],
    ['rows kept', String(kept)],
    ['rows of the result', String(rows)],
    ['bytes', String(bytes)],
    ['repeats left out', String(repeats)],
    ['time', `${milliseconds.toFixed(1)} ms`],
  ];
}

/** @param stored rows of the segments that were read */
const explainAnswer = (
  { read, rows, bytes, scanned }: QuerySummary,
  stored: number | undefined,
  milliseconds: number,
): ExplainLine[] => [
  ...(stored === undefined ? [] : [['rows in the segments', String(stored)] as const]),
  ...(scanned === undefined ? [] : [['rows read by the server', String(scanned)] as const]),
  ['rows from SQL', String(read)],
  ['rows of the result', String(rows)],
  ['bytes', String(bytes)],
  ['time', `${milliseconds.toFixed(1)} ms`],
];

/** Discards rows. */
export class NullSink implements Sink {
  begin(_header: Header): void {}
  entry(): void {}
  row(): void {}
  end(): void {}
}
