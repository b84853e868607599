/** The manual page says what the program says. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { FORMATS, MODIFIERS } from '../../../src/lang/schema/formats/formats.js';
import { USAGE } from '../../../src/shell/cli/usage.js';
import { COMMANDS } from '../../../src/shell/interactive/commands.js';
import { FLAGS } from '../../../src/shell/options/options.js';

const test = suite('manual page');
const PAGE = fileURLToPath(new URL('../../../docs/ctq.1', import.meta.url));
/** Without the marks of fonts and of characters that groff would draw otherwise. */
const text = readFileSync(PAGE, 'utf8')
  .replaceAll('\\-', '-')
  .replaceAll(/\\f[RIB]/g, '');

const section = (name: string): string =>
  new RegExp(`^\\.SH ${name}\\n([\\s\\S]*?)(?=^\\.SH |$(?![\\s\\S]))`, 'm').exec(text)?.[1] ?? '';

/** `-e --execute QUERY`, under the heading where it stands. */
function optionsOfUsage(): string[] {
  const found: string[] = [];
  let heading = 'Other';
  for (const line of USAGE.split('\n')) {
    heading = /^([A-Z][\w ]*):$/.exec(line)?.[1] ?? (line === '' ? 'Other' : heading);
    const option = /^ {2}(?:(-\w), | {4})(--[\w-]+) ?([A-Z]\S*)?/.exec(line);
    if (option) found.push(`${heading}: ${[option[1], option[2], option[3]].filter(Boolean).join(' ')}`);
  }
  return found.map(each => each.replace('…', '...'));
}

function optionsOfPage(): string[] {
  const found: string[] = [];
  let heading = '';
  const lines = section('OPTIONS').split('\n');
  lines.forEach((line, i) => {
    heading = /^\.SS (.*)/.exec(line)?.[1] ?? heading;
    if (lines[i - 1] !== '.TP') return;
    const words = line
      .replaceAll(/^\.\w+ |["]/g, '')
      .replaceAll(/ +, *| +/g, ' ')
      .trim();
    found.push(`${heading}: ${words}`);
  });
  return found;
}

test('its options are those of --help, in the same order', () => {
  assert.equal(optionsOfPage(), optionsOfUsage());
});

test('and those that the program takes', () => {
  const names = optionsOfPage().map(each => /--([\w-]+)/.exec(each)?.[1]);
  assert.equal([...names].sort(), Object.keys(FLAGS).sort());
});

test('it begins with what --help begins with', () => {
  const lines = [...USAGE.matchAll(/^ {2}(ctq(?: \w+)?)[ [].*? {2,}/gm)].map(([, words]) => words);
  assert.ok(lines.length >= 5);
  for (const words of lines) assert.match(section('SYNOPSIS'), new RegExp(`^\\.BI? "?${words}`, 'm'), words);
});

test('it knows the formats, and the commands of the interactive shell', () => {
  for (const [mark, names] of [
    ['Formats', Object.keys(FORMATS)],
    ['Modifiers', Object.keys(MODIFIERS)],
  ] as const) {
    const list = new RegExp(`${mark}: ([^.]+)\\.`).exec(text)?.[1] ?? '';
    assert.equal(list.split(/,\s+/), names, mark);
  }
  const commands = [...section('INTERACTIVE SHELL').matchAll(/^\.BR \.(\w+)/gm)].map(([, name]) => name);
  assert.equal([...commands].sort(), Object.keys(COMMANDS).sort());
});

for (const lint of [
  ['mandoc', '-T', 'lint', '-W', 'warning', PAGE],
  ['groff', '-man', '-Tutf8', '-ww', '-z', PAGE],
]) {
  const [program, ...args] = lint;
  const { stdout, stderr, status, error } = spawnSync(program, args, { encoding: 'utf8' });
  const isMissing = (error as NodeJS.ErrnoException | undefined)?.code === 'ENOENT';
  if (isMissing) console.log(`manual page: ${program} is not installed, so it is not asked`);
  (isMissing ? test.skip : test)(`${program} has nothing to say`, () => {
    assert.is(`${stdout}${stderr}`, '');
    assert.is(status, 0);
  });
}

test.run();
