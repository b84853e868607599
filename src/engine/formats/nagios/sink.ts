/**
 * The output of a plugin of Nagios, Icinga and their kin: one line, performance data, and the exit status.
 * https://www.monitoring-plugins.org/doc/guidelines.html
 */
import type { AlertLevel } from '../../../lang/checked/ast.js';
import { isStatisticsTable } from '../../../lang/schema/formats/formats.js';
import { isNumeric } from '../../../lang/schema/formats/metrics.js';
import type { Value } from '../../../lang/values/value.js';
import { CtqError } from '../../errors.js';
import type { Header, ResultColumn, Sink } from '../sink.js';
import type { CheckStatus, FormatContext } from '../writing/format.js';
import { checkLine, nameOf, UNKNOWN, WORST_FIRST } from './line.js';
import { performance, rangeOf } from './perfdata.js';

/** Rows with performance data: programs that call plugins cut long lines. */
const MAX_ROWS = 20;
/** Rows in the text. */
const MAX_NAMED = 5;

interface KeptRow {
  readonly at: number;
  /** The keys. */
  readonly group: string;
  readonly text: string;
  readonly performance: readonly string[];
}

class CheckSink implements Sink {
  readonly #context: FormatContext;
  #header: Header | undefined;
  #columns: readonly ResultColumn[] = [];
  /** Of each status: how many rows have it, and the first of them. */
  #counts = [0, 0, 0, 0];
  #kept: KeptRow[][] = [];

  constructor(context: FormatContext) {
    this.#context = context;
  }

  begin(header: Header): void {
    this.#header = header;
    this.#columns = header.columns ?? [];
    this.#counts = [0, 0, 0, 0];
    this.#kept = [[], [], [], []];
  }

  /** Not called: whole entries are refused before they are read. */
  entry(): void {}

  row(values: readonly Value[]): void {
    const status = this.#statusOf(values);
    const kept = this.#kept[status];
    const at = this.#counts.reduce((sum, count) => sum + count);
    this.#counts[status]++;
    if (kept.length < MAX_ROWS) kept.push(this.#keep(values, at));
  }

  #statusOf(values: readonly Value[]): CheckStatus {
    const holds = (level: AlertLevel): Value => {
      const at = this.#columns.findIndex(({ alert }) => alert?.kind === 'state' && alert.level === level);
      return at < 0 ? false : values[at];
    };
    const critical = holds('critical');
    if (critical === true) return 2;
    const warning = holds('warning');
    if (warning === true) return 1;
    // What was not measured is not well.
    const isMissing = this.#columns.some(({ isMeasure }, i) => isMeasure && values[i] === null);
    return isMissing && (critical === null || warning === null) ? UNKNOWN : 0;
  }

  #keep(values: readonly Value[], at: number): KeptRow {
    const shown = this.#columns.flatMap((column, i) => (column.alert ? [] : [{ column, value: values[i] }]));
    const keys = shown.filter(({ column }) => !column.isMeasure);
    const group = keys.map(({ column, value }) => (value === null ? '-' : this.#show(value, column))).join(' ');
    const measures = shown.filter(({ column }) => column.isMeasure);
    const counts = isStatisticsTable(this.#header?.table);
    return {
      at,
      group,
      text: measures
        .map(({ column, value }) => `${column.name} = ${value === null ? 'null' : this.#show(value, column)}`)
        .join(', '),
      performance: measures.flatMap(({ column, value }) => {
        if (!isNumeric(column.type)) return [];
        const label = group === '' ? column.name : `${group} ${column.name}`;
        const ranges = {
          warning: this.#range('warning', column, values),
          critical: this.#range('critical', column, values),
        };
        return performance(label, column, value, counts, ranges) ?? [];
      }),
    };
  }

  #range(level: AlertLevel, { name }: ResultColumn, values: readonly Value[]): string | undefined {
    for (const [i, { alert, type }] of this.#columns.entries())
      if (alert?.kind === 'bound' && alert.level === level && alert.column === name)
        return rangeOf(values[i], alert, type);
    return undefined;
  }

  #show(value: Exclude<Value, null>, column: ResultColumn): string {
    return this.#context.show(value, column);
  }

  /** @throws CtqError if two rows have the same keys */
  end(): void {
    const status = WORST_FIRST.find(each => this.#counts[each] > 0) ?? 0;
    const rows = WORST_FIRST.flatMap(each => this.#kept[each]).slice(0, MAX_ROWS);
    this.#rejectDuplicates(rows);
    const data = [...rows].sort((a, b) => a.at - b.at).flatMap(row => row.performance);
    const { text } = this.#context;
    text.utf8(checkLine(this.#header?.table ?? 'ctq', status, this.#text(status), data));
    this.abandon();
    text.flush();
    this.#context.checked?.(status);
  }

  #text(status: CheckStatus): string {
    const total = this.#counts.reduce((sum, count) => sum + count);
    const reason = this.#reason(status);
    const [only] = this.#kept[status];
    if (total === 1 && only.group === '') return `${only.text}${reason === '' ? '' : ` (${reason})`}`;
    const all = total === 0 ? 'no rows' : total === 1 ? '1 row' : `${total} rows`;
    if (status === 0) return all;
    const counts = WORST_FIRST.filter(each => each !== 0 && this.#counts[each] > 0)
      .map(each => `${this.#counts[each]} ${nameOf(each).toLowerCase()}`)
      .join(', ');
    const named = this.#kept[status].slice(0, MAX_NAMED).map(row => `${row.group} ${row.text}`);
    const more = this.#counts[status] > MAX_NAMED ? [`${this.#counts[status] - MAX_NAMED} more`] : [];
    return `${counts} of ${all}${reason === '' ? '' : ` (${reason})`}: ${[...named, ...more].join('; ')}`;
  }

  /** The condition that the worst rows meet. */
  #reason(status: CheckStatus): string {
    const level = status === 2 ? 'critical' : status === 1 ? 'warning' : undefined;
    const column = this.#columns.find(({ alert }) => alert?.kind === 'state' && alert.level === level);
    return column?.text ?? '';
  }

  #rejectDuplicates(rows: readonly KeptRow[]): void {
    const groups = new Set<string>();
    for (const { group } of rows) {
      if (groups.has(group))
        throw new CtqError({
          code: 'duplicate-series',
          kind: 'statement',
          message: `nagios: several rows have the keys '${group}'`,
          hint: 'select every key of group by',
        });
      groups.add(group);
    }
  }

  abandon(): void {
    this.#kept = [];
  }
}

export const createSink = (context: FormatContext): Sink => new CheckSink(context);
