import type { Address } from '../../../../lang/values/value.js';
import type { Tuple } from '../../../ctnetlink/codec/tuple.js';
import {
  cpuStats,
  dumpDying,
  dumpExpectations,
  dumpFlows,
  dumpUnconfirmed,
  expectCpuStats,
  getFlow,
} from '../../../ctnetlink/requests/requests.js';
import { CtqError, isRefusedFilter } from '../../../errors.js';
import type { Chunk } from '../../../netlink/messages/streams.js';
import type { Source } from '../../../sources/source.js';
import type { QueryContext } from '../../context.js';
import type { FlowKey } from '../../plan/identity.js';
import type { Plan } from '../../plan/plan.js';
import { fileMessages } from './file-messages.js';

/** What was received, for summaries and `explain analyze`. */
export interface Traffic {
  bytes: number;
  repeats: number;
}

/** The messages that a plan requests, in chunks. @throws CtqError */
export async function* messagesOf(plan: Plan, session: QueryContext, traffic: Traffic): AsyncGenerator<Chunk> {
  const { request } = plan;
  const kernel = (): Source => session.source(plan.place ?? session.place);
  switch (request.kind) {
    case 'dump':
      for (const { request: bytes, family } of dumpsOf(plan))
        yield* filtered(kernel(), bytes, family, session, traffic);
      return;
    case 'statistics':
      yield* dump(kernel(), plan.table === 'stats' ? cpuStats() : expectCpuStats(), session, traffic);
      return;
    case 'get':
      yield* single(kernel(), request.key, session, traffic);
      return;
    case 'file':
      for await (const chunk of fileMessages(plan, request.path, session)) {
        session.signal?.throwIfAborted();
        traffic.bytes += chunk.bytes.length;
        yield chunk;
      }
      return;
    case 'count':
    case 'history':
    case 'data':
    case 'result':
    case 'query':
    case 'settings':
    case 'nothing':
      return;
  }
}

/** The dump requests of a plan; those of flows with their family. */
function dumpsOf(plan: Plan): { readonly request: Uint8Array; readonly family?: number }[] {
  if (plan.request.kind !== 'dump') return [];
  const { filters } = plan.request;
  switch (plan.table) {
    case 'expect':
      return filters.map(({ family }) => ({ request: dumpExpectations(family) }));
    case 'dying':
      return filters.map(({ family }) => ({ request: dumpDying(family) }));
    case 'unconfirmed':
      return filters.map(({ family }) => ({ request: dumpUnconfirmed(family) }));
    default:
      return filters.map(filter => ({ request: dumpFlows(filter), family: filter.family }));
  }
}

/**
 * The kernel rejects some filters that match no entry, such as an ICMP type that it does not track. Then the dump is repeated without
 * the filter; every row is checked against the whole condition anyway.
 */
async function* filtered(
  source: Source,
  request: Uint8Array,
  family: number | undefined,
  session: QueryContext,
  traffic: Traffic,
): AsyncGenerator<Chunk> {
  let hasChunks = false;
  try {
    for await (const chunk of dump(source, request, session, traffic)) {
      hasChunks = true;
      yield chunk;
    }
  } catch (error) {
    if (hasChunks || !isRefusedFilter(error)) throw error;
    yield* dump(source, dumpFlows({ family }), session, traffic);
  }
}

async function* dump(
  source: Source,
  request: Uint8Array,
  session: QueryContext,
  traffic: Traffic,
): AsyncGenerator<Chunk> {
  const stream = source.dump(request, session.signal);
  try {
    for await (const chunk of stream) {
      traffic.bytes += chunk.bytes.length;
      yield chunk;
    }
  } finally {
    traffic.repeats += stream.repeats;
  }
  if (stream.incomplete !== undefined) session.incomplete?.(stream.incomplete);
  if (stream.interrupted)
    session.warn('the table was resized during the dump: entries may be missing or duplicated', 'run the query again');
}

/** The entry of a key. A missing entry is not an error of a query. */
async function* single(source: Source, key: FlowKey, session: QueryContext, traffic: Traffic): AsyncGenerator<Chunk> {
  let messages: readonly Uint8Array[] = [];
  try {
    messages = await source.exchange(
      getFlow(tupleOf(key), { zone: key.zone, direction: key.direction }),
      session.signal,
    );
  } catch (error) {
    if (isRefusedFilter(error)) yield* dump(source, dumpFlows({ family: key.family }), session, traffic);
    else if (!(error instanceof CtqError && error.errno?.name === 'ENOENT')) throw error;
  }
  for (const bytes of messages) {
    traffic.bytes += bytes.length;
    yield { bytes };
  }
}

/** The tuple of a key, to encode a get. */
export function tupleOf(key: FlowKey): Tuple {
  const { src, dst, proto, sport, dport, icmpType, icmpCode, icmpId } = key;
  return { src: src as Address, dst: dst as Address, proto, sport, dport, icmpType, icmpCode, icmpId };
}
