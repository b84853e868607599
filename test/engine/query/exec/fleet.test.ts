/** A fleet answers as one machine that has all tables; whatever a member does, the rows of others are right. */

import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Value } from '../../../../src/lang/values/value.js';
import { flowMessage } from '../../../kit/arbitrary-messages.js';
import { agentOn, ask, fleetOf, MemoryBus, tableSource } from '../../../kit/fleet.js';

const test = suite('queries of a fleet');

/** A fleet with a table for each member. */
function fleetWith(tables: readonly (readonly Uint8Array[])[]) {
  const bus = new MemoryBus();
  const names = tables.map((_, i) => `gw${i + 1}`);
  const desks = tables.map((table, i) => agentOn(bus, names[i], tableSource(table)));
  return { bus, names, desks, fleet: fleetOf(bus, names) };
}

const KEYS = ['', 'proto', 'family, state', 'mark & 3, zone', 'net(src, 4, 8)', 'host_bits'];
const AGGREGATES = [
  'count(*) as n, count(bytes), count(mark)',
  'count(*) as n, sum(bytes), avg(bytes), sum(orig.bytes / 3), avg(timeout), sum(timeout)',
  'count(*) as n, min(src), max(dst), min(start), max(state), count(distinct proto), count(distinct src)',
  'count(*) as n, p50(bytes), p90(mark), p95(start), p99(orig.bytes / 7), p50(timeout)',
];
const CONDITIONS = ['', 'where mark is not null', 'where proto = tcp or bytes > 1000', 'where src is private'];
const HAVING = ['', 'having count(*) > 1'];
const ORDERS = ['', 'n desc', 'n', 'sum(bytes) desc', 'max(mark), n'];

const grouped = fc
  .tuple(
    fc.constantFrom(...KEYS.filter(key => key !== 'host_bits')),
    fc.constantFrom(...AGGREGATES),
    fc.constantFrom(...CONDITIONS),
    fc.constantFrom(...HAVING),
    fc.constantFrom(...ORDERS),
    fc.option(fc.tuple(fc.nat(5), fc.nat(3))),
    fc.constantFrom('', 'distinct '),
  )
  .map(([keys, aggregates, where, having, order, limit, distinct]) => (place: string) => {
    const by = [order, keys].filter(each => each !== '').join(', ');
    return [
      `select ${distinct}${keys === '' ? '' : `${keys}, `}${aggregates} from conntrack ${place} ${where}`,
      keys === '' ? '' : `group by ${keys}`,
      having,
      by === '' ? '' : `order by ${by}`,
      limit ? `limit ${limit[0]} offset ${limit[1]}` : '',
    ].join(' ');
  });

const COLUMNS = ['src, bytes, mark', 'id, src', 'proto, state', 'src as s, mark & 3'];
const BY = ['', 'bytes desc, src, id', 'start, src, id', 'mark, id, src', '1, src, bytes, id'];

const rows = fc
  .tuple(
    fc.constantFrom(...COLUMNS),
    fc.constantFrom(...CONDITIONS),
    fc.constantFrom(...BY),
    fc.option(fc.tuple(fc.nat(5), fc.nat(3))),
    fc.constantFrom('', 'distinct '),
  )
  .map(([columns, where, by, limit, distinct]) => (place: string) => {
    // Without an order any rows are the first ones.
    const cut = limit && by !== '' ? `limit ${limit[0]} offset ${limit[1]}` : '';
    const order = by === '' ? '' : `order by ${distinct ? '1' : by}`;
    return `select ${distinct}${columns} from conntrack ${place} ${where} ${order} ${distinct ? '' : cut}`;
  });

const sorted = (all: readonly (readonly Value[])[]): string[] => all.map(values => values.map(String).join('|')).sort();

const tables = fc.array(fc.array(flowMessage, { maxLength: 12 }), { minLength: 1, maxLength: 4 });

test('merged it is what one machine with all tables answers', async () => {
  await fc.assert(
    fc.asyncProperty(fc.oneof(grouped, rows), tables, async (text, parts) => {
      const { fleet, desks } = fleetWith(parts);
      const one = await ask(text(''), tableSource(parts.flat()));
      const many = await ask(text('in fleet'), fleet);
      for (const desk of desks) await desk.close();
      assert.equal(many.missing, []);
      assert.equal(sorted(many.rows), sorted(one.rows), text('in fleet'));
      if (text('').includes('order by') && !text('').includes('distinct')) assert.equal(many.rows, one.rows);
    }),
    { numRuns: 100 },
  );
});

test.run();
