import type {
  DeleteStatementCstNode,
  ExplainStatementCstNode,
  FlushStatementCstNode,
  GetStatementCstNode,
  HelpStatementCstNode,
  InsertFromCstNode,
  InsertStatementCstNode,
  LetStatementCstNode,
  OutputClauseCstNode,
  QueryDefinitionCstNode,
  RunStatementCstNode,
  SetStatementCstNode,
  ShowStatementCstNode,
  StatementCstNode,
  TableOrFileCstNode,
  UpdateStatementCstNode,
  WatchStatementCstNode,
} from '../../../../grammar/generated/cst.js';
import type { Span } from '../../diagnostics/span.js';
import type { QueryExpr, SelectStatement } from '../ast.js';
import { unquote } from '../literals/literal.js';
import type {
  AssertStatement,
  DeleteStatement,
  FlushStatement,
  GetStatement,
  HelpStatement,
  InsertStatement,
  LetStatement,
  Parameter,
  PrepareStatement,
  QueryDefinition,
  RunStatement,
  SetStatement,
  ShowStatement,
  Statement,
  UpdateStatement,
  WatchStatement,
} from '../statements.js';
import {
  assignments,
  filterClauses,
  gatewayNames,
  intoClause,
  keepClause,
  limitClause,
  once,
  outputClause,
  place,
  projections,
  spoolClause,
  tableName,
  tableRef,
  timeClauses,
  whereClause,
  wordList,
} from './clauses.js';
import { compact, nameOf, optional, spanOf, type TreeContext } from './context.js';
import { expression, item } from './expressions.js';
import { countStatement, query, source } from './queries.js';

/** The AST of a statement that was parsed without an error. */
export function statement(context: TreeContext, node: StatementCstNode): Statement {
  const c = node.children;
  const span = spanOf(node);
  const inner = readOrChange(context, node);
  if (inner) return inner;
  if (c.explainStatement) {
    const [explain] = c.explainStatement;
    const analyze = explain.children.Analyze !== undefined;
    return { kind: 'explain', analyze, statement: readOrChange(context, explain)!, ...span };
  }
  if (c.queryDefinition) return queryDefinition(context, c.queryDefinition[0]);
  if (c.dropStatement) return { kind: 'drop', name: nameOf(c.dropStatement[0].children.Word[0]), ...span };
  if (c.letStatement) return letStatement(context, c.letStatement[0]);
  if (c.includeStatement) {
    return { kind: 'include', path: unquote(c.includeStatement[0].children.Text[0].image), ...span };
  }
  if (c.echoStatement) {
    const values = c.echoStatement[0].children.expression.map(value => expression(context, value));
    return { kind: 'echo', values, ...span };
  }
  if (c.setStatement) return setStatement(context, c.setStatement[0]);
  if (c.useStatement) return { kind: 'use', source: place(context, c.useStatement[0].children.place[0]), ...span };
  if (c.prepareStatement) {
    const { Text, keepClause: keep } = c.prepareStatement[0].children;
    return compact<PrepareStatement>({
      kind: 'prepare',
      store: unquote(Text[0].image),
      keep: keepClause(context, keep)?.limits,
      ...span,
    });
  }
  if (c.assertStatement) {
    const { expression: condition, Text } = c.assertStatement[0].children;
    return compact<AssertStatement>({
      kind: 'assert',
      condition: expression(context, condition[0]),
      message: optional(Text, token => unquote(token.image)),
      ...span,
    });
  }
  if (c.describeStatement) {
    const { tableOrFile: of, outputClause: output } = c.describeStatement[0].children;
    return fieldsOf(context, of[0], output, span);
  }
  if (c.showStatement) return showStatement(context, c.showStatement[0]);
  return helpStatement(c.helpStatement![0]);
}

type ReadOrChange = StatementCstNode | ExplainStatementCstNode;

