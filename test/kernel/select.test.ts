// timeout: 300
/** Queries on a table of every protocol and attribute: with kernel filters and without them, against conntrack(8). */
import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { MessageView } from '../../src/engine/ctnetlink/view/view.js';
import { identity } from '../../src/engine/query/plan/identity.js';
import { bulk } from '../kit/bulk.js';
import { select } from '../kit/engine.js';
import { fillTables } from '../kit/flows.js';
import { setSysctl } from '../kit/namespace.js';
import { conntrack, listConntrack, sortedLines } from '../kit/oracle.js';

const test = suite('select');

const view = new MessageView();

/** What names the entries of a result, in order of name. */
function names(entries: readonly Uint8Array[]): string[] {
  return entries
    .map(entry => {
      view.set(entry, 0);
      const tuple = view.isExpectation ? view.tuple : view.orig;
      return identity(tuple, view.family, Math.max(view.zone, 0));
    })
    .sort();
}

test.before(() => {
  fillTables();
});

const CONDITIONS = [
  'true',
  'family = ipv4',
  'family = ipv6',
  'proto = tcp',
  'proto = udp',
  'proto = sctp',
  'proto = icmp',
  'proto = icmpv6',
  'proto = gre',
  'proto = tcp and dport = 443',
  'proto = udp and dport = 53',
  'proto = sctp and dport > 0',
  'proto = udplite and sport > 0',
  'proto = icmp and icmp_type = 8',
  'proto = icmpv6 and icmp_type = 128',
  'src = 10.0.0.0/8',
  'src in (10.0.0.0/8, 2001:db8::/32)',
  'mark = 0',
  'mark != 0',
  'mark & 0xff = 0',
  'zone = 0',
  'zone > 0',
  'orig.zone is not null',
  'reply.zone is not null',
  'zone is null',
  'status has ASSURED',
  'status has UNREPLIED',
  'not status has SEEN_REPLY',
  'status has (ASSURED, SEEN_REPLY)',
  'status has any (SRC_NAT, DST_NAT)',
  'state = ESTABLISHED',
  'state is null',
  'nat != none',
  'labels is not null',
  'helper is not null',
  'timeout > 1m',
  'reply.dst != orig.src',
  'port = 53',
  'host = 10.0.0.0/8',
  'src is private',
  'dst is public or dst is multicast',
];

test('every row is the same with kernel filters and without', async () => {
  for (const condition of CONDITIONS) {
    const text = `select from conntrack where ${condition}`;
    const [filtered, unfiltered] = [await select(text), await select(text, { kernelFilter: false })];
    assert.equal(names(filtered.entries), names(unfiltered.entries), condition);
    assert.ok(filtered.summary.read <= unfiltered.summary.read, condition);
  }
});

test('a condition made of what entries have finds them, filtered or not', async () => {
  const { entries, rows } = {
    entries: (await select('select from conntrack')).entries,
    rows: (
      await select(
        'select family, proto, src, dst, sport, dport, reply.src, reply.dst, mark, zone, status, icmp_type, icmp_id from conntrack',
      )
    ).rows,
  };
  assert.ok(entries.length > 50);
  const fields = [
    'family',
    'proto',
    'src',
    'dst',
    'sport',
    'dport',
    'reply.src',
    'reply.dst',
    'mark',
    'zone',
    'status',
    'icmp_type',
    'icmp_id',
  ];
  const { describeValue } = await import('../../src/lang/services/describe.js');
  const types = (await select(`select ${fields.join(', ')} from conntrack limit 0`)).header.columns!.map(
    column => column.type,
  );
  const conditionOf = (row: number, chosen: readonly number[], negate: boolean): string =>
    chosen
      .map(field => {
        const value = rows[row][field];
        if (value === null) return `${fields[field]} is null`;
        if (fields[field] === 'status') return `status & ${value} = ${value}`;
        return `${negate ? 'not ' : ''}${fields[field]} = ${describeValue(types[field], value)}`;
      })
      .join(' and ');
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 0, max: rows.length - 1 }),
      fc.uniqueArray(fc.integer({ min: 0, max: fields.length - 1 }), { minLength: 1, maxLength: 5 }),
      fc.boolean(),
      async (row, chosen, negate) => {
        const text = `select from conntrack where ${conditionOf(row, chosen, negate)}`;
        const [filtered, unfiltered] = [await select(text), await select(text, { kernelFilter: false })];
        assert.equal(names(filtered.entries), names(unfiltered.entries), text);
        if (!negate) assert.ok(filtered.entries.length > 0, text);
      },
    ),
    { numRuns: 150 },
  );
});

