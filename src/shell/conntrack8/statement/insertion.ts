import { swapped } from '../../../engine/formats/save/words.js';
import { DCCP_ROLES } from '../../../lang/schema/constants.js';
import type { Assignment } from '../../../lang/syntax/statements.js';
import { isIPv4, parseAddress } from '../../../lang/values/address.js';
import type { Address } from '../../../lang/values/value.js';
import type { CommandLine } from '../argv/command-line.js';
import { refuse, refuseAsInvalid } from '../argv/mistake.js';
import { saidBy } from '../option-table.js';
import { protocolWord, STATES } from './conditions.js';
import * as tree from './tree.js';

/** One direction of a flow, as far as a command line gives it. */
export interface Side {
  readonly src?: Address;
  readonly dst?: Address;
  /** Ports, or call keys. */
  readonly srcKey?: number;
  readonly dstKey?: number;
}

/** The two directions of a new flow. */
export interface Sides {
  readonly orig: Side;
  /** Left out where it is the inverse of the other. */
  readonly reply?: Side;
}

/**
 * Both directions of a new flow. With the addresses of one of them the other is its inverse, ports included, as in conntrack(8);
 * from the reply's addresses alone conntrack(8) makes a flow of no protocol. An address that is left out of a direction is zero: as a
 * rule NAT puts another one there (`-s A -d B -q A -g C`: the reply is from C), which is how conntrack(8) saves translated flows.
 * @throws Refusal if the kernel would find something missing
 */
export function sidesOf(line: CommandLine): Sides {
  const { src, dst, replySrc, replyDst, keys, proto } = line;
  const origKeys = { srcKey: keys['orig-src'], dstKey: keys['orig-dst'] };
  const replyKeys = { srcKey: keys['reply-src'], dstKey: keys['reply-dst'] };
  const hasOrig = src !== undefined || dst !== undefined;
  const hasReply = saysReply(line);
  const swappedKeys = { srcKey: replyKeys.dstKey, dstKey: replyKeys.srcKey };
  const ownKeys = origKeys.srcKey === undefined ? swappedKeys : origKeys;
  if (!hasReply) return { orig: { src, dst, ...ownKeys } };
  if (!hasOrig) return { orig: { src: replyDst, dst: replySrc, ...ownKeys } };
  const none = isIPv4(src ?? dst ?? 0) ? 0 : NO_V6;
  const orig = { src: src ?? none, dst: dst ?? none, ...origKeys };
  const reply = { src: replySrc ?? none, dst: replyDst ?? none, ...replyKeys };
  const isBare = proto?.name === 'dccp' && Object.keys(keys).length === 0;
  if (proto?.name !== undefined && !proto.name.startsWith('icmp') && !isBare) {
    for (const side of [orig, reply]) {
      if (side.srcKey === undefined || side.dstKey === undefined)
        refuseAsInvalid(line, 'with addresses of both directions, the ports of both are required');
    }
  }
  return isInverse(orig, reply) ? { orig } : { orig, reply };
}

/**
 * Whether a line has something of the reply that does not follow from the other direction. What conntrack(8) saves of a flow that is
 * translated on both sides has no address of the reply, and its ports: conntrack(8) itself loses them.
 */
const saysReply = ({ replySrc, replyDst, snat, dnat, keys }: CommandLine): boolean =>
  replySrc !== undefined ||
  replyDst !== undefined ||
  (snat !== undefined && dnat !== undefined && keys['reply-src'] !== undefined && keys['reply-dst'] !== undefined);

const NO_V6: Address = '\0'.repeat(8);

const isInverse = (orig: Side, reply: Side): boolean =>
  reply.src === orig.dst && reply.dst === orig.src && reply.srcKey === orig.dstKey && reply.dstKey === orig.srcKey;

/** The state, where the protocol keeps one. */
export const stateOf = ({ proto, keys }: CommandLine): string | undefined =>
  proto?.name === undefined || keys.state === undefined ? undefined : STATES[proto.name]?.[keys.state];

/** What an insert sets. */
export function insertionOf(line: CommandLine): Assignment[] {
  return line.table === 'expect' ? expectation(line) : flow(line);
}

function flow(line: CommandLine): Assignment[] {
  const { proto, keys, values, snat, dnat, changedLabels } = line;
  const { orig, reply } = sidesOf(line);
  checkStatus(line);
  const ports = proto?.name === 'gre' ? (['srckey', 'dstkey'] as const) : (['sport', 'dport'] as const);
  const state = stateOf(line);
  return [
    ...(proto ? [tree.set('proto', protocolWord(proto.number))] : []),
    ...side('', ports, orig),
    ...side('reply.', ports, reply ?? {}),
    ...icmp(line),
    ...(state === undefined ? [] : [tree.set('state', tree.word(state))]),
    ...(['orig', 'reply'] as const).flatMap(direction => {
      const tag = keys[`${direction}-vtag`];
      return tag === undefined ? [] : [tree.set(`${direction}.vtag`, tree.integer(swapped(tag)))];
    }),
    ...(keys.role === undefined ? [] : [tree.set('dccp.role', tree.word(DCCP_ROLES[keys.role]))]),
    ...saidBy(values, (option, value) => option.set?.(value)),
    ...(snat === undefined ? [] : [tree.set('snat', tree.endpoint(snat))]),
    ...(dnat === undefined ? [] : [tree.set('dnat', tree.endpoint(dnat))]),
    ...(changedLabels.length === 0 ? [] : [tree.set('labels', tree.list(tree.labels(changedLabels, undefined)))]),
  ];
}

