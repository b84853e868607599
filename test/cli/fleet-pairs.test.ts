// timeout: 240
/** A fleet with everything else: the answer of two gateways is that of a file with the entries of both. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ctq, tty } from '../kit/cli.js';
import { ctqHere, type HereOptions } from '../kit/here.js';
import { addFlow, makeHosts } from '../kit/hosts.js';
import { Namespace } from '../kit/namespace.js';

const test = suite('a fleet and everything else');

const hosts = [new Namespace('gw1'), new Namespace('gw2')] as const;
const { folder, env, close } = makeHosts('gw1 edge ssh gw1\ngw2 edge ssh gw2\ngone dead ssh gone\n');
const own = { ...env, XDG_CONFIG_HOME: folder };

const run = async (args: readonly string[], options: HereOptions = {}): Promise<string> => {
  const { stdout, stderr, code } = await ctqHere(args, { env: own, cwd: folder, ...options });
  assert.is(code, 0, stderr);
  assert.is(stderr, '', args.join(' '));
  return stdout;
};

test.before(async () => {
  for (const [i, host] of hosts.entries()) {
    host.sysctl({ 'net/netfilter/nf_conntrack_acct': 1, 'net/netfilter/nf_conntrack_timestamp': 1 });
    for (let n = 0; n < 12; n++)
      addFlow(host, `10.0.${n % 3}.${i * 4 + n}`, [53, 123, 443][n % 3], '-m', String(n % 4));
  }
  writeFileSync(join(folder, 'hosts.csv'), 'ip,name\n10.0.0.0/24,office\n10.0.1.4,web\n');
  writeFileSync(join(folder, 'both.jsonl'), await run(['select from conntrack in fleet edge', '-o', 'jsonl']));
});

test.after(close);

/** Statements with FROM for the table: what they give is in an order of its own, or is sorted. */
const STATEMENTS: readonly string[] = [
  'select src, dst, dport, mark FROM where dport in (domain, 123)',
  'select src, mark * 2 as twice FROM order by mark desc, src limit 5 offset 2',
  'select distinct dport, mark FROM order by 1, 2',
  'select distinct mark FROM where mark > 0 order by mark desc limit 2',
  'count FROM',
  'count FROM where src in 10.0.1.0/24',
  'select dport, count(*), count(distinct src), sum(mark), avg(mark), min(src), max(src), p50(mark), p99(mark) FROM group by dport order by dport',
  'select net(src, 24) as net, count(*) as flows FROM group by net having flows > 5 order by flows desc, net limit 2',
  'select case when mark = 0 then null else mark end as m, count(*) FROM group by m order by m',
  'select count(*), sum(mark), min(mark) FROM where mark > 100',
  'select sum(mark) as marks FROM having count(*) > 10',
  "select src FROM where src in (select ip from 'hosts.csv')",
  "select src, h.name FROM join 'hosts.csv' as h on src = h.ip order by src",
  "select h.name, count(*) FROM left join 'hosts.csv' as h on src = h.ip group by h.name order by 1",
  'select src FROM where mark = (select max(mark) FROM) order by src',
  'select src FROM where exists (select src FROM where mark = 3) and mark = 3',
  'with t as (select dport, count(*) as n FROM group by dport) select dport from t where n > 7 order by dport',
  'select x.n from (select mark as n FROM where mark < 2) as x order by n limit 3',
  'select src FROM where mark = 1 union select src FROM where mark = 2 order by src',
  'select src FROM union all select dst FROM order by 1 limit 30',
  'select src FROM except select src FROM where dport = 53 order by src',
  'select dport, count(*) filter (where mark > 1), sum(mark) filter (where src in 10.0.1.0/24), count(distinct mark) filter (where mark < 3) FROM group by dport order by dport',
  'select dport, list(mark), list(src) filter (where mark = 1), list(net(src, 24)) FROM group by dport order by dport',
  'select case when mark = 1 then null else mark end as m, count(*) FROM group by m order by m desc nulls first limit 3',
  'select src FROM where mark = 1 intersect select src FROM where dport = 53 order by src',
  'let m = 2; let some = (53, 443); select src FROM where mark = $m and dport in $some',
  'let sources = (select src FROM where mark = 1); count FROM where src in $sources',
];

