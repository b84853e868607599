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
import type { Source } from '../source.js';
import type { Link, ListeningLink } from './links/link.js';
import { type MemberListenOptions, tablesOfGroups, textOfGroups } from './listening.js';
import { messagesOf } from './protocol/messages.js';
import { eventsShape, type QueryJob, type Totals } from './protocol/protocol.js';

/** The tables that requests read. */
const TABLES: ReadonlyMap<number, string> = new Map([
  [IPCTNL_MSG_CT_GET, 'conntrack'],
  [IPCTNL_MSG_EXP_GET, 'expect'],
  [IPCTNL_MSG_CT_GET_DYING, 'dying'],
  [IPCTNL_MSG_CT_GET_UNCONFIRMED, 'unconfirmed'],
  [IPCTNL_MSG_CT_GET_STATS_CPU, 'stats'],
  [IPCTNL_MSG_EXP_GET_STATS_CPU, 'expect_stats'],
]);

/** The tables of a member, whole: for statements that it cannot execute, such as joins with files that are here; and its events. */
export class LinkSource implements Source {
  readonly #link: ListeningLink;
  readonly #deadline: () => number;
  #subscribed: Promise<void> = Promise.resolve();

  /** @param deadline how long (ms) it may take until its answer begins */
  constructor(link: ListeningLink, deadline: () => number) {
    this.#link = link;
    this.#deadline = deadline;
  }

  dump(request: Uint8Array, signal?: AbortSignal): Dump {
    const type = new Uint16Array(request.slice(4, 6).buffer)[0];
    const table = TABLES.get(type);
    if (table === undefined) throw internalError(`no table is read by messages of type ${type}`);
    // A dump begins after the subscription, so that nothing is lost between the two.
    return new LinkDump(this.#link, table, this.#deadline(), this.#subscribed, signal);
  }

  exchange(): Promise<readonly Uint8Array[]> {
    return Promise.reject(onlyRead());
  }

  batch(): Promise<BatchOutcome> {
    return Promise.reject(onlyRead());
  }

  listen(groups: readonly number[], { query, warn, gateway = '' }: MemberListenOptions = {}): EventStream {
    const { text, values } = query ?? { text: textOfGroups(groups), values: new Map<string, never>() };
    const job: QueryJob = { ...newJob(text), gateway, values, wanted: 'events' };
    const events = this.#link.listen(job, {
      shape: eventsShape(tablesOfGroups(groups)),
      begun: ({ warnings = [] }) => {
        for (const each of warnings) warn?.(each);
      },
    });
    this.#subscribed = (events.began ?? Promise.resolve()).catch(() => {});
    return events;
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

  readonly #before: Promise<void>;

  constructor(link: Link, table: string, deadline: number, before: Promise<void>, signal?: AbortSignal) {
    this.#before = before;
    this.#link = link;
    this.#table = table;
    this.#deadline = deadline;
    this.#signal = signal;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Chunk, void, undefined> {
    await this.#before;
    const job: QueryJob = { ...newJob(`select from ${this.#table}`), wanted: 'entries' };
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
        else yield { bytes: messagesOf(value).bytes };
      }
      this.repeats = totals.repeats;
    } finally {
      parts.return({ read: 0, kept: 0, repeats: 0, warnings: [] }).catch(() => {});
    }
  }
}

const newJob = (text: string): Omit<QueryJob, 'wanted'> => ({
  id: randomBytes(16).toString('hex'),
  gateway: '',
  text,
  values: new Map<string, never>(),
  isBest: false,
});

const onlyRead = (): CtqError =>
  new CtqError({
    code: 'place',
    kind: 'statement',
    message: 'a fleet is only read',
    hint: 'run ctq on each gateway to change something',
  });
