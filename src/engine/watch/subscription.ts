import type { CheckedSelect, CheckedWatch, Place, WatchEvent } from '../../lang/check/checked-ast.js';
import {
  NFNLGRP_CONNTRACK_DESTROY,
  NFNLGRP_CONNTRACK_EXP_DESTROY,
  NFNLGRP_CONNTRACK_EXP_NEW,
  NFNLGRP_CONNTRACK_NEW,
  NFNLGRP_CONNTRACK_UPDATE,
} from '../ctnetlink/constants.js';
import { dumpExpectations, dumpFlows } from '../ctnetlink/requests/requests.js';
import type { EventStream } from '../netlink/streams.js';
import type { Session } from '../query/context.js';
import { whereSettingIs } from '../query/plan/accounting.js';

/** The kernel's multicast groups. It tells no updates of expectations. */
const GROUPS = {
  conntrack: {
    new: [NFNLGRP_CONNTRACK_NEW],
    update: [NFNLGRP_CONNTRACK_UPDATE],
    destroy: [NFNLGRP_CONNTRACK_DESTROY],
  },
  expect: { new: [NFNLGRP_CONNTRACK_EXP_NEW], update: [], destroy: [NFNLGRP_CONNTRACK_EXP_DESTROY] },
} as const satisfies Record<'conntrack' | 'expect', Record<WatchEvent, readonly number[]>>;

/** What an event takes of the receive buffer, as the kernel counts it. */
const EVENT_BYTES = 1280;

const EVENTS: readonly WatchEvent[] = ['new', 'update', 'destroy'];

/** What a watch subscribes to: only what it shows, but all that its memory lives on where it has one. */
export function groupsOf({ tables, on, state, resync }: CheckedWatch): number[] {
  const events = state || resync ? EVENTS : on;
  return tables.flatMap(table => events.flatMap(event => [...GROUPS[table][event]]));
}

/** The requests for what is in the tables of a watch. */
export const dumpsOf = ({ tables }: CheckedWatch): Uint8Array[] =>
  tables.map(table => (table === 'expect' ? dumpExpectations() : dumpFlows()));

/** The query that is made of the rows of a watch. */
export function selectOf(watch: CheckedWatch): CheckedSelect {
  const { tables, place, columns, where, grouping, orderBy, limit, until, output } = watch;
  return {
    kind: 'select',
    from: { kind: 'table', table: tables[0] },
    ...(place ? { place } : {}),
    distinct: false,
    ...(columns ? { columns } : {}),
    joins: [],
    ...(where ? { where } : {}),
    ...(grouping ? { grouping } : {}),
    orderBy,
    ...(limit === undefined ? {} : { limit }),
    offset: 0,
    zero: false,
    ...(until ? { until } : {}),
    output,
  };
}

/** Says which events the kernel's setting keeps from being told at all. */
export function warnOfSilence(place: Place, watch: CheckedWatch, session: Session): void {
  const silent = whereSettingIs(0, 'nf_conntrack_events', place);
  if (silent !== undefined)
    session.warn(
      `the kernel tells no events of flows that begin now${silent}: net.netfilter.nf_conntrack_events is 0`,
      'sysctl -w net.netfilter.nf_conntrack_events=1 makes it tell those of flows that begin from then on',
    );
  const late = whereSettingIs(2, 'nf_conntrack_events', place);
  if (late !== undefined)
    session.warn(
      `flows that began before anybody listened tell nothing${late}: net.netfilter.nf_conntrack_events is 2`,
      `sysctl -w net.netfilter.nf_conntrack_events=1 makes every flow tell that begins from then on${
        watch.existing ? '' : '; with existing shows first what is there'
      }`,
    );
}

/** Says where the kernel granted less room for events than it was asked for. */
export function warnOfSmallBuffer({ receiveBuffer, requestedBuffer }: EventStream, session: Session): void {
  if (receiveBuffer >= requestedBuffer) return;
  session.warn(
    `the kernel has room for ${Math.max(1, Math.floor(receiveBuffer / EVENT_BYTES))} events at a time: it granted a buffer of ${receiveBuffer / 2} bytes of the ${requestedBuffer / 2} asked for`,
    `sysctl -w net.core.rmem_max=${requestedBuffer / 2} allows it, or run ctq with CAP_NET_ADMIN outside of user namespaces`,
  );
}
