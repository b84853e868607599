import type { ConstNode, FieldNode, Typed } from '../../checked/ast.js';
import { resultColumns } from '../../checked/selects.js';
import { Diagnostics } from '../../diagnostics/diagnostic.js';
import type { Span } from '../../diagnostics/span.js';
import { valuesBeside } from '../../evaluate/any.js';
import { deepEqual } from '../../evaluate/deep-equal.js';
import { print } from '../../print/print.js';
import { BOOLEAN, NULL, phrase, type Type } from '../../schema/type.js';
import {
  assertNever,
  type CompareExpr,
  type CompareOp,
  type Expr,
  type InExpr,
  type LiteralExpr,
  type NameExpr,
  type SubqueryExpr,
} from '../../syntax/ast.js';
import type { CheckContext, CheckQuery, Scope, VariableType } from '../scope.js';
import { checkBinary, checkUnary } from './arithmetic.js';
import { checkCall } from './calls.js';
import { checkCase } from './cases.js';
import { checkCast } from './casts.js';
import { cellsIn, rejectTextAmongNumbers, typeBesideTexts, typeOfAddresses, wordBesideCells } from './cells.js';
import { checkSettingName, rejectDashedRange, rejectLoneValue, warnOfOtherStates } from './common-mistakes.js';
import { checkComparison } from './conditions/comparison.js';
import { checkEndpoint, checkTranslated } from './conditions/endpoints.js';
import { checkIn } from './conditions/in-list.js';
import { checkMasked } from './conditions/masks.js';
import { checkBetween, checkHas, checkIs, checkLike, type PredicateChecker } from './conditions/predicates.js';
import { checkRange, convertConstant, convertWord, literalType } from './convert.js';
import { checkName, checkNameAs, type NameChecker, variableOf } from './names.js';
import { quotedNameHint, rejectQuotedNames, warnOfTexts } from './quoted-names.js';
import { reportUnknownName, resolve } from './resolve.js';
import { withLists, writtenLists } from './variables/lists.js';
import { hasWords, writtenText } from './variables/texts.js';

/** Checks expressions of one clause. An undefined result means that an error has been reported. */
export class ExpressionChecker implements PredicateChecker, NameChecker {
  constructor(
    readonly scope: Scope,
    readonly context: CheckContext,
    readonly diagnostics: Diagnostics,
    readonly checkQuery: CheckQuery,
    /** How many more times a column may be replaced by the expression that it names: they can double at each step. */
    readonly budget = { expansions: 1000 },
    /** The source expression of each checked node, for later messages. */
    readonly spans = new Map<Typed, Expr>(),
  ) {}

  /** The same with another scope: inside of an aggregate, for example. */
  within(scope: Scope): ExpressionChecker {
    const inner = new ExpressionChecker(
      scope,
      this.context,
      this.diagnostics,
      this.checkQuery,
      this.budget,
      this.spans,
    );
    return inner;
  }

