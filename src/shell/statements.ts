import { assertNever } from '../lang/ast.js';
import type { Checked } from '../lang/typed.js';
import type { Run } from './shell.js';

/** Runs a checked statement. What a kind needs is loaded when the first one of it runs. */
export async function runStatement(statement: Checked, run: Run): Promise<void> {
  switch (statement.kind) {
    case 'select':
      if (statement.zero || statement.every !== undefined) {
        if (statement.zero) return (await import('./statements/change.js')).zero(statement, run);
        return (await import('./statements/watch.js')).repeat(statement, run);
      }
      return (await import('./statements/query.js')).query(statement, run);
    case 'except':
      return (await import('./statements/query.js')).query(statement, run);
    case 'explain':
      return (await import('./statements/explain.js')).explain(statement, run);
    case 'watch':
      return (await import('./statements/watch.js')).watch(statement, run);
    case 'get':
    case 'insert':
    case 'update':
    case 'delete':
    case 'flush':
      return (await import('./statements/change.js')).change(statement, run);
    case 'let':
    case 'include':
    case 'echo':
    case 'set':
    case 'use':
    case 'assert':
      return (await import('./statements/scripting.js')).script(statement, run);
    case 'show':
      return (await import('./statements/show.js')).show(statement, run);
    case 'help':
      return (await import('./statements/help.js')).help(statement, run);
    default:
      return assertNever(statement);
  }
}
