import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { check, type Variables } from '../../../src/lang/check/check.js';
import type { CheckedSelect } from '../../../src/lang/checked/ast.js';
import type { Checked, CheckedWatch } from '../../../src/lang/checked/statements.js';
import type { DiagnosticCode } from '../../../src/lang/diagnostics/diagnostic.js';
import { describe } from '../../../src/lang/services/describe.js';
import type { InExpr, ListExpr, SelectStatement } from '../../../src/lang/syntax/ast.js';
import { parse } from '../../../src/lang/syntax/parse.js';
import type { Statement } from '../../../src/lang/syntax/statements.js';
import { ENVIRONMENT } from '../../kit/environment.js';

const test = suite('check');

function statement(text: string): Statement {
  const { statements, diagnostics } = parse(text);
  assert.equal(diagnostics, [], text);
  assert.is(statements.length, 1, text);
  return statements[0];
}

function checked(text: string, variables?: Variables): Checked {
  const { value, diagnostics } = check(statement(text), ENVIRONMENT, variables);
  assert.equal(diagnostics, [], text);
  return value as Checked;
}

/** The condition of `select from conntrack where …`, as text. */
const where = (condition: string): string =>
  describe((checked(`select from conntrack where ${condition}`) as CheckedSelect).where!);

/** The first mistake of a statement: its code, and the text that it points at. */
function mistake(text: string): { code: DiagnosticCode; at: string; message: string; hint?: string } {
  const { value, diagnostics } = check(statement(text), ENVIRONMENT);
  assert.is(value, undefined, `${text} has no mistake`);
  const [first] = diagnostics;
  return {
    code: first.code,
    at: text.slice(first.span.start, first.span.end),
    message: first.message,
    hint: first.hint,
  };
}

test('a word gets its meaning from what is next to it', () => {
  const cases: Readonly<Record<string, string>> = {
    'proto = tcp': 'proto = tcp',
    'proto = 6': 'proto = tcp',
    'tcp = proto': 'tcp = proto',
    'dport = https': 'orig.dport = 443',
    'dport in (http, https, 8000..8999)': 'orig.dport in (80, 443, 8000..8999)',
    'state = established': 'state = ESTABLISHED',
    'nat = src': 'nat = src',
    'nat has dst': 'status has DST_NAT',
    'nat not has any (src, dst)': 'not status has any (SRC_NAT, DST_NAT)',
    'mark = 0x102/0xfff': '(mark & 4095) = 258',
    'mark not in (0x1/0xff, 512)': 'not ((mark & 255) = 1 or mark in (512))',
    'status = 0x2/0xe': '(status & 14) = 2',
    'snat = 203.0.113.1': 'status has SRC_NAT and reply.dst = 203.0.113.1',
    'dnat in (10.0.0.0/8, 10.0.0.1:80)':
      '(status has DST_NAT and reply.src = 10.0.0.0/8) or (status has DST_NAT and (reply.src = 10.0.0.1 and reply.sport = 80))',
    'not snat = src': 'not ((status has SRC_NAT and reply.dst = orig.src) or (not status has SRC_NAT and null))',
    'family = ipv6': 'family = ipv6',
    'helper = ftp': "helper = 'ftp'",
    "helper like '%ftp%'": "helper like '%ftp%'",
    "src = '10.0.0.1'": 'orig.src = 10.0.0.1',
    'status has unreplied': 'status has UNREPLIED',
    'labels has any (vip, bulk)': 'labels has any (vip, bulk)',
    'reply.dst != orig.src': 'reply.dst != orig.src',
    'sport = dport': 'orig.sport = orig.dport',
    'src = 10.0.0.0/8': 'orig.src = 10.0.0.0/8',
    'src != 10.0.0.0/8': 'not orig.src = 10.0.0.0/8',
    'mark & 0xff << 8 = 0x1200': '(mark & 65280) = 4608',
    'timeout < 1h30m': 'timeout < 1h30m',
    "start > '2026-11-24T10:00:00Z'": "start > '2026-11-24T10:00:00.000Z'",
    'start < now() - 5m': 'start < (now() - 5m)',
    'src is not private': 'orig.src is not private',
    'not (src is null)': 'orig.src is not null',
    'packets between 1 and 10': 'packets >= 1 and packets <= 10',
    'bytes > 10MiB': 'bytes > 10485760',
    'host = 10.0.0.1':
      'any host (orig.src = 10.0.0.1 or orig.dst = 10.0.0.1 or reply.src = 10.0.0.1 or reply.dst = 10.0.0.1)',
    'port != 53': 'not any port (orig.sport = 53 or orig.dport = 53 or reply.sport = 53 or reply.dport = 53)',
  };
  for (const [text, meaning] of Object.entries(cases)) assert.is(where(text), meaning, text);
});

