/** Conditions as people type them to filters of other tools: `udp 53`, `10.0.0.1 443`, `dport 443`, `established`. */
import { TABLES } from '../../../schema/catalogue.js';
import { enumNames, flagNames } from '../../../schema/flags.js';
import { protocolCondition } from '../../../schema/synonyms.js';
import { parseAddress } from '../../../values/address.js';

/** Words between conditions that add nothing to them. */
const FILLERS = new Set(
  'a all an are at connections flows for had have has is me of on show the that was were what where which who with'.split(
    ' ',
  ),
);

/** Words that are conditions, beside the names of states, flags, protocols and services. */
const CONDITIONS: Readonly<Record<string, string>> = {
  dnat: 'nat has dst',
  localhost: 'host in (127.0.0.1, ::1)',
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

/** Words of iptables, nft and tcpdump, and the words here. Those of several words come first. */
const PHRASES: readonly (readonly [RegExp, string])[] = [
  [/\bct (?:original )?(?:state|status) new\b/g, 'unreplied'],
  [/\bct state (?:established|related,established|established,related)\b/g, 'seen_reply'],
  [/\bct state related\b/g, 'expected'],
  [/\bct status\b/g, ''],
  [/\bct (?=mark|zone)/g, ''],
  [/\bmeta l4proto\b/g, 'proto'],
  [/\b(?:ip6? )?saddr\b|\bsrc (?:host|net)\b|(?<!\S)(?:-s|--src|--source)(?!\S)/g, 'src'],
  [/\b(?:ip6? )?daddr\b|\bdst (?:host|net)\b|(?<!\S)(?:-d|--dst|--destination)(?!\S)/g, 'dst'],
  [/\bsrc port(?:range)?\b|(?<!\S)(?:--sport|--source-port)(?!\S)/g, 'sport'],
  [/\bdst port(?:range)?\b|(?<!\S)(?:--dport|--dports|--destination-port)(?!\S)/g, 'dport'],
  [/\bportrange\b/g, 'port'],
  [/\bnet\b/g, 'host'],
  [/(?<!\S)(?:-p|--proto|--protocol)(?!\S)/g, 'proto'],
  [/ == /g, ' '],
  [/^(\S+) *-> *(\S+)/, 'src $1 dst $2'],
];

/** The words of a text; a set in braces is one, and so is what is in parentheses. */
function wordsOf(text: string): readonly string[] {
  const plain = PHRASES.reduce((rest, [phrase, word]) => rest.replace(phrase, word), text.trim());
  return (
    plain
      .replace(/\{\s*([^{}]*?)\s*\}/g, (_, list: string) => `{${list.replace(/\s+/g, '')}}`)
      .match(/\([^()]*\)|\S+/g) ?? []
  );
}

/** A part of a condition, and the field that was named for it. */
interface Part {
  readonly text: string;
  readonly field?: FieldName;
  readonly isNegated: boolean;
}

/** The condition that some words mean, without operators. @returns undefined if one of them is not understood */
export function looseCondition(text: string, { hasFillers = false }: LooseOptions = {}): string | undefined {
  const groups = splitAtOr(wordsOf(text));
  // Numbers alone may be anything.
  if (groups.every(words => words.length === 1 && /^\d+$/.test(words[0]))) return undefined;
  if (groups.length > 1) return alternatives(groups, hasFillers);
  const parts = partsOf(groups[0], hasFillers);
  if (parts === undefined || parts.length === 0 || repeated(parts).length < parts.length) return undefined;
  return parts.map(each => each.text).join(' and ');
}

/** What a text may mean that can be read in two ways: `10.0.0.1 22 or 80`, `tcp or udp 53`, `port 22 port 80`. */
export function likelyCondition(text: string): string | undefined {
  const words = wordsOf(text);
  const groups = splitAtOr(words);
  if (groups.length === 1) {
    const parts = partsOf(words, false);
    const tests = parts && repeated(parts);
    if (parts === undefined || tests === undefined || tests.length === parts.length) return undefined;
    return tests
      .map(each => (each.length > 1 && tests.length > 1 ? `(${each.join(' or ')})` : each.join(' or ')))
      .join(' and ');
  }
  const before = groups[0].slice(0, -1);
  const after = groups.at(-1)!.slice(1);
  if (before.length > 0 === after.length > 0) return undefined;
  const choice = words.slice(before.length, words.length - after.length).join(' ');
  return looseCondition([...before, `(${choice})`, ...after].join(' '));
}

/** The tests of parts, where those of one field that can only be alternatives are together. A host may be either end, and flags are several. */
function repeated(parts: readonly Part[]): readonly (readonly string[])[] {
  const tests = new Map<string, string[]>();
  for (const { text, isNegated } of parts) {
    const field = text.split(' ', 1)[0];
    const isOne = !isNegated && /^(?:src|dst|sport|dport|port|proto|state|mark|zone) /.test(text);
    const key = isOne ? field : `${tests.size} ${text}`;
    tests.set(key, [...(tests.get(key) ?? []), text]);
  }
  return [...tests.values()];
}

function splitAtOr(words: readonly string[]): readonly (readonly string[])[] {
  const groups: string[][] = [[]];
  for (const word of words) {
    if (word.toLowerCase() === 'or') groups.push([]);
    else groups.at(-1)!.push(word);
  }
  return groups;
}

/**
 * `10.0.0.1 or 10.0.0.2`, `tcp 22 or udp 53`, `dport 22 or 80`. All alternatives test the same: `tcp 22 or 80` may be meant in two ways, and so
 * may a `not`.
 */
function alternatives(groups: readonly (readonly string[])[], hasFillers: boolean): string | undefined {
  const all: (readonly Part[])[] = [];
  for (const words of groups) {
    const field = all.at(-1)?.length === 1 ? all.at(-1)![0].field : undefined;
    // A value alone is one of the field before it.
    const again = field !== undefined && words.length === 1 ? compared(field, words[0]) : undefined;
    const parts = again === undefined ? partsOf(words, hasFillers) : [{ text: again, field, isNegated: false }];
    if (parts === undefined || parts.length === 0 || parts.some(({ isNegated }) => isNegated)) return undefined;
    all.push(parts);
  }
  const tested = (parts: readonly Part[]): string => parts.map(({ text }) => text.split(' ', 1)[0]).join(' ');
  const isOne = all.every(({ length }) => length === 1);
  if (!isOne && all.some(parts => tested(parts) !== tested(all[0]))) return undefined;
  const joined = all.map(parts => parts.map(({ text }) => text).join(' and '));
  return joined.map(each => (isOne ? each : `(${each})`)).join(' or ');
}

function partsOf(words: readonly string[], hasFillers: boolean): readonly Part[] | undefined {
  const parts: Part[] = [];
  for (let i = 0; i < words.length; i++) {
    const isNegated = words[i].toLowerCase() === 'not' && i + 1 < words.length;
    if (isNegated) i++;
    const word = words[i].toLowerCase();
    const field = fieldNamed(word) ?? (hasFillers ? DIRECTIONS.get(word) : undefined);
    const own = field && compared(field, words[i + 1]);
    const text = own ?? conditionOf(words[i]);
    if (field !== undefined && words[i + 1] !== undefined) i++;
    if (text !== undefined)
      parts.push({
        text: isNegated ? `not ${text.startsWith('(') ? text : `(${text})`}` : text,
        isNegated,
        ...(own === undefined ? {} : { field }),
      });
    else if (isNegated || (word !== 'and' && !(hasFillers && FILLERS.has(word)))) return undefined;
  }
  return parts;
}

const FIELDS = ['src', 'dst', 'sport', 'dport', 'host', 'port', 'proto', 'state', 'status', 'mark', 'zone'] as const;
type FieldName = (typeof FIELDS)[number];

/** Prepositions before an address. */
const DIRECTIONS: ReadonlyMap<string, FieldName> = new Map([
  ['from', 'src'],
  ['to', 'dst'],
]);

const fieldNamed = (word: string): FieldName | undefined => FIELDS.find(name => name === word);

/** `dport 443`, `dport { 80, 443 }`, `dport 8000-8999`, `src 10.0.0.0/8`, `state established`. */
function compared(name: FieldName, value = ''): string | undefined {
  const { type } = TABLES.conntrack.fields[name];
  const list = /^\{(.+)\}$/.exec(value)?.[1] ?? (value.includes(',') ? value : undefined);
  if (list !== undefined) {
    const items = list.split(',').map(item => valueIn(name, item));
    return items.includes(undefined) ? undefined : `${name} in (${items.join(', ')})`;
  }
  if (type === 'address') return hostCondition(value)?.replaceAll('host', name);
  if (type === 'port' || type === 'integer') {
    const item = valueIn(name, value);
    return item && (item.includes('..') ? `${name} in (${item})` : `${name} = ${item}`);
  }
  const condition = conditionOf(value);
  return condition?.startsWith(`${name} `) ? condition : undefined;
}

/** A value of a list for a field. */
function valueIn(name: FieldName, text: string): string | undefined {
  const { type } = TABLES.conntrack.fields[name];
  if (type === 'address') return hostCondition(text) === undefined || text.startsWith('[') ? undefined : text;
  const [, low, high] = /^(\d+)[-:](\d+)$/.exec(text) ?? [];
  if (low !== undefined) return `${low}..${high}`;
  if (/^\d+$/.test(text)) return text;
  return type === 'port' ? serviceNamed(text) : undefined;
}

function conditionOf(word: string): string | undefined {
  const inside = /^\((.*)\)$/s.exec(word)?.[1];
  if (inside !== undefined) {
    const groups = splitAtOr(wordsOf(inside));
    const condition = groups.length > 1 ? alternatives(groups, false) : looseCondition(inside);
    return condition && `(${condition})`;
  }
  const name = word.toLowerCase();
  if (Object.hasOwn(CONDITIONS, name)) return CONDITIONS[name];
  const port = /^:?(\d{1,5})$/.exec(word)?.[1];
  if (port !== undefined) return Number(port) <= MAX_PORT ? `port = ${port}` : undefined;
  const constant = word.toUpperCase().replaceAll('-', '_');
  if (flagNames('status').includes(constant)) return `status has ${constant}`;
  if (enumNames('state').includes(constant) && constant !== 'NONE') return `state = ${constant}`;
  const service = serviceNamed(name);
  return hostCondition(word) ?? protocolCondition(name) ?? (service && `port = ${service}`);
}

const serviceNamed = (word: string): string | undefined =>
  Object.hasOwn(SERVICES, word.toLowerCase()) ? SERVICES[word.toLowerCase()] : undefined;

/** The condition for an address, a network, or an address with a port, in either direction. */
function hostCondition(text: string): string | undefined {
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|(\d+(?:\.\d+){3}))(?::(\d{1,5}))?$/.exec(text) ?? [];
  const address = bracketed ?? plain;
  if (port !== undefined && address !== undefined)
    return parseAddress(address) === undefined ? undefined : `host = ${bracketed ? `[${address}]` : address}:${port}`;
  const [, first, last] = /^(\d+(?:\.\d+){3})-(\d+(?:\.\d+){3})$/.exec(text) ?? [];
  if (first !== undefined && parseAddress(first) !== undefined && parseAddress(last) !== undefined)
    return `host in (${first}..${last})`;
  const [, host, bits] = /^([0-9a-f.:]+)(\/\d{1,3})?$/i.exec(text) ?? [];
  if (host === undefined || !/[.:]/.test(host) || parseAddress(host) === undefined) return undefined;
  return bits === undefined ? `host = ${host}` : `host in ${host}${bits}`;
}
