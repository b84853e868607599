/**
 * Restoring and deleting, beside conntrack(8): the least time of several runs, as the clock has it and as the processor (user
 * and kernel) has it. Run it in namespaces of its own, on a machine that does nothing else:
 *
 *   CTQ_TEST_OUTER_NETNS=$(readlink /proc/self/ns/net) unshare -n -m sh -c \
 *     'mount -t tmpfs tmpfs /run && ip link set lo up && node --import tsx test/bench/changes.ts [RUNS]'
 */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { bulk } from '../kit/bulk.js';
import { setSysctl } from '../kit/namespace.js';

const CTQ = fileURLToPath(new URL('../../dist/ctq.js', import.meta.url));
const FLOWS = 250_000;
const RUNS = Number(process.argv[2] ?? 3);

interface Times {
  readonly wall: number;
  readonly cpu: number;
}

/** The shell's own clock tells both times of a program. */
const TIMED = `TIMEFORMAT='%R %U %S'; time "$@"`;

function once(argv: readonly string[]): Times & { readonly said: string } {
  const { stderr, status } = spawnSync('bash', ['-c', TIMED, 'bash', ...argv], {
    encoding: 'utf8',
    maxBuffer: 1 << 30,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const lines = stderr.trim().split('\n');
  const [wall, user, system] = (lines.pop() ?? '').split(' ').map(Number);
  return { wall, cpu: user + system, said: `${status === 0 ? '' : `exit ${status} `}${lines.at(-1) ?? ''}` };
}

/** @param prepare the table before each run */
function timed(name: string, prepare: () => void, argv: readonly string[]): Times {
  const runs = Array.from({ length: RUNS }, () => {
    prepare();
    return once(argv);
  });
  const wall = Math.min(...runs.map(run => run.wall));
  const cpu = Math.min(...runs.map(run => run.cpu));
  console.log(`${wall.toFixed(2).padStart(7)} s  ${cpu.toFixed(2).padStart(6)} s  ${name.padEnd(36)} ${runs[0].said}`);
  return { wall, cpu };
}

const share = (what: string, ours: Times, theirs: Times): void =>
  console.log(
    `${what} takes ${(ours.wall / theirs.wall).toFixed(2)} of the time, ${(ours.cpu / theirs.cpu).toFixed(2)} of the processor's`,
  );

const quietly = (argv: readonly string[]): string =>
  spawnSync(argv[0], argv.slice(1), { encoding: 'utf8', maxBuffer: 1 << 30 }).stdout;
const flush = (): string => quietly(['conntrack', '-F']);
const ctq = (query: string): string[] => [process.execPath, CTQ, query];

// A program that listens for events elsewhere on the machine would make each new flow dearer.
setSysctl('net/netfilter/nf_conntrack_events', 0);
bulk(FLOWS);
for (const format of ['save', 'extended', 'xml'])
  writeFileSync(`/run/flows.${format}`, quietly(['conntrack', '-L', '-o', format]));
quietly(ctq("select from conntrack output save to '/run/own.save'"));
console.log('   clock   processor');
const theirs = timed('conntrack -R', flush, ['conntrack', '-R', '/run/flows.save']);
for (const file of ['flows.save', 'own.save', 'flows.extended', 'flows.xml'])
  share(
    `restoring ${file}`,
    timed(`insert … from '${file}'`, flush, ctq(`insert into conntrack from '/run/${file}'`)),
    theirs,
  );

// 80,000 of 250,000: 256 of 800 sources.
const fill = (): void => {
  flush();
  bulk(FLOWS, { sources: 800 });
};
const deleting = timed('conntrack -D -s', fill, ['conntrack', '-D', '-s', '10.0.0.0/24']);
const deleted = timed('delete … where src = network', fill, ctq('delete from conntrack where src = 10.0.0.0/24'));
share('deleting', deleted, deleting);
timed('delete … where, one request', fill, ctq('delete from conntrack where proto = tcp and dport = 443'));
flush();
