import type { FormatContext } from '../../../engine/formats/writing/format.js';
import { humanBytes } from '../../../engine/formats/writing/format-value.js';
import type { CheckedSelect } from '../../../lang/checked/ast.js';
import { exactText } from '../../../lang/conversion/exact-text.js';
import type { Type } from '../../../lang/schema/type.js';
import type { Value } from '../../../lang/values/value.js';
import { type Cell, cellOf, EMPTY } from '../../display/text/cell.js';
import { GROUPINGS, type GroupingName, MEASURE_NAMES } from '../view.js';
import { column, HISTORY, type TopColumn, TopRow } from './columns.js';
import { rateCell, unknownRate } from './flow-columns.js';

/** Where there is no space for all columns, those of the lowest rank are left out first. */
const MEASURE_RANKS: Readonly<Record<string, number>> = {
  flows: 10,
  unreplied: 6,
  'new/s': 7,
  'packets/s': 4,
  'bytes/s': 9,
  packets: 3,
  bytes: 6,
};
/** Empty where the kernel counts nothing, and in a file. */
const OPTIONAL = new Set(['new/s', 'packets/s', 'bytes/s', 'packets', 'bytes']);

const RATES = new Set(['new/s', 'packets/s', 'bytes/s']);

/** The title of the key of each grouping. */
const TITLES: Readonly<Record<GroupingName, readonly string[]>> = {
  source: ['source'],
  destination: ['destination'],
  port: ['proto', 'port', 'service'],
  network: ['network'],
  state: ['proto', 'state'],
};

/** The names of the columns that groups can be sorted by. */
export const groupColumnNames = (grouping: GroupingName): readonly string[] => [...MEASURE_NAMES, ...TITLES[grouping]];

/** The groups of flows as rows of a table. */
export class GroupColumns {
  readonly columns: readonly TopColumn[];
  readonly #grouping: GroupingName;
  readonly #types: readonly Type[];
  readonly #context: FormatContext;
  readonly #isLive: boolean;

  /** @param isLive the table changes, so that there are rates */
  constructor(grouping: GroupingName, { columns = [] }: CheckedSelect, context: FormatContext, isLive: boolean) {
    this.#grouping = grouping;
    this.#isLive = isLive;
    this.#context = context;
    this.#types = columns.slice(0, GROUPINGS[grouping].length).map(({ expr }) => expr.type);
    this.columns = [
      ...TITLES[grouping].map((name, i) => column(name, i === 2 ? 5 : 11, name === 'port' ? 5 : 8)),
      ...MEASURE_NAMES.map(name =>
        column(name, MEASURE_RANKS[name], 5, { align: 'right', optional: OPTIONAL.has(name) }),
      ),
      HISTORY,
    ];
  }

  row(values: readonly Value[], history: () => Cell): TopRow {
    const keys = this.#keys(values);
    const measures = values.slice(keys.length);
    return new TopRow(
      this.key(values),
      () => [
        ...keys.map((value, i) =>
          value === null ? NONE : cellOf(value, { name: 'key', type: this.#types[i] }, this.#context),
        ),
        ...(this.#grouping === 'port' ? [this.#service(keys[0], keys[1])] : []),
        ...MEASURE_NAMES.map((name, i) => this.#measure(name, measures[i], measures)),
        history(),
      ],
      () => this.#condition(keys),
    );
  }

  key(values: readonly Value[]): string {
    return JSON.stringify(this.#keys(values));
  }

  #keys(values: readonly Value[]): readonly Value[] {
    return values.slice(0, GROUPINGS[this.#grouping].length);
  }

  /** A rate that is not known yet has a mark; what the kernel does not count is empty. */
  #measure(name: string, value: Value, measures: readonly Value[]): Cell {
    if (value !== null) return measureCell(name, value);
    const isCounted = name === 'new/s' || measures[MEASURE_NAMES.indexOf('bytes')] !== null;
    return this.#isLive && RATES.has(name) && isCounted
      ? { text: unknownRate(this.#context.unicode), style: 'dim' }
      : EMPTY;
  }

  #service(proto: Value, port: Value): Cell {
    if (typeof port !== 'number' || typeof proto !== 'number') return EMPTY;
    const name = this.#context.environment.serviceName(port, proto);
    return name === undefined ? EMPTY : { text: name, style: 'dim' };
  }

  #condition(keys: readonly Value[]): string {
    const fields = this.#grouping === 'network' ? ['src'] : GROUPINGS[this.#grouping];
    return keys
      .map((value, i) =>
        value === null
          ? `${fields[i]} is null`
          : `${fields[i]} = ${exactText(value, this.#types[i], this.#context.environment)}`,
      )
      .join(' and ');
  }
}

const NONE: Cell = { text: '-', style: 'null' };

function measureCell(name: string, value: Exclude<Value, null>): Cell {
  const number = Number(value);
  if (name === 'bytes/s' || name === 'packets/s' || name === 'new/s') return rateCell(number, name === 'bytes/s');
  if (number === 0) return { text: '0', style: 'dim' };
  if (name === 'bytes') return { text: humanBytes(value as number), style: 'number' };
  return { text: String(value), style: name === 'unreplied' ? 'waiting' : 'number' };
}
