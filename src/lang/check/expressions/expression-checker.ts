import type { Diagnostics } from '../../diagnostics/diagnostic.js';
import { didYouMean } from '../../diagnostics/did-you-mean.js';
import { foldConstant } from '../../evaluate/evaluate.js';
import type { Field } from '../../schema/catalogue.js';
import { enumNames } from '../../schema/flags.js';
import { fieldSynonym } from '../../schema/synonyms.js';
import {
  ADDRESS,
  BOOLEAN,
  isArithmetic,
  isIntegral,
  isNumber,
  NULL,
  phrase,
  TEXT,
  type Type,
  typeOfField,
} from '../../schema/type.js';
import {
  assertNever,
  type BinaryExpr,
  type CompareExpr,
  type CompareOp,
  type Expr,
  type InExpr,
  type NameExpr,
  type Span,
} from '../../syntax/ast.js';
import type { ConstNode, FieldNode, Typed } from '../checked-ast.js';
import type { CheckContext, CheckQuery, Scope } from '../scope.js';
import { resultColumns } from '../selects.js';
import { arithmeticType } from './arithmetic.js';
import { checkCall } from './calls.js';
import { checkCase } from './cases.js';
import { castTo, checkCast } from './casts.js';
import { checkSettingName, dashedName, rejectDashedRange, rejectLoneValue } from './common-mistakes.js';
import { checkComparison } from './comparison.js';
import { checkRange, convertConstant, convertWord, isHostName, literalType } from './convert.js';
import { checkEndpoint, checkTranslated } from './endpoints.js';
import { checkIn } from './in-list.js';
import { checkMasked } from './masks.js';
import { checkBetween, checkHas, checkIs, checkLike, type PredicateChecker } from './predicates.js';
import { fieldAfterDot, reportUnknownName, resolve } from './resolve.js';

