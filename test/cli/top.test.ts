// timeout: 300
/** `ctq top` on a terminal of its own: every key, every place, and how it ends. */
import { closeSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { bulk } from '../kit/bulk.js';
import { type Terminal, type TerminalOptions, tty } from '../kit/cli.js';
import { must, run } from '../kit/command.js';
import { encodeFlow, PROTOCOL, STATUS } from '../kit/flow.js';
import { makeHosts } from '../kit/hosts.js';
import { enter, inShell, READY } from '../kit/interactive.js';
import { Namespace, setSysctl, useConntrack } from '../kit/namespace.js';
import { mustRequest } from '../kit/netlink.js';
import { until } from '../kit/until.js';
import { folder } from '../shell/support.js';

const test = suite('top');

const SSH = { SSH_CONNECTION: '10.9.0.1 40000 10.9.0.2 22' };

/** Three flows, of which one is the SSH connection. */
function fill(): void {
  assert.is(run(['conntrack', '-F']).code, 0);
  const flow = (src: string, dst: string, sport: number, dport: number, proto: number, more: object = {}) =>
    encodeFlow({ proto, orig: { src, dst, sport, dport }, timeout: 3600, ...more });
  const tcp = { status: STATUS.SEEN_REPLY | STATUS.ASSURED, tcp: { state: 3 } };
  mustRequest([
    flow('10.9.0.1', '10.9.0.2', 40_000, 22, PROTOCOL.tcp, tcp),
    flow('10.0.1.7', '192.0.2.80', 1111, 443, PROTOCOL.tcp, { ...tcp, mark: 5, snat: { address: '192.0.2.1' } }),
    flow('10.0.1.7', '192.0.2.53', 2222, 53, PROTOCOL.udp),
  ]);
}

const arrive = (src: string, sport: number): void =>
  mustRequest([
    encodeFlow({
      proto: PROTOCOL.udp,
      orig: { src, dst: '192.0.2.53', sport, dport: 53 },
      timeout: 3600,
    }),
  ]);

const count = (...args: readonly string[]): number =>
  run(['conntrack', '-L', ...args])
    .stdout.split('\n')
    .filter(line => line !== '').length;

async function onTop(
  args: readonly string[],
  work: (screen: Terminal) => Promise<void>,
  options: TerminalOptions = {},
): Promise<void> {
  const screen = tty(['top', '--no-config', '--every', '200ms', ...args], { columns: 130, rows: 24, ...options });
  try {
    await work(screen);
  } finally {
    screen.close();
  }
}

/** The lines of the table below its titles. */
const rowsOf = (text: string): string[] => {
  const lines = text.split('\n');
  return lines.slice(5, -1).filter(line => line.trim() !== '');
};

test.before(() => {
  setSysctl('net/netfilter/nf_conntrack_acct', 1);
  setSysctl('net/netfilter/nf_conntrack_events', 1);
  useConntrack();
});
test.before.each(fill);

test('the table, its header, and the keys that quit', async () => {
  for (const [key, status] of [
    ['q', 0],
    ['C-c', 0],
  ] as const) {
    await onTop([], async screen => {
      const text = await screen.waitFor(/10\.0\.1\.7:2222/);
      assert.match(text, /^ctq top {2}\d\d:\d\d:\d\d .*every \S+ · a refresh takes/);
      assert.match(text, /^3 of [\d,]+ flows .*tcp 2 · udp 1$/m);
      assert.match(text, /2 established · 1 unreplied$/m);
      assert.match(text, /^proto +source +→ destination +nat +state/m);
      assert.match(text, /10\.0\.1\.7:1111 +→ 192\.0\.2\.80:443 +src 192\.0\.2\.1/);
      assert.match(text, /^\? help {2}q quit {2}\/ filter/m);
      screen.press(key);
      assert.is(await screen.exit(), status);
      assert.is(screen.screen(), '', 'the screen is as it was before');
    });
  }
});

test('sorting: by the next column, by its number, reversed', () =>
  onTop(['--sort', 'source'], async screen => {
    const first = (pattern: RegExp) =>
      until('the first row', () => pattern.test(rowsOf(screen.screen())[0] ?? ''), { within: 20_000 });
    await first(/10\.0\.1\.7/);
    assert.match(screen.screen(), /source↑/);
    screen.press('r');
    await first(/10\.9\.0\.1/);
    assert.match(screen.screen(), /source↓/);
    screen.press('Right');
    await screen.waitFor(/destination↑/);
    await first(/10\.9\.0\.2/);
    screen.press('Left');
    await screen.waitFor(/source↑/);
    screen.press('>');
    await screen.waitFor(/destination↑/);
    screen.press('<');
    await screen.waitFor(/source↑/);
    screen.press('1');
    await screen.waitFor(/proto↑/);
    screen.press('s');
    await screen.waitFor(/source↑/);
    screen.press('S');
    await screen.waitFor(/proto↑/);
  }));

test('groups, their flows, and back', () =>
  onTop([], async screen => {
    await screen.waitFor(/10\.0\.1\.7/);
    screen.press('g');
    await screen.waitFor(/^source +flows/m);
    await screen.waitFor(/^10\.0\.1\.7 +2 +1 /m);
    screen.press('g');
    await screen.waitFor(/^destination +flows/m);
    screen.press('g');
    await screen.waitFor(/^proto +port +service/m);
    await screen.waitFor(/^udp +53 +domain/m);
    screen.press('g');
    await screen.waitFor(/^network/m);
    await screen.waitFor(/^10\.0\.1\.0\/24 +2/m);
    screen.press('g');
    await screen.waitFor(/^proto +state/m);
    await screen.waitFor(/^tcp +ESTABLISHED +2/m);
    screen.press('g');
    await screen.waitFor(/^proto +source/m);
    screen.press('G');
    await screen.waitFor(/^tcp +ESTABLISHED +2/m);
    screen.press('G', 'G', 'G', 'G');
    await screen.waitFor(/^10\.9\.0\.1 +1/m);
    screen.press('6');
    await until('10.0.1.7 to be first', () => /^10\.0\.1\.7/.test(rowsOf(screen.screen())[0] ?? ''));
    screen.press('Enter');
    await screen.waitFor(/^where src = 10\.0\.1\.7\n/m);
    await screen.waitFor(/^2 of 3 flows/m);
    screen.press('Escape');
    await screen.waitFor(/^10\.0\.1\.7 +2/m);
  }));

test('the filter: completion, mistakes, history, and clearing', () =>
  onTop([], async screen => {
    await screen.waitFor(/10\.0\.1\.7/);
    screen.type('/dpo');
    await screen.waitFor(/^where dpo\n +dport +field/m);
    screen.press('Tab');
    await screen.waitFor(/^where dport\b/m);
    screen.type('= 53');
    screen.press('Enter');
    await screen.waitFor(/^1 of 3 flows/m);
    assert.equal(rowsOf(screen.screen()).length, 1);
    screen.type('/');
    await screen.waitFor(/Enter apply/);
    screen.press('C-u');
    screen.type('dprot = 53');
    screen.press('Enter');
    await screen.waitFor(/unknown field 'dprot'.*did you mean dport/);
    screen.press('C-u', 'Up');
    await screen.waitFor(/^where dport = 53/m);
    screen.press('Escape');
    await screen.waitFor(/\? help/);
    assert.match(screen.screen(), /^where dport = 53\n/m);
    screen.press('Escape');
    await screen.waitFor(/^where \/ enters a condition/m);
    await screen.waitFor(/^3 of [\d,]+ flows/m);
    // What would end the condition early is a mistake, not another statement.
    screen.type('/true) limit (1');
    screen.press('Enter');
    await screen.waitFor(/^where true\) limit \(1\n.+/m);
    await screen.waitFor(/Enter apply/);
    screen.press('C-c');
    await screen.waitFor(/\? help/);
  }));

test('a paste goes into the filter, and nowhere else', () =>
  onTop([], async screen => {
    await screen.waitFor(/10\.0\.1\.7/);
    screen.type('\u001b[200~q\u001b[201~');
    screen.type('/\u001b[200~dport = 22\n\u001b[201~');
    await screen.waitFor(/^where dport = 22/m);
    screen.press('Enter');
    await screen.waitFor(/^1 of 3 flows/m);
  }));

test('the cursor stays on its flow; the details have both tuples, and events as they come', () =>
  onTop(['--sort', 'source'], async screen => {
    await screen.waitFor(/10\.9\.0\.1/);
    screen.press('End', 'Up', 'k', 'Down', 'j', 'PageUp', 'PageDown', 'Home', 'End');
    screen.press('Enter');
    const text = await screen.waitFor(/original +10\.9\.0\.1:40000 +→ +10\.9\.0\.2:22/);
    assert.match(text, /reply +10\.9\.0\.2:22 +→ +10\.9\.0\.1:40000/);
    assert.match(text, /status +SEEN_REPLY, ASSURED, CONFIRMED/);
    await screen.waitFor(/events: none since/);
    must([
      'conntrack',
      '-U',
      '-p',
      'tcp',
      '-s',
      '10.9.0.1',
      '--sport',
      '40000',
      '-d',
      '10.9.0.2',
      '--dport',
      '22',
      '-m',
      '77',
    ]);
    await screen.waitFor(/update/);
    await screen.waitFor(/mark 77/);
    must(['conntrack', '-D', '-p', 'tcp', '-s', '10.9.0.1', '--sport', '40000']);
    await screen.waitFor(/destroy/);
    await screen.waitFor(/ended \d\d:\d\d:\d\d/);
    screen.press('Escape');
    await screen.waitFor(/^2 of [\d,]+ flows/m);
  }));

test('delete: the statement, the flow, the own SSH connection, and the question', () =>
  onTop(
    ['--sort=-source'],
    async screen => {
      await screen.waitFor(/10\.9\.0\.1/);
      screen.press('d');
      const text = await screen.waitFor(/Delete 1 flow\? \[y\/N\]/);
      assert.match(text, /delete from conntrack where proto = tcp and src = 10\.9\.0\.1 and sport = 40000/);
      assert.match(text, /your own SSH connection is among the flows to be deleted/);
      screen.press('n');
      await screen.waitFor('nothing was deleted');
      assert.is(count(), 3);
      screen.press('D');
      await screen.waitFor(/no filter is set/);
      screen.type('/src = 10.0.1.7');
      screen.press('Enter');
      await screen.waitFor(/^2 of 3 flows/m);
      screen.press('D');
      await screen.waitFor(/Delete 2 flows\? \[y\/N\]/);
      assert.not.match(screen.screen(), /SSH/);
      arrive('10.0.1.7', 1077);
      screen.press('y');
      await screen.waitFor('2 flows deleted, 1 that came later was left');
      assert.is(count(), 2);
      screen.press('D');
      await screen.waitFor(/Delete 1 flow\? \[y\/N\]/);
      screen.press('y');
      await screen.waitFor('1 flow deleted');
      await screen.waitFor(/no flow meets the condition/);
    },
    { env: SSH },
  ));

test('delete of a group; --read-only and --dry-run delete nothing', async () => {
  await onTop(['--group', 'source', '--sort', 'flows', '--read-only'], async screen => {
    await screen.waitFor(/^10\.0\.1\.7 +2/m);
    screen.press('d');
    await screen.waitFor(/delete is refused: this is read-only/);
  });
  await onTop(['--group', 'source', '--sort', 'flows', '--dry-run'], async screen => {
    await screen.waitFor(/^10\.0\.1\.7 +2/m);
    screen.press('d');
    await screen.waitFor(/dry run: would delete 2 flows/);
    screen.press('y');
    await screen.waitFor(/\? help/);
  });
  assert.is(count(), 3);
  await onTop(['--group', 'source', '--sort', 'flows'], async screen => {
    await screen.waitFor(/^10\.0\.1\.7 +2/m);
    screen.press('d');
    await screen.waitFor(/delete from conntrack where src = 10\.0\.1\.7/);
    await screen.waitFor(/Delete 2 flows/);
    screen.press('y');
    await screen.waitFor('2 flows deleted');
    // The row that was selected is gone.
    await screen.waitFor(/history\n10\.9\.0\.1 +1/);
    screen.press('d');
    await screen.waitFor(/Delete the only flow of the table\? \[y\/N\]/);
    screen.press('n');
  });
  assert.is(count(), 1);
});

test('pause, interval, redraw, help', () =>
  onTop([], async screen => {
    await screen.waitFor(/10\.0\.1\.7/);
    screen.press('Space');
    await screen.waitFor(/paused · space continues/);
    assert.is(run(['conntrack', '-F']).code, 0);
    screen.press('C-l', 'p');
    await screen.waitFor(/no flows/);
    screen.press('+');
    await screen.waitFor(/the table is read every 500ms/);
    screen.press('+', '+', '-');
    await screen.waitFor(/the table is read every 1s/);
    screen.press('?');
    const help = await screen.waitFor(/^ctq top: the connections as they change/m);
    assert.match(help, /^ {2}\/ +a condition/m);
    screen.press('Down', 'PageDown', 'Home', 'Escape');
    await screen.waitFor(/^proto +source/m);
    screen.press('h');
    await screen.waitFor(/^ctq top: the connections as they change/m);
    screen.press('q');
    await screen.waitFor(/^proto +source/m);
    screen.press('h');
    await screen.waitFor(/^ctq top: the connections as they change/m);
    screen.press('C-c');
    assert.is(await screen.exit(), 0);
  }));

test('other places: a namespace, all of them, a file, another host, and back', async () => {
  const blue = new Namespace('blue');
  const hosts = makeHosts('');
  blue.must([
    'conntrack',
    '-I',
    '-s',
    '10.5.0.1',
    '-d',
    '10.5.0.2',
    '-p',
    'udp',
    '--sport',
    '7',
    '--dport',
    '53',
    '-t',
    '600',
  ]);
  const path = join(folder(), 'dump.save');
  writeFileSync(path, must(['conntrack', '-L', '-o', 'save']));
  const visit = async (screen: Terminal): Promise<void> => {
    await screen.waitFor(/10\.0\.1\.7/);
    const go = async (place: string, wanted: RegExp): Promise<string> => {
      screen.press('n');
      await screen.waitFor(/^in\b.*\n/m);
      screen.type(place);
      screen.press('Enter');
      return screen.waitFor(wanted);
    };
    await go('netns blue', /in netns blue[\s\S]*10\.5\.0\.1:7/);
    // What was typed can be corrected.
    await go('netns red', /^in netns red\nnetwork namespace "red" does not exist/m);
    screen.press('Escape');
    await screen.waitFor(/^where [\s\S]*in netns blue|in netns blue[\s\S]*^where /m);
    await go('netns *', /netns +proto[\s\S]*blue +udp/);
    await go("ssh 'root@blue'", /in ssh root@blue +every[\s\S]*10\.5\.0\.1:7/);
    await go('ssh down', /^in ssh down\n[\s\S]*connect to host down port 22: Connection refused/m);
    assert.match(screen.screen(), /in ssh root@blue/);
    screen.press('Escape');
    await screen.waitFor(/^where /m);
    await go(`file ${path}`, /dump\.save +a file[\s\S]*10\.0\.1\.7/);
    assert.not.match(screen.screen(), /d delete/);
    screen.press('d');
    await screen.waitFor(/cannot change a snapshot/);
    screen.press('Enter');
    assert.not.match(await screen.waitFor(/a file has no events/), /d delete/);
    screen.press('Escape');
    await screen.waitFor(/^proto +source/m);
    assert.not.match(await go('nowhere', /expected 'netns'[\s\S]*write: netns nowhere/), /use/);
    screen.press('C-u');
    screen.type('kernel');
    screen.press('Enter');
    await screen.waitFor(/ctq top {2}\S+ +every[\s\S]*10\.0\.1\.7/);
    screen.press('q');
    assert.is(await screen.exit(), 0);
  };
  await onTop([], visit, { env: hosts.env });
  hosts.close();
  await onTop([path, '--group', 'port'], async screen => {
    await screen.waitFor(/^tcp +443 +https/m);
    writeFileSync(path, '');
    await screen.waitFor(/no flows/);
  });
  await onTop(['--in', 'netns', 'blue', 'dport = 53'], async screen => {
    await screen.waitFor(/10\.5\.0\.1:7/);
  });
  blue.destroy();
});

test('the whole statement of a delete is seen before it is asked', () =>
  onTop(
    [
      '--filter',
      `src = 10.0.1.7 and dport in (53, 443, ${Array.from({ length: 60 }, (_, i) => 60_000 + i).join(', ')})`,
    ],
    async screen => {
      await screen.waitFor(/^2 of 3 flows/m);
      screen.press('D');
      const first = await screen.waitFor(/the statement is longer: ↓ shows the rest/);
      assert.match(first, /delete from conntrack where src = 10\.0\.1\.7/);
      screen.press('y');
      assert.match(await screen.waitFor(/↓ more of the statement/), /the statement is longer/);
      let seen = first;
      for (let n = 0; n < 20 && !/Delete 2 flows/.test(screen.screen()); n++) {
        screen.press('Down');
        await until('the next line', () => screen.screen() !== seen);
        seen = screen.screen();
      }
      assert.match(screen.screen(), /60059\)[\s\S]*Delete 2 flows\? \[y\/N\]/);
      screen.press('y');
      await screen.waitFor('2 flows deleted');
    },
    { columns: 60, rows: 10 },
  ));

