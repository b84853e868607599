import type { FieldNode, FlagTest, Typed } from '../../../checked/ast.js';
import { orderOf } from '../../../conversion/cell-order.js';
import { didYouMean } from '../../../diagnostics/did-you-mean.js';
import { print } from '../../../print/print.js';
import { STATUS_FLAGS } from '../../../schema/constants.js';
import { ABSENT_FLAGS, enumNames, flagBits, flagNames } from '../../../schema/flags.js';
import { flagSynonym } from '../../../schema/synonyms.js';
import { ADDRESS, BOOLEAN, phrase, TEXT, type Type } from '../../../schema/type.js';
import type {
  BetweenExpr,
  CompareExpr,
  CompareOp,
  Expr,
  HasExpr,
  IsExpr,
  LikeExpr,
  LiteralExpr,
  NameExpr,
} from '../../../syntax/ast.js';
import { ADDRESS_CLASSES, type AddressClass, networkOfBeginning } from '../../../values/address.js';
import { compare } from '../../../values/value.js';
import type { Checker } from '../../scope.js';
import { withLists, writtenLists } from '../variables/lists.js';
import { writtenText } from '../variables/texts.js';
import { checkMine } from './mine.js';

/** What predicates use of the checker. */
export interface PredicateChecker extends Checker {
  /** @param others what a side is compared with too */
  compare(expr: CompareExpr, others?: readonly Expr[]): Typed | undefined;
  /** The test for each field that a word such as `host` means; null if the operand is not such a word. */
  anyOf(operand: Expr, negated: boolean, test: (operand: NameExpr) => Typed | undefined): Typed | undefined | null;
}

/** `x between a and b`, as two comparisons; undefined after an error has been reported. */
export function checkBetween(checker: PredicateChecker, expr: BetweenExpr): Typed | undefined {
  const any = checker.anyOf(expr.operand, expr.negated, operand =>
    checkBetween(checker, { ...expr, operand, negated: false }),
  );
  if (any !== null) return any;
  const bound = (op: CompareOp, right: Expr, other: Expr): Typed | undefined =>
    checker.compare(
      { kind: 'compare', op, left: expr.operand, right, opSpan: expr, start: expr.start, end: expr.end },
      [other],
    );
  const low = bound('>=', expr.low, expr.high);
  const high = bound('<=', expr.high, expr.low);
  if (!low || !high) return undefined;
  if (isEmptyRange(low, high)) {
    const span = { start: expr.low.start, end: expr.high.end };
    checker.diagnostics.error('range', span, ...EMPTY_RANGE);
    return undefined;
  }
  const both: Typed = { kind: 'logical', op: 'and', operands: [low, high], type: BOOLEAN };
  return expr.negated ? { kind: 'not', operand: both, type: BOOLEAN } : both;
}

/** The message for a range that no value is in, and its hint. */
export const EMPTY_RANGE = ['empty range: its upper bound is less than its lower bound', 'swap the bounds'] as const;

/** Whether no value can pass both comparisons with constants. */
function isEmptyRange(low: Typed, high: Typed): boolean {
  if (low.kind !== 'compare' || high.kind !== 'compare') return false;
  if (low.right.kind !== 'const' || high.right.kind !== 'const') return false;
  const [from, to] = [orderOf(low.right.value, low.left.type), orderOf(high.right.value, high.left.type)];
  if (from === null || to === null) return false;
  // Addresses of two families have no order that was meant.
  const isText = (value: unknown): boolean => typeof value === 'string';
  return isText(from) === isText(to) && compare(from, to) > 0;
}

