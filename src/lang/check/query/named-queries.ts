import type { CheckedDefinition, CheckedDrop } from '../../checked/statements.js';
import type { Diagnostics } from '../../diagnostics/diagnostic.js';
import { didYouMean } from '../../diagnostics/did-you-mean.js';
import type { Span } from '../../diagnostics/span.js';
import { tableOf } from '../../schema/catalogue.js';
import { NULL } from '../../schema/type.js';
import type { Expr, Name, QueryExpr } from '../../syntax/ast.js';
import type { DropStatement, QueryDefinition, RunStatement } from '../../syntax/statements.js';
import type { CheckContext, VariableType } from '../scope.js';

/** A statement of a named query. */
type Inner = QueryDefinition['statement'];

interface NamedParameter {
  readonly name: string;
  readonly default?: Expr;
}

/** The parameters: those declared, or `1`, `2`, … where none are and the query uses `$1`, `$2`, …. */
function parametersOf({ parameters, statement }: QueryDefinition): readonly NamedParameter[] {
  if (parameters.length > 0) return parameters.map(({ name, default: value }) => ({ name: name.text, default: value }));
  let most = 0;
  visit(statement, ({ kind, name }) => {
    if (kind === 'variable' && /^[1-9]\d?$/.test(String(name))) most = Math.max(most, Number(name));
  });
  return Array.from({ length: most }, (_, i) => ({ name: String(i + 1) }));
}

type Plain = Readonly<Record<string, unknown>>;

/** Visits every node of an AST. */
function visit(node: unknown, each: (node: Plain) => void): void {
  if (typeof node !== 'object' || node === null) return;
  if (!Array.isArray(node)) each(node as Plain);
  for (const child of Object.values(node)) visit(child, each);
}

/** Checks a definition: its parameters have any type until the query runs. */
export function checkDefinition(
  statement: QueryDefinition,
  context: CheckContext,
  diagnostics: Diagnostics,
  checkInner: (inner: Inner, context: CheckContext) => unknown,
): CheckedDefinition | undefined {
  const { name, parameters } = statement;
  const key = name.text.toLowerCase();
  if (tableOf(key) || key === '_')
    diagnostics.error('clause', name, `'${name.text}' is a table`, 'choose another name');
  for (const [i, parameter] of parameters.entries()) {
    if (parameters.findIndex(each => each.name.text === parameter.name.text) < i)
      diagnostics.error('clause', parameter.name, `duplicate parameter '${parameter.name.text}'`);
  }
  const variables = new Map<string, VariableType>(context.variables);
  for (const parameter of parametersOf(statement)) variables.set(parameter.name, { kind: 'value', type: NULL });
  const checked = checkInner(statement.statement, { ...context, variables, definition: statement });
  if (!checked || diagnostics.hasErrors) return undefined;
  context.queries?.define(statement);
  return { kind: 'query', definition: statement };
}

/** `drop query NAME`; undefined after an error has been reported. */
export function checkDrop(
  { name }: DropStatement,
  { queries }: CheckContext,
  diagnostics: Diagnostics,
): CheckedDrop | undefined {
  if (!queries?.get(name.text)) {
    reportUnknown(name, queries?.names() ?? [], diagnostics, 'no query is defined; show queries lists them');
    return undefined;
  }
  queries.forget(name.text);
  return { kind: 'drop', name: name.text };
}

function reportUnknown(
  name: Name,
  names: readonly string[],
  diagnostics: Diagnostics,
  ifNone = `define it: query ${name.text} as select …`,
): void {
  const hint = names.length > 0 ? 'show queries lists them' : ifNone;
  diagnostics.error('name.query', name, `unknown query '${name.text}'`, didYouMean(name.text, names) ?? hint);
}

/** The statement that `run` executes, with values in place of its parameters; undefined after an error. */
export function statementToRun(
  statement: RunStatement,
  { queries }: CheckContext,
  diagnostics: Diagnostics,
): Inner | undefined {
  const definition = queries?.get(statement.name.text);
  if (!definition) {
    reportUnknown(statement.name, queries?.names() ?? [], diagnostics);
    return undefined;
  }
  const values = argumentsOf(definition, statement, diagnostics);
  return values && substitute(definition.statement, values);
}

