// timeout: 240
/** `in netns *`: all named network namespaces at once. */
import { rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ctq, startCtq } from '../kit/cli.js';
import { ctqHere } from '../kit/here.js';
import { Namespace } from '../kit/namespace.js';

const test = suite('in netns *');

const blue = new Namespace('blue');
const red = new Namespace('red');
const odd = new Namespace('odd name');

const flow = (netns: Namespace, src: string, proto: 'udp' | 'tcp' = 'udp'): void => {
  const common = ['-s', src, '-d', '10.0.0.99', '-p', proto, '--sport', '7', '--dport', '53', '-t', '600'];
  netns.must(['conntrack', '-I', ...common, ...(proto === 'tcp' ? ['--state', 'ESTABLISHED'] : [])]);
};

const rows = async (query: string): Promise<string[]> => {
  const { stdout, stderr, code } = await ctqHere([query, '-o', 'tsv,noheader']);
  assert.is(code, 0, stderr);
  return stdout.trimEnd().split('\n');
};

test.before(() => {
  flow(blue, '10.0.0.1', 'tcp');
  flow(red, '10.0.0.1', 'tcp');
  flow(red, '10.0.0.3');
  flow(odd, '10.0.0.3');
});

test('the column netns in every clause', async () => {
  assert.equal(await rows('select netns, src from conntrack in netns * order by netns, src'), [
    'blue\t10.0.0.1',
    'odd name\t10.0.0.3',
    'red\t10.0.0.1',
    'red\t10.0.0.3',
  ]);
  assert.equal(
    await rows('select netns, count(*) from conntrack in netns * group by netns having count(*) > 1 order by 2'),
    ['red\t2'],
  );
  assert.equal(await rows("select src from conntrack in netns * where netns like 'b%'"), ['10.0.0.1']);
  assert.equal(await rows('count conntrack in netns *'), ['4']);
  assert.equal(await rows('select count(distinct netns) from conntrack in netns *'), ['3']);
  assert.equal(await rows('select netns, src from conntrack in netns blue'), ['blue\t10.0.0.1']);
});

test('rows of a file have no namespace, wherever the statement runs', async () => {
  writeFileSync('rows.jsonl', `${(await ctqHere(['select from conntrack in netns blue', '-o', 'jsonl'])).stdout}`);
  try {
    assert.equal(await rows("use netns blue; select netns, src from 'rows.jsonl'"), ['\t10.0.0.1']);
    const except = "select netns, src from conntrack except select netns, src from 'rows.jsonl'";
    assert.equal(await rows(`use netns blue; ${except}`), ['blue\t10.0.0.1']);
  } finally {
    rmSync('rows.jsonl');
  }
});

test('in subqueries and except', async () => {
  assert.equal(
    await rows(
      'select netns from conntrack in netns * where src in (select src from conntrack in netns blue) order by netns',
    ),
    ['blue', 'red'],
  );
  // By tuple against one namespace; by tuple and namespace where both sides are of all.
  const less = async (right: string): Promise<string[]> =>
    (await ctqHere([`select from conntrack in netns * except select from conntrack in netns ${right}`])).stdout
      .trimEnd()
      .split('\n')
      .map(line => line.replace(/^.* src=(10.0.0.[13]) dst.* netns=(\S+)$/, '$2 $1'));
  assert.equal(await less('blue'), ['odd\\x20name 10.0.0.3', 'red 10.0.0.3']);
  assert.equal(await less("* where netns = 'red'"), ['blue 10.0.0.1', 'odd\\x20name 10.0.0.3']);
});

