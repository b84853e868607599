/** `explain` of statements that change something. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { runExplainChange } from '../../../src/engine/change/explain-change.js';
import { CtqError } from '../../../src/engine/errors.js';
import type { QueryContext } from '../../../src/engine/query/context.js';
import { Collector } from '../../../src/engine/query/exec/subqueries.js';
import type { CheckedExplain } from '../../../src/lang/checked/statements.js';
import type { Value } from '../../../src/lang/values/value.js';
import { EVERYTHING } from '../../kit/abilities.js';
import { checked, testSession } from './support.js';

const test = suite('changes explained');

/** A session whose kernel must not be touched. */
const session: QueryContext = testSession({
  abilities: EVERYTHING,
  source() {
    throw new Error('explain must not use the kernel');
  },
});

class Rows extends Collector {
  readonly parts = new Map<string, string>();
  override row([part, detail]: readonly Value[]): void {
    this.parts.set(String(part), String(detail));
  }
}

function explained(text: string, over: Partial<QueryContext> = {}): ReadonlyMap<string, string> {
  const rows = new Rows();
  runExplainChange(checked(`explain ${text}`) as CheckedExplain, rows, { ...session, ...over });
  return rows.parts;
}

test('a delete that the kernel cannot decide is a dump, and deletes by id', () => {
  const parts = explained('delete from conntrack where src = 10.0.0.0/24 and mark = 7');
  assert.is(parts.get('request'), 'dump conntrack');
  assert.is(parts.get('kernel filter'), 'family = ipv4 and mark = 7');
  assert.is(parts.get('residual'), 'orig.src = 10.0.0.0/24');
  assert.match(parts.get('then') ?? '', /^delete each by its tuple, zone and id/);
  assert.match(parts.get('batches') ?? '', /^up to 200 requests per send/);
  assert.is(parts.has('more'), false);
});

test('a delete that it can decide is one request where many are meant', () => {
  const text = 'delete from conntrack where family = ipv4 and proto = tcp and dport = 443';
  const parts = explained(text);
  assert.match(parts.get('up to 200 entries') ?? '', /^delete each by its tuple, zone and id/);
  assert.match(
    parts.get('more') ?? '',
    /^one request deletes all .*: family = ipv4 and proto = tcp and orig.dport = 443$/,
  );
  for (const [statement, over] of [
    [text, { kernelFilter: false }],
    [text, { abilities: { ...EVERYTHING, deleteByTuple: false } }],
    [`${text} limit 3`, {}],
    [`${text} output save`, {}],
    ['delete from conntrack where family = ipv6 and src = fd00::1', {}],
  ] as const)
    assert.is(explained(statement, over).has('more'), false, statement);
});

test('get: one request where the whole tuple is named', () => {
  const tuple = 'src = 10.0.0.1 and dst = 10.0.0.2 and proto = tcp and sport = 1 and dport = 2';
  assert.is(explained(`get from conntrack where ${tuple}`).get('request'), 'get one entry of conntrack');
  const parts = explained(`get from conntrack where ${tuple.replace(' and dport = 2', '')} zero`);
  assert.is(parts.get('request'), 'dump conntrack');
  assert.is(parts.get('then'), 'read and zero it by one more request');
});

test('insert: the query that it reads, and the handling of conflicts', () => {
  const copy = explained(
    'insert into conntrack set zone = 4, labels = (3, 70) from conntrack where zone = 3 on conflict update',
  );
  assert.is(copy.get('request'), 'dump conntrack');
  assert.is(copy.get('set'), 'zone = 4, labels = (3, 70)');
  assert.is(copy.get('then'), 'create each flow, after all have been read');
  assert.match(copy.get('on conflict') ?? '', /changed/);
  const file = explained("insert into conntrack from '/dev/null'");
  assert.is(file.get('request'), 'read the file /dev/null');
  assert.is(file.get('then'), 'create each flow, while reading continues');
  const one = explained(
    'insert into conntrack set proto = tcp, src = 10.0.0.1, dst = 10.0.0.2, sport = 1, dport = 2, timeout = 1h',
  );
  assert.match(one.get('request') ?? '', /^create one flow/);
  assert.match(one.get('set') ?? '', /^proto = tcp, orig.src = 10.0.0.1/);
});

test('update, flush, zero', () => {
  const update = explained('update conntrack set mark = mark | 7 where src = 10.0.0.1 limit 4');
  assert.is(update.get('kernel filter'), 'family = ipv4 and orig.src = 10.0.0.1');
  assert.is(update.get('set'), 'mark = mark | 7');
  assert.match(update.get('then') ?? '', /no id/);
  assert.is(explained("update sysctl set value = 1 where name = 'nf_conntrack_acct'").has('batches'), false);
  assert.match(explained('flush expect').get('request') ?? '', /^delete all expectations/);
  assert.match(explained('select from conntrack where mark = 7 zero').get('then') ?? '', /no count is lost/);
});

test('explain analyze of a change is refused', () => {
  for (const text of ['delete from conntrack where true', 'flush conntrack', 'select from conntrack zero'])
    assert.throws(
      () => explained(`analyze ${text}`),
      (error: unknown) => error instanceof CtqError && error.code === 'explain-analyze' && error.kind === 'statement',
    );
});

test.run();