/** Checks expressions of one clause. An undefined result means that an error has been reported. */
export class ExpressionChecker implements PredicateChecker {
  constructor(
    readonly scope: Scope,
    readonly context: CheckContext,
    readonly diagnostics: Diagnostics,
    readonly checkQuery: CheckQuery,
    /** How many more times a column may be replaced by the expression that it names: they can double at each step. */
    readonly budget = { expansions: 1000 },
    /** The source expression of each checked node, for later messages. */
    readonly spans = new WeakMap<Typed, Expr>(),
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

  /** Whether what is being checked is part of a condition where unknown counts as false. */
  isLoose = false;

  /** A condition of a clause: of type boolean. Unknown counts as false there. */
  condition(expr: Expr): Typed | undefined {
    return this.#while(true, () => this.#condition(expr));
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
    const node = this.check(expr);
    if (node === undefined) return undefined;
    if (node.type.name === 'boolean' || node.type.name === 'null') return node;
    this.diagnostics.error(
      'type',
      expr,
      `expected a condition, got ${phrase(node.type)}`,
      node.type.name === 'flags'
        ? 'test flags with has: status has ASSURED'
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
        return this.#name(expr);
      case 'variable': {
        const variable = this.variable(expr);
        if (!variable) return undefined;
        if (variable.kind === 'value') return { kind: 'variable', type: variable.type, name: expr.name };
        this.diagnostics.error('type', expr, `$${expr.name} is a list`, `use it as a list: src in $${expr.name}`);
        return undefined;
      }
      case 'unary': {
        const operand = this.check(expr.operand);
        if (!operand) return undefined;
        const ok =
          expr.op === '-'
            ? isNumber(operand.type) || operand.type.name === 'duration'
            : isIntegral(operand.type) || operand.type.name === 'flags';
        if (ok)
          return foldConstant({
            kind: 'unary',
            op: expr.op,
            operand,
            type: operand.type.name === 'port' || operand.type.name === 'flags' ? { name: 'integer' } : operand.type,
          });
        this.diagnostics.error(
          'type',
          expr.operand,
          `'${expr.op}' requires a ${expr.op === '~' ? 'whole ' : ''}number, got ${operand.type.name === 'decimal' ? 'a decimal' : phrase(operand.type)}`,
        );
        return undefined;
      }
      case 'binary':
        return this.#binary(expr);
      case 'compare':
        return this.compare(expr);
      case 'logical': {
        if (rejectLoneValue(this, expr)) return undefined;
        const operands = expr.operands.map(operand => this.#condition(operand));
        if (operands.some(operand => operand === undefined)) return undefined;
        return { kind: 'logical', op: expr.op, operands: operands as Typed[], type: BOOLEAN };
      }
      case 'not': {
        const operand = this.#while(false, () => this.#condition(expr.operand));
        return operand && { kind: 'not', operand, type: BOOLEAN };
      }
      case 'between':
        return checkBetween(this, expr);
      case 'in':
        return this.#in(expr);
      case 'like':
        return checkLike(this, expr);
      case 'has':
        return checkHas(this, expr);
      case 'is':
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
      case 'subquery': {
        const query = this.checkQuery(expr.query, { purpose: 'value', span: expr });
        if (!query) return undefined;
        return { kind: 'scalar', query, type: resultColumns(query)?.[0].type ?? NULL };
      }
      case 'list':
        this.diagnostics.error('type', expr, 'a list is allowed only after in');
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
  variable(expr: Span & { name: string }) {
    const variable = this.context.variables.get(expr.name);
    if (variable) return variable;
    this.diagnostics.error(
      'name.variable',
      expr,
      `unknown variable $${expr.name}`,
      didYouMean(expr.name, [...this.context.variables.keys()]) ??
        `define it: let ${expr.name} = …, or --set ${expr.name}=…`,
    );
    return undefined;
  }

  // -------------------------------------------------------------- names

  #name(expr: NameExpr): Typed | undefined {
    const resolved = resolve(this.scope, expr.text);
    if (!resolved) {
      reportUnknownName(this, expr);
      return undefined;
    }
    switch (resolved.kind) {
      case 'alias':
        return this.#alias(expr, resolved);
      case 'data':
        return dataField(resolved, TEXT);
      case 'field':
        return this.#field(expr, resolved);
    }
  }

  /** An alias means its expression, in which names are fields again. */
  #alias(name: NameExpr, { expr, lateral }: { expr: Expr; lateral?: Scope['lateral'] }): Typed | undefined {
    if (lateral !== undefined && --this.budget.expansions < 0) {
      this.diagnostics.error('syntax.depth', name, 'columns use other columns too often', 'use a select in from');
      return undefined;
    }
    return this.within({ ...this.scope, aliases: undefined, lateral }).check(expr);
  }

  #field(expr: NameExpr, { name, field, join }: { name: string; field: Field; join?: number }): FieldNode | undefined {
    if (field.anyOf) {
      this.diagnostics.error(
        'field.use',
        expr,
        `${name} can be used only in conditions: it means any of ${field.anyOf.join(', ')}`,
        `name one of them, or compare it: ${name} = …`,
      );
      return undefined;
    }
    // A file may hold events, but no rows of a resync.
    const mayBeEvent = this.scope.watch || (this.scope.inFile && join === undefined && name !== 'resync');
    if (field.watchOnly && !mayBeEvent) {
      this.diagnostics.error(
        'field.use',
        expr,
        `${name} is available only in watch and in files of events`,
        "a table has entries, not events: watch from conntrack, or select … from 'events.log'",
      );
      return undefined;
    }
    return { kind: 'field', name, type: typeOfField(field), ...(join === undefined ? {} : { join }) };
  }

  /** Whether the meaning of an expression depends on the other operand. */
  needsContext(expr: Expr): boolean {
    if (expr.kind === 'literal') return expr.type === 'text';
    if (expr.kind !== 'name') return false;
    const resolved = resolve(this.scope, expr.text);
    return resolved === undefined || resolved.kind === 'data';
  }

  // -------------------------------------------------------------- pairs

  /** An expression whose other operand has a known type. @param beside the other operand, for messages */
  checkAs(expr: Expr, type: Type, beside?: Typed): Typed | undefined {
    const node = this.#checkAs(expr, type, beside);
    if (node) this.spans.set(node, expr);
    return node;
  }

  #checkAs(expr: Expr, type: Type, beside?: Typed): Typed | undefined {
    if (expr.kind === 'name') {
      const isWord =
        type.name === 'enum' &&
        enumNames(type.vocabulary!).some(word => word.toLowerCase() === expr.text.toLowerCase());
      const resolved = isWord ? undefined : resolve(this.scope, expr.text);
      if (resolved?.kind === 'data') {
        // A column compared with a network holds addresses or networks.
        const own = type.name === 'network' ? ADDRESS : type;
        return dataField(resolved, own);
      }
      if (resolved) return this.check(expr);
      const takesWords = ['enum', 'proto', 'port', 'text', 'flags', 'labels'].includes(type.name);
      if (
        type.name === 'address' &&
        beside?.kind === 'field' &&
        isHostName(expr.text) &&
        !(this.scope.table && fieldAfterDot(this.scope.table, expr.text)) &&
        !this.#isNearField(expr.text)
      ) {
        this.diagnostics.error(
          'name.value',
          expr,
          `invalid address '${expr.text}'`,
          `host names are not looked up: write ${expr.text.toLowerCase() === 'localhost' ? '127.0.0.1' : 'the address'}`,
        );
        return undefined;
      }
      if (!takesWords || beside?.kind === 'const' || expr.text.includes('.')) {
        reportUnknownName(this, expr);
        return undefined;
      }
      return convertWord(expr, type, this.context.environment, this.diagnostics);
    }
    if (expr.kind === 'literal' && expr.type === 'text' && type.name !== 'null') {
      return convertWord(expr, type, this.context.environment, this.diagnostics);
    }
    const node = this.check(expr);
    if (node?.kind !== 'const') return node;
    return convertConstant(node, expr.kind === 'literal' ? expr : undefined, type);
  }

