/**
 * Files as people have them: dumps and logs of many programs, and what is none. Each has its right answer in `NAME.expected`: the entries as
 * `jsonl`, what is said about the file after `!`, or why it is refused. UPDATE_FIXTURES=1 writes the answers: read the difference.
 */
import { readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { CtqError } from '../../../src/engine/errors.js';
import { NOW, readPath } from '../../kit/snapshot.js';
import { written } from './support.js';

// Times without a zone are local.
process.env.TZ = 'UTC';

const test = suite('files of other programs');

const folder = join(process.cwd(), 'test/engine/formats/files');
const names = readdirSync(folder).filter(name => !name.endsWith('.expected'));

async function answerOf(name: string): Promise<string> {
  const path = join(folder, name);
  utimesSync(path, Number(NOW / 1_000_000_000n), Number(NOW / 1_000_000_000n));
  try {
    const { views, warnings, table } = await readPath(path, { name });
    // A file of statistics has those of flows and of expectations.
    const tables = table === 'stats' ? (['stats', 'expect_stats'] as const) : [table];
    let text = '';
    for (const each of tables) {
      const own = views.filter(view => tables.length === 1 || view.isExpectation === (each === 'expect_stats'));
      text += await written('jsonl', sink => {
        sink.begin({ table: each, fromFile: true });
        for (const view of own) sink.entry(view);
        sink.end();
      });
    }
    return text + warnings.map(warning => `! ${warning}\n`).join('');
  } catch (error) {
    assert.instance(error, CtqError);
    return `error: ${(error as CtqError).message}\n`;
  }
}

for (const name of names) {
  test(name, async () => {
    const path = join(folder, `${name}.expected`);
    const answer = await answerOf(name);
    if (process.env.UPDATE_FIXTURES === '1') writeFileSync(path, answer);
    assert.fixture(answer, readFileSync(path, 'utf8'));
  });
}

test('there are files of every kind', () => {
  assert.ok(names.length >= 70, String(names.length));
});

test.run();
