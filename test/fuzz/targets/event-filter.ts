import fc from 'fast-check';
import { readerOf } from '../../../src/engine/ctnetlink/fields/accessors.js';
import { MessageView } from '../../../src/engine/ctnetlink/view/view.js';
import { DATAGRAM } from '../../../src/engine/netlink/messages/framing.js';
import { NetlinkSocket } from '../../../src/engine/netlink/socket.js';
import { decodeProgram } from '../../../src/engine/netlink/socket-filter/instruction.js';
import { isFilterProgram } from '../../../src/engine/netlink/socket-filter/validate.js';
import { planEventFilter } from '../../../src/engine/watch/event-filter.js';
import { check } from '../../../src/lang/check/check.js';
import type { CheckedWatch } from '../../../src/lang/checked/statements.js';
import { compile, type EvalContext } from '../../../src/lang/evaluate/evaluate.js';
import type { Environment } from '../../../src/lang/schema/environment.js';
import { parse } from '../../../src/lang/syntax/parse.js';
import { must, run } from '../../kit/command.js';
import { ENVIRONMENT } from '../../kit/environment.js';
import { encodeFlow, type Flow } from '../../kit/flow.js';
import { nameLabels } from '../../kit/labels.js';
import { assertPrivateNamespace, setSysctl, useConntrack } from '../../kit/namespace.js';
import { request } from '../../kit/netlink.js';
import { runProgram } from '../../kit/socket-filter.js';
import { condition, textOf } from '../differential/conditions.js';
import { ADDRESSES, flow, LABELS, MARKS, NETWORKS, PORTS } from '../differential/flows.js';
import { property, type Target } from '../harness.js';

const environment: Environment = {
  ...ENVIRONMENT,
  labelBit: name => LABELS[name],
  labelName: bit => Object.keys(LABELS).find(name => LABELS[name] === bit),
  labelNames: () => Object.keys(LABELS),
};

const counts = { conditions: 0, filtered: 0, events: 0, 'events refused': 0, instructions: 0 };

const reading: EvalContext<MessageView> = {
  environment,
  now: 0,
  field: node => readerOf('conntrack', node.name),
  variable: () => ({ kind: 'value', type: { name: 'null' }, value: null }),
};

// ---------------------------------------------------------------- conditions

const many = (n: number, item: (i: number) => string): string =>
  Array.from({ length: n }, (_, i) => item(i)).join(', ');

/** A long list that holds some of the values of flows. */
const longList = fc
  .tuple(
    fc.constantFrom('src', 'reply.src', 'dst', 'host'),
    fc.integer({ min: 1, max: 700 }),
    fc.constantFrom(...ADDRESSES),
    fc.constantFrom(...NETWORKS.slice(1, 2), ...NETWORKS.slice(3)),
  )
  .map(([field, n, address, network]) => {
    const items = `${many(n, i => `10.${9 + (i >> 7)}.${i % 128}.${(i * 37) % 250}`)}, ${many((n >> 3) + 1, i => `2001:db8:${i.toString(16)}::${(i * 7) % 10}`)}, ${many(20, i => `172.${16 + i}.0.0/${16 + (i % 9)}`)}`;
    return field === 'host'
      ? `(host = ${address} or host = ${network})`
      : `${field} in (${items}, ${address}, ${network})`;
  });

