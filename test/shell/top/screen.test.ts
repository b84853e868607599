/** What the full screen writes to the terminal. */
import { EventEmitter } from 'node:events';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Terminal } from '../../../src/shell/io.js';
import { FullScreen } from '../../../src/shell/top/screen.js';

const test = suite('full screen');

/** A terminal that keeps what is written. */
class Paper extends EventEmitter {
  isTTY = true;
  columns = 20;
  rows = 3;
  text = '';
  isFull = false;
  write(text: string): boolean {
    this.text += text;
    return !this.isFull;
  }
  take(): string {
    const { text } = this;
    this.text = '';
    return text;
  }
}

function made(hasColor = true) {
  const paper = new Paper();
  const exits = new EventEmitter();
  return { paper, exits, screen: new FullScreen(paper as unknown as Terminal, hasColor, exits) };
}

const line = (text: string, codes = '') => [{ text, codes }];

test('only the rows that differ are written', () => {
  const { paper, screen } = made();
  screen.open();
  screen.draw({ lines: [line('one'), line('two'), line('three', '31')] });
  assert.match(paper.take(), /\x1b\[1;1H\x1b\[2Kone\x1b\[2;1H\x1b\[2Ktwo\x1b\[3;1H\x1b\[2K\x1b\[0;31mthree\x1b\[0m/);
  screen.draw({ lines: [line('one'), line('2'), line('three', '31')] });
  assert.is(paper.take(), '\x1b[?25l\x1b[2;1H\x1b[2K2\x1b[?25l');
  screen.draw({ lines: [line('one'), line('2'), line('three', '31')] });
  assert.is(paper.take(), '');
  screen.draw({ lines: [line('one')], cursor: { row: 0, column: 3 } });
  assert.ok(paper.take().endsWith('\x1b[1;4H\x1b[?25h'));
});

test('lines are cut to the screen; wide characters count as two columns', () => {
  const { paper, screen } = made();
  screen.open();
  paper.columns = 5;
  screen.draw({ lines: [line('123456789'), line('漢字漢字')] });
  const text = paper.take();
  assert.match(text, /\x1b\[2K12345\x1b/);
  assert.match(text, /\x1b\[2K漢字\x1b/);
});

test('without colours only bold, underlined and reverse are left', () => {
  const { paper, screen } = made(false);
  screen.open();
  screen.draw({ lines: [line('a', '1;31'), line('b', '36'), line('c', '7')] });
  const text = paper.take();
  assert.match(text, /\x1b\[0;1ma\x1b\[0m/);
  assert.match(text, /\x1b\[2Kb/);
  assert.match(text, /\x1b\[0;7mc\x1b\[0m/);
});

test('the terminal is restored once, by close or by the exit of the program', () => {
  for (const ending of ['close', 'exit'] as const) {
    const { paper, exits, screen } = made();
    screen.open();
    assert.match(paper.take(), /\x1b\[\?1049h/);
    if (ending === 'close') screen.close();
    else exits.emit('exit');
    assert.match(paper.take(), /\x1b\[\?25h\x1b\[\?1049l/);
    screen.close();
    exits.emit('exit');
    screen.draw({ lines: [line('late')] });
    assert.is(paper.take(), '');
  }
});

test('a slow terminal gets the last frame, not all of them', () => {
  const { paper, screen } = made();
  screen.open();
  paper.isFull = true;
  screen.draw({ lines: [line('1')] });
  for (let n = 2; n < 100; n++) screen.draw({ lines: [line(String(n))] });
  paper.take();
  paper.isFull = false;
  paper.emit('drain');
  assert.match(paper.take(), /\x1b\[2K99\x1b/);
});

test.run();
