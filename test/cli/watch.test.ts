/** Watches of the built program: on a terminal, in pipes, and how they end. */
import { setTimeout as pause } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { bulk } from '../kit/bulk.js';
import { ctq, PROGRAM, startCtq, Terminal, tty } from '../kit/cli.js';
import { run } from '../kit/command.js';
import { setSysctl } from '../kit/namespace.js';
import { netfilterSockets } from '../kit/oracle.js';
import { Program } from '../kit/program.js';
import { until } from '../kit/until.js';

const test = suite('watch');

const subscribed = (): Promise<unknown> =>
  until('the watch to subscribe', () => [...netfilterSockets().values()].some(groups => groups !== 0), {
    within: 20_000,
  });

test.before(() => setSysctl('net/netfilter/nf_conntrack_events', 1));
test.before.each(() => {
  assert.is(run(['conntrack', '-F']).code, 0);
});

for (const [signal, status] of [
  ['SIGINT', 0],
  ['SIGTERM', 143],
] as const) {
  test(`${signal} ends a watch with what was gathered, a summary, and ${status}`, async () => {
    const ctq = startCtq(['watch proto, count(*) as n from conntrack on new group by proto output jsonl']);
    await subscribed();
    bulk(10);
    // It subscribes before the rest of the program is loaded.
    await pause(2000);
    assert.is(await ctq.stop(signal), status, ctq.stderr);
    assert.equal(ctq.stdout.trim().split('\n').sort(), ['{"proto":"tcp","n":5}', '{"proto":"udp","n":5}']);
    assert.match(ctq.stderr, /^10 events in \d+\.\d s, none lost, interrupted\n$/m);
  });
}

for (const format of ['csv', 'tsv', 'jsonl', 'table']) {
  test(`the last window of a watch that is interrupted is written, as ${format}`, async () => {
    const watch = startCtq([`watch sum(1) as n from conntrack on new every 3s output ${format}`]);
    await subscribed();
    bulk(10);
    await watch.waitFor(/10/, 20_000);
    bulk(8, { source: 0x0b00_0000 });
    await pause(500);
    assert.is(await watch.stop('SIGINT'), 0, watch.stderr);
    const last = watch.stdout.trim().split('\n').pop() ?? '';
    assert.is(last.replace(/\D/g, ''), '8', watch.stdout);
  });
}

test('events of earlier flows are missed only by a watch that could show them', async () => {
  setSysctl('net/netfilter/nf_conntrack_events', 2);
  try {
    const warning = /flows that began before this watch may send no events/;
    const said = async (clauses: string) => (await ctq([`watch from conntrack ${clauses} for 100ms`])).stderr;
    assert.not.match(await said('on new'), warning);
    assert.match(await said('on new, destroy'), warning);
    assert.match(await said('on new with state'), warning);
  } finally {
    setSysctl('net/netfilter/nf_conntrack_events', 1);
  }
});

test('a reader that goes away ends it quietly', async () => {
  const pipe = new Program([
    'sh',
    '-c',
    `"$0" "$1" 'watch from conntrack output plain' | head -n 1; echo over`,
    process.execPath,
    PROGRAM,
  ]);
  await subscribed();
  // One event is read; the next write finds no reader.
  const more = setInterval(() => {
    assert.is(run(['conntrack', '-F']).code, 0);
    bulk(1);
  }, 50);
  await pipe.waitFor(/over\n/, 20_000).finally(() => clearInterval(more));
  assert.is(pipe.stderr, '');
  assert.match(pipe.stdout, /\[NEW\] .*\nover\n$/);
});

test('--buffer: losses are reported, counted, and a record of their own', async () => {
  const ctq = startCtq(['--buffer', '10000', 'watch event, src, sport from conntrack on new output jsonl']);
  await subscribed();
  // Until the program has read an event, the buffer is the large one that the launcher subscribes with.
  bulk(1, { source: 0x0a09_0000 });
  await ctq.waitFor(/"10\.9\.0\.0"/, 20_000);
  bulk(20_000);
  // At once: much of it still waits somewhere on its way, and the ack that ends the wait for events may be lost too.
  assert.is(await ctq.stop('SIGINT'), 0);
  const records = ctq.stdout
    .trim()
    .split('\n')
    .map(line => JSON.parse(line));
  const lost = records.filter(({ event }) => event === 'lost').reduce((sum, { count }) => sum + count, 0);
  assert.ok(lost > 0);
  // Told by what they are, so that an event too many says where it is from.
  const received = records
    .filter(({ event, src }) => event === 'new' && src !== '10.9.0.0')
    .map(({ src, sport }) => `${src}:${sport}`);
  const foreign = received.filter(flow => !/^10\.0\.[0-3]\.\d+:10(2[4-9]|3\d|4[0-3])$/.test(flow));
  assert.equal(foreign, []);
  assert.is(new Set(received).size, received.length);
  assert.is(received.length + lost, 20_000, `${received.length} received, ${lost} lost`);
  assert.match(ctq.stderr, new RegExp(`, ${lost} lost, interrupted`));
});

