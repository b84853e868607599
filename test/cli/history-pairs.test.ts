// timeout: 120
/** A history with everything else: the answer about flows that were recorded is that of a file with the same flows. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ctq, startCtq } from '../kit/cli.js';
import { ctqHere, type HereOptions } from '../kit/here.js';
import { addFlow, makeHosts } from '../kit/hosts.js';
import { Namespace } from '../kit/namespace.js';
import { until } from '../kit/until.js';

const test = suite('a history and everything else');

const gateway = new Namespace('gw1');
const { folder, env, close } = makeHosts('gw1 edge ssh gw1\n');
const IN_HISTORY = "from conntrack in history 'flows' since forever";
const IN_FILE = "from 'flows.jsonl'";

const run = async (args: readonly string[], options: HereOptions = {}): Promise<string> => {
  const { stdout, stderr, code } = await ctqHere(args, { env, cwd: folder, ...options });
  assert.is(code, 0, stderr);
  assert.is(stderr, '', args.join(' '));
  return stdout;
};

test.before(async () => {
  for (const name of ['acct', 'timestamp', 'events']) gateway.sysctl({ [`net/netfilter/nf_conntrack_${name}`]: 1 });
  for (let n = 0; n < 24; n++) addFlow(gateway, `10.0.${n % 3}.${n}`, [53, 123, 443][n % 3], '-m', String(n % 4));
  writeFileSync(join(folder, 'hosts.csv'), 'ip,name\n10.0.0.0/24,office\n10.0.1.4,web\n');
  writeFileSync(
    join(folder, 'flows.jsonl'),
    await run(['--netns', gateway.name, 'select from conntrack', '-o', 'jsonl']),
  );
  const statement = `watch from conntrack on destroy into '${join(folder, 'flows')}' keep 1d`;
  const recorder = startCtq([statement], { env, netns: gateway.name });
  await until('the recorder', () => existsSync(join(folder, 'flows')), { within: 20_000 });
  await run(['-q', '--yes', '--netns', gateway.name, 'delete from conntrack where id >= 0']);
  assert.is(await recorder.stop(), 143, recorder.stderr);
  assert.match(recorder.stderr, /^24 events .* none lost/m);
  // As if it had recorded until later: else each query warns that its range has a part without a recorder.
  for (const name of readdirSync(join(folder, 'flows')).filter(each => each.startsWith('recorder-'))) {
    const path = join(folder, 'flows', name);
    const state = JSON.parse(readFileSync(path, 'utf8'));
    writeFileSync(path, JSON.stringify({ ...state, recordedUntil: Date.now() + 3_600_000 }));
  }
});

test.after(close);

/** Statements with FROM for the table: what they give is in an order of its own, or is sorted. */
const STATEMENTS: readonly string[] = [
  'select src, sport, dst, dport, mark, zone FROM where dport in (domain, 123)',
  'select src, mark << 3 as shifted FROM order by mark desc, src limit 5 offset 2',
  'select distinct dport, mark FROM order by 1, 2',
  'select distinct service(dport) FROM',
  'select count(*) FROM where src in 10.0.1.0/24',
  'select dport, count(*), count(distinct src), sum(mark), avg(mark), min(src), p50(mark), p99(mark) FROM group by dport',
  'select service(dport) as s, net(src, 24) as net, count(*) as n FROM group by s, net having n > 5 order by n, net limit 2',
  'select case when mark = 0 then null else mark end as m, count(*) FROM group by m',
  'select bucket(mark, 2) as b, bucket(dport, 100) as p, count(*) FROM group by b, p order by b, p',
  'select count(*), sum(mark), min(mark) FROM where mark > 100',
  "select src FROM where src in (select ip from 'hosts.csv')",
  "select src, h.name FROM join 'hosts.csv' as h on src = h.ip",
  "select h.name, count(*) FROM left join 'hosts.csv' as h on src = h.ip group by h.name",
  'select src FROM where mark = (select max(mark) FROM)',
  'select src FROM where exists (select src FROM where mark = 3) and mark = 3',
  'with t as (select dport, count(*) as n FROM group by dport) select dport from t where n > 7',
  'with t as (select src, mark FROM), u as (select src FROM where mark = 1) select t.src from t join u on t.src = u.src',
  'select x.n from (select mark as n FROM where mark < 2) as x',
  'select src FROM where mark = 1 union select src FROM where mark = 2',
  'select src FROM union all select dst FROM order by 1 limit 30',
  'select src FROM except select src FROM where dport = 53',
  "select src FROM except select src from 'flows.jsonl' where dport = 53",
  'select dport, count(*) filter (where mark > 1), sum(mark) filter (where src in 10.0.1.0/24), count(distinct mark) filter (where mark < 3) FROM group by dport',
  'select dport, list(mark), list(src) filter (where mark = 1), list(net(src, 24)) FROM group by dport',
  'select case when mark = 1 then null else mark end as m, count(*) FROM group by m order by m desc nulls first limit 3',
  'select src FROM where mark = 1 intersect select src FROM where dport = 53',
  'let m = 2; let some = (53, 443); select src FROM where mark = $m and dport in $some',
];

