/** The cells of files of columns: what they are beside a value of a type, in lists, in their order, and which are reported. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ctqHere } from '../kit/here.js';

const test = suite('cells of files');

const folder = mkdtempSync(join(tmpdir(), 'ctq-file-cells-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

const put = (name: string, content: string): void => writeFileSync(join(folder, name), content);

/** The rows of a query, as CSV without a header, and what it warns of. */
async function run(query: string): Promise<{ rows: string[]; warnings: string[] }> {
  const { stdout, stderr, code } = await ctqHere([`${query} output csv, noheader`], { cwd: folder });
  assert.is(code, 0, `${query}\n${stderr}`);
  return { rows: stdout.split('\n').slice(0, -1), warnings: stderr.match(/^warning: .*$/gm) ?? [] };
}

async function rows(query: string): Promise<string[]> {
  const { rows, warnings } = await run(query);
  assert.equal(warnings, [], query);
  return rows;
}

put(
  'flows',
  [
    'tcp 6 299 ESTABLISHED src=10.0.0.1 dst=198.51.100.9 sport=1000 dport=443 src=198.51.100.9 dst=10.0.0.1 sport=443 dport=1000 [ASSURED] mark=4660',
    'udp 17 30 src=10.0.0.2 dst=198.51.100.9 sport=2000 dport=53 [UNREPLIED] src=198.51.100.9 dst=10.0.0.2 sport=53 dport=2000 mark=5',
    '',
  ].join('\n'),
);

test('a cell that is true or false is a condition, also in JSON', async () => {
  put('hosts.csv', 'host,decommissioned\na,false\nb,true\nc,\n');
  const where = (condition: string): Promise<string[]> => rows(`select host from 'hosts.csv' where ${condition}`);
  for (const condition of [
    'decommissioned::boolean',
    'decommissioned = true',
    'decommissioned',
    'decommissioned in (true)',
  ])
    assert.equal(await where(condition), ['b'], condition);
  for (const condition of ['cast(decommissioned as boolean) = false', 'not decommissioned', 'decommissioned != true'])
    assert.equal(await where(condition), ['a'], condition);
  assert.equal(await rows("select case when decommissioned::boolean then 'x' else 'y' end from 'hosts.csv'"), [
    'y',
    'x',
    'y',
  ]);
  put('up.json', '[{"n":1,"up":true},{"n":2,"up":false}]');
  assert.equal(await rows("select n from 'up.json' where up = true"), ['1']);
});

test('a cast of a cell is a value of its type, or null, in JSON', async () => {
  put('odd.csv', 'n,u\n1,maybe\n');
  const types = ['integer', 'decimal', 'address', 'network', 'port', 'proto', 'duration', 'time', 'boolean'];
  const columns = types.map(type => `u::${type} as ${type}_`).join(', ');
  const { stdout } = await ctqHere([`select ${columns} from 'odd.csv' output json`], { cwd: folder });
  assert.equal(JSON.parse(stdout), [Object.fromEntries(types.map(type => [`${type}_`, null]))]);
});

test('a list, a subquery and a join read a cell as a comparison does', async () => {
  put(
    'known.csv',
    'mk,port,ip,pr,st,dur,fl\n0x1234,https,10.0.0.0/31,TCP,established,299,"SEEN_REPLY,ASSURED,CONFIRMED"\n',
  );
  for (const [field, column] of [
    ['mark', 'mk'],
    ['dport', 'port'],
    ['src', 'ip'],
    ['proto', 'pr'],
    ['state', 'st'],
    ['timeout', 'dur'],
  ]) {
    const first = "select mark from 'flows'";
    for (const query of [
      `${first} where ${field} in (select ${column} from 'known.csv')`,
      `${first} where ${field} in (select ${column} from 'known.csv' group by ${column} order by ${column})`,
      `${first} where ${field} in (select ${column} from 'known.csv' union select ${column} from 'known.csv')`,
      `${first} where ${field} = (select ${column} from 'known.csv' limit 1)`,
      `${first} join 'known.csv' k on ${field} = k.${column}`,
    ])
      assert.equal(await rows(query), ['4660'], query);
    const back = `select 1 from 'known.csv' where ${column} in (select ${field} from 'flows')`;
    assert.equal(await rows(back), ['1'], back);
  }
  assert.equal(
    await rows("select f.mark from 'known.csv' k join (select mark, status from 'flows') f on f.status = k.fl"),
    ['4660'],
  );
  assert.equal(await rows("select port::port from 'known.csv'"), ['443']);
});

