/**
 * Queries, deletes and a watch while other processes open and close flows as fast as they can, and at last with a table that is full.
 *
 *   SOAK_SECONDS=300 npm test -- test/kernel/churn.test.ts
 */
import { readFileSync } from 'node:fs';
import { ERRNO } from '../../src/engine/errno.js';
import { change, Entries, testSession } from '../engine/change/support.js';
import { select } from '../kit/engine.js';
import { encodeFlow, PROTOCOL, STATUS } from '../kit/flow.js';
import { setSysctl } from '../kit/namespace.js';
import { mustRequest, request } from '../kit/netlink.js';
import { conntrack } from '../kit/oracle.js';
import { Program } from '../kit/program.js';
import { programLine } from '../kit/start-program.js';
import { Gathered, watching } from '../kit/watching.js';

export interface Churned {
  readonly queries: number;
  /** Rows of queries, each of them compared with what it must be. */
  readonly rows: number;
  /** Rows that did not meet their condition, came twice, or did not come though no one touched them. */
  readonly wrong: number;
  /** Entries that the kernel's dumps gave again, and ctq left out. */
  readonly repeats: number;
  readonly deletes: number;
  readonly deleted: number;
  /** Entries that met the condition and were left, or did not and went. */
  readonly wrongDeletes: number;
  /** Flows that the others opened. */
  readonly churned: number;
  /** Rows that the watch showed, and events that it counted as lost. */
  readonly watched: number;
  readonly wrongEvents: number;
  readonly lost: number;
  /** Entries of the table when it was full; 0 where it could not be filled. */
  readonly full: number;
  /** The answer to one more. */
  readonly refusal: string;
}

const STABLE = 2000;
const MARK = 0x7777;

/** Flows that only this test touches. */
const stable = (src: string, count: number, mark: number): Buffer[] =>
  Array.from({ length: count }, (_, n) =>
    encodeFlow({
      proto: PROTOCOL.tcp,
      orig: { src, dst: '192.0.2.9', sport: 20_000 + n, dport: 443 },
      status: STATUS.SEEN_REPLY | STATUS.ASSURED,
      tcp: { state: 3 },
      mark,
    }),
  );

/** ASSURED flows of a source, which the kernel does not drop to make room. */
function* assured(src: string, count: number): Generator<Buffer> {
  const port = Buffer.from([0xbe, 0xef]);
  const flow = encodeFlow({
    proto: PROTOCOL.tcp,
    orig: { src, dst: '192.0.2.9', sport: port.readUInt16BE(), dport: 443 },
    status: STATUS.SEEN_REPLY | STATUS.ASSURED,
    tcp: { state: 3 },
  });
  const places = [flow.indexOf(port), flow.lastIndexOf(port)];
  for (let n = 0; n < count; n++) {
    for (const place of places) flow.writeUInt16BE(1024 + n, place);
    yield flow;
  }
}

/** Fills the table until the kernel takes no more. */
function fill(): number {
  const max = Number(readFileSync('/proc/sys/net/netfilter/nf_conntrack_max', 'utf8'));
  if (max > 1_200_000) return 0;
  for (let block = 0; block * 10_000 < max + 20_000; block++) {
    // What is there already from the first time is refused too, with EEXIST.
    const refused = request(assured(`10.200.${block >> 8}.${block & 255}`, 10_000));
    if ([...refused.values()].includes(ERRNO.ENOMEM)) break;
  }
  return Number(conntrack(['-C']).stdout);
}

export async function soakChurn(seconds: number): Promise<Churned> {
  setSysctl('net/netfilter/nf_conntrack_events', 1);
  const churners = [1, 2].map(n => new Program(programLine('test/bench/churn-flows.ts', String(n))));
  mustRequest(stable('10.99.0.1', STABLE, MARK));
  const session = testSession();
  const output = new Gathered();
  let watched = 0;
  let wrongEvents = 0;
  output.on('text', () => {
    const end = output.text.lastIndexOf('\n');
    for (const line of output.text.slice(0, end).split('\n')) {
      if (line === '') continue;
      watched++;
      if (!line.startsWith('{"event":"lost"') && !/"event":"(new|destroy)","mark":(99|0)\b/.test(line)) wrongEvents++;
    }
    output.text = output.text.slice(end + 1);
  });
  const stop = new AbortController();
  const watch = watching('watch event, mark from conntrack on new, destroy where mark in (99, 0) output jsonl', {
    output,
    signal: stop.signal,
  });
  for (const each of churners) await each.waitFor(/^\d+\n/m, 60_000);

  let [queries, rows, wrong, repeats, deletes, deleted, wrongDeletes] = [0, 0, 0, 0, 0, 0, 0];
  const queryStable = async (): Promise<void> => {
    const where = queries % 3 === 0 ? 'src = 10.99.0.1' : queries % 3 === 1 ? `mark = ${MARK}` : 'src = 10.99.0.0/16';
    const result = await select(`select sport, mark, src from conntrack where ${where}`, {
      kernelFilter: queries % 2 === 0,
    });
    queries++;
    rows += result.rows.length;
    repeats += result.summary.repeats;
    const ports = new Set(result.rows.map(([sport]) => sport));
    wrong += result.rows.length - ports.size + Math.abs(STABLE - ports.size);
    wrong += result.rows.filter(([, mark]) => mark !== MARK).length;
  };
  const end = performance.now() + seconds * 1000;
  do {
    await queryStable();
    const all = await select(
      'select src, dport from conntrack where dport in (80, 443) and src in (10.7.0.0/16, 10.8.0.0/16)',
    );
    queries++;
    rows += all.rows.length;
    repeats += all.summary.repeats;
    wrong += all.rows.filter(
      ([src, dport]) => ![0x0a07, 0x0a08].includes(Number(src) >>> 16) || ![80, 443].includes(dport as number),
    ).length;
    mustRequest(stable('10.98.0.1', 300, 5));
    const gone = new Entries();
    await change('delete from conntrack where src = 10.98.0.0/16 and mark = 5', session, { sink: gone });
    deletes++;
    deleted += gone.names.length;
    wrongDeletes += Math.abs(300 - gone.names.length) + gone.names.filter(name => !name.includes('10.98.0.1')).length;
  } while (performance.now() < end);

  // Up to its maximum with the others still at it, then without them, and without a flow that the kernel would give up.
  let full = fill();
  await queryStable();
  const churned = churners.reduce((sum, each) => sum + Number(each.stdout.trim().split('\n').at(-1)), 0);
  await Promise.all(churners.map(each => each.stop('SIGKILL')));
  await change('delete from conntrack where not status has ASSURED', session);
  let refusal = '';
  if (full > 0) {
    full = fill();
    await queryStable();
    const { refusals } = await change(
      'insert into conntrack set proto = udp, src = 10.97.0.1, dst = 10.97.0.2, sport = 1, dport = 2, timeout = 1h',
      session,
    );
    refusal = `${refusals[0]?.error.errno?.name ?? ''} ${session.warnings.join(' ')}`;
    await change('delete from conntrack where src = 10.200.0.0/16', session);
    await queryStable();
  }
  stop.abort(new Error('enough'));
  const { dropped } = await watch.ended;
  await session.close();
  return {
    queries,
    rows,
    wrong,
    repeats,
    deletes,
    deleted,
    wrongDeletes,
    churned,
    watched,
    wrongEvents,
    lost: dropped,
    full,
    refusal,
  };
}
