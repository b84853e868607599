/** Streams that congest or close, and files that appear whole or not at all. */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  lchownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Text } from '../../../src/engine/formats/writing/text.js';
import { createSink } from '../../../src/shell/output/create-sink.js';
import { keptHint, StreamDestination } from '../../../src/shell/output/destination.js';
import { openFile } from '../../../src/shell/output/file-destination.js';
import { environment, sinkTo } from '../../engine/formats/support.js';

const test = suite('destinations');
const folder = (): string => mkdtempSync(join(tmpdir(), 'ctq-destination-'));
const COLUMNS = [{ name: 'n', type: { name: 'integer' as const } }];

const toFile = (file: string) =>
  createSink(
    { format: 'tsv', modifiers: [], file },
    { destination: new StreamDestination(new Writable()), isTTY: false, color: false, environment },
  );

async function codeOf(what: () => unknown): Promise<string | undefined> {
  try {
    await what();
  } catch (error) {
    return (error as { code?: string }).code;
  }
  return undefined;
}

test('a file appears under its name when all is written, and not before', async () => {
  const directory = folder();
  const path = join(directory, 'out.tsv');
  writeFileSync(path, 'before\n');
  const sink = await toFile(path);
  sink.begin({ table: 'conntrack', columns: COLUMNS });
  sink.row([1]);
  sink.end();
  assert.is(readFileSync(path, 'utf8'), 'before\n');
  assert.is(readdirSync(directory).length, 2);
  await sink.close();
  assert.is(readFileSync(path, 'utf8'), 'n\n1\n');
  assert.equal(readdirSync(directory), ['out.tsv']);
});

async function written(path: string): Promise<{ mode: number; uid: number; gid: number }> {
  const file = openFile(path);
  file.write(Buffer.from('after\n'), () => {});
  await file.close();
  const { mode, uid, gid } = statSync(path);
  return { mode: mode & 0o7777, uid, gid };
}

test('a new file is private; one that is replaced keeps its permissions, its owner and its group', async () => {
  const directory = folder();
  for (const name of ['out.tsv', 'out.tsv.gz']) {
    const path = join(directory, name);
    assert.is((await written(path)).mode, 0o600);
    for (const mode of [0o644, 0o640, 0o400, 0o666]) {
      chmodSync(path, mode);
      assert.is((await written(path)).mode, mode);
    }
    chmodSync(path, 0o6755);
    assert.is((await written(path)).mode, 0o755);
    if (process.getuid?.() !== 0) continue;
    chownSync(path, 1000, 1001);
    assert.equal(await written(path), { mode: 0o755, uid: 1000, gid: 1001 });
  }
});

test('where the group cannot be kept, others may do no more than before', async () => {
  if (process.getuid?.() !== 0) return;
  const directory = folder();
  const path = join(directory, 'out.tsv');
  chownSync(directory, 65534, 65534);
  for (const [before, after] of [
    [0o664, 0o644],
    [0o640, 0o600],
    [0o604, 0o600],
  ]) {
    rmSync(path, { force: true });
    writeFileSync(path, '');
    chmodSync(path, before);
    process.setegid?.(65534);
    process.seteuid?.(65534);
    try {
      assert.equal(await written(path), { mode: after, uid: 65534, gid: 65534 });
    } finally {
      process.seteuid?.(0);
      process.setegid?.(0);
    }
  }
});

test('a file that another user put into a folder that is open to all does not stay theirs', async () => {
  if (process.getuid?.() !== 0) return;
  const directory = folder();
  chmodSync(directory, 0o1777);
  const path = join(directory, 'out.tsv');
  writeFileSync(path, '');
  chmodSync(path, 0o666);
  chownSync(path, 1000, 1000);
  assert.equal(await written(path), { mode: 0o600, uid: 0, gid: 0 });
});

test('after a failure nothing is left, and what was there is still there', async () => {
  const directory = folder();
  const path = join(directory, 'out.tsv');
  writeFileSync(path, 'before\n');
  const sink = await toFile(path);
  sink.begin({ table: 'conntrack', columns: COLUMNS });
  sink.row([1]);
  sink.abort();
  assert.equal(readdirSync(directory), ['out.tsv']);
  assert.is(readFileSync(path, 'utf8'), 'before\n');
});

test('a link leads to its file, a device is written to as it is', async () => {
  const directory = folder();
  mkdirSync(join(directory, 'real'));
  writeFileSync(join(directory, 'real', 'file'), '');
  symlinkSync('real/file', join(directory, 'link'));
  const file = openFile(join(directory, 'link'));
  file.write(Buffer.from('x'), () => {});
  await file.close();
  assert.is(readFileSync(join(directory, 'real', 'file'), 'utf8'), 'x');
  assert.ok(statSync(join(directory, 'link')).isFile());
  const before = statSync('/dev/null');
  const device = openFile('/dev/null');
  device.write(Buffer.from('x'), () => {});
  await device.close();
  assert.is(statSync('/dev/null').ino, before.ino);
  assert.ok(statSync('/dev/null').isCharacterDevice());
});

test('a full file system: whether there was a file is said', () => {
  const full = Object.assign(new Error('full'), { code: 'ENOSPC' });
  assert.is(keptHint(full, true), 'the file system is full; the existing file is unchanged');
  assert.is(keptHint(full, false), 'the file system is full; no file is left');
  assert.is(keptHint(Object.assign(new Error('denied'), { code: 'EACCES' }), true), undefined);
});

