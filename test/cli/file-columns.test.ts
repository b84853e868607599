/** Files of columns: how their cells are ordered, what their columns are called, and what is said of a file that cannot be read. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
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
  assert.equal(await rows("select n from 'num.csv' where v < w order by n"), ['a', 'c', 'd', 'g']);
  assert.equal(await rows("select n from 'num.csv' where v <= w and n = 'c'"), ['c']);
  assert.equal(await rows("select n, greatest(v, w), least(v, w) from 'num.csv' where n in ('a', 'b')"), [
    'a,10,9',
    'b,10,9',
  ]);
});

test('cells compared with a number, a duration or an address are what they say', async () => {
  put('load.csv', 'n,v,d,size\na,1.5,5m,10MiB\nb,2.5,90s,5k\nc,3,60,9007199254740993\nd,-0.5,,\n');
  const where = (condition: string): Promise<string[]> =>
    rows(`select n from 'load.csv' where ${condition} order by n`);
  assert.equal(await where('v > 1'), ['a', 'b', 'c']);
  assert.equal(await where('v != 3'), ['a', 'b', 'd']);
  assert.equal(await where('v between 1 and 2'), ['a']);
  assert.equal(await where('v in (1..2, 3)'), ['a', 'c']);
  assert.equal(await where('v in (3, 2.5)'), ['b', 'c']);
  assert.equal(await where('case when v > 2 then 1 else 0 end = 1'), ['b', 'c']);
  assert.equal(await where('d > 1m'), ['a', 'b']);
  assert.equal(await where('d = 90s'), ['b']);
  assert.equal(await where('size > 1MiB'), ['a', 'c']);
  assert.equal(await where('size = 9007199254740993'), ['c']);
  assert.equal(await rows("select sum(v::decimal), sum(v::integer), max(cast(d as duration)) from 'load.csv'"), [
    '6.5,7,300',
  ]);
  assert.equal(await rows("select v::integer from 'load.csv' order by v::integer, n"), ['-1', '2', '3', '3']);
  put('load.json', '[{"n":"a","v":1.5},{"n":"b","v":1}]');
  assert.equal(await rows("select n from 'load.json' where v > 1"), ['a']);
  put('limits.csv', 'least\n-0.5\n-1\n');
  assert.equal(await rows("select l.least from 'load.json' x join 'limits.csv' l on l.least < 0 where x.n = 'a'"), [
    '-0.5',
    '-1',
  ]);
  put('nets.csv', 'ip,net\n10.0.0.1,10.0.0.0/8\n11.0.0.1,10.0.0.0/8\n');
  for (const condition of ['ip::address = net::network', 'ip::address = net', 'ip::address in net'])
    assert.equal(await rows(`select ip from 'nets.csv' where ${condition}`), ['10.0.0.1'], condition);
});

test('the columns of JSON are those of all objects at its beginning', async () => {
  put('late.jsonl', '{"a":1}\n{"a":2,"b":"late"}\n{"c":3}\n');
  put('late.json', '[{"a":1},{"a":2,"b":"late"},{"c":3}]');
  for (const file of ['late.jsonl', 'late.json']) {
    assert.equal(await rows(`select * from '${file}'`), ['1,,', '2,late,', ',,3'], file);
    assert.equal(await rows(`select b from '${file}' where b is not null`), ['late'], file);
    assert.equal(await rows(`select count(*) from '${file}' where b is null`), ['2'], file);
  }
  const dense = Array.from({ length: 3000 }, (_, i) => `{"a":"${(i * 2654435761).toString(36)}"}`);
  put('dense.jsonl.gz', gzipSync(`${dense.join('\n')}\n{"a":1,"b":2}\n`));
  assert.equal(await rows("select b from 'dense.jsonl.gz' where b is not null"), ['2']);
});

test('a list of objects in JSON is a text', async () => {
  put('nested.json', '[{"a":1,"b":[{"x":1}]},{"a":2}]');
  assert.equal(await rows("select * from 'nested.json'"), ['1,"[{""x"":1}]"', '2,']);
  put('addr.json', '[{"ifname":"lo","addr_info":[{"local":"127.0.0.1"}]},{"ifname":"eth0","addr_info":[]}]');
  assert.equal(await rows("select ifname from 'addr.json' where addr_info like '%127.0.0.1%'"), ['lo']);
});

test('a compressed file that is cut off has the rows before the cut', async () => {
  const rows = Array.from({ length: 20_000 }, (_, i) => [i, (i * 2654435761).toString(36)]);
  const objects = rows.map(([n, v]) => JSON.stringify({ n, v }));
  const files: [name: string, text: string][] = [
    ['cut.csv.gz', `n,v\n${rows.join('\n')}\n`],
    ['cut.jsonl.gz', `${objects.join('\n')}\n`],
    ['cut.json.gz', `[${objects.join(',')}]`],
    ['cut-lines.json.gz', `[\n${objects.join(',\n')}\n]\n`],
  ];
  for (const [name, text] of files) {
    const packed = gzipSync(text);
    put(name, packed.subarray(0, packed.length / 2));
    const { stdout, stderr, code } = await ctqHere([`select n, v from '${name}' output csv, noheader`], {
      cwd: folder,
    });
    assert.is(code, 0, stderr);
    const found = stdout.trimEnd().split('\n');
    assert.ok(found.length > 5000 && found.length < 15_000, `${name}: ${found.length}`);
    assert.equal(found, rows.slice(0, found.length).map(String), name);
    assert.is(
      stderr,
      `warning: ${name} is cut off: its gzip data is incomplete\nhint: what comes before the cut was read\n`,
    );
  }
});

test('a column is called as in the file, in whatever case it is written', async () => {
  put('case.csv', 'IP,Owner\n10.0.0.1,bob\n');
  put('case.json', '[{"IP":"10.0.0.1","Owner":"bob"}]');
  for (const file of ['case.csv', 'case.json']) {
    for (const [query, header] of [
      [`select owner, Ip from '${file}'`, 'Owner,IP'],
      [`select h.OWNER from '${file}' h`, 'h.Owner'],
      [`select OWNER, count(*) from '${file}' group by owner`, 'Owner,count(*)'],
      [`select from '${file}' group by owner`, 'Owner,count(*)'],
      [`count '${file}' group by owner`, 'Owner,count(*)'],
      [`with x as (select owner from '${file}') select OWNER from x`, 'Owner'],
      [
        `select a.ip, b.owner, x.BOSS from '${file}' a join '${file}' b on a.ip = b.ip join (select ip, Owner as Boss from '${file}') x on x.ip = a.ip`,
        'a.IP,b.Owner,x.Boss',
      ],
      [
        `select * from '${file}' a join (select ip, Owner as Boss from '${file}') x on x.ip = a.ip`,
        'IP,Owner,x.IP,x.Boss',
      ],
      [`select owner as OWNER, lower(owner) from '${file}'`, 'OWNER,lower(owner)'],
    ]) {
      const { stdout } = await ctqHere([`${query} output csv`], { cwd: folder });
      assert.is(stdout.split('\n')[0], header, query);
    }
  }
  const { stdout } = await ctqHere(["select owner from 'case.json' output jsonl"], { cwd: folder });
  assert.is(stdout, '{"Owner":"bob"}\n');
});

test('a list without rows has any column', async () => {
  for (const text of ['[]', ' [\n]\n']) {
    put('norows.json', text);
    for (const [path, input] of [['norows.json'], ['-', text]]) {
      const { stdout, stderr, code } = await ctqHere([`select ip, Cost from '${path}' where Cost > 5 output json`], {
        cwd: folder,
        input,
      });
      assert.equal([stdout, code], ['[]\n', 0]);
      assert.match(stderr, / has no rows: its columns are not known\n/);
    }
    const { stdout, code } = await ctqHere(
      ["select owner from 'case.csv' where owner in (select ip from 'norows.json') output csv"],
      {
        cwd: folder,
      },
    );
    assert.is(code, 0, stdout);
  }
});

test('JSON in which nothing is an entry is an error', async () => {
  for (const text of ["[{'a':1}]", '{"data":[{"a":1']) {
    put('none.json', text);
    const { stdout, stderr, code } = await ctqHere(["select * from 'none.json' output csv"], { cwd: folder });
    assert.is(code, 1, text);
    assert.is(stdout, '', text);
    assert.match(stderr, /error: none\.json is not a dump of connection tracking: nothing in it is an entry/, text);
  }
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

const FLOWS =
  'tcp      6 99 ESTABLISHED src=10.0.0.1 dst=10.0.1.1 sport=41 dport=22 src=10.0.1.1 dst=10.0.0.1 sport=22 dport=41 [ASSURED] mark=0 use=1\n';

/** The answer of a query: its rows, and what is said. */
async function said(
  query: string,
  args: readonly string[] = [],
): Promise<{ rows: string; said: string; code: number }> {
  const { stdout, stderr, code } = await ctqHere([...args, query], { cwd: folder });
  return { rows: stdout, said: stderr, code };
}

