/** The kernel's table and snapshots of it, in every format, by conntrack(8) and by ctq: the same rows. */
import { readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { MessageView } from '../../src/engine/ctnetlink/view/view.js';
import type { QueryContext } from '../../src/engine/query/context.js';
import { runQuery } from '../../src/engine/query/exec/select.js';
import { Collector } from '../../src/engine/query/exec/subqueries.js';
import { abilitiesOf } from '../../src/engine/query/plan/pushdown.js';
import { openKernel } from '../../src/engine/sources/kernel/kernel.js';
import { openSnapshot } from '../../src/engine/sources/snapshot/open.js';
import type { Source } from '../../src/engine/sources/source.js';
import { check } from '../../src/lang/check/check.js';
import type { CheckedQuery, FormatName, Modifier } from '../../src/lang/checked/ast.js';
import { parse } from '../../src/lang/syntax/parse.js';
import { environment, written } from '../engine/formats/support.js';
import * as encode from '../kit/encode.js';
import { fillTables } from '../kit/flows.js';
import { nameLabels } from '../kit/labels.js';
import { setSysctl } from '../kit/namespace.js';
import { conntrack, conntrackEvents, listConntrack } from '../kit/oracle.js';
import { file, readPath } from '../kit/snapshot.js';
import { until } from '../kit/until.js';

const test = suite('snapshots of the kernel');

const GET = { conntrack: 0x101, expect: 0x201 } as const;
type Table = keyof typeof GET;
type Entry = Record<string, unknown>;

let kernel: Source;

async function messagesOf(table: Table): Promise<MessageView[]> {
  const views: MessageView[] = [];
  for await (const { bytes } of kernel.dump(encode.message(GET[table], 0, 0, []))) {
    const kept = bytes.slice();
    for (let at = 0; at < kept.length; ) {
      const view = new MessageView();
      at = view.set(kept, at);
      views.push(view);
    }
  }
  return views;
}

const format = (
  table: Table,
  name: FormatName,
  views: readonly MessageView[],
  modifiers: readonly Modifier[] = [],
): Promise<string> =>
  written(
    name,
    sink => {
      sink.begin({ table });
      for (const view of views) sink.entry(view);
      sink.end();
    },
    modifiers,
  );

async function entriesOf(table: Table, views: readonly MessageView[]): Promise<Entry[]> {
  const text = await format(table, 'jsonl', views);
  return text
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line));
}

const CONNTRACK_ALL = 'id,ktimestamp,labels';

/** What is taken of one moment: the rows, and the same as files. */
interface Taken {
  readonly rows: readonly MessageView[];
  readonly files: Readonly<Record<string, string>>;
}

const taken = {} as Record<Table, Taken>;

async function take(table: Table): Promise<Taken> {
  const list = (...options: string[]): string =>
    table === 'conntrack'
      ? listConntrack(['-L', ...options])
      : listConntrack(['-L', 'expect', '-f', 'ipv4', ...options]);
  return until(
    'a second in which the table does not change',
    async () => {
      const before = list();
      const rows = await messagesOf(table);
      const files: Record<string, string> = {
        'conntrack plain': before,
        'conntrack extended': list('-o', 'extended'),
        'conntrack extended,all': list('-o', `extended,${CONNTRACK_ALL}`),
        'conntrack xml': list('-o', 'xml,ktimestamp,labels'),
        ...(table === 'conntrack' ? { 'conntrack save': list('-o', 'save') } : {}),
        proc: readFileSync(`/proc/net/nf_conntrack${table === 'expect' ? '_expect' : ''}`, 'utf8'),
        'ctq plain': await format(table, 'plain', rows),
        'ctq extended': await format(table, 'extended', rows, ['id', 'ktimestamp', 'labels']),
        'ctq xml': await format(table, 'xml', rows, ['ktimestamp', 'labels']),
        'ctq save': await format(table, 'save', rows),
        'ctq json': await format(table, 'json', rows),
        'ctq jsonl': await format(table, 'jsonl', rows),
      };
      if (before !== list()) return undefined;
      return { rows, files: Object.fromEntries(Object.entries(files).map(([name, text]) => [name, file(text)])) };
    },
    { within: 60_000, every: 1 },
  );
}

