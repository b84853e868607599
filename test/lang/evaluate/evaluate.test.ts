import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { check } from '../../../src/lang/check/check.js';
import type { CheckedSelect } from '../../../src/lang/checked/ast.js';
import { compile } from '../../../src/lang/evaluate/evaluate.js';
import { likeMatcher } from '../../../src/lang/evaluate/like.js';
import { describeValue } from '../../../src/lang/services/describe.js';
import { parse } from '../../../src/lang/syntax/parse.js';
import type { Value } from '../../../src/lang/values/value.js';
import { ENVIRONMENT } from '../../kit/environment.js';
import { FLOW } from '../flow.js';

const test = suite('evaluate');

type Row = Readonly<Record<string, Value>>;

const ROW: Row = { ...FLOW, zone: 0 };

/** The value of an expression on ROW; fields that it does not have are null. */
function value(expression: string): { value: Value; text: string } {
  const text = `select ${expression} as x from conntrack`;
  const { statements, diagnostics } = parse(text);
  assert.equal(diagnostics, [], expression);
  const { value: checked, diagnostics: wrong } = check(statements[0], ENVIRONMENT);
  assert.equal(wrong, [], expression);
  const { expr } = (checked as CheckedSelect).columns![0];
  const result = compile<Row>(expr, {
    field: node => row => row[node.name] ?? null,
    environment: ENVIRONMENT,
    now: ENVIRONMENT.now(),
  })(ROW);
  return { value: result, text: describeValue(expr.type, result) };
}

const expect = (cases: Readonly<Record<string, Value>>): void => {
  for (const [expression, wanted] of Object.entries(cases)) assert.is(value(expression).value, wanted, expression);
};

test('conditions', () => {
  expect({
    'src = 10.1.2.3': true,
    'src = 10.1.2.4': false,
    'src = 10.0.0.0/8': true,
    'src = 11.0.0.0/8': false,
    'src in (11.0.0.0/8, 10.1.0.0/16)': true,
    'dst in (10.0.0.0/8, 2001:db8::/32)': true,
    'dst = 0.0.0.0/0': false,
    'src = ::/0': false,
    'src between 10.1.2.0 and 10.1.2.9': true,
    'src in (10.1.2.0..10.1.2.2, 10.1.2.4..10.1.2.9)': false,
    'src is private': true,
    'dst is public': false,
    'reply.src is public': true,
    'host = 8.8.8.8': true,
    'host = 8.8.4.4': false,
    'port in (53, 443)': true,
    'port != 443': false,
    'reply.dst = orig.src': true,
    'proto = tcp and state = established': true,
    'dport in (80, 400..450)': true,
    'dport not in (80, 443)': false,
    'status has ASSURED': true,
    'status has (ASSURED, DYING)': false,
    'status has any (ASSURED, DYING)': true,
    'status has UNREPLIED': false,
    'labels has vip': true,
    "labels has (vip, 'eth0-in')": true,
    'labels has bulk': false,
    'mark & 0xff00 = 0x1200': true,
    'mark >> 8 = 0x12': true,
    '~mark & 0xff = 0xcb': true,
    'timeout = 5m': true,
    'timeout > 4m59s': true,
    'start < now() - 5m': true,
    "start = '2026-11-24T11:50:00Z'": true,
    'bytes = 18446744073709551615': true,
    'bytes > 18446744073709551614': true,
    "helper like 'ftp%'": true,
    "helper like '_tp-20'": true,
    "helper like 'FTP%'": false,
    'not (proto = udp)': true,
  });
});

test('null is neither true nor false', () => {
  expect({
    'use = 1': null,
    'not (use = 1)': null,
    'use is null': true,
    'mark is not null': true,
    'use = 1 or proto = tcp': true,
    'use = 1 and proto = tcp': null,
    'use = 1 and proto = udp': false,
    'use in (1, 2)': null,
    'mark in (1, null)': null,
    'mark in (0x1234, null)': true,
    'mark not in (1, null)': null,
    'use between 1 and 2': null,
    "secctx like 'a%'": null,
    'use + 1': null,
    'coalesce(use, 7)': 7,
  });
});

test('arithmetic is exact to 64 bits and beyond', () => {
  expect({
    'bytes + 1': 18446744073709551616n,
    'bytes - bytes': 0,
    'bytes % 10': 5,
    'packets * 2 + 1': 7,
    'packets / 2': 1.5,
    'packets / 0': null,
    'packets % 0': null,
    '1 << 40': 1099511627776,
    '1 << 64': null,
    '7 & 3 | 8 ^ 1': 11,
    '2 + 3 * 4': 14,
    'abs(1 - packets)': 2,
    'round(packets / 2)': 2,
    'round(10 / 3, 2)': 3.33,
    'length(helper)': 6,
    "lower('AbC')": 'abc',
    'upper(helper)': 'FTP-20',
    'service(dport)': 'https',
    'service(sport)': '40000',
  });
});

test('durations, times, networks', () => {
  const cases: Readonly<Record<string, string>> = {
    'timeout * 2': '10m',
    'timeout / 2': '2m30s',
    'timeout - 1m': '4m',
    'now() - start': '10m',
    'net(src, 8)': '10.0.0.0/8',
    'net(src, 24)': '10.1.2.0/24',
    'net(dst, 24)': '2001:db8::/64',
    'net(dst, 24, 32)': '2001:db8::/32',
    'net(src, 0)': '0.0.0.0/0',
  };
  for (const [expression, wanted] of Object.entries(cases)) assert.is(value(expression).text, wanted, expression);
});

test('like agrees with a regular expression', () => {
  const letters = fc.stringMatching(/^[ab]{0,8}$/);
  const pattern = fc.stringMatching(/^[ab%_]{0,6}$/);
  fc.assert(
    fc.property(letters, pattern, (text, like) => {
      const expression = new RegExp(`^${like.replaceAll('%', '.*').replaceAll('_', '.')}$`, 's');
      return likeMatcher(like)(text) === expression.test(text);
    }),
    { numRuns: 2000 },
  );
});

test('a pattern of many percent signs does not take for ever', () => {
  assert.is(likeMatcher(`${'%a'.repeat(50)}b`)('a'.repeat(20000)), false);
});

test('in agrees with a walk through the list', () => {
  const port = fc.integer({ min: 0, max: 30 });
  const range = fc.tuple(port, port).map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const);
  fc.assert(
    fc.property(fc.array(port, { maxLength: 4 }), fc.array(range, { maxLength: 5 }), port, (values, ranges, dport) => {
      const node = {
        kind: 'in',
        operand: { kind: 'field', name: 'dport', type: { name: 'port' } },
        values,
        ranges,
        networks: [],
        others: [],
        type: { name: 'boolean' },
      } as const;
      const expected = values.includes(dport) || ranges.some(([low, high]) => low <= dport && dport <= high);
      return compile<number>(node, { field: () => row => row })(dport) === expected;
    }),
    { numRuns: 2000 },
  );
});

test.run();
