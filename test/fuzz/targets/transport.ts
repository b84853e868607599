import fc from 'fast-check';
import type { Source } from '../../../src/engine/sources/source.js';
import { type FakeEvent, type FakeReply, fakeSource } from '../../kit/fake-kernel.js';
import { DUMP, doneMessage, errorMessage, GET, message } from '../../kit/transport-messages.js';
import { asyncProperty, ours, type Target } from '../harness.js';
import { mutated, mutatedMessage } from '../mutations.js';
import { MESSAGES } from './decoder.js';

/** What a kernel may answer, and what none should: a datagram, or a receive call that fails. */
type Reply = { readonly bytes: Uint8Array; readonly seq: boolean } | { readonly errno: number };

const errno = fc.constantFrom(1, 2, 4, 11, 12, 16, 22, 95, 105);
/** Bytes that are small enough for a datagram. */
const small = (bytes: Uint8Array): Uint8Array => bytes.subarray(0, 32_000);
const reply: fc.Arbitrary<Reply> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ bytes: mutatedMessage(MESSAGES).map(small), seq: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ bytes: fc.constantFrom(...MESSAGES), seq: fc.constant(true) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      bytes: fc.oneof(
        errno.map(n => errorMessage(0, n, 'so it is')),
        fc.constant(errorMessage(0, 0)),
        fc.constant(doneMessage(0)),
        errno.map(n => doneMessage(0, n)),
      ),
      seq: fc.constant(true),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ bytes: mutated([errorMessage(0, 2, 'so it is'), doneMessage(0)]), seq: fc.boolean() }),
  },
  { weight: 1, arbitrary: errno.map(n => ({ errno: n })) },
);

/** The reply with the request's number where it has room for one. */
function answered(each: Reply, seq: number): FakeReply {
  if ('errno' in each) return each;
  const bytes = each.bytes.slice();
  if (each.seq && bytes.length >= 12) new DataView(bytes.buffer).setUint32(8, seq, true);
  return bytes;
}

async function dumpAll(source: Source): Promise<void> {
  let total = 0;
  for await (const { bytes } of source.dump(message(GET, DUMP))) {
    total += bytes.length;
    if (bytes.length === 0 || total > 1 << 24) throw new Error('a dump that does not end');
  }
}

async function listenAll(source: Source): Promise<void> {
  for await (const { bytes, count } of source.listen([1])) if (count > bytes.length) throw new Error('too many events');
}

async function tryAll({ replies, events }: { replies: readonly Reply[]; events: readonly FakeEvent[] }): Promise<void> {
  const source = fakeSource(({ seq }) => replies.map(each => answered(each, seq)), { events: () => events });
  const request = message(GET, 0);
  await ours(() => dumpAll(source));
  await ours(() => source.exchange(request));
  await ours(() => source.batch([request, request, request], { onFailure: (_, _errno, error) => error().message }));
  await ours(() => listenAll(source));
  await source.close();
  if (source.openChannels !== 0) throw new Error(`${source.openChannels} channels are left open`);
}

/** Events come framed: what breaks is their content. */
const event: fc.Arbitrary<FakeEvent> = fc.oneof(
  fc.constantFrom(...MESSAGES),
  fc.nat(1000).map(lost => ({ lost })),
);

export const transport: Target = {
  name: 'transport',
  what: 'what a kernel answers: datagrams cut, mixed up, with wrong numbers, errors in between',
  runs: 400,
  property: () =>
    asyncProperty(
      fc.record({ replies: fc.array(reply, { maxLength: 8 }), events: fc.array(event, { maxLength: 4 }) }),
      tryAll,
    ),
};