const ofEvents = fc.oneof(
  fc.constantFrom(
    'event = new',
    'event != update',
    'event in (new, destroy)',
    'event = destroy and bytes > 0',
    'portid = 0',
    'portid != 0',
  ),
  longList,
  fc
    .array(fc.constantFrom(...PORTS, 0, 7, 8, 9, 1024, 65_535), { minLength: 1, maxLength: 8 })
    .map(all => `reply.sport in (${all.join(', ')}, 2000..3000)`),
  fc
    .array(fc.constantFrom(...MARKS), { minLength: 1, maxLength: 4 })
    .map(all => `mark & 0xff00 in (${all.join(', ')})`),
  fc.constantFrom('timeout > 5m', 'timeout <= 60s', 'timeout between 10s and 1000s', 'timeout != 120s'),
  fc.constantFrom('orig.bytes > 50', 'reply.packets = 0', 'bytes is null', 'start is not null', 'age > 1s'),
  fc.constantFrom(
    'src is public',
    'dst is not loopback',
    'reply.dst is multicast',
    'src in (10.0.0.0..10.1.0.1, fd00::..fd00:1::1)',
    'src < 10.1.0.2',
    'reply.src >= fd00:1::2',
  ),
  fc.constantFrom(
    'nat = none',
    'nat in (src, both)',
    'snat = 192.0.2.7',
    'srckey = 1',
    'zone != 3',
    'orig.zone is null',
    'id > 1000000',
    'master.src is null',
  ),
  fc.constantFrom(
    'sport = dport',
    'src in (dst, 10.1.0.1)',
    'netns is null',
    'resync',
    'mark + 1 = 2',
    'coalesce(mark, 0) = 0',
  ),
);

const where = fc.oneof(
  { weight: 2, arbitrary: condition.map(textOf) },
  { weight: 1, arbitrary: ofEvents },
  {
    weight: 2,
    arbitrary: fc
      .tuple(condition.map(textOf), ofEvents, fc.constantFrom('and', 'or'), fc.boolean())
      .map(([a, b, op, isNegated]) => (isNegated ? `not ((${a}) ${op} (${b}))` : `(${b}) ${op} (${a})`)),
  },
);

// ---------------------------------------------------------------- events

/** What is done to a table. */
interface Change {
  readonly kind: 'create' | 'update' | 'delete';
  readonly index: number;
  readonly mark?: number;
  readonly timeout?: number;
}

const change: fc.Arbitrary<Change> = fc.record({
  kind: fc.constantFrom<Change['kind'][]>('update', 'update', 'delete', 'create') as fc.Arbitrary<Change['kind']>,
  index: fc.nat(59),
  mark: fc.option(fc.constantFrom(...MARKS), { nil: undefined }),
  timeout: fc.option(fc.constantFrom(10, 60, 400, 90_000), { nil: undefined }),
});

const NLM_F_CREATE_EXCL = 0x600;
const IPCTNL_MSG_CT_DELETE = 0x102;
const NLM_F_REQUEST = 1;

function requestOf(flows: readonly Flow[], { kind, index, mark, timeout }: Change): Buffer {
  const base = flows[index % flows.length];
  if (kind === 'create') return Buffer.from(encodeFlow(base));
  // The kernel reports all of a changed flow's tuples, and of the rest only what has changed.
  const { orig, proto, reply, zone } = base;
  const bytes = Buffer.from(
    encodeFlow({
      proto,
      orig,
      reply,
      zone,
      timeout: timeout ?? base.timeout,
      ...(kind === 'update' && mark !== undefined ? { mark } : {}),
    } as Flow),
  );
  if (kind === 'delete') bytes.writeUInt16LE(IPCTNL_MSG_CT_DELETE, 4);
  bytes.writeUInt16LE((bytes.readUInt16LE(6) & ~NLM_F_CREATE_EXCL) | NLM_F_REQUEST, 6);
  return bytes;
}

/** Packets through the loopback device: TCP that is refused, UDP, ping, both families. */
const TRAFFIC = `
  (echo > /dev/tcp/127.0.0.1/443; echo > /dev/tcp/::1/80; echo > /dev/udp/127.0.0.1/53; echo > /dev/udp/::1/40000) 2>/dev/null
  ping -c1 -W1 127.0.0.1 >/dev/null 2>&1; ping -c1 -W1 ::1 >/dev/null 2>&1; true`;

function listen(program?: Uint8Array<ArrayBuffer>): NetlinkSocket {
  const socket = NetlinkSocket.open({ receiveBuffer: 4 << 20 });
  if (program !== undefined) socket.attachFilter(program);
  for (const group of [1, 2, 3]) socket.join(group);
  return socket;
}