test('--buffer: what is not granted is reported at the start', async () => {
  // In a user namespace of its own it has all rights there, and none beyond.
  const ctq = new Program([
    'unshare',
    '-Urn',
    process.execPath,
    PROGRAM,
    '--buffer',
    '512MiB',
    'watch from conntrack for 1ms',
  ]);
  await ctq.exit();
  assert.match(
    ctq.stderr,
    /^warning: the receive buffer holds only \d+ events: the kernel granted \d+ of the 536870912 bytes requested$/m,
  );
  assert.match(ctq.stderr, /^hint: sysctl -w net\.core\.rmem_max=536870912 /m);
});

test('on a terminal windows are drawn in place, below what was there', async () => {
  const terminal = new Terminal(
    [
      'sh',
      '-c',
      `trap : INT; echo before; "$0" "$1" 'watch proto, count(*) as n from conntrack on new group by proto order by proto every 1500ms'; echo code $?; cat`,
      process.execPath,
      PROGRAM,
    ],
    { rows: 20 },
  );
  try {
    await subscribed();
    bulk(10);
    await terminal.waitFor(/^tcp +5$/m, 10_000);
    // The next window has no events: its table is empty, and nothing of the last is left.
    await until('an empty window', () => !/tcp/.test(terminal.screen()));
    bulk(8, { source: 0x0b00_0000 });
    const screen = await terminal.waitFor(/^tcp +4$/m, 10_000);
    assert.match(screen, /^before\n/);
    assert.is(screen.match(/proto/g)?.length, 1, screen);
    terminal.press('C-c');
    const end = await terminal.waitFor(/^code 0$/m);
    assert.match(end, /18 events .* interrupted/);
  } finally {
    terminal.close();
  }
});

test('a repeated query is drawn in place, cut to the screen', async () => {
  bulk(30, { sources: 30 });
  const terminal = tty(['select src, dport from conntrack order by src every 200ms'], { rows: 12 });
  try {
    const screen = await terminal.waitFor(/lines 1–7 of 30: ↑ ↓ scroll/, 15_000);
    assert.match(screen, /^src/);
    terminal.press('C-c');
    assert.is(await terminal.exit(), 0);
    assert.match(terminal.screen(), /\d+ runs? in .* interrupted/);
  } finally {
    terminal.close();
  }
});

test('what is drawn in place is drawn anew where the terminal gets another size', async () => {
  bulk(12, { sources: 2 });
  const columns = 'src, dst, count(*) as flows, min(sport) as low, max(sport) as high';
  // Nothing else is drawn within the hour.
  const terminal = tty([`select ${columns} from conntrack group by src, dst order by src every 1h`], { columns: 90 });
  try {
    const wide =
      /^src +dst +flows +low +high\n[─ ]+\n10\.0\.0\.0 +192\.0\.2\.80 +6 +1024 +1029\n10\.0\.0\.1 .*\n[\d:]+ every 1h .*$/;
    await terminal.waitFor(wide, 15_000);
    terminal.resize(30, 30);
    // Numbers are never cut: what does not fit is shown as records.
    await terminal.waitFor(/^flows +│ 6\nlow +│ 1024$/m);
    terminal.resize(120, 30);
    await terminal.waitFor(wide);
    terminal.press('C-c');
    assert.is(await terminal.exit(), 0);
  } finally {
    terminal.close();
  }
});

for (const key of ['q', 'C-c'])
  test(`a watch that is not drawn in place says how to leave it, and ${key} does`, async () => {
    const terminal = tty(['watch src from conntrack on new']);
    try {
      await subscribed();
      bulk(1);
      await terminal.waitFor(/^q or Ctrl-C ends it\n[\s\S]*^10\.0\.0\.\d/m);
      terminal.press(key);
      assert.is(await terminal.exit(), 0);
      assert.match(terminal.screen(), key === 'q' ? /1 event in [^\n]*, none lost *$/m : /1 event in .*, interrupted/);
    } finally {
      terminal.close();
    }
  });

test('events that do not fit a narrow terminal are shown as records', async () => {
  const terminal = tty(['watch from conntrack on new'], { columns: 40 });
  try {
    await subscribed();
    bulk(1);
    await terminal.waitFor(/^event +│ new\n[\s\S]*^destination +│ 192\.0\.2\.80:443\n/m);
    terminal.press('C-c');
    assert.is(await terminal.exit(), 0);
  } finally {
    terminal.close();
  }
});

test('bars are drawn in place, with a line of how each row has gone', async () => {
  bulk(8);
  const terminal = tty(
    ['select proto, count(*) as n from conntrack group by proto order by proto every 300ms output bars'],
    {
      columns: 60,
    },
  );
  try {
    await terminal.waitFor(/^tcp +4 +█+ +█+$/m, 15_000);
    bulk(8, { source: 0x0b00_0000 });
    // Each row is measured by its own largest value.
    const screen = await terminal.waitFor(/^tcp +8 +▅+█+ +█+$/m, 15_000);
    assert.is(screen.match(/^proto/gm)?.length, 1);
    terminal.press('C-c');
    assert.is(await terminal.exit(), 0);
  } finally {
    terminal.close();
  }
});

test.run();
