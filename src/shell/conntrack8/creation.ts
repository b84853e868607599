import { IPCTNL_MSG_CT_NEW } from '../../engine/ctnetlink/constants.js';
import { encodeFlow, type Flow } from '../../engine/ctnetlink/flow.js';
import { createFlow } from '../../engine/ctnetlink/requests/changes.js';
import { Writer } from '../../engine/ctnetlink/writer.js';
import { ERRNO } from '../../engine/errno.js';
import type { CtqError } from '../../engine/errors.js';
import { NLM_F_CREATE, NLM_F_EXCL, NLM_F_REQUEST } from '../../engine/netlink/constants.js';
import type { Source } from '../../engine/sources/source.js';
import type { CommandLine } from './command-line.js';
import type { LineTemplate } from './template/line-template.js';

/** Bytes of a piece of messages, about. */
const PIECE = 1 << 18;
/** A message of this form is shorter. */
const LONGEST = 1 << 12;
const CREATE = NLM_F_REQUEST | NLM_F_CREATE | NLM_F_EXCL;

type Making = Pick<CommandLine, 'command' | 'table'>;
const MAKING: Readonly<Record<'create' | 'add', Making>> = {
  create: { command: 'create', table: 'conntrack' },
  add: { command: 'add', table: 'conntrack' },
};

/** New flows of lines that follow each other, gathered to be made in one batch. */
export class Creation {
  readonly kind = 'flows';
  /** Messages one behind the other. */
  readonly #pieces: Uint8Array[] = [];
  #piece: Uint8Array = new Uint8Array(0);
  #filled = 0;
  readonly #writer = new Writer(LONGEST);
  /** Of each message. */
  readonly #lines: number[] = [];
  /** Of each message: that the flow is there already is no failure (`-A`). */
  readonly #lenient: boolean[] = [];
  /** Flows that have a master, which must be there, by the places of their messages. */
  readonly #related = new Map<number, Flow>();

  /** @returns the message. @throws EncodeError */
  add(line: number, flow: Flow, lenient: boolean): Uint8Array {
    const writer = this.#writer;
    writer.reset();
    writer.begin({ type: IPCTNL_MSG_CT_NEW, flags: CREATE, family: flow.family });
    encodeFlow(flow, writer, 'create');
    writer.end();
    const message = writer.take();
    this.#reserve(message.length);
    this.#piece.set(message, this.#filled);
    if (flow.master !== undefined) this.#related.set(this.#lines.length, flow);
    this.#took(line, message.length, lenient);
    return message;
  }

  /** A line of the template's form. @returns whether it was one */
  fill(line: number, template: LineTemplate, text: Uint8Array, from: number, end: number, lenient: boolean): boolean {
    this.#reserve(LONGEST);
    const length = template.fill(text, from, end, this.#piece, this.#filled);
    if (length === 0) return false;
    this.#took(line, length, lenient);
    return true;
  }

  #took(line: number, length: number, lenient: boolean): void {
    this.#filled += length;
    this.#lines.push(line);
    this.#lenient.push(lenient);
  }

  #reserve(length: number): void {
    if (this.#filled + length <= this.#piece.length) return;
    this.#cut();
    this.#piece = new Uint8Array(Math.max(PIECE, length));
  }

  #cut(): void {
    if (this.#filled > 0) this.#pieces.push(this.#piece.subarray(0, this.#filled));
    this.#filled = 0;
  }

  /** Makes the flows. One whose master is not there is tried again behind all others, and at last made without it. */
  async send(
    source: Source,
    fail: (line: number, command: Making, error: () => CtqError) => void,
    warn: (message: string) => void,
  ): Promise<void> {
    this.#cut();
    this.#piece = new Uint8Array(0);
    const orphans: number[] = [];
    const settle = (index: number, errno: number, error: () => CtqError): void => {
      if (errno === ERRNO.EEXIST && this.#lenient[index]) return;
      if (errno === ERRNO.ENOENT && this.#related.has(index)) orphans.push(index);
      else fail(this.#lines[index], MAKING[this.#lenient[index] ? 'add' : 'create'], error);
    };
    await source.batch(this.#pieces, { onFailure: settle });
    for (const withMaster of [true, false]) {
      const again = orphans.splice(0);
      if (again.length === 0) return;
      const requests = again.map(index => {
        const flow = this.#related.get(index) as Flow;
        return createFlow(withMaster ? flow : { ...flow, master: undefined }, { ack: false });
      });
      await source.batch(requests, { onFailure: (place, errno, error) => settle(again[place], errno, error) });
      if (!withMaster) warn(`${again.length} flows were made without a master: it is not there`);
    }
  }
}