/** The statements that may be explained. */
function readOrChange(context: TreeContext, { children: c }: ReadOrChange): Statement | undefined {
  if (c.query) return query(context, c.query[0]);
  if (c.countStatement) return countStatement(context, c.countStatement[0]);
  if (c.watchStatement) return watchStatement(context, c.watchStatement[0]);
  if (c.getStatement) return getStatement(context, c.getStatement[0]);
  if (c.insertStatement) return insertStatement(context, c.insertStatement[0]);
  if (c.updateStatement) return updateStatement(context, c.updateStatement[0]);
  if (c.deleteStatement) return deleteStatement(context, c.deleteStatement[0]);
  if (c.flushStatement) return flushStatement(context, c.flushStatement[0]);
  if (c.runStatement) return runStatement(context, c.runStatement[0]);
  return undefined;
}

function watchStatement(context: TreeContext, node: WatchStatementCstNode): WatchStatement {
  const c = node.children;
  const options = [...(c.withClause ?? []), ...(c.watchClauses[0].children.withClause ?? [])];
  return compact<WatchStatement>({
    kind: 'watch',
    projection: projections(context, c.projections),
    from: c.tableRef.map(table => tableRef(context, table)),
    source: source(context, c.sourceClause),
    on: optional(c.onClause, on => wordList(on.children.words[0])) ?? [],
    ...filterClauses(context, c.filterClauses[0]),
    ...timeClauses(context, c.watchClauses[0]),
    into: intoClause(context, c.watchClauses[0].children.intoClause),
    keep: keepClause(context, c.watchClauses[0].children.keepClause),
    spool: spoolClause(context, c.watchClauses[0].children.spoolClause),
    options: once(context, 'with', options)?.flatMap(clause => wordList(clause.children.words[0])) ?? [],
    output: outputClause(context, c.outputClause),
    ...spanOf(node),
  });
}

function getStatement(context: TreeContext, node: GetStatementCstNode): GetStatement {
  const c = node.children;
  return compact<GetStatement>({
    kind: 'get',
    projection: projections(context, c.projections),
    from: tableRef(context, c.tableRef[0]),
    source: source(context, c.sourceClause),
    where: whereClause(context, c.whereClause),
    zero: c.Zero !== undefined,
    output: outputClause(context, c.outputClause),
    ...spanOf(node),
  });
}

function insertStatement(context: TreeContext, node: InsertStatementCstNode): InsertStatement {
  const c = node.children;
  return compact<InsertStatement>({
    kind: 'insert',
    into: tableName(c.tableName[0]),
    target: source(context, c.sourceClause),
    set: assignments(context, c.setClause),
    from: optional(c.insertFrom, from => insertFrom(context, from)),
    onConflict: optional(c.conflictClause, clause => (clause.children.Update ? 'update' : 'ignore')),
    output: outputClause(context, c.outputClause),
    ...spanOf(node),
  });
}

function insertFrom(context: TreeContext, node: InsertFromCstNode): QueryExpr {
  const c = node.children;
  const from = tableRef(context, c.tableRef[0]);
  if (from.kind === 'query' && !from.alias && !c.sourceClause && !c.whereClause) return from.query;
  return compact<SelectStatement>({
    kind: 'select',
    distinct: false,
    projection: [],
    from,
    source: source(context, c.sourceClause),
    joins: [],
    where: whereClause(context, c.whereClause),
    groupBy: [],
    orderBy: [],
    zero: false,
    ...spanOf(node),
  });
}

function updateStatement(context: TreeContext, node: UpdateStatementCstNode): UpdateStatement {
  const c = node.children;
  const tail = c.mutationTail[0].children;
  return compact<UpdateStatement>({
    kind: 'update',
    table: tableName(c.tableName[0]),
    source: source(context, c.sourceClause),
    set: assignments(context, c.setClause),
    where: whereClause(context, tail.whereClause),
    limit: limitClause(context, tail.limitClause),
    output: outputClause(context, tail.outputClause),
    ...spanOf(node),
  });
}

