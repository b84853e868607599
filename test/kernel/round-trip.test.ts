/** What each format keeps of the kernel's flows and events: `except` both ways between the kernel, or a log in jsonl, and its file. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { MessageView } from '../../src/engine/ctnetlink/view/view.js';
import { openKernel } from '../../src/engine/sources/kernel/kernel.js';
import type { FormatName, Modifier } from '../../src/lang/checked/ast.js';
import { CONNTRACK_FIELDS } from '../../src/lang/schema/fields/conntrack.js';
import type { Field } from '../../src/lang/schema/fields/field.js';
import { environment, written } from '../engine/formats/support.js';
import * as encode from '../kit/encode.js';
import { select } from '../kit/engine.js';
import { fillTables } from '../kit/flows.js';
import { setSysctl } from '../kit/namespace.js';
import { conntrack, listConntrack, netfilterSockets } from '../kit/oracle.js';
import { file } from '../kit/snapshot.js';
import { until } from '../kit/until.js';
import { Gathered, watching } from '../kit/watching.js';

const test = suite('formats written and read back');

/** All fields of a flow that do not change by themselves. */
const ALL = Object.entries<Field>(CONNTRACK_FIELDS)
  .filter(([, { alias, anyOf, watchOnly, historyOnly }]) => !(alias ?? anyOf ?? watchOnly ?? historyOnly))
  .map(([name]) => name)
  .filter(name => !['age', 'timeout', 'netns', 'use', 'since', 'gateway', 'filename'].includes(name));

const isOf =
  (...begins: readonly string[]): ((name: string) => boolean) =>
  name =>
    begins.some(begin => name === begin || name.startsWith(`${begin}.`));
const TUPLES = ALL.filter(isOf('family', 'proto', 'orig', 'reply', 'zone')).filter(
  name => !/vtag|packets|bytes/.test(name),
);
const COUNTERS = ['orig.packets', 'orig.bytes', 'reply.packets', 'reply.bytes'];
const LINES = [...TUPLES, ...COUNTERS, 'state', 'mark', 'nat', 'snat', 'dnat', 'helper'];
/** The columns that csv writes by itself. */
const COLUMNS = TUPLES.filter(name => !/icmp_|key|zone/.test(name));
const XML = LINES.filter(name => !/icmp_/.test(name));

/** What each format keeps. */
const KEPT: readonly (readonly [FormatName, readonly Modifier[], readonly string[]])[] = [
  ['plain', [], LINES],
  ['extended', ['id'], [...LINES, 'id']],
  ['xml', ['ktimestamp'], [...XML, 'id', 'start']],
  ['save', [], ALL],
  ['json', [], ALL],
  ['jsonl', [], ALL],
  ['csv', [], [...COLUMNS, ...COUNTERS, 'state', 'mark']],
  ['tsv', [], [...COLUMNS, ...COUNTERS, 'state', 'mark']],
];

test.before(() => {
  for (const name of ['acct', 'timestamp', 'events']) setSysctl(`net/netfilter/nf_conntrack_${name}`, 1);
});

const listeners = (): number => [...netfilterSockets().values()].filter(groups => groups !== 0).length;

async function expectNothing(query: string): Promise<void> {
  const { rows } = await select(query, { environment });
  assert.is(
    rows.length,
    0,
    `${query}: ${JSON.stringify(rows[0], (_, value) => (typeof value === 'bigint' ? String(value) : value))}`,
  );
}

async function viewsOfKernel(): Promise<MessageView[]> {
  const kernel = openKernel();
  const views: MessageView[] = [];
  try {
    for await (const { bytes } of kernel.dump(encode.message(0x101, 0, 0, []))) {
      const view = new MessageView();
      for (let at = 0; at < bytes.length; ) {
        at = view.set(bytes, at);
        views.push(view.keep());
      }
    }
  } finally {
    await kernel.close();
  }
  return views;
}

