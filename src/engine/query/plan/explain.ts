import type { Checked, CheckedExplain, CheckedSelect } from '../../../lang/check/checked-ast.js';
import type { Value } from '../../../lang/values/value.js';
import { CtqError } from '../../errors.js';
import type { Header, Sink } from '../../formats/sink.js';
import type { QueryContext, QuerySummary } from '../context.js';
import { headerOf } from '../exec/header.js';
import { runPlan } from '../exec/select.js';
import { type ExplainLine, explainPlan } from './explain-plan.js';
import { planSelect } from './plan.js';

const TEXT = { name: 'text' } as const;

/** `explain SELECT`: describes the plan. With `analyze` the query also runs, and its rows are counted instead of shown. */
export async function runExplain(explain: CheckedExplain, sink: Sink, session: QueryContext): Promise<QuerySummary> {
  const parts: ExplainLine[] = [];
  let summary: QuerySummary = { rows: 0, read: 0, kept: 0, bytes: 0, repeats: 0 };
  for (const [title, select] of selectsOf(explain.statement)) {
    const plan = planSelect(select, session);
    parts.push(...explainPlan(plan, title));
    if (!explain.analyze) continue;
    const began = process.hrtime.bigint();
    const counter = new NullSink();
    counter.begin(headerOf(select, session));
    summary = await runPlan(plan, counter, session);
    const milliseconds = Number(process.hrtime.bigint() - began) / 1e6;
    parts.push(...explainRun(summary, milliseconds));
  }
  writeLines(parts, sink);
  return { ...summary, rows: parts.length };
}

/** Writes the result of an `explain`. */
export function writeLines(lines: readonly ExplainLine[], sink: Sink): void {
  sink.begin({
    table: 'conntrack',
    columns: [
      { name: 'part', type: TEXT },
      { name: 'detail', type: TEXT },
    ],
  });
  for (const line of lines) sink.row(line as readonly Value[]);
  sink.end();
}

/** The selects of a statement, with their titles. @throws CtqError for other statements */
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
        message: `explain requires a select, a watch or a change, got ${statement.kind}`,
        hint: 'write: explain select …',
      });
  }
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

/** Discards rows. */
export class NullSink implements Sink {
  begin(_header: Header): void {}
  entry(): void {}
  row(): void {}
  end(): void {}
}
