// waits
/** What a terminal shows that has not enough room for all. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type TerminalOptions, tty } from '../kit/cli.js';

const test = suite('room on a terminal');

/** All lines that a statement prints. */
async function shown(statement: string, options: TerminalOptions): Promise<string[]> {
  const terminal = tty(['--no-config', statement], options);
  try {
    assert.is(await terminal.exit(), 0);
    return terminal.screen({ history: true }).split('\n');
  } finally {
    terminal.close();
  }
}

test('a description of a table has a line or two for each field', async () => {
  const narrow = await shown('describe conntrack', { columns: 80, rows: 24 });
  assert.ok(narrow.length < 150, String(narrow.length));
  assert.equal(narrow[0].split(/ +/), ['field', 'type', 'what']);
  assert.is(narrow.at(-1), 'help FIELD, such as help state, shows all values of a field');
  const wide = await shown('describe conntrack', { columns: 200, rows: 24 });
  assert.equal(wide[0].split(/ +/), ['field', 'type', 'what', 'values']);
  assert.match(wide.join('\n'), /^state +enum .* NONE SYN_SENT/m);
});

test('explain continues long parts in the next line', async () => {
  const ports = Array.from({ length: 20 }, (_, i) => `bytes = ${1000 + 7 * i}`).join(' or ');
  const lines = await shown(`explain select src from conntrack where ${ports}`, { columns: 60 });
  assert.not.match(lines.join('\n'), /…/);
  assert.ok(lines.join(' ').replace(/ +/g, ' ').includes('bytes = 1126 or bytes = 1133'), lines.join('\n'));
});

test.run();
