import type { IToken } from 'chevrotain';
import type {
  ArithmeticCstNode,
  AtomCstNode,
  CallArgumentsCstNode,
  CaseBranchesCstNode,
  ComparisonCstNode,
  ConjunctionCstNode,
  ExpressionCstNode,
  FlagCstNode,
  HasTestCstNode,
  InTestCstNode,
  ItemCstNode,
  NegationCstNode,
  ParenthesizedCstNode,
  PathCstNode,
  PredicateCstNode,
  UnaryCstNode,
} from '../../../../grammar/generated/cst.js';
import { Address, Constant, NumberLiteral } from '../../../../grammar/tokens.js';
import type { Span } from '../../diagnostics/span.js';
import type {
  BinaryOp,
  CaseExpr,
  Expr,
  HasExpr,
  InExpr,
  ListExpr,
  LiteralExpr,
  Name,
  RangeExpr,
  SubqueryExpr,
} from '../ast.js';
import { type LiteralForm, readLiteral } from '../literals/literal.js';
import { COMPARISONS, PRECEDENCE } from '../operators.js';
import { across, compact, nameOf, nested, optional, spanOf, type TreeContext, tokenSpan } from './context.js';

/** The AST of an expression. @throws TooDeep */
export function expression(context: TreeContext, node: ExpressionCstNode): Expr {
  const operands = node.children.conjunction;
  if (operands.length === 1) return conjunction(context, operands[0]);
  const built = nested(context, 1, node, () => operands.map(operand => conjunction(context, operand)));
  return { kind: 'logical', op: 'or', operands: built, ...spanOf(node) };
}

function conjunction(context: TreeContext, node: ConjunctionCstNode): Expr {
  const operands = node.children.negation;
  if (operands.length === 1) return negation(context, operands[0]);
  const built = nested(context, 1, node, () => operands.map(operand => negation(context, operand)));
  return { kind: 'logical', op: 'and', operands: built, ...spanOf(node) };
}

function negation(context: TreeContext, node: NegationCstNode): Expr {
  const nots = node.children.Not ?? [];
  const { end } = spanOf(node);
  const operand = nested(context, nots.length, node, () => predicate(context, node.children.predicate[0]));
  return nots.reduceRight<Expr>(
    (inner, not) => ({ kind: 'not', operand: inner, start: not.startOffset, end }),
    operand,
  );
}

function predicate(context: TreeContext, node: PredicateCstNode): Expr {
  const { comparison, isTest, betweenTest, inTest, likeTest, hasTest, Not } = node.children;
  const first = node.children.arithmetic[0];
  if (!(comparison ?? isTest ?? betweenTest ?? inTest ?? likeTest ?? hasTest)) return arithmetic(context, first);
  return nested(context, 1, node, (): Expr => {
    const span = spanOf(node);
    const operand = arithmetic(context, first);
    const negated = Not !== undefined;
    if (comparison) return compared(context, operand, comparison[0], span);
    if (isTest) {
      const { Not: not, Null, Word } = isTest[0].children;
      const [what] = Null ?? Word!;
      const name = Null ? { ...nameOf(what), text: 'null' } : nameOf(what);
      return { kind: 'is', negated: not !== undefined, operand, what: name, ...span };
    }
    if (betweenTest) {
      const [low, high] = betweenTest[0].children.arithmetic.map(each => arithmetic(context, each));
      return { kind: 'between', negated, operand, low, high, ...span };
    }
    if (likeTest) {
      const { arithmetic: patterns, Ilike } = likeTest[0].children;
      const pattern = arithmetic(context, patterns[0]);
      return { kind: 'like', negated, operand, pattern, ...(Ilike ? { ignoreCase: true } : {}), ...span };
    }
    if (hasTest) return { kind: 'has', negated, operand, ...flags(context, hasTest[0]), ...span };
    return { kind: 'in', negated, operand, list: membership(context, inTest![0]), ...span };
  });
}

