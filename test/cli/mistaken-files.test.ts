/** Files and pipes that are used for what they are not: what is said. */
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ctq } from '../kit/cli.js';
import { ctqHere } from '../kit/here.js';

const test = suite('mistaken files');

const cwd = mkdtempSync(join(tmpdir(), 'ctq-mistaken-files-'));
process.on('exit', () => rmSync(cwd, { recursive: true, force: true }));

const HOSTS = 'ip,owner\n10.0.0.1,bob\n';
const FLOWS = [1, 2, 3]
  .map(
    n =>
      `tcp      6 431999 ESTABLISHED src=10.0.0.${n} dst=10.0.1.1 sport=4${n} dport=22 src=10.0.1.1 dst=10.0.0.${n} sport=22 dport=4${n} [ASSURED] mark=0 use=1\n`,
  )
  .join('');
writeFileSync(join(cwd, 'hosts.csv'), HOSTS);
writeFileSync(join(cwd, 'my-hosts.csv'), HOSTS);
writeFileSync(join(cwd, 'ports.csv'), 'port\n80\n');
/** As mails have it. */
const BASE64 = Buffer.from(FLOWS).toString('base64').replace(/.{76}/g, '$&\n');
writeFileSync(join(cwd, 'flows.txt'), FLOWS);

/** The errors of a statement, each with its hint. */
async function complaints(args: readonly string[], code: number, input = ''): Promise<string[]> {
  const { stdout, stderr, code: status } = await ctqHere(args, { cwd, input });
  assert.equal([stdout, status], ['', code], stderr);
  return stderr
    .split('\n')
    .filter(line => /^error: |hint: /.test(line))
    .map(line => line.replace(/^ +╰─ /, ''));
}

test('a column of joined files that is in two of them, in none, or of a table of another name', async () => {
  const twice = "conntrack join 'hosts.csv' h on src = h.ip join 'my-hosts.csv'";
  assert.equal(await complaints([`select OWNER from ${twice} g on src = g.ip`], 2), [
    "error: 'OWNER' is ambiguous: h and g have it",
    'hint: write h.OWNER or g.OWNER',
  ]);
  assert.equal(await complaints([`select src from ${twice} on src = ip`], 2), [
    "error: 'ip' is ambiguous: h and my-hosts have it",
    "hint: name the files: join 'FILE' as a on …",
  ]);
  assert.equal(await complaints(["select ownr from conntrack join 'hosts.csv' h on src = h.ip"], 2), [
    "error: unknown field 'ownr' in conntrack",
    'hint: did you mean owner?',
  ]);
  assert.equal(await complaints(["select x.* from conntrack join 'hosts.csv' h on src = h.ip"], 2), [
    "error: unknown table 'x'",
    'hint: write conntrack.* or h.*',
  ]);
});

test('columns with spaces between them', async () => {
  writeFileSync(join(cwd, 'spaced.txt'), 'ip   role\n10.0.0.1 web\n10.0.0.2 db\n');
  assert.equal(await complaints(["select role from 'spaced.txt'"], 1), [
    "error: spaced.txt is in no known format; it begins with 'ip   role'",
    "hint: columns are separated by commas, semicolons, tabs or bars: tr -s ' ' ',' < spaced.txt > spaced.txt.csv",
  ]);
  writeFileSync(join(cwd, 'prose.txt'), 'This is a text.\nIt has no columns at all.\n');
  assert.match((await complaints(["select role from 'prose.txt'"], 1))[1], /^hint: readable are the files of .* JSON/);
});

test('braces in the name of a file, which are not expanded in quotes', async () => {
  assert.equal(await complaints(["select from '{a,b}.csv'"], 1), [
    'error: cannot read {a,b}.csv: no such file',
    "hint: braces are not expanded in quotes; a pattern has *, ? and […]: '[ab].csv'",
  ]);
  assert.equal(await complaints(["select from '{ours,theirs}.csv'"], 1), [
    'error: cannot read {ours,theirs}.csv: no such file',
    "hint: braces are not expanded in quotes; write: select … from 'ours.csv' union all select … from 'theirs.csv'",
  ]);
});

