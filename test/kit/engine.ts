/** Runs queries in this process, as the shell does, and gives their rows. */
import { release } from 'node:os';
import type { MessageView } from '../../src/engine/ctnetlink/view/view.js';
import type { Header, Sink } from '../../src/engine/formats/sink.js';
import type { QueryContext, QuerySummary } from '../../src/engine/query/context.js';
import { runQuery } from '../../src/engine/query/exec/select.js';
import { abilitiesOf, NO_ABILITIES } from '../../src/engine/query/plan/pushdown.js';
import { openKernel } from '../../src/engine/sources/kernel/kernel.js';
import { openSnapshot } from '../../src/engine/sources/snapshot/open.js';
import type { Source } from '../../src/engine/sources/source.js';
import { check } from '../../src/lang/check/check.js';
import type { CheckedQuery } from '../../src/lang/checked/ast.js';
import { report } from '../../src/lang/diagnostics/report.js';
import type { Environment } from '../../src/lang/schema/environment.js';
import { parse } from '../../src/lang/syntax/parse.js';
import type { Value } from '../../src/lang/values/value.js';
import { ENVIRONMENT } from './environment.js';

export interface EngineOptions {
  readonly kernelFilter?: boolean;
  readonly environment?: Environment;
  /** In place of the kernel. */
  readonly source?: Source;
  readonly signal?: AbortSignal;
}

export interface Result {
  readonly rows: readonly (readonly Value[])[];
  /** Whole entries, as their messages. */
  readonly entries: readonly Uint8Array[];
  readonly header: Header;
  readonly summary: QuerySummary;
  readonly warnings: readonly string[];
}

class Gatherer implements Sink {
  header: Header = { table: 'conntrack' };
  readonly rows: (readonly Value[])[] = [];
  readonly entries: Uint8Array[] = [];
  begin(header: Header): void {
    this.header = header;
  }
  entry(view: MessageView): void {
    this.entries.push(view.copy());
  }
  row(values: readonly Value[]): void {
    this.rows.push([...values]);
  }
  end(): void {}
}

/** The checked query of a text; throws its report where it has a mistake. */
export function checkedQuery(text: string, environment: Environment = ENVIRONMENT): CheckedQuery {
  const { statements, diagnostics } = parse(text);
  const { value, diagnostics: found } =
    statements.length === 1 ? check(statements[0], environment) : { diagnostics: [] };
  if (!value) throw new Error(report(text, [...diagnostics, ...found]));
  return value as CheckedQuery;
}

/** What statements run in, on a kernel. */
export function sessionOf(source: Source, options: EngineOptions = {}, warnings: string[] = []): QueryContext {
  const { kernelFilter = true, environment = ENVIRONMENT } = options;
  return {
    environment,
    variables: new Map(),
    kernelFilter,
    abilities: kernelFilter ? abilitiesOf(release()) : NO_ABILITIES,
    signal: options.signal,
    place: { kind: 'kernel' },
    source: () => source,
    snapshot: (path, fields) =>
      openSnapshot(path, {
        fields,
        warn: message => warnings.push(message),
        labelBit: name => environment.labelBit(name),
        now: () => environment.now(),
      }),
    warn: message => warnings.push(message),
  };
}

export async function select(text: string, options: EngineOptions = {}): Promise<Result> {
  const kernel = options.source ?? openKernel();
  const warnings: string[] = [];
  const sink = new Gatherer();
  try {
    const query = checkedQuery(text, options.environment ?? ENVIRONMENT);
    const summary = await runQuery(query, sink, sessionOf(kernel, options, warnings));
    return { rows: sink.rows, entries: sink.entries, header: sink.header, summary, warnings };
  } finally {
    if (!options.source) await kernel.close();
  }
}
