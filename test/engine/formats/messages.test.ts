/** Lines, and the messages that are made of them, byte for byte: fixtures/messages.txt. */
import { readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ConntrackLines } from '../../../src/engine/formats/lines/reader.js';
import { Entries } from '../../../src/engine/formats/reading/entries.js';
import { ParseReport } from '../../../src/engine/formats/reading/report/parse-report.js';
import { SaveLines } from '../../../src/engine/formats/save/reader.js';

const test = suite('messages of lines');

interface Sample {
  readonly format: 'lines' | 'save';
  readonly hex: string;
  readonly line: string;
}

const SAMPLES: readonly Sample[] = readFileSync(new URL('fixtures/messages.txt', import.meta.url), 'latin1')
  .trimEnd()
  .split('\n')
  .map(text => {
    const [format, hex] = text.split(' ', 2);
    return { format: format as Sample['format'], hex, line: JSON.parse(text.slice(format.length + hex.length + 2)) };
  });

const LABELS: Readonly<Record<string, number>> = { one: 0, five: 5 };
const newEntries = (): Entries =>
  new Entries({ labelBit: name => LABELS[name], taken: 1_795_521_600_000_000_000n }, new ParseReport('x', () => {}));

/** One reader reads all lines: nothing of one may stay, but that commands which are events make a log. */
const entries = newEntries();
const LINES = new ConntrackLines(entries);
const SAVE = { entries: new SaveLines(entries), log: new SaveLines(entries, '-D ') };
const readerOf = (format: Sample['format'], line: string): ConntrackLines | SaveLines =>
  format === 'lines' ? LINES : /(?:^|\s)(?:-[UD]|--(?:update|delete))\s/.test(line) ? SAVE.log : SAVE.entries;

const read = (format: Sample['format'], line: string): string => {
  // Lines are inside of a piece.
  const bytes = Buffer.from(`0 #{${line}\n0 7`, 'latin1');
  readerOf(format, line).read(bytes, 4, bytes.length - 4);
  return entries
    .take(true)
    .map(({ bytes: chunk }) => Buffer.from(chunk).toString('hex'))
    .join('');
};

test('each line is the message that it was', () => {
  assert.ok(SAMPLES.length > 80, String(SAMPLES.length));
  for (const { format, line, hex } of SAMPLES) assert.is(read(format, line), hex, line);
});

test('spaces, tabs and carriage returns make no difference, nor does the form of options', () => {
  for (const { format, line, hex } of SAMPLES) {
    // What is in brackets, quotes and braces has spaces of its own.
    const [head, tail] = /^([^[\]{}"]*?)(labels=.*|progname=.*|[[{"].*|# .*)?$/.exec(line)?.slice(1) ?? [line, ''];
    assert.is(read(format, `${head.replaceAll(/ +/g, '\t ')}${tail ?? ''}\r`), hex, line);
    if (format === 'lines' || /\bexpect\b/.test(line)) continue;
    const long = line.replace(/^-A -t (\d+)/, '--add --timeout=$1').replace(/ -s (\S+) -d (\S+)/, ' --src=$1 --dst $2');
    assert.is(read(format, long), hex, long);
  }
});

test('a word may be as long as an attribute', () => {
  const context = 'c'.repeat(60_000);
  assert.ok(
    read('lines', `${SAMPLES.find(({ format }) => format === 'lines')!.line} secctx=${context}`).length > 120_000,
  );
});

test.run();
