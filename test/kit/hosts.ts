/**
 * Hosts that are network namespaces: a program in place of ssh(1) enters the namespace of the host's name, and runs the command there.
 * `late-gw1` is gw1, which takes four seconds at first, `bare-gw1` is gw1 without ctq, `old-gw1` with a ctq that answers no queries.
 */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Namespace } from './namespace.js';
import { READABLE_PROGRAM } from './nobody.js';

export interface Hosts {
  readonly folder: string;
  /** For programs that use ssh(1); the fleet is that of `fleet.conf` in the folder. */
  readonly env: Readonly<Record<string, string>>;
  close(): void;
}

const program = (path: string, text: string): void => {
  writeFileSync(path, text);
  chmodSync(path, 0o755);
};

/** @param fleet the text of fleet.conf */
export function makeHosts(fleet: string): Hosts {
  const folder = mkdtempSync(join(tmpdir(), 'ctq-hosts-'));
  mkdirSync(join(folder, 'there'));
  program(
    join(folder, 'ssh'),
    `#!/bin/bash
while [ "$1" != -- ]; do shift; done
host=\${2#root@}; shift 2
case $host in
  down) echo 'ssh: connect to host down port 22: Connection refused' >&2; exit 255;;
  slow) sleep 1; echo 'ssh: connect to host slow port 22: Connection refused' >&2; exit 255;;
  hang) exec sleep 1000;;
  evil) printf 'ctq-relay 1 little\\n'; head -c 100000 /dev/urandom;;
  late-*) [ -e ${folder}/late ] || { : > ${folder}/late; sleep 4; }; PATH=${folder}/there:$PATH exec ip netns exec \${host#late-} sh -c "$*";;
  bare-*) exec ip netns exec \${host#bare-} sh -c "$*";;
  old-*) PATH=${folder}/old:$PATH exec ip netns exec \${host#old-} sh -c "$*";;
  *) PATH=${folder}/there:$PATH exec ip netns exec $host sh -c "$*";;
esac
`,
  );
  mkdirSync(join(folder, 'old'));
  program(
    join(folder, 'old', 'ctq'),
    `#!/bin/bash
read -r job
case $job in *'"kind":"query"'*) job='{"kind":"unknown"}';; esac
{ printf '%s\\n' "$job"; cat; } | ${folder}/there/ctq "$@"
`,
  );
  program(join(folder, 'there', 'ctq'), `#!/bin/sh\nexec ${process.execPath} ${READABLE_PROGRAM} "$@"\n`);
  writeFileSync(join(folder, 'fleet.conf'), fleet);
  chmodSync(folder, 0o755);
  return {
    folder,
    env: { PATH: `${folder}:${process.env.PATH}`, CTQ_FLEET_CONF: join(folder, 'fleet.conf') },
    close: () => rmSync(folder, { recursive: true }),
  };
}

/** Adds a UDP flow to a host's table. */
export function addFlow(host: Namespace, src: string, dport: number, ...more: readonly string[]): void {
  const ports = ['--sport', '7', '--dport', String(dport), '-t', '600'];
  host.must(['conntrack', '-I', '-s', src, '-d', '10.0.0.99', '-p', 'udp', ...ports, ...more]);
}