/** `x like 'pattern'`, `ilike`; undefined after an error has been reported. */
export function checkLike(checker: PredicateChecker, expr: LikeExpr): Typed | undefined {
  const operand = checker.check(expr.operand);
  const pattern = operand && checker.checkAs(expr.pattern, TEXT, operand);
  if (!operand || !pattern) return undefined;
  if (operand.type.name !== 'text' && operand.type.name !== 'enum') {
    checker.diagnostics.error(
      'type',
      expr.operand,
      `like requires text, got ${phrase(operand.type)}`,
      operand.type.name === 'address'
        ? `addresses are matched by network: ${networkLike(expr)}`
        : operand.type.name === 'flags'
          ? 'flags are tested with has: status has ASSURED'
          : undefined,
    );
    return undefined;
  }
  if (pattern.type.name !== 'text') {
    checker.diagnostics.error(
      'type',
      expr.pattern,
      `a pattern must be text, got ${phrase(pattern.type)}`,
      "write: helper like '%ftp%'",
    );
    return undefined;
  }
  const test: Typed = {
    kind: 'like',
    operand,
    pattern,
    ...(expr.ignoreCase ? { ignoreCase: true } : {}),
    type: BOOLEAN,
  };
  return expr.negated ? { kind: 'not', operand: test, type: BOOLEAN } : test;
}

/** The network for `src like '192.168.%'`. */
function networkLike({ operand, pattern, negated }: LikeExpr): string {
  const network = pattern.kind === 'literal' ? networkOfBeginning(String(pattern.value)) : undefined;
  return `${operand.kind === 'name' ? operand.text : 'src'}${negated ? ' not' : ''} in ${network ?? '10.0.0.0/8'}`;
}

/** `status has (A, B)`, `labels has any (x, y)`; undefined after an error has been reported. */
export function checkHas(checker: PredicateChecker, expr: HasExpr): Typed | undefined {
  const written = withLists(expr, writtenLists(checker.context.variables));
  if (written?.kind === 'has') return checkHas(checker, written);
  const operand = checker.check(expr.operand);
  if (!operand) return undefined;
  if (operand.kind === 'field' && operand.type.vocabulary === 'nat' && !checker.scope.columns)
    return checkNatHas(checker, expr, operand);
  if (operand.type.name !== 'flags' && operand.type.name !== 'labels') {
    checker.diagnostics.error(
      'type',
      expr.operand,
      `has requires flags or labels, got ${phrase(operand.type)}`,
      'for example: status has ASSURED',
    );
    return undefined;
  }
  const flags = expr.names.map(name => flagTest(checker, name, operand.type));
  if (flags.some(each => each === undefined)) return undefined;
  const test: Typed = {
    kind: 'has',
    operand,
    quantifier: expr.quantifier,
    flags: flags as FlagTest[],
    type: BOOLEAN,
  };
  return expr.negated ? { kind: 'not', operand: test, type: BOOLEAN } : test;
}

const NAT_FLAGS: Readonly<Record<string, 'SRC_NAT' | 'DST_NAT'>> = { src: 'SRC_NAT', dst: 'DST_NAT' };

/** `nat has dst`: the destination is translated, whether or not the source is too. */
function checkNatHas(checker: PredicateChecker, expr: HasExpr, operand: FieldNode): Typed | undefined {
  const flags: FlagTest[] = [];
  for (const written of expr.names) {
    const name = writtenText(checker, written) ?? written;
    const text = name.kind === 'name' ? name.text : name.kind === 'literal' ? String(name.value) : '';
    const flag = Object.hasOwn(NAT_FLAGS, text.toLowerCase()) ? NAT_FLAGS[text.toLowerCase()] : undefined;
    if (flag === undefined) {
      checker.diagnostics.error(
        'name.value',
        name,
        `expected src or dst, got '${text}'`,
        /^[sd]nat$/i.test(text)
          ? `write: nat has ${text.toLowerCase() === 'snat' ? 'src' : 'dst'}`
          : `write: nat = ${enumNames('nat').includes(text) ? text : 'none'}`,
      );
      return undefined;
    }
    flags.push({ name: flag, bits: STATUS_FLAGS[flag], absent: false });
  }
  const status: FieldNode = { ...operand, name: 'status', type: { name: 'flags', flags: 'status' } };
  const test: Typed = { kind: 'has', operand: status, quantifier: expr.quantifier, flags, type: BOOLEAN };
  return expr.negated ? { kind: 'not', operand: test, type: BOOLEAN } : test;
}

