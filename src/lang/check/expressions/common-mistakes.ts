import type { Typed } from '../../checked/ast.js';
import { didYouMean } from '../../diagnostics/did-you-mean.js';
import { protocolNumber } from '../../schema/flags.js';
import { fieldSynonym } from '../../schema/synonyms.js';
import { isNumber, type Type } from '../../schema/type.js';
import type { BinaryExpr, CompareExpr, Expr, LiteralExpr, LogicalExpr, NameExpr } from '../../syntax/ast.js';
import type { Checker } from '../scope.js';
import { resolve } from './resolve.js';

const textOf = (expr: Expr): string | undefined =>
  expr.kind === 'literal' || expr.kind === 'name' ? expr.text : undefined;

const plainText = (expr: Expr): string => (textOf(expr) ?? '').replace(/^'|'$/g, '');

/** A field that is misspelt, or not yet typed whole. */
const isNearField = ({ scope: { table } }: Checker, text: string): boolean =>
  table !== undefined && didYouMean(text, Object.keys(table.fields)) !== undefined;

/** Fields that a lone value may have been meant for, the likeliest first. */
const MEANT_FIELDS = ['host', 'port', 'proto', 'mark'];

/**
 * `dport = 80 or 443`: a value where a condition should be.
 * @param fits whether a comparison is valid
 * @returns whether that was found, and reported
 */
export function rejectLoneValue(
  checker: Checker,
  { operands }: LogicalExpr,
  fits: (comparison: CompareExpr) => boolean,
): boolean {
  for (let i = 1; i < operands.length; i++) {
    const [before, lone] = [operands[i - 1], operands[i]];
    if (before.kind !== 'compare' || (before.op !== '=' && before.op !== '!=')) continue;
    const isValue =
      lone.kind === 'literal'
        ? lone.type !== 'boolean' && lone.type !== 'null' && lone.value !== null
        : lone.kind === 'name' && resolve(checker.scope, lone.text) === undefined && !isNearField(checker, lone.text);
    const [field, first, second] = [before.left, before.right, lone].map(textOf);
    if (!isValue || field === undefined || first === undefined || second === undefined) continue;
    const meant = MEANT_FIELDS.find(text => fits({ ...before, left: { ...lone, kind: 'name', text }, right: lone }));
    const hint =
      before.left.kind === 'name' && fits({ ...before, right: lone })
        ? `write: ${field} ${before.op === '=' ? '' : 'not '}in (${first}, ${second})`
        : meant === undefined
          ? 'compare it with something: = != < > in like'
          : `compare it with a field, such as ${meant} = ${second}`;
    const shown = second.startsWith("'") ? second : `'${second}'`;
    checker.diagnostics.error('type', lone, `expected a condition, got ${shown}`, hint);
    return true;
  }
  return false;
}

/** `dport = 80-443`, a range in the notation of other tools: undefined after reporting it, null if it is something else. */
export function rejectDashedRange(checker: Checker, { left, right }: CompareExpr): undefined | null {
  const [side, other] = left.kind === 'binary' ? [right, left] : [left, right];
  if (side.kind !== 'name' || other.kind !== 'binary' || other.op !== '-') return null;
  const [low, high] = [other.left, other.right];
  if (low.kind !== 'literal' || high.kind !== 'literal' || low.type !== high.type) return null;
  const resolved = resolve(checker.scope, side.text);
  if (resolved?.kind !== 'field' || resolved.field.type !== (low.type === 'integer' ? 'port' : low.type)) return null;
  if (low.type !== 'integer' && low.type !== 'address') return null;
  checker.diagnostics.error(
    'type',
    other,
    `'${low.text}-${high.text}' is a subtraction`,
    `a range is written with two dots: ${side.text} in (${low.text}..${high.text})`,
  );
  return undefined;
}

/** What to write for a value that is of another type by a slip: `bytes > 1m`, `timeout > 5M`, `start > 2026-11-29`. */
export function slipHint(value: Expr, other: Type): string | undefined {
  const date = other.name === 'time' ? unquotedDate(value) : undefined;
  if (date !== undefined) return `write '${date}', in quotes`;
  if (value.kind !== 'literal') return undefined;
  const [, digits, unit] = /^([\d.]+)([mM])$/.exec(value.text) ?? [];
  if (value.type === 'duration' && isNumber(other))
    return unit === undefined ? 'sizes end in k, M, G, T, Ki, Mi, Gi or Ti' : `write ${digits}M: m is for minutes`;
  if (value.type === 'integer' && other.name === 'duration' && unit !== undefined)
    return `write ${digits}m: M is for millions`;
  return undefined;
}

/** `2026-11-29` without quotes, which is a subtraction. */
function unquotedDate(value: Expr): string | undefined {
  if (value.kind !== 'binary' || value.left.kind !== 'binary') return undefined;
  const text = [value.left.left, value.left.right, value.right].map(textOf).join('-');
  return value.op === '-' && value.left.op === '-' && /^\d{4}-\d\d-\d\d$/.test(text) ? text : undefined;
}

