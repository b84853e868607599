import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { explainPlan } from '../../../../src/engine/query/explain/explain-plan.js';
import { type Plan, planSelect } from '../../../../src/engine/query/plan/plan.js';
import { abilitiesOf, type KernelAbilities } from '../../../../src/engine/query/plan/pushdown.js';
import { check } from '../../../../src/lang/check/check.js';
import type { CheckedSelect } from '../../../../src/lang/checked/ast.js';
import { parse } from '../../../../src/lang/syntax/parse.js';
import { EVERYTHING } from '../../../kit/abilities.js';
import { ENVIRONMENT } from '../../../kit/environment.js';

const test = suite('plan');

function plan(text: string, abilities: KernelAbilities = EVERYTHING, kernelFilter = true): Plan {
  const { value, diagnostics } = check(parse(text).statements[0], ENVIRONMENT);
  assert.equal(diagnostics, [], text);
  return planSelect(value as CheckedSelect, { abilities, kernelFilter });
}

/** Request, kernel filter and residual of a condition, as `explain` tells them. */
function explained(condition: string, abilities?: KernelAbilities, kernelFilter?: boolean): [string, string, string] {
  const parts = Object.fromEntries(
    explainPlan(plan(`select from conntrack where ${condition}`, abilities, kernelFilter)),
  );
  return [parts.request, parts['kernel filter'] ?? '', parts.residual];
}

const DUMP = 'dump conntrack';
const DUMPS = '2 dumps of conntrack, one per family';

test('what the kernel filters, and what is left to do', () => {
  const cases: Readonly<Record<string, [request: string, filter: string, residual: string]>> = {
    'src = 10.0.0.1': [DUMP, 'family = ipv4 and orig.src = 10.0.0.1', 'none'],
    '10.0.0.1 = src': [DUMP, 'family = ipv4 and orig.src = 10.0.0.1', 'none'],
    'src = 10.0.0.1/32': [DUMP, 'family = ipv4 and orig.src = 10.0.0.1', 'none'],
    'src in (10.0.0.1)': [DUMP, 'family = ipv4 and orig.src = 10.0.0.1', 'none'],
    'reply.dst = 10.0.0.1': [DUMP, 'family = ipv4 and reply.dst = 10.0.0.1', 'none'],
    'src = 10.0.0.0/8': [DUMP, 'family = ipv4', 'orig.src = 10.0.0.0/8'],
    'src in (10.0.0.0/8, 192.168.0.0/16)': [DUMP, 'family = ipv4', 'orig.src in (10.0.0.0/8, 192.168.0.0/16)'],
    'src in (10.0.0.0/8, fe80::/10)': [DUMP, 'none', 'orig.src in (10.0.0.0/8, fe80::/10)'],
    // Addresses of IPv6 match inverted in the kernel: only the family is asked for.
    'src = 2001:db8::1': [DUMP, 'family = ipv6', 'orig.src = 2001:db8::1'],
    'src = 2001:db8::1 and proto = tcp and dport = 443': [
      DUMP,
      'family = ipv6 and proto = tcp and orig.dport = 443',
      'orig.src = 2001:db8::1',
    ],
    'proto = tcp': [DUMPS, 'family = ipv4 and proto = tcp; family = ipv6 and proto = tcp', 'none'],
    'proto = tcp and dport = 443': [
      DUMPS,
      'family = ipv4 and proto = tcp and orig.dport = 443; family = ipv6 and proto = tcp and orig.dport = 443',
      'none',
    ],
    'proto = icmp and icmp_type = 8': [
      '2 dumps of conntrack, one per family',
      'family = ipv4 and proto = icmp and orig.icmp_type = 8; family = ipv6 and proto = icmp and orig.icmp_type = 8',
      'none',
    ],
    // Ports of SCTP and UDPlite are accepted by the kernel and not looked at; ports without a protocol it refuses.
    'family = ipv4 and proto = sctp and dport = 443': [DUMP, 'family = ipv4 and proto = sctp', 'orig.dport = 443'],
    'family = ipv4 and proto = udplite and sport = 1': [DUMP, 'family = ipv4 and proto = udplite', 'orig.sport = 1'],
    'family = ipv4 and proto = gre and srckey = 1': [DUMP, 'family = ipv4 and proto = gre', 'orig.srckey = 1'],
    'dport = 443': [DUMPS, 'family = ipv4; family = ipv6', 'orig.dport = 443'],
    'mark = 7': [DUMP, 'mark = 7', 'none'],
    'mark & 0xff00 = 0x1200': [DUMP, 'mark & 0xff00 = 0x1200', 'none'],
    'mark = 7 or mark = 8': [DUMP, 'none', 'mark = 7 or mark = 8'],
    'status has ASSURED': [DUMP, 'status has (ASSURED)', 'none'],
    'status has (ASSURED, UNREPLIED)': [DUMP, 'status has (ASSURED) and status has none of (SEEN_REPLY)', 'none'],
    'not status has ASSURED': [DUMP, 'status has none of (ASSURED)', 'none'],
    'status has any (ASSURED, DYING)': [DUMP, 'none', 'status has any (ASSURED, DYING)'],
    'zone = 3': [DUMP, 'zone = 3', 'zone = 3'],
    'family = ipv6': [DUMP, 'family = ipv6', 'none'],
    'timeout < 5m and family = ipv4': [DUMP, 'family = ipv4', 'timeout < 5m'],
    'host = 10.0.0.1': [
      DUMP,
      'none',
      'any host (orig.src = 10.0.0.1 or orig.dst = 10.0.0.1 or reply.src = 10.0.0.1 or reply.dst = 10.0.0.1)',
    ],
    'src != 10.0.0.1': [DUMP, 'none', 'orig.src != 10.0.0.1'],
  };
  for (const [condition, expected] of Object.entries(cases)) assert.equal(explained(condition), expected, condition);
});

