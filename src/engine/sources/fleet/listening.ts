/** What the members of a fleet are asked for a watch. */
import type { Binding } from '../../../lang/checked/statements.js';
import type { Integer } from '../../../lang/values/value.js';
import {
  NFNLGRP_CONNTRACK_DESTROY,
  NFNLGRP_CONNTRACK_EXP_DESTROY,
  NFNLGRP_CONNTRACK_EXP_NEW,
  NFNLGRP_CONNTRACK_NEW,
  NFNLGRP_CONNTRACK_UPDATE,
} from '../../ctnetlink/constants.js';
import type { ListenOptions } from '../../netlink/messages/streams.js';
import type { MissingMember } from './missing.js';

/** The events of a fleet. */
export interface MemberListenOptions extends ListenOptions {
  /** For members that read statements: a watch with its condition, and the values of its variables. Left out: all events of the groups. */
  readonly query?: { readonly text: string; readonly values: ReadonlyMap<string, Binding> };
  /** The value of the field `gateway` in its condition. */
  readonly gateway?: string;
  /**
   * Called where events of a member are missing. It is asked again.
   * @param since from when, by performance.now(): the last time until which all its events are known to have arrived
   */
  readonly missing?: (member: MissingMember, since: number) => void;
  /** Called where a member is there again. @param after for how long its events are missing, in ns */
  readonly returned?: (name: string, after: Integer) => void;
}

/** The tables and events of multicast groups, in the order of the language. */
const GROUPS = [
  [NFNLGRP_CONNTRACK_NEW, 'conntrack', 'new'],
  [NFNLGRP_CONNTRACK_UPDATE, 'conntrack', 'update'],
  [NFNLGRP_CONNTRACK_DESTROY, 'conntrack', 'destroy'],
  [NFNLGRP_CONNTRACK_EXP_NEW, 'expect', 'new'],
  [NFNLGRP_CONNTRACK_EXP_DESTROY, 'expect', 'destroy'],
] as const;

const among = (groups: readonly number[], part: 1 | 2): string[] => [
  ...new Set(GROUPS.filter(([group]) => groups.includes(group)).map(row => row[part])),
];

/** The tables whose events the groups have. */
export const tablesOfGroups = (groups: readonly number[]): readonly string[] => among(groups, 1);

/** A watch of all events of the groups. */
export const textOfGroups = (groups: readonly number[]): string =>
  `watch from ${among(groups, 1).join(', ')} on ${among(groups, 2).join(', ')}`;
