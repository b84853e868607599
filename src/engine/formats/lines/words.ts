/** The words of conntrack(8)'s lines, for reading and writing. */
import { type EXPECT_FLAGS, STATUS_FLAGS } from '../../../lang/schema/constants.js';
import type { EventName } from '../reading/text/event.js';

/** The keys of `key=value` in the line of a flow. */
export const KEYS = [
  'src',
  'dst',
  'sport',
  'dport',
  'packets',
  'bytes',
  'mark',
  'use',
  'id',
  'type',
  'code',
  'srckey',
  'dstkey',
  'zone',
  'zone-orig',
  'zone-reply',
  'delta-time',
  'secmark',
  'secctx',
  'helper',
  'portid',
  'labels',
  'progname',
  // The two timeouts of GRE, which /proc/net/nf_conntrack shows in place of a state.
  'timeout',
  'stream_timeout',
  // ctq writes them; they are not part of an entry.
  'gateway',
  'netns',
  // The first key of an expectation of conntrackd(8).
  'proto',
] as const;
export type Key = (typeof KEYS)[number];

/** The further keys of an expectation. */
export type ExpectationKey = Key | 'mask-src' | 'mask-dst' | 'master-src' | 'master-dst' | 'class' | 'l3proto';

/** `key=` */
export const assigned = (key: ExpectationKey): string => `${key}=`;

export const EVENT_WORDS = {
  new: '[NEW]',
  update: '[UPDATE]',
  destroy: '[DESTROY]',
} as const satisfies Record<EventName, string>;

export const UNREPLIED = '[UNREPLIED]';

/** Flags that set bits of the status, those that hide the others first. */
export const STATUS_WORDS = [
  ['[HW_OFFLOAD]', STATUS_FLAGS.HW_OFFLOAD, STATUS_FLAGS.OFFLOAD | STATUS_FLAGS.HW_OFFLOAD],
  ['[OFFLOAD]', STATUS_FLAGS.OFFLOAD, STATUS_FLAGS.OFFLOAD],
  ['[ASSURED]', STATUS_FLAGS.ASSURED, STATUS_FLAGS.ASSURED],
] as const satisfies readonly (readonly [word: string, shownFor: number, bits: number])[];

/** What follows an event or entry; not part of the status. */
export const USERSPACE = '[USERSPACE]';
export const RESYNC = '[RESYNC]';

/** `[start=TIME]`, `[stop=TIME]`. */
export const TIME_WORDS = { start: '[start', stop: '[stop' } as const;

/** The flags of expectations, joined by commas. */
export const EXPECT_FLAG_WORDS = [
  'PERMANENT',
  'INACTIVE',
  'USERSPACE',
] as const satisfies readonly (keyof typeof EXPECT_FLAGS)[];
