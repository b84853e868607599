import { isoTime } from '../../../lang/values/iso-time.js';
/**
 * JSON: `json` is one array with an object a line, `jsonl` objects alone. Objects are nested as the field names are
 * (`orig.src` is `src` in `orig`); columns that `as` names stay flat. In whole entries what an entry does not have is left out,
 * in rows of columns it is null. Integers of any size are written as digits, durations as seconds, times in
 * ISO 8601, flags and labels as arrays of names (what has no name as `0x…`, as a number).
 *
 * Whole entries hold all that it takes to make the entry again. Left out is what follows from the rest: the sums `packets`
 * and `bytes`, `age`, `nat`, and `tcp.state`, `sctp.state`, `dccp.state`, which `state` repeats.
 */

import type { WatchEvent } from '../../../lang/check/checked-ast.js';
import type { TableId } from '../../../lang/schema/catalogue.js';
import type { Value } from '../../../lang/values/value.js';
import type { MessageView } from '../../ctnetlink/view/view.js';
import { NLM_F_MULTI } from '../../netlink/constants.js';
import type { Header, Loss, Sink } from '../sink.js';
import { allColumns, type EntryColumn, tableOfEntry } from '../writing/columns.js';
import { FLOWS } from '../writing/field-template.js';
import type { FormatContext, ShownColumn } from '../writing/format.js';
import { pieces } from '../writing/piece.js';
import type { Templates } from '../writing/template.js';
import { type Member, nest } from './nest.js';
import { jsonTemplates } from './template.js';
import { jsonMembers } from './value-writer.js';

/** Fields of entries that follow from other ones. */
const DERIVED: ReadonlySet<string> = new Set([
  'packets',
  'bytes',
  'age',
  'nat',
  'tcp.state',
  'sctp.state',
  'dccp.state',
]);

const EVENTS: readonly WatchEvent[] = ['new', 'update', 'destroy'];

interface Shape {
  readonly columns: readonly EntryColumn[];
  readonly members: readonly Member[];
  /** Of flows, by the kind of event: what they have besides follows from the layout of the message. */
  readonly templates: Map<number, Templates> | undefined;
}

/** What of an event's object does not follow from the layout of its message. */
function kindOf(view: MessageView): number {
  const resync = view.isResync ? 8 : 0;
  if ((view.flags & NLM_F_MULTI) !== 0) return resync;
  return resync | (1 + EVENTS.indexOf(view.event)) | (view.portid === 0 ? 0 : 4);
}

const WORDS = pieces({ first: '\n', next: ',\n', end: '\n' });

/** Few entries are found by a resync: the others do not say that they are not. */
const sparse = (column: EntryColumn): EntryColumn =>
  column.name === 'resync' ? { ...column, read: view => column.read(view) || null } : column;

/** The fields that the object of an entry has, where the entry has them. */
export const objectColumns = (table: TableId, events: boolean): EntryColumn[] =>
  allColumns(table, events)
    .filter(({ name }) => !DERIVED.has(name))
    .map(sparse);

export class JsonSink implements Sink {
  readonly #context: FormatContext;
  readonly #array: boolean;
  #first = true;
  #columns: readonly ShownColumn[] = [];
  #members: readonly Member[] = [];
  #table: TableId = 'conntrack';
  #events = false;
  readonly #shapes = new Map<TableId, Shape>();
  /** The values of the entry at hand. */
  #values: Value[] = [];

  constructor(context: FormatContext, kind: 'json' | 'jsonl') {
    this.#context = context;
    this.#array = kind === 'json';
  }

  begin(header: Header): void {
    this.#first = true;
    this.#table = header.table;
    this.#events = header.events === true;
    this.#shapes.clear();
    this.#columns = header.columns ?? [];
    this.#members = nest(this.#columns.map(({ name }) => name));
    if (this.#array) this.#context.text.utf8('[');
  }

  entry(view: MessageView): void {
    const shape = this.#shapeOf(view);
    if (shape.templates !== undefined && view.netns === null) {
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

  /** `{"event":"lost","count":3,…}`: no event of the kernel has that name. */
  lost({ count, total, time }: Loss): void {
    this.#write(`"event":"lost","count":${count},"total":${total},"time":"${isoTime(time)}"`);
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
