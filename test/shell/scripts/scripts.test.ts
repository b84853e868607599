import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { folder, shell } from '../support.js';

const scripts = suite('scripts');

scripts('statements of the command line, of a pipe, of a file', async () => {
  assert.equal(await shell(['echo 1 + 1', "echo 'a', 'b'"]), { status: 0, stdout: '2\na b\n', stderr: '' });
  assert.is((await shell([], { input: 'echo 7; echo 8' })).stdout, '7\n8\n');
  const path = folder({ 'a.ctq': '#!/usr/bin/env ctq\n-- nothing\necho 42;\n', 'bom.ctq': '\ufeffecho 1' });
  assert.is((await shell([join(path, 'a.ctq')])).stdout, '42\n');
  assert.is((await shell([join(path, 'bom.ctq')])).stdout, '1\n');
});

scripts('every mistake is reported before anything runs', async () => {
  const { status, stdout, stderr } = await shell(['echo 1; select scr from conntrack;\ncount conntrac']);
  assert.is(status, 2);
  assert.is(stdout, '');
  assert.match(stderr, /unknown field 'scr'/);
  assert.match(stderr, /2:7/);
  assert.match(stderr, /unknown table 'conntrac'/);
});

scripts('--check runs nothing', async () => {
  assert.equal(await shell(['--check', 'echo 1; flush conntrack']), { status: 0, stdout: '', stderr: '' });
  assert.is((await shell(['--check', 'echo $x'])).status, 2);
  assert.is((await shell(['--check', '--set', 'x=1', 'echo $x'])).status, 0);
});

scripts('variables: values, lists, and never a part of the statement', async () => {
  assert.is((await shell(['--set', 'x=10.0.0.0/8', 'let y = 2 * 3; echo $x, $y'])).stdout, '10.0.0.0/8 6\n');
  const refused = await shell(['--set', 'x=1; echo 9', 'echo $x']);
  assert.is(refused.status, 2);
  assert.is(refused.stdout, '');
  const word = await shell(['--set', 'x=web', 'echo $x']);
  assert.is(word.status, 2);
  assert.match(word.stderr, /--set "x='web'"/);
  assert.is((await shell(['--set', "x='1 or true'", 'echo $x'])).stdout, '1 or true\n');
});

scripts('the first failure ends a text, unless on_error says otherwise', async () => {
  const stopped = await shell(["echo 1; assert 1 = 2, 'no such luck'; echo 2"]);
  assert.equal([stopped.status, stopped.stdout], [1, '1\n']);
  assert.match(stopped.stderr, /^error: no such luck\n$/);
  const going = await shell(['set on_error = continue; assert null; echo 2']);
  assert.equal([going.status, going.stdout], [1, '2\n']);
  assert.match(going.stderr, /assertion failed: null/);
  assert.equal([(await shell(['assert false', 'echo 2'])).stdout], ['']);
});

scripts('a use or a let that fails ends a script, whatever on_error says', async () => {
  const path = folder({
    'use.ctq': "use file 'nowhere.save'; echo 2",
    'main.ctq': "set on_error = continue; echo 1; include 'use.ctq'; echo 3",
  });
  const going = 'set on_error = continue';
  const missing = "let x = (select src from 'nowhere.csv')";
  for (const args of [
    [`${going}; echo 1; use file 'nowhere.save'; echo 2`],
    [`${going}; let x = 1; echo 1; ${missing}; echo $x`],
    [going, "echo 1; use file 'nowhere.save'", 'echo 2'],
    [join(path, 'main.ctq'), '--execute', 'echo 2'],
  ]) {
    const { status, stdout, stderr } = await shell(args);
    assert.equal([status, stdout], [1, '1\n'], `${args}: ${stderr}`);
    const isLast = args[0] === going;
    assert.is(/what follows is not run: a (use|let) that fails ends a script/.test(stderr), !isLast, stderr);
  }
});

