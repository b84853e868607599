/** The user's own SSH connections, in a /proc of the test's making. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ownSshConnections } from '../../src/engine/own-ssh.js';

const test = suite('own SSH connections');

/** @param processes pid → parent, name, environment */
function procOf(processes: Readonly<Record<number, readonly [parent: number, comm: string, env?: string]>>): string {
  const proc = mkdtempSync(join(tmpdir(), 'ctq-proc-'));
  process.on('exit', () => rmSync(proc, { recursive: true, force: true }));
  for (const [pid, [parent, comm, env]] of Object.entries(processes)) {
    mkdirSync(join(proc, pid));
    writeFileSync(join(proc, pid, 'status'), `Name:\t${comm}\nPid:\t${pid}\nPPid:\t${parent}\nUid:\t1000\t0\t0\t0\n`);
    if (env !== undefined) writeFileSync(join(proc, pid, 'environ'), env);
  }
  return proc;
}

const SSH = 'SSH_CONNECTION=10.0.1.9 37771 10.0.1.1 22';
const VALUE = '10.0.1.9 37771 10.0.1.1 22';

test('the variable of this process, and nothing if no process has it', () => {
  const proc = procOf({ 10: [1, 'bash', 'HOME=/root\0'] });
  assert.equal(ownSshConnections({ SSH_CONNECTION: VALUE }, proc, 10), [VALUE]);
  assert.equal(ownSshConnections({}, proc, 10), []);
  assert.equal(ownSshConnections({}, proc, 99), []);
});

test('sudo and su drop the variable: that of an ancestor', () => {
  const proc = procOf({
    20: [1, 'sshd'],
    21: [20, 'bash', `HOME=/h\0${SSH}\0`],
    22: [21, 'sudo', `${SSH}\0HOME=/h\0`],
    23: [22, 'su', 'HOME=/root\0'],
    24: [23, 'ctq', 'HOME=/root\0'],
  });
  assert.equal(ownSshConnections({}, proc, 24), [VALUE]);
});

test('tmux outlives the login: that of its clients', () => {
  const proc = procOf({
    30: [1, 'tmux: server', 'SSH_CONNECTION=192.0.2.9 1 192.0.2.1 22\0'],
    31: [30, 'bash', 'SSH_CONNECTION=192.0.2.9 1 192.0.2.1 22\0'],
    32: [31, 'ctq'],
    40: [1, 'bash', `${SSH}\0`],
    41: [40, 'tmux: client', 'HOME=/h\0'],
  });
  assert.equal([...ownSshConnections({}, proc, 32)].sort(), [VALUE, '192.0.2.9 1 192.0.2.1 22']);
});

test.run();
