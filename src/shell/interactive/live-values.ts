import { runQuery } from '../../engine/query/select.js';
import { Collector } from '../../engine/query/subqueries.js';
import { check } from '../../lang/check.js';
import { parse } from '../../lang/parse.js';
import { exactText } from '../output/format-value.js';
import type { Shell } from '../shell.js';

/** Entries that are looked at. */
const SAMPLE = 2000;
/** Milliseconds after which whoever pressed Tab has waited long enough. */
const PATIENCE = 400;
/** Milliseconds for which a sample is good. */
const FRESH = 5000;
const MOST = 40;

/** Values of these types say more than their names do. */
const SAMPLED = new Set(['address', 'port', 'integer', 'text', 'proto']);

/** The values that a field has most often, in a bounded sample of a table. */
export class LiveValues {
  readonly #shell: Shell;
  readonly #known = new Map<string, { readonly time: number; readonly values: readonly string[] }>();

  constructor(shell: Shell) {
    this.#shell = shell;
  }

  /** As they are written in a query. Never fails: who may not read the table gets none. */
  async of(table: string, field: string): Promise<readonly string[]> {
    const key = JSON.stringify([this.#shell.place, table, field]);
    const known = this.#known.get(key);
    if (known && performance.now() - known.time < FRESH) return known.values;
    const values = await this.#sample(table, field).catch(() => []);
    this.#known.set(key, { time: performance.now(), values });
    return values;
  }

  async #sample(table: string, field: string): Promise<readonly string[]> {
    const { environment, variables } = this.#shell;
    const [statement] = parse(`select ${field} from ${table} limit ${SAMPLE}`).statements;
    const { value } = check(statement, environment, variables);
    if (value?.kind !== 'select') return [];
    const rows = new Collector();
    await this.#shell.load();
    const session = { ...this.#shell.session(AbortSignal.timeout(PATIENCE)), warn: () => {} };
    // What came in time is a sample too.
    await runQuery(value, rows, session).catch(() => {});
    const type = rows.header?.columns?.[0]?.type;
    if (!type || !SAMPLED.has(type.name)) return [];
    const counts = new Map<string, number>();
    for (const [each] of rows.rows) {
      if (each === null) continue;
      const text = exactText(each, type, environment);
      const written = type.name === 'text' ? quoted(text) : text;
      if (written !== undefined) counts.set(written, (counts.get(written) ?? 0) + 1);
    }
    return [...counts]
      .sort((a, b) => b[1] - a[1])
      .slice(0, MOST)
      .map(([text]) => text);
  }
}

/** Undefined where it would need more than quotes, or could write to the terminal. */
const quoted = (text: string): string | undefined =>
  /^[^\x00-\x1f\x7f-\x9f'"\\]+$/.test(text) ? `'${text}'` : undefined;
