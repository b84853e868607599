// timeout: 240
/** Events that the kernel filters before it queues them: the same are shown as without a filter. */
import { readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { WatchSummary } from '../../src/engine/watch/summary.js';
import { fuzz } from '../fuzz/harness.js';
import { eventFilter } from '../fuzz/targets/event-filter.js';
import { bulk } from '../kit/bulk.js';
import { startCtq } from '../kit/cli.js';
import { type Finished, must } from '../kit/command.js';
import { ctqHere } from '../kit/here.js';
import { assertPrivateNamespace, Namespace, setSysctl, useConntrack } from '../kit/namespace.js';
import { conntrack, netfilterSockets } from '../kit/oracle.js';
import { Program } from '../kit/program.js';
import { until } from '../kit/until.js';
import { Gathered, type Running, type RunOptions, watching } from '../kit/watching.js';

assertPrivateNamespace();
const test = suite('events filtered by the kernel');
const seed = Number(process.env.FUZZ_SEED ?? process.env.CTQ_TEST_SEED);

test.before(() => {
  useConntrack();
  setSysctl('net/netfilter/nf_conntrack_events', 1);
});
test.after.each(() => void conntrack(['-F']));

const listeners = (): number => [...netfilterSockets().values()].filter(groups => groups !== 0).length;

interface Watched {
  readonly running: Running<WatchSummary>;
  readonly output: Gathered;
  end(): Promise<WatchSummary>;
}

async function start(text: string, options: RunOptions = {}): Promise<Watched> {
  const before = listeners();
  const output = new Gathered();
  const stop = new AbortController();
  const running = watching(text, { output, signal: stop.signal, ...options });
  await until('the watch to subscribe', () => listeners() > before);
  const end = (): Promise<WatchSummary> => {
    stop.abort();
    return running.ended;
  };
  return { running, output, end };
}

const FLOW = ['-p', 'tcp', '-d', '192.0.2.80', '--sport', '1000', '--dport', '443'];
const create = (source: string): void =>
  void conntrack(['-I', '-s', source, ...FLOW, '-t', '60', '--state', 'SYN_SENT']);
const change = (source: string, ...args: string[]): void => void conntrack(['-U', '-s', source, ...FLOW, ...args]);

/** The lines of a watch with a filter and of one without, and what the first received. */
async function both(
  text: string,
  work: () => void | Promise<void>,
): Promise<{ lines: string[]; read: number; all: number }> {
  const filtered = await start(text);
  const unfiltered = await start(text, { kernelFilter: false });
  await work();
  const [{ read }, { read: all }] = [await filtered.end(), await unfiltered.end()];
  assert.is(filtered.output.text, unfiltered.output.text);
  return { lines: filtered.output.lines, read, all };
}

test(`random conditions and changes (FUZZ_SEED=${seed})`, async () => {
  const { counts } = await fuzz(eventFilter, { seeds: [], seed, seconds: 0, batches: 8 });
  assert.ok(counts.conditions > 100 && counts['events refused'] > 1000, JSON.stringify(counts));
});

test('only what may be shown arrives', async () => {
  const { lines, read, all } = await both('watch event, src from conntrack where src = 10.0.0.2 output csv', () => {
    for (let i = 1; i <= 9; i++) create(`10.0.0.${i}`);
    change('10.0.0.2', '-m', '7');
    conntrack(['-F']);
  });
  assert.equal(lines, ['event,src', 'new,10.0.0.2', 'update,10.0.0.2', 'destroy,10.0.0.2']);
  assert.is(read, 3);
  assert.is(all, 19);
});

test('a list, and what the kernel cannot decide', async () => {
  const text =
    'watch event, src, mark from conntrack where src in (10.0.0.2, 10.0.0.4..10.0.0.5, fd00::/8) and mark + 1 = 8 output csv';
  const { lines, read } = await both(text, () => {
    for (let i = 1; i <= 9; i++) create(`10.0.0.${i}`);
    for (let i = 1; i <= 9; i++) change(`10.0.0.${i}`, '-m', i % 2 ? '9' : '7');
  });
  assert.equal(lines, ['event,src,mark', 'update,10.0.0.2,7', 'update,10.0.0.4,7']);
  assert.ok(read <= 6, String(read));
});

test('with state: events of remembered flows are not refused', async () => {
  const text =
    'watch event, src, mark from conntrack on update where src = 10.0.0.2 and mark = 7 with state output csv';
  const { lines, read, all } = await both(text, () => {
    for (const source of ['10.0.0.2', '10.0.0.3']) {
      create(source);
      change(source, '-m', '7');
      // The mark is not part of this update.
      change(source, '-t', '90');
      change(source, '-m', '8');
      change(source, '-t', '90');
    }
  });
  assert.equal(lines, ['event,src,mark', 'update,10.0.0.2,7', 'update,10.0.0.2,7']);
  assert.is(read, 5);
  assert.is(all, 10);
});

const MASTER = 'src = 10.0.0.1, dst = 10.0.0.2, sport = 1000, dport = 21';
/** Expectations of the FTP helper: connections from the server to ports of the client. */
const expectPorts = (...ports: number[]): Promise<Finished> =>
  ctqHere([
    ports
      .map(port => {
        const master = `master.proto = tcp, ${MASTER.replaceAll(/\b(?=[sd])/g, 'master.')}`;
        const expected = `proto = tcp, src = 10.0.0.2, dst = 10.0.0.1, dport = ${port}, timeout = 100s`;
        return `insert into expect set ${master}, ${expected}`;
      })
      .join(';'),
  ]);

test('expectations', async () => {
  const master = `insert into conntrack set proto = tcp, ${MASTER}, state = ESTABLISHED, timeout = 100s, helper = 'ftp'`;
  assert.is((await ctqHere([master])).code, 0);
  const text = 'watch event, dst, dport from expect where dport in (4002, 5000..5010) output csv';
  const { lines, read, all } = await both(text, async () => {
    const { code, stderr } = await expectPorts(4000, 4001, 4002, 4003, 4004);
    assert.is(code, 0, stderr);
    conntrack(['-F', 'expect']);
  });
  assert.equal(lines, ['event,dst,dport', 'new,10.0.0.1,4002', 'destroy,10.0.0.1,4002']);
  assert.is(read, 2);
  assert.is(all, 10);
});

test('with resync: what was lost is found, of the flows that the condition names only', async () => {
  const text = 'watch src, sport from conntrack on new where src = 10.0.0.7 with resync output csv';
  const watched = await start(text, { receiveBuffer: 2000 });
  // Sources 10.0.0.0 to 10.0.0.9 in turn.
  bulk(20_000, { sources: 10 });
  await until('all to be shown', () => watched.output.lines.length > 2000);
  const { read, resynced, dropped } = await watched.end();
  const [, ...shown] = watched.output.lines;
  assert.is(new Set(shown).size, 2000);
  assert.is(shown.length, 2000);
  assert.ok(
    shown.every(line => line.startsWith('10.0.0.7,')),
    shown[0],
  );
  // The kernel refused the others: they could not fill the buffer.
  assert.is(read + resynced, 2000);
  assert.is(read + dropped, 2000);
});

test('until ends it at an event that is shown', async () => {
  const watched = await start('watch from conntrack where src = 10.0.0.2 until event = destroy');
  create('10.0.0.3');
  create('10.0.0.2');
  conntrack(['-F']);
  const { read, ending } = await watched.running.ended;
  assert.is(read, 2);
  assert.is(ending, 'until');
});

test('the kernel refuses the program: all is received, and the user is warned once', async () => {
  setSysctl('net/core/optmem_max', 100);
  const watched = await start('watch src from conntrack on new where src = 10.0.0.2 output csv');
  for (let i = 1; i <= 9; i++) create(`10.0.0.${i}`);
  const { read } = await watched.end();
  assert.is(read, 9);
  assert.equal(watched.output.lines, ['src', '10.0.0.2']);
  const refusals = watched.running.warnings.filter(each => each.includes('does not filter events'));
  assert.equal(refusals, ['the kernel does not filter events: cannot attach a socket filter (ENOMEM)']);
});

test('no room for a long program: a shorter one, which accepts more', async () => {
  setSysctl('net/core/optmem_max', 20_000);
  const marks = Array.from({ length: 3000 }, (_, i) => 2 * i + 1).join(', ');
  const watched = await start(`watch src from conntrack on new where dport = 443 and mark in (${marks}) output csv`);
  conntrack(['-I', '-s', '10.0.0.1', ...FLOW, '-t', '60', '--state', 'SYN_SENT', '-m', '5']);
  conntrack(['-I', '-s', '10.0.0.2', ...FLOW, '-t', '60', '--state', 'SYN_SENT', '-m', '70000']);
  const { read } = await watched.end();
  assert.equal(watched.output.lines, ['src', '10.0.0.1']);
  assert.is(read, 1);
  assert.equal(
    watched.running.warnings.filter(each => each.includes('filter')),
    [],
  );
  setSysctl('net/core/optmem_max', 131_072);
});

test('all namespaces', async () => {
  const names = ['red', 'green'];
  const namespaces = names.map(name => new Namespace(name));
  for (const each of namespaces) each.sysctl({ 'net.netfilter.nf_conntrack_events': 1 });
  const watch = startCtq(['watch netns, src from conntrack in netns * on new where src = 10.0.0.2 output csv']);
  const isSubscribed = (netns: string): boolean => [...netfilterSockets(netns).values()].some(groups => groups !== 0);
  await until('both to be watched', () => names.every(isSubscribed));
  for (const each of namespaces)
    for (let i = 1; i <= 5; i++)
      each.must(['conntrack', '-I', '-s', `10.0.0.${i}`, ...FLOW, '-t', '60', '--state', 'SYN_SENT']);
  await watch.waitFor(/green,10\.0\.0\.2\n/);
  watch.kill('SIGINT');
  assert.is(await watch.exit(), 0, watch.stderr);
  assert.match(watch.stderr, /^2 events in /m);
  for (const each of namespaces) each.destroy();
});

test('in pid', async () => {
  const sleeper = new Program(['unshare', '-n', 'sh', '-c', 'echo ready; exec sleep 1000']);
  await sleeper.waitFor(/ready/);
  const there = (...argv: string[]): void => void must(['nsenter', '-n', '-t', String(sleeper.pid), ...argv]);
  there('sysctl', '-qw', 'net.netfilter.nf_conntrack_events=1');
  const watch = startCtq([`watch src from conntrack in pid ${sleeper.pid} on new where src = 10.0.0.2 output csv`]);
  const sockets = `/proc/${sleeper.pid}/net/netlink`;
  await until('the watch to subscribe', () =>
    readFileSync(sockets, 'utf8')
      .split('\n')
      .some(line => /^\S+ +12 +\d+ +0*[1-9a-f]/.test(line)),
  );
  for (let i = 1; i <= 5; i++)
    there('conntrack', '-I', '-s', `10.0.0.${i}`, ...FLOW, '-t', '60', '--state', 'SYN_SENT');
  await watch.waitFor(/10\.0\.0\.2\n/);
  watch.kill('SIGINT');
  assert.is(await watch.exit(), 0, watch.stderr);
  assert.is(watch.stdout, 'src\n10.0.0.2\n');
  assert.match(watch.stderr, /^1 event in /m);
  await sleeper.stop('SIGKILL');
});

test('explain shows the filter, explain analyze counts', async () => {
  const condition = 'src in (10.0.0.2, fd00::/8) and mark + 1 = 8';
  const plan = async (text: string, ...options: string[]): Promise<Record<string, string>> => {
    const { code, stdout, stderr } = await ctqHere([...options, text, '-o', 'tsv,noheader']);
    assert.is(code, 0, stderr);
    return Object.fromEntries(
      stdout
        .trimEnd()
        .split('\n')
        .map(line => line.split('\t')),
    );
  };
  const filtered = await plan(`explain watch from conntrack on new where ${condition}`);
  assert.is(filtered.groups, 'NFNLGRP_CONNTRACK_NEW');
  assert.is(filtered['kernel filter'], 'orig.src in (10.0.0.2, fd00::/8) and mark is not null');
  assert.is(filtered.residual, '(mark + 1) = 8');
  assert.ok(Number(filtered.instructions) > 10);
  const unfiltered = await plan(`explain watch from conntrack on new where ${condition}`, '--no-kernel-filter');
  assert.is(unfiltered['kernel filter'], 'none');
  assert.is(unfiltered.residual, 'orig.src in (10.0.0.2, fd00::/8) and (mark + 1) = 8');
  const analyzed = plan(`explain analyze watch from conntrack on new where ${condition} for 3s`);
  await until('the watch to subscribe', () => listeners() > 0);
  for (let i = 1; i <= 5; i++) create(`10.0.0.${i}`);
  const counts = await analyzed;
  assert.is(counts['events received'], '1');
  assert.is(counts['events shown'], '0');
  assert.is(counts['events lost'], '0');
});

test('conntrack -E with its filters, and a watch that subscribed before it was loaded', async () => {
  const watch = startCtq(['conntrack', '-E', '-s', '10.0.0.2', '-p', 'tcp']);
  await until('the watch to subscribe', () => listeners() > 0);
  // Some of them before the filter is attached.
  for (let i = 0; i < 200; i++) create(`10.0.0.${i}`);
  bulk(50);
  conntrack(['-F']);
  await watch.waitFor(/DESTROY/);
  watch.kill('SIGINT');
  await watch.exit();
  assert.is(
    watch.stdout.split('\n').filter(line => line.includes('src=10.0.0.2 ')).length,
    watch.stdout.trim().split('\n').length,
  );
  assert.match(watch.stdout, /^ *\[NEW\] tcp .*src=10\.0\.0\.2 /);
});

test.run();
