/** The command line of `ctq top`. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { CtqError } from '../../../src/engine/errors.js';
import { parseOptions } from '../../../src/shell/options/options.js';
import { type TopOptions, topOptions } from '../../../src/shell/top/options.js';
import { folder, shell } from '../support.js';

const test = suite('options of top');

function options(...args: readonly string[]): TopOptions {
  const [job] = parseOptions(['top', ...args]).jobs;
  if (job?.kind !== 'top') throw new Error(`not top: ${JSON.stringify(job)}`);
  return topOptions(job.arguments);
}

function refuses(args: readonly string[], words: RegExp): void {
  try {
    options(...args);
  } catch (error) {
    const { message, hint, exitCode } = error as CtqError;
    assert.match(`${message}; ${hint}`, words);
    assert.is(exitCode, 2);
    return;
  }
  assert.unreachable(args.join(' '));
}

test('every option', () => {
  assert.equal(options(), { every: 2000, filter: '' });
  assert.equal(options('--every', '500ms', '--group', 'source', '--sort', 'flows'), {
    every: 500,
    filter: '',
    grouping: 'source',
    sort: { name: 'flows', descending: true },
  });
  assert.is(options('--every', '3').every, 3000);
  assert.is(options('--every=1m').every, 60_000);
  assert.equal(options('--sort=-bytes').sort, { name: 'bytes', descending: false });
  assert.equal(options('--sort', 'source').sort, { name: 'source', descending: false });
  assert.equal(options('--sort=-source').sort, { name: 'source', descending: true });
});

test('a condition, with quotes or without; what means one', () => {
  assert.is(options('dport', '=', '443').filter, 'dport = 443');
  assert.is(options('where dport = 443 and proto = tcp').filter, 'dport = 443 and proto = tcp');
  assert.is(options('--filter', 'dport = 443').filter, 'dport = 443');
  assert.is(options('10.0.0.1:443').filter, 'host = 10.0.0.1:443');
  assert.is(options('udp').filter, 'proto = udp');
});

test('places: two words, one, and files', () => {
  assert.is(options('--in', 'netns', 'blue', 'udp').place, 'netns blue');
  assert.is(options('--in', 'netns', 'blue', 'udp').filter, 'proto = udp');
  assert.is(options('--in', 'netns blue').place, 'netns blue');
  assert.is(options('--in', 'ssh', 'root@gw1').place, 'ssh root@gw1');
  assert.is(options('--in', 'kernel').place, 'kernel');
  const path = join(folder(), "it's.save");
  writeFileSync(path, '');
  assert.is(options(path).place, `file '${path.replace("'", "''")}'`);
  assert.is(options('/no/such/file.save').place, "file '/no/such/file.save'");
});

test('mistakes', () => {
  refuses(['--every', 'soon'], /invalid --every 'soon'.*--every 2s/);
  refuses(['--every', '1ms'], /expected 100ms to 1h/);
  refuses(['--group', 'sorce'], /did you mean source/);
  refuses(['--sort', 'byts'], /did you mean bytes/);
  refuses(['--group', 'source', '--sort', 'timeout'], /unknown --sort 'timeout'/);
  refuses(['dport = 1', '--filter', 'dport = 2'], /cannot be combined/);
  refuses(['--output', 'json'], /--output cannot be combined with top/);
  assert.throws(() => parseOptions(['--every', '2s', 'count conntrack']), /--every is an option of ctq top/);
});

test('what is not a terminal is refused with a message', async () => {
  const { status, stdout, stderr } = await shell(['top']);
  assert.is(status, 1);
  assert.is(stdout, '');
  assert.match(stderr, /top requires a terminal: the output is not one\n.*hint.*select src, count\(\*\)/s);
});

test('a mistake in the arguments is reported on what is not a terminal, too', async () => {
  for (const [args, message] of [
    [['nosuchword'], /no such file: 'nosuchword'/],
    [['10.1.0.301'], /301 is not an octet/],
    [['10.0.0.1/33'], /an IPv4 prefix has at most 32 bits/],
    [['fe80::zz'], /'zz' is not hexadecimal/],
    [['dpotr = 443'], /unknown field 'dpotr'[\s\S]*did you mean dport/],
    [['--in', 'nowhere'], /invalid place 'nowhere'/],
    [['--in', 'ssh'], /in quotes after 'ssh': write: ssh 'root@gw1'/],
    [['netns', 'blue'], /a place follows the key n, or --in: ctq top --in netns blue/],
    [['select from conntrack where dport = 443'], /hint: write the condition alone: dport = 443/],
    [['--group', 'sorce'], /did you mean source/],
  ] as const) {
    const { status, stderr } = await shell(['top', ...args]);
    assert.is.not(status, 0);
    assert.match(stderr, message);
    assert.not.match(stderr, /requires a terminal/);
  }
});

test.run();
