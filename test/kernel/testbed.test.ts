/** The test bed itself: what the other tests of the kernel build on. */
import { readlinkSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { bulk } from '../kit/bulk.js';
import { encodeFlow, PROTOCOL } from '../kit/flow.js';
import { fillTables } from '../kit/flows.js';
import { nameLabels } from '../kit/labels.js';
import { assertPrivateNamespace, Namespace } from '../kit/namespace.js';
import { request } from '../kit/netlink.js';
import {
  conntrack,
  conntrackEvents,
  conntrackVersion,
  inTheSameSecond,
  linesWithoutTimeouts,
  listConntrack,
  sortedLines,
  splitTimeout,
} from '../kit/oracle.js';
import { Program } from '../kit/program.js';
import { until } from '../kit/until.js';
import { ADDRESS, createBusyWorld, type World } from '../kit/world.js';

const EEXIST = 17;

const namespaces = suite('namespaces');

namespaces('a test is not where it was started', () => {
  assertPrivateNamespace();
  assert.is.not(readlinkSync('/proc/self/ns/net'), process.env.CTQ_TEST_OUTER_NETNS);
});

namespaces('the guard throws where it was started, and where that is not known', () => {
  const outer = process.env.CTQ_TEST_OUTER_NETNS;
  try {
    process.env.CTQ_TEST_OUTER_NETNS = readlinkSync('/proc/self/ns/net');
    assert.throws(assertPrivateNamespace, /started from/);
    assert.throws(() => request([]), /started from/);
    assert.throws(() => conntrack(['-L']), /started from/);
    delete process.env.CTQ_TEST_OUTER_NETNS;
    assert.throws(assertPrivateNamespace, /npm test/);
  } finally {
    process.env.CTQ_TEST_OUTER_NETNS = outer;
  }
});

namespaces('a named namespace has tables of its own', () => {
  const there = new Namespace('there');
  const flow = encodeFlow({
    proto: PROTOCOL.udp,
    orig: { src: '10.0.0.1', dst: '10.0.0.2', sport: 1, dport: 2 },
  });
  assert.is(request([flow], there.name).size, 0);
  assert.is(sortedLines(listConntrack(['-L'], { netns: there.name })).length, 1);
  assert.is(listConntrack(['-L']), '');
  there.destroy();
});

namespaces.run();

const flows = suite('flows');

flows.after.each(() => {
  conntrack(['-F']);
  conntrack(['-F', 'expect']);
});

flows('every flow and expectation of the full table is there', () => {
  const { flows: made, expectations } = fillTables();
  const lines = sortedLines(listConntrack(['-L', '-o', 'extended']));
  assert.is(lines.length, made.length);
  const listed = ['ipv4', 'ipv6'].flatMap(family => sortedLines(listConntrack(['-L', 'expect', '-f', family])));
  assert.is(listed.length, expectations.length);
  const all = lines.join('\n');
  for (const word of [
    ...['SYN_SENT2', 'TIME_WAIT', 'HEARTBEAT_SENT', 'SHUTDOWN_ACK_SENT', 'udplite', 'icmp ', 'icmpv6', 'unknown  50'],
    ...['srckey=0x11', 'zone=11', 'zone-orig=12', 'zone-reply=13', 'mark=4294967295', 'helper=ftp', 'helper=tftp'],
    ...['[ASSURED]', '[UNREPLIED]', 'type=128', 'type=17', 'dst=198.51.100.7 sport=8080 dport=61000'],
  ]) {
    assert.ok(all.includes(word), `no ${word} in\n${all}`);
  }
});

flows('labels stick and have names', () => {
  nameLabels({ 1: 'one', 5: 'five', 127: 'last' });
  fillTables();
  const lines = sortedLines(listConntrack(['-L', '-o', 'labels']));
  assert.is(lines.filter(line => / labels=one$/.test(line)).length, 2);
  assert.is(lines.filter(line => / labels=five,last$/.test(line)).length, 2);
});

flows('a refused request is reported by its place', () => {
  const one = encodeFlow({
    proto: PROTOCOL.udp,
    orig: { src: '10.0.0.1', dst: '10.0.0.2', sport: 1, dport: 2 },
  });
  const other = encodeFlow({
    proto: PROTOCOL.udp,
    orig: { src: '10.0.0.1', dst: '10.0.0.2', sport: 3, dport: 4 },
  });
  assert.equal(
    [...request([one, one, other, one])],
    [
      [1, EEXIST],
      [3, EEXIST],
    ],
  );
});

flows('bulk creates as many as it is asked for, each of them another', () => {
  bulk(20_001, { sources: 300 });
  assert.is(conntrack(['-C']).stdout.trim(), '20001');
  assert.is(sortedLines(listConntrack(['-L', '-s', '10.0.0.7'])).length, 67);
});

flows.run();

const oracle = suite('oracle');

oracle('the version', () => {
  assert.ok(conntrackVersion()[0]! >= 1);
});

oracle('timeouts are taken out of both line formats', () => {
  assert.equal(splitTimeout('tcp      6 99 ESTABLISHED src=1.2.3.4'), {
    line: 'tcp      6 TIMEOUT ESTABLISHED src=1.2.3.4',
    timeout: 99,
  });
  assert.equal(splitTimeout('ipv4     2 udp      17 3 src=1.2.3.4'), {
    line: 'ipv4     2 udp      17 TIMEOUT src=1.2.3.4',
    timeout: 3,
  });
  assert.equal(splitTimeout('something else'), { line: 'something else', timeout: undefined });
  assert.equal(linesWithoutTimeouts('udp      17 9 b\nudp      17 10 a\n'), [
    'udp      17 TIMEOUT a',
    'udp      17 TIMEOUT b',
  ]);
});

oracle('what is taken in the same second is equal', async () => {
  bulk(500);
  const list = () => listConntrack(['-L', '-o', 'extended']);
  const { expected, actual } = await inTheSameSecond(list, list);
  assert.is(actual, expected);
  assert.is(sortedLines(actual).length, 500);
  let calls = 0;
  const moving = await inTheSameSecond(
    () => String(Math.min(calls, 3)),
    () => {
      calls += 1;
      return calls;
    },
  );
  assert.equal(moving, { expected: '3', actual: 4 });
  conntrack(['-F']);
});

oracle('events arrive once it says that it listens', async () => {
  const events = await conntrackEvents(['-e', 'NEW']);
  bulk(1);
  await events.waitFor(/\[NEW\] udp .* src=10\.0\.0\.0 dst=192\.0\.2\.80 .*\n/);
  await events.stop('SIGINT');
  conntrack(['-F']);
});

oracle.run();

const waiting = suite('waiting');

waiting('until gives up with what was wrong', async () => {
  const started = performance.now();
  let message = '';
  try {
    await until('the impossible', () => false, { within: 30 });
  } catch (error) {
    message = (error as Error).message;
  }
  assert.is(message, 'waited 30 ms for the impossible');
  assert.ok(performance.now() - started < 2_000);
});

waiting('a program that ends is not waited for', async () => {
  const program = new Program(['sh', '-c', 'echo some; echo words >&2; exit 3']);
  await program.waitFor(/some/);
  let message = '';
  try {
    await program.waitFor(/more/);
  } catch (error) {
    message = (error as Error).message;
  }
  assert.match(message, /exit code 3|it has ended/);
  assert.match(message, /words/);
  assert.is(await program.exit(), 3);
});

waiting.run();

const worlds = suite<{ world: World }>('world');

worlds.before(async context => {
  context.world = await createBusyWorld().catch(error => {
    console.error(error);
    throw error;
  });
});
worlds.after(async ({ world }) => {
  // It is missing where building it failed, which is then the error to see.
  await world?.destroy();
});

const routerLines = (world: World, ...args: string[]): string[] =>
  sortedLines(listConntrack(['-L', ...args], { netns: world.router.name }));

worlds('the client is masqueraded, marked and counted', async ({ world }) => {
  const { localPort } = await world.exchange('tcp', ADDRESS.server, 80);
  const [line, ...more] = routerLines(world, '-p', 'tcp', '--sport', String(localPort));
  assert.equal(more, []);
  assert.match(
    line,
    new RegExp(
      `ESTABLISHED src=10.0.1.2 dst=192.0.2.2 sport=${localPort} dport=80 packets=[1-9]\\d* bytes=\\d+ ` +
        `src=192.0.2.2 dst=192.0.2.1 sport=80 dport=\\d+ packets=[1-9]\\d* bytes=\\d+ \\[ASSURED\\] mark=4608 delta-time=\\d+ use=`,
    ),
  );
  assert.match(routerLines(world, '-o', 'ktimestamp').join('\n'), /\[start=/);
});

worlds('both ends of a flow to the virtual address are translated', async ({ world }) => {
  await world.exchange('tcp', ADDRESS.virtual, 8080);
  const [line] = routerLines(world, '-d', ADDRESS.virtual);
  assert.match(line, /dst=198\.51\.100\.80 sport=\d+ dport=8080 .* src=192\.0\.2\.2 dst=192\.0\.2\.1 sport=80 /);
});

worlds('the server reaches the client by the port of the router', async ({ world }) => {
  await world.exchange('tcp', ADDRESS.routerOutside, 2222, { from: world.server });
  const [line] = routerLines(world, '-p', 'tcp', '--dport', '2222');
  assert.match(line, /src=192\.0\.2\.2 dst=192\.0\.2\.1 .* src=10\.0\.1\.2 dst=192\.0\.2\.2 sport=22 /);
});

worlds('UDP, and echoes of both families', async ({ world }) => {
  await world.exchange('udp', ADDRESS.server6, 53);
  const [udp] = routerLines(world, '-f', 'ipv6', '-p', 'udp');
  assert.match(udp, /src=fd00:1::2 dst=2001:db8:2::2 .* src=2001:db8:2::2 dst=2001:db8:2::1 sport=53/);
  world.ping(ADDRESS.server);
  world.ping(ADDRESS.server6);
  assert.match(routerLines(world, '-p', 'icmp').join('\n'), /type=8 .* dst=192\.0\.2\.1 type=0/);
  assert.match(routerLines(world, '-f', 'ipv6', '-p', 'icmpv6').join('\n'), /type=128 .* type=129/);
});

worlds('FTP makes an expectation, and its data channel is RELATED', async ({ world }) => {
  const control = await world.ftp();
  control.write('PASV\r\n');
  const [, high, low] = await control.waitFor(/227 .*,(\d+),(\d+)\)\r\n/);
  const port = 256 * Number(high) + Number(low);
  const expected = listConntrack(['-L', 'expect'], { netns: world.router.name });
  assert.match(expected, new RegExp(`proto=6 src=10.0.1.2 dst=192.0.2.2 sport=0 dport=${port} .* helper=ftp`));
  const { program } = await world.open('tcp', ADDRESS.server, port);
  await program.waitFor(/data\r\n/);
  // The packet that was expected uses the expectation up.
  assert.is(listConntrack(['-L', 'expect'], { netns: world.router.name }), '');
  assert.is(routerLines(world, '-u', 'EXPECTED', '-p', 'tcp', '--dport', String(port)).length, 1);
});

worlds('the helper translates what an active client announces', async ({ world }) => {
  const listener = await world.serve(world.client, ['tcp:5001']);
  const control = await world.ftp();
  control.write('PORT 10,0,1,2,19,137\r\n');
  await control.waitFor(/200 ok\r\n/);
  await until('the data channel to the client', () =>
    routerLines(world, '-p', 'tcp', '--orig-port-src', '20').some(line =>
      /src=192\.0\.2\.2 dst=192\.0\.2\.1 sport=20 .* src=10\.0\.1\.2 dst=192\.0\.2\.2 sport=5001 dport=20/.test(line),
    ),
  );
  await listener.stop();
});

worlds('nothing of it appears in the namespace of the test', () => {
  assert.is(listConntrack(['-L']), '');
  assert.is(listConntrack(['-L', '-f', 'ipv6']), '');
  assert.is(listConntrack(['-L', 'expect']), '');
});

worlds.run();
