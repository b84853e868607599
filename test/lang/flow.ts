import { parseAddress } from '../../src/lang/values/address.js';
import type { Value } from '../../src/lang/values/value.js';

/** The fields of a TCP flow; those that it does not have are left out. */
export const FLOW: Readonly<Record<string, Value>> = {
  family: 'ipv4',
  proto: 6,
  'orig.src': parseAddress('10.1.2.3')!,
  'orig.dst': parseAddress('2001:db8::7')!,
  'reply.src': parseAddress('8.8.8.8')!,
  'reply.dst': parseAddress('10.1.2.3')!,
  'orig.sport': 40_000,
  'orig.dport': 443,
  'reply.sport': 443,
  'reply.dport': 40_000,
  status: 0xe,
  state: 'ESTABLISHED',
  mark: 0x1234,
  timeout: 300_000_000_000,
  start: 1_795_521_000_000_000_000n,
  bytes: 18_446_744_073_709_551_615n,
  packets: 3,
  helper: 'ftp-20',
  labels: '\u0008\u0000\u0000\u0000\u0000\u0000\u0010\u0000',
  'tcp.orig.flags': 1,
};
