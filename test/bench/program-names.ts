/**
 * How often an event names the short-lived program that caused it (`progname=`): 40 calls of `conntrack -I`, seen by conntrack(8) and by
 * ctq side by side. Run by hand, as root; it makes a network namespace of its own:
 *
 *     node scripts/build.js --no-types; node --import tsx test/bench/program-names.ts [CALLS]
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const OURS = fileURLToPath(new URL('../../dist/ctq-conntrack.js', import.meta.url));
const INSIDE = 'CTQ_BENCH_INSIDE';

function follow(program: string): { child: ChildProcess; names: () => number; lines: () => number } {
  const child = spawn(program, ['-E', '-e', 'NEW', '-o', 'userspace'], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout?.setEncoding('utf8').on('data', chunk => {
    text += chunk;
  });
  return {
    child,
    names: () => text.match(/progname=conntrack/g)?.length ?? 0,
    lines: () => text.match(/\n/g)?.length ?? 0,
  };
}

async function main(): Promise<void> {
  const calls = Number(process.argv[2] ?? 40);
  const followers = ['conntrack', OURS].map(follow);
  await pause(1000);
  for (let n = 0; n < calls; n++) {
    const entry = [
      '-I',
      '-s',
      `10.0.0.${n + 1}`,
      '-d',
      '192.0.2.1',
      '-p',
      'udp',
      '--sport',
      '1',
      '--dport',
      '53',
      '-t',
      '60',
    ];
    spawnSync('conntrack', entry, { stdio: 'ignore' });
    await pause(20);
  }
  await pause(500);
  for (const { child, names, lines } of followers) {
    console.log(`${child.spawnfile}: ${lines()} events, ${names()} with the program's name`);
    child.kill('SIGINT');
  }
}

if (process.env[INSIDE] === undefined) {
  const argv = ['-n', process.execPath, ...process.execArgv, ...process.argv.slice(1)];
  process.exitCode =
    spawnSync('unshare', argv, { stdio: 'inherit', env: { ...process.env, [INSIDE]: '1' } }).status ?? 1;
} else await main();
