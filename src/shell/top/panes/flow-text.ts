/** What is known of one flow, as lines. */
import { readerOf } from '../../../engine/ctnetlink/fields/accessors.js';
import type { MessageView } from '../../../engine/ctnetlink/view/view.js';
import type { FormatContext } from '../../../engine/formats/writing/format.js';
import { humanBytes, humanText } from '../../../engine/formats/writing/format-value.js';
import { printable } from '../../../lang/diagnostics/printable.js';
import { type Field, TABLES } from '../../../lang/schema/catalogue.js';
import type { Value } from '../../../lang/values/value.js';
import { type Style, sgrCodes, wordStyle } from '../../display/style.js';
import { pad, textWidth } from '../../display/text/width.js';
import type { Piece } from '../../interactive/line/frame.js';
import { unknownRate } from '../table/flow-columns.js';
import type { Line } from '../table/table.js';

/** Bytes per second of each direction; null if unknown. */
export interface DirectionRates {
  readonly orig: number | null;
  readonly reply: number | null;
}

const FIELDS: Readonly<Record<string, Field>> = TABLES.conntrack.fields;

const LABEL_WIDTH = 10;
const piece = (text: string, style: Style = 'plain'): Piece => ({ text, codes: sgrCodes(style) });
const labelled = (label: string, pieces: readonly Piece[]): Line => [
  piece(` ${label.padEnd(LABEL_WIDTH)} `, 'dim'),
  ...pieces,
];

/** Fields that have a place of their own. */
const PLACED = new Set([
  ...['proto', 'state', 'status', 'timeout', 'age', 'start', 'packets', 'bytes', 'nat', 'snat', 'dnat', 'netns'],
  ...['orig.packets', 'orig.bytes', 'reply.packets', 'reply.bytes', 'tcp.state', 'sctp.state', 'dccp.state'],
  ...['src', 'dst', 'sport', 'dport'].flatMap(name => [`orig.${name}`, `reply.${name}`]),
]);

/** Reads the fields of a flow as text. */
class FlowReader {
  constructor(
    readonly view: MessageView,
    readonly context: FormatContext,
  ) {}

  value(name: string): Value {
    return readerOf('conntrack', name)(this.view);
  }

  /** Empty if the flow does not have it. */
  text(name: string): string {
    const value = this.value(name);
    const { type, flags, vocabulary, unit } = FIELDS[name];
    if (value === null) return '';
    const shown = humanText(value, { name: type, flags, vocabulary, unit }, this.context.environment, name);
    return printable(shown.replaceAll(',', ', '));
  }

  endpoint(direction: 'orig' | 'reply', end: 'src' | 'dst'): string {
    const address = this.text(`${direction}.${end}`);
    const port = this.text(`${direction}.${end === 'src' ? 'sport' : 'dport'}`);
    if (port === '') return address;
    return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
  }
}

/**
 * @param rates undefined: there are none, as of a flow in a file
 * @param history the bytes per second of the last refreshes, as a sparkline
 */
export function flowLines(
  view: MessageView,
  context: FormatContext,
  rates: DirectionRates | undefined,
  history: string,
): readonly Line[] {
  const flow = new FlowReader(view, context);
  const state = flow.text('state');
  const netns = flow.text('netns');
  const lines: Line[] = [
    [
      piece(` ${flow.text('proto')}`, 'header'),
      ...(state === '' ? [] : [piece(`  ${state}`, wordStyle(state))]),
      ...(netns === '' ? [] : [piece('  in netns ', 'dim'), piece(netns, 'name')]),
    ],
    [],
    ...tupleLines(flow, rates),
  ];
  const add = (label: string, text: string, style: Style = 'plain'): void => {
    if (text !== '') lines.push(labelled(label, [piece(text, style)]));
  };
  const translations = [
    ['snat', 'source becomes'],
    ['dnat', 'destination becomes'],
  ].flatMap(([name, words]) => (flow.text(name) === '' ? [] : [`${words} ${flow.text(name)}`]));
  lines.push([]);
  add('NAT', translations.join(', '), 'name');
  const [age, start] = [flow.text('age'), flow.text('start')];
  add('timeout', [flow.text('timeout'), age && `age ${age}`, start && `since ${start}`].filter(Boolean).join('   '));
  add('status', flow.text('status'));
  add('more', moreOf(flow));
  if (history.trim() !== '') lines.push(labelled('history', [piece(history, 'bar'), piece('  bytes/s', 'dim')]));
  return lines;
}

/** Both tuples with their counters, in columns. */
function tupleLines(flow: FlowReader, rates: DirectionRates | undefined): readonly Line[] {
  const arrow = flow.context.unicode ? '→' : '>';
  const rows = (['orig', 'reply'] as const).map(direction => {
    const rate = rates?.[direction];
    const icmp = flow.text(`${direction}.icmp_type`);
    return [
      direction === 'orig' ? 'original' : 'reply',
      flow.endpoint(direction, 'src'),
      arrow,
      flow.endpoint(direction, 'dst') + (icmp === '' ? '' : ` type ${icmp}`),
      flow.text(`${direction}.packets`),
      flow.text(`${direction}.bytes`),
      typeof rate === 'number' ? `${humanBytes(Math.round(rate))}/s` : rates ? unknownRate(flow.context.unicode) : '',
    ];
  });
  const hasCounters = rows.some(row => row[4] !== '');
  const table = hasCounters ? [['', 'from', '', 'to', 'packets', 'bytes', 'rate'], ...rows] : rows;
  const widths = rows[0].map((_, i) => Math.max(...table.map(row => textWidth(row[i]))));
  return table.map((row, y) => {
    const isTitle = hasCounters && y === 0;
    return [
      piece(` ${row[0].padEnd(LABEL_WIDTH)} `, 'dim'),
      ...row.slice(1).flatMap((text, i): Piece[] => {
        const style: Style = isTitle ? 'dim' : i === 0 || i === 2 ? 'address' : 'plain';
        return [piece(pad(text, widths[i + 1], i >= 3 ? 'right' : 'left'), style), piece('  ')];
      }),
    ];
  });
}

/** All other fields that the flow has, by name. */
function moreOf(flow: FlowReader): string {
  const parts: string[] = [];
  for (const [name, { alias, anyOf, watchOnly, historyOnly }] of Object.entries(FIELDS)) {
    if (alias || anyOf || watchOnly || historyOnly || PLACED.has(name)) continue;
    const value = flow.value(name);
    if (value === null || value === 0 || value === '') continue;
    parts.push(`${name} ${flow.text(name)}`);
  }
  return parts.join('   ');
}
