import type {
  Checked,
  CheckedAssignment,
  CheckedDelete,
  CheckedExplain,
  CheckedFlush,
  CheckedGet,
  CheckedInsert,
  CheckedQuery,
  CheckedSelect,
  CheckedUpdate,
  Typed,
} from '../../lang/check/checked-ast.js';
import { describe } from '../../lang/services/describe.js';
import { CtqError } from '../errors.js';
import type { Sink } from '../formats/sink.js';
import { MOST_MESSAGES } from '../netlink/batch.js';
import type { Session } from '../query/context.js';
import { type ExplainLine, explainPlan } from '../query/plan/explain-plan.js';
import { filterText, keyText } from '../query/plan/filter-text.js';
import { planSelect } from '../query/plan/plan.js';
import { FEW } from './delete/delete.js';
import { filtersOf } from './delete/filtered-delete.js';
import { keyOfGet } from './get.js';
import { isSamePlace } from './insert/insert.js';
import { queryOf } from './matching.js';

/** Statements whose explanation tells what would be sent to change something. */
export type Explainable = CheckedGet | CheckedInsert | CheckedUpdate | CheckedDelete | CheckedFlush | CheckedSelect;

/** Whether a statement asks the kernel for more than a query does. */
export function isExplainable(statement: Checked): statement is Explainable {
  switch (statement.kind) {
    case 'get':
    case 'insert':
    case 'update':
    case 'delete':
    case 'flush':
      return true;
    case 'select':
      return statement.zero;
    default:
      return false;
  }
}

const TEXT = { name: 'text' } as const;

/**
 * `explain` of what is no mere query: which entries are looked for, and how; which requests would then be sent. Nothing is
 * sent for that, and nothing read.
 * @throws CtqError for `explain analyze`, which would have to change what it measures
 */
export function runExplainChange({ analyze, statement }: CheckedExplain, sink: Sink, session: Session): void {
  if (!isExplainable(statement)) throw new Error(`${statement.kind} is no change`);
  if (analyze)
    throw new CtqError({
      code: 'explain-analyze',
      kind: 'statement',
      message: `explain analyze runs what it explains: it does so for queries, not for ${statement.kind === 'select' ? 'select … zero' : statement.kind}`,
      hint: 'explain without analyze tells the requests; --dry-run shows the entries',
    });
  sink.begin({
    table: 'conntrack',
    columns: [
      { name: 'part', type: TEXT },
      { name: 'detail', type: TEXT },
    ],
  });
  for (const part of partsOf(statement, session)) sink.row([...part]);
  sink.end();
}

function partsOf(statement: Explainable, session: Session): ExplainLine[] {
  switch (statement.kind) {
    case 'get':
      return explainGet(statement, session);
    case 'insert':
      return explainInsert(statement, session);
    case 'update':
      return explainUpdate(statement, session);
    case 'delete':
      return explainDelete(statement, session);
    case 'flush':
      return explainFlush(statement);
    case 'select':
      return [
        ...find(statement, session),
        ['then', 'read and zero each by a request of its own, so that no count is lost'],
        BATCHES,
      ];
  }
}

const BATCHES: ExplainLine = [
  'batches',
  `up to ${MOST_MESSAGES} requests to a send; one ack for all of them, and an error for each that is refused`,
];

/** How the entries are found: the plan of the query, but for what is read of each. */
const find = (select: CheckedSelect, session: Session): ExplainLine[] =>
  explainPlan(planSelect(select, session)).filter(([part]) => part !== 'fields');

const setText = (set: readonly CheckedAssignment[]): string =>
  set.map(({ field, op, value }) => `${field} ${op} ${valueText(field, value)}`).join(', ');

function valueText(field: string, value: Typed): string {
  if (field !== 'labels' || value.kind !== 'const') return describe(value);
  const labels = value.value as string;
  const bits = Array.from({ length: 128 }, (_, bit) => bit).filter(
    bit => ((labels.charCodeAt(bit >> 4) >> (bit & 15)) & 1) !== 0,
  );
  return `(${bits.join(', ')})`;
}

