import { setImmediate as turn } from 'node:timers/promises';
import { runQuery } from '../../../engine/query/exec/select.js';
import { Collector } from '../../../engine/query/exec/subqueries.js';
import { check } from '../../../lang/check/check.js';
import type { CheckedSelect } from '../../../lang/checked/ast.js';
import { exactText } from '../../../lang/conversion/exact-text.js';
import { isPrintable } from '../../../lang/diagnostics/printable.js';
import type { Environment } from '../../../lang/schema/environment.js';
import type { Type } from '../../../lang/schema/type.js';
import type { CurrentValue } from '../../../lang/services/completion/candidate.js';
import { parse } from '../../../lang/syntax/parse.js';
import type { Value } from '../../../lang/values/value.js';
import type { ShellSession } from '../../session/session.js';

/** Entries that are looked at. */
const SAMPLE = 1000;
/** Maximum wait (ms) for a first sample: the values read by then are offered. */
const PATIENCE = 15;
/** Milliseconds after which a sample ends, to be offered at the next key. */
const LONGEST = 400;
/** Milliseconds after which a sample is read again while its values are offered. */
const FRESH = 5000;
/** Milliseconds after which its values are no longer offered. */
const STALE = 120_000;
const MAX = 40;

/** Types of which the values that are in the table help most. */
const SAMPLED = new Set(['address', 'port', 'integer', 'text', 'proto', 'enum']);

/** The fields that are compared most often: one sample has all of them. */
const COMMON: Readonly<Record<string, readonly string[]>> = {
  conntrack: ['orig.src', 'orig.dst', 'orig.sport', 'orig.dport', 'proto', 'state', 'reply.src', 'reply.dst', 'mark'],
};

/** Entries of a table, and the fields that are read of each. */
interface Sample {
  /** When it was begun. */
  readonly time: number;
  readonly rows: Collector;
  readonly fields: readonly string[];
  readonly types: readonly Type[];
  readonly ended: Promise<void>;
  /** The values of a field as they are offered, for a number of rows. */
  readonly offered: Map<string, { readonly count: number; readonly values: readonly CurrentValue[] }>;
}

/** The values that a field has most often, in a bounded sample of a table. */
export class LiveValues {
  readonly #shell: ShellSession;
  readonly #samples = new Map<string, Sample>();
  readonly #refreshing = new Map<string, Sample>();

  constructor(shell: ShellSession) {
    this.#shell = shell;
  }

  /**
   * As they are written in a query. Never fails: who may not read the table gets none. Values that are known are offered at once,
   * and read again after the key if they are old.
   */
  async of(table: string, field: string): Promise<readonly CurrentValue[]> {
    const key = this.#key(table, field);
    const sample = this.#current(key);
    if (sample === undefined) {
      await this.#shell.load().catch(() => {});
      const first = this.#begin(table, field, key);
      if (first === undefined) return [];
      await Promise.race([first.ended, patience()]);
      return this.#offered(first, field);
    }
    if (performance.now() - sample.time > FRESH) setImmediate(() => this.#begin(table, field, key));
    return this.#offered(sample, field);
  }

  /** Reads a sample of the common fields, and prepares what is offered of it, in steps between keys. */
  async warm(table: string): Promise<void> {
    for (const field of COMMON[table] ?? []) {
      const key = this.#key(table, field);
      const sample = this.#samples.get(key) ?? this.#begin(table, field, key);
      await sample?.ended;
      if (sample !== undefined) this.#offered(sample, field);
      await turn();
    }
  }

  /** The entries may have changed: their values are read again. */
  forget(): void {
    this.#samples.clear();
    this.#refreshing.clear();
  }

  #key(table: string, field: string): string {
    const isCommon = COMMON[table]?.includes(field) === true;
    return JSON.stringify([this.#shell.place, table, isCommon ? undefined : field]);
  }

  /** The newest sample that has ended; the first one even before. */
  #current(key: string): Sample | undefined {
    const sample = this.#samples.get(key);
    if (sample === undefined || performance.now() - sample.time <= STALE) return sample;
    this.#samples.delete(key);
    return undefined;
  }

  /** Undefined for a field of which no values are offered, or that does not exist there. */
  #begin(table: string, field: string, key: string): Sample | undefined {
    const running = this.#refreshing.get(key);
    if (running !== undefined) return running;
    const query = this.#query(table, field);
    if (query === undefined) return undefined;
    const rows = new Collector();
    const session = { ...this.#shell.session(AbortSignal.timeout(LONGEST)), warn: () => {}, note: () => {} };
    const types = query.columns!.map(({ expr }) => expr.type);
    const finished = (): void => {
      if (this.#refreshing.get(key) !== sample) return;
      this.#refreshing.delete(key);
      this.#samples.set(key, sample);
    };
    const sample: Sample = {
      time: performance.now(),
      rows,
      fields: fieldsRead(table, field),
      types,
      // What came until it failed is a sample too.
      ended: runQuery(query, rows, session).then(finished, finished),
      offered: new Map(),
    };
    this.#refreshing.set(key, sample);
    if (!this.#samples.has(key)) this.#samples.set(key, sample);
    return sample;
  }

  #query(table: string, field: string): CheckedSelect | undefined {
    const { environment, variables } = this.#shell;
    const fields = fieldsRead(table, field);
    const [statement] = parse(`select ${fields.join(', ')} from ${table} limit ${SAMPLE}`).statements;
    const { value } = check(statement, environment, variables, this.#shell.place);
    const type = value?.kind === 'select' ? value.columns?.[fields.indexOf(field)]?.expr.type : undefined;
    return value?.kind === 'select' && type !== undefined && SAMPLED.has(type.name) ? value : undefined;
  }

  #offered({ fields, types, rows: { rows }, offered }: Sample, field: string): readonly CurrentValue[] {
    const known = offered.get(field);
    if (known?.count === rows.length) return known.values;
    const column = fields.indexOf(field);
    const values = mostFrequent(rows, column, types[column], this.#shell.environment);
    offered.set(field, { count: rows.length, values });
    return values;
  }
}

const fieldsRead = (table: string, field: string): readonly string[] =>
  COMMON[table]?.includes(field) === true ? COMMON[table] : [field];

const patience = (): Promise<void> => new Promise(resolve => setTimeout(resolve, PATIENCE));

function mostFrequent(
  rows: readonly (readonly Value[])[],
  column: number,
  type: Type,
  environment: Environment,
): readonly CurrentValue[] {
  const counts = new Map<Value, number>();
  for (const { [column]: each } of rows) if (each !== null) counts.set(each, (counts.get(each) ?? 0) + 1);
  const values: CurrentValue[] = [];
  for (const [value, count] of [...counts].sort((a, b) => b[1] - a[1])) {
    const text = exactText(value!, type, environment);
    const written = type.name === 'text' ? quoted(text) : text;
    if (written !== undefined) values.push({ text: written, doc: `${count} of ${rows.length}` });
    if (values.length === MAX) break;
  }
  return values;
}

/** Undefined where it would need more than quotes, or could write to the terminal. */
const quoted = (text: string): string | undefined =>
  /^[^'"\\]+$/.test(text) && isPrintable(text) ? `'${text}'` : undefined;
