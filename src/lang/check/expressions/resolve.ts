import { didYouMean } from '../../diagnostics/did-you-mean.js';
import { AGGREGATE_FUNCTIONS, isAggregate } from '../../functions/registry.js';
import { type Field, fieldOf, TABLES, type Table } from '../../schema/catalogue.js';
import { enumNames, flagNames } from '../../schema/flags.js';
import { headerHint, nestedHint } from '../../schema/formats/headers.js';
import { fieldSynonym, intendedFlag, protocolCondition, settingHint } from '../../schema/synonyms.js';
import type { Expr, NameExpr } from '../../syntax/ast.js';
import type { Checker, JoinScope, Scope } from '../scope.js';

/** The meaning of a name. */
export type Resolved =
  | { kind: 'field'; name: string; field: Field; join?: number }
  | { kind: 'data'; name: string; join?: number }
  | { kind: 'alias'; expr: Expr; lateral?: Scope['lateral'] };

/** The meaning of a name in a scope; undefined if it has none. */
export function resolve(scope: Scope, name: string): Resolved | undefined {
  const { table, tableName, aliases, joins } = scope;
  const alias = aliases?.get(name.toLowerCase());
  if (alias) return { kind: 'alias', expr: alias, lateral: beforeIn(scope, name) };
  if (scope.data) {
    const plain = withoutTable(name, tableName);
    const column = scope.columns!.find(each => each.toLowerCase() === plain.toLowerCase());
    if (column !== undefined) {
      scope.data.add(column);
      return { kind: 'data', name: column };
    }
  }
  if (table && !scope.data) {
    const found = fieldOf(table, name);
    if (found) return { kind: 'field', ...found };
    if (tableName && name.toLowerCase().startsWith(`${tableName.toLowerCase()}.`)) {
      const own = fieldOf(table, name.slice(tableName.length + 1));
      if (own) return { kind: 'field', ...own };
    }
  }
  const dot = name.indexOf('.');
  const join = dot < 0 ? -1 : joins.findIndex(each => each.alias.toLowerCase() === name.slice(0, dot).toLowerCase());
  if (join < 0) {
    const other = lateralOf(scope, name) ?? joinedField(scope, name);
    if (other || !scope.missing) return other;
    scope.missing.add(name);
    return { kind: 'data', name };
  }
  const column = name.slice(dot + 1);
  const joined = joins[join];
  if (!joined.table) {
    return cellOfJoin(joined, joined.columns?.find(isCalled(column)) ?? ofFlow(joined, column) ?? column, join);
  }
  const found = fieldOf(joined.table, column);
  return found && { kind: 'field', ...found, join };
}

const isCalled =
  (name: string) =>
  (each: string): boolean =>
    each.toLowerCase() === name.toLowerCase();

function cellOfJoin({ used }: JoinScope, name: string, join: number): Resolved {
  used.add(name);
  return { kind: 'data', name, join };
}

/** `src` of a file with a column `orig.src`. */
function ofFlow({ columns }: JoinScope, name: string): string | undefined {
  const field = fieldOf(TABLES.conntrack, name);
  return field && columns?.find(isCalled(field.name));
}

/** The joined tables and files that have a field or a column of a name. */
export const joinsWith = ({ joins }: Scope, name: string): JoinScope[] =>
  joins.filter(({ table, columns }) =>
    table ? fieldOf(table, name) !== undefined : columns?.some(isCalled(name)) === true,
  );

/** A field or a column that only one of the joined tables and files has. */
function joinedField(scope: Scope, name: string): Resolved | undefined {
  const having = joinsWith(scope, name);
  if (having.length !== 1) return undefined;
  const [joined] = having;
  const join = scope.joins.indexOf(joined);
  if (joined.table) return { kind: 'field', ...fieldOf(joined.table, name)!, join };
  // A file that was not looked into may have the column itself.
  return scope.missing ? undefined : cellOfJoin(joined, joined.columns!.find(isCalled(name))!, join);
}

