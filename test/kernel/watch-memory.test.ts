/** What a watch knows beside the events: what was there before, what events leave out, what was lost. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { WatchOptions } from '../../src/engine/watch/watch.js';
import { bulk } from '../kit/bulk.js';
import { run } from '../kit/command.js';
import { encodeFlow, PROTOCOL, STATUS } from '../kit/flow.js';
import { setSysctl, useConntrack } from '../kit/namespace.js';
import { mustRequest } from '../kit/netlink.js';
import { conntrack, netfilterSockets } from '../kit/oracle.js';
import { until } from '../kit/until.js';
import { Gathered, type RunOptions, repeating, watching } from '../kit/watching.js';

const test = suite('what a watch remembers');

test.before(() => {
  useConntrack();
  setSysctl('net/netfilter/nf_conntrack_acct', 1);
  setSysctl('net/netfilter/nf_conntrack_timestamp', 1);
});

test.before.each(() => {
  setSysctl('net/netfilter/nf_conntrack_events', 1);
  assert.is(run(['conntrack', '-F']).code, 0);
});

interface Row {
  readonly event?: string;
  readonly resync?: boolean;
  readonly helper?: string;
  readonly labels?: readonly unknown[];
  readonly mark?: number;
  readonly state?: string;
  readonly orig: { readonly src: string; readonly sport: number };
}

async function start(text: string, options: RunOptions & WatchOptions = {}) {
  const output = new Gathered();
  const stop = new AbortController();
  const running = watching(text, { output, signal: stop.signal, ...options });
  await until('the watch to subscribe', () => [...netfilterSockets().values()].some(groups => groups !== 0));
  return {
    output,
    running,
    rows: (): Row[] => output.lines.filter(line => !line.includes('"lost"')).map(line => JSON.parse(line)),
    end: async () => {
      stop.abort();
      return running.ended;
    },
  };
}

const flow = (sport: number, more: object = {}): Buffer =>
  encodeFlow({
    proto: PROTOCOL.tcp,
    orig: { src: '10.1.0.1', dst: '192.0.2.1', sport, dport: 21 },
    status: STATUS.SEEN_REPLY | STATUS.ASSURED,
    tcp: { state: 3 },
    ...more,
  });

const tuple = (sport: number): string[] => [
  '-p',
  'tcp',
  '-s',
  '10.1.0.1',
  '-d',
  '192.0.2.1',
  '--sport',
  String(sport),
  '--dport',
  '21',
];

test('with existing tells first what is there, and that nothing happened to it', async () => {
  mustRequest([flow(1), flow(2)]);
  const watch = await start('watch from conntrack with existing output jsonl');
  await until('two flows', () => watch.rows().length === 2);
  mustRequest([flow(3)]);
  await until('an event', () => watch.rows().length === 3);
  await watch.end();
  assert.equal(
    watch
      .rows()
      .map(row => [row.event, row.orig.sport])
      .sort(),
    [
      ['new', 3],
      [undefined, 1],
      [undefined, 2],
    ].sort(),
  );
  const lines = await start('watch from conntrack with existing output plain');
  await until('three lines', () => lines.output.lines.length === 3);
  await lines.end();
  assert.match(lines.output.lines[0], /^tcp /);
});

for (const [options, helper] of [
  ['', undefined],
  ['with state', 'ftp'],
] as const) {
  test(`the helper of a flow that ends: ${options || 'without state'}`, async () => {
    const watch = await start(`watch from conntrack on destroy ${options} output jsonl`);
    mustRequest([flow(7, { helper: 'ftp', labels: [5, 127], mark: 9 })]);
    assert.is(conntrack(['-U', ...tuple(7), '--timeout', '99']).code, 0);
    assert.is(conntrack(['-D', ...tuple(7)]).code, 0);
    await until('the end', () => watch.rows().length > 0);
    const summary = await watch.end();
    const [row] = watch.rows();
    assert.is(watch.rows().length, 1, 'only what was asked for');
    assert.is(row.event, 'destroy');
    assert.is(row.helper, helper);
    assert.is(row.labels?.length, helper && 2);
    assert.is(summary.kept, 1);
  });
}

test('what an update leaves out is filled in, and what it tells is newer', async () => {
  const watch = await start('watch from conntrack on update with state output jsonl');
  mustRequest([flow(8, { labels: [5] })]);
  assert.is(conntrack(['-U', ...tuple(8), '--mark', '4']).code, 0);
  assert.is(conntrack(['-U', ...tuple(8), '--mark', '5']).code, 0);
  await until('two updates', () => watch.rows().length === 2);
  await watch.end();
  assert.equal(
    watch.rows().map(row => [row.mark, row.state, row.labels?.length]),
    [
      [4, 'ESTABLISHED', 1],
      [5, 'ESTABLISHED', 1],
    ],
  );
});

test('memory is bounded: forgotten flows are reported', async () => {
  const watch = await start('watch from conntrack on new with state output jsonl', { capacity: 10 });
  bulk(50);
  await until('all', () => watch.rows().length === 50);
  await watch.end();
  assert.ok(watch.running.warnings.some(warning => warning.includes('the oldest are forgotten')));
});

test('with resync: after losses every flow has begun once and ended once', async () => {
  const FLOWS = 20_000;
  const watch = await start('watch from conntrack on new, destroy with resync output jsonl', { receiveBuffer: 30_000 });
  const names = (event: string): string[] =>
    watch
      .rows()
      .filter(row => row.event === event)
      .map(({ orig }) => `${orig.src} ${orig.sport}`);
  for (const [event, change] of [
    ['new', () => bulk(FLOWS)],
    ['destroy', () => assert.is(conntrack(['-F']).code, 0)],
  ] as const) {
    change();
    await until(`every ${event}`, () => names(event).length >= FLOWS, { within: 20_000, every: 100 });
    assert.is(new Set(names(event)).size, FLOWS);
    assert.is(names(event).length, FLOWS, 'none twice');
    assert.ok(
      watch.rows().some(row => row.event === event && row.resync === true),
      `${event}: some were lost`,
    );
    assert.ok(
      watch.rows().some(row => row.event === event && row.resync === undefined),
      `${event}: some were not`,
    );
  }
  const summary = await watch.end();
  assert.ok(summary.dropped > 0);
});

test('with resync: a change that was lost is reported as an update', async () => {
  mustRequest([flow(1), flow(2)]);
  const watch = await start('watch from conntrack with resync output jsonl', { receiveBuffer: 20_000 });
  // Updates of one flow, and a deluge of others that loses them.
  const updates = [flow(1, { mark: 77 })].map(request => {
    // Neither CREATE nor EXCL: an update.
    request.writeUInt16LE(1, 6);
    return request;
  });
  bulk(5000);
  mustRequest(updates);
  bulk(5000, { source: 0x0b00_0000 });
  await until('the flows', () => watch.rows().filter(row => row.event === 'new').length === 10_000, {
    within: 15_000,
    every: 50,
  });
  await until('the update', () => watch.rows().some(row => row.orig.sport === 1 && row.mark === 77));
  await watch.end();
  assert.is(watch.rows().filter(row => row.orig.src === '10.1.0.1').length, 1, 'the other one did not change');
});

for (const [value, warning] of [
  [0, /sends no events for new flows/],
  [1, undefined],
  [2, /began before this watch/],
] as const) {
  test(`nf_conntrack_events = ${value} ${warning ? 'warns' : 'does not warn'}`, async () => {
    setSysctl('net/netfilter/nf_conntrack_events', value);
    const { running } = await start('watch from conntrack for 10ms output plain');
    assert.is((await running.ended).ending, 'for');
    assert.is(running.warnings.length, warning ? 1 : 0);
    if (warning) assert.match(running.warnings[0], warning);
  });
}

test('windows: nothing is counted twice or not at all', async () => {
  const watch = await start(
    'watch proto, count(*) as n, rate(*) as r from conntrack on new group by proto having count(*) > 0 order by proto every 200ms output jsonl',
  );
  for (let i = 0; i < 5; i++) bulk(1000, { source: 0x0a00_0000 + i * 0x1_0000 });
  await until('all', () => sum(watch.output.lines) === 5000);
  const summary = await watch.end();
  const rows = watch.output.lines.map(line => JSON.parse(line));
  assert.ok(
    rows.every(({ n, r }) => Math.abs(r * 0.2 - n) < n),
    'rates are a second',
  );
  assert.is(summary.kept, 5000);
  assert.is(summary.rows, rows.length);
});

const sum = (lines: readonly string[]): number => lines.reduce((total, line) => total + JSON.parse(line).n, 0);

test('without every there is one result, at the end', async () => {
  const watch = await start(
    'watch proto, count(*) as n from conntrack on new group by proto order by n limit 1 output jsonl',
  );
  bulk(11);
  await until('events to come', () => true);
  const summary = await watch.end();
  assert.is(summary.read, 11);
  assert.equal(watch.output.lines, ['{"proto":"tcp","n":5}']);
});

test('limit, until, for', async () => {
  const limited = await start('watch from conntrack on new limit 3 output jsonl');
  bulk(10);
  assert.is((await limited.running.ended).ending, 'limit');
  assert.is(limited.rows().length, 3);
  const conditional = await start('watch from conntrack until event = destroy output jsonl');
  mustRequest([flow(1)]);
  conntrack(['-D', ...tuple(1)]);
  mustRequest([flow(2)]);
  assert.is((await conditional.running.ended).ending, 'until');
  assert.equal(
    conditional.rows().map(row => row.event),
    ['new', 'destroy'],
  );
  const windowed = await start('watch count(*) from conntrack every 50ms until count(*) >= 2 output jsonl');
  bulk(4, { source: 0x0c00_0000 });
  assert.is((await windowed.running.ended).ending, 'until');
});

test('a query that is repeated: until its condition holds, with rates', async () => {
  const output = new Gathered();
  const first = repeating('select count(*) as n from conntrack every 50ms until count(*) >= 3 output jsonl', {
    output,
  });
  await until('a first result', () => output.lines.length > 0);
  bulk(5);
  const summary = await first.ended;
  assert.is(summary.ending, 'until');
  assert.is(output.lines.at(0), '{"n":0}');
  assert.is(output.lines.at(-1), '{"n":5}');
  const rates = new Gathered();
  const stop = new AbortController();
  const second = repeating('select rate(*) as r, count(*) as n from conntrack every 100ms output jsonl', {
    output: rates,
    signal: stop.signal,
  });
  await until('a first result', () => rates.lines.length > 0);
  bulk(100, { source: 0x0d00_0000 });
  await until('the new ones', () => rates.lines.some(line => JSON.parse(line).n === 105));
  const after = rates.lines.length;
  await until('one more', () => rates.lines.length > after);
  stop.abort();
  assert.is((await second.ended).ending, 'interrupted');
  const rows = rates.lines.map(line => JSON.parse(line));
  assert.is(rows[0].r, null, 'nothing to compare with');
  const grown = rows.find(({ n }) => n === 105);
  assert.ok(grown.r > 0 && grown.r <= 1010, `${grown.r} a second`);
  assert.is(rows.at(-1).r, 0);
});

test.run();
