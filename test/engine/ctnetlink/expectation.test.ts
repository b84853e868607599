import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { decodeExpectation } from '../../../src/engine/ctnetlink/codec/expectation.js';
import { decodeGlobalStats } from '../../../src/engine/ctnetlink/codec/stats.js';
import { IPCTNL_MSG_EXP_NEW } from '../../../src/engine/ctnetlink/constants.js';
import { MessageView } from '../../../src/engine/ctnetlink/view/view.js';
import { WireError } from '../../../src/engine/ctnetlink/wire-error.js';
import { expectation as arbitraryExpectation } from '../../kit/arbitrary-entries.js';
import * as encode from '../../kit/encode.js';
import {
  cpuStatsMessage,
  decodeCpuStats,
  decodeExpectCpuStats,
  expectationMessage,
  expectCpuStatsMessage,
  globalStatsMessage,
} from '../../kit/messages.js';
import { CPU_STATS, EXPECT_CPU_STATS, EXPECTATIONS, GLOBAL_STATS } from './fixtures/kernel.js';

const test = suite('expectations and statistics');

function viewOf(message: Uint8Array): MessageView {
  const view = new MessageView();
  assert.is(view.set(message, 0), message.length);
  return view;
}

test('what the kernel sends is written again byte for byte', () => {
  assert.ok(EXPECTATIONS.length >= 3);
  for (const message of EXPECTATIONS) {
    const view = viewOf(message);
    const { type, flags } = view;
    assert.equal(expectationMessage(decodeExpectation(view), { type, flags }), message);
  }
});

test('any expectation is read as it was written', () => {
  fc.assert(
    fc.property(arbitraryExpectation, expectation => {
      const message = expectationMessage(expectation, { type: IPCTNL_MSG_EXP_NEW });
      assert.equal(decodeExpectation(viewOf(message)), expectation);
    }),
    { numRuns: 500 },
  );
});

test('the parts of one', () => {
  const natted = EXPECTATIONS.map(viewOf).find(view => view.fn !== null) as MessageView;
  assert.is(natted.fn, 'nat-follow-master');
  assert.is(natted.helper, 'ftp');
  assert.is(natted.natDirection, 1);
  assert.is(natted.natTuple.sport, 30004);
  assert.is(natted.tuple.dport, 30003);
  assert.is(natted.mask.dport, 0xffff);
  assert.is(natted.master.dport, 21);
  assert.ok(natted.isExpectation && natted.timeout > 0 && natted.expectClass === 0 && natted.expectFlags === 0);
});

test('one without tuple or mask is reported', () => {
  const bare = viewOf(encode.message(0x200, 0, 2, [encode.be32(4, 1)]));
  assert.throws(
    () => decodeExpectation(bare),
    (error: unknown) => error instanceof WireError && /tuple/.test(error.message),
  );
});

test('statistics are read and written again byte for byte', () => {
  for (const message of CPU_STATS) assert.equal(cpuStatsMessage(decodeCpuStats(viewOf(message))), message);
  for (const message of EXPECT_CPU_STATS)
    assert.equal(expectCpuStatsMessage(decodeExpectCpuStats(viewOf(message))), message);
  for (const message of GLOBAL_STATS) assert.equal(globalStatsMessage(decodeGlobalStats(viewOf(message))), message);
  assert.is(CPU_STATS.length * EXPECT_CPU_STATS.length * GLOBAL_STATS.length, 1);
  const { ENTRIES, MAX_ENTRIES } = decodeGlobalStats(viewOf(GLOBAL_STATS[0]));
  assert.ok(ENTRIES !== undefined && ENTRIES > 50 && MAX_ENTRIES !== undefined && MAX_ENTRIES > ENTRIES);
});

test('a counter that is not there is left out; the CPU is reported', () => {
  assert.equal(decodeCpuStats(viewOf(cpuStatsMessage({ cpu: 300, FOUND: 0xffffffff, DROP: 0 }))), {
    cpu: 300,
    FOUND: 0xffffffff,
    DROP: 0,
  });
});

test.run();
