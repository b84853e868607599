import {
  Alternation,
  Alternative,
  type IProduction,
  NonTerminal,
  Option,
  Repetition,
  RepetitionMandatory,
  RepetitionMandatoryWithSeparator,
  RepetitionWithSeparator,
  type Rule,
  Terminal,
  type TokenType,
  tokenLabel,
} from 'chevrotain';
import { Foreign, LEXED, NAMESPACE_PATTERN, VOCABULARY } from '../../grammar/tokens.js';

/** The grammar in the notation of the W3C: `?`, `*`, `+`, `|`; text in quotes is literal, in upper or lower case. */
export function toEbnf(rules: Record<string, Rule>): string {
  const lines = Object.values(rules).map(
    ({ name, definition }) => `${name} ::= ${definition.map(part => printed(part)).join(' ')}`,
  );
  const categories = VOCABULARY.filter(type => members(type).length > 0).map(
    type => `${type.name} ::= ${members(type).map(terminal).join(' | ')}`,
  );
  const words = LEXED.filter(
    type => type.PATTERN instanceof RegExp && type.GROUP === undefined && type !== Foreign,
  ).map(type => `${type.name} ::= ${type.PATTERN}`);
  // Tokens that are recognized by code, as the equivalent expression.
  words.push(`Text ::= /'(?:[^']|'')*'|"(?:[^"]|"")*"/`, `Namespace ::= ${NAMESPACE_PATTERN}`);
  return `${[...lines, '', ...new Set(categories), '', ...words].join('\n')}\n`;
}

const members = (category: TokenType): TokenType[] =>
  VOCABULARY.filter(type => type.CATEGORIES?.includes(category) && type.name !== 'OpenText');

const isSymbol = (type: TokenType): boolean =>
  /^'.+'$/.test(tokenLabel(type)) && type.name !== 'UnaryOperator' && type.name !== 'AssignOperator';
const terminal = (type: TokenType): string => (isSymbol(type) ? tokenLabel(type) : type.name);

function printed(part: IProduction): string {
  if (part instanceof Terminal) return terminal(part.terminalType);
  if (part instanceof NonTerminal) return part.nonTerminalName;
  if (part instanceof Alternation) {
    return `(${part.definition.map(printed).join(' | ')})`;
  }
  const inner = (part as Alternative).definition.map(each => printed(each));
  const one = inner.length === 1 && /^(\w+|'[^']+'|\(.*\))$/.test(inner[0]) ? inner[0] : `(${inner.join(' ')})`;
  if (part instanceof Option) return `${one}?`;
  if (part instanceof Repetition) return `${one}*`;
  if (part instanceof RepetitionMandatory) return `${one}+`;
  if (part instanceof RepetitionMandatoryWithSeparator) return `${one} (${terminal(part.separator)} ${one})*`;
  if (part instanceof RepetitionWithSeparator) return `(${one} (${terminal(part.separator)} ${one})*)?`;
  if (part instanceof Alternative) return inner.join(' ');
  throw new Error(`unexpected production ${part.constructor.name}`);
}
