/** Changes that real packets meet: NAT, expectations, counters. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { MessageView } from '../../src/engine/ctnetlink/view/view.js';
import { change, Entries, get, type TestSession, testSession } from '../engine/change/support.js';
import { bulk } from '../kit/bulk.js';
import { Namespace } from '../kit/namespace.js';
import { listConntrack, sortedLines } from '../kit/oracle.js';
import { ADDRESS, createWorld, type World } from '../kit/world.js';

const test = suite('changes and packets');
let world: World;
let session: TestSession;

test.before(async () => {
  world = createWorld();
  session = testSession();
  await world.serve(world.server, ['tcp:80', 'udp:53', 'ftp:21']);
});
test.after(async () => {
  await session.close();
  await world.destroy();
});

/** An address that no rule of the router translates, and no host has. */
const NOWHERE = '203.0.113.9';

test('packets are translated both ways by an entry that was inserted', async () => {
  const summary = await change(
    `insert into conntrack in netns ${world.router.name} set proto = udp, src = ${ADDRESS.client}, dst = ${NOWHERE}, sport = 5555, dport = 9999, timeout = 60s, snat = '${ADDRESS.routerOutside}:6666', dnat = '${ADDRESS.server}:53'`,
    session,
  );
  assert.is(summary.created, 1, summary.refusals[0]?.error.message);
  // The answer comes, so that both directions were translated.
  await world.exchange('udp', NOWHERE, 9999, { localPort: 5555 });
  const line = listConntrack(['-L', '-p', 'udp', '-d', NOWHERE], { netns: world.router.name });
  assert.match(line, /src=192\.0\.2\.2 dst=192\.0\.2\.1 sport=53 dport=6666/);
  assert.not.match(line, /UNREPLIED/);
  // The server saw the translated source.
  const seen = listConntrack(['-L', '-p', 'udp'], { netns: world.server.name });
  assert.match(seen, /src=192\.0\.2\.1 dst=192\.0\.2\.2 sport=6666 dport=53/);
});

test('a connection continues through its entry that was flushed and restored', async () => {
  const { program, localPort } = await world.exchange('tcp', ADDRESS.server, 80);
  const router = world.router.name;
  const stored = new Namespace('stored');
  const flow = `where proto = tcp and sport = ${localPort}`;
  const kept = await change(`insert into conntrack in netns stored from conntrack in netns ${router} ${flow}`, session);
  assert.is(kept.created, 1, kept.refusals[0]?.error.message);
  assert.is((await change(`delete from conntrack in netns ${router} ${flow}`, session)).deleted, 1);
  const back = await change(`insert into conntrack in netns ${router} from conntrack in netns stored ${flow}`, session);
  assert.is(back.created, 1, back.refusals[0]?.error.message);
  program.write('still here\n');
  await program.waitFor(/still here\n/);
  const line = listConntrack(['-L', '-p', 'tcp', '--sport', String(localPort)], { netns: router });
  assert.match(line, /ESTABLISHED src=10\.0\.1\.2 .*dst=192\.0\.2\.1 .*\[ASSURED\] mark=4608/);
  stored.destroy();
});

test('an expectation of a real helper lets a related connection through', async () => {
  const control = await world.ftp();
  const router = world.router.name;
  const [, sport] =
    /sport=(\d+) dport=21/.exec(listConntrack(['-L', '-p', 'tcp', '--dport', '21'], { netns: router })) ?? [];
  const summary = await change(
    `insert into expect in netns ${router} set master.proto = tcp, master.src = ${ADDRESS.client}, master.dst = ${ADDRESS.server}, master.sport = ${sport}, master.dport = 21, proto = tcp, src = ${ADDRESS.client}, dst = ${ADDRESS.server}, dport = 80, timeout = 60s`,
    session,
  );
  assert.is(summary.created, 1, summary.refusals[0]?.error.message);
  const { localPort } = await world.exchange('tcp', ADDRESS.server, 80);
  const entries = new Entries();
  await change(
    `delete from conntrack in netns ${router} where status has EXPECTED and master.dport = 21 and sport = ${localPort}`,
    session,
    { sink: entries },
  );
  assert.is(entries.names.length, 1);
  // It came true, and is used up.
  assert.equal(sortedLines(listConntrack(['-L', 'expect'], { netns: router })), []);
  control.kill('SIGKILL');
});

test('zero: exactly the entries that match, and no count is lost', async () => {
  const router = world.router.name;
  const summed = async (text: string) => {
    const entries = new Entries();
    const summary = await change(text, session, { sink: entries });
    const view = new MessageView();
    let packets = 0;
    for (const message of entries.messages) {
      view.set(message, 0);
      packets += Number(view.origPackets) + Number(view.replyPackets);
    }
    return { summary, packets, entries: entries.messages.length, rows: entries.rows };
  };
  const { program, localPort } = await world.exchange('udp', ADDRESS.server, 53);
  await world.exchange('tcp', ADDRESS.server, 80);
  let total = 2;
  let zeroed = 0;
  for (let n = 0; n < 20; n++) {
    program.write(`${n} echo\n`);
    await program.waitFor(new RegExp(`^${n} echo\\n`, 'm'));
    total += 2;
    zeroed += (await summed(`select from conntrack in netns ${router} where proto = udp and dport = 53 zero`)).packets;
  }
  assert.is(zeroed, total);
  const others = await summed(`select from conntrack in netns ${router} where proto = tcp and dport = 80 zero`);
  assert.ok(others.packets > 0);
  const again = await summed(`select from conntrack in netns ${router} where proto = udp and dport = 53 zero`);
  assert.is(again.packets, 0);
  program.write('once more\n');
  await program.waitFor(/once more\n/);
  const one = `get from conntrack in netns ${router} where proto = udp and src = ${ADDRESS.client} and dst = ${ADDRESS.server} and sport = ${localPort} and dport = 53`;
  for (const [text, wanted] of [
    [one, 2],
    [`${one} zero`, 2],
    [one, 0],
  ] as const) {
    const { messages } = await get(text, session);
    const view = new MessageView();
    view.set(messages[0], 0);
    assert.is(Number(view.origPackets) + Number(view.replyPackets), wanted, text);
  }
});

test('zero of many; a limit zeroes only what is shown', async () => {
  const many = new Namespace('many');
  many.sysctl({ 'net.netfilter.nf_conntrack_acct': 1 });
  bulk(5000, { netns: 'many' });
  const entries = new Entries();
  const summary = await change('select sport from conntrack in netns many where proto = tcp zero', session, {
    sink: entries,
  });
  assert.is(summary.zeroed, 2500);
  assert.is(entries.rows.length, 2500);
  const few = new Entries();
  const limited = await change('select from conntrack in netns many order by sport limit 3 zero', session, {
    sink: few,
  });
  assert.is(limited.zeroed, 3);
  assert.is(few.messages.length, 3);
  many.destroy();
});

test.run();
