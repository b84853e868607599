/** What a watch prints of real traffic, against conntrack -E beside it. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { WatchSummary } from '../../src/engine/watch/summary.js';
import { nameLabels } from '../kit/labels.js';
import { conntrackEvents, netfilterSockets } from '../kit/oracle.js';
import type { Program } from '../kit/program.js';
import { until } from '../kit/until.js';
import { Gathered, type Running, type RunOptions, watching } from '../kit/watching.js';
import { ADDRESS, createBusyWorld, type World } from '../kit/world.js';

const test = suite('watch against conntrack -E');

let world: World;
let router: string;

/** Says the first line that differs: whole listings hide it. */
function same(ours: string, theirs: string): void {
  const [a, b] = [timeless(ours), timeless(theirs)];
  const at = a.findIndex((line, i) => line !== b[i]);
  assert.is(a[at], b[at], `line ${at} of ${a.length}`);
  assert.is(a.length, b.length);
}

test.before(async () => {
  world = await createBusyWorld();
  router = world.router.name;
  nameLabels({ 5: 'five', 127: 'last' });
});

test.after(async () => {
  await world.destroy();
});

interface Watched {
  readonly running: Running<WatchSummary>;
  readonly output: Gathered;
  readonly stop: AbortController;
}

const listeners = (netns: string): number =>
  [...netfilterSockets(netns).values()].filter(groups => groups !== 0).length;

/** Starts a watch in the router, and returns when it is subscribed. */
async function start(text: string, options: RunOptions = {}): Promise<Watched> {
  const before = listeners(router);
  const output = new Gathered();
  const stop = new AbortController();
  const environment = {
    labelNames: () => ['five', 'last'],
    labelName: (bit: number) => ({ 5: 'five', 127: 'last' })[bit],
  };
  const running = watching(text, { netns: router, environment, output, signal: stop.signal, ...options });
  await until('the watch to subscribe', () => listeners(router) > before);
  return { running, output, stop };
}

/** TCP, UDP, ping, both families, translated or not, FTP with a helper and its data connection, changes by conntrack(8). */
async function traffic(): Promise<void> {
  for (const host of [ADDRESS.server, ADDRESS.server6]) {
    const { program } = await world.exchange('tcp', host, 80);
    program.end();
    await program.exit();
    const udp = await world.exchange('udp', host, 53);
    await udp.program.stop();
    world.ping(host);
  }
  const translated = await world.exchange('tcp', ADDRESS.virtual, 8080);
  translated.program.end();
  await translated.program.exit();
  const ftp = await world.ftp();
  ftp.write('EPSV\r\n');
  const [, port] = await ftp.waitFor(/229 .*\|\|\|(\d+)\|/);
  const data = await world.open('tcp', ADDRESS.server, Number(port));
  await data.program.stop();
  await ftp.stop();
  world.router.must(['conntrack', '-D', '-p', 'udp', '--dport', '53']);
  world.router.must(['conntrack', '-D', '-p', 'icmp']);
  world.router.must(['conntrack', '-D', '-f', 'ipv6']);
}

/** Runs the traffic and waits until the last event of it has come to both. */
async function both(watched: Watched, oracle: Program): Promise<{ ours: string; theirs: string }> {
  await traffic();
  // Both have got everything once both have got this.
  const marked = ['-p', 'udp', '-s', '203.0.113.1', '-d', '203.0.113.2', '--sport', '7', '--dport', '9'];
  world.router.must(['conntrack', '-I', ...marked, '-t', '60']);
  world.router.must(['conntrack', '-D', ...marked]);
  const last = /(DESTROY|destroy)[^\n]*203\.0\.113\.1/;
  await oracle.waitFor(new RegExp(`${last.source}[^\\n]*\\n`));
  await until('the last event', () => last.test(watched.output.text));
  watched.stop.abort();
  const summary = await watched.running.ended;
  assert.is(summary.ending, 'interrupted');
  assert.is(summary.dropped, 0);
  await oracle.stop('SIGINT');
  return { ours: watched.output.text, theirs: oracle.stdout };
}

