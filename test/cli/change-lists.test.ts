/** Lists of changes: from files that are not whole, and empty ones. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { bulk } from '../kit/bulk.js';
import { ctq } from '../kit/cli.js';
import { ctqHere } from '../kit/here.js';
import { useConntrack } from '../kit/namespace.js';
import { conntrack, listConntrack } from '../kit/oracle.js';

const test = suite('lists of changes');
const folder = mkdtempSync(join(tmpdir(), 'ctq-change-lists-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

const COUNT = 10;
const count = (): number => listConntrack(['-L']).split('\n').length - 1;

test.before(() => useConntrack());
test.before.each(() => {
  conntrack(['-F']);
  bulk(COUNT);
});

const ENTRY =
  'tcp      6 99 ESTABLISHED src=10.9.0.1 dst=10.0.1.1 sport=41 dport=22 src=10.0.1.1 dst=10.9.0.1 sport=22 dport=41 [ASSURED] mark=0 use=1\n';
const packed = gzipSync(`ip\n${Array.from({ length: 5000 }, (_, i) => `10.9.${i >> 8}.${i & 255}\n`).join('')}`);
const packedEntries = gzipSync(ENTRY.repeat(50));

const FILES: readonly [name: string, content: string | Uint8Array, column: string, message: RegExp][] = [
  ['empty.csv', '', 'ip', /empty\.csv is empty: it has no header/],
  ['bad.csv', 'ip\nfoo\n10.9.0.1\n', 'ip', /bad\.csv:2: 1 cell of ip cannot be read as an address: 'foo'/],
  ['none.csv', 'ip\nfoo\nbar\n', 'ip', /none\.csv:2: 2 cells of ip cannot be read as an address: 'foo', …/],
  ['cut.csv.gz', packed.subarray(0, packed.length / 2), 'ip', /cut\.csv\.gz is cut off/],
  ['skipped.txt', `${ENTRY}tcp 6 99 src=10.0.0.1 dst=10.\n`, 'src', /skipped\.txt: 1 line skipped/],
  ['cut.txt.gz', packedEntries.subarray(0, packedEntries.length - 12), 'src', /cut\.txt\.gz is cut off/],
  ['short.csv', 'name,ip\nalice,10.9.0.1\nbob', 'ip', /short\.csv is cut off: its last row is not complete/],
  ['middle.csv', 'name,ip\nbob\nalice,10.9.0.1\n', 'ip', /middle\.csv:2: row 1 has no cell of ip/],
  [
    'several.tsv',
    'name\tip\nalice\t10.9.0.1\nbob\neve\n',
    'ip',
    /several\.tsv:3: 2 rows, the first is row 2, have no cell of ip/,
  ],
  ['long.csv', 'owner,ip,gw\nbob, y,10.9.0.1,10.9.0.5\n', 'gw', /long\.csv:2: 1 row has more cells than the header/],
  ['half.csv', 'ip,name\n10.9.0.1,alice\n10.9.0.2', 'ip', /half\.csv is cut off: its last row is not complete/],
  ['keys.jsonl', '{"ip":"10.9.0.1"}\n{"addr":"10.9.0.2"}\n', 'ip', /keys\.jsonl: row 2 has no cell of ip/],
  ['keys.json', '[{"a":1},{"ip":"10.9.0.1"}]', 'ip', /keys\.json: row 1 has no cell of ip/],
  ['lost.jsonl', '{"ip":"10.9.0.1"}\n{"event":"lost","count":1}\n', 'ip', /lost\.jsonl says that rows are missing/],
  ['empty.txt', '', 'src', /empty\.txt is empty/],
];

test('standard input that is cut off stays so for the next statement', async () => {
  const text = "select count(*) from '-'; delete from conntrack where src not in (select ip from '-')";
  const { stderr, code } = await ctq([text], { input: packed.subarray(0, packed.length / 2) });
  assert.is(code, 1);
  assert.match(stderr, /^warning: standard input is cut off[\s\S]*^error: standard input is cut off/m);
  assert.is(count(), COUNT);
});

test('a list of which a part cannot be read changes nothing; a select warns', async () => {
  for (const [name, content, column, message] of FILES) {
    writeFileSync(join(folder, name), content);
    const list = `(select ${column} from '${name}')`;
    for (const statement of [
      `delete from conntrack where src not in ${list}`,
      `delete from conntrack where src in ${list}`,
      `update conntrack set mark = 5 where not (mark = 7 or src in ${list})`,
      `let l = (select ${column}::address from '${name}'); delete from conntrack where src not in $l`,
      `select from conntrack where src not in ${list} zero`,
    ]) {
      for (const args of [[], ['--dry-run']]) {
        if (args.length > 0 && statement.endsWith('zero')) continue;
        // A cast asks whether a cell can be read.
        if (statement.startsWith('let') && message.source.includes('cell')) continue;
        const { stderr, code } = await ctqHere([...args, statement], { cwd: folder });
        assert.is(code, 1, `${statement}\n${stderr}`);
        assert.match(stderr, message, statement);
        assert.match(stderr, /^error: .*\nhint: a change reads its lists from whole files only/m, statement);
      }
    }
    assert.is(count(), COUNT, name);
    const { stderr, code } = await ctqHere([`select src from conntrack where src not in ${list}`], { cwd: folder });
    assert.is(code, 0, stderr);
    // A select says no more of JSON than which columns are null.
    if (!name.includes('json')) assert.match(stderr, /warning: /);
  }
});

test('an error of a list names the line of the first fault, through subqueries, too', async () => {
  const lines = (last: string) => `# hosts\nip,name\n10.0.0.1,a\n"10.0.0.2","b\nc"\n\n${last}\n10.0.0.3,e\n`;
  for (const [last, list, message] of [
    ['foo,d', "(select ip from 'l.csv')", /l\.csv:7: 1 cell of ip cannot be read/],
    ['foo,d', "(select ip from (select ip from 'l.csv' limit 9) as x)", /l\.csv:7: 1 value of ip cannot be read/],
    ['foo,d', "(select src from conntrack where src in (select ip from 'l.csv'))", /l\.csv:7: 1 cell of ip/],
    ['10.0.0.4,d,e', "(select ip from 'l.csv')", /l\.csv:7: 1 row has more cells than the header/],
    ['10.0.0.4', "(select ip from 'l.csv' where name = 'a')", /l\.csv:7: row 3 has no cell of name/],
  ] as const) {
    writeFileSync(join(folder, 'l.csv'), lines(last));
    const { stderr, code } = await ctqHere([`delete from conntrack where src in ${list}`], { cwd: folder });
    assert.is(code, 1);
    assert.match(stderr, message);
  }
  assert.is(count(), COUNT);
});

test('not in an empty list is refused in a change', async () => {
  writeFileSync(join(folder, 'header.csv'), 'ip\n');
  writeFileSync(join(folder, 'blank.csv'), 'ip,x\n,a\n');
  for (const name of ['header.csv', 'blank.csv']) {
    const list = `(select ip from '${name}')`;
    for (const condition of [`src not in ${list}`, `not (src in ${list} or dport = 1)`]) {
      const { stderr, code } = await ctqHere([`delete from conntrack where ${condition}`], { cwd: folder });
      assert.is(code, 1, condition);
      assert.match(stderr, `the list from ${name} is empty: the condition would hold for every entry`);
    }
    const { stdout, stderr, code } = await ctqHere([`delete from conntrack where src in ${list}`], { cwd: folder });
    assert.is(code, 0, stderr + stdout);
  }
  const { stderr } = await ctqHere(
    ["let l = (select ip::address from 'header.csv'); delete from conntrack where src not in $l"],
    { cwd: folder },
  );
  assert.match(stderr, 'the list $l is empty');
  assert.is(count(), COUNT);
});

test('a row that a list reads by another column, and columns that are not read, may lack cells', async () => {
  writeFileSync(join(folder, 'other.csv'), 'ip,name\n10.9.0.1\n10.9.0.2,bob\n');
  const { stderr, code } = await ctqHere(
    ['--dry-run', "delete from conntrack where src not in (select ip from 'other.csv')"],
    { cwd: folder },
  );
  assert.is(code, 0, stderr);
  // The condition of the subquery reads it.
  const named = "delete from conntrack where src not in (select ip from 'other.csv' where name = 'bob')";
  const refused = await ctqHere([named], { cwd: folder });
  assert.is(refused.code, 1);
  assert.match(refused.stderr, 'other.csv:2: row 1 has no cell of name');
  assert.is(count(), COUNT);
});

test('not in a list with blank cells is refused in a change; in leaves them out', async () => {
  writeFileSync(join(folder, 'gap.csv'), 'name,ip\nalice,10.9.0.1\nbob,\n');
  writeFileSync(join(folder, 'gap.jsonl'), '{"ip":"10.9.0.1"}\n{"ip":null}\n{"ip":" "}\n');
  for (const [name, rows] of [
    ['gap.csv', '1 row'],
    ['gap.jsonl', '2 rows'],
  ]) {
    for (const statement of [
      `delete from conntrack where src not in (select ip from '${name}')`,
      `delete from conntrack where not (src in (select ip::address from '${name}'))`,
      `let l = (select ip::address from '${name}'); delete from conntrack where src not in $l`,
    ]) {
      const { stderr, code } = await ctqHere([statement], { cwd: folder });
      assert.is(code, 1, statement);
      assert.match(stderr, `has ${rows} without a value`, statement);
    }
    for (const condition of [
      `src in (select ip from '${name}')`,
      `src not in (select ip from '${name}' where ip::address is not null)`,
    ]) {
      const { stderr, code } = await ctqHere(['--dry-run', `delete from conntrack where ${condition}`], {
        cwd: folder,
      });
      assert.is(code, 0, stderr);
    }
  }
  assert.is(count(), COUNT);
});

test('an IPv4 address that is written as an IPv6 one is that IPv4 address', async () => {
  writeFileSync(join(folder, 'mapped.csv'), 'ip\n::ffff:10.0.0.1\n::ffff:a00:2\n::FFFF:10.0.0.4/126\n');
  const text = "select count(*) from conntrack where src in (select ip from 'mapped.csv') output tsv";
  const { stdout, stderr } = await ctqHere([text], { cwd: folder });
  const joined = await ctqHere(["select count(*) from conntrack join 'mapped.csv' m on src = m.ip output tsv"], {
    cwd: folder,
  });
  const cast = await ctqHere(["select ip::address as ip from 'mapped.csv' limit 2 output tsv"], { cwd: folder });
  assert.is(cast.stdout, 'ip\n10.0.0.1\n10.0.0.2\n');
  assert.is(joined.stdout, stdout);
  assert.is(stdout, 'count(*)\n6\n', stderr);
});

test('a whole list is read, from standard input too', async () => {
  writeFileSync(join(folder, 'one.csv'), 'ip\n10.9.0.1\n');
  for (const [list, input] of [
    ["(select ip from 'one.csv')", ''],
    ["(select ip from '-')", 'ip\n10.9.0.1\n'],
    ["(select src from '-')", ENTRY],
  ]) {
    conntrack(['-F']);
    bulk(COUNT);
    const { stderr, code } = await ctqHere([`delete from conntrack where src not in ${list}`], { cwd: folder, input });
    assert.is(code, 0, stderr);
    assert.is(count(), 0, stderr);
  }
});

test('the parts of rows are values of their types, however a file writes them', async () => {
  conntrack(['-F']);
  const flows = ['10.9.0.1:53', '10.9.0.1:80', '10.9.0.2:53', '10.9.0.2:80', '[2001:db8::1]:53'].map(each =>
    each.replace(
      /^\[?(.*?)\]?:(\d+)$/,
      (_, dst, port) =>
        `insert into conntrack set proto = udp, src = ${dst.includes(':') ? '2001:db8::9' : '10.9.9.9'}, dst = ${dst}, sport = 9, dport = ${port}, timeout = 1000s`,
    ),
  );
  await ctqHere([flows.join(';')]);
  assert.is(count(), 5);
  const pairs = async (content: string, condition: string): Promise<string> => {
    writeFileSync(join(folder, 'pairs.csv'), content);
    const { stdout, stderr, code } = await ctqHere(
      ['--dry-run', `delete from conntrack where ${condition} output csv`],
      {
        cwd: folder,
      },
    );
    const [names, ...rows] = stdout.split('\n').map(line => line.split(','));
    const at = ['orig.dst', 'orig.dport'].map(name => names.indexOf(name));
    return code !== 0
      ? stderr
      : rows
          .slice(0, -1)
          .map(row => at.map(k => row[k]).join(' '))
          .sort()
          .join(', ');
  };
  const condition = "(dst, dport) in (select ip, port from 'pairs.csv')";
  const whole = 'ip,port\n10.9.0.1,53\n10.9.0.2,http\n2001:DB8:0::1,0x35\n';
  assert.is(await pairs(whole, condition), '10.9.0.1 53, 10.9.0.2 80, 2001:db8::1 53');
  const others = condition.replace(' in ', ' not in ');
  assert.is(await pairs(whole, others), '10.9.0.1 80, 10.9.0.2 53');
  assert.match(await pairs('ip,port\n10.9.0.1,53\n10.9.0.2,\n', others), /1 row without a value/);
  assert.match(
    await pairs('ip,port\n10.9.0.1,53\n10.9.0.300,53\n', others),
    /1 cell of ip cannot be read as an address: '10\.9\.0\.300'/,
  );
  assert.match(await pairs('ip,port\n', others), /is empty/);
});

test('not in an empty list, however it is written, changes nothing', async () => {
  writeFileSync(join(folder, 'header.csv'), 'ip\n');
  const list = "src in (select ip from 'header.csv')";
  for (const condition of [
    `(${list}) = false`,
    `case when ${list} then false else true end`,
    `not (${list} and mark = 0)`,
  ]) {
    const { stderr, code } = await ctqHere([`delete from conntrack where ${condition}`], { cwd: folder });
    assert.is(code, 1, condition);
    assert.match(stderr, /the list from header\.csv is empty: the condition would hold for every entry/, condition);
  }
  assert.is(count(), COUNT);
});

test('a file that is empty, or has blank cells, widens no change from any depth of its condition', async () => {
  writeFileSync(join(folder, 'header.csv'), 'ip\n');
  writeFileSync(join(folder, 'gap.csv'), 'ip,name\n10.0.0.1,x\n,y\n');
  writeFileSync(join(folder, 'full.csv'), 'ip,name\n10.0.0.1,x\n10.0.0.2,y\n');
  for (const [condition, isRefused = true] of [
    ["src in (select src from conntrack where src not in (select ip from 'F'))"],
    ["src in (select src from conntrack except select ip::address from 'F')"],
    ["src in (select src from conntrack left join 'F' h on src = h.ip where h.ip is null)"],
    ["src in (select src from conntrack left join 'F' h on src = h.ip where coalesce(h.ip, '') = '')"],
    ["src in (select src from (select src from conntrack where not (src in (select ip from 'F'))) as x)"],
    ["src not in (select src from conntrack where src in (select ip from 'F') or src = 10.0.0.3)"],
    ["src not in (select src from conntrack join 'F' h on src = h.ip)"],
    ["dport in (select dport from conntrack union select dport from conntrack where src not in (select ip from 'F'))"],
    ["exists (select from conntrack where src not in (select ip from 'F')) and proto = udp"],
    ["src in (select src from conntrack where src in (select ip from 'F'))", false],
    ["src in (select src from conntrack left join 'F' h on src = h.ip where h.ip = '10.0.0.1')", false],
    ["proto = udp and not exists (select from 'F' where ip = '10.9.0.7')", false],
  ] as readonly (readonly [string, boolean?])[]) {
    const query = `select src from conntrack where ${condition}`;
    for (const statement of [
      `delete from conntrack where ${condition}`,
      `insert into conntrack set zone = 7 from conntrack where ${condition}`,
      `let x = (${query}); delete from conntrack where src in $x`,
      `let x = (${query}); insert into conntrack set zone = 7 from conntrack where src in $x`,
    ]) {
      for (const file of statement.startsWith('delete') ? ['header.csv', 'gap.csv', 'full.csv'] : ['header.csv']) {
        const text = statement.replaceAll("'F'", `'${file}'`);
        const { stderr, code } = await ctqHere(['--dry-run', text], { cwd: folder });
        const fails = isRefused && file !== 'full.csv';
        assert.is(code, fails ? 1 : 0, `${text}\n${stderr}`);
        if (fails)
          assert.match(stderr, file === 'gap.csv' ? 'has 1 row without a value' : 'is empty: the condition', text);
      }
    }
  }
  assert.is(count(), COUNT);
  // Such a list has fewer values than meant: only in its opposite are there more.
  for (const [operator, code] of [
    ['in', 0],
    ['not in', 1],
  ] as const) {
    const list = "let x = (select src from conntrack where src in (select ip from 'header.csv') or src = 10.0.0.3)";
    const run = await ctqHere(['--dry-run', `${list}; delete from conntrack where src ${operator} $x`], {
      cwd: folder,
    });
    assert.is(run.code, code, run.stderr);
  }
});

test('an address with the length of its network is no network', async () => {
  writeFileSync(join(folder, 'bits.csv'), 'ip\n10.9.0.1/24\n');
  const message =
    /bits\.csv(:2)?: 1 cell of ip cannot be read as an address: '10\.9\.0\.1\/24' \(it has host bits set\)/;
  for (const not of ['', 'not ']) {
    const statement = `delete from conntrack where src ${not}in (select ip from 'bits.csv')`;
    const { stderr, code } = await ctqHere([statement], { cwd: folder });
    assert.is(code, 1);
    assert.match(stderr, message);
  }
  const { stderr, code } = await ctqHere(["count conntrack where src in (select ip from 'bits.csv')"], { cwd: folder });
  assert.is(code, 0);
  assert.match(stderr, message);
  assert.is(count(), COUNT);
});

test('a list that may end within a line is refused: 10.9.1.2 may have been 10.9.1.25', async () => {
  const list = "delete from conntrack where src in (select ip from 'end.csv')";
  const text = /end\.csv: the last line is not terminated: the file may be cut off; if it is whole, end the line/;
  for (const [end, isRefused] of [
    ['', true],
    ['\n', false],
    ['\r\n', false],
  ] as const) {
    writeFileSync(join(folder, 'end.csv'), `ip\n10.9.9.9${end}`);
    const { stderr, code } = await ctqHere(['--dry-run', list], { cwd: folder });
    assert.is(code, isRefused ? 1 : 0);
    assert.is(text.test(stderr), isRefused, stderr);
  }
  assert.is(count(), COUNT);
  writeFileSync(join(folder, 'end.csv'), 'ip\n10.9.9.9');
  const select = await ctqHere(["count conntrack where src in (select ip from 'end.csv')"], { cwd: folder });
  assert.is(select.stderr, '');
});

test('a list of entries whose last line is not terminated is refused: 4 may have been 41', async () => {
  const cut = ENTRY.slice(0, ENTRY.lastIndexOf('dport=41') + 'dport=4'.length);
  for (const [name, text, isRefused] of [
    ['entries', cut, true],
    ['ended', `${cut}1\n`, false],
    ['quoted', cut.replaceAll(/^/gm, '> '), true],
    ['commented', ENTRY.replaceAll(/^(?=t)/gm, '-- '), true],
  ] as const) {
    writeFileSync(join(folder, name), text);
    const list = `delete from conntrack where reply.dport in (select reply.dport from '${name}')`;
    const { stderr, code } = await ctqHere([list], { cwd: folder });
    assert.is(code, isRefused ? 1 : 0, stderr);
    assert.is(
      /^error: \w+: (?:the last line is not terminated|lines begin with '-- ')/m.test(stderr),
      isRefused,
      stderr,
    );
  }
  assert.is(count(), COUNT);
});

test('a cell that cannot be cast is refused wherever it is, unless it is left out', async () => {
  writeFileSync(join(folder, 'cast.csv'), 'port\n1\n8O80\n');
  const cast = (query: string) => ctqHere([`delete from conntrack where dport < (${query})`], { cwd: folder });
  for (const query of [
    "select max(port::integer) from 'cast.csv'",
    "select max(coalesce(port::integer, 0)) from 'cast.csv'",
    "select sum(if(port::integer > 0, 1, 2)) from 'cast.csv'",
    "select max(p) from (select port::integer as p from 'cast.csv') x",
  ]) {
    const { code, stderr } = await cast(query);
    assert.is(code, 1, query);
    assert.match(stderr, /cannot be read as a number: '8O80'/);
    const value = await ctqHere([`let x = (${query}); delete from conntrack where dport < $x`], { cwd: folder });
    assert.is(value.code, 1, query);
  }
  const { code, stderr } = await cast("select max(port::integer) from 'cast.csv' where port::integer is not null");
  assert.equal([code, stderr], [0, '0 flows deleted\n']);
  assert.is(count(), COUNT);
  const select = await ctqHere(["select max(port::integer) from 'cast.csv'"], { cwd: folder });
  assert.match(select.stderr, /^warning: 1 value of port cannot be read as a number: '8O80'/);
  const counted = await ctqHere(["select count(port::integer), port::integer from 'cast.csv'"], { cwd: folder });
  assert.is(counted.code, 2);
  const question = await ctqHere(["select count(port::integer) from 'cast.csv'"], { cwd: folder });
  assert.equal([question.stdout, question.stderr], ['count(cast(port as integer))\n1\n', '']);
});

test('rows of a file, written out, and of the kernel; a row with a part that is missing or invalid is refused', async () => {
  const rows = listConntrack(['-L', '-o', 'save']).trim().split('\n');
  const pairOf = (line: string): string => `${/-s (\S+)/.exec(line)?.[1]},${/--dport (\d+)/.exec(line)?.[1]}`;
  const pairs = [...new Set(rows.map(pairOf))];
  assert.ok(pairs.length > 4);
  const wrong = pairs.slice(0, 2).map(pair => pair.replace(/,.*/, ',1'));
  const chosen = pairs.slice(0, 3);
  const expected = rows.filter(line => chosen.includes(pairOf(line))).length;
  writeFileSync(join(folder, 'pairs.csv'), `ip,port\n${[...chosen, ...wrong].join('\n')}\n`);
  const changed = async (condition: string): Promise<string> =>
    (await ctqHere(['--dry-run', `delete from conntrack where ${condition}`], { cwd: folder })).stderr;
  const inFile = "in (select ip, port from 'pairs.csv')";
  assert.match(await changed(`(src, dport) ${inFile}`), new RegExp(`would delete ${expected} flow`));
  assert.match(await changed(`(src, dport) not ${inFile}`), new RegExp(`would delete ${COUNT - expected} flow`));
  const written = chosen.map(pair => `(${pair})`).join(', ');
  assert.match(await changed(`(src, dport) in (${written})`), new RegExp(`would delete ${expected} flow`));
  assert.match(await changed(`(src, dport) not in (${written})`), new RegExp(`would delete ${COUNT - expected} flow`));
  // Of the kernel: every flow has a row of its own.
  assert.match(
    await changed('(src, dport, proto) in (select src, dport, proto from conntrack)'),
    new RegExp(`would delete all ${COUNT} flows`),
  );
  for (const [row, message] of [
    ['x,53', /pairs\.csv:2: 1 cell of ip cannot be read as an address: 'x'/],
    ['10.0.0.1,', /pairs\.csv has 1 row without a value/],
    ['10.0.0.1', /pairs\.csv is cut off|has no cell of port/],
  ] as const) {
    writeFileSync(join(folder, 'pairs.csv'), `ip,port\n${row}\n${chosen.join('\n')}\n`);
    assert.match(await changed(`(src, dport) not ${inFile}`), message);
  }
  assert.is(count(), COUNT);
});

