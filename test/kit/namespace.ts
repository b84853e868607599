/**
 * Network namespaces of a test's own. The runner starts each test of the kernel in private network, mount and process namespaces with a
 * /run of its own, so that the names made here are seen by no one else and everything is gone when the test ends.
 */
import { readlinkSync, writeFileSync } from 'node:fs';
import { must, run } from './command.js';

/** The environment variable in which the runner leaves the namespace that must not be touched. */
const OUTER = 'CTQ_TEST_OUTER_NETNS';

/**
 * Throws unless this process is in another network namespace than the one in which the tests were started.
 * Every helper that writes to the kernel calls it first.
 */
export function assertPrivateNamespace(): void {
  const outer = process.env[OUTER];
  if (outer === undefined || !/^net:\[\d+\]$/.test(outer)) {
    throw new Error(`this test changes the kernel's tables: run it by npm test -- FILE, which gives it a namespace`);
  }
  if (readlinkSync('/proc/self/ns/net') === outer) {
    throw new Error('this test is in the network namespace that it was started from, and would change its tables');
  }
}

/** A named network namespace, with its loopback up. */
export class Namespace {
  readonly name: string;

  /** @param name as `ip netns` shows it */
  constructor(name: string) {
    assertPrivateNamespace();
    this.name = name;
    must(['ip', 'netns', 'add', name]);
    must(['ip', '-netns', name, 'link', 'set', 'lo', 'up']);
  }

  /** Its file, as setns(2) and nsenter(1) take it. */
  get path(): string {
    return `/run/netns/${this.name}`;
  }

  /** Runs a program in it to its end and returns its standard output; throws where it fails. */
  must(argv: readonly string[], input = ''): string {
    return must(argv, { netns: this.name, input });
  }

  run(argv: readonly string[], input = ''): ReturnType<typeof run> {
    return run(argv, { netns: this.name, input });
  }

  /** Runs lines of ip(8) in it. */
  ip(...lines: readonly string[]): void {
    must(['ip', '-netns', this.name, '-batch', '-'], { input: `${lines.join('\n')}\n` });
  }

  /** Loads a rule set of nft(8) into it. */
  nft(rules: string): void {
    this.must(['nft', '-f', '-'], rules);
  }

  /** Sets sysctls of it. @param values by name with dots or slashes: { 'net.ipv4.ip_forward': 1 } */
  sysctl(values: Readonly<Record<string, string | number>>): void {
    const lines = Object.entries(values).map(
      ([name, value]) => `echo '${value}' > '/proc/sys/${name.includes('/') ? name : name.replaceAll('.', '/')}'`,
    );
    this.must(['sh', '-e'], `${lines.join('\n')}\n`);
  }

  /** Takes the name away; the namespace itself lives as long as a process is in it. */
  destroy(): void {
    must(['ip', 'netns', 'del', this.name]);
  }
}

/** Sets a sysctl of the test's own namespace: setSysctl('net/netfilter/nf_conntrack_acct', 1). */
export function setSysctl(path: string, value: string | number): void {
  assertPrivateNamespace();
  writeFileSync(`/proc/sys/${path}`, String(value));
}

/**
 * Gives this test's namespace what conntrack needs to see packets and keep labels and NAT: rules that use them.
 * Without such a rule new entries have no space for labels, and the kernel does not track what passes.
 */
export function useConntrack(): void {
  assertPrivateNamespace();
  must(['nft', '-f', '-'], {
    input: `
      table inet testbed {
        chain labels { type filter hook input priority 0; ct label 127 counter; }
        chain nat { type nat hook postrouting priority 100; }
      }`,
  });
}
