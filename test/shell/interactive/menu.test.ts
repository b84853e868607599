/** What choosing a candidate does to the line. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Menu } from '../../../src/shell/interactive/line/screen/menu.js';

const test = suite('menu of candidates');

/** A line with a menu of candidates for its last word. */
function menuAt(text: string, ...candidates: readonly string[]) {
  const line = {
    text,
    cursor: text.length,
    set(changed: string, cursor: number) {
      line.text = changed;
      line.cursor = cursor;
    },
  };
  const menu = new Menu();
  const start = text.search(/\S*$/);
  menu.open({ start, end: text.length, candidates: candidates.map(each => ({ text: each, kind: 'value' })) });
  /** As the editor does: a key for the line. */
  const type = (typed: string): string => {
    menu.takeSpaceBack(line, typed);
    if (menu.isChosen) menu.keepBefore(line, typed);
    line.set(line.text + typed, line.text.length + typed.length);
    return line.text;
  };
  return { line, menu, type };
}

test('the space after a candidate is not typed twice, and gives way to punctuation', () => {
  for (const [typed, text] of [
    [' and', 'proto = tcp and'],
    [' ', 'proto = tcp '],
    [';', 'proto = tcp;'],
    [')', 'proto = tcp)'],
    [', ', 'proto = tcp, '],
    ['and', 'proto = tcp and'],
  ] as const) {
    const { line, menu, type } = menuAt('proto = tc', 'tcp', 'udp');
    assert.ok(menu.extend(line));
    assert.is(line.text, 'proto = tcp ');
    assert.is(type(typed), text);
  }
});

test('a word typed after a chosen candidate is another word', () => {
  for (const [typed, text] of [
    ['and', 'src is private and'],
    [' and', 'src is private and'],
    [';', 'src is private;'],
    ['.', 'src is private.'],
  ] as const) {
    const { line, menu, type } = menuAt('src is ', 'private', 'public');
    menu.choose(line, 1);
    assert.is(line.text, 'src is private');
    assert.is(type(typed), text);
  }
});

test('what is open continues without a space', () => {
  const { line, menu, type } = menuAt('select ', 'net(', 'now()');
  menu.choose(line, 1);
  assert.is(type('src'), 'select net(src');
  const folder = menuAt("from '", "'logs/");
  folder.menu.choose(folder.line, 1);
  assert.is(folder.type('nat'), "from 'logs/nat");
});

test.run();
