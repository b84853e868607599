// waits
// timeout: 300
/** `in ssh`: a program in place of ssh(1) runs the command in a network namespace that plays the other host. */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ctq, startCtq, tty } from '../kit/cli.js';
import type { Finished } from '../kit/command.js';
import { ctqHere } from '../kit/here.js';
import { Namespace } from '../kit/namespace.js';
import { READABLE_PROGRAM } from '../kit/nobody.js';
import { netfilterSockets } from '../kit/oracle.js';
import { until } from '../kit/until.js';

const test = suite('in ssh');

const gateway = new Namespace('gateway');
const folder = mkdtempSync(join(tmpdir(), 'ctq-ssh-'));
const at = (...parts: string[]): string => join(folder, ...parts);

/** What the hosts do with the command: `ctq` has it, `lines` has conntrack(8) only, the others have none that works. */
const SSH = `#!/bin/bash
printf '%s\\n' "$@" > ${at('arguments')}
while [ "$1" != -- ]; do shift; done
host=$2; shift 2
# Nothing of this machine's own is found by those that have little.
little=\${*//:\\/usr\\/local\\/bin:\\/usr\\/local\\/sbin:\\/usr\\/sbin:\\/sbin/}
case $host in
  down) printf 'ssh: connect to host down port 22: Connection refused\\r\\n' >&2; exit 255;;
  denied) printf '\\033[2Jroot@denied: Permission denied (publickey).\\n' >&2; exit 255;;
  bare) PATH=${at('bare')} exec /bin/sh -c "$little";;
  lines) PATH=${at('lines')} exec ip netns exec gateway /bin/sh -c "$little";;
  user) PATH=${at('ctq')}:$PATH exec setpriv --reuid 65534 --regid 65534 --clear-groups -- sh -c "$*";;
  garbage) head -c 300000 /dev/urandom;;
  endless) exec cat /dev/zero;;
  evil) printf 'ctq-relay 1 little\\n'; head -c 100000 /dev/urandom;;
  cut) printf 'ctq-relay 1 little\\n\\0\\0\\0\\1\\0\\0\\0\\100'; exit 0;;
  large) printf 'ctq-relay 1 little\\n\\0\\0\\0\\1\\377\\377\\377\\377'; exec cat /dev/zero;;
  loop) printf 'ctq-relay 1 little\\n\\0\\0\\0\\1\\0\\0\\0\\30\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0'; head -c 24 /dev/zero;;
  words) printf 'ctq-relay 1 little\\n\\0\\0\\0\\2\\0\\0\\0\\134\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0'
         printf '%-92s' '{"error":{"kind":"internal","code":"x","message":"\\u001b[31mred","hint":"\\u0007bell"}}';;
  closed) printf 'ctq-relay 1 little\\n\\0\\0\\0\\2\\0\\0\\0\\134\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0'
          printf '%-92s' '{"error":{"kind":"output","code":"output-closed","message":"it has gone"}}';;
  frames|slow-frames) exec ${process.execPath} ${at('frames.cjs')} $host;;
  escapes) printf 'ctq-relay conntrack\\n'
         printf 'udp 17 29 src=1.1.1.1 dst=2.2.2.2 sport=1 dport=2 src=2.2.2.2 dst=1.1.1.1 sport=2 dport=1 helper=\\033[31mx mark=0 use=1\\n'
         printf 'udp 17 29 src=1.1.1.1 dst=2.2.2.2 \\033[31mlost\\n'; exit 0;;
  hang) echo $$ > ${at('hanging')}; exec sleep 1000;;
  *) echo "Welcome to $host"; PATH=${at('ctq')}:$PATH exec ip netns exec gateway sh -c "$*";;
esac
`;

const program = (path: string, text: string): void => {
  writeFileSync(path, text);
  chmodSync(path, 0o755);
};

/** Frames without end: at first that events are subscribed to, then empty messages, whatever is said; slow ones leave the processor idle. */
const FRAMES = `
const frame = (kind, body) => {
  const header = Buffer.alloc(24);
  header.writeUInt32BE(kind, 0);
  header.writeUInt32BE(body.length, 4);
  return Buffer.concat([header, body]);
};
process.on('SIGTERM', () => {});
process.stdout.write('ctq-relay 1 little\\n');
process.stdout.write(frame(3, Buffer.from('{"receiveBuffer":1,"requestedBuffer":1}')));
const many = Buffer.concat(Array.from({ length: 1000 }, () => frame(1, Buffer.alloc(0))));
const isSlow = process.argv[2] === 'slow-frames';
const send = () => {
  while (process.stdout.write(many) && !isSlow);
  if (isSlow) setTimeout(send, 10);
  else process.stdout.once('drain', send);
};
send();
`;

