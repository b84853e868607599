/**
 * The library: queries of conntrack from programs.
 *
 * ```ts
 * import { query } from 'ctq';
 * for await (const row of query('select src, count(*) as flows from conntrack group by src')) console.log(row.src, row.flows);
 * ```
 */

import { following } from './engine/abortable.js';
import { machineEnvironment } from './engine/environment.js';
import { CtqError } from './engine/errors.js';
import type { Sink } from './engine/formats/sink.js';
import { kernelRelease } from './engine/kernel-release.js';
import type { QueryContext } from './engine/query/context.js';
import { entryObjects, type Row, rowObjects } from './engine/query/exec/objects.js';
import { runQuery } from './engine/query/exec/select.js';
import { abilitiesOf } from './engine/query/plan/pushdown.js';
import { SourcePool } from './engine/sources/pool.js';
import { openSnapshot } from './engine/sources/snapshot/open.js';
import { machineSurroundings } from './engine/surroundings.js';
import { check } from './lang/check/check.js';
import type { CheckedQuery, Place } from './lang/checked/ast.js';
import { shown } from './lang/checked/selects.js';
import { report } from './lang/diagnostics/report.js';
import type { Environment } from './lang/schema/environment.js';
import { HERE } from './lang/schema/places.js';
import { parse } from './lang/syntax/parse.js';

export { CtqError, type ErrorKind } from './engine/errors.js';
export type { Plain, Row } from './engine/query/exec/objects.js';
export type { Diagnostic, DiagnosticCode } from './lang/diagnostics/diagnostic.js';

/** Options of `query`. */
export interface QueryOptions {
  /** Aborts the query; the iteration throws the signal's reason. */
  readonly signal?: AbortSignal;
  /** Name of a network namespace, as in `ip netns list`. Default: that of the process. */
  readonly netns?: string;
  /** False: the kernel filters nothing; the rows are the same. Default: true. */
  readonly kernelFilter?: boolean;
  /** Receives warnings, which the shell prints on standard error. Default: warnings are discarded. */
  warn?(message: string, hint?: string): void;
}

/** Number of queued rows from which the query waits for the program. */
const QUEUE_LIMIT = 1024;

/**
 * Runs one `select` and yields its rows while they are read. Leaving the loop ends the query.
 * @param text one select, optionally with `except`
 * @throws CtqError during iteration; its kind is `statement` if the text is wrong
 */
export async function* query(text: string, options: QueryOptions = {}): AsyncGenerator<Row, void, undefined> {
  const environment = { ...machineEnvironment(), ...machineSurroundings() };
  const place: Place = options.netns === undefined ? HERE : { kind: 'netns', name: options.netns };
  const statement = checkedQuery(text, environment, place);
  const stop = new AbortController();
  const { signal, release: unfollow } = following([options.signal, stop.signal]);
  const warn = (message: string, hint?: string): void => options.warn?.(message, hint);
  const reading = {
    warn,
    labelBit: (name: string) => environment.labelBit(name),
    labelNames: () => environment.labelNames(),
    now: () => environment.now(),
  };
  const kernels = new SourcePool(reading);
  await kernels.load(true);
  let incomplete: CtqError | undefined;
  const setIncomplete = (error: CtqError): void => {
    incomplete ??= error;
  };
  const session: QueryContext = {
    environment,
    variables: new Map(),
    kernelFilter: options.kernelFilter ?? true,
    abilities: abilitiesOf(kernelRelease()),
    signal,
    place,
    source: place => kernels.of(place),
    snapshot: (path, fields, whole) =>
      openSnapshot(path, { ...reading, fields, whole, signal, incomplete: setIncomplete }),
    incomplete: setIncomplete,
    warn,
  };
  const queue = new RowQueue(environment);
  const running = runQuery(statement, queue, session).then(
    () => queue.finish(incomplete),
    error => queue.finish(error),
  );
  try {
    yield* queue.rows();
  } finally {
    stop.abort();
    queue.kernelRelease();
    await running;
    unfollow();
    await kernels.close();
  }
}

function checkedQuery(text: string, environment: Environment, place: Place): CheckedQuery {
  const { statements, diagnostics } = parse(text);
  if (diagnostics.length > 0) throw statementError(report(text, diagnostics));
  const [statement] = statements;
  if (
    statements.length !== 1 ||
    (statement.kind !== 'select' && statement.kind !== 'compound' && statement.kind !== 'with')
  ) {
    throw statementError('query requires exactly one select');
  }
  const { value, diagnostics: found } = check(statement, environment, undefined, place);
  if (!value) throw statementError(report(text, found));
  const query = value as CheckedQuery;
  return query.kind === 'select' && query.columns ? { ...query, columns: shown(query.columns) } : query;
}

const statementError = (message: string): CtqError => new CtqError({ code: 'statement', kind: 'statement', message });

/** A queue of rows between the query, which pushes, and the program, which pulls. */
class RowQueue implements Sink {
  #rows: Row[] = [];
  #done = false;
  #error: unknown;
  #wake: (() => void) | undefined;
  #drained: (() => void) | undefined;
  #released = false;
  #entry: ReturnType<typeof entryObjects> | undefined;
  #row: ReturnType<typeof rowObjects> | undefined;

  constructor(readonly environment: Environment) {}

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
    if (this.#rows.length < QUEUE_LIMIT || this.#released) return undefined;
    return new Promise(resolve => {
      this.#drained = resolve;
    });
  }

  finish(error?: unknown): void {
    this.#done = true;
    this.#error = error;
    this.#wake?.();
  }

  kernelRelease(): void {
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
