import type { CheckedInsert, CheckedQuery, CheckedSelect, Place } from '../../../lang/check/checked-ast.js';
import type { Reading } from '../../../lang/evaluate/evaluate.js';
import { integer } from '../../../lang/values/value.js';
import { readerOf } from '../../ctnetlink/fields/accessors.js';
import type { MessageView } from '../../ctnetlink/view/view.js';
import type { Sink } from '../../formats/sink.js';
import type { Session } from '../../query/context.js';
import { runQuery } from '../../query/exec/select.js';
import { readSubqueries } from '../../query/exec/subqueries.js';
import { warnOfMissingFields } from '../../query/plan/missing-fields.js';
import { ChangeRun, executeChange } from '../change-run.js';
import { describeEntry } from '../describe.js';
import type { ChangeOptions } from '../options.js';
import { unsendable } from '../requests/entry-request.js';
import { ChangeCounts, type ChangeSummary } from '../summary.js';
import { invalidChange } from '../values/invalid-change.js';
import { compileAssignments } from '../values/set-values.js';
import { ExpectationInsertion } from './insert-expectations.js';
import { FlowInsertion } from './insert-flows.js';
import type { Insertion } from './insertion.js';

/**
 * `insert into …`: one entry that `set` describes, or a copy of each entry that a query gives. What the kernel would refuse
 * for a missing part is told before it is sent. Of copies, one that is refused does not stop the others.
 */
export async function runInsert(
  statement: CheckedInsert,
  session: Session,
  options: ChangeOptions = {},
): Promise<ChangeSummary> {
  const { table, from } = statement;
  const tally = new ChangeCounts();
  const running = new ChangeRun(tally, session, options);
  const assign = compileAssignments(table, statement.set, await readingOfSet(statement, session));
  const place = statement.target ?? session.place;
  const Kind = table === 'conntrack' ? FlowInsertion : ExpectationInsertion;
  const insertion: Insertion = new Kind(statement, assign, session.kernel(place), running);
  if (from) checkTable(from, table);
  return executeChange('insert', table, running, async () => {
    options.sink?.begin({ table });
    try {
      if (from === undefined) {
        tally.matched = 1;
        insertion.add(undefined);
      } else {
        await runQuery(from, new Rows(insertion, running, table, isSamePlace(from, place, session)), session);
      }
      await insertion.finish();
    } finally {
      await insertion.drain().finally(() => options.sink?.end());
    }
  });
}

/** How the expressions of `set` read the rows that are copied. */
async function readingOfSet({ table, set, from }: CheckedInsert, session: Session): Promise<Reading<MessageView>> {
  const { environment, variables } = session;
  const columns = set.map(({ field, value }) => ({ name: field, expr: value }));
  for (const select of from ? selectsOf(from).slice(0, 1) : []) warnOfMissingFields({ ...select, columns }, session);
  return {
    environment,
    now: integer(environment.now()),
    field: node => readerOf(table, node.name),
    query: await readSubqueries(
      set.map(each => each.value),
      session,
      runQuery,
    ),
    variable: name => variables.get(name) ?? { kind: 'value', type: { name: 'null' }, value: null },
  };
}

const selectsOf = (query: CheckedQuery): CheckedSelect[] =>
  query.kind === 'select' ? [query] : [...selectsOf(query.left), query.right];

/** Which tables' entries can be inserted where; of a file it is known when it is read. */
function checkTable(from: CheckedQuery, table: CheckedInsert['table']): void {
  const [first] = selectsOf(from);
  if (first.from.kind === 'file') return;
  const fits = table === 'expect' ? ['expect'] : ['conntrack', 'dying', 'unconfirmed'];
  if (!fits.includes(first.from.table))
    throw invalidChange(
      `the entries of ${first.from.table} cannot be inserted into ${table}`,
      `it takes those of ${fits.join(', ')}`,
    );
}

/** Whether rows are read where they are inserted: they are all read first then, so that none is met again as a new one. */
export function isSamePlace(from: CheckedQuery, target: Place, session: Session): boolean {
  return selectsOf(from).some(
    select => select.from.kind === 'table' && JSON.stringify(select.place ?? session.place) === JSON.stringify(target),
  );
}

/** Takes the rows of the query. */
class Rows implements Sink {
  constructor(
    readonly insertion: Insertion,
    readonly running: ChangeRun,
    readonly table: CheckedInsert['table'],
    /** Nothing is sent before all have come. */
    readonly holds: boolean,
  ) {}

  begin(): void {}

  entry(row: MessageView): void {
    const { tally } = this.running;
    tally.read++;
    tally.matched++;
    if (row.isExpectation !== (this.table === 'expect'))
      throw invalidChange(`${row.isExpectation ? 'an expectation' : 'a flow'} cannot be inserted into ${this.table}`);
    try {
      this.insertion.add(row);
    } catch (error) {
      const told = unsendable(error, 'insert an entry');
      this.running.refuse(
        () => describeEntry(row),
        () => told,
      );
    }
  }

  row(): void {}

  end(): void {}

  ready(): Promise<void> | undefined {
    return !this.holds && this.insertion.isDue ? this.insertion.send() : undefined;
  }
}
