/** Rates of flows, from the counters of two refreshes. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { MessageView } from '../../../src/engine/ctnetlink/view/view.js';
import { RateTable } from '../../../src/shell/top/refresh/rate-table.js';
import { flowMessage } from '../../kit/messages.js';

const test = suite('rate table');

interface Counted {
  readonly id?: number;
  readonly sport?: number;
  readonly bytes?: number;
  readonly start?: number;
  readonly netns?: string;
}

/** A flow with counters, as the kernel sends it. */
function flow({ id, sport = 1025, bytes, start, netns }: Counted): MessageView {
  const tuple = { src: 0x0a000001, dst: 0xc0000201, proto: 6, sport, dport: 80 };
  const view = new MessageView();
  const counters =
    bytes === undefined
      ? {}
      : { origCounters: { packets: Math.floor(bytes / 100), bytes }, replyCounters: { packets: 0, bytes: 0 } };
  view.set(
    flowMessage(
      {
        family: 2,
        orig: tuple,
        reply: { src: tuple.dst, dst: tuple.src, proto: 6, sport: 80, dport: sport },
        ...(id === undefined ? {} : { id }),
        ...counters,
        ...(start === undefined ? {} : { timestamps: { start } }),
      },
      { type: 0x100 },
    ),
    0,
  );
  if (netns !== undefined) view.context = { ...view.context, netns };
  return view;
}

/** A refresh with some flows. @returns bytes per second of each */
function refresh(
  rates: RateTable,
  seconds: number,
  flows: readonly Counted[],
  { isWhole = true, isComplete = true } = {},
) {
  rates.begin(seconds, seconds * 1e9, isWhole);
  const found = flows.map(each => {
    rates.update(flow(each));
    return rates.isNew ? `new ${rates.bytes}` : rates.bytes;
  });
  if (isComplete) rates.complete();
  return found;
}

test('the increase per second since the previous refresh', () => {
  const rates = new RateTable();
  assert.equal(refresh(rates, 10, [{ id: 1, bytes: 1000 }]), [null]);
  assert.is(rates.seconds, 0);
  assert.equal(refresh(rates, 12, [{ id: 1, bytes: 5000 }]), [2000]);
  assert.is(rates.packets, 20);
  assert.equal(refresh(rates, 13, [{ id: 1, bytes: 5000 }]), [0]);
  assert.equal(refresh(rates, 14, [{ id: 1, bytes: 300 }]), [300], 'a counter that was zeroed');
});

test('a flow that a whole refresh did not see is new; one that a filter may have hidden is not', () => {
  const rates = new RateTable();
  refresh(rates, 1, [{ id: 1, bytes: 1 }]);
  assert.equal(
    refresh(rates, 2, [
      { id: 1, bytes: 1 },
      { id: 2, bytes: 50 },
    ]),
    [0, 'new 50'],
  );
  assert.equal(refresh(rates, 3, [{ id: 3, bytes: 50 }], { isWhole: false }), [null]);
  assert.equal(refresh(rates, 4, [{ id: 4, bytes: 50, start: 3.5e9 }], { isWhole: false }), ['new 50']);
  assert.equal(refresh(rates, 5, [{ id: 5, bytes: 50, start: 1e9 }], { isWhole: false }), [null]);
});

test('a refresh that was cancelled: the flows that it saw and those that it did not have right rates', () => {
  const rates = new RateTable();
  refresh(rates, 1, [
    { id: 1, bytes: 100 },
    { id: 2, bytes: 100 },
  ]);
  refresh(rates, 2, [{ id: 1, bytes: 200 }], { isComplete: false });
  assert.equal(
    refresh(rates, 3, [
      { id: 1, bytes: 400 },
      { id: 2, bytes: 400 },
      { id: 3, bytes: 9 },
    ]),
    [200, 150, null],
  );
});

test('a refresh that follows too soon has the rates of the previous one, and changes nothing', () => {
  const rates = new RateTable();
  rates.shortest = 0.5;
  refresh(rates, 10, [{ id: 1, bytes: 1000 }]);
  assert.equal(refresh(rates, 10.1, [{ id: 1, bytes: 9000 }]), [null], 'none was measured yet');
  assert.is(rates.seconds, 0);
  const second = [
    { id: 1, bytes: 5000 },
    { id: 2, bytes: 600 },
  ];
  assert.equal(refresh(rates, 12, second), [2000, 'new 300']);
  assert.equal(
    refresh(rates, 12.3, [...second, { id: 3, bytes: 1 }]),
    [2000, 'new 300', null],
    'a flow that has begun since has no rate yet',
  );
  assert.is(rates.seconds, 2);
  assert.equal(
    refresh(rates, 13, [
      { id: 1, bytes: 6000 },
      { id: 2, bytes: 600 },
      { id: 3, bytes: 70 },
    ]),
    [1000, 0, 'new 70'],
  );
  // A refresh that was cancelled has seen only a part of the flows.
  refresh(rates, 14, [{ id: 1, bytes: 7000 }], { isComplete: false });
  assert.equal(
    refresh(rates, 14.25, [
      { id: 1, bytes: 7000 },
      { id: 2, bytes: 1225 },
    ]),
    [1000, 500],
  );
});

test('without counters there are no rates, but new flows', () => {
  const rates = new RateTable();
  refresh(rates, 1, [{ id: 1 }]);
  assert.equal(refresh(rates, 2, [{ id: 1 }, { id: 2 }]), [null, 'new null']);
});

test('flows without an id, and of several network namespaces, are distinguished', () => {
  const rates = new RateTable();
  refresh(rates, 1, [
    { sport: 1, bytes: 10 },
    { sport: 2, bytes: 20 },
    { id: 7, bytes: 1, netns: 'a' },
    { id: 7, bytes: 2, netns: 'b' },
  ]);
  assert.equal(
    refresh(rates, 2, [
      { sport: 1, bytes: 11 },
      { sport: 2, bytes: 22 },
      { id: 7, bytes: 4, netns: 'a' },
      { id: 7, bytes: 6, netns: 'b' },
    ]),
    [1, 2, 3, 4],
  );
});

test('after clear nothing is known', () => {
  const rates = new RateTable();
  refresh(rates, 1, [{ id: 1, bytes: 1 }]);
  rates.clear();
  assert.equal(
    refresh(rates, 2, [
      { id: 1, bytes: 9 },
      { id: 2, bytes: 9 },
    ]),
    [null, null],
  );
});

test('memory follows the flows that live, not those that have ended', () => {
  const rates = new RateTable();
  const view = flow({ id: 1, bytes: 100 });
  for (let round = 0; round < 60; round++) {
    rates.begin(round, 0, true);
    for (let n = 0; n < 2000; n++) {
      Object.defineProperty(view, 'id', { value: round * 1000 + n, configurable: true });
      rates.update(view);
    }
    rates.complete();
  }
  assert.ok(rates.size <= 16_384, String(rates.size));
});

test.run();
