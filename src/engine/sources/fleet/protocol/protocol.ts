/**
 * What is said between the one who asks a fleet and its members, over any transport. The statement's text is sent, not a plan: the
 * member parses and checks it. Everything that arrives is checked: the other side may be another version, or hostile.
 *
 *     requester                                  member
 *     job: text, values              ──▶
 *                                    ◀──     begin (within a second)
 *     wait                           ──▶
 *                                    ◀──     working, as long as there is no part; ready, or the first part if it is small
 *     part n                         ──▶
 *                                    ◀──     part n; the last one has the totals
 *
 * A watch has begun when the member reports that it has subscribed. Its parts have events, and how many were lost so far. `finish` ends
 * the subscription; the last part follows.
 */
import { crc32 } from 'node:zlib';
import type { Binding } from '../../../../lang/checked/statements.js';
import { fromPlain, InvalidData, toPlain } from '../../../../lang/conversion/plain.js';
import type { Type } from '../../../../lang/schema/type.js';
import type { TypeName, Value } from '../../../../lang/values/value.js';
import { CtqError, type ErrorDetails, type ErrorKind } from '../../../errors.js';

/** The version of the protocol. Another one is not understood. */
export const PROTOCOL = 1;

/** Bytes of a part. */
export const PART_SIZE = 256 * 1024;
/** Bytes of a first part that is sent in place of `ready`. */
export const SMALL_PART = 16 * 1024;
const LONGEST_HEADER = 64 * 1024;
const LONGEST_FRAME = 4 + LONGEST_HEADER + 2 * PART_SIZE;
/** Bytes of a job. */
export const LONGEST_JOB = 1 << 20;

/** How often (ms) a member that is working sends `working`. */
export const HEARTBEAT = 1000;

/** What a member answers with: columns, groups before they are merged, the kernel's messages, or those of its events until it is ended. */
export type Wanted = 'rows' | 'groups' | 'entries' | 'events';
/** What a select is answered with. */
export type SelectWanted = Exclude<Wanted, 'events'>;
const WANTED: ReadonlySet<unknown> = new Set<Wanted>(['rows', 'groups', 'entries', 'events']);

export interface QueryJob {
  /** Chosen at random by the requester: a job that arrives again has the same one, and is not run again. */
  readonly id: string;
  /** The value of the field `gateway`. */
  readonly gateway: string;
  /** The statement, without its place. */
  readonly text: string;
  /** The values of its variables. Subqueries have become variables. */
  readonly values: ReadonlyMap<string, Binding>;
  readonly wanted: Wanted;
  /** The groups are of this member alone: it may apply `having`, order and limit. */
  readonly isBest: boolean;
}

/** What a member read and what it warns of. */
export interface Totals {
  readonly read: number;
  readonly kept: number;
  /** Entries that the dump repeated. */
  readonly repeats: number;
  readonly warnings: readonly string[];
}

/** One message of a member. */
export type MemberFrame =
  | {
      readonly kind: 'begin';
      /** The version of its ctq. */
      readonly version: string;
      /** Keys, aggregates or columns as it understands them. */
      readonly shape: string;
      /** Its clock, ns since the epoch. */
      readonly time: number;
      /** When its agent began, ns since the epoch. */
      readonly since?: number;
      /** Events that its watches, and the statements of its agent, have lost since it began. */
      readonly lost?: number;
      /** What it warns of before there is an answer. */
      readonly warnings?: readonly string[];
    }
  | { readonly kind: 'working'; readonly read: number }
  | {
      readonly kind: 'ready';
      /** How many there are; left out if they are made as they are taken. */
      readonly parts?: number;
    }
  | {
      readonly kind: 'part';
      readonly part: number;
      readonly body: Uint8Array;
      /** Of a watch: events that its kernel dropped from the start to the end of this part. */
      readonly lost?: number;
      /** Of a watch: other events waited when this part was sent. */
      readonly more?: true;
      readonly last?: Totals;
    }
  | { readonly kind: 'error'; readonly error: CtqError };

/** What an requester says about a job that has begun. */
export type PartRequest =
  | { readonly id: string; readonly kind: 'wait' }
  /** Parts before `done` have arrived. */
  | { readonly id: string; readonly kind: 'part'; readonly part: number; readonly done: number }
  /** No more events: those that are queued are still sent. */
  | { readonly id: string; readonly kind: 'finish' }
  /** The rest is not needed. */
  | { readonly id: string; readonly kind: 'end' };

/** Describes the parts of a watch as text; see `shapeOf` of queries. */
export const eventsShape = (tables: readonly string[]): string => `events of ${[...tables].sort().join(' and ')}`;

