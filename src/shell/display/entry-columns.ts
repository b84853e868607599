/** The columns in which tables show whole entries: endpoints, state, counters. */
import { readerOf } from '../../engine/ctnetlink/fields/accessors.js';
import type { MessageView } from '../../engine/ctnetlink/view/view.js';
import { secondsOf, timeOfDay } from '../../engine/formats/writing/clock.js';
import { commonColumns } from '../../engine/formats/writing/columns.js';
import type { FormatContext } from '../../engine/formats/writing/format.js';
import { localTime } from '../../engine/formats/writing/format-value.js';
import { printable } from '../../lang/diagnostics/printable.js';
import type { TableId } from '../../lang/schema/catalogue.js';
import { STATUS_FLAGS } from '../../lang/schema/constants.js';
import type { Spanned } from '../../lang/schema/places.js';
import type { Type } from '../../lang/schema/type.js';
import { assertNever } from '../../lang/syntax/ast.js';
import { formatAddress } from '../../lang/values/address.js';
import type { Integer, Value } from '../../lang/values/value.js';
import type { LayoutColumn } from './layout.js';
import { type Cell, cellOf, EMPTY } from './text/cell.js';

export interface SummaryColumn extends LayoutColumn {
  readonly cell: (view: MessageView) => Cell;
  /** Left out if it is empty for all entries. */
  readonly optional: boolean;
  /** Initial width where the entries are not known in advance (events). */
  readonly typical: number;
}

type Reader = (view: MessageView) => Value;

const INTEGER: Type = { name: 'integer' };

/** What the entries are events of, if they are. */
type EventKind = 'watch' | 'log' | undefined;

export function summaryOf(table: TableId, events: EventKind, context: FormatContext): SummaryColumn[] {
  switch (table) {
    case 'conntrack':
    case 'dying':
    case 'unconfirmed':
      return flowSummary(table, events, context);
    case 'expect':
      return expectationSummary(events, context);
    case 'stats':
    case 'expect_stats':
    case 'sysctl':
      return commonColumns(table, false).map(column => ({
        title: column.name,
        align: column.type.name === 'text' ? 'left' : 'right',
        rank: column.name === 'doc' ? 0 : 1,
        droppable: false,
        least: Math.min(column.name.length, 8),
        optional: false,
        typical: 0,
        cell: view => cellOf(column.read(view), column, context),
      }));
    default:
      return assertNever(table);
  }
}

/** `10.0.0.1:80`, `[2001:db8::1]:80`; names with `resolve`. */
function endpoint(address: Reader, port: Reader, context: FormatContext): (view: MessageView) => Cell {
  const { environment, names, modifiers } = context;
  const resolve = modifiers.has('resolve');
  return view => {
    const host = address(view);
    if (typeof host !== 'number' && typeof host !== 'string') return EMPTY;
    const name = resolve ? names?.nameOf(host) : undefined;
    const number = port(view);
    if (typeof number !== 'number') return { text: printable(name ?? formatAddress(host)), style: 'address' };
    const literal = typeof host === 'string' ? `[${formatAddress(host)}]` : formatAddress(host);
    const service = resolve
      ? environment.serviceName(number, (view.isExpectation ? view.tuple : view.orig).proto)
      : undefined;
    return { text: printable(`${name ?? literal}:${service ?? number}`), style: 'address' };
  };
}

const column = (
  title: string,
  rank: number,
  least: number,
  typical: number,
  cell: (view: MessageView) => Cell,
  more: { align?: 'right'; optional?: true } = {},
): SummaryColumn => ({
  title,
  rank,
  least,
  typical,
  cell,
  droppable: rank < 8,
  align: more.align ?? 'left',
  optional: more.optional ?? false,
});

/** The network namespace or the gateway of an entry, for results from several. */
export const originColumn = (spans: Spanned, table: TableId, context: FormatContext): SummaryColumn =>
  column(spans, 9, 4, 8, texts(table, spans, { name: 'text' }, context));

function eventColumn(table: TableId, context: FormatContext): SummaryColumn {
  const read = readerOf(table, 'event');
  const type: Type = { name: 'enum', vocabulary: 'event' };
  return column('event', 9, 7, 7, view => cellOf(read(view), { name: 'event', type }, context));
}

/** When an event was, in local time: of a watch, which is read as it goes, the time of day; of a log also the day. */
function eventTimeColumn(isWatch: boolean): SummaryColumn {
  const width = isWatch ? 8 : 19;
  const text = (ns: Integer): string => (isWatch ? timeOfDay(secondsOf(ns)) : localTime(ns));
  const cell = ({ happened }: MessageView): Cell => (happened < 0 ? EMPTY : { text: text(happened), style: 'plain' });
  return column('time', 2, width, width, cell, { optional: true });
}

const eventColumns = (table: TableId, events: EventKind, context: FormatContext): SummaryColumn[] =>
  events === undefined ? [] : [eventColumn(table, context), eventTimeColumn(events === 'watch')];

/** Cells that are empty for 0: no mark, no zone. */
function sparse(table: TableId, name: string, context: FormatContext): (view: MessageView) => Cell {
  const read = readerOf(table, name);
  return view => {
    const value = read(view);
    return value === null || value === 0 ? EMPTY : cellOf(value, { name, type: INTEGER }, context);
  };
}

