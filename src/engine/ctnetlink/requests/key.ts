import { NLM_F_ACK, NLM_F_REQUEST } from '../../netlink/constants.js';
import { CTA, CTA_EXPECT } from '../constants.js';
import { EncodeError } from '../encode-error.js';
import { encodeTuple, isWhole, type Tuple } from '../tuple.js';
import { type MessageHeader, Writer } from '../writer.js';

/** What a request is sent with, beside what it asks for. */
export interface RequestOptions {
  readonly seq?: number;
  /** False: the kernel answers only if it refuses. For all but the last of many requests in one send. */
  readonly ack?: boolean;
}

/** How one flow is meant by its tuple. */
export interface FlowKeyOptions extends RequestOptions {
  /** The zone of both directions; that of one direction is in the tuple. */
  readonly zone?: number;
  /** Which of the flow's tuples it is; the kernel finds it by either. The original one where left out. */
  readonly direction?: 'orig' | 'reply';
}

/** Flags of a request that is no dump. */
export const requestFlags = ({ ack = true }: RequestOptions, how = 0): number =>
  NLM_F_REQUEST | how | (ack ? NLM_F_ACK : 0);

/** One message. */
export function request(header: MessageHeader, attributes?: (writer: Writer) => void): Uint8Array<ArrayBuffer> {
  const writer = new Writer(256);
  writer.begin(header);
  attributes?.(writer);
  writer.end();
  return writer.take();
}

/** @throws EncodeError for a tuple that could not name an entry */
export function encodeFlowKey(writer: Writer, tuple: Tuple, { zone = 0, direction = 'orig' }: FlowKeyOptions): void {
  checkWhole(tuple);
  if (zone !== 0 && tuple.zone !== undefined) throw new EncodeError('a zone of both directions and one of a direction');
  encodeTuple(writer, direction === 'orig' ? CTA.TUPLE_ORIG : CTA.TUPLE_REPLY, tuple);
  if (zone !== 0) writer.be16(CTA.ZONE, zone);
}

/** @throws EncodeError for a tuple that could not name an expectation */
export function encodeExpectationKey(writer: Writer, tuple: Tuple, zone = 0): void {
  checkWhole(tuple);
  if (tuple.zone !== undefined) throw new EncodeError('expected tuples have no zone of their own');
  encodeTuple(writer, CTA_EXPECT.TUPLE, tuple);
  if (zone !== 0) writer.be16(CTA_EXPECT.ZONE, zone);
}

function checkWhole(tuple: Tuple): void {
  if (!isWhole(tuple))
    throw new EncodeError(`a tuple of protocol ${tuple.proto} that lacks a part, so that it names no entry`);
}
