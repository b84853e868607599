/** Values as JSON: every integer as its digits, durations as seconds, times in ISO 8601, flags and labels as arrays. */

import { labelNames, seconds } from '../../../lang/conversion/exact-text.js';
import { namesOfFlags, protocolName } from '../../../lang/schema/flags.js';
import { assertNever } from '../../../lang/syntax/ast.js';
import { formatAddress, formatNetwork } from '../../../lang/values/address.js';
import { isoTime } from '../../../lang/values/iso-time.js';
import type { Integer, Value } from '../../../lang/values/value.js';
import { jsonString } from '../writing/escape.js';
import { type FormatContext, resolved, type ShownColumn } from '../writing/format.js';
import type { Member } from './nest.js';

export type JsonContext = Pick<FormatContext, 'environment' | 'names' | 'modifiers'>;

/** A column as JSON. */
export interface WrittenColumn extends ShownColumn {
  /** Of cells of JSON files: what they were there, if not a string. */
  jsonOf?(cell: string): string | undefined;
}

/** The members of an object, without its braces. */
export function jsonMembers(
  members: readonly Member[],
  values: readonly Value[],
  columns: readonly WrittenColumn[],
  context: JsonContext,
  omitNull: boolean,
): string {
  let text = '';
  for (const member of members) {
    let value: string;
    if (member.members === undefined) {
      const given = values[member.index];
      if (given === null && omitNull) continue;
      value = given === null ? 'null' : jsonValue(given, columns[member.index], context);
    } else {
      const inner = jsonMembers(member.members, values, columns, context, omitNull);
      if (inner === '' && omitNull) continue;
      value = `{${inner}}`;
    }
    text += (text === '' ? '' : ',') + member.key + value;
  }
  return text;
}

export function jsonValue(value: Exclude<Value, null>, column: WrittenColumn, context: JsonContext): string {
  const { environment, names, modifiers } = context;
  if (modifiers.has('resolve')) {
    const name = resolved(value, column, environment, names);
    if (name !== undefined) return jsonString(name);
  }
  const { type } = column;
  switch (type.name) {
    case 'integer':
    case 'port':
      return String(value);
    case 'address':
      return `"${formatAddress(value as number | string)}"`;
    case 'enum':
      return jsonString(String(value));
    case 'text':
      return column.jsonOf?.(String(value)) ?? jsonString(String(value));
    case 'proto': {
      const name = protocolName(value as number);
      return name === undefined ? String(value) : jsonString(name);
    }
    case 'duration':
      return seconds(value as Integer);
    case 'time':
      return `"${isoTime(value as Integer)}"`;
    case 'flags':
      return type.flags === undefined
        ? String(value)
        : `[${namesOfFlags(type.flags, value as number)
            .map(name => `"${name}"`)
            .join(',')}]`;
    case 'labels':
      return `[${labelNames(value as string, environment)
        .map(label => (typeof label === 'number' ? label : jsonString(label)))
        .join(',')}]`;
    case 'network':
      return `"${formatNetwork(value as string)}"`;
    case 'decimal':
      return typeof value !== 'number' || Number.isFinite(value) ? String(value) : 'null';
    case 'boolean':
      return String(value);
    case 'null':
      return 'null';
    default:
      return assertNever(type.name);
  }
}
