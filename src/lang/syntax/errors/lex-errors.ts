import type { LexError } from '../../../../grammar/scan.js';
import type { Diagnostics } from '../../diagnostics/diagnostic.js';
import { shorten } from '../../diagnostics/shorten.js';

const FOREIGN: Readonly<Record<string, string>> = { '&&': 'and', '!': 'not' };

const HINTS: readonly (readonly [RegExp, string])[] = [
  [/^`/, 'a name has no quotes: select src; quotes of texts are \' or "'],
  [/^[“”„«»‘’´]/, 'quotes are \' or "'],
  [/^[\u2013\u2014\u2212]/, "a minus is '-'"],
  [/^[≠≤≥]/, 'comparisons are = != < <= > >='],
  [/^\p{L}/u, 'a name in another alphabet is written in quotes: as "…"'],
  [/^[{}]/, 'write lists in parentheses'],
  [/^\?/, 'help lists the topics; help examples shows statements for common questions'],
  [/^\$/, 'a variable is written $name'],
  [/^@/, 'a variable is written $name; let defines it'],
  [/^:/, 'an IPv6 address with a port is written [2001:db8::1]:80; shell commands begin with a dot: .quit'],
  [/^\\/, "shell commands begin with a dot: .help, .quit; a quote within quotes is doubled: 'it''s'"],
];

/** Reports what the lexer could not read. */
export function reportLexErrors(text: string, errors: readonly LexError[], diagnostics: Diagnostics): void {
  for (const error of errors) {
    const found = text.slice(error.start, error.end);
    switch (error.kind) {
      case 'character':
        diagnostics.error(
          'lex.character',
          error,
          `unexpected ${describeCharacters(found)}`,
          sshHint(text, error.start) ??
            assignmentHint(text, error.start) ??
            psqlHint(text, error.start) ??
            HINTS.find(([pattern]) => pattern.test(found))?.[1],
        );
        break;
      case 'foreign':
        diagnostics.error('lex.character', error, `use '${FOREIGN[found]}' instead of '${found}'`);
        break;
      case 'text':
        // The position is that of the opening quote: where it should be closed is unknown.
        diagnostics.error(
          'lex.string',
          { start: error.start, end: error.start + 1 },
          `missing closing ${found[0]}`,
          `double a ${found[0]} within the text`,
        );
        break;
      case 'dashes':
        diagnostics.error(
          'lex.comment',
          error,
          `unexpected '${shorten(found, 24)}': a comment requires a space after the dashes`,
          /^--[a-z]/i.test(found)
            ? `an option goes outside the quotes: ctq ${/^[\w-]+/.exec(found)![0]} "…"; a comment is written: -- text`
            : 'write: -- text',
        );
        break;
      case 'comment':
        diagnostics.error(
          'lex.comment',
          { start: error.start, end: error.start + 2 },
          'unterminated comment',
          'a comment ends with */',
        );
        break;
    }
  }
}

/** `in ssh root@gw1`: a host without quotes. */
function sshHint(text: string, at: number): string | undefined {
  const before = /\b(in|use)\s+ssh\s+([\w.-]+)$/i.exec(text.slice(0, at));
  const after = /^@[\w.-]+/.exec(text.slice(at));
  return before && after ? `write: ${before[1].toLowerCase()} ssh '${before[2]}${after[0]}'` : undefined;
}

/** `let x := 443`, `run web(port := 443)`: the sign of assignment of other languages. */
function assignmentHint(text: string, at: number): string | undefined {
  const before = /(?:\b(?:let|set)\s+)?\$?[\w.]+\s*$/i.exec(text.slice(0, at));
  const after = /^:=\s*([^\s;,)]+)/.exec(text.slice(at));
  return before && after ? `write: ${before[0].trim()} = ${after[1]}` : undefined;
}

/** `\d`, `\dt`, `\d conntrack`: a command of psql, where no shell reads it. */
function psqlHint(text: string, at: number): string | undefined {
  const [, name, rest = ''] = /^\\([a-z]+)\+?\s*([\w.]*)/i.exec(text.slice(at)) ?? [];
  if (name === undefined || text.slice(0, at).trim() !== '') return undefined;
  const statement = /^d\w*$/.test(name) ? (rest === '' ? 'show tables' : `describe ${rest}`) : undefined;
  const shell = 'commands that begin with \\ are those of the interactive shell: run ctq without arguments';
  return statement === undefined ? shell : `write: ${statement}; ${shell}`;
}

function describeCharacters(text: string): string {
  const code = text.codePointAt(0)!;
  const isPlain = /^[\x21-\x7e\u00a1-\u{10ffff}]+$/u.test(text) && !/\p{C}|\p{Z}/u.test(text);
  if (isPlain) return `'${shorten(text, 20)}'`;
  return `character U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
}
