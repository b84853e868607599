import type { ConstNode, FieldNode, InNode, Typed } from '../../../checked/ast.js';
import { resultColumns } from '../../../checked/selects.js';
import { orderOf } from '../../../conversion/cell-order.js';
import type { Span } from '../../../diagnostics/span.js';
import { print } from '../../../print/print.js';
import { BOOLEAN, isCell, isNumber, phrase, type Type } from '../../../schema/type.js';
import type { Expr, InExpr, ListExpr, RangeExpr } from '../../../syntax/ast.js';
import { compare, type Value } from '../../../values/value.js';
import type { Checker, VariableType } from '../../scope.js';
import { rejectTextAmongNumbers, typeBesideTexts, typeOfAddresses } from '../cells.js';
import { slipHint } from '../common-mistakes.js';
import { withLists, writtenLists } from '../variables/lists.js';
import { known, writtenTexts } from '../variables/texts.js';
import { canBeEqual, constantOf } from './comparison.js';
import { EMPTY_RANGE } from './predicates.js';
import { checkRows, checkSelectedRows } from './rows.js';

/** `operand [not] in (…)`. */
export function checkIn(checker: Checker, expr: InExpr): Typed | undefined {
  const { list } = expr;
  if (expr.operand.kind === 'list') return checkInRows(checker, expr.operand, expr);
  const written = withLists(expr, writtenLists(checker.context.variables));
  if (written?.kind === 'in') return checkIn(checker, written);
  const kindOf = (name: string): string | undefined => checker.context.variables.get(name)?.kind;
  // A variable with one value is a list of it, and one with a list may be in parentheses.
  if (list.kind === 'variable' && kindOf(list.name) === 'value')
    return checkIn(checker, { ...expr, list: { kind: 'list', items: [list], start: list.start, end: list.end } });
  if (list.kind === 'list' && list.items.length === 1) {
    const [item] = list.items;
    if (item.kind === 'variable' && kindOf(item.name) === 'list') return checkIn(checker, { ...expr, list: item });
  }
  if (list.kind !== 'list') return checkMembership(checker, expr);
  // Items that are shorthand for a condition become comparisons of their own, and lists in variables tests of their own.
  const tests: (Typed | undefined)[] = [];
  const items = list.items.filter(item => {
    if (item.kind === 'range') return true;
    if (item.kind === 'variable' && kindOf(item.name) === 'list') {
      tests.push(checkMembership(checker, { ...expr, negated: false, list: item }));
      return false;
    }
    const { start, end } = item;
    const test = checker.expandShorthand({
      kind: 'compare',
      op: '=',
      left: expr.operand,
      right: item,
      opSpan: item,
      start,
      end,
    });
    if (test !== null) tests.push(test);
    return test === null;
  });
  if (tests.length === 0) return checkMembership(checker, expr);
  if (items.length > 0) tests.push(checkMembership(checker, { ...expr, negated: false, list: { ...list, items } }));
  if (tests.includes(undefined)) return undefined;
  const any: Typed = { kind: 'logical', op: 'or', operands: tests as Typed[], type: BOOLEAN };
  return negatedIf(expr.negated, tests.length === 1 ? tests[0] : any);
}

/** `(src, dport) [not] in …`. */
function checkInRows(checker: Checker, operand: ListExpr, expr: InExpr): Typed | undefined {
  const { list, negated } = expr;
  if (list.kind === 'list') return checkRows(checker, operand, expr, list.items);
  if (list.kind === 'subquery') {
    const rows = checkSelectedRows(checker, operand, list.query);
    return rows && negatedIf(negated, { ...emptyList(rows.operand), query: rows.query });
  }
  checker.diagnostics.error(
    'type',
    list,
    'a list in a variable has one value in each row',
    `write the query in its place: ${print(operand)} in (select … from …)`,
  );
  return undefined;
}

