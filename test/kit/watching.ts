/** Runs statements about events inside of the test's process, as the shell does. */
import { Writable } from 'node:stream';
import type { QueryContext } from '../../src/engine/query/context.js';
import { type RepeatSummary, runRepeated } from '../../src/engine/query/repeat/repeat.js';
import { openKernel } from '../../src/engine/sources/kernel/kernel.js';
import type { Source } from '../../src/engine/sources/source.js';
import type { WatchSummary } from '../../src/engine/watch/summary.js';
import { runWatch, type WatchOptions } from '../../src/engine/watch/watch.js';
import { check } from '../../src/lang/check/check.js';
import type { CheckedSelect, Place } from '../../src/lang/checked/ast.js';
import type { CheckedWatch } from '../../src/lang/checked/statements.js';
import type { Environment } from '../../src/lang/schema/environment.js';
import { parse } from '../../src/lang/syntax/parse.js';
import { createSink, type OutputOptions, resolveOutput } from '../../src/shell/output/create-sink.js';
import { StreamDestination } from '../../src/shell/output/destination.js';
import { EVERYTHING } from './abilities.js';
import { ENVIRONMENT } from './environment.js';

export interface RunOptions extends WatchOptions {
  /** Named network namespace; this process's own where left out. */
  readonly netns?: string;
  readonly source?: Source;
  readonly signal?: AbortSignal;
  readonly output?: Writable;
  readonly sink?: Partial<OutputOptions>;
  readonly environment?: Partial<Environment>;
  readonly kernelFilter?: boolean;
  readonly incomplete?: QueryContext['incomplete'];
}

/** Gathers what is written. */
export class Gathered extends Writable {
  text = '';
  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString('utf8');
    this.emit('text');
    done();
  }
  get lines(): string[] {
    return this.text.split('\n').filter(line => line !== '');
  }
}

export function checkedStatement(text: string): CheckedWatch | CheckedSelect {
  const { value, diagnostics } = check(parse(text).statements[0], ENVIRONMENT);
  if (value === undefined || (value.kind !== 'watch' && value.kind !== 'select'))
    throw new Error(`${text}: ${JSON.stringify(diagnostics)}`);
  return value;
}

export class Running<Summary> {
  readonly warnings: string[] = [];
  readonly ended: Promise<Summary>;
  readonly source: Source;
  readonly #own: boolean;

  constructor(text: string, options: RunOptions, run: (statement: never, ...rest: never[]) => Promise<Summary>) {
    const statement = checkedStatement(text);
    const place: Place = options.netns === undefined ? { kind: 'kernel' } : { kind: 'netns', name: options.netns };
    this.#own = options.source === undefined;
    this.source =
      options.source ?? openKernel(options.netns === undefined ? {} : { namespace: { name: options.netns } });
    const session: QueryContext = {
      environment: { ...ENVIRONMENT, ...options.environment, now: () => BigInt(Date.now()) * 1_000_000n },
      variables: new Map(),
      kernelFilter: options.kernelFilter ?? true,
      abilities: EVERYTHING,
      signal: options.signal,
      place,
      source: () => this.source,
      snapshot: () => {
        throw new Error('no snapshots here');
      },
      warn: message => this.warnings.push(message),
      ...(options.incomplete ? { incomplete: options.incomplete } : {}),
    };
    this.ended = this.#run(statement, session, options, run as never);
  }

  async #run(
    statement: CheckedWatch | CheckedSelect,
    session: QueryContext,
    options: RunOptions,
    run: (...all: unknown[]) => Promise<Summary>,
  ): Promise<Summary> {
    const entries = statement.columns === undefined;
    const sink = await createSink(resolveOutput(statement.output, entries, false), {
      destination: new StreamDestination(options.output ?? new Gathered()),
      isTTY: false,
      color: false,
      unicode: true,
      environment: session.environment,
      ...options.sink,
    });
    try {
      const summary = await run(statement, sink, session, options);
      await sink.close();
      return summary;
    } finally {
      if (this.#own) await this.source.close();
    }
  }
}

export const watching = (text: string, options: RunOptions = {}): Running<WatchSummary> =>
  new Running(text, options, runWatch as never);

export const repeating = (text: string, options: RunOptions = {}): Running<RepeatSummary> =>
  new Running(text, options, runRepeated as never);
