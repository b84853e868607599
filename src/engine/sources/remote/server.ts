import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import {
  IPCTNL_MSG_CT_GET,
  IPCTNL_MSG_CT_GET_DYING,
  IPCTNL_MSG_CT_GET_STATS,
  IPCTNL_MSG_CT_GET_STATS_CPU,
  IPCTNL_MSG_CT_GET_UNCONFIRMED,
  IPCTNL_MSG_EXP_GET,
  IPCTNL_MSG_EXP_GET_STATS_CPU,
  NFNLGRP_CONNTRACK_DESTROY,
  NFNLGRP_CONNTRACK_EXP_DESTROY,
  NFNLGRP_CONNTRACK_EXP_NEW,
  NFNLGRP_CONNTRACK_EXP_UPDATE,
  NFNLGRP_CONNTRACK_NEW,
  NFNLGRP_CONNTRACK_UPDATE,
} from '../../ctnetlink/constants.js';
import { asCtqError, CtqError } from '../../errors.js';
import type { EventStream } from '../../netlink/messages/streams.js';
import { isFilterProgram } from '../../netlink/socket-filter/validate.js';
import type { Source } from '../source.js';
import { encodeFrame, FRAME } from './frames.js';
import { type Ending, FINISH, GREETING, type Job, type Subscribed } from './job.js';

/** How often (ms) the remote side of a watch says that there are no events. */
const HEARTBEAT = 1000;

/** Types of requests that only read. */
const READING: ReadonlySet<number> = new Set([
  IPCTNL_MSG_CT_GET,
  IPCTNL_MSG_CT_GET_DYING,
  IPCTNL_MSG_CT_GET_STATS,
  IPCTNL_MSG_CT_GET_STATS_CPU,
  IPCTNL_MSG_CT_GET_UNCONFIRMED,
  IPCTNL_MSG_EXP_GET,
  IPCTNL_MSG_EXP_GET_STATS_CPU,
]);

/** Answers a query of a fleet: writes its frames. Ends when the signal is aborted. */
export type AnswerQuery = (
  query: string,
  write: (frame: Uint8Array) => Promise<void>,
  signal: AbortSignal,
) => Promise<void>;

/**
 * The remote side of `in ssh`: runs the job in the first line of its input on a source, and writes the messages unchanged. It ends
 * when its input does, so that nothing keeps running after the client has disconnected.
 */
export async function relay(
  source: Source,
  input: Readable,
  output: Writable,
  answerQuery?: AnswerQuery,
): Promise<void> {
  const ended = new AbortController();
  const write = async (bytes: Uint8Array | string): Promise<void> => {
    if (!output.write(bytes)) await once(output, 'drain', { signal: ended.signal });
  };
  output.on('error', error => ended.abort(error));
  const reader = linesOf(input);
  await write(`${GREETING}\n`);
  const first = await reader.next();
  if (first.done) return;
  let onFinish = (): void => {};
  void (async () => {
    for (;;) {
      const { done, value } = await reader.next();
      if (value === FINISH) onFinish();
      if (!done) continue;
      ended.abort(new CtqError({ code: 'relay-left', kind: 'system', message: 'the client has disconnected' }));
      return;
    }
  })();
  let ending: Ending = {};
  try {
    const job = jobOf(first.value);
    if (job.kind === 'query') {
      if (answerQuery === undefined) throw refused('this ctq relay answers no queries');
      await answerQuery(job.query, frame => write(encodeFrame(FRAME.answer, frame)), ended.signal);
    } else {
      ending = await work(source, job, write, ended.signal, finish => {
        onFinish = finish;
      });
    }
  } catch (error) {
    if (ended.signal.aborted) return;
    ending = { error: asCtqError(error).asData };
  }
  if (!ended.signal.aborted) await write(encodeFrame(FRAME.end, json(ending)));
  input.destroy();
}

/** Maximum length of a job. */
const LONGEST_LINE = 1 << 20;

async function* linesOf(input: Readable): AsyncGenerator<string> {
  let text = '';
  // A character may be divided between two pieces.
  const decoder = new StringDecoder('utf8');
  try {
    for await (const piece of input) {
      text += decoder.write(Buffer.from(piece as Uint8Array));
      for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n')) {
        yield text.slice(0, end);
        text = text.slice(end + 1);
      }
      if (text.length > LONGEST_LINE) return;
    }
  } catch {
    // It was destroyed when the job had ended.
  }
}

const json = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value), 'utf8');

/** @throws CtqError for an invalid job */
function jobOf(line: string): Job {
  let job: unknown;
  try {
    job = JSON.parse(line);
  } catch {
    // Reported below.
  }
  if (isJob(job)) return job;
  throw refused(
    'ctq relay is asked by another ctq, over ssh',
    'ask from there: ctq "select from conntrack in ssh \'HOST\'"',
  );
}