/** The name of a file with a list. */
const LIST_FILE = /^[^\s'"]+\.(?:csv|tsv|txt|jsonl?|list|ipset|netset)(?:\.\w+)?$/i;

/** What the column of such a list is probably called. */
const LIST_COLUMN: Readonly<Record<string, string>> = { address: 'ip', port: 'port' };

/** `src in 'hosts.csv'`: a list in a file is read by a select. */
function rejectFile({ context, diagnostics }: Checker, { list, operand, negated }: InExpr, { name }: Type): boolean {
  const [item] = list.kind === 'list' ? list.items : [];
  if (item?.kind !== 'literal' || item.type !== 'text' || !LIST_FILE.test(String(item.value))) return false;
  const shape = context.environment.fileShape?.(String(item.value));
  const column =
    shape?.kind === 'columns' && shape.columns[0] !== undefined ? shape.columns[0] : (LIST_COLUMN[name] ?? 'COLUMN');
  diagnostics.error(
    'type',
    item,
    `${item.text} is a text, not a list`,
    `the list in a file: ${print(operand)} ${negated ? 'not ' : ''}in (select ${column} from ${item.text})`,
  );
  return true;
}

function checkMembership(checker: Checker, expr: InExpr): Typed | undefined {
  const operand = operandOf(checker, expr);
  return operand && checkMembershipOf(checker, expr, operand);
}

function checkMembershipOf(checker: Checker, expr: InExpr, operand: Typed): Typed | undefined {
  if (operand.type.name !== 'text' && rejectFile(checker, expr, operand.type)) return undefined;
  const { list } = expr;
  let test: InNode | undefined;
  if (list.kind === 'subquery') {
    const query = checker.checkQuery(list.query, { purpose: 'list', span: list, type: operand.type });
    const { type, cells } = (query && resultColumns(query)?.[0]) ?? {};
    const addresses = isCell(operand.type) && cells && typeOfAddresses(checker, 'in', [expr.operand], cells);
    const address = addresses && checker.checkAs(expr.operand, addresses);
    if (address) return checkMembershipOf(checker, expr, address);
    // A column of a file has the type of the values that it is compared with.
    const own = type && checker.needsContext(expr.operand) ? checker.checkAs(expr.operand, type, operand) : operand;
    if (!query || !own || (type && !checkComparable(checker, own.type, type, list))) return undefined;
    test = { ...emptyList(own), query };
  } else if (list.kind === 'variable') {
    const variable = checker.variable(list);
    const words = variable && writtenTexts(checker, list, operand.type);
    if (words) return negatedIf(expr.negated, checkItems(checker, expr, operand, words));
    if (!variable || !checkComparable(checker, operand.type, variable.type, list)) return undefined;
    if (operand.kind === 'field' && !areInRange(checker, operand, variable, list)) return undefined;
    test = { ...emptyList(operand), variable: list.name };
  } else {
    test = checkItems(checker, expr, operand, list.items);
  }
  return negatedIf(expr.negated, test);
}

/** Whether the values of a list that is known already are in the range of a field. */
function areInRange(checker: Checker, field: FieldNode, variable: VariableType, span: Span): boolean {
  const values = known(variable);
  return (
    !Array.isArray(values) ||
    values.every(value => checker.checkFieldRange(field, { kind: 'const', type: variable.type, value }, span))
  );
}

const negatedIf = (isNegated: boolean, test: Typed | undefined): Typed | undefined =>
  test && isNegated ? { kind: 'not', operand: test, type: BOOLEAN } : test;

/** The operand; a word gets its type from the first item that has one. */
function operandOf(checker: Checker, expr: InExpr): Typed | undefined {
  if (!checker.needsContext(expr.operand) || expr.list.kind !== 'list') return checker.check(expr.operand);
  // Null has no type that the operand could take.
  const items = expr.list.items
    .flatMap(item => (item.kind === 'range' ? [item.low, item.high] : [item]))
    .filter(item => !(item.kind === 'literal' && item.type === 'null'));
  const type =
    typeBesideTexts(checker, expr.operand, items) ?? typeOfAddresses(checker, 'in', [expr.operand, ...items]);
  if (type) return checker.checkAs(expr.operand, type);
  const guide = items.find(item => !checker.needsContext(item));
  const first = guide && checker.check(guide);
  if (!first) return checker.check(expr.operand);
  return checker.checkAs(expr.operand, first.type.name === 'network' ? { name: 'address' } : first.type, first);
}

const emptyList = (operand: Typed): InNode => ({
  kind: 'in',
  operand,
  values: [],
  ranges: [],
  networks: [],
  others: [],
  type: BOOLEAN,
});

function checkItems(
  checker: Checker,
  { operand: column }: InExpr,
  operand: Typed,
  items: readonly Expr[],
): InNode | undefined {
  const values = new Set<Value>();
  const ranges: [Value, Value][] = [];
  const networks = new Set<string>();
  const others: Typed[] = [];
  let wrong = false;
  for (const item of items) {
    if (item.kind === 'range') {
      const range = checkBounds(checker, column, operand, item);
      if (range) ranges.push(range);
      else wrong = true;
      continue;
    }
    const node = checker.checkAs(item, operand.type, operand);
    if (!node || !checkComparable(checker, operand.type, node.type, item)) {
      wrong = true;
    } else if (node.kind !== 'const') {
      const value = constantOf(checker, node);
      if (value && operand.kind === 'field' && !checker.checkFieldRange(operand, value, item)) wrong = true;
      others.push(node);
    } else if (node.type.name === 'network' && operand.type.name === 'address') {
      networks.add(node.value as string);
    } else {
      if (!canBeEqual(checker, operand, node, item)) wrong = true;
      else if (operand.kind === 'field' && !checker.checkFieldRange(operand as FieldNode, node, item)) wrong = true;
      values.add(node.value);
    }
  }
  return wrong ? undefined : { ...emptyList(operand), values: [...values], ranges, networks: [...networks], others };
}

function checkBounds(checker: Checker, column: Expr, operand: Typed, range: RangeExpr): [Value, Value] | undefined {
  const bounds: ConstNode[] = [];
  if (rejectPortsOfAddress(checker, column, operand, range)) return undefined;
  for (const end of [range.low, range.high]) {
    if (rejectTextAmongNumbers(checker, column, end)) return undefined;
    const node = checker.checkAs(end, operand.type, operand);
    if (!node || !checkComparable(checker, operand.type, node.type, end)) return undefined;
    const bound = constantOf(checker, node);
    if (!bound || bound.value === null) {
      checker.diagnostics.error('type', end, 'the bounds of a range must be constants', 'use between for expressions');
      return undefined;
    }
    if (operand.kind === 'field' && !checker.checkFieldRange(operand, bound, end)) return undefined;
    bounds.push({ ...bound, type: operand.type });
  }
  const [low, high] = bounds;
  return isRange(checker, range, low, high) ? [low.value, high.value] : undefined;
}

/** `src = 10.0.0.1:1024..40000`: an address with a range of ports. */
function rejectPortsOfAddress({ diagnostics }: Checker, column: Expr, { type }: Typed, range: RangeExpr): boolean {
  const { low, high } = range;
  if (type.name !== 'address' || low.kind !== 'literal' || low.type !== 'endpoint') return false;
  const [, address, from] = /^(.*):(\d+)$/.exec(String(low.value))!;
  const name = print(column).replace(/^orig\./i, '');
  const port = /(?:src|dst)$/i.test(name) ? name.replace(/src$/i, 'sport').replace(/dst$/i, 'dport') : 'port';
  diagnostics.error(
    'type',
    range,
    'an address cannot have a range of ports',
    `write: ${name} = ${address.replace(/^\[(.*)\]$/, '$1')} and ${port} in ${from}..${print(high)}`,
  );
  return true;
}

/** Whether two constants are the bounds of a range; reports an error otherwise. */
export function isRange(
  { diagnostics }: Pick<Checker, 'diagnostics'>,
  range: Span,
  low: ConstNode,
  high: ConstNode,
): boolean {
  const [from, to] = [low.value, high.value];
  if (from === null || to === null || low.type.name === 'network' || low.type.name === 'boolean') {
    diagnostics.error(
      'type',
      range,
      `a range cannot begin with ${phrase(low.type)}`,
      'for example: 1000..2000, 10.0.0.1..10.0.0.9',
    );
    return false;
  }
  if (typeof from !== typeof to && (typeof from === 'string' || typeof to === 'string')) {
    diagnostics.error('type', range, 'the bounds of a range must be of one address family');
    return false;
  }
  if (compare(orderOf(from, low.type)!, orderOf(to, low.type)!) <= 0) return true;
  diagnostics.error('range', range, ...EMPTY_RANGE);
  return false;
}

/** 'an address' → 'addresses'. */
const plural = (what: string): string => {
  const word = what.replace(/^an? /, '');
  return word.endsWith('ss') ? `${word}es` : /s$|^text$|^null$/.test(word) ? word : `${word}s`;
};

function checkComparable(checker: Checker, operand: Type, item: Type, written: Expr): boolean {
  const a = operand.name;
  const b = item.name;
  const goes =
    a === b ||
    a === 'null' ||
    b === 'null' ||
    (isNumber(operand) && isNumber(item)) ||
    (a === 'address' && b === 'network');
  if (!goes) {
    checker.diagnostics.error(
      'type',
      written,
      `${phrase(operand)} cannot be in a list of ${plural(phrase(item))}`,
      b === 'text' ? `a column of a file is cast to its type: select ip::${a} from …` : slipHint(written, operand),
    );
  }
  if (goes && (a === 'labels' || a === 'flags')) {
    checker.diagnostics.error('type', written, `${a} are tested with has`, 'write: status has any (A, B)');
    return false;
  }
  return goes;
}
