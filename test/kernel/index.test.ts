/** The entry for programs, on real entries. */
import { rmSync, writeFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { CtqError, query, type Row } from '../../src/index.js';
import { bulk } from '../kit/bulk.js';
import { Namespace } from '../kit/namespace.js';
import { conntrack } from '../kit/oracle.js';

const test = suite('query of programs');

async function rows(text: string): Promise<Row[]> {
  const all: Row[] = [];
  for await (const row of query(text)) all.push(row);
  return all;
}

test.before(() => {
  conntrack(
    '-I -p tcp -s 203.0.113.9 -d 10.0.0.2 --sport 1 --dport 443 --state ESTABLISHED -t 1000 -u ASSURED -m 7'.split(' '),
  );
  bulk(5000);
});

test('whole entries nest as their fields do', async () => {
  const [row] = await rows('select from conntrack where src = 203.0.113.9');
  assert.equal(row.orig, { src: '203.0.113.9', dst: '10.0.0.2', sport: 1, dport: 443 });
  assert.equal([row.family, row.proto, row.state, row.mark], ['ipv4', 'tcp', 'ESTABLISHED', 7]);
  assert.ok((row.status as string[]).includes('ASSURED'));
  assert.ok((row.timeout as number) > 900 && (row.timeout as number) <= 1000);
});

test('columns are flat, null where there is nothing', async () => {
  assert.equal(await rows('select src, dport as port, bytes from conntrack where mark = 7'), [
    { src: '203.0.113.9', port: 443, bytes: null },
  ]);
});

test('settings and statistics are rows too', async () => {
  const where = "where name = 'nf_conntrack_max'";
  const [{ value }] = await rows(`select value from sysctl ${where}`);
  assert.type(value, 'number');
  const [whole] = await rows(`select from sysctl ${where}`);
  assert.equal([whole.name, whole.value], ['nf_conntrack_max', value]);
  const [statistics] = await rows('select from stats where cpu = 0');
  assert.is(statistics.cpu, 0);
});

test('rows come while the program reads, and leaving the loop ends the query', async () => {
  let seen = 0;
  for await (const row of query('select from conntrack')) {
    assert.ok(row.orig);
    if (++seen === 3) break;
  }
  assert.is(seen, 3);
  assert.is((await rows('select from conntrack')).length, 5001);
});

test('mistakes are errors of kind statement', async () => {
  for (const text of [
    'select frm conntrack',
    'select scr from conntrack',
    'flush conntrack',
    'select from conntrack; select from expect',
  ]) {
    try {
      await rows(text);
      assert.unreachable(text);
    } catch (error) {
      assert.instance(error, CtqError);
      assert.is((error as CtqError).kind, 'statement', text);
    }
  }
});

test('other places that the text names', async () => {
  const blue = new Namespace('blue');
  blue.must(['conntrack', '-I', ...'-p udp -s 203.0.113.77 -d 10.0.0.2 --sport 1 --dport 53 -t 1000'.split(' ')]);
  assert.equal(await rows('select src from conntrack in netns blue'), [{ src: '203.0.113.77' }]);
  assert.equal(await rows('select netns, src from conntrack in netns *'), [{ netns: 'blue', src: '203.0.113.77' }]);
  writeFileSync('/run/netns/dead', '');
  const seen: Row[] = [];
  let error: unknown;
  try {
    for await (const row of query('select src from conntrack in netns *')) seen.push(row);
  } catch (thrown) {
    error = thrown;
  }
  // What can be read comes first.
  assert.equal(seen, [{ src: '203.0.113.77' }]);
  assert.is((error as CtqError).code, 'namespaces-unread');
  rmSync('/run/netns/dead');
  blue.destroy();
});

test.run();