const env = { PATH: `${folder}:${process.env.PATH}` };
const run = (args: readonly string[]): Promise<Finished> => ctqHere(args, { env });
const text = async (query: string): Promise<string> => {
  const { stdout, stderr, code } = await run([query, '-o', 'tsv,noheader']);
  assert.is(code, 0, stderr);
  assert.is(stderr, '');
  return stdout;
};

test.before(() => {
  for (const name of ['bare', 'lines', 'ctq']) mkdirSync(at(name));
  program(at('ssh'), SSH);
  program(at('frames.cjs'), FRAMES);
  program(at('ctq', 'ctq'), `#!/bin/sh\nexec ${process.execPath} ${READABLE_PROGRAM} "$@"\n`);
  for (const name of ['conntrack', 'ip', 'sh']) {
    const path = ['/usr/local/sbin', '/usr/sbin', '/sbin', '/usr/bin', '/bin']
      .map(each => join(each, name))
      .find(existsSync);
    symlinkSync(path ?? name, at('lines', name));
    if (name === 'sh') symlinkSync(path ?? name, at('bare', name));
  }
  chmodSync(folder, 0o755);
  const insert = (...args: string[]): string => gateway.must(['conntrack', '-I', '-t', '600', ...args]);
  insert('-s', '10.0.0.1', '-d', '10.0.0.2', '-p', 'tcp', '--sport', '1', '--dport', '80', '--state', 'ESTABLISHED');
  insert('-s', '10.0.0.3', '-d', '10.0.0.2', '-p', 'udp', '--sport', '1', '--dport', '53', '-m', '7');
  insert('-s', '2001:db8::1', '-d', '2001:db8::2', '-p', 'udp', '--sport', '1', '--dport', '53');
});

test.after(() => rmSync(folder, { recursive: true }));

for (const host of ['gw1', 'lines']) {
  test(`queries are answered by ${host === 'lines' ? 'conntrack(8)' : 'ctq'} there`, async () => {
    const from = `from conntrack in ssh '${host}'`;
    assert.is(await text(`select src ${from} order by src`), '10.0.0.1\n10.0.0.3\n2001:db8::1\n');
    assert.is(await text(`count conntrack in ssh '${host}'`), '3\n');
    assert.is(await text(`select src, mark ${from} where proto = udp and family = ipv4`), '10.0.0.3\t7\n');
    assert.is(await text(`select dport, count(*) ${from} group by dport order by 2 desc`), '53\t2\n80\t1\n');
    assert.is(await text(`select id is not null ${from} limit 1`).catch(() => 'true\n'), 'true\n');
    const whole = 'proto = tcp and src = 10.0.0.1 and dst = 10.0.0.2 and sport = 1 and dport = 80 and zone = 0';
    assert.is(await text(`select state ${from} where ${whole}`), 'ESTABLISHED\n');
    assert.is(await text(`get state ${from} where ${whole}`), 'ESTABLISHED\n');
    assert.is(
      await text(`use ssh '${host}'; select src from conntrack where src in (select src ${from} where dport = 80)`),
      '10.0.0.1\n',
    );
    assert.is(await text(`select from expect in ssh '${host}'`), '');
  });
}

test('the same rows from both', async () => {
  const rows =
    'select src, dst, sport, dport, proto, state, mark, id, status has UNREPLIED as unreplied from conntrack in ssh';
  assert.is(await text(`${rows} 'gw1' order by id`), await text(`${rows} 'lines' order by id`));
});

test('events come, and end with Ctrl-C', async () => {
  const watch = startCtq(["watch event, src from conntrack in ssh 'root@gw1' with existing", '-o', 'tsv'], { env });
  await watch.waitFor(/^\t2001:db8::1$/m);
  gateway.must('conntrack -I -t 60 -s 10.0.0.9 -d 10.0.0.2 -p udp --sport 1 --dport 9'.split(' '));
  await watch.waitFor(/^new\t10\.0\.0\.9$/m);
  gateway.must(['conntrack', '-D', '-s', '10.0.0.9']);
  await watch.waitFor(/^destroy\t10\.0\.0\.9$/m);
  watch.kill('SIGINT');
  assert.is(await watch.exit(), 0, watch.stderr);
  assert.match(watch.stderr, /2 events in .*none lost/);
});