const room = new Uint8Array(DATAGRAM);

function received(socket: NetlinkSocket): Uint8Array[] {
  const messages: Uint8Array[] = [];
  for (;;) {
    const length = socket.receive(room, 0);
    if (length === 0) return messages;
    messages.push(room.slice(0, length));
  }
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** The watch of a condition; undefined for one that the language rejects. */
function watchOf(text: string): CheckedWatch | undefined {
  return check(parse(text).statements[0], environment).value as CheckedWatch | undefined;
}

function compare({ flows, changes, wheres, hasTraffic }: Case): void {
  const listeners = wheres.flatMap(each => {
    const watch = watchOf(`watch from conntrack where ${each}`);
    if (watch === undefined) throw new Error(`rejected: ${each}`);
    const { programs, isCut } = planEventFilter(watch, { kernelFilter: true }, reading as EvalContext<never>);
    counts.conditions++;
    if (programs.some(program => !isFilterProgram(program))) throw new Error(`not a filter program: ${each}`);
    return programs.map(program => ({ where: each, watch, program, isCut, socket: listen(program) }));
  });
  const all = listen();
  try {
    request(flows.map(each => Buffer.from(encodeFlow(each))));
    request(changes.map(each => requestOf(flows, each)));
    if (hasTraffic) run(['bash', '-c', TRAFFIC]);
    must(['conntrack', '-F']);
    const events = received(all);
    counts.events += events.length;
    const view = new MessageView();
    for (const { where: text, watch, program, socket } of listeners) {
      const instructions = decodeProgram(program);
      counts.filtered++;
      counts.instructions += instructions.length;
      const arrived = received(socket).map(hex);
      const accepted = events.filter(event => runProgram(instructions, event) !== 0);
      counts['events refused'] += events.length - accepted.length;
      if (arrived.join() !== accepted.map(hex).join())
        throw new Error(`${text}: the kernel accepted ${arrived.length} events, the interpreter ${accepted.length}`);
      const isShown = compile(watch.where!, reading);
      const holds = (event: Uint8Array): boolean => {
        view.set(event, 0);
        return isShown(view) === true;
      };
      const shown = events.filter(holds).map(hex);
      const kept = accepted.filter(holds).map(hex);
      if (shown.join() !== kept.join())
        throw new Error(
          `${text}: ${kept.length} events of ${shown.length} shown; ${shown.find(each => !kept.includes(each))}`,
        );
    }
  } finally {
    for (const { socket } of listeners) socket.close();
    all.close();
  }
}

interface Case {
  readonly flows: readonly Flow[];
  readonly changes: readonly Change[];
  readonly wheres: readonly string[];
  readonly hasTraffic: boolean;
}

export const eventFilter: Target = {
  name: 'event-filter',
  what: 'random conditions on events: filters in the kernel, an interpreter and the condition itself agree',
  runs: 4,
  needsKernel: true,
  counts,
  open() {
    assertPrivateNamespace();
    useConntrack();
    must(['ip', 'link', 'set', 'lo', 'up']);
    nameLabels(Object.fromEntries(Object.entries(LABELS).map(([name, bit]) => [bit, name])));
    setSysctl('net/netfilter/nf_conntrack_acct', 1);
    setSysctl('net/netfilter/nf_conntrack_timestamp', 1);
    setSysctl('net/netfilter/nf_conntrack_events', 1);
  },
  property: () =>
    property(
      fc.record({
        flows: fc.array(flow, { minLength: 1, maxLength: 60, size: 'max' }),
        changes: fc.array(change, { minLength: 0, maxLength: 60, size: 'max' }),
        wheres: fc.array(where, { minLength: 1, maxLength: 60, size: 'max' }),
        hasTraffic: fc.boolean(),
      }),
      compare,
    ),
};
