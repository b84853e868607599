/** The built programs: ctq-conntrack under another name, `ctq conntrack`, `ctq translate`, and events until a signal. */
import { mkdirSync, mkdtempSync, readFileSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ctq, PROGRAM, startCtq } from '../kit/cli.js';
import { run } from '../kit/command.js';
import { subscribed } from '../kit/oracle.js';

const test = suite('ctq-conntrack');

const NEW = ['-I', '-t', '1000', '-s', '10.0.0.1', '-d', '10.0.0.2', '-p', 'udp', '--sport', '1', '--dport', '2'];

/** The program under the name whose place it takes. */
function linked(): string {
  const link = join(mkdtempSync(join(tmpdir(), 'ctq-link-')), 'conntrack');
  symlinkSync(PROGRAM.replace(/ctq\.js$/, 'ctq-conntrack.js'), link);
  return link;
}

test('a link named conntrack is conntrack', () => {
  const link = linked();
  const made = run([link, ...NEW]);
  assert.match(made.stderr, /^conntrack v1\.4\.8 \(conntrack-tools\): 1 flow entries have been created\.\n$/);
  assert.is(made.code, 0);
  assert.is(run([link, ...NEW]).code, 1);
  assert.is(run([link, '-L']).stdout.length, run(['conntrack', '-L']).stdout.length);
  assert.is(run([link, '-L', '--nothing']).code, 2);
  assert.is(run([link, '-D']).code, 0);
  assert.is(run([link, '-D']).code, 1);
});

test('version, help and errors, as the program prints them', () => {
  const [link, program] = [linked(), 'conntrack'];
  const version = run([link, '-V']);
  assert.match(version.stdout, /^conntrack v1\.4\.8 \(conntrack-tools\)\n$/);
  assert.is(version.code, 0);
  for (const args of [['--version'], ['-h'], ['--help'], ['-h', '-p', 'tcp'], []])
    assert.is(run([link, ...args]).code, 0, args.join(' '));
  assert.match(run([link, '-h', '-p', 'sctp']).stdout, /This is ctq .*--orig-vtag/s);
  for (const args of [['-L', '--nothing'], ['-L', '-D'], ['-L', '-p', 'x'], ['-Q'], ['-L', '-s']]) {
    const [ours, theirs] = [run([link, ...args]), run([program, ...args])];
    assert.is(ours.code, theirs.code, args.join(' '));
    assert.is(ours.stdout, '');
    const words = (text: string): string => text.replace(/v1\.4\.\d+/, 'v').replace(/^ctq: .*\n/m, '');
    assert.is(words(ours.stderr), words(theirs.stderr));
  }
});