  /** Whether a comparison would be valid, without a word about it. */
  #fits(comparison: CompareExpr): boolean {
    const inside = new Diagnostics();
    new ExpressionChecker(this.scope, this.context, inside, this.checkQuery, this.budget).compare(comparison);
    return !inside.hasErrors;
  }

  /** Whether what is being checked is part of a condition where unknown counts as false. */
  isLoose = false;

  /** A condition of a clause: of type boolean. Unknown counts as false there. */
  condition(expr: Expr): Typed | undefined {
    const node = this.#while(true, () => this.#condition(expr));
    if (node) warnOfOtherStates(this, expr);
    return node;
  }

  #while<T>(isLoose: boolean, check: () => T): T {
    const before = this.isLoose;
    this.isLoose = isLoose;
    try {
      return check();
    } finally {
      this.isLoose = before;
    }
  }

  #condition(expr: Expr): Typed | undefined {
    const node = this.#isColumn(expr) ? this.checkAs(expr, { ...BOOLEAN, isCell: true }) : this.check(expr);
    if (node === undefined) return undefined;
    if (node.type.name === 'boolean' || node.type.name === 'null') return node;
    this.diagnostics.error(
      'type',
      expr,
      `expected a condition, got ${phrase(node.type)}`,
      node.type.name === 'flags'
        ? 'test flags with has: status has ASSURED'
        : node.kind === 'field' && node.name === 'nat'
          ? 'write: nat != none'
          : node.kind === 'field' && (node.name === 'snat' || node.name === 'dnat')
            ? `write: nat has ${node.name === 'snat' ? 'src' : 'dst'}`
            : 'compare it with something: = != < > in like',
    );
    return undefined;
  }

  /** Any expression, without a type expected by its context. */
  check(expr: Expr): Typed | undefined {
    const node = this.#check(expr);
    if (node) this.spans.set(node, expr);
    return node;
  }

  #check(expr: Expr): Typed | undefined {
    switch (expr.kind) {
      case 'literal':
        // An invalid literal was reported when it was parsed.
        if (expr.value === null && expr.type !== 'null') return undefined;
        return { kind: 'const', type: literalType(expr), value: expr.value };
      case 'name':
        return checkName(this, expr);
      case 'variable': {
        const variable = this.variable(expr);
        if (!variable) return undefined;
        if (variable.kind === 'value') return { kind: 'variable', type: variable.type, name: expr.name };
        this.diagnostics.error('type', expr, `$${expr.name} is a list`, `write: in $${expr.name}`);
        return undefined;
      }
      case 'unary':
        return checkUnary(this, expr);
      case 'binary':
        return checkBinary(this, expr);
      case 'compare':
        return this.compare(expr);
      case 'logical': {
        if (rejectLoneValue(this, expr, comparison => this.#fits(comparison))) return undefined;
        const operands = expr.operands.map(operand => this.#condition(operand));
        if (operands.some(operand => operand === undefined)) return undefined;
        return { kind: 'logical', op: expr.op, operands: operands as Typed[], type: BOOLEAN };
      }
      case 'not': {
        const operand = this.#while(false, () => this.#condition(expr.operand));
        return operand && { kind: 'not', operand, type: BOOLEAN };
      }
      case 'between':
        if (rejectQuotedNames(this, [expr.operand, expr.low, expr.high])) return undefined;
        return checkBetween(this, expr);
      case 'in':
        return this.#in(expr);
      case 'like':
        if (rejectQuotedNames(this, [expr.operand, expr.pattern])) return undefined;
        return checkLike(this, expr);
      case 'has':
        if (rejectQuotedNames(this, [expr.operand])) return undefined;
        return checkHas(this, expr);
      case 'is':
        if (rejectQuotedNames(this, [expr.operand])) return undefined;
        return checkIs(this, expr);
      case 'call':
        return checkCall(this, expr);
      case 'case':
        return checkCase(this, expr);
      case 'cast':
        return checkCast(this, expr);
      case 'exists': {
        const query = this.checkQuery(expr.query, { purpose: 'rows', span: expr });
        return query && { kind: 'exists', query, type: BOOLEAN };
      }
      case 'subquery':
        return this.#scalar(expr);
      case 'list':
        this.diagnostics.error('type', expr, 'a list is allowed only after in', 'write: a = 1 and b = 2');
        return undefined;
      case 'range':
        this.diagnostics.error(
          'type',
          expr,
          'a range is allowed only in a list',
          'write: x in (8000..8999), or x between 8000 and 8999',
        );
        return undefined;
      default:
        return assertNever(expr);
    }
  }

  /** The type of a variable; reports an unknown one. */
  variable(expr: Span & { readonly name: string }): VariableType | undefined {
    return variableOf(this, expr);
  }

  /** Whether the meaning of an expression depends on the other operand. */
  needsContext(expr: Expr): boolean {
    if (expr.kind === 'literal') return expr.type === 'text';
    if (expr.kind === 'variable') return writtenText(this, expr) !== undefined;
    if (expr.kind !== 'name') return false;
    return resolve(this.scope, expr.text) === undefined || this.#isColumn(expr);
  }

  /** Whether an expression is a column of a data file. */
  #isColumn(expr: Expr): boolean {
    return cellsIn(this.scope, expr) !== undefined;
  }

  /** A column of a subquery whose values are compared with a type: a column of a file is read as beside a value of it. */
  listed(expr: Expr, type: Type): Typed | undefined {
    const isCast = expr.kind === 'cast' && this.#isColumn(expr.operand);
    if (this.#isColumn(expr) && type.name !== 'null') return this.checkAs(expr, { ...type, isCell: true });
    const node = this.check(expr);
    return isCast && node?.kind === 'field' ? { ...node, type: { ...node.type, isCell: true } } : node;
  }

  /** `(select …)` as a value. @param type of what it is compared with */
  #scalar(expr: SubqueryExpr, type?: Type): Typed | undefined {
    const query = this.checkQuery(expr.query, { purpose: 'value', span: expr, type });
    return query && { kind: 'scalar', query, type: resultColumns(query)?.[0].type ?? NULL };
  }

  // -------------------------------------------------------------- pairs

  /** An expression whose other operand has a known type. @param beside the other operand, for messages */
  checkAs(expr: Expr, type: Type, beside?: Typed): Typed | undefined {
    const node = this.#checkAs(expr, type, beside);
    if (node) this.spans.set(node, expr);
    return node;
  }

  #checkAs(expr: Expr, type: Type, beside?: Typed): Typed | undefined {
    if (expr.kind === 'name') return checkNameAs(this, expr, type, beside);
    if (expr.kind === 'subquery') return this.#scalar(expr, type);
    if (expr.kind === 'literal' && expr.type === 'text' && type.name !== 'null') {
      return this.#convertText(expr, type, beside);
    }
    const text = hasWords(type) ? writtenText(this, expr) : undefined;
    if (text) return this.#convertText(text, type, beside);
    const node = this.check(expr);
    if (node?.kind !== 'const') return node;
    return convertConstant(node, expr.kind === 'literal' ? expr : undefined, type);
  }

  /** A text whose other operand has a known type. */
  #convertText(literal: LiteralExpr, type: Type, beside?: Typed): Typed | undefined {
    const inside = new Diagnostics();
    const node = convertWord(literal, type, this.context.environment, inside);
    const better = inside.hasErrors
      ? (quotedNameHint(this.scope, literal) ?? (beside && this.#textHint(beside, literal)))
      : undefined;
    for (const { code, message, hint } of inside.list) this.diagnostics.error(code, literal, message, better ?? hint);
    return node;
  }

  /** For a text beside a column of a file whose cells are addresses. */
  #textHint(column: Typed, { text }: LiteralExpr): string | undefined {
    const written = column.type.isCell && column.type.name === 'address' ? this.spans.get(column) : undefined;
    return (
      written &&
      `its cells are addresses, and host names are not looked up; as texts: ${print(written)}::text = ${text}`
    );
  }

  /**
   * Two sides of an operator, each helped by the other's type.
   * @param others what one of them is compared with too
   */
  pair(left: Expr, right: Expr, others: readonly Expr[] = []): [Typed, Typed] | undefined {
    if (!this.needsContext(left)) {
      const a = this.check(left);
      const b = a ? this.checkAs(right, a.type, a) : this.needsContext(right) ? undefined : this.check(right);
      if (!a || !b) return undefined;
      // A constant on the left takes the type of the right operand: 443 = dport.
      return [
        a.kind === 'const' && b.kind !== 'const'
          ? convertConstant(a, left.kind === 'literal' ? left : undefined, b.type)
          : a,
        b,
      ];
    }
    if (!this.needsContext(right)) {
      const b = this.check(right);
      const a = b && this.checkAs(left, b.type, b);
      return a && b && [a, b];
    }
    const type =
      typeBesideTexts(this, left, [right, ...others]) ??
      typeBesideTexts(this, right, [left, ...others]) ??
      typeOfAddresses(this, '=', [left, right, ...others]);
    if (type) {
      if (cellsIn(this.scope, left)) {
        const a = this.checkAs(left, type);
        const b = this.checkAs(right, type, a);
        return a && b && [a, b];
      }
      const b = this.checkAs(right, type);
      const a = this.checkAs(left, type, b);
      return a && b && [a, b];
    }
    const a = this.check(left);
    // A word compared with an unknown name has no known meaning: it is not a second error.
    const b = a || right.kind !== 'name' ? this.#beside(right, left, a) : undefined;
    return a && b && [a, b];
  }

  /** A name beside a column of a file that means nothing is probably a text. */
  #beside(expr: Expr, column: Expr, other: Typed | undefined): Typed | undefined {
    if (expr.kind !== 'name' || other?.type.isCell !== true || resolve(this.scope, expr.text)) return this.check(expr);
    reportUnknownName(this, expr, wordBesideCells(this, column, expr.text));
    return undefined;
  }

  #in(expr: InExpr): Typed | undefined {
    if (rejectQuotedNames(this, [expr.operand, expr.list])) return undefined;
    const any = this.anyOf(expr.operand, expr.negated, operand => checkIn(this, { ...expr, operand, negated: false }));
    return any === null ? this.#while(this.isLoose && !expr.negated, () => checkIn(this, expr)) : any;
  }

  /** @param others what a side is compared with too, as between has two bounds */
  compare(expr: CompareExpr, others: readonly Expr[] = []): Typed | undefined {
    const { op } = expr;
    if (rejectQuotedNames(this, [expr.left, expr.right])) return undefined;
    const withRange = withLists(expr, writtenLists(this.context.variables));
    if (withRange) return this.check(withRange);
    const meant = this.expandShorthand(expr);
    if (meant !== null) return meant;
    for (const [side, other, swap] of [
      [expr.left, expr.right, false],
      [expr.right, expr.left, true],
    ] as const) {
      const positive: CompareOp = op === '!=' ? '=' : op;
      const test = this.anyOf(side, op === '!=', operand =>
        this.compare({ ...expr, op: positive, left: swap ? other : operand, right: swap ? operand : other }, others),
      );
      if (test !== null) return test;
    }
    const isOrder = op !== '=' && op !== '!=';
    const { left, right } = expr;
    if (isOrder && (rejectTextAmongNumbers(this, left, right) || rejectTextAmongNumbers(this, right, left)))
      return undefined;
    const sides = this.pair(left, right, others);
    const test = sides && checkComparison(this, op, sides[0], sides[1], expr);
    if (test) warnOfTexts(this, test, expr);
    return test;
  }

  /** Expands shorthand such as `mark = 1/0xff`; null if the comparison is not shorthand. */
  expandShorthand(written: CompareExpr): Typed | undefined | null {
    const { left, right } = written;
    const expr = { ...written, left: writtenText(this, left) ?? left, right: writtenText(this, right) ?? right };
    if (rejectDashedRange(this, expr) === undefined) return undefined;
    const endpoint = checkEndpoint(this, expr);
    if (endpoint !== null) return endpoint;
    const setting = checkSettingName(this, expr);
    if (setting !== null) return setting;
    const masked = checkMasked(this, expr);
    return masked === null ? checkTranslated(this, expr) : masked;
  }

  /** The name of a field as written: `src` for `orig.src`. */
  written(node: FieldNode): string {
    const expr = this.spans.get(node);
    return expr?.kind === 'name' ? expr.text : node.name;
  }

  checkFieldRange(side: FieldNode, constant: ConstNode, span: Span): boolean {
    const table = side.join === undefined ? this.scope.table : this.scope.joins[side.join]?.table;
    const field = side.type.isCell ? undefined : table?.fields[side.name];
    return (
      field === undefined || checkRange(constant, span, { name: this.written(side), max: field.max }, this.diagnostics)
    );
  }

  /**
   * `host = A`: the test for each field that the word means.
   * @returns null if the operand is not such a word; undefined after an error
   */
  anyOf(operand: Expr, negated: boolean, test: (operand: NameExpr) => Typed | undefined): Typed | undefined | null {
    if (operand.kind !== 'name') return null;
    const resolved = resolve(this.scope, operand.text);
    if (resolved?.kind !== 'field' || !resolved.field.anyOf) return null;
    const tests: Typed[] = [];
    const others: Typed[] = [];
    for (const text of resolved.field.anyOf) {
      const name = { ...operand, text };
      const node = test(name);
      const field = node && this.check(name);
      if (!field) return undefined;
      tests.push(node);
      for (const other of valuesBeside(node, field))
        if (!others.some(each => deepEqual(each, other))) others.push(other);
    }
    const any: Typed = { kind: 'any', tests, others, name: resolved.name, type: BOOLEAN };
    return negated ? { kind: 'not', operand: any, type: BOOLEAN } : any;
  }
}