test('what is wrong with a file is reported', async () => {
  assert.is(await codeOf(() => toFile(join(folder(), 'none', 'file'))), 'output-ENOENT');
  assert.is(await codeOf(() => toFile(folder())), 'output-EISDIR');
  assert.is(await codeOf(() => openFile('/dev/full').write(Buffer.from('x'), () => {})), 'output-ENOSPC');
  assert.not.ok(existsSync('/dev/full\n'));
});

/** A reader that takes one chunk on request. */
class Slow extends Writable {
  taken = 0;
  #release: (() => void) | undefined;
  constructor() {
    super({ highWaterMark: 1024 });
  }
  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.taken += chunk.length;
    this.#release = done;
  }
  release(): void {
    this.#release?.();
  }
}

test('a slow reader is waited for', async () => {
  const stream = new Slow();
  const destination = new StreamDestination(stream);
  destination.write(Buffer.alloc(100), () => {});
  assert.is(destination.ready(), undefined);
  let freed = false;
  destination.write(Buffer.alloc(2000), () => {
    freed = true;
  });
  const ready = destination.ready();
  assert.instance(ready, Promise);
  stream.release();
  assert.not.ok(freed, 'the chunk is still the reader’s');
  stream.release();
  await ready;
  assert.ok(freed);
  assert.is(destination.ready(), undefined);
});

test('a reader that goes away ends the output, without a word', async () => {
  const gone = new Writable({
    write(_chunk, _encoding, done) {
      done(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
    },
  });
  const sink = await sinkTo(gone, 'tsv');
  sink.begin({ table: 'conntrack', columns: COLUMNS });
  sink.row([1]);
  sink.end();
  await new Promise(setImmediate);
  assert.is(await codeOf(() => sink.ready()), 'output-closed');
  sink.begin({ table: 'conntrack', columns: COLUMNS });
  sink.row([2]);
  sink.end();
  assert.is(await codeOf(() => sink.close()), 'output-closed');
});

test('text of any length goes out whole and in order, with few and large chunks', () => {
  const chunks: Buffer[] = [];
  const text = new Text((chunk, done) => {
    chunks.push(Buffer.from(chunk));
    done();
  });
  let expected = '';
  for (let i = 0; i < 20_000; i++) {
    text.line();
    const n = (i * 7_919) % 4_294_967_296;
    text.uint(n);
    text.byte(0x20);
    text.hex(n);
    text.ascii(' a');
    text.utf8(i % 1000 === 0 ? 'ä'.repeat(100_000) : 'ü');
    text.byte(0x0a);
    expected += `${n} ${n.toString(16)} a${i % 1000 === 0 ? 'ä'.repeat(100_000) : 'ü'}\n`;
  }
  text.flush();
  assert.ok(Buffer.concat(chunks).toString('utf8') === expected);
  assert.ok(chunks.length < 100, String(chunks.length));
});

test('a link that another user made is not followed', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ctq-link-'));
  try {
    const victim = join(folder, 'victim');
    const link = join(folder, 'link');
    writeFileSync(victim, 'as it was');
    symlinkSync(victim, link);
    try {
      lchownSync(link, 12_345, 12_345);
    } catch {
      // Only root can make a link somebody else's.
      return;
    }
    assert.throws(() => openFile(link), /cannot write to '.*link' \(ELOOP\)/);
    assert.is(readFileSync(victim, 'utf8'), 'as it was');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('a file appears in the folder that was there at first, whatever its name leads to by then', async () => {
  const directory = folder();
  for (const name of ['mine', 'elsewhere']) mkdirSync(join(directory, name));
  writeFileSync(join(directory, 'elsewhere', 'file'), 'as it was');
  const file = openFile(join(directory, 'mine', 'file'));
  file.write(Buffer.from('new'), () => {});
  renameSync(join(directory, 'mine'), join(directory, 'moved'));
  symlinkSync('elsewhere', join(directory, 'mine'));
  await file.close();
  assert.is(readFileSync(join(directory, 'elsewhere', 'file'), 'utf8'), 'as it was');
  assert.is(readFileSync(join(directory, 'moved', 'file'), 'utf8'), 'new');
});

test('in a folder for all users no link and no pipe of another user is trusted', () => {
  if (process.geteuid?.() !== 0) return;
  const directory = folder();
  const shared = join(directory, 'shared');
  mkdirSync(shared);
  chmodSync(shared, 0o1777);
  mkdirSync(join(directory, 'victim'));
  writeFileSync(join(directory, 'victim', 'file'), 'as it was');
  symlinkSync('../victim', join(shared, 'way'));
  lchownSync(join(shared, 'way'), 12_345, 12_345);
  assert.throws(() => openFile(join(shared, 'way', 'file')), /ELOOP/);
  execFileSync('mkfifo', [join(shared, 'pipe')]);
  lchownSync(join(shared, 'pipe'), 12_345, 12_345);
  assert.throws(() => openFile(join(shared, 'pipe')), /EACCES/);
  symlinkSync('../victim/file', join(shared, 'own'));
  openFile(join(shared, 'own')).abort();
  assert.is(readFileSync(join(directory, 'victim', 'file'), 'utf8'), 'as it was');
  assert.equal(readdirSync(join(directory, 'victim')), ['file']);
});

test.run();
