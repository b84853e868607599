import { abortable } from '../../../../abortable.js';
import { CtqError } from '../../../../errors.js';
import { decodeFrame, HEARTBEAT, type MemberFrame, type PartRequest } from '../../protocol/protocol.js';
import { memberError, noAnswer } from '../link.js';
import { type Bus, partSubject } from './bus.js';

/** How long (ms) is waited for the answer to a request; then it is sent again. A job that arrives twice is run once. */
export const BEGIN_TIMES = [1000, 2000];
export const PART_TIMES = [HEARTBEAT + 1000, HEARTBEAT + 2000, HEARTBEAT + 4000];

export interface RequestOptions {
  /** How long each attempt may take, in ms. */
  readonly times: readonly number[];
  readonly signal: AbortSignal | undefined;
  /** When all of them end, by performance.now(). */
  readonly end?: number;
}

/** Sends a request to a member, again if there is no answer, and waits for its answer. @throws CtqError */
export async function requestFrame(
  bus: Bus,
  subject: string,
  bytes: Uint8Array,
  { times, signal, end = Number.POSITIVE_INFINITY }: RequestOptions,
): Promise<MemberFrame> {
  for (const [i, ms] of times.entries()) {
    signal?.throwIfAborted();
    const left = end - performance.now();
    if (left <= 0) throw noAnswer();
    try {
      // The client refuses less than a millisecond.
      return decodeFrame(await abortable(bus.request(subject, bytes, Math.min(ms, Math.ceil(left))), signal));
    } catch (error) {
      if (signal?.aborted || !(error instanceof CtqError) || error.code === 'fleet-malformed') throw error;
      if (error.code === 'fleet-not-connected') {
        // An agent that was there has gone: its answer is lost.
        throw subject.startsWith('ctq.v1.part.') ? memberError(error.code, 'the connection to it was lost') : error;
      }
      if (i === times.length - 1) throw error.code === 'fleet-silent' ? noAnswer() : error;
    }
  }
  throw noAnswer();
}

/** Asks a member for what belongs to a job that has begun. @throws CtqError */
export const requestPart = (
  bus: Bus,
  member: string,
  request: PartRequest,
  options: Omit<RequestOptions, 'times'>,
): Promise<MemberFrame> => requestFrame(bus, partSubject(member), json(request), { times: PART_TIMES, ...options });

/** Sends a request to a member, without an answer. */
export const sendToMember = (bus: Bus, member: string, request: PartRequest): void =>
  bus.publish(partSubject(member), json(request));

const json = (request: PartRequest): Uint8Array => Buffer.from(JSON.stringify(request), 'utf8');
