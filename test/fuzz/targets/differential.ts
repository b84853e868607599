import { writeFileSync } from 'node:fs';
import { release } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { flushFlows } from '../../../src/engine/ctnetlink/requests/deletes.js';
import { dumpFlows } from '../../../src/engine/ctnetlink/requests/requests.js';
import { MessageView } from '../../../src/engine/ctnetlink/view/view.js';
import type { QueryContext } from '../../../src/engine/query/context.js';
import { runQuery } from '../../../src/engine/query/exec/select.js';
import { Collector } from '../../../src/engine/query/exec/subqueries.js';
import { planSelect } from '../../../src/engine/query/plan/plan.js';
import { abilitiesOf, NO_ABILITIES } from '../../../src/engine/query/plan/pushdown.js';
import { openKernel } from '../../../src/engine/sources/kernel/kernel.js';
import { openSnapshot } from '../../../src/engine/sources/snapshot/open.js';
import type { Source } from '../../../src/engine/sources/source.js';
import type { CheckedSelect, FormatName, Modifier } from '../../../src/lang/checked/ast.js';
import type { Environment } from '../../../src/lang/schema/environment.js';
import { written } from '../../engine/formats/support.js';
import { checkedQuery } from '../../kit/engine.js';
import { ENVIRONMENT } from '../../kit/environment.js';
import { encodeFlow, type Flow } from '../../kit/flow.js';
import { nameLabels } from '../../kit/labels.js';
import { assertPrivateNamespace, setSysctl, useConntrack } from '../../kit/namespace.js';
import { request } from '../../kit/netlink.js';
import { listConntrack } from '../../kit/oracle.js';
import { directory } from '../../kit/snapshot.js';
import { type Condition, condition, fieldsOf, holds, textOf } from '../differential/conditions.js';
import { type Facts, factsOf } from '../differential/facts.js';
import { flow, LABELS } from '../differential/flows.js';
import { asyncProperty, type Target } from '../harness.js';

const environment: Environment = {
  ...ENVIRONMENT,
  labelBit: name => LABELS[name],
  labelName: bit => Object.keys(LABELS).find(name => LABELS[name] === bit),
  labelNames: () => Object.keys(LABELS),
};

/** Each kind of snapshot, and the fields that it does not hold (docs/snapshots.md). */
const SNAPSHOTS: readonly [FormatName, readonly Modifier[], readonly string[]][] = [
  ['jsonl', [], []],
  ['json', [], []],
  ['extended', ['id', 'labels'], ['tcp.orig.wscale', 'vtag', 'reply.vtag']],
  [
    'xml',
    ['labels'],
    ['tcp.orig.wscale', 'vtag', 'reply.vtag', 'icmp_type', 'icmp_code', 'icmp_id', 'reply.icmp_type'],
  ],
];

/** A dump costs the kernel a walk over all its buckets: of the conditions that have a kernel filter every so many ask it. */
const ASKED = 5;

const counts = {
  conditions: 0,
  tables: 0,
  flows: 0,
  'rows compared': 0,
  'kernel dumps': 0,
  'kernel gets': 0,
  'snapshot queries': 0,
};
let kernel: Source;
let turn = 0;

/** What the kernel gave once, again and again: the entries are those of one moment. */
function recorded(chunks: readonly Uint8Array[]): Source {
  return {
    ...kernel,
    dump: () => ({
      repeats: 0,
      interrupted: false,
      async *[Symbol.asyncIterator]() {
        for (const bytes of chunks) yield { bytes };
      },
    }),
  };
}

async function dumpAll(): Promise<Uint8Array[]> {
  const chunks: Uint8Array[] = [];
  for await (const { bytes } of kernel.dump(dumpFlows({}))) chunks.push(Uint8Array.from(bytes));
  return chunks;
}

async function idsOf(text: string, source: Source, filter: boolean): Promise<readonly number[]> {
  const collector = new Collector();
  const session: QueryContext = {
    environment,
    variables: new Map(),
    kernelFilter: filter,
    abilities: filter ? abilitiesOf(release()) : NO_ABILITIES,
    place: { kind: 'kernel' },
    source: () => source,
    snapshot: path =>
      openSnapshot(path, {
        warn: message => {
          throw new Error(message);
        },
        labelBit: name => LABELS[name],
        now: () => BigInt(Date.now()) * 1_000_000n,
      }),
    warn: () => {},
  };
  await runQuery(checkedQuery(text, environment), collector, session);
  return collector.rows.map(([id]) => id as number).sort((a, b) => a - b);
}

/** How a condition is asked of the kernel. */
function requestOf(where: string): 'dump' | 'filtered' | 'get' | 'nothing' {
  const select = checkedQuery(`select id from conntrack where ${where}`, environment) as CheckedSelect;
  const { request: asked } = planSelect(select, { abilities: abilitiesOf(release()), kernelFilter: true });
  if (asked.kind !== 'dump') return asked.kind === 'get' ? 'get' : 'nothing';
  return asked.filters.some(filter => Object.keys(filter).length > 0) ? 'filtered' : 'dump';
}

