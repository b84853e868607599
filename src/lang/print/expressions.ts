import { assertNever, type Expr, type ListExpr, type QueryExpr } from '../syntax/ast.js';
import { PRECEDENCE } from '../syntax/operators.js';

/** Binding strength; an expression in a position of greater strength needs parentheses. */
const OR = 1;
const AND = 2;
const NOT = 3;
const PREDICATE = 4;
/** Arithmetic operators follow, each with its own strength. */
const ARITHMETIC = 5;
const UNARY = 20;
const ATOM = 21;

const strength = (expr: Expr): number => {
  switch (expr.kind) {
    case 'logical':
      return expr.op === 'or' ? OR : AND;
    case 'not':
      return NOT;
    case 'compare':
    case 'between':
    case 'in':
    case 'like':
    case 'has':
    case 'is':
      return PREDICATE;
    case 'binary':
      return ARITHMETIC + PRECEDENCE[expr.op];
    case 'unary':
      return UNARY;
    default:
      return ATOM;
  }
};

type PrintQuery = (query: QueryExpr) => string;

/** @param asOperand for positions that allow only arithmetic: anything weaker gets parentheses */
export function printExpression(root: Expr, printQuery: PrintQuery, asOperand = false): string {
  const at = (place: number, expr: Expr): string => {
    const text = plain(expr);
    return strength(expr) < place ? `(${text})` : text;
  };
  const all = (exprs: readonly Expr[]): string => exprs.map(plain).join(', ');
  const not = (negated: boolean): string => (negated ? 'not ' : '');

  function plain(expr: Expr): string {
    switch (expr.kind) {
      case 'literal':
      case 'name':
        return expr.text;
      case 'variable':
        return `$${expr.name}`;
      case 'unary': {
        const operand = at(UNARY, expr.operand);
        // Two in a row would begin a comment.
        return expr.op === '-' && operand.startsWith('-') ? `- ${operand}` : `${expr.op}${operand}`;
      }
      case 'binary': {
        const own = strength(expr);
        return `${at(own, expr.left)} ${expr.op} ${at(own + 1, expr.right)}`;
      }
      case 'compare':
        return `${at(ARITHMETIC, expr.left)} ${expr.op} ${at(ARITHMETIC, expr.right)}`;
      case 'logical':
        return expr.operands.map(operand => at(strength(expr) + 1, operand)).join(` ${expr.op} `);
      case 'not':
        return `not ${at(NOT, expr.operand)}`;
      case 'between': {
        const [low, high] = [at(ARITHMETIC, expr.low), at(ARITHMETIC, expr.high)];
        return `${at(ARITHMETIC, expr.operand)} ${not(expr.negated)}between ${low} and ${high}`;
      }
      case 'in':
        return `${at(ARITHMETIC, expr.operand)} ${not(expr.negated)}in ${membership(expr.list)}`;
      case 'like':
        return `${at(ARITHMETIC, expr.operand)} ${not(expr.negated)}${expr.ignoreCase ? 'i' : ''}like ${at(ARITHMETIC, expr.pattern)}`;
      case 'has': {
        const names = all(expr.names);
        const flags = expr.quantifier === 'any' ? `any (${names})` : expr.names.length === 1 ? names : `(${names})`;
        return `${at(ARITHMETIC, expr.operand)} ${not(expr.negated)}has ${flags}`;
      }
      case 'is':
        return `${at(ARITHMETIC, expr.operand)} is ${not(expr.negated)}${expr.what.text}`;
      case 'call': {
        const args = expr.star ? '*' : `${expr.distinct ? 'distinct ' : ''}${all(expr.args)}`;
        return `${expr.name.text}(${args})${expr.filter ? ` filter (where ${plain(expr.filter)})` : ''}`;
      }
      case 'case': {
        const branches = expr.branches.map(({ when, value }) => `when ${plain(when)} then ${plain(value)}`);
        const last = expr.otherwise ? [`else ${plain(expr.otherwise)}`] : [];
        return ['case', ...(expr.operand ? [caseOperand(plain(expr.operand))] : []), ...branches, ...last, 'end'].join(
          ' ',
        );
      }
      case 'cast':
        return `cast(${plain(expr.operand)} as ${expr.type.text})`;
      case 'exists':
        return `exists (${printQuery(expr.query)})`;
      case 'subquery':
        return `(${printQuery(expr.query)})`;
      case 'list':
        return `(${all(expr.items)})`;
      case 'range':
        return `${at(ARITHMETIC, expr.low)}..${at(ARITHMETIC, expr.high)}`;
      default:
        return assertNever(expr);
    }
  }

  function membership(list: Expr & { kind: 'list' | 'subquery' | 'variable' }): string {
    const lone = list.kind === 'list' ? loneItem(list) : undefined;
    return plain(lone ?? list);
  }

  return at(asOperand ? ARITHMETIC : OR, root);
}

/** A field named as a part of `case` would be taken for that part. */
const caseOperand = (text: string): string =>
  /\b(case|when|then|else|end|any|has|ilike)\b/i.test(text) ? `(${text})` : text;

/** The item of a list that needs no parentheses: `src in 10.0.0.0/8`. */
function loneItem({ items }: ListExpr): Expr | undefined {
  const [item] = items;
  if (items.length !== 1) return undefined;
  if (item.kind === 'range') return isAtom(item.low) && isAtom(item.high) ? item : undefined;
  return isAtom(item) && item.kind !== 'variable' ? item : undefined;
}

const isAtom = ({ kind }: Expr): boolean =>
  kind === 'literal' || kind === 'name' || kind === 'call' || kind === 'variable';
