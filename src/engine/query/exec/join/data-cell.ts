import { castFunction, measured } from '../../../../lang/evaluate/cast.js';
import { enumNames, protocolNumber } from '../../../../lang/schema/flags.js';
import { TEXT, type Type } from '../../../../lang/schema/type.js';
import { mask, networkValue, parseAddress } from '../../../../lang/values/address.js';
import { parseTime } from '../../../../lang/values/iso-time.js';
import { integer, type Value } from '../../../../lang/values/value.js';

/** Converts a cell of a data file to a type; null for an empty or invalid cell. */
export function valueOfCell(text: string | null | undefined, type: Type): Value {
  if (text === null || text === undefined || text === '') return null;
  switch (type.name) {
    case 'address':
      return addressOrNetwork(text);
    case 'network':
      return castFunction(TEXT, type, NO_NAMES)(text);
    case 'integer':
      return type.isCell ? numberOfCell(text) : wholeNumber(text);
    case 'port':
    case 'flags':
      return wholeNumber(text);
    case 'proto':
      return /^\d{1,3}$/.test(text) ? Number(text) : (protocolNumber(text) ?? null);
    case 'decimal':
      return Number.isFinite(Number(text)) ? Number(text) : null;
    case 'duration': {
      const ns = Math.round(Number(text) * 1e9);
      return Number.isFinite(ns) ? integer(BigInt(ns)) : measured(text, 'duration');
    }
    case 'time':
      return parseTime(text) ?? null;
    case 'enum':
      return enumNames(type.vocabulary!).find(word => word.toLowerCase() === text.toLowerCase()) ?? text;
    default:
      return text;
  }
}

const wholeNumber = (text: string): Value => (/^-?\d{1,20}$/.test(text) ? integer(BigInt(text)) : null);

/** A cell that is compared with an integer may be a fraction, or have a unit. */
const numberOfCell = (text: string): Value =>
  wholeNumber(text) ?? (Number.isFinite(Number(text)) ? Number(text) : measured(text, 'integer'));

/** Neither an address nor a network has names. */
const NO_NAMES = { labelName: () => undefined, servicePort: () => undefined };

/** A cell that is compared with an address may hold a network, which equals every address in it. */
function addressOrNetwork(text: string): Value {
  const [base, prefix, ...more] = text.split('/');
  const address = parseAddress(base);
  if (address === undefined || prefix === undefined) return address ?? null;
  const bits = Number(prefix);
  const fits = more.length === 0 && /^\d{1,3}$/.test(prefix) && bits <= (typeof address === 'number' ? 32 : 128);
  return fits ? networkValue({ address: mask(address, bits), prefix: bits }) : null;
}