/** `hosts.ip` → `ip`, if the table is `hosts`. */
const withoutTable = (name: string, tableName = ''): string =>
  tableName !== '' && name.toLowerCase().startsWith(`${tableName.toLowerCase()}.`)
    ? name.slice(tableName.length + 1)
    : name;

/** A column of the result by its name; its expression may use those before it. */
function lateralOf(scope: Scope, name: string): Resolved | undefined {
  const before = beforeIn(scope, name);
  return before && { kind: 'alias', expr: scope.lateral![before.length][1], lateral: before };
}

/** The columns before the one of a name. */
function beforeIn({ lateral = [] }: Scope, name: string): Scope['lateral'] {
  const at = lateral.findIndex(([each]) => each === name.toLowerCase());
  return at < 0 ? undefined : lateral.slice(0, at);
}

/**
 * Reports an unknown field, with the nearest one.
 * @param beside what to write, if it is compared with a column of a file
 */
export function reportUnknownName(checker: Checker, expr: NameExpr, beside?: string): void {
  const { table, aliases, tableName } = checker.scope;
  const { projected } = checker.scope;
  const { text } = expr;
  if (!table) {
    checker.diagnostics.error(
      'name.field',
      expr,
      `unknown name '${text}': no table is in scope`,
      text.toLowerCase() === 'now' ? 'write: now()' : 'quote it if it is text',
    );
    return;
  }
  const column = projected?.get(text.toLowerCase());
  if (column) {
    const hint = hasAggregate(column) ? `use having: … having ${text} > …` : 'repeat the expression that it names';
    checker.diagnostics.error(
      'name.field',
      expr,
      `'${text}' names a column of the result, which does not exist yet here`,
      hint,
    );
    return;
  }
  const dot = text.indexOf('.');
  const correlated = outerHint(checker.scope, text);
  if (correlated !== undefined) {
    const unknown = correlated.isNamed
      ? `table '${text.slice(0, dot)}'`
      : `field '${text}' in ${tableName ?? table.name}`;
    checker.diagnostics.error('name.field', expr, `unknown ${unknown}`, correlated.hint);
    return;
  }
  const joined = checker.scope.joins.find(({ alias }) => alias.toLowerCase() === text.slice(0, dot).toLowerCase());
  if (joined?.table) {
    const { name, fields } = joined.table;
    const column = text.slice(dot + 1);
    const near = didYouMean(column, Object.keys(fields)) ?? `show fields from ${name} lists them`;
    checker.diagnostics.error('name.field', expr, `unknown field '${column}' in ${name}`, near);
    return;
  }
  const owners =
    dot > 0 && isCalled(text.slice(0, dot))(tableName ?? table.name)
      ? joinsWith(checker.scope, text.slice(dot + 1))
      : [];
  if (owners.length > 0) {
    const field = text.slice(dot + 1);
    const write = owners.map(({ alias }) => `${alias}.${field}`).join(' or ');
    checker.diagnostics.error(
      'name.field',
      expr,
      `unknown field '${field}' in ${text.slice(0, dot)}`,
      `write: ${write}`,
    );
    return;
  }
  const outer = fieldAfterDot(table, text);
  const joinHint = joinedNameHint(checker, text);
  if (joinHint !== undefined) {
    checker.diagnostics.error('name.field', expr, `unknown table '${text.slice(0, text.indexOf('.'))}'`, joinHint);
    return;
  }
  const translated = translatedHint(table, text);
  if (translated !== undefined) {
    checker.diagnostics.error('name.field', expr, `unknown field '${text}' in ${tableName ?? table.name}`, translated);
    return;
  }
  if (outer !== undefined && fieldSynonym(text) === undefined) {
    const prefix = text.slice(0, dot);
    checker.diagnostics.error('name.field', expr, `unknown table '${prefix}'`, tableHint(checker, prefix, outer));
    return;
  }
  const having = joinsWith(checker.scope, text);
  if (having.length > 1) {
    const names = having.map(({ alias }) => alias);
    checker.diagnostics.error(
      'name.field',
      expr,
      `'${text}' is ambiguous: ${names.slice(0, -1).join(', ')} and ${names[names.length - 1]} have it`,
      names.every(isName)
        ? `write ${names.map(alias => `${alias}.${text}`).join(' or ')}`
        : "name the files: join 'FILE' as a on …",
    );
    return;
  }
  const { columns, data } = checker.scope;
  const ofTable = Object.entries(table.fields);
  const names = [
    ...(columns ?? ofTable.filter(([, { historyOnly }]) => historyOnly !== true).map(([name]) => name)),
    ...(aliases?.keys() ?? []),
    ...checker.scope.joins.flatMap(({ columns }) => columns ?? []),
  ];
  const isFlows = isOfFlows(table) && !data;
  const near =
    settingHint(table.name, text) ??
    (isFlows ? (eventTimeHint(checker.scope, text) ?? fieldSynonym(text)) : undefined) ??
    (isFlows ? valueHint(text) : undefined) ??
    didYouMean(text, names) ??
    didYouMean(text, columns ? [] : Object.keys(table.fields));
  checker.diagnostics.error(
    'name.field',
    expr,
    `unknown field '${text}' in ${tableName ?? table.name}`,
    fileHint(checker) ??
      near ??
      beside ??
      nestedNameHint(checker) ??
      (columns ? `columns are ${columns.slice(0, 12).join(', ')}` : `show fields from ${table.name} lists them`),
  );
}

