// timeout: 300
// alone: how much the kernel drops depends on how soon the receiver gets a processor
/** The transport against the kernel itself. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readlinkSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ERRNO } from '../../src/engine/errno.js';
import { CtqError } from '../../src/engine/errors.js';
import { Datagrams } from '../../src/engine/netlink/messages/datagrams.js';
import { DATAGRAM } from '../../src/engine/netlink/messages/framing.js';
import type { ListenOptions } from '../../src/engine/netlink/messages/streams.js';
import { NetlinkSocket } from '../../src/engine/netlink/socket.js';
import { type KernelOptions, openKernel } from '../../src/engine/sources/kernel/kernel.js';
import { NetworkNamespace } from '../../src/engine/sources/kernel/namespace.js';
import type { Source } from '../../src/engine/sources/source.js';
import { assertPrivateNamespace, Namespace, setSysctl } from '../kit/namespace.js';
import { programLine } from '../kit/start-program.js';
import * as m from '../kit/transport-messages.js';
import { until } from '../kit/until.js';

assertPrivateNamespace();

const dumpRequest = m.message(m.GET, m.DUMP);
const flushRequest = m.message(m.DELETE, 0, [], { family: 0 });

function* numbered(make: (n: number) => Buffer, from: number, to: number): Generator<Buffer> {
  for (let n = from; n < to; n++) yield make(n);
}

async function filled<T>(flows: number, work: (source: Source) => Promise<T>, options?: KernelOptions): Promise<T> {
  const source = openKernel(options);
  try {
    assert.equal(await source.batch(numbered(m.createFlow, 0, flows)), { sent: flows, failed: 0 });
    return await work(source);
  } finally {
    await source.exchange(flushRequest);
    await source.close();
  }
}

async function flowsOf(source: Source): Promise<number[]> {
  const flows: number[] = [];
  for await (const { bytes } of source.dump(dumpRequest))
    for (const { at } of m.messagesOf(bytes)) flows.push(m.flowNumber(bytes, at));
  return flows;
}

function range(to: number): number[] {
  return [...Array(to).keys()];
}

async function failure(work: () => unknown): Promise<CtqError> {
  try {
    await work();
  } catch (error) {
    assert.instance(error, CtqError);
    return error as CtqError;
  }
  throw new Error('it was expected to fail');
}

function openFiles(): number {
  return readdirSync('/proc/self/fd').length;
}

/** Starts a program of test/kit/programs/ in the namespace of this test. */
function start(name: string, ...args: readonly string[]) {
  const [command, ...rest] = programLine(`test/kit/programs/${name}.ts`, ...args);
  return spawn(command, rest, { stdio: ['ignore', 'pipe', 'inherit'], timeout: 60_000 });
}

/** Run churn.ts in the namespace of this test. @returns how many changes it made */
async function churn(flows: number): Promise<number> {
  const child = start('churn', String(flows));
  let output = '';
  for await (const piece of child.stdout) output += piece;
  return Number(output);
}

const dump = suite('dump');

for (const receiver of ['inline', 'background', 'auto'] as const)
  dump(`gives each flow once, received ${receiver}`, async () => {
    await filled(
      60_000,
      async source => {
        for (let round = 0; round < 3; round++)
          assert.equal(
            (await flowsOf(source)).sort((a, b) => a - b),
            range(60_000),
          );
      },
      { receiver },
    );
  });

dump('an empty table gives nothing', async () => {
  const source = openKernel();
  assert.equal(await flowsOf(source), []);
  await source.close();
});

dump('hundreds at once, more than can be received in the background, all come whole', async () => {
  await filled(
    300,
    async source => {
      const all = await Promise.all(Array.from({ length: 300 }, () => flowsOf(source)));
      for (const flows of all)
        assert.equal(
          flows.sort((a, b) => a - b),
          range(300),
        );
    },
    { receiver: 'background' },
  );
});