test('a network in a row, a number that is cut in two, and the last result of a file with a part that cannot be read', async () => {
  writeFileSync(join(folder, 'nets.csv'), 'ip,port\n10.9.0.0/24,53\n10.0.0.1,80\n');
  writeFileSync(join(folder, 'split.txt'), ENTRY.replace('sport=41 ', 'sport=45 707 '));
  writeFileSync(join(folder, 'part.txt'), `${ENTRY}tcp 6 99 src=10.0.0.1 dst=10.\n`);
  for (const [statement, message] of [
    [
      "delete from conntrack where (src, dport) not in (select ip, port from 'nets.csv')",
      /nets\.csv:2: 1 cell of ip cannot be read as an address: '10\.9\.0\.0\/24' \(it is a network\)/,
    ],
    [
      "delete from conntrack where sport not in (select sport from 'split.txt')",
      /split\.txt: the number 707 in an entry belongs to no word/,
    ],
    ["insert into conntrack from 'split.txt'", /the number 707 in an entry belongs to no word.*; nothing was inserted/],
    [
      "select src from 'part.txt'; delete from conntrack where src not in (select src from _)",
      /the last result, _, is not whole: part\.txt: 1 line skipped/,
    ],
  ] as const) {
    const { stderr, code } = await ctqHere([statement], { cwd: folder });
    assert.is(code, 1, stderr);
    assert.match(stderr, message);
  }
  assert.is(count(), COUNT);
});

