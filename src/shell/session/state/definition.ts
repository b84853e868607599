import type { Diagnostic } from '../../../lang/diagnostics/diagnostic.js';
import type { LetStatement } from '../../../lang/syntax/statements.js';

/** The parser of expressions, of `language.ts`. */
type Language = Pick<typeof import('../language.js'), 'parseExpressionFast'>;

/** `--set NAME=VALUE` as a statement, or what is wrong with it. */
interface Definition {
  readonly statement?: LetStatement;
  readonly diagnostics: readonly Diagnostic[];
  readonly refusal?: { readonly message: string; readonly hint: string };
}

/** Reads the value of `--set NAME=VALUE` as an expression. */
export async function parseDefinition(name: string, text: string, language: Language): Promise<Definition> {
  const { value, diagnostics } =
    language.parseExpressionFast(text) ??
    rangeIn(text, language) ??
    (await import('../../../lang/syntax/parse.js')).parseExpression(text);
  if (!value) return { diagnostics };
  if (value.kind === 'name' || value.kind === 'subquery') {
    const message = `--set ${name}: cannot parse '${text}' as a value`;
    const hint =
      value.kind === 'name' ? `text is in quotes of its own: --set "${name}='${text}'"` : 'a script may read it: let';
    return { diagnostics, refusal: { message, hint } };
  }
  const span = { start: 0, end: text.length };
  return { diagnostics, statement: { kind: 'let', name: { ...span, text: name }, value, ...span } };
}

/** `1000..2000`, which is an expression only in a list. */
function rangeIn(text: string, language: Language): ReturnType<Language['parseExpressionFast']> {
  const parsed = text.includes('..') ? language.parseExpressionFast(`(${text})`) : undefined;
  const isRange = parsed?.value?.kind === 'list' && parsed.value.items.length === 1;
  return isRange ? parsed : undefined;
}
