import type { CheckedSelect, Place } from '../../lang/checked/ast.js';
import { selectFrom } from '../../lang/checked/selects.js';
import type { CheckedWatch, WatchEvent } from '../../lang/checked/statements.js';
import type { EvalContext } from '../../lang/evaluate/evaluate.js';
import { capabilitiesOf } from '../../lang/schema/places.js';
import type { Integer } from '../../lang/values/value.js';
import {
  NFNLGRP_CONNTRACK_DESTROY,
  NFNLGRP_CONNTRACK_EXP_DESTROY,
  NFNLGRP_CONNTRACK_EXP_NEW,
  NFNLGRP_CONNTRACK_NEW,
  NFNLGRP_CONNTRACK_UPDATE,
} from '../ctnetlink/constants.js';
import { dumpExpectations, dumpFlows } from '../ctnetlink/requests/requests.js';
import type { EventStream } from '../netlink/messages/streams.js';
import type { QueryContext } from '../query/context.js';
import { whereSettingIs } from '../query/plan/missing-fields.js';

/** The kernel's multicast groups (linux/netfilter/nfnetlink_compat.h). It sends no updates of expectations. */
const GROUPS = {
  conntrack: {
    new: [NFNLGRP_CONNTRACK_NEW],
    update: [NFNLGRP_CONNTRACK_UPDATE],
    destroy: [NFNLGRP_CONNTRACK_DESTROY],
  },
  expect: { new: [NFNLGRP_CONNTRACK_EXP_NEW], update: [], destroy: [NFNLGRP_CONNTRACK_EXP_DESTROY] },
} as const satisfies Record<'conntrack' | 'expect', Record<WatchEvent, readonly number[]>>;

/** Receive buffer that the kernel charges for one event. */
const EVENT_BYTES = 1280;

const EVENTS: readonly WatchEvent[] = ['new', 'update', 'destroy'];

/** The groups of a watch: those of the events that it shows; all groups of its tables if it remembers flows. */
export function groupsOf({ tables, on, state, resync }: CheckedWatch): number[] {
  const events = state || resync ? EVENTS : on;
  return tables.flatMap(table => events.flatMap(event => [...GROUPS[table][event]]));
}

/** The kernel's names of groups, by their numbers. */
const GROUP_NAMES: Readonly<Record<number, string>> = {
  [NFNLGRP_CONNTRACK_NEW]: 'NFNLGRP_CONNTRACK_NEW',
  [NFNLGRP_CONNTRACK_UPDATE]: 'NFNLGRP_CONNTRACK_UPDATE',
  [NFNLGRP_CONNTRACK_DESTROY]: 'NFNLGRP_CONNTRACK_DESTROY',
  [NFNLGRP_CONNTRACK_EXP_NEW]: 'NFNLGRP_CONNTRACK_EXP_NEW',
  [NFNLGRP_CONNTRACK_EXP_DESTROY]: 'NFNLGRP_CONNTRACK_EXP_DESTROY',
};

/** The kernel's names of the groups of a watch. */
export const groupNamesOf = (watch: CheckedWatch): string[] => groupsOf(watch).map(group => GROUP_NAMES[group]);

/** The requests that dump the tables of a watch. */
export const dumpsOf = ({ tables }: CheckedWatch): Uint8Array[] =>
  tables.map(table => (table === 'expect' ? dumpExpectations() : dumpFlows()));

/** The query over the events of a watch. */
export function selectOfWatch(watch: CheckedWatch): CheckedSelect {
  const { tables, place, columns, where, grouping, orderBy, limit, until, output } = watch;
  const from = { kind: 'table', table: tables[0] } as const;
  return selectFrom(from, { place, columns, where, grouping, orderBy, limit, until, output });
}

/** How the expressions of a watch read its events: now() is when an event was received. */
export const readingEvents = <Row extends { readonly now: Integer }>(reading: EvalContext<Row>): EvalContext<Row> => ({
  ...reading,
  timeOf: row => row.now,
});

/** Warns if nf_conntrack_events keeps the kernel from sending events of some flows. */
export function warnOfMissingEvents(place: Place, watch: CheckedWatch, session: QueryContext): void {
  if (!capabilitiesOf(place).isLive) return;
  const off = whereSettingIs(0, 'nf_conntrack_events', place);
  if (off !== undefined)
    session.warn(
      `the kernel sends no events for new flows${off}: net.netfilter.nf_conntrack_events is 0`,
      'sysctl -w net.netfilter.nf_conntrack_events=1 turns them on for flows that begin from then on',
    );
  // A flow that is new has begun since; the events of an expectation depend on its flow.
  const { tables, on, state, resync } = watch;
  if (!state && !resync && on.every(event => event === 'new') && !tables.includes('expect')) return;
  const late = whereSettingIs(2, 'nf_conntrack_events', place);
  if (late !== undefined)
    session.warn(
      `flows that began before this watch may send no events${late} (nf_conntrack_events is 2)`,
      `sysctl -w net.netfilter.nf_conntrack_events=1${watch.existing || watch.into ? '' : '; with existing shows the flows there are'}`,
    );
}

/** Warns if the kernel granted a smaller receive buffer than requested. */
export function warnOfSmallBuffer({ receiveBuffer, requestedBuffer }: EventStream, session: QueryContext): void {
  if (receiveBuffer >= requestedBuffer) return;
  session.warn(
    `the receive buffer holds only ${Math.max(1, Math.floor(receiveBuffer / EVENT_BYTES))} events: the kernel granted ${receiveBuffer / 2} of the ${requestedBuffer / 2} bytes requested`,
    `sysctl -w net.core.rmem_max=${requestedBuffer / 2} allows it, or run ctq with CAP_NET_ADMIN outside of user namespaces`,
  );
}