test('arguments are a list, and options are ended', async () => {
  await text("count conntrack in ssh 'gw1'");
  const lines = readFileSync(at('arguments'), 'utf8').split('\n');
  assert.equal(lines.slice(0, 3), ['-T', '-o', 'BatchMode=yes']);
  assert.equal(lines.slice(lines.indexOf('--'), lines.indexOf('--') + 2), ['--', 'gw1']);
  for (const host of ['-oProxyCommand=touch x', '-F', 'a b', '']) {
    const { code, stderr } = await run([`count conntrack in ssh '${host}'`]);
    assert.is(code, 2, stderr);
  }
});

test('what fails is reported, with a hint', async () => {
  const failure = async (query: string): Promise<string> => {
    const { code, stderr, stdout } = await run([query]);
    assert.is(code, 1, query);
    assert.not.match(stderr + stdout, /[\u0000-\u0008\u000b-\u001f\u007f]/, query);
    return stderr;
  };
  const all = 'select from conntrack';
  const failures: readonly (readonly [query: string, host: string, told: RegExp])[] = [
    [all, 'down', /down: .*Connection refused\nhint: .*ssh -o BatchMode=yes down true/],
    ['watch from conntrack', 'down', /Connection refused/],
    [all, 'denied', /denied: \\x1b\[2Jroot@denied: Permission denied/],
    [all, 'bare', /bare: there is neither ctq nor conntrack/],
    [all, 'user', /user: .*(CAP_NET_ADMIN|not permitted|missing)[\s\S]*root/],
    [all, 'garbage', /something else answers/],
    ['count conntrack', 'endless', /something else answers/],
    [all, 'evil', /invalid answer/],
    ['watch from conntrack', 'evil', /invalid answer/],
    [all, 'large', /invalid answer/],
    [all, 'loop', /invalid answer/],
    ['count conntrack', 'cut', /cut: /],
    [all, 'closed', /closed: it has gone/],
    ['watch from conntrack', 'closed', /closed: it has gone/],
    [all, 'words', /words: \\x1b\[31mred\nhint: \\x07bell/],
  ];
  // Two at a time: each is two programs to start.
  for (let i = 0; i < failures.length; i += 2)
    await Promise.all(
      failures
        .slice(i, i + 2)
        .map(async ([query, host, pattern]) => assert.match(await failure(`${query} in ssh '${host}'`), pattern, host)),
    );
  assert.match(
    await failure("watch from conntrack in ssh 'lines'"),
    /conntrack\(8\) cannot answer this\nhint: install ctq there/,
  );
  const { stdout, stderr } = await run(["select src, helper from conntrack in ssh 'escapes'"]);
  assert.not.match(stdout + stderr, /\u001b/);
  assert.match(stderr, /escapes/);
  const missing = await ctq(["count conntrack in ssh 'gw1'"], { env: { PATH: at('bare') } });
  assert.match(missing.stderr, /ssh is not installed on this machine/);
});

test('one that hangs ends with Ctrl-C, and is not left behind', async () => {
  const query = startCtq(["select from conntrack in ssh 'hang'"], { env });
  await until('the other side to hang', () => existsSync(at('hanging')));
  const pid = readFileSync(at('hanging'), 'utf8').trim();
  query.kill('SIGINT');
  assert.is(await query.exit(), 130);
  await until('ssh to end', () => !existsSync(`/proc/${pid}`));
});

test('frames without end: memory is bounded, and one signal is enough', async () => {
  for (const [query, host, signal, codes] of [
    ['select from conntrack', 'frames', 'SIGINT', [130]],
    ['watch from conntrack', 'frames', 'SIGINT', [0]],
    ['watch from conntrack', 'slow-frames', 'SIGTERM', [143]],
  ] as const) {
    const running = startCtq([`${query} in ssh '${host}'`], { env });
    await new Promise(resolve => setTimeout(resolve, 1500));
    const match = /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${running.pid}/status`, 'utf8'));
    assert.ok(Number(match?.[1]) < 250_000, `${query}: ${match?.[1]} kB`);
    const began = performance.now();
    running.kill(signal);
    assert.ok(codes.includes((await running.exit()) as never), `${query}: ${running.stderr}`);
    assert.ok(performance.now() - began < (query.startsWith('watch') ? 6500 : 1000), query);
  }
});

test('changes are refused', async () => {
  for (const statement of [
    "delete from conntrack in ssh 'gw1' where true",
    "use ssh 'gw1'; delete from conntrack where true",
    "use ssh 'gw1'; flush conntrack",
    "use ssh 'gw1'; select from conntrack zero",
    "insert into conntrack in ssh 'gw1' from conntrack",
  ]) {
    const { code, stderr } = await run(['--yes', statement]);
    assert.is(code, 2, statement);
    assert.match(stderr, /run ctq there: ssh -t gw1 ctq/, statement);
  }
  assert.is(await text("count conntrack in ssh 'gw1'"), '3\n');
  // An exchange whose first message reads, and whose second deletes; other multicast groups; what is not a job.
  const message = (type: number): number[] => [20, 0, 0, 0, type, 1, 5, 0, ...new Array(12).fill(0)];
  const encoded = (bytes: readonly number[]): string => Buffer.from(bytes).toString('base64');
  for (const [job, told] of [
    [{ kind: 'exchange', request: encoded(message(2)) }, /ctq relay reads, and changes nothing/],
    [{ kind: 'dump', request: encoded([...message(1), ...message(2)]) }, /ctq relay reads, and changes nothing/],
    [{ kind: 'exchange', request: '' }, /ctq relay reads, and changes nothing/],
    [{ kind: 'listen', groups: [1, 7] }, /events of connection tracking, and to no others/],
    [{ kind: 'listen', groups: [1], receiveBuffer: -1 }, /asked by another ctq/],
    [{ kind: 'listen', groups: [1], filter: 'x' }, /asked by another ctq/],
    [{ kind: 'listen', groups: [1], filter: [encoded([6, 0, 0])] }, /not an event filter/],
    [
      { kind: 'listen', groups: [1], filter: [encoded([5, 0, 0, 0, 9, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0])] },
      /not an event filter/,
    ],
    [{ kind: 'listen' }, /asked by another ctq/],
    [{}, /asked by another ctq/],
    [null, /asked by another ctq/],
  ] as const) {
    const { stdout } = await ctq(['relay'], { input: `${JSON.stringify(job)}\n` });
    assert.match(stdout, told, JSON.stringify(job));
    assert.not.match(stdout, /internal/);
  }
});

test('the kernel there filters events', async () => {
  const watch = startCtq(["watch src from conntrack in ssh 'gw1' on new where src = 10.0.0.9", '-o', 'csv'], { env });
  await until('the watch to subscribe', () =>
    [...netfilterSockets(gateway.name).values()].some(groups => groups !== 0),
  );
  const entry = ['-t', '60', '-d', '198.51.100.9', '-p', 'udp', '--sport', '1', '--dport', '9'];
  for (const source of ['10.0.0.7', '10.0.0.8', '10.0.0.9']) gateway.must(['conntrack', '-I', '-s', source, ...entry]);
  await watch.waitFor(/^10\.0\.0\.9$/m);
  gateway.must(['conntrack', '-D', '-d', '198.51.100.9', '-p', 'udp']);
  watch.kill('SIGINT');
  assert.is(await watch.exit(), 0, watch.stderr);
  assert.match(watch.stderr, /^1 event in .*none lost/m);
});

test('the prompt shows the place', async () => {
  const shell = tty(['--no-config'], { env });
  await shell.waitFor('ctq> ');
  shell.type("use ssh 'root@gw1';");
  shell.press('Enter');
  await shell.waitFor('ctq@root@gw1> ');
  shell.type('count conntrack;');
  shell.press('Enter');
  await shell.waitFor(/^ *3$/m, 15_000);
  shell.close();
});

test('the full screen of another host: read, in detail with its events, but not changed', async () => {
  const screen = tty(['top', '--no-config', '--in', 'ssh', 'root@gw1'], { env, columns: 130 });
  try {
    await screen.waitFor(/in ssh root@gw1[\s\S]*^3 of [\d,]+ flows/m);
    screen.press('d');
    await screen.waitFor(/delete cannot change another host/);
    screen.press('Enter');
    await screen.waitFor(/events: none since/);
    screen.press('Escape');
    await screen.waitFor(/^proto +source/m);
    screen.press('n');
    await screen.waitFor(/^in\b[\s\S]*Enter apply/m);
    screen.type("ssh 'root@gw2'");
    screen.press('Enter');
    await screen.waitFor(/in ssh root@gw2[\s\S]*^3 of [\d,]+ flows/m);
    screen.press('q');
    assert.is(await screen.exit(), 0);
  } finally {
    screen.close();
  }
});

test.run();
