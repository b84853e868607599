import type { CheckedCompound, CheckedQuery, CheckedSelect, Origin, ResultColumn } from '../../checked/ast.js';
import { leftmost, resultColumns, selectsOf } from '../../checked/selects.js';
import type { Span } from '../../diagnostics/span.js';
import { commonType, phrase, type Type } from '../../schema/type.js';
import { type CompoundStatement, isCompared, type SelectStatement } from '../../syntax/ast.js';
import { checkOutput } from '../clauses/output.js';
import { TYPE_NAMES } from '../expressions/casts.js';
import type { Queries } from '../scope.js';
import { fromQuery } from './derived.js';

/** `A except B`, `A intersect B`, `A union B`. With `order by`, `limit` or `every` after it, a select of its rows. */
export function checkCompound(
  checker: Queries,
  statement: CompoundStatement,
  expected?: Type,
): CheckedQuery | undefined {
  const { orderBy, limit, every, for: duration, until, start, end } = statement;
  const before = checker.diagnostics.list.length;
  const compound = checkParts(checker, statement, expected);
  const isBare = orderBy.length === 0 && !limit && !every && !duration && !until;
  if (!compound || isBare) return compound;
  const rows = { ...compound, output: { modifiers: [] } };
  const from = fromQuery(checker, rows, '', statement);
  const outer: SelectStatement = {
    ...statement,
    ...WHOLE,
    kind: 'select',
    from: { kind: 'query', query: statement, start, end },
  };
  return checker.selectFrom(from, outer, before);
}

const WHOLE: Pick<SelectStatement, 'distinct' | 'projection' | 'joins' | 'groupBy' | 'zero'> = {
  distinct: false,
  projection: [],
  joins: [],
  groupBy: [],
  zero: false,
};

function checkParts(
  checker: Queries,
  statement: CompoundStatement,
  expected: Type | undefined,
): CheckedCompound | undefined {
  const { diagnostics } = checker;
  const { op } = statement;
  const left = checker.query(statement.left, expected);
  const right = checker.select(statement.right, expected);
  if (!left || !right) return undefined;
  const first = leftmost(left);
  const columns = checkColumns(checker, statement, left, right);
  if (columns === null) return undefined;
  const strange = [first, right].find(each => hasNoTuple(each.from));
  if (!columns && (isCompared(op) ? strange : true) && first.from.table !== right.from.table) {
    diagnostics.error(
      'clause',
      statement,
      `${op} cannot ${isCompared(op) ? 'compare' : 'combine'} the entries of ${first.from.table} and ${right.from.table}`,
      'select from the same table on both sides, or name columns',
    );
    return undefined;
  }
  const zeroing = [...selectsOf(left), right].some(each => each.zero);
  if (zeroing) {
    diagnostics.error('clause', statement, `zero cannot be combined with ${op}`);
    return undefined;
  }
  const output = checkOutput(
    statement.output,
    { isWhole: !columns, isGrouped: false, table: first.from.table },
    diagnostics,
  );
  return { kind: 'compound', op, left, right, ...(columns ? { columns } : {}), output };
}

const hasNoTuple = ({ table }: Origin): boolean => table === 'sysctl' || table === 'stats' || table === 'expect_stats';

/** The column that is text on one side, as the type of the other side. */
function castOf(left: CheckedQuery, right: CheckedSelect, index: number): string | undefined {
  const sides = [left, right].map(side => (side.kind === 'select' ? side.columns?.[index] : undefined));
  const types = [resultColumns(left)?.[index].type, resultColumns(right)?.[index].type];
  const text = types.findIndex(type => type?.name === 'text');
  const type = types[1 - text]?.name;
  const column = sides[text];
  if (column === undefined || type === undefined || !Object.hasOwn(TYPE_NAMES, type)) return undefined;
  return `write: ${column.name}::${type}`;
}

/** The columns of the result; undefined for whole entries, null after an error. */
function checkColumns(
  { diagnostics }: Queries,
  { op, start, end }: CompoundStatement,
  left: CheckedQuery,
  right: CheckedSelect,
): readonly ResultColumn[] | undefined | null {
  const span: Span = { start, end };
  const a = resultColumns(left);
  const b = resultColumns(right);
  if ((a?.length ?? 0) !== (b?.length ?? 0)) {
    diagnostics.error(
      'clause',
      span,
      `both sides of ${op} must have the same columns`,
      isCompared(op) ? 'without columns, entries are compared by tuple' : 'without columns, both have whole entries',
    );
    return null;
  }
  if (!a || !b) return undefined;
  const columns: ResultColumn[] = [];
  for (const [i, { name, type, cells }] of a.entries()) {
    const common = commonType([type, b[i].type]);
    if (!common) {
      diagnostics.error(
        'type',
        span,
        `column ${i + 1} of ${op} is ${phrase(type)} on one side and ${phrase(b[i].type)} on the other`,
        castOf(left, right, i) ?? 'cast(x as text) makes a text of any value',
      );
      return null;
    }
    const sources = cells && b[i].cells && [...cells, ...b[i].cells];
    columns.push({ name, type: common, ...(sources ? { cells: sources } : {}) });
  }
  return columns;
}
