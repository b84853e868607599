// timeout: 120
/** Several recorders and one history: a network namespace has one, whatever it is called. */
import { mkdtempSync, rmSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readStates } from '../../src/engine/sources/history/files/recording/journal.js';
import { ctq, startCtq } from '../kit/cli.js';
import { must } from '../kit/command.js';
import { Namespace } from '../kit/namespace.js';
import type { Program } from '../kit/program.js';
import { until } from '../kit/until.js';

const test = suite<{ folder: string }>('history: recorders');
const twice = new Namespace('rec_twice');
new Namespace('rec_other');
must(['touch', '/run/netns/rec_alias']);
must(['mount', '--bind', twice.path, '/run/netns/rec_alias']);

test.before.each(context => {
  context.folder = join(mkdtempSync(join(tmpdir(), 'ctq-history-')), 'h');
});
test.after.each(({ folder }) => rmSync(join(folder, '..'), { recursive: true, force: true }));

const statement = (folder: string, place = ''): string =>
  `watch from conntrack ${place} on destroy into '${folder}' keep 1d`;

/** Records from then on. */
async function started(recorder: Program, folder: string): Promise<Program> {
  await until('the recorder', () => readStates(folder).some(({ pid, hasEnded }) => pid === recorder.pid && !hasEnded), {
    within: 20_000,
  });
  return recorder;
}

test('the same network namespace under another name, by pid, or from inside is refused', async ({ folder }) => {
  const inside = await started(startCtq([statement(folder)], { netns: twice.name }), folder);
  for (const place of ['in netns rec_twice', 'in netns rec_alias', "in netns '/run/netns/rec_twice'"]) {
    const { code, stderr } = await ctq([statement(folder, place)]);
    assert.is(code, 1, place);
    // Inside, it has the first of its names.
    assert.match(stderr, /error: process \d+ records .*already/);
    assert.match(stderr, `process ${inside.pid} records`);
    assert.match(stderr, `netns rec_alias of ${hostname()}`);
    assert.match(stderr, /hint: .*stop it, or record to another folder\n$/);
  }
  const { code, stderr } = await ctq([statement(folder, `in pid ${inside.pid}`)]);
  assert.is(code, 1);
  assert.match(stderr, `process ${inside.pid} records netns rec_alias of ${hostname()} to ${folder} already`);
  // Another one is recorded beside it.
  const other = await started(startCtq([statement(folder, 'in netns rec_other')]), folder);
  for (const each of [inside, other]) {
    each.kill('SIGINT');
    await each.exit();
  }
  const after = await started(startCtq([statement(folder, 'in netns rec_twice')]), folder);
  after.kill('SIGINT');
  await after.exit();
});

test('a recorder that was killed stands in the way of none', async ({ folder }) => {
  const killed = await started(startCtq([statement(folder)], { netns: twice.name }), folder);
  killed.kill('SIGKILL');
  await killed.exit();
  const after = await started(startCtq([statement(folder, 'in netns rec_twice')]), folder);
  after.kill('SIGINT');
  await after.exit();
  assert.equal(
    readStates(folder)
      .map(({ hasEnded }) => hasEnded)
      .sort(),
    [false, true],
  );
});

test.run();
