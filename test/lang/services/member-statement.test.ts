import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { check } from '../../../src/lang/check/check.js';
import type { CheckedSelect } from '../../../src/lang/checked/ast.js';
import type { CheckedWatch } from '../../../src/lang/checked/statements.js';
import type { Place } from '../../../src/lang/schema/places.js';
import { memberStatement } from '../../../src/lang/services/member-statement.js';
import { parse } from '../../../src/lang/syntax/parse.js';
import { ENVIRONMENT } from '../../kit/environment.js';

const test = suite('the statement for members of a fleet');

const sent = (text: string, place?: Place, limit?: number) => {
  const variables = new Map([['x', { kind: 'value', type: { name: 'integer' } } as const]]);
  const { value, diagnostics } = check(parse(text).statements[0], ENVIRONMENT, variables, place);
  assert.equal(diagnostics, [], text);
  const { written } = value as CheckedSelect | CheckedWatch;
  assert.ok(written, text);
  const { subqueries, variables: names, text: print } = memberStatement(written);
  return [print(limit), ...names, ...subqueries.map(({ name, purpose }) => `${name}: ${purpose}`)];
};

const FLEET: Place = { kind: 'fleet', names: [] };

test('without its place, its output and its repetition', () => {
  assert.equal(
    sent(
      "select src as s, count(*) from conntrack in fleet 'edge' where dport = ssh group by s having count(*) > 1 order by 2 desc limit 10 offset 5 every 2s output json",
      undefined,
      15,
    ),
    [
      'select src as s, count(*) from conntrack where dport = ssh group by s having count(*) > 1 order by 2 desc limit 15',
    ],
  );
  assert.equal(sent('count conntrack c where mark = $x', FLEET), ['count conntrack as c where mark = $x', 'x']);
  assert.equal(sent('select from expect in ssh (a, b)'), ['select from expect']);
  assert.equal(sent('watch src from conntrack in fleet on new where mark = $x limit 3 for 1m'), [
    'watch from conntrack on new where mark = $x',
    'x',
  ]);
});

test('lists and ranges in variables are sent in their place', () => {
  const variables = new Map();
  for (const text of ['let ports = (22, 1000..2000)', 'let range = 1..2'])
    check(parse(text).statements[0], ENVIRONMENT, variables);
  const text = 'select from conntrack where dport in ($ports, 80) and mark in $ports and sport = $range';
  const { value } = check(parse(text).statements[0], ENVIRONMENT, variables, FLEET);
  const { text: print, variables: names } = memberStatement((value as CheckedSelect).written!);
  assert.is(
    print(undefined),
    'select from conntrack where dport in (22, 1000..2000, 80) and mark in (22, 1000..2000) and sport in 1..2',
  );
  assert.equal(names, []);
});

test('subqueries are variables', () => {
  assert.equal(
    sent(
      "select src, (select max(mark) from conntrack in kernel) as m from conntrack in fleet where src in (select dst from 'x' where mark = $x) and not exists (select from expect in kernel) or mark = (select 5 from conntrack in kernel limit 1)",
    ),
    [
      'select src, $subquery_1 as m from conntrack where src in $subquery_2 and not $subquery_3 or mark = $subquery_4',
      'subquery_1: value',
      'subquery_2: list',
      'subquery_3: exists',
      'subquery_4: value',
    ],
  );
  // An alias that is used twice is one subquery.
  assert.equal(
    sent('select (select 1 from conntrack in kernel limit 1) as a from conntrack where a = 1 order by a', FLEET),
    ['select $subquery_1 as a from conntrack where a = 1 order by a', 'subquery_1: value'],
  );
  assert.equal(sent('select $x from conntrack where $x in (select $x from conntrack)', FLEET).slice(1), [
    'x',
    'subquery_1: list',
  ]);
});

test('a select that reads no gateways has none', () => {
  const { value } = check(parse('select from conntrack').statements[0], ENVIRONMENT);
  assert.is((value as CheckedSelect).written, undefined);
});

test.run();
