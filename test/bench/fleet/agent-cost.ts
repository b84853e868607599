/**
 * What a grouped query costs a gateway: processor time of its agent, beside ctq run there by hand, over 250,000 flows.
 * As root, after `npm run build`:
 * `CTQ_TEST_OUTER_NETNS=$(readlink /proc/self/ns/net) unshare -n node --import tsx test/bench/fleet/agent-cost.ts [FLOWS]`
 */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { PROGRAM } from '../../kit/cli.js';
import { startNats } from '../../kit/nats-server.js';
import { fill } from '../fill.js';

const RUNS = 5;
const GOAL = 1.1;
const QUERY =
  'select dport, count(*), sum(bytes) from conntrack PLACE where mark >= 0 group by dport order by 2 desc limit 10';

/** Processor time of a process so far, in ms: utime and stime of proc(5). */
function spentBy(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'latin1')
    .replace(/^.*\) /, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

/** Processor time of ctq for a statement, in ms. */
function byHand(text: string): number {
  const { stderr: said } = spawnSync('/usr/bin/time', ['-f', '%U %S', process.execPath, PROGRAM, '-e', text], {
    encoding: 'utf8',
  });
  const [user, system] = said.trim().split('\n').at(-1)!.split(' ').map(Number);
  return (user + system) * 1000;
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1];

const flows = Number(process.argv[2] ?? 250_000);
execFileSync('ip', ['link', 'set', 'lo', 'up']);
writeFileSync('/proc/sys/net/netfilter/nf_conntrack_acct', '1');
fill(0, flows);
const server = await startNats();
const agentFile = join(server.folder, 'agent.ctq');
writeFileSync(agentFile, `set agent_name = 'gw1'; set agent_server = 'nats://127.0.0.1:${server.port}';`);
const conf = join(server.folder, 'fleet.conf');
writeFileSync(conf, `server = nats://127.0.0.1:${server.port}\ngw1 nats\n`);
process.env.CTQ_FLEET_CONF = conf;
const agent = spawn(process.execPath, [PROGRAM, 'agent', agentFile], { stdio: 'ignore' });
try {
  await pause(3000);
  const ask = (): number => {
    const before = spentBy(agent.pid!);
    execFileSync(process.execPath, [PROGRAM, '-e', QUERY.replace('PLACE', 'in fleet')], { stdio: 'ignore' });
    return spentBy(agent.pid!) - before;
  };
  const first = ask();
  const agents = Array.from({ length: RUNS }, ask);
  const hands = Array.from({ length: RUNS }, () => byHand(QUERY.replace('PLACE', '')));
  const starts = Array.from({ length: RUNS }, () => byHand('select count(*) from conntrack'));
  const [by, own, start] = [median(agents), median(hands), median(starts)];
  console.log(
    `${flows} flows: agent ${by} ms (first query ${first} ms); by hand ${own} ms, of which ${start} ms are its start`,
  );
  const ratio = by / own;
  console.log(
    `agent / by hand: ${ratio.toFixed(2)} (goal ${GOAL}${ratio <= GOAL ? '' : ', MISSED'}); without the start: ${(by / (own - start)).toFixed(2)}`,
  );
} finally {
  agent.kill();
  await server.close();
}
