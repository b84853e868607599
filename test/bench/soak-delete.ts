/**
 * Deletes by condition while other processes open and close flows: every entry that matches at the dump must go, and none that
 * does not. What ctq deleted is seen in the kernel's own events.
 *
 *   SOAK_SECONDS=60 npm test -- test/kernel/change-soak.test.ts
 */
import { NFNLGRP_CONNTRACK_DESTROY } from '../../src/engine/ctnetlink/constants.js';
import { MessageView } from '../../src/engine/ctnetlink/view/view.js';
import { parseAddress } from '../../src/lang/values/address.js';
import { change, Entries, testSession } from '../engine/change/support.js';
import { encodeFlow, PROTOCOL } from '../kit/flow.js';
import { setSysctl } from '../kit/namespace.js';
import { mustRequest } from '../kit/netlink.js';
import { Program } from '../kit/program.js';
import { programLine } from '../kit/start-program.js';

export interface Soaked {
  readonly rounds: number;
  /** Entries that ctq deleted, by the kernel's events. */
  readonly deleted: number;
  /** Of them those that do not meet the condition. */
  readonly wrong: number;
  /** Entries that met the condition before the statement, and that no one else touched, and were there afterwards. */
  readonly left: number;
  /** Entries that did not meet it, that no one else touched, and were gone. */
  readonly lost: number;
  /** Flows that the others opened. */
  readonly churned: number;
  /** Events that the kernel had no room for. */
  readonly dropped: number;
}

/** What each round deletes, and whether a flow of those addresses and ports meets it. */
const STATEMENTS = [
  {
    where: 'src = 10.7.0.0/16 and dport = 443',
    meets: (src: number, dport: number) => src >>> 16 === 0x0a07 && dport === 443,
  },
  {
    where: 'proto = tcp and dport = 443',
    meets: (_: number, dport: number, proto: number) => dport === 443 && proto === 6,
  },
] as const;

const STABLE = 500;
/** Ports that the others do not use. */
const stable = (src: string, dport: number): Buffer[] =>
  Array.from({ length: STABLE }, (_, n) =>
    encodeFlow({
      proto: PROTOCOL.tcp,
      orig: { src, dst: '192.0.2.9', sport: 50_000 + n, dport },
      tcp: { state: 3 },
    }),
  );

export async function soakDeletes(seconds: number): Promise<Soaked> {
  setSysctl('net/netfilter/nf_conntrack_events', 1);
  const session = testSession();
  const source = session.source({ kind: 'kernel' });
  const churners = [1, 2].map(n => new Program(programLine('test/bench/churn-flows.ts', String(n))));
  const events = source.listen([NFNLGRP_CONNTRACK_DESTROY], {
    // A delete that is not seen cannot be judged: none may be dropped while this thread is busy deleting.
    receiveBuffer: 256 << 20,
    buffers: 1024,
  });
  let deleted = 0;
  let wrong = 0;
  let own = 0;
  let current: (typeof STATEMENTS)[number] = STATEMENTS[0];
  const watching = (async () => {
    const view = new MessageView();
    for await (const { bytes } of events) {
      for (let at = 0; at < bytes.length; ) {
        at = view.set(bytes, at);
        const src = view.orig.srcAddress() as number;
        if (own === 0 && src === parseAddress('10.9.9.9')) own = view.portid;
        if (view.portid !== own || own === 0 || src === parseAddress('10.9.9.9')) continue;
        deleted++;
        if (!STATEMENTS.some(({ meets }) => meets(src, view.orig.dport, view.orig.proto))) wrong++;
      }
    }
  })();
  // One delete that is known makes the port known by which ctq's deletes are distinguished from others'.
  mustRequest([encodeFlow({ proto: PROTOCOL.udp, orig: { src: '10.9.9.9', dst: '192.0.2.9', sport: 1, dport: 2 } })]);
  await change('delete from conntrack where src = 10.9.9.9', session);
  mustRequest(stable('10.7.200.2', 80));
  for (const each of churners) await each.waitFor(/^\d+\n/m, 20_000);
  let left = 0;
  let rounds = 0;
  const end = performance.now() + seconds * 1000;
  for (; performance.now() < end; rounds++) {
    current = STATEMENTS[rounds % STATEMENTS.length];
    mustRequest(stable('10.7.200.1', 443));
    await change(`delete from conntrack where ${current.where}`, session);
    left += await countOf(session, '10.7.200.1');
  }
  const lost = STABLE - (await countOf(session, '10.7.200.2'));
  const churned = churners.reduce((sum, each) => sum + Number(each.stdout.trim().split('\n').at(-1)), 0);
  for (const each of churners) each.kill('SIGKILL');
  const { dropped } = events;
  events.finish();
  await watching;
  await session.close();
  return { rounds, deleted, wrong, left, lost, churned, dropped };
}

async function countOf(session: Parameters<typeof change>[1], src: string): Promise<number> {
  const entries = new Entries();
  await change(`delete from conntrack where src = ${src} and dst = 192.0.2.9`, session, {
    dryRun: true,
    sink: entries,
  });
  return entries.names.length;
}
