import type { Address } from '../../../lang/values/value.js';
import {
  cpuStats,
  dumpDying,
  dumpExpectations,
  dumpFlows,
  dumpUnconfirmed,
  expectCpuStats,
  getFlow,
} from '../../ctnetlink/requests/requests.js';
import type { Tuple } from '../../ctnetlink/tuple.js';
import { CtqError } from '../../errors.js';
import type { Chunk } from '../../netlink/streams.js';
import type { Source } from '../../sources/source.js';
import type { Session } from '../context.js';
import type { FlowKey } from '../plan/identity.js';
import type { Plan } from '../plan/plan.js';
import { fileRows } from './file-rows.js';

/** What came from where the rows are, for summaries and `explain analyze`. */
export interface Traffic {
  bytes: number;
  repeats: number;
}

/** The messages that a plan asks for, in chunks. */
export async function* rowsOf(plan: Plan, session: Session, traffic: Traffic): AsyncGenerator<Chunk> {
  const { request } = plan;
  const kernel = (): Source => session.kernel(plan.place ?? session.place);
  switch (request.kind) {
    case 'dump':
      for (const bytes of dumpsOf(plan)) yield* dump(kernel(), bytes, session, traffic);
      return;
    case 'statistics':
      yield* dump(kernel(), plan.table === 'stats' ? cpuStats() : expectCpuStats(), session, traffic);
      return;
    case 'get':
      for (const message of await single(kernel(), request.key, session.signal)) {
        traffic.bytes += message.length;
        yield { bytes: message };
      }
      return;
    case 'file':
      for await (const chunk of fileRows(plan, request.path, session)) {
        session.signal?.throwIfAborted();
        traffic.bytes += chunk.bytes.length;
        yield chunk;
      }
      return;
    case 'count':
    case 'settings':
    case 'nothing':
      return;
  }
}

function dumpsOf(plan: Plan): Uint8Array[] {
  if (plan.request.kind !== 'dump') return [];
  const { filters } = plan.request;
  switch (plan.table) {
    case 'expect':
      return filters.map(({ family }) => dumpExpectations(family));
    case 'dying':
      return filters.map(({ family }) => dumpDying(family));
    case 'unconfirmed':
      return filters.map(({ family }) => dumpUnconfirmed(family));
    default:
      return filters.map(filter => dumpFlows(filter));
  }
}

async function* dump(source: Source, request: Uint8Array, session: Session, traffic: Traffic): AsyncGenerator<Chunk> {
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
    session.warn(
      'the kernel says that its table changed its shape while it was read: entries may be missing, or come twice',
      'run it again',
    );
}

/** The one entry of a key; none is no error of a query. */
async function single(source: Source, key: FlowKey, signal?: AbortSignal): Promise<readonly Uint8Array[]> {
  try {
    return await source.exchange(getFlow(tupleOf(key), { zone: key.zone, direction: key.direction }), signal);
  } catch (error) {
    if (error instanceof CtqError && error.errno?.name === 'ENOENT') return [];
    throw error;
  }
}

export function tupleOf(key: FlowKey): Tuple {
  const { src, dst, proto, sport, dport, icmpType, icmpCode, icmpId } = key;
  return { src: src as Address, dst: dst as Address, proto, sport, dport, icmpType, icmpCode, icmpId };
}
