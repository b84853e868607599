import type { FileTable } from '../../../lang/schema/places.js';
import type { Integer } from '../../../lang/values/value.js';
import { EncodeError } from '../../ctnetlink/codec/encode-error.js';
import { encodeExpectation } from '../../ctnetlink/codec/expectation.js';
import { encodeFlow } from '../../ctnetlink/codec/flow.js';
import { type MessageHeader, Writer } from '../../ctnetlink/codec/writer.js';
import {
  IPCTNL_MSG_CT_DELETE,
  IPCTNL_MSG_CT_GET_STATS_CPU,
  IPCTNL_MSG_CT_NEW,
  IPCTNL_MSG_EXP_DELETE,
  IPCTNL_MSG_EXP_GET_STATS_CPU,
  IPCTNL_MSG_EXP_NEW,
} from '../../ctnetlink/constants.js';
import type { Chunk } from '../../netlink/messages/streams.js';
import { type ExpectationDraft, expectationOf, type FlowDraft, flowOf } from './draft/flow-draft.js';
import type { MessageBuilder } from './message/message-builder.js';
import { ParseError } from './report/parse-error.js';
import type { Report } from './report/parse-report.js';
import { eventFlags } from './text/event.js';

/** Bytes of messages that go out together. */
const CHUNK = 128 * 1024;

/** Messages of entries. */
export interface EntryChunk extends Chunk {
  /** The table of all of them; undefined if they may be of several. */
  readonly table: FileTable | undefined;
  /** When the snapshot was taken. */
  readonly taken: Integer;
}

/** What the readers need besides the text. */
export interface Surroundings {
  labelBit(name: string): number | undefined;
  /** When the snapshot was taken, as far as that is known; ages count back from it. ns since the epoch. */
  readonly taken: Integer;
  /** Entries are events, where the format writes both alike. */
  readonly isLog?: boolean;
  /** The parts of flows that are needed (`parts.ts`); default: all. */
  readonly parts?: number;
  /** How many shapes of entries are remembered (`shapes/`); 0: each entry is read by itself. */
  readonly mostShapes?: number;
}

/** Takes the entries of a snapshot, and makes messages of them. */
export class Entries<Own extends Report = Report> {
  /** Entries read. */
  read = 0;
  /** The table of the first one, and whether there are others of other tables. */
  table: FileTable | undefined;
  isMixed = false;
  readonly surroundings: Surroundings;
  readonly report: Own;
  readonly #chunk: number;
  #writer: Writer;
  /** Written, and not taken; taken; and free to be written again. */
  #full: Writer[] = [];
  #taken: Writer[] = [];
  readonly #free: Writer[] = [];

  /** @param chunk bytes of messages that go out together */
  constructor(surroundings: Surroundings, report: Own, chunk = CHUNK) {
    this.surroundings = surroundings;
    this.report = report;
    this.#chunk = chunk;
    this.#writer = new Writer(2 * chunk);
  }

  /** @param loose ICMP's numbers may be missing */
  flow(draft: FlowDraft, loose = false): void {
    const { event, portid } = draft;
    const flow = flowOf(draft, loose);
    const type = event === 'destroy' ? IPCTNL_MSG_CT_DELETE : IPCTNL_MSG_CT_NEW;
    this.#write({ type, flags: eventFlags(event), portid, family: flow.family }, () => encodeFlow(flow, this.#writer));
    this.#isOf('conntrack');
  }

