/** The private namespaces (network, mounts, processes) in which the tests of the kernel and of the program run. */
import { spawnSync } from 'node:child_process';
import { readlinkSync } from 'node:fs';

/**
 * Inside: a /run of its own, for `ip netns`, and a loopback that is up. The shell stays process 1 of its process namespace, and when it
 * ends, the kernel ends all processes that a test has left running.
 */
const prelude = `
mount -t tmpfs -o mode=755 tmpfs /run &&
mkdir /run/netns &&
ip link set lo up || { echo 'the private namespace could not be set up' >&2; exit 70; }
"$@"
exit $?
`;

const isRoot = process.getuid?.() === 0;

const enter = [
  'unshare',
  ...(isRoot ? [] : ['--user', '--map-root-user']),
  ...['--net', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc', '--'],
  ...['sh', '-c', prelude, 'sh'],
];

/** @param {readonly string[]} command @returns {string[]} the same command inside namespaces of its own */
export function inNamespaces(command) {
  return [...enter, ...command];
}

/**
 * The original namespace of a test process, so that `assertPrivateNamespace()` can verify that it is in another one.
 * @returns {Record<string, string>}
 */
export function namespaceEnvironment() {
  return process.platform === 'linux' ? { CTQ_TEST_OUTER_NETNS: readlinkSync('/proc/self/ns/net') } : {};
}

/** @returns {string | undefined} why private namespaces cannot be created; undefined if they can */
export function whyNoNamespaces() {
  if (process.platform !== 'linux') {
    return `network namespaces are Linux's, this is ${process.platform}`;
  }
  const [program = '', ...rest] = inNamespaces(['sh', '-c', 'conntrack -C && nft list ruleset']);
  const { status, stderr, error } = spawnSync(program, rest, { encoding: 'utf8', timeout: 20_000 });
  if (status === 0) {
    return undefined;
  }
  const words = (error?.message ?? stderr).trim().replaceAll('\n', '; ');
  return `no private network namespace with conntrack(8) and nft(8) in it: ${words || `exit code ${status}`}`;
}
