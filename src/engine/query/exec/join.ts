import type { CheckedJoin, FieldNode, Type, Typed } from '../../../lang/check/checked-ast.js';
import { parseTime } from '../../../lang/check/convert.js';
import { compile, type Getter, type Reading } from '../../../lang/evaluate/evaluate.js';
import { protocolNumber } from '../../../lang/schema/flags.js';
import { mask, networkOf, networkValue, parseAddress } from '../../../lang/values/address.js';
import { type Address, type Integer, integer, type Value } from '../../../lang/values/value.js';
import { readerOf } from '../../ctnetlink/fields/accessors.js';
import { MessageView } from '../../ctnetlink/view/view.js';
import { CtqError } from '../../errors.js';
import { type DataRow, readDataFile } from '../../sources/data-file/data-file.js';
import { walk } from '../plan/fields.js';
import { identity } from '../plan/identity.js';
import { conjuncts } from '../plan/pushdown.js';

/** What a joined table's rows are: a data file's cells, or a flow's message. */
type Joined = DataRow | MessageView;

/** The messages of a table that is joined. */
export type ReadTable = (join: CheckedJoin) => Promise<readonly Uint8Array[]>;

/**
 * Joined tables, held in memory. `current` is the row that each has beside the row that is being looked at, null where a
 * left join found none: readers of joined fields look there.
 */
export class Joins {
  readonly #tables: JoinedTable[] = [];
  readonly current: (Joined | null)[] = [];

  /** @throws CtqError where a file cannot be read, or lacks a column */
  static async read(
    joins: readonly CheckedJoin[],
    read: ReadTable,
    reading: Reading<MessageView>,
    signal?: AbortSignal,
  ): Promise<Joins> {
    const all = new Joins();
    for (const [index, join] of joins.entries()) {
      const rows =
        join.from.kind === 'data' ? await dataRows(join, join.from.path, signal) : (await read(join)).map(viewOf);
      all.current.push(null);
      const field = all.reader(reading.field);
      all.#tables.push(new JoinedTable(join, index, rows, { ...reading, field }, all.current));
    }
    return all;
  }

  /** How fields are read, those of joined tables included. */
  reader(own: Reading<MessageView>['field']): (node: FieldNode) => Getter<MessageView> {
    return node => {
      const { join, name, type } = node;
      if (join === undefined) return own!(node);
      return () => {
        const row = this.current[join];
        return row === null || row === undefined ? null : cell(row, name, type);
      };
    };
  }

  /** Calls `each` once for every combination of joined rows that goes with a row. @returns false when it did */
  combine(view: MessageView, each: () => boolean, index = 0): boolean {
    if (index === this.#tables.length) return each();
    const table = this.#tables[index];
    let found = false;
    for (const row of table.candidates(view)) {
      this.current[index] = row;
      if (!table.matches(view)) continue;
      found = true;
      if (!this.combine(view, each, index + 1)) return false;
    }
    this.current[index] = null;
    return found || !table.outer || this.combine(view, each, index + 1);
  }
}

async function dataRows(join: CheckedJoin, path: string, signal: AbortSignal | undefined): Promise<DataRow[]> {
  const rows = await readDataFile(path, signal);
  const [first] = rows;
  const missing =
    first &&
    join.columns.find(column => !Object.hasOwn(first, column) && !rows.some(row => Object.hasOwn(row, column)));
  if (missing === undefined) return rows;
  throw new CtqError({
    code: 'join-column',
    kind: 'statement',
    message: `${path} has no column '${missing}'`,
    hint: `its columns are ${Object.keys(first).join(', ')}`,
  });
}

function viewOf(message: Uint8Array): MessageView {
  const view = new MessageView();
  view.set(message, 0);
  return view;
}

function cell(row: Joined, name: string, type: Type): Value {
  if (row instanceof MessageView) return readerOf('conntrack', name)(row);
  const text = row[name];
  return text === null || text === undefined || text === '' ? null : convert(text, type);
}

/** A cell as a value of the type that its place calls for; null where it is none. */
function convert(text: string, type: Type): Value {
  switch (type.name) {
    case 'address': {
      const [base, prefix] = text.split('/');
      const address = parseAddress(base);
      if (address === undefined || prefix === undefined) return address ?? null;
      return /^\d{1,3}$/.test(prefix)
        ? networkValue({ address: mask(address, Number(prefix)), prefix: Number(prefix) })
        : null;
    }
    case 'integer':
    case 'port':
    case 'flags':
      return /^-?\d{1,20}$/.test(text) ? integer(BigInt(text)) : null;
    case 'proto':
      return /^\d{1,3}$/.test(text) ? Number(text) : (protocolNumber(text) ?? null);
    case 'decimal':
      return Number.isFinite(Number(text)) ? Number(text) : null;
    case 'duration':
      return Number.isFinite(Number(text)) ? Math.round(Number(text) * 1e9) : null;
    case 'time':
      return (parseTime(text) as Integer | undefined) ?? null;
    default:
      return text;
  }
}

/** An equality of `on`: the joined table's side, and the other. */
interface Key {
  readonly node: Typed;
  readonly field: FieldNode;
  readonly other: Typed;
}

/** The first equality between a field of the joined table and something that is known before it. */
function keyOf(on: Typed | undefined, index: number): Key | undefined {
  for (const node of conjuncts(on)) {
    if (node.kind !== 'compare' || node.op !== '=') continue;
    for (const [field, other] of [
      [node.left, node.right],
      [node.right, node.left],
    ]) {
      if (field.kind === 'field' && field.join === index && isKnownBefore(other, index)) return { node, field, other };
    }
  }
  return undefined;
}

function isKnownBefore(expr: Typed, index: number): boolean {
  let known = true;
  walk(expr, node => {
    if (node.kind === 'field' && node.join !== undefined && node.join >= index) known = false;
  });
  return known;
}

class JoinedTable {
  readonly outer: boolean;
  readonly #rows: readonly Joined[];
  /** What is left of the condition: a row is found by its key. */
  readonly #rest: readonly Getter<MessageView>[];
  readonly #key: Getter<MessageView> | undefined;
  readonly #byKey = new Map<Value, Joined[]>();
  /** Cells that hold networks, by prefix length. */
  readonly #byNetwork = new Map<number, Map<Address, Joined[]>>();
  readonly #byTuple: ReadonlyMap<string, readonly Joined[]> | undefined;

