/** CSV of whole entries, as other programs rewrite it: the same entries. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readText } from '../../kit/snapshot.js';
import { written } from './support.js';

const test = suite('columns of entries');

const ENTRIES = [
  'tcp      6 431999 ESTABLISHED src=192.0.2.1 dst=198.51.100.1 sport=1024 dport=443 packets=5 bytes=500 src=198.51.100.1 dst=192.0.2.1 sport=443 dport=1024 packets=4 bytes=400 [ASSURED] mark=3 use=1',
  'udp      17 20 src=192.0.2.2 dst=198.51.100.2 sport=1025 dport=53 [UNREPLIED] src=198.51.100.2 dst=192.0.2.2 sport=53 dport=1025 mark=0 use=1',
  'icmp     1 20 src=192.0.2.2 dst=198.51.100.2 type=8 code=0 id=77 src=198.51.100.2 dst=192.0.2.2 type=0 code=0 id=77 mark=0 use=1',
  'gre      47 20 src=192.0.2.2 dst=198.51.100.2 srckey=0x1 dstkey=0x2 src=198.51.100.2 dst=192.0.2.2 srckey=0x2 dstkey=0x1 mark=0 use=1',
];

type Table = readonly (readonly string[])[];

const WAYS: Readonly<Record<string, readonly [change: (table: Table) => Table, separator: string]>> = {
  'another column': [table => table.map((cells, i) => [...cells, i === 0 ? 'note' : 'x']), ','],
  'another order': [table => table.map(cells => [...cells].reverse()), ','],
  semicolons: [table => table, ';'],
  tabs: [table => table, '\t'],
  'capitals in the header': [([names, ...rows]) => [names.map(name => name.toUpperCase()), ...rows], ','],
  'capitals in the rows': [([names, ...rows]) => [names, ...rows.map(row => row.map(cell => cell.toUpperCase()))], ','],
  'small letters': [([names, ...rows]) => [names, ...rows.map(row => row.map(cell => cell.toLowerCase()))], ';'],
};

async function rowsOf(content: string): Promise<[string[], readonly string[]]> {
  const { views, warnings } = await readText(content);
  return [views.map(view => Buffer.from(view.copy()).toString('hex')), warnings];
}

/** Cells of a line of CSV without line ends in them. */
const cellsOf = (line: string): string[] =>
  [...line.matchAll(/(?<=^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quoted, plain]) => quoted ?? plain);

test('other columns, separators and letters', async () => {
  const { views } = await readText(ENTRIES.map(line => `${line}\n`).join(''));
  const csv = await written('csv', sink => {
    sink.begin({ table: 'conntrack', fromFile: true });
    for (const view of views) sink.entry(view);
    sink.end();
  });
  const [whole] = await rowsOf(csv);
  assert.is(whole.length, ENTRIES.length);
  const table = csv.trimEnd().split('\n').map(cellsOf);
  for (const [way, [change, separator]] of Object.entries(WAYS)) {
    for (const isQuoted of separator === '\t' ? [false] : [false, true]) {
      const quoted = (cell: string): string => (isQuoted || cell.includes(separator) ? `"${cell}"` : cell);
      const text = change(table)
        .map(cells => `${cells.map(quoted).join(separator)}\n`)
        .join('');
      const [rows, warnings] = await rowsOf(text);
      // An empty list of labels is written in quotes.
      if (!isQuoted) assert.equal(rows, whole, `${way}: ${warnings.join('; ')}`);
      assert.is(rows.length, whole.length, `${way}, quoted: ${warnings.join('; ')}`);
    }
  }
});

test('a flow of ICMP in chosen columns, some of them of ICMP, is not read without the others', async () => {
  const names =
    'proto,orig.src,orig.dst,orig.sport,orig.dport,orig.icmp_type,reply.src,reply.dst,reply.sport,reply.dport';
  const [rows, warnings] = await rowsOf(
    `${names}\ntcp,192.0.2.1,198.51.100.1,1,2,,198.51.100.1,192.0.2.1,2,1\nicmp,192.0.2.1,198.51.100.1,,,8,198.51.100.1,192.0.2.1,,\n`,
  );
  assert.is(rows.length, 1);
  assert.match(warnings.join(), /incomplete ICMP type, code and id/);
});

test.run();
