/** What columns of files are beside texts in quotes, in grouped queries, and in selects around the one that reads the file. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ctqHere } from '../kit/here.js';

const test = suite('types of cells');

const folder = mkdtempSync(join(tmpdir(), 'ctq-cell-types-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

const put = (name: string, content: string): void => writeFileSync(join(folder, name), content);

/** The rows of a query, as CSV without a header, and its last line of errors. */
async function run(query: string): Promise<{ rows: string[]; stderr: string }> {
  const { stdout, stderr } = await ctqHere([`${query} output csv, noheader`], { cwd: folder });
  return { rows: stdout.split('\n').slice(0, -1), stderr };
}

async function rows(query: string): Promise<string[]> {
  const { rows, stderr } = await run(query);
  assert.is(stderr, '', query);
  return rows;
}

const message = async (query: string): Promise<string> => (await run(query)).stderr.split('\n')[0];
const hint = async (query: string): Promise<string | undefined> => /hint: (.*)/.exec((await run(query)).stderr)?.[1];

put('times.csv', 'n,t\n1,2026-11-24T11:30:00Z\n2,2126-11-24T09:50:00Z\n');
put('dates.csv', 'n,t\n1,2026-11-24\n2,n/a\n3,2026-11-26\n');
put('hosts.csv', 'n,ip\n1,10.0.0.1\n2,10.0.1.7\n3,192.0.2.1\n');
put('a.csv', 'n,up,ip,owner\n117,true,10.0.0.1,bob\n5,false,10.0.0.2,ann\n117,true,10.0.0.1,bob\n');

test('beside a column of times, a text in quotes is a time', async () => {
  const where = (condition: string): Promise<string[]> => rows(`select n from 'times.csv' where ${condition}`);
  assert.equal(await where("t > 'tomorrow'"), ['2']);
  assert.equal(await where("'yesterday' < t"), ['2']);
  assert.equal(await where("t between '2026-11-24' and 'tomorrow'"), ['1']);
  assert.equal(await where("t between 'today' and '2127-01-01'"), ['2']);
  assert.equal(await where("t in ('2026-11-24 11:30', 'today')"), ['1']);
  assert.equal(await where("t = '2026-11-24T12:30:00+01:00'"), ['1']);
  for (const op of ['>', '=', '<='])
    assert.match(await message(`select n from 'times.csv' where t ${op} '2026-11-31'`), /invalid time '2026-11-31'/);
  assert.match(await message("select n from 'times.csv' where t > '30.11.2026'"), /invalid time/);
  assert.match(
    await message("select n from 'times.csv' where t > '2026-11-24 10:00 CET'"),
    /not the name of a time zone/,
  );
});

test('a text that is no address, beside a column of them, has the cast in its hint', async () => {
  put('web.csv', 'host,n\n10.0.0.1,1\n10.0.0.2,2\n');
  const meant = (text: string, column = 'host'): string =>
    `its cells are addresses, and host names are not looked up; as texts: ${column}::text = '${text}'`;
  for (const where of ["host = 'web1'", "'web1' != host", "host in ('10.0.0.1', 'web1')"])
    assert.is(await hint(`select n from 'web.csv' where ${where}`), meant('web1'), where);
  assert.is(await hint("select n from (select host as h, n from 'web.csv') where h = 'x y'"), meant('x y', 'h'));
  assert.is(await hint("select w.n from 'a.csv' a join 'web.csv' w on w.host = 'web1'"), meant('web1', 'w.host'));
  assert.equal(await rows("select n from 'web.csv' where host::text = 'web1'"), []);
});

test('beside other texts, times in quotes are times if one of them is a date', async () => {
  assert.equal((await run("select n from 'dates.csv' where t between '2026-11-25' and 'tomorrow'")).rows, ['3']);
  assert.equal(await rows("select n from 'dates.csv' where t = 'n/a'"), ['2']);
});

