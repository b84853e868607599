import { type EntryOption, PROTOCOL_OPTIONS } from '../../../engine/formats/save/option-table.js';
import { DCCP_STATES, SCTP_STATES, TCP_STATES } from '../../../lang/schema/constants.js';
import type { Form, OptionForm } from '../commands.js';
import { checkMarks, type Marks } from './legality.js';
import { refuse } from './mistake.js';

/** What the options of a protocol say; ports and call keys differ by the protocol alone. */
export type ProtocolOption =
  | 'orig-src'
  | 'orig-dst'
  | 'reply-src'
  | 'reply-dst'
  | 'mask-src'
  | 'mask-dst'
  | 'tuple-src'
  | 'tuple-dst'
  | 'state'
  | 'orig-vtag'
  | 'reply-vtag'
  | 'role'
  | 'type'
  | 'code'
  | 'icmp-id';

/** An option as conntrack(8) calls it in its complaints, and what it means. */
interface NamedOption {
  readonly name: string;
  readonly option: ProtocolOption;
  readonly form: OptionForm & Pick<EntryOption, 'value' | 'read'>;
}

export interface Protocol {
  readonly number: number;
  /** In the order in which conntrack(8) looks at them. */
  readonly options: readonly NamedOption[];
  /** One mark for each option (`legality.ts`). */
  readonly marks: Readonly<Partial<Record<Form, Marks>>>;
  /** The names of `--state`, by their values, as far as conntrack(8) takes them. */
  readonly states: readonly string[];
}

const named = (option: ProtocolOption, name: keyof typeof PROTOCOL_OPTIONS): NamedOption => ({
  name,
  option,
  form: { ...(PROTOCOL_OPTIONS[name] as EntryOption), argument: 'required' },
});

const PORTS = [
  named('orig-src', 'sport'),
  named('orig-dst', 'dport'),
  named('reply-src', 'reply-port-src'),
  named('reply-dst', 'reply-port-dst'),
  named('mask-src', 'mask-port-src'),
  named('mask-dst', 'mask-port-dst'),
] as const;
const TUPLE_PORTS = [named('tuple-src', 'tuple-port-src'), named('tuple-dst', 'tuple-port-dst')] as const;
const STATE = named('state', 'state');

/** Ports alone. */
const UDP_MARKS = {
  'list conntrack': '222200 00',
  'create conntrack': '333300 00',
  'add conntrack': '333300 00',
  'update conntrack': '222200 00',
  'delete conntrack': '222200 00',
  'get conntrack': '333300 00',
  'event conntrack': '222200 00',
  'create expect': '110011 11',
  'delete expect': '111100 00',
  'get expect': '111100 00',
} as const satisfies Protocol['marks'];

/** The same with marks of the state in between, and of what else follows. */
const withState = (state: Marks, rest: readonly Marks[]): Protocol['marks'] =>
  Object.fromEntries(
    Object.entries(UDP_MARKS).map(([form, marks], index) => [
      form,
      `${marks.slice(0, 6)}${state[index]}${marks.slice(7)}${rest[index] ?? ''}`,
    ]),
  );

const icmp = (name: 'icmp' | 'icmpv6'): readonly NamedOption[] => [
  named('type', `${name}-type`),
  named('code', `${name}-code`),
  named('icmp-id', `${name}-id`),
];
const ICMP_MARKS = {
  'list conntrack': '222',
  'create conntrack': '112',
  'add conntrack': '112',
  'update conntrack': '222',
  'delete conntrack': '222',
  'get conntrack': '112',
  'event conntrack': '222',
} as const satisfies Protocol['marks'];

const UDP = { options: [...PORTS, ...TUPLE_PORTS], marks: UDP_MARKS, states: [] };

/** SYN_SENT2 has an old name as well. */
const OLD_TCP_STATE = { LISTEN: TCP_STATES.indexOf('SYN_SENT2') } as const;

export type ProtocolName = 'tcp' | 'udp' | 'udplite' | 'sctp' | 'dccp' | 'icmp' | 'icmpv6' | 'gre';

