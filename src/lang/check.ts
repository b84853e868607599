import { assertNever, type Statement } from './ast.js';
import { checkDelete, checkFlush, checkGet, checkInsert, checkUpdate } from './check/mutations.js';
import { QueryChecker } from './check/query.js';
import type { CheckContext } from './check/scope.js';
import { checkAssert, checkEcho, checkHelp, checkLet, checkSet, checkShow, checkUse } from './check/scripting.js';
import { checkWatch } from './check/watch.js';
import { type Diagnostic, Diagnostics } from './diagnostics.js';
import type { Environment } from './environment.js';
import type { Binding, Checked, Type } from './typed.js';

/** What is known of `$name`: its type from the moment it is written, its value once its `let` has run. */
export interface Variable {
  readonly kind: 'value' | 'list';
  readonly type: Type;
  readonly binding?: Binding;
}

export type Variables = Map<string, Variable>;

/**
 * Looks up every name of a statement, gives every expression its type and every literal its value. A `let` adds its name
 * to the variables. Where anything is wrong there is no value, and the diagnostics say what.
 */
export function check(
  statement: Statement,
  environment: Environment,
  variables: Variables = new Map(),
): { value?: Checked; diagnostics: Diagnostic[] } {
  const diagnostics = new Diagnostics();
  const context: CheckContext = { environment, variables };
  const value = checkStatement(statement, new QueryChecker(context, diagnostics), variables);
  return diagnostics.hasErrors || value === undefined
    ? { diagnostics: diagnostics.list }
    : { value, diagnostics: diagnostics.list };
}

function checkStatement(statement: Statement, checker: QueryChecker, variables: Variables): Checked | undefined {
  switch (statement.kind) {
    case 'select':
    case 'except':
      return checker.query(statement);
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
    case 'let': {
      const checked = checkLet(checker, statement);
      if (checked) variables.set(statement.name.text, { kind: checked.kind, type: checked.type });
      return checked?.statement;
    }
    case 'include':
      return { kind: 'include', path: statement.path };
    case 'echo':
      return checkEcho(checker, statement);
    case 'set':
      return checkSet(checker, statement);
    case 'use':
      return checkUse(checker, statement);
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
