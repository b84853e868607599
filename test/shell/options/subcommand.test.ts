/** Command lines that are not statements. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { CtqError } from '../../../src/engine/errors.js';
import { parseOptions } from '../../../src/shell/options/options.js';
import { subcommandOf } from '../../../src/shell/options/subcommand.js';

const test = suite('subcommands');

const hintOf = (work: () => unknown): string | undefined => {
  try {
    work();
  } catch (error) {
    if (error instanceof CtqError) return error.hint;
    throw error;
  }
  return undefined;
};

test('first words', () => {
  assert.equal(subcommandOf(['conntrack', '-L']), { name: 'conntrack', rest: ['-L'] });
  assert.equal(subcommandOf(['conntrack']), { name: 'conntrack', rest: [] });
  assert.equal(subcommandOf(['translate', 'conntrack', '-L']), { name: 'translate', rest: ['conntrack', '-L'] });
  for (const args of [
    [],
    ['count', 'conntrack'],
    ['select from conntrack'],
    ['-o', 'json', 'x'],
    ['--check', 'conntrack'],
  ])
    assert.is(subcommandOf(args), undefined, args.join(' '));
});

test('the demos', () => {
  assert.equal(subcommandOf(['demo', 'fleet']), { name: 'demo', rest: ['fleet'] });
  assert.throws(() => subcommandOf(['demo', 'foo']), /^expected 'demo' or 'demo fleet', got 'demo foo'$/);
});

test('a network namespace may be named before conntrack', () => {
  const wanted = { name: 'conntrack', rest: ['-L'], netns: 'blue' };
  assert.equal(subcommandOf(['--netns', 'blue', 'conntrack', '-L']), wanted);
  assert.equal(subcommandOf(['--netns=blue', 'conntrack', '-L']), wanted);
  assert.is(
    hintOf(() => subcommandOf(['--yes', 'conntrack', '-L'])),
    'only --netns NAME can precede it',
  );
  assert.throws(
    () => subcommandOf(['--netns', 'blue', '--read-only', 'conntrack', '-F']),
    /^--read-only cannot be combined with ctq conntrack$/,
  );
  assert.is(
    hintOf(() => subcommandOf(['--yes', 'completion', 'zsh'])),
    'write: ctq completion zsh',
  );
});

test('options of conntrack(8) without its name', () => {
  assert.equal(subcommandOf(['-L', '-p', 'tcp']), { name: 'conntrack', rest: ['-L', '-p', 'tcp'] });
  assert.equal(subcommandOf(['--count']), { name: 'conntrack', rest: ['--count'] });
  assert.is(
    hintOf(() => subcommandOf(['-D', '-s', '10.0.0.1'])),
    'ctq conntrack -D -s 10.0.0.1 runs it, without a question; ctq translate conntrack -D … prints the statement, which asks',
  );
  assert.is(
    hintOf(() => parseOptions(['-o', 'json', '-L'])),
    "conntrack(8)'s options follow its name: ctq conntrack -L",
  );
});

test('reports, and commands of the shell that are statements', () => {
  assert.equal(parseOptions(['full']).jobs, [{ kind: 'report', name: 'full' }]);
  assert.equal(parseOptions(['.top']).jobs, [{ kind: 'top', arguments: { words: [] } }]);
  assert.equal(parseOptions(['.full']).jobs, [{ kind: 'report', name: 'full' }]);
  assert.equal(parseOptions(['.tables']).jobs, [{ kind: 'query', text: 'show tables' }]);
  assert.equal(parseOptions(['.schema', 'stats']).jobs, [{ kind: 'query', text: 'desc stats' }]);
  assert.is(
    hintOf(() => parseOptions(['.mode', 'json'])),
    'run ctq without arguments to start it',
  );
});

test.run();
