import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Diagnostic } from '../../../src/lang/diagnostics/diagnostic.js';
import { report } from '../../../src/lang/diagnostics/report.js';
import { textWidth } from '../../../src/lang/diagnostics/text-width.js';
import { parse } from '../../../src/lang/syntax/parse.js';

const test = suite('report');

const reported = (text: string, options = {}): string => report(text, parse(text).diagnostics, options);
const lines = (...parts: string[]): string => `${parts.join('\n')}\n`;
const at = (start: number, end: number, more: Partial<Diagnostic> = {}): Diagnostic => ({
  code: 'syntax',
  severity: 'error',
  span: { start, end },
  message: 'wrong',
  ...more,
});

test('message, place, line, mark and hint', () => {
  assert.is(
    reported('select from conntrack\nwehre src = 1', { name: 'x.ctq' }),
    lines(
      "error: expected 'where', got 'wehre'",
      '  ╭─ x.ctq:2:1',
      '2 │ wehre src = 1',
      '  │ ^^^^^',
      '  ╰─ hint: did you mean `where`?',
    ),
  );
});

test('where the width is not known, a long line is cut to 80 columns around the mark', () => {
  const text = `select ${'src, dst, '.repeat(20)}bites from conntrack where dport = 80`;
  const shown = report(text, [at(text.indexOf('bites'), text.indexOf('bites') + 5)]).split('\n');
  for (const line of shown) assert.ok(textWidth(line) <= 80, line);
  assert.is(shown[2].indexOf('bites'), shown[3].indexOf('^^^^^'));
});

test('where there is only ASCII, nothing else is written', () => {
  const text = `select src from conntrack where ${'x = 1 and '.repeat(20)}src`;
  const shown = report(text, [at(32, 33, { message: 'wrong: a, …', label: 'here …', hint: 'right: b, …' })], {
    unicode: false,
    width: 60,
  });
  assert.is(/[^ -~\n]/.test(shown), false, shown);
  assert.match(shown, /^ {2},- 1:33$/m);
  assert.match(shown, /^1 \| .*~$/m);
  assert.match(shown, /^ {2}`- hint: right: b, \.\.\.$/m);
});

test('the end of the text is marked after its last word', () => {
  assert.is(
    reported('select from   '),
    lines(
      "error: expected a table name or a 'file' after 'from'",
      '  ╭─ 1:12',
      '1 │ select from',
      '  │            ^ the statement ends here',
    ),
  );
});

test('several mistakes have an empty line between them', () => {
  assert.is(reported('foo; bar').split('\n\n').length, 2);
});

test('lines before are shown where asked for, numbers in a column', () => {
  const text = `${'echo 1;\n'.repeat(10)}foo`;
  assert.is(
    report(text, [at(text.length - 3, text.length)], { context: 2 }),
    lines('error: wrong', '   ╭─ 11:1', ' 9 │ echo 1;', '10 │ echo 1;', '11 │ foo', '   │ ^^^'),
  );
});

test('tabs, wide and combining characters move the mark by what they take', () => {
  const text = "\t'日本e\u0301😀' x";
  assert.is(
    report(text, [at(text.length - 1, text.length)]),
    lines('error: wrong', '  ╭─ 1:10', "1 │   '日本e\u0301😀' x", '  │             ^'),
  );
});

test('a mark is as wide as what it marks', () => {
  assert.is(report('a 日本 b', [at(2, 4)]).split('\n')[3], '  │   ^^^^');
});

test('a span over lines is marked to the end of its first', () => {
  assert.is(report("x 'a\nb'", [at(2, 7)]), lines('error: wrong', '  ╭─ 1:3', "1 │ x 'a", '  │   ^^'));
});

test('long lines are cut around the place', () => {
  const text = `${'a'.repeat(500)} here ${'b'.repeat(500)}`;
  const [, place, line, mark] = report(text, [at(501, 505)], { width: 60 }).split('\n');
  assert.is(place, '  ╭─ 1:502');
  assert.is(textWidth(line), 60);
  assert.match(line, /^1 │ …a+ here b+…$/);
  assert.is(mark.indexOf('^^^^'), line.indexOf('here'));
});

test('no control character reaches the terminal', () => {
  const text = "echo \u001b[31m 'a\u0007' \u202e";
  const out = report(text, [at(5, 10, { message: 'bad \u001b[2J', hint: 'no\u0000', label: '\u009b' })], {
    name: 'x\u001b',
  });
  assert.not.match(out, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
  assert.match(out, /\\x1b\[31m/);
});

test('colour marks the severity and adds nothing else', () => {
  const diagnostics = [at(0, 3, { severity: 'warning', hint: 'do' })];
  const coloured = report('foo', diagnostics, { color: true });
  assert.match(coloured, '\u001b[1;33mwarning\u001b[0m');
  assert.is(coloured.replaceAll(/\u001b\[[\d;]*m/g, ''), report('foo', diagnostics));
});

test('on a terminal, long messages and hints are broken between words, their lines below each other', () => {
  const found = at(0, 3, { message: 'one two three four five six', hint: 'write seven eight nine ten eleven twelve' });
  assert.is(
    report('foo', [found], { width: 36 }),
    lines(
      'error: one two three four five six',
      '  ╭─ 1:1',
      '1 │ foo',
      '  │ ^^^',
      '  ╰─ hint: write seven eight nine',
      '           ten eleven twelve',
    ),
  );
  assert.match(report('foo', [found], { width: 31 }), 'error: one two three four five\n       six\n');
});

test('neither in pipes, nor where the terminal is too narrow for it', () => {
  const words = 'word '.repeat(40).trim();
  const found = [at(0, 3, { message: words, hint: words })];
  for (const options of [{}, { width: 20 }]) assert.is(report('foo', found, options).split(words).length, 3);
});

test('any span of any text', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary' }),
      fc.integer({ min: -5, max: 60 }),
      fc.integer({ min: 0, max: 60 }),
      fc.integer({ min: 0, max: 90 }),
      (text, start, length, width) => {
        const out = report(text, [at(start, start + length)], { width, context: 3 });
        assert.match(out, /\^/);
        assert.ok(out.endsWith('\n'));
        assert.not.match(out, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
      },
    ),
    { numRuns: 2000 },
  );
});

test('a huge line is cut without a look at all of it', () => {
  const text = `x${'é'.repeat(4_000_000)}`;
  const start = performance.now();
  report(text, [at(2_000_000, 4_000_000)]);
  assert.ok(performance.now() - start < 1000);
});

test.run();
