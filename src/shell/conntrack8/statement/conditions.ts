import { swapped } from '../../../engine/formats/save/words.js';
import { DCCP_STATES, protocolName, SCTP_STATES, TCP_STATES } from '../../../lang/schema/constants.js';
import type { Expr } from '../../../lang/syntax/ast.js';
import { width } from '../../../lang/values/address.js';
import type { Address } from '../../../lang/values/value.js';
import { familyOf, prefixOfMask, type Translation } from '../argv/address.js';
import type { CommandLine } from '../argv/command-line.js';
import { refuseAsInvalid } from '../argv/mistake.js';
import type { ProtocolName } from '../argv/protocols.js';
import { saidBy } from '../option-table.js';
import * as tree from './tree.js';

export const protocolWord = (number: number): Expr => {
  const name = protocolName(number);
  return name === undefined ? tree.integer(number) : tree.word(name);
};

export const STATES: Readonly<Partial<Record<ProtocolName, readonly string[]>>> = {
  tcp: TCP_STATES,
  sctp: SCTP_STATES,
  dccp: DCCP_STATES,
};

/** The entries of the conntrack table that a command line means. */
export function conditionOf(line: CommandLine): Expr | undefined {
  return tree.allOf([...tupleConditions(line), ...restConditions(line)]);
}

/** What identifies a flow, or a part of it; the entries of an update are found by it as well. */
export function tupleConditions(line: CommandLine): Expr[] {
  const { src, dst, replySrc, replyDst, maskSrc, maskDst } = line;
  const conditions: Expr[] = [];
  const addresses = [
    ...sides('src', src, maskSrc, 'mask-src'),
    ...sides('dst', dst, maskDst, 'mask-dst'),
    ...(replySrc === undefined ? [] : [tree.equal('reply.src', tree.address(replySrc))]),
    ...(replyDst === undefined ? [] : [tree.equal('reply.dst', tree.address(replyDst))]),
  ];
  // An address is of its family only.
  if (line.family !== undefined && addresses.length === 0 && !(line.snat ?? line.dnat))
    conditions.push(tree.equal('family', tree.word(line.family)));
  if (line.proto) conditions.push(tree.equal('proto', protocolWord(line.proto.number)));
  conditions.push(...addresses, ...keyConditions(line));
  return conditions;
}

function sides(field: string, address: Address | undefined, netmask: Address | undefined, option: string): Expr[] {
  if (address === undefined) return [];
  const prefix = netmask === undefined ? width(address) : prefixOfMask(netmask, option);
  if (prefix === width(address)) return [tree.equal(field, tree.address(address))];
  return [tree.within(field, tree.network(address, prefix))];
}

function keyConditions({ proto, keys }: CommandLine): Expr[] {
  const fields: readonly (readonly [keyof typeof keys, string])[] =
    proto?.name === 'gre'
      ? [
          ['orig-src', 'srckey'],
          ['orig-dst', 'dstkey'],
          ['reply-src', 'reply.srckey'],
          ['reply-dst', 'reply.dstkey'],
        ]
      : [
          ['orig-src', 'sport'],
          ['orig-dst', 'dport'],
          ['reply-src', 'reply.sport'],
          ['reply-dst', 'reply.dport'],
          ['type', 'icmp_type'],
          ['code', 'icmp_code'],
          ['icmp-id', 'icmp_id'],
        ];
  return fields.flatMap(([option, field]) => {
    const value = keys[option];
    return value === undefined ? [] : [tree.equal(field, tree.integer(value))];
  });
}

/** What an entry has besides its tuples, as far as entries are selected by it. */
function restConditions(line: CommandLine): Expr[] {
  return [
    ...stateCondition(line),
    ...statusConditions(line),
    ...saidBy(line.values, (option, value) => (option.chooses ? [] : option.condition?.(value))),
    ...selectingConditions(line),
    ...natConditions(line),
  ];
}

/** What selects the entries of an update, besides their tuples. */
export const selectingConditions = ({ values, labels, labelMap }: CommandLine): Expr[] => [
  ...saidBy(values, (option, value) => (option.chooses ? option.condition?.(value) : [])),
  ...(labels.length === 0 ? [] : [tree.has('labels', tree.labels(labels, labelMap))]),
];

