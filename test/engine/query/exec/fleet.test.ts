/** A fleet answers as one machine that has all tables; whatever a member does, the rows of others are right. */

import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { CtqError } from '../../../../src/engine/errors.js';
import { decodeFrame, encodeFrame } from '../../../../src/engine/sources/fleet/protocol/protocol.js';
import { agentOn, ask, type Fault, fleetOf, MemoryBus, tableSource } from '../../../kit/fleet.js';
import { encodeFlow } from '../../../kit/flow.js';
import { checkUnion, fleetWith, sorted, unionCase } from '../../../kit/union-cases.js';
import { until } from '../../../kit/until.js';
import { Gathered, repeating } from '../../../kit/watching.js';

const test = suite('queries of a fleet');

test('merged it is what one machine with all tables answers', async () => {
  await fc.assert(fc.asyncProperty(unionCase, checkUnion), { numRuns: 100 });
});

const flow = (src: string, mark: number): Buffer =>
  encodeFlow({ proto: 17, orig: { src, dst: '192.0.2.1', sport: 1000 + mark, dport: 53 }, mark });

/** Two members with two flows each. */
const TWO = [
  [flow('10.0.0.1', 1), flow('10.0.0.2', 2)],
  [flow('10.0.0.1', 3), flow('fd00::3', 4)],
];

test('the field gateway is the name in the list of members', async () => {
  const { fleet } = fleetWith(TWO);
  const of = async (text: string) => (await ask(text, fleet)).rows;
  assert.equal(await of('select gateway, mark from conntrack in fleet order by mark'), [
    ['gw1', 1],
    ['gw1', 2],
    ['gw2', 3],
    ['gw2', 4],
  ]);
  assert.equal(await of('select gateway, count(*), sum(mark) from conntrack in fleet group by gateway order by 1'), [
    ['gw1', 2, 3],
    ['gw2', 2, 7],
  ]);
  assert.equal(await of("select upper(gateway), mark from conntrack in fleet where gateway = 'gw2' order by mark"), [
    ['GW2', 3],
    ['GW2', 4],
  ]);
  assert.equal(await of('select count(distinct gateway), min(gateway), max(gateway) from conntrack in fleet'), [
    [2, 'gw1', 'gw2'],
  ]);
  // Each has groups of its own: it sends only the best of them.
  assert.equal(
    await of(
      'select gateway, mark, count(*) from conntrack in fleet group by gateway, mark order by mark desc limit 2',
    ),
    [
      ['gw2', 4, 1],
      ['gw2', 3, 1],
    ],
  );
  // What combines it with other fields is done here.
  assert.equal(await of("select concat(gateway, '/', mark) as x from conntrack in fleet order by x limit 1"), [
    ['gw1/1'],
  ]);
});

test('whole entries, their order and limit', async () => {
  const { fleet } = fleetWith(TWO);
  const { entries, header } = await ask('select from conntrack in fleet order by mark desc limit 3', fleet);
  assert.equal(
    entries.map(([gateway]) => gateway),
    ['gw2', 'gw2', 'gw1'],
  );
  assert.is(header.spans, 'gateway');
  assert.is((await ask('select from conntrack in fleet where mark > 2', fleet)).entries.length, 2);
});

