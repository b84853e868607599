/**
 * The files of what V8 compiled of a program: its data twice, then four bytes of its length. Both copies must be the same: comparing them
 * takes a fraction of the time that it takes to load node's zlib for a checksum (1 ms, in node 26 7 ms). There is one for each version of
 * node: V8 rejects the code of another. The build makes the one of its own node, an installation or the first run that of another.
 */
import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { makeFolders } from '../../../../engine/make-folders.js';

const TRAILER = 4;

/** Bytes of the second copy that are read at once, each time to the same memory: fresh memory takes longer than the reading. */
const PIECE = 64 * 1024;

/** Caches that the folder of a user keeps: of several versions of node, and of ctq. */
const MAX_FILES = 8;

/** @param program the name of its file, without `.cjs` */
export const cacheName = (program: string): string => `${program}.${process.version}-${process.arch}.cache`;

/** The data of a cache. V8 executes what it is given, so that it must not get a file that is damaged: undefined then. */
export function readCodeCache(path: string): Buffer | undefined {
  return existsSync(path) ? dataOf(openSync(path, 'r')) : undefined;
}

/** @param fd is closed */
function dataOf(fd: number): Buffer | undefined {
  try {
    const length = (fstatSync(fd).size - TRAILER) / 2;
    if (length <= 0 || !Number.isInteger(length)) return undefined;
    const data = Buffer.allocUnsafeSlow(length);
    if (readSync(fd, data, 0, length, 0) < length) return undefined;
    const piece = Buffer.allocUnsafeSlow(PIECE);
    for (let at = 0; at < length; at += PIECE) {
      const count = readSync(fd, piece, 0, Math.min(PIECE, length - at), length + at);
      if (data.compare(piece, 0, count, at, at + count) !== 0) return undefined;
    }
    readSync(fd, piece, 0, TRAILER, 2 * length);
    return piece.readUInt32LE(0) === length ? data : undefined;
  } finally {
    closeSync(fd);
  }
}

/** A cache as a file. */
export function fileOf(data: Buffer): Buffer {
  const trailer = Buffer.alloc(TRAILER);
  trailer.writeUInt32LE(data.length);
  return Buffer.concat([data, data, trailer]);
}

/**
 * Finds the cache of a program: next to it, else in the user's folder.
 * @param folder where the program is
 */
export function findCodeCache(program: string, folder: string, env: NodeJS.ProcessEnv): Buffer | undefined {
  try {
    return readCodeCache(join(folder, cacheName(program))) ?? readOwn(program, env);
  } catch {
    return undefined;
  }
}

function readOwn(program: string, env: NodeJS.ProcessEnv): Buffer | undefined {
  const folder = userFolder(env);
  if (folder === undefined || !isOwn(lstatSync(folder, { throwIfNoEntry: false }))) return undefined;
  const fd = openSync(join(folder, cacheName(program)), constants.O_RDONLY | constants.O_NOFOLLOW);
  if (isOwn(fstatSync(fd))) return dataOf(fd);
  closeSync(fd);
  return undefined;
}

/** Keeps what V8 compiled, where that is possible. */
export function keepCodeCache(program: string, folder: string, data: Buffer, env: NodeJS.ProcessEnv): void {
  const name = cacheName(program);
  // Root does not leave files in a folder that belongs to a user.
  if (statSync(folder).uid === process.geteuid?.() && write(folder, name, data, 0o644)) return;
  const own = userFolder(env);
  if (own === undefined) return;
  try {
    makeFolders(own, 0o700);
    if (isOwn(lstatSync(own)) && write(own, name, data, 0o600)) removeOldest(own);
  } catch {
    // The program starts more slowly.
  }
}

function write(folder: string, name: string, data: Buffer, mode: number): boolean {
  const temporary = join(folder, `.${name}.${process.pid}`);
  try {
    writeFileSync(temporary, fileOf(data), { flag: 'wx', mode });
    renameSync(temporary, join(folder, name));
    return true;
  } catch {
    return false;
  }
}

function removeOldest(folder: string): void {
  const files = readdirSync(folder)
    .filter(name => name.endsWith('.cache'))
    .map(name => ({ path: join(folder, name), time: statSync(join(folder, name)).mtimeMs }))
    .sort((a, b) => b.time - a.time);
  for (const { path } of files.slice(MAX_FILES)) rmSync(path, { force: true });
}

function userFolder({ XDG_CACHE_HOME: cache = '', HOME: home = '' }: NodeJS.ProcessEnv): string | undefined {
  const parent = isAbsolute(cache) ? cache : isAbsolute(home) ? join(home, '.cache') : undefined;
  return parent && join(parent, 'ctq');
}

/** No other user can have changed it: it holds code. Under sudo(8), HOME may be another user's. */
const isOwn = (stats: { uid: number; mode: number } | undefined): boolean =>
  stats !== undefined && stats.uid === process.geteuid?.() && (stats.mode & 0o022) === 0;