for (const statement of STATEMENTS) {
  test(statement, async () => {
    const of = (from: string): string =>
      statement.replaceAll('count FROM', `count ${from.slice(5)}`).replaceAll('FROM', from);
    const [fleet, file] = await Promise.all(
      ['from conntrack in fleet edge', "from 'both.jsonl'"].map(from => run([of(from), '-o', 'tsv'])),
    );
    const sorted = (text: string): string => (/order by/.test(statement) ? text : text.split('\n').sort().join('\n'));
    assert.is(sorted(fleet), sorted(file));
    assert.ok(file.trimEnd().includes('\n'), file);
  });
}

test('every format', async () => {
  for (const format of ['table', 'box', 'markdown', 'html', 'vertical', 'json', 'jsonl', 'csv', 'tsv', 'bars'])
    assert.is(
      await run([
        'select dport, count(*) as flows from conntrack in fleet edge group by dport order by dport',
        '-o',
        format,
      ]),
      await run(["select dport, count(*) as flows from 'both.jsonl' group by dport order by dport", '-o', format]),
      format,
    );
  for (const format of ['openmetrics', 'prometheus'])
    assert.match(
      await run(['select gateway, count(*) as ctq_flows from conntrack in fleet edge group by gateway', '-o', format]),
      /^ctq_flows\{gateway="gw2"\} 12$/m,
    );
  for (const format of ['save', 'plain', 'extended', 'xml']) {
    const whole = await run(['select from conntrack in fleet edge', '-o', format]);
    assert.is(await run(["count '-'", '-o', 'tsv,noheader'], { input: whole }), '24\n', format);
  }
});

test('files, scripts, pipes, named queries and repetition', async () => {
  await run(["select src from conntrack in fleet edge order by src output csv to 'out.csv'"]);
  assert.is(readFileSync(join(folder, 'out.csv'), 'utf8').split('\n').length, 26);
  await run(['-o', 'csv', '--to', join(folder, 'to.csv'), 'count conntrack in fleet edge']);
  assert.match(readFileSync(join(folder, 'to.csv'), 'utf8'), /\n24\n$/);
  writeFileSync(
    join(folder, 'script.ctq'),
    'use fleet edge;\nassert (select count(*) from conntrack) = 24;\ncount conntrack;\n',
  );
  assert.is(await run(['script.ctq', '-o', 'tsv,noheader']), '24\n');
  assert.is(await run(['-o', 'tsv,noheader'], { input: 'count conntrack in fleet gw1;' }), '12\n');
  await run([
    'query per_gateway(port = 53) as select gateway, count(*) from conntrack in fleet edge where dport = $port group by gateway order by 1',
  ]);
  assert.is(await run(['run per_gateway(123)', '-o', 'tsv,noheader']), 'gw1\t4\ngw2\t4\n');
  const repeated = await ctq(
    ['-q', 'select count(*) as n from conntrack in fleet edge every 100ms until n = 24', '-o', 'csv'],
    {
      env: own,
    },
  );
  assert.is(repeated.stdout, 'n\n24\n', repeated.stderr);
});

