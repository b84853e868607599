import type { CheckedQuery, Place } from '../checked/ast.js';
import { leftmost, resultColumns } from '../checked/selects.js';
import type { Checked } from '../checked/statements.js';
import { type Diagnostic, Diagnostics } from '../diagnostics/diagnostic.js';
import type { Environment } from '../schema/environment.js';
import { phrase, sameType } from '../schema/type.js';
import { assertNever } from '../syntax/ast.js';
import type { Statement } from '../syntax/statements.js';
import { isEmptyPath } from './clauses/places.js';
import { checkDefinition, checkDrop, reportInside, statementToRun } from './query/named-queries.js';
import { QueryChecker } from './query/query.js';
import type { CheckContext, LastResult, NamedQueries, VariableType } from './scope.js';
import { checkDelete, checkFlush, checkGet, checkInsert, checkUpdate } from './statements/mutations.js';
import { checkPrepare } from './statements/prepare.js';
import { checkAssert, checkEcho, checkHelp, checkLet, checkSet, checkShow, checkUse } from './statements/scripting.js';
import { checkWatch } from './statements/watch.js';

/** A variable of a session or script. */
export interface Variable extends VariableType {
  /** Set from outside (`--set`): a `let` of this name gives a default only. */
  readonly fixed?: boolean;
}

export type Variables = Map<string, Variable>;

/**
 * Looks up every name of a statement, gives every expression its type and every literal its value. A `let` adds its name
 * to the variables. Without `place`, statements that name none are not checked for what their place supports. If there are
 * errors there is no value.
 * @param isFilledIn it was checked where it was written, and has values in place of parameters since
 */
export function check(
  statement: Statement,
  environment: Environment,
  variables: Variables = new Map(),
  place?: Place,
  queries?: NamedQueries,
  isFilledIn?: true,
): { value?: Checked; diagnostics: Diagnostic[] } {
  const diagnostics = new Diagnostics();
  const context: CheckContext = {
    environment,
    variables,
    place,
    ...(queries ? { queries } : {}),
    ...(isFilledIn ? { isFilledIn } : {}),
  };
  const value = checkStatement(statement, new QueryChecker(context, diagnostics), variables);
  return diagnostics.hasErrors || value === undefined
    ? { diagnostics: diagnostics.list }
    : { value, diagnostics: diagnostics.list };
}

function checkStatement(statement: Statement, checker: QueryChecker, variables: Variables): Checked | undefined {
  switch (statement.kind) {
    case 'select':
    case 'compound':
    case 'with': {
      const query = checker.query(statement);
      if (query && !(query.kind === 'select' && (query.every !== undefined || query.zero)))
        checker.context.queries?.noteResult?.(shapeOf(query));
      return query;
    }
    case 'watch':
      return checkWatch(checker, statement);
    case 'get':
      return checkGet(checker, statement);
    case 'insert':
      return checkInsert(checker, statement);
    case 'update':
      return checkUpdate(checker, statement);
    case 'delete':
      return checkDelete(checker, statement);
    case 'flush':
      return checkFlush(checker, statement);
    case 'explain': {
      const inner = checkStatement(statement.statement, checker, variables);
      return inner && { kind: 'explain', analyze: statement.analyze, statement: inner };
    }
    case 'query':
      return checkDefinition(statement, checker.context, checker.diagnostics, (inner, context) =>
        checkStatement(inner, new QueryChecker(context, checker.diagnostics), variables),
      );
    case 'run': {
      const inner = statementToRun(statement, checker.context, checker.diagnostics);
      if (!inner) return undefined;
      const inside = new Diagnostics();
      const context: CheckContext = { ...checker.context, isFilledIn: true };
      const checked = checkStatement(inner, new QueryChecker(context, inside), variables);
      reportInside(statement.name, inside, checker.diagnostics);
      return checked;
    }
    case 'drop':
      return checkDrop(statement, checker.context, checker.diagnostics);
    case 'let': {
      const checked = checkLet(checker, statement);
      const fixed = variables.get(statement.name.text);
      if (!checked) return undefined;
      // The current value stays until the statement has run: the new one may use it.
      if (!fixed?.fixed) variables.set(statement.name.text, { ...fixed, ...checked.variable });
      // A single value is allowed where a list is the default.
      else if (
        (fixed.kind === 'list' && checked.variable.kind === 'value') ||
        !sameType(fixed.type, checked.variable.type)
      ) {
        const declared = checked.variable.kind === 'list' ? 'a list' : phrase(checked.variable.type);
        const given = fixed.kind === 'list' ? 'a list' : phrase(fixed.type);
        checker.diagnostics.error(
          'type',
          statement.name,
          `$${statement.name.text} is ${declared} here, but was set to ${given}`,
        );
      }
      return checked.statement;
    }
    case 'include':
      if (isEmptyPath(statement, statement.path, checker.diagnostics)) return undefined;
      return { kind: 'include', path: statement.path };
    case 'echo':
      return checkEcho(checker, statement);
    case 'set':
      return checkSet(checker, statement);
    case 'use':
      return checkUse(checker, statement);
    case 'prepare':
      return checkPrepare(checker, statement);
    case 'assert':
      return checkAssert(checker, statement);
    case 'show':
      return checkShow(checker, statement);
    case 'help':
      return checkHelp(checker, statement);
    default:
      return assertNever(statement);
  }
}

/** What the rows of a query are, for `from _` after it. */
function shapeOf(query: CheckedQuery): LastResult {
  const columns = resultColumns(query);
  return { table: leftmost(query).from.table, ...(columns ? { columns } : {}) };
}