test.before(async () => {
  setSysctl('net/netfilter/nf_conntrack_acct', 1);
  setSysctl('net/netfilter/nf_conntrack_timestamp', 1);
  setSysctl('net/netfilter/nf_conntrack_events', 1);
  nameLabels({ 0: 'one', 5: 'five' });
  fillTables();
  kernel = openKernel();
  taken.conntrack = await take('conntrack');
  taken.expect = await take('expect');
});

test.after(async () => {
  await kernel.close();
});

/** Bits of the status that lines and XML show. */
const SHOWN = new Set(['SEEN_REPLY', 'ASSURED', 'CONFIRMED', 'SRC_NAT', 'DST_NAT', 'OFFLOAD', 'HW_OFFLOAD']);

function without(entry: Entry, names: readonly string[]): void {
  for (const name of names) {
    const path = name.split('.');
    const last = path.pop()!;
    const owner = path.reduce<Entry | undefined>((at, part) => at?.[part] as Entry | undefined, entry);
    if (owner === undefined) continue;
    delete owner[last];
    const [outer] = path;
    if (outer !== undefined && Object.keys(owner).length === 0) delete entry[outer];
  }
}

/** What lines and XML have no place for. */
const UNWRITTEN = ['master', 'tcp', 'orig.vtag', 'reply.vtag', 'seqadj', 'synproxy'];

const labelled = (entry: Entry): void => {
  // Bits without a name are not written.
  entry.labels = (entry.labels as unknown[] | undefined)?.filter(label => typeof label === 'string');
  if (!(entry.labels as unknown[] | undefined)?.length) delete entry.labels;
};

/** What of an entry a format holds. */
const HELD: Readonly<Record<string, (entry: Entry) => void>> = {
  'conntrack plain': entry => without(entry, [...UNWRITTEN, 'id', 'labels', 'start']),
  'conntrack extended': entry => without(entry, [...UNWRITTEN, 'id', 'labels', 'start']),
  'conntrack extended,all': entry => {
    without(entry, UNWRITTEN);
    labelled(entry);
    entry.start = `${String(entry.start).slice(0, 19)}.000000000Z`;
  },
  'conntrack xml': entry => {
    without(entry, UNWRITTEN);
    for (const side of ['orig', 'reply']) {
      without(entry, [`${side}.icmp_type`, `${side}.icmp_code`, `${side}.icmp_id`]);
    }
    labelled(entry);
  },
  'conntrack save': entry => {
    without(entry, [...UNWRITTEN.filter(name => !name.endsWith('vtag')), 'id', 'labels', 'start', 'mark', 'helper']);
    without(entry, ['use', 'orig.packets', 'orig.bytes', 'reply.packets', 'reply.bytes']);
  },
  proc: entry => without(entry, [...UNWRITTEN, 'id', 'labels', 'start', 'helper', 'use']),
  'ctq plain': entry => HELD['conntrack plain'](entry),
  'ctq extended': entry => HELD['conntrack extended,all'](entry),
  'ctq xml': entry => HELD['conntrack xml'](entry),
};

const EXACT = new Set(['ctq save', 'ctq json', 'ctq jsonl']);

function held(name: string, entries: readonly Entry[]): string[] {
  return entries
    .map(each => {
      const entry = structuredClone(each);
      if (!EXACT.has(name)) {
        entry.status = (entry.status as string[]).filter(flag => SHOWN.has(flag));
        HELD[name](entry);
      }
      return JSON.stringify(entry);
    })
    .sort();
}

const NAMES = [
  'conntrack plain',
  'conntrack extended',
  'conntrack extended,all',
  'conntrack xml',
  'conntrack save',
  'proc',
  'ctq plain',
  'ctq extended',
  'ctq xml',
  'ctq save',
  'ctq json',
  'ctq jsonl',
];

