/** Queries of a fleet, and tables of its members: the answer must be that of one machine with all tables. */
import fc from 'fast-check';
import * as assert from 'uvu/assert';
import type { Value } from '../../src/lang/values/value.js';
import { flowMessage } from './arbitrary-messages.js';
import { agentOn, ask, fleetOf, MemoryBus, tableSource } from './fleet.js';

/** A fleet with a table for each member. */
export function fleetWith(tables: readonly (readonly Uint8Array[])[]) {
  const bus = new MemoryBus();
  const names = tables.map((_, i) => `gw${i + 1}`);
  const queues = tables.map((table, i) => agentOn(bus, names[i], tableSource(table)));
  return { bus, names, queues, fleet: fleetOf(bus, names) };
}

const KEYS = [
  '',
  'proto',
  'family, state',
  'mark & 3, zone',
  'net(src, 4, 8)',
  'status',
  'dport',
  'helper',
  'src is private',
];
const NUMBERS = ['bytes', 'mark', 'orig.bytes / 3', 'mark / 7', 'reply.packets', 'mark * 4294967296', 'zone'];
const SUMMED = [...NUMBERS, 'timeout'];
const ORDERED = [...SUMMED, 'src', 'dst', 'start', 'state', 'proto', 'helper', 'dport'];
const of = (names: readonly string[], args: readonly string[]): string[] =>
  names.flatMap(name => args.map(arg => `${name}(${arg})`));
const AGGREGATES = [
  ...of(['sum', 'avg'], SUMMED),
  ...of(['min', 'max'], ORDERED),
  ...of(['p50', 'p90', 'p95', 'p99'], [...SUMMED, 'start']),
  ...['count(bytes)', 'count(mark)', 'count(helper)'],
  ...['proto', 'src', 'mark', 'state', 'net(dst, 8, 16)', 'bytes', 'helper'].map(arg => `count(distinct ${arg})`),
  ...[
    'sum(bytes) / count(*)',
    'max(mark) - min(mark)',
    'case when count(mark) > 1 then sum(mark) end',
    'sum(bytes) > 100',
  ],
];
const CONDITIONS = [
  '',
  'where mark is not null',
  'where proto = tcp or bytes > 1000',
  'where src is private',
  'where family = ipv6',
  'where not (zone = 0 and dport < 1024)',
  'where id < 0',
];
const HAVING = ['', 'having count(*) > 1', 'having max(mark) is null', 'having sum(bytes) > 0 or count(*) = 1'];
const ORDERS = ['', 'n desc', 'n', 'sum(bytes) desc', 'max(mark), n', 'min(src) desc'];

/** A query as a function of the place. */
type Text = (place: string) => string;

const grouped = fc
  .tuple(
    fc.constantFrom(...KEYS),
    fc.uniqueArray(fc.constantFrom(...AGGREGATES), { maxLength: 6 }),
    fc.constantFrom(...CONDITIONS),
    fc.constantFrom(...HAVING),
    fc.constantFrom(...ORDERS),
    fc.option(fc.tuple(fc.nat(5), fc.nat(3))),
    fc.constantFrom('', 'distinct '),
  )
  .map(
    ([keys, aggregates, where, having, order, limit, distinct]): Text =>
      place => {
        const by = [order, keys].filter(each => each !== '').join(', ');
        const columns = [keys, 'count(*) as n', ...aggregates].filter(each => each !== '').join(', ');
        // Distinct rows are ordered by their columns.
        const isOrdered = by !== '' && distinct === '';
        return [
          `select ${distinct}${columns} from conntrack ${place} ${where}`,
          keys === '' ? '' : `group by ${keys}`,
          having,
          isOrdered ? `order by ${by}` : '',
          limit && (isOrdered || keys === '') ? `limit ${limit[0]} offset ${limit[1]}` : '',
        ].join(' ');
      },
  );

const COLUMNS = ['src, bytes, mark', 'id, src', 'proto, state', 'src as s, mark & 3', 'helper, labels, status', '*'];
const BY = ['', 'bytes desc, src, id', 'start, src, id', 'mark, id, src', '1, src, bytes, id'];

const rows = fc
  .tuple(
    fc.constantFrom(...COLUMNS),
    fc.constantFrom(...CONDITIONS),
    fc.constantFrom(...BY),
    fc.option(fc.tuple(fc.nat(5), fc.nat(3))),
    fc.constantFrom('', 'distinct '),
  )
  .map(
    ([columns, where, by, limit, distinct]): Text =>
      place => {
        if (columns === '*') return `select from conntrack ${place} ${where}`;
        // Without an order any rows are the first ones.
        const cut = limit && by !== '' ? `limit ${limit[0]} offset ${limit[1]}` : '';
        const order = by === '' ? '' : `order by ${distinct ? '1' : by}`;
        return `select ${distinct}${columns} from conntrack ${place} ${where} ${order} ${distinct ? '' : cut}`;
      },
  );

export const unionCase = fc.record({
  text: fc.oneof(grouped, rows),
  tables: fc.array(fc.array(flowMessage, { maxLength: 12 }), { minLength: 1, maxLength: 4 }),
});

/** Rows as text, in an order of their own. */
export const sorted = (all: readonly (readonly Value[])[]): string[] =>
  all.map(values => values.map(String).join('|')).sort();
const bytesOf = (entries: readonly (readonly [unknown, Uint8Array])[]): string[] =>
  entries.map(([, bytes]) => Buffer.from(bytes).toString('hex')).sort();

/** @throws Error if the answers differ */
export async function checkUnion({
  text,
  tables,
}: {
  readonly text: Text;
  readonly tables: Uint8Array[][];
}): Promise<void> {
  const { fleet, queues } = fleetWith(tables);
  const one = await ask(text(''), tableSource(tables.flat()));
  const many = await ask(text('in fleet'), fleet);
  for (const queue of queues) await queue.close();
  assert.equal(many.missing, []);
  assert.equal(sorted(many.rows), sorted(one.rows), text('in fleet'));
  assert.equal(bytesOf(many.entries), bytesOf(one.entries), text('in fleet'));
  if (text('').includes('order by') && !text('').includes('distinct')) assert.equal(many.rows, one.rows, text(''));
}
