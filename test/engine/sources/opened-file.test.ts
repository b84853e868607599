/** Files that are read ahead: every byte once, in order, whatever happens to the file meanwhile. */
import { appendFileSync, truncateSync, writeFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { openForReading } from '../../../src/engine/sources/opened-file.js';
import { file } from '../../kit/snapshot.js';

const test = suite('opened files');

const numbered = (from: number, to: number): string =>
  Array.from({ length: to - from }, (_, i) => `${from + i}\n`).join('');

/** @param meanwhile is run when the first piece has come */
async function readAll(path: string, meanwhile = (): void => {}): Promise<string> {
  const { pieces } = openForReading(path);
  let text = '';
  for await (const piece of pieces) {
    if (text === '') meanwhile();
    text += Buffer.from(piece).toString('latin1');
  }
  return text;
}

test('small and large files', async () => {
  for (const lines of [1, 1000, 100_000, 1_000_000]) {
    const text = numbered(0, lines);
    assert.ok((await readAll(file(text))) === text, `${lines} lines`);
  }
});

test('a file that grows while it is read', async () => {
  const path = file(numbered(0, 200_000));
  const text = await readAll(path, () => appendFileSync(path, numbered(200_000, 900_000)));
  assert.ok(text === numbered(0, 900_000));
});

test('a file that becomes shorter, and is written again', async () => {
  const path = file(numbered(0, 900_000));
  const text = await readAll(path, () => truncateSync(path, 1_000_000));
  assert.ok(numbered(0, 900_000).startsWith(text));
  writeFileSync(path, 'new\n');
  assert.is(await readAll(path), 'new\n');
});

test.run();
