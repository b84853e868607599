/**
 * A history of seven days of a carrier's gateways, and what it costs: bytes a flow, and the time and memory of the usual questions.
 *
 *   node --import tsx test/bench/history/figures.ts [--make] [FLOWS [FOLDER]]
 *
 * 4 gateways, 20,000 clients of which few make most flows, 300,000 servers, 256 public addresses; 15 % IPv6 without translation; TCP, UDP and
 * ICMP. The same flows in every run. A FOLDER is kept, and used again; --make makes it only. Build ctq first: node scripts/build.js --no-types.
 */
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { runQuery } from '../../../src/engine/query/exec/select.js';
import { Collector } from '../../../src/engine/query/exec/subqueries.js';
import { literal, openDatabase } from '../../../src/engine/sources/history/files/duckdb.js';
import { filesToRead } from '../../../src/engine/sources/history/files/files-to-read.js';
import { hourPath, hoursOf, segmentName } from '../../../src/engine/sources/history/files/layout.js';
import { ORDER, PARQUET, SEGMENT_COLUMNS } from '../../../src/engine/sources/history/files/recording/segment-writer.js';
import { checkedQuery, sessionOf } from '../../kit/engine.js';
import { measure, median } from '../measure.js';

const PROGRAM = fileURLToPath(new URL('../../../dist/ctq.js', import.meta.url));
const HOUR = 3_600_000;
const HOURS = 7 * 24;
/** The end of the history: a midnight. */
const END = Date.UTC(2026, 10, 28);
const RUNS = 5;

/** A number from 0 to `below`, excluded, from the number of the flow. */
const random = (salt: number, below: number | string): string => `(hash(i, ${salt}) % ${below})::BIGINT`;
/** From 0 to 1. */
const fraction = (salt: number): string => `(hash(i, ${salt}) % 1000003 / 1000003.0)`;

/** Each column of a segment; `h` is the start of the hour in ms, `v6` whether the flow is of IPv6. */
const COLUMNS: Readonly<Record<string, string>> = {
  gateway: `'gw' || (1 + ${random(1, 4)})`,
  event: '3',
  start: 'make_timestamp((stop_ms - age) * 1000)',
  since: 'make_timestamp((stop_ms - age) * 1000)',
  stop: 'make_timestamp(stop_ms * 1000)',
  proto: 'proto',
  orig_src4: 'CASE WHEN NOT v6 THEN 1681915904 + client END',
  orig_src_hi: `CASE WHEN v6 THEN 2306139568115548160 + client END`,
  orig_src_lo: 'CASE WHEN v6 THEN 1 END',
  orig_sport: `CASE WHEN proto <> 1 THEN 32768 + ${random(2, 28_232)} END`,
  orig_dst4: 'CASE WHEN NOT v6 THEN 1000000000 + server * 9973 END',
  orig_dst_hi: `CASE WHEN v6 THEN 2306139568115613696 + server END`,
  orig_dst_lo: 'CASE WHEN v6 THEN 2 END',
  orig_dport: 'CASE WHEN proto <> 1 THEN dport END',
  reply_src4: 'CASE WHEN NOT v6 THEN 1000000000 + server * 9973 END',
  reply_src_hi: `CASE WHEN v6 THEN 2306139568115613696 + server END`,
  reply_src_lo: 'CASE WHEN v6 THEN 2 END',
  reply_sport: 'CASE WHEN proto <> 1 THEN dport END',
  reply_dst4: `CASE WHEN NOT v6 THEN 3405803776 + client % 256 END`,
  reply_dst_hi: `CASE WHEN v6 THEN 2306139568115548160 + client END`,
  reply_dst_lo: 'CASE WHEN v6 THEN 1 END',
  reply_dport: `CASE WHEN proto <> 1 THEN 1024 + ${random(3, 64_000)} END`,
  orig_icmp_type: 'CASE WHEN proto = 1 THEN 8 END',
  orig_icmp_code: 'CASE WHEN proto = 1 THEN 0 END',
  orig_icmp_id: `CASE WHEN proto = 1 THEN ${random(4, 65_536)} END`,
  reply_icmp_type: 'CASE WHEN proto = 1 THEN 0 END',
  reply_icmp_code: 'CASE WHEN proto = 1 THEN 0 END',
  reply_icmp_id: `CASE WHEN proto = 1 THEN ${random(4, 65_536)} END`,
  orig_packets: 'packets',
  orig_bytes: `packets * (60 + ${random(5, 400)})`,
  reply_packets: 'packets + packets // 2',
  reply_bytes: `(packets + packets // 2) * (60 + ${random(6, 1400)})`,
  status: 'CASE WHEN v6 THEN 14 ELSE 414 END',
  mark: `CASE WHEN ${random(7, 10)} = 0 THEN 256 ELSE 0 END`,
  id: `${random(8, 4_294_967_296)}`,
};

