/** The transport's logic against a kernel that answers as no real one can be made to. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ERRNO } from '../../../src/engine/errno.js';
import { CtqError } from '../../../src/engine/errors.js';
import { Prefetcher } from '../../../src/engine/netlink/dump/prefetcher.js';
import { Datagrams } from '../../../src/engine/netlink/messages/datagrams.js';
import { MessageHeaders } from '../../../src/engine/netlink/messages/message-headers.js';
import {
  type FakeReply,
  type FakeRequest,
  type FakeSource,
  fakeSource,
  type Responder,
} from '../../kit/fake-kernel.js';
import * as m from '../../kit/transport-messages.js';

const dumpRequest = m.message(m.GET, m.DUMP);

/** An entry as a dump gives it: tuples, then id. */
function entry(seq: number, n: number, id = n, flags = 2): Buffer {
  return m.message(m.NEW, flags, [m.tuple(1, n), m.tuple(2, n, true), m.attribute(12, m.be32(id))], { seq });
}

async function readAll(source: FakeSource) {
  const dump = source.dump(dumpRequest);
  const flows: number[] = [];
  for await (const { bytes } of dump) for (const { at } of m.messagesOf(bytes)) flows.push(m.flowNumber(bytes, at));
  assert.is(source.openChannels, 0);
  return { flows, repeats: dump.repeats, interrupted: dump.interrupted };
}

async function failure(work: Promise<unknown>): Promise<CtqError> {
  try {
    await work;
  } catch (error) {
    assert.instance(error, CtqError);
    return error as CtqError;
  }
  throw new assert.Assertion({
    message: 'it was expected to fail',
    generated: false,
    operator: 'throws',
    expects: '',
    actual: '',
  } as never);
}