test('a list in a file is read by a select', async () => {
  assert.equal(await complaints(["delete from conntrack where src in 'hosts.csv'"], 2), [
    "error: 'hosts.csv' is a text, not a list",
    "hint: the list in a file: src in (select ip from 'hosts.csv')",
  ]);
});

test('a subquery that uses a field of the query around it', async () => {
  assert.equal(
    await complaints(["select src from conntrack where exists (select ip from 'hosts.csv' h where h.ip = src)"], 2),
    [
      "error: unknown field 'src' in h",
      'hint: src is a field of the query around it, which a subquery cannot use: compare it outside, as in src in (select …)',
    ],
  );
  assert.equal(
    await complaints(["select ip from 'hosts.csv' h where exists (select src from conntrack c where c.src = h.ip)"], 2),
    [
      "error: unknown table 'h'",
      'hint: a subquery cannot use fields of the query around it; write: ip in (select ip from …)',
    ],
  );
});

test('columns on standard input', async () => {
  assert.equal(await complaints(["select ownr from '-'"], 2, HOSTS), [
    "error: unknown field 'ownr' in '-'",
    'hint: did you mean owner?',
  ]);
  assert.match((await complaints(["select owner from '-'"], 2, ''))[0], /unknown field 'owner' in '-'/);
  assert.equal(await complaints(["select h.ip from 'flows.txt' join '-' h on src = h.i"], 2, HOSTS), [
    "error: standard input has no column 'i'",
    'hint: columns: ip, owner',
  ]);
});

test('a file that cannot be read, or holds nothing, says so whatever columns are named', async () => {
  const tar = Buffer.alloc(1024);
  tar.write('hosts.csv');
  tar.write('ustar', 257);
  const files: Record<string, Buffer | string> = {
    'tar.gz': gzipSync(tar),
    bytes: Buffer.from([1, 0, 2, 0, 255, 254]),
    'ss.txt': 'Netid State  Recv-Q Send-Q\nudp   UNCONN 0      0\n',
    prose: 'hello world\nthis is no table\n',
  };
  for (const [name, content] of Object.entries(files)) writeFileSync(join(cwd, name), content);
  for (const name of [...Object.keys(files), '.', 'none', 'my-hosts.csv/x']) {
    const expected = await complaints([`select from '${name}'`], 1);
    assert.equal(await complaints([`select name from '${name}'`], 1), expected);
    assert.equal(await complaints([`select src from '${name}' where rack = 1`], 1), expected);
  }
  writeFileSync(join(cwd, 'empty'), '');
  const { stderr, code } = await ctqHere(["select name from 'empty' output csv"], { cwd });
  assert.equal([stderr, code], ['warning: empty: no entries\n', 0]);
});

