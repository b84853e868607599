/**
 * What runs for long, side by side: memory and descriptors of each must not grow with the time.
 *
 *   node scripts/build.js --no-types; unshare -m -n node --import tsx test/bench/long-soak.ts [MINUTES] [FLOWS A SECOND]
 *
 * It makes network namespaces of its own, in a /run of its own. The last column says whether a program is flat: the median of the last third of
 * the samples is no more than 24 MiB and 2 descriptors above that of the second third of them.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const [minutes = 30, rate = 200] = process.argv.slice(2).map(Number);
const PROGRAM = fileURLToPath(new URL('../../dist/ctq.js', import.meta.url));
const SAMPLE_MS = Math.max(1000, (minutes * 60_000) / 300);
const MAX_GROWTH = 24 << 10;
const MAX_DESCRIPTORS = 2;
const STATEMENTS = 10_000;

// Nothing but the loopback interface: a namespace of its own.
const interfaces = readFileSync('/proc/net/dev', 'latin1').trim().split('\n').slice(2);
if (interfaces.some(line => !line.trim().startsWith('lo:')))
  throw new Error('run it in a network namespace of its own: unshare -m -n node --import tsx test/bench/long-soak.ts');

const run = (...[program, ...args]: [string, ...string[]]): string =>
  execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
const quietly = (...argv: [string, ...string[]]): void => {
  try {
    run(...argv);
  } catch {
    // It is there already, or has gone.
  }
};

const folder = mkdtempSync(join(tmpdir(), 'ctq-soak-'));
run('mount', '-t', 'tmpfs', 'tmpfs', '/run');
mkdirSync('/run/netns');
run('ip', 'link', 'set', 'lo', 'up');
for (const name of ['one', 'two']) run('ip', 'netns', 'add', name);

/** In place of ssh(1): what is run there is run here, in another namespace. */
mkdirSync(join(folder, 'far'));
const script = (path: string, text: string): void => {
  writeFileSync(path, `#!/bin/sh\n${text}\n`);
  chmodSync(path, 0o755);
};
script(join(folder, 'far/ctq'), `exec ${process.execPath} ${PROGRAM} "$@"`);
script(
  join(folder, 'ssh'),
  `while [ "$1" != -- ]; do shift; done; shift 2\nPATH=${folder}/far:$PATH exec ip netns exec two sh -c "$*"`,
);

interface Sample {
  readonly kib: number;
  readonly descriptors: number;
}

/** A program under test, and what was seen of it. */
class Subject {
  readonly samples: Sample[] = [];
  readonly child: ChildProcess;
  ended: string | undefined;

  constructor(
    readonly name: string,
    args: readonly string[],
    readonly terminal?: 'pipe',
  ) {
    const env = {
      ...process.env,
      PATH: `${folder}:${process.env.PATH}`,
      NODE_OPTIONS: '',
      TERM: 'xterm',
      HOME: folder,
    };
    // script(1) makes a terminal.
    const [program, ...words] =
      terminal === undefined
        ? [process.execPath, PROGRAM, ...args]
        : ['script', '-qfec', `exec ${process.execPath} ${PROGRAM} ${args.join(' ')}`, '/dev/null'];
    this.child = spawn(program, words, { stdio: [terminal ?? 'ignore', 'ignore', 'pipe'], env });
    let told = '';
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      told = (told + text).slice(-300);
    });
    this.child.on('exit', (code, signal) => {
      this.ended = `ended (${code ?? signal}) ${told.trim()}`;
    });
  }

  /** The program itself, not what makes a terminal for it. */
  get pid(): number | undefined {
    const { pid } = this.child;
    if (this.terminal === undefined) return pid;
    return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').trim().split(' ')[0]);
  }

  sample(): void {
    if (this.ended !== undefined) return;
    try {
      const status = readFileSync(`/proc/${this.pid}/status`, 'latin1');
      const kib = Number(/^VmRSS:\s*(\d+)/m.exec(status)?.[1]);
      this.samples.push({ kib, descriptors: readdirSync(`/proc/${this.pid}/fd`).length });
    } catch {
      // It has just ended.
    }
  }

  row(): string {
    const [, second, last] = thirds(this.samples);
    const growth = median(last, ({ kib }) => kib) - median(second, ({ kib }) => kib);
    const more = median(last, ({ descriptors }) => descriptors) - median(second, ({ descriptors }) => descriptors);
    const peak = Math.max(0, ...this.samples.map(({ kib }) => kib));
    const flat = this.ended === undefined && growth <= MAX_GROWTH && more <= MAX_DESCRIPTORS;
    if (!flat) process.exitCode = 1;
    const cells = [
      this.name.padEnd(28),
      mib(median(second, ({ kib }) => kib)),
      mib(median(last, ({ kib }) => kib)),
      mib(peak),
      String(median(second, ({ descriptors }) => descriptors)).padStart(4),
      String(median(last, ({ descriptors }) => descriptors)).padStart(4),
    ];
    return `${cells.join('  ')}  ${this.ended ?? (flat ? 'flat' : 'NOT FLAT')}`;
  }
}

