/** What conntrack(8) wrote, broken into lines by fold(1) and quoted in a mail: the same entries. The files are real ones. */
import { readdirSync, readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readText } from '../../kit/snapshot.js';
import { filled } from './support.js';

const test = suite('folded lines');

const DIRECTORY = 'test/engine/formats/fixtures/folded';
const NARROWEST = 60;
const WIDEST = 120;
/** Files that are broken at many widths; others at some. */
const AT_MANY = ['events-timestamp.log', 'extended-timestamp.txt'];

const withTabs = (columns: number, character: string): number =>
  character === '\t' ? columns - (columns % 8) + 8 : columns + 1;

/** As fold(1). @param isSpaced `-s`: after a blank, where there is one */
function folded(line: string, width: number, isSpaced: boolean): string[] {
  const parts: string[] = [];
  let from = 0;
  for (;;) {
    let to = from;
    for (let columns = 0; to < line.length; to++) {
      columns = withTabs(columns, line[to]);
      if (columns > width) break;
    }
    if (to >= line.length) return [...parts, line.slice(from)];
    const blank = isSpaced ? /.*\s/.exec(line.slice(from, to)) : null;
    if (blank !== null) to = from + blank[0].length;
    parts.push(line.slice(from, to));
    from = to;
  }
}

const withoutBlanks = (line: string): string => line.replace(/ +$/, '');
const quoted = (line: string): string => `> ${line}`;

const WAYS: Readonly<Record<string, (line: string) => string>> = {
  kept: line => line,
  'without blanks at the end': withoutBlanks,
  quoted,
  'quoted, without blanks at the end': line => quoted(withoutBlanks(line)),
  'with carriage returns': line => `${line}\r`,
};

async function read(content: string): Promise<[rows: readonly string[], warnings: readonly string[]]> {
  const { views, warnings } = await readText(content);
  return [views.map(view => Buffer.from(view.copy()).toString('hex')), warnings];
}

for (const name of readdirSync(DIRECTORY)) {
  test(name, async () => {
    const content = readFileSync(`${DIRECTORY}/${name}`, 'latin1');
    const lines = content.trimEnd().split('\n');
    const [whole, said] = await read(content);
    assert.is(whole.length, lines.length, said.join('; '));
    const step = AT_MANY.includes(name) ? 3 : 7;
    for (const isSpaced of [true, false]) {
      for (const [way, each] of Object.entries(WAYS)) {
        for (let width = NARROWEST; width <= WIDEST; width += step) {
          const text = lines.flatMap(line => folded(line, width, isSpaced).map(part => `${each(part)}\n`)).join('');
          const [rows, warnings] = await read(text);
          const at = `fold ${isSpaced ? '-s ' : ''}-w ${width}, ${way}: ${warnings.join('; ')}`;
          if (isSpaced) assert.equal(rows, whole, at);
          else {
            assert.ok(
              rows.every(row => whole.includes(row)),
              at,
            );
            assert.ok(rows.length === whole.length || warnings.some(each => each.includes('skipped')), at);
          }
        }
      }
    }
  });
}

/** Before each entry, as other programs write it. */
const PREFIXES = [
  'Nov 24 09:27:23 gw1 conntrack[7]: ',
  '2026-11-24T09:27:23.123456+00:00 gw1 conntrack[7]: ',
  '    14\t',
  '> ',
];
/** Words of other files at the widths at which an entry, its event or its time is often broken. */
const NARROW = [41, 44, 47, 50, 52, 54, 58, 65, 72, 80, 96];