test('what other programs write, with what to type', async () => {
  const texts = {
    'list.json': '["10.0.1.2", "10.0.1.3"]\n',
    'lines.json': '[\n  "10.0.1.2",\n  "10.0.1.3"\n]\n',
    'psql.txt': ' ip       | owner\n----------+-------\n 10.0.0.1 | ann\n(1 row)\n',
    'mysql.txt':
      '+----------+-------+\n| ip       | owner |\n+----------+-------+\n| 10.0.0.1 | ann   |\n+----------+-------+\n',
    'mail.eml': `From: ann@example.net\nContent-Transfer-Encoding: base64\n\n${BASE64}`,
    'text.b64': BASE64,
  };
  const hints = {
    'list.json': `make objects of them: jq '.[] | {name: .}' list.json | ctq "select name from '-'"`,
    'lines.json': `make objects of them: jq '.[] | {name: .}' lines.json | ctq "select name from '-'"`,
    'psql.txt': 'psql --csv writes columns that can be read',
    'mysql.txt': 'mysql --batch writes columns that can be read',
    'mail.eml': "decode its text: sed '1,/^$/d' mail.eml | base64 -di > decoded",
    'text.b64': 'decode it: base64 -d text.b64 > decoded',
  };
  for (const [name, text] of Object.entries(texts)) {
    writeFileSync(join(cwd, name), text);
    for (const statement of [
      `select from '${name}'`,
      `select ip from '${name}'`,
      `select src from 'flows.txt' where src in (select ip from '${name}')`,
      `select f.src from 'flows.txt' f join '${name}' x on f.src = x.ip`,
    ]) {
      const [error, hint, ...more] = await complaints([statement], 1);
      assert.match(error, `${name} is not a dump of connection tracking but a`, statement);
      assert.equal([hint, more], [`hint: ${hints[name as keyof typeof hints]}`, []], statement);
    }
  }
  assert.equal(await complaints(["select from 'https://example.net/x.csv'"], 1), [
    'error: cannot read https://example.net/x.csv: no such file',
    `hint: files of this machine are read; of a server: curl -s 'https://example.net/x.csv' | ctq "… from '-'"`,
  ]);
  const hash = `hash\n${'0123456789abcdefABCDEF+/'.repeat(3).slice(0, 64)}\n`;
  assert.is((await ctqHere(["select count(*) from '-' where hash = 'x'"], { cwd, input: hash })).code, 0);
});

test('entries where columns are expected', async () => {
  assert.equal(await complaints(["select srcc from 'flows.txt'"], 2), [
    "error: unknown field 'srcc' in 'flows.txt'",
    'hint: did you mean src?',
  ]);
  assert.equal(await complaints(["select port + 1 from 'ports.csv'"], 2), [
    "error: '+' requires numbers, got text",
    'hint: the columns of a file are texts: write port::integer',
  ]);
});

test('a list without a name, and columns without names', async () => {
  writeFileSync(join(cwd, 'list.txt'), '10.0.0.1\n10.0.0.2\n');
  const hint = (command: string): string =>
    `hint: its first line is a value: put the name of the column above it, as in (echo ip; ${command}) | ctq "select ip from '-'"`;
  assert.is((await complaints(["select ip from 'list.txt'"], 2))[1], hint('cat list.txt'));
  assert.is((await complaints(["select from 'list.txt'"], 1))[1], hint('cat list.txt'));
  assert.is((await complaints(["select ip from '-'"], 2, '10.0.0.1\n'))[1], hint('COMMAND'));
  assert.is(
    (await complaints(["select src from 'flows.txt' where src in (select ip from 'list.txt')"], 2))[1],
    hint('cat list.txt'),
  );
});

test('a table that is too large says what to type', async () => {
  const path = join(cwd, 'large.csv');
  writeFileSync(path, HOSTS);
  truncateSync(path, 300 << 20);
  assert.equal(await complaints(["select ip from 'large.csv'"], 1), [
    'error: cannot read large.csv: it is larger than 256 MiB',
    'hint: write only the columns that are needed to another file: cut -d, -f1,3 large.csv > small.csv',
  ]);
  rmSync(path);
});

test('flows of ICMP from XML are compared with a warning', async () => {
  const flow =
    'icmp 1 29 src=10.0.0.1 dst=10.0.0.2 type=8 code=0 id=7 src=10.0.0.2 dst=10.0.0.1 type=0 code=0 id=7 mark=0 use=1\n';
  writeFileSync(join(cwd, 'icmp.txt'), flow);
  await ctqHere(["select from 'icmp.txt' output xml to 'icmp.xml'"], { cwd });
  for (const op of ['except', 'union']) {
    const vague = await ctqHere([`select from 'icmp.txt' ${op} select from 'icmp.xml'`], { cwd });
    assert.match(vague.stderr, /^warning: flows of ICMP have no type, code and id/);
    assert.is((await ctqHere([`select from 'icmp.txt' ${op} select from 'icmp.txt'`], { cwd })).stderr, '');
  }
});