test('a large file shows how much of it was read; an unknown word is not taken for a file', async () => {
  const path = join(folder(), 'flows');
  must(['mkfifo', path]);
  const screen = tty(['top', '--no-config', path], { columns: 130, rows: 24 });
  const file = openSync(path, 'w');
  try {
    writeSync(file, must(['conntrack', '-L']));
    await screen.waitFor(/^ctq top {2}reading: 3 rows {2}in \S+flows/m);
    closeSync(file);
    await screen.waitFor(/10\.0\.1\.7/);
  } finally {
    screen.close();
  }
  const wrong = tty(['top', '--no-config', 'nofile'], { columns: 160 });
  await wrong.waitFor(/error: no such file: 'nofile'\n.*top takes a file, an address, a protocol, or a condition/);
  assert.is(await wrong.exit(), 1);
  wrong.close();
});

test('how it ends: signals, Ctrl-Z, a wrong start', async () => {
  const pidOfTop = (): Promise<number> =>
    until('the process', () => Number(run(['pgrep', '-n', '-x', 'ctq']).stdout) || undefined, {
      within: 10_000,
    });
  for (const [signal, status] of [
    ['SIGTERM', 143],
    ['SIGINT', 0],
    ['SIGQUIT', 131],
  ] as const) {
    await onTop([], async screen => {
      await screen.waitFor(/10\.0\.1\.7/);
      process.kill(await pidOfTop(), signal);
      assert.is(await screen.exit(), status, signal);
      assert.not.match(screen.screen(), /ctq top/, 'the screen is as it was before');
    });
  }
  const wrong = tty(['top', '--no-config', 'dprot = 1']);
  await wrong.waitFor(/unknown field 'dprot'/);
  assert.is(await wrong.exit(), 2);
  wrong.close();
  const fleet = tty(['top', '--no-config', '--in', 'fleet'], { columns: 160 });
  await fleet.waitFor(/invalid place 'fleet': top shows one gateway/);
  assert.is(await fleet.exit(), 2);
  fleet.close();
  const dumb = tty(['top', '--no-config'], { env: { TERM: 'dumb' } });
  await dumb.waitFor(/top cannot be drawn on this terminal: TERM is dumb/);
  assert.is(await dumb.exit(), 1);
  dumb.close();
});

