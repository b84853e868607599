/** Large files that two threads read: the rows, messages and line numbers of a file that is read in order. */
import { spawnSync } from 'node:child_process';
import { readdirSync, readlinkSync } from 'node:fs';
import type { Transform } from 'node:stream';
import * as zlib from 'node:zlib';
import { createGunzip, gzipSync } from 'node:zlib';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { onThisThread } from '../../../src/engine/sources/snapshot/compression/on-this-thread.js';
import { openSnapshot, type SnapshotOptions } from '../../../src/engine/sources/snapshot/open.js';
import { file, NOW, readPath, readText } from '../../kit/snapshot.js';
import { written } from '../formats/support.js';

const test = suite('divided files');

const division = { after: 1, first: 1, sizes: { text: 16_384, messages: 65_536 } };
const divided: Partial<SnapshotOptions> = { division, labelNames: () => ['one', 'five'] };

const line = (n: number, end = ''): string =>
  `tcp      6 ${n} ESTABLISHED src=10.0.${(n >> 8) & 255}.${n & 255} dst=192.0.2.1 sport=${1024 + (n % 60_000)} dport=443 packets=${n} bytes=9 ` +
  `src=192.0.2.1 dst=10.0.${(n >> 8) & 255}.${n & 255} sport=443 dport=${1024 + (n % 60_000)} packets=1 bytes=9 [ASSURED] mark=${n}${end} use=1\n`;

/** 1,000 KB of lines, some of them replaced. */
const lines = (others: Readonly<Record<number, string>> = {}, length = 5000): string =>
  Array.from({ length }, (_, n) => others[n] ?? line(n)).join('');

/** The pipes that are open here. */
const pipes = (): readonly string[] =>
  readdirSync('/proc/self/fd').filter(fd => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`).startsWith('pipe:');
    } catch {
      return false;
    }
  });

async function expectSame(content: string | Uint8Array): Promise<readonly string[]> {
  const path = file(content);
  const inOrder = await readPath(path);
  const both = await readPath(path, divided);
  assert.equal(both.warnings, inOrder.warnings);
  assert.is(both.views.length, inOrder.views.length);
  for (const [i, view] of both.views.entries())
    assert.is(Buffer.compare(view.copy(), inOrder.views[i].copy()), 0, `entry ${i}`);
  return both.warnings;
}

test('every format that can be divided', async () => {
  const { views } = await readText(lines());
  for (const format of ['plain', 'extended', 'save', 'json', 'jsonl', 'xml'] as const) {
    const text = await written(format, sink => {
      sink.begin({ table: 'conntrack' });
      for (const view of views) sink.entry(view);
      sink.end();
    });
    assert.ok(text.length > 500_000, format);
    assert.equal(await expectSame(text), []);
  }
});

test('a file of which most is read into the memory of the pieces', async () => {
  assert.equal(await expectSame(lines({}, 25_000)), []);
  const others = Object.fromEntries([12_000, 20_000, 24_999].map(n => [n, `tcp 6 ${n} src=\n`]));
  others[15_000] = `${'x'.repeat(40_000)}\n`;
  others[22_000] = `# ${'x'.repeat(70_000)}\n`;
  const warnings = await expectSame(lines(others, 25_000));
  assert.match(warnings[0], /:12001: skipped/);
});

test('a line that may be an entry by itself is read so, whatever the lines before it are', async () => {
  const entry = 'proto=6 src=192.0.2.1 dst=198.51.100.7 sport=0 dport=30003';
  const others = { 2: `gw: ${line(2)}`, 4000: `299 proto=6 gw: ${entry}\n`, 4500: `udp 17 9 gw: ${line(4500)}` };
  assert.match((await expectSame(lines(others))).join(), /lines begin with 'gw: '.*unknown words are ignored: gw:/);
});

test('the unknown words of an entry that has many', async () => {
  const same = Array.from({ length: 30 }, () => 'same').join(' ');
  const warnings = await expectSame(lines({ 4000: line(4000, ` ${same} last`) }));
  assert.match(warnings.join(), /unknown words are ignored: same, last$/);
});

test('compressed', async () => {
  assert.equal(await expectSame(gzipSync(lines(), { level: 1 })), []);
  for (const level of [0, 1]) assert.equal(await expectSame(gzipSync(lines({}, 25_000), { level })), []);
});

test('node has what decompressing on this thread needs', () => {
  const { createZstdDecompress } = zlib as { createZstdDecompress?: () => Transform };
  for (const create of [createGunzip, createZstdDecompress]) {
    if (create === undefined) continue;
    const stream = create();
    assert.type(onThisThread(stream), 'function');
    stream.destroy();
  }
});

test('compressed in parts, with something after the end', async () => {
  const part = (length: number): Buffer => gzipSync(lines({}, length), { level: 0 });
  const parts = [part(9000), part(1), part(0), part(9000)];
  assert.equal(await expectSame(Buffer.concat(parts)), []);
  assert.is((await readPath(file(Buffer.concat(parts)), divided)).views.length, 18_001);
  const more = Buffer.concat([part(9000), Buffer.alloc(2_000_000), part(9000)]);
  assert.equal(await expectSame(more), []);
  assert.is((await readPath(file(more), divided)).views.length, 9000);
});