test('the steps that put it in the place of conntrack, as they are documented', () => {
  const page = readFileSync(fileURLToPath(new URL('../../docs/conntrack8.md', import.meta.url)), 'utf8');
  const steps = /^## Replace conntrack.*?```\n(.*?)```.*?^4\. To go back: `(.*?)`/ms.exec(page);
  assert.ok(steps);
  const folder = mkdtempSync(join(tmpdir(), 'ctq-steps-'));
  symlinkSync(PROGRAM.replace(/ctq\.js$/, 'ctq-conntrack.js'), join(folder, 'ctq-conntrack'));
  mkdirSync(join(folder, 'sbin'));
  const here = (text: string): string => text.replaceAll('/usr/local/sbin', join(folder, 'sbin')).replace(/ +#.*/g, '');
  const script = `export PATH=${folder}/sbin:${folder}:$PATH\nset -e\n${here(steps[1])}\nconntrack -V\n${here(steps[2])}\nhash -r\ncommand -v conntrack`;
  const { stdout, stderr, code } = run(['bash', '-c', script]);
  assert.is(code, 0, stderr);
  const [first, count, version, last] = stdout.trim().split('\n');
  assert.is(first, join(folder, 'sbin/conntrack'));
  assert.match(count, /^\d+$/);
  assert.is(version, 'conntrack v1.4.8 (conntrack-tools)');
  assert.not.match(last, new RegExp(folder));
});

test('translate refuses what the drop-in refuses', async () => {
  const link = linked();
  for (const words of [
    ['-L', '--dport', '80'],
    ['-L', '-p', 'sctp', '--orig-vtag', '5'],
    ['-L', '-D'],
    ['-L', '-t', '5x'],
  ]) {
    const [translated, done] = [await ctq(['translate', 'conntrack', ...words]), run([link, ...words])];
    assert.equal([translated.stdout, translated.code], ['', done.code], words.join(' '));
  }
  assert.match(
    (await ctq(['translate', 'conntrack', '-L', '--dport', '80'])).stderr,
    /hint: options of a protocol follow -p/,
  );
  for (const words of [['-R', "it's.txt"], ['--load-file', "it's.txt"], ["--load-file=it's.txt"]]) {
    const { stdout, stderr, code } = await ctq(['translate', 'conntrack', ...words]);
    assert.equal([stdout, code], ['', 2]);
    assert.match(stderr, /^error: -R reads .*\nhint: write: insert into conntrack from 'it''s\.txt'\n$/);
  }
});

test('a reader that goes away ends it quietly', () => {
  const link = linked();
  const lines = Array.from({ length: 3000 }, (_, n) => NEW.join(' ').replace('--sport 1', `--sport ${n + 10}`));
  assert.is(run([link, '-R', '-'], { input: lines.join('\n') }).code, 0);
  const piped = run(['bash', '-o', 'pipefail', '-c', `'${link}' -L -o extended | head -n 1`]);
  assert.match(piped.stdout, /^ipv4 .*\n$/);
  assert.is(piped.stderr.replace(/^.*flow entries have been shown\.\n/m, ''), '');
  assert.ok(piped.code === 141 || piped.code === 0, `${piped.code}`);
  run([link, '-F']);
});

test('ctq conntrack and ctq translate', async () => {
  assert.is((await ctq(['conntrack', '-C'])).stdout, '0\n');
  const translated = await ctq(['translate', 'conntrack', '-D', '-s', '1.2.3.4', '-p', 'udp', '--dport', '53']);
  assert.is(
    translated.stdout,
    'delete from conntrack where proto = udp and src = 1.2.3.4 and dport = 53 output plain\n',
  );
  assert.is((await ctq(['translate', 'conntrack', '-D', '-s', 'x'])).code, 2);
  assert.equal(await ctq(['translate', 'conntrack -L -p tcp | wc -l']), {
    code: 2,
    stdout: '',
    stderr:
      "error: '| wc -l' is for the system's shell, and is not translated\nhint: write: ctq translate conntrack -L -p tcp; count conntrack counts\n",
  });
  assert.match((await ctq(['translate', 'conntrack -L 2>/dev/null'])).stderr, /^error: '2>\/dev\/null' is for /);
  assert.is(
    (await ctq(['translate', 'conntrack -L -p tcp'])).stdout,
    'select from conntrack where proto = tcp output plain\n',
  );
  for (const words of [[], ['conntrack'], ['conntrack', '-h'], ['--help'], ['iptables', '-L']]) {
    const { code, stdout, stderr } = await ctq(['translate', ...words]);
    assert.equal([code, stdout], [2, ''], words.join(' '));
    assert.match(
      stderr,
      /(?:requires a command line of|is not) conntrack\(8\)\nhint: write: ctq translate conntrack -L/,
    );
  }
});

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  test(`events until ${signal}, with a summary`, async () => {
    const program = startCtq(['conntrack', '-E', '-e', 'NEW']);
    await subscribed([1]);
    run(['conntrack', ...NEW]);
    await program.waitFor(/\[NEW\] udp .*sport=1 dport=2/);
    program.kill(signal);
    assert.is(await program.exit(), 0);
    assert.match(program.stderr, /^conntrack v1\.4\.8 \(conntrack-tools\): 1 flow events have been shown\.\n$/m);
    run(['conntrack', '-F']);
  });
}

test.run();
