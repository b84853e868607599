/** koffi, which calls C functions. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';

export type Koffi = typeof import('koffi');

/** Defined by esbuild, in what is built. */
declare const __CTQ_VERSION__: string | undefined;

/**
 * Loads koffi's native module directly where it is found: its JavaScript wrapper is not needed here and takes longer to load. The
 * package distinguishes the C libraries by reading node's own file, which is unnecessary where musl is not installed.
 */
export function loadKoffi(): Koffi {
  // The built program has its own `require`; the one of a worker that runs from source resolves elsewhere.
  const load = typeof __CTQ_VERSION__ === 'undefined' ? createRequire(import.meta.url) : require;
  const { platform, arch } = process;
  const binary = `@koromix/koffi-${platform}-${arch}`;
  const isGlibc = !existsSync(`/lib/${MUSL}`);
  for (const name of [...(isGlibc ? [`${binary}/${platform}_${arch}/koffi.node`] : []), binary]) {
    try {
      return load(name);
    } catch {
      // Try the next path.
    }
  }
  return load('koffi');
}

const MUSL_ARCHITECTURES: Partial<Record<string, string>> = {
  x64: 'x86_64',
  arm64: 'aarch64',
  ia32: 'i386',
  arm: 'armhf',
};
const MUSL = `libc.musl-${MUSL_ARCHITECTURES[process.arch] ?? process.arch}.so.1`;

/** The C library: glibc by its name, musl by either of its names, else what the process itself has linked. */
export function openLibc(koffi: Koffi): ReturnType<Koffi['load']> {
  for (const name of ['libc.so.6', MUSL]) {
    try {
      return koffi.load(name);
    } catch {
      // Try the next library.
    }
  }
  return koffi.load(null);
}
