/** The columns of files in expressions: which names are columns of cells, and what they are beside texts in quotes. */

import { addressOrNetworkIn, durationIn, numberIn } from '../../conversion/text-value.js';
import { isBlank, typeOfCells } from '../../evaluate/cells.js';
import { isAggregate } from '../../functions/registry.js';
import { print } from '../../print/print.js';
import type { CellSource } from '../../schema/environment.js';
import { protocolNumber } from '../../schema/flags.js';
import { ADDRESS, isCell, TIME, type Type } from '../../schema/type.js';
import type { Expr, LiteralExpr } from '../../syntax/ast.js';
import { isNetwork } from '../../values/address.js';
import { readTime } from '../../values/time-text.js';
import type { TypeName, Value } from '../../values/value.js';
import type { Checker, Scope } from '../scope.js';
import { resolve } from './resolve.js';

/** The columns of files that an expression is one of, which may be unknown; undefined for anything else. */
export function cellsIn(scope: Scope, expr: Expr): readonly CellSource[] | undefined {
  const resolved = expr.kind === 'name' ? resolve(scope, expr.text) : undefined;
  switch (resolved?.kind) {
    case 'data': {
      const { path } = resolved.join === undefined ? scope : scope.joins[resolved.join];
      return path === undefined ? [] : [{ path, column: resolved.name }];
    }
    case 'field': {
      const { type: name, isCell: ofCells, cells = [] } = resolved.field;
      return isCell({ name, ...(ofCells ? { isCell: true } : {}) }) ? cells : undefined;
    }
    case 'alias':
      return cellsIn({ ...scope, aliases: undefined, lateral: resolved.lateral }, resolved.expr);
    default:
      return undefined;
  }
}

/** The cells of columns at the beginnings of their files; undefined if one of them is not known. */
function firstCells(
  { context: { environment } }: Pick<Checker, 'context'>,
  sources: readonly CellSource[],
): readonly string[] | undefined {
  const cells = sources.map(({ path, column }) => environment.firstCells?.(path, column));
  return cells.length === 0 || cells.includes(undefined) ? undefined : cells.flatMap(each => each ?? []);
}

/** The type that all cells of a column can be read as, as the beginning of its file shows; undefined if that is not known. */
export function typeOfColumn(checker: Checker, column: Expr): TypeName | undefined {
  const cells = firstCells(checker, cellsIn(checker.scope, column) ?? []);
  return cells && typeOfCells(cells, checker.context.environment);
}

/**
 * What columns of files are beside each other, if they are not compared as texts: addresses where they hold addresses and networks, so that
 * an address is in a network. A cell that is neither is reported when it is read; one among addresses alone makes texts of them, which are
 * equal where the addresses are.
 * @param op two columns of networks are equal as texts; an address is in a network
 * @param sources of the values of a select that one column is compared with
 */
export function typeOfAddresses(
  checker: Checker,
  op: '=' | 'in',
  columns: readonly Expr[],
  sources?: readonly CellSource[],
): Type | undefined {
  const all = [...columns.map(column => cellsIn(checker.scope, column)), ...(sources ? [sources] : [])];
  if (all.length < 2) return undefined;
  const kinds = all.map(each => each && addressesIn(firstCells(checker, each)));
  if (kinds.some(kind => kind === undefined || kind === 'none') || kinds.every(kind => kind === 'unknown'))
    return undefined;
  if (op === '=' && kinds.filter(kind => kind === 'networks').length > 1) return undefined;
  const areTexts = kinds.includes('mixed') && kinds.every(kind => kind === 'mixed' || kind === 'addresses');
  return areTexts ? undefined : { ...ADDRESS, isCell: true };
}

/** Whether cells are addresses, mostly; `mixed`: with others, but without a network. */
function addressesIn(cells: readonly string[] | undefined): 'unknown' | 'none' | 'networks' | 'addresses' | 'mixed' {
  const full = cells?.filter(cell => !isBlank(cell)) ?? [];
  if (full.length === 0) return 'unknown';
  const values = full.map(cell => addressOrNetworkIn(cell)).filter(value => value !== undefined);
  if (2 * values.length < full.length) return 'none';
  if (values.some(isNetwork)) return 'networks';
  return values.length === full.length ? 'addresses' : 'mixed';
}