test('values of subqueries and variables are sent', async () => {
  const { fleet } = fleetWith(TWO);
  const variables = new Map([
    ['m', { kind: 'value', type: { name: 'integer' }, value: 2 }],
    ['list', { kind: 'list', type: { name: 'address' }, values: [0x0a000001] }],
    ['one', { kind: 'value', type: { name: 'address' }, value: 0x0a000001 }],
    ['nat', { kind: 'value', type: { name: 'text' }, value: 'none' }],
  ] as const);
  const marks = async (text: string) => (await ask(text, fleet, { variables })).rows.map(([mark]) => mark);
  assert.equal(await marks('select mark from conntrack in fleet where mark > $m and src in $list'), [3]);
  assert.equal(
    await marks(
      'select mark from conntrack in fleet where mark > (select max(mark) from conntrack in fleet where mark < 3) order by 1',
    ),
    [3, 4],
  );
  assert.equal(
    await marks('select mark from conntrack in fleet where src in (select src from conntrack in fleet where mark = 4)'),
    [4],
  );
  assert.equal(await marks('select mark from conntrack in fleet where mark > $m and src in $one'), [3]);
  assert.equal(await marks('select mark from conntrack in fleet where mark > $m and nat = $nat order by 1'), [3, 4]);
  assert.equal(
    await marks(
      'select mark from conntrack in fleet where (src, mark) in (select src, mark from conntrack in fleet where mark > 3)',
    ),
    [4],
  );
  assert.equal(
    await marks(
      'select mark from conntrack in fleet where (src, mark) not in (select src, mark from conntrack in fleet where mark > 1) and mark > 0',
    ),
    [1],
  );
});

const reasons = ({ missing }: Awaited<ReturnType<typeof ask>>) =>
  missing.map(({ gateway, reason }) => [gateway, reason]);

test('members that are missing are named, and their rows do not count', async () => {
  const { fleet, bus } = fleetWith(TWO);
  bus.forget('gw2');
  const errors: CtqError[] = [];
  const result = await ask('select count(*) from conntrack in fleet where mark > 0', fleet, {
    incomplete: error => errors.push(error),
  });
  assert.equal(result.rows, [[2]]);
  assert.equal(reasons(result), [['gw2', 'not connected']]);
  assert.equal(
    errors.map(({ message }) => message),
    ['1 of 2 gateways answered; missing: gw2 (not connected)'],
  );
  bus.forget('gw1');
  const none = await ask('select count(*) from conntrack in fleet', fleet).catch((error: unknown) => error);
  assert.instance(none, CtqError);
  assert.match((none as CtqError).message, /none of 2 gateways answered/);
});

test('a strict session has no result if a member is missing', async () => {
  const bus = new MemoryBus();
  agentOn(bus, 'gw1', tableSource(TWO[0]));
  const fleet = fleetOf(bus, ['gw1', 'gw2'], { missing: 'fail' });
  for (const text of ['select count(*) from conntrack in fleet where mark > 0', 'select mark from conntrack in fleet'])
    assert.match(
      String(await ask(text, fleet).catch((error: Error) => error.message)),
      /1 of 2 .* gw2 \(not connected\)/,
    );
});

/** Changes the answers of gw2. */
const ofSecond =
  (fault: Fault): Fault =>
  (subject, bytes) =>
    subject.endsWith('.gw2') ? fault(subject, bytes) : bytes;

const frame = (header: unknown, body = ''): Uint8Array => {
  const head = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(head.length);
  return Buffer.concat([length, head, Buffer.from(body)]);
};

/** A part with any text. */
const part = (body: string): Uint8Array =>
  encodeFrame({
    kind: 'part',
    part: 0,
    body: Buffer.from(body),
    last: { read: 1, kept: 1, repeats: 0, warnings: [] },
  });

const isPart = (bytes: Uint8Array): boolean => decodeFrame(bytes).kind === 'part';