test('a name of a file in double quotes has what it is called', async () => {
  put('inv.csv', 'IP Address,Owner Name\n10.0.1.2,ann\n');
  const complaint = async (statement: string): Promise<string> =>
    (await ctqHere([statement], { cwd: folder })).stderr.replace(/^inv\.csv: columns are called .*\n/m, '');
  for (const [condition, name] of [
    [`"IP Address" = '10.0.1.2'`, 'IP_Address'],
    [`"i.Owner Name" != 'x'`, 'i.Owner_Name'],
    [`"Owner Name" like 'a%'`, 'Owner_Name'],
    [`"Owner Name" in ('x', 'y')`, 'Owner_Name'],
    [`'x' = "owner name"`, 'owner_name'],
  ])
    assert.match(
      await complaint(`select owner_name from 'inv.csv' i where ${condition}`),
      `calls it ${name}\n`,
      condition,
    );
  const joined = "select i.owner_name from 'spaced.csv' join 'inv.csv' i on";
  put('spaced.csv', 'ip\n10.0.1.2\n');
  assert.match(await complaint(`${joined} "IP Address" = '10.0.1.2'`), 'calls it IP_Address\n');
  assert.match(await complaint("select from 'inv.csv' where 'Owner' != 'x'"), /^warning: two texts .* always holds\n/);
  assert.match(await complaint(`select from 'inv.csv' where "Owner" = 'x'`), /^warning: two texts .* never holds\n/);
  assert.is(await complaint("select from 'inv.csv' where owner_name != 'x'"), '');
});

