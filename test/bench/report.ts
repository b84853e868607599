/** The figures of a bench as a table for a terminal, as Markdown, as JSON. */
import { median } from './measure.js';
import type { Goals, Task } from './tasks.js';

/** One program's measurements in a task. */
export interface Series {
  /** Seconds of each run. */
  readonly wall: readonly number[];
  readonly cpu: readonly number[];
  /** Bytes. */
  readonly peak: readonly number[];
  /** Of events: how many were lost in each run. */
  readonly lost?: readonly number[];
}

export interface Figures {
  readonly task: Pick<Task, 'name' | 'title'>;
  /** What is compared: wall time, or processor time where the programs wait for events. */
  readonly by: 'wall' | 'cpu';
  readonly goals: Goals;
  readonly ctq: Series;
  readonly conntrack?: Series;
  readonly bound?: Series;
}

export interface Machine {
  readonly kernel: string;
  readonly node: string;
  readonly conntrack: string;
  readonly processor: string;
  readonly processors: number;
}

export interface Report {
  readonly machine: Machine;
  readonly flows: number;
  readonly runs: number;
  readonly figures: readonly Figures[];
}

const MIB = 1 << 20;

/** ctq's median over another's. */
const ratio = ({ ctq, by }: Figures, other: Series | undefined): number | undefined =>
  other === undefined ? undefined : median(ctq[by]) / median(other[by]);

const peakOf = (series: Series): number => Math.max(...series.peak);

function time(seconds: number): string {
  if (seconds < 0.1) return `${(seconds * 1000).toFixed(1)} ms`;
  return `${seconds.toFixed(seconds < 10 ? 2 : 1)} s`;
}

const times = (n: number | undefined): string => (n === undefined ? '' : `${n.toFixed(2)} ×`);
const memory = (series: Series): string => `${(peakOf(series) / MIB).toFixed(0)} MiB`;

/** A goal, and whether it is met. */
const goal = (actual: number | undefined, most: number | undefined, shown: (n: number) => string): string =>
  actual === undefined || most === undefined ? '' : `${actual <= most ? '✓' : '✗'} ≤ ${shown(most)}`;

const HEADINGS = [
  'task',
  'ctq',
  'conntrack(8)',
  'ratio',
  'goal',
  'bound',
  'ratio',
  'goal',
  'processor time: ctq',
  'conntrack(8)',
  'peak memory: ctq',
  'conntrack(8)',
] as const;

function row(figures: Figures): string[] {
  const { task, by, goals, ctq, conntrack, bound } = figures;
  const toConntrack = ratio(figures, conntrack);
  const toBound = ratio(figures, bound);
  const shown = (series: Series | undefined): string => {
    if (series === undefined) return '';
    const lost = series.lost === undefined ? '' : `, ${Math.round(median(series.lost)).toLocaleString('en')} lost`;
    return `${time(median(series[by]))}${by === 'cpu' ? ' cpu' : ''}${lost}`;
  };
  const peakGoal = goal(peakOf(ctq), goals.peak, n => `${n / MIB} MiB`);
  return [
    task.title,
    shown(ctq),
    shown(conntrack),
    times(toConntrack),
    goal(toConntrack, goals.conntrack, n => n.toFixed(2)),
    shown(bound),
    times(toBound),
    goal(toBound, goals.bound, n => n.toFixed(2)),
    time(median(ctq.cpu)),
    conntrack === undefined ? '' : time(median(conntrack.cpu)),
    memory(ctq) + (peakGoal.startsWith('✗') ? ` (${peakGoal})` : ''),
    conntrack === undefined ? '' : memory(conntrack),
  ];
}

/** What was measured, and where, in a line. */
export const heading = ({ machine, flows, runs }: Report): string =>
  `${flows.toLocaleString('en')} flows, medians of ${runs} runs; Linux ${machine.kernel}, ${machine.processors} × ${machine.processor}, node ${machine.node}, conntrack(8) ${machine.conntrack}`;

const GOALS = 'the goals are for 1,000,000 flows; cpu is processor time, all else wall time';

export function asTable(report: Report): string {
  const rows = [[...HEADINGS], ...report.figures.map(row)];
  const widths = HEADINGS.map((_, i) => Math.max(...rows.map(cells => cells[i].length)));
  const lines = rows.map(cells =>
    cells
      .map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i])))
      .join('  ')
      .trimEnd(),
  );
  return `${heading(report)}\n${GOALS}\n\n${lines.join('\n')}\n`;
}

export function asMarkdown(report: Report): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const rule = HEADINGS.map((_, i) => (i === 0 ? '---' : '--:'));
  return `${heading(report)}\n\n${[line(HEADINGS), line(rule), ...report.figures.map(each => line(row(each)))].join('\n')}\n`;
}

export function asJson(report: Report): string {
  const figures = report.figures.map(each => ({
    name: each.task.name,
    title: each.task.title,
    by: each.by,
    toConntrack: ratio(each, each.conntrack),
    toBound: ratio(each, each.bound),
    goals: each.goals,
    ctq: each.ctq,
    conntrack: each.conntrack,
    bound: each.bound,
  }));
  return `${JSON.stringify({ ...report, figures }, null, 2)}\n`;
}