test('a hostile member cannot crash, hang or mislead', async () => {
  const texts = [
    'select src, count(*), sum(mark), count(distinct mark), p50(mark), min(gateway) from conntrack in fleet group by src',
    'select src, mark from conntrack in fleet order by mark',
    'select src, mark from conntrack in fleet',
    'select from conntrack in fleet',
  ];
  const bodies = [
    ...[
      '',
      'x',
      '[]\n',
      '[[]]\n',
      '[[1,2]]\n',
      '[[["a"],[1]]]\n',
      '{}\n',
      '[[[1],[1,1,[1],[1],"gw1"]]]\n',
      '[[1,-1]]\n',
    ],
    ...['[[[1],[9007199254740993,1,[1],[1],"gw2"]]]\n', '[[[1],[1,"1e9",[1],[1],"gw2"]]]\n', '[["\u001b[2J",1]]\n'],
    ...[
      '[[[1],[1,1,[1],[1],"gw2"]],[[1],[1,1,[1],[1],"gw2"]]]\n',
      `[${'['.repeat(100_000)}`,
      '[[4294967296,1]]\n',
      '[[1,1]]',
    ],
  ];
  const frames: Fault[] = [
    ...bodies.map(
      (body): Fault =>
        (_subject, bytes) =>
          isPart(bytes) ? part(body) : bytes,
    ),
    (_subject, bytes) => (isPart(bytes) ? frame({ kind: 'part', part: 0, length: 5, sum: 1 }, 'abc') : bytes),
    (_subject, bytes) => (isPart(bytes) ? frame({ kind: 'part', part: 7, length: 0, sum: 0 }) : bytes),
    (_subject, bytes) => (isPart(bytes) ? frame({ kind: 'ready', parts: 1e12 }) : bytes),
    (_subject, bytes) =>
      isPart(bytes)
        ? frame({ kind: 'error', error: { code: 'output-closed', kind: 'internal', message: 'x' } })
        : bytes,
    () => new Uint8Array(0),
    () => Buffer.from('\u001b[31mHTTP/1.1 400'),
    () => frame({ kind: 'begin', version: '9', shape: 'other', time: 0 }),
    () => frame(null),
    () => new Uint8Array(600_000),
  ];
  for (const [i, fault] of frames.entries()) {
    const { fleet, bus } = fleetWith(TWO);
    bus.answer_ = ofSecond(fault);
    for (const text of texts) {
      const result = await ask(text, fleet);
      const own = await ask(text, fleetOf(bus, ['gw1']));
      const what = `${i}: ${text}`;
      const isWhole = result.missing.length === 0;
      // A lie that is well-formed is about its own rows alone.
      if (isWhole) continue;
      assert.equal(
        result.missing.map(({ gateway }) => gateway),
        ['gw2'],
        what,
      );
      assert.equal(sorted(result.rows), sorted(own.rows), what);
      assert.is(result.entries.length, own.entries.length, what);
      assert.not.match(result.missing[0].reason, /\u001b/, what);
    }
  }
});

test('a named query with its values is asked as it was checked here', async () => {
  const { fleet } = fleetWith(TWO);
  const query = "query q(by) as select count(*) from conntrack in fleet where $by = 'src' or mark = 1";
  for (const [by, count] of [
    ['src', 4],
    ['dst', 1],
  ] as const) {
    const { rows, missing } = await ask(`${query}; run q('${by}')`, fleet);
    assert.equal([rows, missing], [[[count]], []]);
  }
});

test('a live view continues when no member answers, and shows no wrong number', async () => {
  const bus = new MemoryBus();
  const serveBoth = () => {
    for (const [i, table] of TWO.entries()) agentOn(bus, `gw${i + 1}`, tableSource(table));
  };
  serveBoth();
  const output = new Gathered();
  const incomplete: string[] = [];
  const stop = new AbortController();
  const running = repeating(
    'select count(*) as n, sum(mark) as m from conntrack in fleet where mark > 0 every 20ms output tsv, noheader',
    {
      source: fleetOf(bus, ['gw1', 'gw2']),
      output,
      signal: stop.signal,
      incomplete: ({ message }) => incomplete.push(message),
    },
  );
  await until('a result', () => output.lines.length > 0);
  bus.forget('gw2');
  await until('one is missing', () => incomplete.length === 1);
  bus.forget('gw1');
  await until('both are missing', () => incomplete.length === 2);
  serveBoth();
  await until('both', () => running.warnings.length > 0);
  stop.abort();
  await running.ended;
  assert.equal([...new Set(output.lines)].sort(), ['2\t3', '4\t10']);
  assert.match(incomplete[0], /^since \d\d:\d\d:\d\d: 1 of 2 gateways answered; missing: gw2/);
  assert.match(incomplete[1], /none of 2 gateways answered; missing: gw1/);
  assert.match(running.warnings[0], /^the results are complete again since/);
});

