import type { CheckedGet, CheckedSelect, Typed } from '../../lang/check/checked-ast.js';
import { compile } from '../../lang/evaluate/evaluate.js';
import { capabilitiesOf } from '../../lang/schema/places.js';
import { getFlow } from '../ctnetlink/requests/requests.js';
import { contextAt } from '../ctnetlink/row-context.js';
import { MessageView } from '../ctnetlink/view/view.js';
import { ERRNO } from '../errno.js';
import { CtqError, isRefusedFilter } from '../errors.js';
import type { Sink } from '../formats/sink.js';
import type { Session } from '../query/context.js';
import { headerOf } from '../query/exec/header.js';
import { Pipeline } from '../query/exec/pipeline.js';
import { tupleOf } from '../query/exec/rows.js';
import { entriesTo, readingOf } from '../query/exec/select.js';
import { walk } from '../query/plan/fields.js';
import { type FlowKey, keyOf } from '../query/plan/identity.js';
import { knowledgeOf } from '../query/plan/pushdown.js';
import type { Source } from '../sources/source.js';
import { describeEntry } from './describe.js';
import { eachMatch } from './matching.js';
import { getEntry } from './requests/entry-request.js';
import { lookUp } from './requests/look-up.js';
import { ChangeCounts } from './summary.js';

/**
 * `get`: the one entry that the condition names. A condition that pins a whole tuple is one request, in zone 0 where it names
 * none, as conntrack(8) does; any other is looked for in the table.
 * @throws CtqError `get-none` where there is no such entry, `get-many` where there are several
 */
export async function runGet(statement: CheckedGet, sink: Sink, session: Session): Promise<void> {
  const select = selectOf(statement);
  const reading = await readingOf(select, session);
  const place = statement.place ?? session.place;
  const source = session.kernel(place);
  const known = knowledgeOf(statement.where);
  const key = keyOfGet(statement, session);
  const view = new MessageView();
  view.context = contextAt(reading.now ?? 0);
  const meets = compile(statement.where, reading);
  const found: Uint8Array[] = [];
  const answer = key && (await byKey(source, key, session.signal));
  if (answer) {
    for (const message of answer) {
      view.set(message, 0);
      if (meets(view) === true) found.push(message);
    }
  } else {
    // Two are enough to know that the condition does not name one.
    const target = { table: statement.table, place: statement.place, where: statement.where, limit: 2 };
    await eachMatch(target, session, reading, new ChangeCounts(), row => found.push(row.copy()));
  }
  if (found.length === 0) throw none(statement, key, known.zone === undefined);
  if (found.length > 1) throw many(found);
  view.set(found[0], 0);
  if (statement.zero) {
    const [zeroed] = await lookUp(() => source.exchange(getEntry(view, true)));
    if (zeroed === undefined) throw none(statement, key, false);
    view.set(zeroed, 0);
  }
  const { where: _, ...rest } = select;
  sink.begin(headerOf(select, session));
  const pipeline = new Pipeline(rest, reading, sink, entriesTo(sink));
  pipeline.push(view);
  pipeline.finish(0);
  sink.end();
}

/** The entry of a key; undefined where the kernel refuses such a key. */
async function byKey(source: Source, key: FlowKey, signal?: AbortSignal): Promise<readonly Uint8Array[] | undefined> {
  try {
    return await lookUp(() => source.exchange(getFlow(tupleOf(key), key), signal));
  } catch (error) {
    if (isRefusedFilter(error)) return undefined;
    throw error;
  }
}

/** The whole tuple that a condition names, in zone 0 where it names none; undefined where it is to be looked for in the table. */
export function keyOfGet({ table, where, place }: CheckedGet, session: Session): FlowKey | undefined {
  if (table !== 'conntrack' || namesZoneOfDirection(where)) return undefined;
  if (!capabilitiesOf(place ?? session.place).hasLookup) return undefined;
  return keyOf(knowledgeOf(where), 0);
}

function selectOf({ table, place, columns, where, zero, output }: CheckedGet): CheckedSelect {
  return {
    kind: 'select',
    from: { kind: 'table', table },
    ...(place ? { place } : {}),
    distinct: false,
    ...(columns ? { columns } : {}),
    joins: [],
    where,
    orderBy: [],
    offset: 0,
    zero,
    output,
  };
}

/** Such an entry is found by that zone, which a key does not have. */
function namesZoneOfDirection(where: Typed): boolean {
  let names = false;
  walk(where, node => {
    if (node.kind === 'field' && (node.name === 'orig.zone' || node.name === 'reply.zone')) names = true;
  });
  return names;
}

function none({ table }: CheckedGet, key: FlowKey | undefined, zoneLeftOpen: boolean): CtqError {
  const what = table === 'expect' ? 'expectation' : 'flow';
  return new CtqError({
    code: 'get-none',
    kind: 'kernel',
    message: key ? `there is no such ${what} in zone ${key.zone}` : `there is no such ${what}`,
    hint: key && zoneLeftOpen ? 'without a zone, get looks in zone 0: add and zone = N' : undefined,
    errno: ERRNO.ENOENT,
    operation: `get ${what === 'flow' ? 'a flow' : 'an expectation'}`,
  });
}

function many(found: readonly Uint8Array[]): CtqError {
  const view = new MessageView();
  const names = found.map(message => {
    view.set(message, 0);
    return describeEntry(view);
  });
  return new CtqError({
    code: 'get-many',
    kind: 'kernel',
    message: `the condition means more than one entry: ${names.join('; ')}; …`,
    hint: 'get gives one entry: name its whole tuple, or use select',
  });
}
