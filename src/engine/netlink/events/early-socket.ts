/** A socket that was subscribed before the program was loaded; events until then are queued in its buffer. */

import { closeSync } from 'node:fs';

/** 256 MiB as the kernel counts it: 200,000 events. Taken only as they come. */
export const RECEIVE_BUFFER = 128 << 20;

/** A multicast group, and how its messages are distinguished from those of the others. */
export interface Group {
  readonly group: number;
  /** nlmsg_type */
  readonly type: number;
  /** Whether NLM_F_CREATE is set; either where left out. */
  readonly created?: boolean;
}

export interface EarlySocket {
  readonly fd: number;
  readonly groups: readonly Group[];
}

let early: EarlySocket | undefined;

/** Offers a socket of this process's own network namespace to the first subscription there. */
export function offerEarlySocket(socket: EarlySocket): void {
  early = socket;
}

/** Takes the offered socket, once; undefined if it lacks one of the groups. */
export function takeEarlySocket(groups: readonly number[]): EarlySocket | undefined {
  const offered = early;
  early = undefined;
  if (offered === undefined || groups.every(group => offered.groups.some(known => known.group === group)))
    return offered;
  closeSync(offered.fd);
  return undefined;
}
