import { parseAddress } from '../../../lang/values/address.js';
import type { Address } from '../../../lang/values/value.js';
import type { NatRange } from '../../ctnetlink/nat-range.js';
import { invalidChange } from './invalid-change.js';

const FORMS = "'10.0.0.1', '10.0.0.1:80', '[2001:db8::1]:80', ':80', or ranges: '10.0.0.1-10.0.0.9:1024-2047'";

/** Text after which nothing comes but a port, or a range of ports. */
const PORTS = /^(?<address>.*?):(?<min>\d{1,5})(?:-(?<max>\d{1,5}))?$/;

/**
 * What `snat` and `dnat` are set to: an address, an address and a port, a port alone, or ranges that the kernel picks from.
 * @throws CtqError for any other text, and for an address of another family
 */
export function parseTranslation(field: 'snat' | 'dnat', text: string, family: 'ipv4' | 'ipv6'): NatRange {
  const { addresses, ports } = split(field, text);
  const [minAddress, maxAddress] = addresses === '' ? [] : rangeOf(field, text, addresses);
  for (const address of [minAddress, maxAddress]) {
    if (address !== undefined && (typeof address === 'number') !== (family === 'ipv4'))
      throw invalidChange(`${field} '${text}' is not of the flow's family, ${family}`);
  }
  const [minPort, maxPort] = ports;
  for (const port of ports) if (port > 0xffff) throw invalidChange(`${field} '${text}': ports are 0 to 65535`);
  if (minAddress === undefined && minPort === undefined) throw wrong(field, text);
  return {
    ...(minAddress === undefined ? {} : { minAddress }),
    ...(maxAddress === undefined ? {} : { maxAddress }),
    ...(minPort === undefined ? {} : { minPort }),
    ...(maxPort === undefined ? {} : { maxPort }),
  };
}

function split(field: string, text: string): { addresses: string; ports: number[] } {
  // A plain IPv6 address has colons of its own.
  if (parseAddress(text) !== undefined) return { addresses: text, ports: [] };
  const match = PORTS.exec(text);
  const { address = text, min, max } = match?.groups ?? {};
  const isBare = match !== null && address.includes(':') && !address.startsWith('[');
  if (isBare) throw wrong(field, text);
  const addresses = address.replaceAll(/[[\]]/g, '');
  return { addresses, ports: [min, max].filter(each => each !== undefined).map(Number) };
}

function rangeOf(field: string, text: string, addresses: string): Address[] {
  return addresses.split('-', 2).map(each => {
    const address = parseAddress(each);
    if (address === undefined) throw wrong(field, text);
    return address;
  });
}

const wrong = (field: string, text: string) => invalidChange(`${field} cannot be '${text}'`, `write ${FORMS}`);
