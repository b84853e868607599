/** A watch of a fleet over a message server: merged events, losses of each member, members that come and go, and hostile ones. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { LoggedJob } from '../../../src/engine/agent/job-queue.js';
import { CtqError } from '../../../src/engine/errors.js';
import { decodeFrame, encodeFrame } from '../../../src/engine/sources/fleet/protocol/protocol.js';
import { watchLine } from '../../../src/shell/live/watch-summary.js';
import { agentOn, fleetOf, MemoryBus } from '../../kit/fleet.js';
import { encodeFlow } from '../../kit/flow.js';
import { GivenEvents } from '../../kit/given-events.js';
import { until } from '../../kit/until.js';
import { Gathered, type RunOptions, watching } from '../../kit/watching.js';

const test = suite('watch of a fleet');

const NEW = 0x600;
const event = (mark: number, flags = NEW): Buffer => {
  const bytes = encodeFlow({ proto: 17, orig: { src: '10.0.0.1', dst: '192.0.2.1', sport: mark, dport: 53 }, mark });
  bytes.writeUInt16LE(0x100, 4);
  bytes.writeUInt16LE(flags, 6);
  return bytes;
};

/** Two members, and a watch of both. */
function start(text: string, options: RunOptions & { readonly missing?: 'fail' } = {}) {
  const bus = new MemoryBus();
  const log: LoggedJob[] = [];
  const kernels = [new GivenEvents(), new GivenEvents()];
  for (const [i, kernel] of kernels.entries()) agentOn(bus, `gw${i + 1}`, kernel.source, log);
  const output = new Gathered();
  const stop = new AbortController();
  const incomplete: string[] = [];
  const source = fleetOf(bus, ['gw1', 'gw2'], options.missing ? { missing: options.missing } : {});
  const running = watching(text, {
    output,
    source,
    signal: stop.signal,
    incomplete: error => incomplete.push(error.message),
    ...options,
  });
  const begun = () => until('subscriptions', () => kernels.every(({ listened }) => listened.length > 0));
  return { bus, log, kernels, output, stop, incomplete, running, begun };
}

const lines = (output: Gathered): string[] => output.lines.slice(1).sort();

test('events of all, those that meet the condition, and what was queued when it ends', async () => {
  const { kernels, output, stop, running, begun, log } = start(
    'watch gateway, event, mark from conntrack in fleet on new where mark > 1 output tsv',
  );
  await begun();
  const [one, two] = kernels;
  for (const mark of [1, 2, 3]) one.give(event(mark));
  two.give(event(4), event(5, 0));
  await until('events', () => output.lines.length === 4);
  one.give(event(6));
  stop.abort();
  const summary = await running.ended;
  assert.equal(lines(output), ['gw1\tnew\t2', 'gw1\tnew\t3', 'gw1\tnew\t6', 'gw2\tnew\t4']);
  // What is not needed does not travel; the group has no updates, which this kernel does not know.
  assert.equal([summary.ending, summary.read, summary.kept, summary.dropped], ['interrupted', 5, 4, 0]);
  await until('the end', () => log.filter(({ begins }) => !begins).length === 2);
  assert.equal(
    log.map(({ text, begins = false, error }) => [text, begins, error]).slice(0, 2),
    Array(2).fill(['watch from conntrack on new where mark > 1', true, undefined]),
  );
  assert.equal(kernels[0].listened[0][0], [1]);
});

test('the losses of each member are its own', async () => {
  const { kernels, output, stop, running, begun } = start('watch mark from conntrack in fleet output jsonl');
  await begun();
  kernels[0].give(event(1), { lost: 3 }, event(2));
  kernels[1].give({ lost: 5 }, event(3));
  await until('events', () => output.lines.filter(line => line.includes('mark')).length === 3);
  kernels[0].give({ lost: 2 });
  stop.abort();
  const summary = await running.ended;
  const lost = output.lines.map(line => JSON.parse(line)).filter(({ event: kind }) => kind === 'lost');
  const of = (name: string): number =>
    lost.filter(({ gateway }) => gateway === name).reduce((sum, { count }) => sum + count, 0);
  assert.equal([of('gw1'), of('gw2'), summary.dropped], [5, 5, 10]);
});

