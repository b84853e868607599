// waits
// timeout: 300
/** The interactive shell on terminals of all kinds: long lines, narrow screens, wide characters, dumb ones, damaged files. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { bulk } from '../kit/bulk.js';
import { must } from '../kit/command.js';
import { enter, inShell, LONG, READY } from '../kit/interactive.js';
import { until } from '../kit/until.js';

const test = suite('interactive shell, editing');

test('Tab offers values that are in the table', () => {
  bulk(20);
  return inShell(async shell => {
    shell.type('select count(*) as n from conntrack where dst = 19');
    shell.press('Tab');
    await shell.waitFor(/dst = 192\.0\.2\.80$/m);
    // What Tab adds is coloured too.
    assert.match(shell.screen({ colours: true }), /\u001b\[36m192\.0\.2\.80/);
    shell.type('and dport = ');
    await shell.waitFor(/^ +443 +value +\d+ of \d+$/m);
    shell.press('C-c');
    await shell.waitFor(/\^C\nctq> ?$/);
  });
});

test('a line longer than the screen, however it comes, and what Tab lists below it', () =>
  inShell(
    async shell => {
      enter(shell, "echo 'be', 'fore';");
      await shell.waitFor(/^be fore\nctq> ?$/m);
      const line = "echo 'aaaaaaaaaaaaaaaaaaaaaaaaaaa', 'bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb', 'c'";
      const rows = `ctq> ${line}`.match(/.{1,40}/g)!.map(row => row.trimEnd());
      shell.type(line);
      await shell.waitFor(/'c'$/);
      // Nothing above the line was drawn over, and nothing is left behind it.
      assert.match(shell.screen(), /^be fore\nctq> echo 'aaa/m);
      assert.equal(shell.screen().split('\n').slice(-rows.length), rows);
      shell.type(', ver');
      await shell.waitFor(/, ver$/m);
      shell.press('C-c');
      await shell.waitFor(/\^C\nctq> ?$/);
      shell.type(line);
      await shell.waitFor(/'c'$/);
      shell.press('Home');
      for (const key of "echo 'in front', ") shell.press(key === ' ' ? 'Space' : key);
      await shell.waitFor(/ctq> echo 'in front', echo 'aaaa/);
      shell.press('C-k');
      shell.type("'end'");
      shell.press('Enter');
      await shell.waitFor(/^in front end$/m);
    },
    { columns: 40 },
  ));

test('Enter in the middle of a whole statement runs it, and Down in a statement of several lines goes to the next line', () =>
  inShell(async shell => {
    shell.type('select count(*) from conntrack');
    shell.press('Enter');
    await shell.waitFor(/an empty line runs it/);
    shell.press('Enter');
    await shell.waitFor(/^count\(\*\)$[\s\S]*\nctq> ?$/m);
    shell.press('Up');
    await shell.waitFor(/conntrack$/);
    for (let i = 0; i < 'from conntrack'.length; i++) shell.press('Left');
    shell.type('as flows ');
    shell.press('Enter');
    await shell.waitFor(/^ctq> select count\(\*\) as flows from conntrack$[\s\S]*^flows$/m);
    await shell.waitFor(READY);
    shell.type('select a');
    shell.press('M-Enter');
    shell.type('from conntrack');
    shell.press('Up', 'End');
    shell.type(',s');
    await shell.waitFor(/candidate|field/);
    shell.press('Down');
    shell.type(' zzz');
    await shell.waitFor(/select a,s\n.*from.* zzz/);
  }));

test('wide characters are typed, rubbed out, and are in columns', () =>
  inShell(async shell => {
    shell.type("echo '日本x語', 'end'");
    await shell.waitFor(/語', 'end'$/m);
    for (let i = 0; i < "語', 'end'".length; i++) shell.press('Left');
    shell.press('BSpace', 'End', 'Enter');
    await shell.waitFor(/^日本語 end$/m);
    enter(shell, "select '日本' as a, 'x' as b from stats limit 1;");
    await shell.waitFor(/^日本 {2}x$/m);
  }));

test('a screen that becomes narrower or wider', () =>
  inShell(async shell => {
    const wide = 'select name, value, doc from sysctl order by name limit 2;';
    enter(shell, wide);
    await shell.waitFor(/^name +value +doc$/m);
    shell.type("echo 'typed before ', ");
    await shell.waitFor(/before ',$/m);
    shell.resize(24, 40);
    shell.type("'and after';");
    shell.press('Enter');
    await shell.waitFor(/^typed before {2}and after$/m);
    enter(shell, wide);
    await shell.waitFor(/^─\[ 2 \]─+\nname +│/m);
    enter(shell, 'set layout = table;');
    shell.resize(160, 30);
    enter(shell, wide);
    await shell.waitFor(
      /^nf_conntrack_acct +\d+ {2}count packets and bytes of flows that begin from now on \(0 or 1\)$/m,
    );
    enter(shell, "echo 'wide', 'again';");
    await shell.waitFor(/^wide again$/m);
  }));

test('candidates while the screen changes its size', () =>
  inShell(
    async shell => {
      // A narrower screen breaks the list's rows before the shell can clear them: the line stays on the screen if there is room above it.
      for (let i = 0; i < 45; i++) shell.press('Enter');
      await shell.waitFor(/(?:^ctq>\n){45}/m);
      shell.type('select src, dst from conntrack where proto = tcp and d');
      await shell.waitFor(/\d of \d+$/);
      shell.drag([70, 60, 90, 50, 100], 60);
      // One line and one list are left, when it has drawn for the last of the sizes.
      await until(
        'one line with its list',
        () => {
          const screen = shell.screen();
          const isDrawn = /^ctq> .* and d\n(?: +d\S+ +field .*\n){7} +1–7 of \d+$/m.test(screen);
          return isDrawn && screen.split('select src').length === 2 && screen.match(/1–7 of/g)?.length === 1;
        },
        { within: LONG, every: 50 },
      );
      // A low screen has fewer of them.
      shell.resize(100, 10);
      await shell.waitFor(/^ +1–2 of \d+$/m);
    },
    { columns: 100, rows: 60 },
  ));

test('a line that had to leave a screen that became narrower begins in a row of its own', () =>
  inShell(
    async shell => {
      const line = 'select proto, src, sport, dst, dport, state, timeout from conntrack where s';
      const hasList = /^ctq> select [^─]*? where s\n(?: +s\S+ +field .*\n){7} +1–7 of \d+$/m;
      shell.type(line);
      await shell.waitFor(hasList);
      // tmux wraps what is below the line, and the empty rows as well: there is no room for the line above them.
      shell.resize(50, 24);
      await shell.waitFor(/^ctq> select .*\n.* where s\n(?: +s\S+ +field .*\n){7} +1–7 of \d+$/m);
      shell.resize(120, 24);
      await shell.waitFor(hasList);
      assert.not.match(shell.screen({ history: true }), /\S.*ctq> select/);
    },
    { columns: 100, rows: 24 },
  ));

test('on a dumb terminal lines are read as they come', () =>
  inShell(
    async shell => {
      enter(shell, "echo 'one', 6 * 7;");
      await shell.waitFor(/^one 42$/m);
      enter(shell, 'select srcc from conntrack;');
      await shell.waitFor(/did you mean/);
      assert.not.match(shell.screen({ colours: true }), /\u001b/);
      shell.press('C-d');
      assert.is(await shell.exit(), 0);
    },
    { env: { TERM: 'dumb' } },
  ));

test('on a dumb terminal a repeated result is not drawn in place', () =>
  inShell(
    async shell => {
      enter(shell, 'select count(*) from conntrack every 200ms for 500ms;');
      await shell.waitFor(/^3 runs in/m);
      assert.is(shell.screen({ history: true }).match(/^count\(\*\)$/gm)?.length, 3);
    },
    { env: { TERM: 'dumb' } },
  ));

test('on a dumb terminal Ctrl-C cancels a question, and the shell continues', () =>
  inShell(
    async shell => {
      enter(shell, "update sysctl set value = 30 where name = 'nf_conntrack_udp_timeout';");
      await shell.waitFor(/\[y\/N\]/);
      shell.press('C-c');
      await shell.waitFor(/nothing was changed|cancelled/);
      await shell.waitFor(/ctq> ?$/);
      // The terminal shows keys at once: what is typed before the next prompt would be before it.
      shell.press('C-c');
      await shell.waitFor(/ctq> \^C\nctq> ?$/);
      shell.press('C-c');
      await shell.waitFor(/ctq> \^C\nctq> \^C\nctq> ?$/);
      enter(shell, "echo 'still', 'here';");
      await shell.waitFor(/^still here$/m);
      shell.press('C-d');
      assert.is(await shell.exit(), 0);
    },
    { env: { TERM: 'dumb' } },
  ));

test('on a dumb terminal Ctrl-C drops the lines typed so far', () =>
  inShell(
    async shell => {
      enter(shell, 'select srcc from conntrack');
      await shell.waitFor(/^\.\.\.> ?$/m);
      shell.type('group by');
      // The terminal drops what it has not delivered when Ctrl-C comes.
      await shell.waitFor(/group by$/);
      shell.press('C-c');
      await shell.waitFor(/group by\^C\nctq> ?$/);
      enter(shell, "echo 'still', 'here';");
      assert.not.match(await shell.waitFor(/^still here$/m), /error/);
    },
    { env: { TERM: 'dumb' } },
  ));

test('what is typed while Tab looks for candidates comes after what it inserts', () =>
  inShell(async shell => {
    shell.type('select src from conn\twhere sport = ');
    await shell.waitFor(/ctq> select src from conntrack where sport = ?$/m);
  }));

test('a mistake in the preferences is a warning, and the rest of them counts', () =>
  inShell(
    async shell => {
      await shell.waitFor(/unknown setting 'timng'[\s\S]*did you mean timing[\s\S]*--no-config/);
      enter(shell, 'show settings;');
      await shell.waitFor(/null_text +'?nothing/);
    },
    {
      prepare: home => {
        mkdirSync(join(home, '.config/ctq'), { recursive: true });
        writeFileSync(join(home, '.config/ctq/config.ctq'), "set timng = off;\nset null_text = 'nothing';\nselect;\n");
      },
    },
  ));

test('names that would steer the terminal are not offered', () =>
  inShell(
    async shell => {
      shell.type("select from 'snap");
      await shell.waitFor(/'snap$/m);
      shell.press('Tab');
      await shell.waitFor(/'snapshot\.save' ?$/m);
      assert.not.match(shell.screen({ colours: true }), /[\u009b\u202e\u061c]/);
    },
    {
      prepare: home => {
        for (const name of ['shot.save', '\u009b31m', '\u202eevas', '\u061c'])
          writeFileSync(join(home, `snap${name}`), '');
      },
    },
  ));

const HISTORY = '.local/state/ctq/history';

test('of a damaged history what can be read is kept', () =>
  inShell(
    async (shell, home) => {
      shell.press('Up');
      await shell.waitFor(/ctq> echo 'kept', 1;$/m);
      shell.press('Enter');
      await shell.waitFor(/^kept 1$/m);
      enter(shell, "echo 'add', 'ed';");
      await shell.waitFor(/^add ed$/m);
      assert.match(readFileSync(join(home, HISTORY), 'utf8'), /\necho 'add', 'ed';\n$/);
    },
    {
      prepare: home => {
        mkdirSync(join(home, '.local/state/ctq'), { recursive: true });
        const rubbish = Buffer.from([0, 255, 27, 91, 50, 74, 10, 128, 129, 10]);
        writeFileSync(join(home, HISTORY), Buffer.concat([rubbish, Buffer.from("echo 'kept', 1;\n\n")]));
      },
    },
  ));

test('without a history that can be written the shell works', async () => {
  let folder = '';
  try {
    await inShell(
      async shell => {
        enter(shell, "echo 'works', 1;");
        await shell.waitFor(/^works 1$/m);
        shell.press('Up', 'Up');
        await shell.waitFor(/ctq> echo 'old', 1;$/m);
        shell.press('Enter');
        await shell.waitFor(/^old 1$/m);
        assert.is(readFileSync(join(folder, 'history'), 'utf8'), "echo 'old', 1;\n");
        must(['umount', folder]);
      },
      {
        prepare: home => {
          folder = join(home, '.local/state/ctq');
          mkdirSync(folder, { recursive: true });
          writeFileSync(join(folder, 'history'), "echo 'old', 1;\n");
          // Root may write whatever its mode says, but not on a file system that is mounted so.
          must(['mount', '--bind', folder, folder]);
          must(['mount', '-o', 'remount,bind,ro', folder]);
        },
      },
    );
  } finally {
    assert.not(existsSync(folder));
  }
});

test('a statement of several lines comes back as one', () =>
  inShell(async shell => {
    enter(shell, "echo 'several',");
    await shell.waitFor(/^ ?\.\.\.> ?$/m);
    enter(shell, "'lines';");
    await shell.waitFor(/^several lines$/m);
    enter(shell, '.history');
    await shell.waitFor(/^echo 'several',\n'lines';$/m);
    shell.press('Up', 'Up');
    await shell.waitFor(/ctq> echo 'several',\n\.\.\.> 'lines';$/);
    shell.press('Enter');
    await shell.waitFor(/^several lines\n[\s\S]*^several lines$/m);
    await shell.waitFor(READY);
  }));

test('a pager that is left early ends the query, and the terminal is as it was', () =>
  inShell(
    async shell => {
      enter(shell, 'select name, value, doc from sysctl;');
      await shell.waitFor(/^lines 1-\d+/m);
      // Not a command of less's that writes a file.
      shell.type('select src');
      shell.press('Enter');
      shell.type('q');
      await shell.waitFor(READY);
      enter(shell, "echo 'after', 'less';");
      await shell.waitFor(/^after less$/m);
    },
    { rows: 10, env: { LESS: '' } },
  ));

test('a pager that cannot be started: the whole result, and who chose it is told once', () =>
  inShell(
    async shell => {
      for (const [statement, rows] of [
        ['select name, value from sysctl;', 1],
        ['select name from sysctl;', 2],
      ] as const) {
        enter(shell, statement);
        await until('its rows', () => shell.screen({ history: true }).match(/^\d+ rows/gm)?.length === rows);
      }
      const text = shell.screen({ history: true });
      assert.is(text.match(/^nf_conntrack_count\b/gm)?.length, 2, text);
      assert.is(text.match(/cannot start the pager nosuchpager/g)?.length, 1);
    },
    { rows: 10, env: { PAGER: 'nosuchpager' } },
  ));

test.run();