// ---------------------------------------------------------------- jobs

const ID = /^[0-9a-f]{32}$/;
const NAME = /^[\w-]{1,128}$/;
const TYPE_NAMES: ReadonlySet<string> = new Set<TypeName>([
  ...(['integer', 'decimal', 'boolean', 'address', 'network', 'port', 'proto', 'enum'] as const),
  ...(['flags', 'labels', 'duration', 'time', 'text', 'null'] as const),
]);

export function encodeJob(job: QueryJob): Uint8Array {
  const values = [...job.values].map(([name, binding]) => [
    name,
    binding.type,
    binding.kind === 'list' ? binding.values.map(toPlain) : toPlain(binding.value),
  ]);
  return Buffer.from(JSON.stringify({ protocol: PROTOCOL, ...job, values }), 'utf8');
}

/** @throws CtqError for anything else, and for another protocol */
export function decodeJob(bytes: Uint8Array): QueryJob {
  const job = objectOf(bytes, LONGEST_JOB);
  if (job?.protocol !== undefined && job.protocol !== PROTOCOL) throw otherVersion();
  const { id, gateway, text, values, wanted, isBest } = job ?? {};
  if (
    typeof id !== 'string' ||
    !ID.test(id) ||
    typeof gateway !== 'string' ||
    gateway.length > 256 ||
    typeof text !== 'string' ||
    !WANTED.has(wanted) ||
    typeof isBest !== 'boolean' ||
    !Array.isArray(values)
  )
    throw malformedJob();
  return { id, gateway, text, wanted: wanted as Wanted, isBest, values: new Map(values.map(bindingOf)) };
}

function bindingOf(entry: unknown): [string, Binding] {
  if (!Array.isArray(entry) || entry.length !== 3) throw malformedJob();
  const [name, type, value] = entry as [unknown, Partial<Type> | null, unknown];
  if (typeof name !== 'string' || !NAME.test(name) || typeof type !== 'object') throw malformedJob();
  if (type === null || !TYPE_NAMES.has(String(type.name))) throw malformedJob();
  const known: Type = type as Type;
  try {
    return Array.isArray(value)
      ? [name, { kind: 'list', type: known, values: value.map(each => itemOf(each, known)) }]
      : [name, { kind: 'value', type: known, value: fromPlain(value, known) }];
  } catch (error) {
    if (error instanceof InvalidData) throw malformedJob();
    throw error;
  }
}

/** A value of a list. Addresses and networks may be mixed. @throws InvalidData */
function itemOf(plain: unknown, type: Type): Value {
  if (type.name !== 'address' && type.name !== 'network') return fromPlain(plain, type);
  try {
    return fromPlain(plain, { name: 'address' });
  } catch (error) {
    if (!(error instanceof InvalidData)) throw error;
    return fromPlain(plain, { name: 'network' });
  }
}

const malformedJob = (): CtqError =>
  new CtqError({ code: 'fleet-job', kind: 'input', message: 'invalid query of a fleet' });

/** @throws CtqError for anything else */
export function decodePartRequest(bytes: Uint8Array): PartRequest {
  const request = objectOf(bytes, 1024);
  const { id, kind, part, done } = request ?? {};
  if (typeof id === 'string' && ID.test(id)) {
    if (kind === 'wait' || kind === 'finish' || kind === 'end') return { id, kind };
    if (kind === 'part' && isCount(part) && isCount(done) && done <= part) return { id, kind, part, done };
  }
  throw malformedJob();
}

// ---------------------------------------------------------------- frames

/** The header's length (u32, network order), the header in JSON, and a body. */
export function encodeFrame(frame: MemberFrame): Uint8Array {
  const { body = NO_BODY, ...rest } = frame as MemberFrame & { readonly body?: Uint8Array };
  const header =
    frame.kind === 'error'
      ? { kind: 'error', error: frame.error.asData }
      : frame.kind === 'part'
        ? { ...rest, length: body.length, sum: crc32(body) }
        : rest;
  const head = Buffer.from(JSON.stringify(header), 'utf8');
  const bytes = Buffer.allocUnsafe(4 + head.length + body.length);
  bytes.writeUInt32BE(head.length, 0);
  bytes.set(head, 4);
  bytes.set(body, 4 + head.length);
  return bytes;
}

const NO_BODY = new Uint8Array(0);