for (const name of NAMES) {
  test(`flows: ${name}`, async () => {
    const { rows, files } = taken.conntrack;
    const { views, table, warnings } = await readPath(files[name]);
    assert.equal(warnings, []);
    assert.is(table, 'conntrack');
    assert.ok(rows.length > 100);
    const expected = held(name, await entriesOf('conntrack', rows));
    const actual = held(name, await entriesOf('conntrack', views));
    assert.is(actual.length, expected.length);
    for (let i = 0; i < expected.length; i++) assert.is(actual[i], expected[i]);
  });
}

for (const name of NAMES.filter(each => each !== 'conntrack save')) {
  test(`expectations: ${name}`, async () => {
    const { rows, files } = taken.expect;
    const { views, table, warnings } = await readPath(files[name]);
    assert.equal(warnings, []);
    assert.is(table, 'expect');
    // conntrack(8) lists one family.
    const ofFamily = rows.filter(view => !name.startsWith('conntrack') || view.family === 2);
    const keep = (entries: Entry[]): string[] =>
      entries
        .map(each => {
          const entry = structuredClone(each);
          if (!EXACT.has(name)) without(entry, ['id', 'fn', 'nat']);
          if (name === 'proc') without(entry, ['mask', 'master', 'class']);
          return JSON.stringify(entry);
        })
        .sort();
    assert.ok(ofFamily.length >= 2);
    assert.equal(keep(await entriesOf('expect', views)), keep(await entriesOf('expect', ofFamily)));
  });
}

const QUERIES = [
  'select src, dst, sport, dport, proto from TABLE order by src, dst, sport, dport, proto',
  'select proto, count(*) as flows, count(distinct src) from TABLE group by proto order by flows desc, proto',
  'select state, count(*) from TABLE where proto = tcp group by state order by state',
  'select reply.src, reply.dst, nat, snat, dnat from TABLE where nat != none order by reply.src, reply.dst, snat, dnat',
  'select count(*) from TABLE where status has UNREPLIED and src in 10.1.0.0/16',
  'select src, sport from TABLE where timeout > 1d order by src, sport',
  'select zone, orig.zone, reply.zone, src, sport from TABLE where zone != 0 or zone is null order by zone, src, sport',
  'select family, proto, count(*) from TABLE group by family, proto order by family, proto',
  'select net(src, 16, 32) as network, count(*) as flows from TABLE group by network order by flows desc, network',
  'select distinct proto, service(dport) as name from TABLE where dport is not null order by proto, name',
  'select count(*), count(dport), count(distinct dport), min(dport), max(dport), avg(dport), p90(dport) from TABLE',
  'select dport, count(*) from TABLE where dport between 1 and 1023 group by dport having count(*) > 1 order by 1',
  'select count(*) from TABLE where port = 53',
  'select count(*) from TABLE where port in (80, 443, 5000..6000) and not host = 2001:db8::/32',
  'select count(*) from TABLE where host = 10.1.0.0/16',
  'select src, dst from TABLE where src is private and dst is not public order by src, dst limit 5 offset 2',
  'select count(*) from TABLE where family = ipv6 and proto in (tcp, sctp) and state is not null',
  'select state, count(*) from TABLE where proto = sctp group by state order by state',
  'select src, sport, reply.dst, reply.dport from TABLE where reply.dst != orig.src or reply.dport != sport order by 1, 2, 3, 4',
  'select proto, count(*) from TABLE where status has ASSURED and not status has UNREPLIED group by proto order by proto',
  'select count(*) from TABLE where status has any (SRC_NAT, DST_NAT) and status has (CONFIRMED)',
  'select count(*) from TABLE where src in (select src from TABLE group by src having count(*) > 3)',
  'select src, count(*) as n from TABLE group by src having n > (select count(*) from TABLE where proto = gre) order by n desc, src',
  'select dst, sport from TABLE where timeout between 1m and 10d and dport > 100 order by dst, sport limit 7',
  'select count(*) from TABLE where proto = tcp and src not in (select src from TABLE where state = ESTABLISHED)',
  'select coalesce(dport, 0) % 10 as digit, count(*) from TABLE group by digit order by digit',
  "select count(*) from TABLE where state like 'SYN%' or lower(state) = 'close'",
];