/** @throws Refusal for what the kernel refuses, in the same words as for a statement */
export function checkStatus(line: CommandLine): void {
  const { values } = line;
  checkExpected(line);
  const zones = [values.zone, values['orig-zone'], values['reply-zone']].filter(
    each => each !== undefined && each !== 0,
  );
  if (zones.length > 1) refuseAsInvalid(line, 'a flow has one zone: of both directions, or of one');
}

/** @throws Refusal for the status that follows from a master */
export function checkExpected({ values }: CommandLine): void {
  if (!values.status?.set.includes('EXPECTED')) return;
  refuse('Operation failed: Device or resource busy', 1, 'the status EXPECTED cannot be set: it follows from a master');
}

function side(prefix: string, [srcKey, dstKey]: readonly [string, string], side: Side): Assignment[] {
  return [
    ...(side.src === undefined ? [] : [tree.set(`${prefix}src`, tree.address(side.src))]),
    ...(side.dst === undefined ? [] : [tree.set(`${prefix}dst`, tree.address(side.dst))]),
    ...(side.srcKey === undefined ? [] : [tree.set(`${prefix}${srcKey}`, tree.integer(side.srcKey))]),
    ...(side.dstKey === undefined ? [] : [tree.set(`${prefix}${dstKey}`, tree.integer(side.dstKey))]),
  ];
}

/** An id that is not given is 0. */
function icmp({ proto, keys }: CommandLine): Assignment[] {
  if (!proto?.name?.startsWith('icmp')) return [];
  return [
    tree.set('icmp_type', tree.integer(keys.type ?? 0)),
    tree.set('icmp_code', tree.integer(keys.code ?? 0)),
    tree.set('icmp_id', tree.integer(keys['icmp-id'] ?? 0)),
  ];
}

/** Call keys of GRE are ports to an expectation. */
function expectation({
  proto,
  src,
  dst,
  tupleSrc,
  tupleDst,
  maskSrc,
  maskDst,
  keys,
  values: { timeout },
}: CommandLine): Assignment[] {
  const number = (field: string, value: number | undefined): Assignment[] =>
    value === undefined ? [] : [tree.set(field, tree.integer(value))];
  const address = (field: string, value: Address | undefined): Assignment[] =>
    value === undefined ? [] : [tree.set(field, tree.address(value))];
  return [
    ...(proto ? [tree.set('master.proto', protocolWord(proto.number))] : []),
    ...address('master.src', src),
    ...address('master.dst', dst),
    ...number('master.sport', keys['orig-src']),
    ...number('master.dport', keys['orig-dst']),
    ...(proto ? [tree.set('proto', protocolWord(proto.number))] : []),
    ...address('src', tupleSrc),
    ...address('dst', tupleDst),
    ...number('sport', keys['tuple-src']),
    ...number('dport', keys['tuple-dst']),
    ...address('mask.src', maskSrc),
    ...address('mask.dst', maskDst),
    ...number('mask.sport', keys['mask-src']),
    ...number('mask.dport', keys['mask-dst']),
    ...(timeout === undefined ? [] : [tree.set('timeout', tree.duration(timeout))]),
  ];
}

/**
 * What the options of conntrack(8) cannot say of an expectation, from what ctq's `output save` wrote after the line. It replaces
 * what the line says.
 */
export function expectationRest(rest: Readonly<Record<string, unknown>>): Assignment[] {
  const { class: policy, fn, zone, flags, proto, nat } = rest;
  const { dir, src, sport } = typeof nat === 'object' && nat !== null ? (nat as Readonly<Record<string, unknown>>) : {};
  const number = (field: string, value: unknown): Assignment[] =>
    typeof value === 'number' ? [tree.set(field, tree.integer(value))] : [];
  const translated = typeof src === 'string' ? parseAddress(src) : undefined;
  const words = Array.isArray(flags) ? flags.filter(each => typeof each === 'string') : [];
  return [
    ...(typeof proto === 'number' ? [tree.set('proto', protocolWord(proto))] : []),
    ...number('class', policy),
    ...(typeof fn === 'string' ? [tree.set('fn', tree.text(fn))] : []),
    ...number('zone', zone),
    ...(words.length > 0 ? [tree.set('flags', tree.list(words.map(tree.word)))] : []),
    ...(typeof dir === 'string' ? [tree.set('nat.dir', tree.word(dir))] : []),
    ...(translated === undefined ? [] : [tree.set('nat.src', tree.address(translated))]),
    ...number('nat.sport', sport),
  ];
}
