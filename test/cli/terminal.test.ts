/** The terminal on which the other tests of this folder type. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Terminal } from '../kit/cli.js';

const terminal = suite('terminal');

terminal('text is typed, keys are pressed, the size is seen', async () => {
  const shell = new Terminal(['sh'], { columns: 70, rows: 20, env: { PS1: 'ready> ' } });
  try {
    await shell.waitFor('ready> ');
    shell.type('stty size; echo "a;b" $((6 * 7))');
    shell.press('Enter');
    await shell.waitFor(/^20 70\na;b 42$/m);
    shell.resize(90, 10);
    shell.type('stty size');
    shell.press('Enter');
    await shell.waitFor(/^10 90$/m);
    shell.type(`printf '\\033[31mred\\033[0m'`);
    shell.press('Enter');
    await shell.waitFor(/^red/m);
    assert.match(shell.screen({ colours: true }), /\u001b\[31mred/);
    assert.not.match(shell.screen(), /\u001b/);
    shell.type('exit 7');
    shell.press('Enter');
    assert.is(await shell.exit(), 7);
    assert.match(shell.screen(), /^ready> stty size/);
  } finally {
    shell.close();
  }
});

terminal('what does not appear is reported with the screen', async () => {
  const cat = new Terminal(['cat']);
  try {
    cat.type('something else');
    cat.press('Enter');
    // The terminal's own echo is the first; the second says that the program runs.
    await cat.waitFor(/something else\nsomething else/);
    let message = '';
    try {
      await cat.waitFor('what never comes', 50);
    } catch (error) {
      message = (error as Error).message;
    }
    assert.match(message, /waited 50 ms for what never comes/);
    assert.match(message, /something else/);
    cat.press('C-c');
    assert.is(await cat.exit(), 128 + 2);
  } finally {
    cat.close();
  }
});

terminal.run();
