/**
 * OpenMetrics 1.0, and the text format 0.0.4 of Prometheus. They differ in the name of a counter's family, and in the line that ends
 * the text. https://prometheus.io/docs/instrumenting/exposition_formats/
 */

import { printable } from '../../../lang/diagnostics/printable.js';
import type { FormatName } from '../../../lang/schema/formats/formats.js';
import { familyOf, isCounter, labelName } from '../../../lang/schema/formats/metrics.js';
import type { Value } from '../../../lang/values/value.js';
import { CtqError } from '../../errors.js';
import type { Header, ResultColumn, Sink } from '../sink.js';
import type { FormatContext } from '../writing/format.js';
import { sample } from '../writing/sample.js';

/** A monitor stores every series for weeks: more are a mistake in the choice of keys. */
const MAX_SERIES = 10_000;

class MetricsSink implements Sink {
  readonly #context: FormatContext;
  readonly #format: FormatName;
  #header: Header | undefined;
  #columns: readonly ResultColumn[] = [];
  /** Of each column that is a measurement: its samples. */
  #samples: string[][] = [];
  #groups = new Set<string>();
  #series = 0;

  constructor(context: FormatContext, format: FormatName) {
    this.#context = context;
    this.#format = format;
  }

  begin(header: Header): void {
    this.#header = header;
    this.#columns = header.columns ?? [];
    this.#samples = this.#columns.map(() => []);
    this.#groups = new Set();
    this.#series = 0;
  }

  /** Not called: whole entries are refused before they are read. */
  entry(): void {}

  /** @throws CtqError if two rows have the same labels */
  row(values: readonly Value[]): void {
    const present = this.#columns.filter(({ isMeasure }, i) => isMeasure && values[i] !== null).length;
    this.#series += present;
    if (present === 0 || this.#series > MAX_SERIES) return;
    const labels = this.#columns.flatMap((column, i) => (column.isMeasure ? [] : this.#label(column, values[i])));
    const group = labels.length === 0 ? '' : `{${labels.join(',')}}`;
    if (this.#groups.has(group))
      throw new CtqError({
        code: 'duplicate-series',
        kind: 'statement',
        message: `${this.#format}: several rows have the labels ${group === '' ? '{}' : group}`,
        hint: 'select every key of group by',
      });
    this.#groups.add(group);
    this.#columns.forEach((column, i) => {
      const value = values[i];
      if (!column.isMeasure || value === null) return;
      this.#samples[i].push(`${column.name}${group} ${sample(value, column.type)}\n`);
    });
  }

  /** A null has no label, as the label of an empty text has the same meaning. */
  #label(column: ResultColumn, value: Value): string[] {
    if (value === null) return [];
    return [`${labelName(column.name)}="${this.#escape(this.#context.show(value, column)).replaceAll('"', '\\"')}"`];
  }

  #escape(text: string): string {
    const escaped = text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
    return this.#context.isTTY ? printable(escaped) : escaped;
  }

  /** @throws CtqError if there are too many series */
  end(): void {
    if (this.#series > MAX_SERIES)
      throw new CtqError({
        code: 'too-many-series',
        kind: 'statement',
        message: `${this.#format}: ${this.#series} series, at most ${MAX_SERIES} are allowed`,
        hint: 'group by fewer keys, by net(src, 24) in place of src, or add order by and limit',
      });
    const { text } = this.#context;
    this.#columns.forEach((column, i) => {
      if (this.#samples[i].length === 0) return;
      const counts = isCounter(column.name);
      const family = counts && this.#format === 'openmetrics' ? familyOf(column.name) : column.name;
      text.utf8(`# HELP ${family} ${this.#help(column)}\n# TYPE ${family} ${counts ? 'counter' : 'gauge'}\n`);
      for (const line of this.#samples[i]) text.utf8(line);
    });
    if (this.#format === 'openmetrics') text.utf8('# EOF\n');
    this.abandon();
    text.flush();
  }

  abandon(): void {
    this.#samples = [];
    this.#groups.clear();
  }

  #help({ name, text = name }: ResultColumn): string {
    const { table, events } = this.#header as Header;
    const help = this.#escape(`${text} from ${events ? 'events of ' : ''}${table}`);
    // OpenMetrics escapes quotes in help too, the older format does not.
    return this.#format === 'openmetrics' ? help.replaceAll('"', '\\"') : help;
  }
}

export const createSink = (context: FormatContext, format: FormatName): Sink => new MetricsSink(context, format);
