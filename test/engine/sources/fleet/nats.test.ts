/** A fleet on a real NATS server: TLS, nkeys, what the server lets each user do, and connections that end in the middle. */

import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { connect, nkeyAuthenticator } from '@nats-io/transport-node';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { LoggedJob } from '../../../../src/engine/agent/job-queue.js';
import { CtqError } from '../../../../src/engine/errors.js';
import type { Bus } from '../../../../src/engine/sources/fleet/links/nats/bus.js';
import { connectBus } from '../../../../src/engine/sources/fleet/links/nats/nats-bus.js';
import { agentOn, ask, fleetOf, tableSource } from '../../../kit/fleet.js';
import { encodeFlow } from '../../../kit/flow.js';
import {
  hasNatsServer,
  makeCertificates,
  makeUser,
  type NatsServer,
  type NatsUser,
  sampleConf,
  startNats,
} from '../../../kit/nats-server.js';

const test = suite('fleet on NATS');

const table = (gateway: number, flows: number) =>
  tableSource(
    Array.from({ length: flows }, (_, i) =>
      encodeFlow({
        proto: 17,
        orig: { src: `10.${gateway}.${i >> 8}.${i & 255}`, dst: '192.0.2.1', sport: 1024 + (i % 60_000), dport: 53 },
        mark: i,
      }),
    ),
  );

const FLOWS = 12_000;

let server: NatsServer;
let operator: NatsUser;
let agents: NatsUser[];
let files: ReturnType<typeof makeCertificates>;
let buses: Bus[] = [];
const log: LoggedJob[] = [];

const settings = (user: NatsUser, ca = files.ca) => ({
  servers: [`tls://127.0.0.1:${server.port}`],
  ca,
  nkey: user.seed,
});
const requester = () => connectBus(settings(operator), { name: 'test', isLasting: false });

test.before(async () => {
  server = await startNats(folder => {
    operator = makeUser(folder, 'operator');
    agents = [makeUser(folder, 'gw1'), makeUser(folder, 'gw2')];
    files = makeCertificates(folder);
    return sampleConf(
      [operator, ...agents].map(({ key }) => key),
      files,
    );
  });
  for (const [i, user] of agents.entries()) {
    const bus = await connectBus(settings(user), { name: `gw${i + 1}`, isLasting: true });
    agentOn(bus, `gw${i + 1}`, table(i + 1, FLOWS), log);
    buses.push(bus);
  }
});

test.after(async () => {
  for (const bus of buses) await bus.close();
  buses = [];
  await server.close();
});

const GROUPED =
  'select gateway, count(*), sum(mark) from conntrack in fleet where mark >= 0 group by gateway order by 1';
const SUM = (FLOWS * (FLOWS - 1)) / 2;

test('groups, and rows in parts; the log has the key of who asks', async () => {
  const fleet = fleetOf(await requester(), ['gw1', 'gw2', 'gw3']);
  const { rows, missing } = await ask(GROUPED, fleet);
  assert.equal(rows, [
    ['gw1', FLOWS, SUM],
    ['gw2', FLOWS, SUM],
  ]);
  assert.equal(missing, [{ gateway: 'gw3', reason: 'not connected' }]);
  assert.equal([log.at(-1)?.requester, log.at(-1)?.text], [operator.key, GROUPED.replace('in fleet ', '')]);
  const all = await ask('select gateway, src, mark from conntrack in fleet', fleet);
  assert.equal([all.rows.length, new Set(all.rows.map(row => row.join())).size], [2 * FLOWS, 2 * FLOWS]);
  const whole = await ask('select from conntrack in fleet', fleet);
  assert.is(whole.entries.length, 2 * FLOWS);
  const many = await ask(
    'select src, count(*) from conntrack in fleet group by src order by 2 desc, src limit 3',
    fleet,
  );
  assert.equal(many.rows.length, 3);
  await fleet.close();
});

const failure = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

test('no key, a wrong key, a wrong certificate authority', async () => {
  const stranger = makeUser(server.folder, 'stranger');
  const other = makeCertificates(server.folder, 'other');
  for (const wrong of [settings(stranger), settings(operator, other.ca), { ...settings(operator), nkey: undefined }]) {
    const error = await failure(connectBus(wrong, { name: 'test', isLasting: false }).then(bus => bus.close()));
    assert.instance(error, CtqError);
    assert.match((error as CtqError).message, /^cannot connect to tls:/);
  }
});

/** A connection that was taken over, without ctq. */
const intruder = (user: NatsUser) =>
  connect({
    servers: `tls://127.0.0.1:${server.port}`,
    // The library takes an address for localhost.
    tls: { caFile: files.ca, checkServerIdentity: () => undefined } as object,
    authenticator: nkeyAuthenticator(Buffer.from(readFileSync(user.seed, 'utf8').trim())),
  });

/** What the server refuses on a connection, from now on. */
function refusals(nc: Awaited<ReturnType<typeof intruder>>): readonly string[] {
  const refused: string[] = [];
  void (async () => {
    for await (const status of nc.status()) if (status.type === 'error') refused.push(status.error.message);
  })();
  return refused;
}

/** @returns what the server refuses of what is done on a connection that was taken over */
async function takenOver(user: NatsUser, act: (nc: Awaited<ReturnType<typeof intruder>>) => void) {
  const nc = await intruder(user);
  const refused = refusals(nc);
  act(nc);
  await nc.flush();
  await pause(100);
  await nc.close();
  return refused;
}

