/** What ctq asks before a change, and what it reports afterwards. */
import { writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { bulk } from '../kit/bulk.js';
import { ctq, PROGRAM, Terminal, tty } from '../kit/cli.js';
import { type Finished, must, run } from '../kit/command.js';
import { encodeFlow, PROTOCOL } from '../kit/flow.js';
import { ctqHere } from '../kit/here.js';
import { useConntrack } from '../kit/namespace.js';
import { mustRequest } from '../kit/netlink.js';
import { conntrack, listConntrack } from '../kit/oracle.js';
import { directory } from '../kit/snapshot.js';
import { until } from '../kit/until.js';

const test = suite('changes');
const count = (...options: string[]): number => listConntrack(['-L', ...options]).split('\n').length - 1;

test.before(() => useConntrack());
test.before.each(() => {
  conntrack(['-F']);
  bulk(20);
  mustRequest([
    encodeFlow({
      proto: PROTOCOL.tcp,
      orig: { src: '10.9.0.1', dst: '10.9.0.2', sport: 40_000, dport: 22 },
      tcp: { state: 3 },
    }),
  ]);
});

const SSH = { SSH_CONNECTION: '10.9.0.1 40000 10.9.0.2 22' };

test('on a terminal: how many, a few of them, a warning for the own connection, and a question', async () => {
  const terminal = tty(['delete from conntrack where proto = tcp'], { env: SSH, columns: 120 });
  try {
    const screen = await terminal.waitFor('[y/N]');
    assert.match(screen, /delete 11 flows, such as these 5:/);
    assert.match(screen, /10\.0\.0\.\d+:1024/);
    assert.match(screen, /your own SSH connection is among the flows to be deleted: tcp src=10\.9\.0\.1/);
    assert.match(
      screen,
      /hint: to keep it: delete from conntrack where \(proto = tcp\) and not \(src = 10\.9\.0\.1 and sport = 40000\)\nDelete 11/,
    );
    assert.match(screen, /Delete 11 flows\? \[y\/N\]/);
    assert.is(count('-p', 'tcp'), 11);
    terminal.type('n');
    terminal.press('Enter');
    assert.is(await terminal.exit(), 1);
    assert.match(terminal.screen(), /nothing was changed/);
    assert.is(count('-p', 'tcp'), 11);
  } finally {
    terminal.close();
  }
});

test('a piped no forbids the change, and is not taken from who reads it next', async () => {
  const folder = directory;
  writeFileSync(join(folder, 'no'), 'No\nx\n');
  writeFileSync(join(folder, 'hosts'), '10.9.0.1\n');
  const sh = (line: string): Finished =>
    run([
      'sh',
      '-c',
      `cd '${folder}' && export HOME="$PWD" && ${line.replaceAll('CTQ', `'${process.execPath}' '${PROGRAM}'`)}`,
    ]);
  const all = count();
  for (const line of [
    'echo n | CTQ "delete from conntrack where proto = tcp"',
    'echo " NO " | CTQ "flush conntrack"',
    'CTQ "update conntrack set mark = 5 where proto = tcp" < no',
    '(sleep 0.02; echo n) | CTQ "delete from conntrack where proto = tcp"',
    'yes n | CTQ "delete from conntrack where proto = tcp; delete from conntrack where proto = udp"',
  ]) {
    const { code, stderr } = sh(line);
    assert.is(code, 1, `${line}: ${stderr}`);
    assert.match(stderr, /the answer on standard input is no: nothing was changed/, line);
    assert.is(count(), all, line);
    assert.is(count('--mark', '5'), 0, line);
  }
  // From a socket, as programs start others.
  assert.is((await ctq(['delete from conntrack where proto = tcp'], { input: 'n\n' })).code, 1);
  assert.is(count(), all);
  for (const [line, left] of [
    ['echo n | CTQ --yes "delete from conntrack where dport = 1 and proto = tcp"', all],
    ['while read ip; do CTQ "delete from conntrack where src = $ip"; done < hosts', all - 1],
    [`printf 'n\\n10.9.0.1\\n' | CTQ "delete from conntrack where src in (select n::address from '-')"`, all - 1],
    ['echo y | CTQ "delete from conntrack where proto = tcp"', all - 11],
  ] as const) {
    const { code, stderr } = sh(line);
    assert.is(code, 0, `${line}: ${stderr}`);
    assert.is(count(), left, line);
  }
});

for (const end of ['\n', '']) {
  test(`what is typed before a question does not answer it, ${end === '' ? 'without' : 'with'} Enter`, async () => {
    const statement = 'delete from conntrack where proto = tcp';
    const terminal = new Terminal(['sh', '-c', 'sleep 1; exec "$@"', 'sh', process.execPath, PROGRAM, statement]);
    try {
      terminal.type(`y${end}`);
      await terminal.waitFor(/Delete 11 flows\? \[y\/N\] ?$/);
      assert.is(count('-p', 'tcp'), 11);
      terminal.type('\n');
      assert.is(await terminal.exit(), 1);
      assert.is(count('-p', 'tcp'), 11);
    } finally {
      terminal.close();
    }
  });
}

const arrive = (sport: number, src = '10.9.0.3'): void =>
  mustRequest([
    encodeFlow({ proto: PROTOCOL.tcp, orig: { src, dst: '10.9.0.2', sport, dport: 22 }, tcp: { state: 3 } }),
  ]);

for (const [statement, report, left] of [
  ['delete from conntrack where dport = 22', '1 flow deleted, 2 that came later were left', 22],
  ['delete from conntrack where dport = 22 limit 3', '1 flow deleted, 2 that came later were left', 22],
  ['update conntrack set mark = 9 where dport = 22', '1 flow updated, 2 that came later were left', 23],
] as const)
  test(`what comes while a question is open is left: ${statement}`, async () => {
    const terminal = tty([statement], { env: { ...SSH, SSH_CONNECTION: '10.9.0.3 40001 10.9.0.2 22' } });
    try {
      await terminal.waitFor('[y/N]');
      assert.not.match(terminal.screen(), /SSH/);
      arrive(40_001);
      arrive(40_002);
      terminal.type('y\n');
      assert.is(await terminal.exit(), 0);
      assert.ok(terminal.screen().includes(report), terminal.screen());
      assert.is(count(), left);
      assert.is(count('-s', '10.9.0.3'), 2);
      assert.is(count('-m', '9'), left === 23 ? 1 : 0);
    } finally {
      terminal.close();
    }
  });

test('a flush asks again if the own connection has come back', async () => {
  const terminal = tty(['flush conntrack'], { env: { SSH_CONNECTION: '10.9.0.3 40001 10.9.0.2 22' }, columns: 120 });
  try {
    await terminal.waitFor(/Delete all 21 flows of the table\? \[y\/N\]/);
    arrive(40_001);
    terminal.type('y\n');
    const screen = await terminal.waitFor(/Delete it as well\? \[y\/N\]/);
    assert.match(screen, /your own SSH connection is among the flows to be deleted: tcp src=10\.9\.0\.3/);
    terminal.type('n\n');
    assert.is(await terminal.exit(), 1);
    assert.is(count(), 22);
  } finally {
    terminal.close();
  }
});

test('on a small terminal the warning and the question stay on the screen', async () => {
  for (const statement of [
    'delete from conntrack where proto = tcp',
    'update conntrack set mark = 3 where proto = tcp',
  ]) {
    const terminal = tty([statement], { env: SSH, columns: 50, rows: 20 });
    try {
      await terminal.waitFor('[y/N]');
      const screen = terminal.screen();
      assert.match(screen, /your own SSH connection is among the/);
      assert.match(screen, /to keep it: (?:delete|update)[\s\S]*and not/);
      assert.match(screen, /^(?:Delete|Update) 11 flows\? \[y\/N\]$/m);
    } finally {
      terminal.close();
    }
  }
});

test('Ctrl-C at the question ends ctq as it does elsewhere', async () => {
  const terminal = tty(['delete from conntrack where proto = tcp', 'flush conntrack']);
  try {
    await terminal.waitFor('[y/N]');
    terminal.press('C-c');
    assert.is(await terminal.exit(), 130);
    assert.is(count(), 21);
  } finally {
    terminal.close();
  }
});

test('a change of the whole table says so, in the question and in a dry run', async () => {
  const dryRun = async (statement: string): Promise<string> => (await ctqHere(['--dry-run', statement])).stderr;
  for (const statement of [
    'flush conntrack',
    'delete from conntrack where src is not null',
    'delete from conntrack where true limit 21',
    'delete from conntrack where family = ipv4',
  ])
    assert.match(await dryRun(statement), /would delete all 21 flows of the table/, statement);
  assert.match(await dryRun('update conntrack set mark = 1 where mark >= 0'), /would update all 21 flows of the table/);
  assert.match(await dryRun('delete from conntrack where proto = tcp'), /would delete 11 flows$/m);
  assert.match(await dryRun('delete from conntrack where true limit 20'), /would delete 20 flows$/m);
  const terminal = tty(['flush conntrack'], { columns: 120 });
  try {
    assert.match(await terminal.waitFor('[y/N]'), /Delete all 21 flows of the table\? \[y\/N\]/);
    terminal.press('Enter');
    assert.is(await terminal.exit(), 1);
  } finally {
    terminal.close();
  }
});

test('an update of a setting that no kernel has is warned of', async () => {
  const { stderr } = await ctqHere(["update sysctl set value = 100 where name = 'nf_conntrack_maxx'"]);
  assert.match(
    stderr,
    /no setting is named 'nf_conntrack_maxx'[\s\S]*did you mean nf_conntrack_max\?[\s\S]*0 settings updated/,
  );
});

test('on a terminal: an update shows what it would change', async () => {
  for (const [statement, shown] of [
    [
      'update conntrack set mark = 5, timeout = 1m where dport = 22',
      /^proto +source +destination +mark +timeout\n.*\ntcp +10\.9\.0\.1:40000 +10\.9\.0\.2:22 +0 → 5 +\w+ → 1m$/m,
    ],
    ['update conntrack set status += FIXED_TIMEOUT where dport = 22', /status\n.*\n.* \+ FIXED_TIMEOUT$/m],
    [
      "update sysctl set value = 61 where name = 'nf_conntrack_udp_timeout'",
      /^name +value\n.*\nnf_conntrack_udp_timeout +\d+ → 61$/m,
    ],
  ] as const) {
    const terminal = tty([statement], { columns: 120 });
    try {
      assert.match(await terminal.waitFor('[y/N]'), shown);
      terminal.type('n');
      terminal.press('Enter');
      assert.is(await terminal.exit(), 1);
    } finally {
      terminal.close();
    }
  }
});

test('a preview has the zone where entries have one', async () => {
  await ctqHere(['insert into conntrack set zone = 7 from conntrack where dport = 22']);
  for (const [change, zone] of [
    ['update conntrack set mark = 5', / zone +mark\n[\s\S]* 7 +0 → 5/],
    ['delete from conntrack', / zone\n[\s\S]* 7\n/],
  ] as const) {
    const { stderr } = await ctqHere(['--dry-run', `${change} where dport = 22`]);
    assert.match(stderr, zone);
    const alone = await ctqHere(['--dry-run', `${change} where dport = 22 and zone = 0`]);
    assert.not.match(alone.stderr, /zone/);
  }
});

test('an update of which nothing can be done is reported, not asked for', async () => {
  const some = tty(['update conntrack set status = FIXED_TIMEOUT where proto = tcp'], { columns: 120 });
  try {
    assert.match(await some.waitFor('[y/N]'), /^Update 1 flow \(10 more are refused\)\?/m);
  } finally {
    some.close();
  }
  await ctqHere(['--yes', 'update conntrack set status += ASSURED where dport = 22']);
  const terminal = tty(['update conntrack set status = FIXED_TIMEOUT where dport = 22'], { columns: 120 });
  try {
    assert.is(await terminal.exit(), 1);
    const screen = terminal.screen();
    assert.match(screen, /cannot clear status bits: ASSURED is set[\s\S]*0 flows updated, 1 refused/);
    assert.not.match(screen, /\[y\/N\]/);
  } finally {
    terminal.close();
  }
});

test('the condition of the warning keeps the own connection', async () => {
  const { stderr } = await ctqHere(
    ['--dry-run', 'delete from conntrack where (proto = tcp) and not (src = 10.9.0.1 and sport = 40000)'],
    { env: SSH },
  );
  assert.not.match(stderr, /SSH/);
  assert.match(stderr, /would delete \d+ flows/);
});

test('on a terminal: yes does it, Ctrl-C does not', async () => {
  const yes = tty(['delete from conntrack where dport = 443 and proto = tcp'], { columns: 120 });
  try {
    await yes.waitFor('[y/N]');
    yes.type('y');
    yes.press('Enter');
    assert.is(await yes.exit(), 0);
    assert.match(yes.screen(), /10 flows deleted/);
    assert.is(count(), 11);
  } finally {
    yes.close();
  }
  const interrupted = tty(['flush conntrack'], { columns: 120 });
  try {
    await interrupted.waitFor('[y/N]');
    interrupted.press('C-c');
    assert.ok((await interrupted.exit()) !== 0);
    assert.is(count(), 11);
  } finally {
    interrupted.close();
  }
});

for (const elsewhere of ['2>/dev/null', '2>/dev/null | cat', '>/dev/null 2>&1'])
  test(`a question is asked on the terminal with ${elsewhere}`, async () => {
    const statement = 'delete from conntrack where proto = tcp';
    for (const [answer, left] of [
      ['n', 21],
      ['y', 10],
    ] as const) {
      const line = ['sh', '-c', `"$@" ${elsewhere}`, 'sh', process.execPath, PROGRAM, statement];
      const terminal = new Terminal(line, { env: SSH, columns: 120 });
      try {
        const screen = await terminal.waitFor('[y/N]');
        assert.match(screen, /delete 11 flows, such as these 5:[\s\S]*warning: your own SSH connection/);
        terminal.type(answer);
        terminal.press('Enter');
        await terminal.exit();
        assert.is(count(), left, answer);
      } finally {
        terminal.close();
      }
    }
  });

/** A pipe with a name, from which a restore reads as long as it is written to. */
async function pipe(
  name: string,
): Promise<{ path: string; write(text: string): Promise<unknown>; close(): Promise<void> }> {
  const path = join(directory, name);
  must(['mkfifo', path]);
  // Opening waits for the other side; both ways at once does not.
  const file = await open(path, 'r+');
  return { path, write: text => file.write(text), close: () => file.close() };
}

/** Lines that make flows of their own. */
const lines = (first: number, many: number): string =>
  Array.from(
    { length: many },
    (_, i) =>
      `-A -t 300 -s 10.20.${((first + i) >> 8) & 255}.${(first + i) & 255} -d 10.0.0.2 -p udp --sport ${1 + ((first + i) >> 16)} --dport 9\n`,
  ).join('');

test('a long change shows its progress; Ctrl-C ends it, and what was done is reported', async () => {
  conntrack(['-F']);
  const file = await pipe('flows.save');
  const terminal = tty([`insert into conntrack from '${file.path}'`], { columns: 120 });
  try {
    let written = 0;
    const progress = await until(
      'the progress line',
      async () => {
        // A write to a full pipe waits until it is read.
        await file.write(lines(written, 700));
        written += 700;
        return /inserting: (\d+), (\d+)\/s/.exec(terminal.screen());
      },
      { within: 60_000, every: 150 },
    );
    assert.ok(Number(progress[1]) > 0);
    terminal.press('C-c');
    assert.is(await terminal.exit(), 130);
    const screen = terminal.screen();
    const reported = /^(\d+) flows inserted \(interrupted\)/m.exec(screen);
    assert.ok(reported, screen);
    assert.is(Number(conntrack(['-C']).stdout), Number(reported?.[1]));
    assert.not.match(screen, /inserting:/, 'the line is gone');
  } finally {
    terminal.close();
    await file.close();
  }
});

test('--yes asks nothing, and warns all the same', async () => {
  const terminal = tty(['--yes', 'delete from conntrack where proto = tcp'], { env: SSH, columns: 120 });
  try {
    assert.is(await terminal.exit(), 0);
    assert.match(terminal.screen(), /own SSH connection/);
    assert.match(terminal.screen(), /11 flows deleted/);
    assert.not.match(terminal.screen(), /y\/N/);
  } finally {
    terminal.close();
  }
});

test('without a terminal nothing asks; nothing found is a success, unless asked otherwise', async () => {
  const deleted = await ctqHere(['delete from conntrack where proto = udp']);
  assert.is(deleted.code, 0);
  assert.match(deleted.stderr, /^10 flows deleted\n$/);
  assert.is(deleted.stdout, '');
  const none = await ctqHere(['delete from conntrack where dport = 9']);
  assert.is(none.code, 0);
  assert.match(none.stderr, /^0 flows deleted\n$/);
  assert.is((await ctqHere(['--fail-empty', 'delete from conntrack where dport = 9'])).code, 1);
});

test('set dry_run: changes of the session only show what they would do, also as lines of conntrack(8)', async () => {
  const script = ['set dry_run = on', 'delete from conntrack where proto = udp', 'flush conntrack'].join('; ');
  const dry = await ctqHere([script]);
  assert.is(dry.code, 0);
  assert.match(dry.stderr, /dry run: would delete 10 flows\n[\s\S]*dry run: would delete all 21 flows of the table\n$/);
  const zero = await ctqHere(['set dry_run = on; select from conntrack where proto = udp zero output jsonl']);
  assert.match(zero.stderr, /dry run: nothing was zeroed/);
  assert.is(count(), 21);
  const terminal = tty([]);
  try {
    await terminal.waitFor('ctq> ');
    terminal.type('set dry_run = on;\n');
    await terminal.waitFor('ctq (dry run)> ');
    terminal.type('conntrack -D -p udp\n');
    await terminal.waitFor('dry run: would delete 10 flows');
    assert.is(count(), 21);
  } finally {
    terminal.close();
  }
  assert.match(
    (await ctqHere(['set dry_run = on; set dry_run = off; delete from conntrack where proto = udp'])).stderr,
    /^10 flows deleted/,
  );
});

test('with an output, settings that are changed are shown', async () => {
  const update = "update sysctl set value = 61 where name = 'nf_conntrack_udp_timeout' output csv";
  const dry = await ctqHere(['--dry-run', update]);
  assert.match(dry.stdout, /^name,value,doc\nnf_conntrack_udp_timeout,(?!61,)\d+,/);
  assert.match(dry.stderr, /would update 1 setting/);
  const done = await ctqHere([update]);
  assert.match(done.stdout, /^name,value,doc\nnf_conntrack_udp_timeout,61,/);
  assert.match(done.stderr, /1 setting updated/);
});

test('--dry-run shows and stops, --read-only refuses, no where is refused with a hint', async () => {
  const dry = await ctqHere(['--dry-run', 'delete from conntrack where proto = tcp']);
  assert.is(dry.code, 0);
  assert.match(dry.stderr, /would delete 11 flows/);
  const format = await ctqHere(['--dry-run', '--json', 'delete from conntrack where src = 10.9.0.1']);
  assert.equal(
    JSON.parse(format.stdout).map((flow: { orig: { sport: number } }) => flow.orig.sport),
    [40_000],
  );
  const listed = await ctqHere(['--dry-run', 'delete from conntrack where proto = tcp output plain']);
  assert.is(listed.stdout.split('\n').length, 12);
  const refused = await ctqHere(['--read-only', 'flush conntrack']);
  assert.is(refused.code, 1);
  assert.match(refused.stderr, /read-only/);
  const open = await ctqHere(['delete from conntrack']);
  assert.is(open.code, 2);
  assert.match(open.stderr, /where is required/);
  assert.match(open.stderr, /flush conntrack/);
  assert.is(count(), 21);
});

test('refusals are reported with their entries, and are a failure', async () => {
  const text = 'insert into conntrack set zone = 4, mark = 1 from conntrack where proto = tcp';
  const first = await ctqHere([text]);
  assert.is(first.code, 0, first.stderr);
  assert.match(first.stderr, /11 flows inserted/);
  const again = await ctqHere([text.replace('proto = tcp', 'proto = tcp and zone = 0')]);
  assert.is(again.code, 1);
  assert.match(again.stderr, /error: tcp src=10\.\d+\.\d+\.\d+ .*\(EEXIST\)/);
  assert.match(again.stderr, /0 flows inserted, 11 refused/);
  const missing = await ctqHere(['insert into conntrack set proto = tcp']);
  assert.is(missing.code, 2);
  assert.match(missing.stderr, /error: src, dst, sport and dport are missing: tcp requires them/);
  const got = await ctqHere([
    'get from conntrack where proto = tcp and src = 1.1.1.1 and dst = 2.2.2.2 and sport = 1 and dport = 1',
  ]);
  assert.is(got.code, 1);
  assert.match(got.stderr, /no such flow/);
});

for (const answer of ['n', 'y'])
  test(`an insert that would change what exists asks first: ${answer}`, async () => {
    const saved = join(directory, `overwrite-${answer}.save`);
    await ctqHere([`select from conntrack where proto = tcp limit 3 output save to '${saved}'`]);
    await ctqHere(['update conntrack set mark = 9 where true']);
    const terminal = tty([`insert into conntrack from '${saved}' on conflict update`]);
    try {
      await terminal.waitFor(/3 flows that exist[\s\S]*9 → 0[\s\S]*Insert 0 flows, update 3 that exist\? \[y\/N\] ?$/);
      terminal.type(answer);
      terminal.press('Enter');
      assert.is(await terminal.exit(), answer === 'y' ? 0 : 1);
      assert.match(terminal.screen(), answer === 'y' ? /0 flows inserted, 3 updated/ : /nothing was changed/);
      assert.is(listConntrack(['-L', '-m', '0']).split('\n').length - 1, answer === 'y' ? 3 : 0);
    } finally {
      terminal.close();
    }
  });

test.run();
