/** Save, flush, restore: a table of everything comes back, whatever format it was written in that holds all of it. */
// timeout: 240
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { decodeExpectation } from '../../src/engine/ctnetlink/codec/expectation.js';
import { decodeFlow } from '../../src/engine/ctnetlink/codec/flow.js';
import { MessageView } from '../../src/engine/ctnetlink/view/view.js';
import { runQuery } from '../../src/engine/query/exec/select.js';
import type { CheckedSelect } from '../../src/lang/checked/ast.js';
import { change, checked, Entries, type TestSession, testSession } from '../engine/change/support.js';
import { encodeExpectation, encodeFlow } from '../kit/flow.js';
import { allExpectations, allFlows } from '../kit/flows.js';
import { ctqHere } from '../kit/here.js';
import { assertPrivateNamespace, setSysctl, useConntrack } from '../kit/namespace.js';
import { mustRequest } from '../kit/netlink.js';
import { linesWithoutTimeouts, listConntrack } from '../kit/oracle.js';
import { directory } from '../kit/snapshot.js';

assertPrivateNamespace();
const test = suite('save, flush, restore');
let session: TestSession;

test.before(() => {
  session = testSession();
  useConntrack();
  setSysctl('net/netfilter/nf_conntrack_acct', 0);
});
test.before.each(async () => {
  await change('flush expect', session);
  await change('flush conntrack', session);
  mustRequest(allFlows().map(encodeFlow));
});
test.after(async () => session.close());

interface Held {
  /** By all that a restore can bring back. */
  readonly timeouts: ReadonlyMap<string, number>;
}

async function rows(table: 'conntrack' | 'expect'): Promise<MessageView[]> {
  const entries = new Entries();
  await runQuery(checked(`select from ${table}`) as CheckedSelect, entries, session);
  return entries.messages.map(message => {
    const view = new MessageView();
    view.set(message, 0);
    return view;
  });
}

/** Everything but ids, uses and times: JSON of each entry → its timeout. Empty SYNPROXY data is none: each entry that netlink makes has it. */
async function held(): Promise<Held> {
  const timeouts = new Map<string, number>();
  for (const view of await rows('conntrack')) {
    const { id: _, use: __, timeout = -1, timestamps: ___, ...rest } = decodeFlow(view);
    timeouts.set(JSON.stringify(rest), timeout);
  }
  return { timeouts };
}

function assertSame(before: Held, after: Held, what: string): void {
  assert.equal([...after.timeouts.keys()].sort(), [...before.timeouts.keys()].sort(), what);
  for (const [entry, timeout] of before.timeouts) {
    const left = after.timeouts.get(entry) as number;
    assert.ok(left <= timeout && left >= timeout - 120, `${what}: ${entry}: ${timeout} s, then ${left} s`);
  }
}

for (const format of ['save', 'jsonl', 'json'] as const) {
  test(`${format}: no flow differs in anything that can be set`, async () => {
    const path = join(directory, `table.${format}`);
    const before = await held();
    assert.is(before.timeouts.size, allFlows().length, 'no two flows are the same');
    const shown = linesWithoutTimeouts(listConntrack(['-L', '-o', 'extended,labels']));
    const saved = await ctqHere([`select from conntrack output ${format} to '${path}'`]);
    assert.is(saved.code, 0, saved.stderr);
    const flushed = await ctqHere(['flush conntrack']);
    assert.match(flushed.stderr, new RegExp(`^${allFlows().length} flows deleted`));
    assert.is((await held()).timeouts.size, 0);
    const restored = await ctqHere([`insert into conntrack from '${path}'`]);
    assert.is(restored.code, 0, restored.stderr);
    assert.is(restored.stderr, `${allFlows().length} flows inserted\n`);
    assertSame(before, await held(), format);
    assert.equal(
      linesWithoutTimeouts(listConntrack(['-L', '-o', 'extended,labels'])),
      shown,
      'as conntrack(8) sees it',
    );
    const again = await ctqHere([`insert into conntrack from '${path}' on conflict update`]);
    assert.is(again.code, 0, again.stderr);
    assertSame(before, await held(), `${format}, a second time`);
  });
}

test('expectations', async () => {
  mustRequest(allExpectations().map(encodeExpectation));
  const keys = async (): Promise<string[]> =>
    (await rows('expect'))
      .map(view => {
        const { id: _, timeout: __, ...rest } = decodeExpectation(view);
        return JSON.stringify(rest);
      })
      .sort();
  const before = await keys();
  assert.is(before.length, allExpectations().length);
  const path = join(directory, 'expect.save');
  assert.is((await ctqHere([`select from expect output save to '${path}'`])).code, 0);
  await ctqHere(['flush expect']);
  assert.equal(await keys(), []);
  const restored = await ctqHere([`insert into expect from '${path}'`]);
  assert.is(restored.code, 0, restored.stderr);
  assert.equal(await keys(), before);
});

test.run();
