import type { NamedQueries } from '../../src/lang/check/scope.js';
import type { QueryDefinition } from '../../src/lang/syntax/statements.js';

/** Named queries in memory only. */
export function memoryQueries(): NamedQueries {
  const known = new Map<string, QueryDefinition>();
  return {
    get: name => known.get(name.toLowerCase()),
    names: () => [...known.keys()],
    define: definition => void known.set(definition.name.text.toLowerCase(), definition),
    forget: name => void known.delete(name.toLowerCase()),
  };
}