function deleteStatement(context: TreeContext, node: DeleteStatementCstNode): DeleteStatement {
  const c = node.children;
  const tail = c.mutationTail[0].children;
  return compact<DeleteStatement>({
    kind: 'delete',
    from: tableName(c.tableName[0]),
    source: source(context, c.sourceClause),
    where: whereClause(context, tail.whereClause),
    limit: limitClause(context, tail.limitClause),
    output: outputClause(context, tail.outputClause),
    ...spanOf(node),
  });
}

const flushStatement = (context: TreeContext, node: FlushStatementCstNode): FlushStatement =>
  compact({
    kind: 'flush',
    table: tableName(node.children.tableName[0]),
    source: source(context, node.children.sourceClause),
    ...spanOf(node),
  });

function queryDefinition(context: TreeContext, node: QueryDefinitionCstNode): QueryDefinition {
  const c = node.children;
  const parameters = (c.parameters?.[0].children.parameter ?? []).map(each => {
    const { Word, Variable, expression: value } = each.children;
    const name = Word ? nameOf(Word[0]) : { ...nameOf(Variable![0]), text: Variable![0].image.slice(1) };
    return compact<Parameter>({ name, default: optional(value, one => expression(context, one)), ...spanOf(each) });
  });
  const inner = c.watchStatement
    ? watchStatement(context, c.watchStatement[0])
    : c.countStatement
      ? countStatement(context, c.countStatement[0])
      : query(context, c.query![0]);
  return { kind: 'query', name: nameOf(c.Word[0]), parameters, statement: inner, ...spanOf(node) };
}

const runStatement = (context: TreeContext, node: RunStatementCstNode): RunStatement => ({
  kind: 'run',
  name: nameOf(node.children.Word[0]),
  args: (node.children.expression ?? []).map(each => expression(context, each)),
  ...spanOf(node),
});

function letStatement(context: TreeContext, node: LetStatementCstNode): LetStatement {
  const { Word, Variable, item: value } = node.children;
  const name = Word ? nameOf(Word[0]) : { ...nameOf(Variable![0]), text: Variable![0].image.slice(1) };
  return { kind: 'let', name, value: item(context, value[0]), ...spanOf(node) };
}

function setStatement(context: TreeContext, node: SetStatementCstNode): SetStatement | ShowStatement {
  const { Word, expression: value } = node.children;
  const option = nameOf(Word[0]);
  if (value === undefined) return { kind: 'show', what: 'settings', setting: option, ...spanOf(node) };
  return { kind: 'set', option, value: expression(context, value[0]), ...spanOf(node) };
}

function showStatement(context: TreeContext, node: ShowStatementCstNode): ShowStatement {
  const { Tables, Settings, Variables, Queries, Fleet, Fields, gateways, tableOrFile: of, Text } = node.children;
  const span = spanOf(node);
  if (Fields) return fieldsOf(context, of![0], node.children.outputClause, span);
  const common = { kind: 'show', output: outputClause(context, node.children.outputClause), ...span } as const;
  if (Tables) return compact({ ...common, what: 'tables' });
  if (Settings) return compact({ ...common, what: 'settings' });
  if (Queries) return compact({ ...common, what: 'queries' });
  if (Variables) return compact({ ...common, what: 'variables' });
  if (Fleet) return compact({ ...common, what: 'fleet', gateways: optional(gateways, gatewayNames) });
  return compact({ ...common, what: 'history', store: optional(Text, each => unquote(each.image)) });
}

/** `describe …`, `show fields from …`. */
const fieldsOf = (
  context: TreeContext,
  { children: { Word, Text } }: TableOrFileCstNode,
  output: readonly OutputClauseCstNode[] | undefined,
  span: Span,
): ShowStatement =>
  compact({
    kind: 'show',
    what: 'fields',
    table: optional(Word, nameOf),
    file: optional(Text, each => unquote(each.image)),
    output: outputClause(context, output),
    ...span,
  });

function helpStatement(node: HelpStatementCstNode): HelpStatement {
  const [topic] = node.children.topic ?? [];
  if (!topic) return { kind: 'help', ...spanOf(node) };
  const text = topic.children.AnyWord.map(token => token.image).join('.');
  return { kind: 'help', topic: { text, ...spanOf(topic) }, ...spanOf(node) };
}