function stateCondition({ proto, keys }: CommandLine): Expr[] {
  if (proto?.name === undefined) return [];
  const state = keys.state === undefined ? undefined : STATES[proto.name]?.[keys.state];
  return [
    ...(state === undefined ? [] : [tree.equal('state', tree.word(state))]),
    ...(['orig', 'reply'] as const).flatMap(direction => {
      const tag = keys[`${direction}-vtag`];
      return tag === undefined ? [] : [tree.equal(`${direction}.vtag`, tree.integer(swapped(tag)))];
    }),
  ];
}

function statusConditions(line: CommandLine): Expr[] {
  const { status } = line.values;
  if (status === undefined) return [];
  const { set, absent } = status;
  if (set.length === 0 && absent.length === 0)
    refuseAsInvalid(line, 'UNSET is not a status to look for: use ASSURED, SEEN_REPLY, UNREPLIED …');
  const unreplied = absent.includes('SEEN_REPLY');
  const others = absent.filter(bit => bit !== 'SEEN_REPLY');
  const wanted = [...set, ...(unreplied ? ['UNREPLIED'] : [])];
  return [
    ...(wanted.length === 0 ? [] : [tree.has('status', wanted.map(tree.word))]),
    ...(others.length === 0 ? [] : [tree.has('status', others.map(tree.word), true)]),
  ];
}

/** Which translations an entry has. */
export function natConditions(line: CommandLine): Expr[] {
  const { given, snat, dnat } = line;
  if (given.has('any-nat')) {
    const either = [tree.allOf(translated('src', snat)), tree.allOf(translated('dst', dnat))];
    return [tree.anyOf(either.filter(each => each !== undefined)) as Expr];
  }
  return [
    ...(given.has('src-nat') ? translated('src', snat) : []),
    ...(given.has('dst-nat') ? translated('dst', dnat) : []),
  ];
}

/** The fields of one side of a flow, and those that the other direction has for it. */
const SIDES = {
  src: {
    done: 'SRC_NAT_DONE',
    address: ['src', 'reply.dst'],
    port: ['sport', 'reply.dport'],
    key: ['srckey', 'reply.dstkey'],
    echo: ['icmp_id', 'reply.icmp_type', 'reply.icmp_code'],
  },
  dst: {
    done: 'DST_NAT_DONE',
    address: ['dst', 'reply.src'],
    port: ['dport', 'reply.sport'],
    key: ['dstkey', 'reply.srckey'],
    echo: ['reply.icmp_id', 'icmp_type', 'icmp_code'],
  },
} as const;

/**
 * Translated, and where it is said also to what, as libnetfilter_conntrack decides it: NAT has seen the flow, and its directions
 * differ. Where it compares ports it compares the id of ICMP with type and code, which differ as a rule: with NAT, every echo is
 * translated to it.
 */
function translated(side: 'src' | 'dst', to: Translation | undefined): Expr[] {
  const { done, address, port, key, echo } = SIDES[side];
  const seen = tree.has('status', [tree.word(done)]);
  if (to === undefined) {
    const [id, type, code] = echo.map(tree.word);
    const differing = [address, port, key].map(([field, other]) => tree.compare(field, '!=', tree.word(other)));
    const typeAndCode = tree.binary(tree.binary(type, '*', tree.integer(256)), '+', code);
    return [seen, tree.anyOf([...differing, tree.compare(id, '!=', typeAndCode)]) as Expr];
  }
  const differs = ([field, other]: readonly [string, string], value: Expr): Expr[] => [
    tree.equal(other, value),
    tree.compare(field, '!=', value),
  ];
  return [
    seen,
    ...differs(address, tree.address(to.address)),
    ...(to.port === undefined ? [] : differs(port, tree.integer(to.port))),
  ];
}

/** The expectations of a command line, by the tuple that is expected; call keys of GRE are ports to them. */
export function expectationCondition(line: CommandLine): Expr | undefined {
  const { src, dst, proto, keys } = line;
  const port = (field: string, value: number | undefined): Expr[] =>
    value === undefined ? [] : [tree.equal(field, tree.integer(value))];
  return tree.allOf([
    ...(proto ? [tree.equal('proto', protocolWord(proto.number))] : []),
    ...(src === undefined ? [] : [tree.equal('src', tree.address(src))]),
    ...(dst === undefined ? [] : [tree.equal('dst', tree.address(dst))]),
    ...port('sport', keys['orig-src']),
    ...port('dport', keys['orig-dst']),
  ]);
}

/** conntrack(8) lists expectations of IPv4 where nothing else is said. */
export const expectationFamily = (line: CommandLine): Expr =>
  tree.equal('family', tree.word(line.family ?? (line.src === undefined ? 'ipv4' : familyOf(line.src))));
