import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { CtqError } from '../../../src/engine/errors.js';
import { FORMAT_NAMES } from '../../../src/lang/schema/formats/formats.js';
import { USAGE } from '../../../src/shell/cli/usage.js';
import { parseOptions, sizeOf } from '../../../src/shell/options/options.js';

const folder = mkdtempSync(join(tmpdir(), 'ctq-options-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

const test = suite('options');

test('without any: nothing to run, and the defaults', () => {
  const options = parseOptions([]);
  assert.equal(options.jobs, []);
  assert.equal(options.output, { modifiers: [] });
  assert.is(options.color, 'auto');
  assert.is(options.kernelFilter, true);
  assert.is(options.config, true);
  assert.is(options.set.size, 0);
  for (const name of [
    'timing',
    'quiet',
    'check',
    'yes',
    'dryRun',
    'readOnly',
    'failEmpty',
    'stopOnError',
    'version',
    'help',
  ] as const)
    assert.is(options[name], false, name);
  for (const name of ['netns', 'file', 'buffer'] as const) assert.is(options[name], undefined, name);
});

test('queries and scripts, in their order', () => {
  assert.equal(parseOptions(['-f', 'a.ctq', 'select 1', '-e', 'echo 2', 'b.ctq', '--execute=echo 3', '-f-']).jobs, [
    { kind: 'script', path: 'a.ctq' },
    { kind: 'query', text: 'select 1' },
    { kind: 'query', text: 'echo 2' },
    { kind: 'script', path: 'b.ctq' },
    { kind: 'query', text: 'echo 3' },
    { kind: 'script', path: '-' },
  ]);
});

test('a word is a script where it is a file', () => {
  const path = join(folder, 'script');
  writeFileSync(path, 'echo 1');
  assert.equal(parseOptions([path]).jobs, [{ kind: 'script', path }]);
  // What can be nothing but a path or a script is one, so that a missing one is reported as such.
  for (const script of [`${path}-not`, './x', '-', 'x.ctq'])
    assert.equal(parseOptions([script]).jobs, [{ kind: 'script', path: script }]);
  for (const query of ['help', 'x.ctq; echo 1', '-x'])
    assert.equal(parseOptions(['--', query]).jobs, [{ kind: 'query', text: query }]);
});

test('words of a statement without quotes are one query', () => {
  assert.equal(parseOptions(['count', 'conntrack', 'where', 'dport', '=', '443']).jobs, [
    { kind: 'query', text: 'count conntrack where dport = 443' },
  ]);
  assert.equal(parseOptions(['echo 1', 'echo 2']).jobs.length, 2);
});

test('output', () => {
  assert.equal(parseOptions(['-o', 'extended,id, KTIMESTAMP']).output, {
    format: 'extended',
    modifiers: ['id', 'ktimestamp'],
  });
  assert.equal(parseOptions(['-o', 'id', '--to', 'x']).output, { modifiers: ['id'], file: 'x' });
});

test('every option', () => {
  const options = parseOptions([
    ...['--netns', 'blue', '--no-kernel-filter', '--color', 'always', '--timing', '--quiet', '--yes'],
    ...['--dry-run', '--read-only', '--fail-empty', '--stop-on-error', '--buffer', '64MiB', '--no-config', '--check'],
    ...['-V', '-h', '--set', 'a=1', '--set', "b_2='x=y'", '--set', 'c='],
  ]);
  const { set, output: _, jobs: __, ...rest } = options;
  assert.equal(rest, {
    ...{ netns: 'blue', kernelFilter: false, color: 'always', timing: true, quiet: true, yes: true, dryRun: true },
    ...{ readOnly: true, failEmpty: true, stopOnError: true, buffer: 64 * 2 ** 20, config: false, check: true },
    ...{ version: true, help: true },
  });
  assert.equal(
    [...set],
    [
      ['a', '1'],
      ['b_2', "'x=y'"],
      ['c', ''],
    ],
  );
});

test('the usage tells of every option, and of no other', () => {
  const listed = [...USAGE.matchAll(/^ {2}(?:-\w, | {4})--([a-z-]+)/gm)].map(([, name]) => name);
  assert.ok(listed.length > 15);
  for (const name of listed) {
    let message = '';
    try {
      parseOptions([`--${name}`]);
    } catch (error) {
      message = (error as Error).message;
    }
    assert.not.match(message, /unknown option/);
  }
  for (const line of USAGE.split('\n')) assert.ok(line.length <= 100, line);
});

test('a snapshot', () => assert.is(parseOptions(['--file', 'x.save']).file, 'x.save'));

test('sizes', () => {
  assert.is(sizeOf('1'), 1);
  assert.is(sizeOf('8k'), 8000);
  assert.is(sizeOf('8 KiB'), 8192);
  assert.is(sizeOf('64MB'), 64e6);
  assert.is(sizeOf('64mib'), 64 * 2 ** 20);
  for (const text of ['', '0', '-1', '1.5M', '1T', '4GiB', 'x', '1 2'])
    assert.throws(() => sizeOf(text), /invalid buffer size/, text);
});

test('each format is an option', () => {
  for (const format of FORMAT_NAMES) assert.equal(parseOptions([`--${format}`]).output, { modifiers: [], format });
  assert.equal(parseOptions(['--csv', '-o', 'noheader']).output, { modifiers: ['noheader'], format: 'csv' });
});

const MISTAKES: readonly (readonly [readonly string[], message: string, hint: string])[] = [
  [['--outptu', 'json'], "unknown option '--outptu'", 'did you mean --output?'],
  [['--format', 'json'], "unknown option '--format'", 'did you mean --output?'],
  [['-y'], "unknown option '-y'", 'write: --yes; scripts and pipes are asked nothing'],
  [['--force'], "unknown option '--force'", 'write: --yes; scripts and pipes are asked nothing'],
  [['-l'], "unknown option '-l'", 'write: ctq "show tables"'],
  [
    ['-d', 'db'],
    "unknown option '-d'",
    'there is one database, the tables of the kernel; --file reads a snapshot, --netns a network namespace',
  ],
  [
    ['-h', 'localhost'],
    "unexpected 'localhost' after --help",
    'ctq help TOPIC explains a statement, a table or a field; another host: ctq "select from conntrack in ssh \'HOST\'"',
  ],
  [['--csv', '--json'], 'only one output format is allowed, got csv and json', 'ctq --help lists the options'],
  [['--csv', '-o', 'tsv'], 'only one output format is allowed, got csv and tsv', 'ctq --help lists the options'],
  [['top', '--csv'], '--csv cannot be combined with top', 'ctq --help lists the options'],
  [['--limit=5'], "unknown option '--limit'", "a limit belongs to the statement: 'select … limit 10'"],
  [['--where', 'x'], "unknown option '--where'", "a condition belongs to the statement: 'select … where dport = 443'"],
  [['--xyzzy'], "unknown option '--xyzzy'", 'ctq --help lists the options'],
  [['-v'], "unknown option '-v'", 'did you mean -V, which prints the version?'],
  [['-x'], "unknown option '-x'", 'ctq --help lists the options'],
  [['-o', 'jsno'], "unknown output format 'jsno'", 'did you mean json?'],
  [['-o', 'csv,id'], 'csv has no modifier id', 'formats with it: plain, extended'],
  [['-o', 'timestamp, id,tsv'], 'tsv has no modifier timestamp', 'formats with it: plain, extended, xml'],
  [
    ['--json', '-o', 'noheader'],
    'json has no modifier noheader',
    'formats with it: table, box, markdown, html, csv, tsv, bars, chart',
  ],
  [['-o', 'json,csv'], 'only one output format is allowed, got json and csv', 'ctq --help lists the options'],
  [['--color', 'pink'], "invalid --color 'pink': expected auto, always or never", 'ctq --help lists the options'],
  [['--set', 'a'], "--set requires NAME=VALUE, got 'a'", 'ctq --help lists the options'],
  [['--set', '1a=2'], "--set requires NAME=VALUE, got '1a=2'", 'ctq --help lists the options'],
  [['--set', 'a b=2'], "--set requires NAME=VALUE, got 'a b=2'", 'ctq --help lists the options'],
  [['--buffer', 'big'], "invalid buffer size 'big'", 'write: --buffer 64MiB'],
  [[''], 'the query is empty', 'ctq --help lists the options'],
  [
    ['--netns', 'a', '--file', 'b'],
    '--netns and --file cannot be combined',
    'choose one; a statement may name another: from conntrack in netns blue',
  ],
  [['--file', ''], '--file: the name of the file is empty', 'ctq --help lists the options'],
  [['--to='], '--to: the name of the file is empty', 'ctq --help lists the options'],
  [['-e'], '--execute requires a value', 'ctq --help lists the options'],
  [['--netns'], '--netns requires a value', 'ctq --help lists the options'],
  [['--netns', '--check'], '--netns requires a value', "one that begins with '-' is written --netns=VALUE"],
  [['--check=yes'], '--check does not take a value', 'ctq --help lists the options'],
];
for (const [args, message, hint] of MISTAKES) {
  test(args.join(' ') || 'an empty query', () => {
    try {
      parseOptions(args);
    } catch (error) {
      assert.instance(error, CtqError);
      const { exitCode, kind } = error as CtqError;
      assert.equal(
        [(error as Error).message, (error as CtqError).hint, kind, exitCode],
        [message, hint, 'statement', 2],
      );
      return;
    }
    assert.unreachable('nothing was said');
  });
}

test.run();
