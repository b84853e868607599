import type { Diagnostics } from '../../diagnostics/diagnostic.js';
import { shorten } from '../../diagnostics/shorten.js';
import type { Span } from '../../diagnostics/span.js';
import { formatAddress, formatNetwork, mask, networkValue, parseAddress, width } from '../../values/address.js';
import type { Address } from '../../values/value.js';
import type { LiteralValue } from './value.js';

/** Addresses, networks (`10.0.0.0/8`) and endpoints (`10.0.0.1:80`, `[2001:db8::1]:80`). */
export function readAddress(text: string, span: Span, diagnostics: Diagnostics): LiteralValue | undefined {
  if (text.startsWith('[')) return readBracketed(text, span, diagnostics);
  const slash = text.indexOf('/');
  if (slash >= 0) return readNetwork(text, slash, span, diagnostics);
  const colon = text.indexOf(':');
  if (colon > 0 && text.lastIndexOf('.', colon) > 0) {
    const address = addressOf(text.slice(0, colon), span.start, diagnostics);
    const port = portOf(text.slice(colon + 1), span.start + colon + 1, diagnostics);
    if (address === undefined || port === undefined) return undefined;
    return { type: 'endpoint', value: `${formatAddress(address)}:${port}` };
  }
  const address = addressOf(text, span.start, diagnostics);
  return address === undefined ? undefined : { type: 'address', value: address };
}

function readBracketed(text: string, span: Span, diagnostics: Diagnostics): LiteralValue | undefined {
  const match = /^\[([^\]]*)\](?::(\w+))?$/.exec(text);
  if (!match) {
    diagnostics.error(
      'literal.address',
      span,
      `invalid address '${shorten(text)}'`,
      text.includes(':') ? 'write an address and a port as [2001:db8::1]:80' : 'a list has parentheses: in (80, 443)',
    );
    return undefined;
  }
  const [, inner, portText] = match;
  // As conntrack(8) prints them: [ASSURED], [UNREPLIED].
  if (/^[A-Z_]{3,}$/.test(inner)) {
    diagnostics.error('literal.address', span, `invalid address '${text}'`, `a flag: status has ${inner}`);
    return undefined;
  }
  const address = addressOf(inner, span.start + 1, diagnostics);
  if (address === undefined) return undefined;
  if (typeof address === 'number') {
    const plain = `${inner}${portText === undefined ? '' : `:${portText}`}`;
    diagnostics.error('literal.address', span, 'brackets are only for IPv6 addresses', `write ${plain}`);
    return undefined;
  }
  if (portText === undefined) {
    diagnostics.error(
      'literal.address',
      span,
      "expected ':port' after ']'",
      `write ${inner} for the address, [${inner}]:80 with a port`,
    );
    return undefined;
  }
  const port = portOf(portText, span.end - portText.length, diagnostics);
  return port === undefined ? undefined : { type: 'endpoint', value: `[${formatAddress(address)}]:${port}` };
}

function readNetwork(text: string, slash: number, span: Span, diagnostics: Diagnostics): LiteralValue | undefined {
  const address = addressOf(text.slice(0, slash), span.start, diagnostics);
  if (address === undefined) return undefined;
  const length = text.slice(slash + 1);
  const place = { start: span.start + slash + 1, end: span.end };
  if (!/^\d+$/.test(length)) {
    const bits = prefixOfMask(length);
    diagnostics.error(
      'literal.network',
      place,
      `invalid prefix length '${shorten(length)}'`,
      bits === undefined ? `write a network as ${example(address)}` : `write ${text.slice(0, slash)}/${bits}`,
    );
    return undefined;
  }
  const prefix = Number(length);
  const most = width(address);
  if (prefix > most) {
    diagnostics.error('literal.network', place, `an IPv${most === 32 ? 4 : 6} prefix has at most ${most} bits`);
    return undefined;
  }
  const base = mask(address, prefix);
  if (base !== address) {
    diagnostics.error(
      'literal.network',
      span,
      `${text} has host bits set`,
      `the network is ${formatNetwork(networkValue({ address: base, prefix }))}`,
    );
    return undefined;
  }
  return { type: 'network', value: networkValue({ address, prefix }) };
}

/** A range as it is written here, `80..90`, or by other tools, `80:90` or `10.0.0.1-10.0.0.9`; undefined for other texts. */
export function rangeOf(text: string, separators = ':-'): string | undefined {
  const bounds = text.split(new RegExp(`[${separators}]|\\.\\.`));
  const isPair = [/^\d{1,5}$/, /^\d+(?:\.\d+){3}$/].some(form => bounds.every(each => form.test(each)));
  return isPair && bounds.length === 2 ? bounds.join('..') : undefined;
}

