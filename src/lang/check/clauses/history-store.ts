import type { Diagnostics } from '../../diagnostics/diagnostic.js';
import type { Span } from '../../diagnostics/span.js';
import { parseServer } from '../../schema/history-server.js';
import { historyFolder } from '../../schema/places.js';

/** The folder or the server of a history, by its name in a statement. */
export function checkStore(text: string | undefined, span: Span, diagnostics: Diagnostics): string | undefined {
  if (text === undefined || !/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return historyFolder(text);
  const server = parseServer(text);
  if (!('message' in server)) return text.replace(/^[^:]+/, scheme => scheme.toLowerCase());
  diagnostics.error('clause', span, server.message, server.hint);
  return undefined;
}
