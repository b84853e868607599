import { isPlainNamespace, isPlainWord } from '../../../grammar/words.js';
import {
  assertNever,
  type Expr,
  type Join,
  type Limit,
  type Name,
  type OrderItem,
  type Output,
  type Projection,
  type QueryExpr,
  type RangeRef,
  type SelectStatement,
  type SourceRef,
  type TableRef,
} from '../syntax/ast.js';
import { quote } from '../syntax/literals/literal.js';
import type { Assignment, Statement } from '../syntax/statements.js';
import { printExpression } from './expressions.js';

const print = (expr: Expr): string => printExpression(expr, printQuery);
/** For counts and durations: conditions get parentheses. */
const printOperand = (expr: Expr): string => printExpression(expr, printQuery, true);

/** Joins the parts that are present with spaces. */
const words = (...parts: readonly (string | false | undefined)[]): string => parts.filter(part => part).join(' ');

/** An optional clause. */
const clause = <T>(keyword: string, part: T | undefined, text: (part: T) => string): string | undefined =>
  part === undefined ? undefined : `${keyword} ${text(part)}`;

const listed = <T>(keyword: string, parts: readonly T[], text: (part: T) => string): string | undefined =>
  parts.length === 0 ? undefined : words(keyword, parts.map(text).join(', '));

const bare = (name: Name): string => name.text;
const newName = (name: Name): string => (isPlainWord(name.text) ? name.text : quote(name.text));

/** The canonical text of a statement. */
export function printStatement(statement: Statement): string {
  switch (statement.kind) {
    case 'select':
    case 'compound':
    case 'with':
      return printQuery(statement);
    case 'watch': {
      const { projection, from, source, on, options } = statement;
      return words(
        'watch',
        listed('', projection, printProjection),
        listed('from', from, printTable),
        printSource(source),
        listed('on', on, bare),
        printFilters(statement),
        printTimes(statement),
        clause('into', statement.into, ({ store }) => quote(store)),
        listed('keep', statement.keep?.limits ?? [], printOperand),
        clause('spool', statement.spool?.size, printOperand),
        listed('with', options, bare),
        printOutput(statement.output),
      );
    }
    case 'get':
      return words(
        'get',
        listed('', statement.projection, printProjection),
        `from ${printTable(statement.from)}`,
        printSource(statement.source),
        clause('where', statement.where, print),
        statement.zero && 'zero',
        printOutput(statement.output),
      );
    case 'insert':
      return words(
        `insert into ${printTable(statement.into)}`,
        printSource(statement.target),
        listed('set', statement.set, printAssignment),
        clause('from', statement.from, printInsertFrom),
        clause('on conflict', statement.onConflict, word => word),
        printOutput(statement.output),
      );
    case 'update':
      return words(
        `update ${printTable(statement.table)}`,
        printSource(statement.source),
        listed('set', statement.set, printAssignment),
        printMutationTail(statement),
      );
    case 'delete':
      return words(
        `delete from ${printTable(statement.from)}`,
        printSource(statement.source),
        printMutationTail(statement),
      );
    case 'flush':
      return words(`flush ${printTable(statement.table)}`, printSource(statement.source));
    case 'explain':
      return words('explain', statement.analyze && 'analyze', printStatement(statement.statement));
    case 'query': {
      const parameters = statement.parameters.map(({ name, default: value }) =>
        value ? `${name.text} = ${print(value)}` : name.text,
      );
      const list = parameters.length === 0 ? '' : `(${parameters.join(', ')})`;
      return `query ${statement.name.text}${list} as ${printStatement(statement.statement)}`;
    }
    case 'run': {
      const args = statement.args.length === 0 ? '' : `(${statement.args.map(print).join(', ')})`;
      return `run ${statement.name.text}${args}`;
    }
    case 'drop':
      return `drop query ${statement.name.text}`;
    case 'let':
      return `let ${statement.name.text} = ${print(statement.value)}`;
    case 'include':
      return `include ${quote(statement.path)}`;
    case 'echo':
      return `echo ${statement.values.map(print).join(', ')}`;
    case 'set':
      return `set ${statement.option.text} = ${print(statement.value)}`;
    case 'use':
      return `use ${printPlace(statement.source)}`;
    case 'prepare':
      return words('prepare history', quote(statement.store), listed('keep', statement.keep ?? [], printOperand));
    case 'assert': {
      const { condition, message } = statement;
      return message === undefined ? `assert ${print(condition)}` : `assert ${print(condition)}, ${quote(message)}`;
    }
    case 'show':
      if (statement.setting !== undefined) return words('set', bare(statement.setting));
      return words(
        'show',
        statement.what,
        clause('from', statement.table, bare),
        clause('from', statement.file, quote),
        statement.store !== undefined && quote(statement.store),
        printGateways(statement.gateways ?? []),
        printOutput(statement.output),
      );
    case 'help':
      return words('help', statement.topic?.text);
    default:
      return assertNever(statement);
  }
}

