/** Each table in each place: what a place does not have is refused by the check, before anything runs. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { check } from '../../src/lang/check/check.js';
import type { Place } from '../../src/lang/checked/ast.js';
import { TABLE_NAMES, TABLES, type TableId } from '../../src/lang/schema/catalogue.js';
import { refusalOf, type Use } from '../../src/lang/schema/places.js';
import { parse } from '../../src/lang/syntax/parse.js';
import { ENVIRONMENT } from '../kit/environment.js';

const test = suite('tables in places');

const PLACES: readonly (readonly [text: string, place: Place])[] = [
  ["in file 'x'", { kind: 'file', path: 'x' }],
  ["in ssh 'gw1'", { kind: 'ssh', host: 'gw1' }],
  ["in ssh ('gw1', gw2)", { kind: 'hosts', hosts: ['gw1', 'gw2'] }],
  ["in fleet (edge, 'gw1')", { kind: 'fleet', names: ['edge', 'gw1'] }],
  ['in netns *', { kind: 'every_netns' }],
  ['in netns blue', { kind: 'netns', name: 'blue' }],
  ['in pid 1', { kind: 'pid', pid: 1 }],
  ['in kernel', { kind: 'kernel' }],
];

const isRefused = (text: string, place?: Place): boolean => {
  const { statements, diagnostics } = parse(text);
  assert.equal(diagnostics, [], text);
  return check(statements[0], ENVIRONMENT, new Map(), place).value === undefined;
};

/** A statement for each use of a table, and what it is with a place of its own. */
function* statements(table: TableId): Generator<readonly [use: Use, text: (where: string) => string]> {
  const field = Object.keys(TABLES[table].fields).find(name => name !== 'family') as string;
  const operations: readonly string[] = TABLES[table].operations;
  yield ['select', where => `select from ${table} ${where}`];
  yield ['select', where => `count ${table} ${where}`];
  yield ['select', where => `explain select ${field} from ${table} ${where}`];
  yield ['select', where => `assert (select count(*) from ${table} ${where}) > 0`];
  yield ['select', where => `let a = (select ${field} from ${table} ${where})`];
  yield ['select', where => `select src from 'dump' where 1 in (select 1 from ${table} ${where})`];
  yield ['join', where => `select j.${field} from conntrack ${where} join ${table} as j on true`];
  if (operations.includes('watch')) yield ['watch', where => `watch from ${table} ${where}`];
  if (operations.includes('get')) yield ['get', where => `get from ${table} ${where} where src = 192.0.2.1`];
  if (operations.includes('delete')) yield ['delete', where => `delete from ${table} ${where} where true`];
  if (operations.includes('flush')) yield ['flush', where => `flush ${table} ${where}`];
  if (table === 'conntrack') {
    yield ['zero', where => `select from conntrack ${where} zero`];
    yield ['update', where => `update conntrack ${where} set mark = 1 where true`];
    yield ['insert', where => `insert into conntrack ${where} from 'dump'`];
  }
  if (table === 'sysctl') yield ['update', where => `update sysctl ${where} set value = 1 where true`];
}

for (const table of TABLE_NAMES) {
  test(table, () => {
    for (const [use, text] of statements(table)) {
      for (const [where, place] of PLACES) {
        const wanted =
          refusalOf(table, use, place) !== undefined ||
          (use === 'join' && refusalOf('conntrack', 'select', place) !== undefined);
        assert.is(isRefused(text(where)), wanted, `${text(where)}`);
        assert.is(isRefused(text(''), place), wanted, `${text('')} where the place is ${where}`);
        assert.is(isRefused(text('in kernel'), place), false, `${text('in kernel')} where the place is ${where}`);
      }
    }
  });
}

test('a snapshot has flows, expectations and statistics, and is only read', () => {
  const file: Place = { kind: 'file', path: 'x' };
  for (const table of TABLE_NAMES) {
    const isThere = ['conntrack', 'expect', 'stats', 'expect_stats'].includes(table);
    assert.is(refusalOf(table, 'select', file) === undefined, isThere);
    for (const use of ['get', 'insert', 'update', 'delete', 'flush', 'zero'] as const)
      assert.ok(refusalOf(table, use, file), `${use} ${table}`);
  }
  assert.is(isRefused("insert into conntrack in netns b from conntrack in file 'x'"), false);
  assert.is(isRefused("insert into conntrack in netns b from sysctl in file 'x'"), true);
  assert.is(isRefused("select src from 'dump' except select src from dying", file), true);
});

test.run();
