/**
 * `(src, dport) in (select ip, port from 'pairs.csv')`, `(src, dport) in ((10.0.0.1, 22), (10.0.0.2, 80))`. Rows of a list that is written
 * out are compared part by part. Those of a select are compared as one text: each part as ctq writes it, and a separator between.
 */
import type { CheckedQuery, Typed } from '../../../checked/ast.js';
import type { Span } from '../../../diagnostics/span.js';
import { print } from '../../../print/print.js';
import { isCell, phrase, TEXT, type Type } from '../../../schema/type.js';
import type { Expr, InExpr, ListExpr, QueryExpr, SelectStatement } from '../../../syntax/ast.js';
import type { TypeName } from '../../../values/value.js';
import type { Checker } from '../../scope.js';

/** No text of a field, and no cell that a person writes, has this character (ASCII's unit separator). */
const SEPARATOR = '\u001f';

/** Types whose values are equal where their texts are; a cell of a file is cast to them first. */
const CAST: ReadonlySet<TypeName> = new Set([
  'address',
  'network',
  'port',
  'proto',
  'integer',
  'duration',
  'time',
  'boolean',
]);

/** `(a, b) in ((1, 2), (3, 4))`; undefined after an error has been reported. */
export function checkRows(
  checker: Checker,
  { items: parts }: ListExpr,
  expr: InExpr,
  rows: ListExpr['items'],
): Typed | undefined {
  const tests: Expr[] = [];
  for (const row of rows) {
    const { start, end } = row;
    if (row.kind !== 'list' || row.items.length !== parts.length) {
      const example = `(${parts.map(() => '…').join(', ')})`;
      checker.diagnostics.error(
        'type',
        row,
        `expected ${parts.length} values in parentheses`,
        `write: in (${example}, ${example})`,
      );
      return undefined;
    }
    const operands = row.items.map(
      (value, i): Expr => ({
        kind: 'compare',
        op: '=',
        left: parts[i] as Expr,
        right: value as Expr,
        opSpan: row,
        start,
        end,
      }),
    );
    tests.push({ kind: 'logical', op: 'and', operands, start, end });
  }
  const { start, end } = expr;
  const any: Expr = tests.length === 1 ? tests[0] : { kind: 'logical', op: 'or', operands: tests, start, end };
  return checker.check(expr.negated ? { kind: 'not', operand: any, start, end } : any);
}

/** `(a, b) in (select …)`: the texts to compare; undefined after an error has been reported. */
export function checkSelectedRows(
  checker: Checker,
  operand: ListExpr,
  query: QueryExpr,
): { readonly operand: Typed; readonly query: CheckedQuery } | undefined {
  const { items } = operand;
  if (query.kind !== 'select' || query.projection.length !== items.length) {
    checker.diagnostics.error(
      'type',
      query,
      query.kind !== 'select'
        ? 'rows are compared with those of a single select'
        : `expected ${items.length} columns, got ${query.projection.length || 'whole entries'}`,
      `write: ${print(operand)} in (select ${items.map(() => '…').join(', ')} from …)`,
    );
    return undefined;
  }
  const types: Type[] = [];
  for (const item of items) {
    const part = checker.check(item as Expr);
    if (part === undefined) return undefined;
    if (!CAST.has(part.type.name) && part.type.name !== 'text') {
      checker.diagnostics.error(
        'type',
        item,
        `${phrase(part.type)} cannot be a part of a row`,
        `compare it by itself: … and ${print(item as Expr)} = …`,
      );
      return undefined;
    }
    types.push(part.type);
  }
  const parts = query.projection.map(({ expr }) => expr);
  const { start, end } = query;
  const rows: SelectStatement = { ...query, projection: [{ expr: joinedParts(parts, query), start, end }] };
  const texts = checker.check(joinedParts(items as readonly Expr[], operand));
  const checked = checker.checkQuery(rows, {
    purpose: 'list',
    span: query,
    type: TEXT,
    rows: { types, written: query },
  });
  return texts && checked && { operand: texts, query: checked };
}

/** A select of rows as texts, with the cells of a file read as the values that they are compared with. */
export function withRowTypes(query: CheckedQuery, types: readonly Type[]): CheckedQuery {
  if (query.kind !== 'select' || query.from.kind !== 'data') return query;
  const columns = query.columns?.map(column => ({ ...column, expr: withTypes(column.expr, types) }));
  return { ...query, columns };
}

/** @param node what checking makes of `joinedParts` */
function withTypes(node: Typed, types: readonly Type[]): Typed {
  const type = types[types.length - 1];
  if (types.length === 1) return asText(node, type);
  if (node.kind !== 'binary' || node.left.kind !== 'binary') return node;
  const before = withTypes(node.left.left, types.slice(0, -1));
  return { ...node, left: { ...node.left, left: before }, right: asText(node.right, type) };
}

/** The text of a cell as ctq writes a value of a type. */
function asText(written: Typed, type: Type): Typed {
  const node = written.kind === 'cast' && written.type.name === 'text' ? written.operand : written;
  if (!isCell(node.type) || !CAST.has(type.name)) return written;
  const value: Typed =
    node.kind === 'field'
      ? { ...node, type: { name: type.name, isCell: true, isPart: true } }
      : { kind: 'cast', operand: node, type: { name: type.name } };
  return { kind: 'cast', operand: value, type: TEXT };
}

/** `a || SEPARATOR || b`. */
export function joinedParts(parts: readonly Expr[], { start, end }: Span): Expr {
  const separator: Expr = { kind: 'literal', type: 'text', value: SEPARATOR, text: `'${SEPARATOR}'`, start, end };
  const concat = (left: Expr, right: Expr): Expr => ({
    kind: 'binary',
    op: '||',
    left,
    right,
    opSpan: { start, end },
    start,
    end,
  });
  return parts.reduce((left, part) => concat(concat(left, separator), part));
}