test('a cell is an address where its class is tested', async () => {
  put('classes.csv', 'ip\n10.0.0.1\n8.8.8.8\n');
  assert.equal(await rows("select ip from 'classes.csv' where ip is private"), ['10.0.0.1']);
});

test('a cell that cannot be read is no value of a list, and is reported once', async () => {
  put('block.csv', 'ip,n\n10.0.0.1,1\n,2\nnohost,3\n# comment,4\n');
  const warning = "warning: block.csv: 2 cells of ip cannot be read as an address: 'nohost', …";
  for (const list of [
    "select ip from 'block.csv'",
    "select ip::address from 'block.csv'",
    "select ip from 'block.csv' group by ip",
  ]) {
    const { rows, warnings } = await run(`select src from 'flows' where src not in (${list})`);
    assert.equal([rows, warnings], [['10.0.0.2'], [warning]], list);
    assert.equal((await run(`select src from 'flows' where src in (${list})`)).rows, ['10.0.0.1'], list);
  }
  put('blank.csv', 'ip,n\n10.0.0.1,1\n,2\n');
  assert.equal(await rows("select src from 'flows' where src not in (select ip from 'blank.csv')"), ['10.0.0.2']);
  const named =
    "with b as (select ip::address as ip from 'block.csv') select src from 'flows' where src not in (select ip from b)";
  assert.equal((await run(named)).rows, ['10.0.0.2']);
});

test('a cell that cannot be compared is reported; one that cannot be cast is null', async () => {
  put('sizes.csv', 'n,sz\na,5\nb,n/a\nc,\n');
  assert.equal(await run("select n from 'sizes.csv' where sz != 5"), {
    rows: [],
    warnings: ["warning: sizes.csv: 1 cell of sz cannot be read as a number: 'n/a'"],
  });
  assert.equal(await run("select s.n from 'flows' f join 'sizes.csv' s on f.mark >= s.sz"), {
    rows: ['a', 'a'],
    warnings: ["warning: sizes.csv: 1 cell of sz cannot be read as a number: 'n/a'"],
  });
  assert.equal(await rows("select n, sz::integer from 'sizes.csv' where sz::integer is null"), ['b,', 'c,']);
});

test('the hint of a sum keeps all digits of integers', async () => {
  put('sums.csv', 'n,d,t\n9007199254740993,1.5,5m\n0x10,2,90s\n');
  put('sums.json', '[{"n":9007199254740993},{"n":-9007199254740993}]');
  const hint = async (file: string, column: string): Promise<string | undefined> => {
    const { stderr } = await ctqHere([`select sum(${column}) from '${file}'`], { cwd: folder });
    return /write sum\(\w+::(\w+)\)/.exec(stderr)?.[1];
  };
  assert.equal(
    [
      await hint('sums.csv', 'n'),
      await hint('sums.csv', 'd'),
      await hint('sums.csv', 't'),
      await hint('sums.json', 'n'),
    ],
    ['integer', 'decimal', 'duration', 'integer'],
  );
  assert.equal(await rows("select sum(n::integer) from 'sums.csv'"), ['9007199254741009']);
  assert.equal(await rows("select n from 'sums.json' where n < 0"), ['-9007199254740993']);
});

test('a time in quotes is compared as a time', async () => {
  put('times.csv', 'n,t\n1,2026-11-24T11:30:00+02:00\n2,2026-11-24T09:50:00Z\n3,1796005202\n4,\n');
  const where = (condition: string): Promise<string[]> => rows(`select n from 'times.csv' where ${condition}`);
  assert.equal(await where("t > '2026-11-24T09:45:00Z'"), ['2', '3']);
  assert.equal(await where("t = '2026-11-24 09:30 +00:00'"), ['1']);
  assert.equal(await where("t in ('2026-11-24T09:30:00Z', '2026-11-24T09:50:00Z')"), ['1', '2']);
  assert.equal(await where("t between '2026-11-24' and '2026-11-24T09:40:00Z'"), ['1']);
  assert.equal(await rows("select t::time from 'times.csv' where n = 3"), ['2026-11-30T02:20:02.000000000Z']);
  assert.equal(await rows("select n from 'times.csv' where n < 3 order by t desc"), ['2', '1']);
});

