/** A thread may be ended at any time: what it does then must not take the process with it. */
import { setTimeout as pause } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ReceivingThread } from '../../../../src/engine/netlink/events/receiving-thread.js';

const test = suite('the receiving thread');

/** No socket: the job ends with a fault as soon as the thread gets to it. */
const ORDER = { fd: -1, buffers: 1, bytes: 1 << 16 } as const;

// The moments are not waits: what is tried is the end in the middle of whatever the thread does then.
const MOMENTS = Array.from({ length: 30 }, (_, i) => 8 * i);

test('ended while it starts, loads the C library, works', async () => {
  for (const ms of MOMENTS) {
    const thread = new ReceivingThread();
    const job = thread.start(ORDER);
    await pause(ms);
    await thread.terminate();
    assert.ok(job.over, `${ms} ms after its start`);
  }
});

test('ended before it has started, without a job: a later job fails', async () => {
  const thread = new ReceivingThread();
  await thread.terminate();
  const job = thread.start(ORDER);
  assert.ok(job.over);
  const error = await job.next().catch(reason => reason);
  assert.match(error.message, /the receiving thread ended/);
});

test.run();
