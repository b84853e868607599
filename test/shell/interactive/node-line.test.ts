/** What ctq relies on inside node's repl: this fails if a version of node changes it. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { nameOf } from '../../../src/shell/interactive/line/input/key-names.js';
import { NodeLine } from '../../../src/shell/interactive/line/node-line.js';

const test = suite("node's line editor");

function lineOf(text = '', cursor = text.length) {
  const heard: string[] = [];
  const line = new NodeLine({
    entered: each => heard.push(`entered ${each}`),
    interrupted: () => heard.push('interrupted'),
    ended: () => heard.push('ended'),
  });
  line.set(text, cursor);
  const press = (...keys: string[]): void => {
    for (const key of keys) line.press({ text: key, name: nameOf(key) });
  };
  return { line, press, heard };
}

test('keys are delivered at once, and change line and cursor', () => {
  const { line, press } = lineOf();
  press('a', 'b', 'ü', '日');
  assert.equal([line.text, line.cursor], ['abü日', 4]);
  press('\x1b[D', '\x7f');
  assert.equal([line.text, line.cursor], ['ab日', 2]);
  press('\x1b[H', 'x', '\x1b[F', 'y');
  assert.is(line.text, 'xab日y');
  line.close();
});

test('line and cursor can be set, with line ends too', () => {
  const { line, press } = lineOf('select\n  src', 3);
  press('X');
  assert.equal([line.text, line.cursor], ['selXect\n  src', 4]);
  line.replace(0, 4, 'col');
  assert.equal([line.text, line.cursor], ['colect\n  src', 3]);
  press('\x05', '\x17');
  assert.is(line.text, 'colect\n  ');
  line.close();
});

test('words, and what was deleted', () => {
  const { line, press } = lineOf('one two three');
  press('\x17', '\x1bb', '\x0b');
  assert.is(line.text, 'one ');
  press('\x19');
  assert.is(line.text, 'one two ');
  line.close();
});

test('↑ looks for entries that begin with the text before the cursor, and keeps what was typed for ↓', () => {
  const { line, press } = lineOf('select 3', 2);
  line.setHistory(['flush', 'select 2', 'watch', 'select\n1', 'echo']);
  const texts = (key: string, ...expected: string[]): void => {
    for (const text of expected) {
      press(key);
      assert.is(line.text, text);
    }
  };
  texts('\x1b[A', 'select 2', 'select\n1', 'select\n1');
  // Where the cursor is in an entry does not matter.
  line.set(line.text, 3);
  texts('\x1b[A', 'select\n1');
  texts('\x1b[B', 'select 2', 'select 3', 'select 3');
  assert.is(line.cursor, 2);
  texts('\x10', 'flush', 'select 2');
  texts('\x0e', 'flush');
  // An entry that was changed is a draft.
  line.set('watc', 4);
  texts('\x1b[A', 'watch');
  texts('\x1b[B', 'watc');
  line.set('');
  texts('\x1b[A', 'flush');
  line.close();
});

test('Enter, Ctrl-C and Ctrl-D are reported', async () => {
  const { press, heard } = lineOf('an answer');
  press('\r', '\x03');
  press('\x04');
  await new Promise(resolve => setImmediate(resolve));
  assert.equal(heard, ['entered an answer', 'interrupted', 'ended']);
});

test.run();
