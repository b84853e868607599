/**
 * `ctq top` for a long time, while flows come and go: memory must not grow, and its counts must be right.
 *
 *   node scripts/build.js --no-types && node --import tsx test/bench/top-soak.ts [MINUTES [FLOWS]]
 *
 * In a network namespace of its own. A process makes and ends flows; keys change what is shown. Every ten seconds the number of
 * flows on the screen is compared with the kernel's, and the memory is noted. Ends with 1 if something is wrong.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { bulk } from '../kit/bulk.js';
import { type Terminal, tty } from '../kit/cli.js';
import { must } from '../kit/command.js';
import { encodeFlow, PROTOCOL, STATUS } from '../kit/flow.js';
import { setSysctl, useConntrack } from '../kit/namespace.js';
import { mustRequest } from '../kit/netlink.js';

const [minutes = '60', flows = '50000'] = process.argv.slice(2);
/** Flows that begin, and that end, in a second. */
const CHURN = 2000;
const STEP_MS = 100;
const SAMPLE_S = 10;
const SAMPLES_PER_LINE = 30;
/** Views that are gone through: groups, orders, a filter, details. */
const KEYS = [
  ['g'],
  ['g'],
  ['Right'],
  ['g'],
  ['g'],
  ['g'],
  ['g'],
  ['r'],
  ['Enter'],
  ['Escape'],
  ['Down', 'Down'],
  ['Home'],
];

function* churn(from: number, count: number, type: 'create' | 'delete'): Generator<Buffer> {
  for (let n = from; n < from + count; n++) {
    const orig = {
      src: `172.${16 + ((n >> 24) & 15)}.${(n >> 16) & 255}.${(n >> 8) & 255}`,
      dst: '192.0.2.80',
      sport: 1024 + (n & 255),
      dport: 443,
    };
    const bytes = encodeFlow({
      ...{ proto: PROTOCOL.tcp, orig, timeout: 3600, status: STATUS.SEEN_REPLY, tcp: { state: 3 } },
    });
    if (type === 'delete') {
      bytes.writeUInt16LE(0x102, 4);
      bytes.writeUInt16LE(1, 6);
    }
    yield bytes;
  }
}

/** The process that shows the screen, by the command line that ctq gives itself. */
function pidOfTop(): number {
  const found = must(['pgrep', '-n', '-f', '^ctq top']).trim();
  if (!/^\d+$/.test(found)) throw new Error('ctq top does not run');
  return Number(found);
}

const memoryOf = (pid: number): number =>
  Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1]) / 1024;

const kernelCount = (): number => Number(must(['conntrack', '-C']).trim());
/** Undefined where the machine is too busy to answer. */
function countNow(): number | undefined {
  try {
    return kernelCount();
  } catch (error) {
    if (/ETIMEDOUT/.test(String(error))) return undefined;
    throw error;
  }
}

const shownCount = (screen: Terminal): number =>
  Number(/^([\d,]+) of [\d,]+ flows/m.exec(screen.screen())?.[1]?.replaceAll(',', '') ?? Number.NaN);

async function soak(): Promise<void> {
  setSysctl('net/netfilter/nf_conntrack_acct', 1);
  useConntrack();
  bulk(Number(flows));
  const screen = tty(['top', '--every', '1s'], { columns: 160, rows: 50 });
  await screen.waitFor(/flows/);
  const pid = pidOfTop();
  const end = performance.now() + Number(minutes) * 60_000;
  const memory: number[] = [];
  let [made, ended, wrong, missed, samples] = [0, 0, 0, 0, 0];
  let next = performance.now() + SAMPLE_S * 1000;
  while (performance.now() < end) {
    const step = (CHURN * STEP_MS) / 1000;
    mustRequest(churn(made, step, 'create'));
    made += step;
    if (made - ended > CHURN) {
      mustRequest(churn(ended, step, 'delete'));
      ended += step;
    }
    await sleep(STEP_MS);
    if (performance.now() < next) continue;
    next += SAMPLE_S * 1000;
    // The details of a flow have no count.
    if (!/^Enter|^Escape/.test(KEYS[samples % KEYS.length][0])) {
      const [shown, actual] = [shownCount(screen), countNow()];
      if (actual === undefined) missed++;
      // Between two refreshes, flows have begun and ended.
      else if (!(Math.abs(shown - actual) <= 3 * CHURN)) {
        wrong++;
        console.log(`shown ${shown}, the kernel has ${actual}\n${screen.screen()}`);
      }
    }
    screen.press(...KEYS[samples++ % KEYS.length]);
    memory.push(memoryOf(pid));
    // Of a run that is cancelled, this is known.
    if (samples % SAMPLES_PER_LINE === 0) console.log(`${samples} samples, ${memory.at(-1)?.toFixed(0)} MiB`);
  }
  await sleep(5000);
  screen.press('Escape');
  const actual = kernelCount();
  await screen.waitFor(new RegExp(`^${actual.toLocaleString('en-US')} of `, 'm'));
  screen.press('q');
  const status = await screen.exit();
  screen.close();
  // What is used from then on has been loaded and compiled in the first part.
  const [first, second] = [memory.slice(memory.length / 4, memory.length / 2), memory.slice(memory.length / 2)];
  const most = (values: readonly number[]): number => Math.max(...values);
  const growth = most(second) - most(first);
  console.log(`duration         ${minutes} min, ${made} flows begun, ${ended} ended, ${flows} that stay`);
  console.log(
    `samples          ${samples}, ${wrong} with a wrong count, ${missed} without one; at the end ${actual} shown and in the kernel`,
  );
  console.log(`resident memory  ${memory.map(each => each.toFixed(0)).join(' ')} MiB`);
  console.log(`growth           ${growth.toFixed(1)} MiB in the second half: ${growth < 16 ? 'flat' : 'NOT FLAT'}`);
  process.exitCode = wrong === 0 && growth < 16 && status === 0 ? 0 : 1;
}

function inNamespace(): number {
  const env = { ...process.env, CTQ_TEST_OUTER_NETNS: readlinkSync('/proc/self/ns/net') };
  const unshare = process.getuid?.() === 0 ? ['-n'] : ['-Urn'];
  const node = [process.execPath, ...process.execArgv, ...process.argv.slice(1)];
  return spawnSync('unshare', [...unshare, '--', ...node], { stdio: 'inherit', env }).status ?? 1;
}

if (process.env.CTQ_TEST_OUTER_NETNS === undefined) process.exitCode = inNamespace();
else await soak();