const example = (address: Address): string => (typeof address === 'number' ? '10.0.0.0/8' : 'fe80::/10');

/** The prefix length of a netmask such as 255.255.0.0. */
function prefixOfMask(text: string): number | undefined {
  const bits = parseAddress(text);
  if (typeof bits !== 'number') return undefined;
  const host = ~bits >>> 0;
  return (host & (host + 1)) === 0 ? Math.clz32(host) : undefined;
}

function portOf(text: string, start: number, diagnostics: Diagnostics): number | undefined {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port <= 65535) return port;
  const hint = /^\d+$/.test(text) ? 'ports are 0 to 65535' : 'write the port number';
  diagnostics.error('literal.address', { start, end: start + text.length }, `invalid port '${shorten(text)}'`, hint);
  return undefined;
}

function addressOf(text: string, start: number, diagnostics: Diagnostics): Address | undefined {
  const address = parseAddress(text);
  if (address !== undefined) return address;
  const { at, length, message, hint } = text.includes(':') ? explainIPv6(text) : explainIPv4(text);
  const place = { start: start + at, end: start + at + length };
  diagnostics.error('literal.address', place, `${shorten(text)}: ${message}`, hint);
  return undefined;
}

/** What is wrong with an address, and where in it. */
interface Problem {
  readonly at: number;
  readonly length: number;
  readonly message: string;
  readonly hint?: string;
}

function explainIPv4(text: string): Problem {
  const parts = text.split('.');
  let at = 0;
  for (const part of parts) {
    const place = { at, length: part.length };
    const shown = shorten(part, 20);
    if (!/^\d+$/.test(part)) return { ...place, message: `'${shown}' is not a number` };
    if (Number(part) > 255) return { ...place, message: `${shown} is not an octet`, hint: 'octets are 0 to 255' };
    if (part.length > 1 && part.startsWith('0')) {
      return { ...place, message: `${shown} might be octal`, hint: `write ${Number(part)}` };
    }
    at += part.length + 1;
  }
  const missing = 4 - parts.length;
  return {
    at: 0,
    length: text.length,
    message: `expected four numbers, got ${parts.length}`,
    ...(missing > 0 && { hint: `the network is ${text}${'.0'.repeat(missing)}/${8 * parts.length}` }),
  };
}

function explainIPv6(text: string): Problem {
  const scope = text.indexOf('%');
  if (scope >= 0) {
    const hint = `write ${shorten(text.slice(0, scope))}`;
    return { at: scope, length: text.length - scope, message: 'scopes are not supported', hint };
  }
  const range = rangeOf(text, ':');
  if (range !== undefined && !/^(?:[01]?\d|2[0-3]):[0-5]\d$/.test(text))
    return { at: 0, length: text.length, message: 'not an IPv6 address', hint: `a range is written ${range}` };
  if (/^\d{1,2}:\d\d(?::\d\d)?$/.test(text)) {
    const hint = `a duration is written 1h30m, a time 'today ${text}' or '2026-11-24T10:00:00Z'${range !== undefined && Number.parseInt(text, 10) < Number(text.slice(-2)) ? `, a range ${range}` : ''}`;
    return { at: 0, length: text.length, message: 'not an IPv6 address', hint };
  }
  const groups = text.split(':');
  const quad = groups.at(-1)!.includes('.') ? groups.pop() : undefined;
  let at = 0;
  for (const group of groups) {
    const place = { at, length: group.length };
    const shown = shorten(group, 20);
    if (!/^[0-9a-f]*$/i.test(group)) return { ...place, message: `'${shown}' is not hexadecimal` };
    if (group.length > 4) return { ...place, message: `${shown} is more than 16 bits` };
    at += group.length + 1;
  }
  if (quad !== undefined && parseAddress(quad) === undefined) {
    const problem = explainIPv4(quad);
    return { ...problem, at: at + problem.at };
  }
  const gap = text.indexOf('::');
  const second = gap < 0 ? -1 : text.indexOf('::', gap + 1);
  if (second >= 0) return { at: second, length: 2, message: "'::' may appear only once" };
  const count = groups.filter(group => group !== '').length + (quad === undefined ? 0 : 2);
  const hint = gap < 0 && count < 8 ? "'::' stands for groups of zeros" : undefined;
  return { at: 0, length: text.length, message: `expected eight groups, got ${count}`, hint };
}
