import type { FlagTest, Typed } from '../../checked/ast.js';
import type { CheckedAssignment } from '../../checked/statements.js';
import { didYouMean } from '../../diagnostics/did-you-mean.js';
import { print } from '../../print/print.js';
import { type Field, fieldOf, type Table } from '../../schema/catalogue.js';
import { settingHint } from '../../schema/synonyms.js';
import { isNumber, phrase, TEXT, type Type, typeOfField } from '../../schema/type.js';
import type { BinaryExpr, Expr } from '../../syntax/ast.js';
import type { Assignment } from '../../syntax/statements.js';
import { assignMasked, isQuotient, valueAndMask } from '../expressions/conditions/masks.js';
import { flagTest } from '../expressions/conditions/predicates.js';
import { checkRange } from '../expressions/convert.js';
import type { ExpressionChecker } from '../expressions/expression-checker.js';
import { resolve } from '../expressions/resolve.js';

/** Why a field cannot be set. */
const REASONS: Readonly<Record<string, string>> = {
  packets: 'only the kernel sets counters (select … zero resets them)',
  bytes: 'only the kernel sets counters (select … zero resets them)',
  'orig.packets': 'only the kernel sets counters',
  'orig.bytes': 'only the kernel sets counters',
  'reply.packets': 'only the kernel sets counters',
  'reply.bytes': 'only the kernel sets counters',
  id: 'the kernel assigns it',
  use: 'the kernel keeps the reference count',
  start: 'the kernel records when a flow begins',
  stop: 'the kernel records when a flow ends',
  age: 'it is derived from start',
  secmark: 'the security module sets it',
  secctx: 'the security module sets it',
  nat: 'it is derived from snat and dnat: set those',
};

const UPDATE_REASONS: Readonly<Record<string, string>> = {
  snat: 'the kernel sets up NAT when an entry is created: delete the entry and insert it again',
  dnat: 'the kernel sets up NAT when an entry is created: delete the entry and insert it again',
  zone: 'the zone is part of the key of an entry: insert … set zone = N from … copies it',
};

/** `set FIELD = EXPR, …` of an insert or update. */
export function checkAssignments(
  checker: ExpressionChecker,
  table: Table,
  assignments: readonly Assignment[],
  operation: 'insert' | 'update',
): CheckedAssignment[] | undefined {
  const { diagnostics } = checker;
  const seen = new Set<string>();
  const checked: CheckedAssignment[] = [];
  let wrong = false;
  for (const assignment of assignments) {
    const target = targetOf(checker, table, assignment, operation);
    const value = target && assignedValue(checker, target, assignment);
    if (!target || !value) {
      wrong = true;
      continue;
    }
    if (seen.has(target.name)) {
      diagnostics.error('clause', assignment.field, `${target.name} is set twice`);
      wrong = true;
    }
    seen.add(target.name);
    checked.push({
      field: target.name,
      op: assignment.op,
      value,
      span: { start: assignment.start, end: assignment.end },
    });
  }
  return wrong ? undefined : checked;
}

interface Target {
  readonly name: string;
  readonly field: Field;
}

function targetOf(
  checker: ExpressionChecker,
  table: Table,
  { field: name, op }: Assignment,
  operation: 'insert' | 'update',
): Target | undefined {
  const { diagnostics } = checker;
  const found = fieldOf(table, name.text);
  if (!found) {
    diagnostics.error(
      'name.field',
      name,
      `unknown field '${name.text}' in ${table.name}`,
      settingHint(table.name, name.text) ?? didYouMean(name.text, Object.keys(table.fields)),
    );
    return undefined;
  }
  if (!found.field[operation]) {
    const isTuple = operation === 'update' && found.field.insert;
    const reason =
      (operation === 'update' ? UPDATE_REASONS[found.name] : undefined) ??
      REASONS[found.name] ??
      (isTuple
        ? 'it is part of the key of an entry: delete the entry and insert it again'
        : 'the kernel does not accept it');
    diagnostics.error('field.use', name, `${found.name} cannot be set by ${operation}`, reason);
    return undefined;
  }
  const isSet = found.field.type === 'flags' || found.field.type === 'labels';
  if (op !== '=' && !isSet) {
    diagnostics.error(
      'type',
      name,
      `'${op}' requires a set of flags or labels; ${found.name} is ${phrase(typeOfField(found.field))}`,
      `write: ${found.name} = ${found.name} ${op[0]} …`,
    );
    return undefined;
  }
  if (op === '-=' && found.field.type === 'flags' && found.name === 'status') {
    diagnostics.error('field.use', name, 'status bits cannot be cleared', 'the kernel rejects it');
    return undefined;
  }
  return found;
}

