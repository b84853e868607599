/** Loads a native library that is not a file. */
import { closeSync, constants, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** open(2): a file without a name, which ends with its descriptor. Node has no name for it; the value is that of asm-generic/fcntl.h. */
const O_TMPFILE = 0o20000000 | constants.O_DIRECTORY;

export interface Native {
  /** By which other threads of this process load it. */
  readonly path: string;
  readonly exports: unknown;
}

/**
 * The dynamic linker reads files only. The bytes get one without a name, which no other user can open or replace, in a folder from which
 * code may be run.
 * @throws Error if there is no such folder
 */
export function loadNative(bytes: Uint8Array, { XDG_RUNTIME_DIR, HOME }: NodeJS.ProcessEnv): Native {
  const folders = [...new Set([XDG_RUNTIME_DIR, '/dev/shm', tmpdir(), '/var/tmp', HOME])].filter(each => each);
  let failure: unknown;
  for (const folder of folders as string[]) {
    for (const load of [unnamed, removed]) {
      try {
        return load(bytes, folder);
      } catch (error) {
        failure = error;
      }
    }
  }
  throw new Error(`koffi's library cannot be loaded from ${folders.join(', ')}: ${(failure as Error).message}`);
}

function unnamed(bytes: Uint8Array, folder: string): Native {
  const fd = openSync(folder, O_TMPFILE | constants.O_RDWR, 0o600);
  try {
    writeFileSync(fd, bytes);
    // Stays open: its number is a part of the path.
    return loaded(`/proc/self/fd/${fd}`);
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

/** For file systems that have only files with names: one in a folder of this user alone, removed once it is loaded. */
function removed(bytes: Uint8Array, folder: string): Native {
  const own = mkdtempSync(join(folder, 'ctq-'));
  try {
    const path = join(own, 'koffi.node');
    writeFileSync(path, bytes, { flag: 'wx', mode: 0o600 });
    return loaded(path);
  } finally {
    rmSync(own, { recursive: true });
  }
}

function loaded(path: string): Native {
  const module = { exports: {} };
  process.dlopen(module, path);
  return { path, exports: module.exports };
}
