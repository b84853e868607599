/** The whole program in this process, with streams that the test holds. */
import { EventEmitter } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { run, type Signals } from '../../src/shell/cli/run.js';
import type { Io } from '../../src/shell/io.js';

export interface Ended {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Surroundings {
  readonly input?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
  /** The output is a terminal of a number of columns. */
  readonly columns?: number;
}

class Fake extends EventEmitter {
  exit(code: number): never {
    throw new Error(`exit(${code})`);
  }
}

/** Runs ctq with a command line to its end. */
export async function shell(
  args: readonly string[],
  { input = '', env = {}, columns }: Surroundings = {},
): Promise<Ended> {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  if (columns !== undefined) for (const stream of [stdout, stderr]) Object.assign(stream, { isTTY: true, columns });
  const collected = [stdout, stderr].map(async stream => {
    let text = '';
    for await (const chunk of stream) text += String(chunk);
    return text;
  });
  const io = Object.assign(new Fake(), { stdin: Readable.from([Buffer.from(input)]), stdout, stderr, env });
  const status = await run(args, io as Io & Signals);
  stdout.end();
  stderr.end();
  const [out, err] = await Promise.all(collected);
  return { status, stdout: out, stderr: err };
}

/** A folder with files, gone when the process ends. @returns its path */
export function folder(files: Readonly<Record<string, string>> = {}): string {
  const path = mkdtempSync(join(tmpdir(), 'ctq-shell-'));
  process.on('exit', () => rmSync(path, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), text);
  return path;
}
