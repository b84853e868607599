import type { Typed } from '../../lang/checked/ast.js';
import { selectFrom } from '../../lang/checked/selects.js';
import type { CheckedGet } from '../../lang/checked/statements.js';
import { walk } from '../../lang/checked/walk.js';
import { compile } from '../../lang/evaluate/evaluate.js';
import { capabilitiesOf } from '../../lang/schema/places.js';
import { getFlow } from '../ctnetlink/requests/requests.js';
import { contextAt } from '../ctnetlink/row-context.js';
import { MessageView } from '../ctnetlink/view/view.js';
import { ERRNO } from '../errno.js';
import { CtqError, isRefusedFilter } from '../errors.js';
import type { Sink } from '../formats/sink.js';
import type { QueryContext } from '../query/context.js';
import { headerOf } from '../query/exec/header.js';
import { Pipeline } from '../query/exec/pipeline.js';
import { tupleOf } from '../query/exec/read/messages.js';
import { entriesTo, readingOf } from '../query/exec/select.js';
import { type FlowKey, flowKeyOf } from '../query/plan/identity.js';
import { constraintsOf } from '../query/plan/pushdown.js';
import type { Source } from '../sources/source.js';
import { ChangeRun } from './change-run.js';
import { describeEntry } from './describe.js';
import { eachMatch } from './finding/matching.js';
import { getEntry, ifFound } from './requests/entry-request.js';

/**
 * `get`: the one entry that meets the condition. If the condition names a whole tuple this is one request, in zone 0 unless
 * it names another, as conntrack(8) does; else the table is searched.
 * @throws CtqError `get-none` if no entry meets the condition, `get-many` if several do
 */
export async function runGet(statement: CheckedGet, sink: Sink, session: QueryContext): Promise<void> {
  const { table, place: named, columns, where, zero, output } = statement;
  const select = selectFrom({ kind: 'table', table }, { place: named, columns, where, zero, output });
  const reading = await readingOf(select, session);
  const source = session.source(named ?? session.place);
  const known = constraintsOf(where);
  const key = keyOfGet(statement, session);
  const view = new MessageView();
  view.context = contextAt(reading.now ?? 0);
  const meets = compile(where, reading);
  const found: Uint8Array[] = [];
  const answer = key && (await getByKey(source, key, session.signal));
  if (answer) {
    for (const message of answer) {
      view.set(message, 0);
      if (meets(view) === true) found.push(message);
    }
  } else {
    // The second is enough to know that there are several.
    const target = { table, place: named, where, limit: 2 };
    await eachMatch(target, new ChangeRun(session, {}), reading, row => found.push(row.copy()));
  }
  if (found.length === 0) throw noSuchEntry(statement, key, known.zone === undefined);
  if (found.length > 1) throw severalEntries(found);
  view.set(found[0], 0);
  if (zero) {
    const [zeroed] = await ifFound(() => source.exchange(getEntry(view, true)));
    if (zeroed === undefined) throw noSuchEntry(statement, key, false);
    view.set(zeroed, 0);
  }
  sink.begin(headerOf(select, session));
  const pipeline = new Pipeline({ ...select, where: undefined }, reading, sink, entriesTo(sink));
  pipeline.push(view);
  pipeline.finish(0);
  sink.end();
}

/** The entry of a key; undefined if the kernel refuses such a key. */
async function getByKey(
  source: Source,
  key: FlowKey,
  signal?: AbortSignal,
): Promise<readonly Uint8Array[] | undefined> {
  try {
    return await ifFound(() => source.exchange(getFlow(tupleOf(key), key), signal));
  } catch (error) {
    if (isRefusedFilter(error)) return undefined;
    throw error;
  }
}

/** The whole tuple and zone (default: 0) that a condition names; undefined if the table must be searched. */
export function keyOfGet({ table, where, place }: CheckedGet, session: QueryContext): FlowKey | undefined {
  if (table !== 'conntrack' || namesZoneOfDirection(where)) return undefined;
  if (!capabilitiesOf(place ?? session.place).hasLookup) return undefined;
  return flowKeyOf(constraintsOf(where), 0);
}

/** The kernel finds such an entry only with that zone, which a key does not have. */
function namesZoneOfDirection(where: Typed): boolean {
  let names = false;
  walk(where, node => {
    if (node.kind === 'field' && (node.name === 'orig.zone' || node.name === 'reply.zone')) names = true;
  });
  return names;
}

function noSuchEntry({ table }: CheckedGet, key: FlowKey | undefined, isZoneDefault: boolean): CtqError {
  const what = table === 'expect' ? 'expectation' : 'flow';
  return new CtqError({
    code: 'get-none',
    kind: 'kernel',
    message: key ? `no such ${what} in zone ${key.zone}` : `no such ${what}`,
    hint: key && isZoneDefault ? 'get searches zone 0 by default: add and zone = N' : undefined,
    errno: ERRNO.ENOENT,
    operation: `get ${what === 'flow' ? 'a flow' : 'an expectation'}`,
  });
}

function severalEntries(found: readonly Uint8Array[]): CtqError {
  const view = new MessageView();
  const names = found.map(message => {
    view.set(message, 0);
    return describeEntry(view);
  });
  return new CtqError({
    code: 'get-many',
    kind: 'kernel',
    message: `the condition matches more than one entry: ${names.join('; ')}; …`,
    hint: 'get returns exactly one entry: give its whole tuple, or use select',
  });
}
