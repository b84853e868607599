import { randomBytes } from 'node:crypto';
import {
  IPCTNL_MSG_CT_GET,
  IPCTNL_MSG_CT_GET_DYING,
  IPCTNL_MSG_CT_GET_STATS_CPU,
  IPCTNL_MSG_CT_GET_UNCONFIRMED,
  IPCTNL_MSG_EXP_GET,
  IPCTNL_MSG_EXP_GET_STATS_CPU,
} from '../../ctnetlink/constants.js';
import { CtqError, internalError } from '../../errors.js';
import type { BatchOutcome, Chunk, Dump, EventStream } from '../../netlink/messages/streams.js';
import { checkMessages } from '../remote/frames.js';
import type { Source } from '../source.js';
import type { Link } from './link.js';
import { malformedAnswer, type Totals } from './protocol.js';

/** The tables that requests read. */
const TABLES: ReadonlyMap<number, string> = new Map([
  [IPCTNL_MSG_CT_GET, 'conntrack'],
  [IPCTNL_MSG_EXP_GET, 'expect'],
  [IPCTNL_MSG_CT_GET_DYING, 'dying'],
  [IPCTNL_MSG_CT_GET_UNCONFIRMED, 'unconfirmed'],
  [IPCTNL_MSG_CT_GET_STATS_CPU, 'stats'],
  [IPCTNL_MSG_EXP_GET_STATS_CPU, 'expect_stats'],
]);

/** The tables of a member, whole: for statements that it cannot execute, such as joins with files that are here. */
export class LinkSource implements Source {
  readonly #link: Link;
  readonly #deadline: () => number;

  /** @param deadline how long (ms) it may take until its answer begins */
  constructor(link: Link, deadline: () => number) {
    this.#link = link;
    this.#deadline = deadline;
  }

  dump(request: Uint8Array, signal?: AbortSignal): Dump {
    const type = new Uint16Array(request.slice(4, 6).buffer)[0];
    const table = TABLES.get(type);
    if (table === undefined) throw internalError(`no table is read by messages of type ${type}`);
    return new LinkDump(this.#link, table, this.#deadline(), signal);
  }

  exchange(): Promise<readonly Uint8Array[]> {
    return Promise.reject(onlyRead());
  }

  batch(): Promise<BatchOutcome> {
    return Promise.reject(onlyRead());
  }

  listen(): EventStream {
    throw new CtqError({
      code: 'fleet-watch',
      kind: 'system',
      message: 'cannot watch it over NATS: its agent answers select',
      hint: 'list it with ssh in /etc/ctq/fleet.conf, or use select … every 2s',
    });
  }

  async close(): Promise<void> {}
}

class LinkDump implements Dump {
  repeats = 0;
  readonly interrupted = false;
  readonly #link: Link;
  readonly #table: string;
  readonly #deadline: number;
  readonly #signal: AbortSignal | undefined;

  constructor(link: Link, table: string, deadline: number, signal?: AbortSignal) {
    this.#link = link;
    this.#table = table;
    this.#deadline = deadline;
    this.#signal = signal;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Chunk, void, undefined> {
    const job = {
      id: randomBytes(16).toString('hex'),
      gateway: '',
      text: `select from ${this.#table}`,
      values: new Map<string, never>(),
      wanted: 'entries' as const,
      isBest: false,
    };
    const parts = this.#link.ask(job, {
      shape: `entries of ${this.#table}`,
      deadline: this.#deadline,
      signal: this.#signal,
    });
    let totals: Totals | undefined;
    try {
      while (totals === undefined) {
        const { done, value } = await parts.next();
        if (done) totals = value;
        else yield { bytes: messagesOf(value) };
      }
      this.repeats = totals.repeats;
    } finally {
      parts.return({ read: 0, kept: 0, repeats: 0, warnings: [] }).catch(() => {});
    }
  }
}

/** A copy of its own: messages begin at a multiple of four. @throws CtqError if they are not whole messages */
function messagesOf(part: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(part);
  try {
    checkMessages(bytes);
  } catch {
    throw malformedAnswer();
  }
  return bytes;
}

const onlyRead = (): CtqError =>
  new CtqError({
    code: 'place',
    kind: 'statement',
    message: 'a fleet is only read',
    hint: 'run ctq on each gateway to change something',
  });
