import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Expr } from '../../../src/lang/syntax/ast.js';
import { isComplete, parse, parseExpression } from '../../../src/lang/syntax/parse.js';
import type { Statement } from '../../../src/lang/syntax/statements.js';
import { withoutSpans } from '../../kit/arbitrary-ast.js';

const test = suite('parse');

function only(text: string): Statement {
  const { statements, diagnostics } = parse(text);
  assert.equal(diagnostics, [], text);
  assert.is(statements.length, 1, text);
  return statements[0];
}

function expr(text: string): Expr {
  const { value, diagnostics } = parseExpression(text);
  assert.equal(diagnostics, [], text);
  return value as Expr;
}

/** An expression in a form that is quick to read: parentheses around every node. */
function shape(node: Expr): string {
  switch (node.kind) {
    case 'literal':
    case 'name':
      return node.text;
    case 'variable':
      return `$${node.name}`;
    case 'unary':
      return `(${node.op}${shape(node.operand)})`;
    case 'binary':
    case 'compare':
      return `(${shape(node.left)} ${node.op} ${shape(node.right)})`;
    case 'logical':
      return `(${node.operands.map(shape).join(` ${node.op} `)})`;
    case 'not':
      return `(not ${shape(node.operand)})`;
    case 'between':
      return `(${shape(node.operand)} ${node.negated ? '!' : ''}between ${shape(node.low)}, ${shape(node.high)})`;
    case 'in':
      return `(${shape(node.operand)} ${node.negated ? '!' : ''}in ${shape(node.list)})`;
    case 'like':
      return `(${shape(node.operand)} ${node.negated ? '!' : ''}like ${shape(node.pattern)})`;
    case 'has':
      return `(${shape(node.operand)} ${node.negated ? '!' : ''}has ${node.quantifier} ${node.names.map(shape).join('+')})`;
    case 'is':
      return `(${shape(node.operand)} ${node.negated ? '!' : ''}is ${node.what.text})`;
    case 'call':
      return `${node.name.text}<${node.star ? '*' : ''}${node.distinct ? 'distinct ' : ''}${node.args.map(shape).join(', ')}>`;
    case 'case': {
      const branches = node.branches.map(({ when, value }) => `${shape(when)} ? ${shape(value)}`);
      const parts = [...branches, ...(node.otherwise ? [shape(node.otherwise)] : [])];
      return `case<${node.operand ? `${shape(node.operand)} = ` : ''}${parts.join(' : ')}>`;
    }
    case 'cast':
      return `(${shape(node.operand)} as ${node.type.text})`;
    case 'exists':
      return `exists{${node.query.kind}}`;
    case 'subquery':
      return `{${node.query.kind}}`;
    case 'list':
      return `[${node.items.map(shape).join(', ')}]`;
    case 'range':
      return `${shape(node.low)}..${shape(node.high)}`;
  }
}

const SHAPES: readonly (readonly [string, string])[] = [
  ['mark & 0xff00 = 0x1200', '((mark & 0xff00) = 0x1200)'],
  ['a or b and not c = 1', '(a or (b and (not (c = 1))))'],
  ['a and b and c', '(a and b and c)'],
  ['a or (b or c)', '(a or (b or c))'],
  ['not a in (1) and not not b', '((not (a in [1])) and (not (not b)))'],
  ['a | b ^ c & d << e + f * -g', '(a | (b ^ (c & (d << (e + (f * (-g)))))))'],
  ['a * b + c << d & e ^ f | g', '((((((a * b) + c) << d) & e) ^ f) | g)'],
  ['a - b - c + d', '(((a - b) - c) + d)'],
  ['a / b % c * d', '(((a / b) % c) * d)'],
  ['(a - (b - c)) * ~d', '((a - (b - c)) * (~d))'],
  ['a == b', '(a = b)'],
  ['a <> b', '(a != b)'],
  ['x between 1 + 1 and 5 and y', '((x between (1 + 1), 5) and y)'],
  ['x not between 1 and 2', '(x !between 1, 2)'],
  ['src in 10.0.0.0/8', '(src in [10.0.0.0/8])'],
  ['dport in 8000..8999', '(dport in [8000..8999])'],
  ['dport in (22, https, 8000..8999, $more)', '(dport in [22, https, 8000..8999, $more])'],
  ['dport not in (1, a + 1, 3)', '(dport !in [1, (a + 1), 3])'],
  ['src in $lan', '(src in $lan)'],
  ['src in ($lan)', '(src in [$lan])'],
  ['src in (select src from conntrack)', '(src in {select})'],
  ['src in (select src from a except select src from b)', '(src in {compound})'],
  ['state in ESTABLISHED', '(state in [ESTABLISHED])'],
  ["helper like '%ftp%'", "(helper like '%ftp%')"],
  ["helper not like 'x'", "(helper !like 'x')"],
  ['status has ASSURED', '(status has all ASSURED)'],
  ['status has (A, B)', '(status has all A+B)'],
  ['status has any (A, "b", 5)', '(status has any A+"b"+5)'],
  ['status not has any', '(status !has all any)'],
  ['not status has A', '(not (status has all A))'],
  ['src is private', '(src is private)'],
  ['mark IS NOT NULL', '(mark !is null)'],
  ['count(*)', 'count<*>'],
  ['count(distinct src)', 'count<distinct src>'],
  ['now() - 5m', '(now<> - 5m)'],
  ['net(orig.src, 24, 64)', 'net<orig.src, 24, 64>'],
  ['orig . src', 'orig.src'],
  ['x.order.from', 'x.order.from'],
  ['(select count(*) from conntrack) > 5', '({select} > 5)'],
  ['has has has', '(has has all has)'],
  ['zero = any and every != left', '((zero = any) and (every != left))'],
];
for (const [text, expected] of SHAPES) test(text, () => assert.is(shape(expr(text)), expected));

