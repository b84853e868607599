import {
  CTA_STATS,
  CTA_STATS_EXP,
  CTA_STATS_GLOBAL,
  IPCTNL_MSG_CT_GET_CTRZERO,
  IPCTNL_MSG_CT_GET_STATS,
  IPCTNL_MSG_CT_GET_STATS_CPU,
  NLM_F_MULTI,
} from './constants.js';
import type { MessageView } from './view/view.js';
import { Writer } from './writer.js';

/** Counters by the kernel's names of their attributes; those that a kernel does not send are left out. */
type Counts<T> = { readonly [K in keyof T]?: number };

/** Per-CPU statistics of the conntrack table (CTA_STATS_*). */
export interface CpuStats extends Counts<typeof CTA_STATS> {
  readonly cpu: number;
}

/** Per-CPU statistics of the expectation table (CTA_STATS_EXP_*). */
export interface ExpectCpuStats extends Counts<typeof CTA_STATS_EXP> {
  readonly cpu: number;
}

/** CTA_STATS_GLOBAL_*: ENTRIES of the network namespace, the dying included; MAX_ENTRIES of the whole machine. */
export type GlobalStats = Counts<typeof CTA_STATS_GLOBAL>;

function read<T extends Readonly<Record<string, number>>>(attributes: T, view: MessageView): Counts<T> {
  const counts: Record<string, number> = {};
  for (const [name, attribute] of Object.entries(attributes)) {
    const count = view.number(attribute);
    if (count >= 0) counts[name] = count;
  }
  return counts as Counts<T>;
}

function write<T extends Readonly<Record<string, number>>>(
  attributes: T,
  counts: Counts<T>,
  type: number,
  cpu: number,
): Uint8Array<ArrayBuffer> {
  const writer = new Writer(128);
  writer.begin({ type, flags: NLM_F_MULTI, resId: cpu });
  for (const [name, attribute] of Object.entries(attributes)) {
    const count = counts[name];
    if (count !== undefined) writer.be32(attribute, count);
  }
  writer.end();
  return writer.take();
}

export const decodeCpuStats = (view: MessageView): CpuStats => ({ cpu: view.cpu, ...read(CTA_STATS, view) });

export const cpuStatsMessage = (stats: CpuStats): Uint8Array<ArrayBuffer> =>
  write(CTA_STATS, stats, IPCTNL_MSG_CT_GET_STATS_CPU, stats.cpu);

export const decodeExpectCpuStats = (view: MessageView): ExpectCpuStats => ({
  cpu: view.cpu,
  ...read(CTA_STATS_EXP, view),
});

/** The kernel answers with the type of CTRZERO in the subsystem of the conntrack table. */
export const expectCpuStatsMessage = (stats: ExpectCpuStats): Uint8Array<ArrayBuffer> =>
  write(CTA_STATS_EXP, stats, IPCTNL_MSG_CT_GET_CTRZERO, stats.cpu);

export const decodeGlobalStats = (view: MessageView): GlobalStats => read(CTA_STATS_GLOBAL, view);

export const globalStatsMessage = (stats: GlobalStats): Uint8Array<ArrayBuffer> =>
  write(CTA_STATS_GLOBAL, stats, IPCTNL_MSG_CT_GET_STATS, 0);
