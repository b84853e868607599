/**
 * The message of a shape, and how it follows from an entry's values. Nothing here knows how messages are written: values are changed
 * one by one, and what changes in the message says where they are in it, and whether they are multiplied.
 */

import { STATUS_FLAGS } from '../../../../lang/schema/constants.js';
import { Writer } from '../../../ctnetlink/codec/writer.js';
import { NFGEN_END, NLA_F_NESTED } from '../../../netlink/constants.js';
import { align4, host16 } from '../../../netlink/messages/framing.js';
import { ORIG, ORIG_DST, ORIG_SRC, REPLY, REPLY_DST, REPLY_SRC } from '../message/flow-values.js';
import type { MessageBuilder } from '../message/message-builder.js';
import { ADDRESSES, ALWAYS, partOfSlot, SLOT } from '../message/slots.js';
import { STATUS } from '../parts.js';
import { completeStatus } from '../text/status.js';
import {
  ADD,
  OUTER_TIME,
  PUT,
  PUT_ADDRESS,
  PUT_HOST,
  PUT_SUM,
  SET,
  SET_BITS_IF_ADDRESSES_DIFFER,
  SET_BITS_IF_NUMBERS_DIFFER,
} from './matcher/constants.js';
import type { Operation } from './matcher/matcher.js';
import type { Values } from './values.js';

/**
 * Adds to a flow what follows from its other values, before its message is written.
 * @param time of the event, ns, where the line has one before the entry
 */
export type Complete = (flow: MessageBuilder, time: number | bigint | undefined) => void;

/** How the first entry of a shape was read. */
export interface FirstEntry {
  /** Before anything is derived from its values. */
  readonly flow: MessageBuilder;
  readonly values: Values;
  /** Those of a flow that a query needs (`parts.ts`). */
  readonly parts: number;
  readonly complete: Complete;
  readonly time: number | bigint | undefined;
}

export interface Template {
  readonly message: Uint8Array;
  readonly operations: readonly Operation[];
}

/** Whether a query that needs some parts of a flow uses the value of a part (`partOfSlot`). */
export const isPartUsed = (part: number, parts: number): boolean => part === ALWAYS || (part & parts) !== 0;

/** An attribute that holds no others: what is before its payload of the message, and how long that is. */
interface Leaf {
  readonly place: number;
  readonly width: number;
}

/** A value that a message may depend on: its index in the text, and two examples. */
interface Variable {
  readonly index: number;
  readonly slot: number;
  readonly examples: readonly [number | bigint, number | bigint];
}

/** A term of a number in a message. */
interface Term {
  readonly index: number;
  readonly factor: bigint;
  readonly example: bigint;
}

/** Examples of numbers, of times in ns, and of the first bytes of addresses. */
const NUMBERS = [5, 6] as const;
const TIMES = [1_700_000_000_000_000_000n, 1_700_000_000_000_000_001n] as const;
const TIME_SLOTS: ReadonlySet<number> = new Set([SLOT.start, SLOT.stop, SLOT.eventTime]);
/** The port id of a message's header, in host order. */
const PORTID: Leaf = { place: 12, width: 4 };

/** The message of an entry, in full. */
export function messageOf({ flow, parts, complete, time }: FirstEntry): Uint8Array {
  const copy = flow.copy();
  complete(copy, time);
  const writer = new Writer();
  copy.encode(writer, parts);
  return writer.take();
}

/** @returns undefined where the message does not follow from the values so simply */
export function templateOf(entry: FirstEntry): Template | undefined {
  const variables = variablesOf(entry);
  if (new Set(variables.map(({ slot }) => slot)).size < variables.length) return undefined;
  const message = exampleOf(entry, variables);
  const leaves = [PORTID, ...leavesOf(message)];
  const shown = statusLeaf(entry, variables, leaves, message);
  const terms = new Map<Leaf, Term[]>();
  const operations: Operation[] = [];
  for (const variable of variables) {
    const other = exampleOf(entry, variables, variable);
    if (other.length !== message.length) return undefined;
    for (const leaf of leaves) {
      if (leaf === shown || isEqual(message, other, leaf)) continue;
      if (variable.slot >= ADDRESSES) operations.push({ code: PUT_ADDRESS, ...leaf, value: variable.index });
      else {
        const factor = numberAt(other, leaf) - numberAt(message, leaf);
        const term = { index: variable.index, factor, example: BigInt(variable.examples[0]) };
        terms.set(leaf, [...(terms.get(leaf) ?? []), term]);
      }
    }
  }
  const zone = variables.find(({ slot }) => slot === SLOT.zone)?.index;
  for (const [leaf, own] of terms) {
    // The sum is the zone less one: below 0, the entry is not of this shape.
    if (zone !== undefined && own.some(({ index }) => index === zone))
      operations.push(
        { code: SET, constant: -1n },
        { code: ADD, value: zone, constant: 1n },
        { code: PUT_SUM, ...leaf },
      );
    operations.push(...sumOf(own, leaf, numberAt(message, leaf)));
  }
  const status = shown === undefined ? [] : statusOperations(entry, shown);
  return status === undefined ? undefined : { message, operations: [...operations, ...status] };
}

