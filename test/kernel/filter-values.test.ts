/** Every field that the kernel may filter by, over all of its values: the rows are those of a table that it did not filter. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { runDelete } from '../../src/engine/change/delete/delete.js';
import { createFlow } from '../../src/engine/ctnetlink/requests/changes.js';
import { flushFlows } from '../../src/engine/ctnetlink/requests/deletes.js';
import { openKernel } from '../../src/engine/sources/kernel/kernel.js';
import type { Source } from '../../src/engine/sources/source.js';
import type { CheckedDelete } from '../../src/lang/checked/statements.js';
import { STATUS_FLAGS } from '../../src/lang/schema/constants.js';
import { parseAddress } from '../../src/lang/values/address.js';
import type { Address, Value } from '../../src/lang/values/value.js';
import { checkedQuery, select, sessionOf } from '../kit/engine.js';
import { fillTables } from '../kit/flows.js';
import { assertPrivateNamespace } from '../kit/namespace.js';

assertPrivateNamespace();
const test = suite('filters over all values');
const address = (text: string): Address => parseAddress(text) as Address;
let source: Source;

/** Flows of the two protocols of ICMP, each with addresses of either family. */
async function addIcmp(count: number): Promise<void> {
  const requests: Uint8Array[] = [];
  for (const [family, src, dst] of [
    [2, '203.0.113.1', '198.51.100.1'],
    [10, '2001:db8::1', '2001:db8::2'],
  ] as const) {
    for (const [proto, question, answer] of [
      [1, 8, 0],
      [58, 128, 129],
    ]) {
      for (let id = 1; id <= count; id++) {
        const orig = { src: address(src), dst: address(dst), proto, icmpType: question, icmpCode: 0, icmpId: id };
        const reply = { ...orig, src: orig.dst, dst: orig.src, icmpType: answer };
        requests.push(createFlow({ family, orig, reply, timeout: 600 }));
      }
    }
  }
  const outcome = await source.batch(requests);
  assert.is(outcome.failed, 0);
}

test.before(async () => {
  source = openKernel();
  fillTables();
  await addIcmp(2);
});
test.after(async () => source.close());

const count = async (where: string): Promise<Value> =>
  (await select(`select count(*) from conntrack where ${where}`, { source })).rows[0][0];

async function sweep(values: Iterable<number>, where: (value: number) => string): Promise<void> {
  for (const value of values) {
    const text = where(value);
    const truth = await select(`select count(*) from conntrack where ${text}`, { source, kernelFilter: false });
    assert.is(await count(text), truth.rows[0][0], text);
  }
}

function* range(last: number, step = 1): Generator<number> {
  for (let value = 0; value <= last; value += step) yield value;
}

test('types and codes of ICMP', async () => {
  for (const proto of ['icmp', 'icmpv6']) {
    await sweep(
      [...range(19), ...range(255, 9), 127, 128, 129, 130, 139, 140],
      type => `proto = ${proto} and icmp_type = ${type}`,
    );
    await sweep(range(255, 51), type => `proto = ${proto} and reply.icmp_type = ${type}`);
    await sweep([0, 3, 8, 128, 129], type => `proto = ${proto} and icmp_type = ${type} and icmp_code = 0`);
    await sweep(range(255, 85), code => `proto = ${proto} and icmp_code = ${code}`);
    await sweep([0, 1, 2, 65_535], id => `proto = ${proto} and icmp_id = ${id}`);
  }
});

test('protocols, ports, zones, marks, status', async () => {
  await sweep([0, 1, 2, 6, 17, 33, 41, 47, 50, 58, 132, 136, ...range(255, 15)], proto => `proto = ${proto}`);
  await sweep([1, 6, 17, 58, 132], proto => `proto = ${proto} and family = ipv6`);
  await sweep([1, 6, 17, 47, 58], proto => `proto = ${proto} and icmp_type = 8`);
  await sweep([1, 6, 17, 132, 136], proto => `proto = ${proto} and dport = 53 and reply.sport = 53`);
  await sweep([0, 1, 53, 80, 65_535], port => `proto = udp and sport = ${port}`);
  await sweep([0, 1, 2, 7, 65_535], zone => `zone = ${zone}`);
  await sweep([0, 1, 0x7fffffff, 0x80000000, 0xffffffff], mark => `mark = ${mark}`);
  await sweep([0, 1, 0x80000000], mark => `mark & ${mark} = ${mark}`);
  await sweep([0], () => 'status & 0 = 0');
  for (const name of Object.keys(STATUS_FLAGS)) {
    await sweep([0], () => `status has ${name}`);
    await sweep([0], () => `not status has ${name}`);
  }
});

test('a whole key that the kernel does not take', async () => {
  const key =
    'proto = icmp and src = 203.0.113.1 and dst = 198.51.100.1 and icmp_code = 0 and icmp_id = 1 and zone = 0';
  assert.is(await count(`${key} and icmp_type = 3`), 0);
  assert.is(await count(`${key} and icmp_type = 8`), 1);
});

test('a filtered delete of many flows by the type of ICMP', async () => {
  for (const [proto, type] of [
    ['icmp', 8],
    ['icmpv6', 128],
  ]) {
    await source.exchange(flushFlows());
    await addIcmp(150);
    const statement: unknown = checkedQuery(`delete from conntrack where proto = ${proto} and icmp_type = ${type}`);
    const summary = await runDelete(statement as CheckedDelete, sessionOf(source));
    assert.is(summary.deleted, 300);
    assert.is(await count('true'), 300);
  }
});

test.run();