test('columns whose names are no words are called by words', async () => {
  put('flows', FLOWS);
  put('spaces.csv', 'source ip,owner name,\n10.0.0.1,alice,x\n');
  const note =
    "spaces.csv: columns are called by words: 'source ip' is source_ip, 'owner name' is owner_name, '' is column_3\n";
  assert.equal(await said("select from 'spaces.csv' output csv"), {
    rows: 'source_ip,owner_name,column_3\n10.0.0.1,alice,x\n',
    said: note,
    code: 0,
  });
  assert.equal(
    await said("select owner_name from 'spaces.csv' where SOURCE_IP = 10.0.0.1 output csv, noheader", ['--quiet']),
    {
      rows: 'alice\n',
      said: '',
      code: 0,
    },
  );
  const joined = await said(
    "select src, h.Owner_Name from 'flows' join 'spaces.csv' h on src = h.source_ip output csv, noheader",
  );
  assert.equal([joined.rows, joined.code], ['10.0.0.1,alice\n', 0], joined.said);
  // Once, however often it is read.
  const twice = await said(
    "select a.owner_name from 'spaces.csv' a join 'spaces.csv' b on a.source_ip = b.source_ip output csv, noheader",
  );
  assert.is(twice.said.split("'source ip' is source_ip").length, 2, twice.said);
  const described = await said("describe 'spaces.csv' output csv, noheader", ['--quiet']);
  assert.equal(described.rows, 'source_ip,address,10.0.0.1\nowner_name,text,alice\ncolumn_3,text,x\n');
});

