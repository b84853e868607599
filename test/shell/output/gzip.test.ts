/** Files that are compressed, and those that cannot be written as their names promise. */
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { gunzipSync } from 'node:zlib';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { FormatName } from '../../../src/lang/checked/ast.js';
import { createSink, type OutputSink } from '../../../src/shell/output/create-sink.js';
import { StreamDestination } from '../../../src/shell/output/destination.js';
import { openFile } from '../../../src/shell/output/file-destination.js';
import { environment } from '../../engine/formats/support.js';
import { ctqHere } from '../../kit/here.js';

const test = suite('compressed output');

const cwd = mkdtempSync(join(tmpdir(), 'ctq-gzip-'));
process.on('exit', () => rmSync(cwd, { recursive: true, force: true }));
const COUNT = 20_000;
writeFileSync(
  join(cwd, 'n.csv'),
  `n,text\n${Array.from({ length: COUNT }, (_, n) => `${n},row ${n * 7919}\n`).join('')}`,
);

const COLUMNS = [{ name: 'n', type: { name: 'integer' }, isMeasure: true }] as const;
const open = (file: string, format: FormatName): Promise<OutputSink> =>
  createSink(
    { format, modifiers: [], file },
    { destination: new StreamDestination(new Writable()), isTTY: false, color: false, environment },
  );
const unpacked = (name: string): string => gunzipSync(readFileSync(join(cwd, name))).toString();
const run = (...args: string[]) => ctqHere(args, { cwd });

async function failure(work: () => unknown): Promise<string> {
  try {
    await work();
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
  return 'none';
}

test('.gz is compressed, in the format of the name before it', async () => {
  for (const [name, begin] of [
    ['y.csv.gz', 'n,text\n0,row 0\n'],
    ['y.json.gz', '[\n{"n":"0"'],
    ['y.JSONL.GZ', '{"n":"0"'],
    ['y.txt.gz', 'n\ttext\n'],
    ['y.gz', 'n\ttext\n'],
  ]) {
    const { stderr, code } = await run(`select from 'n.csv' output to '${name}'`);
    assert.equal([stderr, code], ['', 0], name);
    assert.ok(unpacked(name).startsWith(begin), name);
    assert.is(unpacked(name).split('\n').length > COUNT, true, name);
  }
  await run(`select n from 'n.csv' limit 2 output jsonl to 'z.csv.gz'`);
  assert.is(unpacked('z.csv.gz'), '{"n":"0"}\n{"n":"1"}\n');
  await run('--to', 'to.csv.gz', "select n from 'n.csv' limit 1", "select text from 'n.csv' limit 1");
  assert.is(unpacked('to.csv.gz'), 'n\n0\ntext\nrow 0\n');
  await run(`select from 'n.csv' where n = none output to 'empty.txt.gz'`.replace('none', "'none'"));
  assert.is(unpacked('empty.txt.gz'), 'n\ttext\n');
});

test('a writer that is faster than the compression waits for it', async () => {
  const warnings: Error[] = [];
  const onWarning = (warning: Error): void => void warnings.push(warning);
  process.on('warning', onWarning);
  const path = join(cwd, 'fast.gz');
  const file = openFile(path);
  const chunk = Buffer.alloc(64 * 1024, 'text ');
  let waits = 0;
  for (let n = 0; n < 100; n++) {
    file.write(chunk, () => {});
    const ready = file.ready();
    if (ready !== undefined) waits++;
    await ready;
    assert.ok((file.waiting ?? 0) < 2 * chunk.length);
  }
  await file.close();
  await new Promise(resolve => setImmediate(resolve));
  process.off('warning', onWarning);
  assert.ok(waits > 20, `${waits}`);
  assert.equal(warnings, []);
  assert.is(unpacked('fast.gz').length, 100 * chunk.length);
});

test('a file that is not complete does not appear, and what was there stays', async () => {
  for (const rows of [1, 100_000]) {
    const folder = mkdtempSync(join(cwd, 'whole-'));
    const file = join(folder, 'out.tsv.gz');
    writeFileSync(file, 'before');
    const sink = await open(file, 'tsv');
    sink.begin({ table: 'conntrack', columns: COLUMNS });
    for (let n = 0; n < rows; n++) {
      sink.row([n]);
      const ready = sink.ready();
      if (ready !== undefined) await ready;
    }
    sink.end();
    sink.abort();
    await new Promise(resolve => setTimeout(resolve, 20));
    assert.equal([readdirSync(folder), readFileSync(file, 'utf8')], [['out.tsv.gz'], 'before']);
  }
});

test('a device that is full is reported', async () => {
  const link = join(cwd, 'full.gz');
  symlinkSync('/dev/full', link);
  const file = openFile(link);
  file.write(Buffer.from('x'), () => {});
  assert.is(await failure(() => file.close()), 'output-ENOSPC');
  file.abort();
});

test('files of a state are replaced after each result', async () => {
  const folder = mkdtempSync(join(cwd, 'state-'));
  const file = join(folder, 'ctq.prom.gz');
  const sink = await open(file, 'prometheus');
  for (const n of [1, 2, 3]) {
    sink.begin({ table: 'conntrack', columns: COLUMNS, round: n });
    sink.row([n]);
    sink.end();
    await sink.ready();
    assert.match(gunzipSync(readFileSync(file)).toString(), new RegExp(`^n ${n}$`, 'm'));
    assert.is(statSync(file).mode & 0o777, 0o644);
    assert.equal(readdirSync(folder), ['ctq.prom.gz']);
  }
  sink.begin({ table: 'conntrack', columns: COLUMNS, round: 4 });
  sink.row([4]);
  sink.abandon?.();
  await sink.close();
  assert.match(gunzipSync(readFileSync(file)).toString(), /^n 3$/m);
  assert.equal(readdirSync(folder), ['ctq.prom.gz']);
});

test('what is not written is refused before anything runs, with what to type', async () => {
  for (const [name, message, hint] of [
    ['y.csv.zst', "zstd is not written, only gzip: 'y.csv.zst'", "write 'y.csv.gz'"],
    ['y.json.bz2', "bzip2 is not written, only gzip: 'y.json.bz2'", "write 'y.json.gz'"],
    ['y.XZ', "xz is not written, only gzip: 'y.XZ'", "write 'y.gz'"],
    ['y.parquet', ".parquet is not written: 'y.parquet'", "write 'y.csv'"],
    ['y.xlsx', ".xlsx is not written: 'y.xlsx'", "write 'y.csv'"],
    ['a/y.xls.gz', ".xls is not written: 'a/y.xls.gz'", "write 'a/y.csv.gz'"],
  ]) {
    const both = new RegExp(`^error: ${message}\n(?:.*\n)*.*hint: ${hint}\n$`);
    for (const args of [[`select from 'n.csv' output to '${name}'`], ['--to', name, "select from 'n.csv'"]]) {
      const { stdout, stderr, code } = await run(...args);
      assert.equal([stdout, code], ['', 2], stderr);
      assert.match(stderr, both);
    }
    assert.not.ok(existsSync(join(cwd, name)));
  }
  // A format that is named is meant, but not what is no compression.
  assert.is((await run("select n from 'n.csv' limit 1 output csv to 'y.xls'")).code, 0);
  assert.is((await run("select n from 'n.csv' limit 1 output csv to 'y.csv.zst'")).code, 2);
  assert.match((await run("select n from 'n.csv' limit 1 output to 'y.cvs.gz'")).stderr, /did you mean 'y\.csv\.gz'\?/);
});

test.run();