/** A comparison; with a range, `dport = 80..90`, a test whether the operand is in it. */
function compared(context: TreeContext, operand: Expr, node: ComparisonCstNode, span: Span): Expr {
  const { CompareOperator, arithmetic: values } = node.children;
  const [token] = CompareOperator;
  const op = COMPARISONS[token.image];
  const [right, high] = values.map(value => arithmetic(context, value));
  if (!high) return { kind: 'compare', op, left: operand, right, opSpan: tokenSpan(token), ...span };
  const ends = across(values[0], values[1]);
  if (op !== '=' && op !== '!=') {
    const hint = 'a range has two ends: use = or !=, or compare with one of them';
    context.diagnostics.error('syntax', ends, `'${token.image}' cannot compare with a range`, hint);
  }
  const items: RangeExpr[] = [{ kind: 'range', low: right, high, ...ends }];
  return { kind: 'in', negated: op === '!=', operand, list: { kind: 'list', items, ...ends }, ...span };
}

function membership(context: TreeContext, { children }: InTestCstNode): InExpr['list'] {
  if (children.parenthesized) {
    const node = children.parenthesized[0];
    return node.children.query ? subquery(context, node) : list(context, node);
  }
  const [low, high] = children.atom!;
  const first = atom(context, low);
  if (!high) {
    if (first.kind === 'variable') return first;
    return { kind: 'list', items: [first], ...spanOf(low) };
  }
  const span = across(low, high);
  return { kind: 'list', items: [{ kind: 'range', low: first, high: atom(context, high), ...span }], ...span };
}

function flags(context: TreeContext, { children }: HasTestCstNode): Pick<HasExpr, 'quantifier' | 'names'> {
  const quantifier = children.Any ? 'any' : 'all';
  if (children.Variable) return { quantifier, names: [variable(children.Variable[0])] };
  const nodes = children.flag ?? children.flags![0].children.flag;
  return { quantifier, names: nodes.map(node => flag(context, node)) };
}

function flag(context: TreeContext, { children }: FlagCstNode): Expr {
  if (children.Word) return { kind: 'name', ...nameOf(children.Word[0]) };
  if (children.Variable) return variable(children.Variable[0]);
  return literal(context, (children.Text ?? children.Number!)[0]);
}

// ---------------------------------------------------------------- operands

/** Builds a row of operands and operators by how tightly each operator binds. */
export function arithmetic(context: TreeContext, node: ArithmeticCstNode): Expr {
  const { unary: nodes, BinaryOperator: operators = [] } = node.children;
  if (nodes.length === 1) return unary(context, nodes[0]);
  // Operators of one strength nest to the left: as deep as there are operators, at worst.
  return nested(context, operators.length, node, () => {
    let next = 0;
    const climb = (weakest: number): Expr => {
      const first = next;
      let left = unary(context, nodes[first]);
      while (next < operators.length) {
        const operator = operators[next];
        const op = operator.image as BinaryOp;
        const precedence = PRECEDENCE[op];
        if (precedence < weakest) break;
        next++;
        const right = climb(precedence + 1);
        const span = across(nodes[first], nodes[next]);
        left = { kind: 'binary', op, left, right, opSpan: tokenSpan(operator), ...span };
      }
      return left;
    };
    return climb(1);
  });
}

function unary(context: TreeContext, node: UnaryCstNode): Expr {
  const { UnaryOperator: signs = [], TypeCast: casts = [], atom: atoms, parenthesized } = node.children;
  const value = nested(context, signs.length + casts.length, node, () =>
    atoms ? atom(context, atoms[0]) : inParentheses(context, parenthesized![0]),
  );
  const { end } = spanOf(node);
  const operand = casts.reduce<Expr>((inner, token) => {
    const span = tokenSpan(token);
    const type: Name = { text: token.image.slice(2), start: span.start + 2, end: span.end };
    return { kind: 'cast', operand: inner, type, start: value.start, end: span.end };
  }, value);
  return signs.reduceRight<Expr>(
    (inner, sign) => ({ kind: 'unary', op: sign.image as '-' | '~', operand: inner, start: sign.startOffset, end }),
    operand,
  );
}

function atom(context: TreeContext, node: AtomCstNode): Expr {
  const { Literal, Variable, path, callArguments, searchedCase, simpleCase } = node.children;
  if (Literal) return literal(context, Literal[0]);
  if (Variable) return variable(Variable[0]);
  if (searchedCase) return caseOf(context, searchedCase[0].children.caseBranches[0], undefined, spanOf(node));
  if (simpleCase) {
    const { expression: operand, caseBranches } = simpleCase[0].children;
    return caseOf(context, caseBranches[0], operand[0], spanOf(node));
  }
  const name = pathName(path![0]);
  if (!callArguments) return { kind: 'name', ...name };
  return nested(context, 1, node, () => call(context, name, callArguments[0], spanOf(node)));
}

