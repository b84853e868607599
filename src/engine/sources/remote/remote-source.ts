import { Readable } from 'node:stream';
import { CTA_STATS_GLOBAL, IPCTNL_MSG_CT_GET_STATS } from '../../ctnetlink/constants.js';
import { request } from '../../ctnetlink/requests/key.js';
import { CtqError } from '../../errors.js';
import type { BatchOutcome, Chunk, Dump, EventStream, ListenOptions } from '../../netlink/messages/streams.js';
import type { LineOptions } from '../opener.js';
import type { SnapshotOptions } from '../snapshot/open.js';
import type { Source } from '../source.js';
import { Connection } from './connection.js';
import { FRAME, malformed } from './frames.js';
import type { Ending, Job } from './job.js';
import { RemoteEvents } from './remote-events.js';
import { framesOf } from './remote-frames.js';
import type { Reach } from './transport.js';

/** Bytes of the answer to one request: statistics of thousands of processors. */
const LONGEST_ANSWER = 16 << 20;

/**
 * Reads the connection tracking of another host, or of a namespace that this process cannot enter: through a ctq there, which sends
 * the kernel's messages unchanged, or through conntrack(8). Each operation is a separate ssh(1); ControlMaster in ssh_config(5)
 * makes them fast.
 */
export class RelaySource implements Source {
  readonly #reach: Reach;
  readonly #lines: LineOptions;
  readonly #closing = new AbortController();
  #subscribed: Promise<void> = Promise.resolve();

  constructor(reach: Reach, lines: LineOptions) {
    this.#reach = reach;
    this.#lines = lines;
  }

  dump(bytes: Uint8Array, signal?: AbortSignal): Dump {
    const job: Job = { kind: 'dump', request: Buffer.from(bytes).toString('base64') };
    // A dump starts after the subscription, so that nothing is lost between the two.
    return new RemoteDump(() => this.#connect(job, signal), this.#subscribed, { ...this.#lines, signal });
  }

  async exchange(bytes: Uint8Array, signal?: AbortSignal): Promise<readonly Uint8Array[]> {
    const job: Job = { kind: 'exchange', request: Buffer.from(bytes).toString('base64') };
    const connection = this.#connect(job, signal);
    try {
      const { answerer, rest } = await connection.greeted();
      if (answerer === 'conntrack') return [countMessage(await textOf(rest))];
      const messages: Uint8Array[] = [];
      let size = 0;
      for await (const { kind, body } of framesOf(rest, connection)) {
        if (kind !== FRAME.messages) continue;
        size += body.length;
        if (size > LONGEST_ANSWER) throw malformed();
        messages.push(body);
      }
      return messages;
    } finally {
      connection.close();
    }
  }

  batch(): Promise<BatchOutcome> {
    return Promise.reject(
      new CtqError({
        code: 'place',
        kind: 'statement',
        message: `cannot change ${this.#reach.label} from here: only select and watch work on a remote host`,
        hint: this.#reach.change,
      }),
    );
  }

  listen(groups: readonly number[], options: ListenOptions = {}): EventStream {
    const { receiveBuffer, signal, filter } = options;
    const job: Job = {
      kind: 'listen',
      groups,
      ...(receiveBuffer === undefined ? {} : { receiveBuffer }),
      ...(filter === undefined ? {} : { filter: filter.programs.map(each => Buffer.from(each).toString('base64')) }),
    };
    const events = new RemoteEvents(this.#connect(job, signal), filter?.refused);
    this.#subscribed = events.subscribed;
    return events;
  }

  async close(): Promise<void> {
    this.#closing.abort(new CtqError({ code: 'source-closed', kind: 'internal', message: 'the source was closed' }));
  }

  #connect(job: Job, signal?: AbortSignal): Connection {
    return new Connection(this.#reach, job, [signal, this.#closing.signal]);
  }
}

class RemoteDump implements Dump {
  readonly #connect: () => Connection;
  readonly #before: Promise<void>;
  readonly #lines: SnapshotOptions;
  repeats = 0;
  interrupted = false;

  constructor(connect: () => Connection, before: Promise<void>, lines: SnapshotOptions) {
    this.#connect = connect;
    this.#before = before;
    this.#lines = lines;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Chunk, void, undefined> {
    await this.#before;
    const connection = this.#connect();
    try {
      const { answerer, rest } = await connection.greeted();
      if (answerer === 'conntrack') {
        yield* linesOf(rest, connection, this.#lines);
        return;
      }
      for await (const { kind, body } of framesOf(rest, connection, ending => this.#note(ending)))
        if (kind === FRAME.messages && body.length > 0) yield { bytes: body };
    } finally {
      connection.close();
    }
  }

  #note({ repeats, interrupted }: Ending): void {
    this.repeats = typeof repeats === 'number' ? repeats : 0;
    this.interrupted = interrupted === true;
  }
}

/** The output of conntrack(8) as messages. */
async function* linesOf(
  rest: AsyncGenerator<Uint8Array>,
  connection: Connection,
  options: SnapshotOptions,
): AsyncGenerator<Chunk> {
  let isEmpty = true;
  const noted = async function* (): AsyncGenerator<Uint8Array> {
    for await (const piece of rest) {
      isEmpty = false;
      yield piece;
    }
  };
  const { openSnapshot } = await import('../snapshot/open.js');
  const warn: SnapshotOptions['warn'] = (message, hint) => {
    if (!isEmpty) options.warn(message, hint);
  };
  yield* openSnapshot('-', {
    ...options,
    warn,
    name: connection.label,
    stdin: Readable.from(noted(), { objectMode: true }),
  });
  await connection.ended();
}

async function textOf(pieces: AsyncIterable<Uint8Array>): Promise<string> {
  let text = '';
  for await (const piece of pieces) {
    text += Buffer.from(piece).toString('latin1');
    if (text.length > 1000) break;
  }
  return text;
}

/** A statistics reply of the kernel with the number that `conntrack -C` printed. */
function countMessage(text: string): Uint8Array {
  if (!/^\d{1,9}\s*$/.test(text)) throw malformed();
  return request({ type: IPCTNL_MSG_CT_GET_STATS, flags: 0, family: 0 }, writer =>
    writer.be32(CTA_STATS_GLOBAL.ENTRIES, Number(text)),
  );
}
