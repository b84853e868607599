/** What is shown while a query reads, and the rows that are shown of a long result. */
import { PassThrough } from 'node:stream';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { TransientLine } from '../../../src/shell/display/transient-line.js';
import { MonitorCheck } from '../../../src/shell/session/checking/monitor-check.js';
import { Messages } from '../../../src/shell/session/messages/messages.js';
import { UserTime } from '../../../src/shell/session/messages/user-time.js';
import { FirstRows } from '../../../src/shell/statements/results/first-rows.js';
import { readingText } from '../../../src/shell/statements/results/reading-line.js';

const test = suite('progress');

test('rows read, of how many, and the rate', () => {
  assert.is(readingText(120_000, 244_173, 2.5), '120000 of 244173 rows read, 48000/s');
  assert.is(readingText(10, undefined, 1), '10 rows read, 10/s');
  // The table has grown since its entries were counted.
  assert.is(readingText(11, 10, 0), '11 rows read');
});

test('what is said erases the line first', () => {
  const stderr = Object.assign(new PassThrough(), { isTTY: true, columns: 30 });
  const io = { stdin: process.stdin, stdout: stderr, stderr, env: {} };
  const messages = new Messages(io, () => false, new MonitorCheck(false));
  const line = new TransientLine(stderr);
  messages.transient = line;
  line.show('x'.repeat(40));
  messages.print('warning', 'careful');
  const all = Array.from({ length: 3 }, () => stderr.read() ?? '').join('');
  assert.is(all, `\r${'x'.repeat(29)}\u001b[K\r\u001b[Kwarning: careful\n`);
  line.clear();
  assert.is(stderr.read(), null);
});

test('the first rows of a result', () => {
  const shown: unknown[] = [];
  const first = new FirstRows(
    { begin() {}, entry() {}, row: values => void shown.push(...values), end: () => void shown.push('end') },
    2,
  );
  first.begin({ table: 'conntrack' });
  first.row([1]);
  first.row([2]);
  assert.not.ok(first.isCut);
  first.row([3]);
  first.end();
  assert.ok(first.isCut);
  assert.equal(shown, [1, 2, 'end']);
});

test('the time of the user counts once, and not that of statements', async () => {
  const time = new UserTime();
  assert.is(time.total, 0);
  let done: () => void = () => {};
  const waiting = time.during(
    new Promise<void>(resolve => {
      done = resolve;
    }),
  );
  const inner = time.during(Promise.resolve(1));
  assert.is(await inner, 1);
  const before = time.total;
  while (time.total === before);
  done();
  await waiting;
  const total = time.total;
  await new Promise(resolve => setTimeout(resolve, 5));
  assert.is(time.total, total);
});

test.run();
