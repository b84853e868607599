// timeout: 240
/** The built program and conntrack(8) on real traffic: TCP, UDP and ping through a NATing router, FTP with the kernel's helper. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ctq } from '../kit/cli.js';
import { conntrack, sortedLines } from '../kit/oracle.js';
import type { Program } from '../kit/program.js';
import { until } from '../kit/until.js';
import { ADDRESS, createBusyWorld, type World } from '../kit/world.js';

const test = suite('real traffic');

let world: World;
let router: string;
let ftp: Program;

test.before(async () => {
  world = await createBusyWorld();
  router = world.router.name;
  // Short-lived flows stay for as long as the comparison takes.
  for (const name of ['udp_timeout', 'udp_timeout_stream', 'icmp_timeout', 'icmpv6_timeout']) {
    world.router.must(['sysctl', '-qw', `net.netfilter.nf_conntrack_${name}=600`]);
  }
  await (await world.exchange('udp', ADDRESS.server, 53)).program.stop();
  world.ping(ADDRESS.server);
  world.ping(ADDRESS.server6);
  await (await world.exchange('tcp', ADDRESS.virtual, 8080)).program.stop();
  ftp = await world.ftp();
  ftp.write('EPSV\r\n');
  await ftp.waitFor(/229 .*\|\|\|(\d+)\|/);
});

test.after(async () => {
  await ftp.stop();
  await world.destroy();
});

/** Sorted lines without what has moved between two readings: the time left, and the age. */
const timeless = (text: string): string[] =>
  sortedLines(
    text
      .replace(/^((?:ipv[46] +\d+ )?\S+ +\d+ )\d+ /gm, '$1T ')
      .replace(/^\d+ proto=/gm, 'T proto=')
      .replace(/<(timeout|deltatime)>\d+</g, '<$1>T<')
      .replace(/delta-time=\d+/g, 'delta-time=T'),
  );

const PAIRS: readonly (readonly [oracle: readonly string[], statement: string])[] = [
  [['-L'], 'select from conntrack output plain'],
  [['-L', '-o', 'extended'], 'select from conntrack output extended'],
  [['-L', '-o', 'extended,id'], 'select from conntrack output extended, id'],
  [['-L', '-o', 'xml'], 'select from conntrack output xml'],
  [['-L', '-o', 'xml,ktimestamp'], 'select from conntrack output xml, ktimestamp'],
  [['-L', 'expect'], 'select from expect where family = ipv4 output plain'],
  [['-L', 'expect', '-f', 'ipv6'], 'select from expect where family = ipv6 output plain'],
  [['-L', 'expect', '-o', 'xml'], 'select from expect where family = ipv4 output xml'],
  [['-L', '-p', 'tcp', '-o', 'extended'], 'select from conntrack where proto = tcp output extended'],
  [['-L', '-p', 'icmp'], 'select from conntrack where proto = icmp output plain'],
  [['-L', '-n'], 'select from conntrack where status has SRC_NAT output plain'],
  [['-L', '-u', 'ASSURED'], 'select from conntrack where status has ASSURED output plain'],
];

for (const [args, statement] of PAIRS) {
  test(`conntrack ${args.join(' ')}`, async () => {
    const oracle = (): string[] => timeless(conntrack(args, { netns: router }).stdout);
    // A late packet may move a counter between the two: both are read until the oracle says the same before and after.
    const { ours, theirs } = await until(
      'a moment in which the table does not change',
      async () => {
        const before = oracle();
        const { stdout } = await ctq(['--netns', router, statement]);
        return JSON.stringify(before) === JSON.stringify(oracle())
          ? { ours: timeless(stdout), theirs: before }
          : undefined;
      },
      { within: 30_000 },
    );
    assert.equal(ours, theirs);
  });
}

test('there is something to compare', async () => {
  const { stdout } = await ctq([
    '--netns',
    router,
    'select proto, nat, count(*) from conntrack group by proto, nat; count expect',
  ]);
  for (const word of [/^tcp\tsrc\t\d+$/m, /^udp\t/m, /^icmp\t/m, /^icmpv6\t/m])
    assert.ok(word.test(stdout), `${word} in ${stdout}`);
  assert.match(stdout, /count\(\*\)\n[1-9]\d*\n$/);
});

test('counters and times of real flows', async () => {
  const { stdout, stderr } = await ctq([
    '--netns',
    router,
    'select count(*) from conntrack where packets > 0 and bytes > packets and age >= 0s and start < now()',
  ]);
  assert.is(stderr, '');
  assert.match(stdout, /\n[1-9]\d*\n$/);
});

test.run();
