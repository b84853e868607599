/** Files of names to join: what they may hold, and what they may not do. */
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { CtqError } from '../../../src/engine/errors.js';
import { readDataFile } from '../../../src/engine/sources/data-file/data-file.js';

const test = suite('data files');
const folder = mkdtempSync(join(tmpdir(), 'ctq-data-'));
const path = join(folder, 'data');
test.after(() => rmSync(folder, { recursive: true, force: true }));

async function rowsOf(text: string): Promise<Readonly<Record<string, string | null>>[]> {
  writeFileSync(path, text);
  return [...(await readDataFile(path)).rows];
}

async function complaint(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    assert.instance(error, CtqError);
    return (error as CtqError).message;
  }
  throw new Error('it was expected to fail');
}

test('rows with more or fewer cells than the header are counted', async () => {
  const warnings: string[] = [];
  const warn = (message: string): void => void warnings.push(message);
  writeFileSync(path, 'a,b\n1,2,3\n4\n5,6\n');
  const { rows } = await readDataFile(path, { warn });
  assert.equal(rows.map(Object.values), [['1', '2'], ['4'], ['5', '6']]);
  assert.equal(warnings, [`${path}: 2 rows have more or fewer cells than the header (2 columns)`]);
  writeFileSync(path, 'a,b\n1,2\n');
  await readDataFile(path, { warn });
  assert.is(warnings.length, 1);
});

test('CSV with a header, a JSON array, JSON lines', async () => {
  const rows = [
    { ip: '10.0.0.1', name: 'a "b", c' },
    { ip: '::1', name: '' },
  ];
  assert.equal(await rowsOf('\ufeffip,name\n10.0.0.1,"a ""b"", c"\n\n::1,\n'), rows);
  assert.equal(await rowsOf(JSON.stringify(rows)), rows);
  assert.equal(await rowsOf(rows.map(row => JSON.stringify(row)).join('\n\n')), rows);
  assert.equal(await rowsOf('{"n":18,"t":true,"none":null,"deep":{"x":1,"y":{"z":2}},"list":["A","B"]}'), [
    { n: '18', t: 'true', none: null, 'deep.x': '1', 'deep.y.z': '2', list: 'A,B' },
  ]);
  assert.equal(await rowsOf('ip\tname\n10.0.0.1\t"a\\tb\\\\n"\n'), [{ ip: '10.0.0.1', name: '"a\tb\\n"' }]);
  assert.equal(await rowsOf('{"a":1}\n{"a":[{"b":1}]}'), [{ a: '1' }, { a: '[{"b":1}]' }]);
});

test('objects one after another, with any white space between and in them', async () => {
  const rows = [
    { ip: '10.0.0.1', owner: 'a}{"\\' },
    { ip: '10.0.0.2', owner: '[' },
    { ip: '10.0.0.3', owner: null },
  ];
  const pretty = rows.map(row => JSON.stringify(row, undefined, 2));
  const plain = rows.map(row => JSON.stringify(row));
  for (const text of [
    pretty.join('\n'),
    `\n  ${pretty.join('\r\n\r\n')}\n`,
    pretty.join(''),
    plain.join(''),
    plain.join(' '),
    `${plain[0]}\n${pretty[1]} ${plain[2]}\n`,
  ])
    assert.equal(await rowsOf(text), rows, text);
  assert.match(
    await complaint(rowsOf('{\n"a": 1\n}\n{\n"a": 2,\n}\n')),
    /line 4: Expected double-quoted property name/,
  );
  assert.match(await complaint(rowsOf('{\n"a": 1\n}\n{\n"a": 2,\n')), /line 4: the object has no end/);
  assert.match(await complaint(rowsOf('{"a":1}\n{"a":2\n{"a":3}\n')), /line 2: Expected ',' or '}'/);
});

test('the columns of JSON are those of its first 64 KiB; others are named once', async () => {
  const warnings: string[] = [];
  const warn = (message: string): void => void warnings.push(message);
  const rows = [{ a: '1' }, { c: 3, b: '2' }, ...Array(10_000).fill({ a: '1' }), { a: '1', x: 1 }, { x: 2, 'y z': 3 }];
  for (const text of [JSON.stringify(rows), rows.map(row => JSON.stringify(row)).join('\n')]) {
    writeFileSync(path, text);
    const file = await readDataFile(path, { warn });
    assert.equal(file.columns, ['a', 'c', 'b']);
    assert.equal(file.rows.slice(0, 2), [{ a: '1' }, { c: '3', b: '2' }]);
    assert.equal(file.rows.slice(-2), [{ a: '1' }, {}]);
    assert.equal(warnings.splice(0), [`${path}: columns 'x', 'y z' are not in the first 64 KiB and are left out`]);
  }
});

