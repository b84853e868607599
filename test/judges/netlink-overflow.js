/**
 * Shows what the `netlink` package does when the buffer of a subscription overflows, an error (ENOBUFS) that a program must be able
 * to handle: it ends the process, past handlers of `error` and of uncaught exceptions. Run it in a network namespace of its own:
 *
 *   unshare --net sh -c 'ip link set lo up && node test/judges/netlink-overflow.js'
 *
 * Exits with 0 where the error reaches a handler.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import netlink from 'netlink';

const NETLINK_NETFILTER = 12;
const NFNLGRP_CONNTRACK_NEW = 1;
const FLOWS = 500;

/** @param {string} handler */
const handled = handler => () => {
  console.log(`ENOBUFS reached ${handler}`);
  process.exit(0);
};
process.on('uncaughtException', handled('uncaughtException'));

const socket = netlink.createNetlink(NETLINK_NETFILTER, { ref: true, recvBufferSize: 4096, sendBufferSize: 4096 });
socket.on('error', handled("'error'"));
socket.addMembership(NFNLGRP_CONNTRACK_NEW);

// While this waits, nothing is received, and the kernel runs out of buffer.
const lines = Array.from(
  { length: FLOWS },
  (_, n) => `-I -p udp -s 10.0.0.1 -d 10.0.0.2 --sport ${1024 + n} --dport 53 -t 60\n`,
);
const folder = mkdtempSync(join(tmpdir(), 'ctq-overflow-'));
const file = join(folder, 'flows');
writeFileSync(file, lines.join(''));
const { status, stderr } = spawnSync('conntrack', ['-R', file], { encoding: 'utf8' });
rmSync(folder, { recursive: true });
if (status !== 0) {
  console.error(`conntrack: ${stderr}`);
  process.exit(2);
}
console.log('subscribed, and overflowed');
setTimeout(() => {
  console.log('nothing happened');
  process.exit(1);
}, 5000);
