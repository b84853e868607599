import { following } from '../../abortable.js';
import { dumpFlows } from '../../ctnetlink/requests/requests.js';
import { CtqError, isRefusedFilter } from '../../errors.js';
import type { BatchOutcome, Chunk, Dump, EventStream } from '../../netlink/messages/streams.js';
import { merge } from '../merge.js';
import type { Source } from '../source.js';
import { FleetEvents } from './fleet-events.js';
import type { MemberListenOptions } from './listening.js';
import { type MissingMember, missingError, missingOf } from './missing.js';
import type { NamedSource } from './named-source.js';
import type { FleetOptions } from './options.js';
import { Turns } from './turns.js';

/** How many tables are read at the same time: each is an ssh(1) with its own key exchange. */
const AT_ONCE = 16;

/** Maximum number of watched hosts: each has an ssh(1) for as long as the watch runs. */
const MAX_WATCHED = 64;

/** Several hosts as one source to read and watch: side by side, with the host's name in each chunk. */
export class SeveralHosts implements Source {
  readonly #hosts: readonly NamedSource[];
  readonly #options: () => FleetOptions;

  constructor(hosts: readonly NamedSource[], options: () => FleetOptions) {
    this.#hosts = hosts;
    this.#options = options;
  }

  dump(request: Uint8Array, signal?: AbortSignal): Dump {
    return new DumpOfHosts(this.#hosts, request, this.#options(), signal);
  }

  exchange(): Promise<readonly Uint8Array[]> {
    return Promise.reject(readOnly());
  }

  batch(): Promise<BatchOutcome> {
    return Promise.reject(readOnly());
  }

  listen(groups: readonly number[], options: MemberListenOptions = {}): EventStream {
    const hosts = this.#hosts;
    const byProgram = hosts.filter(({ isLight }) => isLight !== true).length;
    if (byProgram > MAX_WATCHED)
      throw new CtqError({
        code: 'too-many-hosts',
        kind: 'system',
        message: `cannot watch ${byProgram} hosts over ssh: the limit is ${MAX_WATCHED}`,
        hint: 'name fewer, or reach them by NATS',
      });
    return new FleetEvents(hosts, groups, options, this.#options());
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.#hosts.map(({ source }) => source.close()));
  }
}

/** Reads the tables of all hosts. A failure of one does not stop the rest, unless all are required. */
class DumpOfHosts implements Dump {
  readonly #hosts: readonly NamedSource[];
  readonly #request: Uint8Array;
  readonly #options: FleetOptions;
  readonly #signal: AbortSignal | undefined;
  readonly #dumps: Dump[] = [];
  readonly #turns: Turns;
  incomplete: CtqError | undefined;

  constructor(hosts: readonly NamedSource[], request: Uint8Array, options: FleetOptions, signal?: AbortSignal) {
    this.#hosts = hosts;
    this.#request = request;
    this.#options = options;
    this.#signal = signal;
    // All must have begun to answer before the first row is shown.
    this.#turns = new Turns(options.missing === 'fail' ? hosts.length : AT_ONCE);
  }

  get repeats(): number {
    return this.#dumps.reduce((all, { repeats }) => all + repeats, 0);
  }

  get interrupted(): boolean {
    return this.#dumps.some(({ interrupted }) => interrupted);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Chunk, void, undefined> {
    const hosts = this.#hosts;
    const isStrict = this.#options.missing === 'fail';
    const missing: MissingMember[] = [];
    const failed = (index: number, error: unknown): void => {
      this.#signal?.throwIfAborted();
      missing.push(missingOf(hosts[index].name, error));
      if (isStrict) throw missingError(missing, hosts.length);
    };
    const tables = hosts.map(host => this.#dumpOf(host));
    for await (const { index, value } of merge(isStrict ? await begun(tables, failed) : tables, failed))
      yield { bytes: value.bytes, gateway: hosts[index].name };
    if (missing.length === 0) return;
    this.incomplete = missingError(missing, hosts.length);
    if (missing.length === hosts.length) throw this.incomplete;
  }

  async *#dumpOf(host: NamedSource): AsyncGenerator<Chunk, void, undefined> {
    const end = await this.#turns.begin();
    let hasChunks = false;
    try {
      for await (const chunk of this.#dump(host, this.#request)) {
        hasChunks = true;
        yield chunk;
      }
    } catch (error) {
      if (hasChunks || !isRefusedFilter(error)) throw error;
      // Its kernel does not have what the condition asks for: every row is checked here as well.
      yield* this.#dump(host, dumpFlows());
    } finally {
      end();
    }
  }

  /** The chunks of one dump. @throws CtqError if the next one does not come in time */
  async *#dump({ name, source }: NamedSource, request: Uint8Array): AsyncGenerator<Chunk, void, undefined> {
    const { deadline } = this.#options;
    const silence = new AbortController();
    const { signal, release } = following([this.#signal, silence.signal]);
    const dump = source.dump(request, signal);
    this.#dumps.push(dump);
    const chunks = dump[Symbol.asyncIterator]();
    try {
      for (;;) {
        const timer = setTimeout(() => silence.abort(tooLate(name, deadline)), deadline);
        const { done, value } = await chunks.next().finally(() => clearTimeout(timer));
        if (done === true) return;
        yield value;
      }
    } finally {
      release();
      await chunks.return?.();
    }
  }
}

/** The same tables, when each has its first chunk. */
async function begun(
  tables: readonly AsyncGenerator<Chunk, void, undefined>[],
  failed: (index: number, error: unknown) => void,
): Promise<readonly AsyncIterable<Chunk>[]> {
  const firsts = tables.map((table, index) => table.next().catch((error: unknown) => failed(index, error)));
  try {
    await Promise.all(firsts);
  } catch (error) {
    for (const table of tables) table.return().catch(() => {});
    throw error;
  }
  return tables.map(async function* (table, index) {
    const first = await firsts[index];
    if (!first || first.done === true) return;
    yield first.value;
    yield* table;
  });
}

const tooLate = (name: string, deadline: number): CtqError =>
  new CtqError({
    code: 'fleet-deadline',
    kind: 'system',
    message: `${name}: no answer within ${deadline / 1000} s`,
    hint: 'set fleet_deadline = 30s waits longer',
  });

const readOnly = (): CtqError =>
  new CtqError({
    code: 'place',
    kind: 'statement',
    message: 'cannot change several hosts at once: only select and watch accept a list',
    hint: 'run ctq on each: ssh -t gw1 ctq',
  });