test('many answers are collected one after the other, and each counts', async () => {
  const tables = Array.from({ length: 30 }, (_, i) =>
    Array.from({ length: 600 }, (_, n) => flow(`10.${i}.${n >> 8}.${n & 255}`, n)),
  );
  const { fleet } = fleetWith(tables);
  const { rows, missing } = await ask(
    'select count(*) as n, count(distinct src) as s from (select src, mark, count(*) from conntrack in fleet group by src, mark) x',
    fleet,
  );
  assert.equal([rows, missing], [[[18_000, 18_000]], []]);
});

test('node warns of nothing, however many members are waited for', async () => {
  const { fleet } = fleetWith(Array.from({ length: 30 }, (_, i) => [flow(`10.0.0.${i}`, i)]));
  const warnings: string[] = [];
  const warned = ({ message }: Error): void => void warnings.push(message);
  process.on('warning', warned);
  const { signal } = new AbortController();
  const { rows } = await ask('select count(*) from conntrack in fleet', fleet, { signal });
  // Warnings are emitted later.
  await new Promise(setImmediate);
  process.off('warning', warned);
  assert.equal([rows, warnings], [[[30]], []]);
});

test('slow, silent and half-way dying members', async () => {
  const { fleet, bus } = fleetWith(TWO);
  const text = 'select src, count(*) from conntrack in fleet group by src order by 1';
  bus.request_ = ofSecond(() => undefined);
  assert.equal(reasons(await ask(text, fleet)), [['gw2', 'does not answer']]);
  // It has begun, and goes.
  bus.request_ = ofSecond((subject, bytes) => {
    if (subject.includes('part')) bus.forget('gw2');
    return bytes;
  });
  assert.equal(reasons(await ask(text, fleet)), [['gw2', 'the connection to it was lost']]);
});

test('what is lost on the way is sent again, and counts once', async () => {
  const { fleet, bus } = fleetWith(TWO);
  const lost = new Set<string>();
  const once: Fault = (subject, bytes) => {
    const key = `${subject}${bytes.length}`;
    if (lost.has(key)) return bytes;
    lost.add(key);
    return undefined;
  };
  bus.answer_ = once;
  const { rows, missing } = await ask('select count(*), sum(mark) from conntrack in fleet where mark > 0', fleet);
  assert.equal([rows, missing], [[[4, 10]], []]);
});

test('a member refuses what it does not do', async () => {
  const { bus } = fleetWith([TWO[0]]);
  const refused = [
    'delete from conntrack where mark = 1',
    "select from 'x.save'",
    'select from conntrack in netns *',
    "select from conntrack in ssh 'x'",
    'select from conntrack zero',
    'select from conntrack every 1s',
    "select from conntrack output json to '/tmp/x'",
    'select mark from conntrack where mark in (select mark from conntrack)',
    'select from (select mark from conntrack) x',
    'watch from conntrack',
    'set read_only = off',
    'select from conntrack; select from conntrack',
    'sel',
  ];
  for (const [i, text] of refused.entries()) {
    const job = {
      protocol: 1,
      id: String(i).padStart(32, '0'),
      gateway: 'x',
      text,
      values: [],
      wanted: 'entries',
      isBest: false,
    };
    const answer = decodeFrame(await bus.request('ctq.v1.query.gw1', Buffer.from(JSON.stringify(job)), 5000));
    assert.is(answer.kind, 'error', text);
  }
  const other = decodeFrame(await bus.request('ctq.v2.query.gw1', Buffer.from('{}'), 5000));
  assert.match(other.kind === 'error' ? other.error.message : '', /another version/);
});

test.run();
