/**
 * Two watches for a long time, a selective one, whose events the kernel filters, and one of all events: their counts must agree exactly, no event may be
 * lost, and memory must not grow.
 *
 *     node --import tsx test/bench/filter-soak.ts [SECONDS [EVENTS_A_SECOND]]
 *
 * Makes a network namespace of its own (as root, or where user namespaces are allowed).
 */
import { spawn } from 'node:child_process';
import { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { setSysctl } from '../kit/namespace.js';
import { mustRequest } from '../kit/netlink.js';
import { netfilterSockets } from '../kit/oracle.js';
import { until } from '../kit/until.js';
import { watching } from '../kit/watching.js';
import { growthOf, mebibytes, runInNamespace, type SourceOf, soakFlows } from './soak-flows.js';

const [seconds = '600', rate = '20000'] = process.argv.slice(2);
const file = fileURLToPath(import.meta.url);
const STEP_MS = 20;
/** One flow of this number is from the watched client. */
const CLIENTS = 1000;
const WATCHED = '10.0.0.7';
const STATEMENTS = {
  selective: `watch from conntrack where src = ${WATCHED} output jsonl`,
  unselective: 'watch from conntrack output jsonl',
} as const;

interface Report {
  readonly read: number;
  readonly dropped: number;
  /** Lines with the watched client. */
  readonly ofClient: number;
  readonly cpu: number;
  /** Resident bytes, every ten seconds. */
  readonly resident: readonly number[];
}

/** A watching process: counts the lines of the client. */
async function watch(statement: string): Promise<void> {
  const stop = new AbortController();
  process.on('SIGTERM', () => stop.abort());
  const wanted = Buffer.from(`"src":"${WATCHED}","dst":"192.0.2.80"`);
  let ofClient = 0;
  let rest = Buffer.alloc(0);
  const output = new Writable({
    write(chunk: Buffer, _encoding, done) {
      const text = Buffer.concat([rest, chunk]);
      const end = text.lastIndexOf(10) + 1;
      for (let at = text.indexOf(wanted); at >= 0 && at < end; at = text.indexOf(wanted, at + 1)) ofClient++;
      rest = Buffer.from(text.subarray(end));
      done();
    },
  });
  const resident: number[] = [];
  const samples = setInterval(() => resident.push(process.memoryUsage().rss), 10_000);
  const { ended } = watching(statement, { output, signal: stop.signal });
  const { read, dropped } = await ended;
  clearInterval(samples);
  const { user, system } = process.cpuUsage();
  const report: Report = { read, dropped, ofClient, cpu: (user + system) / 1e6, resident };
  console.log(JSON.stringify(report));
}

/** The watched client is one of many. */
const sourceOf: SourceOf = n => {
  const client = n % CLIENTS;
  return { src: `10.0.${client >> 8}.${client & 255}`, sport: 1024 + (Math.floor(n / CLIENTS) & 0x7fff) };
};

interface Started {
  end(): Promise<Report>;
}

function start(kind: keyof typeof STATEMENTS): Started {
  const child = spawn(process.execPath, [...process.execArgv, file], {
    env: { ...process.env, SOAK_ROLE: kind },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  const closed = new Promise(resolve => child.on('close', resolve));
  return {
    async end() {
      child.kill('SIGTERM');
      await closed;
      return JSON.parse(output) as Report;
    },
  };
}

async function drive(): Promise<void> {
  setSysctl('net/netfilter/nf_conntrack_events', 1);
  const watches = [start('selective'), start('unselective')];
  await until(
    'both watches to subscribe',
    () => [...netfilterSockets().values()].filter(groups => groups !== 0).length === watches.length,
    { within: 60_000 },
  );
  const flowsASecond = Number(rate) / 2;
  const total = Math.round(flowsASecond * Number(seconds));
  const alive = Math.round(flowsASecond);
  const began = performance.now();
  let made = 0;
  let ended = 0;
  while (made < total) {
    // At most a second's flows at once: a busy machine falls behind, and the table has a limit.
    const due = Math.min(total, made + alive, Math.ceil(((performance.now() - began) / 1000) * flowsASecond));
    mustRequest(soakFlows(sourceOf, made, due - made, 'create'));
    made = due;
    const over = Math.max(0, made - alive);
    mustRequest(soakFlows(sourceOf, ended, over - ended, 'delete'));
    ended = over;
    await new Promise(resolve => setTimeout(resolve, STEP_MS));
  }
  mustRequest(soakFlows(sourceOf, ended, made - ended, 'delete'));
  const took = (performance.now() - began) / 1000;
  // The last of them may still be in a pipe.
  await new Promise(resolve => setTimeout(resolve, 2000));
  const [selective, unselective] = await Promise.all(watches.map(each => each.end()));
  const sent = 2 * made;
  console.log(`events       ${sent} sent in ${took.toFixed(1)} s, ${(sent / took).toFixed(0)} a second`);
  for (const [name, each] of Object.entries({ selective, unselective })) {
    console.log(
      `${name.padEnd(12)} ${each.read} received, ${each.dropped} lost, ${each.ofClient} of ${WATCHED}, ${((each.cpu / took) * 100).toFixed(1)} % of a processor, ${each.resident.map(mebibytes).join(', ')}; growth ${mebibytes(growthOf(each.resident))}`,
    );
  }
  const isExact =
    selective.ofClient === unselective.ofClient &&
    selective.read === selective.ofClient &&
    unselective.read === sent &&
    selective.dropped + unselective.dropped === 0;
  const isFlat = [selective, unselective].every(each => growthOf(each.resident) < 16 << 20);
  console.log(`counts       ${isExact ? 'agree' : 'DO NOT AGREE'}; memory ${isFlat ? 'flat' : 'NOT FLAT'}`);
  process.exitCode = isExact && isFlat ? 0 : 1;
}

const role = process.env.SOAK_ROLE as keyof typeof STATEMENTS | undefined;
if (role !== undefined) await watch(STATEMENTS[role]);
else if (process.env.CTQ_TEST_OUTER_NETNS === undefined) process.exitCode = runInNamespace(file);
else await drive();
