import type { Type } from '../../../../lang/check/checked-ast.js';
import { parseTime } from '../../../../lang/check/convert.js';
import { protocolNumber, wordsOf } from '../../../../lang/schema/flags.js';
import { mask, networkValue, parseAddress } from '../../../../lang/values/address.js';
import { integer, type Value } from '../../../../lang/values/value.js';

/** The text of a data file's cell as a value of the type that its place calls for; null where it is none. */
export function valueOfCell(text: string | null | undefined, type: Type): Value {
  if (text === null || text === undefined || text === '') return null;
  switch (type.name) {
    case 'address':
      return addressOrNetwork(text);
    case 'integer':
    case 'port':
    case 'flags':
      return /^-?\d{1,20}$/.test(text) ? integer(BigInt(text)) : null;
    case 'proto':
      return /^\d{1,3}$/.test(text) ? Number(text) : (protocolNumber(text) ?? null);
    case 'decimal':
      return Number.isFinite(Number(text)) ? Number(text) : null;
    case 'duration': {
      const ns = Math.round(Number(text) * 1e9);
      return Number.isFinite(ns) ? integer(BigInt(ns)) : null;
    }
    case 'time':
      return parseTime(text) ?? null;
    case 'enum':
      return wordsOf(type.vocabulary!).find(word => word.toLowerCase() === text.toLowerCase()) ?? text;
    default:
      return text;
  }
}

/** A cell beside an address may hold a network: it is equal to every address inside. */
function addressOrNetwork(text: string): Value {
  const [base, prefix, ...more] = text.split('/');
  const address = parseAddress(base);
  if (address === undefined || prefix === undefined) return address ?? null;
  const bits = Number(prefix);
  const fits = more.length === 0 && /^\d{1,3}$/.test(prefix) && bits <= (typeof address === 'number' ? 32 : 128);
  return fits ? networkValue({ address: mask(address, bits), prefix: bits }) : null;
}
