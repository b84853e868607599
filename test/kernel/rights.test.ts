// timeout: 180
/** What ctq needs and what it does without: capabilities, user namespaces, /proc; and that read-only is read-only. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { bulk } from '../kit/bulk.js';
import { ctq, PROGRAM } from '../kit/cli.js';
import { type Finished, must, run } from '../kit/command.js';
import { encodeFlow, PROTOCOL } from '../kit/flow.js';
import { assertPrivateNamespace, Namespace, setSysctl, useConntrack } from '../kit/namespace.js';
import { mustRequest } from '../kit/netlink.js';
import { conntrack, listConntrack } from '../kit/oracle.js';

assertPrivateNamespace();
const test = suite('rights');
const count = (): number => Number(conntrack(['-C']).stdout);
const NODE = process.execPath;

/** Can this process become another user, who can read the program? In a user namespace with one user only it cannot. */
const nobody = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'];
const canBecomeNobody = run([...nobody, NODE, PROGRAM, '--version']).code === 0;
const NET_ADMIN = [
  ...nobody,
  '--inh-caps=-all,+net_admin',
  '--ambient-caps=-all,+net_admin',
  '--bounding-set=-all,+net_admin',
];

const as = (prefix: readonly string[], args: readonly string[]): Finished => run([...prefix, NODE, PROGRAM, ...args]);

test.before(() => {
  useConntrack();
  setSysctl('net/netfilter/nf_conntrack_events', 1);
});
test.before.each(() => {
  conntrack(['-F']);
  bulk(20);
});

test('CAP_NET_ADMIN is enough, for all that does not name another namespace', () => {
  if (!canBecomeNobody) return;
  const query = as(NET_ADMIN, ['select sport, count(*) from conntrack where proto = tcp group by sport']);
  assert.equal([query.code, query.stdout], [0, 'sport\tcount(*)\n1024\t10\n'], query.stderr);
  const watch = as(NET_ADMIN, ['watch from conntrack for 50ms']);
  assert.is(watch.code, 0, watch.stderr);
  for (const statement of [
    'insert into conntrack set proto = udp, src = 10.9.9.9, dst = 10.9.9.8, sport = 1, dport = 2, timeout = 1h',
    'update conntrack set mark = 5 where src = 10.9.9.9',
    'delete from conntrack where mark = 5',
    'select from conntrack where proto = udp limit 1 zero',
    'select from expect',
    'select cpu from stats',
    "select value from sysctl where name = 'nf_conntrack_count'",
    'flush conntrack',
  ]) {
    const { code, stderr } = as(NET_ADMIN, [statement]);
    assert.is(code, 0, `${statement}: ${stderr}`);
  }
  assert.is(count(), 0);
});

test('without it: one sentence that names what is missing, and exit code 1', () => {
  if (!canBecomeNobody) return;
  for (const statement of [
    'select from conntrack',
    'watch from conntrack for 1s',
    'delete from conntrack where true',
    'flush conntrack',
  ]) {
    const { code, stderr } = as([...nobody, '--bounding-set=-all'], [statement]);
    assert.is(code, 1, statement);
    assert.match(stderr, /CAP_NET_ADMIN is missing|EPERM/, statement);
    assert.not.match(stderr, /internal|\.js:/, statement);
  }
  assert.is(count(), 20);
  // What needs no right works without.
  const offline = run([...nobody, NODE, PROGRAM, "select count(*) from '-'"], { input: listConntrack() });
  assert.equal([offline.code, offline.stdout], [0, 'count(*)\n20\n'], offline.stderr);
  assert.is(as(nobody, ['help select']).code, 0);
});

test('in a user namespace of its own', () => {
  const own = run([
    'unshare',
    '--user',
    '--map-root-user',
    '--net',
    NODE,
    PROGRAM,
    'count conntrack; select from conntrack; flush conntrack',
  ]);
  assert.is(own.code, 0, own.stderr);
  // But not in a network namespace that belongs to somebody else.
  const foreign = run(['unshare', '--user', '--map-root-user', NODE, PROGRAM, 'select from conntrack']);
  assert.is(foreign.code, 1);
  assert.match(foreign.stderr, /CAP_NET_ADMIN is missing/);
});

test('in a container without /proc/net/netlink, and without most of /proc', () => {
  const hide = (path: string): string => `mount -t tmpfs -o ro tmpfs ${path}`;
  const script = (...lines: string[]): Finished =>
    run([
      'unshare',
      '--mount',
      'sh',
      '-ec',
      [...lines, '"$@"'].join('\n'),
      'sh',
      NODE,
      PROGRAM,
      'select sport, count(*) from conntrack where proto = tcp group by sport',
      'watch from conntrack for 50ms',
      'echo 1',
    ]);
  const without = script('mount --bind /dev/null /proc/net/netlink');
  assert.is(without.code, 0, without.stderr);
  assert.match(without.stdout, /^sport\tcount\(\*\)\n1024\t10\n/);
  const masked = script(hide('/proc/sys'), 'mount --bind /dev/null /proc/net/netlink');
  assert.is(masked.code, 0, masked.stderr);
  assert.match(masked.stdout, /^sport\tcount\(\*\)\n1024\t10\n/);
});

