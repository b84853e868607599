import { check } from '../../lang/check/check.js';
import type { Checked } from '../../lang/checked/statements.js';
import type { Diagnostic } from '../../lang/diagnostics/diagnostic.js';
import { parse } from '../../lang/syntax/parse.js';
import type { ShellSession } from '../session/session.js';

/** The statement of a text, or the first mistake in it. */
export function statementIn(
  text: string,
  shell: ShellSession,
): { readonly statement?: Checked; readonly mistake?: Diagnostic } {
  const { statements, diagnostics } = parse(text);
  if (diagnostics.length > 0) return { mistake: diagnostics[0] };
  const found = check(statements[0], shell.environment, new Map(shell.variables), shell.place);
  return { statement: found.value, mistake: found.diagnostics[0] };
}
