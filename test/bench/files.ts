/**
 * How fast files are read: `node --import tsx test/bench/files.ts [--flows N] [--runs N] [--only FORMAT,…] [--keep DIRECTORY]`.
 *
 * The same query of the same flows, from a file of each format: the ten sources with most flows. mawk(1) counts the same field of the
 * extended lines, DuckDB of the jsonl file (if @duckdb/node-api is installed). All are whole programs, measured in turn.
 */
import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { flow } from './fill.js';
import { type Command, type Measurement, measure, median } from './measure.js';

const CTQ = fileURLToPath(new URL('../../dist/ctq.js', import.meta.url));
const FORMATS = ['extended', 'plain', 'save', 'proc', 'jsonl', 'json', 'xml'] as const;
type FormatName = (typeof FORMATS)[number];
const COMPRESSIONS = { gz: ['gzip', '-1'], zst: ['zstd', '-q'] } as const;
const QUERY = 'group by src order by 2 desc limit 10';

const { values: options } = parseArgs({
  options: {
    flows: { type: 'string', default: '1000000' },
    runs: { type: 'string', default: '3' },
    only: { type: 'string' },
    keep: { type: 'string' },
  },
});
const flows = Number(options.flows);
const directory = options.keep ?? mkdtempSync(join(tmpdir(), 'ctq-bench-files-'));
mkdirSync(directory, { recursive: true });
if (options.keep === undefined) process.on('exit', () => rmSync(directory, { recursive: true, force: true }));

const pathOf = (name: string): string => join(directory, `flows.${name}`);
const dotted = (n: number): string => [n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255].join('.');

/** One flow as ctq writes it as jsonl, its counters and id made up. */
function objectOf(n: number): string {
  const { src, dst, sport, dport, mark, udp } = flow(n);
  const [there, back] = [1 + ((n * 769) % 50), 1 + ((n * 331) % 40)];
  const sides = [
    `"src":"${dotted(src)}","dst":"${dotted(dst)}","sport":${sport},"dport":${dport},"packets":${there},"bytes":${there * (29 + (n % 1200))}`,
    `"src":"${dotted(dst)}","dst":"${dotted(src)}","sport":${dport},"dport":${sport},"packets":${back},"bytes":${back * (40 + (n % 1300))}`,
  ];
  const flags = '{"wscale":7,"flags":["WINDOW_SCALE","SACK_PERM"]}';
  return (
    `{"family":"ipv4","proto":"${udp ? 'udp' : 'tcp'}","orig":{${sides[0]}},"reply":{${sides[1]}},"zone":0,` +
    `${udp ? '' : '"state":"ESTABLISHED",'}"status":["SEEN_REPLY","ASSURED","CONFIRMED"],"timeout":${86_400 - (n % 1000)},` +
    `"mark":${mark},"id":${Math.imul(n, 0x9e3779b1) >>> 0},"use":1${udp ? '' : `,"tcp":{"orig":${flags},"reply":${flags}}`}}\n`
  );
}

function must(command: readonly string[], output: string): void {
  const out = openSync(output, 'w');
  const { status } = spawnSync(command[0], command.slice(1), { stdio: ['ignore', out, 'inherit'] });
  closeSync(out);
  if (status !== 0) throw new Error(`${command.join(' ')}: exit code ${status}`);
}

function make(): void {
  if (existsSync(pathOf('xml.zst'))) return;
  const file = openSync(pathOf('jsonl'), 'w');
  for (let n = 0; n < flows; n += 1000)
    writeSync(file, Array.from({ length: Math.min(1000, flows - n) }, (_, i) => objectOf(n + i)).join(''));
  closeSync(file);
  for (const format of ['extended', 'plain', 'save', 'json', 'xml'])
    must([process.execPath, CTQ, `select from '${pathOf('jsonl')}' output ${format}`], pathOf(format));
  must(['sed', 's/ use=/ zone=0 use=/', pathOf('extended')], pathOf('proc'));
  for (const format of FORMATS)
    for (const [end, command] of Object.entries(COMPRESSIONS))
      must([...command, '-c', pathOf(format)], pathOf(`${format}.${end}`));
}

const ctq = (name: string): Command => [process.execPath, CTQ, `select src, count(*) from '${pathOf(name)}' ${QUERY}`];
const MAWK = `mawk '{ s = substr($0, index($0, "src=") + 4); n[substr(s, 1, index(s, " ") - 1)]++ } END { for (a in n) print n[a], a }' '${pathOf('extended')}' | sort -rn | head -n 10`;

/** undefined where it is not installed. */
function duckdb(): Command | undefined {
  try {
    createRequire(import.meta.url).resolve('@duckdb/node-api');
  } catch {
    return undefined;
  }
  const program = `import { DuckDBInstance } from '@duckdb/node-api';
const connection = await (await DuckDBInstance.create()).connect();
await connection.runAndReadAll("select orig.src, count(*) from read_json('${pathOf('jsonl')}', columns = {orig: 'STRUCT(src VARCHAR)'}) group by 1 order by 2 desc limit 10");`;
  return [process.execPath, '--input-type=module', '-e', program];
}

interface Row {
  readonly name: string;
  readonly command: Command;
  readonly runs: Measurement[];
  /** The most that its time may be of another row's. */
  readonly goals: readonly (readonly [other: string, most: number])[];
}

const GOALS: Readonly<Record<FormatName, Row['goals']>> = {
  extended: [['mawk', 1]],
  plain: [['mawk', 1]],
  save: [['mawk', 1]],
  proc: [['mawk', 1]],
  jsonl: [
    ['duckdb', 3.5],
    ['extended', 1.5],
  ],
  json: [['jsonl', 1.2]],
  xml: [['extended', 2]],
};
const MOST_MEMORY = 120e6;

function rowsOf(): readonly Row[] {
  const row = (name: string, command: Command, goals: Row['goals'] = []): Row => ({ name, command, runs: [], goals });
  const database = duckdb();
  const wanted = options.only?.split(',') ?? FORMATS;
  return [
    row('mawk', MAWK),
    ...(database === undefined ? [] : [row('duckdb', database)]),
    ...FORMATS.filter(format => wanted.includes(format)).flatMap(format => [
      row(format, ctq(format), GOALS[format]),
      ...Object.keys(COMPRESSIONS).map(end => row(`${format}.${end}`, ctq(`${format}.${end}`), [[format, 1.3]])),
    ]),
  ];
}

function show(rows: readonly Row[]): void {
  const wall = ({ runs }: Row): number => median(runs.map(run => run.wall));
  for (const row of rows) {
    const cpu = median(row.runs.map(run => run.cpu));
    const peak = Math.max(...row.runs.map(run => run.peak));
    const goals = row.goals.flatMap(([name, most]) => {
      const other = rows.find(each => each.name === name);
      if (other === undefined) return [];
      const times = wall(row) / wall(other);
      return [`${times.toFixed(2)} × ${name} ${times <= most ? '✓' : '✗'} ≤ ${most}`];
    });
    if (row.goals.length > 0) goals.push(`${peak <= MOST_MEMORY ? '✓' : '✗'} ≤ ${MOST_MEMORY / 1e6} MB`);
    const figures = [wall(row).toFixed(2), cpu.toFixed(2), (peak / 1e6).toFixed(0)].map(text => text.padStart(6));
    process.stdout.write(
      `${row.name.padEnd(14)}${figures[0]} s${figures[1]} s cpu${figures[2]} MB   ${goals.join('; ')}\n`,
    );
  }
}

make();
const rows = rowsOf();
for (let run = 0; run < Number(options.runs); run++) for (const row of rows) row.runs.push(measure(row.command));
show(rows);
