/** The tour itself, inside the namespaces that `demo.js` made. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { root } from '../lib/project.js';
import { build, ping, start } from './network.js';
import { styled, title, wrapped } from './words.js';

const isTerminal = process.stdout.isTTY === true;

/** A snapshot, if no network can be created: the same tour without the statements that require a kernel. */
const snapshot = process.argv[2];

/** The stops of the tour: title and statement. */
const all = /** @type {const} */ ([
  ['Every connection through this router.', 'select from conntrack'],
  [
    'Which sources move the most data? Grouping, sums and sorting as in SQL.',
    'select src, count(*) as flows, sum(bytes) as bytes from conntrack group by src order by bytes desc output table, human',
  ],
  [
    'Which services are used, as a chart.',
    'select service(dport) as service, count(*) as flows from conntrack where dport is not null group by service order by flows desc output bars',
  ],
  [
    'Flows without an answer, and how long the kernel will keep them.',
    'select proto, src, dst, dport, state, timeout from conntrack where status has UNREPLIED',
  ],
  [
    'Addresses, networks, names and sizes are written as usual.',
    'select src, reply.src, dport, bytes from conntrack where src in 10.0.1.0/24 and (dport in (http, 8000..8999) or bytes > 500KiB)',
  ],
  [
    'How is a query executed? The kernel filters what it can.',
    'explain select from conntrack where src = 10.0.1.3 and proto = tcp and bytes > 100KiB',
  ],
  ['Errors are found before anything runs.', 'select src, dport from conntrack where bites > 1MiB'],
  [
    'Watching connections as they happen, state by state.',
    'watch event, src, dst, dport, state from conntrack where dport = http limit 8 for 10s',
  ],
  ['Changes: delete the flows without an answer.', 'delete from conntrack where status has UNREPLIED'],
  [
    'The remaining flows.',
    'select proto, count(*) as flows, sum(bytes) as bytes from conntrack group by proto order by flows desc',
  ],
]);

const stops = snapshot === undefined ? all : all.filter(([, statement]) => !/^(watch|delete|explain)/.test(statement));

const PROGRAM = join(root, 'dist/ctq.js');
const place = snapshot === undefined ? [] : ['--file', snapshot];

/** Nobody is there to answer the question of a change. @param {string} statement */
const agreed = statement => (statement.startsWith('delete') ? ['--yes'] : []);

/** Runs ctq with a statement; its exit status is ignored. @param {string} statement */
async function show(statement) {
  const options = isTerminal || statement.includes(' output ') ? [] : ['-o', 'table'];
  const args = [PROGRAM, '--no-config', ...agreed(statement), ...place, ...options, statement];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit'] });
  await once(child, 'close');
}

/** The interactive shell. Its history is in the namespace's own /run, and removed with it. */
async function openShell() {
  const home = snapshot === undefined ? '/run/ctq-demo' : mkdtempSync(join(tmpdir(), 'ctq-demo-'));
  mkdirSync(home, { recursive: true });
  // Ctrl-C ends the statement in the shell, not the tour.
  process.on('SIGINT', () => {});
  /** @type {NodeJS.ProcessEnv} */
  const env = { ...process.env, HOME: home };
  for (const name of Object.keys(env)) {
    if (name.startsWith('XDG_')) {
      delete env[name];
    }
  }
  const child = spawn(process.execPath, [PROGRAM, ...place], { stdio: 'inherit', env });
  await once(child, 'close');
  if (snapshot !== undefined) rmSync(home, { recursive: true });
}

/** @returns {Promise<(() => void)[]>} functions that end the traffic */
async function network() {
  if (snapshot !== undefined) {
    console.log(styled('2', 'a snapshot of the network of the demo, without traffic'));
    return [];
  }
  console.log(styled('2', 'building a network in separate namespaces: client, router, server …'));
  build();
  const ends = [await start('server'), await start('client')];
  ping();
  return ends;
}

async function main() {
  const ends = await network();
  for (const [index, [what, statement]] of stops.entries()) {
    title(index + 1, what);
    console.log(
      `${styled('32', '$')} ${wrapped(['ctq', ...agreed(statement), ...place.map(word => basename(word)), `"${statement}"`].join(' '))}\n`,
    );
    const endVisitor = statement.startsWith('watch') ? await start('visitor') : undefined;
    await show(statement);
    endVisitor?.();
  }
  if (isTerminal && process.stdin.isTTY) {
    if (snapshot === undefined) {
      console.log(
        `\n${styled('1', 'Your turn.')} ctq's shell on the same router; a client requests a page every second.`,
      );
      console.log(`Try ${styled('32', 'help')} or ${styled('32', 'watch from conntrack')}; Ctrl-D exits.\n`);
      ends.push(await start('client'), await start('visitor', { interval: 1000 }));
    } else {
      console.log(
        `\n${styled('1', 'Your turn.')} ctq's shell on the same snapshot. Try ${styled('32', 'help')}; Ctrl-D exits.\n`,
      );
    }
    await openShell();
  }
  for (const end of ends) {
    end();
  }
  console.log(`\n${styled('1', 'That was ctq.')} Next: ctq "help examples", README.md, docs/language.md`);
}

try {
  await main();
} catch (error) {
  console.error(`demo: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
