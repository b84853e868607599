/**
 * Runs the bench inside of its namespaces; `npm run bench` (scripts/bench.js) makes them, and the limits of the machine.
 *
 * Each task is measured several times, ctq, conntrack(8) and the bound in turn, so that other work of the machine affects all three.
 */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { cpus, release } from 'node:os';
import { fileURLToPath } from 'node:url';
import { assertPrivateNamespace } from '../kit/namespace.js';
import { chart, asMarkdown as chartTable, type Point } from './chart.js';
import { type EventMeasurement, measureEvents, measureLatency, measureWatched } from './events.js';
import { fill, flush, prepare, send } from './fill.js';
import { type Command, type Measurement, measure } from './measure.js';
import { measureReady } from './ready.js';
import {
  asJson,
  asMarkdown,
  asTable,
  type Figures,
  heading,
  type Machine,
  type Report,
  type Series,
} from './report.js';
import { type Task, tasksOf } from './tasks.js';

/** As scripts/bench.js hands them on. */
interface Options {
  readonly flows: number;
  readonly runs: number;
  readonly only?: string;
  readonly list?: boolean;
  readonly json?: boolean;
  readonly markdown?: boolean;
  readonly chart?: boolean;
}

const CHART = fileURLToPath(new URL('../../docs/performance.svg', import.meta.url));
const CHART_SIZES = [10_000, 30_000, 100_000, 300_000, 1_000_000, 2_000_000];

const tell = (text: string): void => {
  process.stderr.write(`bench: ${text}\n`);
};

function machine(): Machine {
  const { stdout } = spawnSync('conntrack', ['--version'], { encoding: 'utf8' });
  return {
    kernel: release(),
    node: process.versions.node,
    conntrack: /v([\d.]+)/.exec(stdout)?.[1] ?? 'of unknown version',
    processor: cpus()[0].model.trim(),
    processors: cpus().length,
  };
}

function seriesOf(measurements: readonly (Measurement & Partial<EventMeasurement>)[]): Series {
  const lost = measurements.map(each => each.lost).filter(each => each !== undefined);
  return {
    wall: measurements.map(each => each.wall),
    cpu: measurements.map(each => each.cpu),
    peak: measurements.map(each => each.peak),
    ...(lost.length > 0 ? { lost } : {}),
  };
}

async function figuresOf(task: Task, runs: number): Promise<Figures> {
  const { name, title, goals = {}, events, watches } = task;
  const sides: Record<'ctq' | 'conntrack' | 'bound', Command | undefined> = {
    ctq: task.ctq,
    conntrack: task.conntrack,
    bound: watches === undefined ? task.bound : [],
  };
  const measured: Record<keyof typeof sides, Measurement[]> = { ctq: [], conntrack: [], bound: [] };
  const once = (command: Command): Measurement | Promise<Measurement> => {
    if (watches !== undefined) return measureWatched(command === sides.bound ? [] : watches);
    if (events === 'latency') return measureLatency(command);
    if (events !== undefined) return measureEvents(command, task.output);
    return task.isReadiness && command !== task.bound ? measureReady(command as readonly string[]) : measure(command);
  };
  task.setup?.();
  for (let run = 0; run < runs * (task.often ?? 1); run++) {
    for (const side of ['ctq', 'conntrack', 'bound'] as const) {
      const command = sides[side];
      if (command === undefined) continue;
      if (side !== 'bound') task.before?.();
      measured[side].push(await once(command));
      if (side !== 'bound') task.after?.();
    }
  }
  const { ctq, conntrack, bound } = measured;
  return {
    task: { name, title },
    by: events === 'cost' ? 'cpu' : 'wall',
    goals,
    ctq: seriesOf(ctq),
    ...(conntrack.length > 0 ? { conntrack: seriesOf(conntrack) } : {}),
    ...(bound.length > 0 ? { bound: seriesOf(bound) } : {}),
  };
}

/** The chosen tasks, in the order in which the table is empty first, then full, and then changed. */
function chosen(tasks: readonly Task[], only: string | undefined): readonly Task[] {
  if (only === undefined) return tasks;
  const names = only.split(',').map(name => name.trim());
  const unknown = names.find(name => !tasks.some(task => task.name === name));
  if (unknown !== undefined)
    throw new Error(`no task '${unknown}'; there are ${tasks.map(task => task.name).join(', ')}`);
  return tasks.filter(task => names.includes(task.name));
}

async function runTasks({ flows, runs, only, json, markdown }: Options): Promise<void> {
  const tasks = chosen(tasksOf(flows), only);
  const figures = new Map<string, Figures>();
  const run = async (task: Task): Promise<void> => {
    const began = performance.now();
    figures.set(task.name, await figuresOf(task, runs));
    tell(`${task.title}: ${((performance.now() - began) / 1000).toFixed(1)} s`);
  };
  for (const task of tasks.filter(each => each.empty === true)) await run(task);
  const full = tasks.filter(each => each.empty !== true);
  if (full.length > 0) {
    tell(`making ${flows.toLocaleString('en')} flows`);
    fill(0, flows);
    send(0, flows);
  }
  for (const task of full) await run(task);
  const report: Report = { machine: machine(), flows, runs, figures: tasks.map(task => figures.get(task.name)!) };
  process.stdout.write(json ? asJson(report) : markdown ? asMarkdown(report) : asTable(report));
}

function runChart({ flows, runs, json }: Options): void {
  const dump = tasksOf(flows).find(task => task.name === 'extended')!;
  const points: Point[] = [];
  let made = 0;
  for (const size of CHART_SIZES.filter(each => each <= flows)) {
    fill(made, size);
    send(made, size);
    made = size;
    const measured: Record<'ctq' | 'conntrack' | 'bound', Measurement[]> = { ctq: [], conntrack: [], bound: [] };
    for (let run = 0; run < runs; run++) {
      measured.ctq.push(measure(dump.ctq));
      measured.conntrack.push(measure(dump.conntrack!));
      measured.bound.push(measure(dump.bound!));
    }
    points.push({ flows: size, ...measured });
    tell(`${size.toLocaleString('en')} flows measured`);
  }
  flush();
  const about = heading({ machine: machine(), flows: made, runs, figures: [] }).replace(/^/, 'up to ');
  writeFileSync(CHART, chart(points, about));
  tell(`written to ${CHART}`);
  process.stdout.write(json ? `${JSON.stringify(points, null, 2)}\n` : `${about}\n\n${chartTable(points)}`);
}

async function main(options: Options): Promise<void> {
  if (options.list) {
    for (const { name, title } of tasksOf(options.flows)) process.stdout.write(`${name.padEnd(16)}${title}\n`);
    return;
  }
  assertPrivateNamespace();
  prepare();
  if (options.chart) runChart(options);
  else await runTasks(options);
}

try {
  await main(JSON.parse(process.argv[2] ?? '{}') as Options);
} catch (error) {
  tell(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
