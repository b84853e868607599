import type { CustomPatternMatcherFunc, IToken, ITokenConfig, TokenType } from 'chevrotain';

/** The group of tokens that the lexer drops. */
export const SKIPPED = 'skipped';

/**
 * Makes a token type as chevrotain's `createToken` does, except for what a parser computes when it is made: that takes some
 * milliseconds, and correct statements do not need it.
 */
function createToken(config: ITokenConfig): TokenType {
  const { name, pattern, label, categories = [], group, longer_alt, line_breaks, start_chars_hint } = config;
  return {
    name,
    CATEGORIES: Array.isArray(categories) ? categories : [categories],
    ...(pattern !== undefined && { PATTERN: pattern }),
    ...(label !== undefined && { LABEL: label }),
    ...(group !== undefined && { GROUP: group }),
    ...(longer_alt !== undefined && { LONGER_ALT: longer_alt }),
    ...(line_breaks !== undefined && { LINE_BREAKS: line_breaks }),
    ...(start_chars_hint !== undefined && { START_CHARS_HINT: start_chars_hint }),
  };
}

/** Whether a token type is another, or is in its category. */
export const isA = (type: TokenType, expected: TokenType): boolean =>
  type === expected || (type.CATEGORIES?.some(category => isA(category, expected)) ?? false);

// ---------------------------------------------------------------- categories

/** After a dot, and as a help topic, reserved words are names too. */
export const AnyWord = createToken({ name: 'AnyWord', label: 'a word' });
/** A word used as a name: field, flag, format, alias … */
export const Word = createToken({ name: 'Word', label: 'a name', categories: [AnyWord] });
export const Literal = createToken({ name: 'Literal', label: 'a value' });
export const CompareOperator = createToken({ name: 'CompareOperator', label: 'a comparison' });
export const BinaryOperator = createToken({ name: 'BinaryOperator', label: 'an operator' });
export const UnaryOperator = createToken({ name: 'UnaryOperator', label: "'-' or '~'" });
export const AssignOperator = createToken({ name: 'AssignOperator', label: "'='" });

// ---------------------------------------------------------------- words

export const Identifier = createToken({
  name: 'Identifier',
  pattern: /[A-Za-z_]\w*/,
  label: 'a name',
  categories: [Word],
});

const keywordTypes = new Map<string, TokenType>();

/**
 * Makes the token types of keywords. The lexer matches whole words and looks each up here afterwards: no keyword matches the
 * beginning of a longer name, and no keyword needs a pattern.
 */
function keywords<const W extends string>(words: readonly W[], categories: TokenType[]): Record<W, TokenType> {
  const types = words.map(word => {
    const type = createToken({
      name: word[0].toUpperCase() + word.slice(1),
      label: `'${word}'`,
      longer_alt: Identifier,
      categories,
    });
    keywordTypes.set(word, type);
    return [word, type];
  });
  return Object.fromEntries(types) as Record<W, TokenType>;
}

/** Words that are never names, except after a dot. */
export const Reserved = keywords(
  // biome-ignore format: one paragraph of words
  ['select', 'distinct', 'from', 'where', 'and', 'or', 'not', 'in', 'between', 'like', 'is', 'as', 'group', 'having',
   'order', 'limit'],
  [AnyWord],
);

export const Constant = keywords(['true', 'false', 'null'], [Literal, AnyWord]);

/** Keywords of one place each, and names everywhere else. */
export const Soft = keywords(
  // biome-ignore format: one paragraph of words
  ['ago', 'all', 'analyze', 'any', 'asc', 'assert', 'at', 'by', 'case', 'conflict', 'count', 'critical', 'cross', 'delete', 'desc', 'describe', 'drop', 'echo',
   'else', 'end', 'every', 'except', 'explain', 'fields', 'filter', 'fleet', 'flush', 'for', 'get', 'has', 'help', 'history', 'ignore', 'ilike', 'include',
   'inner', 'insert', 'intersect', 'into', 'join', 'keep', 'kernel', 'left', 'let', 'netns', 'nulls', 'offset', 'on', 'outer', 'output', 'pid', 'prepare', 'queries', 'query', 'run',
   'set', 'settings', 'show', 'since', 'spool', 'tables', 'then', 'to', 'union', 'until', 'update', 'use', 'variables', 'warning', 'watch', 'when', 'with', 'within', 'zero'],
  [Word],
);

