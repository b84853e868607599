/** The lines of a chart from the rows of a grouped result: its time, or another number among its keys, is the axis; the other keys name the lines. */
import { isAxis } from '../../../lang/schema/formats/chart.js';
import { isNumeric } from '../../../lang/schema/formats/metrics.js';
import type { Value } from '../../../lang/values/value.js';
import type { Header, ResultColumn } from '../sink.js';
import type { FormatContext } from '../writing/format.js';

/** Lines of a panel; more cannot be distinguished. */
const MAX_LINES = 8;

/** A point, in the unit of its column: times and durations in ns. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Line {
  /** The values of the other keys; empty if there is no other key. */
  readonly name: string;
  /** Points of neighbouring intervals, in order: between two pieces there are intervals without a value. */
  readonly pieces: readonly (readonly Point[])[];
}

/** The lines of one measurement. */
export interface Panel {
  readonly column: ResultColumn;
  readonly lines: readonly Line[];
}

export interface Chart {
  readonly axis: ResultColumn;
  /** The first and the last value on the axis. */
  readonly from: number;
  readonly to: number;
  readonly panels: readonly Panel[];
  /** Lines that are not drawn, the smallest ones. */
  readonly leftOut: number;
}

/** Takes the rows of a result. */
export class ChartRows {
  readonly #context: FormatContext;
  #columns: readonly ResultColumn[] = [];
  #axis = -1;
  #measures: readonly number[] = [];
  /** By line: of each measurement its points. */
  #lines = new Map<string, Point[][]>();

  constructor(context: FormatContext) {
    this.#context = context;
  }

  begin({ columns = [] }: Header): void {
    this.#columns = columns;
    const isKey = ({ isMeasure }: ResultColumn): boolean => isMeasure !== true;
    const time = columns.findIndex(column => isKey(column) && column.type.name === 'time');
    this.#axis = time >= 0 ? time : columns.findIndex(column => isKey(column) && isAxis(column.type));
    this.#measures = columns.flatMap((column, i) => (column.isMeasure && isNumeric(column.type) ? [i] : []));
    this.#lines = new Map();
  }

  add(values: readonly Value[]): void {
    const x = values[this.#axis];
    if (typeof x !== 'number' && typeof x !== 'bigint') return;
    const name = this.#columns
      .flatMap((column, i) => (i === this.#axis || column.isMeasure ? [] : [this.#text(values[i], column)]))
      .join(', ');
    let points = this.#lines.get(name);
    if (points === undefined) {
      points = this.#measures.map(() => []);
      this.#lines.set(name, points);
    }
    for (const [i, measure] of this.#measures.entries()) {
      const y = values[measure];
      if (y !== null) points[i].push({ x: Number(x), y: Number(y) });
    }
  }

  #text(value: Value, column: ResultColumn): string {
    return value === null ? this.#context.nullText || 'null' : this.#context.show(value, column);
  }

  /** Undefined without a point. */
  chart(): Chart | undefined {
    const all = [...this.#lines.values()].flat(2).map(({ x }) => x);
    if (all.length === 0) return undefined;
    const positions = [...new Set(all)].sort((a, b) => a - b);
    const from = positions[0];
    const to = positions[positions.length - 1];
    const step = positions.reduce(
      (least, x, i) => (i === 0 ? least : Math.min(least, x - positions[i - 1])),
      to - from,
    );
    let leftOut = 0;
    const panels = this.#measures.map((column, i): Panel => {
      const sums = [...this.#lines].map(([name, points]) => ({
        name,
        points: points[i],
        sum: points[i].reduce((sum, { y }) => sum + Math.abs(y), 0),
      }));
      const largest = sums.filter(({ points }) => points.length > 0).sort((a, b) => b.sum - a.sum);
      leftOut = Math.max(leftOut, largest.length - MAX_LINES);
      const drawn = new Set(largest.slice(0, MAX_LINES));
      return {
        column: this.#columns[column],
        lines: sums
          .filter(each => drawn.has(each))
          .sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }))
          .map(({ name, points }) => ({ name, pieces: piecesOf(points, 1.5 * step) })),
      };
    });
    return { axis: this.#columns[this.#axis], from, to, panels, leftOut };
  }
}

/** Cuts the points where an interval is left out. */
function piecesOf(points: readonly Point[], longest: number): Point[][] {
  const pieces: Point[][] = [];
  let last: Point | undefined;
  for (const point of [...points].sort((a, b) => a.x - b.x)) {
    if (last === undefined || point.x - last.x > longest) pieces.push([]);
    pieces[pieces.length - 1].push(point);
    last = point;
  }
  return pieces;
}

/** Warns of lines that are not drawn. */
export function warnOfLines({ leftOut }: Chart, { warn }: Pick<FormatContext, 'warn'>): void {
  if (leftOut > 0)
    warn?.(
      `${leftOut} more ${leftOut === 1 ? 'line is' : 'lines are'} not drawn: the ${MAX_LINES} largest are`,
      'group by fewer keys, or leave rows out with where',
    );
}
