import type { CstNode, IToken } from 'chevrotain';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { parseTokens } from '../../grammar/fast-parser.js';
import { followersOf, readingOf } from '../../grammar/followers.js';
import { lex } from '../../grammar/lexer.js';
import { parser, setTokenTypeIndexes } from '../../grammar/parser.js';
import { split, writtenStatements } from '../kit/written-statements.js';

const test = suite('followers');

/** Chevrotain follows each way by itself: of long beginnings there are too many. */
const LONGEST = 30;

const distinct = (all: readonly { type: string; rules: readonly string[] }[]): string[] => [
  ...new Set(all.map(({ type, rules }) => `${type} in ${rules.join(' ')}`)),
];

const byChevrotain = (tokens: IToken[]): string[] => {
  const chevrotain = parser();
  setTokenTypeIndexes(tokens);
  const paths = chevrotain.computeContentAssist('statement', tokens);
  return distinct(paths.map(({ nextTokenType, ruleStack }) => ({ type: nextTokenType.name, rules: ruleStack })));
};

const found = (tokens: readonly IToken[]): string[] =>
  distinct(followersOf('statement', tokens).map(({ type, rules }) => ({ type: type.name, rules })));

test('after each beginning of a statement those that chevrotain finds', () => {
  const seen = new Set<string>();
  for (const tokens of writtenStatements().flatMap(split)) {
    for (let count = 0; count <= Math.min(tokens.length, LONGEST); count++) {
      const beginning = tokens.slice(0, count);
      const types = beginning.map(({ tokenType }) => tokenType.name).join(' ');
      if (seen.has(types)) continue;
      seen.add(types);
      const text = beginning.map(({ image }) => image).join(' ');
      assert.equal(found(beginning), byChevrotain(beginning), text);
    }
  }
  assert.ok(seen.size > 500, `only ${seen.size} beginnings`);
});

/** The words that a tree has as names. */
function namesIn({ children }: CstNode): string[] {
  return Object.entries(children).flatMap(([key, elements]) =>
    elements.flatMap(element => {
      if ('children' in element) return namesIn(element);
      return key === 'Word' || key === 'AnyWord' ? [`${element.startOffset} ${element.image}`] : [];
    }),
  );
}

test('words are read as names where the parser reads them as such', () => {
  for (const tokens of writtenStatements().flatMap(split)) {
    const tree = parseTokens('statement', tokens);
    if (tree === undefined) continue;
    const names = readingOf(tokens).flatMap(({ type }, at) =>
      type.name === 'Word' || type.name === 'AnyWord' ? [`${tokens[at].startOffset} ${tokens[at].image}`] : [],
    );
    const text = tokens.map(({ image }) => image).join(' ');
    assert.equal(new Set(names), new Set(namesIn(tree)), text);
  }
});

test('a beginning with a mistake has none, however many ways lead there', () => {
  const list = Array.from({ length: 100 }, (_, i) => `10.0.0.${i}`).join(', ');
  for (const text of [`select from conntrack where src in (${list})`, 'select', '']) {
    const { tokens } = lex(`${text} having having`);
    assert.equal(found(tokens), [], text);
    assert.is(readingOf(tokens).length, tokens.length - 2 + Number(text !== '' && text !== 'select'), text);
  }
});

test.run();