test('a whole tuple and a zone are one entry', () => {
  const tcp = 'proto = tcp and src = 10.0.0.1 and dst = 10.0.0.2 and sport = 1 and dport = 2';
  assert.is(explained(`${tcp} and zone = 0`)[0], 'get one entry of conntrack');
  assert.is(explained(`${tcp} and zone = 0 and mark = 1`)[2], 'mark = 1');
  // Without the zone there may be one in each.
  assert.is(explained(tcp)[0], DUMP);
  assert.is(
    explained('proto = esp and src = 10.0.0.1 and dst = 10.0.0.2 and zone = 5')[0],
    'get one entry of conntrack',
  );
  assert.is(explained('proto = tcp and src = 10.0.0.1 and dst = 10.0.0.2 and sport = 1 and zone = 0')[0], DUMP);
});

test('what excludes itself is not asked for', () => {
  for (const condition of [
    'mark = 1 and mark = 2',
    'src = 10.0.0.1 and family = ipv6',
    'proto = tcp and proto = udp',
  ]) {
    assert.is(plan(`select from conntrack where ${condition}`).request.kind, 'nothing', condition);
  }
});

test('the kernel counts by itself', () => {
  assert.is(plan('count conntrack').request.kind, 'count');
  assert.is(plan('select count(*) as n, count(*) * 2 from conntrack').request.kind, 'count');
  assert.is(plan('count conntrack where mark = 1').request.kind, 'dump');
  assert.is(plan('select count(src) from conntrack').request.kind, 'dump');
});

test('older kernels are not asked for what they ignore', () => {
  const condition = 'src = 10.0.0.1 and status has ASSURED and zone = 3 and mark = 1';
  assert.is(explained(condition, abilitiesOf('4.19.0-6'))[1], 'family = ipv4 and mark = 1');
  assert.is(explained(condition, abilitiesOf('5.10.0'))[1], 'family = ipv4 and orig.src = 10.0.0.1 and mark = 1');
  assert.is(explained(condition, abilitiesOf('6.1.0'))[2], 'zone = 3');
  assert.is(
    explained(condition, abilitiesOf('6.8.0-rc1'))[1],
    'family = ipv4 and orig.src = 10.0.0.1 and mark = 1 and status has (ASSURED) and zone = 3',
  );
});

test('without kernel filters all is left to do', () => {
  assert.equal(explained('src = 10.0.0.1 and mark = 1', EVERYTHING, false), [
    DUMP,
    'none',
    'orig.src = 10.0.0.1 and mark = 1',
  ]);
});

test('fields that are read', () => {
  assert.equal(plan('select from conntrack where mark = 1').fields, 'all');
  assert.equal(plan('select dst, sum(bytes) from conntrack where mark = 1 group by dst').fields, [
    'mark',
    'orig.dst',
    'bytes',
  ]);
});

test.run();
