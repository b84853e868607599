/**
 * The demo's network: this namespace is the router; client and server are in namespaces of their own.
 *
 *     client 10.0.1.2 .3 .4      router 10.0.1.1 | 192.0.2.1       server 192.0.2.2
 *            fd00:1::2                 fd00:1::1 | 2001:db8:2::1          2001:db8:2::2
 *
 * The router masquerades the client, and forwards 198.51.100.80:8080 to port 80 of the server.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const ACTOR = fileURLToPath(new URL('actor.js', import.meta.url));

/** @param {string} program @param {readonly string[]} args @param {string} [input] */
function must(program, args, input = '') {
  const { status, stderr, error } = spawnSync(program, args, { input, encoding: 'utf8', timeout: 20_000 });
  if (status !== 0) {
    throw new Error(`${[program, ...args].join(' ')}: ${error?.message ?? stderr.trim()}`);
  }
}

/** @param {readonly string[]} lines of ip(8) */
const ip = lines => must('ip', ['-batch', '-'], `${lines.join('\n')}\n`);

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

/** Creates namespaces, addresses, routes and rules. */
export function build() {
  ip([
    'netns add client',
    'netns add server',
    'link add inside type veth peer name eth0 netns client',
    'link add outside type veth peer name eth0 netns server',
    'addr add 10.0.1.1/24 dev inside',
    'addr add fd00:1::1/64 dev inside nodad',
    'addr add 192.0.2.1/24 dev outside',
    'addr add 2001:db8:2::1/64 dev outside nodad',
    'link set inside up',
    'link set outside up',
  ]);
  must('nft', ['-f', '-'], RULES);
  for (const [name, value] of Object.entries(SETTINGS)) {
    const path = `/proc/sys/net/${name}`;
    if (existsSync(path)) {
      writeFileSync(path, String(value));
    }
  }
  const ends = /** @type {const} */ ([
    ['client', ['10.0.1.2/24', '10.0.1.3/24', '10.0.1.4/24', 'fd00:1::2/64'], '10.0.1.1', 'fd00:1::1'],
    ['server', ['192.0.2.2/24', '2001:db8:2::2/64'], '192.0.2.1', '2001:db8:2::1'],
  ]);
  for (const [name, addresses, gateway, gateway6] of ends) {
    const lines = [
      'link set lo up',
      ...addresses.map(address => `addr add ${address} dev eth0${address.includes(':') ? ' nodad' : ''}`),
      'link set eth0 up',
      `route add default via ${gateway}`,
      `route add ::/0 via ${gateway6}`,
    ];
    must('ip', ['-netns', name, '-batch', '-'], `${lines.join('\n')}\n`);
  }
  must('nsenter', inside('server', ['nft', '-f', '-']), SILENCE);
}

/**
 * Starts an end of the traffic, and waits until it is ready.
 * @param {'client' | 'server' | 'visitor' | 'busy'} role
 * @param {readonly string[]} args of the visitor: milliseconds between two visits
 * @returns {Promise<() => void>} what ends it
 */
export async function start(role, ...args) {
  const place = role === 'server' ? 'server' : 'client';
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
