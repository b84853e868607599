/** The interactive shell on streams: what it does with statements that do not end. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { showTop } from '../../../src/shell/cli/show-top.js';
import { useTheme } from '../../../src/shell/display/style.js';
import { Completing } from '../../../src/shell/interactive/completion/completing.js';
import { interact } from '../../../src/shell/interactive/repl.js';
import { parseOptions } from '../../../src/shell/options/options.js';
import { type RunStatement, ShellSession } from '../../../src/shell/session/session.js';
import { ENVIRONMENT } from '../../kit/environment.js';
import { until } from '../../kit/until.js';

const test = suite('interactive shell on streams');

function shellOn(runStatement: RunStatement, env: Record<string, string> = { NO_COLOR: '1' }) {
  const stdin = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => {} });
  const stdout = Object.assign(new PassThrough(), { isTTY: true, columns: 80, rows: 24 });
  const stderr = Object.assign(new PassThrough(), { isTTY: true });
  let shown = '';
  for (const stream of [stdout, stderr]) stream.on('data', chunk => (shown += String(chunk)));
  const shell = new ShellSession(
    { stdin, stdout, stderr, env },
    parseOptions(['--no-config']),
    ENVIRONMENT,
    runStatement,
  );
  const sees = (wanted: RegExp): Promise<unknown> =>
    until(`${wanted}`, () => wanted.test(stripVTControlCharacters(shown)), { within: 20_000 });
  return { shell, stdin, sees, raw: () => shown };
}

test('Ctrl-C ends what runs; a second one gives the prompt back where it does not end', async () => {
  const begun: string[] = [];
  const { shell, stdin, sees } = shellOn(statement => {
    begun.push(statement.kind);
    return begun.length === 1 ? new Promise(() => {}) : Promise.resolve();
  });
  const over = interact(shell, 'test', showTop);
  await sees(/ctq> /);
  stdin.write('echo 1;\r');
  await until('the statement to run', () => begun.length === 1);
  stdin.write('\x03');
  stdin.write('\x03');
  await sees(/the statement does not end; the shell continues without it[\s\S]*ctq> /);
  stdin.write('echo 2;\r');
  await until('the next statement to run', () => begun.length === 2);
  stdin.write('\x04');
  assert.is(await over, 0);
});

test('Ctrl-C ends what runs, though it came together with the end of its line', async () => {
  let runs = 0;
  const { shell, stdin, sees } = shellOn((_statement, { session: { signal } }) => {
    if (runs++ === 0) return Promise.resolve();
    return new Promise((_resolve, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));
  });
  const over = interact(shell, 'test', showTop);
  stdin.write('echo 0;\r');
  await sees(/echo 0;[^>]*ctq> $/);
  stdin.write('echo 1;\recho 2;\r\x03');
  await sees(/cancelled\s+ctq> /);
  stdin.write('\x04');
  assert.is(await over, 0);
  assert.is(runs, 2);
});

test('what a statement throws does not end the shell', async () => {
  let runs = 0;
  const { shell, stdin, sees } = shellOn(() => {
    runs++;
    throw new Error('something is rotten\u001b[31m');
  });
  const over = interact(shell, 'test', showTop);
  stdin.write('echo 1;\r');
  await sees(/internal: something is rotten\\x1b\[31m[\s\S]*ctq> /);
  stdin.write('echo 2;\r');
  await until('the next statement to run', () => runs === 2);
  stdin.end();
  assert.is(await over, 0);
});

test('what is typed before the first prompt is not lost', async () => {
  let runs = 0;
  const { shell, stdin } = shellOn(async () => {
    runs++;
  });
  stdin.write('echo 1;\r');
  stdin.write('echo 2;\r\x04');
  assert.is(await interact(shell, 'test', showTop), 0);
  assert.is(runs, 2);
});

test('the terminal is asked for its background, and its answer is never typed', async () => {
  const texts: string[] = [];
  const { shell, stdin, raw } = shellOn(async statement => {
    texts.push(statement.kind);
  }, {});
  const over = interact(shell, 'test', showTop);
  await until('the question', () => raw().includes('\x1b]11;?'));
  stdin.write('ec');
  stdin.write('\x1b]11;rgb:ffff/');
  stdin.write('ffff/ffff\x1b\\\x1b[?62;4');
  stdin.write('cho 1;\r');
  await until('the statement to run', () => texts.length === 1);
  assert.equal(texts, ['echo']);
  stdin.write('select');
  await until('colours for a light background', () => raw().includes(`\x1b[1;34mselect`));
  stdin.write('\x15\x04');
  assert.is(await over, 0);
  useTheme('dark');
});

test('candidates at a place of a text, of the language and of commands', async () => {
  const { shell } = shellOn(async () => {});
  const completing = new Completing(shell);
  const texts = async (text: string, cursor?: number) => {
    const { start, candidates } = await completing.complete(text, cursor);
    return [start, candidates.slice(0, 2).map(each => each.text)];
  };
  assert.equal(await texts('SEL'), [0, ['select']]);
  assert.equal(await texts('select orig.b from conntrack', 13), [7, ['orig.bytes', 'seqadj.orig.before']]);
  assert.equal(await texts('.ti'), [0, ['.timing']]);
  assert.equal(await texts('.mode jso'), [6, ['json', 'jsonl']]);
  const { candidates } = await completing.complete('');
  for (const word of ['select', 'delete', '.top', '.help'])
    assert.ok(
      candidates.some(({ text }) => text === word),
      word,
    );
});

test('.full in a history is one sentence', async () => {
  const { shell, stdin, sees, raw } = shellOn(() => Promise.resolve());
  shell.place = { kind: 'history', store: '/var/lib/none' };
  const over = interact(shell, 'test', showTop);
  await sees(/ctq/);
  stdin.write('.full\r');
  await sees(/error: full shows the live table or a file, not the history[\s\S]*> /);
  stdin.write('\x04');
  await over;
  assert.is(raw().match(/error:/g)?.length, 1);
});

test('commands with words that belong elsewhere say what to type', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ctq-commands-'));
  const { shell, stdin, sees } = shellOn(() => Promise.resolve());
  const over = interact(shell, 'test', showTop);
  await sees(/ctq> /);
  for (const [line, shown] of [
    ['.netns blue', /unexpected 'blue'\s+hint: write: use netns blue/],
    ['.tables stats', /hint: write: \.schema stats/],
    ['.show rows', /hint: write: set rows/],
    ['.copy x.csv', /hint: write: \.once x\.csv/],
    [`.once ${folder}/x.parquet`, /error: \.parquet is not written[\s\S]*hint: write '[^']*x\.csv'/],
    [`.output ${folder}/x.csv.zst`, /error: zstd is not written, only gzip[\s\S]*hint: write '[^']*x\.csv\.gz'/],
    [`.once ${folder}/x.cvs`, /no format ends with \.cvs[\s\S]*did you mean '[^']*x\.csv'\?/],
    [`.output ${folder}/x.jsn`, /did you mean '[^']*x\.json'\?/],
    ['.output', /results go to the terminal/],
    ['.top --every soon', /invalid --every 'soon'[\s\S]*write: --every 2s/],
    ['.top --bogus', /unknown option '--bogus'/],
    [".top --in 'netns", /a quote has no end/],
    ['.top ssh gw1', /hint: a place follows the key n, or --in: ctq top --in ssh gw1/],
    ['.top --in nowhere', /invalid place 'nowhere'/],
  ] as const) {
    stdin.write(`${line}\r`);
    await sees(shown);
  }
  stdin.write('\x04');
  assert.is(await over, 0);
  rmSync(folder, { recursive: true });
});

test.run();
