import { isIPv4, mask as masked, parseAddress, width } from '../../../lang/values/address.js';
import type { Address } from '../../../lang/values/value.js';
import { refuse } from './mistake.js';

export type Family = 'ipv4' | 'ipv6';

export const familyOf = (address: Address): Family => (isIPv4(address) ? 'ipv4' : 'ipv6');

/** An IPv4 address in any form that inet_aton(3) takes: `10.0.0.1`, `10.1`, `0xa000001`; parts may be octal or hexadecimal. */
function inetAton(text: string): number | undefined {
  const plain = dottedQuad(text);
  if (plain >= 0) return plain;
  const parts = text.split('.');
  if (parts.length > 4) return undefined;
  let address = 0;
  for (const [index, part] of parts.entries()) {
    if (!/^(?:0x[0-9a-f]+|0[0-7]*|[1-9][0-9]*)$/i.test(part) || part.length > 12) return undefined;
    const n = /^0[0-7]+$/.test(part) ? Number.parseInt(part, 8) : Number(part);
    const last = index === parts.length - 1;
    const most = last ? 256 ** (4 - index) : 256;
    if (n >= most) return undefined;
    address += last ? n : n * 256 ** (3 - index);
  }
  return address;
}

/** The usual form, without a regular expression; -1 for any other. */
function dottedQuad(text: string): number {
  let address = 0;
  let part = -1;
  let dots = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x2e) {
      if (part < 0) return -1;
      address = address * 256 + part;
      part = -1;
      dots++;
    } else if (code >= 0x30 && code <= 0x39 && part !== 0) {
      part = (part < 0 ? 0 : part * 10) + code - 0x30;
      if (part > 255) return -1;
    } else return -1;
  }
  return dots === 3 && part >= 0 ? address * 256 + part : -1;
}

/** @param whole the argument that contains it. @throws Refusal */
export function addressOf(text: string, whole: string = text): Address {
  const address = text.includes(':') ? parseAddress(text) : inetAton(text);
  if (address === undefined) refuse(`Invalid IP address \`${whole}'`);
  return address;
}

export interface AddressAndPrefix {
  readonly address: Address;
  /** Undefined for a single address, however it is written. */
  readonly prefix?: number;
}

/** `ADDRESS` or `ADDRESS/LENGTH`. @throws Refusal */
export function networkOf(text: string): AddressAndPrefix {
  const slash = text.indexOf('/');
  if (slash < 0) return { address: addressOf(text) };
  const address = addressOf(text.slice(0, slash), text);
  const length = text.slice(slash + 1);
  // Nothing after the slash is 0 to conntrack(8), the whole Internet.
  if (!/^[0-9]{1,3}$/.test(length) || Number(length) > width(address))
    refuse('Invalid netmask', 2, `invalid prefix length '${length}'`);
  return Number(length) === width(address) ? { address } : { address, prefix: Number(length) };
}

/** An address without a prefix length. @throws Refusal */
export function plainAddress(text: string, option: string): Address {
  const slash = text.indexOf('/');
  const address = addressOf(slash < 0 ? text : text.slice(0, slash), text);
  if (slash >= 0) refuse(`CIDR notation unavailable for \`--${option}'`);
  return address;
}

/** The prefix length of a netmask. @throws Refusal for one that is not contiguous */
export function prefixOfMask(netmask: Address, option: string): number {
  const most = width(netmask);
  const all: Address = isIPv4(netmask) ? ALL_V4 : ALL_V6;
  for (let prefix = 0; prefix <= most; prefix++) if (masked(all, prefix) === netmask) return prefix;
  return refuse('Invalid netmask', 2, `the bits of --${option} must be those of one network`);
}

export const ALL_V4 = 0xffffffff;
export const ALL_V6 = '\uffff'.repeat(8);

export interface Translation {
  readonly address: Address;
  readonly port?: number;
}

/** `ADDRESS`, `ADDRESS:PORT`, `[IPv6]:PORT`. @throws Refusal */
export function translationOf(text: string, option: string): Translation {
  const bracketed = /^\[([^\]]*)(\]?)(:?)(.*)$/s.exec(text);
  if (bracketed !== null) {
    const [, inner, closing, colon, port] = bracketed;
    if (closing === '') refuse("No closing ']' around IPv6 address");
    if (inner === '') refuse('No IPv6 address specified');
    if (colon === '') refuse(`Invalid IP address \`${text}'`, 2, 'brackets require a port: [ADDRESS]:PORT');
    return { address: plainAddress(inner, option), port: portOf(port) };
  }
  const colon = text.indexOf(':');
  if (colon < 0 || text.includes(':', colon + 1)) return { address: plainAddress(text, option) };
  return { address: plainAddress(text.slice(0, colon), option), port: portOf(text.slice(colon + 1)) };
}

function portOf(text: string): number {
  if (text === '') refuse("No port specified after `:'");
  if (!/^[0-9]{1,15}$/.test(text) || Number(text) > 0xffff) refuse(`Invalid port \`${text}'`);
  return Number(text);
}
