/** Files that are read ahead: every byte once, in order, whatever happens to the file meanwhile. */
import { appendFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { openForReading, type PieceMemory } from '../../../src/engine/sources/opened-file.js';
import { file } from '../../kit/snapshot.js';

const test = suite('opened files');

const numbered = (from: number, to: number): string =>
  Array.from({ length: to - from }, (_, i) => `${from + i}\n`).join('');

/** Rooms of some bytes, which are filled to their ends one after the other. */
class Rooms implements PieceMemory {
  readonly #memory = new Uint8Array(new SharedArrayBuffer(4 * SIZE));
  /** Bytes that have come, and those that room was given for. */
  #come = 0;
  #given = 0;

  next(): Uint8Array | undefined {
    const at = Math.max(this.#given, this.#come);
    const end = SIZE * (Math.floor(at / SIZE) + 1);
    if (end - this.#come > 3 * SIZE) return undefined;
    this.#given = end;
    return this.#memory.subarray(at % this.#memory.length, ((end - 1) % this.#memory.length) + 1);
  }

  reset(): void {
    this.#given = 0;
  }

  /** @returns whether the piece is in its room */
  take(piece: Uint8Array): boolean {
    const place = this.#come % this.#memory.length;
    if (piece.buffer !== this.#memory.buffer) return false;
    assert.is(piece.byteOffset, place);
    this.#come += piece.length;
    return true;
  }
}
const SIZE = 100_000;

/** @param meanwhile is run when the first piece has come. @param memory that is offered then */
async function readAll(path: string, meanwhile = (): void => {}, memory?: Rooms): Promise<string> {
  const { pieces, readInto } = openForReading(path);
  let text = '';
  let inPlace = 0;
  for await (const piece of pieces) {
    if (text === '') {
      meanwhile();
      if (memory !== undefined) readInto!(memory);
    }
    if (memory?.take(piece)) inPlace++;
    else assert.is(inPlace, 0);
    text += Buffer.from(piece).toString('latin1');
  }
  assert.is(inPlace > 0, memory !== undefined);
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

test('into the memory of the caller', async () => {
  const path = file(numbered(0, 900_000));
  assert.ok((await readAll(path, undefined, new Rooms())) === numbered(0, 900_000));
  const text = await readAll(path, () => appendFileSync(path, numbered(900_000, 1_000_000)), new Rooms());
  assert.ok(text === numbered(0, 1_000_000));
});

test('a file that grows whenever its end is reached', async () => {
  const path = file(numbered(0, 900_000));
  const { pieces, readInto } = openForReading(path);
  const memory = new Rooms();
  readInto?.(memory);
  let length = 0;
  let lines = 900_000;
  for await (const piece of pieces) {
    memory.take(piece);
    length += piece.length;
    if (length === statSync(path).size && lines < 900_005) appendFileSync(path, numbered(lines, ++lines));
  }
  assert.is(length, statSync(path).size);
  assert.is(lines, 900_005);
});

test('a file that becomes shorter, and is written again', async () => {
  const path = file(numbered(0, 900_000));
  const text = await readAll(path, () => truncateSync(path, 1_000_000));
  assert.ok(numbered(0, 900_000).startsWith(text));
  writeFileSync(path, 'new\n');
  assert.is(await readAll(path), 'new\n');
});

test.run();