  constructor(
    { on, outer }: CheckedJoin,
    readonly index: number,
    rows: readonly Joined[],
    reading: Reading<MessageView>,
    readonly current: (Joined | null)[],
  ) {
    this.outer = outer;
    this.#rows = rows;
    const key = keyOf(on, index);
    this.#rest = conjuncts(on)
      .filter(node => node !== key?.node)
      .map(node => compile(node, reading));
    this.#key = key && compile(key.other, reading);
    if (key) for (const row of rows) this.#file(row, cell(row, key.field.name, key.field.type), key.field.type);
    if (!on) this.#byTuple = byTuple(rows);
  }

  #file(row: Joined, value: Value, type: Type): void {
    if (value === null) return;
    const put = <K>(map: Map<K, Joined[]>, at: K): void => {
      const list = map.get(at);
      if (list) list.push(row);
      else map.set(at, [row]);
    };
    if (type.name !== 'address' || typeof value !== 'string' || value.length === 8) {
      put(this.#byKey, value);
      return;
    }
    const { address, prefix } = networkOf(value);
    let map = this.#byNetwork.get(prefix);
    if (!map) {
      map = new Map();
      this.#byNetwork.set(prefix, map);
    }
    put(map, address);
  }

  /** Rows that may go with a row. */
  candidates(view: MessageView): Iterable<Joined> {
    if (this.#byTuple) return this.#byTuple.get(identity(view.master, view.family, Math.max(view.zone, 0))) ?? [];
    if (!this.#key) return this.#rows;
    const value = this.#key(view);
    if (value === null) return [];
    const exact = this.#byKey.get(value) ?? [];
    if (this.#byNetwork.size === 0) return exact;
    const found = [...exact];
    // The longest prefix that holds the address is the one that counts.
    for (const prefix of [...this.#byNetwork.keys()].sort((a, b) => b - a)) {
      if (found.length > 0 || prefix > (typeof value === 'number' ? 32 : 128)) continue;
      found.push(...(this.#byNetwork.get(prefix)?.get(mask(value as Address, prefix)) ?? []));
    }
    return found;
  }

  /** Whether the row at hand meets what is left of the condition. */
  matches(view: MessageView): boolean {
    return this.#rest.every(test => test(view) === true);
  }
}

/** Flows by what names them, in either direction. */
function byTuple(rows: readonly Joined[]): ReadonlyMap<string, readonly Joined[]> {
  const map = new Map<string, Joined[]>();
  for (const row of rows) {
    if (!(row instanceof MessageView)) continue;
    for (const tuple of [row.orig, row.reply]) map.set(identity(tuple, row.family, Math.max(row.zone, 0)), [row]);
  }
  return map;
}