/** The canonical text of a query, without a semicolon. */
export function printQuery(query: QueryExpr): string {
  if (query.kind === 'with') {
    const tables = query.tables.map(table => `${table.name.text} as (${printQuery(table.query)})`);
    return `with ${tables.join(', ')} ${printQuery(query.query)}`;
  }
  if (query.kind === 'compound') {
    return words(
      `${printQuery(query.left)} ${query.op} ${printQuery(query.right)}`,
      printOrder(query.orderBy),
      printLimit(query.limit),
      printTimes(query),
      printOutput(query.output),
    );
  }
  const { projection } = query;
  return words(
    query.sugar === 'count'
      ? `count ${printTable(query.from)}`
      : words(
          'select',
          query.distinct && 'distinct',
          listed('', projection, printProjection),
          `from ${printTable(query.from)}`,
        ),
    printSource(query.source),
    printRange(query.range),
    query.joins.map(printJoin).join(' '),
    printFilters(query),
    query.zero && 'zero',
    printTimes(query),
    printOutput(query.output),
  );
}

/** Where rows to insert come from: a table and a condition by themselves, any other query in parentheses. */
function printInsertFrom(query: QueryExpr): string {
  if (query.kind !== 'select' || !isBareSelect(query)) return `(${printQuery(query)})`;
  return words(printTable(query.from), printSource(query.source), clause('where', query.where, print));
}

const isBareSelect = (query: SelectStatement): boolean =>
  (query.from.kind !== 'query' || query.where !== undefined) &&
  !query.distinct &&
  query.projection.length === 0 &&
  query.joins.length === 0 &&
  query.groupBy.length === 0 &&
  query.orderBy.length === 0 &&
  !query.zero &&
  [query.having, query.limit, query.every, query.for, query.until, query.output, query.sugar].every(
    part => part === undefined,
  );

const printProjection = ({ expr, alias }: Projection): string => words(print(expr), clause('as', alias, newName));

const printTable = (table: TableRef): string =>
  words(
    table.kind === 'query'
      ? `(${printQuery(table.query)})`
      : table.kind === 'file'
        ? quote(table.path)
        : table.name.text,
    clause('as', table.alias, newName),
  );

const printSource = (source: SourceRef | undefined): string | undefined => clause('in', source, printPlace);

function printPlace(place: SourceRef): string {
  switch (place.kind) {
    case 'netns': {
      if (place.name === '*') return 'netns *';
      const { text } = place.name;
      return `netns ${isPlainNamespace(text) ? text : quote(text)}`;
    }
    case 'pid':
      return `pid ${print(place.pid)}`;
    case 'quoted':
      return `${place.word.text.toLowerCase()} ${quote(place.text)}`;
    case 'listed':
      return `${place.word.text.toLowerCase()} (${place.names.map(newName).join(', ')})`;
    case 'fleet':
      return words('fleet', printGateways(place.names));
    case 'kernel':
      return 'kernel';
    case 'history':
      return words('history', place.store !== undefined && quote(place.store));
    default:
      return assertNever(place);
  }
}

function printGateways(names: readonly Name[]): string | undefined {
  if (names.length === 0) return undefined;
  return names.length === 1 ? quote(names[0].text) : `(${names.map(newName).join(', ')})`;
}

function printRange(range: RangeRef | undefined): string | undefined {
  switch (range?.kind) {
    case undefined:
      return undefined;
    case 'at':
      return words(`at ${printOperand(range.time)}`, clause('within', range.within, printOperand));
    case 'since':
      return `since ${printOperand(range.time)}`;
    case 'between':
      return `between ${printOperand(range.from)} and ${printOperand(range.to)}`;
  }
}

const printJoin = ({ table, on, outer }: Join): string =>
  words(outer && 'left', 'join', printTable(table), clause('on', on, print));

interface Filters {
  readonly where?: Expr;
  readonly groupBy: readonly Expr[];
  readonly having?: Expr;
  readonly orderBy: readonly OrderItem[];
  readonly limit?: Limit;
}

const printFilters = ({ where, groupBy, having, orderBy, limit }: Filters): string =>
  words(
    clause('where', where, print),
    listed('group by', groupBy, print),
    clause('having', having, print),
    printOrder(orderBy),
    printLimit(limit),
  );

const printOrder = (orderBy: readonly OrderItem[]): string | undefined =>
  listed('order by', orderBy, ({ expr, descending, nullsFirst }) =>
    words(print(expr), descending && 'desc', nullsFirst && 'nulls first'),
  );

const printLimit = (limit: Limit | undefined): string | undefined =>
  clause('limit', limit, ({ count, offset }) => words(printOperand(count), clause('offset', offset, printOperand)));

interface Times {
  readonly every?: Expr;
  readonly for?: Expr;
  readonly until?: Expr;
}

const printTimes = (times: Times): string =>
  words(
    clause('every', times.every, printOperand),
    clause('for', times.for, printOperand),
    clause('until', times.until, print),
  );

const printOutput = (output: Output | undefined): string | undefined =>
  output &&
  words(
    output.words.length === 0 ? 'output' : listed('output', output.words, bare),
    clause('warning', output.warning, print),
    clause('critical', output.critical, print),
    clause('to', output.file, ({ path }) => quote(path)),
  );

const printAssignment = ({ field, op, value }: Assignment): string => `${field.text} ${op} ${print(value)}`;

interface MutationTail {
  readonly where?: Expr;
  readonly limit?: Limit;
  readonly output?: Output;
}

const printMutationTail = ({ where, limit, output }: MutationTail): string =>
  words(clause('where', where, print), printLimit(limit), printOutput(output));