test('the field gateway, groups, limits, conditions that only the requester can decide', async () => {
  const run = async (text: string, give: (kernels: readonly GivenEvents[]) => void): Promise<string[]> => {
    const { kernels, output, running, begun } = start(text);
    await begun();
    give(kernels);
    await running.ended;
    return output.lines.slice(1);
  };
  const four = ([one, two]: readonly GivenEvents[]): void => {
    one.give(event(1), event(2));
    two.give(event(3), event(4));
  };
  assert.equal(
    await run("watch gateway, mark from conntrack in fleet where gateway = 'gw2' limit 2 output tsv", four),
    ['gw2\t3', 'gw2\t4'],
  );
  assert.equal(
    await run(
      'watch gateway, count(*) as n, sum(mark) from conntrack in fleet group by gateway order by gateway every 300ms until n > 1 output tsv',
      four,
    ),
    ['gw1\t2\t3', 'gw2\t2\t7'],
  );
  assert.equal(
    (await run('watch mark from conntrack in fleet where src is not mine limit 4 output tsv', four)).length,
    4,
  );
  assert.equal((await run('watch mark from conntrack in fleet until mark = 4 output tsv', four)).includes('4'), true);
  // Of both tables.
  assert.equal((await run('watch from conntrack, expect in fleet limit 4 output jsonl', four)).length, 3);
});

test('a member that goes is named, and its events are there again when it is', async () => {
  const { bus, kernels, output, stop, incomplete, running, begun } = start(
    'watch mark from conntrack in fleet output jsonl',
  );
  await begun();
  kernels[1].give({ lost: 1 }, event(1));
  await until('an event', () => output.lines.some(line => line.includes('mark')));
  // The kernel's socket fails.
  kernels[1].end();
  await until('the loss', () => incomplete.length === 1);
  await until('the return', () => output.lines.some(line => line.includes('returned')), { within: 10_000 });
  kernels[1].give(event(2));
  await until('an event', () => output.lines.some(line => line.includes('"mark":2')));
  bus.forget('gw2');
  await until('the loss', () => incomplete.length === 2, { within: 20_000 });
  kernels[0].give(event(3));
  stop.abort();
  const summary = await running.ended;
  const records = output.lines.map(line => JSON.parse(line));
  assert.equal(
    records.map(({ event: kind, mark, gateway }) => mark ?? `${kind} ${gateway}`),
    [1, 'lost gw2', 'missing gw2', 'returned gw2', 2, 'missing gw2', 3],
  );
  assert.match(incomplete[0], /^gw2 is missing since \d\d:\d\d:\d\d: ended its events; it is asked again/);
  assert.match(incomplete[1], /^gw2 is missing since .*: the connection to it was lost/);
  assert.match(running.warnings.join('\n'), /gw2 answers again: its events of .* are missing/);
  assert.equal([summary.dropped, summary.ending], [1, 'interrupted']);
  assert.match(watchLine(summary, false), /, 1 lost, \d+\.\d s of gw2 missing, interrupted$/);
  assert.match(
    watchLine({ ...summary, dropped: 0, absences: [2, 3.1].map(seconds => ({ name: 'gw1', seconds })) }, false),
    /, none lost, up to 3\.1 s of 2 gateways missing, interrupted$/,
  );
});

/** Calls something after the next answer of a member that it has no events. */
const afterSilence = (bus: MemoryBus, subject: string, then: () => void): void => {
  bus.answer_ = (asked, bytes) => {
    if (asked === subject && decodeFrame(bytes).kind === 'working') then();
    return bytes;
  };
};

