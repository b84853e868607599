/**
 * conntrack(8)'s options: how each is written, what commands it goes with, how its value is read, and what it means in the
 * language. Those that describe an entry build on the table of the `save` format, by which files of command lines are read and written.
 *
 * To add an option: a row here, in the order in which conntrack(8) checks them; and a row in
 * `engine/formats/save/option-table.ts` where lines of files have it.
 */
import { ENTRY_OPTIONS, type EntryOption } from '../../engine/formats/save/option-table.js';
import type { Expr } from '../../lang/syntax/ast.js';
import type { Assignment } from '../../lang/syntax/statements.js';
import { decimalNumber, type Mark, markOf, wholeNumber } from './argv/numbers.js';
import { type StatusWord, type StatusWords, statusOf } from './argv/word-lists.js';
import type { OptionForm } from './commands.js';
import * as tree from './statement/tree.js';

export type HelpSection = 'which' | 'changed' | 'expected' | 'shown';

/** What an option's value is read with. */
export interface ValueContext<V> {
  /** The value of the same option earlier on the line. */
  readonly before: V | undefined;
  readonly warn: (message: string) => void;
}

export interface CommandOption<V = unknown> extends OptionForm {
  /**
   * One mark a column of FORMS: `0` not possible, `1` required, `2` possible, `3` one of a pair of which one must be complete. Blanks
   * do not count.
   */
  readonly marks: string;
  /** For `-h`: the part of the list, the argument, the text. Left out for what is obsolete. */
  readonly help?: readonly [section: HelpSection, argument: string, text: string];
  /** Reads the argument. Left out where more than this value follows from it: see `ArgvParser`. @throws Refusal */
  parse?(text: string, context: ValueContext<V>): V;
  /** Which entries have that value. */
  condition?(value: V): readonly Expr[];
  /** It also chooses the entries of an update. */
  readonly chooses?: boolean;
  /** What a new entry has. */
  set?(value: V): readonly Assignment[];
  /** What an update changes. */
  change?(value: V): readonly Assignment[];
  /** The value as lines of the `save` format have it. */
  text?(value: V): string;
  /** Reads the value in a line of the `save` format. */
  readonly read?: EntryOption['read'];
  readonly value?: EntryOption['value'];
}

const UINT16 = 0xffff;
const UINT32 = 0xffffffff;

/** For the type of the value. */
const option = <V = never>(row: CommandOption<V>): CommandOption<V> => row;

const union = (before: StatusWords | undefined, more: StatusWords): StatusWords => ({
  set: [...new Set([...(before?.set ?? []), ...more.set])],
  absent: [...new Set([...(before?.absent ?? []), ...more.absent])],
});

/** Offloading is for the kernel to decide. */
const restorableBits = ({ set }: StatusWords): readonly StatusWord[] =>
  set.filter(bit => bit !== 'OFFLOAD' && bit !== 'HW_OFFLOAD');

const statusBits = (bits: readonly StatusWord[], op: '=' | '+='): readonly Assignment[] =>
  bits.length === 0 ? [] : [tree.set('status', tree.list(bits.map(tree.word)), op)];

const markCondition = ({ value, mask }: Mark): Expr =>
  mask === UINT32
    ? tree.equal('mark', tree.integer(value))
    : tree.equal(tree.binary(tree.word('mark'), '&', tree.hex(mask)), tree.hex(value));

const changedMark = ({ value, mask }: Mark): Expr =>
  mask === UINT32
    ? tree.integer(value)
    : tree.binary(tree.binary(tree.word('mark'), '&', tree.complement(tree.hex(mask))), '^', tree.hex(value));

/** Zone 0 of both directions is the absence of a zone, also where one direction has one. */
function zoneCondition(zone: number): Expr {
  const is = tree.equal('zone', tree.integer(zone));
  return zone === 0 ? (tree.anyOf([is, tree.isNull('zone')]) ?? is) : is;
}

/** Zone 0 of a direction is the absence of a zone of that direction, also where both have one. */
const directionZone = (field: string, zone: number): Expr =>
  zone === 0 ? tree.isNull(field) : tree.equal(field, tree.integer(zone));