/** The same must come of a dump, wherever it is received. */
for (const inBackground of [false, true]) {
  const fake = (respond: Responder): FakeSource => fakeSource(respond, { inBackground });
  const dumped = (respond: Responder) => readAll(fake(respond));
  const how = inBackground ? ', received in the background' : '';
  const dump = suite(`dump${how}`);

  dump('gives the data messages of its own sequence number, and ends at DONE', async () => {
    let seen: FakeRequest | undefined;
    const { flows } = await dumped(function* (request) {
      seen = request;
      const { seq } = request;
      yield entry(seq + 1, 99);
      yield Buffer.concat([entry(seq, 1), entry(seq - 1, 98), entry(seq, 2)]);
      yield m.errorMessage(seq + 7, ERRNO.EINVAL);
      yield Buffer.concat([entry(seq, 3), m.doneMessage(seq)]);
      yield entry(seq, 97);
    });
    assert.equal(flows, [1, 2, 3]);
    assert.is(seen?.flags, 0x305);
  });

  dump('ends at an ack, as the kernel ends what turns out to be no dump', async () => {
    const { flows } = await dumped(({ seq }) => [entry(seq, 1), m.errorMessage(seq, 0)]);
    assert.equal(flows, [1]);
  });

  dump('an error, in ERROR or in DONE, is thrown after the rows before it', async () => {
    for (const end of [m.errorMessage, m.doneMessage]) {
      const source = fake(({ seq }) => [entry(seq, 1), end(seq, ERRNO.EOPNOTSUPP)]);
      let rows = 0;
      const error = await failure(
        (async () => {
          for await (const _ of source.dump(dumpRequest)) rows++;
        })(),
      );
      assert.is(rows, 1);
      assert.is(error.errno?.name, 'EOPNOTSUPP');
      assert.is(error.kind, 'kernel');
      assert.match(error.message, /^cannot read the conntrack table: /);
      assert.is(source.openChannels, 0);
    }
  });

  dump('silence, overrun, and broken datagrams are errors, never a wait or a crash', async () => {
    const cut = (seq: number) => entry(seq, 1).subarray(0, 60);
    const short = (seq: number) => {
      const bytes = entry(seq, 1);
      bytes.writeUInt32LE(3, 0);
      return bytes;
    };
    const overrun = (seq: number) => {
      const bytes = m.doneMessage(seq);
      bytes.writeUInt16LE(4, 4);
      return bytes;
    };
    const cases: [string, (seq: number) => FakeReply[]][] = [
      ['receive-timeout', () => []],
      ['receive-timeout', seq => [entry(seq, 1)]],
      ['reply-malformed', seq => [cut(seq)]],
      ['reply-malformed', seq => [short(seq)]],
      ['reply-malformed', () => [Buffer.alloc(16)]],
      ['reply-malformed', () => [Buffer.alloc(7)]],
      ['overrun', seq => [overrun(seq)]],
      ['datagram-cut', () => [Buffer.alloc(70_000)]],
      ['kernel-ENOBUFS', () => [{ errno: ERRNO.ENOBUFS }]],
    ];
    for (const [code, replies] of cases) assert.is((await failure(dumped(({ seq }) => replies(seq)))).code, code);
  });

  dump('tells that the kernel marked it as interrupted', async () => {
    assert.is((await dumped(({ seq }) => [entry(seq, 1, 1, 0x12), m.doneMessage(seq)])).interrupted, true);
    assert.is((await dumped(({ seq }) => [entry(seq, 1), m.doneMessage(seq)])).interrupted, false);
  });

  dump('an aborted signal ends it between two chunks, with the reason', async () => {
    const controller = new AbortController();
    const source = fake(function* ({ seq }) {
      for (let n = 0; ; n++) yield entry(seq, n);
    });
    let rows = 0;
    const reason = new Error('enough');
    try {
      for await (const _ of source.dump(dumpRequest, controller.signal)) if (++rows === 3) controller.abort(reason);
      assert.unreachable();
    } catch (error) {
      assert.is(error, reason);
    }
    assert.is(rows, 3);
    assert.is(source.openChannels, 0);
  });

  dump('timers and signals get their turn during an endless one', async () => {
    const source = fake(function* ({ seq }) {
      for (let n = 0; ; n++) yield entry(seq, n);
    });
    let fired = false;
    setTimeout(() => {
      fired = true;
    }, 30);
    for await (const _ of source.dump(dumpRequest)) if (fired) break;
    assert.ok(fired);
    assert.is(source.openChannels, 0);
  });

  dump('closing the source ends it', async () => {
    const source = fake(function* ({ seq }) {
      for (let n = 0; ; n++) yield entry(seq, n);
    });
    const error = await failure(
      (async () => {
        for await (const _ of source.dump(dumpRequest)) await source.close();
      })(),
    );
    assert.is(error.code, 'source-closed');
  });

  dump.run();

  const repeats = suite(`duplicates${how}`);

  repeats('an entry that comes again in one of the next two datagrams is left out and counted', async () => {
    const result = await dumped(({ seq }) => [
      Buffer.concat([entry(seq, 1), entry(seq, 2), entry(seq, 3)]),
      Buffer.concat([entry(seq, 2), entry(seq, 3), entry(seq, 4)]),
      Buffer.concat([entry(seq, 1), entry(seq, 5)]),
      m.doneMessage(seq),
    ]);
    assert.equal(result, { flows: [1, 2, 3, 4, 5], repeats: 3, interrupted: false });
  });

  repeats('what shares an id, or a tuple, but not both is another entry', async () => {
    const result = await dumped(({ seq }) => [
      Buffer.concat([entry(seq, 1, 7), entry(seq, 2, 8)]),
      Buffer.concat([entry(seq, 3, 7), entry(seq, 2, 9)]),
      m.doneMessage(seq),
    ]);
    assert.equal(result.flows, [1, 2, 3, 2]);
    assert.is(result.repeats, 0);
  });

  repeats('the zone is a part of what an entry is', async () => {
    const zoned = (seq: number, zone: number) =>
      m.message(m.NEW, 2, [m.tuple(1, 1), m.attribute(18, m.be16(zone)), m.attribute(12, m.be32(1))], { seq });
    const result = await dumped(({ seq }) => [
      zoned(seq, 1),
      zoned(seq, 2),
      entry(seq, 1),
      zoned(seq, 1),
      m.doneMessage(seq),
    ]);
    // The last is three datagrams after the first: out of memory, and out of the kernel's reach.
    assert.equal(result.flows, [1, 1, 1, 1]);
    const again = await dumped(({ seq }) => [zoned(seq, 1), zoned(seq, 2), zoned(seq, 1), m.doneMessage(seq)]);
    assert.equal(again, { flows: [1, 1], repeats: 1, interrupted: false });
  });

  repeats('many entries, each second datagram sent twice', async () => {
    const result = await dumped(function* ({ seq }) {
      for (let d = 0; d < 50; d++) {
        const datagram = Buffer.concat(
          Array.from({ length: 200 }, (_, i) => entry(seq, d * 200 + i, (d * 200 + i) % 4096)),
        );
        yield datagram;
        if (d % 2 === 1) yield datagram;
      }
      yield m.doneMessage(seq);
    });
    assert.is(result.flows.length, 10_000);
    assert.equal(result.flows, [...Array(10_000).keys()]);
    assert.is(result.repeats, 5000);
  });

  repeats.run();
}