test('the order of cells: numbers with units, addresses, times, other texts, nulls', async () => {
  const cells = [
    '0x10',
    '90s',
    '5m',
    '2k',
    '10MiB',
    '1GiB',
    '9.9.9.9',
    '10.0.0.0/8',
    '10.0.0.2',
    '10.0.0.10',
    '2001:db8::2',
    '2001:db8::10',
  ];
  cells.push('2026-11-24T11:30:00+02:00', '2026-11-24T09:50:00Z', 'beta', 'zeta');
  put(
    'mixed.csv',
    `n,v\n${[...cells.keys()]
      .reverse()
      .map(i => `${i},${cells[i]}`)
      .join('\n')}\n99,\n`,
  );
  assert.equal(
    await rows("select v from 'mixed.csv' order by v"),
    [...cells, '""'].map(cell => (cell === '""' ? '' : cell)),
  );
  assert.equal(await rows("select min(v), max(v) from 'mixed.csv'"), ['0x10,zeta']);
  assert.equal(await rows("select greatest(v, '10.0.0.2') from 'mixed.csv' where v = '10.0.0.10'"), ['10.0.0.10']);
  assert.equal(await rows("select v from 'mixed.csv' where v > '10.0.0.2' and v < '2001:db8::10' order by v"), [
    '10.0.0.10',
    '2001:db8::2',
  ]);
});

test('describe names the type that cells are compared and ordered as', async () => {
  put(
    'typed.csv',
    'a,b,c,d,e,f,g\n1,1.5,yes,5m,10.0.0.1,2026-11-24,x\n10MiB,2,no,60,10.0.0.0/8,2026-11-25T10:00:00Z,5\n',
  );
  assert.equal(
    (await rows("describe 'typed.csv'")).map(line => line.split(',')[1]),
    ['integer', 'decimal', 'boolean', 'duration', 'address', 'time', 'text'],
  );
});

test('a column that is called as a field is not limited to its values', async () => {
  put('ports.csv', 'dport\n70000\n443\n');
  assert.equal(await rows("select dport from 'ports.csv' where dport = 70000"), ['70000']);
});

test('a column of a joined select is read as a column of its file', async () => {
  put('own.csv', 'ip\n10.0.0.1\n');
  assert.equal(await rows("select src from 'flows' join (select ip from 'own.csv') o on src = o.ip"), ['10.0.0.1']);
});

test('columns spelt with letters from a to f are cast', async () => {
  put('hex.csv', 'a,b,dec,beef\n5,true,1.5,7\n');
  assert.equal(await rows("select a::integer, b::boolean, dec::decimal, beef::text from 'hex.csv'"), ['5,true,1.5,7']);
});

/** Cells that say the same number in another way, with its value. */
const UNITS = { k: 1000n, M: 1_000_000n, KiB: 1024n, MiB: 1_048_576n, '': 1n } as const;
const cell = fc.oneof(
  fc.bigInt(-(2n ** 62n), 2n ** 62n).map(value => ({ text: String(value), value })),
  fc.bigInt(0n, 2n ** 60n).map(value => ({ text: `0x${value.toString(16)}`, value })),
  fc
    .tuple(fc.bigInt(0n, 5000n), fc.constantFrom(...(Object.keys(UNITS) as (keyof typeof UNITS)[])))
    .map(([count, unit]) => ({ text: `${count}${unit}`, value: count * UNITS[unit] })),
);

test('numbers as cells: conditions, lists, order and sums are those of their values', async () => {
  const [cells] = fc.sample(fc.array(cell, { minLength: 400, maxLength: 400 }), { numRuns: 1, seed: 7 });
  const lines = cells.map(({ text }, i) => `${i},${text}`);
  put('numbers.csv', `i,v\n${lines.join('\n')}\n`);
  const order = [...cells.keys()].sort((a, b) =>
    cells[a].value < cells[b].value ? -1 : cells[a].value > cells[b].value ? 1 : a - b,
  );
  assert.equal(await rows("select i from 'numbers.csv' order by v"), order.map(String));
  const sum = cells.reduce((total, { value }) => total + value, 0n);
  assert.equal(await rows("select sum(v::integer) from 'numbers.csv'"), [String(sum)]);
  for (const { value } of cells.slice(0, 10)) {
    const than = (test: (other: bigint) => boolean): string[] =>
      [...cells.keys()].filter(i => test(cells[i].value)).map(String);
    assert.equal(
      await rows(`select i from 'numbers.csv' where v <= ${value}`),
      than(other => other <= value),
    );
    assert.equal(
      await rows(`select i from 'numbers.csv' where v in (${value})`),
      than(other => other === value),
    );
  }
});

test.run();
