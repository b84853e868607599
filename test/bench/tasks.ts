/** What is measured: the same work by ctq, by conntrack(8), and what of it cannot be done faster in this language. */
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { dumpFlows } from '../../src/engine/ctnetlink/requests/requests.js';
import { planSelect } from '../../src/engine/query/plan/plan.js';
import type { CheckedSelect } from '../../src/lang/checked/ast.js';
import { EVERYTHING } from '../kit/abilities.js';
import { must } from '../kit/command.js';
import { checkedStatement } from '../kit/watching.js';
import { EVENTS } from './events.js';
import { fill, flow, flush, SOURCES } from './fill.js';
import type { Command } from './measure.js';

export const CTQ = fileURLToPath(new URL('../../dist/ctq.js', import.meta.url));
const RECEIVE = fileURLToPath(new URL('receive.js', import.meta.url));
const REFUSE = fileURLToPath(new URL('refuse.js', import.meta.url));
/** What `conntrack -R` and `insert … from` read. */
export const SAVED = '/run/flows.save';

/** Most of what the medians' ratios may be, on a table of 1,000,000 flows. */
export interface Goals {
  readonly conntrack?: number;
  readonly bound?: number;
  /** Bytes. */
  readonly peak?: number;
}

export interface Task {
  readonly name: string;
  readonly title: string;
  readonly ctq: Command;
  readonly conntrack?: Command;
  /** The least that has to be done: receiving the same messages, or starting node. */
  readonly bound?: Command;
  /** Once, before the first measurement. */
  readonly setup?: () => void;
  /** Before and after each single measurement. */
  readonly before?: () => void;
  readonly after?: () => void;
  /** So many times as often as the others: what takes milliseconds. */
  readonly often?: number;
  /** On an empty table, before it is filled. */
  readonly empty?: boolean;
  readonly goals?: Goals;
  /** `cost`: measured by `measureEvents`; `latency`: by `measureLatency`. Both programs watch new flows. */
  readonly events?: 'cost' | 'latency';
  /** Where a watch writes; /dev/null if not given. */
  readonly output?: string;
  /** Measured by `measureWatched`: all these watch at once; the bound is none. */
  readonly watches?: readonly Command[];
  /** Measured by `measureReady`: `ctq` and `conntrack` watch new flows. */
  readonly isReadiness?: boolean;
}

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
const line = (argv: readonly string[]): string => argv.map(quoted).join(' ');

const ctq = (statement: string): string[] => [process.execPath, CTQ, statement];
/** As somebody at a shell starts them, by way of a link. */
const CONNTRACK8 = CTQ.replace(/ctq\.js$/, 'ctq-conntrack.js');
const list = (...args: string[]): string[] => ['conntrack', '-L', '-o', 'extended', ...args];
const piped = (argv: readonly string[]): string => `${line(argv)} 2>/dev/null | cat`;

/** Receives the messages that a query's plan asks for, and does nothing with them. */
function receiving(statement: string): string[] {
  const plan = planSelect(checkedStatement(statement) as CheckedSelect, { abilities: EVERYTHING, kernelFilter: true });
  if (plan.request.kind !== 'dump') throw new Error(`no dump: ${statement}`);
  const requests = plan.request.filters.map(filter => Buffer.from(dumpFlows(filter)).toString('hex'));
  return [process.execPath, RECEIVE, ...requests];
}

const START: Command = [process.execPath, '-e', '0'];
const STREAMING = { peak: 150 << 20 };
const ALL = 'select from conntrack';

const AWK_SOURCES = `awk 'match($0, /src=[^ ]+/) { print substr($0, RSTART + 4, RLENGTH - 4) }'`;
const AWK_BYTES = `awk '{ b = 0; s = $0; while (match(s, /bytes=[0-9]+/)) { b += substr(s, RSTART + 6, RLENGTH - 6); s = substr(s, RSTART + RLENGTH) } print b, $0 }'`;
const TOP_SOURCES = 'select src, count(*) from conntrack group by src order by 2 desc limit 10';

const ENTRY = ['-p', 'udp', '-s', '192.0.2.1', '-d', '198.51.100.1', '--sport', '40000', '--dport', '53'];

/** A network that holds a third of the sources. */
const THIRD = '10.0.0.0/17';
const isOfThird = (n: number): boolean => n % SOURCES < 1 << 15;

const dotted = (n: number): string => [n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255].join('.');

