/** The built programs: ctq-conntrack under another name, `ctq conntrack`, `ctq translate`, and events until a signal. */
import { mkdtempSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ctq, PROGRAM, startCtq } from '../support/cli.js';
import { run } from '../support/command.js';
import { subscribed } from '../support/oracle.js';

const test = suite('ctq-conntrack');

const NEW = ['-I', '-t', '1000', '-s', '10.0.0.1', '-d', '10.0.0.2', '-p', 'udp', '--sport', '1', '--dport', '2'];

test('a link named conntrack is conntrack', () => {
  const link = join(mkdtempSync(join(tmpdir(), 'ctq-link-')), 'conntrack');
  symlinkSync(PROGRAM.replace(/ctq\.js$/, 'ctq-conntrack.js'), link);
  const made = run([link, ...NEW]);
  assert.match(made.stderr, /^conntrack v1\.4\.7 \(ctq .*\): 1 flow entries have been created\.\n$/);
  assert.is(made.code, 0);
  assert.is(run([link, ...NEW]).code, 1);
  assert.is(run([link, '-L']).stdout.length, run(['conntrack', '-L']).stdout.length);
  assert.is(run([link, '-L', '--nothing']).code, 2);
  assert.is(run([link, '-D']).code, 0);
  assert.is(run([link, '-D']).code, 1);
});

test('ctq conntrack and ctq translate', async () => {
  assert.is((await ctq(['conntrack', '-C'])).stdout, '0\n');
  const translated = await ctq(['translate', 'conntrack', '-D', '-s', '1.2.3.4', '--dport', '53']);
  assert.is(translated.stdout, 'delete from conntrack where src = 1.2.3.4 and dport = 53 output plain\n');
  assert.is((await ctq(['translate', 'conntrack', '-D', '-s', 'x'])).code, 2);
});

test('events until a signal, with a summary', async () => {
  const program = startCtq(['conntrack', '-E', '-e', 'NEW']);
  await subscribed([1]);
  run(['conntrack', ...NEW]);
  await program.waitFor(/\[NEW\] udp .*sport=1 dport=2/);
  program.kill('SIGINT');
  assert.is(await program.exit(), 0);
  assert.match(program.stderr, /1 flow events have been shown\./);
});

test.run();
