import { existsSync } from 'node:fs';
import { Worker, type WorkerOptions } from 'node:worker_threads';

let offered: ((program: string) => string) | undefined;

/** Offers the code of the threads' programs, where they are not files. It is run as a script of its own. */
export function offerThreadCode(code: (program: string) => string): void {
  offered = code;
}

/**
 * Starts a thread. The build has each thread's program as a file next to its own; sources are run by tsx, which threads do not inherit.
 * @param program the name of the built file, without `.js`
 * @param source the URL of its source
 * @param base the URL of the caller: `import.meta.url`
 */
export function startThread(program: string, source: string, base: string, options: WorkerOptions): Worker {
  // It needs no environment, and NODE_OPTIONS would apply to it. Tracking its open files would only take time.
  const all: WorkerOptions = { ...options, env: {}, trackUnmanagedFds: false, execArgv: [] };
  if (offered !== undefined) return new Worker(offered(program), { ...all, eval: true });
  if (!base.endsWith('.ts')) {
    // The caller is bundled into a program in the same folder, or into a chunk in a folder below.
    const places = [`./${program}.js`, `../${program}.js`].map(place => new URL(place, base));
    return new Worker(places.find(place => existsSync(place)) ?? places[0], all);
  }
  const [tsx, url] = [import.meta.resolve('tsx/esm/api'), new URL(source, base).href];
  const start = `import(${JSON.stringify(tsx)}).then(({ register }) => { register(); return import(${JSON.stringify(url)}); })`;
  return new Worker(start, { ...all, eval: true });
}