const mib = (kib: number): string => `${Math.round(kib / 1024)} MiB`.padStart(8);

function thirds<T>(all: readonly T[]): readonly T[][] {
  const size = Math.max(1, Math.floor(all.length / 3));
  return [all.slice(0, size), all.slice(size, 2 * size), all.slice(-size)];
}

function median<T>(all: readonly T[], of: (each: T) => number): number {
  const sorted = all.map(of).sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? 0;
}

const shell = new Subject('10,000 statements in a shell', ['--no-config'], 'pipe');
const subjects = [
  new Subject('watch', ['watch from conntrack output jsonl']),
  new Subject('watch with state', ['watch from conntrack with state output jsonl']),
  new Subject('watch … every 1s', ['watch proto, count(*), rate(*) from conntrack on new group by proto every 1s']),
  new Subject('watch in netns *', ['watch from conntrack in netns * output jsonl']),
  new Subject('watch in ssh', ["watch from conntrack in ssh 'far' output jsonl"]),
  new Subject('select … in netns * every 1s', ['select count(*) from conntrack in netns * every 1s']),
  new Subject('select … every 200ms', ['select src, count(*), rate(*) from conntrack group by src every 200ms']),
  new Subject('select … in ssh every 1s', ["select count(*) from conntrack in ssh 'far' where sport > 0 every 1s"]),
  shell,
];

/** Flows that begin and end, here and in both namespaces. */
function churn(netns: string | undefined): ChildProcess {
  const loop = `i=0; while :; do i=$(( (i + 1) % 60000 )); echo "-I -t 1 -p udp -s 10.$((i / 250 % 250)).$((i % 250)).1 -d 10.0.0.2 --sport $((i + 1)) --dport 53";
    [ $((i % ${Math.max(1, Math.round(rate))})) = 0 ] && break; done`;
  const load = `while :; do ( ${loop} ) > ${folder}/lines-$$; ${process.execPath} ${PROGRAM} conntrack -R ${folder}/lines-$$ >/dev/null 2>&1; conntrack -F >/dev/null 2>&1; sleep 1; done`;
  return netns === undefined
    ? spawn('sh', ['-c', load], { stdio: 'ignore', detached: true })
    : spawn('ip', ['netns', 'exec', netns, 'sh', '-c', load], { stdio: 'ignore', detached: true });
}

const helpers = [churn(undefined), churn('one'), churn('two')];

/** Leaves nothing running, however this program ends. */
function stop(): void {
  for (const { pid } of helpers) if (pid !== undefined) quietly('kill', '-KILL', '--', `-${pid}`);
  for (const { child } of subjects) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.once(signal, () => {
    stop();
    process.exit(1);
  });

const pauses = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms));
const end = performance.now() + minutes * 60_000;

/** A statement at a time, so that all of them are spread over the time. */
async function type(): Promise<void> {
  const step = (minutes * 60_000) / STATEMENTS;
  for (let n = 0; n < STATEMENTS && performance.now() < end; n++) {
    shell.child.stdin?.write(
      n % 3 === 0 ? `let a${n % 50} = ${n};\r` : 'select count(*) from conntrack where sport > 0;\r',
    );
    await pauses(step);
  }
}

async function comeAndGo(): Promise<void> {
  for (let n = 0; performance.now() < end; n++) {
    quietly('ip', 'netns', 'add', `passing${n % 5}`);
    await pauses(700);
    quietly('ip', 'netns', 'del', `passing${(n + 3) % 5}`);
  }
}

void type();
void comeAndGo();
console.log(`${minutes} minutes, a sample every ${(SAMPLE_MS / 1000).toFixed(1)} s`);
while (performance.now() < end) {
  await pauses(SAMPLE_MS);
  for (const subject of subjects) subject.sample();
}
console.log(
  `${'program'.padEnd(28)}  ${'RSS'.padStart(8)}  ${'at last'.padStart(8)}  ${'peak'.padStart(8)}   fds  last`,
);
for (const subject of subjects) console.log(subject.row());
stop();
await pauses(1000);
process.exit();
