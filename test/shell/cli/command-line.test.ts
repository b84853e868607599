import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { CtqError } from '../../../src/engine/errors.js';
import { parseOptions } from '../../../src/shell/options/options.js';
import { folder } from '../support.js';

const options = suite('command line');

/** What is wrong with a command line: message and hint. */
function mistake(...args: string[]): string {
  try {
    parseOptions(args);
  } catch (error) {
    assert.instance(error, CtqError);
    assert.is((error as CtqError).exitCode, 2);
    return `${(error as CtqError).message}; ${(error as CtqError).hint}`;
  }
  return 'nothing';
}

options('queries and scripts run in the order in which they are written', () => {
  const { jobs } = parseOptions(['-e', 'echo 1', 'x.ctq', 'echo 2', '-f', 'y', '-']);
  assert.equal(jobs, [
    { kind: 'query', text: 'echo 1' },
    { kind: 'script', path: 'x.ctq' },
    { kind: 'query', text: 'echo 2' },
    { kind: 'script', path: 'y' },
    { kind: 'script', path: '-' },
  ]);
});

options('a word that is a file is a script, another one a query', () => {
  const path = folder({ report: 'echo 1' });
  assert.equal(parseOptions([`${path}/report`]).jobs, [{ kind: 'script', path: `${path}/report` }]);
  assert.equal(parseOptions(['./nothing']).jobs, [{ kind: 'script', path: './nothing' }]);
  assert.equal(parseOptions(['select from conntrack where src = 10.0.0.0/8']).jobs[0].kind, 'query');
  assert.equal(parseOptions(["select from '/etc/passwd'"]).jobs[0].kind, 'query');
  assert.equal(parseOptions(['help']).jobs[0].kind, 'query');
});

options('words without quotes are one statement', () => {
  assert.equal(parseOptions(['count', 'conntrack', '--timing']).jobs, [{ kind: 'query', text: 'count conntrack' }]);
  assert.equal(parseOptions(['echo 1', 'echo 2']).jobs.length, 2);
  assert.equal(parseOptions(['help', 'select']).jobs, [{ kind: 'query', text: 'help select' }]);
});

options('mistakes are reported with what was meant', () => {
  assert.match(mistake('--timming'), /unknown option '--timming'; did you mean --timing\?/);
  assert.match(mistake('-Z'), /unknown option '-Z'/);
  assert.match(mistake('-o'), /--output requires a value/);
  assert.match(mistake('-o', 'jsom'), /unknown output format 'jsom'; did you mean json/);
  assert.match(mistake('-o', 'json,csv'), /one output format/);
  assert.match(mistake('--color', 'blue'), /invalid --color 'blue': expected auto, always or never/);
  assert.match(mistake('--set', 'x'), /--set requires NAME=VALUE/);
  assert.match(mistake('--set', '1x=2'), /--set requires NAME=VALUE/);
  assert.match(mistake('--buffer', '64 apples'), /invalid buffer size/);
  assert.match(mistake('--yes=no'), /--yes does not take a value/);
  assert.match(mistake('--netns', 'a', '--file', 'b'), /cannot be combined/);
  assert.match(mistake(''), /the query is empty/);
});

options('values', () => {
  const given = parseOptions([
    '-o',
    'EXTENDED,id',
    '--set',
    'a=b=c',
    '--buffer',
    '1MiB',
    '--no-kernel-filter',
    '--no-config',
  ]);
  assert.equal(given.output, { format: 'extended', modifiers: ['id'] });
  assert.equal([...given.set], [['a', 'b=c']]);
  assert.is(given.buffer, 1 << 20);
  assert.is(given.kernelFilter, false);
  assert.is(given.config, false);
});

options.run();
