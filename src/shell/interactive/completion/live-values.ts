import { runQuery } from '../../../engine/query/exec/select.js';
import { Collector } from '../../../engine/query/exec/subqueries.js';
import { check } from '../../../lang/check/check.js';
import { isPrintable } from '../../../lang/diagnostics/printable.js';
import type { Environment } from '../../../lang/schema/environment.js';
import type { Type } from '../../../lang/schema/type.js';
import type { CurrentValue } from '../../../lang/services/completion/candidate.js';
import { parse } from '../../../lang/syntax/parse.js';
import { exactText } from '../../../lang/values/exact-text.js';
import type { Value } from '../../../lang/values/value.js';
import type { ShellSession } from '../../session/session.js';

/** Entries that are looked at. */
const SAMPLE = 1000;
/** Maximum wait (ms) after Tab: the values read by then are offered. */
const PATIENCE = 25;
/** Milliseconds after which a sample ends, to be offered at the next Tab. */
const LONGEST = 400;
/** Milliseconds for which a sample is good. */
const FRESH = 5000;
const MOST = 40;

/** Types of which the values that are in the table help most. */
const SAMPLED = new Set(['address', 'port', 'integer', 'text', 'proto', 'enum']);

interface Sample {
  /** When it was begun. */
  readonly time: number;
  readonly rows: Collector;
  readonly type: Type;
  readonly ended: Promise<void>;
}

/** The values that a field has most often, in a bounded sample of a table. */
export class LiveValues {
  readonly #shell: ShellSession;
  readonly #samples = new Map<string, Sample>();

  constructor(shell: ShellSession) {
    this.#shell = shell;
  }

  /** As they are written in a query. Never fails: who may not read the table gets none. */
  async of(table: string, field: string): Promise<readonly CurrentValue[]> {
    const key = JSON.stringify([this.#shell.place, table, field]);
    let sample = this.#samples.get(key);
    if (sample === undefined || performance.now() - sample.time > FRESH) {
      await this.#shell.load().catch(() => {});
      sample = this.#begin(table, field);
      if (sample === undefined) return [];
      this.#samples.set(key, sample);
    }
    const { ended, rows, type } = sample;
    await Promise.race([ended, patience()]);
    return mostFrequent(rows.rows, type, this.#shell.environment);
  }

  #begin(table: string, field: string): Sample | undefined {
    const { environment, variables } = this.#shell;
    const [statement] = parse(`select ${field} from ${table} limit ${SAMPLE}`).statements;
    const { value } = check(statement, environment, variables, this.#shell.place);
    const type = value?.kind === 'select' ? value.columns?.[0]?.expr.type : undefined;
    if (value?.kind !== 'select' || type === undefined || !SAMPLED.has(type.name)) return undefined;
    const rows = new Collector();
    const session = { ...this.#shell.session(AbortSignal.timeout(LONGEST)), warn: () => {} };
    // What came until it failed is a sample too.
    const ended = runQuery(value, rows, session).then(
      () => {},
      () => {},
    );
    return { time: performance.now(), rows, type, ended };
  }
}

const patience = (): Promise<void> => new Promise(resolve => setTimeout(resolve, PATIENCE));

function mostFrequent(
  rows: readonly (readonly Value[])[],
  type: Type,
  environment: Environment,
): readonly CurrentValue[] {
  const counts = new Map<string, number>();
  for (const [each] of rows) {
    if (each === null) continue;
    const text = exactText(each, type, environment);
    const written = type.name === 'text' ? quoted(text) : text;
    if (written !== undefined) counts.set(written, (counts.get(written) ?? 0) + 1);
  }
  return [...counts]
    .sort((a, b) => b[1] - a[1])
    .slice(0, MOST)
    .map(([text, count]) => ({ text, doc: `${count} of ${rows.length}` }));
}

/** Undefined where it would need more than quotes, or could write to the terminal. */
const quoted = (text: string): string | undefined =>
  /^[^'"\\]+$/.test(text) && isPrintable(text) ? `'${text}'` : undefined;
