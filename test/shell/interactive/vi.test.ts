import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { nameOf } from '../../../src/shell/interactive/line/input/key-names.js';
import { Vi } from '../../../src/shell/interactive/line/vi/vi.js';

const test = suite('vi mode');

/** A line with its cursor before `|`, or at the end. */
function lineOf(written: string) {
  const cursor = written.indexOf('|');
  return {
    text: written.replace('|', ''),
    cursor: cursor < 0 ? written.length : cursor,
    set(text: string, at: number): void {
      this.text = text;
      this.cursor = at;
    },
  };
}

function typed(written: string, keys: string): string {
  const line = lineOf(written);
  const vi = new Vi();
  for (const text of keys.match(/\u001b|[^\u001b]/gsu) ?? []) {
    const name = nameOf(text);
    if (vi.press({ text, name }, line) === 'insert')
      line.set(line.text.slice(0, line.cursor) + text + line.text.slice(line.cursor), line.cursor + 1);
  }
  return `${line.text.slice(0, line.cursor)}|${line.text.slice(line.cursor)}`;
}

/** [the line, keys after Escape, the line afterwards] */
const COMMANDS: readonly (readonly [string, string, string])[] = [
  ['select src', '', 'select sr|c'],
  ['select src', '0', '|select src'],
  ['select src', 'bh', 'select| src'],
  ['|select src', 'w', 'select |src'],
  ['|select orig.src', 'wW', 'select orig.sr|c'],
  ['|select orig.src', 'e', 'selec|t orig.src'],
  ['|select orig.src', '3w', 'select orig.|src'],
  ['select src, dport', 'b', 'select src, |dport'],
  ['|select src', 'x', '|elect src'],
  ['|select src', '3x', '|ect src'],
  ['|select src', 'dw', '|src'],
  ['|select src, dst', 'd2w', '|, dst'],
  ['|select src', 'cwcount', 'count| src'],
  ['select |src from x', 'bD', '|'],
  ['select |src from x', 'wD', 'select src| '],
  ['|select src', 'A, dst', 'select src, dst|'],
  ['select src', 'Iexplain ', 'explain |select src'],
  ['|select src', 'fsx', 'select |rc'],
  ['|select src', 'dts', '|src'],
  ['|a (b (c)) d', '%', 'a (b (c)|) d'],
  ["|in 'x' and", "fxci'y", "in 'y|' and"],
  ['|select src', 'wdiw', 'select| '],
  ['|abc', 'xp', 'b|ac'],
  ['|abc', 'rx', '|xbc'],
  ['|abc', '~', 'A|bc'],
  ['|a b c', 'dw.', '|c'],
  ['|a b c', 'cwx\u001bw.', 'x |x c'],
  ['one\n|two', 'k', '|one\ntwo'],
  ['one\n|two', 'dd', '|one'],
  ['|abc', 'yyp', 'aab|cbc'],
];
for (const [line, keys, wanted] of COMMANDS) {
  test(`${JSON.stringify(line)}, ${JSON.stringify(keys)}`, () => {
    // Escape moves the cursor back by one, unless the line begins there.
    const at = line.indexOf('|');
    const plain = line.replace('|', '');
    const stays = at < 0 || at === 0 || line[at - 1] === '\n';
    const before = stays ? line : `${plain.slice(0, at + 1)}|${plain.slice(at + 1)}`;
    assert.is(typed(before, `\u001b${keys}`), wanted);
  });
}

test('in insert mode keys are inserted', () => {
  assert.is(typed('', 'dd'), 'dd|');
});

test('what the editor does', () => {
  const vi = new Vi();
  const line = lineOf('abc');
  const press = (text: string) => vi.press({ text, name: nameOf(text) }, line);
  assert.is(press('a'), 'insert');
  assert.is(press('\u001b'), 'done');
  assert.is(press('k'), 'older');
  assert.is(press('j'), 'newer');
  assert.is(press('/'), 'search');
  assert.is(press('v'), 'edit');
  assert.is(press('u'), 'undo');
  assert.is(press('\u0012'), 'redo');
  assert.is(press('\r'), 'insert');
  assert.is(press('2'), 'pending');
  vi.reset();
  assert.ok(vi.isInsert);
});

test.run();
