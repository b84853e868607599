import type { Type } from '../../../lang/check/checked-ast.js';
import { type Field, TABLES } from '../../../lang/schema/catalogue.js';
import type { Environment } from '../../../lang/schema/environment.js';
import { namesOfFlags, protocolName } from '../../../lang/schema/flags.js';
import { formatAddress, formatNetwork } from '../../../lang/values/address.js';
import { isoTime } from '../../../lang/values/iso-time.js';
import type { Address, Integer, Value } from '../../../lang/values/value.js';
import { type Reader, readerOf } from '../../ctnetlink/fields/accessors.js';
import type { MessageView } from '../../ctnetlink/view/view.js';
import type { Header } from '../../formats/sink.js';
import { labelNames } from '../../formats/writing/format-value.js';

/** A value as programs use it. */
export type Plain = string | number | bigint | boolean | null | readonly (string | number)[];

/**
 * One row: addresses and networks as text, 64-bit counters as numbers while they are safe and as bigints beyond, durations in
 * seconds, times as ISO 8601 text with nanoseconds, flags and labels as lists of names, protocols by name where they have one. The fields of
 * whole entries nest as their names do (`row.orig.src`); what an entry does not have is left out.
 */
export interface Row {
  readonly [column: string]: Plain | Row;
}

const SECOND = 1e9;

/** A value of a type as programs use it. */
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

interface Part {
  readonly path: readonly string[];
  readonly type: Type;
  readonly read: Reader;
}

/** Makes objects of whole entries. */
export function entryObjects(
  { table, events }: Header,
  environment: Pick<Environment, 'labelName'>,
): (view: MessageView) => Row {
  const parts: Part[] = Object.entries<Field>(TABLES[table].fields)
    .filter(([, field]) => !field.alias && !field.anyOf && (events || !field.watchOnly))
    .map(([name, field]) => ({
      path: name.split('.'),
      type: { name: field.type, flags: field.flags, vocabulary: field.vocabulary },
      read: readerOf(table, name),
    }));
  return view => {
    const row: Record<string, Plain | Row> = {};
    for (const { path, type, read } of parts) {
      const value = read(view);
      if (value === null) continue;
      let inside = row;
      for (const step of path.slice(0, -1)) {
        inside[step] ??= {};
        inside = inside[step] as Record<string, Plain | Row>;
      }
      inside[path[path.length - 1]] = plain(value, type, environment);
    }
    return row;
  };
}

/** Makes objects of rows of columns: flat, by the columns' names. */
export function rowObjects(
  { columns = [] }: Header,
  environment: Pick<Environment, 'labelName'>,
): (values: readonly Value[]) => Row {
  return values => Object.fromEntries(columns.map(({ name, type }, i) => [name, plain(values[i], type, environment)]));
}
