import type { Diagnostic } from '../../../lang/diagnostics/diagnostic.js';
import type { DiagnosedText, Script } from '../../scripts/script.js';
import { CONFIG_STATEMENTS } from '../state/settings.js';

/** The mistakes in the user's config file: also each statement that it may not contain. */
export function configMistakes({ statements }: Script, mistaken: readonly DiagnosedText[]): Diagnostic[] {
  const message = 'the config file may contain only set and let';
  const others = statements.filter(({ kind }) => !CONFIG_STATEMENTS.has(kind));
  return [
    ...mistaken.flatMap(({ diagnostics }) => diagnostics),
    ...others.map((span): Diagnostic => ({ code: 'clause', severity: 'error', span, message })),
  ];
}
