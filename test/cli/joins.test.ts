/** By which equalities the rows of a joined table are found, and that the answers are those of the condition alone. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
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

const flow = (src: string, more: string): string =>
  `{"family":"ipv4","proto":"tcp","orig":{"src":"${src}","dst":"10.0.0.9","sport":1,"dport":443},"reply":{"src":"10.0.0.9","dst":"${src}","sport":443,"dport":1},"state":"ESTABLISHED","status":["CONFIRMED"]${more}}\n`;
put('flows.jsonl', flow('10.0.0.1', '') + flow('10.0.0.3', ''));
put('owned.jsonl', flow('10.0.0.1', ',"owner":"carol"'));
put('hosts.csv', 'ip,owner,site\n10.0.0.1,alice,ber\n10.0.0.2,bob,muc\n');

test('files of entries in any format are joined with the types of their fields', async () => {
  const formats = ['csv', 'tsv', 'json', 'jsonl', 'save', 'xml', 'plain'];
  for (const format of formats)
    await ctqHere([`select from 'flows.jsonl' output ${format} to 'whole.${format}'`], { cwd: folder });
  for (const format of formats) {
    for (const each of [format, 'save']) {
      const query = `select a.src, b.dport + 1, b.state = ESTABLISHED from 'whole.${each}' a join 'whole.${format}' b on a.src = b.src order by 1`;
      assert.equal(await lines(query), ['10.0.0.1,444,true', '10.0.0.3,444,true'], query);
    }
  }
});

test('a table that has columns of flows and others keeps these', async () => {
  const query = "select b.owner, b.src, b.orig.sport from 'flows.jsonl' a join 'owned.jsonl' b on a.src = b.src";
  assert.equal(await lines(query), ['carol,10.0.0.1,1']);
});

test('a column that only a joined file has needs no name before it', async () => {
  const from = "from 'flows.jsonl' c join 'hosts.csv' h on src = ip";
  assert.equal(await lines(`select src, Owner ${from}`), ['10.0.0.1,alice']);
  assert.equal(await lines(`select owner, count(*) as n ${from} where site = 'ber' group by owner order by owner`), [
    'alice,1',
  ]);
  assert.equal(await lines(`select src ${from.replace(' join', ' left join')} order by owner, src`), [
    '10.0.0.1',
    '10.0.0.3',
  ]);
  // A field of the table comes before the column of a file.
  put('named.csv', 'ip,state\n10.0.0.1,x\n');
  assert.equal(await lines("select state from 'flows.jsonl' join 'named.csv' on src = ip"), ['ESTABLISHED']);
});

test('a field that only the other table has', async () => {
  for (const from of ['conntrack c', "'t.csv' c"]) {
    const query = `select c.owner from ${from} join 'hosts.csv' h on h.ip = c.${from === 'conntrack c' ? 'src' : 'ip'}`;
    const { stderr } = await ctqHere([query], { cwd: folder });
    assert.match(stderr, /^error: unknown field 'owner' in c\n[\s\S]*hint: write: h\.owner$/m);
  }
});

test('h.* has the columns of one table, and * those of all', async () => {
  const run = async (query: string): Promise<string> => (await ctqHere([query], { cwd: folder })).stdout;
  const from = "from 'flows.jsonl' c join 'hosts.csv' h on src = ip output csv";
  assert.is(await run(`select src, h.* ${from}`), 'src,h.ip,h.owner,h.site\n10.0.0.1,10.0.0.1,alice,ber\n');
  assert.match(await run(`select c.*, owner ${from}`), /^proto,orig\.src,.*,dnat,owner\ntcp,10\.0\.0\.1,.*,alice\n$/);
  assert.is(await run(`select h.* from 'hosts.csv' h output csv`), await run(`select * from 'hosts.csv' output csv`));
  assert.is(
    await run(`select c.* from 'flows.jsonl' c output save`),
    await run(`select from 'flows.jsonl' output save`),
  );
  // A star beside other columns has those of all tables.
  const both = "from 'hosts.csv' h join 'hosts.csv' o on h.ip = o.ip output csv";
  const all = (await run(`select * ${both}`)).split('\n');
  const beside = (await run(`select upper(h.owner) as u, *, 1 as n ${both}`)).split('\n');
  assert.is(beside[0], `u,${all[0]},n`);
  assert.is(beside[1], `ALICE,${all[1]},1`);
});

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
  assert.equal(await joins(`${from} l.src in t.ip and lower(t.word) = l.sport::text`), [found('by ip, lower(word)')]);
  assert.equal(await joins(`${from} l.src in (t.ip, 10.0.0.1) and t.word || l.sport::text = t.n`), [
    found('by comparison with each'),
  ]);
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
    ['l.src = t.ip::address'],
    ['t.n::integer * 2 = l.sport + l.sport'],
    ['net(t.ip::address, 24) = net(l.src, 24)', 'l.sport::text = trim(t.n)'],
    ["coalesce(t.ip::address::text, '10.0.0.2') = l.src::text"],
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

test('words of SQL: inner, left outer and cross joins', async () => {
  put('a.csv', 'ip,owner\n10.0.0.1,ann\n10.0.0.2,bob\n');
  put('b.csv', 'ip,port\n10.0.0.1,53\n10.0.0.3,80\n');
  const pairs = (join: string): Promise<string[]> => lines(`select a.owner, b.port from 'a.csv' a ${join}`);
  assert.equal(await pairs("inner join 'b.csv' b on a.ip = b.ip"), ['ann,53']);
  assert.equal(await pairs("left outer join 'b.csv' b on a.ip = b.ip"), ['ann,53', 'bob,']);
  assert.equal(await pairs("cross join 'b.csv' b"), ['ann,53', 'ann,80', 'bob,53', 'bob,80']);
  assert.equal(await pairs("cross join 'b.csv' b where a.ip = b.ip"), ['ann,53']);
  assert.equal(await lines("select count(*) from 'new.log' l cross join (select ip from 'b.csv') as b"), ['24']);
  // They are names elsewhere.
  assert.equal(
    await lines("select inner.owner as outer, cross.port from 'a.csv' as inner cross join 'b.csv' as cross"),
    ['ann,53', 'ann,80', 'bob,53', 'bob,80'],
  );
});

test('a file of entries is joined with the types of their fields', async () => {
  const entry = (n: number, bytes: number): string =>
    `udp      17 29 src=10.0.0.${n} dst=10.9.0.1 sport=${n} dport=53 packets=1 bytes=${bytes} src=10.9.0.1 dst=10.0.0.${n} sport=53 dport=${n} packets=1 bytes=0 mark=0 use=1\n`;
  put('before.txt', entry(1, 100) + entry(2, 200));
  put('after.txt', entry(1, 150) + entry(3, 1));
  await ctqHere(["select from 'after.txt' output xml to 'after.xml'"], { cwd: folder });
  await ctqHere(["select from 'after.txt' output save to 'after.save'"], { cwd: folder });
  writeFileSync(join(folder, 'after.gz'), gzipSync(entry(1, 150)));
  for (const name of ['after.txt', 'after.xml', 'after.gz', 'aft*.txt'])
    assert.equal(
      await lines(`select a.orig.bytes - b.orig.bytes as d from 'before.txt' b join '${name}' a on a.src = b.src`),
      ['50'],
      name,
    );
  assert.equal(await lines("select a.sport + 1 from 'before.txt' b join 'after.save' a on a.src = b.src"), ['2']);
  assert.equal(await lines("select after.dport from 'before.txt' join 'after.txt' on after.src = src"), ['53']);
  assert.equal(await lines("select b.src, a.dport from 'before.txt' b left join 'after.txt' a on a.src = b.src"), [
    '10.0.0.1,53',
    '10.0.0.2,',
  ]);
  // Of events, what these have.
  const events =
    "select l.event, l.sport from 't.csv' t join 'new.log' l on l.src = t.ip and t.word = 'b' and t.n = '80'";
  assert.equal(await lines(`${events} where l.event_time > 0::time order by 2 limit 1`), ['new,53']);
});

test('cells are found by two columns of texts, and by networks of both tables', async () => {
  const count = (on: string): Promise<string[]> => lines(`select count(*) from 't.csv' a join 'other.json' b on ${on}`);
  assert.equal(await count('a.n = b.n and a.ip = b.ip and a.word = b.word'), ['147']);
  assert.equal(
    await count('a.word = b.word and a.ip::address = b.ip and a.n = b.n'),
    await count('not (a.word != b.word) and not (a.ip::address != b.ip) and not (a.n != b.n)'),
  );
});

test('columns of files that hold addresses and networks are compared as these', async () => {
  put('here.csv', 'ip,name\n10.0.0.1,one\n10.0.0.9,nine\n192.0.2.1,far\n');
  put('nets.csv', 'net,zone\n10.0.0.0/30,dmz\n10.0.0.0/24,lan\n');
  put('names.csv', 'ip,zone\nhost,dmz\nother,dmz\n10.0.0.0/24,lan\n');
  const inside = ['one,dmz', 'one,lan', 'nine,lan'];
  const joined = (on: string, kind = 'join', other = 'nets.csv'): Promise<string[]> =>
    lines(`select h.name, n.zone from 'here.csv' h ${kind} '${other}' n on ${on}`);
  for (const on of ['h.ip in n.net', 'h.ip = n.net', 'n.net = h.ip', 'h.ip::address in n.net'])
    assert.equal(await joined(on), inside, on);
  assert.equal(await joined('h.ip not in n.net'), ['nine,dmz', 'far,dmz', 'far,lan']);
  assert.equal(await joined('h.ip in n.net', 'left join'), [...inside, 'far,']);
  // A column of other texts, mostly, is one of texts.
  assert.equal(await joined('h.ip = n.ip', 'join', 'names.csv'), []);
  const list = "(select net from 'nets.csv' where zone = 'dmz')";
  assert.equal(await lines(`select name from 'here.csv' where ip in ${list}`), ['one']);
  assert.equal(await lines(`select name from 'here.csv' where ip not in ${list}`), ['nine', 'far']);
  assert.equal(await lines(`with d as ${list} select h.name from 'here.csv' h join d on h.ip in d.net`), ['one']);
});

test('a cell that is neither an address nor a network among them is reported', async () => {
  put('typo.csv', 'net\n10.0.0.0/24\n192.0.2.1O\n');
  put('here.csv', 'ip,name\n10.0.0.1,one\n192.0.2.1,far\nn/a,none\n');
  const rows = async (query: string, input = ''): Promise<string[]> => {
    const { stdout, stderr } = await ctqHere([`${query} output csv, noheader`], { cwd: folder, input });
    return [
      ...stdout.split('\n').slice(0, -1),
      ...stderr
        .split('\n')
        .filter(line => line.startsWith('warning'))
        .sort(),
    ];
  };
  const [ofNet, ofIp] = [
    "warning: typo.csv: 1 cell of net cannot be read as an address: '192.0.2.1O'",
    "warning: here.csv: 1 cell of ip cannot be read as an address: 'n/a'",
  ];
  const list = "(select net from 'typo.csv')";
  assert.equal(await rows(`select name from 'here.csv' where ip in ${list}`), ['one', ofIp, ofNet]);
  assert.equal(await rows("select name from 'here.csv' h join 'typo.csv' t on h.ip in t.net"), ['one', ofIp, ofNet]);
  // Among addresses alone, a text is equal to itself.
  assert.equal(await rows("select a.name from 'here.csv' a join 'here.csv' b on a.ip = b.ip"), ['one', 'far', 'none']);
  // What standard input has is not known before it is read.
  const input = 'net\n10.0.0.0/24\n';
  assert.equal(await rows("select name from 'here.csv' where ip in (select net from '-')", input), ['one', ofIp]);
  const given = await rows("select ip from '-' where ip in (select net from 'typo.csv')", 'ip\n10.0.0.1\n');
  assert.equal(given, ['10.0.0.1', ofNet]);
});

test('the time does not grow with the square of the rows where a key is computed', async () => {
  put('many.csv', `ip,n\n${Array.from({ length: 20_000 }, (_, i) => `10.0.${i >> 8}.${i & 255},k${i}\n`).join('')}`);
  for (const on of ['a.ip::text = b.ip::text', "upper(b.n) = 'K' || substr(a.n, 2)", 'a.ip::address in b.ip']) {
    const began = performance.now();
    assert.equal(await lines(`select count(*) from 'many.csv' a join 'many.csv' b on ${on}`), ['20000'], on);
    assert.ok(performance.now() - began < 20_000, on);
  }
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