test('mistakes are reported with their place', () => {
  const cases: readonly (readonly [text: string, code: DiagnosticCode, at: string, hint?: string])[] = [
    ['select from contrack', 'name.table', 'contrack', 'did you mean conntrack?'],
    ['select from conntrack where scr = 10.0.0.1', 'name.field', 'scr', 'did you mean src?'],
    ['select from conntrack where src = orig.dts', 'name.field', 'orig.dts', 'did you mean orig.dst?'],
    ['select from conntrack where state = ESTABLISHD', 'name.value', 'ESTABLISHD', 'did you mean ESTABLISHED?'],
    ['select from conntrack where proto = tpc', 'name.value', 'tpc', 'did you mean tcp?'],
    ['select from conntrack where dport = htps', 'name.value', 'htps', 'did you mean https?'],
    ['select from conntrack where status has ASURED', 'name.value', 'ASURED', 'did you mean ASSURED?'],
    ['select from conntrack where labels has vpi', 'name.value', 'vpi', 'did you mean vip?'],
    ['select from conntrack where src is pirvate', 'name.value', 'pirvate', 'did you mean private?'],
    ['select nett(src, 24) from conntrack', 'name.function', 'nett', 'did you mean net?'],
    ['select from conntrack output tabel', 'name.format', 'tabel', 'did you mean table?'],
    ['set tiimng = on', 'name.option', 'tiimng', 'did you mean timing?'],
    ['select from conntrack where src = $A', 'name.variable', '$A'],
    ['help selekt', 'name.topic', 'selekt', 'did you mean select?'],
    ['select from conntrack where src = 80', 'type', 'src = 80'],
    ['select from conntrack where timeout > 300', 'type', 'timeout > 300', 'durations require a unit: 90s, 5m, 1h30m'],
    ['select from conntrack where src < 10.0.0.0/8', 'type', 'src < 10.0.0.0/8'],
    ['select from conntrack where status = ASSURED', 'type', 'ASSURED', 'write: status has ASSURED'],
    ['select from conntrack where helper = null', 'type', 'helper = null', 'write: helper is null'],
    ['select from conntrack where state > ESTABLISHED', 'type', 'state > ESTABLISHED'],
    ['select from conntrack where src', 'type', 'src'],
    ['select from conntrack where src + 1 = 2', 'type', '+'],
    [
      "select from conntrack where src like '10.%'",
      'type',
      'src',
      'addresses are matched by network: src in 10.0.0.0/8',
    ],
    ['select from conntrack where dport = 70000', 'range', '70000'],
    ['select from conntrack where mark = 0x1ffffffff', 'range', '0x1ffffffff'],
    ['select from conntrack where dport in (90..80)', 'range', '90..80', 'swap the bounds'],
    ['select net(src, 129) from conntrack', 'range', '129'],
    ['select net(src) from conntrack', 'arguments', 'net(src)', 'write: net(address, bits [, bits6])'],
    ['select sum(*) from conntrack', 'arguments', 'sum(*)'],
    ['select sum(src) from conntrack', 'type', 'src'],
    ['select from conntrack where count(*) > 1', 'aggregate', 'count(*)'],
    ['select src, count(*) from conntrack', 'aggregate', 'src'],
    ['select src from conntrack group by dst', 'aggregate', 'src'],
    ['select count(sum(bytes)) from conntrack', 'aggregate', 'sum(bytes)'],
    ['select host from conntrack', 'field.use', 'host'],
    ['select event from conntrack', 'field.use', 'event'],
    ['select src from conntrack output xml', 'clause', 'xml'],
    ['select from conntrack output xml, json', 'clause', 'json'],
    ['select from conntrack output bars', 'clause', 'bars'],
    ['select from stats output save', 'clause', 'save'],
    ['select from conntrack for 5s', 'clause', '5s'],
    ['select src from conntrack order by 2', 'range', '2'],
    ['select from conntrack limit 1.5', 'type', '1.5'],
    ['select distinct from conntrack', 'clause', 'select distinct from conntrack'],
    ["select * from conntrack join 'a.csv' as a on src = a.ip zero", 'clause', "join 'a.csv' as a on src = a.ip"],
    [
      'select a.src from conntrack a join conntrack b on src = a.dst',
      'missing',
      'src = a.dst',
      'a name without a table is not of the joined one: write b.orig.dst',
    ],
    ['select from stats except select from sysctl', 'clause', 'select from stats except select from sysctl'],
    ['select from conntrack except select from stats', 'clause', 'select from conntrack except select from stats'],
    ['delete from conntrack where mark = 1 limit 2 offset 1', 'clause', '1'],
    ['update conntrack set mark = 2 where mark = 1 limit 2 offset 7', 'clause', '7'],
    [
      'insert into conntrack from (select src from conntrack except select src from conntrack where mark = 1)',
      'clause',
      'select src from conntrack except select src from conntrack where mark = 1',
    ],
    ['delete from conntrack', 'missing', ''],
    ['delete from stats where true', 'clause', 'stats'],
    ['update conntrack set bytes = 1 where true', 'field.use', 'bytes'],
    ['update conntrack set src = 10.0.0.1 where true', 'field.use', 'src'],
    ['update conntrack set status -= ASSURED where true', 'field.use', 'status'],
    ['update conntrack set mark = 1, mark = 2 where true', 'clause', 'mark'],
    ['update conntrack set timeout = 300 where true', 'type', '300', 'durations require a unit: 90s, 5m, 1h30m'],
    ['insert into conntrack set proto = tcp, src = dst', 'name.field', 'dst'],
    ['watch from expect on update', 'name.value', 'update'],
    ['watch from conntrack every 5s', 'clause', '5s'],
    [
      'select rate(bytes) from conntrack group by src',
      'aggregate',
      'rate(bytes)',
      'add every 2s, or watch the events; sum(…) gives the total',
    ],
    ['select src from conntrack group by src order by rate(*)', 'aggregate', 'rate(*)'],
    [
      'select src from conntrack where src in (select src from conntrack group by src having rate(*) > 1) every 1s',
      'aggregate',
      'rate(*)',
    ],
    ['select proto, count(*) from conntrack group by proto every 1s until src = 10.0.0.1', 'aggregate', 'src'],
    ['watch count(*) from conntrack until count(*) > 3', 'aggregate', 'count(*)'],
    ['watch from conntrack, expect until event = new', 'clause', 'event = new'],
    ['watch from conntrack with resinc', 'name.option', 'resinc', 'did you mean resync?'],
    [
      'select from conntrack where src in (select src, dst from conntrack)',
      'clause',
      '(select src, dst from conntrack)',
    ],
    ['select from conntrack where mark = (select mark from conntrack)', 'clause', '(select mark from conntrack)'],
  ];
  for (const [text, code, at, hint] of cases) {
    const found = mistake(text);
    assert.is(found.code, code, `${text}: ${found.message}`);
    assert.is(found.at, at, `${text}: ${found.message}`);
    if (hint !== undefined) assert.is(found.hint, hint, text);
  }
});