// ---------------------------------------------------------------- statements

const span = { start: 0, end: 0 };
const n = (text: string) => ({ text, ...span });
const name = (text: string) => ({ kind: 'name', text, ...span });
const int = (value: number, text = String(value)) => ({ kind: 'literal', type: 'integer', value, text, ...span });
const duration = (value: number, text: string) => ({ kind: 'literal', type: 'duration', value, text, ...span });
const table = (text: string, alias?: string) => ({
  kind: 'table',
  name: n(text),
  ...(alias ? { alias: n(alias) } : {}),
  ...span,
});
const file = (path: string) => ({ kind: 'file', path, ...span });
const quoted = (word: string, text: string) => ({ kind: 'quoted', word: n(word), text, ...span });
const select = (from: object, more: object = {}) => ({
  kind: 'select',
  distinct: false,
  projection: [],
  from,
  joins: [],
  groupBy: [],
  orderBy: [],
  zero: false,
  ...more,
  ...span,
});
const watch = (from: object[], more: object = {}) => ({
  kind: 'watch',
  projection: [],
  from,
  on: [],
  groupBy: [],
  orderBy: [],
  options: [],
  ...more,
  ...span,
});
const column = (text: string, alias?: string) => ({ expr: name(text), ...(alias ? { alias: n(alias) } : {}), ...span });
const output = (...words: string[]) => ({ words: words.map(n), ...span });
const equals = (left: string, right: object) => ({
  kind: 'compare',
  op: '=',
  left: name(left),
  right,
  opSpan: span,
  ...span,
});
const assign = (field: string, value: object, op = '=') => ({ field: n(field), op, value, ...span });
const count = { kind: 'call', name: n('count'), args: [], star: true, distinct: false, ...span };