function isJob(value: unknown): value is Job {
  if (typeof value !== 'object' || value === null) return false;
  const { kind, request, groups, receiveBuffer, filter, query } = value as Readonly<Record<string, unknown>>;
  if (kind === 'dump' || kind === 'exchange') return typeof request === 'string';
  if (kind === 'query') return typeof query === 'string';
  const isSize = receiveBuffer === undefined || (Number.isSafeInteger(receiveBuffer) && Number(receiveBuffer) > 0);
  const isFilter =
    filter === undefined ||
    (Array.isArray(filter) && filter.length <= MAX_PROGRAMS && filter.every(each => typeof each === 'string'));
  return kind === 'listen' && isSize && isFilter && Array.isArray(groups) && groups.length <= GROUPS.size;
}

/** @throws CtqError for anything but a single read request */
function requestOf(text: string): Uint8Array {
  const bytes = new Uint8Array(Buffer.from(text, 'base64'));
  if (bytes.length >= 20) {
    const [length] = new Uint32Array(bytes.buffer, 0, 1);
    const [type] = new Uint16Array(bytes.buffer, 4, 1);
    // The kernel would also execute any message after it.
    if (length === bytes.length && READING.has(type)) return bytes;
  }
  throw refused('ctq relay reads, and changes nothing');
}

/** Those of connection tracking. */
const GROUPS: ReadonlySet<unknown> = new Set<number>([
  NFNLGRP_CONNTRACK_NEW,
  NFNLGRP_CONNTRACK_UPDATE,
  NFNLGRP_CONNTRACK_DESTROY,
  NFNLGRP_CONNTRACK_EXP_NEW,
  NFNLGRP_CONNTRACK_EXP_UPDATE,
  NFNLGRP_CONNTRACK_EXP_DESTROY,
]);

function groupsOf(groups: readonly number[]): readonly number[] {
  if (groups.every(group => GROUPS.has(group))) return groups;
  throw refused('ctq relay listens to events of connection tracking, and to no others');
}

/** A program, and shorter ones. */
const MAX_PROGRAMS = 8;

/** @throws CtqError for anything but programs that filter events */
function programsOf(filter: readonly string[]): readonly Uint8Array<ArrayBuffer>[] {
  return filter.map(text => {
    const program = new Uint8Array(Buffer.from(text, 'base64'));
    if (isFilterProgram(program)) return program;
    throw refused('ctq relay was sent a program that is not an event filter');
  });
}

const refused = (message: string, hint?: string): CtqError =>
  new CtqError({ code: 'relay-job', kind: 'input', message, hint });

async function work(
  source: Source,
  job: Exclude<Job, { kind: 'query' }>,
  write: (bytes: Uint8Array) => Promise<void>,
  signal: AbortSignal,
  whenToFinish: (finish: () => void) => void,
): Promise<Ending> {
  switch (job.kind) {
    case 'dump': {
      const dump = source.dump(requestOf(job.request), signal);
      for await (const { bytes } of dump) await write(encodeFrame(FRAME.messages, bytes));
      return { repeats: dump.repeats, interrupted: dump.interrupted };
    }
    case 'exchange':
      for (const message of await source.exchange(requestOf(job.request)))
        await write(encodeFrame(FRAME.messages, padded(message)));
      return {};
    case 'listen': {
      const { groups, receiveBuffer, filter } = job;
      let unfiltered: CtqError | undefined;
      const refusedFilter = (error: CtqError): void => {
        unfiltered = error;
      };
      const stream = source.listen(groupsOf(groups), {
        signal,
        ...(filter === undefined ? {} : { filter: { programs: programsOf(filter), refused: refusedFilter } }),
        ...(receiveBuffer === undefined ? {} : { receiveBuffer }),
      });
      whenToFinish(() => stream.finish());
      const subscribed: Subscribed = {
        receiveBuffer: stream.receiveBuffer,
        requestedBuffer: stream.requestedBuffer,
        unfiltered: unfiltered?.asData,
      };
      await write(encodeFrame(FRAME.subscribed, json(subscribed)));
      await writeEvents(stream, write);
      await write(encodeFrame(FRAME.messages, new Uint8Array(0), 0, stream.dropped));
      return {};
    }
  }
}

/** Writes events; once a second that there are none, so that the other side knows until when it has all. */
async function writeEvents(stream: EventStream, write: (bytes: Uint8Array) => Promise<void>): Promise<void> {
  let isIdle = true;
  const beat = setInterval(() => {
    // Not between events that wait.
    if (isIdle) write(encodeFrame(FRAME.messages, new Uint8Array(0), 0, stream.dropped)).catch(() => {});
  }, HEARTBEAT);
  try {
    for await (const { bytes, count, dropped, emptyAt } of stream) {
      isIdle = false;
      await write(encodeFrame(FRAME.messages, bytes, count, dropped));
      isIdle = emptyAt !== undefined;
    }
  } finally {
    clearInterval(beat);
  }
}

function padded(message: Uint8Array): Uint8Array {
  const whole = new Uint8Array((message.length + 3) & ~3);
  whole.set(message);
  return whole;
}