/** For `snat.port`: the address and the port of a translation are a single value. */
function translatedHint(table: Table, text: string): string | undefined {
  const found = /^([sd]nat)\.(?:port|sport|dport|addr|address|ip|src|dst)$/i.exec(text);
  if (found === null || fieldOf(table, found[1]) === undefined) return undefined;
  const name = found[1].toLowerCase();
  return `${name} has both: ${name} = 203.0.113.1, ${name} = 203.0.113.1:61762, ${name} = ':61762'`;
}

/** For a field of the query around a subquery. */
export function outerHint(
  { tableName, table, joins, outer = [] }: Scope,
  text: string,
): { readonly hint: string; readonly isNamed: boolean } | undefined {
  const dot = text.indexOf('.');
  const prefix = text.slice(0, Math.max(dot, 0)).toLowerCase();
  const isOwn = [tableName ?? table?.name, ...joins.map(({ alias }) => alias)].some(
    name => name?.toLowerCase() === prefix,
  );
  const named = isOwn ? undefined : outer.find(({ name }) => name.toLowerCase() === prefix);
  const field = named ? text.slice(dot + 1) : text;
  if (!named && !outer.some(each => each.has(text))) return undefined;
  return {
    hint: named
      ? `a subquery cannot use fields of the query around it; write: ${field} in (select ${field} from …)`
      : `${text} is a field of the query around it, which a subquery cannot use: compare it outside, as in ${text} in (select …)`,
    isNamed: named !== undefined,
  };
}

/** For a table of another name. @param field what is written after its name */
function tableHint({ scope }: Checker, prefix: string, field: string): string {
  const { table, tableName, joins } = scope;
  const isNamed = (name: string): boolean => name.toLowerCase() === prefix.toLowerCase();
  if (table && tableName !== undefined && isNamed(table.name))
    return `the table is named ${tableName} here: ${tableName}.${field}`;
  const names = [tableName ?? table?.name ?? '', ...joins.map(({ alias }) => alias)].filter(name => name !== '');
  const near = didYouMean(prefix, names);
  if (near !== undefined) return near;
  return names.length === 1
    ? `the table is named ${names[0]}: ${field}, or ${names[0]}.${field}`
    : `the tables are ${names.join(', ')}`;
}

