/** Queries and changes of a kernel that answers late, in pieces, out of order, with errors and losses. */
import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ERRNO } from '../../../src/engine/errno.js';
import { CtqError } from '../../../src/engine/errors.js';
import type { Source } from '../../../src/engine/sources/source.js';
import { select } from '../../kit/engine.js';
import { type FakeReply, fakeSource, type Responder } from '../../kit/fake-kernel.js';
import * as m from '../../kit/transport-messages.js';
import { change, testSession } from '../change/support.js';

const test = suite('faults of the kernel');
const MAX = 40;

const entry = (seq: number, n: number, flags = 2): Buffer =>
  m.message(m.NEW, flags, [m.tuple(1, n), m.tuple(2, n, true), m.attribute(3, m.be32(8)), m.attribute(12, m.be32(n))], {
    seq,
  });

async function outcome<T>(work: () => Promise<T>): Promise<T | CtqError> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof CtqError) return error;
    throw error;
  }
}

const ids = async (source: Source): Promise<number[] | CtqError> => {
  const result = await outcome(() => select('select id from conntrack', { source }));
  return result instanceof CtqError ? result : result.rows.map(([id]) => id as number).sort((a, b) => a - b);
};

/** What may be between the datagrams of an honest answer without changing it. */
const NOISE: readonly ((seq: number) => Buffer)[] = [
  seq => entry(seq - 1, 900),
  seq => m.errorMessage(seq + 5, ERRNO.EINVAL),
  seq => m.doneMessage(seq + 1),
  // NLMSG_NOOP.
  seq => m.message(1, 0, [], { seq }),
];

/** An answer cut into datagrams at any place between two messages, in any order, with noise. */
const answer = fc.record({
  order: fc.shuffledSubarray(
    Array.from({ length: MAX }, (_, n) => n + 1),
    { minLength: 1 },
  ),
  cuts: fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 10 }),
  noise: fc.array(fc.nat(NOISE.length - 1), { maxLength: 4 }),
  interrupted: fc.boolean(),
  end: fc.constantFrom<'done' | 'error' | 'overrun' | 'silence'>('done', 'done', 'error', 'overrun', 'silence'),
});

function responder({ order, cuts, noise, interrupted, end }: typeof answer extends fc.Arbitrary<infer T> ? T : never) {
  return function* ({ seq }: { seq: number }): Generator<FakeReply> {
    let at = 0;
    for (let turn = 0; at < order.length; turn++) {
      const size = cuts[turn % cuts.length];
      const part = order.slice(at, at + size).map((n, i) => entry(seq, n, interrupted && at + i === 0 ? 0x12 : 2));
      yield Buffer.concat(part);
      at += size;
      if (turn < noise.length) yield NOISE[noise[turn]](seq);
    }
    if (end === 'done') yield m.doneMessage(seq);
    if (end === 'error') yield m.errorMessage(seq, ERRNO.ENOMEM);
    if (end === 'overrun') yield { errno: ERRNO.ENOBUFS };
  } satisfies Responder;
}

test('a query gives every entry once, or an error: never a part as if it were all', async () => {
  await fc.assert(
    fc.asyncProperty(answer, async made => {
      const source = fakeSource(responder(made));
      const found = await ids(source);
      if (made.end === 'done')
        assert.equal(
          found,
          [...made.order].sort((a, b) => a - b),
        );
      else assert.instance(found, CtqError);
      assert.is(source.openChannels, 0);
    }),
    { numRuns: 300 },
  );
});

test('a dump that the kernel marks as interrupted is reported', async () => {
  const made = { order: [1, 2, 3], cuts: [2], noise: [], end: 'done' as const };
  const quiet = await select('select id from conntrack', {
    source: fakeSource(responder({ ...made, interrupted: false })),
  });
  assert.equal(quiet.warnings, []);
  const warned = await select('select id from conntrack', {
    source: fakeSource(responder({ ...made, interrupted: true })),
  });
  assert.is(warned.rows.length, 3);
  assert.match(warned.warnings.join(), /may be missing or duplicated/);
});

test('a delete counts what was deleted, what had gone, and what was refused, whatever the kernel answers to each', async () => {
  const verdict = fc.constantFrom<number>(0, ERRNO.ENOENT, ERRNO.EBUSY, ERRNO.ETIME);
  await fc.assert(
    fc.asyncProperty(fc.array(verdict, { minLength: 1, maxLength: MAX }), async verdicts => {
      let next = 0;
      const source = fakeSource(function* ({ type, flags, seq }) {
        if (type === m.GET) {
          for (let n = 1; n <= verdicts.length; n++) yield entry(seq, n);
          yield m.doneMessage(seq);
          return;
        }
        const errno = verdicts[next++];
        if (errno !== 0 || (flags & 4) !== 0) yield m.errorMessage(seq, errno);
      });
      const session = testSession({ source: () => source });
      const summary = await change('delete from conntrack where id > 0', session);
      const of = (...wanted: number[]): number => verdicts.filter(each => wanted.includes(each)).length;
      assert.equal(
        [summary.matched, summary.deleted, summary.gone, summary.refused],
        [verdicts.length, of(0), of(ERRNO.ENOENT), of(ERRNO.EBUSY, ERRNO.ETIME)],
      );
    }),
    { numRuns: 150 },
  );
});

test('a batch whose answers are lost is an error, and not a success', async () => {
  const source = fakeSource(function* ({ type, seq }) {
    if (type === m.GET) {
      yield entry(seq, 1);
      yield m.doneMessage(seq);
    } else yield { errno: ERRNO.ENOBUFS };
  });
  const result = await outcome(() =>
    change('delete from conntrack where id > 0', testSession({ source: () => source })),
  );
  assert.instance(result, CtqError);
  assert.is((result as CtqError).code, 'answers-lost');
});

test.run();