/** A named query as a table: one that needs no values. */
export function queryAsTable(definition: QueryDefinition): QueryExpr | undefined {
  const { statement } = definition;
  if (statement.kind === 'watch') return undefined;
  const values = new Map<string, Expr>();
  for (const { name, default: value } of parametersOf(definition)) {
    if (value === undefined) return undefined;
    values.set(name, value);
  }
  return substitute(statement, values);
}

function argumentsOf(
  definition: QueryDefinition,
  { name, args, start, end }: RunStatement,
  diagnostics: Diagnostics,
): ReadonlyMap<string, Expr> | undefined {
  const parameters = parametersOf(definition);
  const usage = usageOf(name.text, parameters);
  const values = new Map<string, Expr>();
  let position = 0;
  for (const arg of args) {
    const isNamed = ({ name: own }: NamedParameter): boolean =>
      arg.kind === 'compare' && arg.op === '=' && arg.left.kind === 'name' && arg.left.text === own;
    const named = parameters.find(isNamed);
    if (!named && arg.kind === 'compare' && arg.op === '=' && arg.left.kind === 'name') {
      const names = parameters.map(each => each.name);
      const near = didYouMean(arg.left.text, names) ?? usage;
      diagnostics.error('arguments', arg.left, `${name.text} has no parameter '${arg.left.text}'`, near);
      return undefined;
    }
    const target = named ?? parameters[position++];
    if (!target || values.has(target.name)) {
      const problem = target ? `duplicate value for ${target.name}` : `${name.text} has ${counted(parameters.length)}`;
      diagnostics.error('arguments', arg, problem, usage);
      return undefined;
    }
    values.set(target.name, named && arg.kind === 'compare' ? arg.right : arg);
  }
  for (const parameter of parameters) {
    if (values.has(parameter.name)) continue;
    if (parameter.default === undefined) {
      const span: Span = { start, end };
      diagnostics.error('arguments', span, `missing value for ${shown(parameter)}`, usage);
      return undefined;
    }
    values.set(parameter.name, parameter.default);
  }
  return values;
}

const counted = (count: number): string =>
  count === 0 ? 'no parameters' : count === 1 ? 'one parameter' : `${count} parameters`;

const shown = ({ name }: NamedParameter): string => (/^\d/.test(name) ? `$${name}` : name);

const usageOf = (name: string, parameters: readonly NamedParameter[]): string =>
  `write: run ${name}${parameters.length === 0 ? '' : `(${parameters.map(shown).join(', ')})`}`;

/** Replaces parameters by values: as parts of the AST, never as text. */
function substitute<T>(node: T, values: ReadonlyMap<string, Expr>): T {
  if (typeof node !== 'object' || node === null) return node;
  if (Array.isArray(node)) return node.map(each => substitute(each, values)) as T;
  const plain = node as Plain;
  const value = plain.kind === 'variable' ? values.get(String(plain.name)) : undefined;
  if (value !== undefined) return value as T;
  const made: Plain = Object.fromEntries(
    Object.entries(plain).map(([key, child]) => [key, substitute(child, values)] as const),
  );
  // `in $name` takes a list, of which a single value is one.
  const list = plain.kind === 'in' ? (made.list as Expr) : undefined;
  if (list === undefined || ['list', 'subquery', 'variable'].includes(list.kind)) return made as T;
  return { ...made, list: { kind: 'list', items: [list], start: list.start, end: list.end } } as T;
}

/** Reports errors of a named query at its name: they are in a text that is not shown. */
export function reportInside(name: Name, inside: Diagnostics, diagnostics: Diagnostics): void {
  for (const { code, message, hint, severity } of inside.list)
    diagnostics[severity](code, name, `in query ${name.text}: ${message}`, hint);
}
