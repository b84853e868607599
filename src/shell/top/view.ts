/** What the screen shows: where from, which flows, in which groups and which order. */

import { CtqError } from '../../engine/errors.js';
import { check } from '../../lang/check/check.js';
import type { CheckedSelect, Place } from '../../lang/checked/ast.js';
import type { CheckedDelete, CheckedWatch } from '../../lang/checked/statements.js';
import type { Diagnostic } from '../../lang/diagnostics/diagnostic.js';
import { parse, parseExpression } from '../../lang/syntax/parse.js';
import type { ShellSession } from '../session/session.js';
import { statementIn } from './statement-in.js';

/** How flows can be grouped: the name, and what it is in the language. */
export const GROUPINGS = {
  source: ['src'],
  destination: ['dst'],
  port: ['proto', 'dport'],
  network: ['net(src, 24)'],
  state: ['proto', 'state'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type GroupingName = keyof typeof GROUPINGS;
export const GROUPING_NAMES = Object.keys(GROUPINGS) as GroupingName[];

export interface View {
  readonly place: Place;
  /** The place as it was typed. */
  readonly typed?: string;
  /** A condition of the language; empty for none. */
  readonly filter: string;
  /** Undefined: each flow has a row. */
  readonly grouping?: GroupingName;
  /** The column that rows are sorted by; undefined: the most useful one. */
  readonly sort?: string;
  readonly descending: boolean;
}

/** The names of measures of a group, with their expressions. `rate(*)` is first: lookAtGroups depends on the order of the rates. */
const MEASURES = [
  ['flows', 'count(*)'],
  ['unreplied', 'count(case when status has UNREPLIED then 1 end)'],
  ['new/s', 'rate(*)'],
  ['packets/s', 'rate(packets)'],
  ['bytes/s', 'rate(bytes)'],
  ['packets', 'sum(packets)'],
  ['bytes', 'sum(bytes)'],
] as const;

export const MEASURE_NAMES: readonly string[] = MEASURES.map(([name]) => name);

/** Two conditions that must both be met. */
export const both = (a: string, b: string): string => (a === '' ? b : b === '' ? a : `(${a}) and ${b}`);

/** `where (…)`; a comment in the filter ends with its line. */
const whereOf = (filter: string): string => (filter === '' ? '' : ` where (${filter}\n)`);

/** The text before a condition, so that the language knows what it is about. */
export const CONDITION_PREFIX = 'select from conntrack where (';

/** What to do with a place, or a whole statement, where a condition is typed. */
function notCondition(filter: string): string | undefined {
  const text = filter.trim().replace(/\s*;$/, '');
  const place = /^(?:use\s+|in\s+)?((?:netns|ssh|pid|file|fleet|kernel)(?:\s+\S.*)?)$/i.exec(text)?.[1];
  if (place !== undefined) return `a place follows the key n, or --in: ctq top --in ${place}`;
  const condition = /^(?:select|watch|delete|count)?\b.*?\bwhere\s+(.+)$/i.exec(text)?.[1];
  if (condition !== undefined) return `write the condition alone: ${condition}`;
  return /^(?:select|watch|count|from)\b/i.test(text) ? 'write a condition alone: dport = 443' : undefined;
}

/** The mistakes of a condition, with places in its text. */
export function mistakesOf(filter: string, shell: ShellSession): readonly Diagnostic[] {
  const { diagnostics } = parseExpression(filter);
  if (diagnostics.length > 0) {
    const [first, ...rest] = diagnostics;
    const hint =
      first.hint ?? notCondition(filter) ?? parse(CONDITION_PREFIX.replace('(', '') + filter).diagnostics[0]?.hint;
    return [{ ...first, ...(hint === undefined ? {} : { hint }) }, ...rest];
  }
  const [statement] = parse(`${CONDITION_PREFIX}${filter}\n)`).statements;
  const checked = check(statement, shell.environment, new Map(shell.variables), shell.place);
  return checked.diagnostics
    .filter(({ severity }) => severity === 'error')
    .map(each => ({
      ...each,
      span: { start: each.span.start - CONDITION_PREFIX.length, end: each.span.end - CONDITION_PREFIX.length },
    }));
}

/** A checked statement of a text. @throws CtqError if it is wrong */
function checked<K extends 'select' | 'delete' | 'watch'>(kind: K, text: string, shell: ShellSession) {
  const { statement, mistake } = statementIn(text, shell);
  if (statement?.kind === kind) return statement as Extract<CheckedSelect | CheckedDelete | CheckedWatch, { kind: K }>;
  throw new CtqError({
    code: 'statement',
    kind: 'statement',
    message: mistake?.message ?? `invalid statement: ${text}`,
    ...(mistake?.hint === undefined ? {} : { hint: mistake.hint }),
  });
}

/** The query of a view without groups. @throws CtqError for an invalid filter, or a place without flows */
export const flowsOf = ({ filter }: View, shell: ShellSession): CheckedSelect =>
  checked('select', `select from conntrack${whereOf(filter)}`, shell);

/** The query of a view in groups, with the first `limit` groups. @throws CtqError likewise */
export function groupsOf(view: View, grouping: GroupingName, sort: string, limit: number, shell: ShellSession) {
  const keys = GROUPINGS[grouping];
  const columns = [...keys.map((key, i) => `${key} as k${i}`), ...MEASURES.map(([, text], i) => `${text} as m${i}`)];
  const measure = MEASURE_NAMES.indexOf(sort);
  const first = measure >= 0 ? [`m${measure}`] : keys.map((_, i) => `k${i}`);
  // Ties: by the number of flows, then by the keys, so that rows keep their places.
  const order = [...new Set([...first.map(name => `${name}${view.descending ? ' desc' : ''}`), 'm0 desc', 'k0'])];
  const text = `select ${columns.join(', ')} from conntrack${whereOf(view.filter)} group by ${keys
    .map((_, i) => `k${i}`)
    .join(', ')} order by ${order.join(', ')} limit ${limit} every 1s`;
  return checked('select', text, shell);
}

/** A delete of all flows that meet a condition. @throws CtqError if the place cannot be changed */
export const deletionOf = (condition: string, shell: ShellSession): CheckedDelete =>
  checked('delete', deletionText(condition), shell);

export const deletionText = (condition: string): string => `delete from conntrack where ${condition}`;

/** The events of the flows that meet a condition. @throws CtqError if there are none */
export const eventsOf = (condition: string, shell: ShellSession): CheckedWatch =>
  checked('watch', `watch from conntrack where ${condition}`, shell);

/** The flow that meets a condition. @throws CtqError for a place without flows */
export const flowOf = (condition: string, shell: ShellSession): CheckedSelect =>
  checked('select', `select from conntrack where ${condition} limit 1`, shell);