async function writeSnapshots(chunks: readonly Uint8Array[]): Promise<string[]> {
  const paths: string[] = [];
  for (const [index, [format, modifiers]] of SNAPSHOTS.entries()) {
    const view = new MessageView();
    const text = await written(
      format,
      sink => {
        sink.begin({ table: 'conntrack' });
        for (const bytes of chunks) {
          for (let at = 0; at < bytes.length; ) {
            at = view.set(bytes, at);
            sink.entry(view);
          }
        }
        sink.end();
      },
      modifiers,
      { environment },
    );
    paths.push(join(directory, `differential-${index}`));
    writeFileSync(paths[index], text);
  }
  return paths;
}

/** What the flows were made with and conntrack(8) does not print. */
function factsOfAll(flows: readonly Flow[], refused: ReadonlyMap<number, number>): Facts[] {
  const made = new Map<string, Flow>();
  flows.forEach((each, index) => {
    const { src, dst, sport, dport, zone } = each.orig;
    if (!refused.has(index)) made.set([each.proto, src, dst, sport, dport, each.zone ?? 0, zone ?? 0].join(), each);
  });
  return listConntrack(['-L', '-o', 'extended,id,labels'])
    .split('\n')
    .filter(line => line !== '')
    .map(line => {
      const facts = factsOf(line);
      const { proto, zone } = facts;
      const key = [
        proto,
        facts['orig.src'],
        facts['orig.dst'],
        facts['orig.sport'] ?? undefined,
        facts['orig.dport'] ?? undefined,
      ];
      const each = made.get([...key, zone ?? 0, facts['orig.zone'] ?? 0].join());
      return {
        ...facts,
        'tcp.orig.wscale': proto === 6 ? (each?.tcp?.wscale?.[0] ?? 0) : null,
        'orig.vtag': proto === 132 ? (each?.sctp?.vtags[0] ?? 0) : null,
        'reply.vtag': proto === 132 ? (each?.sctp?.vtags[1] ?? 0) : null,
      };
    });
}

/** A condition that names one flow whole, as a get requires it. */
function pinning(facts: Facts): string | undefined {
  const { proto, zone } = facts;
  if (![6, 17].includes(proto as number) || zone === null) return undefined;
  const part = (name: string): string => `${name} = ${facts[`orig.${name}`]}`;
  return `proto = ${proto} and ${part('src')} and ${part('dst')} and ${part('sport')} and ${part('dport')} and zone = ${zone}`;
}

async function compare({
  flows,
  conditions,
}: {
  flows: readonly Flow[];
  conditions: readonly Condition[];
}): Promise<void> {
  await kernel.exchange(flushFlows());
  const refused = request(flows.map(encodeFlow));
  const all = factsOfAll(flows, refused);
  const chunks = await dumpAll();
  const source = recorded(chunks);
  const paths = await writeSnapshots(chunks);
  counts.tables++;
  counts.flows += all.length;
  const same = (text: string, ids: readonly number[], expected: readonly number[]): void => {
    counts['rows compared'] += expected.length;
    if (ids.join() !== expected.join()) throw new Error(`${text}\n  is ${ids}\n  not ${expected}`);
  };
  for (const each of conditions) {
    const where = textOf(each);
    const expected = all.filter(facts => holds(each, facts) === true).map(({ id }) => id as number);
    expected.sort((a, b) => a - b);
    turn++;
    counts.conditions++;
    same(`off: ${where}`, await idsOf(`select id from conntrack where ${where}`, source, false), expected);
    const [, , lacks] = SNAPSHOTS[turn % SNAPSHOTS.length];
    if (!fieldsOf(each).some(field => lacks.includes(field))) {
      const path = paths[turn % SNAPSHOTS.length];
      counts['snapshot queries']++;
      same(`snapshot: ${where}`, await idsOf(`select id from '${path}' where ${where}`, source, false), expected);
    }
    const asked = requestOf(where);
    if (asked === 'filtered' && turn % ASKED !== 0) continue;
    if (asked === 'filtered') counts['kernel dumps']++;
    if (asked === 'get') counts['kernel gets']++;
    const filtered = await idsOf(`select id from conntrack where ${where}`, asked === 'dump' ? source : kernel, true);
    same(`on: ${where}`, filtered, expected);
  }
  for (const facts of all.slice(0, 3)) {
    const where = pinning(facts);
    if (where === undefined) continue;
    counts['kernel gets']++;
    same(`get: ${where}`, await idsOf(`select id from conntrack where ${where}`, kernel, true), [facts.id as number]);
  }
}

export const differential: Target = {
  name: 'differential',
  what: 'random tables and conditions: kernel filters on, off, a snapshot, and a naive evaluator agree',
  runs: 4,
  needsKernel: true,
  counts,
  open() {
    assertPrivateNamespace();
    useConntrack();
    nameLabels(Object.fromEntries(Object.entries(LABELS).map(([name, bit]) => [bit, name])));
    setSysctl('net/netfilter/nf_conntrack_acct', 1);
    kernel = openKernel();
  },
  async close() {
    await kernel.close();
  },
  property: () =>
    asyncProperty(
      fc.record({
        flows: fc.array(flow, { minLength: 1, maxLength: 60, size: 'max' }),
        conditions: fc.array(condition, { minLength: 1, maxLength: 60, size: 'max' }),
      }),
      compare,
    ),
};
