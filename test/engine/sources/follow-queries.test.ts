/** Queries of logs that are followed: conditions and groups in every format of events, also where the file is renamed or cut. */
import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { DEFAULT_FLEET_OPTIONS } from '../../../src/engine/sources/fleet/options.js';
import { file as opener } from '../../../src/engine/sources/snapshot/follow/file-source.js';
import type { FormatName, Modifier } from '../../../src/lang/checked/ast.js';
import { NOW, readPath, readText } from '../../kit/snapshot.js';
import { until } from '../../kit/until.js';
import { Gathered, watching } from '../../kit/watching.js';
import { written } from '../formats/support.js';

const test = suite('queries of logs that are followed');

const folder = mkdtempSync(join(tmpdir(), 'ctq-follow-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
let files = 0;
const newPath = (): string => join(folder, `log-${++files}`);

/** Much else may run on the machine. */
const PATIENCE = { within: 20_000 };

type Row = Readonly<Record<string, unknown>>;

interface Watched {
  rows(): readonly Row[];
  warnings(): readonly string[];
  /** Until so many rows have come. */
  reach(count: number): Promise<void>;
  stop(): Promise<void>;
}

/** Runs a watch of a log. */
function watched(text: string, path: string): Watched {
  const output = new Gathered();
  const warnings: string[] = [];
  const source = opener.open(
    { kind: 'file', path },
    {
      lines: {
        warn: message => warnings.push(message.replaceAll(path, 'LOG')),
        labelBit: () => undefined,
        now: () => NOW,
      },
      program: undefined,
      fleet: () => DEFAULT_FLEET_OPTIONS,
    },
  );
  const stop = new AbortController();
  const running = watching(`${text} output jsonl`, { source, output, signal: stop.signal });
  running.ended.catch(() => {});
  const rows = (): readonly Row[] => output.lines.map(line => JSON.parse(line));
  return {
    rows,
    warnings: () => [...warnings, ...running.warnings],
    reach: count => until(`${count} rows of ${text}`, () => rows().length >= count, PATIENCE).then(() => {}),
    stop: async () => {
      stop.abort(new Error('stopped'));
      await running.ended;
      await source.close();
    },
  };
}

const line = (n: number, word: string, protocol: string, port: number): string =>
  `[179552160${n}.000001]\t${word} ${protocol} src=192.0.2.${n} dst=198.51.100.9 sport=${1000 + n} dport=${port} [UNREPLIED] src=198.51.100.9 dst=203.0.113.1 sport=${port} dport=${1000 + n}\n`;
const UDP = 'udp      17 30';
const TCP = 'tcp      6 120 SYN_SENT';
const LOG = [
  line(1, '    [NEW]', UDP, 53),
  line(2, '    [NEW]', TCP, 443),
  line(3, ' [UPDATE]', UDP, 53),
  line(4, '    [NEW]', UDP, 53),
  line(5, '[DESTROY]', 'udp      17', 53),
  line(6, '[DESTROY]', 'tcp      6 CLOSE', 443),
].join('');

/** What a condition leaves of the log. */
const SHOWN = [
  ['new', '192.0.2.1'],
  ['new', '192.0.2.4'],
  ['destroy', '192.0.2.5'],
];
const QUERY = "watch event, src from 'LOG' on new, destroy where dport = 53 and src <> 192.0.2.3";

const FORMATS: readonly (readonly [FormatName, readonly Modifier[]])[] = [
  ['plain', ['timestamp']],
  ['extended', ['timestamp', 'id']],
  ['xml', ['timestamp']],
  ['save', []],
  ['json', []],
  ['jsonl', []],
  ['csv', []],
  ['tsv', []],
];

/** The log as a watch writes it. */
async function logIn(format: FormatName, modifiers: readonly Modifier[]): Promise<string> {
  const { views } = await readText(LOG);
  return written(
    format,
    sink => {
      sink.begin({ table: 'conntrack', events: true });
      for (const view of views) sink.entry(view);
      sink.end();
    },
    modifiers,
  );
}

const shown = (rows: readonly Row[]): unknown => rows.map(({ event, src }) => [event, src]);

for (const [format, modifiers] of [['conntrack -E', []] as const, ...FORMATS]) {
  const textOf = (): Promise<string> => (format === 'conntrack -E' ? Promise.resolve(LOG) : logIn(format, modifiers));

  test(`${format}: a condition, what is appended, another file of the name, and a file that is cut`, async () => {
    const text = await textOf();
    const path = newPath();
    const half = text.length >> 1;
    writeFileSync(path, text.slice(0, half));
    const { rows, reach, stop, warnings } = watched(`${QUERY.replace('LOG', path)} with existing`, path);
    await reach(1);
    appendFileSync(path, text.slice(half));
    await reach(3);
    renameSync(path, `${path}.1`);
    writeFileSync(path, text);
    await reach(6);
    truncateSync(path, 0);
    await until('the cut to be noticed', () => warnings().some(warning => /truncated/.test(warning)), PATIENCE);
    appendFileSync(path, text);
    await reach(9);
    await stop();
    assert.equal(shown(rows()), [...SHOWN, ...SHOWN, ...SHOWN]);
  });

  test(`${format}: groups of what has come, every 100 ms`, async () => {
    const text = await textOf();
    const path = newPath();
    writeFileSync(path, text);
    const query = `watch event, count(*) as n from '${path}' where dport = 53 group by event every 100ms with existing`;
    const { rows, stop } = watched(query, path);
    const sum = (event: string): number =>
      rows().reduce((all, row) => all + (row.event === event ? Number(row.n) : 0), 0);
    await until('the first groups', () => sum('new') === 2 && sum('update') === 1 && sum('destroy') === 1, PATIENCE);
    renameSync(path, `${path}.1`);
    writeFileSync(path, text);
    await until(
      'the groups of the new file',
      () => sum('new') === 4 && sum('update') === 2 && sum('destroy') === 2,
      PATIENCE,
    );
    await stop();
  });
}

test('event logs as other programs write them: the events that select shows', async () => {
  const logs = join(process.cwd(), 'test/engine/formats/files');
  for (const name of readdirSync(logs).filter(each =>
    /^(events|syslog|journalctl|docker|cri|ulogd-logemu).*(?<!expected)$/.test(each),
  )) {
    const path = newPath();
    writeFileSync(path, readFileSync(join(logs, name)));
    const { views } = await readPath(path);
    const events = views.filter(view => !view.isExpectation && (view.flags & 2) === 0);
    const { rows, reach, stop } = watched(`watch event, src from '${path}' with existing`, path);
    await reach(events.length);
    await stop();
    assert.equal(
      rows().map(({ event }) => event),
      events.map(view => view.event),
      name,
    );
  }
});

test.run();
