// timeout: 300
/** Expectations: command lines for those of a real FTP helper, and for made ones, by conntrack(8) and by ctq. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Finished } from '../kit/command.js';
import { Namespace } from '../kit/namespace.js';
import { ADDRESS, createWorld } from '../kit/world.js';
import { ours, theirs } from '../shell/conntrack8/programs.js';
import { shell } from '../shell/support.js';

const test = suite('command lines for expectations');

const ORACLE = 'oracle';
const OURS = 'ours';

const V4 = 'src = 10.0.0.1, dst = 10.0.0.2';
const V6 = 'src = 2001:db8::1, dst = 2001:db8::2';
const flow = (addresses: string, dport: number, helper: string): string =>
  `insert into conntrack set proto = tcp, ${addresses}, sport = 1000, dport = ${dport}, state = ESTABLISHED, timeout = 1000s, helper = '${helper}'`;
const expectation = (addresses: string, dport: number, rest: string): string =>
  `insert into expect set master.proto = tcp, ${addresses.replaceAll(/\b(src|dst)/g, 'master.$1')}, master.sport = 1000, master.dport = ${dport}, ${rest}, timeout = 500s`;
const TABLE = [
  flow(V4, 21, 'ftp'),
  flow(V6, 21, 'ftp'),
  flow(V4, 1723, 'pptp'),
  expectation(V4, 21, 'proto = tcp, src = 10.0.0.2, dst = 10.0.0.1, dport = 4000'),
  expectation(V6, 21, 'proto = tcp, src = 2001:db8::2, dst = 2001:db8::1, dport = 4000, mask.src = ffff:ffff::'),
  expectation(V4, 1723, 'proto = gre, src = 10.0.0.1, dst = 10.0.0.2, sport = 5, dport = 6'),
  expectation(V4, 1723, 'proto = gre, src = 10.0.0.1, dst = 10.0.0.2, sport = 5, dport = 7'),
];

async function reset(): Promise<void> {
  for (const netns of [OURS, ORACLE]) {
    await ours(['-F'], '', netns);
    await ours(['-F', 'expect'], '', netns);
    const { status, stderr } = await shell(['--no-config', '--netns', netns, TABLE.join(';')]);
    assert.is(status, 0, stderr);
  }
}

const PORTS = '--sport 0 --dport 4000 --reply-port-src 4000 --reply-port-dst 0';
const KEYS = (dst: number): string => `--srckey 5 --dstkey ${dst} --reply-key-src ${dst} --reply-key-dst 5`;

const LINES: readonly string[] = [
  '-L expect',
  '-L expect -f ipv4',
  '-L expect -f ipv6',
  '-L expect -o xml',
  '-L expect -o xml -f ipv6',
  '-L expect -o extended',
  '-L expect -o id',
  '-L expect -o ktimestamp',
  '-L expect -o labels',
  '-L expect -o userspace',
  '-L expect -o extended,id,ktimestamp,labels,userspace',
  '-L expect -o xml,extended,id',
  '-C expect',
  `-G expect -p tcp -s 10.0.0.2 -d 10.0.0.1 ${PORTS}`,
  `-G expect -p tcp -s 2001:db8::2 -d 2001:db8::1 ${PORTS}`,
  `-G expect -p tcp -s 10.0.0.2 -d 10.0.0.1 ${PORTS.replace('--dport 4000', '--dport 4001')}`,
  `-G expect -p udp -s 10.0.0.2 -d 10.0.0.1 ${PORTS}`,
  `-G expect -p gre -s 10.0.0.1 -d 10.0.0.2 ${KEYS(6)}`,
  `-G expect -p gre -s 10.0.0.1 -d 10.0.0.2 ${KEYS(7)}`,
  `-G expect -p gre -s 10.0.0.1 -d 10.0.0.2 ${KEYS(8)}`,
  // Wrong ones.
  '-G expect',
  '-G expect -p tcp -s 10.0.0.2 -d 10.0.0.1',
  '-D expect',
  '-I expect',
  '-U expect -s 10.0.0.1',
  '-A expect -s 10.0.0.1',
  '-E expect -f ipv4',
  '-E expect -p tcp',
  '-C expect -f ipv6',
  '-F expect -f ipv6',
  '-L expect -z',
  '-L expect -s 10.0.0.1',
  '-L expect -w 0',
];

/** Seconds that are left go down while this runs; complaints have words of each program's own. */
const shown = ({ stdout, code }: Finished): string =>
  [
    `exit ${code}`,
    ...stdout
      .replaceAll(/^\d+ /gm, '')
      .replaceAll(/<timeout>\d+/g, '<timeout>')
      .split('\n')
      .sort(),
  ].join('\n');

const table = async (netns: string): Promise<string> => {
  const listed = await Promise.all(['ipv4', 'ipv6'].map(family => ours(['-L', 'expect', '-f', family], '', netns)));
  return listed.map(shown).join('\n');
};

const TRACK = `
  table inet track {
    chain input { type filter hook input priority 0; ct state new counter; }
  }`;

test.before(async () => {
  for (const name of [OURS, ORACLE]) {
    // Any rule that looks at the state makes a namespace track its connections.
    new Namespace(name).nft(TRACK);
  }
  await reset();
});