test('at a width, then indented: a number that was broken is whole, or its entry is skipped', async () => {
  const content = readFileSync(`${DIRECTORY}/extended-timestamp.txt`, 'latin1');
  const [whole] = await read(content);
  for (const indent of ['  ', '\t']) {
    for (const mark of ['', '> ']) {
      for (const width of [61, 80, 100]) {
        const lines = content.trimEnd().split('\n');
        const parts = (line: string): string[] =>
          folded(line, width, false).map((part, i) => `${mark}${i === 0 ? '' : indent}${part}`);
        const [rows] = await read(`${lines.flatMap(parts).join('\n')}\n`);
        assert.equal(
          rows.filter(row => !whole.includes(row)),
          [],
          `${width} ${JSON.stringify(indent)} ${mark}`,
        );
        assert.ok(rows.length > 0.9 * whole.length, `${width}: ${rows.length} of ${whole.length}`);
      }
    }
  }
});

test('after the prefix of another program', async () => {
  for (const name of readdirSync(DIRECTORY)) {
    const content = readFileSync(`${DIRECTORY}/${name}`, 'latin1').trimEnd();
    for (const prefix of PREFIXES) {
      const lines = content.split('\n').map(line => `${prefix}${line}`);
      const [whole] = await read(`${lines.join('\n')}\n`);
      assert.is(whole.length, lines.length);
      for (const width of NARROW) {
        for (const isSpaced of [true, false]) {
          const text = lines.flatMap(line => folded(line, width, isSpaced).map(part => `${part}\n`)).join('');
          const [rows, warnings] = await read(text);
          const at = `${name}, '${prefix}', ${width}, ${isSpaced}: ${warnings.join('; ')}`;
          // Of a log in `save`, -A may be read as an entry.
          const isNoted = warnings.some(each => each.includes('has no event') || each.includes('have no event'));
          assert.ok(isNoted || rows.every(row => whole.includes(row)), at);
          assert.ok(rows.length === whole.length || warnings.some(each => each.includes('skipped')), at);
          if (width >= 80) assert.equal(rows, whole, at);
        }
      }
    }
  }
});

const FILLED = ['fixtures/folded/events-all.log', 'files/conntrackd-stats.log', 'files/conntrackd-i.txt'];

test('filled as a paragraph, with times before the entries', async () => {
  for (const name of FILLED) {
    const content = readFileSync(`test/engine/formats/${name}`, 'latin1').trimEnd();
    const three = [content, content, content].join('\n');
    const [whole] = await read(`${three}\n`);
    for (let width = 44; width <= WIDEST; width += 4) {
      const [rows, warnings] = await read(`${filled(three, width).join('\n')}\n`);
      const at = `${name}, ${width}: ${warnings.join('; ')}`;
      assert.ok(
        rows.every(row => whole.includes(row)),
        at,
      );
      assert.ok(rows.length === whole.length || warnings.some(each => each.includes('skipped')), at);
      if (width >= 72) assert.equal(rows, whole, at);
    }
  }
});

/** A file of another program, often enough to be seen as broken. */
const OTHERS = ['cilium.txt', 'cilium-1.18.txt', 'ulogd-logemu.log', 'conntrackd-i.txt', 'natflow.txt'];

test('of other programs, also with words that are not known', async () => {
  for (const name of OTHERS) {
    const content = readFileSync(`test/engine/formats/files/${name}`, 'latin1').trimEnd();
    const lines = [content, content, content, content].join('\n').split('\n');
    const [whole] = await read(`${lines.join('\n')}\n`);
    for (let width = NARROWEST; width <= WIDEST; width += 11) {
      for (const each of [(line: string): string => line, withoutBlanks, quoted]) {
        const text = lines.flatMap(line => folded(line, width, true).map(part => `${each(part)}\n`)).join('');
        const [rows, warnings] = await read(text);
        assert.equal(rows, whole, `${name}, ${width}: ${warnings.join('; ')}`);
      }
    }
  }
});

test('a quotation of the log of conntrackd(8)', async () => {
  const content = readFileSync('test/engine/formats/files/conntrackd-stats.log', 'latin1');
  const [whole] = await read(content);
  const [rows] = await read(content.replace(/^(?=.)/gm, '> '));
  assert.equal(rows, whole);
});

test.run();
