import type { Typed } from '../../checked/ast.js';
import { compile } from '../../evaluate/evaluate.js';
import { phrase } from '../../schema/type.js';
import type { Expr } from '../../syntax/ast.js';
import type { Integer, Value } from '../../values/value.js';
import type { ClauseChecker } from '../scope.js';

/** The value of an expression without fields: literals, arithmetic, variables whose value is known. */
export function constantOf(expr: Expr, checker: ClauseChecker): { value: Value; node: Typed } | undefined {
  const node = checker.expressions({ watch: false, joins: [] }).check(expr);
  if (!node) return undefined;
  const { variables } = checker.context;
  try {
    const value = compile<null>(node, {
      now: checker.context.environment.now(),
      environment: checker.context.environment,
      variable: name => {
        const binding = variables.get(name)?.binding;
        if (!binding) throw new UnknownYet();
        return binding;
      },
    })(null);
    return { value, node };
  } catch (error) {
    if (error instanceof UnknownYet) return { value: null, node };
    throw error;
  }
}

class UnknownYet extends Error {}

/** A whole number from 0 that a clause requires, such as `limit`; undefined after an error has been reported. */
export function wholeNumberOf(expr: Expr | undefined, checker: ClauseChecker, clause: string): Integer | undefined {
  if (!expr) return undefined;
  if (expr.kind === 'name') {
    checker.diagnostics.error(
      'type',
      expr,
      `${clause} requires a number, got '${expr.text}'`,
      expr.text.toLowerCase() === 'all' ? 'without limit, all rows are shown' : undefined,
    );
    return undefined;
  }
  const constant = constantOf(expr, checker);
  if (!constant) return undefined;
  const { value, node } = constant;
  if ((node.type.name === 'integer' || node.kind === 'variable') && value === null) return undefined;
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && node.type.name === 'integer') return value;
  checker.diagnostics.error(
    node.type.name === 'integer' ? 'range' : 'type',
    expr,
    `${clause} requires a non-negative integer${node.type.name === 'integer' ? '' : `, got ${phrase(node.type)}`}`,
  );
  return undefined;
}

/** In ns. */
export function durationOf(expr: Expr | undefined, checker: ClauseChecker, clause: string): Integer | undefined {
  if (!expr) return undefined;
  if (expr.kind === 'name') {
    const hint = 'durations require a unit: 500ms, 10s, 5m';
    checker.diagnostics.error('type', expr, `${clause} requires a duration, got '${expr.text}'`, hint);
    return undefined;
  }
  const constant = constantOf(expr, checker);
  if (!constant) return undefined;
  const { value, node } = constant;
  if ((node.type.name === 'duration' || node.kind === 'variable') && value === null) return undefined;
  if (node.type.name === 'duration' && value !== null && (value as Integer) > 0) return value as Integer;
  checker.diagnostics.error(
    'type',
    expr,
    `${clause} requires a duration above 0`,
    'durations require a unit: 500ms, 10s, 5m',
  );
  return undefined;
}