test('whole entries say whose they are, in every format', async () => {
  const all = 'select from conntrack in netns *';
  for (const [format, pattern] of [
    ['extended', / mark=0 use=1 netns=odd\\x20name$/m],
    ['plain', / netns=blue$/m],
    ['table', /^netns +proto[\s\S]*^odd name +udp/m],
    ['csv', /^netns,proto,[\s\S]*^odd name,udp,/m],
    ['jsonl', /"netns":"odd name"/],
    ['save', /# \{.*"netns":"odd name"/],
    ['vertical', /netns +│ odd name/],
    ['xml', /<!-- netns=odd name -->/],
  ] as const) {
    const { stdout, code } = await ctqHere([all, '-o', format]);
    assert.is(code, 0, format);
    assert.match(stdout, pattern, format);
    if (format === 'table' || format === 'csv' || format === 'vertical') continue;
    // What was written can be read: the namespace is not part of an entry.
    const read = await ctqHere(["select src from '-' order by src", '-o', 'tsv,noheader'], { input: stdout });
    assert.is(read.stdout, '10.0.0.1\n10.0.0.1\n10.0.0.3\n10.0.0.3\n', `${format}: ${read.stderr}`);
    assert.is(read.stderr, '', format);
  }
  assert.not.match((await ctqHere(['select from conntrack in netns blue'])).stdout, /netns/);
});

test('settings and statistics', async () => {
  red.sysctl({ 'net/netfilter/nf_conntrack_acct': 1 });
  assert.equal(await rows("select netns, value from sysctl in netns * where name like '%acct' order by netns"), [
    'blue\t0',
    'odd name\t0',
    'red\t1',
  ]);
  // Alike settings of two namespaces are two rows, in a select of a select as well.
  const settings = "select from sysctl in netns * where name like '%buckets'";
  for (const query of [
    settings,
    `select * from (${settings})`,
    `${settings} union ${settings}`,
    `${settings} every 50ms for 20ms`,
  ])
    assert.equal((await rows(query)).map(row => row.split('\t').at(-1)).sort(), ['blue', 'odd name', 'red'], query);
  assert.match((await ctqHere(['select from stats in netns *'])).stdout, /^cpu=0 .* netns=blue$/m);
  const { stderr } = await ctq(['select sum(bytes) from conntrack in netns *']);
  assert.match(stderr, /counters are null in netns blue, odd name: net\.netfilter\.nf_conntrack_acct is 0/);
});

test('one that cannot be read is reported, and costs the exit status, not the others', async () => {
  writeFileSync('/run/netns/dead', '');
  try {
    const counted = await ctqHere([
      'count conntrack in netns * where proto = udp or proto = tcp',
      '-o',
      'tsv,noheader',
    ]);
    assert.is(counted.stdout, '4\n');
    assert.is(counted.code, 1);
    assert.match(counted.stderr, /error: 1 of 4 network namespaces could not be read \(dead\)/);
    assert.is(counted.stderr.match(/error/g)?.length, 1);
    const settings = await ctqHere(["select netns from sysctl in netns * where name like '%acct'"]);
    assert.is(settings.code, 1);
    assert.match(settings.stdout, /red/);
    const stopped = await ctqHere(["count conntrack in netns *; echo 'not reached'"]);
    assert.not.match(stopped.stdout, /reached/);
  } finally {
    rmSync('/run/netns/dead');
  }
});

test('a namespace of two names comes once', async () => {
  symlinkSync('/run/netns/red', '/run/netns/second');
  try {
    assert.equal(await rows('count conntrack in netns *'), ['4']);
  } finally {
    rmSync('/run/netns/second');
  }
});

test('what makes no sense there is refused', async () => {
  for (const statement of [
    'insert into conntrack in netns * set proto = udp',
    'delete from conntrack in netns * where true',
    'update conntrack in netns * set mark = 1 where true',
    'flush conntrack in netns *',
    'get from conntrack in netns * where src = 10.0.0.1',
    'select from conntrack in netns * zero',
    'use netns *; delete from conntrack where true',
    'use netns *; select from conntrack zero',
    'watch from conntrack in netns * with state',
    'select src from expect in netns * join conntrack',
  ]) {
    const { code, stderr } = await ctqHere(['--yes', statement]);
    assert.is(code, 2, `${statement}\n${stderr}`);
    assert.match(stderr, /one network namespace/, statement);
    assert.match(stderr, /in netns blue/, statement);
  }
  assert.equal(await rows('count conntrack in netns *'), ['4']);
});

test('use netns * holds for what follows', async () => {
  assert.equal(await rows('use netns *; count conntrack'), ['4']);
});

test('a name that is given to another namespace is that one', async () => {
  const green = new Namespace('green');
  flow(green, '10.0.0.7');
  const shell = startCtq(['-e', 'count conntrack in netns green', '-f', '-', '-o', 'tsv,noheader']);
  await shell.waitFor(/^1$/m);
  green.destroy();
  new Namespace('green');
  shell.write('count conntrack in netns green;');
  shell.end();
  await shell.waitFor(/^0$/m);
  assert.is(await shell.exit(), 0);
  green.destroy();
});

test('watch shows events of all', async () => {
  const watch = startCtq(['watch netns, event, src from conntrack in netns * with existing', '-o', 'tsv']);
  await watch.waitFor(/^red\t\t10\.0\.0\.3$/m);
  flow(blue, '10.0.0.21');
  await watch.waitFor(/^blue\tnew\t10\.0\.0\.21$/m);
  flow(odd, '10.0.0.22');
  await watch.waitFor(/^odd name\tnew\t10\.0\.0\.22$/m);
  blue.must(['conntrack', '-D', '-s', '10.0.0.21']);
  await watch.waitFor(/^blue\tdestroy\t10\.0\.0\.21$/m);
  watch.kill('SIGINT');
  assert.is(await watch.exit(), 0);
  assert.match(watch.stderr, /3 events in .*none lost/);
});

test.run();