test('the time of an event in the condition of a join', async () => {
  writeFileSync(
    join(cwd, 'ev.log'),
    `[1795518464.201259]\t[DESTROY] ${FLOWS.split('\n')[0].replace(/6 \d+ \w+/, '6')}\n`,
  );
  writeFileSync(join(cwd, 'since.csv'), 'ip,since\n10.0.0.1,2020-01-01T00:00:00Z\n');
  const query = "select e.src from 'ev.log' e join 'since.csv' h on e.event_time > h.since output csv, noheader";
  const { stdout, stderr } = await ctqHere([query], { cwd });
  assert.equal([stdout, stderr], ['10.0.0.1\n', '']);
});

test('standard input by its names in the file system', async () => {
  for (const path of ['/dev/stdin', '/dev/fd/0'])
    for (const [query, input, expected] of [
      [`select a.owner from '${path}' a join '-' b on a.ip = b.ip output csv, noheader`, HOSTS, 'bob\n'],
      [`select count(*) from '${path}' output csv, noheader`, FLOWS, '3\n'],
    ])
      assert.is((await ctq([query], { cwd, input })).stdout, expected, query);
});

test('a text without quotes beside a column', async () => {
  assert.equal(await complaints(["select ip from 'hosts.csv' where owner = alice"], 2), [
    "error: unknown field 'alice' in 'hosts.csv'",
    "hint: a text is written in quotes: 'alice'",
  ]);
});

test('two formats in a file', async () => {
  const save = '-A -t 9 -u SEEN_REPLY -s 10.0.0.9 -d 10.0.1.1 -p tcp --sport 9 --dport 22 --state ESTABLISHED\n';
  const files: Record<string, string> = { 'lines of conntrack\\(8\\)': FLOWS, 'lines of conntrack -o save': save };
  for (const [called, format] of [
    ['JSON', 'jsonl'],
    ['columns of ctq', 'csv'],
    ['XML of conntrack\\(8\\)', 'xml'],
  ])
    files[called] = (await ctqHere([`select from 'flows.txt' output ${format}`], { cwd })).stdout;
  for (const [first, begin] of Object.entries(files))
    for (const [second, rest] of Object.entries(files)) {
      if (first === second) continue;
      writeFileSync(join(cwd, 'both'), begin + rest);
      const { stderr, code } = await ctqHere(["count 'both'"], { cwd });
      assert.is(code, 0, stderr);
      const line = begin.split('\n').length;
      const warning = `^warning: both:${line}: another format begins here, ${second}, which is skipped: .*\n.*hint: .*divide it`;
      assert.match(stderr, new RegExp(warning, 'm'), `${first}, ${second}`);
      assert.is(stderr.split('another format').length, 2, stderr);
    }
});

test('a compressed file that is cut off: nothing is said to have been read where nothing was', async () => {
  const file = join(cwd, 'cut.gz');
  const packed = gzipSync(FLOWS.repeat(100));
  writeFileSync(file, packed.subarray(0, 12));
  assert.equal(await complaints(["count 'cut.gz'"], 1), [
    'error: cut.gz is cut off: its gzip data is incomplete',
    'hint: nothing before the cut can be decompressed',
  ]);
  writeFileSync(file, gzipSync(FLOWS).subarray(0, 40));
  assert.not.match((await complaints(["count 'cut.gz'"], 1)).join('\n'), /was read/);
  writeFileSync(file, packed.subarray(0, packed.length - 9));
  const { stdout, stderr, code } = await ctqHere(["count 'cut.gz'"], { cwd });
  assert.equal([/\d{3}/.test(stdout), code], [true, 0], stderr);
  assert.match(stderr, /\nhint: what comes before the cut was read\n/);
});

