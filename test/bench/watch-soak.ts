/**
 * A watch for a long time: memory must not grow, and no event may be lost.
 *
 *     node --import tsx test/bench/watch-soak.ts [SECONDS [EVENTS_A_SECOND [STATEMENT]]]
 *
 * Makes a network namespace of its own (as root, or where user namespaces are allowed), in which one process makes and ends
 * flows and another watches. Figures of a run are in watch-soak.md.
 */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { setSysctl } from '../kit/namespace.js';
import { mustRequest } from '../kit/netlink.js';
import { netfilterSockets } from '../kit/oracle.js';
import { until } from '../kit/until.js';
import { watching } from '../kit/watching.js';
import { growthOf, mebibytes, runInNamespace, type SourceOf, soakFlows } from './soak-flows.js';

const [seconds = '600', rate = '5000', statement = 'watch from conntrack with state output jsonl'] =
  process.argv.slice(2);
const file = fileURLToPath(import.meta.url);
const STEP_MS = 20;

/** The watching process: writes to nowhere, counts, and reports what it has. */
async function watch(): Promise<void> {
  const stop = new AbortController();
  process.on('SIGTERM', () => stop.abort());
  let written = 0;
  const output = new Writable({
    write(chunk: Buffer, _encoding, done) {
      written += chunk.length;
      done();
    },
  });
  const samples = setInterval(() => console.log(`rss ${process.memoryUsage().rss}`), 10_000);
  const { ended } = watching(statement, { output, signal: stop.signal });
  const { read, dropped, kept } = await ended;
  clearInterval(samples);
  const { user, system } = process.cpuUsage();
  console.log(JSON.stringify({ read, kept, dropped, written, cpu: (user + system) / 1e6 }));
}

const sourceOf: SourceOf = n => ({
  src: `10.${(n >> 16) & 255}.${(n >> 8) & 255}.${n & 255}`,
  sport: 1024 + ((n >> 4) & 0x7fff),
});

async function drive(): Promise<void> {
  setSysctl('net/netfilter/nf_conntrack_events', 1);
  const child = spawn(process.execPath, [...process.execArgv, file, seconds, rate, statement], {
    env: { ...process.env, SOAK_ROLE: 'watch' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  const closed = new Promise(resolve => child.on('close', resolve));
  await until('the watch to subscribe', () => [...netfilterSockets().values()].some(groups => groups !== 0), {
    within: 60_000,
  });
  // One event when a flow begins, one when it ends, a second later: some thousands are in the table at any time.
  const flowsASecond = Number(rate) / 2;
  const total = Math.round(flowsASecond * Number(seconds));
  const alive = Math.round(flowsASecond);
  const began = performance.now();
  let made = 0;
  let ended = 0;
  let furthestBehind = 0;
  while (made < total) {
    // All that is due by now, however late this process was woken: the pace is kept on the whole.
    const elapsed = (performance.now() - began) / 1000;
    const due = Math.min(total, Math.ceil(elapsed * flowsASecond));
    furthestBehind = Math.max(furthestBehind, elapsed - made / flowsASecond);
    mustRequest(soakFlows(sourceOf, made, due - made, 'create'));
    made = due;
    const over = Math.max(0, made - alive);
    mustRequest(soakFlows(sourceOf, ended, over - ended, 'delete'));
    ended = over;
    await new Promise(resolve => setTimeout(resolve, STEP_MS));
  }
  // The last of them, so that each second has had its events.
  mustRequest(soakFlows(sourceOf, ended, made - ended, 'delete'));
  ended = made;
  const took = (performance.now() - began) / 1000;
  const peak = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1];
  child.kill('SIGTERM');
  await closed;
  const lines = output.trim().split('\n');
  const summary = JSON.parse(lines.at(-1) ?? '{}');
  const rss = lines.slice(0, -1).map(line => Number(line.split(' ')[1]));
  const sent = made + ended;
  console.log(`statement        ${statement}`);
  console.log(`duration         ${took.toFixed(1)} s`);
  console.log(
    `events           ${sent} sent, ${(sent / took).toFixed(0)} a second, never more than ${(furthestBehind * 1000).toFixed(0)} ms behind`,
  );
  console.log(`received         ${summary.read}, ${summary.dropped} lost`);
  console.log(`written          ${mebibytes(summary.written)}`);
  console.log(`resident memory  ${rss.map(mebibytes).join(', ')}; peak ${mebibytes(Number(peak) * 1024)}`);
  console.log(`processor        ${((summary.cpu / took) * 100).toFixed(0)} % of one`);
  const growth = growthOf(rss);
  const isFlat = growth < 16 << 20;
  console.log(`growth           ${mebibytes(growth)} after the first minute: ${isFlat ? 'flat' : 'NOT FLAT'}`);
  process.exitCode = summary.read === sent && summary.dropped === 0 && isFlat ? 0 : 1;
}

if (process.env.SOAK_ROLE === 'watch') await watch();
else if (process.env.CTQ_TEST_OUTER_NETNS === undefined) process.exitCode = runInNamespace(file);
else await drive();
