// timeout: 300
/** `ctq agent`: answers, log, metrics, statements of its file, and mistakes in it; on a real NATS server. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { startCtq } from '../kit/cli.js';
import { run } from '../kit/command.js';
import { ctqHere } from '../kit/here.js';
import { hasNatsServer, makeUser, type NatsServer, type NatsUser, startNats } from '../kit/nats-server.js';
import { conntrack } from '../kit/oracle.js';
import { until } from '../kit/until.js';

const test = suite('ctq agent');
const PROMTOOL = '/usr/bin/promtool';

let server: NatsServer;
let user: NatsUser;
let agentUser: NatsUser;

test.before(async () => {
  server = await startNats(folder => {
    user = makeUser(folder, 'operator');
    agentUser = makeUser(folder, 'agent');
    return `authorization { users = [{ nkey: ${user.key} }, { nkey: ${agentUser.key} }] }`;
  });
  for (const src of ['10.0.0.1', '10.0.0.2', '10.0.0.1'])
    conntrack([
      '-I',
      '-s',
      src,
      '-d',
      '192.0.2.1',
      '-p',
      'udp',
      '--sport',
      String(++port),
      '--dport',
      '53',
      '-t',
      '600',
    ]);
});
let port = 1000;

test.after(() => server.close());

const file = (name: string, text: string): string => {
  const path = join(server.folder, name);
  writeFileSync(path, text);
  return path;
};

const METRICS = 19_843;

test('answers, logs who asks, runs statements, serves metrics, and ends', async () => {
  const output = join(server.folder, 'flows.prom');
  const path = file(
    'agent.ctq',
    `-- The agent of gw1.
set agent_name = 'gw1'; set agent_server = 'nats://127.0.0.1:${server.port}';
set agent_nkey = '${agentUser.seed}';
set agent_metrics = ${METRICS};
select proto, count(*) as ctq_flows from conntrack group by proto every 1s output prometheus to '${output}';
`,
  );
  const conf = file(
    'fleet.conf',
    `server = nats://127.0.0.1:${server.port}\nnkey = ${user.seed}\ngw1 nats\ngw2 nats\n`,
  );
  const agent = startCtq(['agent', path]);
  const env = { CTQ_FLEET_CONF: conf };
  await until('a connection', () => /gw1: connected to nats/.test(agent.stderr), { within: 30_000 });
  const text =
    'select gateway, src, count(*) from conntrack in fleet where dport = domain group by gateway, src order by src';
  const { stdout, stderr, code } = await ctqHere([text, '-o', 'jsonl'], { env });
  assert.equal(
    stdout
      .trim()
      .split('\n')
      .map(line => JSON.parse(line)),
    [
      { gateway: 'gw1', src: '10.0.0.1', 'count(*)': 2 },
      { gateway: 'gw1', src: '10.0.0.2', 'count(*)': 1 },
      { event: 'missing', gateway: 'gw2', reason: 'not connected' },
    ],
  );
  assert.match(stderr, /1 of 2 gateways answered; missing: gw2 \(not connected\)/);
  assert.is(code, 1);
  const strict = await ctqHere([`set fleet_missing = fail; ${text}`], { env });
  assert.is(strict.code, 1);
  assert.not.match(strict.stdout, /10\.0/);
  assert.match(
    agent.stderr,
    new RegExp(`query of ${user.key}: ${text.replace('in fleet ', '').replace(/[()*]/g, '.')} `),
  );
  await until('the file', () => existsSync(output) && /ctq_flows\{proto="udp"\} 3/.test(readFileSync(output, 'utf8')), {
    within: 30_000,
  });
  const metrics = await (await fetch(`http://127.0.0.1:${METRICS}/metrics`)).text();
  assert.match(metrics, /^ctq_conntrack_entries 3$/m);
  assert.match(metrics, /^ctq_queries_total 2$/m);
  assert.is((await fetch(`http://127.0.0.1:${METRICS}/`)).status, 404);
  if (existsSync(PROMTOOL)) assert.equal(run([PROMTOOL, 'check', 'metrics'], { input: metrics }).stderr, '');
  // The server goes and comes back.
  await server.kill();
  await until('the loss', () => /was lost/.test(agent.stderr), { within: 30_000 });
  await server.start();
  await until('the connection', () => /connected to .* again/.test(agent.stderr), { within: 30_000 });
  agent.kill('SIGTERM');
  assert.is(await agent.exit(), 0);
});

test('a watch over NATS: events, the log, metrics, an agent that goes and comes back, Ctrl-C', async () => {
  const text = `set agent_name = 'gw1'; set agent_server = 'nats://127.0.0.1:${server.port}'; set agent_nkey = '${agentUser.seed}';`;
  const path = file('watched.ctq', `${text} set agent_metrics = ${METRICS};`);
  const conf = file('watched.conf', `server = nats://127.0.0.1:${server.port}\nnkey = ${user.seed}\ngw1 nats\n`);
  const env = { CTQ_FLEET_CONF: conf };
  const explained = await ctqHere(
    [
      'explain watch src from conntrack in fleet on new where dport in (select 53 from conntrack in fleet)',
      '-o',
      'tsv',
    ],
    { env },
  );
  assert.match(explained.stdout, /^request\twatch events of conntrack \(new\) of 1 gateway in fleet: gw1$/m);
  assert.match(explained.stdout, /^sent\twatch from conntrack on new where dport in \$subquery_1$/m);
  let agent = startCtq(['agent', path]);
  await until('a connection', () => /gw1: connected to nats/.test(agent.stderr), { within: 30_000 });
  const watch = startCtq(
    ['watch gateway, event, src from conntrack in fleet on new where src in 10.0.9.0/24', '-o', 'jsonl'],
    { env },
  );
  const begins = new RegExp(`watch of ${user.key}: watch from conntrack on new where src in 10.0.9.0/24 \\(begins\\)`);
  await until('the watch', () => begins.test(agent.stderr), { within: 30_000 });
  const insert = (src: string): void => {
    const ports = ['--sport', String(++port), '--dport', '53', '-t', '600'];
    conntrack(['-I', '-s', src, '-d', '192.0.2.1', '-p', 'udp', ...ports]);
  };
  insert('10.0.8.1');
  insert('10.0.9.1');
  await until('an event', () => watch.stdout.includes('10.0.9.1'), { within: 30_000 });
  const metrics = await (await fetch(`http://127.0.0.1:${METRICS}/metrics`)).text();
  assert.match(metrics, /^ctq_watches 1$/m);
  assert.match(metrics, /^ctq_events_lost_total 0$/m);
  if (existsSync(PROMTOOL)) assert.equal(run([PROMTOOL, 'check', 'metrics'], { input: metrics }).stderr, '');
  agent.kill('SIGKILL');
  const killed = Date.now();
  await agent.exit();
  // It is not sent, and not reported before some seconds have passed.
  insert('10.0.9.3');
  await until('the loss', () => watch.stdout.includes('missing'), { within: 30_000 });
  const returned = Date.now();
  agent = startCtq(['agent', path]);
  await until('the return', () => watch.stdout.includes('returned'), { within: 60_000 });
  insert('10.0.9.2');
  await until('an event', () => watch.stdout.includes('10.0.9.2'), { within: 30_000 });
  watch.kill('SIGINT');
  assert.is(await watch.exit(), 1, watch.stderr);
  const events = watch.stdout
    .trim()
    .split('\n')
    .map(line => JSON.parse(line));
  assert.equal(
    events.map(({ event, src, gateway }) => `${event} ${src ?? gateway}`),
    ['new 10.0.9.1', 'missing gw1', 'returned gw1', 'new 10.0.9.2'],
  );
  const [since, seconds] = [Date.parse(events[1].since), events[2].seconds];
  assert.ok(since <= killed && since > killed - 3000, `${events[1].since}, killed ${new Date(killed).toISOString()}`);
  assert.ok(since + seconds * 1000 >= returned, `${events[1].since}, ${seconds} s`);
  assert.match(watch.stderr, /gw1 is missing since .*; it is asked again until it answers/);
  await until('the end', () => /watch of .* \(\d+ events, 0 lost/.test(agent.stderr), { within: 30_000 });
  agent.kill('SIGTERM');
  assert.is(await agent.exit(), 0);
});

test('a limit that is reached before all gateways have answered ends the query, and the program', async () => {
  const names = ['gw1', 'gw2', 'gw3'];
  const agents = names.map(name =>
    startCtq([
      'agent',
      file(
        `${name}.ctq`,
        `set agent_name = '${name}'; set agent_server = 'nats://127.0.0.1:${server.port}'; set agent_nkey = '${agentUser.seed}';`,
      ),
    ]),
  );
  const lines = [
    `server = nats://127.0.0.1:${server.port}`,
    `nkey = ${user.seed}`,
    ...names.map(name => `${name} nats`),
  ];
  const env = { CTQ_FLEET_CONF: file('limit.conf', `${lines.join('\n')}\n`) };
  await until('the connections', () => agents.every(({ stderr }) => /connected to nats/.test(stderr)));
  for (const [text, rows] of [
    ['select src from conntrack in fleet limit 2', 2],
    ['select gateway, name, value from sysctl in fleet limit 3', 3],
    ['select distinct src from conntrack in fleet limit 1', 1],
  ] as const) {
    const { stdout, stderr, code } = await ctqHere([text, '-o', 'tsv,noheader'], { env });
    assert.equal([stdout.trim().split('\n').length, stderr, code], [rows, '', 0], text);
  }
  for (const agent of agents) agent.kill('SIGTERM');
  await Promise.all(agents.map(agent => agent.exit()));
});

test('a server that does not let it read its subjects', async () => {
  let own: NatsUser | undefined;
  const strict = await startNats(folder => {
    own = makeUser(folder, 'strict');
    return `authorization { users = [{ nkey: ${own.key}, permissions: { subscribe: ["ctq.*.query.gw1", "ctq.*.part.gw1"] } }] }`;
  });
  const log = async (name: string): Promise<string> => {
    const text = `set agent_name = '${name}'; set agent_server = 'nats://127.0.0.1:${strict.port}'; set agent_nkey = '${own?.seed}';`;
    const agent = startCtq(['agent', file('strict.ctq', text)]);
    await until('a line', () => agent.stderr.includes('\n'), { within: 30_000 });
    await pause(300);
    agent.kill('SIGTERM');
    assert.is(await agent.exit(), 0);
    return agent.stderr;
  };
  try {
    assert.is(
      await log('gw01'),
      'gw01: the server does not let this key read ctq.*.query.gw01; it is tried again every 30 s ' +
        "(agent_name, the server's file and fleet.conf must agree)\n",
    );
    assert.is(await log('gw1'), `gw1: connected to nats://127.0.0.1:${strict.port}\n`);
  } finally {
    await strict.close();
  }
});

test('mistakes in its file', async () => {
  const failed = async (text: string): Promise<string> => {
    const { stderr, code } = await ctqHere(['agent', file('wrong.ctq', text)]);
    assert.ok(code === 1 || code === 2, text);
    return stderr;
  };
  assert.match(
    await failed('delete from conntrack where mark = 1'),
    /wrong\.ctq:1: delete is not a statement of an agent/,
  );
  assert.match(await failed('set agent_name = '), /wrong\.ctq:1/);
  assert.match(await failed("set agent_nam = 'x';"), /did you mean agent_name/);
  assert.match(await failed('-- nothing'), /nothing to do/);
  assert.match(
    await failed("set agent_server = 'nats://127.0.0.1:1'; set agent_nkey = '/nowhere';"),
    /cannot read the nkey/,
  );
  const { stderr, code } = await ctqHere(['agent', '/nowhere/agent.ctq']);
  assert.is(code, 2);
  assert.match(stderr, /ctq agent alone reads \/etc\/ctq\/agent\.ctq; write/);
  assert.match(stderr, /\/nowhere\/agent\.ctq, the configuration[\s\S]*set agent_server = 'tls:/);
});

test('ctq nkey', async () => {
  const path = join(server.folder, 'made.nk');
  const made = await ctqHere(['nkey', path]);
  assert.match(made.stdout, /^U[A-Z2-7]{55}\n$/);
  assert.is((await ctqHere(['nkey', '--public', path])).stdout, made.stdout);
  const again = await ctqHere(['nkey', path]);
  assert.is(again.code, 1);
  assert.match(again.stderr, /made\.nk exists\nhint: .*ctq nkey --public \S+made\.nk/);
  const damaged = file('damaged.nk', readFileSync(path, 'utf8').replace(/.{4}$/m, 'AAAA'));
  assert.match((await ctqHere(['nkey', '--public', damaged])).stderr, /the seed in \S+damaged\.nk is damaged/);
  assert.match((await ctqHere(['nkey', '--public', file('empty.nk', '')])).stderr, /empty\.nk has no seed of an nkey/);
  const help = await ctqHere(['nkey', '--help']);
  assert.is(help.code, 0);
  assert.match(help.stdout, /^usage: ctq nkey FILE/);
});

if (hasNatsServer) test.run();
