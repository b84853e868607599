/** How many parts of answers the links of a fleet hold. */
import { setImmediate as turn } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Bus } from '../../../../../../src/engine/sources/fleet/links/nats/bus.js';
import { BusLink, partTurns } from '../../../../../../src/engine/sources/fleet/links/nats/bus-link.js';
import { encodeFrame, type MemberFrame } from '../../../../../../src/engine/sources/fleet/protocol/protocol.js';

const test = suite('links of a message server');

const PARTS = 6;
const TOTALS = { read: 1, kept: 1, repeats: 0, warnings: [] };

/** A server whose members all have the same answer. Counts the parts that are asked for. */
function partsBus(): Bus & { asked: number } {
  const answer = (subject: string, bytes: Uint8Array): MemberFrame => {
    if (!subject.startsWith('ctq.v1.part.')) return { kind: 'begin', version: 'test', shape: 'x', time: 0 };
    const { kind, part } = JSON.parse(Buffer.from(bytes).toString('utf8'));
    if (kind === 'wait') return { kind: 'ready', parts: PARTS };
    bus.asked++;
    const body = Buffer.from([part]);
    return { kind: 'part', part, body, ...(part === PARTS - 1 ? { last: TOTALS } : {}) };
  };
  const bus = {
    asked: 0,
    request: async (subject: string, bytes: Uint8Array) => encodeFrame(answer(subject, bytes)),
    serve: () => {},
    publish: () => {},
    roundTrip: async () => 0,
    isClosed: false,
    close: async () => {},
  };
  return bus;
}

test('one part of each member, and some more of all of them together, until they are taken', async () => {
  const bus = partsBus();
  const turns = partTurns();
  const answers = Array.from({ length: 50 }, (_, i) =>
    new BusLink(bus, `gw${i}`, turns).ask(
      { id: `${i}`, gateway: `gw${i}`, text: '', values: new Map(), wanted: 'rows', isBest: false },
      { shape: 'x', deadline: 10_000 },
    ),
  );
  const first = await Promise.all(answers.map(answer => answer.next()));
  for (let i = 0; i < 50; i++) await turn();
  assert.is(bus.asked, 50 + 32);
  assert.equal(
    first.map(({ value }) => [...(value as Uint8Array)]),
    Array.from({ length: 50 }, () => [0]),
  );
  // All of them arrive, in their order; one that is left early gives its turns back.
  await answers[0].return(TOTALS);
  for (const answer of answers.slice(1)) {
    const bodies: number[] = [];
    let result = await answer.next();
    for (; result.done !== true; result = await answer.next()) bodies.push(...result.value);
    assert.equal([bodies, result.value], [[1, 2, 3, 4, 5], TOTALS]);
  }
  for (let i = 0; i < 32; i++) assert.ok(turns.ahead.tryBegin());
  assert.is(turns.ahead.tryBegin(), undefined);
});

test.run();
