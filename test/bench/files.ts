/**
 * How fast files are read:
 *
 *   node --import tsx test/bench/files.ts [--flows N] [--runs N] [--only FORMAT,…] [--keep DIRECTORY] [--update]
 *
 * The same query of the same flows, from a file of each format: the ten sources with most flows. mawk(1) counts the same field of the
 * same lines, DuckDB (@duckdb/node-api, two threads) that of the jsonl file. All are whole programs, measured in turn; the times are
 * medians. Of what other programs write, a tenth of the flows is measured, and the time is that of all. `--update` writes the figures
 * into docs/snapshots.md. The exit code is 1 if a goal is missed.
 */
import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { COMPRESSIONS, FORMATS, type FormatName, makeFiles, OTHERS, pathIn } from './files/formats.js';
import { type Figure, updateTables } from './files/tables.js';
import { type Command, type Measurement, measure, median } from './measure.js';

const CTQ = [process.execPath, fileURLToPath(new URL('../../dist/ctq.js', import.meta.url))];
const MAX_MEMORY = 120e6;
/** Files of what other programs write have this part of the flows. */
const PART = 10;

const { values: options } = parseArgs({
  options: {
    flows: { type: 'string', default: '1000000' },
    runs: { type: 'string', default: '3' },
    only: { type: 'string' },
    keep: { type: 'string' },
    update: { type: 'boolean', default: false },
  },
});
const directory = options.keep ?? mkdtempSync(join(tmpdir(), 'ctq-bench-files-'));
mkdirSync(directory, { recursive: true });
if (options.keep === undefined) process.on('exit', () => rmSync(directory, { recursive: true, force: true }));
const pathOf = (name: string): string => pathIn(directory, name);

const ctq = (name: string): Command => [
  ...CTQ,
  `select src, count(*) from conntrack in file '${pathOf(name)}' group by src order by 2 desc limit 10`,
];

/** @param key what precedes the address */
const mawk = (format: string, key: string): Command =>
  `mawk '{ s = substr($0, index($0, "${key}") + ${key.length}); n[substr(s, 1, index(s, " ") - 1)]++ } ` +
  `END { for (a in n) print n[a], a }' '${pathOf(format)}' | sort -rn | head -n 10`;

const DUCKDB: Command = [
  process.execPath,
  '--input-type=module',
  '-e',
  `import { DuckDBInstance } from '${import.meta.resolve('@duckdb/node-api')}';
const connection = await (await DuckDBInstance.create(':memory:', { threads: '2' })).connect();
await connection.runAndReadAll("select orig.src, count(*) from read_json('${pathOf('jsonl')}', format = 'newline_delimited', columns = {orig: 'STRUCT(src VARCHAR)'}) group by 1 order by 2 desc limit 10");`,
];

interface Row {
  readonly name: string;
  readonly command: Command;
  readonly runs: Measurement[];
  /** The most that its time may be of another row's. */
  readonly goals: readonly (readonly [other: string, most: number])[];
}

const GOALS: Readonly<Record<FormatName, Row['goals']>> = {
  extended: [['mawk extended', 1]],
  plain: [['mawk plain', 1]],
  save: [['mawk save', 1]],
  proc: [['mawk proc', 1]],
  jsonl: [
    ['duckdb jsonl', 3.5],
    ['extended', 1.5],
  ],
  json: [['jsonl', 1.2]],
  xml: [['extended', 2]],
};

/** The row that a format is compared with. */
function otherOf(format: FormatName): readonly (readonly [string, Command])[] {
  if (format === 'jsonl') return [['duckdb jsonl', DUCKDB]];
  if (format === 'json' || format === 'xml') return [];
  return [[`mawk ${format}`, mawk(format, format === 'save' ? '-s ' : 'src=')]];
}

function rowsOf(): readonly Row[] {
  const row = (name: string, command: Command, goals: Row['goals'] = []): Row => ({ name, command, runs: [], goals });
  const wanted: readonly string[] = options.only?.split(',') ?? [...FORMATS, ...Object.keys(OTHERS)];
  return [
    row('one', ctq('one')),
    ...FORMATS.filter(format => wanted.includes(format)).flatMap(format => [
      ...otherOf(format).map(([name, command]) => row(name, command)),
      row(format, ctq(format), GOALS[format]),
      ...Object.keys(COMPRESSIONS).map(end => row(`${format}.${end}`, ctq(`${format}.${end}`), [[format, 1.3]])),
    ]),
    ...Object.keys(OTHERS)
      .filter(name => wanted.includes(name))
      .map(name => row(name, ctq(name))),
  ];
}

const isOwn = ({ name }: Row): boolean => !/^(?:mawk|duckdb|one)\b/.test(name);
const wallOf = ({ runs }: Row): number => median(runs.map(run => run.wall));

/** The figures of a row, for all flows. */
function figureOf(row: Row, rows: readonly Row[]): Figure {
  const start = wallOf(rows[0]);
  const scaled = Object.hasOwn(OTHERS, row.name) ? start + (wallOf(row) - start) * PART : wallOf(row);
  const compared = row.goals.flatMap(([name, most]) => {
    const other = rows.find(each => each.name === name);
    return other === undefined ? [] : [{ name, most, times: wallOf(row) / wallOf(other), seconds: wallOf(other) }];
  });
  return {
    name: row.name,
    seconds: scaled,
    cpu: median(row.runs.map(run => run.cpu)),
    peak: Math.max(...row.runs.map(run => run.peak)),
    size: isOwn(row) ? statSync(pathOf(row.name)).size : 0,
    compared,
  };
}

/** @returns the goals that were missed */
function show(rows: readonly Row[], figures: readonly Figure[]): number {
  let missed = 0;
  for (const [i, { name, seconds, cpu, peak, compared }] of figures.entries()) {
    const goals = compared.map(({ name, times, most }) => {
      if (times > most) missed++;
      return `${times.toFixed(2)} × ${name} ${times <= most ? '✓' : '✗'} ≤ ${most}`;
    });
    if (isOwn(rows[i])) {
      if (peak > MAX_MEMORY) missed++;
      goals.push(`${peak <= MAX_MEMORY ? '✓' : '✗'} ≤ ${MAX_MEMORY / 1e6} MB`);
    }
    const shown = [seconds.toFixed(2), cpu.toFixed(2), (peak / 1e6).toFixed(0)].map(text => text.padStart(6));
    process.stdout.write(`${name.padEnd(14)}${shown[0]} s${shown[1]} s cpu${shown[2]} MB   ${goals.join('; ')}\n`);
  }
  process.stdout.write(missed === 0 ? 'all goals are met\n' : `${missed} goals are missed\n`);
  return missed;
}

const flows = Number(options.flows);
makeFiles(directory, CTQ, flows);
const rows = rowsOf();
for (let run = 0; run < Number(options.runs); run++) for (const row of rows) row.runs.push(measure(row.command));
const figures = rows.map(row => figureOf(row, rows));
process.exitCode = show(rows, figures) === 0 ? 0 : 1;
if (options.update) updateTables(figures, flows, Number(options.runs));
