/** The thread that receives events: runs one job at a time, and blocks in it. */
import { parentPort } from 'node:worker_threads';
import { CtqError, internalError } from '../../errors.js';
import { malformed } from '../answer.js';
import { NLM_F_CREATE, NLMSG_HDRLEN, NLMSG_MIN_TYPE } from '../constants.js';
import { Datagrams } from '../messages/datagrams.js';
import { align4, DATAGRAM } from '../messages/framing.js';
import { monotonicMs } from '../monotonic.js';
import { NetlinkSocket } from '../socket.js';
import { BufferPool } from './buffer-pool.js';
import { type FoundProgram, type Job, type PostedEnd, RUN } from './jobs.js';
import { newProgramOf, prepareForPrograms } from './programs.js';

/** A buffer is handed over when it is full, or this long (ms) after its first event. */
const HANDING_MS = 20;

/**
 * Least time (ms) between two buffers that are handed over, unless one is full: waking the other thread for each event costs more than
 * the event. An event after a pause is handed over at once.
 */
const PACE_MS = 5;

/** Events received by one call: each is a datagram. */
const AT_ONCE = 64;

/**
 * Time limit (ms) of one wait for events. Stopping the job ends the wait with a message, but a process that exits waits for its
 * threads, which notice that only between two calls.
 */
const WAIT_MS = 100;

function isWanted({ unwanted }: Job, type: number, flags: number): boolean {
  if (type < NLMSG_MIN_TYPE) return false;
  if (unwanted === undefined) return true;
  const isCreated = (flags & NLM_F_CREATE) !== 0;
  return !unwanted.some(group => group.type === type && (group.created ?? isCreated) === isCreated);
}

function receive(job: Job): PostedEnd {
  const socket = NetlinkSocket.borrow(job.fd);
  const credit = new BufferPool(job);
  const datagrams = new Datagrams(AT_ONCE);
  const { u16, u32 } = datagrams.buffer;
  prepareForPrograms();
  let answered = 0;
  /** Datagrams received, and the next one to be copied. */
  let received = 0;
  let next = 0;
  let handedAt = Number.NEGATIVE_INFINITY;
  for (let ended = false; !ended; ) {
    const buffer = credit.take();
    if (buffer === undefined) break;
    const target = buffer.u32;
    let length = 0;
    let count = 0;
    let since = 0;
    let emptyAt: number | undefined;
    const programs: FoundProgram[] = [];
    const add = (at: number, size: number): void => {
      if (!isWanted(job, u16[(at >> 1) + 2], u16[(at >> 1) + 3])) return;
      const portid = u32[(at >> 2) + 3];
      const program = portid === 0 ? undefined : newProgramOf(portid);
      if (program !== undefined) programs.push({ portid, ...program });
      // Word by word, which is faster than a call for so few bytes.
      const end = (at + align4(size)) >> 2;
      for (let to = length >> 2, from = at >> 2; from < end; ) target[to++] = u32[from++];
      length += align4(size);
      count++;
    };
    for (;;) {
      if (next === received) {
        if (since === 0) since = performance.now();
        else if (performance.now() - since > HANDING_MS) break;
        const { stop, asked } = credit;
        const isWaiting = stop === RUN && asked === answered;
        const pause = count === 0 ? WAIT_MS : Math.max(0, Math.ceil(handedAt + PACE_MS - performance.now()));
        received = socket.receiveMany(datagrams, isWaiting ? pause : 0);
        next = 0;
        if (received === 0) {
          since = 0;
          if (count === 0 && isWaiting) continue;
          answered = asked;
          emptyAt = monotonicMs();
          ended = stop !== RUN;
          break;
        }
      }
      const begin = next * DATAGRAM;
      const end = begin + datagrams.lengths[next];
      if (length + align4(end - begin) > job.bytes) break;
      for (let at = begin; at < end; ) {
        const size = end - at < NLMSG_HDRLEN ? 0 : u32[at >> 2];
        if (size < NLMSG_HDRLEN || at + size > end) throw malformed(size, end - at);
        add(at, size);
        at += align4(size);
      }
      next++;
    }
    handedAt = performance.now();
    credit.post(buffer, { length, count, dropped: socket.dropped(), emptyAt, programs });
  }
  return { kind: 'end' };
}

function run(job: Job): PostedEnd {
  try {
    return receive(job);
  } catch (error) {
    const fault = error instanceof CtqError ? error : internalError(`the receiving thread failed: ${error}`);
    return { kind: 'end', fault: fault.asData };
  }
}

parentPort?.on('message', (job: Job) => {
  const end = run(job);
  job.port.postMessage(end);
  job.port.close();
});
