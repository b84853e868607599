/**
 * JSON: `json` is one array with one object per line, `jsonl` the objects alone. Objects are nested as the field names are
 * (`orig.src` is `src` in `orig`); columns named by `as` are not nested. Whole entries leave out the
 * fields that an entry does not have; in rows of columns they are null. Integers of any size are written as digits, durations as seconds, times in
 * ISO 8601, flags and labels as arrays of names (a flag without a name as `0x…`, a label as its number). Cells of JSON files are what they
 * were there.
 *
 * Whole entries hold all that is needed to restore the entry. Derived fields are left out: the sums `packets`
 * and `bytes`, `age`, `nat`, and `tcp.state`, `sctp.state`, `dccp.state`, which `state` repeats.
 */

import type { WatchEvent } from '../../../lang/checked/statements.js';
import type { TableId } from '../../../lang/schema/catalogue.js';
import type { FormatName } from '../../../lang/schema/formats/formats.js';
import { isoTime } from '../../../lang/values/iso-time.js';
import type { Value } from '../../../lang/values/value.js';
import type { MessageView } from '../../ctnetlink/view/view.js';
import { NLM_F_MULTI } from '../../netlink/constants.js';
import type { Header, Loss, Missing, ResultColumn, Sink } from '../sink.js';
import { allColumns, type EntryColumn, tableOfEntry } from '../writing/columns.js';
import { mayHoldEvents } from '../writing/event.js';
import type { FormatContext } from '../writing/format.js';
import { FLOWS } from '../writing/template/field-template.js';
import { pieces } from '../writing/template/piece.js';
import type { Templates } from '../writing/template/template.js';
import { jsonOfCell } from './file-cells.js';
import { type Member, nest } from './nest.js';
import { jsonTemplates } from './template.js';
import { jsonMembers, type WrittenColumn } from './value-writer.js';
import { DERIVED, LOST, MISSING, RETURNED } from './words.js';

const EVENTS: readonly WatchEvent[] = ['new', 'update', 'destroy'];

interface Shape {
  readonly columns: readonly EntryColumn[];
  readonly members: readonly Member[];
  /** Of flows, by the kind of event; the other fields follow from the layout of the message. */
  readonly templates: Map<number, Templates> | undefined;
}

/** The part of an event's object that does not follow from the layout of its message. */
function kindOf(view: MessageView): number {
  const resync = view.isResync ? 8 : 0;
  if ((view.flags & NLM_F_MULTI) !== 0) return resync;
  return resync | (1 + EVENTS.indexOf(view.event)) | (view.portid === 0 ? 0 : 4);
}

const WORDS = pieces({ first: '\n', next: ',\n', end: '\n' });

/** Few entries are found by a resync: the others leave the member out. */
const sparse = (column: EntryColumn): EntryColumn =>
  column.name === 'resync' ? { ...column, read: view => column.read(view) || null } : column;

/** The fields that the object of an entry has, where the entry has them. */
export const objectColumns = (table: TableId, events: boolean): EntryColumn[] =>
  allColumns(table, events)
    .filter(({ name }) => !DERIVED.has(name))
    .map(sparse);

function withTypes(column: ResultColumn): WrittenColumn {
  const { cells } = column;
  return cells === undefined ? column : { ...column, jsonOf: cell => jsonOfCell(cells, cell) };
}

class JsonSink implements Sink {
  readonly #context: FormatContext;
  readonly #array: boolean;
  #first = true;
  #columns: readonly WrittenColumn[] = [];
  #members: readonly Member[] = [];
  #table: TableId = 'conntrack';
  #events = false;
  readonly #shapes = new Map<TableId, Shape>();
  /** The values of the current entry. */
  #values: Value[] = [];

  constructor(context: FormatContext, isArray: boolean) {
    this.#context = context;
    this.#array = isArray;
  }

  begin(header: Header): void {
    this.#first = true;
    this.#table = header.table;
    this.#events = mayHoldEvents(header);
    this.#shapes.clear();
    this.#columns = header.columns?.map(withTypes) ?? [];
    this.#members = nest(this.#columns.map(({ name }) => name));
    if (this.#array) this.#context.text.utf8('[');
  }

  entry(view: MessageView): void {
    const shape = this.#shapeOf(view);
    if (shape.templates !== undefined && view.origin === null) {
      const { text } = this.#context;
      const templates = this.#templatesOf(shape, shape.templates, view);
      text.line();
      if (this.#array) text.put(this.#first ? WORDS.first : WORDS.next);
      this.#first = false;
      text.entry(templates.of(view), view);
      if (!this.#array) text.put(WORDS.end);
      return;
    }
    const values = this.#values;
    values.length = shape.columns.length;
    for (let i = 0; i < shape.columns.length; i++) values[i] = shape.columns[i].read(view);
    this.#write(jsonMembers(shape.members, values, shape.columns, this.#context, true));
  }

  row(values: readonly Value[]): void {
    this.#write(jsonMembers(this.#members, values, this.#columns, this.#context, false));
  }

  /** `{"event":"lost","count":3,…}` */
  lost({ count, total, time, ...from }: Loss): void {
    const origin = JSON.stringify(from).slice(1, -1);
    this.#write(
      `"event":"${LOST}",${origin === '' ? '' : `${origin},`}"count":${count},"total":${total},"time":"${isoTime(time)}"`,
    );
  }

  /** `{"event":"missing","gateway":"gw7","reason":"not connected"}`, of a watch also `"since":"…"`; `{"event":"returned","gateway":"gw7","seconds":12.5}` */
  missing({ gateway, reason, since, after }: Missing): void {
    if (after !== undefined) {
      const seconds = Math.round(Number(after) / 1e6) / 1000;
      this.#write(`"event":"${RETURNED}","gateway":${JSON.stringify(gateway)},"seconds":${seconds}`);
      return;
    }
    const begin = since === undefined ? '' : `,"since":"${isoTime(since)}"`;
    this.#write(`"event":"${MISSING}","gateway":${JSON.stringify(gateway)},"reason":${JSON.stringify(reason)}${begin}`);
  }

  end(): void {
    if (this.#array) this.#context.text.utf8(this.#first ? ']\n' : '\n]\n');
    this.#context.text.flush();
  }

  #shapeOf(view: MessageView): Shape {
    const table = tableOfEntry(view, this.#table);
    let shape = this.#shapes.get(table);
    if (shape === undefined) {
      const columns = objectColumns(table, this.#events);
      const members = nest(columns.map(({ name }) => name));
      const isPlain = !this.#context.modifiers.has('resolve');
      const templates = isPlain && FLOWS.has(table) ? new Map<number, Templates>() : undefined;
      shape = { columns, members, templates };
      this.#shapes.set(table, shape);
    }
    return shape;
  }

  #templatesOf({ members, columns }: Shape, known: Map<number, Templates>, view: MessageView): Templates {
    const kind = this.#events ? kindOf(view) : 0;
    let templates = known.get(kind);
    if (templates === undefined) {
      templates = jsonTemplates(members, columns, this.#context);
      known.set(kind, templates);
    }
    return templates;
  }

  #write(body: string): void {
    const separator = this.#array ? (this.#first ? '\n' : ',\n') : '';
    this.#first = false;
    this.#context.text.utf8(`${separator}{${body}}${this.#array ? '' : '\n'}`);
  }
}

export const createSink = (context: FormatContext, format: FormatName): Sink =>
  new JsonSink(context, format === 'json');
