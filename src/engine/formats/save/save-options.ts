/** Options of conntrack(8) as far as they describe an entry: conntrack(8), `getopt_long` tables of conntrack-tools 1.4.7. */
import { Unreadable } from '../reading/parse-error.js';

const NAMES = [
  'orig-src',
  'orig-dst',
  'reply-src',
  'reply-dst',
  'protonum',
  'family',
  'timeout',
  'status',
  'src-nat',
  'dst-nat',
  'mark',
  'secmark',
  'label',
  'label-add',
  'zone',
  'orig-zone',
  'reply-zone',
  'id',
  'tuple-src',
  'tuple-dst',
  'mask-src',
  'mask-dst',
  'orig-port-src',
  'orig-port-dst',
  'reply-port-src',
  'reply-port-dst',
  'tuple-port-src',
  'tuple-port-dst',
  'mask-port-src',
  'mask-port-dst',
  'state',
  'role',
  'orig-vtag',
  'reply-vtag',
  'icmp-type',
  'icmp-code',
  'icmp-id',
] as const;

export type OptionName = (typeof NAMES)[number];

/** Other names of the same options. */
const ALIASES = {
  s: 'orig-src',
  src: 'orig-src',
  d: 'orig-dst',
  dst: 'orig-dst',
  r: 'reply-src',
  q: 'reply-dst',
  p: 'protonum',
  proto: 'protonum',
  f: 'family',
  t: 'timeout',
  u: 'status',
  n: 'src-nat',
  g: 'dst-nat',
  m: 'mark',
  c: 'secmark',
  l: 'label',
  w: 'zone',
  i: 'id',
  sport: 'orig-port-src',
  dport: 'orig-port-dst',
  srckey: 'orig-port-src',
  dstkey: 'orig-port-dst',
  'orig-key-src': 'orig-port-src',
  'orig-key-dst': 'orig-port-dst',
  'reply-key-src': 'reply-port-src',
  'reply-key-dst': 'reply-port-dst',
  'tuple-key-src': 'tuple-port-src',
  'tuple-key-dst': 'tuple-port-dst',
  'mask-key-src': 'mask-port-src',
  'mask-key-dst': 'mask-port-dst',
  'icmpv6-type': 'icmp-type',
  'icmpv6-code': 'icmp-code',
  'icmpv6-id': 'icmp-id',
} as const satisfies Record<string, OptionName>;

export const OPTIONS: ReadonlyMap<string, OptionName> = new Map<string, OptionName>([
  ...NAMES.map(name => [name, name] as const),
  ...Object.entries(ALIASES),
]);

/** One letter each. */
const COMMANDS: Readonly<Record<string, string>> = {
  '-A': 'A',
  '--add': 'A',
  '-I': 'I',
  '--create': 'I',
  '-U': 'U',
  '--update': 'U',
  '-D': 'D',
  '--delete': 'D',
};

export interface CommandLine {
  readonly command: string;
  readonly table: 'conntrack' | 'expect';
  readonly options: ReadonlyMap<OptionName, string>;
}

/** Whether a line begins as a command of conntrack(8) does. */
export const isCommand = (line: string): boolean =>
  /^\s*(conntrack\s+)?(-[AIUD]|--(add|create|update|delete))\s/.test(line);

/** Words, taken apart at spaces; those in double quotes are one. */
function wordsOf(line: string): string[] {
  if (!line.includes('"')) return line.split(/\s+/).filter(word => word !== '');
  return [...line.matchAll(/(?:"[^"]*"|[^\s"])+/g)].map(([word]) => word.replaceAll('"', ''));
}

/** @throws Unreadable */
export function optionsOf(line: string): CommandLine {
  const words = wordsOf(line);
  let at = words[0] === 'conntrack' ? 1 : 0;
  const command = Object.hasOwn(COMMANDS, words[at] ?? '') ? COMMANDS[words[at]] : undefined;
  if (command === undefined) throw new Unreadable('it is no command that makes, changes or deletes an entry');
  at++;
  const table = words[at] === 'expect' ? 'expect' : 'conntrack';
  if (words[at] === 'expect' || words[at] === 'conntrack') at++;
  const options = new Map<OptionName, string>();
  while (at < words.length) {
    const word = words[at++];
    const [, long, short, attached] = /^(?:--([a-z0-9-]+)|-([a-z]))(?:=(.*))?$/s.exec(word) ?? [];
    const name = OPTIONS.get((long?.length ?? 0) > 1 ? long : (short ?? ''));
    if (name === undefined) throw new Unreadable(`there is no option '${word.slice(0, 40)}'`);
    const value = attached ?? words[at++];
    if (value === undefined) throw new Unreadable(`'${word}' wants a value: the line is cut off`);
    options.set(name, value);
  }
  return { command, table, options };
}
