/** How tables of columns are written: separators, comments, ends of lines, encodings. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readDataFile } from '../../../src/engine/sources/data-file/data-file.js';
import type { DataRow } from '../../../src/engine/sources/data-file/gathering.js';
import { shapeOfFile } from '../../../src/engine/sources/data-file/peek.js';

const test = suite('tables of columns');

const folder = mkdtempSync(join(tmpdir(), 'ctq-tables-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const path = join(folder, 'table');

interface Found {
  readonly rows: readonly DataRow[];
  readonly said: readonly string[];
}

/** Reads a table; what a statement is checked against is the same. */
async function read(content: string | Buffer): Promise<Found> {
  writeFileSync(path, content);
  const shape = shapeOfFile(path);
  const said: string[] = [];
  const say = (message: string): void => void said.push(message.replace(`${path}: `, ''));
  const { rows, columns } = await readDataFile(path, { warn: say, note: say });
  assert.equal(shape.kind === 'columns' ? shape.columns : shape.kind, columns);
  return { rows: rows.map(row => ({ ...row })), said };
}

const ROWS = [
  { ip: '10.0.0.1', load: '1,5' },
  { ip: '10.0.0.2', load: '2;5' },
];

test('separators: the header decides', async () => {
  for (const [text, rows] of [
    ['ip;load\n10.0.0.1;1,5\n10.0.0.2;"2;5"\n', ROWS],
    ['ip|load\r\n10.0.0.1|1,5\r\n10.0.0.2|2;5\r\n', ROWS],
    ['ip\tload\n10.0.0.1\t1,5\n10.0.0.2\t2;5\n', ROWS],
    ['ip,load\n10.0.0.1,"1,5"\n10.0.0.2,2;5\n', ROWS],
    ['sep=;\nip;load\n10.0.0.1;1,5\n10.0.0.2;"2;5"\n', ROWS],
    ['\ufeff"sep=|"\r\nip|load\r\n10.0.0.1|1,5\r\n10.0.0.2|2;5\r\n', ROWS],
    ['"IP Address";"Max; load"\n10.0.0.1;1\n', [{ IP_Address: '10.0.0.1', Max_load: '1' }]],
    ['tags\na;b|c\n', [{ tags: 'a;b|c' }]],
    ['name,in;out\nx,1;2\n', [{ name: 'x', in_out: '1;2' }]],
    ['a|b,c|d\n1|2,3|4\n', [{ a: '1', b_c: '2,3', d: '4' }]],
  ] as const)
    assert.equal((await read(text)).rows, rows, text);
});

test('tables that are drawn for people are none', async () => {
  for (const text of [
    ' ip | owner \n----+-------\n 10.0.0.1 | bob\n',
    '| ip | owner |\n|----|-------|\n| 10.0.0.1 | bob |\n',
    'drop table x;\n',
  ]) {
    writeFileSync(path, text);
    assert.equal(shapeOfFile(path), { kind: 'other' }, text);
  }
});

test('lines of comments', async () => {
  const rows = [
    { ip: '10.0.0.1', owner: 'bob' },
    { ip: '10.0.0.2', owner: 'eve' },
  ];
  const table = 'ip,owner\n10.0.0.1,bob\n10.0.0.2,eve\n';
  for (const text of [
    `# from the inventory, on Monday\n#\n\n${table}`,
    `#!/bin/cat\n${table.replace('\n10.0.0.2', '\n# moved\n10.0.0.2')}# end\n`,
    `# a = b\n#${table}`,
    table.replaceAll(',', ';').replace('ip', '# by hand\nip'),
  ])
    assert.equal((await read(text)).rows, rows, text);
  assert.equal((await read('#ip,owner\nweb1,bob\n')).rows, [{ ip: 'web1', owner: 'bob' }]);
  assert.equal((await read('# ip, owner\n10.0.0.1,bob\n')).rows, [{ ip: '10.0.0.1', owner: 'bob' }]);
  // A row, where the file did not begin with a comment.
  const { rows: all, said } = await read(`${table}# end\n`);
  assert.equal([all.length, said], [3, ['1 row has more or fewer cells than the header (2 columns)']]);
  // Rows with cells that begin so, and those without the separator.
  assert.equal((await read('# list\nchannel,n\n#dev,1\n#ops,2\n')).rows.length, 2);
  assert.equal((await read('# list\nip\n10.0.0.1\n# end\n')).rows, [{ ip: '10.0.0.1' }]);
});

test('the line of a mistake counts what is before the header', async () => {
  writeFileSync(path, '# list\n\nip;owner\n1;bob\n2;"eve\n');
  try {
    await readDataFile(path);
    assert.unreachable();
  } catch (error) {
    assert.match((error as Error).message, /line 5: a quote is not closed/);
  }
});

test('lines that end in a carriage return', async () => {
  const rows = [
    { ip: '10.0.0.1', owner: 'bob' },
    { ip: '10.0.0.2', owner: 'eve' },
  ];
  for (const begin of ['', '# list\r', 'sep=,\r'])
    assert.equal((await read(`${begin}ip,owner\r10.0.0.1,bob\r10.0.0.2,eve\r`)).rows, rows);
});

const CITIES = 'name,Größe\nZürich,1\nZärich,2\n“Z”,3\n';
const READ = [
  { name: 'Zürich', Gro_e: '1' },
  { name: 'Zärich', Gro_e: '2' },
  { name: '“Z”', Gro_e: '3' },
];
const CALLED = "columns are called by words: 'Größe' is Gro_e";
const WINDOWS = 'not UTF-8, read as Windows-1252';

/** A text in Windows-1252, as far as the test needs it. */
const windows = (text: string): Buffer => Buffer.from(text.replaceAll('“', '\x93').replaceAll('”', '\x94'), 'latin1');

test('Windows-1252, UTF-16, UTF-8', async () => {
  for (const [bytes, said] of [
    [Buffer.from(CITIES), [CALLED]],
    [Buffer.from(`\ufeff${CITIES}`), [CALLED]],
    [windows(CITIES), [WINDOWS, CALLED]],
    [gzipSync(windows(CITIES)), [WINDOWS, CALLED]],
    [Buffer.from(`\ufeff${CITIES}`, 'utf16le'), [CALLED]],
    [Buffer.from(`\ufeff${CITIES}`, 'utf16le').swap16(), [CALLED]],
  ] as const)
    assert.equal(await read(bytes as Buffer), { rows: READ, said });
  for (const json of ['[{"name":"Zürich","Größe":1}]', '{"name":"Zürich","Größe":1}\n'])
    assert.equal(await read(windows(json)), { rows: [READ[0]], said: [WINDOWS, CALLED] });
});

test('what follows the beginning does not change what its names are', async () => {
  const many = 'x,1\n'.repeat(20_000);
  const utf8 = await read(Buffer.concat([Buffer.from(`Größe,n\nZürich,1\n${many}`), windows('Zörich,2\nZ”\n')]));
  assert.equal(
    [utf8.rows[0], utf8.rows.at(-2)],
    [
      { Gro_e: 'Zürich', n: '1' },
      { Gro_e: 'Zörich', n: '2' },
    ],
  );
  const ascii = await read(Buffer.concat([Buffer.from(`name,n\n${many}`), windows('Zörich,2\n')]));
  assert.equal(ascii.rows.at(-1), { name: 'Zörich', n: '2' });
  const short = await read(windows('name,n\nx,Zü'));
  assert.equal(short.rows, [{ name: 'x', n: 'Zü' }]);
});

test.run();
