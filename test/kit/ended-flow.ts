import { NO_CONTEXT } from '../../src/engine/ctnetlink/row-context.js';
import { MessageView } from '../../src/engine/ctnetlink/view/view.js';
import { IPCTNL_MSG_CT_DELETE } from './encode.js';
import { flowMessage } from './messages.js';

/** ms as ns. */
export const ns = (ms: number): bigint => BigInt(ms) * 1_000_000n;

/**
 * A flow of 10.0.0.1, translated to 203.0.113.7, that ended.
 * @param start ms @param stop ms; undefined where the kernel does not know it
 */
export function endedFlow(id: number, start: number, stop: number | undefined, bytes: number): MessageView {
  const tuple = { src: 0x0a000001, dst: 0xc0000201, proto: 17, sport: 1000 + (id % 60_000), dport: 53 };
  const reply = { src: tuple.dst, dst: 0xcb007107, proto: 17, sport: 53, dport: 40_000 + (id % 25_000) };
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
