import { parseAddress } from '../../../lang/values/address.js';
import type { Address } from '../../../lang/values/value.js';
import type { NatRange } from '../../ctnetlink/codec/nat-range.js';
import { invalidChange } from '../errors.js';

const FORMS = "'10.0.0.1', '10.0.0.1:80', '[2001:db8::1]:80', ':80', or ranges: '10.0.0.1-10.0.0.9:1024-2047'";

/** Ends with a port, or a range of ports. */
const PORTS = /^(?<address>.*?):(?<min>\d{1,5})(?:-(?<max>\d{1,5}))?$/;

/**
 * Parses the value of `snat` or `dnat`: an address, an address and a port, a port, or ranges that the kernel chooses from.
 * @throws CtqError for any other text, and for an address of another family
 */
export function parseTranslation(field: 'snat' | 'dnat', text: string, family: 'ipv4' | 'ipv6'): NatRange {
  const { addresses, ports } = splitPorts(field, text);
  const [minAddress, maxAddress] = addresses === '' ? [] : parseRange(field, text, addresses);
  for (const address of [minAddress, maxAddress]) {
    if (address !== undefined && (typeof address === 'number') !== (family === 'ipv4'))
      throw invalidChange(`${field} '${text}' is not ${family}, the flow's family`);
  }
  const [minPort, maxPort] = ports;
  for (const port of ports) if (port > 0xffff) throw invalidChange(`${field} '${text}': ports are 0 to 65535`);
  if (minAddress === undefined && minPort === undefined) throw invalidTranslation(field, text);
  return { minAddress, maxAddress, minPort, maxPort };
}

function splitPorts(field: string, text: string): { addresses: string; ports: number[] } {
  // An IPv6 address without a port contains colons, too.
  if (parseAddress(text) !== undefined) return { addresses: text, ports: [] };
  const match = PORTS.exec(text);
  const { address = text, min, max } = match?.groups ?? {};
  const isBare = match !== null && address.includes(':') && !address.startsWith('[');
  if (isBare) throw invalidTranslation(field, text);
  const addresses = address.replaceAll(/[[\]]/g, '');
  return { addresses, ports: [min, max].filter(each => each !== undefined).map(Number) };
}

function parseRange(field: string, text: string, addresses: string): Address[] {
  return addresses.split('-', 2).map(each => {
    const address = parseAddress(each);
    if (address === undefined) throw invalidTranslation(field, text);
    return address;
  });
}

const invalidTranslation = (field: string, text: string) =>
  invalidChange(`invalid ${field} '${text}'`, `write ${FORMS}`);