test('several mistakes of one statement are reported together', () => {
  const { diagnostics } = check(
    statement('select scr from conntrack where dport = 70000 and proto = tpc'),
    ENVIRONMENT,
  );
  assert.equal(diagnostics.map(each => each.code).sort(), ['name.field', 'name.value', 'range']);
});

test('groups: keys, aggregates and aliases', () => {
  const select = checked(
    'select net(src, 24) as n, count(*) as c, sum(bytes) from conntrack group by n having c > 10 order by c desc, 1 limit 5',
  ) as CheckedSelect;
  assert.equal(
    select.columns?.map(column => column.name),
    ['n', 'c', 'sum(bytes)'],
  );
  assert.equal(
    select.columns?.map(column => column.expr.kind),
    ['key', 'aggregate', 'aggregate'],
  );
  assert.is(select.grouping?.aggregates.length, 2);
  assert.equal(
    select.orderBy.map(order => [order.expr.kind, order.descending]),
    [
      ['aggregate', true],
      ['key', false],
    ],
  );
  assert.is(select.limit, 5);
});

test('a grouped query without columns shows its keys, and how many', () => {
  const select = checked('select from conntrack group by proto, state') as CheckedSelect;
  assert.equal(
    select.columns?.map(column => column.name),
    ['proto', 'state', 'count(*)'],
  );
});

test('a star beside other columns is a column for each field, of a watch with the event', () => {
  const columns = (text: string): (string | undefined)[] | undefined =>
    (checked(text) as CheckedSelect).columns?.map(column => column.name);
  assert.equal(columns('select bytes as b, * from conntrack')?.slice(0, 4), ['b', 'proto', 'orig.src', 'orig.dst']);
  assert.is(columns('select *, bytes as b from conntrack')?.at(-1), 'b');
  assert.equal(columns('watch *, bytes as b from conntrack')?.slice(0, 3), ['event', 'event_time', 'proto']);
  assert.is(columns('select * from conntrack'), undefined);
});

