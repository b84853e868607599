import { readerOf } from '../../../engine/ctnetlink/fields/accessors.js';
import type { MessageView } from '../../../engine/ctnetlink/view/view.js';
import type { FormatContext } from '../../../engine/formats/writing/format.js';
import { humanBytes } from '../../../engine/formats/writing/format-value.js';
import { rowKeyOf } from '../../../engine/query/exec/iteration.js';
import { exactText } from '../../../lang/conversion/exact-text.js';
import { capabilitiesOf, type Place } from '../../../lang/schema/places.js';
import type { Type } from '../../../lang/schema/type.js';
import type { Value } from '../../../lang/values/value.js';
import { originColumn, type SummaryColumn, summaryOf } from '../../display/entry-columns.js';
import { type Cell, EMPTY } from '../../display/text/cell.js';
import type { FlowOrder, SeenFlow } from '../refresh/flows.js';
import type { RateTable } from '../refresh/rate-table.js';
import { column, HISTORY, type TopColumn, TopRow } from './columns.js';

type Key = (view: MessageView, rates: RateTable) => Value;

const field = (name: string): ((view: MessageView) => Value) => readerOf('conntrack', name);
const [snat, dnat] = [field('snat'), field('dnat')];

/** How the columns are ranked on narrow screens, and what sorts them. */
const COLUMNS: Readonly<Record<string, { rank: number; keys: readonly Key[]; isDescending?: true }>> = {
  netns: { rank: 9, keys: [view => view.netns] },
  proto: { rank: 9, keys: [field('proto'), field('state')] },
  source: { rank: 11, keys: [field('orig.src'), field('orig.sport')] },
  destination: { rank: 10, keys: [field('orig.dst'), field('orig.dport')] },
  nat: { rank: 3, keys: [view => snat(view) ?? dnat(view)] },
  state: { rank: 8, keys: [field('state'), field('timeout')] },
  timeout: { rank: 4, keys: [field('timeout')], isDescending: true },
  packets: { rank: 2, keys: [field('packets')], isDescending: true },
  bytes: { rank: 5, keys: [field('bytes')], isDescending: true },
  'packets/s': { rank: 3, keys: [(_, rates) => rates.packets, field('packets')], isDescending: true },
  'bytes/s': { rank: 8, keys: [(_, rates) => rates.bytes, field('bytes')], isDescending: true },
  mark: { rank: 3, keys: [field('mark')], isDescending: true },
  zone: { rank: 3, keys: [field('zone')], isDescending: true },
  helper: { rank: 2, keys: [field('helper')] },
  labels: { rank: 1, keys: [field('labels')] },
};

/** Endpoints are cut before rates are left out: Enter shows a flow in full. */
const MAX_LEAST = 12;

/** A rate that is not known yet. */
export const unknownRate = (unicode: boolean): string => (unicode ? '–' : '-');

/** A rate as a cell: bytes with their unit, packets as a number. */
export function rateCell(rate: number, isBytes: boolean): Cell {
  const rounded = Math.round(rate);
  if (rounded === 0 && rate === 0) return { text: '0', style: 'dim' };
  if (isBytes) return { text: humanBytes(rounded), style: 'number' };
  return { text: rate < 10 ? rate.toFixed(1) : String(rounded), style: 'number' };
}

/** A column with the cells of a flow. */
interface FlowColumn extends TopColumn {
  readonly cell: (flow: SeenFlow) => Cell;
}

/** The flows as rows of a table. */
export class FlowColumns {
  readonly columns: readonly TopColumn[];
  readonly #columns: readonly FlowColumn[];
  readonly #keyOf = rowKeyOf('conntrack');
  readonly #context: FormatContext;

  /** @param place of the flows; undefined: without rates */
  constructor(context: FormatContext, place: Place | undefined) {
    this.#context = context;
    const { spans, isLive } = place === undefined ? { spans: undefined, isLive: false } : capabilitiesOf(place);
    const unknown: Cell = { text: unknownRate(context.unicode), style: 'dim' };
    const rate = (view: MessageView, value: number | null, isBytes: boolean): Cell => {
      if (value !== null) return rateCell(value, isBytes);
      return isLive && view.origBytes >= 0 ? unknown : EMPTY;
    };
    const summary = summaryOf('conntrack', undefined, context);
    const packets = summary.findIndex(({ title }) => title === 'packets');
    const own = (each: SummaryColumn): FlowColumn => {
      const name = each.title.replace(/^\W+/, '');
      const { rank, isDescending = false } = COLUMNS[name];
      return {
        ...column(name, rank, Math.min(each.least, MAX_LEAST), {
          align: each.align,
          optional: each.optional,
          isDescending,
        }),
        typical: each.align === 'right' || name === 'state' ? each.typical : each.title.length + 1,
        title: each.title,
        droppable: rank < 10,
        cell: ({ view }) => each.cell(view),
      };
    };
    const rates: readonly FlowColumn[] = [
      {
        ...column('packets/s', COLUMNS['packets/s'].rank, 6, { align: 'right', optional: true }),
        cell: flow => rate(flow.view, flow.packets, false),
      },
      {
        ...column('bytes/s', COLUMNS['bytes/s'].rank, 8, { align: 'right', optional: true, typical: 8 }),
        cell: flow => rate(flow.view, flow.bytes, true),
      },
    ];
    this.#columns = [
      ...(spans ? [own(originColumn(spans, 'conntrack', context))] : []),
      ...summary.slice(0, packets).map(own),
      ...summary.slice(packets, packets + 2).map(own),
      ...rates,
      ...summary.slice(packets + 2).map(own),
    ];
    this.columns = [...this.#columns, HISTORY];
  }

  row(flow: SeenFlow, history: () => Cell): TopRow {
    return new TopRow(
      this.key(flow),
      () => [...this.#columns.map(({ cell }) => cell(flow)), history()],
      () => conditionOf(flow.view, this.#context),
    );
  }

  key({ view }: SeenFlow): string {
    return String(this.#keyOf(view));
  }
}

/** The order of a column. */
export const flowOrder = (name: string, descending: boolean): FlowOrder => ({
  keys: COLUMNS[name]?.keys ?? COLUMNS['bytes/s'].keys,
  descending,
});

/** The names of the columns that rows can be sorted by. */
export const FLOW_COLUMN_NAMES: readonly string[] = Object.keys(COLUMNS);

const IDENTITY: readonly (readonly [string, Type])[] = [
  ['proto', { name: 'proto' }],
  ['orig.src', { name: 'address' }],
  ['orig.sport', { name: 'port' }],
  ['orig.dst', { name: 'address' }],
  ['orig.dport', { name: 'port' }],
  ['orig.icmp_type', { name: 'integer' }],
  ['orig.icmp_code', { name: 'integer' }],
  ['orig.icmp_id', { name: 'integer' }],
  ['orig.srckey', { name: 'integer' }],
  ['orig.dstkey', { name: 'integer' }],
  ['zone', { name: 'integer' }],
];

/** A condition that only this flow meets: its original tuple and its zone. */
function conditionOf(view: MessageView, { environment }: FormatContext): string {
  const parts = IDENTITY.flatMap(([name, type]) => {
    const value = readerOf('conntrack', name)(view);
    if (value === null || (name === 'zone' && value === 0)) return [];
    return [`${name.replace('orig.', '')} = ${exactText(value, type, environment)}`];
  });
  return parts.join(' and ');
}