dump('two at once and exchanges between their chunks do not disturb each other', async () => {
  await filled(3000, async source => {
    const [a, b] = [source.dump(dumpRequest)[Symbol.asyncIterator](), source.dump(dumpRequest)[Symbol.asyncIterator]()];
    let messages = 0;
    for (let running = true; running; ) {
      running = false;
      for (const iterator of [a, b]) {
        const { done, value } = await iterator.next();
        if (done) continue;
        running = true;
        messages += [...m.messagesOf(value.bytes)].length;
        assert.is((await source.exchange(m.getFlow(7))).length, 1);
      }
    }
    assert.is(messages, 6000);
  });
});

for (const receiver of ['inline', 'background'] as const)
  dump(`leaving it, aborting it and failing leave no file open, received ${receiver}`, async () => {
    await filled(
      40_000,
      async source => {
        const before = openFiles();
        for (let i = 0; i < 5; i++) {
          for await (const _ of source.dump(dumpRequest)) break;
          const controller = new AbortController();
          const reason = new Error('enough');
          try {
            for await (const _ of source.dump(dumpRequest, controller.signal)) controller.abort(reason);
            assert.unreachable();
          } catch (error) {
            assert.is(error, reason);
          }
          const wrong = m.message(m.GET, m.DUMP, [m.nest(25, m.attribute(1, m.be32(1)))]);
          assert.is((await failure(() => source.dump(wrong)[Symbol.asyncIterator]().next())).kind, 'kernel');
        }
        await until('files to be closed', () => openFiles() === before);
        assert.equal((await flowsOf(source)).length, 40_000);
      },
      { receiver },
    );
  });

dump('entries that the kernel sends again are left out', async () => {
  await filled(
    100_000,
    async source => {
      const order = await flowsOf(source);
      const place = new Map(order.map((flow, i) => [flow, i]));
      const seen = new Map<number, number>();
      const deleted = new Set<number>();
      const second = source.dump(dumpRequest);
      for await (const { bytes } of second) {
        const flows = [...m.messagesOf(bytes)].map(({ at }) => m.flowNumber(bytes, at));
        for (const flow of flows) seen.set(flow, (seen.get(flow) ?? 0) + 1);
        // The next datagram is made already: the kernel waits at the entry that comes after that.
        const pausedAt = order[place.get(flows[flows.length - 1])! + 1 + flows.length];
        if (pausedAt === undefined) continue;
        deleted.add(pausedAt);
        await source.batch([m.deleteFlow(pausedAt)]);
      }
      assert.ok(second.repeats > 0, 'no repeat was provoked');
      assert.equal(
        [...seen].filter(([, times]) => times !== 1),
        [],
      );
      assert.equal(
        order.filter(flow => !seen.has(flow) && !deleted.has(flow)),
        [],
      );
    },
    { receiver: 'inline' },
  );
});

dump.run();

const requests = suite('requests');

requests('get, create, delete and statistics, and their errors', async () => {
  await filled(10, async source => {
    const [entry, ...more] = await source.exchange(m.getFlow(3));
    assert.is(m.flowNumber(entry, 0), 3);
    assert.is(more.length, 0);
    const [statistics] = await source.exchange(m.message(m.GET_STATS, 0));
    assert.is(Buffer.from(statistics).readUInt32BE(24), 10);
    const again = await failure(() => source.exchange(m.createFlow(3)));
    assert.is(again.code, 'kernel-EEXIST');
    assert.match(again.message, /^cannot create a conntrack entry/);
    assert.is((await failure(() => source.exchange(m.deleteFlow(77)))).code, 'kernel-ENOENT');
    assert.equal(await source.exchange(m.deleteFlow(3)), []);
    assert.is((await failure(() => source.exchange(m.getFlow(3)))).code, 'kernel-ENOENT');
  });
});

requests("the kernel's own words are in the message", async () => {
  const source = openKernel();
  const short = m.message(m.NEW, m.CREATE, [m.tuple(1, 1), m.attribute(7, Buffer.alloc(1))]);
  assert.match((await failure(() => source.exchange(short))).message, /the kernel says: .+/);
  await source.close();
});