test('where a file cannot be looked into first, a text in quotes that is a time makes a column of times', async () => {
  const { stdout } = await ctqHere(["select n from '-' where t > 'tomorrow' output csv, noheader"], {
    cwd: folder,
    input: 'n,t\n1,2026-11-24T11:30:00Z\n2,2126-11-24T09:50:00Z\n',
  });
  assert.is(stdout, '2\n');
});

test('beside a column of addresses, a text in quotes is an address or a network', async () => {
  const where = (condition: string): Promise<string[]> => rows(`select n from 'hosts.csv' where ${condition}`);
  assert.equal(await where("ip = '10.0.1.0/24'"), ['2']);
  assert.equal(await where("ip != '10.0.0.0/8'"), ['3']);
  assert.equal(await where("ip in ('10.0.0.1', '192.0.2.0/24')"), ['1', '3']);
  assert.match(await message("select n from 'hosts.csv' where ip = '10.0.0.300'"), /invalid address/);
});

test('no text is among numbers', async () => {
  assert.equal(await rows("select n from 'a.csv' where n > '7' group by n"), ['117']);
  assert.match(await message("select n from 'a.csv' where n > 'many'"), /the cells of n are numbers, got 'many'/);
  assert.match(await message("select n from 'a.csv' where n in ('1'..'many')"), /the cells of n are numbers/);
  assert.is(await hint("select n from 'a.csv' where n > 'yesterday'"), 'seconds since the epoch are cast: n::time');
  assert.equal(await rows("select n from 'a.csv' where n = 'many'"), []);
});

test('a column that is grouped by is compared as elsewhere', async () => {
  const query = "select n, count(*) from 'a.csv' group by n";
  assert.equal(await rows(`${query} having n > 7`), ['117,2']);
  assert.equal(await rows(`${query} having n::decimal > 7`), ['117,2']);
  assert.equal(await rows(`${query} order by n = 5 desc`), ['5,1', '117,2']);
  assert.equal(await rows("select up, count(*) from 'a.csv' group by up having up"), ['true,2']);
  assert.equal(await rows("select ip, count(*) from 'a.csv' group by ip having ip = 10.0.0.1"), ['10.0.0.1,2']);
  assert.equal(await rows("select n as x, count(*) from 'a.csv' group by x having x > 7"), ['117,2']);
  assert.equal(
    await rows("select case when n > 50 then 'large' else 'small' end, count(*) from 'a.csv' group by n order by 1"),
    ['large,2', 'small,1'],
  );
  const unread = await run("select owner, count(*) from 'a.csv' group by owner having owner > 7");
  assert.match(unread.stderr, /2 values of owner cannot be read as a number: 'bob'/);
});

test('null in a list gives a column no type', async () => {
  assert.equal(await rows("select owner from 'a.csv' where owner in ('bob', null)"), ['bob', 'bob']);
  assert.equal(await rows("select owner from 'a.csv' where owner in (null, 'bob')"), ['bob', 'bob']);
  assert.equal(await rows("select n from 'a.csv' where ip in (null, 10.0.0.2)"), ['5']);
  assert.equal(await rows("select n from 'a.csv' where owner not in ('bob', null)"), []);
});

test('of two cells, exactly one of <, = and > is true', async () => {
  const cells = [
    '1',
    '1.0',
    '0x1',
    '1k',
    '1000',
    '10.0.0.1',
    '::1',
    '0:0::1',
    '2026-11-24',
    '2026-11-24T00:00:00Z',
    'x',
  ];
  put('l.csv', `a\n${cells.join('\n')}\n`);
  put('r.csv', `b\n${cells.join('\n')}\n`);
  const pairs = "select count(*) from 'l.csv' l join 'r.csv' r on";
  for (const test of ['(l.a < r.b) = (l.a >= r.b)', '(l.a = r.b) = (l.a != r.b)'])
    assert.equal(await rows(`${pairs} 1 = 1 where ${test}`), ['0'], test);
  assert.equal(await rows(`${pairs} 1 = 1 where l.a <= r.b and l.a >= r.b and l.a != r.b`), ['0']);
  const count = async (condition: string): Promise<number> =>
    Number((await rows(`select count(*) from 'l.csv' where ${condition}`))[0]);
  for (const cell of ['1', '1.0', '1k'])
    assert.is((await count(`a < '${cell}'`)) + (await count(`a = '${cell}'`)), await count(`a <= '${cell}'`), cell);
  assert.is(await count("a in ('1'..'1k')"), await count("a between '1' and '1k'"));
});

