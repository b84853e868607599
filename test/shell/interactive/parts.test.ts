/** The parts of the interactive shell that need no terminal. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Place } from '../../../src/lang/schema/places.js';
import { SETTINGS, type SettingName } from '../../../src/lang/schema/settings.js';
import { sgrCodes } from '../../../src/shell/display/style.js';
import { decodeEntry, encodeEntry, History, historyPath } from '../../../src/shell/interactive/line/history/history.js';
import { firstWord, suggestion } from '../../../src/shell/interactive/line/history/suggestion.js';
import { paintStatement } from '../../../src/shell/interactive/line/screen/paint.js';
import { themeOfAnswer, themeOfVariable } from '../../../src/shell/interactive/prompt/background.js';
import { greetingOf } from '../../../src/shell/interactive/prompt/greeting.js';
import { promptOf } from '../../../src/shell/interactive/prompt/prompt.js';
import { promptMode } from '../../../src/shell/interactive/prompt/prompt-mode.js';
import { splitPipe } from '../../../src/shell/interactive/viewing/split-pipe.js';

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

test('a command after a statement, and bits', () => {
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
  const textOf = (written: string) =>
    paintStatement(written)
      .map(piece => piece.text)
      .join('');
  assert.is(textOf(text), text);
  assert.equal(paintStatement('select 1'), [
    { text: 'select', codes: sgrCodes('keyword') },
    { text: ' ', codes: '' },
    { text: '1', codes: sgrCodes('good') },
  ]);
  assert.equal(paintStatement('.help'), [{ text: '.help', codes: sgrCodes('name') }]);
});

test('what history suggests', () => {
  assert.is(suggestion('sel', ['flush', 'select 2', 'select 1']), 'ect 2');
  assert.is(suggestion('s', ['select 2']), '');
  assert.is(suggestion('select', ['select\n2', 'select']), '');
  assert.is(firstWord(' src from conntrack'), ' src');
  assert.is(firstWord('ect src'), 'ect');
  assert.is(firstWord(', dport'), ',');
  assert.is(firstWord(' 10.0.0.1;'), ' 10.0.0.1');
});

test('the prompt', () => {
  const parts = { mode: '', env: { USER: 'ann' }, now: new Date(2026, 1, 3, 4, 5, 6) };
  const plain = 'ctq{place}{mode}> ';
  assert.is(promptOf(plain, { ...parts, place: { kind: 'kernel' } }), 'ctq> ');
  assert.is(
    promptOf(plain, { ...parts, place: { kind: 'netns', name: 'blue' }, mode: ' (read-only)' }),
    'ctq@blue (read-only)> ',
  );
  assert.is(promptOf(plain, { ...parts, place: { kind: 'file', path: '/tmp/\u001bb.save' } }), 'ctq \\x1bb.save> ');
  const own = promptOf('{time} {user}@{what}\u001b$ ', { ...parts, place: { kind: 'kernel' } });
  assert.is(own, '04:05:06 ann@{what}\\x1b$ ');
});

test('the prompt shows that nothing can be changed, or that nothing is asked', () => {
  const kernel = { kind: 'kernel' } as const;
  const mode = (place: Place, changed: Partial<Record<SettingName, boolean>>): string =>
    promptMode(place, name => changed[name] ?? SETTINGS[name].default);
  assert.is(mode(kernel, {}), '');
  assert.is(mode(kernel, { read_only: true, confirm: false, dry_run: true }), ' (read-only)');
  assert.is(mode(kernel, { confirm: false }), ' (no confirm)');
  assert.is(mode(kernel, { confirm: false, dry_run: true }), ' (dry run)');
  assert.is(mode({ kind: 'file', path: 'x.save' }, { dry_run: true }), ' (read-only)');
});

test('the theme of a background', () => {
  assert.is(themeOfAnswer('\u001b]11;rgb:ffff/ffff/e0e0\u001b\\'), 'light');
  assert.is(themeOfAnswer('\u001b]11;rgb:1e/1e/2e\u0007'), 'dark');
  assert.is(themeOfAnswer('\u001b]10;rgb:ffff/ffff/ffff\u0007'), undefined);
  assert.is(themeOfVariable('0;15'), 'light');
  assert.is(themeOfVariable('15;default;0'), 'dark');
  assert.is(themeOfVariable(undefined), undefined);
});

test('the greeting', () => {
  assert.match(greetingOf('1.2', { kind: 'netns', name: 'blue' }, 80), /^ctq 1\.2 – @blue – help/);
  assert.ok(greetingOf('1.2', { kind: 'kernel' }, 30).length < 30);
});

test.run();
