import { ADDRESS_CLASSES, type AddressClass } from '../addresses.js';
import {
  assertNever,
  type BetweenExpr,
  type BinaryExpr,
  type CompareExpr,
  type CompareOp,
  type Expr,
  type HasExpr,
  type IsExpr,
  type LikeExpr,
  type LiteralExpr,
  type NameExpr,
  type Span,
} from '../ast.js';
import { type Field, fieldOf } from '../catalogue.js';
import type { Diagnostics } from '../diagnostics.js';
import { foldConstant } from '../evaluate.js';
import type { CompareNode, ConstNode, FieldNode, Type, Typed, Wanted } from '../typed.js';
import { ABSENT_FLAGS, flagNames, flagsOf, wordsOf } from '../vocabulary.js';
import { arithmeticType } from './arithmetic.js';
import { checkCall } from './calls.js';
import { checkRange, convertConstant, convertWord, literalType, suggestion } from './convert.js';
import { checkIn } from './lists.js';
import type { CheckContext, CheckQuery, Expressions, Scope } from './scope.js';
import { BOOLEAN, isNumber, isReckonable, isWhole, NULL, phrase, TEXT, typeOfField } from './types.js';

/** What a name turned out to be. */
type Resolved =
  | { kind: 'field'; name: string; field: Field; join?: number }
  | { kind: 'data'; name: string; join: number }
  | { kind: 'alias'; expr: Expr };

/** Checks expressions of one clause. An undefined result means that the mistake has been reported. */
export class ExpressionChecker implements Expressions {
  /** Where each checked node stood, for messages about it later. */
  readonly spans = new WeakMap<Typed, Span>();

  constructor(
    readonly scope: Scope,
    readonly context: CheckContext,
    readonly diagnostics: Diagnostics,
    readonly checkQuery: CheckQuery,
  ) {}

  /** The same with another scope: inside of an aggregate, for instance. */
  within(scope: Scope): ExpressionChecker {
    const inner = new ExpressionChecker(scope, this.context, this.diagnostics, this.checkQuery);
    return inner;
  }

  /** A condition: of type boolean. */
  condition(expr: Expr): Typed | undefined {
    const node = this.check(expr);
    if (node === undefined) return undefined;
    if (node.type.name === 'boolean' || node.type.name === 'null') return node;
    this.diagnostics.error(
      'type',
      expr,
      `a condition is wanted here, not ${phrase(node.type)}`,
      node.type.name === 'flags'
        ? 'test flags with has: status has ASSURED'
        : 'compare it with something: = != < > in like',
    );
    return undefined;
  }

  /** Any expression, with no hint of its type from its surroundings. */
  check(expr: Expr): Typed | undefined {
    const node = this.#check(expr);
    if (node) this.spans.set(node, expr);
    return node;
  }

