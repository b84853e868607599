import type { Value } from '../../../lang/values/value.js';
import type { Header, Sink } from '../sink.js';
import type { FormatContext } from '../writing/format.js';
import { ChartRows } from './series.js';

/** A sink that draws its rows when all have come. */
export abstract class LinesSink implements Sink {
  protected readonly context: FormatContext;
  protected readonly rows: ChartRows;

  constructor(context: FormatContext) {
    this.context = context;
    this.rows = new ChartRows(context);
  }

  begin(header: Header): void {
    this.rows.begin(header);
  }

  /** Not called: whole entries are refused before they are read. */
  entry(): void {}

  row(values: readonly Value[]): void {
    this.rows.add(values);
  }

  /** Draws. */
  abstract end(): void;
}
