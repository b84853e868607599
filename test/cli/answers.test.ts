/** What ctq says where an answer would mislead: missing counters, standard input read twice, contexts of rows. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ctqHere } from '../kit/here.js';
import { setSysctl } from '../kit/namespace.js';
import { conntrack } from '../kit/oracle.js';

const test = suite('answers');
const folder = mkdtempSync(join(tmpdir(), 'ctq-answers-'));
const LINE =
  'tcp 6 100 ESTABLISHED src=192.0.2.1 dst=198.51.100.1 sport=1 dport=2 src=198.51.100.1 dst=192.0.2.1 sport=2 dport=1 [ASSURED] use=1\n';

function add(sport: number): void {
  conntrack(`-I -p udp -t 600 -s 192.0.2.1 -d 198.51.100.1 --sport ${sport} --dport 53`.split(' '));
}

test.after(() => rmSync(folder, { recursive: true, force: true }));

test('fields that the kernel leaves out are named in every statement that depends on them', async () => {
  setSysctl('net/netfilter/nf_conntrack_acct', 0);
  setSysctl('net/netfilter/nf_conntrack_timestamp', 0);
  add(1);
  for (const [text, what] of [
    ['select src from conntrack where bytes > 1', 'counters'],
    ['select from conntrack where bytes > 1', 'counters'],
    ['select from conntrack order by bytes desc limit 1', 'counters'],
    ['select src, age from conntrack', 'timestamps'],
    ['select src, count(*) from conntrack group by src having sum(bytes) > 1', 'counters'],
    ['select bytes, count(*) from conntrack group by bytes', 'counters'],
    ['select src from conntrack join conntrack as c on c.dst = dst and c.bytes > 1', 'counters'],
    ['select src from conntrack where src in (select src from conntrack where age > 1s)', 'timestamps'],
    ['select from conntrack except select from conntrack where age > 1s', 'timestamps'],
    ['select src from dying where start > now() - 1h', 'timestamps'],
    ['get from conntrack where src = 192.0.2.1 and age is null', 'timestamps'],
    ['select from conntrack where packets > 0 zero', 'counters'],
    ['update conntrack set mark = 1 where bytes > 1', 'counters'],
    ['update conntrack set mark = coalesce(packets, 7) where true', 'counters'],
    ['insert into conntrack set mark = coalesce(packets, 7) from conntrack where sport = 9', 'counters'],
    ['delete from conntrack where age > 60s', 'timestamps'],
    ['watch from conntrack where bytes > 1 for 50ms', 'counters'],
    ['select from conntrack where bytes > 1 every 50ms for 60ms', 'counters'],
    ['let many = (select src from conntrack where bytes > 1)', 'counters'],
  ]) {
    const { stderr } = await ctqHere([text]);
    assert.match(stderr, new RegExp(`${what} are null`), text);
  }
  for (const text of ['select from conntrack', 'select src from conntrack where dport = 53', 'count conntrack'])
    assert.is((await ctqHere([text])).stderr.includes('are null'), false, text);
});

test('a change shows the age of what it changed', async () => {
  setSysctl('net/netfilter/nf_conntrack_timestamp', 1);
  add(2);
  for (const text of [
    'update conntrack set mark = 2 where sport = 2 output csv',
    'delete from conntrack where sport = 2 output csv',
  ]) {
    const { stdout } = await ctqHere([text]);
    const [header, row] = stdout.split('\n').map(line => line.split(','));
    const age = row[header.indexOf('age')];
    assert.ok(age !== '' && Number(age) >= 0 && Number(age) < 600, `${text}: ${age}`);
  }
});

test('standard input is read once', async () => {
  const twice = "select src from '-' where src in (select src from '-')";
  for (const args of [[twice], ["select from '-' except select from '-'"], ["count '-'; count '-'"]]) {
    const { code, stderr } = await ctqHere(args, { input: LINE });
    assert.is(code, 1, args[0]);
    assert.match(stderr, /can be read only once/);
  }
  add(3);
  const env = { SSH_CONNECTION: '192.0.2.1 1 198.51.100.1 22' };
  const { stdout, stderr } = await ctqHere(["delete from conntrack where src in (select src from '-')"], {
    input: LINE,
    env,
  });
  assert.match(stdout + stderr, /[1-9]\d* flows? deleted/);
});

test('functions with arguments of any size', async () => {
  add(4);
  const all = [
    'dport * 9007199254740993',
    '-dport * 9007199254740993',
    '-1 * dport',
    'dport / 3',
    'dport * 0',
    'bytes',
  ];
  const whole = all.filter(n => !n.includes('/'));
  const calls = [
    ...whole.flatMap(n => [`net(src, ${n})`, `net(src, 24, ${n})`, `service(${n})`, `service(dport, ${n})`]),
    ...whole.flatMap(n => [
      `round(dport / 3, ${n})`,
      `round(${n}, ${n})`,
      `dport << (${n})`,
      `dport % (${n})`,
      `~(${n})`,
    ]),
    ...all.flatMap(n => [`round(${n})`, `abs(${n})`, `age * (${n})`, `now() - 1s * (${n})`]),
  ];
  for (const format of ['csv', 'jsonl', 'table', 'vertical']) {
    const columns = calls.map((text, i) => `${text} as c${i}`).join(', ');
    const { code, stderr } = await ctqHere([`select ${columns} from conntrack limit 1 output ${format}`]);
    assert.is(code, 0, stderr);
  }
  const path = join(folder, 'd.csv');
  writeFileSync(path, 'src,d\n192.0.2.1,1e300\n192.0.2.1,1e200\n192.0.2.1,-1e30\n192.0.2.1,x\n');
  const { code, stdout } = await ctqHere([
    `count conntrack join '${path}' as d on src = d.src and timeout < d.d output csv`,
  ]);
  assert.is(code, 0);
  assert.match(stdout, /[1-9]/);
});

test.run();
