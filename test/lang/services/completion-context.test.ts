import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  type CompletionContext,
  completionContextAt,
  type Slot,
} from '../../../src/lang/services/completion/completion-context.js';
import { withCursor } from '../../kit/marked.js';

const test = suite('completion context');

const expected = (written: string): CompletionContext => {
  const { text, at } = withCursor(written);
  return completionContextAt(text, at);
};

const SLOTS: readonly (readonly [string, readonly Slot[]])[] = [
  ['select |', ['value', 'variable', 'field']],
  ['select from |', ['table', 'file']],
  ['delete from |', ['table']],
  ['select from c where orig.s|', ['value', 'variable', 'field']],
  ['select from c where status has (A, |', ['flag', 'variable']],
  ['select from c where src is |', ['class']],
  ['select from c output json, |', ['format']],
  ['select from c output json to |', ['file']],
  ['select a as |', ['newName']],
  ['watch from c on |', ['event']],
  ['watch from c with |', ['option']],
  ['update c set |', ['assigned']],
  ['use netns |', ['namespace']],
  ['use netns bl|', ['namespace']],
  ['use fleet |', ['gateway']],
  ['select from c in fleet (edge, |', ['gateway']],
  ['select from c in ssh (a, |', ['host']],
  ['use pid |', ['variable', 'pid']],
  ['use ssh |', ['host']],
  ['use file |', ['file']],
  ['set |', ['setting']],
  ['help |', ['topic']],
  ['describe |', ['table', 'file']],
  ['show fields from |', ['table', 'file']],
  ['show tables output |', ['format']],
  ['include |', ['file']],
  ['let |', ['newName']],
  ["echo 'ab|", []],
  ['echo 1 -- se|', []],
];
for (const [text, slots] of SLOTS) {
  test(text, () => assert.equal([...expected(text).slots].sort(), [...slots].sort()));
}

const KEYWORDS: readonly (readonly [string, readonly string[], readonly string[]])[] = [
  ['|', ['select', 'watch', 'insert into', 'help'], ['from', 'where']],
  ['select src |', ['from', 'as', 'and', 'in'], ['where', 'select']],
  ['select from c |', ['where', 'group by', 'order by', 'in', 'output', 'except', 'left', 'join'], ['from', 'select']],
  ['select from c where a = 1 |', ['and', 'or', 'limit'], ['where', 'join']],
  ['select from c where a in (|', ['select', 'not'], ['where']],
  ['select from c limit 1 |', ['offset', 'zero'], ['where', 'limit']],
  ['explain |', ['analyze', 'select', 'delete'], ['explain', 'help']],
  ['echo 1; wat|', ['watch'], ['from']],
];
for (const [text, present, absent] of KEYWORDS) {
  test(`keywords: ${text}`, () => {
    const { keywords } = expected(text);
    for (const word of present) assert.ok(keywords.includes(word), word);
    for (const word of absent) assert.not(keywords.includes(word), word);
  });
}

test('the word that is being typed, with its dots', () => {
  assert.equal(expected('select orig.sr|').prefix, { text: 'orig.sr', start: 7, end: 14 });
  assert.equal(expected('select orig.|').prefix.text, 'orig.');
  assert.equal(expected('select or|ig.src').prefix.text, 'or');
  assert.equal(expected('use netns blue-|').prefix.text, 'blue-');
  assert.equal(expected('echo $l|').prefix.text, '$l');
  assert.equal(expected('select |').prefix, { text: '', start: 7, end: 7 });
});

test('the statement around, its tables, and the field that requires a value', () => {
  const text = 'echo 1; select from conntrack join "h.csv" where dport = |; echo 2';
  const { statement, tables, field } = expected(text);
  assert.is(
    withCursor(text).text.slice(statement.start, statement.end),
    ' select from conntrack join "h.csv" where dport = ',
  );
  assert.equal(tables, [
    { text: 'conntrack', isJoined: false },
    { text: '"h.csv"', isJoined: true },
  ]);
  for (const named of ["'h.csv' as x", "'h.csv' x"])
    assert.equal(expected(`select from conntrack join ${named} on |`).tables[1], {
      text: "'h.csv'",
      alias: 'x',
      isJoined: true,
    });
  assert.is(field, 'dport');
  assert.is(expected('select from c where orig.dport in (1, |').field, 'orig.dport');
  assert.is(expected('select from c where state not in (|').field, 'state');
  assert.is(expected('select from c where |').field, undefined);
});

test.run();