/** @throws CtqError for anything else */
export function decodeFrame(bytes: Uint8Array): MemberFrame {
  if (bytes.length < 6 || bytes.length > LONGEST_FRAME) throw malformedAnswer();
  const length = Buffer.from(bytes.buffer, bytes.byteOffset, 4).readUInt32BE(0);
  if (length > LONGEST_HEADER || length > bytes.length - 4) throw malformedAnswer();
  const header = objectOf(bytes.subarray(4, 4 + length), LONGEST_HEADER);
  if (header === undefined) throw malformedAnswer();
  const body = bytes.subarray(4 + length);
  switch (header.kind) {
    case 'begin': {
      const { version, shape, time, since, lost, warnings } = header;
      if (typeof version !== 'string' || typeof shape !== 'string' || !isTime(time)) break;
      if (since !== undefined && !isTime(since)) break;
      if (lost !== undefined && !isCount(lost)) break;
      return {
        kind: 'begin',
        version: version.slice(0, 64),
        shape,
        time,
        ...(since === undefined ? {} : { since }),
        ...(lost === undefined ? {} : { lost }),
        ...(warnings === undefined ? {} : { warnings: textsOf(warnings) }),
      };
    }
    case 'working':
      if (isCount(header.read)) return { kind: 'working', read: header.read };
      break;
    case 'ready':
      if (header.parts === undefined) return { kind: 'ready' };
      if (isCount(header.parts)) return { kind: 'ready', parts: header.parts };
      break;
    case 'part': {
      const { part, lost, more, last, length: size, sum } = header;
      if (!isCount(part) || size !== body.length || sum !== crc32(body)) break;
      if (lost !== undefined && !isCount(lost)) break;
      if (more !== undefined && more !== true) break;
      return {
        kind: 'part',
        part,
        body,
        ...(lost === undefined ? {} : { lost }),
        ...(more === undefined ? {} : { more }),
        ...(last === undefined ? {} : { last: totalsOf(last) }),
      };
    }
    case 'error':
      return { kind: 'error', error: errorOf(header.error) };
  }
  throw malformedAnswer();
}

const MAX_WARNINGS = 8;
const LONGEST_MESSAGE = 400;

function totalsOf(totals: unknown): Totals {
  const { read, kept, repeats, warnings } = (totals ?? {}) as Readonly<Record<string, unknown>>;
  if (!isCount(read) || !isCount(kept) || !isCount(repeats)) throw malformedAnswer();
  return { read, kept, repeats, warnings: textsOf(warnings) };
}

function textsOf(warnings: unknown): readonly string[] {
  if (!Array.isArray(warnings)) throw malformedAnswer();
  return warnings.slice(0, MAX_WARNINGS).map(each => String(each).slice(0, LONGEST_MESSAGE));
}

const KINDS: ReadonlySet<unknown> = new Set<ErrorKind>([
  'statement',
  'permission',
  'kernel',
  'input',
  'output',
  'system',
]);

const CODES = /^(?:fleet|kernel|permission|groups)[A-Za-z-]{0,40}$/;

/** The error of another machine. Its message is text; what prints it escapes it. */
function errorOf(error: unknown): CtqError {
  const { code, kind, message, hint } = (error ?? {}) as Partial<ErrorDetails>;
  if (typeof code !== 'string' || typeof message !== 'string') throw malformedAnswer();
  return new CtqError({
    // Other codes have a meaning in this process, such as a closed output.
    code: CODES.test(code) ? code : 'fleet-member',
    kind: KINDS.has(kind) ? (kind as ErrorKind) : 'system',
    message: message.slice(0, LONGEST_MESSAGE),
    ...(typeof hint === 'string' ? { hint: hint.slice(0, LONGEST_MESSAGE) } : {}),
  });
}

export const malformedAnswer = (): CtqError =>
  new CtqError({
    code: 'fleet-malformed',
    kind: 'system',
    message: 'invalid answer',
    hint: 'its ctq may have another version, or is not ctq',
  });

/** The code of an error: its ctq understands the question in another way, or not. */
export const OTHER_VERSION = 'fleet-version';

export const otherVersion = (version = ''): CtqError =>
  new CtqError({
    code: OTHER_VERSION,
    kind: 'system',
    message: `its ctq has another version${version === '' ? '' : `, ${version}`}`,
    hint: 'install the same version of ctq on all gateways',
  });

/** ns since the epoch, up to the year 2262. */
const isTime = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < 2 ** 63;

const isCount = (value: unknown): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value < 2 ** 44;

/** The object that JSON text is; undefined for anything else. */
function objectOf(bytes: Uint8Array, longest: number): Readonly<Record<string, unknown>> | undefined {
  if (bytes.length > longest) return undefined;
  try {
    const value: unknown = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Readonly<Record<string, unknown>>)
      : undefined;
  } catch {
    return undefined;
  }
}
