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

test('the history can be set; ↑ looks for entries that begin with the text', () => {
  const { line, press } = lineOf('se');
  line.setHistory(['flush', 'select 2', 'watch', 'select\n1']);
  press('\x1b[A');
  assert.is(line.text, 'select 2');
  press('\x1b[A');
  assert.is(line.text, 'select\n1');
  press('\x1b[B', '\x1b[B');
  assert.is(line.text, 'se');
  line.set('');
  press('\x1b[A');
  assert.is(line.text, 'flush');
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
