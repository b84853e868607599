// timeout: 240
/** `in ssh ('gw1', 'gw2')`, and a fleet that is reached by ssh: the hosts are network namespaces. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { startCtq, tty } from '../kit/cli.js';
import type { Finished } from '../kit/command.js';
import { ctqHere, type HereOptions } from '../kit/here.js';
import { addFlow, makeHosts } from '../kit/hosts.js';
import { enter, inShell } from '../kit/interactive.js';
import { Namespace } from '../kit/namespace.js';
import { until } from '../kit/until.js';

const test = suite('in ssh (…)');

const gw1 = new Namespace('gw1');
const gw2 = new Namespace('gw2');
const { folder, env, close } = makeHosts('gw1 edge ssh root@gw1\ngw2 edge ssh gw2\nlost core ssh down\n');
const run = (args: readonly string[], options: HereOptions = {}): Promise<Finished> =>
  ctqHere(args, { env, ...options });
const rows = async (query: string, options?: HereOptions): Promise<string[]> => {
  const { stdout, stderr, code } = await run([query, '-o', 'tsv,noheader'], options);
  assert.is(code, 0, stderr);
  assert.is(stderr, '');
  return stdout.trimEnd().split('\n');
};

test.before(() => {
  addFlow(gw1, '10.0.0.1', 53);
  addFlow(gw1, '10.0.0.2', 123);
  addFlow(gw2, '10.0.0.1', 53);
  addFlow(gw2, '10.0.0.3', 53);
});

test.after(close);

const file = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};

const PLACES = ["ssh ('root@gw1', gw2)", "fleet 'edge'"] as const;
for (const place of PLACES) {
  const first = place.startsWith('ssh') ? 'root@gw1' : 'gw1';
  const from = `from conntrack in ${place}`;

  test(`queries in ${place}`, async () => {
    assert.equal(await rows(`select gateway, src ${from} order by gateway desc, src`), [
      ...(first === 'gw1' ? [] : [`${first}\t10.0.0.1`, `${first}\t10.0.0.2`]),
      'gw2\t10.0.0.1',
      'gw2\t10.0.0.3',
      ...(first === 'gw1' ? [`${first}\t10.0.0.1`, `${first}\t10.0.0.2`] : []),
    ]);
    assert.equal(await rows(`count conntrack in ${place}`), ['4']);
    assert.equal(await rows(`select src, count(*), count(distinct gateway) ${from} group by src having count(*) > 1`), [
      '10.0.0.1\t2\t2',
    ]);
    assert.equal(await rows(`select distinct dport ${from} order by dport`), ['53', '123']);
    assert.equal(await rows(`select src ${from} where gateway = 'gw2' and dport = domain order by src limit 1`), [
      '10.0.0.1',
    ]);
    assert.equal(await rows(`select src ${from} where src in (select src ${from} where dport = 123)`), ['10.0.0.2']);
    assert.equal(
      await rows(
        `use ${place}; with a as (select gateway, count(*) as n from conntrack group by gateway) select n from a union select 1 from conntrack`,
      ),
      ['2', '1'],
    );
    assert.match(
      (await rows(`explain select ${from}`)).join('\n'),
      /ask 2 gateways in (ssh \(root@gw1, gw2\): root@gw1|fleet edge: gw1), gw2/,
    );
  });

  test(`whole entries in ${place} say whose they are, in every format`, async () => {
    for (const [format, pattern] of [
      ['extended', / use=1 gateway=gw2$/m],
      ['plain', / gateway=gw2$/m],
      ['table', /^gateway +proto[\s\S]*^gw2 +udp/m],
      ['csv', /^gateway,proto,[\s\S]*^gw2,udp,/m],
      ['html', /<th>gateway<th>[\s\S]*<td>gw2<td>udp/],
      ['jsonl', /"gateway":"gw2"/],
      ['save', /# \{.*"gateway":"gw2"/],
      ['vertical', /gateway +│ gw2/],
      ['xml', /<!-- gateway=gw2 -->/],
    ] as const) {
      const { stdout, code } = await run([`select ${from}`, '-o', format]);
      assert.is(code, 0, format);
      assert.match(stdout, pattern, format);
      if (['table', 'csv', 'html', 'vertical'].includes(format)) continue;
      // What was written can be read: the gateway is not part of an entry.
      const read = await ctqHere(["select src from '-' order by src", '-o', 'tsv,noheader'], { input: stdout });
      assert.is(read.stdout, '10.0.0.1\n10.0.0.1\n10.0.0.2\n10.0.0.3\n', `${format}: ${read.stderr}`);
      assert.is(read.stderr, '', format);
    }
  });
}

test('groups are made on each host; one without ctq, or with an older one, sends its table', async () => {
  const from = "from conntrack in ssh (gw1, 'bare-gw2', 'old-gw2')";
  const answers = await Promise.all([
    rows(`select src, count(*) as n, count(distinct gateway) ${from} group by src having n > 1 order by n desc, src`),
    rows(`count conntrack in ssh (gw1, 'bare-gw2', 'old-gw2')`),
    rows(`select gateway, src ${from} where dport = 53 order by src desc, gateway limit 3`),
    rows(`select ${from}`),
  ]);
  assert.equal(answers.slice(0, 3), [
    ['10.0.0.1\t3\t3', '10.0.0.3\t2\t2'],
    ['6'],
    ['bare-gw2\t10.0.0.3', 'old-gw2\t10.0.0.3', 'bare-gw2\t10.0.0.1'],
  ]);
  assert.is(answers[3].length, 6);
  const explained = (await rows(`explain select src, count(*) ${from} group by src`)).join('\n');
  assert.match(explained, /^gateways do\tgroup by, aggregates\nsent back\tgroups, with the states/m);
  // In a fleet a member must have ctq.
  const { stderr } = await run(['count conntrack in fleet'], {
    env: { ...env, CTQ_FLEET_CONF: file('bare.conf', 'a ssh gw1\nb ssh bare-gw2\nc ssh old-gw2\n') },
  });
  assert.match(stderr, /1 of 3 .* b \(ctq is not installed there\), c \(its ctq has another version\)/);
});

test('statistics, and entries by tuple and gateway', async () => {
  assert.match((await run(['select from stats in ssh (gw1, gw2)'])).stdout, /^cpu=0 .* gateway=gw2$/m);
  const all = 'select from conntrack in ssh (gw1, gw2)';
  const { stdout } = await run([`${all} except ${all} where gateway = 'gw2'`]);
  assert.equal(
    [...stdout.matchAll(/gateway=(\S+)/g)].map(([, name]) => name),
    ['gw1', 'gw1'],
  );
});

test('a host that cannot be read costs the exit status, not the others', async () => {
  const { stdout, stderr, code } = await run(['count conntrack in fleet', '-o', 'tsv,noheader']);
  assert.is(stdout, '4\n');
  assert.is(code, 1);
  assert.match(
    stderr,
    /error: 2 of 3 gateways answered; missing: lost \(ssh: .*Connection refused\)\nhint: .*ssh -o BatchMode=yes down true/,
  );
  const strict = await run(['set fleet_missing = fail; select from conntrack in fleet']);
  assert.is(strict.code, 1);
  assert.is(strict.stdout, '');
  assert.match(strict.stderr, /2 of 3 gateways answered; missing: lost/);
  // The first host has answered long before.
  for (const format of ['json', 'jsonl', 'csv', 'tsv', 'table', 'markdown', 'xml', 'html', 'plain', 'save']) {
    const columns = ['xml', 'plain', 'save'].includes(format) ? '' : 'src, count(*) as n ';
    const group = columns === '' ? '' : ' group by src';
    const query = `select ${columns}from conntrack in ssh (gw1, 'slow')${group} output ${format}`;
    const nothing = await run([`set fleet_missing = fail; ${query}`]);
    assert.equal([nothing.stdout, nothing.code], ['', 1], format);
  }
  const late = await run(["set fleet_deadline = 1s; count conntrack in ssh (gw1, 'hang')", '-o', 'tsv,noheader']);
  assert.is(late.stdout, '2\n');
  assert.match(late.stderr, /missing: hang \(not done after 1 s\)\nhint: set fleet_deadline = 3s waits longer/);
  const none = await run(["select from conntrack in ssh ('down', 'evil')"]);
  assert.is(none.stdout, '');
  assert.is(none.code, 1);
  assert.match(none.stderr, /none of 2 gateways answered; missing: .*evil \(.*invalid answer/);
});

test('events of both, and one that cannot be watched', async () => {
  const watch = startCtq(["watch gateway, event, src from conntrack in ssh (gw1, 'down', gw2)", '-o', 'tsv'], { env });
  await until('the third to be missed', () => watch.stderr.includes('Connection refused'));
  for (const [host, name] of [
    [gw1, 'gw1'],
    [gw2, 'gw2'],
  ] as const) {
    // It may not have subscribed yet.
    for (let port = 1000; !watch.stdout.includes(`${name}\tnew\t10.0.9.9`); port++) {
      addFlow(host, '10.0.9.9', port);
      await new Promise(resolve => setTimeout(resolve, 50));
    }
  }
  watch.kill('SIGINT');
  assert.is(await watch.exit(), 1, watch.stderr);
  assert.match(watch.stderr, /none lost/);
  const state = await run(['watch from conntrack in ssh (gw1, gw2) with state']);
  assert.is(state.code, 2);
  assert.match(state.stderr, /with state watches one gateway, not several/);
});

for (const [columns, titles] of [
  [140, 'gateway groups state version since round_trip clock_ahead entries full_percent lost_events'],
  [100, 'gateway state since clock_ahead entries full_percent lost_events'],
  [60, 'gateway state entries full_percent'],
] as const)
  test(`show fleet on a terminal of ${columns} columns is a table, without the columns that matter least`, async () => {
    const terminal = tty(['show fleet'], { env, columns });
    try {
      await terminal.exit();
      const lines = terminal.screen().split('\n');
      const header = lines.find(line => line.startsWith('gateway'));
      assert.is(header?.trim().split(/ +/).join(' '), titles);
      assert.match(lines.join('\n'), /^gw2 .* ok .*\nlost .*ssh: connect/m);
    } finally {
      terminal.close();
    }
  });

test('.full waits for gateways as long as the statements that follow', () =>
  inShell(
    async shell => {
      enter(shell, 'use fleet;');
      await shell.waitFor(/^ctq fleet> ?$/m);
      enter(shell, '.full');
      await shell.waitFor(/^\d+ of [\d,]+ flows in 2 gateways/m);
    },
    { env: { ...env, CTQ_FLEET_CONF: file('late.conf', 'gw2 edge ssh gw2\nlate edge ssh late-gw1\n') } },
  ));

test('show fleet, and mistakes in its file', async () => {
  const state = String.raw`ok\t\d+\.\d+\.\d+\t\t\d+\.\d+\t-?\d+\.\d+\t\d+\t0\t?`;
  assert.match(
    (await rows('show fleet edge')).join('\n'),
    new RegExp(`^gw1\tedge\tssh root@gw1\t${state}\ngw2\tedge\tssh gw2\t${state}$`),
  );
  const lost = await run(['show fleet (core, gw2)', '-o', 'tsv,noheader']);
  assert.is(lost.code, 1);
  assert.match(lost.stdout, /^gw2\tedge\tssh gw2\tok\t[\s\S]*\nlost\tcore\tssh down\t.*Connection refused\t/m);
  assert.match(lost.stderr, /1 of 2 gateways answered; missing: lost \((?!lost:).*Connection refused/);
  assert.not.match(lost.stdout, /\tlost: /);
  const unknown = await run(["count conntrack in fleet 'edg'"]);
  assert.is(unknown.code, 2);
  assert.match(unknown.stderr, /the fleet has no group or member 'edg'[\s\S]*1:26[\s\S]*did you mean edge\?/);
  const broken = file('broken.conf', '# x\ngw1 edge\n');
  const { code, stderr } = await run(['count conntrack in fleet'], { env: { ...env, CTQ_FLEET_CONF: broken } });
  assert.is(code, 1);
  assert.match(stderr, /broken\.conf:2: expected 'nats' or 'ssh' after 'gw1'/);
  const empty = await run(['count conntrack in fleet'], { env: { ...env, CTQ_FLEET_CONF: join(folder, 'none') } });
  assert.is(empty.code, 1);
  assert.match(
    empty.stderr,
    /\S+\/none, named by CTQ_FLEET_CONF, does not exist\nhint: write \S+\/none, a line for each gateway/,
  );
});

test.run();