test('lines of a file end in LF and CR LF alike, outside of quotes', async () => {
  const mixed = 'ip,n\r\n10.0.0.1,a\n10.0.0.2,b\r\n10.0.0.3,"c\r\nd\ne"\n10.0.0.4,f\r\n';
  for (const text of [mixed, mixed.replace('\r', ''), `#c\r\n${mixed}`]) {
    put('ends.csv', text);
    assert.equal(await rows("select ip from 'ends.csv'"), ['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4']);
    put('ends.csv', text.replace('"c\r\nd\ne"', 'c').replaceAll(',', '\t'));
    assert.equal(await rows("select n from 'ends.csv'"), ['a', 'b', 'c', 'f']);
  }
  put('ends.csv', 'ip\r\n10.0.0.1\n10.0.0.2\r\n10.0.0.3\r\n');
  assert.equal(await rows("select ip from 'ends.csv'"), ['10.0.0.1', '10.0.0.2', '10.0.0.3']);
  put('ends.csv', 'ip\r10.0.0.1\r10.0.0.2\r');
  assert.equal(await rows("select ip from 'ends.csv'"), ['10.0.0.1', '10.0.0.2']);
});

test('a sign is called by its place, over a column that has none', async () => {
  for (const sign of ['%', '--', '?', '#']) {
    put('sign.csv', `ip,${sign}\n10.0.0.1,5\n`);
    const { stdout } = await ctqHere(["select ip, column_2 from 'sign.csv' output csv"], { cwd: folder });
    assert.is(stdout, 'ip,column_2\n10.0.0.1,5\n', sign);
  }
});

test('names of spreadsheets, of other programs, of ctq, in each format', async () => {
  for (const [header, called] of [
    ['IP Address,Owner', 'IP_Address,Owner'],
    ['ip-addr,x', 'ip_addr,x'],
    ['ip addr,ip-addr,IP_ADDR', 'ip_addr,ip_addr_2,IP_ADDR_3'],
    ['ip,ip', 'ip,ip_2'],
    ['#ip,latency [ms],% used,Time (UTC)', 'ip,latency_ms,used,Time_UTC'],
    ['Adresse réseau,Größe', 'Adresse_reseau,Gro_e'],
    ['ip,2nd', 'ip,_2nd'],
    ['95th percentile,x', '_95th_percentile,x'],
    ['name,2024,2025', 'name,_2024,_2025'],
    ['"last, first",x', 'last_first,x'],
    ['src,count(*),"net(src, 24)",reply.src', 'src,count,net_src_24,reply.src'],
  ]) {
    const names = [...header.matchAll(/"([^"]*)"|[^,]+/g)].map(([all, quoted]) => quoted ?? all);
    const row = names.map((_, i) => `v${i}`);
    put('names.csv', `${header}\n${row}\n`);
    put('names.tsv', `${names.join('\t')}\r\n${row.join('\t')}\r\n`);
    // JavaScript has members that are integers before all others.
    const isForJson = new Set(names).size === names.length && !names.some(name => /^\d+$/.test(name));
    put(
      'names.jsonl',
      isForJson ? `${JSON.stringify(Object.fromEntries(names.map((name, i) => [name, row[i]])))}\n` : '',
    );
    for (const format of isForJson ? ['csv', 'tsv', 'jsonl'] : ['csv', 'tsv'])
      for (const columns of ['', called]) {
        const found = await said(`select ${columns} from 'names.${format}' output csv`, ['--quiet']);
        assert.equal(found, { rows: `${called}\n${row}\n`, said: '', code: 0 }, `${format}: ${header}`);
      }
  }
});

