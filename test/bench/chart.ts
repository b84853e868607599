/** Time and memory of a whole dump over the size of the table, as a drawing (SVG) with logarithmic axes. */
import { type Measurement, median } from './measure.js';

/** What was measured at one size of the table. */
export interface Point {
  readonly flows: number;
  readonly ctq: readonly Measurement[];
  readonly conntrack: readonly Measurement[];
  readonly bound: readonly Measurement[];
}

interface Line {
  readonly name: string;
  readonly color: string;
  readonly values: readonly number[];
}

const WIDTH = 420;
const HEIGHT = 300;
const MARGIN = { left: 64, right: 96, top: 40, bottom: 44 };

/** 1, 10, 100 … that hold all values between them. */
function decades(values: readonly number[]): [from: number, to: number] {
  return [Math.floor(Math.log10(Math.min(...values))), Math.ceil(Math.log10(Math.max(...values)))];
}

const count = (n: number): string => (n >= 1e6 ? `${n / 1e6}M` : n >= 1000 ? `${n / 1000}k` : String(n));

function panel(left: number, title: string, unit: string, sizes: readonly number[], lines: readonly Line[]): string {
  const [xFrom, xTo] = [Math.log10(sizes[0]), Math.log10(sizes.at(-1)!)];
  const [yFrom, yTo] = decades(lines.flatMap(line => line.values));
  const right = left + WIDTH - MARGIN.right;
  const bottom = HEIGHT - MARGIN.bottom;
  const x = (n: number): number =>
    left + MARGIN.left + ((Math.log10(n) - xFrom) / (xTo - xFrom)) * (WIDTH - MARGIN.left - MARGIN.right);
  const y = (n: number): number => bottom - ((Math.log10(n) - yFrom) / (yTo - yFrom)) * (bottom - MARGIN.top);
  const parts = [`<text x="${left + MARGIN.left}" y="22" class="title">${title}</text>`];
  for (const size of sizes) {
    parts.push(
      `<line x1="${x(size).toFixed(1)}" x2="${x(size).toFixed(1)}" y1="${MARGIN.top}" y2="${bottom}" class="grid"/>`,
      `<text x="${x(size).toFixed(1)}" y="${bottom + 16}" text-anchor="middle">${count(size)}</text>`,
    );
  }
  for (let decade = yFrom; decade <= yTo; decade++) {
    const at = y(10 ** decade).toFixed(1);
    const label = decade < 0 ? (10 ** decade).toFixed(-decade) : String(10 ** decade);
    parts.push(
      `<line x1="${left + MARGIN.left}" x2="${right}" y1="${at}" y2="${at}" class="grid"/>`,
      `<text x="${left + MARGIN.left - 6}" y="${Number(at) + 4}" text-anchor="end">${label} ${unit}</text>`,
    );
  }
  // Names are beside the lines' ends, none over another.
  const ends = lines.map(line => ({ line, at: y(line.values.at(-1)!) })).sort((a, b) => a.at - b.at);
  for (let i = 1; i < ends.length; i++) ends[i].at = Math.max(ends[i].at, ends[i - 1].at + 13);
  for (const { line, at } of ends) {
    const points = line.values.map((value, i) => `${x(sizes[i]).toFixed(1)},${y(value).toFixed(1)}`);
    parts.push(
      `<polyline points="${points.join(' ')}" fill="none" stroke="${line.color}" stroke-width="2"/>`,
      ...points.map(point => {
        const [cx, cy] = point.split(',');
        return `<circle cx="${cx}" cy="${cy}" r="3" fill="${line.color}"/>`;
      }),
      `<text x="${right + 8}" y="${(at + 4).toFixed(1)}" fill="${line.color}">${line.name}</text>`,
    );
  }
  parts.push(
    `<text x="${(left + MARGIN.left + right) / 2}" y="${HEIGHT - 8}" text-anchor="middle">flows in the table</text>`,
  );
  return parts.join('\n');
}

/** @param about one line below the title: the machine */
export function chart(points: readonly Point[], about: string): string {
  const sizes = points.map(point => point.flows);
  const lines = (of: (measurement: Measurement) => number): Line[] => [
    { name: 'ctq', color: '#0969da', values: points.map(point => median(point.ctq.map(of))) },
    { name: 'conntrack(8)', color: '#bc4c00', values: points.map(point => median(point.conntrack.map(of))) },
    { name: 'receiving', color: '#6e7781', values: points.map(point => median(point.bound.map(of))) },
  ];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${2 * WIDTH} ${HEIGHT + 20}" font-family="sans-serif" font-size="11">
<style>text { fill: #57606a } .title { font-size: 13px; font-weight: bold } .grid { stroke: #8c959f; stroke-opacity: 0.3 }</style>
<rect width="100%" height="100%" fill="#ffffff"/>
${panel(
  0,
  'A whole dump as extended: wall time',
  's',
  sizes,
  lines(each => each.wall),
)}
${panel(
  WIDTH,
  'Peak memory',
  'MiB',
  sizes,
  lines(each => each.peak / (1 << 20)),
)}
<text x="${MARGIN.left}" y="${HEIGHT + 12}">${about}</text>
</svg>
`;
}

export function asMarkdown(points: readonly Point[]): string {
  const seconds = (all: readonly Measurement[]): string => `${median(all.map(each => each.wall)).toFixed(2)} s`;
  const peak = (all: readonly Measurement[]): string =>
    `${(median(all.map(each => each.peak)) / (1 << 20)).toFixed(0)} MiB`;
  const rows = points.map(
    ({ flows, ctq, conntrack, bound }) =>
      `| ${flows.toLocaleString('en')} | ${seconds(ctq)} | ${seconds(conntrack)} | ${seconds(bound)} | ${peak(ctq)} | ${peak(conntrack)} |`,
  );
  return `| flows | ctq | conntrack(8) | receiving alone | peak memory: ctq | conntrack(8) |\n|--:|--:|--:|--:|--:|--:|\n${rows.join('\n')}\n`;
}
