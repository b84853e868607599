/** Runs ctq in this process, from its command line on, with streams that are strings. */
import { Readable, Writable } from 'node:stream';
import { run } from '../../../src/shell/cli/run.js';

export interface Played {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number;
}

function gathering(pieces: Buffer[]): Writable {
  return new Writable({
    write(chunk, _encoding, done) {
      pieces.push(Buffer.from(chunk));
      done();
    },
  });
}

const text = (pieces: readonly Buffer[]): string => Buffer.concat(pieces).toString('utf8');

/** Milliseconds after which a statement counts as hanging. */
const PATIENCE = 30_000;

/** @throws what the program throws, and where it does not end */
export async function play(args: readonly string[], input: string | Uint8Array = ''): Promise<Played> {
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  const io = {
    stdin: Readable.from([Buffer.from(input)], { objectMode: false }),
    stdout: gathering(stdout),
    stderr: gathering(stderr),
    env: { LC_ALL: 'C.UTF-8', TZ: 'UTC', PATH: process.env.PATH },
    on: () => undefined,
    off: () => undefined,
  };
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`it did not end within ${PATIENCE} ms`)), PATIENCE);
  });
  try {
    const code = await Promise.race([run(args, io), late]);
    return { stdout: text(stdout), stderr: text(stderr), code };
  } finally {
    clearTimeout(timer);
  }
}
