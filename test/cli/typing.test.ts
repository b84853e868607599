// timeout: 300
/** Typing in the interactive shell: the menu, new lines, what is typed ahead, pastes, the history. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { bulk } from '../kit/bulk.js';
import { PROGRAM, Terminal } from '../kit/cli.js';
import { enter, inShell, LONG, READY } from '../kit/interactive.js';
import { conntrack } from '../kit/oracle.js';

const test = suite('interactive shell, typing');

test('the menu: chosen by Tab and arrows, closed by Escape, and never taken by Enter unasked', () =>
  inShell(async shell => {
    shell.type('select co');
    await shell.waitFor(/^ +count\( +function +\S.*$/m);
    shell.press('Escape');
    await shell.waitFor(/ctq> select co$/);
    shell.press('C-u');
    shell.type('help sel');
    await shell.waitFor(/^ +select +topic$/m);
    shell.press('Enter');
    await shell.waitFor(/sel'/);
    await shell.waitFor(READY);
    shell.type('select from conntrack where st');
    await shell.waitFor(/^ +state +field/m);
    shell.press('Tab');
    await shell.waitFor(/where state$/m);
    shell.press('Tab');
    await shell.waitFor(/where status$/m);
    shell.press('Up');
    await shell.waitFor(/where state$/m);
    shell.press('Enter');
    await shell.waitFor(/where state *\n +=/);
    shell.press('Escape');
    await shell.waitFor(/where state$/);
    shell.press('C-u');
    shell.type('select from conntrack where st');
    await shell.waitFor(/^ +state +field/m);
    shell.press('Tab', 'Escape');
    await shell.waitFor(/where st$/);
  }));

test('Enter on an empty line closes the menu that Tab opened there', () =>
  inShell(async shell => {
    shell.press('Tab');
    await shell.waitFor(/^ctq> ?\n +select +keyword/m);
    shell.press('Enter');
    await shell.waitFor(/\nctq> ?\n+ctq> ?$/);
  }));

test('the menu knows the statement', () =>
  inShell(async shell => {
    const offered = async (text: string, wanted: RegExp): Promise<string> => {
      shell.press('C-u');
      shell.type(text);
      return shell.waitFor(wanted);
    };
    await offered(
      'select src, count(*) as flows from conntrack group by src order by f',
      /^ +flows +column +count\(\*\)$/m,
    );
    const deletable = await offered('delete from ', /^ +conntrack +table/m);
    assert.not.match(deletable, /sysctl|stats/);
    await offered('set confirm = ', /^ +on +value\n +off +value$/m);
    await offered('select from conntrack gbs', /^ +group by src +clause$/m);
    await offered('select dstport', /^ +dport +field/m);
    await offered('select from conntrack limit ', /^ +10 +value +rows$/m);
  }));

test('no menu with set menu = off: Tab completes in the line', () =>
  inShell(async shell => {
    enter(shell, 'set menu = off;');
    await shell.waitFor(READY);
    shell.type('select from conntrack where st');
    shell.press('Tab');
    assert.match(await shell.waitFor(/where state$/), /where state$/);
    shell.press('Tab');
    await shell.waitFor(/where status$/);
  }));

test('on a narrow screen, with wide characters, and after its size changed', () =>
  inShell(
    async shell => {
      shell.type("select '日本語' as x, sr");
      await shell.waitFor(/^ +src +field +\S/m);
      shell.resize(40, 15);
      await shell.waitFor(/^ +src +field/m);
      shell.press('Tab');
      shell.type(' from conntrack limit 1;');
      await shell.waitFor(/^ctq> select '日本語' as x, src from conn\ntrack limit 1;$/m);
      shell.press('C-c');
      shell.resize(80, 24);
      shell.type("echo 'after', 1;");
      shell.press('Enter');
      await shell.waitFor(/^after 1$/m);
    },
    { columns: 50, rows: 20 },
  ));

test('what lines are short for is piped as statements are', () => {
  conntrack(['-F']);
  bulk(20);
  return inShell(async shell => {
    enter(shell, 'udp | wc -l');
    await shell.waitFor(/^select from conntrack where proto = udp\n10$/m);
    enter(shell, 'proto = tcp | head -1');
    await shell.waitFor(/^select from conntrack where proto = tcp\n.*tcp +6 [\s\S]*mark=0 use=1\n10 rows$/m);
    enter(shell, 'select sport, count(*) from conntrack group by sport | grep -c .');
    await shell.waitFor(/^2\n1 row of 20 read/m);
    enter(shell, '\\x');
    await shell.waitFor(/layout is vertical/);
    enter(shell, '\\x off');
    await shell.waitFor(/layout is auto/);
    enter(shell, '\\conninfo');
    await shell.waitFor(/Linux \d+\..*, user id 0; \.show lists the settings/);
  });
});

test('what is typed without pausing stays where it was typed', () => {
  conntrack(['-F']);
  bulk(20);
  return inShell(async shell => {
    shell.type('select src from conn\twhere dst = 19\tand dport = 443 limit 1;');
    shell.press('Enter');
    await shell.waitFor(/from conntrack where dst = 192\.0\.2\.80 and dport = 443 limit 1;\n/);
    await shell.waitFor(READY);
  });
});

test('a statement that is typed clause by clause runs once, at its end', () =>
  inShell(async shell => {
    for (const clause of ['select name', 'from sysctl', "where name = 'nf_conntrack_max'", 'order by name', 'limit 1;'])
      enter(shell, clause);
    const screen = await shell.waitFor(/^1 row/m);
    assert.match(screen, /^ctq> select name\n\.\.\.> from sysctl\n\.\.\.> where/m);
    assert.is(screen.match(/^\d+ rows?/gm)?.length, 1);
    enter(shell, "select name from sysctl where name like '%max'");
    await shell.waitFor(/Enter on an empty line runs it/);
    shell.press('Enter');
    await shell.waitFor(/^\d+ rows[\s\S]*^ctq> ?$/m);
    enter(shell, 'delete from conntrack');
    await shell.waitFor(/where is required \(flush conntrack deletes all; so does where true\); Ctrl-C cancels/);
    shell.press('C-c');
    // What is wrong already, before what is missing.
    enter(shell, 'select srcc from conntrack where');
    await shell.waitFor(/unknown field 'srcc' in conntrack: did you mean src\?; Ctrl-C cancels/);
    shell.press('C-c');
    enter(shell, 'set enter = whole');
    enter(shell, 'count sysctl');
    await shell.waitFor(/ctq> count sysctl\n\s*\n?count/);
    enter(shell, 'set enter = semicolon;');
    enter(shell, "echo 'not', 'yet'");
    await shell.waitFor(/a semicolon at the end runs it$/);
    shell.press('Enter');
    enter(shell, ';');
    await shell.waitFor(/^not yet$/m);
  }));

test('Alt-Enter, ↑ and ↓ among lines, undo', () =>
  inShell(async shell => {
    shell.type('echo 1,');
    shell.press('M-Enter');
    shell.type('2;');
    await shell.waitFor(/ctq> echo 1,\n\.\.\.> 2;$/);
    shell.press('Up', 'End');
    shell.type(" 'x',");
    // Functions are offered below.
    await shell.waitFor(/ctq> echo 1, 'x',\n\.\.\.> 2;$/m);
    shell.press('C-_');
    await shell.waitFor(/ctq> echo 1,\n\.\.\.> 2;$/);
    shell.press('Enter');
    await shell.waitFor(/^1 2$/m);
  }));

test('↑ goes through the lines of an entry, then to the next older one; ↓ comes back to what was typed', () =>
  inShell(async shell => {
    enter(shell, 'echo 1;');
    await shell.waitFor(/^1\n[\s\S]*^ctq> ?$/m);
    enter(shell, 'echo 2,');
    enter(shell, '3;');
    await shell.waitFor(/^2 3\n[\s\S]*^ctq> ?$/m);
    shell.type('e');
    await shell.waitFor(/ctq> e/);
    shell.press('Escape', 'Up');
    await shell.waitFor(/ctq> echo 2,\n\.\.\.> 3;$/);
    shell.press('Up', 'Up');
    await shell.waitFor(/ctq> echo 1;$/);
    shell.press('Up');
    shell.type(' ');
    await shell.waitFor(/ctq> echo 1;$/);
    shell.press('BSpace', 'Down', 'Down');
    shell.type('x');
    await shell.waitFor(/ctq> ex/);
  }));

test('a paste without brackets, and one with them in the middle of a line', () =>
  inShell(async shell => {
    shell.type("select name\rfrom sysctl\rwhere name = 'nf_conntrack_max'\rlimit 1;\recho 'sec', 'ond';\r");
    const screen = await shell.waitFor(/^sec ond$/m);
    assert.match(screen, /^1 row/m);
    assert.not.match(screen, /error/);
    shell.type("echo 'ab';");
    shell.press('Left', 'Left', 'Left');
    shell.type('\u001b[200~X\nY\u001b[201~');
    await shell.waitFor(/echo 'aX\n\.\.\.> Yb';$/);
  }));

test('mistakes are underlined, with their message, and not at the cursor', () =>
  inShell(async shell => {
    shell.type('select srcc from conntrack');
    const screen = await shell.waitFor(/^unknown field 'srcc'/m);
    assert.match(screen, /did you mean src/);
    assert.match(
      shell.screen({ colours: true }),
      /\u001b\[4m\u001b\[31msrcc|\u001b\[31m\u001b\[4msrcc|\u001b\[4;31msrcc/,
    );
  }));

test('Ctrl-R lists entries that match, Ctrl-X Ctrl-E opens the editor, → takes words of a suggestion', () =>
  inShell(
    async shell => {
      for (const text of ["echo 'first', 'needle';", "echo 'second';", "echo 'third';"]) enter(shell, text);
      await shell.waitFor(/^third\n[\s\S]*^ctq> ?$/m);
      shell.press('C-r');
      shell.type('ec ndl');
      await shell.waitFor(/^history: ec ndl\n {2}echo 'first', 'needle';$/m);
      shell.press('Escape');
      await shell.waitFor(READY);
      shell.type("echo 'f");
      await shell.waitFor(/ctq> echo 'first', 'needle';$/);
      shell.press('M-f');
      shell.press('C-c');
      await shell.waitFor(/ctq> echo 'first\^C/);
      // Keys that come together.
      shell.type("echo 'f");
      await shell.waitFor(/ctq> echo 'first', 'needle';$/);
      shell.type('\u001bf\u0005\r');
      await shell.waitFor(/^first needle\n[\s\S]*^first needle\n/m);
      shell.type("echo 'here';");
      shell.press('C-x', 'C-e');
      await shell.waitFor(/ctq> echo 'there';$/);
      shell.press('Enter');
      await shell.waitFor(/^there$/m);
    },
    { env: { EDITOR: 'sed -i s/here/there/' } },
  ));

test('vi mode: Escape begins commands, Enter runs the line', () =>
  inShell(async shell => {
    enter(shell, 'set editing = vi;');
    await shell.waitFor(READY);
    shell.type("echo 'one', 'two';");
    await shell.waitFor(/'two';$/);
    shell.press('Escape');
    await shell.waitFor(/'two';$/);
    shell.type("0wci'three");
    await shell.waitFor(/ctq> echo 'three', 'two';$/);
    shell.press('Escape');
    shell.type('u');
    await shell.waitFor(/ctq> echo 'one', 'two';$/);
    shell.press('Enter');
    await shell.waitFor(/^one two$/m);
    shell.press('Escape');
    shell.type('k');
    await shell.waitFor(/ctq> echo 'one', 'two';$/);
    // A search begins empty, not with what was recalled.
    shell.type('/');
    await shell.waitFor(/history:(?! echo)/);
    shell.type('editing');
    await shell.waitFor(/set editing = vi/);
    shell.press('Enter');
    await shell.waitFor(/ctq> set editing = vi;?$/);
    // All of it comes together.
    shell.press('C-c');
    shell.type('\u001b/editing');
    await shell.waitFor(/history: editing/);
  }));

/** ctq on a terminal whose line takes some 25,000 bytes a second, and holds no more than a pipe does. */
async function onSlowLine(work: (shell: Terminal) => Promise<void>): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), 'ctq-home-'));
  const line = `script -qfec "'$0' '$1'" /dev/null | "$0" "$2" 256 10`;
  const shell = new Terminal(['sh', '-c', line, process.execPath, PROGRAM, SLOW], { env: { HOME: home } });
  try {
    await shell.waitFor(/^ctq.*> ?$/m, LONG);
    await work(shell);
  } finally {
    shell.close();
    rmSync(home, { recursive: true, force: true });
  }
}

