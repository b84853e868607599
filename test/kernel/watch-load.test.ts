// timeout: 300
// alone: how much the kernel drops depends on how soon the receiver gets a processor
/** More events than anybody reads: none lost where there is room, and where there is none, every lost one is counted. */
import { Writable } from 'node:stream';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { bulk } from '../kit/bulk.js';
import { run } from '../kit/command.js';
import { assertPrivateNamespace, setSysctl } from '../kit/namespace.js';
import { netfilterSockets } from '../kit/oracle.js';
import { Program } from '../kit/program.js';
import { programLine } from '../kit/start-program.js';
import { until } from '../kit/until.js';
import { Gathered, watching } from '../kit/watching.js';

assertPrivateNamespace();
const test = suite('watch under load');

/** In two halves: the table holds 262,144 entries, unless somebody has set another limit. */
const EVENTS = 300_000;

/** Flows as fast as the kernel takes them, by a process of its own. */
function flood(count: number): Program {
  return new Program(programLine('test/kit/programs/flood.ts', String(count)));
}

async function subscribed(): Promise<void> {
  await until('the watch to subscribe', () => [...netfilterSockets().values()].some(groups => groups !== 0));
}

function flush(): void {
  // Its own namespace only: nothing else is in the table.
  const { code } = run(['conntrack', '-F']);
  assert.is(code, 0);
}

test.before(() => {
  setSysctl('net/netfilter/nf_conntrack_events', 1);
});

test.before.each(() => flush());

/** Counts lines, and keeps none of them. */
class Counted extends Writable {
  lines = 0;
  last = '';
  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) this.lines++;
    this.last = chunk.subarray(-2000).toString();
    done();
  }
}

/** Takes each chunk a little later than it is given. */
class Slow extends Counted {
  override _write(chunk: Buffer, encoding: string, done: () => void): void {
    super._write(chunk, encoding, () => setImmediate(done));
  }
}

const SELECTIVE = 'watch from conntrack on new where src = 10.0.0.7 and sport = 1030 output extended';

for (const [name, statement, options, received, shown] of [
  ['a selective condition', SELECTIVE, {}, 2, 2],
  ['… with the default buffer of the kernel', SELECTIVE, { receiveBuffer: 106_496 }, 2, 2],
  ['… without a kernel filter', SELECTIVE, { kernelFilter: false }, EVENTS, 2],
  ['jsonl of everything', 'watch from conntrack on new output jsonl', {}, EVENTS, EVENTS],
] as const) {
  test(`${EVENTS} new flows, ${name}: none is lost`, async () => {
    const output = new Counted();
    const stop = new AbortController();
    const running = watching(statement, { output, signal: stop.signal, ...options });
    await subscribed();
    const program = flood(EVENTS);
    assert.is(await program.exit(), 0, program.stderr);
    stop.abort();
    const summary = await running.ended;
    assert.is(summary.dropped, 0);
    assert.is(summary.read, received);
    assert.is(summary.kept, shown);
    assert.is(output.lines, shown);
  });
}

test('a small buffer: what is received and what is lost add up exactly, and it continues', async () => {
  const output = new Gathered();
  const stop = new AbortController();
  const running = watching('watch event, orig.sport from conntrack on new output jsonl', {
    output,
    signal: stop.signal,
    receiveBuffer: 20_000,
  });
  await subscribed();
  const program = flood(EVENTS);
  assert.is(await program.exit(), 0, program.stderr);
  await until('the losses to be reported', () => running.warnings.some(warning => warning.includes('lost')));
  // It lives, and receives again.
  bulk(1, { source: 0x0b00_0000, sources: 1 });
  await until('a flow after the losses', () => output.lines.filter(line => !line.includes('lost')).length > 0);
  stop.abort();
  const summary = await running.ended;
  assert.ok(summary.dropped > 0, 'the buffer was too small');
  assert.is(summary.read + summary.dropped, EVENTS + 1);
  const records = output.lines.map(line => JSON.parse(line));
  const lost = records.filter(record => record.event === 'lost');
  assert.ok(lost.length > 0);
  assert.is(
    lost.reduce((sum, record) => sum + record.count, 0),
    summary.dropped,
  );
  assert.is(lost.at(-1).total, summary.dropped);
  assert.is(records.length - lost.length, summary.read);
});

test('a reader that does not read: bounded memory, counted losses', async () => {
  let blocked: (() => void) | undefined;
  const output = new Writable({
    highWaterMark: 65_536,
    write(_chunk, _encoding, done) {
      blocked = done;
    },
  });
  const stop = new AbortController();
  const sockets = netfilterSockets().size;
  const running = watching('watch from conntrack on new output jsonl', {
    output,
    signal: stop.signal,
    receiveBuffer: 1 << 20,
    buffers: 4,
  });
  await subscribed();
  const before = process.memoryUsage().rss;
  const program = flood(EVENTS);
  assert.is(await program.exit(), 0, program.stderr);
  assert.ok(blocked, 'something was written');
  assert.ok(process.memoryUsage().rss - before < 100 << 20, `${(process.memoryUsage().rss - before) >> 20} MiB more`);
  assert.ok(output.writableLength < 4 << 20, `${output.writableLength} bytes wait`);
  // Ctrl-C ends it though the reader does not read yet; what was written is written once it reads on.
  stop.abort();
  await until('the subscription to end', () => netfilterSockets().size === sockets, { within: 20_000 });
  const go = setInterval(() => {
    const done = blocked;
    blocked = undefined;
    done?.();
  }, 1);
  const summary = await running.ended.finally(() => clearInterval(go));
  assert.is(summary.ending, 'interrupted');
  assert.ok(summary.dropped > 0);
  assert.ok(summary.unshown > 0);
  assert.is(summary.read + summary.unshown + summary.dropped, EVENTS);
});

test('Ctrl-C shows all that had come by then', async () => {
  const output = new Slow();
  const stop = new AbortController();
  const running = watching('watch from conntrack on new output jsonl', { output, signal: stop.signal });
  await subscribed();
  bulk(20_000);
  stop.abort();
  const summary = await running.ended;
  assert.is(summary.read, 20_000);
  assert.is(summary.unshown, 0);
  assert.is(output.lines, 20_000);
});

test.run();