const ahead = suite('prefetcher');

/** A receiver whose calls end when the test says so. */
function slowReceiver() {
  const calls: { readonly most: number; end(count: number): void; fail(error: Error): void }[] = [];
  const receive = (into: Datagrams): Promise<number> =>
    new Promise((end, fail) => calls.push({ most: into.most, end, fail }));
  return { calls, receiving: new Prefetcher(receive) };
}

const turns = (): Promise<void> => new Promise(resolve => setImmediate(resolve));

ahead('the next call is made as soon as one has ended, though no one has looked yet', async () => {
  const { calls, receiving } = slowReceiver();
  for (let n = 1; n <= 3; n++) {
    assert.is(calls.length, n);
    calls[n - 1].end(n);
    await turns();
  }
  for (let n = 1; n <= 3; n++) assert.is((await receiving.next()).count, n);
  calls[3].end(0);
  await receiving.end();
});

ahead('who looks at nothing is not sent more than there are buffers for', async () => {
  const { calls, receiving } = slowReceiver();
  for (let n = 0; n < calls.length; n++) {
    calls[n].end(calls[n].most);
    await turns();
  }
  const buffers = calls.length;
  assert.ok(buffers > 2 && buffers < 20, `${buffers} buffers`);
  await turns();
  assert.is(calls.length, buffers);
  const { buffer } = await receiving.next();
  assert.is(calls.length, buffers, 'a buffer that is looked at is not received into');
  await receiving.next();
  await turns();
  assert.is(calls.length, buffers + 1);
  assert.is(calls[buffers].most, buffer.most);
  calls[buffers].end(1);
  await receiving.end();
});

ahead('nothing ready: the next call is made when the caller asks again', async () => {
  const { calls, receiving } = slowReceiver();
  calls[0].end(0);
  await turns();
  assert.is((await receiving.next()).count, 0);
  await turns();
  assert.is(calls.length, 1);
  const next = receiving.next();
  assert.is(calls.length, 2);
  calls[1].end(2);
  assert.is((await next).count, 2);
  calls[2].end(0);
  await receiving.end();
});

ahead('an error comes after all that came before it, and to everybody who asks again', async () => {
  const { calls, receiving } = slowReceiver();
  calls[0].end(3);
  await turns();
  const error = new Error('no more');
  calls[1].fail(error);
  await turns();
  assert.is((await receiving.next()).count, 3);
  for (let again = 0; again < 2; again++) assert.is(await receiving.next().catch(reason => reason), error);
  assert.is(calls.length, 2);
  await receiving.end();
});

ahead('its end waits for the call that is under way, and there is no other', async () => {
  const { calls, receiving } = slowReceiver();
  let hasEnded = false;
  const end = receiving.end().then(() => {
    hasEnded = true;
  });
  await turns();
  assert.not.ok(hasEnded);
  calls[0].end(4);
  await end;
  assert.is(calls.length, 1);
});

ahead.run();

const headers = suite('message headers');