/** Makes the flows of each hour as one segment, as after its compaction. */
async function make(folder: string, flows: number): Promise<void> {
  const { connection, close } = await openDatabase({ threads: 2 });
  const each = Math.ceil(flows / HOURS);
  const list = SEGMENT_COLUMNS.map(({ name, type }) => `CAST(${COLUMNS[name] ?? 'NULL'} AS ${type}) AS ${name}`);
  for (let hour = 0; hour < HOURS; hour++) {
    const start = END - (HOURS - hour) * HOUR;
    const path = join(folder, hourPath(start), segmentName('gw1', start, start + 1));
    if (existsSync(path)) continue;
    mkdirSync(dirname(path), { recursive: true });
    const flow = `SELECT i, ${start} + ${random(9, HOUR)} AS stop_ms,
      CASE ${random(10, 20)} WHEN 0 THEN 1 WHEN 1 THEN 17 WHEN 2 THEN 17 WHEN 3 THEN 17 WHEN 4 THEN 17 WHEN 5 THEN 17 WHEN 6 THEN 17 ELSE 6 END AS proto,
      ${random(11, 100)} < 15 AS v6,
      (20000 * pow(${fraction(12)}, 3))::BIGINT AS client, (300000 * pow(${fraction(13)}, 2))::BIGINT AS server,
      CASE ${random(14, 10)} WHEN 0 THEN 80 WHEN 1 THEN 53 WHEN 2 THEN 53 WHEN 3 THEN ${random(15, 65_536)} ELSE 443 END AS dport,
      (exp(8 * ${fraction(16)}) * 500)::BIGINT AS age, (exp(5 * ${fraction(17)}))::BIGINT AS packets
      FROM range(${hour * each}, ${(hour + 1) * each}) AS all_flows(i)`;
    await connection.run(
      `COPY (SELECT ${list.join(', ')} FROM (${flow}) ORDER BY ${ORDER}) TO ${literal(`${path}.part`)} ${PARQUET}`,
    );
    renameSync(`${path}.part`, path);
  }
  close();
}

const day = "between '2026-11-26' and '2026-11-27'";
/** The goals: ms of a query within a process that has asked before, bytes of memory of a command, bytes a flow. */
const GOALS = { memory: 400 * 2 ** 20, size: 43 } as const;
const WHOSE = 'reply.dst = ADDRESS and reply.dport = PORT';
const NOON = "at '2026-11-26T14:03:00Z'";
/** ADDRESS and PORT are those of a translated flow of that time. */
const QUESTIONS: readonly (readonly [what: string, columns: string, tail: string, goal?: number])[] = [
  ['who had an address and port', 'src, sport, start, stop', `${NOON} where ${WHOSE}`, 100],
  ['… all of that day', 'src, sport, start, stop', `${day} where ${WHOSE}`],
  ['top ten sources of a day', 'src, sum(bytes) as bytes', `${day} group by src order by bytes desc limit 10`, 1000],
  [
    'top ten sources of seven days',
    'src, sum(bytes) as bytes',
    'since forever group by src order by bytes desc limit 10',
  ],
  [
    'a customer of /24, seven days',
    'net(src, 24) as customer, sum(reply.bytes) as down',
    'since forever where src = 100.64.3.0/24 group by net(src, 24)',
  ],
  ['bytes by hour of a day', 'bucket(stop, 1h) as hour, sum(bytes) as bytes', `${day} group by hour order by hour`],
  [
    'port use of the pool, an hour',
    'reply.dst, count(distinct reply.dport) as ports',
    "between '2026-11-26T14:00:00Z' and '2026-11-26T15:00:00Z' where nat has src group by reply.dst",
  ],
  [
    'pairs of seven days (spills to disk)',
    'src, dst, dport, sum(bytes) as bytes',
    'since forever group by src, dst, dport order by bytes desc limit 10',
  ],
  [
    'services of a day (partial)',
    'service(dport) as service, count(*) as flows',
    `${day} group by service order by flows desc limit 10`,
  ],
];

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { make: { type: 'boolean', default: false } },
});
const [flows = 1_000_000] = positionals.slice(0, 1).map(Number);
const kept = positionals[1];
const folder = kept ?? mkdtempSync(join(tmpdir(), 'ctq-figures-'));
/** Whether a figure is within its goal. */
const verdict = (figure: number, goal: number | undefined, text: string): string =>
  goal === undefined ? '' : figure <= goal ? ` [goal ${text}: reached]` : ` [goal ${text}: MISSED]`;
const print = (line: string): void => void process.stdout.write(`${line}\n`);
try {
  const began = performance.now();
  await make(folder, flows);
  print(
    `${flows} flows in ${hoursOf(folder).length} hours, made in ${((performance.now() - began) / 1000).toFixed(1)} s`,
  );
  const { bytes } = filesToRead(folder, { bounds: {} });
  const size = bytes / (Math.ceil(flows / HOURS) * HOURS);
  print(`${size.toFixed(1)} bytes a flow${verdict(size, GOALS.size, `${GOALS.size} bytes`)}`);
  const ask = async (text: string): Promise<Collector> => {
    const collector = new Collector();
    await runQuery(checkedQuery(text), collector, sessionOf(undefined as never));
    return collector;
  };
  const place = `from conntrack in history '${folder}'`;
  const example = options.make
    ? []
    : (await ask(`select concat(reply.dst), reply.dport ${place} ${NOON} where nat has src limit 1`)).rows[0];
  for (const [what, columns, pattern, goal] of options.make ? [] : QUESTIONS) {
    const text = `select ${columns} ${place} ${pattern}`
      .replace('ADDRESS', String(example[0]))
      .replace('PORT', String(example[1]));
    const times: number[] = [];
    let rows = 0;
    for (let run = 0; run < RUNS; run++) {
      const start = performance.now();
      rows = (await ask(text)).rows.length;
      times.push(performance.now() - start);
    }
    const { wall, cpu, peak } = measure([process.execPath, PROGRAM, text]);
    const time = `${median(times).toFixed(0)} ms (${rows} rows)${verdict(median(times), goal, `${goal} ms`)}`;
    const memory = `${(peak / 2 ** 20).toFixed(0)} MiB${verdict(peak, GOALS.memory, '400 MiB')}`;
    print(`${what}: ${time}; as a command ${wall.toFixed(2)} s, ${cpu.toFixed(2)} s of processor, ${memory}`);
  }
} finally {
  if (kept === undefined) rmSync(folder, { recursive: true, force: true });
}
