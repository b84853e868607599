import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Script } from 'node:vm';
import type { Program } from './program.js';

/** The file of the bundled programs, beside this one; esbuild defines it. */
declare const __CTQ_PROGRAM__: string | undefined;

type Programs = typeof import('./program.js');

/** Runs a program with the arguments and the streams of this process. */
export async function start(name: 'ctq' | 'conntrack'): Promise<void> {
  const isBuilt = typeof __CTQ_PROGRAM__ !== 'undefined';
  const program: Program = (isBuilt ? bundled(__CTQ_PROGRAM__) : await import('./program.js'))[name];
  process.exitCode = await program(process.argv.slice(2), process);
}

/**
 * Runs the bundle by what V8 made of it when it was built: compiling anew takes longer than most queries. V8 refuses the
 * cache of another version or processor, and compiles; the hash in the file's name tells the cache of another build.
 */
function bundled(name: string): Programs {
  const filename = join(__dirname, `${name}.cjs`);
  const cache = join(__dirname, `${name}.cache`);
  const cachedData = existsSync(cache) ? readFileSync(cache) : undefined;
  // esbuild writes ASCII only, which is read fastest so.
  const script = new Script(readFileSync(filename, 'latin1'), { filename, cachedData });
  const module = { exports: {} as Programs };
  script.runInThisContext()(module.exports, require, module, filename, __dirname);
  return module.exports;
}