const selection = (name: string, title: string, where: string, args: readonly string[], goals?: Goals): Task => ({
  name,
  title,
  ctq: ctq(`${ALL} where ${where}`),
  conntrack: list(...args),
  bound: receiving(`${ALL} where ${where}`),
  goals: { ...STREAMING, ...goals },
});

const watch = (where: string, ...options: string[]): Command => [
  ...[process.execPath, CTQ, ...options],
  `watch from conntrack on new${where === '' ? '' : ` where ${where}`}`,
];
/** With a buffer for all events: what it loses would cost it nothing. */
const watchedBy8 = (...args: string[]): Command => [
  ...['conntrack', '-E', '-e', 'NEW', '-o', 'extended', '-b', String(256 << 20)],
  ...args,
];

/** 500 addresses and 20 networks. */
const LIST = [
  ...Array.from({ length: 500 }, (_, i) => dotted(0x0a00_0000 + i * 197)),
  ...Array.from({ length: 20 }, (_, i) => `10.200.${i}.0/24`),
].join(', ');

/** Where watches of everything write. */
const WRITTEN = '/run/events';

function eventTasks(): readonly Task[] {
  const all = EVENTS.toLocaleString('en');
  const one = watchedBy8('-s', '10.0.1.7');
  const cost = (name: string, title: string, ours: Command, theirs: Command, goal: number): Task => ({
    name,
    title,
    ctq: ours,
    conntrack: theirs,
    events: 'cost',
    empty: true,
    goals: { ...STREAMING, conntrack: goal },
  });
  const written = (task: Task): Task => ({ ...task, output: WRITTEN, after: () => rmSync(WRITTEN, { force: true }) });
  return [
    cost('events', `${all} events, one source`, watch('src = 10.0.1.7'), one, 0.1),
    cost('events-unfiltered', '… filtered by ctq', watch('src = 10.0.1.7', '--no-kernel-filter'), one, 1),
    cost('events-small', '… with a buffer of 208 KiB', watch('src = 10.0.1.7', '--buffer', '208KiB'), one, 0.1),
    // conntrack(8) takes one address: for a list one reads all of its lines, by grep, which is not even counted here.
    cost(
      'events-list',
      '… 500 addresses and 20 networks',
      watch(`src in (${LIST})`, '--buffer', '208KiB'),
      watchedBy8(),
      0.2,
    ),
    written(
      cost('events-extended', `${all} events as extended, to a file`, watch('', '-o', 'extended'), watchedBy8(), 1),
    ),
    written(cost('events-jsonl', '… as jsonl', watch('', '-o', 'jsonl'), watchedBy8(), 1)),
    {
      name: 'events-ten',
      title: `making ${all} flows, ten watches`,
      ctq: [],
      watches: Array.from({ length: 10 }, (_, i) => watch(`src = 10.0.1.${i + 1}`, '--buffer', '208KiB')),
      empty: true,
      goals: { bound: 1.15 },
    },
    {
      name: 'events-refused',
      title: '… ten sockets that refuse all events',
      ctq: [],
      watches: Array.from({ length: 10 }, () => [process.execPath, REFUSE]),
      empty: true,
    },
    {
      name: 'events-latency',
      title: 'from an event to its line, 95th percentile',
      ctq: watch('', '-o', 'extended'),
      conntrack: watchedBy8(),
      events: 'latency',
      empty: true,
    },
  ];
}

