// timeout: 240
import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { KEYWORDS } from '../../grammar/tokens.js';
import { report } from '../../src/lang/diagnostics/report.js';
import type { Span } from '../../src/lang/diagnostics/span.js';
import { print } from '../../src/lang/print/print.js';
import { completionContextAt } from '../../src/lang/services/completion/completion-context.js';
import { tokenize } from '../../src/lang/services/highlight.js';
import { isComplete, parse, parseExpression } from '../../src/lang/syntax/parse.js';
import { arbitraryStatement } from '../kit/arbitrary-ast.js';

const test = suite('fuzz');

/** Milliseconds that a text of this size may take at most, on a busy machine. */
const PATIENCE = 3000;

/** Processor time in ms: what other programs do meanwhile does not count. */
function cpuTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Everything that reads a text, none of which may throw or take long; and what must be true of what it says. */
function survives(text: string): void {
  const begin = cpuTime();
  // The text is quoted only where something is wrong: there are as many tokens as it has characters.
  const checkPlace = ({ start, end }: Span, from: number, least: number, what: string): void => {
    const isPlace = start >= from && end - start >= least && end <= text.length;
    if (!isPlace) assert.unreachable(`${what} in ${JSON.stringify(text)}`);
  };
  const { statements, diagnostics } = parse(text);
  let last = 0;
  for (const { span, message } of diagnostics) {
    checkPlace(span, last, 0, 'span');
    assert.ok(message !== '' && !message.includes('undefined'), message);
    last = span.start;
  }
  for (const statement of statements) {
    assert.ok(statement.start < statement.end && statement.end <= text.length);
    assert.equal(parse(print(statement)).diagnostics, []);
  }
  parseExpression(text);
  isComplete(text);
  let end = 0;
  for (const token of tokenize(text)) {
    checkPlace(token, end, 1, 'token');
    end = token.end;
  }
  completionContextAt(text, Math.floor(text.length / 2));
  completionContextAt(text, text.length);
  report(text, diagnostics);
  assert.ok(cpuTime() - begin < PATIENCE, `slow: ${JSON.stringify(text.slice(0, 200))}`);
}

test('random texts', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 60 }), survives), { numRuns: 1000 });
});

const PIECES = [
  ...KEYWORDS,
  'src',
  'a',
  'wehre',
  '$x',
  '5',
  '10.0.0.1',
  '10.0.0.300',
  '::1',
  '1h',
  "'t'",
  "'",
  '"',
  '/*',
  '*/',
  '--',
  '#',
  '\n',
  '(',
  ')',
  ',',
  ';',
  '.',
  '..',
  '=',
  '==',
  '<>',
  '<',
  '+',
  '-',
  '*',
  '/',
  '&',
  '&&',
  '|',
  '~',
  '?',
  '[',
  ']',
  ':',
  '§',
];

test('random soups of tokens', () => {
  const soup = fc.array(fc.constantFrom(...PIECES), { maxLength: 25 });
  fc.assert(
    fc.property(soup, fc.constantFrom(' ', ''), (pieces, glue) => survives(pieces.join(glue))),
    { numRuns: 1200 },
  );
});

test('valid statements with something taken out, put in or doubled', () => {
  const change = fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    length: fc.nat(8),
    piece: fc.constantFrom('', ' ', ...PIECES),
  });
  fc.assert(
    fc.property(arbitraryStatement, fc.array(change, { minLength: 1, maxLength: 3 }), (statement, changes) => {
      let text = print(statement);
      for (const { at, length, piece } of changes) {
        const start = Math.floor(at * text.length);
        text = text.slice(0, start) + piece + text.slice(start + length);
      }
      survives(text);
    }),
    { numRuns: 800 },
  );
});

test('long and deep ones', () => {
  const long = [
    '('.repeat(5000),
    `${'f('.repeat(99)}11 1${')'.repeat(99)}`,
    `echo ${'not '.repeat(5000)}1`,
    `echo ${'- '.repeat(5000)}1`,
    `echo 1${' + 1'.repeat(5000)}`,
    `echo a${'.b'.repeat(5000)}`,
    Array(2000).fill('select from a').join(' except '),
    'explain '.repeat(5000),
    `select ${','.repeat(5000)}`,
    'select fron a; '.repeat(2000),
    '? '.repeat(20_000),
    "'".repeat(9999),
    '"\n'.repeat(4999),
    '/*'.repeat(9999),
    ':'.repeat(9999),
    '['.repeat(9999),
    'a'.repeat(200_000),
    '1'.repeat(200_000),
    `10.0.0.${'1'.repeat(99_999)}`,
    `${'a:'.repeat(99_999)}`,
  ];
  for (const text of long) survives(text);
});

test('a deep caller leaves too little stack for a deep text, and gets a diagnostic', () => {
  const text = `echo ${'f('.repeat(99)}1${')'.repeat(99)}`;
  const from = (frames: number): string[] =>
    frames === 0 ? parse(text).diagnostics.map(({ code }) => code) : from(frames - 1);
  assert.equal(from(0), []);
  // What is left at the first of these that fails does not suffice for the parser, but for what says so.
  let codes: string[] = [];
  for (let frames = 500; codes.length === 0; frames += 50) codes = from(frames);
  assert.equal(codes, ['syntax.depth']);
});

test.run();