for (const program of ['zstd', 'xz', 'bzip2', 'lz4']) {
  test(`compressed by ${program}`, async () => {
    const { stdout } = spawnSync(program, ['-c', '-1'], { input: lines({}, 25_000), maxBuffer: 1e8 });
    assert.equal(await expectSame(stdout), []);
    const before = pipes();
    const cut = await readPath(file(stdout.subarray(0, stdout.length - 100)), divided);
    assert.match(cut.warnings.join(), /is cut off/);
    assert.ok(program === 'bzip2' || cut.views.length > 10_000, `${cut.views.length}`);
    stdout.fill(255, 6, 60);
    const damaged = await readPath(file(stdout), divided).catch((error: Error) => error);
    assert.match((damaged as Error).message, /is (damaged|cut off)/);
    assert.equal(pipes(), before);
  });
}

test('lines that cannot be read have their numbers, wherever they are', async () => {
  const damage = Object.fromEntries([100, 2500, 2501, 4999].map(n => [n, `tcp 6 ${n} src=\n`]));
  const warnings = await expectSame(lines(damage));
  assert.match(warnings[0], /:101: skipped/);
  assert.match(warnings[1], /:2501: skipped/);
  await expectSame(lines(Object.fromEntries(Array.from({ length: 500 }, (_, n) => [10 * n, 'damage\n']))));
});

test('labels, unknown words, prefixes, wrapped lines and a cut off end', async () => {
  await expectSame(lines({ 1000: line(1, ' labels=one,five'), 3000: line(2, ' labels=six'), 4000: line(3, ' mac=1') }));
  await expectSame(lines().replaceAll(/^/gm, 'Nov 24 09:27:23 gw ct: ').slice(0, -30));
  await expectSame(lines({ 2000: line(4).replace(' src', '\n  src') }));
  await expectSame(lines({ 2000: `${'x'.repeat(70_000)}\n`, 2001: `# ${'x'.repeat(30_000)}\n` }));
});

test('a log of save whose first event is in the middle', async () => {
  const save = (command: string, n: number): string =>
    `-${command} -t 30 -u SEEN_REPLY -s 10.0.0.1 -d 10.0.0.2 -r 10.0.0.2 -q 10.0.0.1 -p udp --sport ${n} --dport 53 --reply-port-src 53 --reply-port-dst ${n} \n`;
  const warnings = await expectSame(
    Array.from({ length: 5000 }, (_, n) => save(n === 3000 ? 'U' : 'A', 1 + n)).join(''),
  );
  assert.match(warnings[0], /the first 3000 entries have no event/);
});

test('a document with a type of its own, and objects over many lines', async () => {
  const { views } = await readText(lines());
  const xml = await written('xml', sink => {
    sink.begin({ table: 'conntrack' });
    for (const view of views) sink.entry(view);
    sink.end();
  });
  await expectSame(xml.replace('<conntrack>', '<!DOCTYPE conntrack [<!ENTITY x "y">]>\n<conntrack>'));
  const half = xml.indexOf('<flow', xml.length / 2);
  await expectSame(`${xml.slice(0, half)}<!-- \n${xml.slice(0, half)} -->${xml.slice(half)}`);
  const objects = (
    await written('jsonl', sink => {
      sink.begin({ table: 'conntrack' });
      for (const view of views) sink.entry(view);
      sink.end();
    })
  )
    .trimEnd()
    .split('\n')
    .map(text => JSON.parse(text));
  await expectSame(JSON.stringify(objects, null, 2));
  await expectSame(JSON.stringify(objects));
});

test('compression that is cut off or damaged: the rows before it', async () => {
  const whole = gzipSync(lines(), { level: 1 });
  const cut = await expectSame(whole.subarray(0, whole.length - 1000));
  assert.match(cut[0], /is cut off/);
  whole.fill(0, whole.length - 2000, whole.length - 1000);
  const errors: string[] = [];
  const incomplete = ({ message }: Error): void => void errors.push(message);
  const { views } = await readPath(file(whole), { ...divided, incomplete });
  assert.ok(views.length > 1000);
  assert.match(errors.join(), /is damaged/);
  const large = gzipSync(lines({}, 25_000), { level: 0 });
  const largeCut = await expectSame(large.subarray(0, large.length - 100_000));
  assert.match(largeCut[0], /is cut off/);
  large.fill(1, 3_000_000, 3_000_010);
  errors.length = 0;
  assert.ok((await readPath(file(large), { ...divided, incomplete })).views.length > 20_000);
  assert.match(errors.join(), /is damaged: gzip cannot decompress it \(incorrect data check\)/);
});

test('reading that ends early, or is aborted', async () => {
  const text = lines({}, 25_000);
  const { stdout } = spawnSync('xz', ['-c', '-1'], { input: text, maxBuffer: 1e8 });
  for (const path of [file(text), file(gzipSync(text, { level: 0 })), file(stdout)]) await endEarly(path);
});

async function endEarly(path: string): Promise<void> {
  const options = { warn() {}, labelBit: () => undefined, now: () => NOW, ...divided };
  let chunks = 0;
  for await (const { bytes } of openSnapshot(path, options)) {
    assert.ok(bytes.length > 0);
    if (++chunks === 5) break;
  }
  const stop = new AbortController();
  try {
    for await (const { bytes } of openSnapshot(path, { ...options, signal: stop.signal })) {
      assert.ok(bytes.length > 0);
      if (++chunks === 10) stop.abort(new Error('stopped'));
    }
    assert.unreachable();
  } catch (error) {
    assert.is((error as Error).message, 'stopped');
  }
}

test.run();
