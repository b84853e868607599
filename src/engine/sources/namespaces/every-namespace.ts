import { CtqError } from '../../errors.js';
import type { BatchOutcome, Chunk, Dump, EventStream, ListenOptions } from '../../netlink/messages/streams.js';
import { isReady, NAMESPACE_GONE, namedNamespaces } from '../kernel/namespace.js';
import { MergedEvents, type Part } from '../merged-events.js';
import type { Source } from '../source.js';
import { UnreadNamespaces } from './unread-namespaces.js';

/** Maximum number of watched namespaces: each has a receiving thread. */
const MAX_WATCHED = 64;

/** How long (ms) ip(8) may take between making a name's file and the namespace in it. */
const BEING_MADE_MS = 50;

/** Makes a source of one namespace. @throws CtqError if it cannot be opened */
export type OpenNamespace = (name: string) => Source;

/**
 * All named network namespaces as one source to read and watch: in turn, with the namespace's name in each chunk. The source of
 * each is open only while it is used, so that none keeps a removed namespace alive.
 */
export class EveryNamespace implements Source {
  readonly #open: OpenNamespace;
  readonly #names: () => readonly string[];

  /** @param names default: those that `ip netns list` shows */
  constructor(open: OpenNamespace, names: () => readonly string[] = namedNamespaces) {
    this.#open = open;
    this.#names = names;
  }

  dump(request: Uint8Array, signal?: AbortSignal): Dump {
    return new DumpOfAll(this.#names(), this.#open, request, signal);
  }

  exchange(): Promise<readonly Uint8Array[]> {
    return Promise.reject(readOnly());
  }

  batch(): Promise<BatchOutcome> {
    return Promise.reject(readOnly());
  }

  listen(groups: readonly number[], options?: ListenOptions): EventStream {
    const names = this.#names();
    if (names.length > MAX_WATCHED)
      throw new CtqError({
        code: 'too-many-namespaces',
        kind: 'system',
        message: `cannot watch ${names.length} network namespaces: the limit is ${MAX_WATCHED}`,
        hint: 'name one: in netns blue',
      });
    const parts: Part[] = [];
    try {
      for (const netns of names) {
        const part = this.#listenTo(netns, groups, options);
        if (part !== undefined) parts.push(part);
      }
    } catch (error) {
      for (const { source } of parts) void source.close();
      throw error;
    }
    return new MergedEvents(parts, options?.incomplete, ({ code }) => code === NAMESPACE_GONE);
  }

  /** Undefined where it was removed after the names were listed. */
  #listenTo(netns: string, groups: readonly number[], options?: ListenOptions): Part | undefined {
    let source: Source | undefined;
    try {
      source = this.#open(netns);
      return { from: { netns }, source, stream: source.listen(groups, options) };
    } catch (error) {
      void source?.close();
      if (error instanceof CtqError && error.code === 'no-namespace') return undefined;
      throw error;
    }
  }

  async close(): Promise<void> {}
}

/** Dumps the namespaces in turn. A failure of one does not stop the rest. */
class DumpOfAll implements Dump {
  readonly #names: readonly string[];
  readonly #open: OpenNamespace;
  readonly #request: Uint8Array;
  readonly #signal: AbortSignal | undefined;
  repeats = 0;
  interrupted = false;
  incomplete: CtqError | undefined;

  constructor(names: readonly string[], open: OpenNamespace, request: Uint8Array, signal?: AbortSignal) {
    this.#names = names;
    this.#open = open;
    this.#request = request;
    this.#signal = signal;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Chunk, void, undefined> {
    const names = this.#names;
    const unread = new UnreadNamespaces();
    for (const netns of names) {
      this.#signal?.throwIfAborted();
      try {
        if (!isReady(netns)) await new Promise(resolve => setTimeout(resolve, BEING_MADE_MS));
        yield* this.#dumpOf(netns);
      } catch (error) {
        this.#signal?.throwIfAborted();
        unread.add(netns, error);
      }
    }
    this.incomplete = unread.error(names.length);
    if (this.incomplete !== undefined && unread.count === names.length) throw this.incomplete;
  }

  async *#dumpOf(netns: string): AsyncGenerator<Chunk, void, undefined> {
    const source = this.#open(netns);
    const dump = source.dump(this.#request, this.#signal);
    try {
      for await (const { bytes } of dump) yield { bytes, netns };
    } finally {
      this.repeats += dump.repeats;
      this.interrupted ||= dump.interrupted;
      await source.close();
    }
  }
}

/** The error of an operation that needs a single network namespace. */
export const readOnly = (): CtqError =>
  new CtqError({
    code: 'place',
    kind: 'statement',
    message: 'cannot change all network namespaces at once: only select and watch accept netns *',
    hint: 'name one: in netns blue',
  });