const setPart = (set: readonly CheckedAssignment[]): ExplainLine[] => (set.length === 0 ? [] : [['set', setText(set)]]);

function explainGet(statement: CheckedGet, session: Session): ExplainLine[] {
  const { table, place, where, zero } = statement;
  const key = keyOfGet(statement, session);
  const then: ExplainLine[] = zero ? [['then', 'read and zero it by one more request']] : [];
  if (key) return [['request', 'get one entry of conntrack'], ['kernel filter', keyText(key)], ...then];
  return [...find(queryOf({ table, place, where, limit: 2 }), session), ['then', 'more than one is an error'], ...then];
}

const selectsOf = (query: CheckedQuery): CheckedSelect[] =>
  query.kind === 'select' ? [query] : [...selectsOf(query.left), query.right];

const CONFLICT = {
  error: 'one that is there already is refused, and told',
  ignore: 'one that is there already stays as it is: what is in the way is looked at first',
  update: 'one that is there already is changed: what is in the way is looked at first',
} as const satisfies Record<CheckedInsert['onConflict'], string>;

function explainInsert({ table, set, from, onConflict, target }: CheckedInsert, session: Session): ExplainLine[] {
  const what = table === 'expect' ? 'expectation' : 'flow';
  const conflict: ExplainLine = ['on conflict', CONFLICT[onConflict]];
  if (from === undefined)
    return [
      ['request', `create one ${what}: refused where it is there already (NLM_F_EXCL)`],
      ...setPart(set),
      conflict,
    ];
  const holds = isSamePlace(from, target ?? session.place, session);
  return [
    ...selectsOf(from).flatMap(select => find(select, session)),
    ...setPart(set),
    ['then', `create each ${what}, while ${holds ? 'none is read any more' : 'the reading goes on'}`],
    ...(table === 'conntrack' ? [['masters', 'flows that have one are created after the others'] as const] : []),
    conflict,
    BATCHES,
  ];
}

function explainUpdate({ table, set, where, place, limit }: CheckedUpdate, session: Session): ExplainLine[] {
  const parts = find(
    { ...queryOf({ table: 'conntrack', place, where, limit }), from: { kind: 'table', table } },
    session,
  );
  if (table === 'sysctl') return [...parts, ...setPart(set), ['then', 'write each file of /proc/sys/net/netfilter']];
  return [
    ...parts,
    ...setPart(set),
    ['then', 'change each by its tuple and zone; the kernel takes no id with it'],
    BATCHES,
    ['refused', 'each is read again: what was changed of it before the refusal is told'],
  ];
}

function explainDelete(statement: CheckedDelete, session: Session): ExplainLine[] {
  const { table, place, where, limit } = statement;
  const parts = find(queryOf({ table, ...(place ? { place } : {}), where, limit }), session);
  const single = `delete each by its tuple${table === 'expect' ? '' : ', zone'} and id`;
  const isShown = statement.output.format !== undefined || statement.output.file !== undefined;
  const filters = isShown ? undefined : filtersOf(statement, session);
  if (filters === undefined) return [...parts, ['then', `${single}, while the dump goes on`], BATCHES];
  return [
    ...parts,
    [`up to ${FEW} entries`, single],
    [
      'more',
      `${filters.length === 1 ? 'one request deletes' : `${filters.length} requests delete`} all that pass the filter: ${filters.map(filterText).join('; ')}`,
    ],
    ['before that', 'each part of the filter is tried in a dump with a value that no entry has'],
  ];
}

const explainFlush = ({ table }: CheckedFlush): ExplainLine[] => [
  [
    'first',
    table === 'conntrack' ? "the kernel's counter tells how many there are" : 'a dump tells how many there are',
  ],
  [
    'request',
    `delete all ${table === 'conntrack' ? 'flows' : 'expectations'} of one network namespace, of both families`,
  ],
];