const STATEMENTS: readonly (readonly [string, object])[] = [
  ['select from conntrack', select(table('conntrack'))],
  ['SELECT * FROM conntrack', select(table('conntrack'), { projection: [column('*')] })],
  ["select from 'dump.save' as d", select({ kind: 'file', path: 'dump.save', alias: n('d'), ...span })],
  [
    "select distinct src, dst as to_ from conntrack as c in netns blue-1 where zone = 1 group by src, dst having zone order by src desc, dst asc limit 5 offset 10 zero every 2s for 1m until zone = 2 output csv, noheader to 'x.csv'",
    select(table('conntrack', 'c'), {
      distinct: true,
      projection: [column('src'), column('dst', 'to_')],
      source: { kind: 'netns', name: n('blue-1'), ...span },
      where: equals('zone', int(1)),
      groupBy: [name('src'), name('dst')],
      having: name('zone'),
      orderBy: [
        { expr: name('src'), descending: true, ...span },
        { expr: name('dst'), descending: false, ...span },
      ],
      limit: { count: int(5), offset: int(10), ...span },
      zero: true,
      every: duration(2e9, '2s'),
      for: duration(60e9, '1m'),
      until: equals('zone', int(2)),
      output: { ...output('csv', 'noheader'), file: { path: 'x.csv', ...span } },
    }),
  ],
  [
    "select from conntrack join 'hosts.csv' as hosts on src = hosts.ip left join expect",
    select(table('conntrack'), {
      joins: [
        {
          table: { ...file('hosts.csv'), alias: n('hosts') },
          on: equals('src', name('hosts.ip')),
          outer: false,
          ...span,
        },
        { table: table('expect'), outer: true, ...span },
      ],
    }),
  ],
  [
    "select from 'a' except select from b except select from c output json",
    {
      kind: 'compound',
      op: 'except',
      left: {
        kind: 'compound',
        op: 'except',
        left: select(file('a')),
        right: select(table('b')),
        orderBy: [],
        ...span,
      },
      right: select(table('c')),
      orderBy: [],
      output: output('json'),
      ...span,
    },
  ],
  ["select from a output to 'x.md'", select(table('a'), { output: { ...output(), file: { path: 'x.md', ...span } } })],
  [
    "select from a output to, noheader to 'x.md'",
    select(table('a'), { output: { ...output('to', 'noheader'), file: { path: 'x.md', ...span } } }),
  ],
  ['count conntrack', select(table('conntrack'), { projection: [{ expr: count, ...span }], sugar: 'count' })],
  [
    'count conntrack in pid 4711 where zone = 1',
    select(table('conntrack'), {
      projection: [{ expr: count, ...span }],
      source: { kind: 'pid', pid: int(4711), ...span },
      where: equals('zone', int(1)),
      sugar: 'count',
    }),
  ],
  ['watch from conntrack', watch([table('conntrack')])],
  [
    'watch src from conntrack, expect in netns * on new, update, destroy where zone = 1 group by src every 10s for 1h with resync, existing, state output jsonl',
    watch([table('conntrack'), table('expect')], {
      projection: [column('src')],
      source: { kind: 'netns', name: '*', ...span },
      on: [n('new'), n('update'), n('destroy')],
      where: equals('zone', int(1)),
      groupBy: [name('src')],
      every: duration(10e9, '10s'),
      for: duration(3600e9, '1h'),
      options: [n('resync'), n('existing'), n('state')],
      output: output('jsonl'),
    }),
  ],
  [
    'get id from conntrack where id = 1 zero output save',
    {
      kind: 'get',
      projection: [column('id')],
      from: table('conntrack'),
      where: equals('id', int(1)),
      zero: true,
      output: output('save'),
      ...span,
    },
  ],
  [
    'insert into conntrack in netns blue set zone = 12, labels += foo on conflict ignore output id',
    {
      kind: 'insert',
      into: table('conntrack'),
      target: { kind: 'netns', name: n('blue'), ...span },
      set: [assign('zone', int(12)), assign('labels', name('foo'), '+=')],
      onConflict: 'ignore',
      output: output('id'),
      ...span,
    },
  ],
  [
    'insert into conntrack set zone = 12 from conntrack in netns red where zone = 11 on conflict update',
    {
      kind: 'insert',
      into: table('conntrack'),
      set: [assign('zone', int(12))],
      from: select(table('conntrack'), {
        source: { kind: 'netns', name: n('red'), ...span },
        where: equals('zone', int(11)),
      }),
      onConflict: 'update',
      ...span,
    },
  ],
  [
    "insert into conntrack from 'dump.save'",
    { kind: 'insert', into: table('conntrack'), set: [], from: select(file('dump.save')), ...span },
  ],
  [
    'insert into conntrack from (select from conntrack limit 1)',
    {
      kind: 'insert',
      into: table('conntrack'),
      set: [],
      from: select(table('conntrack'), { limit: { count: int(1), ...span } }),
      ...span,
    },
  ],
  [
    'update conntrack in kernel set mark = 1, labels -= a where zone = 1 limit 3 output table',
    {
      kind: 'update',
      table: table('conntrack'),
      source: { kind: 'kernel', ...span },
      set: [assign('mark', int(1)), assign('labels', name('a'), '-=')],
      where: equals('zone', int(1)),
      limit: { count: int(3), ...span },
      output: output('table'),
      ...span,
    },
  ],
  [
    "delete from expect in ssh 'root@gw1' where zone = 1 limit 1 output plain",
    {
      kind: 'delete',
      from: table('expect'),
      source: quoted('ssh', 'root@gw1'),
      where: equals('zone', int(1)),
      limit: { count: int(1), ...span },
      output: output('plain'),
      ...span,
    },
  ],
  ["flush conntrack in file 'x'", { kind: 'flush', table: table('conntrack'), source: quoted('file', 'x'), ...span }],
  [
    'explain select from conntrack',
    { kind: 'explain', analyze: false, statement: select(table('conntrack')), ...span },
  ],
  [
    'explain analyze flush expect',
    { kind: 'explain', analyze: true, statement: { kind: 'flush', table: table('expect'), ...span }, ...span },
  ],
  ['let x = 5', { kind: 'let', name: n('x'), value: int(5), ...span }],
  [
    'let $x = (1, 2)',
    { kind: 'let', name: n('x'), value: { kind: 'list', items: [int(1), int(2)], ...span }, ...span },
  ],
  [
    'let x = (select from a)',
    { kind: 'let', name: n('x'), value: { kind: 'subquery', query: select(table('a')), ...span }, ...span },
  ],
  ["include 'lib.ctq'", { kind: 'include', path: 'lib.ctq', ...span }],
  ['echo 1, zone', { kind: 'echo', values: [int(1), name('zone')], ...span }],
  ['set format = jsonl', { kind: 'set', option: n('format'), value: name('jsonl'), ...span }],
  ['set confirm = on', { kind: 'set', option: n('confirm'), value: name('on'), ...span }],
  ['use netns 10-test', { kind: 'use', source: { kind: 'netns', name: n('10-test'), ...span }, ...span }],
  ["use netns 'a b'", { kind: 'use', source: { kind: 'netns', name: n('a b'), ...span }, ...span }],
  ['use pid 1', { kind: 'use', source: { kind: 'pid', pid: int(1), ...span }, ...span }],
  ["use file 'x.save'", { kind: 'use', source: quoted('file', 'x.save'), ...span }],
  ['use kernel', { kind: 'use', source: { kind: 'kernel', ...span }, ...span }],
  [
    "assert zone = 1, 'it''s wrong'",
    { kind: 'assert', condition: equals('zone', int(1)), message: "it's wrong", ...span },
  ],
  ['assert zone', { kind: 'assert', condition: name('zone'), ...span }],
  ['show tables', { kind: 'show', what: 'tables', ...span }],
  ['show settings', { kind: 'show', what: 'settings', ...span }],
  ['show fields from conntrack', { kind: 'show', what: 'fields', table: n('conntrack'), ...span }],
  ['describe expect', { kind: 'show', what: 'fields', table: n('expect'), ...span }],
  ['help', { kind: 'help', ...span }],
  ['help where', { kind: 'help', topic: n('where'), ...span }],
  ['help orig.src', { kind: 'help', topic: n('orig.src'), ...span }],
];
for (const [text, tree] of STATEMENTS) test(text, () => assert.equal(withoutSpans(only(text)), tree as Statement));

