import type { Checked } from '../../lang/checked/statements.js';
import { assertNever } from '../../lang/syntax/ast.js';
import type { StatementContext } from '../session/session.js';

/** Runs a checked statement. The code of each kind of statement is loaded when it is first used. */
export async function runStatement(statement: Checked, run: StatementContext): Promise<void> {
  switch (statement.kind) {
    case 'select':
      if (statement.zero || statement.every !== undefined) {
        if (statement.zero) return (await import('./change.js')).zero(statement, run);
        return (await import('./watch.js')).repeat(statement, run);
      }
      return (await import('./query.js')).query(statement, run);
    case 'compound':
      return (await import('./query.js')).query(statement, run);
    case 'explain':
      return (await import('./explain.js')).explain(statement, run);
    case 'watch':
      return (await import('./watch.js')).watch(statement, run);
    case 'get':
    case 'insert':
    case 'update':
    case 'delete':
    case 'flush':
      return (await import('./change.js')).change(statement, run);
    case 'query':
    case 'drop':
    case 'let':
    case 'include':
    case 'echo':
    case 'set':
    case 'use':
    case 'assert':
      return (await import('./scripting.js')).script(statement, run);
    case 'prepare':
      return (await import('./prepare.js')).prepare(statement, run);
    case 'show':
      return (await import('./show.js')).show(statement, run);
    case 'help':
      return (await import('./help.js')).help(statement, run);
    default:
      return assertNever(statement);
  }
}
