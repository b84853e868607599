/** What is typed and pasted before a question of a change, and while it is open. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { bulk } from '../kit/bulk.js';
import { PROGRAM, Terminal, tty } from '../kit/cli.js';
import { enter, inShell, LONG } from '../kit/interactive.js';
import { useConntrack } from '../kit/namespace.js';
import { conntrack, listConntrack } from '../kit/oracle.js';

const test = suite('interactive shell, questions');

test.before(() => useConntrack());
test.before.each(() => {
  conntrack(['-F']);
  bulk(20);
});

/** A terminal that is drawn on, and one that only shows what is written. */
const TERMINALS = [
  { TERM: 'tmux-256color', isPlain: false },
  { TERM: 'dumb', isPlain: true },
] as const;

for (const { TERM, isPlain } of TERMINALS) {
  test(`only what is typed after a question answers it, and what came before runs after it, TERM=${TERM}`, () =>
    inShell(
      async shell => {
        const begin = isPlain ? '' : '\u001b[200~';
        const end = isPlain ? '' : '\u001b[201~';
        shell.type(`${begin}delete from conntrack where dport = 443;\ry;\recho 'then', 'this';\r${end}`);
        await shell.waitFor(/\[y\/N\] ?$/);
        enter(shell, 'n');
        const screen = await shell.waitFor(/^(?:ctq> )*then this\n[\s\S]*^ctq> ?$/m);
        assert.match(screen, /\[y\/N\] n\n[\s\S]*nothing was changed[\s\S]*error: expected a statement/);
        // Typed ahead, without the marks of a paste.
        shell.type("delete from conntrack where dport = 443;\ry\r;\recho 'typed', 'ahead';\r");
        await shell.waitFor(/\[y\/N\] ?$/);
        enter(shell, 'y');
        await shell.waitFor(/\[y\/N\] y\n[\s\S]*flows deleted[\s\S]*^(?:ctq> )*typed ahead\n[\s\S]*^ctq> ?$/m);
      },
      { env: { TERM } },
    ));
}

test('a paste while a question is open is read after the answer, and Ctrl-C drops what came before', () =>
  inShell(async shell => {
    shell.type("delete from conntrack where dport = 443;\recho 'drop', 'ped';\r");
    await shell.waitFor(/\[y\/N\] ?$/);
    shell.press('C-c');
    await shell.waitFor(/nothing was changed[\s\S]*\nctq> ?$/);
    enter(shell, 'delete from conntrack where dport = 443;');
    await shell.waitFor(/\[y\/N\] ?$/);
    // Its end comes later.
    shell.type('\u001b[200~y\r');
    shell.type("echo 'pas', 'ted';\r\u001b[201~");
    enter(shell, 'n');
    const screen = await shell.waitFor(/\[y\/N\] n\n[\s\S]*error: expected a statement[\s\S]*\nctq> ?$/);
    assert.not.match(screen, /flows deleted|^drop ped$/m);
  }));

test('scripts ask, in the shell and elsewhere', async () => {
  const script = 'delete from conntrack where proto = udp;\n';
  const prepare = (home: string): void => writeFileSync(join(home, 'd.ctq'), script);
  await inShell(
    async shell => {
      for (const line of ['.read d.ctq', "include 'd.ctq'"]) {
        enter(shell, line);
        await shell.waitFor(/Delete 10 flows\? \[y\/N\] ?$/);
        enter(shell, 'n');
        await shell.waitFor(/nothing was changed\nctq> ?$/);
        shell.press('C-l');
      }
      assert.is(listConntrack(['-L']).trimEnd().split('\n').length, 20);
    },
    { prepare },
  );
  const home = mkdtempSync(join(tmpdir(), 'ctq-script-'));
  prepare(home);
  for (const [args, isAsked] of [
    [[], true],
    [['--yes'], false],
  ] as const) {
    const whole = tty([...args, join(home, 'd.ctq')]);
    try {
      if (isAsked) {
        await whole.waitFor(/Delete 10 flows\? \[y\/N\] ?$/);
        whole.type('n');
        whole.press('Enter');
      }
      assert.is(await whole.exit(), isAsked ? 1 : 0);
      assert.match(whole.screen(), isAsked ? /nothing was changed/ : /10 flows deleted/);
    } finally {
      whole.close();
    }
  }
  rmSync(home, { recursive: true });
});

for (const isInShell of [true, false])
  test(`Ctrl-Z at a question suspends; the question comes again after fg, ${isInShell ? '' : 'not '}in the shell`, async () => {
    const shell = new Terminal(['bash', '--norc', '--noprofile'], { columns: 100, rows: 24, env: { PS1: 'ready> ' } });
    const statement = 'delete from conntrack where dport = 443';
    try {
      await shell.waitFor('ready> ');
      enter(shell, `${process.execPath} ${PROGRAM} --no-config ${isInShell ? '' : `'${statement}'`}`);
      if (isInShell) {
        await shell.waitFor(/^ctq> ?$/m, LONG);
        enter(shell, `${statement};`);
      }
      await shell.waitFor(/\[y\/N\] ?$/);
      shell.press('C-z');
      await shell.waitFor(/Stopped[\s\S]*ready> ?$/);
      enter(shell, 'fg');
      await shell.waitFor(/fg\n[\s\S]*Delete .* \[y\/N\] ?$/);
      enter(shell, 'y');
      await shell.waitFor(/\[y\/N\] y\n[\s\S]*flows deleted/);
    } finally {
      shell.close();
    }
  });

test.run();
