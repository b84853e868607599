// timeout: 240
/** `in pid`: the network namespace of a process, also where that is in a user namespace of somebody who is not root. */
import { spawnSync } from 'node:child_process';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { startCtq } from '../kit/cli.js';
import { run } from '../kit/command.js';
import { ctqHere } from '../kit/here.js';
import { canRead, NOBODY, READABLE_PROGRAM } from '../kit/nobody.js';
import { Program } from '../kit/program.js';

const test = suite('in pid');

const FILL =
  'conntrack -I -s 10.0.0.1 -d 10.0.0.2 -p udp --sport 1 --dport 53 -t 600 >/dev/null 2>&1; echo ready; exec sleep 1000';

/** What nobody may do here: the checkout may be closed to other users, and the system to their namespaces. */
const canMake = spawnSync(NOBODY[0], [...NOBODY.slice(1), 'unshare', '-Urn', 'true']).status === 0;
const asNobody = canRead && canMake ? test : test.skip;

const processes: Program[] = [];
async function started(argv: readonly string[]): Promise<number> {
  const program = new Program(argv);
  processes.push(program);
  await program.waitFor(/ready/);
  return program.pid;
}

test.after(async () => {
  for (const program of processes) await program.stop('SIGKILL');
});

const userNamespace = (): Promise<number> => started([...NOBODY, 'unshare', '-Urn', 'sh', '-c', FILL]);
const nobody = (query: string) =>
  run([...NOBODY, process.execPath, READABLE_PROGRAM, '--yes', '--no-config', '-o', 'tsv,noheader', query]);

test('root looks into any', async () => {
  for (const pid of [await started(['unshare', '-n', 'sh', '-c', FILL]), ...(canMake ? [await userNamespace()] : [])]) {
    const { stdout, stderr } = await ctqHere([`select src from conntrack in pid ${pid}`, '-o', 'tsv,noheader']);
    assert.is(stdout, '10.0.0.1\n', stderr);
    const changed = await ctqHere(['--yes', `update conntrack in pid ${pid} set mark = 7 where true`]);
    assert.is(changed.code, 0, changed.stderr);
    const again = await ctqHere([`let p = ${pid}; use pid $p; select mark from conntrack`, '-o', 'tsv,noheader']);
    assert.is(again.stdout, '7\n', again.stderr);
    const settings = await ctqHere([
      `select value from sysctl in pid ${pid} where name = 'nf_conntrack_count'`,
      '-o',
      'tsv,noheader',
    ]);
    assert.is(settings.stdout, '1\n', settings.stderr);
  }
});

test('a process that is not there', async () => {
  const { code, stderr } = await ctqHere(['count conntrack in pid 2147483647']);
  assert.is(code, 1);
  assert.match(stderr, /network namespace of process 2147483647 does not exist\nhint: the process must be running/);
  for (const wrong of [
    'count conntrack in pid 0',
    "let p = 'x'; use pid $p",
    'let p = null; count conntrack in pid $p',
    'use pid $q',
  ])
    assert.is((await ctqHere([wrong])).code, 2, wrong);
  assert.is((await ctqHere(['--set', 'p=2147483647', 'count conntrack in pid $p'])).code, 1);
});

asNobody('others look into their own, through nsenter(1)', async () => {
  const pid = await userNamespace();
  assert.is(nobody(`select src from conntrack in pid ${pid} where proto = udp`).stdout, '10.0.0.1\n');
  assert.is(nobody(`count conntrack in pid ${pid}`).stdout, '1\n');
  const change = nobody(`delete from conntrack in pid ${pid} where true`);
  assert.is(change.code, 2);
  assert.match(change.stderr, /nsenter --preserve-credentials -U -n -t \d+ ctq/);
  const watch = new Program([
    ...[...NOBODY, process.execPath, READABLE_PROGRAM, '--no-config', '-o', 'tsv,noheader'],
    `watch event, src from conntrack in pid ${pid} with existing`,
  ]);
  await watch.waitFor(/^\t10\.0\.0\.1$/m, 10_000);
  watch.kill('SIGINT');
  assert.is(await watch.exit(), 0, watch.stderr);
});

asNobody('and not into those of root', () => {
  const { code, stderr } = nobody(`count conntrack in pid ${process.pid}`);
  assert.is(code, 1);
  assert.match(stderr, /error: cannot (enter|open) the network namespace of process \d+: .*\nhint: run it with sudo/);
});

test('the process ends while it is watched', async () => {
  const pid = await started(['unshare', '-n', 'sh', '-c', FILL]);
  const watch = startCtq([`watch src from conntrack in pid ${pid} with existing`, '-o', 'tsv']);
  await watch.waitFor(/10\.0\.0\.1/);
  await processes.pop()?.stop('SIGKILL');
  watch.kill('SIGINT');
  assert.is(await watch.exit(), 0, watch.stderr);
});

test.run();