test('a JSON array of more rows than a call may have arguments', async () => {
  const rows = await rowsOf(`[${Array(300_000).fill('{"ip":1}').join(',')}]`);
  assert.is(rows.length, 300_000);
});

test('columns of any name, and nothing of them reaches the prototype', async () => {
  for (const text of ['__proto__,constructor\npolluted,x\n', '{"__proto__":{"polluted":1},"constructor":"x"}']) {
    await rowsOf(text);
    assert.is(({} as Record<string, unknown>).polluted, undefined);
    assert.is(Object.hasOwn(Object.prototype, 'polluted'), false);
  }
});

test('what cannot be read is reported', async () => {
  assert.match(await complaint(readDataFile(join(folder, 'none'))), /no such file/);
  assert.match(await complaint(readDataFile(folder)), /is a directory/);
  assert.match(await complaint(rowsOf('[1]')), /object 1: not a JSON object/);
  assert.match(await complaint(rowsOf('{"a":1}\n{"a":')), /line 2: /);
  assert.match(await complaint(rowsOf('a,b\n"x')), /cannot read/);
});

test('a file that is too large is refused before it is read', async () => {
  writeFileSync(path, 'a\n');
  truncateSync(path, 300 * 1024 * 1024);
  const before = process.memoryUsage().rss;
  assert.match(await complaint(readDataFile(path)), /larger than 256 MiB/);
  assert.ok(process.memoryUsage().rss - before < 100 << 20);
});

test('integers beyond 2^53 stay what they are', async () => {
  const numbers = ['9007199254740993', '-9007199254740993', '18446744073709551615', '0.5', '1e3'];
  const rows = numbers.map(n => `{"n":${n},"t":"a \\"9007199254740993\\" b"}`);
  const expected = ['9007199254740993', '-9007199254740993', '18446744073709551615', '0.5', '1000'];
  for (const text of [`[${rows.join(',')}]`, rows.join('\n')]) {
    const found = await rowsOf(text);
    assert.equal(
      found.map(row => row.n),
      expected,
    );
    assert.ok(found.every(row => row.t === 'a "9007199254740993" b'));
  }
});

test('a JSON array with brackets, commas and quotes inside of strings', async () => {
  const rows = [{ a: '[{"x\\' }, { a: '},{' }, { a: '\\"' }, { a: ']' }];
  assert.equal(await rowsOf(JSON.stringify(rows, undefined, 2)), rows);
  assert.equal(await rowsOf(' [ ] '), []);
  for (const text of ['[{"a":1}', '[{"a":1},]', '[{"a":1}] x', '[{"a":1}}', '[,{"a":1}]', '[{"a":"1}]'])
    assert.match(await complaint(rowsOf(text)), /cannot read/, text);
});

test('only the columns that are asked for are kept; all of them are known', async () => {
  for (const text of ['a,b,c\n1,2,3\n', '[{"a":1,"b":2,"c":3}]', '{"a":1,"b":2,"c":3}']) {
    writeFileSync(path, text);
    const file = await readDataFile(path, { columns: ['c', 'x'] });
    assert.equal(file.columns, ['a', 'b', 'c']);
    assert.equal(file.rows, [{ c: '3' }]);
  }
});

test('more rows than memory holds are refused, whatever the size of the file', async () => {
  for (const text of ['a\n'.concat('1\n'.repeat(200_000)), `[${'{},'.repeat(200_000)}{}]`, '{}\n'.repeat(200_000)]) {
    writeFileSync(path, text);
    assert.match(await complaint(readDataFile(path, { memory: 10 << 20 })), /its rows do not fit into memory/);
  }
});

test('reading ends with the signal', async () => {
  const big = '1\n'.repeat(2_000_000);
  for (const text of [`a\n${big}`, `[${'{"a":1},'.repeat(1_000_000)}{}]`, '{"a":1}\n'.repeat(1_000_000)]) {
    writeFileSync(path, text);
    const stop = new AbortController();
    const began = performance.now();
    setTimeout(() => stop.abort(new Error('enough')), 20);
    try {
      await readDataFile(path, { signal: stop.signal });
      assert.unreachable();
    } catch (error) {
      assert.is((error as Error).message, 'enough');
    }
    assert.ok(performance.now() - began < 1000);
  }
});

test.run();