  #check(expr: Expr): Typed | undefined {
    switch (expr.kind) {
      case 'literal':
        // A literal that could not be read was reported where it was read.
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
            : isWhole(operand.type) || operand.type.name === 'flags';
        if (ok)
          return foldConstant({
            kind: 'unary',
            op: expr.op,
            operand,
            type: operand.type.name === 'port' || operand.type.name === 'flags' ? { name: 'integer' } : operand.type,
          });
        this.diagnostics.error('type', expr.operand, `'${expr.op}' wants a number, not ${phrase(operand.type)}`);
        return undefined;
      }
      case 'binary':
        return this.#binary(expr);
      case 'compare':
        return this.#compare(expr);
      case 'logical': {
        const operands = expr.operands.map(operand => this.condition(operand));
        if (operands.some(operand => operand === undefined)) return undefined;
        return { kind: 'logical', op: expr.op, operands: operands as Typed[], type: BOOLEAN };
      }
      case 'not': {
        const operand = this.condition(expr.operand);
        return operand && { kind: 'not', operand, type: BOOLEAN };
      }
      case 'between':
        return this.#between(expr);
      case 'in':
        return (
          this.anyOf(expr.operand, expr.negated, operand => checkIn(this, { ...expr, operand, negated: false })) ??
          checkIn(this, expr)
        );
      case 'like':
        return this.#like(expr);
      case 'has':
        return this.#has(expr);
      case 'is':
        return this.#is(expr);
      case 'call':
        return checkCall(this, expr);
      case 'subquery': {
        const query = this.checkQuery(expr.query, { single: true, span: expr });
        if (!query) return undefined;
        const column = query.kind === 'select' ? query.columns?.[0] : undefined;
        return { kind: 'scalar', query, type: column?.expr.type ?? NULL };
      }
      case 'list':
        this.diagnostics.error('type', expr, 'a list may stand only after in');
        return undefined;
      case 'range':
        this.diagnostics.error(
          'type',
          expr,
          'a range may stand only in a list',
          'write: x in (8000..8999), or x between 8000 and 8999',
        );
        return undefined;
      default:
        return assertNever(expr);
    }
  }

  /** The type of a variable, or a message that there is none. */
  variable(expr: Span & { name: string }) {
    const variable = this.context.variables.get(expr.name);
    if (variable) return variable;
    this.diagnostics.error(
      'name.variable',
      expr,
      `there is no variable $${expr.name}`,
      suggestion(expr.name, [...this.context.variables.keys()]) ??
        `define it: let ${expr.name} = …, or --set ${expr.name}=…`,
    );
    return undefined;
  }

  // -------------------------------------------------------------- names

  resolve(name: string): Resolved | undefined {
    const { table, aliases, joins } = this.scope;
    const alias = aliases?.get(name.toLowerCase());
    if (alias) return { kind: 'alias', expr: alias };
    if (table) {
      const found = fieldOf(table, name);
      if (found) return { kind: 'field', ...found };
      if (this.scope.tableName && name.toLowerCase().startsWith(`${this.scope.tableName.toLowerCase()}.`)) {
        const own = fieldOf(table, name.slice(this.scope.tableName.length + 1));
        if (own) return { kind: 'field', ...own };
      }
    }
    const dot = name.indexOf('.');
    const join = dot < 0 ? -1 : joins.findIndex(each => each.alias.toLowerCase() === name.slice(0, dot).toLowerCase());
    if (join < 0) return undefined;
    const column = name.slice(dot + 1);
    const joined = joins[join];
    if (!joined.table) {
      joined.used.add(column);
      return { kind: 'data', name: column, join };
    }
    const found = fieldOf(joined.table, column);
    return found && { kind: 'field', ...found, join };
  }

  #name(expr: NameExpr): Typed | undefined {
    const resolved = this.resolve(expr.text);
    if (!resolved) {
      this.unknown(expr);
      return undefined;
    }
    switch (resolved.kind) {
      case 'alias':
        // An alias stands for its expression; inside of that, names are fields again.
        return this.within({ ...this.scope, aliases: undefined }).#adopt(resolved.expr, this.spans);
      case 'data':
        return { kind: 'field', name: resolved.name, join: resolved.join, type: TEXT };
      case 'field':
        return this.#field(expr, resolved);
    }
  }

  #adopt(expr: Expr, spans: WeakMap<Typed, Span>): Typed | undefined {
    const node = this.check(expr);
    if (node) spans.set(node, expr);
    return node;
  }

  #field(expr: NameExpr, { name, field, join }: { name: string; field: Field; join?: number }): FieldNode | undefined {
    if (field.anyOf) {
      this.diagnostics.error(
        'field.use',
        expr,
        `${name} serves conditions only: it means any of ${field.anyOf.join(', ')}`,
        `name one of them, or compare it: ${name} = …`,
      );
      return undefined;
    }
    if (field.watchOnly && !this.scope.watch) {
      this.diagnostics.error(
        'field.use',
        expr,
        `${name} exists in watch only`,
        'a table has entries, not events: watch from conntrack',
      );
      return undefined;
    }
    return { kind: 'field', name, type: typeOfField(field), ...(join === undefined ? {} : { join }) };
  }

  /** Says that there is no such field, with the nearest one. */
  unknown(expr: NameExpr): void {
    const { table, aliases, tableName } = this.scope;
    if (!table) {
      this.diagnostics.error(
        'name.field',
        expr,
        `no fields are at hand here: '${expr.text}'`,
        'quote it if it is text',
      );
      return;
    }
    const names = [...Object.keys(table.fields), ...(aliases?.keys() ?? [])];
    this.diagnostics.error(
      'name.field',
      expr,
      `there is no field '${expr.text}' in ${tableName ?? table.name}`,
      suggestion(expr.text, names) ?? `show fields from ${table.name} lists them`,
    );
  }

  /** Whether an expression gets its meaning from what stands beside it. */
  needsContext(expr: Expr): boolean {
    if (expr.kind === 'literal') return expr.type === 'text';
    if (expr.kind !== 'name') return false;
    const resolved = this.resolve(expr.text);
    return resolved === undefined || resolved.kind === 'data';
  }

  // -------------------------------------------------------------- pairs

  /** An expression beside another of a known type. `beside` is the other side's tree, for messages. */
  checkAs(expr: Expr, type: Type, beside?: Typed): Typed | undefined {
    const node = this.#checkAs(expr, type, beside);
    if (node) this.spans.set(node, expr);
    return node;
  }

  #checkAs(expr: Expr, type: Type, beside?: Typed): Typed | undefined {
    if (expr.kind === 'name') {
      const isWord =
        type.name === 'enum' && wordsOf(type.vocabulary!).some(word => word.toLowerCase() === expr.text.toLowerCase());
      const resolved = isWord ? undefined : this.resolve(expr.text);
      if (resolved?.kind === 'data') return { kind: 'field', name: resolved.name, join: resolved.join, type };
      if (resolved) return this.check(expr);
      const takesWords = ['enum', 'proto', 'port', 'text', 'flags', 'labels'].includes(type.name);
      if (!takesWords || beside?.kind === 'const' || expr.text.includes('.')) {
        this.unknown(expr);
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

  /** Two sides of an operator, each helped by the other's type. */
  pair(left: Expr, right: Expr): [Typed, Typed] | undefined {
    if (!this.needsContext(left)) {
      const a = this.check(left);
      const b = a ? this.checkAs(right, a.type, a) : this.needsContext(right) ? undefined : this.check(right);
      if (!a || !b) return undefined;
      // A constant on the left takes the type of what stands right of it: 443 = dport.
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
    // What a word beside an unknown name means cannot be known: it is no second mistake.
    const b = a || right.kind !== 'name' ? this.check(right) : undefined;
    return a && b && [a, b];
  }

  #compare(expr: CompareExpr): Typed | undefined {
    const { op } = expr;
    for (const [side, other, swap] of [
      [expr.left, expr.right, false],
      [expr.right, expr.left, true],
    ] as const) {
      const positive: CompareOp = op === '!=' ? '=' : op;
      const test = this.anyOf(side, op === '!=', operand =>
        this.#compare({ ...expr, op: positive, left: swap ? other : operand, right: swap ? operand : other }),
      );
      if (test !== null) return test;
    }
    const sides = this.pair(expr.left, expr.right);
    return sides && this.comparison(op, sides[0], sides[1], expr);
  }

  /** A comparison of two checked sides, where their types go together. */
  comparison(op: CompareOp, left: Typed, right: Typed, expr: { left: Expr; right: Expr } & Span): Typed | undefined {
    for (const [node, side] of [
      [left, expr.right],
      [right, expr.left],
    ] as const) {
      if (node.kind === 'const' && node.value === null) {
        this.diagnostics.error(
          'type',
          expr,
          'nothing is equal to null',
          `write: ${side.kind === 'name' ? side.text : 'x'} is ${op === '!=' ? 'not ' : ''}null`,
        );
        return undefined;
      }
    }
    const a = left.type;
    const b = right.type;
    if ((a.name === 'address' && b.name === 'network') || (a.name === 'network' && b.name === 'address')) {
      if (op !== '=' && op !== '!=') {
        this.diagnostics.error(
          'type',
          expr,
          `an address is inside of a network or not: '${op}' does not apply`,
          'write: src = 10.0.0.0/8, or src in (10.0.0.0/8, …)',
        );
        return undefined;
      }
      const test: Typed =
        a.name === 'address'
          ? { kind: 'within', operand: left, network: right, type: BOOLEAN }
          : { kind: 'within', operand: right, network: left, type: BOOLEAN };
      return op === '=' ? test : { kind: 'not', operand: test, type: BOOLEAN };
    }
    const whole = (type: Type): boolean => isNumber(type) || type.name === 'flags';
    if (a.name !== b.name && !(whole(a) && whole(b)) && a.name !== 'null' && b.name !== 'null') {
      const hint =
        (a.name === 'duration' && isNumber(b)) || (b.name === 'duration' && isNumber(a))
          ? 'durations have a unit: 90s, 5m, 1h30m'
          : undefined;
      this.diagnostics.error('type', expr, `${phrase(a)} cannot be compared with ${phrase(b)}`, hint);
      return undefined;
    }
    if (a.name === 'labels') {
      this.diagnostics.error('type', expr, 'labels are tested with has', 'write: labels has NAME');
      return undefined;
    }
    if ((a.name === 'enum' || a.name === 'boolean') && op !== '=' && op !== '!=') {
      this.diagnostics.error('type', expr, `${phrase(a)} has no order: '${op}' does not apply`, 'use = != in');
      return undefined;
    }
    if (!this.#inRange(left, right, expr.right) || !this.#inRange(right, left, expr.left)) return undefined;
    const node: CompareNode = { kind: 'compare', op, left, right, type: BOOLEAN };
    return node;
  }

  /** A constant beside a field must be one that the field can have. */
  #inRange(side: Typed, constant: Typed, span: Span): boolean {
    if (side.kind !== 'field' || constant.kind !== 'const') return true;
    return this.rangeOf(side, constant, span);
  }

  rangeOf(side: FieldNode, constant: ConstNode, span: Span): boolean {
    const table = side.join === undefined ? this.scope.table : this.scope.joins[side.join]?.table;
    const field = table?.fields[side.name];
    return field === undefined || checkRange(constant, span, { name: side.name, max: field.max }, this.diagnostics);
  }

  /**
   * `host = A` and the like: the test for each field that the word stands for. Returns null where the operand is no such
   * word, undefined where the test is wrong.
   */
  anyOf(operand: Expr, negated: boolean, test: (operand: NameExpr) => Typed | undefined): Typed | undefined | null {
    if (operand.kind !== 'name') return null;
    const resolved = this.resolve(operand.text);
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
    const left = this.check(expr.left);
    const right = this.check(expr.right);
    if (!left || !right) return undefined;
    const type = arithmeticType(expr.op, left.type, right.type);
    if (type) return foldConstant({ kind: 'binary', op: expr.op, left, right, type });
    const wrong = !isReckonable(left.type) ? left : right;
    this.diagnostics.error(
      'type',
      expr.opSpan,
      isReckonable(left.type) && isReckonable(right.type)
        ? `'${expr.op}' does not go with ${phrase(left.type)} and ${phrase(right.type)}`
        : `'${expr.op}' wants numbers, not ${phrase(wrong.type)}`,
      wrong.type.name === 'address' ? 'net(src, 24) gives the network of an address' : undefined,
    );
    return undefined;
  }

  #between(expr: BetweenExpr): Typed | undefined {
    const any = this.anyOf(expr.operand, expr.negated, operand => this.#between({ ...expr, operand, negated: false }));
    if (any !== null) return any;
    const low = this.#compare({
      kind: 'compare',
      op: '>=',
      left: expr.operand,
      right: expr.low,
      opSpan: expr,
      start: expr.start,
      end: expr.end,
    });
    const high = this.#compare({
      kind: 'compare',
      op: '<=',
      left: expr.operand,
      right: expr.high,
      opSpan: expr,
      start: expr.start,
      end: expr.end,
    });
    if (!low || !high) return undefined;
    const both: Typed = { kind: 'logical', op: 'and', operands: [low, high], type: BOOLEAN };
    return expr.negated ? { kind: 'not', operand: both, type: BOOLEAN } : both;
  }

  #like(expr: LikeExpr): Typed | undefined {
    const operand = this.check(expr.operand);
    const pattern = operand && this.checkAs(expr.pattern, TEXT, operand);
    if (!operand || !pattern) return undefined;
    if (operand.type.name !== 'text' && operand.type.name !== 'enum') {
      this.diagnostics.error(
        'type',
        expr.operand,
        `like wants text, not ${phrase(operand.type)}`,
        operand.type.name === 'address' ? 'addresses are matched by network: src in 10.0.0.0/8' : undefined,
      );
      return undefined;
    }
    if (pattern.type.name !== 'text') {
      this.diagnostics.error(
        'type',
        expr.pattern,
        `a pattern is text, not ${phrase(pattern.type)}`,
        "write: helper like '%ftp%'",
      );
      return undefined;
    }
    const test: Typed = { kind: 'like', operand, pattern, type: BOOLEAN };
    return expr.negated ? { kind: 'not', operand: test, type: BOOLEAN } : test;
  }

  #has(expr: HasExpr): Typed | undefined {
    const operand = this.check(expr.operand);
    if (!operand) return undefined;
    if (operand.type.name !== 'flags' && operand.type.name !== 'labels') {
      this.diagnostics.error(
        'type',
        expr.operand,
        `has wants flags or labels, not ${phrase(operand.type)}`,
        'for instance: status has ASSURED',
      );
      return undefined;
    }
    const wanted = expr.names.map(name => this.wanted(name, operand.type));
    if (wanted.some(each => each === undefined)) return undefined;
    const test: Typed = {
      kind: 'has',
      operand,
      quantifier: expr.quantifier,
      wanted: wanted as Wanted[],
      type: BOOLEAN,
    };
    return expr.negated ? { kind: 'not', operand: test, type: BOOLEAN } : test;
  }

  /** The bit that a flag or label name stands for. */
  wanted(expr: Expr, type: Type): Wanted | undefined {
    if (expr.kind !== 'name' && !(expr.kind === 'literal' && (expr.type === 'text' || expr.type === 'integer'))) {
      this.diagnostics.error('type', expr, 'the name of a flag or label is wanted here');
      return undefined;
    }
    const text = expr.kind === 'name' ? expr.text : String(expr.value);
    if (type.name === 'flags') return this.#wantedFlag(expr, text, type);
    const { environment } = this.context;
    const isNumeric = expr.kind === 'literal' && expr.type === 'integer';
    const bit = isNumeric ? Number(expr.value) : environment.labelBit(text);
    if (bit !== undefined && bit >= 0 && bit <= 127) return { name: text, bits: bit, absent: false };
    if (isNumeric) this.diagnostics.error('range', expr, `label ${text} is out of range: bits are 0 to 127`);
    else
      this.diagnostics.error(
        'name.value',
        expr,
        `there is no label '${text}'`,
        suggestion(text, environment.labelNames()) ??
          'labels are named in /etc/xtables/connlabel.conf; a bit may be given as a number',
      );
    return undefined;
  }

  #wantedFlag(expr: NameExpr | LiteralExpr, text: string, type: Type): Wanted | undefined {
    const name = text.toUpperCase();
    const set = flagsOf(type.flags!);
    if (Object.hasOwn(set, name)) return { name, bits: set[name], absent: false };
    const absent = ABSENT_FLAGS[type.flags!];
    if (absent && Object.hasOwn(absent, name)) return { name, bits: absent[name], absent: true };
    this.diagnostics.error(
      'name.value',
      expr,
      `there is no flag '${text}'`,
      suggestion(text, flagNames(type.flags!)) ?? `flags are ${flagNames(type.flags!).join(', ')}`,
    );
    return undefined;
  }

  #is(expr: IsExpr): Typed | undefined {
    const what = expr.what.text.toLowerCase();
    const any =
      what === 'null'
        ? null
        : this.anyOf(expr.operand, expr.negated, operand => this.#is({ ...expr, operand, negated: false }));
    if (any !== null) return any;
    const operand = this.check(expr.operand);
    if (!operand) return undefined;
    let test: Typed;
    if (what === 'null') {
      test = { kind: 'is_null', operand, type: BOOLEAN };
    } else if (!(ADDRESS_CLASSES as readonly string[]).includes(what)) {
      this.diagnostics.error(
        'name.value',
        expr.what,
        `'${expr.what.text}' is no class of addresses`,
        suggestion(what, [...ADDRESS_CLASSES, 'null']) ?? `use null, ${ADDRESS_CLASSES.join(', ')}`,
      );
      return undefined;
    } else if (operand.type.name !== 'address') {
      this.diagnostics.error('type', expr.operand, `is ${what} wants an address, not ${phrase(operand.type)}`);
      return undefined;
    } else {
      test = { kind: 'is_class', operand, class: what as AddressClass, type: BOOLEAN };
    }
    return expr.negated ? { kind: 'not', operand: test, type: BOOLEAN } : test;
  }
}