test('a column stays one through selects', async () => {
  const named = (query: string): Promise<string[]> =>
    rows(`with x as (select n, ip, up, owner as who from 'a.csv') ${query}`);
  assert.equal(await named('select count(*) from x where n = 117'), ['2']);
  assert.equal(await named('select n, count(*) from x group by n having n > 7'), ['117,2']);
  assert.equal(await named("select who from x where ip = '10.0.0.0/31'"), ['bob', 'bob']);
  assert.equal(await named('select distinct who from x where up'), ['bob']);
  assert.equal(await named('select distinct n from x where ip is private and n in (5, 6)'), ['5']);
  assert.equal(await named('select n from x where n in (select n from x where n < 10)'), ['5']);
  assert.equal(await rows("select n from (select t, n from 'times.csv') where t > 'tomorrow'"), ['2']);
  assert.equal(await rows("select n as x from 'a.csv' where x < 7"), ['5']);
  assert.equal(await rows("select h.n from 'hosts.csv' h join (select n, ip from 'a.csv') x on x.n = 5 and h.n = 1"), [
    '1',
  ]);
  assert.equal(await rows("select count(*) from (select n from 'a.csv' union select n from 'hosts.csv') where n > 7"), [
    '1',
  ]);
  const { stderr } = await run("select who from (select owner as who from 'a.csv') where who > 7");
  assert.match(stderr, /2 values of who cannot be read as a number: 'bob'/);
});

test('the last result keeps columns of files', async () => {
  const { stdout, stderr } = await ctqHere(
    ["select t, n from 'times.csv' output csv; select n from _ where t > 'tomorrow' and n > 1 output csv, noheader"],
    { cwd: folder },
  );
  assert.is(stderr, '');
  assert.is(stdout.split('\n').at(-2), '2');
});

test('hints name the cast', async () => {
  put('ports.csv', 'dport,pr,name,load\n443,6,https,1.5\n');
  const where = (condition: string): Promise<string | undefined> =>
    hint(`select 1 from 'ports.csv' where ${condition}`);
  assert.is(await where('dport = https'), 'write dport::port = https');
  assert.is(await where('pr = tcp'), 'write pr::proto = tcp');
  assert.is(await where('name = https'), "a text is written in quotes: 'https'");
  const having = (condition: string): Promise<string | undefined> =>
    hint(`select name, max(load) from 'ports.csv' group by name having ${condition}`);
  assert.is(await having('max(load) > 29'), 'the columns of a file are texts: write max(load::decimal)');
  assert.is(await having('max(name) = true'), 'the columns of a file are texts: write max(name)::boolean');
  assert.is(await having('max(dport) > 29'), 'the columns of a file are texts: write max(dport::integer)');
});

test('whole numbers since the epoch are times by their digits', async () => {
  put('epochs.csv', 'n,t\n1,1781526840\n2,1781526840123\n3,1781526840123456\n4,1781526840123456789\n5,1781526840.5\n');
  put('epochs.json', '[{"n":1,"t":1781526840},{"n":2,"t":1781526840123}]');
  for (const file of ['epochs.csv', 'epochs.json']) {
    assert.equal(await rows(`select n from '${file}' where t > '2027-01-01'`), []);
    const within = await rows(`select n from '${file}' where t between '2026-06-15' and '2026-06-16' order by n`);
    assert.equal(within, file.endsWith('csv') ? ['1', '2', '3', '4', '5'] : ['1', '2']);
  }
  assert.equal(await rows("select t::time from 'epochs.csv' where n in (2, 4) order by n"), [
    '2026-06-15T12:34:00.123000000Z',
    '2026-06-15T12:34:00.123456789Z',
  ]);
});

test.run();