test('words that are keywords elsewhere are names where names are expected', () => {
  const words = [
    'start',
    'stop',
    'state',
    'event',
    'zone',
    'id',
    'use',
    'timeout',
    'labels',
    'zero',
    'count',
    'set',
    'on',
  ];
  const statement = only(
    `select ${words.join(', ')}, master.src, mask.set from conntrack where zero = 1 zero output zero`,
  );
  assert.is(statement.kind === 'select' && statement.projection.length, words.length + 2);
  assert.is(statement.kind === 'select' && statement.zero, true);
});

test('statements, comments and a first line for the kernel', () => {
  const text = "#!/usr/bin/env ctq\necho 1; -- one\n/* ; */ echo ';'\n# two\n;;echo 3";
  const { statements, diagnostics } = parse(text);
  assert.equal(diagnostics, []);
  assert.equal(
    statements.map(each => text.slice(each.start, each.end)),
    ['echo 1', "echo ';'", 'echo 3'],
  );
});

test('spans are exact', () => {
  const text = ' select  net( src ,24 ) as n from conntrack where a+1 = (b) ';
  const statement = only(text);
  if (statement.kind !== 'select') throw new Error('not a select');
  const of = (part: { start: number; end: number } | undefined) => part && text.slice(part.start, part.end);
  const where = statement.where as Expr & { kind: 'compare' };
  assert.is(of(statement), text.trim());
  assert.is(of(statement.projection[0]), 'net( src ,24 ) as n');
  assert.is(of(statement.projection[0].expr), 'net( src ,24 )');
  assert.is(of(statement.projection[0].alias), 'n');
  assert.is(of(statement.from), 'conntrack');
  assert.is(of(where), 'a+1 = (b)');
  assert.is(of(where.left), 'a+1');
  assert.is(of(where.opSpan), '=');
  assert.is(of(where.right), 'b');
});

test('a long list is read', () => {
  const items = Array.from({ length: 200_000 }, (_, i) => i);
  const statement = only(`select from conntrack where dport in (${items.join(',')})`);
  const where = statement.kind === 'select' ? statement.where : undefined;
  assert.is(where?.kind === 'in' && where.list.kind === 'list' && where.list.items.length, 200_000);
});

const COMPLETE: readonly (readonly [string, boolean])[] = [
  ['', true],
  ['-- nothing', true],
  ['select', false],
  ['select from conntrack', true],
  ['select from conntrack;', true],
  ['select from conntrack where', false],
  ['select from conntrack where x in (1,', false],
  ['select from conntrack where x in (1)', true],
  ["echo 'abc", false],
  ["echo 'abc\ndef'", true],
  ['echo 1 /* abc', false],
  ['echo 1; select from', false],
  ['select from conntrack )', true],
  ['select from conntrack where = 1', true],
];
for (const [text, complete] of COMPLETE) test(`complete: ${text}`, () => assert.is(isComplete(text), complete));

test.run();
