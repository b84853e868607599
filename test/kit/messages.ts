/** Messages as the kernel sends them, written by ctq's own codec: what is read back must be the same. */

import { type Expectation, encodeExpectation } from '../../src/engine/ctnetlink/codec/expectation.js';
import { encodeFlow, type Flow } from '../../src/engine/ctnetlink/codec/flow.js';
import type { GlobalStats } from '../../src/engine/ctnetlink/codec/stats.js';
import type { Tuple } from '../../src/engine/ctnetlink/codec/tuple.js';
import { type MessageHeader, Writer } from '../../src/engine/ctnetlink/codec/writer.js';
import { CTA_STATS, CTA_STATS_EXP, CTA_STATS_GLOBAL } from '../../src/engine/ctnetlink/constants.js';
import type { MessageView } from '../../src/engine/ctnetlink/view/view.js';

const NLM_F_MULTI = 0x2;
const IPCTNL_MSG_CT_GET_CTRZERO = 0x103;
const IPCTNL_MSG_CT_GET_STATS_CPU = 0x104;
const IPCTNL_MSG_CT_GET_STATS = 0x105;

type Bytes = Uint8Array<ArrayBuffer>;

function message(header: MessageHeader, write: (writer: Writer) => void): Bytes {
  const writer = new Writer(512);
  writer.begin(header);
  write(writer);
  writer.end();
  return writer.take();
}

export const flowMessage = (
  flow: Flow,
  header: Omit<MessageHeader, 'family'>,
  purpose: 'entry' | 'create' = 'entry',
): Bytes => message({ ...header, family: flow.family }, writer => encodeFlow(flow, writer, purpose));

export const expectationMessage = (expectation: Expectation, header: Omit<MessageHeader, 'family'>): Bytes =>
  message({ ...header, family: expectation.family }, writer => encodeExpectation(expectation, writer));

/** A mask of a tuple in which every bit counts. */
export function exactMask({ src, proto, sport, dport, icmpId }: Tuple): Tuple {
  const address = typeof src === 'number' ? 0xffffffff : '\uffff'.repeat(8);
  return {
    src: address,
    dst: address,
    proto,
    ...(sport === undefined ? {} : { sport: 0xffff }),
    ...(dport === undefined ? {} : { dport: 0xffff }),
    ...(icmpId === undefined ? {} : { icmpId: 0xffff, icmpType: 0xff, icmpCode: 0xff }),
  };
}

/** Counters by the kernel's names of their attributes; those that a kernel does not send are left out. */
type Counts<T> = { readonly [K in keyof T]?: number };

/** Statistics of the conntrack table on one CPU. */
export interface CpuStats extends Counts<typeof CTA_STATS> {
  readonly cpu: number;
}

/** Statistics of the expectation table on one CPU. */
export interface ExpectCpuStats extends Counts<typeof CTA_STATS_EXP> {
  readonly cpu: number;
}

type Attributes = Readonly<Record<string, number>>;

function read<T extends Attributes>(attributes: T, view: MessageView): Counts<T> {
  const counts = Object.entries(attributes).map(([name, attribute]) => [name, view.number(attribute)] as const);
  return Object.fromEntries(counts.filter(([, count]) => count >= 0)) as Counts<T>;
}

const write = <T extends Attributes>(attributes: T, counts: Counts<T>, type: number, cpu: number): Bytes =>
  message({ type, flags: NLM_F_MULTI, resId: cpu }, writer => {
    for (const [name, attribute] of Object.entries(attributes)) {
      const count = counts[name];
      if (count !== undefined) writer.be32(attribute, count);
    }
  });

export const decodeCpuStats = (view: MessageView): CpuStats => ({ cpu: view.cpu, ...read(CTA_STATS, view) });
export const cpuStatsMessage = (stats: CpuStats): Bytes =>
  write(CTA_STATS, stats, IPCTNL_MSG_CT_GET_STATS_CPU, stats.cpu);

export const decodeExpectCpuStats = (view: MessageView): ExpectCpuStats => ({
  cpu: view.cpu,
  ...read(CTA_STATS_EXP, view),
});
/** The kernel answers with the type of CTRZERO in the subsystem of the conntrack table. */
export const expectCpuStatsMessage = (stats: ExpectCpuStats): Bytes =>
  write(CTA_STATS_EXP, stats, IPCTNL_MSG_CT_GET_CTRZERO, stats.cpu);

export const globalStatsMessage = (stats: GlobalStats): Bytes =>
  write(CTA_STATS_GLOBAL, stats, IPCTNL_MSG_CT_GET_STATS, 0);
