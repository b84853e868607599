/** Lines that are not statements, but can mean only one: `10.0.0.1`, `conntrack`, `kill 10.0.0.1`, `src = 10.0.0.1`. */
import { fieldOf, TABLE_NAMES, TABLES } from '../../lang/schema/catalogue.js';
import { protocolNumber } from '../../lang/schema/flags.js';
import { parseAddress } from '../../lang/values/address.js';

/** The statement that a line means; undefined if it is none of these lines. */
export function statementMeant(line: string): string | undefined {
  const text = line.trim().replace(/\s*;$/, '');
  const kill = /^kill\s+(\S+)$/i.exec(text);
  if (kill) {
    const condition = hostCondition(kill[1]);
    return condition && `delete from conntrack where ${condition}`;
  }
  const desc = /^desc\s+(\S+|'[^']+')$/i.exec(text);
  if (desc) return describing(desc[1]);
  if (/^(?:tables|settings)$/i.test(text)) return `show ${text.toLowerCase()}`;
  if (TABLE_NAMES.some(name => name === text.toLowerCase())) return `select from ${text.toLowerCase()}`;
  const condition = hostCondition(text) ?? portCondition(text) ?? fieldCondition(text);
  if (condition !== undefined) return `select from conntrack where ${condition}`;
  if (/^[a-z]+$/i.test(text) && protocolNumber(text.toLowerCase()) !== undefined)
    return `select from conntrack where proto = ${text.toLowerCase()}`;
  return undefined;
}

/** `describe` of a table or a file: a path without quotes gets them. */
export const describing = (subject: string): string =>
  `describe ${/^[^'"\s]*[./][^'"\s]*$/.test(subject) ? `'${subject}'` : subject}`;

/** The condition for an address, a network, or an address with a port, in either direction. */
function hostCondition(text: string): string | undefined {
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|(\d+(?:\.\d+){3}))(?::(\d{1,5}))?$/.exec(text) ?? [];
  const address = bracketed ?? plain;
  if (port !== undefined && address !== undefined)
    return parseAddress(address) === undefined ? undefined : `host = ${address} and port = ${port}`;
  const [, host, bits] = /^([0-9a-f.:]+)(\/\d{1,3})?$/i.exec(text) ?? [];
  if (host === undefined || !/[.:]/.test(host) || parseAddress(host) === undefined) return undefined;
  return `host = ${host}${bits ?? ''}`;
}

/** Services that are looked for by name most often. */
const SERVICES: Readonly<Record<string, string>> = {
  dns: 'domain',
  http: 'http',
  https: 'https',
  ntp: 'ntp',
  ssh: 'ssh',
};

/** The condition for `:443`, `port 53`, `udp 53`, `dns`. */
function portCondition(text: string): string | undefined {
  const [, word = '', port] = /^(?:(port|tcp|udp)\s+|:)(\d{1,5})$/i.exec(text) ?? [];
  const proto = word.toLowerCase();
  if (port !== undefined) return `${proto === 'tcp' || proto === 'udp' ? `proto = ${proto} and ` : ''}port = ${port}`;
  const name = text.toLowerCase();
  return Object.hasOwn(SERVICES, name) ? `port = ${SERVICES[name]}` : undefined;
}

/** `src = 10.0.0.1`, `src 10.0.0.1`. */
function fieldCondition(text: string): string | undefined {
  const [, host, address] = /^(src|dst|host)\s+([\da-f.:/]+)$/i.exec(text) ?? [];
  if (host !== undefined) return hostCondition(address)?.replace('host', host.toLowerCase());
  const name = /^([a-z_][\w.]*)\s*(?:[=<>!]=?|(?:not\s+)?(?:in|has|like|between)\b|is\b)/i.exec(text)?.[1];
  return name !== undefined && fieldOf(TABLES.conntrack, name) ? text : undefined;
}
