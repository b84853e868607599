/** What the soaks share: a network namespace of their own, and flows that begin and end in it. */
import { spawnSync } from 'node:child_process';
import { readlinkSync } from 'node:fs';
import { encodeFlow, PROTOCOL, STATUS } from '../kit/flow.js';

/** Runs a file with the arguments of this process in a network namespace of its own. @returns its exit status */
export function runInNamespace(file: string): number {
  const env = { ...process.env, CTQ_TEST_OUTER_NETNS: readlinkSync('/proc/self/ns/net') };
  const unshare = process.getuid?.() === 0 ? ['-n'] : ['-Urn'];
  const node = [process.execPath, ...process.execArgv, file, ...process.argv.slice(2)];
  return spawnSync('unshare', [...unshare, '--', ...node], { stdio: 'inherit', env }).status ?? 1;
}

/** The source of the n-th flow. */
export type SourceOf = (n: number) => { readonly src: string; readonly sport: number };

/** Requests that create or delete established TCP flows to port 443, one for each number. */
export function* soakFlows(
  sourceOf: SourceOf,
  from: number,
  count: number,
  type: 'create' | 'delete',
): Generator<Buffer> {
  for (let n = from; n < from + count; n++) {
    const bytes = encodeFlow({
      proto: PROTOCOL.tcp,
      orig: { ...sourceOf(n), dst: '192.0.2.80', dport: 443 },
      timeout: 3600,
      status: STATUS.SEEN_REPLY,
      tcp: { state: 3 },
    });
    if (type === 'delete') {
      bytes.writeUInt16LE(0x102, 4);
      bytes.writeUInt16LE(1, 6);
    }
    yield bytes;
  }
}

export const mebibytes = (bytes: number): string => `${(bytes / (1 << 20)).toFixed(0)} MiB`;

/** By how much resident memory grew after the first minute, which fills the pools. @param resident every ten seconds, in bytes */
export function growthOf(resident: readonly number[]): number {
  const settled = resident.slice(Math.min(6, Math.floor(resident.length / 3)));
  return (settled.at(-1) ?? 0) - (settled[0] ?? 0);
}