/** The keyword's token type of a word in any case. */
export const keywordOf = (word: string): TokenType | undefined => keywordTypes.get(word.toLowerCase());
export const KEYWORDS: readonly string[] = [...keywordTypes.keys()];
export const RESERVED_WORDS: readonly string[] = [...Object.keys(Reserved), ...Object.keys(Constant)];

export const Variable = createToken({ name: 'Variable', pattern: /\$\w+/, label: 'a $variable' });

const wordBefore = (tokens: readonly IToken[], back: number): string | undefined =>
  tokens[tokens.length - back]?.image.toLowerCase();

export const NAMESPACE_PATTERN = /[\w@:+][\w.@:+-]*/;
const NAMESPACE = new RegExp(NAMESPACE_PATTERN, 'y');

/** A namespace may have almost any name, such as `blue-1` or `10-test`; the words before it identify it. */
const namespacePattern: CustomPatternMatcherFunc = (text, offset, tokens) => {
  if (wordBefore(tokens, 1) !== 'netns') return null;
  const before = wordBefore(tokens, 2);
  if (before !== 'in' && before !== 'use') return null;
  NAMESPACE.lastIndex = offset;
  return NAMESPACE.exec(text);
};

const WORD_CHARACTERS = [...'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_'];

export const Namespace = createToken({
  name: 'Namespace',
  pattern: namespacePattern,
  start_chars_hint: [...WORD_CHARACTERS, '@', ':', '+'],
  line_breaks: false,
  label: 'a namespace name',
});

const CAST = /::[A-Za-z_]\w*/y;

