/** FlowCopier, which copies a message attribute by attribute, makes the same request as encoding the decoded flow. */
import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { cloneFlow } from '../../../src/engine/change/insert/build-flow.js';
import { decodeFlow, encodeFlow, type Flow } from '../../../src/engine/ctnetlink/codec/flow.js';
import { Writer } from '../../../src/engine/ctnetlink/codec/writer.js';
import { IPCTNL_MSG_CT_NEW } from '../../../src/engine/ctnetlink/constants.js';
import { createFlow } from '../../../src/engine/ctnetlink/requests/changes.js';
import { FlowCopier } from '../../../src/engine/ctnetlink/requests/copy-flow.js';
import { MessageView } from '../../../src/engine/ctnetlink/view/view.js';
import { flow } from '../../kit/arbitrary-entries.js';

const test = suite('copies of flows');

function messagesOf(flows: readonly Flow[]): Uint8Array {
  const writer = new Writer();
  for (const each of flows) {
    writer.begin({ type: IPCTNL_MSG_CT_NEW, family: each.family });
    encodeFlow(each, writer);
    writer.end();
  }
  return writer.take();
}

/** All flows of messages, or of requests. */
function flowsIn(bytes: Uint8Array): Flow[] {
  const view = new MessageView();
  const flows: Flow[] = [];
  for (let at = 0; at < bytes.length; ) {
    at = view.set(bytes, at);
    flows.push(decodeFlow(view));
  }
  return flows;
}

/** As the kernel reports it: without a zone of 0, and without the flag masks of TCP, which only requests have. */
function reported({ protoinfo, ...rest }: Flow): Flow {
  const zone = rest.zone === 0 ? undefined : rest.zone;
  if (protoinfo?.protocol !== 'tcp') return { ...rest, zone, protoinfo };
  return { ...rest, zone, protoinfo: { ...protoinfo, origFlagsMask: undefined, replyFlagsMask: undefined } };
}

/** Copies the flows that can be copied. @returns the clones of the same flows */
function copied(copier: FlowCopier, messages: Uint8Array, taken: (piece: Uint8Array) => void): Flow[] {
  const view = new MessageView();
  const clones: Flow[] = [];
  for (let at = 0; at < messages.length; ) {
    at = view.set(messages, at);
    if (!copier.copy(view, {})) continue;
    clones.push(...flowsIn(createFlow(cloneFlow(view), { ack: false })));
    if (copier.isFull) taken(copier.take());
  }
  return clones;
}

test('a copy equals the encoded clone', () => {
  let count = 0;
  const copier = new FlowCopier();
  fc.assert(
    fc.property(fc.array(flow, { minLength: 1, maxLength: 12 }), flows => {
      const pieces: Uint8Array[] = [];
      const clones = copied(copier, messagesOf(flows.map(reported)), piece => pieces.push(piece));
      pieces.push(copier.take());
      assert.equal(pieces.flatMap(flowsIn), clones);
      count += clones.length;
    }),
    { numRuns: 1000 },
  );
  assert.ok(count > 100, `${count} copies`);
});

test('memory that is given back is reused, without remains of its former content', () => {
  const short: Flow = {
    family: 2,
    orig: { src: 1, dst: 2, proto: 17, sport: 3, dport: 4 },
    reply: { src: 2, dst: 1, proto: 17, sport: 4, dport: 3 },
    timeout: 60,
  };
  const long: Flow = { ...short, timeout: 61, labels: '\x07'.repeat(8) };
  const copier = new FlowCopier();
  const memory = new Set<ArrayBufferLike>();
  let pieces = 0;
  for (const each of [long, short, long, short]) {
    const found: Flow[] = [];
    const take = (piece: Uint8Array): void => {
      found.push(...flowsIn(piece));
      pieces++;
      memory.add(piece.buffer);
      copier.giveBack(piece);
    };
    const clones = copied(copier, messagesOf(new Array(20_000).fill(each)), take);
    take(copier.take());
    assert.is(clones.length, 20_000);
    assert.equal(found, clones);
  }
  // Five sizes, of which the largest serves the rest; the three chunks that were taken while partly filled are not reused.
  assert.is(memory.size, 8);
  assert.ok(pieces > 15, `${pieces}`);
});

test.run();
