// waits
// timeout: 240
/** The interactive shell on a terminal of its own. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { bulk } from '../kit/bulk.js';
import { must } from '../kit/command.js';
import { enter, inShell, LONG, READY } from '../kit/interactive.js';
import { until } from '../kit/until.js';

const test = suite('interactive shell');

test('statements run, over lines too, and Ctrl-D leaves', () =>
  inShell(async shell => {
    enter(shell, "echo 'one', 6 * 7;");
    await shell.waitFor(/^one 42$/m, LONG);
    enter(shell, "echo 'two',");
    await shell.waitFor(/^ ?\.\.\.> ?$/m);
    enter(shell, "'lines'");
    await shell.waitFor(/^two lines$/m);
    shell.press('C-d');
    assert.is(await shell.exit(), 0);
  }));

test('a mistake is shown in its place, and the shell continues', () =>
  inShell(async shell => {
    enter(shell, 'select srcc from conntrack;');
    const screen = await shell.waitFor(/\^/, LONG);
    assert.match(screen, /srcc/);
    assert.match(screen, /src\b/);
    enter(shell, "echo 'still ' , 'here';");
    await shell.waitFor(/^still {2}here$/m);
  }));

test('what a statement lacks, two without a semicolon, and a command line of ctq', () =>
  inShell(async shell => {
    enter(shell, 'count');
    await shell.waitFor(
      /^expected a table name or a 'file' after 'count' \(write: count conntrack\); Ctrl-C cancels$/m,
      LONG,
    );
    shell.press('C-c');
    enter(shell, 'select from conntrack');
    enter(shell, 'select from expect');
    await shell.waitFor(/^error: expected ';' before 'select'$/m);
    enter(shell, '$ ctq "echo 6 * 7"');
    await shell.waitFor(/^echo 6 \* 7\n42$/m);
  }));

test('a result ends with its rows and time', () =>
  inShell(async shell => {
    enter(shell, 'select count(*) from conntrack;');
    await shell.waitFor(/^1 row.*\ntime: [\d.]+ s$/m, LONG);
  }));

test('Ctrl-C gives up a line, ends a watch, and never the shell', () =>
  inShell(async shell => {
    shell.type('select what I did not mean');
    await shell.waitFor('did not mean');
    shell.press('C-c');
    await shell.waitFor(/\^C\nctq> ?$/);
    enter(shell, 'watch from conntrack;');
    await shell.waitFor(/watch from conntrack;$/m);
    enter(shell, 'typed meanwhile');
    shell.press('C-c');
    await shell.waitFor(/watch from conntrack;\n[\s\S]*\nctq> ?$/, LONG);
    enter(shell, "echo 'alive' , 1;");
    await shell.waitFor(/^alive 1$/m);
    assert.not.match(shell.screen(), /typed meanwhile/);
  }));

test('a pasted script runs statement by statement', () =>
  inShell(async shell => {
    shell.type("\u001b[200~echo\t'first'\necho 1\n;\nlet x = 5;\necho $x\n * 100;\necho 'la', 'st'\n\u001b[201~");
    const screen = await shell.waitFor(/^la st$/m, LONG);
    assert.match(screen, /^500$/m);
  }));

test('history: kept, one entry a statement, once each, and searched', async () => {
  const home = mkdtempSync(join(tmpdir(), 'ctq-home-'));
  const file = join(home, 'state', 'ctq', 'history');
  const env = { XDG_STATE_HOME: join(home, 'state') };
  try {
    await inShell(
      async shell => {
        for (const text of ["echo 'needle';", 'echo 2;', ' echo 3;', 'echo 2;', 'echo 2;']) enter(shell, text);
        enter(shell, 'echo 4,');
        enter(shell, '5;');
        await shell.waitFor(/^4 5$/m, LONG);
        shell.press('C-d');
        await shell.exit();
      },
      { env },
    );
    assert.is(readFileSync(file, 'utf8'), "echo 'needle';\necho 2;\necho 4,\\n5;\n");
    assert.is(statSync(file).mode & 0o777, 0o600);
    await inShell(
      async shell => {
        shell.press('Up', 'Enter');
        await shell.waitFor(/^4 5$/m, LONG);
        shell.press('C-r');
        shell.type('need');
        await shell.waitFor(/^history: need\n {2}echo 'needle';$/m);
        shell.press('Enter');
        await shell.waitFor(/ctq> echo 'needle';$/);
        shell.press('Enter');
        await shell.waitFor(/^needle$/m);
      },
      { env },
    );
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
});

test('a history file that is a link is left alone', () => {
  let victim = '';
  return inShell(
    async (shell, home) => {
      enter(shell, "echo 'x' , 1;");
      await shell.waitFor(/^x 1$/m, LONG);
      assert.is(readFileSync(join(home, 'victim'), 'utf8'), 'precious\n');
      assert.ok(victim.startsWith(home));
    },
    {
      prepare: home => {
        victim = join(home, 'victim');
        writeFileSync(victim, 'precious\n');
        mkdirSync(join(home, '.local/state/ctq'), { recursive: true });
        symlinkSync(victim, join(home, '.local/state/ctq/history'));
      },
    },
  );
});

test('words are coloured, and what history suggests is taken with →', () =>
  inShell(async shell => {
    enter(shell, "echo 'sug' , 'gested';");
    await shell.waitFor(/^sug gested$/m, LONG);
    shell.type("echo 's");
    await shell.waitFor(/echo 'sug' , 'gested';\n(?:.*\n)*ctq> echo 'sug' , 'gested';$/);
    assert.match(shell.screen({ colours: true }), /\u001b\[94mecho\u001b\[39m/);
    shell.press('Right', 'Enter');
    await shell.waitFor(/^sug gested\n[\s\S]*^sug gested$/m);
  }));

test('NO_COLOR: nothing is coloured', () =>
  inShell(
    async shell => {
      enter(shell, "echo 'plain' , 1;");
      await shell.waitFor(/^plain 1$/m, LONG);
      assert.not.match(shell.screen({ colours: true }), /\u001b\[/);
    },
    { env: { NO_COLOR: '1' } },
  ));

test('the prompt tells that nothing may be changed', () =>
  inShell(
    async shell => {
      assert.match(shell.screen(), /^ctq \(read-only\)> ?$/m);
      enter(shell, 'flush conntrack;');
      await shell.waitFor(/flush is refused/, LONG);
      assert.match(await shell.waitFor(READY), READY);
    },
    { args: ['--read-only'] },
  ));

test('Tab completes words, and tells values that are there', () =>
  inShell(async shell => {
    shell.type('select na');
    shell.press('C-u');
    shell.type('sel');
    shell.press('Tab');
    await shell.waitFor(/ctq> select$/m, LONG);
    shell.type("from sysctl where name = 'nf_conntrack_bu");
    shell.press('Tab');
    await shell.waitFor(/'nf_conntrack_buckets'$/m, LONG);
    shell.type(';');
    shell.press('Enter');
    await shell.waitFor(/'nf_conntrack_buckets';\n[\s\S]*^1 row/m, LONG);
    shell.type('select from conntrack where status ha');
    await shell.waitFor(/^ +has +operator\n +has any +operator$/m, LONG);
  }));

test('commands, and the nearest one to a slip', () =>
  inShell(async (shell, home) => {
    enter(shell, '.hlep');
    await shell.waitFor(/did you mean \.help\?/, LONG);
    enter(shell, '.help');
    await shell.waitFor(/^ {2}\.output \[FILE\]/m);
    enter(shell, '.help mode');
    await shell.waitFor(/^\.mode FORMAT: the format of results/m);
    // A name that every object of JavaScript has.
    enter(shell, '.help constructor');
    await shell.waitFor(/no help on 'constructor'/);
    enter(shell, '.mode jsonl');
    enter(shell, 'select count(*) as n from conntrack;');
    await shell.waitFor(/^\{"n":/m);
    enter(shell, '.once result.json');
    enter(shell, 'select 7 as n from stats limit 1;');
    enter(shell, "echo 'after' , 1;");
    await shell.waitFor(/^after 1$/m);
    assert.equal(JSON.parse(readFileSync(join(home, 'result.json'), 'utf8')), [{ n: 7 }]);
    assert.match(shell.screen(), /^1 row written to result\.json/m);
    // A statement that fails leaves the file as it was.
    enter(shell, '.once result.json');
    enter(shell, "select from 'no-such-file';");
    await shell.waitFor(/no such file/);
    enter(shell, "echo 'failed' , 1;");
    await shell.waitFor(/^failed 1$/m);
    assert.equal(JSON.parse(readFileSync(join(home, 'result.json'), 'utf8')), [{ n: 7 }]);
    writeFileSync(join(home, 'script.ctq'), "echo 'from', 'script';\n");
    enter(shell, '.read script.ctq');
    await shell.waitFor(/^from script$/m);
    enter(shell, '.full');
    await shell.waitFor(/^\d+ of [\d,]+ flows .* 0\.0 %$/m, LONG);
    enter(shell, '.quit');
    assert.is(await shell.exit(), 0);
  }));

for (const columns of [80, 100, 120])
  test(`\\d shows all of every column on ${columns} columns: what is too long continues below`, () =>
    inShell(
      async shell => {
        enter(shell, '\\d');
        const tables = await shell.waitFor(/^sysctl[\s\S]*\nctq> ?$/m, LONG);
        assert.not.match(tables, /…/);
        // Words of several lines of a cell, in their order.
        for (const word of ['insert,', 'update,', 'delete,', 'flush', '5.19)']) assert.ok(tables.includes(word), word);
        enter(shell, '.clear');
        enter(shell, '\\d expect');
        await shell.waitFor(/values/);
        await shell.waitFor(/q leaves|ctq> ?$/);
        // Only the one of `in ssh (…)` is not a cut.
        assert.not.match(shell.screen().replaceAll('(…)', ''), /…/);
        assert.match(shell.screen(), /family .*: ipv4, ipv6$/m);
      },
      { columns, rows: 60 },
    ));

test('words of other shells and bare addresses do what they mean', () =>
  inShell(
    async (shell, home) => {
      enter(shell, '\\d stats');
      await shell.waitFor(/^early_drop +integer/m, LONG);
      enter(shell, 'settings');
      await shell.waitFor(/^null_text/m);
      enter(shell, '10.9.8.7');
      await shell.waitFor(/^select from conntrack where host = 10\.9\.8\.7\n[\s\S]*^0 rows/m);
      enter(shell, 'select 6 as n from sysctl limit 1 \\gx');
      await shell.waitFor(/^n │ 6$/m);
      enter(shell, '!echo out-of-the-shell');
      await shell.waitFor(/^out-of-the-shell$/m);
      enter(shell, '\\nothing');
      await shell.waitFor(/unknown command \\nothing/);
      enter(shell, "\\copy sysctl to 'all.csv'");
      await shell.waitFor(/rows written to all\.csv/);
      assert.match(readFileSync(join(home, 'all.csv'), 'utf8'), /^name,value,/);
      enter(shell, 'conntrack -L -p tcp -o id');
      await shell.waitFor(/^select from conntrack where proto = tcp output plain, id$/m);
      enter(shell, 'exit');
      assert.is(await shell.exit(), 0);
    },
    { rows: 60 },
  ));

test('\\watch repeats the last query', () =>
  inShell(async shell => {
    enter(shell, 'select 6 as n from sysctl limit 1;');
    await shell.waitFor(/^1 row/m, LONG);
    enter(shell, '\\watch 0.2');
    await shell.waitFor(/^ *6$[\s\S]*^ *6$/m);
    shell.press('C-c');
    await shell.waitFor(/^\d+ runs? in/m);
  }));

test('.once, .output and \\g send results to programs, to files, and to the home folder', () =>
  inShell(async (shell, home) => {
    const two = 'select name from sysctl limit 2';
    enter(shell, '.once |wc -l | tr 3 T');
    await shell.waitFor(/^the next result goes to \| wc -l \| tr 3 T$/m, LONG);
    enter(shell, `${two};`);
    await shell.waitFor(/^T\n/m);
    enter(shell, `${two};`);
    await shell.waitFor(/^name$[\s\S]*^2 rows/m);
    enter(shell, '\\o | sed s/^/piped:/');
    await shell.waitFor(/^each result goes to \| sed/m);
    enter(shell, `${two};`);
    await shell.waitFor(/^piped:name$/m);
    enter(shell, 'select 7 as seven from sysctl limit 1;');
    await shell.waitFor(/^piped:7$/m);
    // A pipe of its own has precedence.
    enter(shell, 'select 8 as eight from sysctl limit 1; | sed s/^/own:/');
    await shell.waitFor(/^own:8$/m);
    enter(shell, '.output ~/all.csv');
    await shell.waitFor(new RegExp(`^results go to ${home}/all.csv`, 'm'));
    enter(shell, `${two};`);
    await shell.waitFor(/written to .*all\.csv/);
    enter(shell, 'select 9 as nine from sysctl limit 1; | sed s/^/own:/');
    await shell.waitFor(/^own:9$/m);
    enter(shell, '.output');
    await shell.waitFor(/^results go to the terminal$/m);
    assert.is(readFileSync(join(home, 'all.csv'), 'utf8').split('\n').length, 4);
    enter(shell, `${two} \\g ~/one.json`);
    await shell.waitFor(/written to .*one\.json/);
    await until('the file', () => existsSync(join(home, 'one.json')));
    enter(shell, 'select 5 as five from sysctl limit 1 \\g | sed s/^/own:/');
    await shell.waitFor(/^own:5$/m);
    enter(shell, '.once |');
    await shell.waitFor(/\.once \| requires a command/);
    assert.equal(
      readdirSync(home)
        .filter(name => !name.startsWith('.'))
        .sort(),
      ['all.csv', 'one.json'],
    );
  }));

test('a result is copied by the control sequence of the terminal, as a pipe gets it', () =>
  inShell(
    async shell => {
      enter(shell, '.copy');
      await shell.waitFor(/no result to copy/, LONG);
      enter(shell, 'select 6 as n from sysctl limit 1;');
      await shell.waitFor(/^1 row/m);
      enter(shell, '.copy');
      await shell.waitFor(/^copied 2 lines to the clipboard of the terminal$/m);
      enter(shell, 'show tables;');
      await shell.waitFor(/^conntrack/m);
      enter(shell, '.copy');
      await shell.waitFor(/^copied (?:[4-9]|1\d) lines/m);
    },
    { env: { TMUX: undefined } },
  ));

test('a terminal shows the first rows, a program all', () =>
  inShell(async shell => {
    enter(shell, 'set rows = 3;');
    enter(shell, 'select name from sysctl;');
    await shell.waitFor(/^the first 3 rows are shown; .*\n3 rows/m, LONG);
    enter(shell, 'select name from sysctl limit 5;');
    await shell.waitFor(/^5 rows/m);
    enter(shell, 'select name from sysctl; | wc -l | tr 0-9 n');
    await shell.waitFor(/^nn$/m);
  }));

test('a command that wants no more of a result has not cancelled it', () => {
  bulk(3000, { sources: 3000 });
  return inShell(async shell => {
    enter(shell, "conntrack -L | sed 's/ .*/ first/;q'");
    const screen = await shell.waitFor(/^(?:tcp|udp) first\n[\s\S]*^ctq> ?$/m, LONG);
    assert.not.match(screen, /cancelled|error/);
  });
});

