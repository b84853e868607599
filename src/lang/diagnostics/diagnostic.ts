import type { Span } from '../syntax/ast.js';

/** Stable codes of what can be wrong with a text. Tests and programs may rely on them; the wording may change. */
export type DiagnosticCode =
  | 'lex.character' // a character that starts nothing
  | 'lex.string' // a string without its closing quote
  | 'lex.comment' // a comment without its end
  | 'syntax' // something else was expected here
  | 'syntax.depth' // nested too deeply
  | 'syntax.size' // too large
  | 'literal.address'
  | 'literal.network'
  | 'literal.number'
  | 'literal.duration'
  | 'literal.time'
  | 'name.table'
  | 'name.field'
  | 'name.value' // a word that the field's type does not know
  | 'name.function'
  | 'name.format'
  | 'name.option'
  | 'name.variable'
  | 'name.topic'
  | 'type' // operand types that do not go together
  | 'range' // a value outside of what the field can hold
  | 'arguments' // wrong number of arguments
  | 'clause' // a clause that does not belong here, or is missing
  | 'aggregate' // an aggregate where none may stand, or a field outside the groups
  | 'field.use' // a field that may not be used this way (set, selected …)
  | 'include' // a script that cannot be included
  | 'missing'; // a part that the kernel would refuse to do without

export interface Diagnostic {
  readonly code: DiagnosticCode;
  readonly severity: 'error' | 'warning';
  readonly span: Span;
  readonly message: string;
  /** What to do about it; a full sentence without 'hint:'. */
  readonly hint?: string;
  /** Short text under the caret. */
  readonly label?: string;
}

/** Where mistakes are gathered while a text is read or checked. */
export class Diagnostics {
  readonly list: Diagnostic[] = [];

  error(code: DiagnosticCode, span: Span, message: string, hint?: string): void {
    this.list.push({ code, severity: 'error', span: { start: span.start, end: span.end }, message, hint });
  }

  warning(code: DiagnosticCode, span: Span, message: string, hint?: string): void {
    this.list.push({ code, severity: 'warning', span: { start: span.start, end: span.end }, message, hint });
  }

  get hasErrors(): boolean {
    return this.list.some(diagnostic => diagnostic.severity === 'error');
  }
}
