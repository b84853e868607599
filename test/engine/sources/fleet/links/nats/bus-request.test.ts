/** Requests near the end of a deadline. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { CtqError } from '../../../../../../src/engine/errors.js';
import { noAnswer } from '../../../../../../src/engine/sources/fleet/links/link.js';
import type { Bus } from '../../../../../../src/engine/sources/fleet/links/nats/bus.js';
import { requestFrame } from '../../../../../../src/engine/sources/fleet/links/nats/bus-request.js';

const test = suite('requests to members');

/** A bus that answers nothing, and keeps how long it may take. */
function silentBus(times: number[]): Bus {
  return {
    async request(_subject: string, _bytes: Uint8Array, ms: number) {
      times.push(ms);
      throw noAnswer();
    },
  } as unknown as Bus;
}

test('the last part of a millisecond is a whole one: the client of NATS refuses less', async () => {
  const times: number[] = [];
  const end = performance.now() + 0.9;
  const request = requestFrame(silentBus(times), 'ctq.v1.part.gw1', Buffer.from('{}'), {
    times: [1000],
    signal: undefined,
    end,
  });
  const error = await request.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof CtqError && error.code === 'fleet-silent');
  assert.equal(times, [1]);
});

test('after the deadline nothing is sent', async () => {
  const times: number[] = [];
  const options = { times: [1000, 2000], signal: undefined, end: performance.now() - 1 };
  await requestFrame(silentBus(times), 'ctq.v1.part.gw1', Buffer.from('{}'), options).then(
    () => assert.unreachable(),
    (reason: unknown) => assert.ok(reason instanceof CtqError && reason.code === 'fleet-silent'),
  );
  assert.equal(times, []);
});

test.run();
