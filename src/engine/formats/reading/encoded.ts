/** Attributes of flows that many lines of a file repeat: encoded once, then copied. */
import { encodeFlow, type Flow } from '../../ctnetlink/codec/flow.js';
import { Writer } from '../../ctnetlink/codec/writer.js';

/** The attributes that a part of a flow has, as the words of a message. @throws EncodeError */
export function encodedWords(part: Partial<Flow>): Uint32Array {
  const writer = new Writer(256);
  encodeFlow(part as Flow, writer);
  const bytes = writer.take();
  return new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength >> 2);
}
