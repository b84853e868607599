/**
 * The options of conntrack(8) that describe an entry: their names, the form of their values, and where each goes in a flow. Lines of
 * the `save` format are read and written by this table; the command line of conntrack(8) is built on it
 * (`shell/conntrack8/option-table.ts`). Source: the `getopt_long` tables of conntrack-tools 1.4.7.
 */
import { DCCP_ROLES } from '../../../lang/schema/constants.js';
import { CTA } from '../../ctnetlink/constants.js';
import type { MessageView } from '../../ctnetlink/view/view.js';
import { encodedWords } from '../reading/encoded.js';
import { ORIG, ORIG_DST, ORIG_SRC, REPLY, REPLY_DST, REPLY_SRC } from '../reading/message/flow-values.js';
import { SLOT } from '../reading/message/slots.js';
import type { FilledEntries } from '../reading/reader.js';
import type { ByteCursor } from '../reading/text/byte-cursor.js';
import type { EventName } from '../reading/text/event.js';
import { indexOf, UINT8, UINT16, UINT32 } from '../reading/text/text-values.js';
import { DNAT, type FlowLine, SNAT } from './flow-line.js';

/**
 * `number`: decimal. `integer`: decimal, `0x…`, or octal after `0`. `endpoint`: ADDRESS, ADDRESS:PORT, [IPv6]:PORT. `word`: one of a
 * list of names, or several separated by commas.
 */
export type ValueForm = 'number' | 'integer' | 'address' | 'endpoint' | 'word';

export interface EntryOption {
  /** A letter. */
  readonly short?: string;
  /** Without the dashes. */
  readonly long: readonly string[];
  readonly value: ValueForm;
  /** Reads the value at the cursor, up to its end. Left out for options of expectations. @throws ParseError */
  readonly read?: (line: FlowLine, cursor: ByteCursor) => void;
  /** What `save` lines of a flow have of it, in the order of this table; negative: nothing. */
  readonly written?: (view: MessageView) => number | bigint;
  /** Who writes it: ctq's `output save`, conntrack(8)'s `-o save`, or both where left out. */
  readonly writtenBy?: 'ctq' | 'conntrack';
  /** The fields of the language that it says. */
  readonly fields?: readonly string[];
}

/** Options of every protocol. */
export const ENTRY_OPTIONS = {
  src: { short: 's', long: ['src', 'orig-src'], value: 'address', read: (line, at) => line.address(ORIG_SRC, at) },
  dst: { short: 'd', long: ['dst', 'orig-dst'], value: 'address', read: (line, at) => line.address(ORIG_DST, at) },
  'reply-src': { short: 'r', long: ['reply-src'], value: 'address', read: (line, at) => line.address(REPLY_SRC, at) },
  'reply-dst': { short: 'q', long: ['reply-dst'], value: 'address', read: (line, at) => line.address(REPLY_DST, at) },
  protonum: { short: 'p', long: ['protonum', 'proto'], value: 'word', read: (line, at) => line.protocol(at) },
  timeout: {
    short: 't',
    long: ['timeout'],
    value: 'number',
    read: (line, at) => line.number(SLOT.timeout, UINT32, at),
  },
  status: { short: 'u', long: ['status'], value: 'word', read: (line, at) => line.status(at) },
  'tuple-src': { short: '[', long: ['tuple-src'], value: 'address' },
  'tuple-dst': { short: ']', long: ['tuple-dst'], value: 'address' },
  'mask-src': { short: '{', long: ['mask-src'], value: 'address' },
  'mask-dst': { short: '}', long: ['mask-dst'], value: 'address' },
  mark: {
    short: 'm',
    long: ['mark'],
    value: 'integer',
    read: (line, at) => line.mark(at),
    written: view => view.mark,
    writtenBy: 'ctq',
    fields: ['mark'],
  },
  id: {
    short: 'i',
    long: ['id'],
    value: 'integer',
    read: (line, at) => line.number(SLOT.id, UINT32, at),
  },
  family: { short: 'f', long: ['family'], value: 'word', read: (line, at) => line.family(at) },
  'src-nat': {
    short: 'n',
    long: ['src-nat'],
    value: 'endpoint',
    read: (line, at) => line.translation(line.snat, SNAT, at),
  },
  'dst-nat': {
    short: 'g',
    long: ['dst-nat'],
    value: 'endpoint',
    read: (line, at) => line.translation(line.dnat, DNAT, at),
  },
  secmark: {
    short: 'c',
    long: ['secmark'],
    value: 'integer',
    read: ({ flow }, at) => {
      flow.extras.secmark = encodedWords({ secmark: at.uint(UINT32) });
    },
    written: view => view.number(CTA.SECMARK),
    writtenBy: 'conntrack',
  },
  zone: {
    short: 'w',
    long: ['zone'],
    value: 'integer',
    read: (line, at) => line.number(SLOT.zone, UINT16, at),
    written: view => view.zone,
    fields: ['zone'],
  },
  label: { short: 'l', long: ['label'], value: 'word', read: (line, at) => line.addLabels(at) },
  'label-add': { short: '<', long: ['label-add'], value: 'word', read: (line, at) => line.addLabels(at) },
  'orig-zone': {
    short: '(',
    long: ['orig-zone'],
    value: 'integer',
    read: (line, at) => line.number(SLOT.zones + ORIG, UINT16, at),
    written: view => view.orig.zone,
    fields: ['orig.zone'],
  },
  'reply-zone': {
    short: ')',
    long: ['reply-zone'],
    value: 'integer',
    read: (line, at) => line.number(SLOT.zones + REPLY, UINT16, at),
    written: view => view.reply.zone,
    fields: ['reply.zone'],
  },
} as const satisfies Record<string, EntryOption>;

