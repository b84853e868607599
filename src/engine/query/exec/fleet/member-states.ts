import { randomBytes } from 'node:crypto';
import { fromPlain, InvalidData } from '../../../../lang/conversion/plain.js';
import { type Integer, integer } from '../../../../lang/values/value.js';
import { CtqError } from '../../../errors.js';
import type { AskedMember } from '../../../sources/fleet/fleet-source.js';
import { type MemberFrame, malformedAnswer, type QueryJob } from '../../../sources/fleet/protocol/protocol.js';
import { LineReader } from '../../../sources/fleet/protocol/result-parts.js';

/** How a member of a fleet is. What it did not say is undefined. */
export interface MemberState {
  readonly version?: string;
  /** When its agent began, ns since the epoch. */
  readonly since?: Integer;
  /** From the question to its first answer, in ns. */
  readonly roundTrip?: Integer;
  /** Its clock minus this one, in ns. Correct to half of the round trip. */
  readonly clockAhead?: Integer;
  /** Events that its watches have lost since it began. */
  readonly lost?: Integer;
  readonly entries?: Integer;
  /** net.netfilter.nf_conntrack_max. */
  readonly most?: Integer;
  /** Why it did not answer. */
  readonly error?: CtqError;
}

const TEXT = "select name, value from sysctl where name in ('nf_conntrack_count', 'nf_conntrack_max')";
const SHAPE = 'rows of text, integer';

/** Bytes of the answer, which is two rows. */
const LONGEST = 64 * 1024;

/**
 * Asks a member how it is.
 * @param deadline in ms
 * @throws the signal's reason
 */
export async function memberState(
  { name, link }: AskedMember,
  deadline: number,
  signal: AbortSignal | undefined,
): Promise<MemberState> {
  let asked = performance.now();
  let askedAt = Date.now();
  const asking = (): void => {
    asked = performance.now();
    askedAt = Date.now();
  };
  let state: MemberState = {};
  const begun = ({ version, since, time, lost }: Extract<MemberFrame, { kind: 'begin' }>): void => {
    const roundTrip = performance.now() - asked;
    state = {
      version,
      ...(since === undefined ? {} : { since: milliseconds(since) }),
      roundTrip: whole(roundTrip * 1e6),
      clockAhead: whole(time - (askedAt + roundTrip / 2) * 1e6),
      ...(lost === undefined ? {} : { lost: integer(BigInt(lost)) }),
    };
  };
  const id = randomBytes(16).toString('hex');
  const job: QueryJob = { id, gateway: name, text: TEXT, values: new Map(), wanted: 'rows', isBest: false };
  const settings = new Map<string, Integer>();
  const lines = new LineReader();
  let size = 0;
  try {
    for await (const part of link.ask(job, { shape: SHAPE, deadline, signal, asking, begun })) {
      size += part.length;
      if (size > LONGEST) throw malformedAnswer();
      for (const items of lines.push(part)) for (const item of items) note(item, settings);
    }
    lines.end();
  } catch (error) {
    signal?.throwIfAborted();
    if (!(error instanceof CtqError) || error.kind === 'internal') throw error;
    return { ...state, error };
  }
  return { ...state, entries: settings.get('nf_conntrack_count'), most: settings.get('nf_conntrack_max') };
}

/** A time in ns by the millisecond: a number has no more digits. */
const milliseconds = (ns: number): Integer => integer(BigInt(Math.round(ns / 1e6)) * 1_000_000n);

const whole = (value: number): Integer => integer(BigInt(Math.round(value)));

function note(row: unknown, settings: Map<string, Integer>): void {
  if (!Array.isArray(row) || row.length !== 2 || typeof row[0] !== 'string') throw malformedAnswer();
  try {
    const value = fromPlain(row[1], { name: 'integer' });
    if (typeof value === 'number' || typeof value === 'bigint') settings.set(row[0], integer(BigInt(value)));
  } catch (error) {
    throw error instanceof InvalidData ? malformedAnswer() : error;
  }
}