  #isNearField(text: string): boolean {
    const { table, aliases } = this.scope;
    const names = [...Object.keys(table?.fields ?? {}), ...(aliases?.keys() ?? [])];
    return fieldSynonym(text) !== undefined || didYouMean(text, names) !== undefined;
  }

  /** Two sides of an operator, each helped by the other's type. */
  pair(left: Expr, right: Expr): [Typed, Typed] | undefined {
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
    const a = this.check(left);
    // A word compared with an unknown name has no known meaning: it is not a second error.
    const b = a || right.kind !== 'name' ? this.check(right) : undefined;
    return a && b && [a, b];
  }

  #in(expr: InExpr): Typed | undefined {
    const any = this.anyOf(expr.operand, expr.negated, operand => checkIn(this, { ...expr, operand, negated: false }));
    return any === null ? this.#while(this.isLoose && !expr.negated, () => checkIn(this, expr)) : any;
  }

  compare(expr: CompareExpr): Typed | undefined {
    const { op } = expr;
    const meant = this.expandShorthand(expr);
    if (meant !== null) return meant;
    for (const [side, other, swap] of [
      [expr.left, expr.right, false],
      [expr.right, expr.left, true],
    ] as const) {
      const positive: CompareOp = op === '!=' ? '=' : op;
      const test = this.anyOf(side, op === '!=', operand =>
        this.compare({ ...expr, op: positive, left: swap ? other : operand, right: swap ? operand : other }),
      );
      if (test !== null) return test;
    }
    const sides = this.pair(expr.left, expr.right);
    return sides && checkComparison(this, op, sides[0], sides[1], expr);
  }

  /** Expands shorthand such as `mark = 1/0xff`; null if the comparison is not shorthand. */
  expandShorthand(expr: CompareExpr): Typed | undefined | null {
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
    const field = table?.fields[side.name];
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
    for (const text of resolved.field.anyOf) {
      const node = test({ ...operand, text });
      if (!node) return undefined;
      tests.push(node);
    }
    const any: Typed = { kind: 'any', tests, name: resolved.name, type: BOOLEAN };
    return negated ? { kind: 'not', operand: any, type: BOOLEAN } : any;
  }

  // -------------------------------------------------------------- operators

  #binary(expr: BinaryExpr): Typed | undefined {
    const dashed = dashedName(this, expr);
    if (dashed) {
      reportUnknownName(this, dashed);
      return undefined;
    }
    const left = this.check(expr.left);
    const right = this.check(expr.right);
    if (!left || !right) return undefined;
    if (expr.op === '||') {
      const [a, b] = [castTo(left, TEXT), castTo(right, TEXT)];
      return a && b && foldConstant({ kind: 'binary', op: '||', left: a, right: b, type: TEXT });
    }
    const type = arithmeticType(expr.op, left.type, right.type);
    if (type) return foldConstant({ kind: 'binary', op: expr.op, left, right, type });
    const wrong = !isArithmetic(left.type) ? left : right;
    this.diagnostics.error(
      'type',
      expr.opSpan,
      isArithmetic(left.type) && isArithmetic(right.type)
        ? `'${expr.op}' cannot be applied to ${phrase(left.type)} and ${phrase(right.type)}`
        : `'${expr.op}' requires numbers, got ${phrase(wrong.type)}`,
      wrong.type.name !== 'address'
        ? undefined
        : expr.op === '<<' || expr.op === '>>'
          ? `write: ${expr.left.kind === 'name' ? expr.left.text : 'src'} in 10.0.0.0/8`
          : 'net(src, 24) gives the network of an address',
    );
    return undefined;
  }
}

const dataField = ({ name, join }: { name: string; join?: number }, type: Type): FieldNode => ({
  kind: 'field',
  name,
  type,
  ...(join === undefined ? {} : { join }),
});
