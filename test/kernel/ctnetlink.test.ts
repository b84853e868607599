/** What the codec writes, as the kernel understands it. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { decodeExpectation, type Expectation } from '../../src/engine/ctnetlink/codec/expectation.js';
import { decodeFlow, type Flow } from '../../src/engine/ctnetlink/codec/flow.js';
import { decodeGlobalStats } from '../../src/engine/ctnetlink/codec/stats.js';
import {
  createExpectation,
  createFlow,
  updateExpectation,
  updateFlow,
} from '../../src/engine/ctnetlink/requests/changes.js';
import {
  deleteExpectation,
  deleteFiltered,
  deleteFlow,
  flushExpectations,
  flushFlows,
} from '../../src/engine/ctnetlink/requests/deletes.js';
import * as requests from '../../src/engine/ctnetlink/requests/requests.js';
import { MessageView } from '../../src/engine/ctnetlink/view/view.js';
import { openKernel } from '../../src/engine/sources/kernel/kernel.js';
import type { Source } from '../../src/engine/sources/source.js';
import { allFlows, fillTables } from '../kit/flows.js';
import { restorable } from '../kit/restorable.js';

const test = suite('the codec and the kernel');
let kernel: Source;

async function dumped<T>(request: Uint8Array, decode: (view: MessageView) => T): Promise<T[]> {
  const view = new MessageView();
  const all: T[] = [];
  for await (const { bytes } of kernel.dump(request)) {
    for (let at = 0; at < bytes.length; ) {
      at = view.set(bytes, at);
      all.push(decode(view));
    }
  }
  return all;
}

const flows = (filter = {}) => dumped(requests.dumpFlows(filter), decodeFlow);
const expectations = () => dumped(requests.dumpExpectations(), decodeExpectation);

async function one(request: Uint8Array): Promise<Flow> {
  const [message] = await kernel.exchange(request);
  const view = new MessageView();
  view.set(message, 0);
  return decodeFlow(view);
}

const failsWith = async (name: string, request: Uint8Array): Promise<void> => {
  try {
    await kernel.exchange(request);
  } catch (error) {
    assert.is((error as { errno?: { name: string } }).errno?.name, name);
    return;
  }
  assert.unreachable(`the kernel took what should be ${name}`);
};

/** By tuple, without what a new entry has anew. */
function comparable(all: readonly Flow[]): string[] {
  return all
    .map(({ id, use, timeout, timestamps, origCounters, replyCounters, ...rest }) => JSON.stringify(rest))
    .sort();
}

test.before(async () => {
  kernel = await openKernel();
});

test.before.each(async () => {
  await kernel.exchange(flushFlows());
  fillTables();
});

test.after(() => kernel.close());

test('every flow of a dump can be created again', async () => {
  const before = await flows();
  assert.is(before.length, allFlows().length);
  await kernel.exchange(flushFlows());
  assert.is((await flows()).length, 0);
  // Masters first: a flow is created only if the one that it is related to is there.
  const ordered = [...before].sort((a, b) => Number(a.master !== undefined) - Number(b.master !== undefined));
  const failed: string[] = [];
  const outcome = await kernel.batch(
    ordered.map(flow => createFlow(restorable(flow))),
    {
      onFailure: (index, _, error) => failed.push(`${JSON.stringify(ordered[index])}: ${error().message}`),
    },
  );
  assert.equal(failed, []);
  assert.is(outcome.sent, before.length);
  const after = await flows();
  assert.equal(comparable(after), comparable(before));
});

test('every flow is found by its tuples, and deleted alone', async () => {
  const all = await flows();
  for (const flow of all) {
    const { zone } = flow;
    const found = await one(requests.getFlow(flow.orig, { zone }));
    assert.is(found.id, flow.id);
    assert.is((await one(requests.getFlow(flow.reply, { zone, direction: 'reply' }))).id, flow.id);
  }
  let left = all.length;
  for (const { orig, zone, id = 0 } of all.slice(0, 20)) {
    await failsWith('ENOENT', deleteFlow(orig, { zone, id: (id ^ 1) >>> 0 }));
    await kernel.exchange(deleteFlow(orig, { zone, id }));
    assert.is((await flows()).length, --left);
  }
});