/** `::text` after an operand, without a space: anywhere else two colons are part of an IPv6 address. */
const castPattern: CustomPatternMatcherFunc = (text, offset, tokens) => {
  const before = tokens.at(-1);
  if (before === undefined || before.startOffset + before.image.length !== offset) return null;
  if (!/[\w)'"]$/.test(before.image)) return null;
  CAST.lastIndex = offset;
  return CAST.exec(text);
};

export const TypeCast = createToken({
  name: 'TypeCast',
  pattern: castPattern,
  start_chars_hint: [':'],
  line_breaks: false,
  label: "'::' and a type",
});

// ---------------------------------------------------------------- literals
// Patterns match everything that may be meant as one literal; src/lang/syntax/literals/ reports what is wrong with it.

/**
 * `b::boolean` and `60::duration` are casts, though they begin as addresses do: the names of types have a letter that is not hexadecimal
 * digit. A shorter word is more likely a mistake in an address.
 */
export const Address = createToken({
  name: 'Address',
  pattern:
    /(?![0-9A-Fa-f]+::(?:ip\b|(?=[A-Za-z]{3})[A-Fa-f]*[G-Zg-z]))(?:\d+\.\d+\.\w+(?:\.\w+)*(?:\/\w+(?:\.\w+)*|:\w+)?|(?:[0-9A-Fa-f]*:){2,}[0-9A-Fa-f]*(?:\.\d+)*\w*(?:%\w+)?(?:\/\w+)?|[0-9A-Fa-f]+:\w+|\[[^\]\s,;()'"]*\]?(?:\/\w+)?(?::\w+)?)/,
  label: 'an address',
  categories: [Literal],
});

export const NumberLiteral = createToken({
  name: 'Number',
  pattern: /\d+(?:\.\d+)?[eE][-+]\d[\wµ]*|\d[\wµ]*(?:\.\d[\wµ]*)?/,
  label: 'a number',
  categories: [Literal],
});

const quoteEnd = (text: string, offset: number): number => {
  const quote = text[offset];
  for (let at = offset + 1; ; at += 2) {
    at = text.indexOf(quote, at);
    if (at < 0) return -1;
    if (text[at + 1] !== quote) return at + 1;
  }
};

const QUOTES = ["'", '"'];
const isQuote = (character: string): boolean => character === "'" || character === '"';
const found = (text: string, start: number, end: number): [string] => [text.slice(start, end)];

/** Text in quotes; a quote inside is doubled, nothing else has a special meaning. */
export const Text = createToken({
  name: 'Text',
  pattern: (text, offset) => {
    if (!isQuote(text[offset])) return null;
    const end = quoteEnd(text, offset);
    return end < 0 ? null : found(text, offset, end);
  },
  start_chars_hint: QUOTES,
  line_breaks: true,
  label: 'quoted text',
  categories: [Literal],
});

/** Text without a closing quote: it ends with its line. */
export const OpenText = createToken({
  name: 'OpenText',
  pattern: (text, offset) => {
    if (!isQuote(text[offset])) return null;
    const end = text.indexOf('\n', offset);
    return found(text, offset, end < 0 ? text.length : end);
  },
  start_chars_hint: QUOTES,
  line_breaks: false,
  categories: [Text, Literal],
});

// ---------------------------------------------------------------- comments and space

/** Dashes begin a comment only before a space or the end of the line: `--dry-run` is not a comment. */
export const Comment = createToken({
  name: 'Comment',
  pattern: /(?:-{2,}(?![^\s])|#)[^\n]*/,
  group: 'comments',
});

/** Dashes and a word, an error. It includes the rest of the line, so that only one error is reported. */
export const DashedWord = createToken({
  name: 'DashedWord',
  pattern: /--[^\n]*/,
  group: 'comments',
});

export const BlockComment = createToken({
  name: 'BlockComment',
  pattern: (text, offset) => {
    if (text[offset] !== '/' || text[offset + 1] !== '*') return null;
    const end = text.indexOf('*/', offset + 2);
    return end < 0 ? null : found(text, offset, end + 2);
  },
  start_chars_hint: ['/'],
  line_breaks: true,
  group: 'comments',
});

export const OpenComment = createToken({
  name: 'OpenComment',
  pattern: (text, offset) =>
    text[offset] === '/' && text[offset + 1] === '*' ? found(text, offset, text.length) : null,
  start_chars_hint: ['/'],
  line_breaks: true,
  group: 'comments',
});

export const Space = createToken({
  name: 'Space',
  pattern: /[ \t\r\n\f\v\u00a0\ufeff]+/,
  line_breaks: true,
  group: SKIPPED,
});

// ---------------------------------------------------------------- operators

const symbol = (name: string, pattern: string, ...categories: TokenType[]): TokenType =>
  createToken({ name, pattern, label: `'${pattern}'`, categories });

export const Semicolon = symbol('Semicolon', ';');
export const Comma = symbol('Comma', ',');
export const LeftParen = symbol('LeftParen', '(');
export const RightParen = symbol('RightParen', ')');
export const DotDot = symbol('DotDot', '..');
export const Dot = symbol('Dot', '.');
export const Equal = symbol('Equal', '=', CompareOperator, AssignOperator);
export const Star = symbol('Star', '*', BinaryOperator);
export const Concat = symbol('Concat', '||', BinaryOperator);

/** Longer ones first. */
const OPERATORS: readonly TokenType[] = [
  symbol('AddAssign', '+=', AssignOperator),
  symbol('SubtractAssign', '-=', AssignOperator),
  symbol('EqualEqual', '==', CompareOperator),
  symbol('NotEqual', '!=', CompareOperator),
  symbol('Unequal', '<>', CompareOperator),
  symbol('LessOrEqual', '<=', CompareOperator),
  symbol('GreaterOrEqual', '>=', CompareOperator),
  symbol('ShiftLeft', '<<', BinaryOperator),
  symbol('ShiftRight', '>>', BinaryOperator),
  Equal,
  symbol('Less', '<', CompareOperator),
  symbol('Greater', '>', CompareOperator),
  symbol('Plus', '+', BinaryOperator),
  symbol('Minus', '-', BinaryOperator, UnaryOperator),
  Star,
  symbol('Slash', '/', BinaryOperator),
  symbol('Percent', '%', BinaryOperator),
  symbol('Ampersand', '&', BinaryOperator),
  Concat,
  symbol('Pipe', '|', BinaryOperator),
  symbol('Caret', '^', BinaryOperator),
  symbol('Tilde', '~', UnaryOperator),
];

/** Operators of other languages for `and` and `not`: reported, and read as those. */
export const Foreign = createToken({ name: 'Foreign', pattern: /&&|!(?!=)/ });

// ---------------------------------------------------------------- all

const CATEGORIES = [Word, AnyWord, Literal, CompareOperator, BinaryOperator, UnaryOperator, AssignOperator];

/** In the order in which the lexer tries them. */
export const LEXED: readonly TokenType[] = [
  Space,
  Comment,
  DashedWord,
  BlockComment,
  OpenComment,
  Namespace,
  TypeCast,
  Address,
  NumberLiteral,
  Identifier,
  Variable,
  Text,
  OpenText,
  Foreign,
  Semicolon,
  Comma,
  LeftParen,
  RightParen,
  DotDot,
  Dot,
  ...OPERATORS,
];

export const VOCABULARY: TokenType[] = [...CATEGORIES, ...keywordTypes.values(), ...LEXED];
