import type { CheckedPrepare } from '../../checked/statements.js';
import { isServer } from '../../schema/history-server.js';
import type { PrepareStatement } from '../../syntax/statements.js';
import { durationOf } from '../clauses/constants.js';
import { checkStore } from '../clauses/history-store.js';
import type { QueryChecker } from '../query/query.js';

/** ns: a later end would not be a time of ClickHouse. */
const LONGEST = 50n * 365n * 86_400_000_000_000n;
const EXAMPLE = "write: prepare history 'clickhouse://…' keep 90d";

/** What makes the tables of a history in ClickHouse. A history in files needs no preparation. */
export function checkPrepare(checker: QueryChecker, statement: PrepareStatement): CheckedPrepare | undefined {
  const { diagnostics } = checker;
  const store = checkStore(statement.store, statement, diagnostics);
  if (store !== undefined && !isServer(store))
    diagnostics.error('clause', statement, 'a history in files needs no preparation', 'record: watch … into it');
  const [flows, hours, third] = statement.keep ?? [];
  if (!flows) {
    diagnostics.error('clause', statement, 'prepare history requires keep: how long may flows be kept?', EXAMPLE);
    return undefined;
  }
  if (third)
    diagnostics.error(
      'clause',
      third,
      'keep takes an age of flows, and one of the sums by the hour',
      'write: keep 90d, 365d',
    );
  const [age, sums] = [flows, hours ?? flows].map(each => durationOf(each, checker, 'keep'));
  if (age === undefined || sums === undefined || store === undefined) return undefined;
  for (const [index, each] of [age, sums].entries())
    if (each > LONGEST)
      diagnostics.error('range', statement.keep?.[index] ?? statement, 'keep is at most 50 years', EXAMPLE);
  if (hours && sums < age)
    diagnostics.error(
      'range',
      hours,
      'the sums by the hour cannot be kept for a shorter time than the flows',
      'they answer queries of the same time',
    );
  return { kind: 'prepare', store, flows: age, hours: sums };
}
