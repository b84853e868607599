/** What cells of JSON files are in JSON: as in the file. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ctqHere } from '../kit/here.js';

const test = suite('types of JSON');

const folder = mkdtempSync(join(tmpdir(), 'ctq-json-types-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

const put = (name: string, content: string | Buffer): void => writeFileSync(join(folder, name), content);

async function written(query: string, input = ''): Promise<string[]> {
  const { stdout, stderr } = await ctqHere([`${query} output jsonl`], { cwd: folder, input });
  assert.is(stderr, '', query);
  return stdout.split('\n').slice(0, -1);
}

const LINES = [
  '{"ip":"10.0.0.1","b":18920,"up":true,"tags":["a","b"],"none":[],"id":"18920","zip":"007","n":null,"o":{"x":1.5,"y":[{"k":1}]},"big":12345678901234567890,"us":1796032832000000,"text":"12345678901234567890"}',
  '{"ip":"10.0.0.2","b":5,"up":false,"tags":["c"],"none":[1,12345678901234567890],"id":"true","zip":"8","n":3,"o":{"x":-2,"y":[]},"big":1,"us":2,"text":"[1]"}',
];
put('t.jsonl', `${LINES.join('\n')}\n`);
put('t.json', `[${LINES.join(',\n')}]`);
put('t.gz', gzipSync(LINES.join('\n')));
put('t.csv', 'ip,b,up,zip\n10.0.0.1,18920,true,007\n');

test('all columns are written as they are in the file, from any file', async () => {
  for (const file of ['t.jsonl', 't.json', 't.gz']) assert.equal(await written(`select * from '${file}'`), LINES, file);
  assert.equal(await written("select * from '-'", LINES.join('\n')), LINES);
  const { stdout } = await ctqHere(["select * from 't.json' output json"], { cwd: folder });
  assert.equal(stdout, `[\n${LINES.join(',\n')}\n]\n`);
});

test('a column keeps its type through groups, joins, selects, unions and other names', async () => {
  assert.equal(await written("select up, b, count(*) as c from 't.json' group by up, b order by b"), [
    '{"up":false,"b":5,"c":1}',
    '{"up":true,"b":18920,"c":1}',
  ]);
  assert.equal(await written("select max(b) as most, min(tags) as least from 't.json'"), [
    '{"most":18920,"least":["a","b"]}',
  ]);
  assert.equal(
    await written(
      "with x as (select b as c, tags, ip from 't.json') select x.c as c, x.tags as t, h.zip as z from x join 't.json' h on h.ip = x.ip where c = 5",
    ),
    ['{"c":5,"t":["c"],"z":"8"}'],
  );
  assert.equal(await written("select up from 't.json' union select b from 't.jsonl' where b = 5"), [
    '{"up":true}',
    '{"up":false}',
    '{"up":5}',
  ]);
});

test('a text of the file stays a text, and so do the cells of CSV', async () => {
  assert.equal(await written("select id, text from 't.json' where id = '18920'"), [
    '{"id":"18920","text":"12345678901234567890"}',
  ]);
  assert.equal(await written("select * from 't.csv'"), ['{"ip":"10.0.0.1","b":"18920","up":"true","zip":"007"}']);
  assert.equal(await written("select b::integer as b, b || '0' as text from 't.json' where b = 5"), [
    '{"b":5,"text":"50"}',
  ]);
});

test('texts before and after others in one column', async () => {
  const values = ['"1"', '2', '"2"', '"[3]"', '"x"', 'true', '["y"]', '"true"', '"y"', '4', 'false'];
  put('mixed.jsonl', values.map(v => `{"v":${v}}\n`).join(''));
  const kept = values.map(v => (v === '2' ? '"2"' : v === 'true' ? '"true"' : v === '["y"]' ? '"y"' : v));
  assert.equal(
    await written("select v from 'mixed.jsonl'"),
    kept.map(v => `{"v":${v}}`),
  );
});

test('an empty list is neither null nor a cell that cannot be read', async () => {
  assert.equal(await written("select b from 't.json' where none is null"), []);
  assert.equal(await written("select b from 't.json' where none::integer > 0"), []);
});

test.run();