/** For `h.ip` where the file that has the column is joined without that name. */
export function joinedNameHint({ scope }: Checker, text: string): string | undefined {
  const dot = text.indexOf('.');
  const [table, column] = [text.slice(0, Math.max(dot, 0)).toLowerCase(), text.slice(dot + 1).toLowerCase()];
  if (dot <= 0 || scope.joins.some(({ alias }) => alias.toLowerCase() === table)) return undefined;
  const join = scope.joins.find(({ path, columns }) => path && columns?.some(each => each.toLowerCase() === column));
  if (join === undefined) return undefined;
  const named = `name it: join '${join.path}' as ${text.slice(0, dot)} on …`;
  return isName(join.alias)
    ? `'${join.path}' is called ${join.alias} here: ${join.alias}.${column}; or ${named}`
    : named;
}

const isName = (text: string): boolean => /^[A-Za-z_]\w*$/.test(text);

/** For a name in a file that is not the table of columns which it is taken for. */
function fileHint({ scope: { path }, context }: Checker): string | undefined {
  return path === undefined ? undefined : headerHint(context.environment.fileShape?.(path).kind, path);
}

/** For a name that may be of the objects in a JSON document, or in its rows. */
function nestedNameHint({ scope: { path }, context }: Checker): string | undefined {
  const shape = path === undefined ? undefined : context.environment.fileShape?.(path);
  return path !== undefined && shape?.kind === 'columns' && shape.lists ? nestedHint(shape.lists, path) : undefined;
}

/** The field of `c.src`, if `c` is nothing that is known. */
export function fieldAfterDot(table: Table, text: string): string | undefined {
  const dot = text.indexOf('.');
  const field = dot > 0 ? fieldOf(table, text.slice(dot + 1)) : undefined;
  return field && fieldOf(table, text) === undefined ? text.slice(dot + 1) : undefined;
}

/** Whether an expression contains an aggregate. */
export function hasAggregate(expr: Expr): boolean {
  switch (expr.kind) {
    case 'call':
      return isAggregate(expr.name.text) || expr.args.some(hasAggregate);
    case 'unary':
    case 'not':
    case 'is':
    case 'has':
    case 'cast':
      return hasAggregate(expr.operand);
    case 'binary':
    case 'compare':
      return hasAggregate(expr.left) || hasAggregate(expr.right);
    case 'logical':
      return expr.operands.some(hasAggregate);
    case 'between':
      return [expr.operand, expr.low, expr.high].some(hasAggregate);
    case 'in':
      return hasAggregate(expr.operand) || (expr.list.kind === 'list' && expr.list.items.some(hasAggregate));
    case 'like':
      return hasAggregate(expr.operand) || hasAggregate(expr.pattern);
    case 'case':
      return [
        ...expr.branches.flatMap(({ when, value }) => [when, value]),
        ...(expr.operand ? [expr.operand] : []),
        ...(expr.otherwise ? [expr.otherwise] : []),
      ].some(hasAggregate);
    default:
      return false;
  }
}

/** A log, and a watch, have the times of their events. */
const eventTimeHint = ({ watch, inFile }: Scope, text: string): string | undefined =>
  (watch || inFile) && /^(?:time|timestamp|ts|date|datetime|when)$/i.test(text)
    ? 'did you mean event_time?'
    : undefined;

const isOfFlows = (table: Table): boolean => table.fields.state !== undefined;

/** A hint for a value written where a field is expected. */
function valueHint(text: string): string | undefined {
  const flag = intendedFlag(text, flagNames('status'));
  if (flag !== undefined) return `write: status has ${flag}`;
  const upper = text.toUpperCase();
  if (enumNames('state').includes(upper)) return `write: state = ${upper}`;
  const protocol = protocolCondition(text);
  if (protocol !== undefined) return `write: ${protocol}`;
  const name = text.toLowerCase();
  if (Object.hasOwn(AGGREGATE_FUNCTIONS, name))
    return `write: ${AGGREGATE_FUNCTIONS[name as keyof typeof AGGREGATE_FUNCTIONS].signature}`;
  return undefined;
}
