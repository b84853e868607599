/** What a snapshot holds, for tests. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { MessageView } from '../../src/engine/ctnetlink/view/view.js';
import { openSnapshot, type SnapshotOptions } from '../../src/engine/sources/snapshot/open.js';
import type { FileTable } from '../../src/lang/schema/places.js';

export const directory = mkdtempSync(join(tmpdir(), 'ctq-snapshot-'));
process.on('exit', () => rmSync(directory, { recursive: true, force: true }));

const LABELS: Readonly<Record<string, number>> = { one: 0, five: 5 };

export interface ReadSnapshot {
  readonly table: FileTable;
  readonly views: readonly MessageView[];
  readonly warnings: readonly string[];
}

/** Noon of 2026-11-24. */
export const NOW = 1_795_521_600_000_000_000n;

/** Reads a snapshot to its end. */
export async function readPath(path: string, options: Partial<SnapshotOptions> = {}): Promise<ReadSnapshot> {
  const warnings: string[] = [];
  const views: MessageView[] = [];
  const snapshot = openSnapshot(path, {
    warn: message => warnings.push(message),
    labelBit: name => LABELS[name],
    now: () => NOW,
    ...options,
  });
  for await (const { bytes } of snapshot) {
    const kept = bytes.slice();
    for (let at = 0; at < kept.length; ) {
      const view = new MessageView();
      at = view.set(kept, at);
      views.push(view);
    }
  }
  return { table: snapshot.table, views, warnings };
}

/** Reads a text as if it stood in standard input. @param size of the pieces that it comes in */
export function readText(
  text: string | Uint8Array,
  size = 65_536,
  options: Partial<SnapshotOptions> = {},
): Promise<ReadSnapshot> {
  const bytes = Buffer.from(text as string);
  const pieces: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += size) pieces.push(bytes.subarray(at, at + size));
  return readPath('-', { ...options, stdin: Readable.from(pieces, { objectMode: false }) });
}

let files = 0;

/** A file with that content. @returns its path */
export function file(content: string | Uint8Array): string {
  files++;
  const path = join(directory, `snapshot-${files}`);
  writeFileSync(path, content);
  return path;
}