const port = (
  [ports, keys]: readonly [readonly string[], readonly string[]],
  read?: EntryOption['read'],
): { readonly ports: EntryOption; readonly keys: EntryOption } => ({
  ports: { long: ports, value: 'number', read },
  // Call keys of GRE.
  keys: { long: keys, value: 'integer', read },
});

const ORIG_PORT_SRC = port(
  [
    ['sport', 'orig-port-src'],
    ['srckey', 'orig-key-src'],
  ],
  (line, at) => line.number(SLOT.sport + ORIG, UINT16, at),
);
const ORIG_PORT_DST = port(
  [
    ['dport', 'orig-port-dst'],
    ['dstkey', 'orig-key-dst'],
  ],
  (line, at) => line.number(SLOT.dport + ORIG, UINT16, at),
);
const REPLY_PORT_SRC = port([['reply-port-src'], ['reply-key-src']], (line, at) =>
  line.number(SLOT.sport + REPLY, UINT16, at),
);
const REPLY_PORT_DST = port([['reply-port-dst'], ['reply-key-dst']], (line, at) =>
  line.number(SLOT.dport + REPLY, UINT16, at),
);
const MASK_PORT_SRC = port([['mask-port-src'], ['mask-key-src']]);
const MASK_PORT_DST = port([['mask-port-dst'], ['mask-key-dst']]);
const TUPLE_PORT_SRC = port([['tuple-port-src'], ['tuple-key-src']]);
const TUPLE_PORT_DST = port([['tuple-port-dst'], ['tuple-key-dst']]);

const icmpType = (long: string): EntryOption => ({
  long: [long],
  value: 'number',
  read: (line, at) => line.number(SLOT.icmpType + ORIG, UINT8, at),
});
const icmpCode = (long: string): EntryOption => ({
  long: [long],
  value: 'number',
  read: (line, at) => line.number(SLOT.icmpCode + ORIG, UINT8, at),
});
const icmpId = (long: string): EntryOption => ({
  long: [long],
  value: 'number',
  read: (line, at) => line.number(SLOT.icmpId + ORIG, UINT16, at),
});

