/**
 * The processor time of `ctq top` beside iptstate(8) and flowtop(8) of netsniff-ng, which show the same on a terminal.
 *
 *   node scripts/build.js --no-types && node --import tsx test/bench/top.ts [FLOWS,… [SECONDS]]
 *
 * In a network namespace of its own, which it fills with flows. Each program runs on a terminal of script(1) for some seconds; the
 * time that it takes to start does not count. Programs that are not installed are left out.
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { bulk } from '../kit/bulk.js';
import { run } from '../kit/command.js';
import { setSysctl, useConntrack } from '../kit/namespace.js';

const [sizes = '10000,250000', seconds = '20'] = process.argv.slice(2);
const CTQ = fileURLToPath(new URL('../../dist/ctq.js', import.meta.url));
const [COLUMNS, ROWS] = [160, 50];
/** Seconds that a program has to start. */
const START = 6;
/** Clock ticks of /proc/PID/stat a second: sysconf(_SC_CLK_TCK). */
const TICKS = 100;

const PROGRAMS: readonly (readonly [name: string, command: string, needs?: string])[] = [
  ['iptstate', 'iptstate', 'iptstate'],
  ['iptstate -R 2', 'iptstate -R 2', 'iptstate'],
  // Without look-ups of names and countries, which need a network and a database.
  ['flowtop', 'flowtop --no-geoip --no-dns -46UTDIS', 'flowtop'],
  ['ctq top', `${process.execPath} ${CTQ} top --no-config`],
  ['ctq top --every 1s', `${process.execPath} ${CTQ} top --no-config --every 1s`],
  ['ctq top --every 1s --group source', `${process.execPath} ${CTQ} top --no-config --every 1s --group source`],
];

const home = mkdtempSync(join(tmpdir(), 'ctq-bench-'));
process.on('exit', () => rmSync(home, { recursive: true, force: true }));

interface Figures {
  /** Seconds of processor time per second. */
  readonly cpu: number;
  /** Resident memory, bytes. */
  readonly memory: number;
  /** Bytes per second that were written to the terminal. */
  readonly written: number;
}

/** The fields of /proc/PID/stat after the name: state, parent, … (proc_pid_stat(5)). */
const statOf = (pid: number): readonly string[] =>
  readFileSync(`/proc/${pid}/stat`, 'latin1')
    .replace(/^.*\) /s, '')
    .split(' ');

function childOf(parent: number): number | undefined {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .map(Number)
    .find(pid => {
      try {
        return Number(statOf(pid)[1]) === parent;
      } catch {
        return false;
      }
    });
}

/** Seconds of processor time of a process, with its threads. */
function cpuOf(pid: number): number {
  const stat = statOf(pid);
  return (Number(stat[11]) + Number(stat[12])) / TICKS;
}

async function measure(command: string, duration: number): Promise<Figures> {
  const line = `stty cols ${COLUMNS} rows ${ROWS}; exec ${command}`;
  const terminal = spawn('script', ['--quiet', '--flush', '--command', line, '/dev/null'], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, TERM: 'xterm-256color', LC_ALL: 'C.UTF-8', HOME: home, SHELL: '/bin/sh' },
  });
  let written = 0;
  let text = '';
  terminal.stdout.on('data', (chunk: Buffer) => {
    written += chunk.length;
    if (text.length < 2000) text += chunk;
  });
  await sleep(START * 1000);
  const pid = terminal.pid === undefined ? undefined : childOf(terminal.pid);
  if (pid === undefined) throw new Error(`${command} has ended:\n${text}`);
  const before = { cpu: cpuOf(pid), written, time: performance.now() };
  await sleep(duration * 1000);
  const took = (performance.now() - before.time) / 1000;
  const cpu = (cpuOf(pid) - before.cpu) / took;
  const memory = Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1] ?? 0) * 1024;
  const perSecond = (written - before.written) / took;
  const closed = new Promise(resolve => terminal.on('close', resolve));
  terminal.stdin.write('q');
  const timer = setTimeout(() => process.kill(pid, 'SIGKILL'), 5000);
  await closed;
  clearTimeout(timer);
  return { cpu, memory, written: perSecond };
}

const isInstalled = (name: string): boolean => run(['sh', '-c', `command -v ${name}`]).code === 0;

async function compare(): Promise<void> {
  setSysctl('net/netfilter/nf_conntrack_acct', 1);
  useConntrack();
  console.log('| flows | program | processor seconds per second | resident memory | written per second |');
  console.log('|---|---|---|---|---|');
  let made = 0;
  for (const size of sizes.split(',').map(Number)) {
    bulk(size - made, { source: 0x0a00_0000 + (made << 8), sources: 1000 });
    made = size;
    for (const [name, command, needs] of PROGRAMS) {
      if (needs !== undefined && !isInstalled(needs)) {
        console.log(`| ${size} | ${name} | not installed | | |`);
        continue;
      }
      const { cpu, memory, written } = await measure(command, Number(seconds));
      const mebibytes = (memory / (1 << 20)).toFixed(0);
      console.log(`| ${size} | ${name} | ${cpu.toFixed(3)} | ${mebibytes} MiB | ${(written / 1024).toFixed(1)} KiB |`);
    }
  }
}

function inNamespace(): number {
  const env = {
    ...process.env,
    CTQ_TEST_OUTER_NETNS: readlinkSync('/proc/self/ns/net'),
    PATH: `${process.env.PATH ?? ''}:/usr/sbin:/sbin`,
  };
  const unshare = process.getuid?.() === 0 ? ['-n'] : ['-Urn'];
  const node = [process.execPath, ...process.execArgv, ...process.argv.slice(1)];
  return spawnSync('unshare', [...unshare, '--', ...node], { stdio: 'inherit', env }).status ?? 1;
}

if (process.env.CTQ_TEST_OUTER_NETNS === undefined) process.exitCode = inNamespace();
else await compare();
