import { type Place, placeText } from '../../../lang/schema/places.js';
import {
  type MemberStatement,
  memberStatement,
  type SubqueryVariable,
} from '../../../lang/services/member-statement.js';
import type { FleetSource } from '../../sources/fleet/fleet-source.js';
import type { QueryContext } from '../context.js';
import type { Division } from '../exec/fleet/division.js';
import type { Plan } from '../plan/plan.js';
import type { ExplainLine } from './explain-plan.js';

/** How many gateways are named. */
const NAMED = 10;

/** The gateways that are asked. */
function gatewaysOf(where: Place, session: QueryContext): string {
  const { members } = session.source(where) as FleetSource;
  const names = members.slice(0, NAMED).map(({ name }) => name);
  const others = members.length > NAMED ? ` and ${members.length - NAMED} more` : '';
  return `${members.length} ${members.length === 1 ? 'gateway' : 'gateways'} in ${placeText(where)}: ${names.join(', ')}${others}`;
}

/** What is sent to the gateways of a fleet, what they do, and what is merged here. */
export function explainFleet(plan: Plan, division: Division, title: string, session: QueryContext): ExplainLine[] {
  const { text, subqueries } = memberStatement(division.written);
  return [
    [`${title}request`, `ask ${gatewaysOf(plan.place ?? session.place, session)}`],
    [`${title}sent`, text(division.limit)],
    ...sentWithIt(subqueries, title),
    [`${title}gateways do`, listed(doneThere(division))],
    [`${title}sent back`, SENT_BACK[division.wanted]],
    [`${title}merged here`, listed(doneHere(division))],
  ];
}

/** The lines of a watch, before those of what is made of its events. @param sent undefined: members send all events */
export const explainFleetWatch = (
  place: Place,
  events: string,
  sent: MemberStatement | undefined,
  session: QueryContext,
): ExplainLine[] => [
  ['request', `watch ${events} of ${gatewaysOf(place, session)}`],
  ...(sent === undefined ? [] : [['sent', sent.text(undefined)] as const, ...sentWithIt(sent.subqueries, '')]),
  ['sent back', 'events, and how many were lost'],
];

const sentWithIt = (subqueries: readonly SubqueryVariable[], title: string): ExplainLine[] =>
  subqueries.map(({ name, purpose }) => [
    `${title}sent with it`,
    `$${name}: ${purpose === 'list' ? 'the values' : purpose === 'value' ? 'the value' : 'whether there are rows'} of a subquery that runs here`,
  ]);

/** The lines of a statement that gateways cannot execute. */
export const explainWholeTables = (plan: Plan, title: string, session: QueryContext): ExplainLine[] => [
  [`${title}request`, `read ${plan.table} of ${gatewaysOf(plan.place ?? session.place, session)}`],
  [`${title}gateways do`, 'nothing: they send their entries, and the statement is applied here'],
];

const SENT_BACK: Readonly<Record<Division['wanted'], string>> = {
  groups: 'groups, with the states of their aggregates',
  rows: 'rows',
  entries: 'entries',
};

const listed = (parts: readonly (string | false)[]): string => parts.filter(part => part !== false).join(', ');

function doneThere({ wanted, isBest, select, limit }: Division): (string | false)[] {
  const { where, grouping, distinct, orderBy } = select;
  const first = limit !== undefined && (orderBy.length > 0 ? `the first ${limit} by order` : `at most ${limit}`);
  if (wanted === 'groups')
    return [
      where !== undefined && 'where',
      'group by',
      'aggregates',
      isBest && grouping?.having !== undefined && 'having',
      first,
    ];
  const columns = wanted === 'rows' ? 'columns' : 'whole entries';
  return [where !== undefined && 'where', columns, distinct && 'distinct', first];
}

function doneHere({ wanted, select }: Division): (string | false)[] {
  const { grouping, distinct, orderBy, limit } = select;
  const parts = [
    wanted === 'groups' && 'groups of the same keys',
    grouping?.having !== undefined && 'having',
    distinct && 'distinct',
    orderBy.length > 0 && 'order by',
    limit !== undefined && 'limit',
  ];
  return parts.some(part => part !== false) ? parts : ['rows of all, as they arrive'];
}