test('the gap of a member begins at the last time until which all its events are known to be there', async () => {
  const { bus, output, stop, running, begun } = start('watch mark from conntrack in fleet output jsonl');
  await begun();
  let goneAt = 0;
  let returnedAt = 0;
  afterSilence(bus, 'ctq.v1.part.gw2', () => {
    goneAt ||= Date.now();
    bus.request_ = (subject, bytes) => {
      if (subject.endsWith('.gw2') && returnedAt === 0)
        throw new CtqError({ code: 'fleet-not-connected', kind: 'system', message: 'not connected' });
      return bytes;
    };
  });
  await until('the loss', () => output.lines.some(line => line.includes('missing')), { within: 20_000 });
  // It is known some seconds later.
  assert.ok(Date.now() - goneAt > 4000);
  returnedAt = Date.now();
  await until('the return', () => output.lines.some(line => line.includes('returned')), { within: 20_000 });
  stop.abort();
  const summary = await running.ended;
  const [missing, returned] = output.lines.map(line => JSON.parse(line));
  const since = Date.parse(missing.since);
  assert.ok(since <= goneAt && since > goneAt - 2500, `${missing.since}, gone ${new Date(goneAt).toISOString()}`);
  assert.ok(since + returned.seconds * 1000 >= returnedAt - 5);
  assert.ok(Math.abs(summary.absences[0].seconds - returned.seconds) < 0.2);
});

test('a member that is lost just before the watch ends is missing', async () => {
  for (const isSilent of [true, false]) {
    const { bus, output, incomplete, running, begun } = start('watch mark from conntrack in fleet for 2s output jsonl');
    await begun();
    bus.request_ = (subject, bytes) => {
      if (!subject.endsWith('.gw2')) return bytes;
      if (isSilent) return undefined;
      throw new CtqError({ code: 'fleet-not-connected', kind: 'system', message: 'not connected' });
    };
    const summary = await running.ended;
    assert.match(incomplete.join(), /^gw2 is missing since \d\d:\d\d:\d\d: does not answer/, `${isSilent}`);
    assert.equal(
      summary.absences.map(({ name, seconds }) => [name, seconds > 1.5 && seconds < 4]),
      [['gw2', true]],
    );
    assert.match(output.lines.join('\n'), /"event":"missing","gateway":"gw2","reason":"does not answer","since":"2/);
  }
});

test('events that a member still had when it went are in its gap', async () => {
  const { bus, kernels, output, stop, running, begun } = start('watch mark from conntrack in fleet output jsonl');
  await begun();
  const began = Date.now();
  // The kernel there always has more.
  const feed = setInterval(() => kernels[1].give(event(1)), 20);
  await until('events', () => output.lines.length > 40);
  bus.forget('gw2');
  await until('the loss', () => output.lines.some(line => line.includes('missing')), { within: 20_000 });
  clearInterval(feed);
  stop.abort();
  await running.ended;
  const missing = output.lines.map(line => JSON.parse(line)).find(({ event: kind }) => kind === 'missing');
  assert.ok(Date.parse(missing.since) < began + 200, missing.since);
});

test('an agent that connects again loses no event', async () => {
  const { bus, kernels, output, stop, incomplete, running, begun } = start(
    'watch mark from conntrack in fleet output tsv',
  );
  await begun();
  let isCut = true;
  bus.request_ = (subject, bytes) => {
    if (isCut && subject === 'ctq.v1.part.gw2')
      throw new CtqError({ code: 'fleet-not-connected', kind: 'system', message: 'not connected' });
    return bytes;
  };
  kernels[1].give(event(1));
  kernels[0].give(event(2));
  await until('the other', () => output.lines.includes('2'));
  isCut = false;
  await until('its event', () => output.lines.includes('1'));
  stop.abort();
  await running.ended;
  assert.equal(incomplete, []);
});

const failure = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work;
  } catch (error) {
    assert.instance(error, CtqError);
    return (error as CtqError).message;
  }
  return '';
};