/** The test for a flag or label name; reports an unknown one. */
export function flagTest(checker: Checker, written: Expr, type: Type): FlagTest | undefined {
  const expr = writtenText(checker, written) ?? written;
  if (expr.kind !== 'name' && !(expr.kind === 'literal' && (expr.type === 'text' || expr.type === 'integer'))) {
    checker.diagnostics.error('type', expr, 'expected the name of a flag or label');
    return undefined;
  }
  const text = expr.kind === 'name' ? expr.text : String(expr.value);
  if (type.name === 'flags') return statusFlagTest(checker, expr, text, type);
  const { environment } = checker.context;
  const isNumeric = expr.kind === 'literal' && expr.type === 'integer';
  const bit = isNumeric ? Number(expr.value) : environment.labelBit(text);
  if (bit !== undefined && bit >= 0 && bit <= 127) return { name: text, bits: bit, absent: false };
  if (isNumeric) checker.diagnostics.error('range', expr, `label ${text} is out of range: bits are 0 to 127`);
  else
    checker.diagnostics.error(
      'name.value',
      expr,
      `unknown label '${text}'`,
      didYouMean(text, environment.labelNames()) ??
        'label names are in /etc/xtables/connlabel.conf; a bit can be written as a number',
    );
  return undefined;
}

function statusFlagTest(
  checker: Checker,
  expr: NameExpr | LiteralExpr,
  text: string,
  type: Type,
): FlagTest | undefined {
  const name = text.toUpperCase();
  const set = flagBits(type.flags!);
  if (Object.hasOwn(set, name)) return { name, bits: set[name], absent: false };
  const absent = ABSENT_FLAGS[type.flags!];
  if (absent && Object.hasOwn(absent, name)) return { name, bits: absent[name], absent: true };
  checker.diagnostics.error(
    'name.value',
    expr,
    `unknown flag '${text}'`,
    (type.flags === 'status' ? (stateHint(name) ?? flagSynonym(text)) : undefined) ??
      didYouMean(text, flagNames(type.flags!)) ??
      `flags are ${flagNames(type.flags!).join(', ')}`,
  );
  return undefined;
}

/** `status has ESTABLISHED`. */
const stateHint = (name: string): string | undefined =>
  enumNames('state').includes(name) ? `${name} is a state: write state = ${name}` : undefined;

/** `x is null`, `src is private`, `src is mine`; undefined after an error has been reported. */
export function checkIs(checker: PredicateChecker, expr: IsExpr): Typed | undefined {
  const what = expr.what.text.toLowerCase();
  if (what === 'mine') return checkMine(checker, expr);
  const any =
    what === 'null'
      ? null
      : checker.anyOf(expr.operand, expr.negated, operand => checkIs(checker, { ...expr, operand, negated: false }));
  if (any !== null) return any;
  const isClass = (ADDRESS_CLASSES as readonly string[]).includes(what);
  const isCell = expr.operand.kind === 'name' && checker.needsContext(expr.operand);
  const operand =
    isClass && isCell ? checker.checkAs(expr.operand, { ...ADDRESS, isCell: true }) : checker.check(expr.operand);
  if (!operand) return undefined;
  let test: Typed;
  if (what === 'null' && operand.kind === 'field' && operand.name === 'nat') {
    checker.diagnostics.error(
      'type',
      expr,
      'nat is never null',
      `write: ${print(expr.operand)} ${expr.negated ? '!=' : '='} none`,
    );
    return undefined;
  }
  if (what === 'null') {
    test = { kind: 'is_null', operand, type: BOOLEAN };
  } else if (!isClass) {
    checker.diagnostics.error(
      'name.value',
      expr.what,
      `unknown address class '${expr.what.text}'`,
      operand.type.name !== 'address'
        ? `is tests for null; write: ${print(expr.operand)} ${operand.type.name === 'flags' ? 'has' : expr.negated ? '!=' : '='} ${expr.what.text}`
        : (didYouMean(what, [...ADDRESS_CLASSES, 'mine', 'null']) ?? `use null, mine, ${ADDRESS_CLASSES.join(', ')}`),
    );
    return undefined;
  } else if (operand.type.name !== 'address') {
    checker.diagnostics.error('type', expr.operand, `is ${what} requires an address, got ${phrase(operand.type)}`);
    return undefined;
  } else {
    test = { kind: 'is_class', operand, class: what as AddressClass, type: BOOLEAN };
  }
  return expr.negated ? { kind: 'not', operand: test, type: BOOLEAN } : test;
}
