/**
 * ctq for programs.
 *
 * ```ts
import { query } from 'ctq';
 * for await (const row of query('select src, count(*) as flows from conntrack group by src')) console.log(row.src, row.flows);
 * ```
 */
import { release } from 'node:os';
import { following } from './engine/abortable.js';
import { machineEnvironment } from './engine/environment.js';
import { CtqError } from './engine/errors.js';
import type { Sink } from './engine/formats/sink.js';
import type { Session } from './engine/query/context.js';
import { entryObjects, type Row, rowObjects } from './engine/query/exec/objects.js';
import { runQuery } from './engine/query/exec/select.js';
import { abilitiesOf } from './engine/query/plan/pushdown.js';
import { SourcePool } from './engine/sources/pool.js';
import { openSnapshot } from './engine/sources/snapshot/open.js';
import { check } from './lang/check/check.js';
import type { CheckedQuery, Place } from './lang/check/checked-ast.js';
import { report } from './lang/diagnostics/report.js';
import { HERE } from './lang/schema/places.js';
import { parse } from './lang/syntax/parse.js';

export { CtqError, type ErrorKind } from './engine/errors.js';
export type { Plain, Row } from './engine/query/exec/objects.js';
export type { Diagnostic, DiagnosticCode } from './lang/diagnostics/diagnostic.js';

export interface QueryOptions {
  /** Ends the query. */
  readonly signal?: AbortSignal;
  /** A network namespace, as `ip netns list` shows it. */
  readonly netns?: string;
  /** False: the kernel filters nothing; the rows are the same. Default: true. */
  readonly kernelFilter?: boolean;
  /** Told what the user of a shell would read on standard error. Default: nobody. */
  warn?(message: string, hint?: string): void;
}

/** So many rows wait for the program that reads them, at the most. */
const WAITING = 1024;

/**
 * The rows of one `select`.
 * @throws CtqError while it is iterated: of kind `statement` with the text's mistakes, else what went wrong
 */
export async function* query(text: string, options: QueryOptions = {}): AsyncGenerator<Row, void, undefined> {
  const environment = machineEnvironment();
  const place: Place = options.netns === undefined ? HERE : { kind: 'netns', name: options.netns };
  const statement = checkedQuery(text, environment, place);
  const stop = new AbortController();
  const { signal, release: unfollow } = following([options.signal, stop.signal]);
  const warn = (message: string, hint?: string): void => options.warn?.(message, hint);
  const reading = { warn, labelBit: (name: string) => environment.labelBit(name), now: () => environment.now() };
  const kernels = new SourcePool(reading);
  await kernels.load(true);
  let incomplete: CtqError | undefined;
  const session: Session = {
    environment,
    variables: new Map(),
    kernelFilter: options.kernelFilter ?? true,
    abilities: abilitiesOf(release()),
    signal,
    place,
    kernel: place => kernels.of(place),
    snapshot: path => openSnapshot(path, { ...reading, signal }),
    incomplete: error => {
      incomplete ??= error;
    },
    warn,
  };
  const queue = new Queue(environment);
  const running = runQuery(statement, queue, session).then(
    () => queue.finish(incomplete),
    error => queue.finish(error),
  );
  try {
    yield* queue.rows();
  } finally {
    stop.abort();
    queue.release();
    await running;
    unfollow();
    await kernels.close();
  }
}

function checkedQuery(text: string, environment: ReturnType<typeof machineEnvironment>, place: Place): CheckedQuery {
  const { statements, diagnostics } = parse(text);
  if (diagnostics.length > 0) throw mistaken(report(text, diagnostics));
  const [statement] = statements;
  if (statements.length !== 1 || (statement.kind !== 'select' && statement.kind !== 'except')) {
    throw mistaken('query wants one select');
  }
  const { value, diagnostics: found } = check(statement, environment, undefined, place);
  if (!value) throw mistaken(report(text, found));
  return value as CheckedQuery;
}

const mistaken = (message: string): CtqError => new CtqError({ code: 'statement', kind: 'statement', message });

/** Rows between the query, which pushes, and the program, which pulls. */
class Queue implements Sink {
  #rows: Row[] = [];
  #done = false;
  #error: unknown;
  #wake: (() => void) | undefined;
  #drained: (() => void) | undefined;
  #released = false;
  #entry: ReturnType<typeof entryObjects> | undefined;
  #row: ReturnType<typeof rowObjects> | undefined;

  constructor(readonly environment: ReturnType<typeof machineEnvironment>) {}

  begin(header: Parameters<Sink['begin']>[0]): void {
    if (header.columns === undefined) this.#entry = entryObjects(header, this.environment);
    else this.#row = rowObjects(header, this.environment);
  }

  entry(view: Parameters<Sink['entry']>[0]): void {
    if (this.#entry) this.#push(this.#entry(view));
  }

  row(values: Parameters<Sink['row']>[0]): void {
    if (this.#row) this.#push(this.#row(values));
  }

  #push(row: Row): void {
    this.#rows.push(row);
    this.#wake?.();
  }

  end(): void {}

  ready(): Promise<void> | undefined {
    if (this.#rows.length < WAITING || this.#released) return undefined;
    return new Promise(resolve => {
      this.#drained = resolve;
    });
  }

  finish(error?: unknown): void {
    this.#done = true;
    this.#error = error;
    this.#wake?.();
  }

  release(): void {
    this.#released = true;
    this.#drained?.();
  }

  async *rows(): AsyncGenerator<Row, void, undefined> {
    for (;;) {
      const rows = this.#rows;
      this.#rows = [];
      yield* rows;
      this.#drained?.();
      this.#drained = undefined;
      if (this.#rows.length > 0) continue;
      if (this.#done) break;
      await new Promise<void>(resolve => {
        this.#wake = resolve;
      });
      this.#wake = undefined;
    }
    if (this.#error !== undefined) throw this.#error;
  }
}
