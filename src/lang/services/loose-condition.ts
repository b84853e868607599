/** Conditions as people type them to filters of other tools: `udp 53`, `10.0.0.1 443`, `dport 443`, `established`. */
import { TABLES } from '../schema/catalogue.js';
import { enumNames, flagNames } from '../schema/flags.js';
import { protocolCondition } from '../schema/synonyms.js';
import { parseAddress } from '../values/address.js';

/** Words between conditions that add nothing to them. */
const FILLERS = new Set(
  'a all an and are at connections flows for had have has is me of on show the that was were what where which who with'.split(
    ' ',
  ),
);

/** Words that are conditions, beside the names of states, flags, protocols and services. */
const CONDITIONS: Readonly<Record<string, string>> = {
  dnat: 'nat has dst',
  nat: 'nat != none',
  natted: 'nat != none',
  private: 'src is private',
  snat: 'nat has src',
};

/** Services that are looked for by name most often. */
const SERVICES: Readonly<Record<string, string>> = {
  dns: 'domain',
  http: 'http',
  https: 'https',
  ntp: 'ntp',
  ssh: 'ssh',
};

const MAX_PORT = 65_535;

export interface LooseOptions {
  /** Whether words that add nothing are left out; otherwise they are not understood. */
  readonly hasFillers?: boolean;
}

/** The condition that some words mean, without operators. @returns undefined if one of them is not understood */
export function looseCondition(text: string, { hasFillers = false }: LooseOptions = {}): string | undefined {
  const words = text.split(/\s+/).filter(word => word !== '');
  // A number alone may be anything.
  if (words.length === 1 && /^\d+$/.test(words[0])) return undefined;
  const parts: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const field = fieldNamed(words[i]) ?? (hasFillers ? DIRECTIONS.get(words[i].toLowerCase()) : undefined);
    const part = (field && compared(field, words[i + 1])) ?? conditionOf(words[i]);
    if (field !== undefined && words[i + 1] !== undefined) i++;
    if (part !== undefined) parts.push(part);
    else if (!hasFillers || !FILLERS.has(words[i].toLowerCase())) return undefined;
  }
  return parts.length === 0 ? undefined : parts.join(' and ');
}

const FIELDS = ['src', 'dst', 'sport', 'dport', 'host', 'port', 'proto', 'state', 'status', 'mark', 'zone'] as const;
type FieldName = (typeof FIELDS)[number];

/** Prepositions before an address. */
const DIRECTIONS: ReadonlyMap<string, FieldName> = new Map([
  ['from', 'src'],
  ['to', 'dst'],
]);

const fieldNamed = (word: string): FieldName | undefined => FIELDS.find(name => name === word.toLowerCase());

/** `dport 443`, `src 10.0.0.0/8`, `state established`. */
function compared(name: FieldName, value = ''): string | undefined {
  const { type } = TABLES.conntrack.fields[name];
  if (type === 'address') return hostCondition(value)?.replaceAll('host', name);
  if (type === 'port' || type === 'integer') return /^\d+$/.test(value) ? `${name} = ${value}` : serviceAt(name, value);
  const condition = conditionOf(value);
  return condition?.startsWith(`${name} `) ? condition : undefined;
}

function conditionOf(word: string): string | undefined {
  const name = word.toLowerCase();
  if (Object.hasOwn(CONDITIONS, name)) return CONDITIONS[name];
  const port = /^:?(\d{1,5})$/.exec(word)?.[1];
  if (port !== undefined) return Number(port) <= MAX_PORT ? `port = ${port}` : undefined;
  const constant = word.toUpperCase().replaceAll('-', '_');
  if (flagNames('status').includes(constant)) return `status has ${constant}`;
  if (enumNames('state').includes(constant) && constant !== 'NONE') return `state = ${constant}`;
  return hostCondition(word) ?? protocolCondition(name) ?? serviceAt('port', name);
}

function serviceAt(field: string, word: string): string | undefined {
  const name = word.toLowerCase();
  return Object.hasOwn(SERVICES, name) ? `${field} = ${SERVICES[name]}` : undefined;
}

/** The condition for an address, a network, or an address with a port, in either direction. */
function hostCondition(text: string): string | undefined {
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|(\d+(?:\.\d+){3}))(?::(\d{1,5}))?$/.exec(text) ?? [];
  const address = bracketed ?? plain;
  if (port !== undefined && address !== undefined)
    return parseAddress(address) === undefined ? undefined : `host = ${address} and port = ${port}`;
  const [, host, bits] = /^([0-9a-f.:]+)(\/\d{1,3})?$/i.exec(text) ?? [];
  if (host === undefined || !/[.:]/.test(host) || parseAddress(host) === undefined) return undefined;
  return bits === undefined ? `host = ${host}` : `host in ${host}${bits}`;
}
