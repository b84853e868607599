/** Command lines of conntrack(8) that were broken into lines or filled as a paragraph: the same entries, and never a part of one. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { file, readPath, readText } from '../../kit/snapshot.js';
import { filled } from './support.js';

const test = suite('folded commands');

const REMARK =
  '# {"orig":{"packets":4,"bytes":396},"reply":{"packets":3,"bytes":524},"start":"2026-11-24T11:58:30.779199949Z","id":3091585478,"use":1,"tcp":{"orig":{"wscale":10,"flags":["WINDOW_SCALE","SACK_PERM"]},"reply":{"wscale":10,"flags":["WINDOW_SCALE","SACK_PERM"]}}}';

const tcp = (n: number): string =>
  `-A -t ${431_000 + n} -u SEEN_REPLY,ASSURED -s 10.0.0.${n} -d 203.0.113.80 -r 203.0.113.80 -q 10.0.0.${n} -p tcp --sport ${40_000 + n * 131} --dport 443 --reply-port-src 443 --reply-port-dst ${40_000 + n * 131} --state ESTABLISHED -n 203.0.113.1`;
const udp = (n: number): string =>
  `-A -t ${n} -u SEEN_REPLY -s fd00::${n} -d fd00:1::53 -r fd00:1::53 -q fd00::${n} -p udp --sport ${50_000 + n * 17} --dport 53 --reply-port-src 53 --reply-port-dst ${50_000 + n * 17}`;

const PLAIN = Array.from({ length: 12 }, (_, i) => (i % 3 === 2 ? udp(i + 1) : tcp(i + 1)));
const WITH_REMARKS = PLAIN.map((line, i) => `${line} ${REMARK.replace('3091585478', String(3_091_585_478 + i))}`);

const NARROWEST = 60;
const WIDEST = 480;
const STEP = 13;

/** As fold(1). @param isSpaced `-s`: after a blank, where there is one */
function folded(line: string, width: number, isSpaced: boolean): string[] {
  const parts: string[] = [];
  for (let from = 0; ; ) {
    let to = from + width;
    if (to >= line.length) return [...parts, line.slice(from)];
    const blank = isSpaced ? line.lastIndexOf(' ', to - 1) : -1;
    if (blank >= from) to = blank + 1;
    parts.push(line.slice(from, to));
    from = to;
  }
}

const withoutBlanks = (line: string): string => line.replace(/ +$/, '');
const WAYS: Readonly<Record<string, (line: string) => string>> = {
  kept: line => line,
  'without blanks at the end': withoutBlanks,
  quoted: line => `> ${line}`,
  'quoted, without blanks at the end': line => `> ${withoutBlanks(line)}`,
  'with carriage returns': line => `${line}\r`,
};

const textOf = (lines: readonly string[]): string => lines.map(line => `${line}\n`).join('');

type Rows = readonly [rows: readonly string[], warnings: readonly string[]];

async function read(lines: readonly string[], isFile = false): Promise<Rows> {
  try {
    const { views, warnings } = await (isFile ? readPath(file(textOf(lines))) : readText(textOf(lines)));
    return [views.map(view => Buffer.from(view.copy()).toString('hex')), warnings];
  } catch (error) {
    return [[], [(error as Error).message]];
  }
}

for (const [name, entries] of [
  ['as conntrack(8) writes them', PLAIN],
  ['as ctq writes them', WITH_REMARKS],
] as const) {
  test(name, async () => {
    const [whole] = await read(entries);
    assert.is(whole.length, entries.length);
    for (const isSpaced of [true, false])
      for (const [way, each] of Object.entries(WAYS))
        for (let width = NARROWEST; width <= WIDEST; width += STEP) {
          const lines = entries.flatMap(line => folded(line, width, isSpaced)).map(each);
          const [rows, warnings] = await read(lines);
          assert.equal(rows, whole, `fold ${isSpaced ? '-s ' : ''}-w ${width}, ${way}: ${warnings.join('; ')}`);
        }
  });

  test(`one alone, ${name}`, async () => {
    for (const entry of [entries[0], entries[2]]) {
      const [whole] = await read([entry]);
      for (const isSpaced of [true, false])
        for (const [way, each] of Object.entries(WAYS))
          for (let width = NARROWEST; width <= WIDEST; width += STEP) {
            const [rows, warnings] = await read(folded(entry, width, isSpaced).map(each));
            assert.equal(rows, whole, `fold ${isSpaced ? '-s ' : ''}-w ${width}, ${way}: ${warnings.join('; ')}`);
          }
    }
  });

  test(`filled as a paragraph, ${name}`, async () => {
    const [whole] = await read(entries);
    for (let width = NARROWEST; width <= WIDEST; width += STEP)
      for (const way of ['kept', 'quoted']) {
        const [rows, warnings] = await read(filled(entries.join(' '), width).map(WAYS[way]));
        assert.equal(rows, whole, `fmt -w ${width}, ${way}: ${warnings.join('; ')}`);
      }
  });

  test(`a line is missing, ${name}: the other entries are read`, async () => {
    const [whole] = await read(entries);
    for (const width of [100, 180, 250]) {
      const lines = entries.flatMap(line => folded(line, width, true));
      for (let missing = 1; missing < 12; missing++) {
        const [rows, warnings] = await read(lines.filter((_, i) => i !== missing));
        // Without some of its options an entry may be one all the same.
        const others = rows.filter(row => !whole.includes(row)).length;
        assert.ok(others <= 1, `${width}, ${missing}: ${others}; ${warnings.join('; ')}`);
        assert.ok(rows.length >= whole.length - 2, `${width}, ${missing}: ${rows.length}; ${warnings.join('; ')}`);
      }
    }
  });
}

test('the first one that is broken is far from the beginning', async () => {
  const before = Array.from({ length: 100 }, (_, i) => udp(i + 1));
  const [whole] = await read([...before, PLAIN[0], ...before]);
  for (const way of Object.values(WAYS))
    for (const isFile of [true, false]) {
      const broken = folded(PLAIN[0], 200, true);
      assert.is(broken.length, 2);
      const [rows, warnings] = await read([...before, ...broken, ...before].map(way), isFile);
      assert.equal(rows, whole, warnings.join('; '));
      assert.ok(warnings.includes(warnings.find(each => each.endsWith('entries are wrapped over several lines'))!));
    }
});

test('a paragraph far from the beginning', async () => {
  const before = Array.from({ length: 100 }, (_, i) => udp(i + 1));
  const [whole] = await read([...before, ...PLAIN]);
  const [rows, warnings] = await read([...before, ...filled(PLAIN.join(' '), 100)]);
  assert.equal(rows, whole, warnings.join('; '));
});

test('a remark in a line of its own', async () => {
  const [whole] = await read(WITH_REMARKS);
  const [rows, warnings] = await read(WITH_REMARKS.flatMap(line => [line.slice(0, line.indexOf(' #')), `${REMARK}`]));
  assert.is(rows.length, whole.length, warnings.join('; '));
  const [two] = await read(WITH_REMARKS.flatMap(line => line.split(/ (?=#)/)));
  assert.equal(two, whole);
});

test('comments and other text between entries are none of theirs', async () => {
  const [whole] = await read(PLAIN);
  for (const between of ['# saved by cron', '#', 'Connection to gw1 closed.', 'gw1 ~ #', '']) {
    const [rows, warnings] = await read(PLAIN.flatMap((line, i) => (i % 4 === 0 ? [line, between] : [line])));
    assert.equal(rows, whole, `${between}: ${warnings.join('; ')}`);
  }
});

test.run();
