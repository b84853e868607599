/**
 * Statistics per CPU: the lines of `conntrack -S` and `conntrack -S expect`, and /proc/net/stat/nf_conntrack, whose first line names
 * the columns of hexadecimal numbers in the others.
 */
import { CTA_STATS, CTA_STATS_EXP } from '../../ctnetlink/constants.js';
import type { Entries } from '../reading/entries.js';
import type { LineFormat, LineReader } from '../reading/reader.js';
import { ParseError } from '../reading/report/parse-error.js';
import { UINT16, UINT32, uint } from '../reading/text/text-values.js';

type StatisticsTable = 'stats' | 'expect_stats';

interface Counter {
  readonly table: StatisticsTable;
  readonly attribute: number;
}

const counters = (table: StatisticsTable, words: Readonly<Record<string, number>>): [string, Counter][] =>
  Object.entries(words).map(([word, attribute]) => [word, { table, attribute }]);

/** The words of conntrack(8), and those of /proc that differ (ct_cpu_seq_show, net/netfilter/nf_conntrack_standalone.c). */
const COUNTERS: ReadonlyMap<string, Counter> = new Map([
  ...counters('stats', {
    found: CTA_STATS.FOUND,
    invalid: CTA_STATS.INVALID,
    insert: CTA_STATS.INSERT,
    insert_failed: CTA_STATS.INSERT_FAILED,
    drop: CTA_STATS.DROP,
    early_drop: CTA_STATS.EARLY_DROP,
    error: CTA_STATS.ERROR,
    icmp_error: CTA_STATS.ERROR,
    search_restart: CTA_STATS.SEARCH_RESTART,
    clash_resolve: CTA_STATS.CLASH_RESOLVE,
    clashres: CTA_STATS.CLASH_RESOLVE,
    chaintoolong: CTA_STATS.CHAIN_TOOLONG,
    chainlength: CTA_STATS.CHAIN_TOOLONG,
  }),
  ...counters('expect_stats', {
    expect_new: CTA_STATS_EXP.NEW,
    expect_create: CTA_STATS_EXP.CREATE,
    expect_delete: CTA_STATS_EXP.DELETE,
  }),
]);

const LINE = /^\s*cpu=(\d+)((?:\s+[a-z_]+=\d+)+)\s*(?:(?:gateway|netns)=\S*\s*)*$/;
const HEADER = /^\s*entries(?:\s+[a-z_]+)+\s*$/;

class StatisticsLines implements LineReader {
  readonly #entries: Entries;
  /** The columns of /proc. */
  #columns: readonly string[] | undefined;
  #cpu = 0;

  constructor(entries: Entries) {
    this.#entries = entries;
  }

  read(bytes: Uint8Array, from: number, end: number): void {
    const text = Buffer.from(bytes.subarray(from, end)).toString('latin1');
    if (HEADER.test(text)) {
      this.#columns = text.trim().split(/\s+/);
      this.#cpu = 0;
      return;
    }
    if (this.#columns !== undefined) {
      this.#hexadecimal(this.#columns, text.trim().split(/\s+/));
      return;
    }
    const match = LINE.exec(text);
    if (match === null) throw new ParseError('not a line of conntrack -S');
    const values = match[2].trim().split(/\s+/);
    this.#add(
      uint(match[1], UINT16),
      values.map((pair): [string, number] => {
        const [word, value] = pair.split('=');
        return [word, uint(value, UINT32)];
      }),
    );
  }

  #hexadecimal(columns: readonly string[], cells: readonly string[]): void {
    if (cells.length !== columns.length || !cells.every(cell => /^[0-9a-f]{1,8}$/i.test(cell))) {
      throw new ParseError(`expected ${columns.length} hexadecimal numbers`);
    }
    // A line for each CPU, without its number.
    this.#add(
      this.#cpu++,
      columns.map((word, i) => [word, Number.parseInt(cells[i], 16)]),
    );
  }

  #add(cpu: number, values: readonly (readonly [word: string, value: number])[]): void {
    const found: Record<StatisticsTable, Map<number, number>> = { stats: new Map(), expect_stats: new Map() };
    for (const [word, value] of values) {
      const counter = COUNTERS.get(word);
      if (counter === undefined) this.#entries.report.unknown(`${word}=`);
      else found[counter.table].set(counter.attribute, value);
    }
    for (const table of ['stats', 'expect_stats'] as const) {
      if (found[table].size > 0) this.#entries.statistics(table, cpu, found[table]);
    }
  }
}

export const STATISTICS_LINES: LineFormat = {
  entry: /\bcpu=\d+\s+[a-z_]+=\d|^\s*entries\s+(?:searched|clashres)\s+found\s/,
  resembles: /^\s*cpu=\d/,
  called: 'statistics of conntrack -S',
  isOneLine: true,
  make: entries => new StatisticsLines(entries),
};