test('a query without rows so far shows its progress; the line disappears', () =>
  inShell(async (shell, home) => {
    const pipe = join(home, 'flows.pipe');
    must(['mkfifo', pipe]);
    enter(shell, "select src from 'flows.pipe';");
    await shell.waitFor(/^0 rows read$/m, LONG);
    writeFileSync(
      pipe,
      'udp 17 29 src=10.0.0.1 dst=10.0.0.2 sport=1 dport=53 src=10.0.0.2 dst=10.0.0.1 sport=53 dport=1\n',
    );
    assert.not.match(await shell.waitFor(/^10\.0\.0\.1\n1 row/m), /rows read/);
  }));

test('no progress is shown over what a program shows of the result', () =>
  inShell(async shell => {
    enter(shell, 'select 6 as n from sysctl limit 1; | cat; sleep 2; echo END');
    await shell.waitFor(/^6$/m, LONG);
    await new Promise(resolve => setTimeout(resolve, 1000));
    assert.not.match(shell.screen(), /rows? read/);
    await shell.waitFor(/^END$/m);
  }));

test('the time is not that of the user', () =>
  inShell(async shell => {
    enter(shell, "update sysctl set value = 70 where name = 'nf_conntrack_udp_timeout';");
    await shell.waitFor(/\[y\/N\]/, LONG);
    await new Promise(resolve => setTimeout(resolve, 2000));
    enter(shell, 'y');
    const screen = await shell.waitFor(/^time: ([\d.]+) s$/m);
    assert.ok(Number(/^time: ([\d.]+) s$/m.exec(screen)?.[1]) < 1.8, screen);
  }));