/** `zone-orig`, a name spelled like an option of conntrack(8). */
export function dashedName(checker: Checker, { op, left, right, opSpan }: BinaryExpr): NameExpr | undefined {
  if (op !== '-' || left.kind !== 'name' || right.kind !== 'name') return undefined;
  if (left.end !== opSpan.start || opSpan.end !== right.start) return undefined;
  const text = `${left.text}-${right.text}`;
  const isName = resolve(checker.scope, left.text) !== undefined && resolve(checker.scope, right.text) !== undefined;
  return isName || fieldSynonym(text) === undefined ? undefined : { ...left, text, end: right.end };
}

/** States of DCCP and SCTP that look like TCP's, with what TCP has. */
const OTHER_STATES: Readonly<Record<string, readonly [protocol: string, ofTcp: string]>> = {
  CLOSED: ['sctp', 'CLOSE'],
  CLOSING: ['dccp', 'CLOSE_WAIT or LAST_ACK'],
  OPEN: ['dccp', 'ESTABLISHED'],
  TIMEWAIT: ['dccp', 'TIME_WAIT'],
};

/** Warns of `state = TIMEWAIT` in a condition that does not name the protocol: no flow of TCP has it. */
export function warnOfOtherStates(checker: Checker, condition: Expr): void {
  const isState = (expr: Expr): boolean => {
    const resolved = expr.kind === 'name' ? resolve(checker.scope, expr.text) : undefined;
    return resolved?.kind === 'field' && resolved.name === 'state';
  };
  const words: Expr[] = [];
  const compared: Expr[] = [];
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    const expr = node as Expr;
    // It has a condition of its own.
    if (expr.kind === 'subquery') return;
    if (expr.kind === 'name' || expr.kind === 'literal') {
      words.push(expr);
      return;
    }
    if (expr.kind === 'compare' && isState(expr.left)) compared.push(expr.right);
    if (expr.kind === 'in' && isState(expr.operand) && expr.list.kind === 'list')
      for (const item of expr.list.items) compared.push(item);
    for (const child of Object.values(node)) visit(child);
  };
  visit(condition);
  for (const value of compared) {
    const state = plainText(value).toUpperCase();
    if (!Object.hasOwn(OTHER_STATES, state)) continue;
    const [protocol, ofTcp] = OTHER_STATES[state];
    const names = [protocol, String(protocolNumber(protocol))];
    if (words.some(word => names.includes(plainText(word).toLowerCase()))) continue;
    checker.diagnostics.warning(
      'name.value',
      value,
      `${state} is a state of ${protocol.toUpperCase()}: no TCP flow has it`,
      `of TCP: ${ofTcp}; else add proto = ${protocol}`,
    );
  }
}

const PREFIX = /^net[./]netfilter[./]/;

/**
 * `name = 'net.netfilter.nf_conntrack_max'`: sysctl(8)'s name of a setting; null if it is something else. Warns of a name that no setting has.
 */
export function checkSettingName(
  checker: Checker & { compare(expr: CompareExpr): Typed | undefined },
  expr: CompareExpr,
): Typed | undefined | null {
  const short = (side: Expr): LiteralExpr | undefined =>
    side.kind === 'literal' && side.type === 'text' && PREFIX.test(String(side.value))
      ? { ...side, value: String(side.value).replace(PREFIX, '') }
      : undefined;
  const [left, right] = [short(expr.left), short(expr.right)];
  const [field, value] = expr.left.kind === 'name' ? [expr.left, expr.right] : [expr.right, expr.left];
  if (field.kind !== 'name' || value.kind !== 'literal' || value.type !== 'text') return null;
  const resolved = resolve(checker.scope, field.text);
  const table = resolved?.kind !== 'field' ? undefined : (joined(checker, resolved.join) ?? checker.scope.table);
  if (table?.name !== 'sysctl' || resolved?.kind !== 'field' || resolved.name !== 'name') return null;
  if (!left && !right) {
    if (expr.op === '=' || expr.op === '!=') warnOfUnknownSetting(checker, value);
    return null;
  }
  return checker.compare({ ...expr, left: left ?? expr.left, right: right ?? expr.right });
}

/** Other kernels may have settings that are not known here. */
function warnOfUnknownSetting({ context, diagnostics }: Checker, literal: LiteralExpr): void {
  const names = context.environment.settingNames?.() ?? [];
  const text = String(literal.value);
  if (names.length === 0 || names.includes(text)) return;
  const whole = names.find(name => name === `nf_${text}` || name === `nf_conntrack_${text}`);
  diagnostics.warning(
    'name.value',
    literal,
    `no setting is named '${text}'`,
    (whole && `did you mean ${whole}?`) ?? didYouMean(text, names) ?? 'select name from sysctl lists the settings',
  );
}

const joined = (checker: Checker, join: number | undefined) =>
  join === undefined ? undefined : checker.scope.joins[join]?.table;