requests('an EPERM for a fixed timeout is not a missing privilege', async () => {
  const source = openKernel();
  const fixed = m.message(m.NEW, m.CREATE, [
    m.tuple(1, 1),
    m.tuple(2, 1, true),
    m.attribute(7, m.be32(100)),
    m.attribute(3, m.be32(0x408)),
  ]);
  await source.exchange(fixed);
  const change = m.message(m.NEW, 0, [m.tuple(1, 1), m.attribute(7, m.be32(50))]);
  assert.is((await failure(() => source.exchange(change))).code, 'timeout-fixed');
  for (const count of [1, 3]) {
    const codes: string[] = [];
    const outcome = await source.batch(Array(count).fill(change), {
      onFailure: (_, __, error) => codes.push(error().code),
    });
    assert.equal(outcome, { sent: count, failed: count });
    assert.equal(codes, Array(count).fill('timeout-fixed'));
  }
  await source.exchange(flushRequest);
  await source.close();
});

requests('a batch knows of each of 20,000 failures, and of each answer', async () => {
  await filled(10_000, async source => {
    const failed: number[] = [];
    const outcome = await source.batch(numbered(m.createFlow, 0, 20_000), {
      onFailure: (index, errno) => {
        assert.is(errno, ERRNO.EEXIST);
        failed.push(index);
      },
    });
    assert.equal(outcome, { sent: 20_000, failed: 10_000 });
    assert.equal(failed, range(10_000));
    const got: [number, number][] = [];
    await source.batch(numbered(m.getFlow, 0, 5000), {
      onReply: (index, bytes) => got.push([index, m.flowNumber(bytes, 0)]),
    });
    assert.equal(
      got,
      range(5000).map(n => [n, n]),
    );
  });
});

/** The same in pieces of many messages, none of which begins where its memory does. */
function pieces(make: (n: number) => Buffer, from: number, to: number, size: number): Buffer[] {
  const all: Buffer[] = [];
  for (let at = from; at < to; at += size)
    all.push(Buffer.concat([Buffer.alloc(16), ...numbered(make, at, Math.min(to, at + size))]).subarray(16));
  return all;
}

requests('a batch that is sent in the background lets other work go on, and knows of each failure', async () => {
  await filled(10_000, async source => {
    const failed: number[] = [];
    let turns = 0;
    const ticking = setInterval(() => turns++, 0);
    const outcome = await source.batch(pieces(m.createFlow, 0, 20_000, 6000), {
      inBackground: true,
      onFailure: (index, errno) => {
        assert.is(errno, ERRNO.EEXIST);
        failed.push(index);
      },
    });
    clearInterval(ticking);
    assert.equal(outcome, { sent: 20_000, failed: 10_000 });
    assert.equal(failed, range(10_000));
    assert.ok(turns > 2, `${turns} turns of the event loop`);
  });
});

requests('a source that is closed waits for what was sent in the background', async () => {
  await filled(0, async () => {
    const source = openKernel();
    const batch = source.batch(pieces(m.createFlow, 0, 5000, 2500), { inBackground: true });
    // The first of its sends begins.
    await new Promise(resolve => setImmediate(resolve));
    await source.close();
    assert.equal(await batch, { sent: 5000, failed: 0 });
  });
});

requests('without the privilege there is one clear error', async () => {
  const child = start('unprivileged');
  let output = '';
  for await (const piece of child.stdout) output += piece;
  assert.equal(output.trim().split('\n'), Array(5).fill('permission-net-admin'));
});

requests.run();

const events = suite('events');