export function tasksOf(flows: number): readonly Task[] {
  const one = flow(4711 % flows);
  const tuple = [dotted(one.src), dotted(one.dst), one.udp ? 'udp' : 'tcp', one.sport, one.dport] as const;
  const [src, dst, proto, sport, dport] = tuple.map(String);
  const dump = (name: string, format: string, theirs: string[], goals: Goals): Task => ({
    name,
    title: `dump as ${format}`,
    ctq: ctq(`${ALL} output ${format}`),
    conntrack: theirs,
    bound: receiving(ALL),
    goals: { ...STREAMING, ...goals },
  });
  const intoPipe = (task: Task): Task => ({
    ...task,
    name: `${task.name}-pipe`,
    title: `${task.title}, into a pipe`,
    ctq: piped(task.ctq as string[]),
    conntrack: piped(task.conntrack as string[]),
  });
  const dumps = [
    dump('extended', 'extended', list(), { conntrack: 0.55, bound: 1.15 }),
    dump('xml', 'xml', ['conntrack', '-L', '-o', 'xml'], { conntrack: 0.5, bound: 1.25 }),
    dump('jsonl', 'jsonl', list(), { conntrack: 0.6, bound: 1.25 }),
  ];
  return [
    {
      name: 'start',
      title: 'one-liner: count conntrack',
      ctq: ctq('count conntrack'),
      conntrack: ['conntrack', '-C'],
      bound: START,
      often: 4,
      empty: true,
      goals: { bound: 1.5 },
    },
    {
      // The kernel looks into each bucket of its hash table, however few of them hold something.
      name: 'empty',
      title: 'dump of an empty table',
      ctq: ctq(ALL),
      conntrack: list(),
      bound: receiving(ALL),
      often: 4,
      empty: true,
    },
    {
      name: 'ready',
      title: 'from the start to the subscription: -E',
      ctq: [CONNTRACK8, '-E', '-e', 'NEW'],
      conntrack: ['conntrack', '-E', '-e', 'NEW'],
      bound: START,
      often: 4,
      empty: true,
      isReadiness: true,
      goals: { bound: 2.4 },
    },
    {
      name: 'ready-watch',
      title: '… watch',
      ctq: [CTQ, 'watch from conntrack on new'],
      bound: START,
      often: 4,
      empty: true,
      isReadiness: true,
      goals: { bound: 2.4 },
    },
    {
      name: 'insert',
      title: 'one entry: -I',
      ctq: [CONNTRACK8, '-I', ...ENTRY, '-t', '60'],
      conntrack: ['conntrack', '-I', ...ENTRY, '-t', '60'],
      bound: START,
      after: flush,
      often: 4,
      empty: true,
    },
    {
      name: 'delete-one',
      title: '… -D',
      ctq: [CONNTRACK8, '-D', ...ENTRY],
      conntrack: ['conntrack', '-D', ...ENTRY],
      bound: START,
      before: () => must(['conntrack', '-I', ...ENTRY, '-t', '60']),
      after: flush,
      often: 4,
      empty: true,
    },
    ...dumps,
    ...dumps.map(intoPipe),
    selection('source', 'one source address', 'src = 10.0.1.7', ['-s', '10.0.1.7'], { conntrack: 0.15 }),
    selection('network', 'a network, 256 sources', 'src = 10.0.4.0/24', ['-s', '10.0.4.0/24']),
    selection('mark', 'one mark', 'mark = 5', ['-m', '5']),
    selection('port', 'one port', 'proto = udp and dport = 123', ['-p', 'udp', '--dport', '123']),
    {
      name: 'tuple',
      title: 'one whole tuple',
      ctq: ctq(
        `${ALL} where zone = 0 and src = ${src} and dst = ${dst} and proto = ${proto} and sport = ${sport} and dport = ${dport}`,
      ),
      conntrack: ['conntrack', '-G', '-s', src, '-d', dst, '-p', proto, '--sport', sport, '--dport', dport],
      bound: START,
      often: 4,
    },
    {
      name: 'count',
      title: 'count',
      ctq: ctq('count conntrack'),
      conntrack: ['conntrack', '-C'],
      bound: START,
      often: 4,
    },
    {
      name: 'top',
      title: 'top ten sources',
      ctq: ctq(TOP_SOURCES),
      conntrack: `conntrack -L 2>/dev/null | ${AWK_SOURCES} | sort | uniq -c | sort -rn | head -n 10`,
      bound: receiving(TOP_SOURCES),
      goals: { conntrack: 0.42, bound: 1.15 },
    },
    {
      name: 'order',
      title: 'order by bytes, limit 20',
      ctq: ctq(`${ALL} order by bytes desc limit 20`),
      conntrack: `conntrack -L -o extended 2>/dev/null | ${AWK_BYTES} | sort -rn | head -n 20`,
      bound: receiving(ALL),
    },
    ...eventTasks(),
    {
      name: 'delete',
      title: `delete ${THIRD}`,
      ctq: [process.execPath, CTQ, '--yes', `delete from conntrack where src = ${THIRD}`],
      conntrack: ['conntrack', '-D', '-s', THIRD],
      after: () => fill(0, flows, isOfThird),
      goals: { conntrack: 0.8 },
    },
    {
      name: 'restore',
      title: 'restore from a file',
      ctq: ctq(`insert into conntrack from '${SAVED}'`),
      conntrack: ['conntrack', '-R', SAVED],
      setup: () => must(['sh', '-c', `conntrack -L -o save > ${SAVED}`], { timeout: 120_000 }),
      before: flush,
      goals: { conntrack: 0.33 },
    },
  ];
}
