import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { CtqError } from '../../../../src/engine/errors.js';
import type { Sink } from '../../../../src/engine/formats/sink.js';
import type { QueryContext } from '../../../../src/engine/query/context.js';
import { runQuery } from '../../../../src/engine/query/exec/select.js';
import { abilitiesOf } from '../../../../src/engine/query/plan/pushdown.js';
import { openSnapshot } from '../../../../src/engine/sources/snapshot/open.js';
import { check } from '../../../../src/lang/check/check.js';
import type { CheckedQuery } from '../../../../src/lang/checked/ast.js';
import { parse } from '../../../../src/lang/syntax/parse.js';
import type { Value } from '../../../../src/lang/values/value.js';
import { ENVIRONMENT } from '../../../kit/environment.js';
import { file } from '../../../kit/snapshot.js';

const test = suite('queries of snapshots');

const FLOW =
  'udp      17 30 src=10.0.0.1 dst=10.0.0.2 sport=1 dport=2 src=10.0.0.2 dst=10.0.0.1 sport=2 dport=1 mark=5\n';
const EXPECTATION =
  '299 proto=6 src=192.0.2.1 dst=10.1.0.1 sport=0 dport=3 mask-src=255.255.255.0 mask-dst=255.255.255.255 sport=0 dport=65535 master-src=10.1.0.1 master-dst=192.0.2.1 sport=2122 dport=21 class=0 helper=ftp\n';

async function run(text: string, inFile?: string) {
  const place = inFile === undefined ? undefined : ({ kind: 'file', path: inFile } as const);
  const { value, diagnostics } = check(parse(text).statements[0], ENVIRONMENT, new Map(), place);
  assert.equal(diagnostics, [], text);
  const warnings: string[] = [];
  const rows: (readonly Value[])[] = [];
  let entries = 0;
  const sink: Sink = {
    begin() {},
    entry: () => entries++,
    row: values => rows.push([...values]),
    end() {},
  };
  const session: QueryContext = {
    environment: ENVIRONMENT,
    variables: new Map(),
    kernelFilter: true,
    abilities: abilitiesOf('6.18.0'),
    place: place ?? { kind: 'kernel' },
    source: () => assert.unreachable('no kernel is asked') as never,
    snapshot: path => openSnapshot(path, { warn: assert.unreachable, labelBit: () => undefined, now: () => 0n }),
    warn: message => warnings.push(message),
  };
  await runQuery(value as CheckedQuery, sink, session);
  return { rows, entries, warnings };
}

const both = file(FLOW + EXPECTATION + FLOW);
const expectations = file(EXPECTATION);

test('flows, where both kinds are in a file', async () => {
  const { rows, warnings } = await run(`select dport, mark from '${both}'`);
  assert.equal(rows, [
    [2, 5],
    [2, 5],
  ]);
  assert.equal(warnings, [`1 expectation in '${both}' is left out`]);
});

test('expectations, where both kinds are in a file', async () => {
  const { rows, warnings } = await run(`select dport, master.sport from expect in file '${both}'`);
  assert.equal(rows, [[3, 2122]]);
  assert.equal(warnings, [`2 flows in '${both}' are left out`]);
});

test('a log of events has their kind, time and cause; a listing has none', async () => {
  const events = file(
    `[1795521600.000001]\t    [NEW] ${FLOW.trimEnd()} portid=7\n[1795521601.5]\t[DESTROY] ${FLOW}[DESTROY] ${EXPECTATION}`,
  );
  const fields = 'event, event_time, portid, dport';
  const wanted = [
    ['new', 1_795_521_600_000_001_000n, 7, 2],
    ['destroy', 1_795_521_601_500_000_000n, 0, 2],
  ];
  for (const [text, inFile] of [
    [`select ${fields} from '${events}'`],
    [`select ${fields} from conntrack in file '${events}'`],
    [`select ${fields} from conntrack`, events],
  ]) {
    const { rows } = await run(text, inFile);
    assert.equal(
      rows.map(([event, time, ...rest]) => [event, BigInt(time as bigint), ...rest]),
      wanted,
      text,
    );
  }
  assert.equal((await run(`select count(*) from '${events}' where event = destroy`)).rows, [[1]]);
  assert.equal((await run(`select event, count(*) from '${events}' group by event`)).rows.length, 2);
  assert.equal((await run(`select event, dport from expect in file '${events}'`)).rows, [['destroy', 3]]);
  assert.equal((await run(`select event, event_time from '${file(FLOW)}'`)).rows, [[null, null]]);
});

test('what the kernel has only while it is watched is in no other table', () => {
  for (const text of [
    'select event from conntrack',
    "select resync from 'x'",
    'select event from conntrack in netns blue',
    "select c.event from 'x' join conntrack as c on c.dst = dst",
  ]) {
    const { diagnostics } = check(parse(text).statements[0], ENVIRONMENT);
    assert.is(diagnostics[0]?.code, 'field.use', text);
  }
});

test('whole entries of either kind', async () => {
  const { entries, warnings } = await run(`select from '${both}'`);
  assert.is(entries, 3);
  assert.equal(warnings, []);
});

test('fields of flows are not read from expectations', async () => {
  try {
    await run(`select count(*) from '${expectations}' where dport = 3`);
    assert.unreachable();
  } catch (error) {
    assert.instance(error, CtqError);
    assert.match((error as CtqError).message, /holds expectations, not flows/);
    assert.is((error as CtqError).hint, `select from expect in file '${expectations}'`);
  }
});

test.run();
