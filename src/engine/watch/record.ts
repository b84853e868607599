import { hostname } from 'node:os';
import type { Typed } from '../../lang/checked/ast.js';
import type { CheckedInto, CheckedWatch } from '../../lang/checked/statements.js';
import { walk } from '../../lang/checked/walk.js';
import { compile } from '../../lang/evaluate/evaluate.js';
import { isServer, serverOf } from '../../lang/schema/history-server.js';
import { capabilitiesOf, namespaceName, namespaceOf, type Place, SPOOL_FOLDER } from '../../lang/schema/places.js';
import { type Integer, integer } from '../../lang/values/value.js';
import { dumpFlows } from '../ctnetlink/requests/requests.js';
import { contextAt } from '../ctnetlink/row-context.js';
import { MessageView } from '../ctnetlink/view/view.js';
import type { Sink } from '../formats/sink.js';
import { programOf } from '../netlink/events/programs.js';
import type { QueryContext } from '../query/context.js';
import { readingOf } from '../query/exec/select.js';
import { whereSettingIs } from '../query/plan/missing-fields.js';
import { type Recorded, recordedFields } from '../sources/history/recorded-values.js';
import { nameOfNamespace, namespaceIdentity } from '../sources/kernel/namespace.js';
import { readingEvents, selectOfWatch } from './subscription.js';
import type { WatchSummary } from './summary.js';
import { runWatch, type WatchOptions } from './watch.js';

/** Records flows that end, and pieces of those that are open. */
interface FlowRecorder extends Sink {
  entry(view: MessageView): void;
  piece(view: MessageView): void;
  close(): Promise<void>;
  /** Rows that could not be written. */
  readonly unwritten: number;
}

/** Bytes that may wait for a server. */
const SPOOL_SIZE = 2 * 1024 ** 3;
/** How often (ms) the table is read for flows that are open for long. */
const PIECES_MS = 5 * 60_000;

/**
 * Records the flows of a watch until it ends or is interrupted; then everything that was received is written.
 * @throws CtqError if it cannot subscribe, or the folder cannot be written
 */
export async function runRecord(
  watch: CheckedWatch,
  into: CheckedInto,
  session: QueryContext,
  options: WatchOptions = {},
): Promise<WatchSummary> {
  const events: CheckedWatch = { ...watch, columns: undefined };
  const place = watch.place ?? session.place;
  warnOfUnrecordedValues(place, into, session);
  const namespace = identityOf(place);
  const recorder = await openRecorder(into, {
    gateway: hostname(),
    // Also of one that was entered by `ip netns exec`, or is named by pid.
    netns: namespaceName(place) ?? (namespace && nameOfNamespace(namespace)) ?? '',
    ...(namespace === undefined ? {} : { namespace }),
    ...(into.fields ? { fields: into.fields } : {}),
    now: () => integer(session.environment.now()),
    warn: (message, hint) => session.warn(message, hint),
  });
  const ending = new AbortController();
  const pieces = setInterval(() => {
    readPieces(events, recorder, { ...session, signal: ending.signal }).catch((error: unknown) => {
      if (!ending.signal.aborted)
        session.warn(`flows that are open for long cannot be read: ${(error as Error).message}`);
    });
  }, PIECES_MS);
  let summary: WatchSummary;
  try {
    const sink = mentions(watch.where, 'portid') ? recorder : ownEvents(recorder);
    summary = await runWatch(events, sink, session, options);
  } finally {
    clearInterval(pieces);
    ending.abort();
    await recorder.close();
  }
  return { ...summary, dropped: summary.dropped + recorder.unwritten };
}

/** Which network namespace a place is, under whatever name. */
function identityOf(place: Place): string | undefined {
  const namespace = namespaceOf(place);
  return namespace && namespaceIdentity(namespace === 'own' ? { pid: process.pid } : namespace);
}

/** Warns if the kernel does not keep what the rows are to hold. */
function warnOfUnrecordedValues(place: Place, { fields }: CheckedInto, session: QueryContext): void {
  if (!capabilitiesOf(place).isLive) return;
  const recorded = recordedFields({ gateway: '', netns: '', ...(fields ? { fields } : {}) });
  const noStart = whereSettingIs(0, 'nf_conntrack_timestamp', place);
  if (noStart !== undefined && recorded.has('start'))
    session.warn(
      `flows that begin now are recorded without their start${noStart}, and \`at TIME\` does not find them: net.netfilter.nf_conntrack_timestamp is 0`,
      'sysctl -w net.netfilter.nf_conntrack_timestamp=1',
    );
  const noCounters = whereSettingIs(0, 'nf_conntrack_acct', place);
  if (noCounters !== undefined && recorded.has('orig.bytes'))
    session.warn(
      `flows that begin now are recorded without bytes and packets${noCounters}: net.netfilter.nf_conntrack_acct is 0`,
      'sysctl -w net.netfilter.nf_conntrack_acct=1',
    );
}

interface Common extends Recorded {
  now(): Integer;
  warn(message: string, hint?: string): void;
}

async function openRecorder({ store, age = 0, size, spool }: CheckedInto, common: Common): Promise<FlowRecorder> {
  if (isServer(store)) {
    const { ServerRecorder } = await import('../sources/history/clickhouse/recorder.js');
    const folder = process.env.CTQ_SPOOL ?? SPOOL_FOLDER;
    return ServerRecorder.open({
      ...common,
      server: serverOf(store),
      spool: { folder, size: Number(spool ?? SPOOL_SIZE) },
    });
  }
  const { Recorder } = await import('../sources/history/files/recording/recorder.js');
  return Recorder.open({
    ...common,
    folder: store,
    keep: { age: Number(age) / 1e6, ...(size === undefined ? {} : { size: Number(size) }) },
  });
}

/** Without the events that conntrackd(8) causes: its peer records these flows. */
const ownEvents = (recorder: FlowRecorder): Sink => ({
  begin: () => {},
  row: () => {},
  end: () => {},
  entry(view) {
    if (view.portid === 0 || programOf(view.portid) !== 'conntrackd') recorder.entry(view);
  },
  lost: loss => recorder.lost?.(loss),
  ready: () => recorder.ready?.(),
});

function mentions(where: Typed | undefined, field: string): boolean {
  let found = false;
  if (where)
    walk(where, node => {
      if (node.kind === 'field' && node.name === field) found = true;
    });
  return found;
}

/** Records the pieces of open flows that are due. */
export async function readPieces(
  watch: CheckedWatch,
  recorder: Pick<FlowRecorder, 'piece'>,
  session: QueryContext,
): Promise<void> {
  const select = selectOfWatch(watch);
  const holds = watch.where && compile(watch.where, readingEvents(await readingOf(select, session)));
  const source = session.source(watch.place ?? session.place);
  const view = new MessageView();
  for await (const chunk of source.dump(dumpFlows(), session.signal)) {
    const { bytes } = chunk;
    view.context = contextAt(integer(session.environment.now()), chunk);
    for (let at = 0; at < bytes.length; ) {
      at = view.set(bytes, at);
      if (holds === undefined || holds(view) === true) recorder.piece(view);
    }
  }
}
