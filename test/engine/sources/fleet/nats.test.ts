/** A fleet on a real NATS server: TLS, nkeys, what the server lets each user do, and connections that end in the middle. */

import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { connect, nkeyAuthenticator } from '@nats-io/transport-node';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Served } from '../../../../src/engine/agent/desk.js';
import { CtqError } from '../../../../src/engine/errors.js';
import type { Bus } from '../../../../src/engine/sources/fleet/nats/bus.js';
import { connectBus } from '../../../../src/engine/sources/fleet/nats/nats-bus.js';
import { agentOn, ask, fleetOf, tableSource } from '../../../kit/fleet.js';
import { encodeFlow } from '../../../kit/flow.js';
import {
  hasNatsServer,
  makeCertificates,
  makeUser,
  type NatsServer,
  type NatsUser,
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
const log: Served[] = [];

/** As examples/fleet/nats-server.conf: an asker, and two agents. */
const users = (): string => {
  const agent = (user: NatsUser, name: string): string => `{
    nkey: ${user.key}
    permissions: {
      publish: { deny: ">" }
      subscribe: ["ctq.*.query.${name}", "ctq.*.part.${name}"]
      allow_responses: { max: 1, expires: "1m" }
    }
  }`;
  return `authorization { users = [
    {
      nkey: ${operator.key}
      permissions: {
        publish: ["ctq.v1.query.*", "ctq.v1.part.*"]
        subscribe: "_INBOX_${operator.key}.>"
      }
    }
    ${agent(agents[0], 'gw1')}
    ${agent(agents[1], 'gw2')}
  ] }`;
};

const settings = (user: NatsUser, ca = files.ca) => ({
  servers: [`tls://127.0.0.1:${server.port}`],
  ca,
  nkey: user.seed,
});
const asker = () => connectBus(settings(operator), { name: 'test', isLasting: false });

test.before(async () => {
  server = await startNats(folder => {
    operator = makeUser(folder, 'operator');
    agents = [makeUser(folder, 'gw1'), makeUser(folder, 'gw2')];
    files = makeCertificates(folder);
    return `tls { cert_file: "${files.cert}", key_file: "${files.key}" }\nmax_payload: 1MB\n${users()}`;
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
  const fleet = fleetOf(await asker(), ['gw1', 'gw2', 'gw3']);
  const { rows, missing } = await ask(GROUPED, fleet);
  assert.equal(rows, [
    ['gw1', FLOWS, SUM],
    ['gw2', FLOWS, SUM],
  ]);
  assert.equal(missing, [{ gateway: 'gw3', reason: 'not connected' }]);
  assert.equal([log.at(-1)?.asker, log.at(-1)?.text], [operator.key, GROUPED.replace('in fleet ', '')]);
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

/** A connection that was taken over, without ctq. @returns what the server refuses */
async function takenOver(user: NatsUser, act: (nc: Awaited<ReturnType<typeof connect>>) => void): Promise<string[]> {
  const nc = await connect({
    servers: `tls://127.0.0.1:${server.port}`,
    // The library takes an address for localhost.
    tls: { caFile: files.ca, checkServerIdentity: () => undefined } as object,
    authenticator: nkeyAuthenticator(Buffer.from(readFileSync(user.seed, 'utf8').trim())),
  });
  const refused: string[] = [];
  void (async () => {
    for await (const status of nc.status()) if (status.type === 'error') refused.push(status.error.message);
  })();
  act(nc);
  await nc.flush();
  await pause(100);
  await nc.close();
  return refused;
}

test('an agent that was taken over can only answer what it is asked', async () => {
  const seen: string[] = [];
  const refused = await takenOver(agents[0], nc => {
    const listen = (subject: string) =>
      nc.subscribe(subject, { callback: (error, message) => void (error ?? seen.push(message.subject)) });
    for (const subject of ['>', 'ctq.v1.query.gw2', 'ctq.*.query.*', `_INBOX_${operator.key}.>`]) listen(subject);
    nc.publish('ctq.v1.query.gw2', 'x');
    nc.publish(`_INBOX_${operator.key}.x`, 'x');
  });
  assert.is(refused.length, 6, refused.join('\n'));
  assert.ok(refused.every(text => /permissions violation/i.test(text)));
  assert.equal(seen, []);
});

test('an asker that was taken over can only ask', async () => {
  const refused = await takenOver(operator, nc => {
    for (const subject of ['>', 'ctq.v1.query.gw1', '_INBOX_other.>']) nc.subscribe(subject, { callback: () => {} });
    nc.publish('other', 'x');
  });
  assert.is(refused.length, 4, refused.join('\n'));
  const bus = await asker();
  const fleet = fleetOf(bus, ['gw1']);
  const job = {
    id: 'a'.repeat(32),
    protocol: 1,
    gateway: '',
    text: 'delete from conntrack where mark = 1',
    values: [],
    wanted: 'entries',
    isBest: false,
  };
  const answer = Buffer.from(await bus.request('ctq.v1.query.gw1', Buffer.from(JSON.stringify(job)), 3000)).toString();
  assert.match(answer, /delete is refused/);
  await fleet.close();
});

test('a server that goes in the middle: a right result, or members that are named', async () => {
  const fleet = fleetOf(await asker(), ['gw1', 'gw2'], { deadline: 8000 });
  for (const after of [0, 10, 40]) {
    const work = failure(ask(GROUPED, fleet)).then(error => error);
    const result = ask('select gateway, src, mark from conntrack in fleet', fleet).catch((error: unknown) => error);
    await pause(after);
    await server.kill();
    await server.start();
    const got = await result;
    await work;
    if (got instanceof CtqError) assert.is(got.code, 'fleet-missing');
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
