import type { Span } from './span.js';

/** Stable error codes. Tests and programs may rely on them; the wording may change. */
export type DiagnosticCode =
  | 'lex.character' // an unexpected character
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
  | 'name.value' // a word that is not a value of the field's type
  | 'name.function'
  | 'name.format'
  | 'name.option'
  | 'name.variable'
  | 'name.topic'
  | 'name.query'
  | 'type' // operand types that cannot be combined
  | 'range' // a value outside the range of the field
  | 'arguments' // wrong number of arguments
  | 'clause' // a clause that does not belong here, or is missing
  | 'aggregate' // an aggregate where none is allowed, or a field that is not grouped
  | 'field.use' // a field that may not be used this way (set, selected …)
  | 'include' // a script that cannot be included
  | 'missing'; // a required part is missing

export interface Diagnostic {
  readonly code: DiagnosticCode;
  readonly severity: 'error' | 'warning';
  readonly span: Span;
  readonly message: string;
  /** What to write instead, without 'hint:'. */
  readonly hint?: string;
  /** Short text under the caret. */
  readonly label?: string;
}

/** Collects diagnostics while a text is parsed and checked. */
export class Diagnostics {
  readonly list: Diagnostic[] = [];

  error(code: DiagnosticCode, span: Span, message: string, hint?: string): void {
    // A name that is unknown in several clauses is one mistake; so is an expression that another clause names, as in `group by 1`.
    const isKnown = (each: Diagnostic): boolean =>
      each.code === code &&
      each.message === message &&
      (code === 'name.field' || (each.hint === hint && each.span.start === span.start && each.span.end === span.end));
    if (this.list.some(isKnown)) return;
    this.list.push({ code, severity: 'error', span: { start: span.start, end: span.end }, message, hint });
  }

  warning(code: DiagnosticCode, span: Span, message: string, hint?: string): void {
    this.list.push({ code, severity: 'warning', span: { start: span.start, end: span.end }, message, hint });
  }

  get hasErrors(): boolean {
    return this.list.some(diagnostic => diagnostic.severity === 'error');
  }
}