/** Options of some protocols; which they are is in `shell/conntrack8/argv/protocols.ts`. The first name is that of complaints. */
export const PROTOCOL_OPTIONS = {
  sport: ORIG_PORT_SRC.ports,
  dport: ORIG_PORT_DST.ports,
  'reply-port-src': REPLY_PORT_SRC.ports,
  'reply-port-dst': REPLY_PORT_DST.ports,
  'mask-port-src': MASK_PORT_SRC.ports,
  'mask-port-dst': MASK_PORT_DST.ports,
  'tuple-port-src': TUPLE_PORT_SRC.ports,
  'tuple-port-dst': TUPLE_PORT_DST.ports,
  srckey: ORIG_PORT_SRC.keys,
  dstkey: ORIG_PORT_DST.keys,
  'reply-key-src': REPLY_PORT_SRC.keys,
  'reply-key-dst': REPLY_PORT_DST.keys,
  'mask-key-src': MASK_PORT_SRC.keys,
  'mask-key-dst': MASK_PORT_DST.keys,
  'tuple-key-src': TUPLE_PORT_SRC.keys,
  'tuple-key-dst': TUPLE_PORT_DST.keys,
  state: { long: ['state'], value: 'word', read: (line, at) => line.state(at) },
  role: {
    long: ['role'],
    value: 'word',
    read: ({ flow }, at) => {
      flow.dccpRole = indexOf(DCCP_ROLES, at.word(), 'role of DCCP');
    },
  },
  'orig-vtag': {
    long: ['orig-vtag'],
    value: 'integer',
    read: (line, at) => line.tag(ORIG, at),
  },
  'reply-vtag': {
    long: ['reply-vtag'],
    value: 'integer',
    read: (line, at) => line.tag(REPLY, at),
  },
  'icmp-type': icmpType('icmp-type'),
  'icmp-code': icmpCode('icmp-code'),
  'icmp-id': icmpId('icmp-id'),
  'icmpv6-type': icmpType('icmpv6-type'),
  'icmpv6-code': icmpCode('icmpv6-code'),
  'icmpv6-id': icmpId('icmpv6-id'),
} as const satisfies Record<string, EntryOption>;

const ALL: readonly EntryOption[] = [...Object.values(ENTRY_OPTIONS), ...Object.values(PROTOCOL_OPTIONS)];

const BY_WORD: ReadonlyMap<string, EntryOption> = new Map(
  ALL.flatMap(option => [
    ...option.long.map(long => [`--${long}`, option] as const),
    ...('short' in option && option.short !== undefined ? [[`-${option.short}`, option] as const] : []),
  ]),
);

/** The option of a word with its dashes: `-s`, `--orig-src`. */
export const optionOf = (word: string): EntryOption | undefined => BY_WORD.get(word);

/** An option as it is written. */
interface WrittenOption {
  /** With a space before and after it. */
  readonly word: string;
  readonly written: (view: MessageView) => number | bigint;
}

/** The numbers that a writer of `save` lines has between the status and the addresses, in order. */
export const writtenOptions = (by: 'ctq' | 'conntrack'): readonly WrittenOption[] =>
  ALL.flatMap(({ written, writtenBy, short, long }) =>
    written === undefined || (writtenBy ?? by) !== by
      ? []
      : [{ written, word: short !== undefined && /[a-z]/.test(short) ? ` -${short} ` : ` --${long[0]} ` }],
  );

/** Fields that the options of ctq's `save` lines say. */
export const SAID_FIELDS: ReadonlySet<string> = new Set(
  ALL.flatMap(({ fields, writtenBy }) => (writtenBy === 'conntrack' ? [] : (fields ?? []))),
);

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

/** How an entry begins. */
const BEGIN = /(?:(?:[\w./-]{0,100}\/)?(?:ctq-)?conntrack\s+)?(?:-[AIUD]|--(?:add|create|update|delete))\s/;

/** How a line begins. */
export const COMMAND = new RegExp(`(?<![^\\s"'\`:>|])${BEGIN.source}`);

/** Entries that were filled as a paragraph. */
export const FILLED: FilledEntries = {
  begin: BEGIN,
  rest: /^(?=\S)(?:\{".*\}\s*$|(?:--?[a-z][a-z-]*(?:=|\s+)(?![->|])\S+(?:\s+|$))*(?:#\s*(?:\{.*\}\s*)?)?$)/,
  once: /(?<!\S)--?[a-z][a-z-]*(?=[\s=])/g,
};