test('the same aggregate written twice is computed once', () => {
  const select = checked('select count(*), count(*) + 1 from conntrack having count(*) > 2') as CheckedSelect;
  assert.is(select.grouping?.aggregates.length, 1);
});

test('variables have the type that was written', () => {
  const variables: Variables = new Map();
  checked('let bad = (10.0.0.1, 192.168.0.0/16)', variables);
  checked('let age = 5m', variables);
  assert.is(variables.get('bad')?.kind, 'list');
  assert.is(variables.get('age')?.type.name, 'duration');
  assert.is(
    describe(
      (checked('select from conntrack where src in $bad and timeout < $age', variables) as CheckedSelect).where!,
    ),
    'orig.src in (10.0.0.1, 192.168.0.0/16) and timeout < $age',
  );
  const wrong = check(statement('select from conntrack where dport in $bad'), ENVIRONMENT, variables);
  assert.is(wrong.diagnostics[0]?.code, 'type');
});

test('watch: events, options, windows', () => {
  const watch = checked(
    'watch proto, count(*), rate(*) from conntrack on destroy, new where src = 10.0.0.0/8 group by proto every 10s for 1m with state, resync',
  ) as CheckedWatch;
  assert.equal(watch.on, ['destroy', 'new']);
  assert.is(watch.every, 10_000_000_000);
  assert.is(watch.for, 60_000_000_000);
  assert.equal([watch.state, watch.resync, watch.existing], [true, true, false]);
});

test('watch: for, until, every and with in any order, once each', () => {
  const wanted = checked(
    'watch count(*) from conntrack on new where proto = tcp every 1s for 1m until count(*) > 5 with existing output jsonl',
  ) as CheckedWatch;
  for (const text of [
    'watch count(*) from conntrack on new with existing where proto = tcp every 1s for 1m until count(*) > 5 output jsonl',
    'watch count(*) from conntrack on new where proto = tcp with existing for 1m every 1s until count(*) > 5 output jsonl',
    'watch count(*) from conntrack on new where proto = tcp until count(*) > 5 with existing for 1m every 1s output jsonl',
  ]) {
    const watch = checked(text) as CheckedWatch;
    assert.equal([watch.every, watch.for, watch.existing], [wanted.every, wanted.for, true], text);
    assert.ok(watch.until && watch.where && watch.output.format === 'jsonl', text);
  }
  const select = checked('select count(*) from conntrack until count(*) > 5 for 1m every 1s') as CheckedSelect;
  assert.equal([select.every, select.for], [1_000_000_000, 60_000_000_000]);
  for (const [text, message] of [
    ['watch from conntrack for 1s with state for 2s', "duplicate 'for'"],
    ['watch from conntrack with state where proto = tcp with resync', "duplicate 'with'"],
    ['select from conntrack every 1s every 2s', "duplicate 'every'"],
  ]) {
    assert.equal(
      parse(text).diagnostics.map(diagnostic => diagnostic.message),
      [message],
      text,
    );
  }
});

test('state is compared with a list of any length', () => {
  const short = statement('select from conntrack where state in (established)') as SelectStatement;
  const condition = short.where as InExpr;
  const list = condition.list as ListExpr;
  const items = Array.from({ length: 200_000 }, () => list.items[0]);
  const long = { ...short, where: { ...condition, list: { ...list, items } } };
  assert.equal(check(long, ENVIRONMENT).diagnostics, []);
});

test('what may be set', () => {
  const insert = checked(
    'insert into conntrack set proto = tcp, src = 10.0.0.1, dst = 10.0.0.2, sport = 1, dport = https, state = established, timeout = 5m, status = (ASSURED, SEEN_REPLY), labels = vip, snat = 1.2.3.4:80',
  );
  assert.is(insert.kind, 'insert');
  if (insert.kind !== 'insert') return;
  const values = Object.fromEntries(
    insert.set.map(({ field, value }) => [field, value.kind === 'const' ? value.value : value.kind]),
  );
  assert.is(values['orig.dport'], 443);
  assert.is(values.state, 'ESTABLISHED');
  assert.is(values.status, 6);
  assert.is((values.labels as string).charCodeAt(0), 8);
  assert.is(values.snat, '1.2.3.4:80');
  assert.is(values.timeout, 300_000_000_000);
});

test.run();
