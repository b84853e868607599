/**
 * Restoring and deleting, beside conntrack(8). Run it in namespaces of its own, on a machine that does nothing else:
 *
 *   CTQ_TEST_OUTER_NETNS=$(readlink /proc/self/ns/net) unshare -n -m sh -c \
 *     'mount -t tmpfs tmpfs /run && ip link set lo up && node --import tsx test/bench/changes.ts'
 */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { bulk } from '../support/bulk.js';

const CTQ = fileURLToPath(new URL('../../dist/ctq.js', import.meta.url));
const FLOWS = 250_000;
const DUMP = '/run/flows.save';

function timed(name: string, argv: readonly string[]): number {
  const began = performance.now();
  const { stderr, status } = spawnSync(argv[0], argv.slice(1), {
    encoding: 'utf8',
    maxBuffer: 1 << 30,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const seconds = (performance.now() - began) / 1000;
  const said = stderr.trim().split('\n').at(-1) ?? '';
  console.log(
    `${seconds.toFixed(2).padStart(7)} s  ${name.padEnd(40)} ${status === 0 ? '' : `exit ${status} `}${said}`,
  );
  return seconds;
}

const quietly = (argv: readonly string[]): string =>
  spawnSync(argv[0], argv.slice(1), { encoding: 'utf8', maxBuffer: 1 << 30 }).stdout;
const flush = (): string => quietly(['conntrack', '-F']);
const ctq = (query: string): string[] => [process.execPath, CTQ, query];

bulk(FLOWS);
writeFileSync(DUMP, quietly(['conntrack', '-L', '-o', 'save']));
flush();
const theirs = timed('conntrack -R', ['conntrack', '-R', DUMP]);
flush();
const ours = timed('insert … from', ctq(`insert into conntrack from '${DUMP}'`));
console.log(`restoring takes ${(ours / theirs).toFixed(2)} of the time`);
flush();
// 64,000 of 250,000: 256 of 1000 sources.
bulk(FLOWS, { source: 0x0a00_0000 });
const deleting = timed('conntrack -D -s', ['conntrack', '-D', '-s', '10.0.0.0/24']);
flush();
bulk(FLOWS, { source: 0x0a00_0000 });
const deleted = timed('delete … where src = network', ctq('delete from conntrack where src = 10.0.0.0/24'));
console.log(`deleting takes ${(deleted / deleting).toFixed(2)} of the time`);
timed('delete … where, one request', ctq('delete from conntrack where proto = tcp and dport = 443'));
flush();
