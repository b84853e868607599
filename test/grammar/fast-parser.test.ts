import type { CstElement, CstNode, IToken } from 'chevrotain';
import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { parseTokens } from '../../grammar/fast-parser.js';
import { CtqParser, parser, recoveringParser, setTokenTypeIndexes } from '../../grammar/parser.js';
import { split, writtenStatements } from '../kit/written-statements.js';

const test = suite('fast parser');

/** They decide by chevrotain's own analysis of the rules. */
const analysing = new CtqParser();
const analysingAndRecovering = new CtqParser({ recovery: true });

/** What one of chevrotain's parsers makes of tokens, and where it finds which mistakes. */
function parseBy(chevrotain: CtqParser, entry: 'statement' | 'expression', tokens: IToken[]) {
  setTokenTypeIndexes(tokens);
  chevrotain.input = tokens;
  const tree: CstNode | undefined = chevrotain[entry]();
  const errors = chevrotain.errors.map(({ name, message, token }) => [name, message, token.startOffset]);
  return { tree: tree && shown(tree), errors };
}

/** A tree with each token by its place, so that trees can be compared, and shown. */
function shown(element: CstElement): unknown {
  if (!('children' in element)) return `${element.startOffset} ${element.tokenType.name}`;
  const { name, location, children } = element;
  const places = [location?.startOffset, location?.endOffset];
  return [name, places, Object.entries(children).map(([key, elements]) => [key, elements.map(shown)])];
}

function assertSame(entry: 'statement' | 'expression', tokens: IToken[], text: string): boolean {
  const { tree, errors } = parseBy(analysing, entry, tokens);
  const found = parseTokens(entry, tokens);
  assert.equal(found && shown(found), errors.length > 0 ? undefined : tree, text);
  // Those of the program decide as the fast parser does.
  assert.equal(parseBy(parser(), entry, tokens), { tree, errors }, text);
  // Recovery takes longer than all else: some of the wrong ones show that it decides alike.
  if (errors.length > 0 && text.length % 8 === 0)
    assert.equal(
      parseBy(recoveringParser(), entry, tokens),
      parseBy(analysingAndRecovering, entry, tokens),
      `${text}, recovering`,
    );
  return errors.length === 0;
}

test('statements give the tree that chevrotain gives', () => {
  let right = 0;
  for (const text of writtenStatements()) {
    for (const tokens of split(text)) if (assertSame('statement', tokens, text)) right++;
  }
  assert.ok(right > 100, `only ${right} statements`);
});

test('so do statements of which tokens were changed, left out or doubled, right ones and wrong ones', () => {
  const all = writtenStatements().flatMap(split);
  const pool = all.flat();
  let right = 0;
  let wrong = 0;
  const change = fc.record({
    at: fc.nat(),
    kind: fc.constantFrom('replace', 'insert', 'remove', 'cut'),
    token: fc.nat({ max: pool.length - 1 }),
  });
  fc.assert(
    fc.property(fc.nat({ max: all.length - 1 }), fc.array(change, { maxLength: 3 }), (which, changes) => {
      let tokens = [...all[which]];
      for (const { at, kind, token } of changes) {
        const place = at % (tokens.length + 1);
        if (kind === 'cut') tokens = tokens.slice(0, place);
        else tokens.splice(place, kind === 'insert' ? 0 : 1, ...(kind === 'remove' ? [] : [pool[token]]));
      }
      // Offsets rise, as those of a text do.
      const text = tokens.map(({ image }) => image).join(' ');
      let start = 0;
      const placed = tokens.map(token => {
        const startOffset = start;
        start += token.image.length + 1;
        return { ...token, startOffset, endOffset: start - 2 };
      });
      if (assertSame('statement', placed, text)) right++;
      else wrong++;
      assertSame('expression', placed, text);
    }),
    { numRuns: 3000 },
  );
  assert.ok(right > 300 && wrong > 300, `${right} right, ${wrong} wrong`);
});

test.run();