test('a monitor and programs receive no part as the whole', async () => {
  const asked = async (from: string, output: string) => {
    const { code, stdout, stderr } = await ctqHere([`select count(*) as n from conntrack in fleet ${from} ${output}`], {
      env: own,
      cwd: folder,
    });
    return { code, stdout, missing: /missing: gone/.test(stderr) };
  };
  assert.equal(await asked('edge', 'output nagios critical n > 20'), {
    code: 2,
    stdout: 'CONNTRACK CRITICAL: n = 24 (n > 20) | n=24;;20\n',
    missing: false,
  });
  const check = await asked('(gw1, gone)', 'output nagios critical n > 20');
  assert.is(check.code, 3);
  assert.match(check.stdout, /^CTQ UNKNOWN: 1 of 2 gateways answered; missing: gone \(.*\)\n$/);
  const json = await asked('(gw1, gone)', 'output json');
  assert.equal([json.code, json.missing], [1, true]);
  const [row, { event, gateway }] = JSON.parse(json.stdout);
  assert.equal([row, event, gateway], [{ n: 12 }, 'missing', 'gone']);
  const metrics = await asked('(gw1, gone)', 'output openmetrics');
  assert.equal([metrics.code, metrics.missing], [1, true]);
});

test('explain says what is sent, what gateways do, and what is merged', async () => {
  const explained = await run([
    "explain select src, count(*) as n from conntrack in fleet edge where src in (select ip from 'hosts.csv') group by src having n > 1 order by n desc limit 3",
    '-o',
    'tsv,noheader',
  ]);
  assert.match(explained, /^request\task 2 gateways in fleet edge: gw1, gw2$/m);
  assert.match(
    explained,
    /^sent\tselect src, count\(\*\) as n from conntrack where src in \$subquery_1 group by src having n > 1 order by n desc$/m,
  );
  assert.match(explained, /^sent with it\t\$subquery_1: the values of a subquery/m);
  assert.match(explained, /^gateways do\twhere, group by, aggregates$/m);
  assert.match(explained, /^merged here\tgroups of the same keys, having, order by, limit$/m);
  const whole = await run([
    "explain select src from conntrack in fleet edge join 'hosts.csv' as h on src = h.ip",
    '-o',
    'tsv',
  ]);
  assert.match(whole, /^gateways do\tnothing: they send their entries/m);
  assert.match(
    await run(['explain select src from conntrack in fleet edge order by src limit 2 offset 1', '-o', 'tsv']),
    /^gateways do\tcolumns, the first 3 by order$/m,
  );
});

test('in the shell: the prompt, and what completes', async () => {
  const shell = tty(['--no-config'], { env: own });
  await shell.waitFor('ctq> ');
  shell.type('use fleet ed');
  shell.press('Tab');
  shell.type(';');
  shell.press('Enter');
  await shell.waitFor('ctq fleet edge> ');
  shell.type('count conntrack;');
  shell.press('Enter');
  await shell.waitFor(/^ *24$/m, 15_000);
  shell.close();
});

test('.full sums the flows of the gateways, and what their tables hold', async () => {
  const max = Number(
    await run(["select value from sysctl in fleet gw1 where name = 'nf_conntrack_max'", '-o', 'tsv,noheader']),
  );
  const sum = (members: number): string => (members * max).toLocaleString('en-US');
  const shell = tty(['--no-config'], { env: own, columns: 140, rows: 60 });
  const full = async (use: string, line: RegExp): Promise<void> => {
    shell.type(`use ${use};`);
    shell.press('Enter');
    shell.type('.full');
    shell.press('Enter');
    await shell.waitFor(line);
    await shell.waitFor(/group by dst, dport[\s\S]*ctq[^\n]*> ?$/);
  };
  await shell.waitFor('ctq> ');
  await full(
    'fleet edge',
    new RegExp(`^24 of ${sum(2)} flows in 2 gateways .* 0\\.0 %, fullest: gw[12] 0\\.0 %$`, 'm'),
  );
  // The settings of hosts cannot be read.
  await full("ssh ('gw1', 'gw2')", /^ctq@gw1,gw2> \.full\ndrop 0/m);
  await full('netns *', new RegExp(`^24 of ${sum(2)} flows in 2 network namespaces `, 'm'));
  await full('fleet gw1', new RegExp(`^12 of ${sum(1)} flows in 1 gateway `, 'm'));
  shell.close();
});

test.run();