test('output of conntrack(8) in place of a script', async () => {
  assert.equal(await complaints(['flows.txt'], 2), [
    "error: 'flows.txt' has no statements: it is output of conntrack(8)",
    `hint: to read it, write: ctq "select from 'flows.txt'"`,
  ]);
  const piped = [
    'error: standard input has no statements: it is output of conntrack(8)',
    `hint: to read it, write: ctq "select from '-'"`,
  ];
  const event = '    [NEW] udp      17 30 src=10.0.0.1 dst=10.0.0.2 sport=1 dport=53 [UNREPLIED]\n';
  for (const text of [
    FLOWS,
    `conntrack v1.4.7 (conntrack-tools): 3 flow entries have been shown.\n${FLOWS}`,
    event,
    `[1795521600.123456]\t${event}`,
    'ipv4     2 tcp      6 431999 ESTABLISHED src=10.0.0.1 dst=10.0.0.2\n',
    '300 proto=6 src=10.0.0.1 dst=10.0.0.2 sport=0 dport=5\n',
    '-A -s 10.0.0.1 -d 10.0.0.2 -p tcp --sport 1 --dport 2\n',
    '<?xml version="1.0" encoding="utf-8"?>\n<conntrack>\n',
  ])
    assert.equal(await complaints([], 2, text), piped, text);
  assert.equal(await complaints(['-f', '-'], 2, FLOWS), piped);
  assert.equal(await complaints(["include 'flows.txt'"], 2), [
    "error: 'flows.txt' has no statements: it is output of conntrack(8)",
    `hint: to read it, write: ctq "select from 'flows.txt'"`,
  ]);
});

test('a table in place of a script', async () => {
  writeFileSync(join(cwd, 'hosts.json'), '[{"ip": "10.0.0.1", "owner": "bob"}]');
  for (const [name, what] of [
    ['hosts.csv', 'a table of columns'],
    ['hosts.json', 'JSON'],
  ])
    for (const args of [['-f', name], [`include '${name}'`]])
      assert.equal(await complaints(args, 2), [
        `error: '${name}' has no statements: it is ${what}`,
        `hint: -f and include run scripts; to read it, write: ctq "select from '${name}'"`,
      ]);
});

test('a compressed file in place of a script', async () => {
  writeFileSync(join(cwd, 'flows.gz'), gzipSync(FLOWS));
  writeFileSync(join(cwd, 'flows.zst'), Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 4, 0x58, 4, 0x48, 0]));
  for (const name of ['flows.gz', 'flows.zst'])
    assert.equal(await complaints([name], 2), [
      `error: '${name}' has no statements: it is compressed`,
      `hint: to read it, write: ctq "select from '${name}'"`,
    ]);
});

test('statements about entries are statements', async () => {
  for (const text of [
    '-- tcp 6 30 src=10.0.0.1\necho 1\n',
    "echo 'tcp 6 30 ESTABLISHED src=10.0.0.1'\n",
    "let a = 10.0.0.1;\nselect src\nfrom 'flows.txt'\nwhere\nsrc=$a",
  ])
    assert.is((await ctqHere([], { cwd, input: text })).code, 0, text);
});

test('what ctq wrote: files are read, drawings for people are named', async () => {
  const write = async (format: string): Promise<void> => {
    const { code, stderr } = await ctqHere([`select from 'flows.txt' output ${format} to 'own.${format}'`], { cwd });
    assert.is(code, 0, stderr);
  };
  for (const format of ['save', 'xml', 'plain', 'extended', 'json', 'jsonl', 'csv', 'tsv']) {
    await write(format);
    const { stdout, stderr } = await ctqHere([`select count(*) as n from 'own.${format}' output jsonl`], { cwd });
    assert.is(stdout, '{"n":3}\n', `${format}: ${stderr}`);
  }
  for (const [format, what] of [
    ['table', "a table drawn for people, by ctq's output table"],
    ['box', "a table drawn for people, as by ctq's output box"],
    ['markdown', "a table in Markdown, as by ctq's output markdown"],
    ['vertical', "a list for people, by ctq's output vertical"],
    ['html', "a page for people, by ctq's output html"],
  ]) {
    await write(format);
    const [error, hint] = await complaints([`select from 'own.${format}'`], 1);
    assert.ok(error.includes(`is not a dump of connection tracking but ${what};`), error);
    assert.is(hint, 'hint: output save, xml, plain, extended, json, jsonl, csv and tsv write files that ctq reads');
  }
});

test.run();