test('several entries in quotes in one line are all read', async () => {
  const other = ENTRY.replaceAll('10.9.0.1', '10.9.0.2').trim();
  const first = ENTRY.trim();
  for (const [i, line] of [
    JSON.stringify([first, other]),
    `ok: => {"stdout_lines": ["${first}", "${other}"]}`,
    `['${first}', '${other}']`,
    `level=info msg="${first}" next="${other}" x=1`,
  ].entries()) {
    writeFileSync(join(folder, `quoted-${i}.txt`), `${line}\n`);
    const { stdout } = await ctqHere(['-o', 'csv', `select src from 'quoted-${i}.txt'`], { cwd: folder });
    assert.is(stdout, 'src\n10.9.0.1\n10.9.0.2\n', line);
  }
});

test('what is run cannot turn --dry-run off', async () => {
  const { stderr, code } = await ctqHere(['--dry-run', 'set dry_run = off; flush conntrack'], { cwd: folder });
  assert.is(code, 2);
  assert.match(stderr, /--dry-run cannot be turned off/);
  assert.is(count(), COUNT);
});

test('a value that no row gave changes nothing: what differs from it is refused', async () => {
  const none = '(select src from conntrack where mark = 99 limit 1)';
  for (const [condition, isRefused] of [
    ['src = $x', false],
    ['host = $x', false],
    ['src in $x', false],
    ['src in ($x, 10.99.0.1)', false],
    ['src != $x', true],
    ['host != $x', true],
    ['not src = $x', true],
    ['not host = $x', true],
    ['src not in $x', true],
    ['host not in ($x, 10.99.0.1)', true],
    ['(src = $x) is null and mark = 5', true],
    ['$x is null and mark = 5', false],
    ['src = coalesce($x, 10.99.0.1)', false],
    [`host != ${none}`, true],
    ['src in (select src from conntrack where host != $x)', true],
    ['src in (select src from conntrack where not src = $x)', true],
    [`src in (select src from conntrack where src in (select src from conntrack where dst != ${none}))`, true],
    ['src in (select src from conntrack where src = $x)', false],
    [`src = ${none}`, false],
  ] as const) {
    const { code, stderr } = await ctqHere([`let x = ${none}; delete from conntrack where ${condition}`]);
    assert.is(code, isRefused ? 1 : 0, `${condition}: ${stderr}`);
    assert.match(stderr, isRefused ? /has no value/ : /0 flows deleted/, condition);
    assert.is(count(), COUNT, condition);
  }
});

