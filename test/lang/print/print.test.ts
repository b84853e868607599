import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { print } from '../../../src/lang/print/print.js';
import { parse, parseExpression } from '../../../src/lang/syntax/parse.js';
import { arbitraryExpression, arbitraryStatement, withoutSpans } from '../../kit/arbitrary-ast.js';

const test = suite('print');

test('every statement reads back as it was', () => {
  fc.assert(
    fc.property(arbitraryStatement, tree => {
      const text = print(tree);
      const { statements, diagnostics } = parse(text);
      assert.equal(diagnostics, [], text);
      assert.equal(withoutSpans(statements), [withoutSpans(tree)], text);
      assert.is(print(statements[0]), text);
    }),
    { numRuns: 600 },
  );
});

test('every expression reads back as it was', () => {
  fc.assert(
    fc.property(arbitraryExpression, tree => {
      const text = print(tree);
      const { value, diagnostics } = parseExpression(text);
      assert.equal(diagnostics, [], text);
      assert.equal(withoutSpans(value), withoutSpans(tree), text);
    }),
    { numRuns: 1000 },
  );
});

const CANONICAL: readonly (readonly [string, string])[] = [
  ['SELECT  Src FROM conntrack WHERE(a=1)', 'select Src from conntrack where a = 1'],
  ['select from c where ((a or b) and not (c)) == true', 'select from c where ((a or b) and not c) = true'],
  ['select from c where (a and b) or c', 'select from c where a and b or c'],
  ['select from c where a and (b and c)', 'select from c where a and (b and c)'],
  ['select from c where (mark & 0xff00) <> (0x1200)', 'select from c where mark & 0xff00 != 0x1200'],
  ['select (a + b) * c, a - (b - c), (a * b) + c from t', 'select (a + b) * c, a - (b - c), a * b + c from t'],
  ['select - -a, ~ b from t', 'select - -a, ~b from t'],
  ['select from c where src in (10.0.0.0/8)', 'select from c where src in 10.0.0.0/8'],
  ['select from c where src in ($x)', 'select from c where src in ($x)'],
  ['select from c where status has (A) and s has any (A)', 'select from c where status has A and s has any (A)'],
  ["select a as 'b c', d as 'from', e as \"f\" from t", "select a as 'b c', d as 'from', e as f from t"],
  ['COUNT conntrack where x', 'count conntrack where x'],
  ["insert into c from (select from 'f' where x)", "insert into c from 'f' where x"],
  ['describe conntrack', 'show fields from conntrack'],
  ["describe 'x.csv' output csv to 'y.csv'", "show fields from 'x.csv' output csv to 'y.csv'"],
  ['select from c in FLEET', 'select from c in fleet'],
  ['select from c in fleet edge where a', "select from c in fleet 'edge' where a"],
  ["select from c in fleet (edge, 'gw-1')", "select from c in fleet (edge, 'gw-1')"],
  ["watch from c in SSH ( 'a', b ) on new", 'watch from c in ssh (a, b) on new'],
  ["show fleet ( 'edge' )", "show fleet 'edge'"],
  ["select from c in netns 'blue-1'", 'select from c in netns blue-1'],
  ['select from c order by a asc, b desc limit 1 offset 2', 'select from c order by a, b desc limit 1 offset 2'],
];

for (const [written, canonical] of CANONICAL) {
  test(written, () => assert.is(print(parse(written).statements[0]), canonical));
}

test.run();
