// waits
/** What a terminal shows that has not enough room for all. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Recorder } from '../../src/engine/sources/history/files/recording/recorder.js';
import { type TerminalOptions, tty } from '../kit/cli.js';
import { flowAt, ns } from '../kit/recorded.js';

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

test('whole entries of a history are a table, without the columns that say least', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ctq-room-'));
  try {
    const now = Date.now();
    const recorder = await Recorder.open({
      folder,
      gateway: 'gw1',
      netns: '',
      keep: { age: 86_400_000 },
      now: () => ns(now),
      warn: message => assert.unreachable(message),
    });
    for (const id of [1, 2]) recorder.entry(flowAt(id, now - 5000, now - 1000, 1000 * id));
    await recorder.close();
    for (const [columns, wanted] of [
      [170, 'gateway start stop proto src sport dst dport reply.src reply.sport reply.dst reply.dport packets bytes'],
      [110, 'gateway stop proto src sport dst dport reply.dst reply.dport bytes'],
      [75, 'stop proto src sport dst dport bytes'],
    ] as const) {
      const lines = await shown(`select from conntrack in history '${folder}' since forever`, { columns });
      const titles = lines.findIndex(line => /\bstop +proto/.test(line));
      assert.is(lines[titles]?.split(/ +/).join(' '), wanted, lines.join('\n'));
      const note = lines.find(line => line.startsWith('no room for '));
      assert.is(note !== undefined, columns < 170, lines.join('\n'));
      assert.match(lines[titles + 2], /udp +10\.0\.0\.1 +100[12] +192\.0\.2\.1 +53/);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test.run();
