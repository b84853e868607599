/** Files of formats that hold the current state: replaced after each result, readable by all. */
import { mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { FormatName } from '../../../src/lang/checked/ast.js';
import { createSink, type OutputSink } from '../../../src/shell/output/create-sink.js';
import { StreamDestination } from '../../../src/shell/output/destination.js';
import { ResultsFile } from '../../../src/shell/output/results-file.js';
import { environment } from '../../engine/formats/support.js';

const test = suite('files of the current state');

const COLUMNS = [{ name: 'n', type: { name: 'integer' }, isMeasure: true }] as const;
const newFile = (): string => join(mkdtempSync(join(tmpdir(), 'ctq-state-')), 'ctq.prom');
const content = (file: string): string => readFileSync(file, 'utf8').replaceAll(/^#.*\n/gm, '');

const open = (file: string, format: FormatName = 'prometheus'): Promise<OutputSink> =>
  createSink(
    { format, modifiers: [], file },
    { destination: new StreamDestination(new Writable()), isTTY: false, color: false, environment },
  );

function round(sink: OutputSink, n: number): void {
  sink.begin({ table: 'conntrack', columns: COLUMNS, round: n });
  sink.row([n]);
}

test('each result replaces the one before; all may read it; nothing else is left', async () => {
  const file = newFile();
  const sink = await open(file);
  for (const n of [1, 2, 3]) {
    round(sink, n);
    assert.is(n === 1 ? undefined : content(file), n === 1 ? undefined : `n ${n - 1}\n`);
    sink.end();
    assert.is(content(file), `n ${n}\n`);
    assert.is(statSync(file).mode & 0o777, 0o644);
    assert.equal(readdirSync(join(file, '..')), ['ctq.prom']);
  }
  await sink.close();
  assert.is(content(file), 'n 3\n');
});

test('an interrupted result leaves the one before', async () => {
  const file = newFile();
  const sink = await open(file);
  round(sink, 1);
  sink.end();
  round(sink, 2);
  sink.abandon?.();
  await sink.close();
  assert.is(content(file), 'n 1\n');
  assert.equal(readdirSync(join(file, '..')), ['ctq.prom']);
});

test('where the first result is interrupted or fails, an existing file stays', async () => {
  for (const end of ['abandon', 'abort'] as const) {
    const file = newFile();
    writeFileSync(file, 'n 0\n');
    const sink = await open(file);
    round(sink, 1);
    sink[end]?.();
    if (end === 'abandon') await sink.close();
    assert.is(content(file), 'n 0\n', end);
    assert.equal(readdirSync(join(file, '..')), ['ctq.prom']);
  }
});

test('a later failure leaves the result before it', async () => {
  const file = newFile();
  const sink = await open(file);
  round(sink, 1);
  sink.end();
  round(sink, 2);
  sink.abort();
  assert.is(content(file), 'n 1\n');
});

test('the file of --to is readable by all too', async () => {
  const file = newFile();
  const results = new ResultsFile(file);
  const sink = await createSink(
    { format: 'prometheus', modifiers: [] },
    { destination: results.destination, isTTY: false, color: false, environment },
  );
  round(sink, 1);
  sink.end();
  await sink.close();
  await results.end(true);
  assert.is(content(file), 'n 1\n');
  assert.is(statSync(file).mode & 0o777, 0o644);
});

test('every result of other formats stays in the file', async () => {
  const file = newFile();
  const sink = await open(file, 'tsv');
  for (const n of [1, 2]) {
    round(sink, n);
    sink.end();
  }
  await sink.close();
  assert.is(content(file), 'n\n1\n2\n');
});

test.run();
