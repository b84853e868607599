import { CtqError } from '../errors.js';
import { type Koffi, loadKoffi, openLibc } from './koffi.js';

/** The calls of the C library that node has no names for. Each returns -1 on failure and sets `errno()`. */
export interface Libc {
  socket(domain: number, type: number, protocol: number): number;
  bind(fd: number, address: Uint8Array, length: number): number;
  connect(fd: number, address: Uint8Array, length: number): number;
  getsockname(fd: number, address: Uint8Array, length: Uint32Array): number;
  setsockopt(fd: number, level: number, option: number, value: Int32Array | Uint8Array, length: number): number;
  getsockopt(fd: number, level: number, option: number, value: Uint32Array, length: Uint32Array): number;
  send(fd: number, bytes: Uint8Array, length: number, flags: number): number;
  /**
   * `send` on another thread. A failure has no `errno()`; it fails also where koffi's limit of concurrent calls (256) is reached.
   */
  sendInBackground(fd: number, bytes: Uint8Array, length: number, flags: number): Promise<number>;
  recv(fd: number, bytes: Uint8Array, length: number, flags: number): number;
  recvmmsg(fd: number, headers: Uint8Array, count: number, flags: number, timeout: null): number;
  /** `recvmmsg` on another thread, without a time limit; see `sendInBackground`. */
  receiveInBackground(fd: number, headers: Uint8Array, count: number, flags: number): Promise<number>;
  poll(fds: Int32Array, count: number, timeoutMs: number): number;
  setns(fd: number, type: number): number;
  pipe2(fds: Int32Array, flags: number): number;
  tee(from: number, to: number, length: number, flags: number): number;
  fcntl(fd: number, command: number, value: number): number;
  close(fd: number): number;
  /** The error number of the last failing call of this thread. */
  errno(): number;
  /** Address of the bytes of an ArrayBuffer, valid while the buffer is referenced. */
  addressOf(bytes: ArrayBuffer): bigint;
  /** Size of a pointer in bytes. */
  readonly pointerSize: number;
}

const PROTOTYPES = {
  socket: 'int socket(int, int, int)',
  bind: 'int bind(int, void *, uint32_t)',
  connect: 'int connect(int, void *, uint32_t)',
  getsockname: 'int getsockname(int, void *, void *)',
  setsockopt: 'int setsockopt(int, int, int, void *, uint32_t)',
  getsockopt: 'int getsockopt(int, int, int, void *, void *)',
  send: 'intptr_t send(int, void *, uintptr_t, int)',
  recv: 'intptr_t recv(int, void *, uintptr_t, int)',
  recvmmsg: 'int recvmmsg(int, void *, uint32_t, int, void *)',
  poll: 'int poll(void *, uintptr_t, int)',
  setns: 'int setns(int, int)',
  pipe2: 'int pipe2(void *, int)',
  tee: 'intptr_t tee(int, int, uintptr_t, uint32_t)',
  fcntl: 'int fcntl(int, int, int)',
  close: 'int close(int)',
} as const satisfies Record<Exclude<keyof Libc, keyof Made>, string>;

/** Members that are not plain functions of the C library. */
type Made = Pick<Libc, 'errno' | 'sendInBackground' | 'receiveInBackground' | 'addressOf' | 'pointerSize'>;

type Bound = ReturnType<ReturnType<Koffi['load']>['func']>;

let loaded: Libc | undefined;

/**
 * The C library of this process, bound at the first call (some milliseconds) and not when this module is loaded: snapshot files
 * can be read on systems where it cannot be bound.
 * @throws CtqError of kind `system` where this is not Linux or the binding cannot be loaded
 */
export function libc(): Libc {
  loaded ??= load();
  return loaded;
}

function load(): Libc {
  if (process.platform !== 'linux') {
    throw new CtqError({
      code: 'not-linux',
      kind: 'system',
      message: `the kernel's connection tracking exists on Linux only, this is ${process.platform}`,
      hint: 'query a snapshot file instead',
    });
  }
  try {
    const koffi = loadKoffi();
    const library = openLibc(koffi);
    const bound: Record<string, Bound> = {};
    for (const [name, prototype] of Object.entries(PROTOTYPES)) bound[name] = library.func(prototype);
    const inBackground =
      (call: Bound) =>
      (...args: unknown[]): Promise<number> =>
        new Promise(resolve => {
          try {
            call.async(...args, (error: unknown, result: number) => resolve(error ? -1 : result));
          } catch {
            resolve(-1);
          }
        });
    const receive = inBackground(bound.recvmmsg);
    const made: Made = {
      errno: () => koffi.errno(),
      sendInBackground: inBackground(bound.send),
      receiveInBackground: (...args) => receive(...args, null),
      addressOf: bytes => koffi.address(bytes),
      pointerSize: koffi.sizeof('void *'),
    };
    return { ...bound, ...made } as object as Libc;
  } catch (cause) {
    throw new CtqError({
      code: 'no-libc',
      kind: 'system',
      // What follows the first line is a stack of node's.
      message: `cannot reach the C library: ${(cause as Error).message.split('\n', 1)[0]}`,
      hint: 'the package koffi must be installed with its binary for this processor and C library',
      cause,
    });
  }
}