headers('have the layout of the C library, with pointers of either size', () => {
  const room = new Datagrams(2);
  for (const pointerSize of [4, 8]) {
    const addressOf = (bytes: ArrayBuffer): bigint => (bytes === room.buffer.bytes.buffer ? 0x30_0000n : 0x1000n);
    const made = new MessageHeaders({ addressOf, pointerSize }, room);
    const read = (field: number): number => new DataView(made.bytes.buffer).getUint32(field * pointerSize, true);
    // struct mmsghdr, twice: msg_iov and msg_iovlen are its third and fourth field; then struct iovec, twice.
    const expected = Array(20).fill(0);
    expected[2] = 0x1000 + 16 * pointerSize;
    expected[10] = 0x1000 + 18 * pointerSize;
    expected[3] = expected[11] = 1;
    expected[16] = 0x30_0000;
    expected[18] = 0x30_0000 + 65_536;
    expected[17] = expected[19] = 65_536;
    assert.equal(
      expected.map((_, field) => read(field)),
      expected,
    );
    new DataView(made.bytes.buffer).setUint32(15 * pointerSize, 1234, true);
    assert.is(made.lengthOf(1), 1234);
    assert.is(made.lengthOf(0), 0);
  }
});

headers.run();

const exchange = suite('exchange');

exchange('gives the messages before the ack', async () => {
  const source = fakeSource(({ seq, flags }) => {
    assert.is(flags & 5, 5);
    return [entry(seq + 1, 9), entry(seq, 1), m.errorMessage(seq, 0)];
  });
  const messages = await source.exchange(m.getFlow(1));
  assert.equal(
    messages.map(bytes => m.flowNumber(bytes, 0)),
    [1],
  );
});

exchange('does not write into the request', async () => {
  const request = m.getFlow(1);
  const before = Buffer.from(request);
  await fakeSource(({ seq }) => [m.errorMessage(seq, 0)]).exchange(request);
  assert.equal(request, before);
});