function caseOf(
  context: TreeContext,
  { children }: CaseBranchesCstNode,
  operand: ExpressionCstNode | undefined,
  span: Span,
): CaseExpr {
  return nested(context, 1, operand ?? children.whenClause[0], () =>
    compact<CaseExpr>({
      kind: 'case',
      operand: operand && expression(context, operand),
      branches: children.whenClause.map(({ children: { expression: both } }) => ({
        when: expression(context, both[0]),
        value: expression(context, both[1]),
      })),
      otherwise: optional(children.expression, node => expression(context, node)),
      ...span,
    }),
  );
}

function call(context: TreeContext, name: Name, { children }: CallArgumentsCstNode, span: Span): Expr {
  const word = name.text.toLowerCase();
  if (children.query) {
    const query = context.query(children.query[0]);
    if (word === 'exists') return { kind: 'exists', query, ...span };
    const argument: SubqueryExpr = { kind: 'subquery', query, ...spanOf(children.query[0]) };
    return { kind: 'call', name, args: [argument], star: false, distinct: false, ...span };
  }
  const args = (children.expression ?? []).map(argument => expression(context, argument));
  if (children.As) {
    const type = nameOf(children.Word![0]);
    if (word === 'cast' && args.length === 1) return { kind: 'cast', operand: args[0], type, ...span };
    context.diagnostics.error('syntax', tokenSpan(children.As[0]), "unexpected 'as'", 'write: cast(x as text)');
  }
  return {
    kind: 'call',
    name,
    args,
    star: children.Star !== undefined,
    distinct: children.Distinct !== undefined,
    ...(children.aggregateFilter
      ? { filter: expression(context, children.aggregateFilter[0].children.expression[0]) }
      : {}),
    ...span,
  };
}

/** A name with its dots, white space around them left out. */
export function pathName(node: PathCstNode): Name {
  const { Word, AnyWord = [] } = node.children;
  return { text: [...Word, ...AnyWord].map(token => token.image).join('.'), ...spanOf(node) };
}

const variable = (token: IToken): Expr & { readonly kind: 'variable' } => ({
  kind: 'variable',
  name: token.image.slice(1),
  ...tokenSpan(token),
});

function formOf(token: IToken): LiteralForm {
  const type = token.tokenType;
  if (type === Address) return 'address';
  if (type === NumberLiteral) return 'number';
  return type === Constant.true || type === Constant.false || type === Constant.null ? 'word' : 'text';
}

export const literal = (context: Pick<TreeContext, 'diagnostics'>, token: IToken): LiteralExpr =>
  readLiteral(formOf(token), token.image, tokenSpan(token), context.diagnostics);

// ---------------------------------------------------------------- parentheses

/** A subquery, a list of several, or just an expression. */
function inParentheses(context: TreeContext, node: ParenthesizedCstNode): Expr {
  const { query, Literal = [], item: items = [] } = node.children;
  if (query) return subquery(context, node);
  if (Literal.length + items.length > 1 || items[0]?.children.DotDot) return list(context, node);
  return Literal.length > 0 ? literal(context, Literal[0]) : expression(context, items[0].children.expression[0]);
}

const subquery = (context: TreeContext, node: ParenthesizedCstNode): SubqueryExpr =>
  nested(context, 1, node, () => ({
    kind: 'subquery',
    query: context.query(node.children.query![0]),
    ...spanOf(node),
  }));

function list(context: TreeContext, node: ParenthesizedCstNode): ListExpr {
  const { Literal = [], item: others = [] } = node.children;
  return nested(context, 1, node, () => {
    const items: Expr[] = [];
    let next = 0;
    for (const each of others) {
      const start = each.location!.startOffset;
      while (next < Literal.length && Literal[next].startOffset < start) items.push(literal(context, Literal[next++]));
      items.push(item(context, each));
    }
    while (next < Literal.length) items.push(literal(context, Literal[next++]));
    return { kind: 'list', items, ...spanOf(node) };
  });
}

/** A value, or a range: of a list, and of `let`. */
export function item(context: TreeContext, node: ItemCstNode): Expr {
  const low = expression(context, node.children.expression[0]);
  if (!node.children.arithmetic) return low;
  return { kind: 'range', low, high: arithmetic(context, node.children.arithmetic[0]), ...spanOf(node) };
}
