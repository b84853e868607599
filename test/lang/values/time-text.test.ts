/** Times as people write them. */
import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { isoSeconds, parseTime } from '../../../src/lang/values/iso-time.js';
import { dayAfter, isTimeWord, readTime } from '../../../src/lang/values/time-text.js';

const test = suite('times as people write them');

const NOW = parseTime('2026-11-24T12:00:00Z')!;
const read = (text: string, now = NOW): string => {
  const time = readTime(text, now);
  return typeof time === 'object' ? `${time.message} | ${time.hint}` : isoSeconds(Number(BigInt(time) / 1_000_000n));
};

for (const [text, expected] of [
  ['2026-11-24T10:00:00Z', '2026-11-24T10:00:00Z'],
  ['2026-11-24', '2026-11-24T00:00:00Z'],
  ['2026-11-24 9:05', '2026-11-24T09:05:00Z'],
  ['2026-11-24 10:00:00 +0100', '2026-11-24T09:00:00Z'],
  ['2026-11-24T10:00:00-05:30', '2026-11-24T15:30:00Z'],
  ['2026-11-24 10:00 UTC', '2026-11-24T10:00:00Z'],
  ['2028-02-29', '2028-02-29T00:00:00Z'],
  ['2000-02-29 10:00 Europe/Berlin', '2000-02-29T09:00:00Z'],
  ['2026-12-31 24:00', '2027-01-01T00:00:00Z'],
  ['2026-03-29 01:59 Europe/Berlin', '2026-03-29T00:59:00Z'],
  ['2026-03-29 03:00 Europe/Berlin', '2026-03-29T01:00:00Z'],
  ['now', '2026-11-24T12:00:00Z'],
  ['yesterday', '2026-11-23T00:00:00Z'],
  ['Yesterday 14:00', '2026-11-23T14:00:00Z'],
  ['today 14:00:59', '2026-11-24T14:00:59Z'],
  ['tomorrow', '2026-11-25T00:00:00Z'],
  ['2026-11-24 10:00 Europe/Berlin', '2026-11-24T09:00:00Z'],
  ['2026-07-24 10:00 Europe/Berlin', '2026-07-24T08:00:00Z'],
  // It is the 25th there.
  ['today 01:00 Pacific/Auckland', '2026-11-24T12:00:00Z'],
  ['yesterday Pacific/Kiritimati', '2026-11-23T10:00:00Z'],
] as const)
  test(text, () => assert.is(read(text), expected));

for (const [text, pattern] of [
  [
    '2026-10-25 02:30 Europe/Berlin',
    /is ambiguous: .* set back \| write '2026-10-25T02:30\+02:00' or '2026-10-25T02:30\+01:00'/,
  ],
  [
    '2026-03-29 02:30 Europe/Berlin',
    /does not exist: .* set forward \| write '2026-03-29T02:30\+01:00' or '2026-03-29T02:30\+02:00'/,
  ],
  ['2026-04-05 01:45 Australia/Lord_Howe', /is ambiguous: .*'2026-04-05T01:45\+11:00' or '2026-04-05T01:45\+10:30'/],
  ['2026-11-24 10:00 CET', /'CET' is not the name of a time zone \| .*\+01:00/],
  ['2026-11-24 10:00 Europe/Bonn', /unknown time zone 'Europe\/Bonn'/],
  ['2026-13-45', /^invalid time '2026-13-45' \| write '2026-11-24T10:00:00Z'/],
  ['2026-11-31', /^invalid time '2026-11-31' \| 2026-11 has 30 days/],
  ['2026-02-30T10:00:00Z', /^invalid time .* \| 2026-02 has 28 days/],
  ['2026-02-29 10:00 Europe/Berlin', /^invalid time .* \| 2026-02 has 28 days/],
  ['2028-02-30 10:00 +01:00', /^invalid time .* \| 2028-02 has 29 days/],
  ['1900-02-29', /^invalid time .* \| 1900-02 has 28 days/],
  ['2026-11-32', /^invalid time '2026-11-32' \| write/],
  ['14:03', /write 'today 14:03' or 'yesterday 14:03'/],
  ['10m ago', /write without quotes: now\(\) - 10m/],
  ['2 Hours ago', /write without quotes: now\(\) - 2h/],
  ['1795521600', /write '2026-11-24T12:00:00Z'/],
  ['Tue, 24 Nov 2026 13:00:00 +0100', /write '2026-11-24T12:00:00Z'/],
  ['24/Nov/2026:13:00:00 +0100', /write '2026-11-24T12:00:00Z'/],
  ['now 10:00', /^invalid time/],
  ['', /^invalid time ''/],
] as const)
  test(`not a time: ${text}`, () => assert.match(read(text), pattern));

test('the day after', () => {
  assert.is(dayAfter('2026-02-28'), '2026-03-01');
  assert.is(dayAfter('yesterday'), 'today');
  assert.is(dayAfter('Today'), 'tomorrow');
  assert.is(dayAfter('2026-02-29'), undefined);
  assert.is(dayAfter('2028-02-29'), '2028-03-01');
  assert.is(dayAfter('2026-02-28 10:00'), undefined);
  assert.is(dayAfter('now'), undefined);
  assert.ok(isTimeWord('Yesterday') && !isTimeWord('forever'));
});

test('the time of a clock on the wall is read back in every zone, or both of its meanings are said', () => {
  const zones = ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'America/St_Johns'];
  const years = { min: Date.UTC(2000), max: Date.UTC(2030) };
  // Times around the changes of the clock in Europe and America are as frequent as others.
  const changes = [
    Date.UTC(2026, 9, 25, 1),
    Date.UTC(2026, 2, 29, 1),
    Date.UTC(2026, 10, 1, 6),
    Date.UTC(2026, 3, 4, 15),
  ];
  const time = fc.oneof(
    fc.integer(years),
    fc.tuple(fc.constantFrom(...changes), fc.integer({ min: -7_200_000, max: 7_200_000 })).map(([at, by]) => at + by),
  );
  fc.assert(
    fc.property(time, fc.constantFrom(...zones), (ms, timeZone) => {
      const whole = Math.floor(ms / 1000) * 1000;
      const wall = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' }).format(
        whole,
      );
      const found = readTime(`${wall} ${timeZone}`, NOW);
      const meanings =
        typeof found === 'object' ? [...found.hint.matchAll(/'([^']+)'/g)].map(([, text]) => parseTime(text)) : [found];
      assert.is(meanings.length, typeof found === 'object' ? 2 : 1);
      assert.ok(
        meanings.some(each => each !== undefined && BigInt(each) === BigInt(whole) * 1_000_000n),
        `${wall} ${timeZone}`,
      );
    }),
  );
});

test.run();
