import { writeFileSync } from 'node:fs';
import { CtqError } from '../../engine/errors.js';
import { loadNats, publicKeyIn } from '../../engine/sources/fleet/links/nats/nats-bus.js';
import type { Io } from '../io.js';

const USAGE = `usage: ctq nkey FILE            make a key: its seed is written to FILE, the public key is printed
       ctq nkey --public FILE   print the public key of the seed in FILE
`;

/**
 * `ctq nkey FILE`: makes the key of an agent, or of one who asks a fleet. The seed is written to a new file, which only its owner can
 * read; the public key, which the server's file names, is printed. `--public FILE` prints that of an existing file.
 * @returns its exit status
 * @throws CtqError if the file exists or cannot be written; with --public, if it has no seed
 */
export async function makeKey(rest: readonly string[], { stdout }: Io): Promise<0> {
  const [path] = rest;
  if (path === '--help' || path === '-h') {
    stdout.write(USAGE);
    return 0;
  }
  if (path === '--public' && rest.length === 2) {
    stdout.write(`${await publicKeyIn(rest[1])}\n`);
    return 0;
  }
  if (path === undefined || rest.length > 1 || path.startsWith('-'))
    throw new CtqError({
      code: 'command-line',
      kind: 'statement',
      message: path === undefined ? 'nkey requires a file' : `unexpected '${rest[1] ?? path}'`,
      hint: 'write: ctq nkey /etc/ctq/agent.nk',
    });
  const { nkeys } = await loadNats();
  const key = nkeys.createUser();
  try {
    writeFileSync(path, `${Buffer.from(key.getSeed()).toString('latin1')}\n`, { mode: 0o600, flag: 'wx' });
  } catch (cause) {
    const { code = '' } = cause as NodeJS.ErrnoException;
    throw new CtqError({
      code: 'output-open',
      kind: 'output',
      message: code === 'EEXIST' ? `${path} exists` : `cannot write ${path} (${code})`,
      hint: code === 'EEXIST' ? `a key is not replaced; its public key: ctq nkey --public ${path}` : undefined,
      cause,
    });
  }
  stdout.write(`${key.getPublicKey()}\n`);
  return 0;
}
