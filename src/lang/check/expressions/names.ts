/** What a name in an expression means: a field, a column, a variable, or a word of the other operand's type. */

import type { FieldNode, Typed } from '../../checked/ast.js';
import { Diagnostics } from '../../diagnostics/diagnostic.js';
import { didYouMean } from '../../diagnostics/did-you-mean.js';
import type { Span } from '../../diagnostics/span.js';
import type { Field } from '../../schema/catalogue.js';
import { enumNames } from '../../schema/flags.js';
import { historyRefusal } from '../../schema/history.js';
import { fieldSynonym } from '../../schema/synonyms.js';
import { ADDRESS, CELL, isCell, type Type, typeOfField } from '../../schema/type.js';
import type { Expr, NameExpr } from '../../syntax/ast.js';
import type { Checker, Scope, VariableType } from '../scope.js';
import { cellsIn } from './cells.js';
import { convertWord, isHostName } from './convert.js';
import { fieldAfterDot, joinedNameHint, outerHint, reportUnknownName, resolve } from './resolve.js';

/** What checks names. */
export interface NameChecker extends Checker {
  /** How many more times a column may be replaced by the expression that it names. */
  readonly budget: { expansions: number };
}

/** The type of a variable; reports an unknown one. */
export function variableOf(checker: NameChecker, expr: Span & { readonly name: string }): VariableType | undefined {
  const variable = checker.context.variables.get(expr.name);
  if (variable) return variable;
  const { definition } = checker.context;
  checker.diagnostics.error(
    'name.variable',
    expr,
    `unknown variable $${expr.name}`,
    didYouMean(expr.name, [...checker.context.variables.keys()]) ??
      (definition
        ? `declare it: query ${definition.name.text}(${[...definition.parameters.map(({ name }) => name.text), expr.name].join(', ')}) as …`
        : `define it: let ${expr.name} = …, or --set ${expr.name}=…`),
  );
  return undefined;
}

export function checkName(checker: NameChecker, expr: NameExpr): Typed | undefined {
  const resolved = resolve(checker.scope, expr.text);
  if (!resolved) {
    reportUnknownName(checker, expr);
    return undefined;
  }
  switch (resolved.kind) {
    case 'alias':
      return checkAlias(checker, expr, resolved);
    case 'data':
      return dataField(resolved, CELL);
    case 'field':
      return checkField(checker, expr, resolved);
  }
}

/** An alias means its expression, in which names are fields again. */
function checkAlias(
  checker: NameChecker,
  name: NameExpr,
  { expr, lateral }: { expr: Expr; lateral?: Scope['lateral'] },
): Typed | undefined {
  if (lateral !== undefined && --checker.budget.expansions < 0) {
    checker.diagnostics.error('syntax.depth', name, 'columns use other columns too often', 'use a select in from');
    return undefined;
  }
  return checker.within({ ...checker.scope, aliases: undefined, lateral }).check(expr);
}

function checkField(
  checker: NameChecker,
  expr: NameExpr,
  { name, field, join }: { name: string; field: Field; join?: number },
): FieldNode | undefined {
  if (field.anyOf) {
    checker.diagnostics.error(
      'field.use',
      expr,
      `${name} can be used only in conditions: it means any of ${field.anyOf.join(', ')}`,
      `name one of them, or compare it: ${name} = …`,
    );
    return undefined;
  }
  if (checker.scope.inHistory && join === undefined) {
    const refusal = historyRefusal(name);
    if (refusal === undefined) return { kind: 'field', name, type: typeOfField(field) };
    checker.diagnostics.error('field.use', expr, refusal.message, refusal.hint);
    return undefined;
  }
  // A file may hold events, but no rows of a resync.
  const mayBeEvent =
    checker.scope.watch ||
    ((join === undefined ? checker.scope : checker.scope.joins[join]).inFile && name !== 'resync');
  if (field.watchOnly && !mayBeEvent) {
    checker.diagnostics.error(
      'field.use',
      expr,
      `${name} is available only in watch and in files of events`,
      "a table has entries, not events: watch from conntrack, or select … from 'events.log'",
    );
    return undefined;
  }
  return { kind: 'field', name, type: typeOfField(field), ...(join === undefined ? {} : { join }) };
}

/** A name whose meaning may depend on a type: a word of that type, a column of a file, or any name. @param beside the other operand */
export function checkNameAs(checker: NameChecker, expr: NameExpr, type: Type, beside?: Typed): Typed | undefined {
  const isWord =
    type.name === 'enum' && enumNames(type.vocabulary!).some(word => word.toLowerCase() === expr.text.toLowerCase());
  const resolved = isWord ? undefined : resolve(checker.scope, expr.text);
  if (resolved) {
    if (type.name === 'null' || !cellsIn(checker.scope, expr)) return checker.check(expr);
    // A column compared with a network holds addresses or networks.
    const own = type.name === 'network' ? ADDRESS : type;
    const read: Type = beside === undefined && !type.isCell ? own : { ...own, isCell: true };
    if (resolved.kind === 'data') return dataField(resolved, read);
    const cells = checker.check(expr);
    return cells && (isCell(read) ? cells : { kind: 'cast', operand: cells, type: read });
  }
  const isVariable = checker.context.variables.has(expr.text);
  const takesWords = ['enum', 'proto', 'port', 'text', 'flags', 'labels'].includes(type.name);
  if (
    type.name === 'address' &&
    beside?.kind === 'field' &&
    isHostName(expr.text) &&
    !(checker.scope.table && fieldAfterDot(checker.scope.table, expr.text)) &&
    joinedNameHint(checker, expr.text) === undefined &&
    outerHint(checker.scope, expr.text) === undefined &&
    !isNearField(checker, expr.text)
  ) {
    checker.diagnostics.error(
      'name.value',
      expr,
      `invalid address '${expr.text}'`,
      isVariable
        ? variableHint(expr)
        : INTERFACE.test(expr.text)
          ? 'connection tracking does not record interfaces; a zone or a mark may distinguish them'
          : `host names are not looked up: write ${expr.text.toLowerCase() === 'localhost' ? '127.0.0.1' : 'the address'}`,
    );
    return undefined;
  }
  if (!takesWords || beside?.kind === 'const' || expr.text.includes('.')) {
    reportUnknownName(checker, expr);
    return undefined;
  }
  if (!isVariable) return convertWord(expr, type, checker.context.environment, checker.diagnostics);
  // A word of the type is that word, as it is without the variable.
  const inside = new Diagnostics();
  const node = convertWord(expr, type, checker.context.environment, inside);
  for (const { code, message } of inside.list) checker.diagnostics.error(code, expr, message, variableHint(expr));
  return node;
}

/** A variable without its sign. */
const variableHint = ({ text }: NameExpr): string => `the variable is written $${text}`;

/** Usual names of network interfaces. */
const INTERFACE = /^(?:eth|en[ospx]|wlan|wl|br|bond|veth|tun|tap|wg|vlan|ppp|cni|docker)[\w.-]*\d/i;

function isNearField(checker: NameChecker, text: string): boolean {
  const { table, aliases } = checker.scope;
  const names = [...Object.keys(table?.fields ?? {}), ...(aliases?.keys() ?? [])];
  return fieldSynonym(text) !== undefined || didYouMean(text, names) !== undefined;
}

const dataField = ({ name, join }: { name: string; join?: number }, type: Type): FieldNode => ({
  kind: 'field',
  name,
  type,
  ...(join === undefined ? {} : { join }),
});