test('the same statements', async () => {
  const answers = await Promise.all(
    [IN_HISTORY, IN_FILE].map(async from => {
      const script = STATEMENTS.map(each => `${each.replaceAll('FROM', from)};\necho 'next';\n`).join('');
      return (await run(['-o', 'tsv', '-f', '-'], { input: script })).split('next\n');
    }),
  );
  for (const [i, statement] of STATEMENTS.entries()) {
    const [history, file] = answers.map(all =>
      /order by/.test(statement) ? all[i] : all[i].split('\n').sort().join('\n'),
    );
    assert.is(history, file, statement);
    assert.ok(file.trimEnd().includes('\n'), `${statement}\n${file}`);
  }
});

test('every format', async () => {
  const formats = 'table box markdown html vertical json jsonl csv tsv bars chart svg openmetrics prometheus'.split(
    ' ',
  );
  const [history, file] = await Promise.all(
    [IN_HISTORY, IN_FILE].map(from =>
      run([
        formats
          .map(each => `select dport, count(*) as flows ${from} group by dport order by dport output ${each}`)
          .join('; '),
      ]),
    ),
  );
  assert.is(history, file);
  assert.match(history, /"flows":8[\s\S]*dport,flows\n53,8[\s\S]*<svg[\s\S]*flows\{dport="53"\} 8/);
  for (const format of ['save', 'plain', 'extended', 'xml']) {
    const { code, stderr } = await ctqHere([`select ${IN_HISTORY} output ${format}`], { env, cwd: folder });
    assert.is(code, 2, format);
    assert.match(stderr, /the history keeps \d+ fields/);
  }
});

test('places, files, scripts, named queries and assertions', async () => {
  await run([`select src ${IN_HISTORY} order by src output csv to 'out.csv'`]);
  assert.is(readFileSync(join(folder, 'out.csv'), 'utf8').split('\n').length, 26);
  const script = [
    "use history 'flows';",
    'assert (select count(*) from conntrack since 1h) = 24;',
    'count conntrack since 10m ago;',
    'count conntrack between yesterday and now;',
    'count conntrack between 2h and 1h ago;',
    'count conntrack in kernel;',
  ];
  writeFileSync(join(folder, 'script.ctq'), script.join('\n'));
  const counted = await ctq(['script.ctq', '-o', 'tsv,noheader'], { env, cwd: folder, netns: gateway.name });
  assert.is(counted.stdout, '24\n24\n0\n0\n', counted.stderr);
  const shown = await ctqHere(["use history 'flows'; show history", '-o', 'tsv,noheader'], { env, cwd: folder });
  assert.match(shown.stdout, /\t24\t0\t0\n$/, shown.stderr);
  assert.is(
    (await ctqHere(["show history in 'flows'", '-o', 'tsv,noheader'], { env, cwd: folder })).stdout,
    shown.stdout,
  );
  const day = readdirSync(join(folder, 'flows')).find(name => /^\d{4}-/.test(name));
  const part = await ctqHere([`count conntrack in history 'flows/${day}' since 1h`], { env, cwd: folder });
  assert.match(
    part.stderr,
    /^error: no history in .*\nhint: the history is in the folder above: in history '.*flows'$/m,
  );
  await run([`query by_port(port = 53) as select count(*) ${IN_HISTORY} where dport = $port`]);
  assert.is(await run(['run by_port(123)', '-o', 'tsv,noheader']), '8\n');
});

test('changes, events and repetition are refused', async () => {
  for (const statement of [
    "delete from conntrack in history 'flows' where dport = 53",
    "update conntrack in history 'flows' set mark = 1 where dport = 53",
    "watch from conntrack in history 'flows'",
    "select count(*) from conntrack in history 'flows' since 1h every 1s",
    "select timeout from conntrack in history 'flows' since 1h",
    "select src from conntrack in history 'flows' since 1h join expect on src = expect.src",
  ]) {
    const { code, stderr } = await ctqHere([statement], { env, cwd: folder });
    assert.is(code, 2, `${statement}\n${stderr}`);
    assert.match(stderr, /hint: /, statement);
  }
});

test.run();
