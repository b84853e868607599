import { labelNames } from '../../../lang/conversion/exact-text.js';
import { type Field, TABLES } from '../../../lang/schema/catalogue.js';
import type { Environment } from '../../../lang/schema/environment.js';
import { namesOfFlags, protocolName } from '../../../lang/schema/flags.js';
import type { Type } from '../../../lang/schema/type.js';
import { formatAddress, formatNetwork } from '../../../lang/values/address.js';
import { isoTime } from '../../../lang/values/iso-time.js';
import type { Address, Integer, Value } from '../../../lang/values/value.js';
import { type FieldReader, readerOf } from '../../ctnetlink/fields/accessors.js';
import type { MessageView } from '../../ctnetlink/view/view.js';
import type { Header } from '../../formats/sink.js';

/** A value of a row, for programs. */
export type Plain = string | number | bigint | boolean | null | readonly (string | number)[];

/**
 * One row. Addresses and networks are text; integers are numbers, or bigints beyond 2^53; durations are seconds; times are ISO 8601 text
 * with nanoseconds; flags and labels are lists of names; protocols are names, or numbers without one. The fields of whole entries are
 * nested by their names (`row.orig.src`), and omitted if the entry does not have them.
 */
export interface Row {
  readonly [column: string]: Plain | Row;
}

const SECOND = 1e9;

/** Converts a value for programs. */
export function plain(value: Value, type: Type, environment: Pick<Environment, 'labelName'>): Plain {
  if (value === null) return null;
  switch (type.name) {
    case 'address':
      return formatAddress(value as Address);
    case 'network':
      return formatNetwork(value as string);
    case 'proto':
      return protocolName(value as number) ?? (value as number);
    case 'duration':
      return Number(value) / SECOND;
    case 'time':
      return isoTime(value as Integer);
    case 'flags':
      return namesOfFlags(type.flags!, value as number);
    case 'labels':
      return labelNames(value as string, environment);
    default:
      return value;
  }
}

interface EntryMember {
  readonly path: readonly string[];
  readonly type: Type;
  readonly read: FieldReader;
}

/** Converts whole entries to nested objects. */
export function entryObjects(
  { table, events }: Header,
  environment: Pick<Environment, 'labelName'>,
): (view: MessageView) => Row {
  const members: EntryMember[] = Object.entries<Field>(TABLES[table].fields)
    .filter(([, field]) => !field.alias && !field.anyOf && (events || !field.watchOnly))
    .map(([name, field]) => ({
      path: name.split('.'),
      type: { name: field.type, flags: field.flags, vocabulary: field.vocabulary },
      read: readerOf(table, name),
    }));
  return view => {
    const row: Record<string, Plain | Row> = {};
    for (const { path, type, read } of members) {
      const value = read(view);
      if (value === null) continue;
      let target = row;
      for (const step of path.slice(0, -1)) {
        target[step] ??= {};
        target = target[step] as Record<string, Plain | Row>;
      }
      target[path[path.length - 1]] = plain(value, type, environment);
    }
    return row;
  };
}

/** Converts rows of columns to flat objects. */
export function rowObjects(
  { columns = [] }: Header,
  environment: Pick<Environment, 'labelName'>,
): (values: readonly Value[]) => Row {
  return values => Object.fromEntries(columns.map(({ name, type }, i) => [name, plain(values[i], type, environment)]));
}
