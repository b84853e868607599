/** Options of conntrack(8) as far as they describe an entry: conntrack(8), `getopt_long` tables of conntrack-tools 1.4.7. */
import type { EventName } from '../reading/event.js';

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

/** What a command makes of an entry: one that is there, or an event. */
export const COMMANDS: ReadonlyMap<string, EventName | 'entry'> = new Map<string, EventName | 'entry'>([
  ['-A', 'entry'],
  ['--add', 'entry'],
  ['-I', 'entry'],
  ['--create', 'entry'],
  ['-U', 'update'],
  ['--update', 'update'],
  ['-D', 'destroy'],
  ['--delete', 'destroy'],
]);

/** How a line begins. */
export const COMMAND =
  /(?<![^\s"'`:>|])(?:(?:[\w./-]{0,100}\/)?(?:ctq-)?conntrack\s+)?(?:-[AIUD]|--(?:add|create|update|delete))\s/;