type Text = LiteralExpr & { readonly value: Value };

const isText = (expr: Expr): expr is Text => expr.kind === 'literal' && expr.type === 'text' && expr.value !== null;

/**
 * What a column of a file is beside texts in quotes, if they are not compared as texts: a time or an address where its cells are, and a
 * time where the texts are.
 */
export function typeBesideTexts(checker: Checker, column: Expr, texts: readonly Expr[]): Type | undefined {
  if (texts.length === 0 || !texts.every(isText) || cellsIn(checker.scope, column) === undefined) return undefined;
  const now = checker.context.environment.now();
  const values = texts.map(({ value }) => String(value));
  const areTimes = values.every(value => typeof readTime(value, now) !== 'object');
  const known = typeOfColumn(checker, column);
  // Words such as today may be texts too, in a column that is known to have others.
  const isDate = values.some(value => /^\d{4}-\d\d-\d\d/.test(value));
  const type = areTimes && (isDate || known === undefined) ? 'time' : known;
  return type === 'time' || type === 'address' ? { ...(type === 'time' ? TIME : ADDRESS), isCell: true } : undefined;
}

const NUMBERS: ReadonlySet<TypeName | undefined> = new Set<TypeName>(['integer', 'decimal', 'duration']);

/**
 * A text that has no place in the order of a column of numbers: no number is less or greater than it.
 * @returns whether there was one, which is reported
 */
export function rejectTextAmongNumbers(checker: Checker, column: Expr, text: Expr): boolean {
  if (!isText(text) || column.kind !== 'name' || cellsIn(checker.scope, column) === undefined) return false;
  const value = String(text.value);
  if (numberIn(value) !== undefined || durationIn(value) !== undefined) return false;
  const type = typeBesideTexts(checker, column, [text]) ? undefined : typeOfColumn(checker, column);
  if (!NUMBERS.has(type)) return false;
  const isTime = typeof readTime(value, checker.context.environment.now()) !== 'object';
  checker.diagnostics.error(
    'type',
    text,
    `the cells of ${column.text} are ${type === 'duration' ? 'durations' : 'numbers'}, got ${text.text}`,
    isTime ? `seconds since the epoch are cast: ${column.text}::time` : `as texts: ${column.text}::text`,
  );
  return true;
}

/**
 * For an aggregate of a column of a file, or arithmetic with it: the type that the beginning of the file shows, so that integers keep all
 * digits.
 * @param name of the aggregate; empty for the column itself
 */
export function castHint(checker: Checker, name: string, column: Expr): string | undefined {
  if (column.kind !== 'name' || cellsIn(checker.scope, column) === undefined) return undefined;
  const type = typeOfColumn(checker, column);
  const cast = `${column.text}::${type === 'integer' || type === 'duration' ? type : 'decimal'}`;
  return `the columns of a file are texts: write ${name === '' ? cast : `${name}(${cast})`}`;
}

/** For cells, or what a function makes of them, beside a value of a type that they do not take. */
export function castOfCells(checker: Checker, written: Expr, cells: Type, { name: other }: Type): string | undefined {
  if (!isCell(cells)) return undefined;
  const [column] = written.kind === 'call' ? written.args : [];
  const ofColumn = written.kind === 'call' && isAggregate(written.name.text) && column?.kind === 'name';
  if (!ofColumn || other === 'boolean') return `the columns of a file are texts: write ${print(written)}::${other}`;
  if (other === 'integer' || other === 'decimal') return castHint(checker, written.name.text, column);
  return `the columns of a file are texts: write ${written.name.text}(${column.text}::${other})`;
}

/** For a word beside a column of a file: a service beside numbers of ports, and a text beside texts. */
export function wordBesideCells(checker: Checker, column: Expr, word: string): string {
  const { servicePort } = checker.context.environment;
  const areNumbers = column.kind === 'name' && typeOfColumn(checker, column) === 'integer';
  const type = !areNumbers
    ? undefined
    : servicePort(word) !== undefined
      ? 'port'
      : protocolNumber(word) !== undefined
        ? 'proto'
        : undefined;
  return type === undefined ? `a text is written in quotes: '${word}'` : `write ${print(column)}::${type} = ${word}`;
}