test('no place that does not exist is chosen', () =>
  inShell(async shell => {
    enter(shell, 'use netns nowhere;');
    await shell.waitFor(/network namespace "nowhere" does not exist/, LONG);
    enter(shell, "use file 'nothing.save';");
    await shell.waitFor(/cannot read nothing\.save/);
    assert.match(await shell.waitFor(/\nctq> ?$/), /ctq> ?$/);
  }));

test('a setting shows its value, and variables are listed', () =>
  inShell(async shell => {
    enter(shell, 'set timing = off;');
    await shell.waitFor(/^timing is off$/m, LONG);
    enter(shell, 'let ports = (80, 443);');
    enter(shell, 'show variables;');
    await shell.waitFor(/^ports +\(80, 443\) +list of integer$/m);
    enter(shell, 'set timing');
    await shell.waitFor(/^timing +off +print the time/m);
  }));

test('a paged table has whole cells, and a header that stays where less can do that', () =>
  inShell(
    async (shell, home) => {
      enter(shell, 'select name, doc, doc as again from sysctl;');
      await shell.waitFor(/^\d+ rows/m, LONG);
      const [header, rule, ...rows] = readFileSync(join(home, 'paged'), 'utf8').trimEnd().split('\n');
      assert.match(header, /^name +doc +again$/);
      assert.match(rule, /^─+ {2}─+ {2}─+$/);
      assert.ok(rows.every(row => !row.includes('…')));
      assert.match(readFileSync(join(home, 'options'), 'utf8'), /^-RS -P.* --header=2\n$/);
    },
    {
      columns: 60,
      rows: 20,
      env: { PATH: `.:${process.env.PATH}`, NO_COLOR: '1' },
      prepare: home =>
        writeFileSync(
          join(home, 'less'),
          '#!/bin/sh\n[ "$1" = --version ] && { echo "less 643"; exit; }\necho "$@" >options\ncat >paged\n',
          { mode: 0o755 },
        ),
    },
  ));