async function resultOf(text: string): Promise<string> {
  const { value, diagnostics } = check(parse(text).statements[0], environment);
  assert.equal(diagnostics, [], text);
  const session: QueryContext = {
    environment,
    variables: new Map(),
    kernelFilter: true,
    abilities: abilitiesOf('6.18.0'),
    place: { kind: 'kernel' },
    source: () => kernel,
    snapshot: path => openSnapshot(path, { warn: assert.unreachable, labelBit: environment.labelBit, now: () => 0n }),
    warn: message => assert.unreachable(message),
  };
  const sink = new Collector();
  await runQuery(value as CheckedQuery, sink, session);
  return JSON.stringify(sink.rows);
}

for (const query of QUERIES) {
  test(`the same answer: ${query}`, async () => {
    const expected = await resultOf(query.replaceAll('TABLE', 'conntrack'));
    assert.ok(expected.length > 4, expected);
    for (const name of NAMES) {
      const actual = await resultOf(query.replaceAll('TABLE', `'${taken.conntrack.files[name]}'`));
      assert.is(actual, expected, name);
    }
  });
}

test('marks and counters, where a format has them', async () => {
  const query = 'select src, sport, mark, packets from TABLE where mark != 0 order by mark, src, sport';
  const expected = await resultOf(query.replaceAll('TABLE', 'conntrack'));
  assert.ok(expected.includes('4294967295'));
  for (const name of NAMES.filter(each => each !== 'conntrack save')) {
    assert.is(await resultOf(query.replace('TABLE', `'${taken.conntrack.files[name]}'`)), expected, name);
  }
});

for (const options of [
  'extended,id',
  'timestamp',
  'timestamp,ktimestamp,id,labels',
  'xml',
  'xml,timestamp,ktimestamp',
]) {
  test(`a log of events: conntrack -E -o ${options}`, async () => {
    const tuple = ['-s', '10.77.0.1', '-d', '10.77.0.2', '-p', 'tcp', '--sport', '7', '--dport', '8'];
    const log = await conntrackEvents(['-o', options]);
    const began = Date.now();
    conntrack(['-I', ...tuple, '--state', 'SYN_SENT', '-t', '100']);
    conntrack(['-U', ...tuple, '--mark', '3']);
    conntrack(['-D', ...tuple]);
    await log.waitFor(options.startsWith('xml') ? /type="destroy".*\n/ : /\[DESTROY\].*\n/);
    await log.stop();
    const { views, warnings } = await readPath(file(log.stdout));
    // The kernel delivers an event again of which it does not know whether it arrived.
    const destroys = log.stdout.match(/\[DESTROY\]|type="destroy"/g)?.length ?? 0;
    assert.equal(
      views.map(view => [view.event, view.type, view.flags, view.mark]),
      [
        ['new', 0x100, 0x600, 0],
        ['update', 0x100, 0, 3],
        ...Array.from({ length: Math.max(1, destroys) }, () => ['destroy', 0x102, 0, 3]),
      ],
    );
    // conntrack(8) that is stopped does not end its XML.
    assert.ok(warnings.every(warning => /cut off/.test(warning)));
    const [created, , destroyed] = views;
    assert.is(created.status & 0x208, 0x008);
    assert.is(destroyed.status & 0x208, 0x208);
    assert.is(created.portid > 0, true);
    if (options.includes('timestamp')) {
      const at = Number(BigInt(created.eventTime) / 1_000_000n);
      // Whole seconds in XML.
      assert.ok(at > began - 2000 && at < began + 10_000, `${at} ${began}`);
    }
    // However it is reported: the flow lived for less than the test.
    const start = Number(BigInt(destroyed.start) / 1_000_000n);
    assert.ok(start > began - 3000 && start <= Number(BigInt(destroyed.stop) / 1_000_000n), String(destroyed.start));
  });
}

test.run();
