/** Values as people read them: units for sizes, times and rates; counts are exact. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { shower } from '../../../src/engine/formats/writing/format.js';
import { humanText } from '../../../src/engine/formats/writing/format-value.js';
import { check } from '../../../src/lang/check/check.js';
import type { Type } from '../../../src/lang/schema/type.js';
import { parse } from '../../../src/lang/syntax/parse.js';
import { ENVIRONMENT } from '../../kit/environment.js';

const test = suite('units');

/** The type of an expression over the flows of a repeated query. */
function typeOf(expression: string, rest = ''): Type {
  const [statement] = parse(`select ${expression} as x from conntrack ${rest} every 1s`).statements;
  const { value, diagnostics } = check(statement, ENVIRONMENT, new Map());
  assert.equal(diagnostics, []);
  if (value?.kind !== 'select' || value.columns === undefined) throw new Error(expression);
  return value.columns[0].expr.type;
}

const shown = (value: number | bigint, expression: string): string =>
  humanText(value, typeOf(expression), ENVIRONMENT, 'x');

test('a time since which something is so', () => {
  const column = { name: 'since', type: { name: 'time' }, isSince: true } as const;
  const show = (human: boolean) => shower({ environment: ENVIRONMENT, human, names: undefined, modifiers: new Set() });
  const ago = (seconds: number): bigint => BigInt(Date.now() - seconds * 1000) * 1_000_000n;
  assert.is(show(true)(ago(4 * 86400 + 3 * 3600 + 30), column), '4d3h ago');
  assert.is(show(true)(ago(-20), column), '0s ago');
  assert.match(show(false)(ago(10), column), /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
});

test('bytes have units whatever their column is called', () => {
  for (const expression of ['bytes', 'sum(bytes)', 'max(orig.bytes)', 'avg(bytes)', 'sum(bytes) + sum(reply.bytes)'])
    assert.is(shown(3_145_728, expression), '3.0 MiB', expression);
  assert.is(shown(18_446_744_073_709_551_615n, 'bytes'), '16.0 EiB');
  assert.is(shown(1_048_570, 'bytes'), '1.0 MiB');
});

test('counts are exact', () => {
  for (const expression of ['count(*)', 'packets', 'sum(packets)', 'mark', 'bytes * 2']) {
    assert.is(shown(4178, expression), '4178', expression);
    assert.is(humanText(4178, typeOf(expression), ENVIRONMENT, 'flows'), '4178', expression);
  }
});

test('rates are a second', () => {
  assert.is(shown(106_054.118, 'rate(bytes)'), '104 KiB/s');
  assert.is(shown(12.34567, 'rate(*)'), '12.346/s');
});

test('a file’s column of bytes', () => {
  assert.is(humanText(2048, { name: 'integer' }, ENVIRONMENT, 'bytes'), '2.0 KiB');
  assert.is(humanText(2048, { name: 'integer' }, ENVIRONMENT, 'sum(bytes)'), '2.0 KiB');
  assert.is(humanText(2048, { name: 'port' }, ENVIRONMENT, 'bytes'), '2048');
});

test.run();