test('.edit puts what the editor saved into the line', () =>
  inShell(
    async shell => {
      enter(shell, "echo 'before', 1;");
      await shell.waitFor(/^before 1$/m, LONG);
      enter(shell, '.edit');
      await shell.waitFor(/ctq> echo 'edited', 1;$/, LONG);
      shell.press('Enter');
      await shell.waitFor(/^edited 1$/m, LONG);
      assert.match(await shell.waitFor(READY), READY);
      // Ctrl-X Ctrl-E opens what is typed, without what the history suggests.
      shell.type("echo 'bef");
      await shell.waitFor(/echo 'before', 1;$/);
      shell.press('C-x', 'C-e');
      await shell.waitFor(/ctq> echo 'aft$/m, LONG);
      shell.press('C-c');
    },
    { env: { EDITOR: 'sed -i -e s/before/edited/ -e s/bef$/aft/' } },
  ));

test('what exceeds the screen is paged, and a result goes to a program', () =>
  inShell(
    async shell => {
      enter(shell, 'show fields from conntrack;');
      await shell.waitFor(/^lines 1-\d+.* q leaves, /m, LONG);
      shell.type('q');
      await shell.waitFor(READY, LONG);
      enter(shell, 'select name from sysctl; | grep -c buckets');
      await shell.waitFor(/^1\n/m, LONG);
      enter(shell, "select name from sysctl where name = 'nf_conntrack_max' | tr a-z A-Z");
      await shell.waitFor(/^NF_CONNTRACK_MAX$/m, LONG);
    },
    { rows: 20, env: { LESS: '' } },
  ));

test.run();
