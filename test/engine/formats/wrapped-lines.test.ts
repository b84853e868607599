/** Entries that are broken at a width, as fold(1) does: no value of a part of a word. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readText } from '../../kit/snapshot.js';

const test = suite('wrapped lines');

const entry = (n: number): string =>
  `ipv4     2 tcp      6 ${431_000 + n * 7} ESTABLISHED src=10.0.${n}.3 dst=192.168.1.${n} sport=${40_000 + n * 131} dport=443 src=192.168.1.${n} dst=10.0.${n}.3 sport=443 dport=${40_000 + n * 131} [ASSURED] mark=${4660 + n * 111} use=1`;

const ENTRIES = Array.from({ length: 12 }, (_, i) => entry(i + 1));
const text = (lines: readonly string[]): string => `${lines.join('\n')}\n`;
const broken = (line: string, width: number): string => line.replace(new RegExp(`.{${width}}(?!$)`, 'g'), '$&\n');

async function read(content: string): Promise<[rows: readonly string[], warnings: readonly string[]]> {
  const { views, warnings } = await readText(content);
  return [views.map(view => Buffer.from(view.copy()).toString('hex')), warnings];
}

test('at any width', async () => {
  const [whole] = await read(text(ENTRIES));
  for (let width = 60; width < 175; width++) {
    const [rows, warnings] = await read(text(ENTRIES.map(line => broken(line, width))));
    assert.equal(rows, whole, `${width}: ${warnings.join('; ')}`);
  }
});

test('in a log, after the prefix of another program', async () => {
  const lines = ENTRIES.map(line => `Nov 24 09:27:23 gw1 conntrack[7]: ${line}`);
  const [whole] = await read(text(lines));
  for (const width of [80, 100, 132, 150]) {
    const [rows] = await read(text(lines.map(line => broken(line, width))));
    assert.equal(rows, whole, String(width));
  }
});

test('blanks that a terminal leaves out at the ends of lines', async () => {
  const [whole] = await read(text(ENTRIES));
  for (let width = 60; width < 175; width++) {
    const content = text(ENTRIES.map(line => broken(line, width))).replace(/ +$/gm, '');
    const [rows, warnings] = await read(content);
    assert.ok(
      rows.every(row => whole.includes(row)),
      `${width}: ${warnings.join('; ')}`,
    );
    assert.ok(rows.length >= whole.length - 4, `${width}: ${warnings.join('; ')}`);
  }
});

test('what is ambiguous is skipped and counted', async () => {
  // The first line is an entry by itself, and what follows has unknown words.
  const lines = ENTRIES.slice(0, 8).map(line => {
    const plain = line.replace(/ \[ASSURED.*/, '');
    return `${plain.slice(0, -2)}\n${plain.slice(-2)} 5 6 7 8`;
  });
  const udp =
    'udp      17 9 src=10.0.0.1 dst=10.0.0.2 sport=7 dport=2 src=10.0.0.2 dst=10.0.0.1 sport=2 dport=7 mark=0 use=1';
  const [rows, warnings] = await read(text([...lines, udp]));
  assert.is(rows.length, 1);
  assert.match(warnings.at(-1)!, /16 lines skipped, 1 entry was read/);
});

test('other text between entries is none of theirs', async () => {
  const lines = ENTRIES.flatMap((line, i) => (i % 3 === 0 ? [line, 'Connection to gw1 closed.'] : [line]));
  const [rows, warnings] = await read(text(lines));
  assert.is(rows.length, ENTRIES.length);
  assert.match(warnings.at(-1)!, /4 lines skipped, 12 entries were read/);
});

test.run();
