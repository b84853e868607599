/** Entries that were filled as a paragraph, as fmt(1) does: each is read as it was, or skipped. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readText } from '../../kit/snapshot.js';
import { filled } from './support.js';

const test = suite('reflowed lines');

const entry = (n: number): string =>
  `${n % 3 === 0 ? 'udp      17' : 'tcp      6'} ${431_000 + n * 7}${n % 3 === 0 ? '' : ' ESTABLISHED'} src=10.0.${n}.3 dst=192.168.1.${n} sport=${40_000 + n * 131} dport=443 packets=${n} bytes=${n * 100} src=192.168.1.${n} dst=10.0.${n}.3 sport=443 dport=${40_000 + n * 131} packets=${n} bytes=${n * 200} [ASSURED] mark=${n} use=1`;

const ENTRIES = Array.from({ length: 12 }, (_, i) => entry(i + 1));

/** In lines of at most a width. */
const paragraph = (text: string, width: number): string => `${filled(text, width).join('\n')}\n`;

async function read(content: string): Promise<[rows: readonly string[], warnings: readonly string[]]> {
  const { views, warnings } = await readText(content);
  return [views.map(view => Buffer.from(view.copy()).toString('hex')), warnings];
}

test('at any width', async () => {
  const [whole] = await read(`${ENTRIES.join('\n')}\n`);
  for (let width = 60; width < 260; width++) {
    const [rows, warnings] = await read(paragraph(ENTRIES.join(' '), width));
    assert.equal(rows, whole, `${width}: ${warnings.join('; ')}`);
    const [two, said] = await read(paragraph(ENTRIES.slice(0, 2).join(' '), width));
    // Two in one line and a part of the next are those of two programs as well.
    const isCounted = two.length === 1 && said.some(each => each.includes('2 lines skipped, 1 entry was read'));
    assert.equal(two, isCounted ? whole.slice(0, 1) : whole.slice(0, 2), `${width}: ${said.join('; ')}`);
  }
});

test("with conntrack(8)'s count at the end", async () => {
  const [whole] = await read(`${ENTRIES.join('\n')}\n`);
  const count = 'conntrack v1.4.7 (conntrack-tools): 12 flow entries have been shown.';
  const [rows] = await read(paragraph(`${ENTRIES.join(' ')} ${count}`, 75));
  assert.equal(rows, whole);
});

test('an entry of which a part is missing is skipped and counted', async () => {
  const [whole] = await read(`${ENTRIES.join('\n')}\n`);
  const lines = paragraph(ENTRIES.join(' '), 75).split('\n');
  for (let cut = 1; cut < 20; cut++) {
    const [rows, warnings] = await read(lines.filter((_, i) => i !== cut).join('\n'));
    const wrong = rows.filter(row => !whole.includes(row));
    assert.ok(wrong.length <= 1, `line ${cut}: ${wrong.length}`);
    assert.ok(rows.length >= whole.length - 2, `line ${cut}: ${warnings.join('; ')}`);
  }
});

test.run();
