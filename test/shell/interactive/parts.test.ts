/** The parts of the interactive shell that need no terminal. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { painter } from '../../../src/shell/display/style.js';
import { decodeEntry, encodeEntry, History, historyPath } from '../../../src/shell/interactive/history.js';
import { paintStatement } from '../../../src/shell/interactive/paint.js';
import { promptOf } from '../../../src/shell/interactive/prompt.js';
import { promptMode } from '../../../src/shell/interactive/prompt-mode.js';
import { splitPipe } from '../../../src/shell/interactive/split-pipe.js';
import { suggestion } from '../../../src/shell/interactive/suggestion.js';

const test = suite('parts of the interactive shell');

test('history: an entry survives its file', () => {
  for (const entry of ['select\n1', "echo '\\n';", 'a\\\\nb', 'plain']) {
    assert.not.match(encodeEntry(entry), /\n/);
    assert.is(decodeEntry(encodeEntry(entry)), entry);
  }
  for (const damaged of ['', '  ', 'a\u001b[31m', '\ufffd\ufffd']) assert.is(decodeEntry(damaged), undefined);
});

test('history: the newest first, each once, none with a blank in front', () => {
  const history = new History(undefined);
  for (const text of ['a', 'b', ' c', 'a', 'a\n', '']) history.add(text);
  assert.equal(history.entries, ['a', 'b']);
});

test('history: where its file is', () => {
  assert.is(historyPath({ XDG_STATE_HOME: '/s', HOME: '/h' }), '/s/ctq/history');
  assert.is(historyPath({ XDG_STATE_HOME: 'relative', HOME: '/h' }), '/h/.local/state/ctq/history');
  assert.is(historyPath({}), undefined);
});

test('a command behind a statement, and bits', () => {
  const parts = (text: string) => {
    const { statement, command } = splitPipe(text);
    return [statement, command];
  };
  assert.equal(parts('select src from conntrack; | sort | uniq -c'), ['select src from conntrack;', 'sort | uniq -c']);
  assert.equal(parts('select src from conntrack | wc -l'), ['select src from conntrack', 'wc -l']);
  for (const bits of [
    'select mark | 3 from conntrack',
    'echo 1 | 2',
    'select from conntrack where mark = id | mark',
    "echo 'a | wc'",
  ])
    assert.equal(parts(bits), [bits, undefined]);
});

test('colours leave the text as it is', () => {
  const text = "select src -- what\nfrom conntrack where dst = 10.0.0.1 and helper = 'ftp'";
  assert.is(paintStatement(text, 0, painter(false)), text);
  assert.is(paintStatement(text, 19, painter(false)), text.slice(19));
  assert.is(paintStatement('select 1', 0, painter(true)), '\u001b[34mselect\u001b[0m \u001b[32m1\u001b[0m');
  assert.is(paintStatement('.help', 0, painter(true)), '\u001b[35m.help\u001b[0m');
});

test('what history suggests', () => {
  assert.is(suggestion('sel', ['flush', 'select 2', 'select 1']), 'ect 2');
  assert.is(suggestion('s', ['select 2']), '');
  assert.is(suggestion('select', ['select\n2', 'select']), '');
});

test('the prompt', () => {
  assert.is(promptOf({ kind: 'kernel' }, ''), 'ctq> ');
  assert.is(promptOf({ kind: 'netns', name: 'blue' }, ' (read-only)'), 'ctq@blue (read-only)> ');
  assert.is(promptOf({ kind: 'file', path: '/tmp/\u001bb.save' }, ''), 'ctq \\x1bb.save> ');
});

test('the prompt says that nothing can be changed, or that nothing is asked', () => {
  const kernel = { kind: 'kernel' } as const;
  assert.is(promptMode(kernel, false, true), '');
  assert.is(promptMode(kernel, true, false), ' (read-only)');
  assert.is(promptMode(kernel, false, false), ' (no confirm)');
  assert.is(promptMode({ kind: 'file', path: 'x.save' }, false, true), ' (read-only)');
});

test.run();