test('none answers; all must be there', async () => {
  const none = watching('watch from conntrack in fleet', { source: fleetOf(new MemoryBus(), ['gw1', 'gw2']) });
  assert.match(await failure(none.ended), /none of 2 gateways answered; missing: gw1 \(not connected\), gw2/);
  const { kernels, running, begun } = start('watch from conntrack in fleet', { missing: 'fail' });
  await begun();
  kernels[0].end();
  assert.match(await failure(running.ended), /1 of 2 gateways answered; missing: gw1 \(ended its events\)/);
});

test('a member with invalid events is missing; those of others come', async () => {
  const lies: ((bytes: Uint8Array) => Uint8Array)[] = [
    () => Buffer.from('x'),
    () => encodeFrame({ kind: 'part', part: 0, body: Buffer.from('no message') }),
    () => encodeFrame({ kind: 'part', part: 7, body: new Uint8Array(0) }),
    () => encodeFrame({ kind: 'ready', parts: 1 }),
    () => encodeFrame({ kind: 'part', part: 0, body: new Uint8Array(0), lost: 2 ** 60 }),
    () => encodeFrame({ kind: 'part', part: 0, body: new Uint8Array(0), lost: -1 }),
  ];
  for (const [i, lie] of lies.entries()) {
    const { bus, kernels, output, stop, incomplete, running, begun } = start(
      'watch gateway, mark from conntrack in fleet output tsv',
    );
    await begun();
    bus.answer_ = (subject, bytes) => (subject === 'ctq.v1.part.gw2' ? lie(bytes) : bytes);
    kernels[1].give(event(1));
    await until('the report', () => incomplete.length > 0);
    kernels[0].give(event(2));
    await until('the other', () => output.lines.includes('gw1\t2'));
    stop.abort();
    await running.ended;
    assert.match(incomplete[0], /gw2 is missing since .*: invalid answer/, `lie ${i}`);
    assert.equal(output.lines.slice(1), ['gw1\t2']);
  }
});

test('an agent runs several watches, and answers queries at the same time', async () => {
  const bus = new MemoryBus();
  const kernel = new GivenEvents();
  agentOn(bus, 'gw1', kernel.source);
  const begin = async (number: number, text = 'watch from conntrack', wanted = 'events') => {
    const job = {
      protocol: 1,
      id: number.toString(16).padStart(32, '0'),
      gateway: '',
      text,
      values: [],
      wanted,
      isBest: false,
    };
    return decodeFrame(await bus.request('ctq.v1.query.gw1', Buffer.from(JSON.stringify(job)), 3000));
  };
  for (let i = 0; i < 8; i++) assert.is((await begin(i)).kind, 'begin');
  const ninth = await begin(8);
  assert.match(ninth.kind === 'error' ? ninth.error.message : '', /busy: 8 watches run/);
  // One that arrives again is not a new one.
  assert.is((await begin(3)).kind, 'begin');
  assert.is((await begin(9, 'select from conntrack', 'entries')).kind, 'begin');
  bus.publish('ctq.v1.part.gw1', Buffer.from(JSON.stringify({ id: '0'.repeat(32), kind: 'end' })));
  await until('room', async () => (await begin(10)).kind === 'begin');
  for (const [i, text] of [
    'watch src from conntrack',
    'watch count(*) from conntrack every 1s',
    'watch from conntrack limit 1',
    'watch from conntrack for 1s',
    'watch from conntrack with state',
    'watch from conntrack with existing',
    "watch from conntrack on destroy into 'history'",
    "watch from conntrack output json to '/tmp/x'",
    "watch from '/var/log/x'",
    "watch from conntrack in ssh 'gw2'",
    'watch from conntrack where mark in (select mark from conntrack)',
  ].entries()) {
    const answer = await begin(100 + i, text);
    assert.match(answer.kind === 'error' ? answer.error.message : '', /refused|only|agent|cannot read/, text);
  }
  assert.is((await begin(200, 'watch from conntrack', 'rows')).kind, 'error');
  assert.is((await begin(201, 'select from conntrack', 'events')).kind, 'error');
});

test.run();