test('a whole tuple and zone is one get, and finds what the dump finds', async () => {
  const { rows } = await select(
    'select src, dst, sport, dport, zone from conntrack where proto = tcp and zone is not null and family = ipv4',
  );
  assert.ok(rows.length > 3);
  const { formatAddress } = await import('../../src/lang/values/address.js');
  for (const [src, dst, sport, dport, zone] of rows as number[][]) {
    const text = `select from conntrack where proto = tcp and src = ${formatAddress(src)} and dst = ${formatAddress(dst)} and sport = ${sport} and dport = ${dport} and zone = ${zone}`;
    const [got, dumped] = [await select(text), await select(text, { kernelFilter: false })];
    assert.is(got.entries.length, 1, text);
    assert.is(got.summary.read, 1, text);
    assert.equal(names(got.entries), names(dumped.entries), text);
  }
  const none = await select(
    'select from conntrack where proto = tcp and src = 203.0.113.1 and dst = 203.0.113.2 and sport = 1 and dport = 2 and zone = 0',
  );
  assert.is(none.entries.length, 0);
});

test('counts agree with conntrack(8)', async () => {
  const counted = await select('count conntrack');
  const { stdout } = conntrack(['-C']);
  assert.equal(counted.rows, [[Number(stdout)]]);
  assert.is(counted.summary.read, 0, 'the kernel counts');
  const lines = sortedLines(listConntrack(['-L', '-p', 'tcp']));
  assert.equal((await select('count conntrack where proto = tcp')).rows, [[lines.length]]);
});

test('expectations, statistics and settings', async () => {
  const expectations = await select('select from expect');
  assert.ok(expectations.entries.length >= 1);
  const one = await select('select dport, helper, master.dport from expect where helper is not null limit 1');
  assert.is(typeof one.rows[0][1], 'string');
  const cpus = await select('select cpu, found from stats');
  assert.ok(cpus.rows.length >= 1);
  assert.is(cpus.rows[0][0], 0);
  assert.ok((await select('select cpu, create from expect_stats')).rows.length >= 1);
  const acct = await select("select value from sysctl where name = 'nf_conntrack_acct'");
  assert.equal(acct.rows.length, 1);
  for (const table of ['stats', 'expect_stats']) {
    const left = await select(`select from ${table} where cpu = 0 except select from ${table} where cpu > 0`);
    assert.is(left.entries.length, 1, table);
    const none = await select(`select from ${table} except select from ${table}`);
    assert.is(none.entries.length, 0, table);
  }
  assert.is((await select('select from dying')).entries.length, 0);
  assert.is((await select('select from unconfirmed')).entries.length, 0);
});

test('counters that the kernel does not keep are reported', async () => {
  setSysctl('net/netfilter/nf_conntrack_acct', 0);
  assert.match((await select('select sum(bytes) from conntrack')).warnings.join(), /nf_conntrack_acct/);
  assert.equal((await select('select src from conntrack')).warnings, []);
  setSysctl('net/netfilter/nf_conntrack_acct', 1);
  assert.equal((await select('select sum(bytes) from conntrack')).warnings, []);
});

test('groups over many flows give exact figures', async () => {
  bulk(20_000, { sources: 100 });
  const { rows } = await select(
    'select src, count(*) as n from conntrack where src = 10.0.0.0/16 and proto = udp group by src order by n desc, src limit 5',
  );
  const lines = sortedLines(listConntrack(['-L', '-p', 'udp']));
  const counts = new Map<string, number>();
  for (const line of lines) {
    const src = /src=(10\.0\.\S+)/.exec(line)?.[1];
    if (src) counts.set(src, (counts.get(src) ?? 0) + 1);
  }
  const { formatAddress } = await import('../../src/lang/values/address.js');
  for (const [src, n] of rows) assert.is(counts.get(formatAddress(src as number)), n);
  assert.is(rows.length, 5);
});

test.run();