function assignedValue(checker: ExpressionChecker, { name, field }: Target, assignment: Assignment): Typed | undefined {
  const type = typeOfField(field);
  const { value: expr } = assignment;
  if (type.name === 'flags' || type.name === 'labels') return flagSetValue(checker, expr, type);
  const node =
    field.bits && isQuotient(expr) ? maskedValue(checker, name, field, expr, assignment) : checker.checkAs(expr, type);
  if (!node) return undefined;
  if (node.kind === 'const' && node.value === null) {
    if (name === 'helper') return { kind: 'const', type: TEXT, value: null };
    checker.diagnostics.error('type', expr, `${name} cannot be set to null`, 'omit it to keep its value');
    return undefined;
  }
  if (!isAssignable(type, node.type)) {
    checker.diagnostics.error(
      'type',
      expr,
      `${name} must be ${phrase(type)}, got ${phrase(node.type)}`,
      type.name === 'duration' && isNumber(node.type) ? 'durations require a unit: 90s, 5m, 1h30m' : undefined,
    );
    return undefined;
  }
  if (node.kind === 'const' && type.name === 'duration' && Number(node.value) < 0) {
    checker.diagnostics.error('range', expr, `${name} cannot be negative`);
    return undefined;
  }
  if (node.kind === 'const' && !checkRange(node, expr, { name, max: field.max }, checker.diagnostics)) return undefined;
  return node;
}

/** `set mark = 0x102/0xfff` changes only the bits of the mask. */
function maskedValue(
  checker: ExpressionChecker,
  name: string,
  field: Field,
  expr: Parameters<typeof valueAndMask>[1],
  { field: target }: Assignment,
): Typed | undefined {
  const both = valueAndMask(checker, expr, name, field);
  if (!both) return undefined;
  if (checker.scope.table === undefined) {
    checker.diagnostics.error(
      'type',
      expr,
      `VALUE/MASK keeps bits of an existing ${name}: a new entry has none`,
      `write: ${name} = ${both.value.text}`,
    );
    return undefined;
  }
  const { start, end } = expr;
  return checker.check(assignMasked({ kind: 'name', ...target }, both, Number(field.max), { start, end }));
}

const isAssignable = (target: Type, value: Type): boolean =>
  value.name === 'null' ||
  (target.name === value.name && (target.vocabulary === value.vocabulary || target.name !== 'enum')) ||
  (target.name === 'enum' && value.name === 'enum') ||
  ((target.name === 'integer' || target.name === 'port' || target.name === 'proto') &&
    (value.name === 'integer' || value.name === 'port' || value.name === 'proto'));

/** Names of flags or labels as a constant; or an expression that copies another set. */
function flagSetValue(checker: ExpressionChecker, expr: Expr, type: Type): Typed | undefined {
  if (expr.kind === 'binary' && /^[-+|]$/.test(expr.op) && isSetAndFlag(checker, expr, type)) {
    const [name, flag] = [print(expr.left), print(expr.right)];
    if (expr.op !== '-' || type.name === 'labels')
      checker.diagnostics.error(
        'type',
        expr.opSpan,
        `'${expr.op}' requires numbers, got a name`,
        `write: ${name} ${expr.op === '-' ? '-' : '+'}= ${flag}`,
      );
    else checker.diagnostics.error('field.use', expr, 'status bits cannot be cleared', 'the kernel rejects it');
    return undefined;
  }
  const names = expr.kind === 'list' ? expr.items : [expr];
  if (names.length === 1 && names[0].kind === 'name') {
    const resolved = resolve(checker.scope, names[0].text);
    if (resolved?.kind === 'field' && resolved.field.type === type.name) return checker.check(names[0]);
  }
  if (names.length === 1 && type.name === 'flags' && names[0].kind !== 'name') {
    const node = checker.check(names[0]);
    if (node && (node.type.name === 'integer' || node.type.name === 'flags')) return { ...node, type };
    if (node) checker.diagnostics.error('type', expr, `expected flags, got ${phrase(node.type)}`);
    return undefined;
  }
  const flags = names.map(name => flagTest(checker, name, type));
  if (flags.includes(undefined)) return undefined;
  const absent = (flags as FlagTest[]).find(each => each.absent);
  if (absent) {
    checker.diagnostics.error('field.use', expr, `${absent.name} is the absence of a flag: it cannot be set`);
    return undefined;
  }
  return {
    kind: 'const',
    type,
    value:
      type.name === 'flags' ? unionOf(flags as FlagTest[]) : labelSet((flags as FlagTest[]).map(each => each.bits)),
  };
}

/** `status - ASSURED`. */
const isSetAndFlag = ({ scope }: ExpressionChecker, { left, right }: BinaryExpr, type: Type): boolean => {
  const resolved = left.kind === 'name' ? resolve(scope, left.text) : undefined;
  return (
    resolved?.kind === 'field' &&
    resolved.field.type === type.name &&
    right.kind === 'name' &&
    resolve(scope, right.text) === undefined
  );
};

const unionOf = (flags: readonly FlagTest[]): number => flags.reduce((bits, each) => (bits | each.bits) >>> 0, 0);

/** Bits as a value of type labels (`values/value.ts`). */
export function labelSet(bits: readonly number[]): string {
  const groups = new Array<number>(8).fill(0);
  for (const bit of bits) groups[bit >> 4] |= 1 << (bit & 15);
  return String.fromCharCode(...groups);
}