test('a first line that has no names', async () => {
  put('flows', FLOWS);
  const hint = 'its first line has no names of columns: put a header line above it, such as ip,owner\n';
  for (const text of [
    '10.0.0.1,alice\n10.0.0.2,bob\n',
    'alice,10.0.0.1\nbob,10.0.0.2\n',
    '1,2,3\n4,5,6\n',
    '2024,2025\na,b\n',
    'alice,2024\nbob,2023\n',
    'alice,42\nbob,43\n',
    'alice,-\nbob,-\n',
    'alice,0x1f\nbob,0x2f\n',
    'alice,10MiB\nbob,3k\n',
    'alice,90s\nbob,1h30m\n',
    '3f2a9c,alice\n4e11bd,bob\n',
    '550e8400-e29b-41d4-a716-446655440000,alice\n550e8400-e29b-41d4-a716-446655440001,bob\n',
    '2026-11-24T12:00:00Z,alice\n2026-11-24T12:00:01Z,bob\n',
    '3com.example,alice\n4com.example,bob\n',
    '10.0.0.1\talice\n10.0.0.2\tbob\n',
  ]) {
    put('bare.csv', text);
    for (const query of [
      "select from 'bare.csv'",
      "select owner from 'bare.csv'",
      "select h.owner from 'flows' join 'bare.csv' h on src = h.ip",
      "describe 'bare.csv'",
    ]) {
      const { said: error, code } = await said(query);
      assert.ok(code !== 0 && error.endsWith(`hint: ${hint}`), `${query}\n${error}`);
    }
  }
});

test('what is no table of columns is none, though it has commas', async () => {
  for (const text of [
    'Jan 1 00:00:00 gw kernel: a, b\n',
    '# written by hand, on Monday\n',
    'conntrack -I -s 10.0.0.1 -d 10.0.0.2 -p tcp --sport 1 --dport 2 --state ESTABLISHED -t 100 -u SEEN_REPLY,ASSURED\n',
    'tcp,orig=(src=10.0.0.1,dst=10.0.0.2,sport=1,dport=2),reply=(src=10.0.0.2,dst=10.0.0.1,sport=2,dport=1)\n',
  ]) {
    put('other', `${text}${FLOWS}`);
    assert.match((await said("select dport from 'other' output csv, noheader")).rows, /^2/, text);
  }
});

test('a joined file without a name, a link that points nowhere, a file of the shell within quotes', async () => {
  put('flows', FLOWS);
  put('inv.csv', 'ip,host\n10.0.0.1,a\n');
  for (const columns of ['h.host', 'src']) {
    const { said: error } = await said(`select ${columns} from 'flows' join 'inv.csv' on src = h.ip`);
    assert.match(error, "hint: 'inv.csv' is called inv here: inv.ip; or name it: join 'inv.csv' as h on …");
  }
  symlinkSync('nowhere', join(folder, 'dangling'));
  const link = await said("select from 'dangling'");
  assert.match(link.said, "cannot read dangling: no such file\nhint: it is a link to 'nowhere', which does not exist");
  assert.match((await said('count <(cat flows)')).said, 'hint: bash replaces <(…) by the name of a file');
});

test('tables of the kernel that look like columns', async () => {
  put('dev', 'Inter-|   Receive   |  Transmit\n face |bytes packets|bytes packets\n lo: 97 3 | 97 3\n');
  assert.match((await said("select from 'dev'")).said, /the counters of interfaces \(\/proc\/net\/dev\)/);
});