function variablesOf({ flow, values, parts, time }: FirstEntry): readonly Variable[] {
  const variables: Variable[] = [];
  for (let index = 0; index < values.length; index++) {
    const slot = values.slots[index];
    // Keys of other protocols were dropped. A message has no zone 0: entries with one are another shape.
    if (slot === SLOT.zone && flow.zone === 0) continue;
    if (!isPartUsed(partOfSlot(slot), parts) || (slot < SLOT.zones && flow.key(slot) < 0)) continue;
    variables.push({ index, slot, examples: TIME_SLOTS.has(slot) ? TIMES : NUMBERS });
  }
  if (time !== undefined) variables.push({ index: OUTER_TIME, slot: -1, examples: TIMES });
  return variables;
}

/** The message in which all variables have their first example, and one of them perhaps its second. */
function exampleOf(entry: FirstEntry, variables: readonly Variable[], changed?: Variable, status = 0): Uint8Array {
  const flow = entry.flow.copy();
  let { time } = entry;
  flow.status ^= status;
  for (const variable of variables) {
    const example = variable.examples[variable === changed ? 1 : 0];
    if (variable.slot < 0) time = example;
    else if (variable.slot >= ADDRESSES) flow.addresses[variable.slot - ADDRESSES] = Number(example);
    else flow.set(variable.slot, example);
  }
  return messageOf({ ...entry, flow, time });
}

/** The status, where it follows from the tuples. */
function statusLeaf(
  entry: FirstEntry,
  variables: readonly Variable[],
  leaves: readonly Leaf[],
  message: Uint8Array,
): Leaf | undefined {
  if ((entry.parts & STATUS) === 0 || entry.flow.isWholeStatus) return undefined;
  const other = exampleOf(entry, variables, undefined, STATUS_FLAGS.ASSURED);
  return leaves.find(leaf => !isEqual(message, other, leaf));
}

/** @returns undefined where only one of two values that are compared is in the text */
function statusOperations(entry: FirstEntry, leaf: Leaf): readonly Operation[] | undefined {
  const flow = entry.flow.copy();
  entry.complete(flow, entry.time);
  const status = (isSource: boolean, isDestination: boolean): bigint =>
    BigInt(completeStatus(flow.status, flow.event, isSource, isDestination));
  const operations: Operation[] = [{ code: SET, constant: status(false, false) }];
  const indexOf = (slot: number): number =>
    slot < SLOT.zones && flow.key(slot) < 0 ? -1 : entry.values.slots.lastIndexOf(slot, entry.values.length - 1);
  const compared = [
    [SLOT.dport + REPLY, SLOT.sport + ORIG, status(true, false)],
    [SLOT.icmpId + REPLY, SLOT.icmpId + ORIG, status(true, false)],
    [ADDRESSES + REPLY_DST, ADDRESSES + ORIG_SRC, status(true, false)],
    [SLOT.sport + REPLY, SLOT.dport + ORIG, status(false, true)],
    [ADDRESSES + REPLY_SRC, ADDRESSES + ORIG_DST, status(false, true)],
  ] as const;
  for (const [slot, otherSlot, constant] of compared) {
    const [value, other] = [indexOf(slot), indexOf(otherSlot)];
    if (value < 0 && other < 0) continue;
    if (value < 0 || other < 0) return undefined;
    const code = slot >= ADDRESSES ? SET_BITS_IF_ADDRESSES_DIFFER : SET_BITS_IF_NUMBERS_DIFFER;
    operations.push({ code, value, other, constant });
  }
  return [...operations, { code: PUT_SUM, ...leaf }];
}

/** @param example the number that the examples of all terms make */
function sumOf(terms: readonly Term[], leaf: Leaf, example: bigint): readonly Operation[] {
  const constant = terms.reduce((rest, term) => rest - term.factor * term.example, example);
  const isPlain = terms.length === 1 && terms[0].factor === 1n && constant === 0n;
  if (isPlain) return [{ code: leaf === PORTID ? PUT_HOST : PUT, ...leaf, value: terms[0].index }];
  return [
    { code: SET, constant },
    ...terms.map(({ index, factor }) => ({ code: ADD, value: index, constant: factor })),
    { code: PUT_SUM, ...leaf },
  ];
}

function leavesOf(message: Uint8Array): Leaf[] {
  const leaves: Leaf[] = [];
  const visit = (from: number, end: number): void => {
    for (let at = from; at < end; at += align4(host16(message, at))) {
      const length = host16(message, at);
      if ((host16(message, at + 2) & NLA_F_NESTED) !== 0) visit(at + 4, at + length);
      else leaves.push({ place: at + 4, width: length - 4 });
    }
  };
  visit(NFGEN_END, message.length);
  return leaves;
}

const isEqual = (one: Uint8Array, other: Uint8Array, { place, width }: Leaf): boolean =>
  Buffer.compare(one.subarray(place, place + width), other.subarray(place, place + width)) === 0;

function numberAt(message: Uint8Array, leaf: Leaf): bigint {
  const bytes = Buffer.from(message.subarray(leaf.place, leaf.place + leaf.width));
  return BigInt(`0x${(leaf === PORTID ? bytes.reverse() : bytes).toString('hex')}`);
}
