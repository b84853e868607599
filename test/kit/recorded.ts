/** Flows that ended, and a recorder that sends them to a server. */
import { readdirSync } from 'node:fs';
import { NO_CONTEXT } from '../../src/engine/ctnetlink/row-context.js';
import { MessageView } from '../../src/engine/ctnetlink/view/view.js';
import { ServerRecorder } from '../../src/engine/sources/history/clickhouse/recorder.js';
import { serverOf } from '../../src/lang/schema/history-server.js';
import { integer } from '../../src/lang/values/value.js';
import { IPCTNL_MSG_CT_DELETE } from './encode.js';
import { flowMessage } from './messages.js';

/** ms as ns. */
export const ns = (ms: number): bigint => BigInt(ms) * 1_000_000n;

/** A flow of 10.0.0.1, translated to 203.0.113.7. @param stop undefined: it is open */
export function flowAt(id: number, start: number, stop: number | undefined, bytes: number): MessageView {
  const tuple = { src: 0x0a000001, dst: 0xc0000201, proto: 17, sport: 1000 + (id % 60_000), dport: 53 };
  const reply = { src: tuple.dst, dst: 0xcb007107, proto: 17, sport: 53, dport: 40_000 + (id % 20_000) };
  const view = new MessageView();
  view.set(
    flowMessage(
      {
        family: 2,
        orig: tuple,
        reply,
        id,
        status: 0x18,
        origCounters: { packets: 1, bytes },
        replyCounters: { packets: 0, bytes: 0 },
        timestamps: { start: ns(start), ...(stop === undefined ? {} : { stop: ns(stop) }) },
      },
      { type: IPCTNL_MSG_CT_DELETE, flags: 0, seq: 0 } as never,
    ),
    0,
  );
  view.context = NO_CONTEXT;
  return view;
}

export interface Spooled {
  readonly spool: string;
  readonly warnings: string[];
  readonly gateway: string;
  /** Bytes that may wait. */
  readonly size: number;
  /** ms. */
  now(): number;
}

export const openServerRecorder = (
  store: string,
  { spool, warnings = [], gateway = 'gw1', size = 2 ** 30, now = Date.now }: Partial<Spooled> & { spool: string },
): Promise<ServerRecorder> =>
  ServerRecorder.open({
    server: serverOf(store),
    gateway,
    netns: '',
    spool: { folder: spool, size },
    now: () => integer(ns(now())),
    warn: message => void warnings.push(message),
  });

/** Waits until nothing waits in a spool any more. */
export async function sentFrom(spool: string): Promise<void> {
  for (let i = 0; i < 1000; i++) {
    if (!readdirSync(spool, { recursive: true }).some(name => isSegment(String(name)))) return;
    await new Promise(done => setTimeout(done, 20));
  }
  throw new Error('segments still wait');
}

const isSegment = (path: string): boolean => !path.includes('rejected/') && /\/\d[\d-]*[0-9a-f]*\.[a-z]+$/.test(path);