test('filters let pass what they say', async () => {
  const all = await flows();
  const passing = async (filter: object, test: (flow: Flow) => boolean): Promise<void> => {
    const expected = all.filter(test);
    assert.ok(expected.length > 0 && expected.length < all.length, JSON.stringify(filter));
    assert.equal(comparable(await flows(filter)), comparable(expected));
  };
  await passing({ family: 10 }, flow => flow.family === 10);
  await passing({ family: 2, orig: { proto: 6 } }, flow => flow.family === 2 && flow.orig.proto === 6);
  await passing(
    { family: 10, orig: { proto: 17, dport: 53 } },
    ({ family, orig }) => family === 10 && orig.proto === 17 && orig.dport === 53,
  );
  await passing(
    { family: 2, reply: { proto: 1, icmpType: 0 } },
    ({ reply }) => reply.proto === 1 && reply.icmpType === 0,
  );
  await passing(
    { family: 10, orig: { proto: 58, icmpType: 128 } },
    ({ orig }) => orig.proto === 58 && orig.icmpType === 128,
  );
  await passing({ status: { value: 4, mask: 4 } }, ({ status = 0 }) => (status & 4) !== 0);
  await passing({ status: { value: 0, mask: 6 } }, ({ status = 0 }) => (status & 6) === 0);
  const { mark } = all.find(flow => (flow.mark ?? 0) > 0) as { mark: number };
  await passing({ mark: { value: mark, mask: 0xffff_ffff } }, flow => flow.mark === mark);
  const { zone } = all.find(flow => (flow.zone ?? 0) > 0) as { zone: number };
  await passing({ zone }, flow => flow.zone === zone || flow.orig.zone === zone || flow.reply.zone === zone);
  const { src } = (all.find(flow => flow.family === 2) as Flow).orig;
  await passing({ family: 2, orig: { src } }, flow => flow.orig.src === src);
});

test('a filtered delete deletes what passes, and nothing else', async () => {
  const all = await flows();
  const isHttps = ({ family, orig }: Flow) => family === 2 && orig.proto === 6 && orig.dport === 443;
  assert.ok(all.some(isHttps));
  await kernel.exchange(deleteFiltered({ family: 2, orig: { proto: 6, dport: 443 } }));
  const rest = all.filter(flow => !isHttps(flow));
  assert.equal(comparable(await flows()), comparable(rest));
  await kernel.exchange(deleteFiltered({ family: 10, status: { value: 4, mask: 4 } }));
  const last = rest.filter(({ family, status = 0 }) => family === 2 || (status & 4) === 0);
  assert.ok(last.length < rest.length && last.some(({ status = 0 }) => (status & 4) !== 0));
  assert.equal(comparable(await flows()), comparable(last));
});

test('a flush of one family leaves the other', async () => {
  await kernel.exchange(flushFlows(2));
  const rest = await flows();
  assert.ok(rest.length > 0 && rest.every(flow => flow.family === 10));
});

test('updates', async () => {
  const flow = (await flows()).find(({ orig, status = 0 }) => orig.proto === 17 && (status & 4) !== 0) as Flow;
  const { orig, zone, status = 0 } = flow;
  await failsWith('EEXIST', createFlow({ ...flow, timeout: 5 }));
  await kernel.exchange(updateFlow(orig, { mark: 0xff00 }, { zone }));
  await kernel.exchange(
    updateFlow(orig, { mark: 0x12, markMask: 0xff, status: status | 0x400, timeout: 900 }, { zone }),
  );
  const changed = await one(requests.getFlow(orig, { zone }));
  assert.is(changed.mark, 0xff12);
  assert.is((changed.status ?? 0) & 0x400, 0x400);
  assert.ok((changed.timeout ?? 0) >= 890);
  await failsWith('ENOENT', updateFlow({ ...orig, sport: 1 }, { mark: 1 }, { zone }));
});

test('the global statistics count the entries', async () => {
  const [message] = await kernel.exchange(requests.getStats());
  const view = new MessageView();
  view.set(message, 0);
  assert.is(decodeGlobalStats(view).ENTRIES, (await flows()).length);
});

test('expectations are created, found, changed, deleted', async () => {
  const all = await expectations();
  assert.ok(all.length >= 3);
  const [first] = all as [Expectation];
  const { tuple, id = 0 } = first;
  const [found] = await kernel.exchange(requests.getExpectation(tuple));
  const view = new MessageView();
  view.set(found, 0);
  assert.is(view.id, id);
  await kernel.exchange(updateExpectation({ ...first, timeout: 4000 }));
  assert.ok((await expectations()).some(({ timeout = 0 }) => timeout > 3900));
  await failsWith('ENOENT', deleteExpectation(tuple, { id: (id ^ 1) >>> 0 }));
  await kernel.exchange(deleteExpectation(tuple, { id }));
  assert.is((await expectations()).length, all.length - 1);
  await failsWith('ENOENT', deleteExpectation(tuple));
  assert.is((await expectations()).length, all.length - 1);
  await kernel.exchange(createExpectation(first));
  const parts = ({ id: _, timeout: __, ...rest }: Expectation) => JSON.stringify(rest);
  assert.equal((await expectations()).map(parts).sort(), all.map(parts).sort());
  await kernel.exchange(flushExpectations());
  assert.is((await expectations()).length, 0);
});

test.run();
