import type { Typed } from '../../../lang/checked/ast.js';
import type { CheckedAssignment } from '../../../lang/checked/statements.js';
import { walk } from '../../../lang/checked/walk.js';
import { compile, type EvalContext } from '../../../lang/evaluate/evaluate.js';
import { type ConntrackField, type ExpectField, type Field, TABLES } from '../../../lang/schema/catalogue.js';
import type { Address, Getter, Integer, Value } from '../../../lang/values/value.js';
import type { MessageView } from '../../ctnetlink/view/view.js';
import { invalidChange } from '../errors.js';

export type AssignableField = ConntrackField | ExpectField;

/** The value that `set` assigns to a field of one row. */
export interface AssignedValue {
  readonly op: CheckedAssignment['op'];
  readonly value: Value;
  /** The expression reads the field itself. */
  readonly readsItself: boolean;
}

const NS_PER_SECOND = 1_000_000_000;
const UINT32_MAX = 0xffffffff;

/** The values that `set` assigns to one row; undefined for a field that is not set. */
export class SetValues {
  readonly #values: ReadonlyMap<string, AssignedValue>;

  constructor(values: ReadonlyMap<string, AssignedValue>) {
    this.#values = values;
  }

  static readonly NONE = new SetValues(new Map());

  get isEmpty(): boolean {
    return this.#values.size === 0;
  }

  names(): readonly string[] {
    return [...this.#values.keys()];
  }

  has(...fields: readonly AssignableField[]): boolean {
    return fields.some(field => this.#values.has(field));
  }

  get(field: AssignableField): AssignedValue | undefined {
    return this.#values.get(field);
  }

  number(field: AssignableField): number | undefined {
    return this.#values.get(field)?.value as number | undefined;
  }

  integer(field: AssignableField): Integer | undefined {
    return this.#values.get(field)?.value as Integer | undefined;
  }

  text(field: AssignableField): string | undefined {
    return this.#values.get(field)?.value as string | undefined;
  }

  address(field: AssignableField): Address | undefined {
    return this.#values.get(field)?.value as Address | undefined;
  }

  /** Whole seconds, rounded up, so that a fraction of a second does not become 0. */
  seconds(field: AssignableField): number | undefined {
    const ns = this.integer(field);
    if (ns === undefined) return undefined;
    const seconds = Math.ceil(Number(ns) / NS_PER_SECOND);
    if (seconds < 0) throw invalidChange(`${field} cannot be negative`);
    if (seconds > UINT32_MAX) throw invalidChange(`${field} is too long: at most ${UINT32_MAX} seconds`);
    return seconds;
  }
}

/** Compiles `set` to a function of a row, which also checks that the values are in range. */
export function compileAssignments(
  table: 'conntrack' | 'expect',
  set: readonly CheckedAssignment[],
  reading: EvalContext<MessageView>,
): (row: MessageView) => SetValues {
  if (set.length === 0) return () => SetValues.NONE;
  const fields = TABLES[table].fields as Readonly<Record<string, Field>>;
  const getters = set.map(({ field, op, value }) => ({
    field,
    op,
    getter: compile(value, reading) as Getter<MessageView>,
    readsItself: readsField(value, field),
  }));
  return row => {
    const values = new Map<string, AssignedValue>();
    for (const { field, op, getter, readsItself } of getters) {
      const value = getter(row);
      if (value === null && field !== 'helper') throw invalidChange(`${field} cannot be set to null`);
      checkRange(field, fields[field], value);
      values.set(field, { op, value, readsItself });
    }
    return new SetValues(values);
  };
}

function readsField(value: Typed, field: string): boolean {
  let found = false;
  walk(value, node => {
    if (node.kind === 'field' && node.join === undefined && node.name === field) found = true;
  });
  return found;
}

function checkRange(name: string, field: Field | undefined, value: Value): void {
  const max = field?.max;
  if (max === undefined || (typeof value !== 'number' && typeof value !== 'bigint')) return;
  const isWhole = typeof value === 'bigint' || Number.isInteger(value);
  if (!isWhole || value < 0 || value > max) throw invalidChange(`invalid ${name} ${value}: expected 0 to ${max}`);
}
