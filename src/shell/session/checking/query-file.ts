import type { Diagnostic } from '../../../lang/diagnostics/diagnostic.js';
import { parse } from '../../../lang/syntax/parse.js';
import type { DiagnosedText } from '../../scripts/script.js';
import type { Damage } from '../state/named-queries.js';

/** The mistakes in the file of named queries, as warnings. */
export function queryFileMistakes({ path, text, parts }: Damage): DiagnosedText {
  const diagnostics = parts.flatMap(({ start, end }) => {
    const { statements, diagnostics: found } = parse(text.slice(start, end));
    const others = statements
      .filter(({ kind }) => kind !== 'query')
      .map(
        (span): Omit<Diagnostic, 'severity'> => ({
          code: 'clause',
          span,
          message: 'this file may contain only named queries',
          hint: 'write: query NAME as select …',
        }),
      );
    return [...found, ...others].map(
      (each): Diagnostic => ({
        ...each,
        severity: 'warning',
        span: { start: start + each.span.start, end: start + each.span.end },
      }),
    );
  });
  return { text, name: path, diagnostics };
}
