import type { CheckedAssignment } from '../../../lang/checked/statements.js';
import { fieldOf, TABLES } from '../../../lang/schema/catalogue.js';
import { TEXT, type Type, typeOfField } from '../../../lang/schema/type.js';
import type { Value } from '../../../lang/values/value.js';
import { readerOf } from '../../ctnetlink/fields/accessors.js';
import type { MessageView } from '../../ctnetlink/view/view.js';
import type { SetValues } from '../values/set-values.js';

/** What an update does to one field of one entry. */
export interface FieldChange {
  readonly field: string;
  readonly type: Type;
  readonly before: Value;
  readonly op: CheckedAssignment['op'];
  /** The value that is assigned, added or removed. */
  readonly value: Value;
}

/** An entry that an update would change; the view is valid during the call only. */
export type Previewed =
  | { readonly kind: 'flow'; readonly view: MessageView; readonly changes: readonly FieldChange[] }
  | { readonly kind: 'setting'; readonly name: string; readonly changes: readonly FieldChange[] };

/** The changes of one flow, in the order of `set`. */
export const changesOf = (view: MessageView, set: readonly CheckedAssignment[], values: SetValues): FieldChange[] =>
  set.flatMap(({ field }) => {
    const assigned = values.get(field as Parameters<SetValues['get']>[0]);
    if (assigned === undefined) return [];
    const known = fieldOf(TABLES.conntrack, field);
    return [
      {
        field,
        type: known === undefined ? TEXT : typeOfField(known.field),
        before: readerOf('conntrack', field)(view),
        op: assigned.op,
        value: assigned.value,
      },
    ];
  });