function texts(table: TableId, name: string, type: Type, context: FormatContext): (view: MessageView) => Cell {
  const read = readerOf(table, name);
  return view => {
    const value = read(view);
    return value === null ? EMPTY : cellOf(value, { name, type }, context);
  };
}

function flowSummary(table: TableId, events: EventKind, context: FormatContext): SummaryColumn[] {
  const read = (name: string): Reader => readerOf(table, name);
  const [icmpType, icmpCode] = [read('orig.icmp_type'), read('orig.icmp_code')];
  const [state, status] = [read('state'), read('status')];
  const [snat, dnat] = [read('snat'), read('dnat')];
  const stateCell = (view: MessageView): Cell => {
    const bits = status(view);
    if (typeof bits === 'number') {
      if ((bits & (STATUS_FLAGS.OFFLOAD | STATUS_FLAGS.HW_OFFLOAD)) !== 0) return { text: 'OFFLOAD', style: 'good' };
    }
    const name = state(view);
    if (name !== null) return cellOf(name, { name: 'state', type: { name: 'enum', vocabulary: 'state' } }, context);
    if (typeof bits !== 'number') return EMPTY;
    if ((bits & STATUS_FLAGS.ASSURED) !== 0) return { text: 'ASSURED', style: 'good' };
    return (bits & STATUS_FLAGS.SEEN_REPLY) !== 0
      ? { text: 'REPLIED', style: 'good' }
      : { text: 'UNREPLIED', style: 'waiting' };
  };
  const natCell = (view: MessageView): Cell => {
    const [source, destination] = [snat(view), dnat(view)];
    const parts: string[] = [];
    if (typeof source === 'string') parts.push(`src ${source}`);
    if (typeof destination === 'string') parts.push(`dst ${destination}`);
    return parts.length === 0 ? EMPTY : { text: printable(parts.join(', ')), style: 'name' };
  };
  const arrow = context.unicode ? '→ ' : '> ';
  const destination = endpoint(read('orig.dst'), read('orig.dport'), context);
  return [
    ...eventColumns(table, events, context),
    column('proto', 8, 4, 7, texts(table, 'proto', { name: 'proto' }, context)),
    // A port that is cut off is another one.
    column('source', 10, 21, 21, endpoint(read('orig.src'), read('orig.sport'), context)),
    column(`${arrow}destination`, 9, 23, 23, view => {
      const cell = destination(view);
      if (cell === EMPTY) return cell;
      const type = icmpType(view);
      const query = type === null ? '' : ` (${type}/${icmpCode(view) ?? 0})`;
      return { text: arrow + cell.text + query, style: cell.style };
    }),
    column('nat', 5, 16, 19, natCell, { optional: true }),
    column('state', 8, 6, 11, stateCell),
    column('timeout', 6, 4, 7, texts(table, 'timeout', { name: 'duration' }, context), { align: 'right' }),
    column('packets', 3, 4, 7, texts(table, 'packets', INTEGER, context), { align: 'right', optional: true }),
    column('bytes', 4, 5, 9, texts(table, 'bytes', INTEGER, context), { align: 'right', optional: true }),
    column('mark', 3, 4, 4, sparse(table, 'mark', context), { align: 'right', optional: true }),
    column('zone', 3, 4, 4, sparse(table, 'zone', context), { align: 'right', optional: true }),
    column('helper', 2, 4, 6, texts(table, 'helper', { name: 'text' }, context), { optional: true }),
    column('labels', 1, 6, 8, texts(table, 'labels', { name: 'labels' }, context), { optional: true }),
  ];
}

function expectationSummary(events: EventKind, context: FormatContext): SummaryColumn[] {
  const read = (name: string): Reader => readerOf('expect', name);
  const arrow = context.unicode ? '→ ' : '> ';
  const pair = (src: string, dst: string): ((view: MessageView) => Cell)[] => {
    const to = endpoint(read(`${dst}`), read(dst.replace('dst', 'dport')), context);
    return [
      endpoint(read(src), read(src.replace('src', 'sport')), context),
      view => {
        const cell = to(view);
        return cell === EMPTY ? cell : { text: arrow + cell.text, style: cell.style };
      },
    ];
  };
  const [source, destination] = pair('src', 'dst');
  const [masterSource, masterDestination] = pair('master.src', 'master.dst');
  return [
    ...eventColumns('expect', events, context),
    column('proto', 8, 4, 7, texts('expect', 'proto', { name: 'proto' }, context)),
    column('source', 10, 21, 21, source),
    column(`${arrow}destination`, 10, 23, 23, destination),
    column('master', 5, 15, 21, masterSource),
    column(`${arrow}of master`, 5, 15, 23, masterDestination),
    column('helper', 6, 4, 6, texts('expect', 'helper', { name: 'text' }, context)),
    column('timeout', 6, 4, 7, texts('expect', 'timeout', { name: 'duration' }, context), { align: 'right' }),
    column('flags', 4, 6, 9, texts('expect', 'flags', { name: 'flags', flags: 'expect_flags' }, context), {
      optional: true,
    }),
  ];
}
