import { abortable, following } from '../../../abortable.js';
import { CtqError } from '../../../errors.js';
import { Connection } from '../../remote/connection.js';
import { FRAME } from '../../remote/frames.js';
import { framesOf } from '../../remote/remote-frames.js';
import { bySsh } from '../../remote/transport.js';
import {
  decodeFrame,
  encodeJob,
  type MemberFrame,
  malformedAnswer,
  otherVersion,
  type QueryJob,
  type Totals,
} from '../protocol/protocol.js';
import type { Turns } from '../turns.js';
import { type AskOptions, checkBegin, type Link, memberError, NO_CTQ, noAnswer, notDone } from './link.js';

/** How long (ms) ssh(1) may take to connect, if the query may take as long. Then its own time begins. */
const CONNECTING = 15_000;
/** How long (ms) a member may be silent: it says once a second that it works. */
const SILENT = 5000;

/** A member that is reached by ssh(1): `ctq relay` there answers. */
export class SshLink implements Link {
  readonly #name: string;
  readonly #destination: string;
  readonly #turns: Turns;

  /** @param turns how many are connected at once */
  constructor(name: string, destination: string, turns: Turns) {
    this.#name = name;
    this.#destination = destination;
    this.#turns = turns;
  }

  async *ask(job: QueryJob, options: AskOptions): AsyncGenerator<Uint8Array, Totals, undefined> {
    const release = await this.#turns.begin();
    try {
      return yield* this.#ask(job, options);
    } finally {
      release();
    }
  }

  async *#ask(job: QueryJob, options: AskOptions): AsyncGenerator<Uint8Array, Totals, undefined> {
    const { deadline, signal } = options;
    const late = new AbortController();
    const both = following([signal, late.signal]);
    const tooLate = (): void => late.abort(deadline < CONNECTING ? notDone(deadline) : noAnswer());
    let timer = setTimeout(tooLate, Math.min(CONNECTING, deadline));
    const within = (ms: number, error: () => Error): void => {
      clearTimeout(timer);
      timer = setTimeout(() => late.abort(error()), ms);
    };
    const query = Buffer.from(encodeJob(job)).toString('utf8');
    const connection = new Connection({ ...bySsh(this.#destination), label: this.#name }, { kind: 'query', query }, [
      both.signal,
    ]);
    try {
      const { answerer, rest } = await connection.greeted().catch((error: unknown) => {
        throw error instanceof CtqError && error.code === 'relay-unable' ? noCtq() : error;
      });
      if (answerer !== 'ctq') throw noCtq();
      options.asking?.();
      const began = performance.now();
      let hasBegun = false;
      let expected = 0;
      within(SILENT, noAnswer);
      const frames = framesOf(rest, connection)[Symbol.asyncIterator]();
      for (;;) {
        const next = await abortable(frames.next(), both.signal).catch((error: unknown) => {
          // An older ctq refuses the query as no job that it knows.
          const isRefusal = error instanceof CtqError && error.code === 'relay-failed';
          throw isRefusal && !hasBegun && !both.signal.aborted ? otherVersion() : error;
        });
        if (next.done) throw memberError('fleet-ended', 'ended in the middle of its answer');
        if (next.value.kind !== FRAME.answer) throw malformedAnswer();
        const frame: MemberFrame = decodeFrame(next.value.body);
        if (!hasBegun) {
          checkBegin(
            frame.kind === 'error' ? { kind: 'error', error: hinted(frame.error, this.#destination) } : frame,
            options,
          );
          hasBegun = true;
          continue;
        }
        if (frame.kind === 'error') throw hinted(frame.error, this.#destination);
        if (frame.kind === 'working') {
          const left = expected === 0 ? began + deadline - performance.now() : SILENT;
          if (left <= 0) throw notDone(deadline);
          within(Math.min(left, SILENT), left < SILENT ? () => notDone(deadline) : noAnswer);
          continue;
        }
        if (frame.kind !== 'part' || frame.part !== expected) throw malformedAnswer();
        expected++;
        clearTimeout(timer);
        yield frame.body;
        if (frame.last !== undefined) return frame.last;
        within(SILENT, noAnswer);
      }
    } finally {
      clearTimeout(timer);
      both.release();
      connection.close();
    }
  }
}

const noCtq = (): CtqError => memberError(NO_CTQ, 'ctq is not installed there', 'install it');

/** What lacks permission there is done by another user there. */
const hinted = (error: CtqError, destination: string): CtqError =>
  error.kind === 'permission' ? memberError(error.code, error.message, bySsh(destination).rights) : error;
