import { type IToken, Lexer } from 'chevrotain';
import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { lex } from '../../grammar/lexer.js';
import { CtqParser } from '../../grammar/parser.js';
import { runSteps, scanSteps } from '../../grammar/scan.js';
import { KEYWORDS, LEXED, RESERVED_WORDS, SKIPPED } from '../../grammar/tokens.js';
import { isPlainWord } from '../../grammar/words.js';
import { stale } from '../../scripts/generate.js';

const test = suite('grammar');

/** chevrotain's lexer of the same types, with its own mark of what is left out. */
const chevrotainLexer = () =>
  new Lexer(
    LEXED.map(type => (type.GROUP === SKIPPED ? { ...type, GROUP: Lexer.SKIPPED } : type)),
    { positionTracking: 'onlyOffset', ensureOptimizations: true },
  );

test('the grammar is without ambiguities, as chevrotain checks it', () => {
  assert.ok(new CtqParser({ validate: true }));
});

test('the lexer is without mistakes, and needs no slow path', () => {
  assert.equal(chevrotainLexer().lexerDefinitionErrors, []);
});

test('texts are taken apart as chevrotain takes them', () => {
  const lexer = chevrotainLexer();
  const seen = (tokens: readonly IToken[]) =>
    tokens.map(({ startOffset, tokenType: { name } }) => `${startOffset} ${name}`);
  const piece = fc.oneof(
    fc.constantFrom(...KEYWORDS, ...LEXED.flatMap(({ PATTERN }) => (typeof PATTERN === 'string' ? [PATTERN] : []))),
    fc.constantFrom(
      ' ',
      '\n',
      "'",
      '"',
      '/*',
      '*/',
      '--',
      '#',
      '&&',
      '!',
      '10.0.0.1',
      '::1',
      'netns',
      '$a',
      '1h',
      'é',
      '😀',
      '\0',
    ),
    fc.string({ maxLength: 4 }),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), pieces => {
      const text = pieces.join('');
      const { tokens, groups, errors } = lexer.tokenize(text);
      const scanned = runSteps(scanSteps(text));
      assert.equal(seen(scanned.tokens), seen(tokens), text);
      assert.equal(seen(scanned.comments), seen(groups.comments), text);
      assert.equal(
        scanned.errors.map(({ start, end }) => [start, end - start]),
        errors.map(({ offset, length }) => [offset, length]),
        text,
      );
    }),
    { numRuns: 3000 },
  );
});

test('what is made from the grammar is up to date', () => {
  assert.equal(stale(), []);
});

const kinds = (text: string): string =>
  lex(text)
    .tokens.map(token => token.tokenType.name)
    .join(' ');

const LEXES: readonly (readonly [string, string])[] = [
  ['select SELECT selected', 'Select Select Identifier'],
  ['10.0.0.1..10.0.0.9', 'Address DotDot Address'],
  ['8000..8999', 'Number DotDot Number'],
  ['1.5 1h30m 10MiB 0xff', 'Number Number Number Number'],
  ['dead:beef::1 ::1 ::/0 [::1]:80', 'Address Address Address Address'],
  ['face dead', 'Identifier Identifier'],
  ['orig.src', 'Identifier Dot Identifier'],
  ['a<=b<>c<<d', 'Identifier LessOrEqual Identifier Unequal Identifier ShiftLeft Identifier'],
  ['in netns blue-1 where', 'In Netns Namespace Where'],
  ['netns blue-1', 'Netns Identifier Minus Number'],
  ['use netns 10-test;', 'Use Netns Namespace Semicolon'],
  ['in netns *', 'In Netns Star'],
  ["'it''s' \"x\"", 'Text Text'],
  ["'abc", 'OpenText'],
  ['a && b || !c != d', 'Identifier And Identifier Concat Not Identifier NotEqual Identifier'],
  ['a -- b\n# c\n/* d */ e', 'Identifier Identifier'],
  ['', ''],
];
for (const [text, expected] of LEXES) test(text, () => assert.is(kinds(text), expected));

test('only reserved words are not names', () => {
  for (const word of KEYWORDS) assert.is(isPlainWord(word.toUpperCase()), !RESERVED_WORDS.includes(word), word);
  assert.ok(KEYWORDS.length > RESERVED_WORDS.length + 30);
});

test.run();