test('Ctrl-Z gives the terminal back; fg takes it again', () =>
  inJobControl(async shell => {
    await shell.waitFor(/10\.0\.1\.7/);
    shell.press('C-z');
    await shell.waitFor(/Stopped[\s\S]*ready> ?$/);
    assert.not.match(shell.screen(), /a refresh takes/);
    enter(shell, 'stty -a | grep -o "[-]*icanon"');
    await shell.waitFor(/^icanon$/m);
    enter(shell, 'fg');
    await shell.waitFor(/a refresh takes[\s\S]*10\.0\.1\.7/);
    shell.press('q');
    await shell.waitFor(/ready> ?$/);
  }));

test('.top in a place of several gateways suggests what to do instead', () => {
  const conf = join(folder({ 'fleet.conf': 'gw1 edge ssh gw1\ngw2 edge ssh gw2\n' }), 'fleet.conf');
  return inShell(
    async shell => {
      for (const [use, all] of [
        ['fleet edge', 'ask the fleet by select … in fleet every 2s'],
        ["ssh ('gw1', 'gw2')", 'ask all of them by select … every 2s'],
      ]) {
        enter(shell, `use ${use};`);
        await shell.waitFor(/(fleet edge|gw1,gw2)> ?$/);
        enter(shell, '.top');
        await shell.waitFor(`error: top shows one gateway: name it, such as ssh HOST, or ${all}`);
        await shell.waitFor(READY);
      }
    },
    { args: ['--no-config'], columns: 160, env: { CTQ_FLEET_CONF: conf } },
  );
});