export const PROTOCOLS = {
  tcp: {
    number: 6,
    options: [...PORTS, STATE, ...TUPLE_PORTS],
    //                 L I A U D G E  I D G
    marks: withState('2112222000', []),
    states: TCP_STATES,
  },
  udp: { number: 17, ...UDP },
  udplite: { number: 136, ...UDP },
  sctp: {
    number: 132,
    options: [...PORTS, STATE, ...TUPLE_PORTS, named('orig-vtag', 'orig-vtag'), named('reply-vtag', 'reply-vtag')],
    marks: withState('2112222000', ['00', '11', '11', '22', '00', '22', '00', '11', '00', '00']),
    states: SCTP_STATES,
  },
  dccp: {
    number: 33,
    options: [...PORTS, STATE, ...TUPLE_PORTS, named('role', 'role')],
    marks: withState('2112222000', ['0', '1', '1', '0', '0', '0', '0', '1', '0', '0']),
    states: DCCP_STATES,
  },
  icmp: { number: 1, options: icmp('icmp'), marks: ICMP_MARKS, states: [] },
  icmpv6: { number: 58, options: icmp('icmpv6'), marks: ICMP_MARKS, states: [] },
  gre: {
    number: 47,
    options: [
      named('orig-src', 'srckey'),
      named('orig-dst', 'dstkey'),
      named('reply-src', 'reply-key-src'),
      named('reply-dst', 'reply-key-dst'),
      named('mask-src', 'mask-key-src'),
      named('mask-dst', 'mask-key-dst'),
      named('tuple-src', 'tuple-key-src'),
      named('tuple-dst', 'tuple-key-dst'),
    ],
    marks: { ...UDP_MARKS, 'create expect': '111111 11' },
    states: [],
  },
} as const satisfies Record<ProtocolName, Protocol>;

const BY_NUMBER: ReadonlyMap<number, Protocol & { readonly name: ProtocolName }> = new Map(
  Object.entries(PROTOCOLS).map(([name, protocol]) => [protocol.number, { ...protocol, name: name as ProtocolName }]),
);

/** The protocol of that number, where it has options of its own. */
export const protocolOf = (number: number): (Protocol & { readonly name: ProtocolName }) | undefined =>
  BY_NUMBER.get(number);

/** The value of a state's name. @throws Refusal */
export function stateNumber(protocol: Protocol & { readonly name: ProtocolName }, word: string): number {
  const old: Readonly<Record<string, number>> = protocol.name === 'tcp' ? OLD_TCP_STATE : {};
  const value = Object.hasOwn(old, word) ? old[word] : protocol.states.indexOf(word);
  if (value < 0)
    refuse(
      `${protocol.name === 'dccp' ? 'Unknown' : 'unknown'} ${protocol.name.toUpperCase()} state \`${word}'`,
      2,
      states(protocol),
    );
  return value;
}

/** How conntrack(8) calls the options of the reply in this one complaint. */
const COUPLED_REPLY: Readonly<Record<string, readonly [string, string]>> = {
  'reply-port-src': ['reply-src-port', 'reply-dst-port'],
  'reply-key-src': ['reply-src-key', 'reply-dst-key'],
};

/** @throws Refusal as `checkOptions` */
export function checkProtocolOptions(protocol: Protocol, form: Form, has: (option: ProtocolOption) => boolean): void {
  const marks = protocol.marks[form]?.replaceAll(' ', '') ?? '0'.repeat(protocol.options.length);
  const names = protocol.options.map(({ name }) => name);
  const optionOf = (name: string): ProtocolOption => protocol.options[names.indexOf(name)].option;
  checkMarks(names, marks, name => has(optionOf(name)));
  if (marks[0] !== '3') return;
  if (has('orig-src') && has('orig-dst')) return;
  if (has('reply-src') && has('reply-dst')) return;
  const reply = (has('reply-src') || has('reply-dst')) && !has('orig-src') && !has('orig-dst');
  const [first, second] = reply ? COUPLED_REPLY[names[2]] : names;
  refuse(`you have to specify \`--${first}' and \`--${second}'`);
}

const states = (protocol: Protocol): string => `the states are ${protocol.states.join(', ')}`;
