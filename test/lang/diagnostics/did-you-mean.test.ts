import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { distance, nearest, nearestAll } from '../../../src/lang/diagnostics/did-you-mean.js';

const test = suite('did you mean');

test('distance counts insertions, deletions, replacements and swaps', () => {
  const CASES: readonly (readonly [string, string, number])[] = [
    ['', '', 0],
    ['abc', '', 3],
    ['abc', 'abc', 0],
    ['wehre', 'where', 1],
    ['from', 'fron', 1],
    ['from', 'form', 1],
    ['from', 'fro', 1],
    ['kitten', 'sitting', 3],
    ['ab', 'ba', 1],
  ];
  for (const [a, b, expected] of CASES) {
    assert.is(distance(a, b), expected, `${a} ${b}`);
    assert.is(distance(b, a), expected, `${b} ${a}`);
  }
});

const FIELDS = ['src', 'dst', 'sport', 'dport', 'state', 'status', 'orig.packets', 'reply.packets', 'timeout', 'zone'];

const CASES: readonly (readonly [string, string | undefined])[] = [
  ['sttus', 'status'],
  ['STATE', 'state'],
  ['dprot', 'dport'],
  ['orig.packet', 'orig.packets'],
  ['time', 'timeout'],
  ['rsc', 'src'],
  ['xyzzy', undefined],
  ['q', undefined],
  ['', undefined],
  ['a'.repeat(1000), undefined],
];
for (const [word, expected] of CASES) test(`'${word.slice(0, 20)}'`, () => assert.is(nearest(word, FIELDS), expected));

test('likeliest first, each once, no more than asked for', () => {
  assert.equal(nearestAll('stat', ['status', 'state', 'start', 'state', 'zone']), ['state', 'start', 'status']);
  assert.equal(nearestAll('stat', ['status', 'state', 'start'], 1), ['state']);
});

test.run();