test('a value of a file of which a part cannot be read changes nothing', async () => {
  writeFileSync(join(folder, 'part.csv'), 'name,ip\nalice,10.9.0.1\nbob');
  for (const query of [
    "select ip::address from 'part.csv' limit 1",
    "select min(ip::address::text)::address from 'part.csv'",
  ]) {
    const { code, stderr } = await ctqHere([`let x = (${query}); delete from conntrack where src = $x`], {
      cwd: folder,
    });
    assert.is(code, 1, stderr);
    assert.match(stderr, /part\.csv is cut off/);
    assert.is(count(), COUNT);
  }
});

test('a list of which the query compares with a value that is null changes nothing', async () => {
  const text =
    'let x = (select max(src) from conntrack where dport = 1); let y = (select src from conntrack where src != $x); ';
  const { code, stderr } = await ctqHere([`${text}delete from conntrack where src in $y`]);
  assert.is(code, 1, stderr);
  assert.match(stderr, /\$x has no value/);
  assert.is(count(), COUNT);
});

test('host and port are compared with null as other fields are', async () => {
  const none = '(select max(src) from conntrack where dport = 1)';
  const noPort = '(select max(dport) from conntrack where dport = 1)';
  for (const condition of [
    `host != ${none}`,
    `not (host = ${none})`,
    `host not in (${none})`,
    `host not in (select helper::address from conntrack)`,
    `port != ${noPort}`,
    `not (port between ${noPort} and 65535)`,
  ]) {
    const { stdout, stderr } = await ctqHere([`count conntrack where ${condition}`]);
    assert.match(stdout, /^count\(\*\)\n0\n/, `${condition}: ${stderr}`);
  }
  assert.match((await ctqHere(['count conntrack where host != 10.99.0.1'])).stdout, new RegExp(`\n${COUNT}\n`));
});

test('a file that is missing is found before an earlier argument changes something', async () => {
  const args = ['delete from conntrack where true', "delete from conntrack where src in (select ip from 'gone.csv')"];
  const { code, stderr } = await ctqHere(args, { cwd: folder });
  assert.is(code, 2, stderr);
  assert.match(stderr, /cannot read gone\.csv: no such file/);
  assert.is(count(), COUNT);
  const written = await ctqHere(["select src from conntrack output csv to 'made.csv'", "select src from 'made.csv'"], {
    cwd: folder,
  });
  assert.is(written.code, 0, written.stderr);
});

test.run();