/** @returns messages consumed, and the stream's own counts */
async function listened(options: ListenOptions, pauseMs: number, flows: number) {
  const source = openKernel();
  const stream = source.listen([1, 3], options);
  const changes = churn(flows).finally(() => stream.finish());
  let consumed = 0;
  let dropped = 0;
  for await (const { bytes, count, dropped: soFar } of stream) {
    assert.is([...m.messagesOf(bytes)].length, count);
    assert.ok(soFar >= dropped);
    consumed += count;
    dropped = soFar;
    if (pauseMs > 0) await new Promise(resolve => setTimeout(resolve, pauseMs));
  }
  const result = { changes: await changes, consumed, received: stream.received, dropped: stream.dropped };
  await source.close();
  return result;
}

events('300,000 changes as fast as they can be made: none is lost', async () => {
  assert.equal(await listened({}, 0, 150_000), { changes: 300_000, consumed: 300_000, received: 300_000, dropped: 0 });
});

events('where the buffers are too small for a slow consumer, the lost ones are counted exactly', async () => {
  const { changes, consumed, received, dropped } = await listened({ receiveBuffer: 1 << 19, buffers: 2 }, 30, 100_000);
  assert.is(changes, 200_000);
  assert.ok(dropped > 0);
  assert.is(consumed, received);
  assert.is(received + dropped, changes);
});

events('arrive while nothing else happens, and closing ends the wait for them', async () => {
  const before = openFiles();
  const source = openKernel();
  const stream = source.listen([1]);
  const iterator = stream[Symbol.asyncIterator]();
  await source.exchange(m.createFlow(5));
  const first = await iterator.next();
  assert.is(first.value?.count, 1);
  assert.is(m.flowNumber(first.value!.bytes, 0), 5);
  const waiting = iterator.next();
  await stream.close();
  assert.equal(await waiting, { value: undefined, done: true });
  const controller = new AbortController();
  const other = source.listen([3], { signal: controller.signal })[Symbol.asyncIterator]();
  const aborted = other.next();
  controller.abort(new Error('enough'));
  try {
    await aborted;
    assert.unreachable();
  } catch (error) {
    assert.is((error as Error).message, 'enough');
  }
  source.listen([2]);
  await source.exchange(flushRequest);
  await source.close();
  await until('files to be closed', () => openFiles() <= before);
});

events('a process that exits does not wait for events', async () => {
  const child = start('exit-while-listening');
  let output = '';
  child.stdout.on('data', piece => {
    output += piece;
  });
  const [code] = await once(child, 'close');
  const here = openKernel();
  await here.exchange(flushRequest);
  await here.close();
  assert.match(output, /^1 /);
  assert.is(code, 3);
});

events.run();

const namespaces = suite('namespaces');

namespaces(
  'a source in a named namespace, or in that of a process, works there, and the thread comes home',
  async () => {
    const there = new Namespace('source-there');
    setSysctl('net/netfilter/nf_conntrack_events', 1);
    const home = readlinkSync('/proc/thread-self/ns/net');
    const child = spawn('nsenter', [`--net=${there.path}`, 'cat'], { stdio: ['pipe', 'ignore', 'inherit'] });
    const inThere = openKernel({ namespace: { name: 'source-there' } });
    const here = openKernel();
    try {
      assert.is(readlinkSync('/proc/thread-self/ns/net'), home);
      await inThere.batch(numbered(m.createFlow, 0, 5));
      assert.equal((await flowsOf(inThere)).sort(), range(5));
      assert.equal(await flowsOf(here), []);
      await until('the process to be there', () => readlinkSync(`/proc/${child.pid}/ns/net`) !== home);
      const byPid = openKernel({ namespace: { pid: child.pid! } });
      assert.equal((await flowsOf(byPid)).length, 5);
      await byPid.close();
      const opened = NetworkNamespace.open({ name: 'source-there' });
      assert.throws(
        () =>
          opened.run(() => {
            throw new Error('inside');
          }),
        'inside',
      );
      opened.close();
      assert.is(readlinkSync('/proc/thread-self/ns/net'), home);
    } finally {
      child.stdin.end();
      await inThere.close();
      await here.close();
      there.destroy();
    }
  },
);

