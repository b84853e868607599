import { NLM_F_ACK, NLM_F_REQUEST } from '../../netlink/constants.js';
import { EncodeError } from '../codec/encode-error.js';
import { encodeTuple, isWhole, type Tuple } from '../codec/tuple.js';
import { type MessageHeader, Writer } from '../codec/writer.js';
import { CTA, CTA_EXPECT } from '../constants.js';

/** Options of every request. */
export interface RequestOptions {
  readonly seq?: number;
  /** False: the kernel replies only with an error. For all but the last of several requests in one send. Default: true. */
  readonly ack?: boolean;
}

/** How a tuple identifies a flow. */
export interface FlowKeyOptions extends RequestOptions {
  /** The zone of both directions; the zone of a single direction is in the tuple. */
  readonly zone?: number;
  /** Which of the flow's tuples is given; the kernel finds it by either. Default: orig. */
  readonly direction?: 'orig' | 'reply';
}

/** Flags of a request that is not a dump. */
export const requestFlags = ({ ack = true }: RequestOptions, how = 0): number =>
  NLM_F_REQUEST | how | (ack ? NLM_F_ACK : 0);

/** Encodes one message. */
export function request(header: MessageHeader, attributes?: (writer: Writer) => void): Uint8Array<ArrayBuffer> {
  const writer = new Writer(256);
  writer.begin(header);
  attributes?.(writer);
  writer.end();
  return writer.take();
}

/** @throws EncodeError for an incomplete tuple */
export function encodeFlowKey(writer: Writer, tuple: Tuple, { zone = 0, direction = 'orig' }: FlowKeyOptions): void {
  checkWhole(tuple);
  if (zone !== 0 && tuple.zone !== undefined) throw new EncodeError('zone and tuple.zone exclude each other');
  encodeTuple(writer, direction === 'orig' ? CTA.TUPLE_ORIG : CTA.TUPLE_REPLY, tuple);
  if (zone !== 0) writer.be16(CTA.ZONE, zone);
}

/** @throws EncodeError for an incomplete tuple */
export function encodeExpectationKey(writer: Writer, tuple: Tuple, zone = 0): void {
  checkWhole(tuple);
  if (tuple.zone !== undefined) throw new EncodeError('an expected tuple cannot have a zone of its own');
  encodeTuple(writer, CTA_EXPECT.TUPLE, tuple);
  if (zone !== 0) writer.be16(CTA_EXPECT.ZONE, zone);
}

function checkWhole(tuple: Tuple): void {
  if (!isWhole(tuple))
    throw new EncodeError(`incomplete tuple of protocol ${tuple.proto}: it does not identify an entry`);
}
