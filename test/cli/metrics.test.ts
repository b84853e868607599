// timeout: 120
/** `output prometheus` and `openmetrics`, with Prometheus' own programs as judges, on loopback. */
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ctq, startCtq } from '../kit/cli.js';
import { run } from '../kit/command.js';
import { fillTables } from '../kit/flows.js';
import { conntrack } from '../kit/oracle.js';
import { Program } from '../kit/program.js';
import { until } from '../kit/until.js';

const test = suite('metrics');

const EXAMPLE = fileURLToPath(new URL('../../examples/metrics.ctq', import.meta.url));
const PROMTOOL = '/usr/bin/promtool';
const EXPORTER = '/usr/bin/prometheus-node-exporter';
const OPENMETRICS = '/usr/lib/python3/dist-packages/prometheus_client/openmetrics/parser.py';
const isCI = !['', '0', 'false', undefined].includes(process.env.CI);

/** scripts/setup.sh --judges installs them; in CI a missing one is a failure. */
const judged = (program: string) => (isCI || existsSync(program) ? test : test.skip);

const folder = mkdtempSync(join(tmpdir(), 'ctq-metrics-'));
chmodSync(folder, 0o755);

test.before(() => {
  fillTables();
});
test.after(() => rmSync(folder, { recursive: true }));

const samples = (text: string): string[] => text.split('\n').filter(line => line !== '' && !line.startsWith('#'));

judged(PROMTOOL)('promtool accepts what examples/metrics.ctq writes', async () => {
  const file = join(folder, 'example.prom');
  const { code, stderr } = await ctq(['-o', 'prometheus', '--to', file, EXAMPLE], { timeout: 60_000 });
  assert.is(code, 0, stderr);
  const input = readFileSync(file, 'utf8');
  const checked = run([PROMTOOL, 'check', 'metrics'], { input });
  assert.equal([checked.code, checked.stdout, checked.stderr], [0, '', '']);
  const entries = Number(/^ctq_entries (\d+)$/m.exec(input)?.[1]);
  const flows = samples(input).filter(line => line.startsWith('ctq_flows{'));
  assert.is(
    flows.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0),
    entries,
    'each flow is in one group',
  );
  assert.ok(entries > 10);
  for (const name of [
    'ctq_entries_limit',
    'ctq_half_open',
    'ctq_insert_failed_total',
    'ctq_network_flows',
    'ctq_nat_ports',
  ])
    assert.match(input, new RegExp(`^${name}[ {]`, 'm'));
});

judged(PROMTOOL)('promtool accepts every label and value of a table of everything', async () => {
  const keys = 'src, dst, sport, dport, state, labels, status, helper, zone, mark, nat, id';
  const { stdout, stderr, code } = await ctq([
    `select ${keys}, count(*) as flows, max(timeout) as timeout_seconds, avg(bytes) as mean_bytes from conntrack group by ${keys} output prometheus`,
  ]);
  assert.is(code, 0, stderr);
  assert.ok(samples(stdout).length > 20);
  const checked = run([PROMTOOL, 'check', 'metrics'], { input: stdout });
  assert.equal([checked.code, checked.stdout, checked.stderr], [0, '', '']);
});

judged(OPENMETRICS)('the strict parser of OpenMetrics reads the same values', async () => {
  const { stdout } = await ctq([
    'select cpu, sum(drop) as drop_total, sum(found) as found from stats group by cpu output openmetrics',
  ]);
  const read = run(
    [
      '/usr/bin/python3',
      '-c',
      `import sys
from prometheus_client.openmetrics.parser import text_string_to_metric_families as families
for f in families(sys.stdin.read()):
  for s in f.samples: print(f.name, f.type, s.name, s.labels['cpu'], int(s.value))`,
    ],
    { input: stdout },
  );
  assert.is(read.code, 0, read.stderr);
  assert.match(read.stdout, /^drop counter drop_total 0 \d+$/m);
  assert.match(read.stdout, /^found gauge found 0 \d+$/m);
});

test('a wrong metric is found before anything is read, and no file is made', async () => {
  const file = join(folder, 'wrong.prom');
  for (const statement of [
    `select proto, count(*) from conntrack group by proto output prometheus to '${file}'`,
    `select sum(bytes) as bytes_total from conntrack output prometheus to '${file}'`,
  ]) {
    const { code, stderr } = await ctq([statement]);
    assert.is(code, 2, stderr);
    assert.match(stderr, /invalid metric name 'count\(\*\)'|bytes_total is not a counter/);
  }
  assert.not.ok(existsSync(file));
});

test('the dashboard and the documentation use metrics of the example only', () => {
  const defined = new Set(readFileSync(EXAMPLE, 'utf8').match(/\bctq_\w+/g));
  for (const file of ['../../examples/grafana-metrics.json', '../../docs/monitoring.md']) {
    const text = readFileSync(fileURLToPath(new URL(file, import.meta.url)), 'utf8');
    const used = [...new Set(text.match(/\bctq_\w+/g))];
    assert.ok(used.length > 5);
    assert.equal(
      used.filter(name => !defined.has(name)),
      [],
      file,
    );
  }
});

const scrape = (port: number): Promise<string> =>
  new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, path: '/metrics' }, response => {
      let text = '';
      response.setEncoding('utf8').on('data', chunk => {
        text += chunk;
      });
      response.on('end', () => resolve(text));
    }).on('error', reject);
  });

judged(EXPORTER)('node_exporter serves the file that every replaces, also while entries come and go', async () => {
  const directory = mkdtempSync(join(folder, 'textfile-'));
  chmodSync(directory, 0o755);
  const file = join(directory, 'ctq.prom');
  const port = 9_100;
  const exporter = new Program([
    EXPORTER,
    `--web.listen-address=127.0.0.1:${port}`,
    '--collector.disable-defaults',
    '--collector.textfile',
    `--collector.textfile.directory=${directory}`,
  ]);
  const writer = startCtq([
    `select count(*) as ctq_flows from conntrack where src = 203.0.113.77 every 100ms output prometheus to '${file}'`,
  ]);
  try {
    const served = async (): Promise<number> => {
      const text = await scrape(port);
      assert.match(text, /^node_textfile_scrape_error 0$/m);
      return Number(/^ctq_flows (\d+)$/m.exec(text)?.[1]);
    };
    await until('the first round', async () => (await served()) === 0, { within: 20_000 });
    for (let i = 1; i <= 20; i++) {
      const { code } = conntrack(`-I -p udp -t 100 -s 203.0.113.77 -d 203.0.113.78 --sport ${i} --dport 53`.split(' '));
      assert.is(code, 0);
      assert.ok((await served()) <= i);
    }
    await until('the last round', async () => (await served()) === 20, { within: 20_000 });
  } finally {
    await writer.stop();
    await exporter.stop();
  }
  assert.equal(readdirSync(directory), ['ctq.prom'], 'no temporary file is left');
});

test.run();
