import type { Diagnostics } from '../../diagnostics/diagnostic.js';
import { historyFolder } from '../../schema/places.js';
import type { Span } from '../../syntax/ast.js';

/** The folder of a history, by its name in a statement; an address of a server is an error. */
export function checkStore(text: string | undefined, span: Span, diagnostics: Diagnostics): string | undefined {
  const [, scheme] = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text ?? '') ?? [];
  if (scheme === undefined) return historyFolder(text);
  diagnostics.error('clause', span, `a history at '${scheme}' is not supported`, "expected 'history' or a folder");
  return undefined;
}
