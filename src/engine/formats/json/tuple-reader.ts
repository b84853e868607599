/** What the objects of flows and of expectations have in common. */
import { TupleDraft } from '../reading/draft/flow-draft.js';
import type { Entries } from '../reading/entries.js';
import { members, number, object, text } from '../reading/text/json-value.js';
import { address, familyOf, protocol, UINT8, UINT16 } from '../reading/text/text-values.js';

export const proto = (value: unknown): number =>
  typeof value === 'number' ? number(value, UINT8, 'proto') : protocol(text(value, 'proto'));

export const family = (value: unknown): number => familyOf(text(value, 'family'));

/** Sets a field of a tuple. @returns false for any other member */
export function applyTuple(tuple: TupleDraft, key: string, value: unknown): boolean {
  switch (key) {
    case 'src':
      tuple.src = address(text(value, key));
      return true;
    case 'dst':
      tuple.dst = address(text(value, key));
      return true;
    case 'proto':
      tuple.proto = proto(value);
      return true;
    case 'sport':
    case 'srckey':
      tuple.sport = number(value, UINT16, key);
      return true;
    case 'dport':
    case 'dstkey':
      tuple.dport = number(value, UINT16, key);
      return true;
    case 'icmp_type':
      tuple.icmpType = number(value, UINT8, key);
      return true;
    case 'icmp_code':
      tuple.icmpCode = number(value, UINT8, key);
      return true;
    case 'icmp_id':
      tuple.icmpId = number(value, UINT16, key);
      return true;
    case 'zone':
      tuple.zone = number(value, UINT16, key);
      return true;
    default:
      return false;
  }
}

export function tupleOf(value: unknown, what: string, entries: Entries): TupleDraft {
  const tuple = new TupleDraft();
  for (const [key, each] of members(object(value, what))) {
    if (!applyTuple(tuple, key, each)) unknown(`${what}.${key}`, entries);
  }
  return tuple;
}

/** Notes a member that no field has. */
export const unknown = (key: string, entries: Entries): void =>
  entries.report.note(`unknown member '${key.slice(0, 40)}', ignored`);