/** Times are of the moment of printing there, of the event here; a program that is gone already may or may not be named. */
const timeless = (text: string): string[] =>
  text
    .replace(/^\[\d+\.\d{6}\]\t/gm, '[TIME]\t')
    .replace(/<when>.*?<\/when>/g, '<when/>')
    .replace(/ progname=\S+/g, '')
    .trim()
    .split('\n');

for (const [format, options] of [
  ['plain', []],
  ['extended', ['-o', 'extended']],
  ['plain, timestamp', ['-o', 'timestamp']],
  ['plain, id, labels, ktimestamp', ['-o', 'id,labels,ktimestamp']],
  ['extended, timestamp, id, labels, userspace', ['-o', 'extended,timestamp,id,labels,userspace']],
  ['xml', ['-o', 'xml']],
  ['xml, timestamp, id', ['-o', 'xml,timestamp,id']],
] as const) {
  test(`${format}: the same lines in the same order`, async () => {
    const oracle = await conntrackEvents([...options], router);
    const watched = await start(`watch from conntrack output ${format}`);
    const { ours, theirs } = await both(watched, oracle);
    same(ours, theirs);
    assert.ok(timeless(ours).length > 40, `${timeless(ours).length} lines`);
    if (format === 'plain')
      for (const word of ['NEW', 'UPDATE', 'DESTROY', 'tcp', 'udp', 'icmpv6', 'helper=ftp']) assert.match(ours, word);
  });
}

for (const [on, mask] of [
  ['new', 'NEW'],
  ['destroy', 'DESTROY'],
  ['update, destroy', 'UPDATES,DESTROY'],
] as const) {
  test(`on ${on}: only that`, async () => {
    const oracle = await conntrackEvents(['-e', mask], router);
    const watched = await start(`watch from conntrack on ${on} output plain`);
    if (on === 'new') {
      // Where destroys are not subscribed to, the end is the last new flow.
      await traffic();
      world.router.must([
        'conntrack',
        '-I',
        '-p',
        'udp',
        '-s',
        '203.0.113.1',
        '-d',
        '203.0.113.2',
        '--sport',
        '7',
        '--dport',
        '9',
        '-t',
        '60',
      ]);
      await oracle.waitFor(/203\.0\.113\.1[^\n]*\n/);
      await until('the last event', () => watched.output.text.includes('203.0.113.1'));
      watched.stop.abort();
      await watched.running.ended;
      await oracle.stop('SIGINT');
      world.router.must(['conntrack', '-D', '-s', '203.0.113.1']);
      same(watched.output.text, oracle.stdout);
      assert.ok(timeless(watched.output.text).length > 8);
      return;
    }
    const { ours, theirs } = await both(watched, oracle);
    same(ours, theirs);
  });
}

test('expectations', async () => {
  const oracle = await conntrackEvents(['expect'], router);
  const watched = await start('watch from expect output plain');
  await traffic();
  await oracle.waitFor(/DESTROY[^\n]*\n/);
  await until('the end of an expectation', () => watched.output.text.includes('DESTROY'));
  watched.stop.abort();
  await watched.running.ended;
  await oracle.stop('SIGINT');
  same(watched.output.text, oracle.stdout);
  assert.ok(timeless(watched.output.text).length >= 2);
});

test('both tables at once, in the order in which it happened', async () => {
  const watched = await start('watch from conntrack, expect on new, destroy output jsonl');
  await traffic();
  await until('the end', () => watched.output.lines.filter(line => line.includes('"destroy"')).length > 5);
  watched.stop.abort();
  await watched.running.ended;
  const rows = watched.output.lines.map(line => JSON.parse(line));
  const isExpectation = (row: { mask?: unknown }): boolean => row.mask !== undefined;
  const consumed = rows.findIndex(row => row.event === 'destroy' && isExpectation(row));
  const child = rows.findIndex(row => row.event === 'new' && row.status?.includes('EXPECTED'));
  assert.ok(
    rows.some(row => row.event === 'new' && isExpectation(row)),
    'an expectation begins',
  );
  assert.ok(consumed >= 0 && child > consumed, 'the expectation ends, then its flow begins');
});

test.run();
