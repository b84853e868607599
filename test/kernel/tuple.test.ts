/** Tuples of each protocol and family, as the kernel keeps, inverts and finds them. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Flow } from '../../src/engine/ctnetlink/codec/flow.js';
import { familyOf, invertTuple, type Tuple } from '../../src/engine/ctnetlink/codec/tuple.js';
import { createFlow } from '../../src/engine/ctnetlink/requests/changes.js';
import { deleteFlow, flushFlows } from '../../src/engine/ctnetlink/requests/deletes.js';
import { getFlow } from '../../src/engine/ctnetlink/requests/requests.js';
import { openKernel } from '../../src/engine/sources/kernel/kernel.js';
import type { Source } from '../../src/engine/sources/source.js';
import { STATUS_FLAGS } from '../../src/lang/schema/constants.js';
import { parseAddress } from '../../src/lang/values/address.js';
import type { Address } from '../../src/lang/values/value.js';
import { assertPrivateNamespace } from '../kit/namespace.js';
import { errnoOf, flowOf, flowsOf } from '../kit/table.js';

assertPrivateNamespace();
const test = suite('tuples in the kernel');
const address = (text: string): Address => parseAddress(text) as Address;
const V4 = { src: address('10.7.0.1'), dst: address('192.0.2.7') };
const V6 = { src: address('fd00:7::1'), dst: address('2001:db8::7') };
const { SEEN_REPLY, CONFIRMED } = STATUS_FLAGS;
let source: Source;

test.before(() => {
  source = openKernel();
});
test.before.each(async () => {
  await source.exchange(flushFlows());
});
test.after(async () => source.close());

const flow = (orig: Tuple, more: Partial<Flow> = {}): Flow => ({
  family: familyOf(orig),
  orig,
  reply: invertTuple(orig) as Tuple,
  timeout: 600,
  ...more,
});

const PROTOCOLS: Record<string, Partial<Tuple> & { proto: number }> = {
  tcp: { proto: 6, sport: 1, dport: 0xffff },
  udp: { proto: 17, sport: 0, dport: 53 },
  sctp: { proto: 132, sport: 1025, dport: 3868 },
  udplite: { proto: 136, sport: 1026, dport: 5004 },
  gre: { proto: 47, sport: 0x11, dport: 0xfffe },
  esp: { proto: 50 },
  'protocol 0': { proto: 0 },
  'protocol 255': { proto: 255 },
};

for (const [name, keys] of Object.entries(PROTOCOLS)) {
  for (const [family, pair] of [
    ['IPv4', V4],
    ['IPv6', V6],
  ] as const) {
    test(`a flow of ${name} over ${family} comes back as it was made, by both of its tuples`, async () => {
      const made = flow({ ...pair, ...keys }, { mark: 0xdead_beef, status: SEEN_REPLY });
      await source.exchange(createFlow(made));
      for (const direction of ['orig', 'reply'] as const) {
        const found = await flowOf(source, getFlow(made[direction], { direction }));
        assert.equal([found.family, found.orig, found.reply], [made.family, made.orig, made.reply]);
        assert.equal([found.mark, found.status], [0xdead_beef, SEEN_REPLY | CONFIRMED]);
      }
      assert.is(await errnoOf(source, createFlow(made)), 'EEXIST');
    });
  }
}

test('the kernel inverts ICMP as we do, and tracks no type that has no inverse', async () => {
  for (const [pair, proto] of [
    [V4, 1],
    [V6, 58],
  ] as const) {
    for (let icmpType = 0; icmpType < 256; icmpType++) {
      const orig: Tuple = { ...pair, proto, icmpType, icmpCode: 0, icmpId: 9 };
      const reply = invertTuple(orig);
      const errno = await errnoOf(source, createFlow(flow(orig, { reply: reply ?? orig })));
      assert.is(errno, reply === undefined ? 'EINVAL' : undefined, `protocol ${proto}, type ${icmpType}`);
      if (reply !== undefined) await source.exchange(deleteFlow(orig));
    }
  }
});

test('flows of a protocol whose tracker the kernel lacks are got and deleted as it shows them', async () => {
  for (const pair of [V4, V6]) {
    await source.exchange(createFlow(flow({ ...pair, proto: 33, sport: 5001, dport: 5002 })));
    const [shown] = await flowsOf(source);
    assert.is((await flowOf(source, getFlow(shown.orig))).id, shown.id);
    await source.exchange(deleteFlow(shown.orig, { id: shown.id }));
    assert.equal(await flowsOf(source), []);
  }
});

test('a tuple without ports is refused, and takes nothing, where the kernel has the tracker', async () => {
  for (const proto of [47, 132, 136]) {
    await source.exchange(createFlow(flow({ ...V4, proto, sport: 5, dport: 6 })));
    assert.is(await errnoOf(source, deleteFlow({ ...V4, proto })), 'EINVAL', `protocol ${proto}`);
  }
  assert.is((await flowsOf(source)).length, 3);
});

test.run();
