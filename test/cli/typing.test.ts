// timeout: 300
/** Typing in the interactive shell: the menu, new lines, what is typed ahead, pastes, the history. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { bulk } from '../kit/bulk.js';
import { enter, inShell, READY } from '../kit/interactive.js';

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
      await shell.waitFor(/^ctq> select '日本語' as x, src from conn\ntrack limit 1;$/);
      shell.press('C-c');
      shell.resize(80, 24);
      shell.type("echo 'after', 1;");
      shell.press('Enter');
      await shell.waitFor(/^after 1$/m);
    },
    { columns: 50, rows: 20 },
  ));

test('what is typed without pausing stays where it was typed', () => {
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
  }));

test.run();
