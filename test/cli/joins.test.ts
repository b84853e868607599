/** By which equalities the rows of a joined table are found, and that the answers are those of the condition alone. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ctqHere } from '../kit/here.js';

const test = suite('joins');

const folder = mkdtempSync(join(tmpdir(), 'ctq-joins-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

const put = (name: string, content: string): void => writeFileSync(join(folder, name), content);

async function lines(query: string): Promise<string[]> {
  const { stdout, stderr } = await ctqHere([`${query} output csv, noheader`], { cwd: folder });
  assert.not.match(stderr, /error/, query);
  return stdout.split('\n').slice(0, -1);
}

/** What `explain` says of the joins. */
async function joins(query: string): Promise<string[]> {
  const { stdout } = await ctqHere([`explain ${query}`], { cwd: folder });
  return stdout.split('\n').filter(line => /^(?:left )?join\t/.test(line));
}

const PLACES = ['10.0.0.1', '10.0.0.2', '10.0.0.0/24', '10.0.0.0/8', '2001:db8::1', '2001:db8::/32', '', 'x'];
const NUMBERS = ['80', '0x50', '443', '443.0', '0.5', '', 'y', '18446744073709551616'];
const WORDS = ['a', 'A', '', 'b'];

/** Rows with each combination, so that many have equal cells. */
const TABLE = PLACES.flatMap(ip => NUMBERS.flatMap(n => WORDS.map(word => `${ip},"${n}",${word}`)));
put('t.csv', `ip,n,word\n${TABLE.join('\n')}\n`);
put(
  'other.json',
  TABLE.map(row => row.replaceAll('"', '').split(','))
    .map(([ip, n, word]) => JSON.stringify({ ip, n, word }))
    .join('\n'),
);

const LOG = ['10.0.0.1', '10.0.0.2', '10.9.0.1', '192.0.2.1'].flatMap((src, i) =>
  [80, 443, 53].map(
    port =>
      `[1796000000.00000${i}]\t    [NEW] tcp      6 120 SYN_SENT src=${src} dst=10.0.0.2 sport=${port} dport=443 [UNREPLIED] src=10.0.0.2 dst=${src} sport=443 dport=${port}`,
  ),
);
put('new.log', `${LOG.join('\n')}\n`);

test('all equalities are keys, in any order, of inner joins those of where too', async () => {
  const found = (keys: string): string => `join\tthe rows of t.csv, held in memory, found ${keys}`;
  const from = "select count(*) from 'new.log' l join 't.csv' t on";
  assert.equal(await joins(`${from} l.src = t.ip and l.sport = t.n and t.word > 'a'`), [found('by ip, n')]);
  assert.equal(await joins(`${from} t.word > 'a' and t.n = l.sport and l.src = t.ip`), [found('by n, ip')]);
  assert.equal(await joins(`${from} l.src = t.ip where l.sport = t.n`), [found('by ip, n')]);
  assert.equal(await joins(`${from} l.sport > t.n`), [found('by comparison with each')]);
  assert.equal(await joins(`${from.replace(' join', ' left join')} l.src = t.ip where l.sport = t.n`), [
    `left ${found('by ip')}`,
  ]);
  const twice =
    "select count(*) from 't.csv' a join 't.csv' b on a.ip = b.ip join 't.csv' t on t.n = b.n and a.ip = t.ip";
  assert.equal(await joins(twice), [found('by ip'), found('by n, ip')]);
});

test('the rows that keys find are those of the condition', async () => {
  const tables = [
    "'new.log' l",
    "(select src, sport from 'new.log') l",
    "(select src, sport from 'new.log' group by src, sport) l",
  ];
  const conditions = [
    ['l.src = t.ip'],
    ['l.sport = t.n'],
    ['l.src = t.ip', 'l.sport = t.n'],
    ['t.n = l.sport', "t.word = 'a'", 't.ip = l.src'],
  ];
  for (const from of tables) {
    for (const file of ['t.csv', 'other.json']) {
      for (const kind of ['join', 'left join']) {
        for (const all of conditions) {
          const query = (on: string): string =>
            `select l.src, l.sport, t.ip, t.n, t.word from ${from} ${kind} '${file}' t on ${on} order by 1, 2, 3, 4, 5`;
          // What is not an equality is no key.
          const tested = all.map(each => `not (${each.replace('=', '!=')})`).join(' and ');
          const rows = await lines(query(all.join(' and ')));
          assert.ok(rows.length > 10);
          assert.equal(rows, await lines(query(tested)), query(all.join(' and ')));
        }
      }
    }
  }
});

test('cells are found by two columns of texts, and by networks of both tables', async () => {
  const count = (on: string): Promise<string[]> => lines(`select count(*) from 't.csv' a join 'other.json' b on ${on}`);
  assert.equal(await count('a.n = b.n and a.ip = b.ip and a.word = b.word'), ['147']);
  assert.equal(
    await count('a.word = b.word and a.ip::address = b.ip and a.n = b.n'),
    await count('not (a.word != b.word) and not (a.ip::address != b.ip) and not (a.n != b.n)'),
  );
});

test('the time does not grow with the square of the rows where the first key is the same in all', async () => {
  const rows = Array.from({ length: 20_000 }, (_, i) => `198.51.100.10,${i},o`);
  put('big.csv', `dst,n,owner\n${rows.join('\n')}\n`);
  const began = performance.now();
  const query =
    "select count(*) from 'big.csv' a join 'big.csv' b on a.dst = b.dst and a.owner = b.owner and a.n = b.n";
  assert.equal(await lines(query), ['20000']);
  assert.ok(performance.now() - began < 20_000);
});

test.run();