/** In the order in which conntrack(8) looks for what is missing and what does not go together. */
export const OPTIONS = {
  // marks: commands L I A U D G F E of flows, L I D G E of expectations, -h of both
  src: option({
    ...ENTRY_OPTIONS.src,
    argument: 'required',
    marks: '23322302 01110 00',
    help: ['which', 'ADDRESS[/LENGTH]', 'source, original direction'],
  }),
  dst: option({
    ...ENTRY_OPTIONS.dst,
    argument: 'required',
    marks: '23322302 01110 00',
    help: ['which', 'ADDRESS[/LENGTH]', 'destination, original direction'],
  }),
  'reply-src': option({
    ...ENTRY_OPTIONS['reply-src'],
    argument: 'required',
    marks: '23322302 02220 00',
    help: ['which', 'ADDRESS', 'source, reply direction'],
  }),
  'reply-dst': option({
    ...ENTRY_OPTIONS['reply-dst'],
    argument: 'required',
    marks: '23322302 02220 00',
    help: ['which', 'ADDRESS', 'destination, reply direction'],
  }),
  protonum: option({
    ...ENTRY_OPTIONS.protonum,
    argument: 'required',
    marks: '21122102 01110 22',
    help: ['which', 'PROTOCOL', 'name or number; adds options of its own'],
  }),
  timeout: option({
    ...ENTRY_OPTIONS.timeout,
    argument: 'required',
    marks: '01122000 01000 00',
    help: ['which', 'SECONDS', ''],
    parse: text => decimalNumber(text, 'number of seconds', UINT32),
    condition: timeout => [tree.equal('timeout', tree.duration(timeout))],
    set: timeout => [tree.set('timeout', tree.duration(timeout))],
    change: timeout => [tree.set('timeout', tree.duration(timeout))],
  }),
  status: option<StatusWords>({
    ...ENTRY_OPTIONS.status,
    argument: 'required',
    marks: '22222000 02000 00',
    help: [
      'which',
      'WORD[,WORD]',
      'ASSURED, SEEN_REPLY, FIXED_TIMEOUT, EXPECTED, OFFLOAD, HW_OFFLOAD;\nto look for also UNREPLIED, !WORD; to set also UNSET',
    ],
    parse: (text, { before, warn }) => union(before, statusOf(text, warn)),
    set: status =>
      statusBits(
        status.set.filter(bit => bit !== 'OFFLOAD' && bit !== 'HW_OFFLOAD'),
        '=',
      ),
    change: status => statusBits(status.set, '+='),
    text: status => restorableBits(status).join(',') || 'UNSET',
  }),
  zero: option({
    short: 'z',
    long: ['zero'],
    argument: 'none',
    marks: '20000000 00000 00',
    help: ['shown', '', 'zero the counters that are listed'],
  }),
  'event-mask': option({
    short: 'e',
    long: ['event-mask'],
    argument: 'required',
    marks: '00000002 00000 00',
    help: ['shown', 'WORD[,WORD]', 'ALL, NEW, UPDATES, DESTROY'],
  }),
  'tuple-src': option({
    ...ENTRY_OPTIONS['tuple-src'],
    argument: 'required',
    marks: '00000000 01000 00',
    help: ['expected', 'ADDRESS', 'source of the expected flow'],
  }),
  'tuple-dst': option({
    ...ENTRY_OPTIONS['tuple-dst'],
    argument: 'required',
    marks: '00000000 01000 00',
    help: ['expected', 'ADDRESS', 'destination of the expected flow'],
  }),
  'mask-src': option({
    ...ENTRY_OPTIONS['mask-src'],
    argument: 'required',
    marks: '20022002 01000 00',
    help: ['which', 'NETMASK', 'of the source; of the expected flow with expect'],
  }),
  'mask-dst': option({
    ...ENTRY_OPTIONS['mask-dst'],
    argument: 'required',
    marks: '20022002 01000 00',
    help: ['which', 'NETMASK', 'of the destination; of the expected flow with expect'],
  }),
  'nat-range': option({ short: 'a', long: ['nat-range'], argument: 'required', marks: '22222222 22222 22' }),
  mark: option({
    ...ENTRY_OPTIONS.mark,
    argument: 'required',
    marks: '22222002 00000 00',
    help: ['which', 'MARK[/MASK]', ''],
    parse: markOf,
    condition: mark => [markCondition(mark)],
    set: mark => [tree.set('mark', tree.integer(mark.value))],
    change: mark => [tree.set('mark', changedMark(mark))],
    text: mark => String(mark.value),
  }),
  id: option({
    ...ENTRY_OPTIONS.id,
    argument: 'required',
    marks: '00022200 00000 00',
    help: ['which', 'ID', ''],
    parse: text => wholeNumber(text, 'id', UINT32),
    condition: id => [tree.equal('id', tree.integer(id))],
    chooses: true,
  }),
  family: option({
    ...ENTRY_OPTIONS.family,
    argument: 'required',
    marks: '20022022 20000 00',
    help: ['which', 'FAMILY', 'ipv4, ipv6'],
  }),
  'src-nat': option({
    ...ENTRY_OPTIONS['src-nat'],
    argument: 'optional',
    marks: '22222002 00000 00',
    help: ['which', '[ADDRESS[:PORT]]', 'source NAT; IPv6 with a port in brackets'],
  }),
  'dst-nat': option({
    ...ENTRY_OPTIONS['dst-nat'],
    argument: 'optional',
    marks: '22222002 00000 00',
    help: ['which', '[ADDRESS[:PORT]]', 'destination NAT'],
  }),
  output: option({
    short: 'o',
    long: ['output'],
    argument: 'required',
    marks: '20022202 20002 00',
    help: ['shown', 'WORD[,WORD]', 'extended, xml, save, plain; id, timestamp, ktimestamp, labels, userspace'],
  }),
  secmark: option({
    ...ENTRY_OPTIONS.secmark,
    argument: 'required',
    marks: '20000002 00000 00',
    help: ['which', 'MARK', ''],
    parse: text => wholeNumber(text, 'security mark', UINT32),
    condition: secmark => [tree.equal('secmark', tree.integer(secmark))],
  }),
  'buffer-size': option({
    short: 'b',
    long: ['buffer-size'],
    argument: 'required',
    marks: '00000002 00000 00',
    help: ['shown', 'BYTES', 'of the socket that receives events'],
    parse: text => decimalNumber(text, 'number of bytes', Number.MAX_SAFE_INTEGER),
  }),
  'any-nat': option({
    short: 'j',
    long: ['any-nat'],
    argument: 'optional',
    marks: '20000002 00000 00',
    help: ['which', '[ADDRESS[:PORT]]', 'either'],
  }),
  zone: option({
    ...ENTRY_OPTIONS.zone,
    argument: 'required',
    marks: '22202002 00000 00',
    help: ['which', 'ZONE', 'zone of both directions'],
    parse: text => wholeNumber(text, 'zone', UINT16),
    condition: zone => [zoneCondition(zone)],
    set: zone => [tree.set('zone', tree.integer(zone))],
  }),
  label: option({
    ...ENTRY_OPTIONS.label,
    argument: 'required',
    marks: '20022202 00000 00',
    help: ['which', 'LABEL[,LABEL]', 'labels that are set'],
  }),
  'label-add': option({
    ...ENTRY_OPTIONS['label-add'],
    argument: 'required',
    marks: '02220000 00000 00',
    help: ['changed', 'LABEL[,LABEL]', 'labels to set'],
  }),
  'label-del': option({
    short: '>',
    long: ['label-del'],
    argument: 'optional',
    marks: '00020000 00000 00',
    help: ['changed', '[LABEL[,LABEL]]', 'labels to clear; all where none is named'],
  }),
  'orig-zone': option({
    ...ENTRY_OPTIONS['orig-zone'],
    argument: 'required',
    marks: '22202002 00000 00',
    help: ['which', 'ZONE', 'zone of the original direction'],
    parse: text => wholeNumber(text, 'zone', UINT16),
    condition: zone => [directionZone('orig.zone', zone)],
    set: zone => [tree.set('orig.zone', tree.integer(zone))],
  }),
  'reply-zone': option({
    ...ENTRY_OPTIONS['reply-zone'],
    argument: 'required',
    marks: '22202002 00000 00',
    help: ['which', 'ZONE', 'zone of the reply direction'],
    parse: text => wholeNumber(text, 'zone', UINT16),
    condition: zone => [directionZone('reply.zone', zone)],
    set: zone => [tree.set('reply.zone', tree.integer(zone))],
  }),
  labelmap: option({
    short: 'M',
    long: ['labelmap'],
    argument: 'required',
    marks: '20022002 00000 00',
    help: ['which', 'FILE', 'names of labels, in place of connlabel.conf of the system'],
  }),
} as const;

export type OptionName = keyof typeof OPTIONS;

/** The values of options that have a value of their own. */
export type OptionValues = {
  readonly [K in OptionName]?: (typeof OPTIONS)[K] extends CommandOption<infer V> ? V : never;
};

export const OPTION_NAMES = Object.keys(OPTIONS) as readonly OptionName[];

/** What options with a value of their own say, in the order of the table. */
export function saidBy<T>(
  values: OptionValues,
  what: (option: CommandOption, value: unknown) => readonly T[] | undefined,
): readonly T[] {
  return OPTION_NAMES.flatMap(name => {
    const value: unknown = values[name];
    return value === undefined ? [] : (what(OPTIONS[name] as CommandOption, value) ?? []);
  });
}