exchange('errors say what was done and what the kernel says, and cannot steer a terminal', async () => {
  const source = fakeSource(({ seq }) => [m.errorMessage(seq, ERRNO.EINVAL, 'bad \x1b[31m thing')]);
  const error = await failure(source.exchange(m.createFlow(1)));
  assert.match(error.message, /^cannot create a conntrack entry: .*\(EINVAL\); the kernel says: bad \\x1b\[31m thing$/);
  assert.equal(error.errno, { number: 22, name: 'EINVAL' });
  assert.is(error.exitCode, 1);
});

exchange('EPERM is a missing privilege, unless a harmless request is answered', async () => {
  const refused = fakeSource(({ seq }) => [m.errorMessage(seq, ERRNO.EPERM)]);
  const missing = await failure(refused.exchange(m.message(m.NEW, 0, [m.tuple(1, 1)])));
  assert.is(missing.kind, 'permission');
  assert.match(missing.message, /CAP_NET_ADMIN/);
  assert.match(missing.hint ?? '', /unshare -Urn/);
  const fixed = fakeSource(({ seq, type }) => [m.errorMessage(seq, type === m.GET_STATS ? 0 : ERRNO.EPERM)]);
  assert.is((await failure(fixed.exchange(m.message(m.NEW, 0, [m.tuple(1, 1)])))).code, 'timeout-fixed');
});

exchange('silence and foreign answers alone end in an error', async () => {
  assert.is((await failure(fakeSource(() => []).exchange(m.getFlow(1)))).code, 'receive-timeout');
  const foreign = fakeSource(({ seq }) => [m.errorMessage(seq + 1, 0)]);
  assert.is((await failure(foreign.exchange(m.getFlow(1)))).code, 'receive-timeout');
});

exchange.run();

const batch = suite('batch');

/** Answers like the kernel: errors always, acks where asked for. */
function table(errors: (index: number) => number): { respond: Responder; count: () => number } {
  let index = 0;
  return {
    count: () => index,
    respond: ({ seq, flags }) => {
      const errno = errors(index++);
      return errno !== 0 || (flags & 4) !== 0 ? [m.errorMessage(seq, errno)] : [];
    },
  };
}

batch('tells which of many failed, over several sends', async () => {
  const { respond, count } = table(i => (i % 150 === 149 ? ERRNO.EEXIST : i === 3 ? ERRNO.ENOENT : 0));
  const failed: [number, number][] = [];
  const outcome = await fakeSource(respond).batch(
    (function* () {
      for (let n = 0; n < 900; n++) yield m.createFlow(n);
    })(),
    { onFailure: (index, errno) => failed.push([index, errno]) },
  );
  assert.equal(outcome, { sent: 900, failed: 7 });
  assert.is(count(), 900);
  assert.equal(failed, [
    [3, 2],
    [149, 17],
    [299, 17],
    [449, 17],
    [599, 17],
    [749, 17],
    [899, 17],
  ]);
});

batch('takes items of many messages, at any place in memory, and asynchronous ones', async () => {
  const seen: Buffer[] = [];
  const source = fakeSource(({ seq, flags, bytes }) => {
    const own = Buffer.from(bytes);
    own.fill(0, 6, 16);
    seen.push(own);
    return (flags & 4) !== 0 ? [m.errorMessage(seq, 0)] : [];
  });
  const flows = Array.from({ length: 450 }, (_, n) => m.deleteFlow(n));
  const odd = Buffer.concat([Buffer.alloc(1), ...flows]).subarray(1);
  async function* items() {
    yield odd;
    yield flows[0];
  }
  assert.equal(await source.batch(items()), { sent: 451, failed: 0 });
  const expected = [...flows, flows[0]].map(bytes => {
    const own = Buffer.from(bytes);
    own.fill(0, 6, 16);
    return own;
  });
  assert.equal(seen, expected);
});

batch('a full privilege check refuses a whole send with one error and no fence', async () => {
  let first = true;
  const source = fakeSource(({ seq }) => {
    const replies = first ? [m.errorMessage(seq, ERRNO.EPERM)] : [];
    first = false;
    return replies;
  });
  const error = await failure(source.batch([m.createFlow(1), m.createFlow(2)]));
  assert.is(error.kind, 'permission');
});

batch('an EPERM of the first message alone is a fixed timeout', async () => {
  const { respond } = table(i => (i === 0 ? ERRNO.EPERM : 0));
  const codes: string[] = [];
  const update = m.message(m.NEW, 0, [m.tuple(1, 1), m.attribute(7, m.be32(1))]);
  const outcome = await fakeSource(respond).batch([update, update], {
    onFailure: (_, __, error) => codes.push(error().code),
  });
  assert.equal(outcome, { sent: 2, failed: 1 });
  assert.equal(codes, ['timeout-fixed']);
});

batch('lost answers, with or without the fence, are an error', async () => {
  for (const fence of [true, false]) {
    const source = fakeSource(({ seq, flags }) =>
      (flags & 4) === 0 ? [{ errno: ERRNO.ENOBUFS }] : fence ? [m.errorMessage(seq, 0)] : [],
    );
    assert.is((await failure(source.batch([m.createFlow(1), m.createFlow(2)]))).code, 'answers-lost');
  }
  assert.is((await failure(fakeSource(() => []).batch([m.createFlow(1)]))).code, 'receive-timeout');
});

batch('sends no more at once than the receive buffer has room for answers', async () => {
  let inSend = 0;
  let most = 0;
  const source = fakeSource(
    ({ seq, flags }) => {
      most = Math.max(most, ++inSend);
      if ((flags & 4) === 0) return [];
      inSend = 0;
      return [m.errorMessage(seq, 0)];
    },
    { receiveLimit: 832 * 12 },
  );
  await source.batch(Array.from({ length: 50 }, (_, n) => m.createFlow(n)));
  assert.is(most, 10);
});

batch('a request with a wrong length never reaches the kernel', async () => {
  const { respond, count } = table(() => 0);
  for (const length of [0, 19, 21, 4000]) {
    const bad = m.createFlow(1);
    bad.writeUInt32LE(length, 0);
    assert.is((await failure(fakeSource(respond).batch([bad]))).kind, 'internal');
    assert.is((await failure(fakeSource(respond).exchange(bad))).kind, 'internal');
  }
  assert.is(count(), 0);
});

batch('stops between two sends when aborted', async () => {
  const { respond, count } = table(() => 0);
  const controller = new AbortController();
  const reason = new Error('enough');
  try {
    await fakeSource(respond).batch(
      (function* () {
        for (let n = 0; ; n++) {
          if (n === 350) controller.abort(reason);
          yield m.createFlow(n);
        }
      })(),
      { signal: controller.signal },
    );
    assert.unreachable();
  } catch (error) {
    assert.is(error, reason);
  }
  assert.is(count(), 400);
});

batch.run();
