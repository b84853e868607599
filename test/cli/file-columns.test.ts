/** Files of columns: how their cells are ordered, what their columns are called, and what is said of a file that cannot be read. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ctqHere } from '../kit/here.js';

const test = suite('files of columns');

const folder = mkdtempSync(join(tmpdir(), 'ctq-file-columns-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

/** A file in the folder in which statements run. */
function put(name: string, content: string | Uint8Array): void {
  writeFileSync(join(folder, name), content);
}

/** The rows of a query, as CSV without a header; nothing may be said on standard error. */
async function rows(query: string): Promise<string[]> {
  const { stdout, stderr, code } = await ctqHere([`${query} output csv, noheader`], { cwd: folder });
  assert.equal([code, stderr], [0, ''], query);
  return stdout.trimEnd().split('\n');
}

test('cells that are numbers are ordered by value, before texts; nulls are last', async () => {
  put('num.csv', 'n,v,w\na,9,10\nb,10,9\nc,100,100.0\nd,1e1,x\ne,none,5\nf,,5\ng,-2.5,5\nh,18446744073709551615,5\n');
  assert.equal(await rows("select n from 'num.csv' order by v"), ['g', 'a', 'b', 'd', 'c', 'h', 'e', 'f']);
  assert.equal(await rows("select n from 'num.csv' order by v desc"), ['e', 'h', 'c', 'b', 'd', 'a', 'g', 'f']);
  assert.equal(await rows("select n from 'num.csv' order by v limit 3"), ['g', 'a', 'b']);
  assert.equal(await rows("select n, v from 'num.csv' where v like '1%' order by v desc, n desc limit 2"), [
    'h,18446744073709551615',
    'c,100',
  ]);
  assert.equal(await rows("select min(v), max(v) from 'num.csv'"), ['-2.5,none']);
  assert.equal(await rows("select max(v) from 'num.csv' where n in ('a', 'b', 'c')"), ['100']);
  assert.equal(await rows("select w, max(v) m from 'num.csv' group by w order by m, w"), [
    '10,9',
    '9,10',
    'x,1e1',
    '100.0,100',
    '5,none',
  ]);
  // Equal numbers that are written differently are different texts.
  assert.equal(await rows("select count(distinct v) from 'num.csv' where n in ('b', 'd')"), ['2']);
  assert.equal(await rows("select n from 'num.csv' where v < w order by n"), ['a', 'd', 'g']);
  assert.equal(await rows("select n from 'num.csv' where v <= w and n = 'c'"), ['c']);
  assert.equal(await rows("select n, greatest(v, w), least(v, w) from 'num.csv' where n in ('a', 'b')"), [
    'a,10,9',
    'b,10,9',
  ]);
});

test('the same in JSON, in a join, in a select around one, and as texts if they are cast', async () => {
  put('num.csv', 'n,v\na,9\nb,10\nc,100\n');
  put('num.json', '[{"n":"a","v":9},{"n":"b","v":10},{"n":"c","v":100}]');
  const most = 'order by v desc limit 1';
  for (const from of ["'num.json'", "(select n, v from 'num.csv') as x"])
    assert.equal(await rows(`select n, v from ${from} ${most}`), ['c,100'], from);
  assert.equal(await rows(`select n from 'num.csv' union select n from 'num.json' order by n desc limit 1`), ['c']);
  assert.equal(await rows(`select v from 'num.csv' union select v from 'num.json' ${most}`), ['100']);
  assert.equal(
    await rows("select a.n, max(b.v) from 'num.csv' a join 'num.json' b on a.n = b.n group by a.n order by 2 desc"),
    ['c,100', 'b,10', 'a,9'],
  );
  assert.equal(await rows("select n from 'num.csv' where v = (select max(v) from 'num.json')"), ['c']);
  assert.equal(await rows("select n from 'num.csv' order by v::text"), ['b', 'c', 'a']);
  assert.equal(await rows("select max(coalesce(v, 'x')), max(case when n = 'z' then 'x' else v end) from 'num.csv'"), [
    '100,100',
  ]);
});

test.run();