namespaces('what is not a namespace is reported', async () => {
  assert.is((await failure(() => openKernel({ namespace: { name: 'nowhere' } }))).code, 'no-namespace');
  assert.is((await failure(() => openKernel({ namespace: { pid: 0x3fffff } }))).code, 'no-namespace');
  for (const name of ['', '.', '..', '../x', 'a/b', 'a\0b'])
    assert.is((await failure(() => openKernel({ namespace: { name } }))).kind, 'statement');
});

namespaces.run();

const sockets = suite('sockets');

sockets('take larger buffers, never smaller ones, and are closed once', async () => {
  const socket = NetlinkSocket.open();
  const before = socket.receiveLimit;
  socket.growReceiveBuffer(8 << 20);
  assert.is(socket.receiveLimit, 16 << 20);
  socket.growReceiveBuffer(1 << 10);
  assert.is(socket.receiveLimit, 16 << 20);
  assert.ok(before < socket.receiveLimit);
  socket.setReceiveBuffer(1 << 14);
  assert.is(socket.receiveLimit, 1 << 15);
  socket.setReceiveBuffer(1);
  assert.ok(socket.receiveLimit > 1000 && socket.receiveLimit < 10_000, 'the least that the kernel allows');
  assert.is(socket.dropped(), 0);
  assert.is(socket.receive(new Uint8Array(65_536), 0), 0);
  const since = performance.now();
  assert.is(socket.receive(new Uint8Array(65_536), 50), 0);
  assert.ok(performance.now() - since >= 49);
  socket.close();
  socket.close();
  assert.is((await failure(() => socket.send(flushRequest))).code, 'socket-closed');
});

/** All flows that are received in the background, call by call, until there is nothing more. */
async function receivedAside(socket: NetlinkSocket, most: number): Promise<{ calls: number[]; flows: number[] }> {
  const [calls, flows]: [number[], number[]] = [[], []];
  for (const room = new Datagrams(most); ; ) {
    const count = await socket.receiveInBackground(room);
    if (count === 0) return { calls, flows };
    calls.push(count);
    for (let i = 0; i < count; i++) {
      const datagram = room.buffer.bytes.subarray(i * DATAGRAM, i * DATAGRAM + room.lengths[i]);
      for (const { at, type } of m.messagesOf(datagram)) if (type === m.NEW) flows.push(m.flowNumber(datagram, at));
    }
  }
}

sockets('several datagrams are received at once, and nothing is waited for', async () => {
  await filled(3000, async () => {
    const socket = NetlinkSocket.open();
    assert.equal(await receivedAside(socket, 4), { calls: [], flows: [] });
    socket.send(m.message(m.GET, m.DUMP | 1));
    const { calls, flows } = await receivedAside(socket, 4);
    assert.equal(
      flows.sort((a, b) => a - b),
      range(3000),
    );
    assert.ok(calls.length > 2 && calls.slice(0, -1).every(count => count === 4), `${calls}`);
    socket.close();
    assert.is((await failure(() => socket.receiveInBackground(new Datagrams(1)))).code, 'socket-closed');
  });
});

sockets(
  'losses are reported to what receives in the background, once, and what was queued comes after that',
  async () => {
    const socket = NetlinkSocket.open();
    // NFNLGRP_CONNTRACK_NEW
    socket.join(1);
    socket.setReceiveBuffer(1);
    await filled(100, async () => {
      assert.is((await failure(() => receivedAside(socket, 4))).code, 'kernel-ENOBUFS');
      const { flows } = await receivedAside(socket, 4);
      assert.ok(flows.length > 0 && flows.length < 100);
    });
    socket.close();
  },
);

sockets('a message larger than the send buffer is refused with its reason', async () => {
  const socket = NetlinkSocket.open();
  const huge = m.message(m.GET, 0, [
    m.attribute(30, Buffer.alloc(60_000)),
    ...Array(8).fill(m.attribute(30, Buffer.alloc(60_000))),
  ]);
  assert.is((await failure(() => socket.send(huge))).code, 'kernel-EMSGSIZE');
  socket.close();
});

sockets.run();
