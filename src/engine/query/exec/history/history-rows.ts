import type { CheckedSelect, Column, Place } from '../../../../lang/checked/ast.js';
import { type EvalContext, withoutRow } from '../../../../lang/evaluate/evaluate.js';
import { fieldOf, TABLES } from '../../../../lang/schema/catalogue.js';
import { STATUS_FLAGS } from '../../../../lang/schema/constants.js';
import { isRecorded, type RecordedField } from '../../../../lang/schema/history.js';
import { typeOfField } from '../../../../lang/schema/type.js';
import { add, type Getter, type Integer, subtract, type Value } from '../../../../lang/values/value.js';
import type { MessageView } from '../../../ctnetlink/view/view.js';

/** A row of the history: the values of the recorded fields that the query needs. It is reused for the next row. */
export interface HistoryRow {
  values: readonly Value[];
  /** The position of each field. */
  readonly at: ReadonlyMap<RecordedField, number>;
}

/** The columns of `select from conntrack in history`. */
const DEFAULT_COLUMNS = [
  'gateway',
  'start',
  'stop',
  'proto',
  'src',
  'sport',
  'dst',
  'dport',
  'reply.src',
  'reply.sport',
  'reply.dst',
  'reply.dport',
  'packets',
  'bytes',
];

/** The columns of `select from conntrack in history`. */
export function historyColumns(): Column[] {
  return DEFAULT_COLUMNS.flatMap(written => {
    const found = fieldOf(TABLES.conntrack, written);
    return found
      ? [{ name: written, expr: { kind: 'field', name: found.name, type: typeOfField(found.field) } as const }]
      : [];
  });
}

export const isInHistory = ({ from, place }: Pick<CheckedSelect, 'from' | 'place'>, elsewhere: Place): boolean =>
  from.kind === 'table' && from.table === 'conntrack' && (place ?? elsewhere).kind === 'history';

/** How expressions read rows of the history. */
export const historyReading = (reading: EvalContext<MessageView>): EvalContext<HistoryRow> => ({
  ...withoutRow(reading),
  field: node => historyField(node.name),
});

function historyField(name: string): Getter<HistoryRow> {
  if (isRecorded(name)) {
    return ({ values, at }) => values[at.get(name) ?? -1] ?? null;
  }
  const of = (field: RecordedField): Getter<HistoryRow> => historyField(field);
  switch (name) {
    case 'bytes':
    case 'packets':
      return sumOf(of(`orig.${name}`), of(`reply.${name}`));
    case 'age': {
      const [start, stop] = [of('start'), of('stop')];
      return row => {
        const [from, to] = [start(row), stop(row)] as (Integer | null)[];
        return from === null || to === null ? null : subtract(to, from);
      };
    }
    case 'family': {
      const src = of('orig.src');
      return row => {
        const address = src(row);
        return address === null ? null : typeof address === 'number' ? 'ipv4' : 'ipv6';
      };
    }
    case 'nat': {
      const status = of('status');
      return row => natOf(status(row) as number | null);
    }
    default:
      throw new Error(`the history has no field ${name}`);
  }
}

/** The sum of both directions; of one, where the other has no counter. */
const sumOf =
  (first: Getter<HistoryRow>, second: Getter<HistoryRow>): Getter<HistoryRow> =>
  row => {
    const [a, b] = [first(row), second(row)] as (Integer | null)[];
    return a === null ? b : b === null ? a : add(a, b);
  };

function natOf(status: number | null): string | null {
  if (status === null) return null;
  const src = (status & STATUS_FLAGS.SRC_NAT) !== 0;
  const dst = (status & STATUS_FLAGS.DST_NAT) !== 0;
  return src ? (dst ? 'both' : 'src') : dst ? 'dst' : 'none';
}
