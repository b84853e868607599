/** The parts of the bench that need no kernel: its table, its chart, its tasks. */
import { XMLValidator } from 'fast-xml-parser';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { chart, type Point } from '../bench/chart.js';
import { type Measurement, median } from '../bench/measure.js';
import { asJson, asMarkdown, asTable, type Report, type Series } from '../bench/report.js';
import { tasksOf } from '../bench/tasks.js';

const test = suite('the bench');

const MIB = 1 << 20;
const series = (...wall: number[]): Series => ({
  wall,
  cpu: wall.map(each => each / 2),
  peak: wall.map(() => 90 * MIB),
});

const REPORT: Report = {
  machine: { kernel: '6.18', node: '20.20.2', conntrack: '1.4.7', processor: 'a processor', processors: 2 },
  flows: 1_000_000,
  runs: 3,
  figures: [
    {
      task: { name: 'extended', title: 'dump as extended' },
      by: 'wall',
      goals: { conntrack: 0.55, bound: 1.15, peak: 50 * MIB },
      ctq: series(2.2, 9.9, 2.1),
      conntrack: series(4, 4.4, 4.2),
      bound: series(1.9, 1.8, 1.7),
    },
    {
      task: { name: 'events', title: '300,000 events' },
      by: 'cpu',
      goals: {},
      ctq: { ...series(2, 2, 2), lost: [0, 0, 0] },
      conntrack: { ...series(1, 1, 1), lost: [240_000, 241_386, 241_387] },
    },
  ],
};

test('the median of runs, and not their mean', () => {
  assert.is(median([3, 1, 100]), 3);
  assert.is(median([4, 1, 3, 2]), 2.5);
});

test('a line a task: medians, ratios, and whether the goals are met', () => {
  const [, , , , extended, events] = asTable(REPORT).split('\n');
  assert.match(extended, /^dump as extended +2\.20 s +4\.20 s +0\.52 × +✓ ≤ 0\.55 +1\.80 s +1\.22 × +✗ ≤ 1\.15 /);
  assert.match(extended, /90 MiB \(✗ ≤ 50 MiB\)/);
  assert.match(events, /^300,000 events +1\.00 s cpu, 0 lost +0\.50 s cpu, 241,386 lost +2\.00 ×/);
});

test('the same as Markdown and as JSON', () => {
  const rows = asMarkdown(REPORT)
    .split('\n')
    .filter(line => line.startsWith('|'));
  assert.is(rows.length, 4);
  assert.is(new Set(rows.map(row => row.split('|').length)).size, 1);
  const { figures } = JSON.parse(asJson(REPORT));
  assert.equal(figures[0].ctq.wall, [2.2, 9.9, 2.1]);
  assert.ok(Math.abs(figures[0].toConntrack - 2.2 / 4.2) < 1e-9);
});

test('the chart is a drawing with a line a program', () => {
  const measured = (wall: number): Measurement[] => [{ wall, cpu: wall, peak: wall * 100 * MIB, said: '' }];
  const points: Point[] = [10_000, 100_000, 1_000_000].map(flows => ({
    flows,
    ctq: measured(flows / 400_000),
    conntrack: measured(flows / 200_000),
    bound: measured(flows / 500_000),
  }));
  const drawing = chart(points, 'a machine');
  assert.is(XMLValidator.validate(drawing), true);
  assert.is(drawing.match(/<polyline /g)?.length, 6);
  assert.not.match(drawing, /NaN|Infinity|undefined/);
});

test('every task has a name of its own, and something to be compared with', () => {
  const tasks = tasksOf(250_000);
  assert.is(new Set(tasks.map(task => task.name)).size, tasks.length);
  for (const { name, conntrack, events, isReadiness, watches } of tasks)
    assert.ok(conntrack !== undefined || events !== undefined || isReadiness === true || watches !== undefined, name);
});

test.run();