test('except and intersect have each row once, with all as often as it occurs', async () => {
  put('a.csv', 'v\nx\nx\ny\nz\nz\n');
  put('b.csv', 'v\ny\n');
  const both = (op: string): Promise<string[]> => rows(`select v from 'a.csv' ${op} select v from 'b.csv'`);
  assert.equal(await both('except'), ['x', 'z']);
  assert.equal(await both('except all'), ['x', 'x', 'z', 'z']);
  assert.equal(await both('union'), ['x', 'y', 'z']);
  assert.equal(await both('intersect'), ['y']);
  assert.equal(await rows("select v from 'a.csv' intersect select v from 'a.csv' where v <> 'y'"), ['x', 'z']);
  assert.equal(await rows("select v from 'a.csv' intersect all select v from 'a.csv' where v = 'x'"), ['x', 'x']);
  assert.equal(await rows("select v, count(*) n from 'a.csv' group by v intersect select v, 1 from 'b.csv'"), ['y,1']);
  const pair = (op: string): Promise<string[]> =>
    rows(
      `select v from 'a.csv' ${op} select v from (select v from 'b.csv' union all select v from 'a.csv' where v = 'x' limit 2)`,
    );
  assert.equal(await pair('except all'), ['x', 'z', 'z']);
  assert.equal(await pair('intersect all'), ['x', 'y']);
  assert.equal(await both('union all'), ['x', 'x', 'y', 'z', 'z', 'y']);
});

const HOSTS = `ip,owner name\n${Array.from({ length: 20_000 }, (_, n) => `10.0.${n >> 8}.${n & 255},owner ${n * 7919}\n`).join('')}`;

test('columns that are compressed, by each program: joined, selected, described', async () => {
  put('flows', FLOWS);
  put('hosts.csv.gz', gzipSync(HOSTS));
  put('hosts.jsonl.gz', gzipSync('{"ip":"10.0.0.1","owner name":"owner 7919"}\n'));
  const files = ['hosts.csv.gz', 'hosts.jsonl.gz'];
  for (const [program, ending] of [
    ['zstd', 'zst'],
    ['xz', 'xz'],
    ['bzip2', 'bz2'],
    ['lz4', 'lz4'],
  ]) {
    const { stdout, status } = spawnSync(program, ['-c'], { input: HOSTS, maxBuffer: 1 << 26 });
    if (status !== 0) continue;
    put(`hosts.csv.${ending}`, stdout);
    files.push(`hosts.csv.${ending}`);
  }
  for (const file of files) {
    const about = ['--quiet'];
    for (const query of [
      `select owner_name from '${file}' where ip = 10.0.0.1`,
      `select h.owner_name from 'flows' join '${file}' h on src = h.ip`,
      `select h.owner_name from 'flows' join '${file}' h on src = h.IP`,
    ]) {
      const answer = await said(`${query} output csv, noheader`, about);
      assert.equal(answer, { rows: 'owner 7919\n', said: '', code: 0 }, query);
    }
    const count = await said(
      `select src from 'flows' where src in (select ip from '${file}') output csv, noheader`,
      about,
    );
    assert.equal(count.rows, '10.0.0.1\n', file);
    assert.match(
      (await said(`describe '${file}' output csv, noheader`, about)).rows,
      /^ip,address,10\.0\.0\.[01]\nowner_name,text,/,
    );
    assert.match(
      (await said(`select owner from '${file}'`, about)).said,
      /unknown field 'owner'[\s\S]*hint: did you mean owner_name/,
    );
  }
});

test('compressed columns that are cut off, damaged, or too large', async () => {
  const packed = gzipSync(HOSTS);
  put('cut.csv.gz', packed.subarray(0, packed.length - 9));
  assert.match(
    (await said("select ip from 'cut.csv.gz'")).said,
    /cut\.csv\.gz is cut off: its gzip data is incomplete/,
  );
  put('damaged.csv.gz', Buffer.concat([packed.subarray(0, 2000), Buffer.alloc(2000, 7)]));
  assert.match((await said("select ip from 'damaged.csv.gz'")).said, /damaged\.csv\.gz/);
  put(
    'large.csv.gz',
    gzipSync(Buffer.concat([Buffer.from('ip,owner\n'), Buffer.alloc(257 << 20, '10.0.0.1,bob\n')]), { level: 1 }),
  );
  assert.match(
    (await said("select ip from 'large.csv.gz' limit 1")).said,
    /it is larger than 256 MiB, decompressed\nhint: .*COMMAND \| cut -d, -f1,3 > small\.csv/,
  );
});

