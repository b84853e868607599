/**
 * The demo's network: this namespace, or another one, is the router; client and server are in namespaces of their own.
 *
 *     client 10.0.1.2 .3 .4      router 10.0.1.1 | 192.0.2.1       server 192.0.2.2
 *            fd00:1::2                 fd00:1::1 | 2001:db8:2::1          2001:db8:2::2
 *
 * The router masquerades the client, and forwards 198.51.100.80:8080 to port 80 of the server.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const ACTOR = fileURLToPath(new URL('actor.js', import.meta.url));

/** @param {string} program @param {readonly string[]} args @param {string} [input] */
function must(program, args, input = '') {
  const { status, stderr, error } = spawnSync(program, args, { input, encoding: 'utf8', timeout: 20_000 });
  if (status !== 0) {
    throw new Error(`${[program, ...args].join(' ')}: ${error?.message ?? stderr.trim()}`);
  }
}

/** @param {readonly string[]} lines of ip(8) @param {string} [name] a network namespace; this one if left out */
const ip = (lines, name) =>
  must('ip', [...(name === undefined ? [] : ['-netns', name]), '-batch', '-'], `${lines.join('\n')}\n`);

/** @param {string} name @param {readonly string[]} argv */
const inside = (name, argv) => [`--net=/run/netns/${name}`, '--', ...argv];

const RULES = `
  table inet demo {
    chain marks {
      type filter hook prerouting priority -100;
      tcp dport 5432 ct mark set 0x1200
    }
    chain destination {
      type nat hook prerouting priority -90;
      ip daddr 198.51.100.80 tcp dport 8080 dnat ip to 192.0.2.2:80
    }
    chain source {
      type nat hook postrouting priority 100;
      oifname "outside" ip saddr 10.0.1.0/24 masquerade
      oifname "outside" ip6 saddr fd00:1::/64 masquerade
    }
  }`;

/** Rules of the server: forwarded packets that are not answered. */
const SILENCE = `
  table inet demo {
    chain input {
      type filter hook input priority 0;
      tcp dport { 3306, 6379 } drop
      udp dport { 123, 161 } drop
    }
  }`;

const SETTINGS = {
  'ipv4/ip_forward': 1,
  'ipv6/conf/all/forwarding': 1,
  'netfilter/nf_conntrack_acct': 1,
  'netfilter/nf_conntrack_timestamp': 1,
  'netfilter/nf_conntrack_events': 1,
  // The whole tour shows the same flows, also on a slow machine.
  'netfilter/nf_conntrack_udp_timeout': 120,
  'netfilter/nf_conntrack_icmp_timeout': 120,
};

/** The namespaces of client and server of a router. @param {string} [router] */
const endsOf = router => (router === undefined ? ['client', 'server'] : [`${router}-client`, `${router}-server`]);

/**
 * Creates namespaces, addresses, routes and rules.
 * @param {string} [router] the network namespace to be the router, which exists; this one if left out
 */
export function build(router) {
  const [client, server] = endsOf(router);
  ip([`netns add ${client}`, `netns add ${server}`]);
  /** @param {string} program @param {readonly string[]} args */
  const there = (program, args, input = '') =>
    router === undefined ? must(program, args, input) : must('nsenter', inside(router, [program, ...args]), input);
  const lines = [
    `link add inside type veth peer name eth0 netns ${client}`,
    `link add outside type veth peer name eth0 netns ${server}`,
    'addr add 10.0.1.1/24 dev inside',
    'addr add fd00:1::1/64 dev inside nodad',
    'addr add 192.0.2.1/24 dev outside',
    'addr add 2001:db8:2::1/64 dev outside nodad',
    'link set inside up',
    'link set outside up',
  ];
  ip(lines, router);
  there('nft', ['-f', '-'], RULES);
  for (const [name, value] of Object.entries(SETTINGS)) {
    const path = `/proc/sys/net/${name}`;
    if (existsSync(path)) {
      there('sh', ['-c', `echo ${value} >${path}`]);
    }
  }
  const ends = /** @type {const} */ ([
    [client, ['10.0.1.2/24', '10.0.1.3/24', '10.0.1.4/24', 'fd00:1::2/64'], '10.0.1.1', 'fd00:1::1'],
    [server, ['192.0.2.2/24', '2001:db8:2::2/64'], '192.0.2.1', '2001:db8:2::1'],
  ]);
  for (const [name, addresses, gateway, gateway6] of ends) {
    const own = [
      'link set lo up',
      ...addresses.map(address => `addr add ${address} dev eth0${address.includes(':') ? ' nodad' : ''}`),
      'link set eth0 up',
      `route add default via ${gateway}`,
      `route add ::/0 via ${gateway6}`,
    ];
    ip(own, name);
  }
  must('nsenter', inside(server, ['nft', '-f', '-']), SILENCE);
}

/**
 * Starts an end of the traffic, and waits until it is ready.
 * @param {'client' | 'server' | 'visitor' | 'busy'} role
 * @param {{ router?: string, interval?: number }} [more] the router if it is not this namespace; of the visitor: milliseconds between
 *   two visits
 * @returns {Promise<() => void>} what ends it
 */
export async function start(role, { router, interval } = {}) {
  const [client, server] = endsOf(router);
  const place = role === 'server' ? server : client;
  const args = interval === undefined ? [] : [String(interval)];
  const child = spawn('nsenter', inside(place, [process.execPath, ACTOR, role, ...args]), {
    stdio: ['pipe', 'pipe', 'inherit'],
    // A session of its own, so that Ctrl-C does not end it.
    detached: true,
  });
  const ended = once(child, 'close').then(([code]) => {
    throw new Error(`the demo's ${role} ended with exit status ${code}`);
  });
  ended.catch(() => {});
  await Promise.race([once(child.stdout, 'data'), ended]);
  return () => child.stdin.end();
}

/** One echo request, and its answer. */
export const ping = () => must('nsenter', inside('client', ['ping', '-n', '-c', '1', '-W', '5', '192.0.2.2']));
