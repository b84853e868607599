import { decodeFlow } from '../../../engine/ctnetlink/codec/flow.js';
import { Writer } from '../../../engine/ctnetlink/codec/writer.js';
import { createFlow } from '../../../engine/ctnetlink/requests/changes.js';
import { MessageView } from '../../../engine/ctnetlink/view/view.js';
import { ERRNO } from '../../../engine/errno.js';
import type { CtqError } from '../../../engine/errors.js';
import type { Source } from '../../../engine/sources/source.js';
import type { CommandLine } from '../argv/command-line.js';
import type { NewFlowReader } from './new-flow-reader.js';
import type { Rest } from './saved-line.js';

/** Bytes of requests in one piece of memory. */
const PIECE = 1 << 18;

type CreateCommand = Pick<CommandLine, 'command' | 'table'>;
const COMMANDS: Readonly<Record<'create' | 'add', CreateCommand>> = {
  create: { command: 'create', table: 'conntrack' },
  add: { command: 'add', table: 'conntrack' },
};

/** New flows of consecutive lines, created in one batch. */
export class NewFlows {
  readonly kind = 'flows';
  readonly #reader: NewFlowReader;
  /** Requests back to back. */
  readonly #pieces: Uint8Array[] = [];
  #writer = new Writer(PIECE);
  /** Of each request. */
  readonly #lines: number[] = [];
  /** Of each request: whether a flow that exists already is not a failure (`-A`). */
  readonly #ignoresConflict: boolean[] = [];
  /** Requests of flows that have a master, which must exist, by their index. */
  readonly #related = new Map<number, Uint8Array>();

  constructor(reader: NewFlowReader) {
    this.#reader = reader;
  }

  /** Adds a line of the usual form. @returns whether it was one */
  read(line: number, text: Uint8Array, from: number, end: number): boolean {
    const begin = this.#writer.length;
    const command = this.#reader.read(text, from, end, this.#writer);
    if (command === undefined) return false;
    this.#added(line, begin, command === 'add');
    return true;
  }

  /** Adds a line that was read by the parser. @throws Refusal */
  add(line: number, command: CommandLine, rest: Rest | undefined): void {
    const begin = this.#writer.length;
    this.#reader.writeParsed(command, rest, this.#writer);
    this.#added(line, begin, command.command === 'add');
  }

  #added(line: number, begin: number, ignoresConflict: boolean): void {
    if (this.#reader.hasMaster) this.#related.set(this.#lines.length, this.#writer.written.slice(begin));
    this.#lines.push(line);
    this.#ignoresConflict.push(ignoresConflict);
    if (this.#writer.length >= PIECE - LARGEST) this.#cut();
  }

  #cut(): void {
    if (this.#writer.length > 0) this.#pieces.push(this.#writer.written);
    this.#writer = new Writer(PIECE);
  }

  /** Creates the flows. One whose master does not exist is tried again after all others, and finally created without it. */
  async send(
    source: Source,
    fail: (line: number, command: CreateCommand, error: () => CtqError) => void,
    warn: (message: string) => void,
  ): Promise<void> {
    this.#cut();
    const orphans: number[] = [];
    const settle = (index: number, errno: number, error: () => CtqError): void => {
      if (errno === ERRNO.EEXIST && this.#ignoresConflict[index]) return;
      if (errno === ERRNO.ENOENT && this.#related.has(index)) orphans.push(index);
      else fail(this.#lines[index], COMMANDS[this.#ignoresConflict[index] ? 'add' : 'create'], error);
    };
    await source.batch(this.#pieces, { onFailure: settle });
    for (const withMaster of [true, false]) {
      const again = orphans.splice(0);
      if (again.length === 0) return;
      const requests = again.map(index => {
        const request = this.#related.get(index) as Uint8Array;
        return withMaster ? request : withoutMaster(request);
      });
      if (!withMaster) for (const index of again) this.#related.delete(index);
      await source.batch(requests, { onFailure: (place, errno, error) => settle(again[place], errno, error) });
      if (!withMaster) warn(`${again.length} flows were created without a master: it does not exist`);
    }
  }
}

/** More than any request has. */
const LARGEST = 1 << 12;

function withoutMaster(request: Uint8Array): Uint8Array {
  const view = new MessageView();
  view.set(request, 0);
  return createFlow({ ...decodeFlow(view), master: undefined }, { ack: false });
}