for (const [format, modifiers, fields] of KEPT) {
  test(`the table as ${format}`, async () => {
    if ((await viewsOfKernel()).length === 0) fillTables();
    const views = await viewsOfKernel();
    assert.ok(views.length > 100);
    const path = file(
      await written(
        format,
        sink => {
          sink.begin({ table: 'conntrack' });
          for (const view of views) sink.entry(view);
          sink.end();
        },
        modifiers,
      ),
    );
    const columns = fields.join(', ');
    await expectNothing(`select ${columns} from conntrack except select ${columns} from '${path}'`);
    await expectNothing(`select ${columns} from '${path}' except select ${columns} from conntrack`);
    // The columns of csv leave out keys and zones by which flows differ, XML the keys of ICMP.
    if (format === 'csv' || format === 'tsv') return;
    const where = format === 'xml' ? 'where proto not in (icmp, icmpv6)' : '';
    for (const [one, other] of [
      ['conntrack', `'${path}'`],
      [`'${path}'`, 'conntrack'],
    ]) {
      const { entries } = await select(`select from ${one} ${where} except select from ${other}`, { environment });
      assert.is(entries.length, 0, `${one} except ${other}`);
    }
  });
}

/** Of events, by format; a destroy event of the kernel has no state, mark or helper in some formats. */
const EVENTS: readonly (readonly [FormatName, string, readonly string[]])[] = [
  ['plain', 'timestamp', LINES.filter(name => name !== 'helper')],
  ['extended', 'timestamp, id', [...LINES.filter(name => name !== 'helper'), 'id']],
  ['xml', 'timestamp', [...XML.filter(name => name !== 'helper'), 'id']],
  ['save', '', [...ALL, 'event_time']],
  ['json', '', [...ALL, 'event_time']],
  ['csv', '', [...COLUMNS, 'mark', 'event_time']],
  ['tsv', '', [...COLUMNS, 'mark', 'event_time']],
];

test('events of every flow, as a watch writes them in each format', async () => {
  conntrack(['-F']);
  const before = listeners();
  const stop = new AbortController();
  const watches = [...EVENTS, ['jsonl', '', []] as const].map(([format, modifiers]) => {
    const output = new Gathered();
    const statement = `watch from conntrack output ${[format, modifiers].filter(Boolean).join(', ')}`;
    return { format, output, running: watching(statement, { output, signal: stop.signal }) };
  });
  await until('the watches to subscribe', () => listeners() === before + watches.length);
  fillTables();
  for (const tuple of [
    ['-p', 'udp', '-s', '10.77.0.1', '-d', '10.77.0.2'],
    ['-p', 'tcp', '-s', 'fd00:77::1', '-d', 'fd00:77::2', '--state', 'SYN_SENT'],
  ]) {
    const flow = [...tuple, '--sport', '5', '--dport', '6'];
    listConntrack(['-I', ...flow, '-t', '60']);
    for (const mark of ['1', '4294967295']) listConntrack(['-U', ...flow, '--mark', mark]);
  }
  conntrack(['-D', '-p', 'udp']);
  conntrack(['-F']);
  const marked = ['-p', 'udp', '-s', '203.0.113.1', '-d', '203.0.113.2', '--sport', '7', '--dport', '9'];
  conntrack(['-I', ...marked, '-t', '60']);
  conntrack(['-D', ...marked]);
  const last = /(?:destroy|DESTROY|-D)[^\n]*203\.0\.113\.1|203\.0\.113\.1[^\n]*destroy/;
  try {
    for (const { output, format } of watches) await until(`the last event in ${format}`, () => last.test(output.text));
  } finally {
    stop.abort();
  }
  for (const { running } of watches) await running.ended.catch(() => {});
  const files = new Map(watches.map(({ format, output }) => [format, file(output.text)]));
  const all = files.get('jsonl')!;
  const { rows } = await select(`select event, count(*) from '${all}' group by event order by event`);
  assert.is(rows.length, 3, JSON.stringify(rows));
  assert.ok(
    rows.every(([, count]) => Number(count) >= 4),
    JSON.stringify(rows),
  );
  for (const [format, , fields] of EVENTS) {
    const columns = ['event', ...fields].join(', ');
    const path = files.get(format)!;
    assert.equal(
      (await select(`select event, count(*) from '${path}' group by event order by event`, { environment })).rows,
      rows,
      format,
    );
    await expectNothing(`select ${columns} from '${all}' except select ${columns} from '${path}'`);
    await expectNothing(`select ${columns} from '${path}' except select ${columns} from '${all}'`);
  }
});

test.run();