const SLOW = fileURLToPath(new URL('../kit/programs/slow-output.js', import.meta.url));

test('a slow terminal: what is typed with the menu open is not lost, and the screen ends right', () =>
  onSlowLine(async shell => {
    shell.type('select src from conntrack where st');
    await shell.waitFor(/^ +state +field/m);
    // Each key draws the line and the menu anew, sooner than the last drawing has arrived.
    for (const letter of 'ate = ESTABLISHED and dport = 443 and dst = 192.0.2.80 limit 1;') shell.type(letter);
    shell.press('Enter');
    const screen = await shell.waitFor(/rows? of \d+ read|^\d+ rows?$/m, LONG);
    assert.match(
      screen,
      /^ctq> select src from conntrack where state = ESTABLISHED and dport = 443 and dst = 192\.0\.2\.80 limit\s+1;\n/m,
    );
    await shell.waitFor(READY);
    assert.not.match(shell.screen(), /\b(?:field|keyword|value)\b/);
  }));

test('a slow terminal: what is typed while a long result arrives runs after it', () => {
  bulk(2000, { source: 0x0a01_0000 });
  return onSlowLine(async shell => {
    enter(shell, 'set pager = off;');
    enter(shell, 'select from conntrack;');
    await shell.waitFor(/→.*\n.*→/, LONG);
    enter(shell, "echo 'typed', 'ahead';");
    shell.type('select co');
    const screen = await shell.waitFor(/^typed ahead$[\s\S]*^ctq> select co$[\s\S]*^ +count\(/m, LONG);
    assert.is(screen.match(/^typed ahead$/gm)?.length, 1);
    shell.press('C-u');
    await shell.waitFor(READY);
    assert.match(shell.screen({ history: true }), /^2,?\d\d\d rows/m);
  });
});

test.run();
