/** The figures of the bench of files in docs/snapshots.md: the last column of the table of formats, and the table of sizes and times. */
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { COMPRESSIONS, FORMATS } from './formats.js';

export interface Figure {
  readonly name: string;
  /** For all flows. */
  readonly seconds: number;
  /** Seconds of processor time. */
  readonly cpu: number;
  /** Bytes of memory, and of the file. */
  readonly peak: number;
  readonly size: number;
  /** The rows that it is compared with: how many times theirs its time is, and may be. */
  readonly compared: readonly {
    readonly name: string;
    readonly seconds: number;
    readonly times: number;
    readonly most: number;
  }[];
}

const PAGE = fileURLToPath(new URL('../../../docs/snapshots.md', import.meta.url));

/** The formats of a row in the table of formats, by the beginning of the row. */
const ROWS: Readonly<Record<string, readonly string[]>> = {
  '| `plain`, `extended` |': ['plain', 'extended'],
  '| event logs |': ['events'],
  '| `/proc/net/nf_conntrack`': ['proc'],
  '| conntrackd |': ['conntrackd'],
  '| `save` |': ['save'],
  '| `xml` |': ['xml'],
  '| `json`, `jsonl` |': ['json', 'jsonl'],
  '| `csv`, `tsv` |': ['csv'],
  '| Open vSwitch |': ['ovs'],
  '| ulogd |': ['logemu'],
  "| ulogd's JSON |": ['ulogd'],
  '| jc |': ['jc'],
  '| LuCI |': ['luci'],
  '| cilium |': ['cilium'],
  '| lines in JSON |': ['wrapped'],
};

const seconds = (n: number): string => `${n.toFixed(n < 9.95 ? 1 : 0)} s`;

function rowOf(name: string, figures: ReadonlyMap<string, Figure>): string {
  const figure = figures.get(name);
  if (figure === undefined) throw new Error(`there are no figures of ${name}: --update requires all formats`);
  const ends = Object.keys(COMPRESSIONS).map(end => figures.get(`${name}.${end}`));
  const peak = Math.max(figure.peak, ...ends.map(each => each?.peak ?? 0));
  const others = figure.compared
    .filter(({ name }) => name.includes(' '))
    .map(({ name, seconds: other }) => `${name.split(' ')[0]} ${seconds(other)}`);
  const cells = [
    `\`${name}\``,
    `${(figure.size / 1e6).toFixed(0)} MB`,
    seconds(figure.seconds),
    ...ends.map(each => (each === undefined ? '' : seconds(each.seconds))),
    others.join(', '),
    `${(peak / 1e6).toFixed(0)} MB`,
  ];
  return `| ${cells.join(' | ')} |`;
}

/** Writes the figures into the page. @throws Error where a format was not measured, or the page has no place for its figure */
export function updateTables(all: readonly Figure[], flows: number, runs: number): void {
  const figures = new Map(all.map(figure => [figure.name, figure]));
  let page = readFileSync(PAGE, 'utf8');
  for (const [begin, names] of Object.entries(ROWS)) {
    const slowest = Math.max(...names.map(name => figures.get(name)?.seconds ?? Number.NaN));
    const at = page.indexOf(`\n${begin}`);
    if (at < 0 || Number.isNaN(slowest)) throw new Error(`no figure, or no row in docs/snapshots.md: ${begin}`);
    const end = page.indexOf('\n', at + 1);
    const row = page.slice(at, end).replace(/[^|]*\|$/, ` ${seconds(slowest)} |`);
    page = page.slice(0, at) + row + page.slice(end);
  }
  const table = [
    `${flows.toLocaleString('en')} flows, medians of ${runs}; ${cpus().length} × ${cpus()[0].model.trim()}, node ${process.versions.node}`,
    '',
    '| | size | ctq | .gz | .zst | another program | most memory |',
    '|---|--:|--:|--:|--:|---|--:|',
    ...FORMATS.map(name => rowOf(name, figures)),
  ].join('\n');
  const [from, to] = ['<!-- figures: node --import tsx test/bench/files.ts --update -->', '<!-- end of figures -->'];
  const begin = page.indexOf(from);
  const end = page.indexOf(to, begin);
  if (begin < 0 || end < 0) throw new Error('docs/snapshots.md has no place for the table');
  page = `${page.slice(0, begin + from.length)}\n${table}\n\n${page.slice(end)}`;
  writeFileSync(PAGE, page);
}
