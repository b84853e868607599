import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { HERE } from '../../../src/lang/schema/places.js';
import { fuzzyMatch } from '../../../src/lang/services/completion/fuzzy.js';
import { mayContinue } from '../../../src/lang/services/may-continue.js';
import { hasFinalError, mistakesIn } from '../../../src/lang/services/mistakes.js';
import { ENVIRONMENT } from '../../kit/environment.js';

const test = suite('while typing');

test('a clause may follow', () => {
  for (const text of [
    'select from conntrack',
    'select src from conntrack where dport = 53',
    'delete from conntrack where src = 10.0.0.1',
    'watch from conntrack on new',
    'echo 1; select from conntrack',
  ])
    assert.ok(mayContinue(text), text);
});

test('nothing can follow sensibly', () => {
  for (const text of [
    'select from conntrack;',
    'select src from conntrack limit 10',
    'select from conntrack output json',
    'show tables',
    'count conntrack',
    'help select',
    'set timing = off',
    'use netns blue',
    "echo 1, 'x'",
    'let x = 5',
    'flush conntrack',
    'slect',
    '',
  ])
    assert.not(mayContinue(text), text);
});

/** [the text with the cursor, the mistakes that are marked] */
const MISTAKES: readonly (readonly [string, readonly string[]])[] = [
  ['select srcc from conntrack|', ['srcc']],
  ['select srcc| from conntrack', []],
  ['select src from conntrack where |', []],
  ['select src from contrack where |', ['contrack']],
  ['select from conntrack where bites > 5 and |', ['bites']],
  ['select src, count(*) from conntrack|', []],
  ['select src, count(*) from conntrack;|', ['src']],
  ["select from conntrack where helper = 'ft|", []],
  ["select name from 'x.csv' where |", []],
  ['select src, , dport from conntrack |', [',']],
  ['echo 1; slect 2 |', ['slect']],
  ['select from conntrack where bites > 5 and dport = |', ['bites']],
  ['select from conntrack where state = ESTABLISHD and |', ['ESTABLISHD']],
  ['select from conntrack where state = ESTABLISHD or dport = |', ['ESTABLISHD']],
  ['select from conntrack where state = ESTABLISHD |', ['ESTABLISHD']],
  ['select from conntrack where state = ESTABLISHD|', []],
  ['select from conntrack where state = ESTABLISHD limit |', ['ESTABLISHD']],
  ['select from conntrack where dport = 99999 |', ['99999']],
  ['select from conntrack where dport = 99999|', []],
  ['select from conntrack where dport = 99999 and src = |', ['99999']],
  ['select from conntrack where age > 5xb |', ['xb']],
  // These can be right yet.
  ['select from conntrack where age |', []],
  ['select from conntrack where src = 10.0.0.1 and age |', []],
  ['select from conntrack where dport between 1 and |', []],
  ['select from conntrack where bytes > 5 * |', []],
  ['select from conntrack where src = |', []],
  ['select from conntrack where src in (select |', []],
  ['select from conntrack order by |', []],
  ['delete from conntrack where |', []],
];
for (const [written, wanted] of MISTAKES) {
  test(`mistakes: ${written}`, () => {
    const cursor = written.indexOf('|');
    const text = written.replace('|', '');
    const found = mistakesIn(text, cursor, { environment: ENVIRONMENT, variables: new Map(), place: HERE });
    assert.equal(
      found.map(({ start, end }) => text.slice(start, end)),
      wanted,
    );
  });
}

test('what no further clause corrects', () => {
  for (const [text, isFinal] of [
    ['select from conntrak', true],
    ['select src, bites from conntrack where src = 10.0.0.1', true],
    ['select from conntrack where bites > 1', true],
    ['select from conntrack where src = 10.0.0.1', false],
    // A join may define it, or a group.
    ['select bites from conntrack', false],
    ['select x.src from conntrack', false],
    ['select src, count(*) from conntrack where proto = tcp', false],
    ["select name from 'x.csv' where a = 1", false],
  ] as const)
    assert.is(hasFinalError(text, { environment: ENVIRONMENT, variables: new Map(), place: HERE }), isFinal, text);
});

test('how well a text matches', () => {
  const score = (typed: string, text: string): number => fuzzyMatch(typed, text) ?? -1;
  assert.ok(score('src', 'src') > score('src', 'srckey'));
  assert.ok(score('src', 'srckey') > score('src', 'orig.src'));
  assert.ok(score('src', 'orig.src') > score('rc', 'orig.src'));
  assert.ok(score('gbs', 'group by src') > score('gbs', 'grab a b and s'));
  assert.is(fuzzyMatch('xyz', 'src'), undefined);
  assert.is(fuzzyMatch('rs', 'src'), undefined);
});

test.run();