scripts('a file that is missing after a change is found before the change', async () => {
  const change = "update conntrack set mark = 1 where src in (select src from 'F')";
  const path = folder({
    'main.ctq': `echo 1; flush conntrack;\ninclude 'part.ctq'`,
    'part.ctq': "select src from 'nowhere.save'",
  });
  for (const [args, isFound] of [
    [["echo 1; flush conntrack; select src from 'nowhere.save'"], true],
    [[`echo 1; flush conntrack; ${change.replace('F', 'nowhere.save')}`], true],
    [["echo 1; flush conntrack; select src from conntrack join 'nowhere.csv' n on src = n.ip"], true],
    [[join(path, 'main.ctq')], true],
    // Nothing has been changed before, or the file is written first.
    [["echo 1; select src from 'nowhere.save'; assert false"], false],
    [
      [
        "echo 1; assert false; flush conntrack; select from conntrack output save to 'w.save'; select src from 'w.save'",
      ],
      false,
    ],
  ] as const) {
    const { status, stdout, stderr } = await shell(args);
    assert.equal([status, stdout], isFound ? [2, ''] : [1, '1\n'], `${args}: ${stderr}`);
    if (isFound) assert.match(stderr, /cannot read nowhere\.(save|csv): no such file/);
  }
});

scripts('an assert that fails tells file and line', async () => {
  const path = folder({ 'check.ctq': 'echo 1;\n\nassert 2 < 1;\n' });
  const { status, stderr } = await shell([join(path, 'check.ctq')]);
  assert.is(status, 1);
  assert.match(stderr, /check\.ctq:3: assertion failed: 2 < 1/);
});