test('quotes that are not closed, or not where they may be', async () => {
  put('flows', FLOWS);
  for (const [text, why] of [
    [
      'ip,owner\n10.0.0.1,"two\nlines"\n10.0.0.2,"bob\n10.0.0.3,eve\n10.0.0.4,"x\n',
      'line 6: text after the closing quote of a cell',
    ],
    ['ip,owner\n10.0.0.1,"two\nlines"\n10.0.0.2,"bob\n10.0.0.3,eve\n', 'line 4: a quote is not closed'],
    ['ip,owner\n10.0.0.1,b"ob\n', 'line 2: a quote in a cell that does not begin with one'],
    ['ip,owner\n10.0.0.1,x\n10.0.0.2,"e"ve\n', 'line 3: text after the closing quote of a cell'],
  ]) {
    put('quotes.csv', text);
    for (const query of ["select ip from 'quotes.csv'", "select h.ip from 'flows' join 'quotes.csv' h on src = h.ip"]) {
      const { said: error, code } = await said(query);
      assert.is(code, 1, error);
      assert.match(error, new RegExp(`^error: cannot read quotes.csv: ${why}\nhint: .*"b""ob"\n$`), query);
    }
  }
});

test('columns that cannot make whole entries are a table: no numbers are invented', async () => {
  put(
    'protocols.txt',
    [
      'tcp      6 60 ESTABLISHED src=10.0.0.1 dst=10.0.0.2 sport=1 dport=80 src=10.0.0.2 dst=10.0.0.1 sport=80 dport=1 [ASSURED]',
      'icmp     1 29 src=10.0.0.1 dst=10.0.0.2 type=8 code=0 id=77 src=10.0.0.2 dst=10.0.0.1 type=0 code=0 id=77',
      'sctp     132 29 ESTABLISHED src=10.0.0.1 dst=10.0.0.2 sport=5 dport=6 src=10.0.0.2 dst=10.0.0.1 sport=6 dport=5',
      '',
    ].join('\n'),
  );
  for (const format of ['csv', 'tsv', 'json', 'jsonl']) {
    for (const columns of [
      'proto, src, sport, dst, dport, reply.src, reply.dst',
      'proto, src, dst, reply.src, reply.dst',
    ]) {
      const query = (file: string): Promise<string[]> => rows(`select ${columns} from '${file}'`);
      await ctqHere([`select ${columns} from 'protocols.txt' output to 'nat.${format}'`], { cwd: folder });
      assert.equal(await query(`nat.${format}`), await query('protocols.txt'));
    }
  }
});

test('flows of ICMP without its numbers are skipped, but for what output csv wrote', async () => {
  put(
    'ports.csv',
    'proto,src,dst,sport,dport,reply.src,reply.dst,reply.sport,reply.dport\nicmp,10.0.0.1,10.0.0.2,,,10.0.0.2,10.0.0.1,,\nudp,10.0.0.1,10.0.0.2,1,2,10.0.0.2,10.0.0.1,2,1\n',
  );
  const { stdout, stderr } = await ctqHere(["select proto from 'ports.csv' output csv, noheader"], { cwd: folder });
  assert.is(stdout, 'udp\n');
  assert.match(stderr, /ports\.csv:2: skipped, incomplete ICMP type, code and id/);
  await ctqHere(["select from 'protocols.txt' output to 'own.csv'"], { cwd: folder });
  assert.equal(await rows("select proto, icmp_type from 'own.csv'"), ['tcp,', 'icmp,', 'sctp,']);
});

test.run();
