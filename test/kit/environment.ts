import type { Environment } from '../../src/lang/schema/environment.js';

const SERVICES: Readonly<Record<string, number>> = { domain: 53, http: 80, https: 443, ssh: 22 };
const LABELS: Readonly<Record<string, number>> = { bulk: 0, vip: 3, 'eth0-in': 100 };

const nameOf = (names: Readonly<Record<string, number>>, number: number): string | undefined =>
  Object.keys(names).find(name => names[name] === number);

/** A machine with a few services and labels, at noon of 2026-11-24. */
export const ENVIRONMENT: Environment = {
  servicePort: name => (Object.hasOwn(SERVICES, name.toLowerCase()) ? SERVICES[name.toLowerCase()] : undefined),
  serviceName: port => nameOf(SERVICES, port),
  serviceNames: () => Object.keys(SERVICES),
  labelBit: name => (Object.hasOwn(LABELS, name) ? LABELS[name] : undefined),
  labelName: bit => nameOf(LABELS, bit),
  labelNames: () => Object.keys(LABELS),
  fleet: () => ({ groups: ['core', 'edge'], members: ['gw1', 'gw-2'] }),
  settingNames: () => [
    'nf_conntrack_acct',
    'nf_conntrack_buckets',
    'nf_conntrack_count',
    'nf_conntrack_max',
    'nf_conntrack_tcp_timeout_close',
  ],
  now: () => 1_795_521_600_000_000_000n,
};