test('.top in the shell, and back to the line', () =>
  inShell(async shell => {
    enter(shell, '.top dport = 53');
    await shell.waitFor(/^where dport = 53\n[\s\S]*10\.0\.1\.7:2222/m);
    shell.press('q');
    await shell.waitFor(READY);
    enter(shell, "echo 'still ' , 'here';");
    await shell.waitFor(/^still {2}here$/m);
    enter(shell, '.top dprot = 1');
    await shell.waitFor(/invalid condition 'dprot = 1'/);
  }));

test('small, large, resized, without colours, ASCII', async () => {
  bulk(300, { sources: 300 });
  await onTop([], async screen => {
    await screen.waitFor(/proto +source/);
    screen.resize(80, 24);
    const narrow = await screen.waitFor(/^proto +source/m);
    for (const line of narrow.split('\n')) assert.ok(line.length <= 80, line);
    screen.resize(200, 60);
    await until('more rows', () => rowsOf(screen.screen()).length === 54);
    screen.resize(30, 5);
    await screen.waitFor(/requires 40 columns/);
    screen.resize(40, 10);
    await screen.waitFor(/^source +→ destination +↓bytes\/s/m);
    screen.press('PageDown', 'PageDown', 'End');
    await screen.waitFor(/10\.0\.0\.\d+:/);
  });
  await onTop(
    [],
    async screen => {
      await screen.waitFor(/10\.0\.0\./);
      assert.not.match(screen.screen(), /[^\x00-\x7f]/);
      assert.not.match(screen.screen({ colours: true }), /\x1b\[(?:\d+;)*3[0-7]/);
    },
    { env: { LC_ALL: 'C', NO_COLOR: '1' } },
  );
});

test('what the kernel does not count is said', async () => {
  setSysctl('net/netfilter/nf_conntrack_acct', 0);
  try {
    fill();
    await onTop([], async screen => {
      await screen.waitFor(/no packets and bytes: nf_conntrack_acct is off/);
      assert.match(screen.screen(), /↓timeout/);
    });
  } finally {
    setSysctl('net/netfilter/nf_conntrack_acct', 1);
  }
});

/** A shell with job control that runs top. */
async function inJobControl(work: (shell: Terminal) => Promise<void>): Promise<void> {
  const { PROGRAM, Terminal: Made } = await import('../kit/cli.js');
  const shell = new Made(['bash', '--norc', '--noprofile'], { columns: 130, rows: 24, env: { PS1: 'ready> ' } });
  try {
    await shell.waitFor('ready> ');
    enter(shell, `${process.execPath} ${PROGRAM} top --no-config --every 200ms`);
    await work(shell);
  } finally {
    shell.close();
  }
}

test.run();