const CHANGES = [
  'delete from conntrack where true',
  'flush conntrack',
  'update conntrack set mark = 1 where true',
  'insert into conntrack set proto = udp, src = 10.9.9.9, dst = 10.9.9.8, sport = 1, dport = 2, timeout = 1h',
  "insert into conntrack from '/run/some.save'",
  'select from conntrack zero',
  'get from conntrack where proto = tcp and src = 10.0.0.1 and dst = 192.0.2.80 and sport = 1024 and dport = 443 zero',
  "update sysctl set value = 1 where name = 'nf_conntrack_acct'",
  'explain analyze delete from conntrack where true',
  'delete from expect where true',
  'flush conntrack in netns other',
  'delete from conntrack in netns other where true',
];

test('--read-only cannot be got around: by a statement, script, include, variable, setting, place, or config file', async () => {
  const other = new Namespace('other');
  bulk(5, { netns: 'other' });
  mustRequest([
    encodeFlow({
      proto: PROTOCOL.tcp,
      orig: { src: '10.7.7.7', dst: '10.7.7.8', sport: 1, dport: 2 },
      mark: 9,
      tcp: { state: 3 },
    }),
  ]);
  writeFileSync(
    '/run/some.save',
    '-A -t 100 -u SEEN_REPLY -s 10.9.9.7 -d 10.9.9.8 -r 10.9.9.8 -q 10.9.9.7 -p udp --sport 1 --dport 2 --reply-port-src 2 --reply-port-dst 1\n',
  );
  const state = (): string =>
    listConntrack(['-L', '-o', 'id'])
      .replaceAll(/^(\w+ +\d+) \d+/gm, '$1')
      .split('\n')
      .sort()
      .join('\n') + listConntrack(['-L'], { netns: 'other' }).split('\n').length;
  const before = state();
  const sysctl = run(['cat', '/proc/sys/net/netfilter/nf_conntrack_acct']).stdout;
  const refused = async (args: readonly string[], options: Parameters<typeof ctq>[1] = {}): Promise<void> => {
    const { code, stderr } = await ctq(args, options);
    assert.ok(code !== 0, `${args.join(' ')}: ${stderr}`);
    assert.is(state(), before, args.join(' '));
  };
  mkdirSync('/run/home/ctq', { recursive: true });
  for (const [index, statement] of CHANGES.entries()) {
    await refused(['--read-only', statement]);
    const script = `/run/change-${index}.ctq`;
    writeFileSync(script, `${statement};\n`);
    // The others ways run a few, as each takes a process.
    if (index > 1) continue;
    await refused(['--read-only', '-f', script]);
    await refused(['--read-only', '--yes'], { input: `${statement};\n` });
    await refused(['--read-only', `include '${script}'`]);
    await refused(['--read-only', `set read_only = off; ${statement}`]);
    await refused(['--read-only', `set on_error = continue; set read_only = off; ${statement}`]);
    await refused(['--read-only', '--set', 'read_only=false', `let $read_only = false; ${statement}`]);
    await refused(['--read-only', `use netns other; ${statement}; use kernel; ${statement}`]);
    await refused(['--read-only', '--netns', 'other', statement]);
    await refused(['set read_only = on', statement]);
    await refused([`set read_only = on; include '${script}'`]);
    await refused([`set read_only = on; set read_only = false; ${statement}`]);
  }
  writeFileSync('/run/home/ctq/config.ctq', 'set read_only = off;\nlet $read_only = false;\n');
  const config = run([
    'env',
    'XDG_CONFIG_HOME=/run/home',
    'script',
    '-qec',
    `"${NODE}" "${PROGRAM}" --read-only "flush conntrack"`,
    '/dev/null',
  ]);
  assert.is(state(), before, config.stdout);
  await refused(['--read-only', 'conntrack', '-F']);
  assert.is(run(['cat', '/proc/sys/net/netfilter/nf_conntrack_acct']).stdout, sysctl);
  // And nothing that only reads is refused.
  const { code, stderr } = await ctq([
    '--read-only',
    'select from conntrack',
    'explain select from conntrack',
    'let $x = 1',
    'use netns other',
  ]);
  assert.is(code, 0, stderr);
  other.destroy();
});

test('what only looks like a change is none: explain, and subqueries', async () => {
  setSysctl('net/netfilter/nf_conntrack_acct', 1);
  must(['ping', '-n', '-c', '1', '-W', '5', '127.0.0.1']);
  const packets = (): string => /packets=\d+/.exec(listConntrack(['-L', '-p', 'icmp']))?.[0] ?? '';
  const before = packets();
  assert.match(before, /packets=[1-9]/);
  for (const statement of [
    'explain analyze select from conntrack zero',
    'explain select from conntrack zero',
    'let $x = (select mark from conntrack zero)',
    'select from conntrack where mark in (select mark from conntrack zero)',
  ]) {
    await ctq(['--read-only', statement]);
    assert.is(packets(), before, statement);
  }
});

test.run();