test('lines that list, get and count expectations, and wrong ones', async () => {
  assert.match(await table(ORACLE), /proto=47 .*dstkey=0x7/);
  for (const line of LINES) {
    const words = line.split(' ');
    assert.is(shown(await ours(words, '', OURS)), shown(theirs(words, ORACLE)), line);
  }
});

test('lines that delete expectations', async () => {
  const deletes = [
    `-D expect -p tcp -s 10.0.0.2 -d 10.0.0.1 ${PORTS}`,
    `-D expect -p tcp -s 2001:db8::2 -d 2001:db8::1 ${PORTS}`,
    `-D expect -p gre -s 10.0.0.1 -d 10.0.0.2 ${KEYS(7)}`,
    `-D expect -p gre -s 10.0.0.1 -d 10.0.0.2 ${KEYS(8)}`,
    `-D expect -p tcp -s 10.0.0.9 -d 10.0.0.1 ${PORTS}`,
  ];
  for (const line of deletes) {
    const before = await table(OURS);
    const { code } = await ours(line.split(' '), '', OURS);
    theirs(line.split(' '), ORACLE);
    const after = await table(OURS);
    assert.is(after, await table(ORACLE), line);
    // conntrack(8) says 1 of each, also of one that is deleted.
    assert.is(code, before === after ? 1 : 0, line);
  }
  const [own, other] = [await ours(['-F', 'expect'], '', OURS), theirs(['-F', 'expect'], ORACLE)];
  assert.equal([own.code, own.stdout], [other.code, other.stdout]);
  assert.match(own.stderr, /expectation table has been emptied\./);
  assert.is(await table(OURS), await table(ORACLE));
});

const MAKE =
  '-I expect -t 30 -s 10.0.0.1 -d 10.0.0.2 -p tcp --sport 1000 --dport 21 --tuple-src 10.0.0.2 --tuple-dst 10.0.0.1 ' +
  '--mask-src 255.255.255.0 --mask-dst 255.255.255.255 --tuple-port-src 0 --tuple-port-dst 4000 --mask-port-src 0 --mask-port-dst 65535';

test('lines that make expectations', async () => {
  await reset();
  for (const netns of [OURS, ORACLE]) await ours(['-F', 'expect'], '', netns);
  const lines = [
    MAKE,
    MAKE,
    MAKE.replace('--dport 21', '--dport 22'),
    MAKE.replace('-t 30 ', ''),
    MAKE.replace('--tuple-port-dst 4000 ', ''),
    MAKE.replace('--mask-src 255.255.255.0 ', ''),
    MAKE.replace('--tuple-dst 10.0.0.1', '--tuple-dst 2001:db8::1'),
    `${MAKE} --state ESTABLISHED`,
  ];
  for (const line of lines) {
    const words = line.split(' ');
    const [own, other] = [await ours(words, '', OURS), theirs(words, ORACLE)];
    assert.equal([own.code, own.stdout], [other.code, other.stdout], `${line}: ${own.stderr}, ${other.stderr}`);
  }
  // conntrack(8) sends neither protocol nor ports of what is expected.
  const { stdout } = await ours(['-L', 'expect'], '', OURS);
  assert.match(
    stdout,
    /^(29|30) proto=6 src=10\.0\.0\.0 dst=10\.0\.0\.1 sport=0 dport=4000 mask-src=255\.255\.255\.0 mask-dst=255\.255\.255\.255 sport=0 dport=65535 master-src=10\.0\.0\.1 .*helper=ftp\n$|src=10\.0\.0\.2 /,
  );
});

test('what save writes of expectations makes them again, a command line each', async () => {
  await reset();
  const before = await table(OURS);
  const { stdout: text } = await shell(['--no-config', `select from expect in netns '${OURS}' output save`]);
  assert.is(text.split('\n').length, 5);
  await ours(['-F', 'expect'], '', OURS);
  const restored = await ours(['-R', '-'], text, OURS);
  assert.is(restored.code, 0, restored.stderr);
  assert.is(await table(OURS), before);
});

test('the expectation of a real FTP helper', async () => {
  const world = createWorld();
  try {
    await world.serve(world.server, ['ftp:21']);
    const router = world.router.name;
    const control = await world.ftp();
    control.write('PASV\r\n');
    const [, high, low] = await control.waitFor(/227 .*,(\d+),(\d+)\)\r\n/);
    const port = 256 * Number(high) + Number(low);
    for (const line of ['-L expect', '-L expect -o xml', '-C expect', '-L expect -f ipv6']) {
      const words = line.split(' ');
      assert.is(shown(await ours(words, '', router)), shown(theirs(words, router)), line);
    }
    const named = `-p tcp -s ${ADDRESS.client} -d ${ADDRESS.server} --sport 0 --dport ${port} --reply-port-src ${port} --reply-port-dst 0`;
    const get = `-G expect ${named}`.split(' ');
    const got = await ours(get, '', router);
    assert.match(got.stdout, new RegExp(`dport=${port} .*helper=ftp`));
    assert.is(shown(got), shown(theirs(get, router)));
    assert.is((await ours(`-D expect ${named}`.split(' '), '', router)).code, 0);
    assert.is(theirs(['-C', 'expect'], router).stdout, '0\n');
    await control.stop();
  } finally {
    await world.destroy();
  }
});

test.run();
