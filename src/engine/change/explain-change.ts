import type { CheckedSelect, Typed } from '../../lang/checked/ast.js';
import { selectsOf } from '../../lang/checked/selects.js';
import type {
  Checked,
  CheckedAssignment,
  CheckedDelete,
  CheckedExplain,
  CheckedFlush,
  CheckedGet,
  CheckedInsert,
  CheckedUpdate,
} from '../../lang/checked/statements.js';
import { labelBits } from '../../lang/conversion/exact-text.js';
import { describe } from '../../lang/services/describe.js';
import { CtqError } from '../errors.js';
import type { Sink } from '../formats/sink.js';
import { MAX_MESSAGES } from '../netlink/batch.js';
import type { QueryContext } from '../query/context.js';
import { type ExplainLine, explainPlan } from '../query/explain/explain-plan.js';
import { filterText, keyText } from '../query/plan/filter-text.js';
import { planSelect } from '../query/plan/plan.js';
import { MAX_SINGLE_DELETES } from './delete/delete.js';
import { deleteFilters } from './delete/filtered-delete.js';
import { selectOfTarget } from './finding/matching.js';
import { keyOfGet } from './get.js';
import { isSamePlace } from './insert/insert.js';

/** Statements whose explanation lists the requests that would change something. */
export type ExplainableChange =
  | CheckedGet
  | CheckedInsert
  | CheckedUpdate
  | CheckedDelete
  | CheckedFlush
  | CheckedSelect;

/** Whether `explain` of a statement needs `runExplainChange`. */
export function isChange(statement: Checked): statement is ExplainableChange {
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
 * `explain` of a change: how its entries are found, and which requests would then be sent. Nothing is read or sent.
 * @throws CtqError for `explain analyze`, which would have to execute the change
 */
export function runExplainChange({ analyze, statement }: CheckedExplain, sink: Sink, session: QueryContext): void {
  if (!isChange(statement)) throw new Error(`${statement.kind} changes nothing`);
  if (analyze)
    throw new CtqError({
      code: 'explain-analyze',
      kind: 'statement',
      message: `explain analyze executes the statement, which is possible for queries but not for ${statement.kind === 'select' ? 'select … zero' : statement.kind}`,
      hint: 'explain without analyze shows the requests; --dry-run shows the entries',
    });
  sink.begin({
    table: 'conntrack',
    columns: [
      { name: 'part', type: TEXT },
      { name: 'detail', type: TEXT, wraps: true },
    ],
  });
  for (const part of partsOf(statement, session)) sink.row([...part]);
  sink.end();
}

function partsOf(statement: ExplainableChange, session: QueryContext): ExplainLine[] {
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
        ...searchParts(statement, session),
        ['then', 'read and zero each entry by its own request, so that no count is lost'],
        BATCHES,
      ];
  }
}

const BATCHES: ExplainLine = [
  'batches',
  `up to ${MAX_MESSAGES} requests per send; one ack for all of them, and an error for each that is refused`,
];

/** How the entries are found: the plan of the query without the fields that it reads. */
const searchParts = (select: CheckedSelect, session: QueryContext): ExplainLine[] =>
  explainPlan(planSelect(select, session)).filter(([part]) => part !== 'fields');

const setText = (set: readonly CheckedAssignment[]): string =>
  set.map(({ field, op, value }) => `${field} ${op} ${valueText(field, value)}`).join(', ');

function valueText(field: string, value: Typed): string {
  if (field !== 'labels' || value.kind !== 'const') return describe(value);
  return `(${labelBits(value.value as string).join(', ')})`;
}

const setPart = (set: readonly CheckedAssignment[]): ExplainLine[] => (set.length === 0 ? [] : [['set', setText(set)]]);

function explainGet(statement: CheckedGet, session: QueryContext): ExplainLine[] {
  const { table, place, where, zero } = statement;
  const key = keyOfGet(statement, session);
  const then: ExplainLine[] = zero ? [['then', 'read and zero it by one more request']] : [];
  if (key) return [['request', 'get one entry of conntrack'], ['kernel filter', keyText(key)], ...then];
  return [
    ...searchParts(selectOfTarget({ table, place, where, limit: 2 }), session),
    ['then', 'fail if more than one is found'],
    ...then,
  ];
}

const CONFLICT = {
  error: 'an existing entry is refused and reported',
  ignore: 'an existing entry is left unchanged, after it has been read',
  update: 'an existing entry is changed, after it has been read',
} as const satisfies Record<CheckedInsert['onConflict'], string>;

function explainInsert({ table, set, from, onConflict, target }: CheckedInsert, session: QueryContext): ExplainLine[] {
  const what = table === 'expect' ? 'expectation' : 'flow';
  const conflict: ExplainLine = ['on conflict', CONFLICT[onConflict]];
  if (from === undefined)
    return [['request', `create one ${what}, refused if it exists (NLM_F_EXCL)`], ...setPart(set), conflict];
  const readFirst = isSamePlace(from, target ?? session.place, session);
  return [
    ...selectsOf(from).flatMap(select => searchParts(select, session)),
    ...setPart(set),
    ['then', `create each ${what}, ${readFirst ? 'after all have been read' : 'while reading continues'}`],
    ...(table === 'conntrack' ? [['masters', 'flows that have a master are created after the others'] as const] : []),
    conflict,
    BATCHES,
  ];
}

function explainUpdate({ table, set, where, place, limit }: CheckedUpdate, session: QueryContext): ExplainLine[] {
  const parts = searchParts(
    { ...selectOfTarget({ table: 'conntrack', place, where, limit }), from: { kind: 'table', table } },
    session,
  );
  if (table === 'sysctl') return [...parts, ...setPart(set), ['then', 'write each file of /proc/sys/net/netfilter']];
  return [
    ...parts,
    ...setPart(set),
    ['then', 'change each by its tuple and zone; the kernel accepts no id here'],
    BATCHES,
    ['refused', 'each is read again to report what was changed before the refusal'],
  ];
}

function explainDelete(statement: CheckedDelete, session: QueryContext): ExplainLine[] {
  const { table, place, where, limit } = statement;
  const parts = searchParts(selectOfTarget({ table, place, where, limit }), session);
  const single = `delete each by its tuple${table === 'expect' ? '' : ', zone'} and id`;
  const hasOutput = statement.output.format !== undefined || statement.output.file !== undefined;
  const filters = hasOutput ? undefined : deleteFilters(statement, session);
  if (filters === undefined) return [...parts, ['then', `${single}, while the dump continues`], BATCHES];
  return [
    ...parts,
    [`up to ${MAX_SINGLE_DELETES} entries`, single],
    [
      'more',
      `${filters.length === 1 ? 'one request deletes' : `${filters.length} requests delete`} all entries that pass the filter: ${filters.map(filterText).join('; ')}`,
    ],
    ['before that', 'each part of the filter is tested by a dump with a value that no entry has'],
  ];
}

const explainFlush = ({ table }: CheckedFlush): ExplainLine[] => [
  ['first', table === 'conntrack' ? "read the kernel's count of entries" : 'count the entries by a dump'],
  ['request', `delete all ${table === 'conntrack' ? 'flows' : 'expectations'} of one network namespace, both families`],
];