test('an agent that was taken over can only answer what it is asked', async () => {
  const seen: string[] = [];
  const own: string[] = [];
  const refused = await takenOver(agents[0], nc => {
    const listen = (subject: string) =>
      nc.subscribe(subject, { callback: (error, message) => void (error ?? seen.push(message.subject)) });
    // The questions to another, and to all; what is said to the requester; the server's own events; other inboxes.
    for (const subject of [
      ...['>', 'ctq.>', 'ctq.v1.query.gw2', 'ctq.v1.part.gw2', 'ctq.*.query.*', 'ctq.v1.query.gw1.x'],
      ...[`_INBOX_${operator.key}.>`, '_INBOX.>', '$SYS.>'],
    ])
      listen(subject);
    // Questions in the name of the requester, answers in the name of another, and answers to nothing.
    for (const subject of ['ctq.v1.query.gw2', 'ctq.v1.query.gw1', 'ctq.v1.part.gw2', `_INBOX_${operator.key}.x`])
      nc.publish(subject, 'x', { reply: `_INBOX_${operator.key}.x` });
    nc.subscribe('ctq.v1.query.gw1', {
      callback: (error, message) => {
        if (error !== null) return;
        own.push(message.subject);
        // The first answer is allowed, the second one is not.
        message.respond('{}');
        message.respond('{}');
      },
    });
  });
  assert.is(refused.length, 13, refused.join('\n'));
  assert.ok(refused.every(text => /permissions violation/i.test(text)));
  assert.equal([seen, own], [[], []]);
});

test('an agent that was taken over answers a question once, and not for another', async () => {
  const bus = await requester();
  const answers: string[] = [];
  const nc = await intruder(agents[0]);
  const refused = refusals(nc);
  nc.subscribe('ctq.v1.query.gw1', {
    // A second agent of the same name: the server gives each of them the question.
    callback: (_error, message) => {
      for (const text of ['first', 'second']) message.respond(text);
      nc.publish(`${message.reply}x`, 'other');
    },
  });
  await nc.flush();
  const fleet = fleetOf(bus, ['gw1', 'gw2'], { deadline: 3000 });
  const { rows, missing } = await ask(GROUPED, fleet);
  // Its own rows may be lies, or missing; those of the other are right.
  assert.equal(
    rows.filter(([name]) => name === 'gw2'),
    [['gw2', FLOWS, SUM]],
  );
  assert.ok(missing.every(({ gateway }) => gateway === 'gw1'));
  await pause(100);
  assert.ok(refused.length >= 1, refused.join());
  assert.equal(answers, []);
  await nc.close();
  await fleet.close();
});

test('an requester that was taken over can only ask', async () => {
  const seen: string[] = [];
  const refused = await takenOver(operator, nc => {
    // It cannot read what others ask, what agents answer to others, or take the place of an agent.
    for (const subject of ['>', 'ctq.v1.query.gw1', 'ctq.v1.part.gw1', 'ctq.>', '_INBOX_other.>', '_INBOX.>', '$SYS.>'])
      nc.subscribe(subject, { callback: (error, message) => void (error ?? seen.push(message.subject)) });
    for (const subject of ['other', 'ctq.v1.other.gw1', '_INBOX_other.x', '$SYS.REQ.SERVER.PING'])
      nc.publish(subject, 'x');
  });
  assert.is(refused.length, 11, refused.join('\n'));
  assert.equal(seen, []);
  const bus = await requester();
  const fleet = fleetOf(bus, ['gw1']);
  for (const [i, [text, reason]] of [
    ['delete from conntrack where mark = 1', /delete is refused/],
    ['update conntrack set mark = 1 where mark = 2', /update is refused/],
    ["select from '/etc/passwd'", /not files/],
    ["select from conntrack in ssh 'root@gw2'", /only the tables of its own kernel/],
    ['select from conntrack zero', /zero is refused|cannot read/],
  ].entries() as ArrayIterator<[number, [string, RegExp]]>) {
    const id = String(i).repeat(32);
    const job = { id, protocol: 1, gateway: '', text, values: [], wanted: 'entries', isBest: false };
    const answer = await bus.request('ctq.v1.query.gw1', Buffer.from(JSON.stringify(job)), 3000);
    assert.match(Buffer.from(answer).toString(), reason, text);
  }
  await fleet.close();
});

test('a server that goes in the middle: a right result, or members that are named', async () => {
  const fleet = fleetOf(await requester(), ['gw1', 'gw2'], { deadline: 8000 });
  for (const after of [0, 10, 40]) {
    const work = failure(ask(GROUPED, fleet)).then(error => error);
    const result = ask('select gateway, src, mark from conntrack in fleet', fleet).catch((error: unknown) => error);
    await pause(after);
    await server.kill();
    await server.start();
    const got = await result;
    await work;
    if (got instanceof CtqError) assert.match(got.code, /^fleet-(missing|none)$/);
    else {
      const { rows, missing } = got as Awaited<ReturnType<typeof ask>>;
      const keys = new Set(rows.map(row => row.join()));
      assert.is(keys.size, rows.length, 'no row counts twice');
      for (const gateway of ['gw1', 'gw2']) {
        const count = rows.filter(([of]) => of === gateway).length;
        assert.ok(count === FLOWS || missing.some(each => each.gateway === gateway), `${gateway}: ${count}`);
      }
    }
    // Agents connect again by themselves.
    for (let tries = 0; tries < 100; tries++) {
      const again = await ask(GROUPED, fleet).catch(() => undefined);
      if (again?.missing.length === 0) break;
      await pause(100);
    }
    assert.equal((await ask(GROUPED, fleet)).rows, [
      ['gw1', FLOWS, SUM],
      ['gw2', FLOWS, SUM],
    ]);
  }
  await fleet.close();
});

if (hasNatsServer) test.run();
