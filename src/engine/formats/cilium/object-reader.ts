/** The objects of `cilium bpf ct list global -o json`: `{"Key":{…},"Value":{…}}`, as cilium's map holds them (CtMapRecord). */
import type { Address } from '../../../lang/values/value.js';
import type { Entries } from '../reading/entries.js';
import { isOfCilium } from '../reading/marks.js';
import type { ObjectFormat } from '../reading/reader.js';
import { ParseError } from '../reading/report/parse-error.js';
import { type JsonObject, number, number64, object } from '../reading/text/json-value.js';
import { address, protocol, UINT8, UINT16, UINT32 } from '../reading/text/text-values.js';
import { addCiliumEntry, type CiliumSide } from './entry.js';

/** TUPLE_F_IN */
const INGRESS = 1;

/** An array of 4 or 16 bytes; or a text. */
function addressOf(value: unknown, what: string): Address {
  if (typeof value === 'string') return address(value);
  if (!Array.isArray(value) || (value.length !== 4 && value.length !== 16)) {
    throw new ParseError(`${what} is not an address`);
  }
  const bytes = value.map(byte => number(byte, UINT8, what));
  if (bytes.length === 4) return bytes.reduce((all, byte) => all * 256 + byte, 0);
  return String.fromCharCode(...Array.from({ length: 8 }, (_, i) => (bytes[2 * i] << 8) | bytes[2 * i + 1]));
}

/** Ports are written as the map has them: in network byte order, read in the order of the host. */
function portOf(value: unknown, what: string): number {
  const port = number(value, UINT16, what);
  return ((port & 0xff) << 8) | (port >> 8);
}

const protoOf = (value: unknown): number =>
  typeof value === 'string' ? protocol(value.toLowerCase()) : number(value, UINT8, 'NextHeader');

function sideOf(value: JsonObject, side: 'Rx' | 'Tx'): CiliumSide {
  const packets = value[`${side}Packets`];
  const bytes = value[`${side}Bytes`];
  const flags = value[`${side}FlagsSeen`];
  return {
    ...(packets === undefined ? {} : { packets: number64(packets, `${side}Packets`) }),
    ...(bytes === undefined ? {} : { bytes: number64(bytes, `${side}Bytes`) }),
    ...(flags === undefined ? {} : { flags: number(flags, UINT32, `${side}FlagsSeen`) }),
  };
}

function read(record: JsonObject, entries: Entries): void {
  const key = object(record.Key, 'Key');
  const value = object(record.Value, 'Value');
  addCiliumEntry(
    {
      proto: protoOf(key.NextHeader),
      // The addresses of the key are those of the reply, its ports those of the original.
      src: addressOf(key.DestAddr, 'DestAddr'),
      dst: addressOf(key.SourceAddr, 'SourceAddr'),
      sport: portOf(key.SourcePort, 'SourcePort'),
      dport: portOf(key.DestPort, 'DestPort'),
      isIngress: (number(key.Flags ?? 0, UINT8, 'Flags') & INGRESS) !== 0,
      received: sideOf(value, 'Rx'),
      sent: sideOf(value, 'Tx'),
    },
    entries,
  );
}

export const CILIUM_OBJECTS: ObjectFormat = {
  called: 'an object of cilium bpf ct list',
  matches: isOfCilium,
  make: entries => ({ read: record => read(record, entries) }),
};