  /**
   * A flow whose numbers a reader has gathered.
   * @throws ParseError
   */
  built(flow: MessageBuilder): void {
    flow.encode(this.#writer, this.surroundings.parts);
    this.#isOf('conntrack');
    this.#count();
  }

  /** Flows whose messages are written already. @param messages they are copied */
  written(messages: Uint8Array, count: number): void {
    this.#writer.append(messages);
    this.#isOf('conntrack');
    this.#count(count);
  }

  expectation(draft: ExpectationDraft): void {
    const { event, portid } = draft;
    const expectation = expectationOf(draft);
    const type = event === 'destroy' ? IPCTNL_MSG_EXP_DELETE : IPCTNL_MSG_EXP_NEW;
    this.#write({ type, flags: eventFlags(event), portid, family: expectation.family }, () =>
      encodeExpectation(expectation, this.#writer),
    );
    this.#isOf('expect');
  }

  /** @param counters by attribute */
  statistics(table: 'stats' | 'expect_stats', cpu: number, counters: ReadonlyMap<number, number>): void {
    const type = table === 'stats' ? IPCTNL_MSG_CT_GET_STATS_CPU : IPCTNL_MSG_EXP_GET_STATS_CPU;
    this.#write({ type, flags: eventFlags(undefined), resId: cpu }, () => {
      for (const [attribute, value] of counters) this.#writer.be32(attribute, value);
    });
    this.#isOf(table);
  }

  #isOf(table: FileTable): void {
    if (this.table === undefined) this.table = table;
    else if (this.table !== table) this.isMixed = true;
  }

  /** @throws ParseError for values that no message can hold; nothing is written then */
  #write(header: MessageHeader, body: () => void): void {
    const writer = this.#writer;
    writer.begin(header);
    try {
      body();
    } catch (error) {
      writer.abandon();
      if (error instanceof EncodeError) throw new ParseError(error.message);
      throw error;
    }
    writer.end();
    this.#count();
  }

  #count(entries = 1): void {
    this.read += entries;
    this.report.accept();
    if (this.#writer.length >= this.#chunk) this.#flush();
  }

  #flush(): void {
    if (this.#writer.length === 0) return;
    this.#full.push(this.#writer);
    this.#writer = this.#free.pop() ?? new Writer(2 * this.#chunk);
  }

  /** Takes back the entry that was read last. @returns false if it has been taken */
  retract(): boolean {
    const writer = this.#writer.length > 0 ? this.#writer : this.#full.at(-1);
    if (writer?.dropLast() !== true) return false;
    this.read--;
    return true;
  }

  /**
   * The chunks that are full, valid until the next time.
   * @param all include the chunk that is not full; without it the last entry can be taken back
   */
  take(all: boolean): readonly EntryChunk[] {
    for (const writer of this.#taken) {
      writer.reset();
      this.#free.push(writer);
    }
    if (all) this.#flush();
    const kept = all || this.#writer.length > 0 ? [] : this.#full.splice(-1);
    this.#taken = this.#full;
    this.#full = kept;
    const table = this.isMixed ? undefined : this.table;
    const { taken } = this.surroundings;
    return this.#taken.map(writer => ({ bytes: writer.written, table, taken }));
  }

  /** Counts entries that another reader has read. */
  pass(read: number, table: FileTable | undefined): void {
    this.read += read;
    if (table !== undefined) this.#isOf(table);
  }

  /** Runs the reader of one entry; an entry that cannot be read is reported with its line and counted. */
  attempt(line: number, text: () => string, read: () => void): void {
    try {
      read();
    } catch (error) {
      if (!(error instanceof ParseError) && !(error instanceof EncodeError)) throw error;
      this.report.skip(line, text(), error.message);
    }
  }

  /** Labels by name; a bit without a name by its number. @returns undefined if none of them is known */
  labels(names: readonly (string | number)[]): string | undefined {
    const units = [0, 0, 0, 0, 0, 0, 0, 0];
    let some = names.length === 0;
    for (const name of names) {
      const bit = typeof name === 'number' ? name : this.surroundings.labelBit(name);
      if (bit === undefined || !Number.isInteger(bit) || bit < 0 || bit > 127) {
        this.report.note(`unknown label '${name}', ignored`, 'see /etc/xtables/connlabel.conf');
        continue;
      }
      units[bit >> 4] |= 1 << (bit & 15);
      some = true;
    }
    return some ? String.fromCharCode(...units) : undefined;
  }
}