scripts('include: from the folder of the file, checked beforehand, not in circles', async () => {
  const path = folder({
    'main.ctq': "include 'lib/names.ctq'; echo $office",
    'circle.ctq': "echo 1; include 'back.ctq'",
    'back.ctq': "include 'circle.ctq'",
    'wrong.ctq': "echo 1; include 'bad.ctq'; include 'missing.ctq'",
    'bad.ctq': 'echo $nowhere',
  });
  mkdirSync(join(path, 'lib'));
  writeFileSync(join(path, 'lib/names.ctq'), "include 'more.ctq'; let office = 10.0.0.0/8;");
  writeFileSync(join(path, 'lib/more.ctq'), "echo 'more';");
  assert.equal(await shell([join(path, 'main.ctq')]), { status: 0, stdout: 'more\n10.0.0.0/8\n', stderr: '' });
  const circle = await shell([join(path, 'circle.ctq')]);
  assert.equal([circle.status, circle.stdout], [2, '']);
  assert.match(circle.stderr, /is being included already/);
  const wrong = await shell([join(path, 'wrong.ctq')]);
  assert.equal([wrong.status, wrong.stdout], [2, '']);
  assert.match(wrong.stderr, /unknown variable \$nowhere[\s\S]*missing\.ctq': no such file/);
});

scripts('a variable whose let has a mistake is not a second one', async () => {
  const path = folder({
    'main.ctq': "include 'bad.ctq'; echo $office; echo $other",
    'bad.ctq': 'let office = 10.0.0.0/33;',
  });
  for (const [args, count, message] of [
    [['let x = 10...20; echo $x; echo $x'], 1, /after '\.\.'/],
    [['let x = nothing; echo $x'], 1, /unknown name 'nothing'/],
    [['let x = (select nothing from conntrack); select from conntrack where dport = $x'], 1, /unknown field 'nothing'/],
    [['let x = nothing; echo $y'], 2, /unknown variable \$y/],
    [['echo $x; let x = nothing'], 2, /unknown variable \$x/],
    [['let x = 1; echo nothing, $y'], 2, /unknown variable \$y/],
    [[join(path, 'main.ctq')], 2, /unknown variable \$other/],
  ] as const) {
    const { status, stderr } = await shell(args);
    assert.is(status, 2);
    assert.is(stderr.match(/^error: /gm)?.length, count, stderr);
    assert.match(stderr, message);
  }
});

scripts('a script that cannot be read', async () => {
  const { status, stderr } = await shell(['-f', '/nowhere/x.ctq']);
  assert.is(status, 1);
  assert.match(stderr, /^error: cannot read the script '\/nowhere\/x\.ctq': no such file\n$/);
});

scripts('read-only is not taken back', async () => {
  for (const change of ['flush conntrack', 'delete from conntrack where true', 'select from conntrack zero']) {
    const { status, stderr } = await shell(['--read-only', change]);
    assert.is(status, 1, change);
    assert.match(stderr, /is refused: this is read-only/, change);
  }
  const { status, stdout, stderr } = await shell(['set read_only = on; use kernel; set read_only = off; echo 1']);
  assert.equal([status, stdout], [2, '']);
  assert.match(stderr, /read_only cannot be turned off/);
});

scripts('lists are results of every format', async () => {
  const { stdout } = await shell(['-o', 'json', 'show tables']);
  const tables = JSON.parse(stdout) as { table: string }[];
  assert.equal(tables[0].table, 'conntrack');
  assert.match((await shell(['-o', 'csv', 'describe expect'])).stdout, /^field,type,/);
  assert.match((await shell(['set null_text = "-"; show settings'])).stdout, /\nnull_text\t-\t/);
});

scripts('lists take an output clause', async () => {
  const to = join(folder(), 'x.csv');
  assert.equal(await shell([`describe expect output csv to '${to}'`]), { status: 0, stdout: '', stderr: '' });
  assert.match(readFileSync(to, 'utf8'), /^field,type,/);
  for (const list of ['tables', 'settings', 'queries', 'variables']) {
    const { stdout } = await shell([`show ${list} output json`]);
    assert.ok(Array.isArray(JSON.parse(stdout)), list);
  }
  const { status, stderr } = await shell(['show tables output save']);
  assert.is(status, 2);
  assert.match(stderr, /save requires whole entries/);
});

scripts('describe of a file: its columns, or the fields that its entries have', async () => {
  const path = folder({
    'hosts.csv':
      'ip,bytes,share,seen,name\n10.0.0.1,10,0.5,2024-01-01T00:00:00Z,\n10.0.0.0/8,20,1,2024-01-02T00:00:00Z,router\n',
    'hosts.json': '[{"ip":"10.0.0.1"},{"ip":"nowhere","more":{"port":80}}]',
    'a.save': '-A -s 10.0.0.1 -d 10.0.0.2 -p udp --sport 1 --dport 53 -t 30\n',
    'stats.txt': 'cpu=0 found=1 invalid=2 insert=0 insert_failed=0 drop=0 early_drop=0 error=0 search_restart=5\n',
    empty: '',
  });
  const described = async (name: string) => {
    const { stdout, stderr } = await shell([`describe '${join(path, name)}'`]);
    const [, ...rows] = stdout.trimEnd().split('\n');
    return { rows, stderr };
  };
  assert.equal(await described('hosts.csv'), {
    rows: [
      'ip\taddress\t10.0.0.1',
      'bytes\tinteger\t10',
      'share\tdecimal\t0.5',
      'seen\ttime\t2024-01-01T00:00:00Z',
      'name\ttext\trouter',
    ],
    stderr: '2 rows\n',
  });
  assert.equal((await described('hosts.json')).rows, ['ip\ttext\t10.0.0.1', 'more.port\tinteger\t80']);
  const flows = await described('a.save');
  assert.is(flows.stderr, 'fields of conntrack, in 1 entry\n');
  for (const row of ['proto\tproto\tudp', 'orig.dport\tport\t53', 'timeout\tduration\t30'])
    assert.ok(flows.rows.includes(row), row);
  assert.not.ok(flows.rows.some(row => /^(?:helper|tcp\.state|event|src)\t/.test(row)));
  assert.ok((await described('stats.txt')).rows.includes('invalid\tinteger\t2'));
  assert.match((await described('empty')).stderr, /no entries/);
  const schema = await shell(['.schema', join(path, 'hosts.csv')]);
  assert.match(schema.stdout, /^bytes\tinteger\t10$/m);
  const missing = await shell([`describe '${join(path, 'host.csv')}'`]);
  assert.is(missing.status, 1);
  assert.match(missing.stderr, /no such file\nhint: did you mean/);
  assert.match((await shell(['describe hosts.csv'])).stderr, /quote the name of a file: describe 'hosts\.csv'/);
});

scripts('a bare word or address is the statement that it means', async () => {
  assert.match((await shell(['tables'])).stdout, /^conntrack\t/m);
  assert.match((await shell(['desc', 'stats'])).stdout, /^early_drop\t/m);
  assert.match((await shell(['.schema', 'stats'])).stdout, /^early_drop\t/m);
  const path = folder({ 'a.save': '-A -s 10.0.0.1 -d 10.0.0.2 -p udp --sport 1 --dport 53 -t 30\n' });
  assert.match((await shell(['--file', join(path, 'a.save'), '10.0.0.2'])).stdout, /src=10\.0\.0\.1/);
  assert.is((await shell(['--file', join(path, 'a.save'), '10.0.0.3'])).stdout, '');
  assert.is((await shell(['kill', '10.0.0.1'])).status, 2);
});

scripts('--json is a format, --quiet leaves notes out', async () => {
  const args = ['--timing', 'select 1 as n from stats limit 0'];
  assert.match((await shell(args)).stderr, /^0 rows/m);
  assert.equal(await shell(['-q', ...args]), { status: 0, stdout: 'n\n', stderr: '' });
  assert.is((await shell(['--json', '-q', ...args])).stdout, '[]\n');
  assert.is((await shell(['--json', '-o', 'csv', 'echo 1'])).status, 2);
});

scripts('--to: one file for all results, whole or not at all', async () => {
  const path = join(folder(), 'out');
  const done = await shell(['--to', path, '-o', 'csv', 'echo 1; show tables']);
  assert.equal([done.status, done.stdout], [0, '']);
  assert.match(readFileSync(path, 'utf8'), /^1\ntable,what,operations\nconntrack,/);
  assert.is((await shell(['--to', path, 'echo 2; assert false'])).status, 1);
  assert.match(readFileSync(path, 'utf8'), /^1\n/);
  const other = join(folder(), 'other');
  await shell(['--to', other, 'echo 2; assert false']);
  assert.is(existsSync(other), false);
});

scripts('preferences are for terminals, and below the command line', async () => {
  const home = folder();
  mkdirSync(join(home, 'ctq'));
  writeFileSync(join(home, 'ctq/config.ctq'), 'set format = csv; let office = 10.0.0.0/8; set timing = on;');
  const env = { XDG_CONFIG_HOME: home };
  assert.match((await shell(['show tables'], { env, columns: 100 })).stdout, /^table,what/);
  assert.match((await shell(['-o', 'tsv', 'show tables'], { env, columns: 100 })).stdout, /^table\twhat/);
  assert.is((await shell(['echo $office'], { env, columns: 100 })).stdout, '10.0.0.0/8\n');
  assert.is((await shell(['echo $office'], { env })).status, 2);
  assert.is((await shell(['--no-config', 'echo $office'], { env, columns: 100 })).status, 2);
  writeFileSync(join(home, 'ctq/config.ctq'), 'flush conntrack');
  const { status, stderr } = await shell(['echo 1'], { env, columns: 100 });
  // A mistake there keeps ctq from nothing.
  assert.is(status, 0);
  assert.match(stderr, /the config file may contain only set and let[\s\S]*--no-config/);
});

scripts('help and version', async () => {
  assert.match((await shell(['--help'])).stdout, /^ctq: /);
  assert.match((await shell(['--version'])).stdout, /^ctq \S+ \(.*; node v\S+, \w+\)\n$/);
  assert.match((await shell(['help'])).stdout, /select/);
  assert.match((await shell(['help orig.bytes'])).stdout, /nf_conntrack_acct/);
});

scripts('colours: on a terminal, or as it is said', async () => {
  assert.match((await shell(['echo $x'], { columns: 80 })).stderr, /\u001b\[/);
  assert.not.match((await shell(['echo $x'], { columns: 80, env: { NO_COLOR: '1' } })).stderr, /\u001b/);
  assert.not.match((await shell(['echo $x'])).stderr, /\u001b/);
  assert.match((await shell(['--color', 'always', 'echo $x'])).stderr, /\u001b\[/);
});

scripts('no text writes escape codes', async () => {
  assert.is((await shell(["echo '\u001b[31mred'"])).stdout, '\\x1b[31mred\n');
  assert.not.match((await shell(["assert false, '\u001b[31mred'"])).stderr, /\u001b/);
});

scripts.run();
