import { spawnSync } from 'node:child_process';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { completionScript } from '../../../src/shell/cli/completion.js';
import { FLAGS } from '../../../src/shell/options/options.js';

const test = suite('completion of the command line');

/** What bash offers after a command line. */
function offered(...words: string[]): string[] {
  const quoted = words.map(word => `'${word}'`).join(' ');
  const script = `${completionScript(['bash'])}\nCOMP_WORDS=(${quoted}); COMP_CWORD=${words.length - 1}; _ctq; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr, status } = spawnSync('bash', ['-c', script], { encoding: 'utf8' });
  assert.is(stderr, '');
  assert.is(status, 0);
  return stdout.split('\n').filter(line => line !== '');
}

test('bash completes options and what follows them', () => {
  assert.equal(offered('ctq', '--no-k'), ['--no-kernel-filter']);
  assert.equal(offered('ctq', '-o', 'jso'), ['json', 'jsonl']);
  assert.equal(offered('ctq', '--color', ''), ['auto', 'always', 'never']);
  assert.equal(offered('ctq', 'flu'), ['flush']);
  assert.equal(offered('ctq', 'completion', 'z'), ['zsh']);
});

test('every shell knows every option', () => {
  for (const shell of ['bash', 'zsh', 'fish']) {
    const script = completionScript([shell]);
    for (const name of Object.keys(FLAGS)) assert.match(script, new RegExp(`(--|-l )${name}\\b`), `${shell} ${name}`);
  }
});

test('zsh and fish say what options and statements do', () => {
  assert.match(
    completionScript(['zsh']),
    /'\*--netns\[a network namespace, as '\\''ip netns list'\\'' shows it\]:namespace:_ctq_namespaces'/,
  );
  assert.match(completionScript(['fish']), /-l dry-run -d 'show the entries a change would affect, and stop'$/m);
  for (const shell of ['zsh', 'fish']) {
    const script = completionScript([shell]);
    assert.match(script, /define \$NAME; the value is an expression/);
    assert.not.match(script, /"[^"\n]*define \$NAME/);
    assert.match(script, shell === 'zsh' ? /'flush:\w[^']+'/ : /-a flush -d '\w[^']+'/);
  }
});

test('another shell is reported', () => {
  assert.throws(() => completionScript(['bahs']), /unknown shell 'bahs'/);
  assert.throws(() => completionScript([]), /requires a shell/);
});

test.run();
