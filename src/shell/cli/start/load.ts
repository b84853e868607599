import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Script } from 'node:vm';
import type { EarlySocket } from '../../../engine/netlink/events/early-socket.js';
import { readCodeCache } from './code-cache.js';
import { holdSignals } from './hold-signals.js';
import { mayWatch } from './may-watch.js';
import { prepareProcess, programName } from './prepare-process.js';
import type { Program } from './program.js';

/** The bundled programs in this file's folder; defined by esbuild. */
declare const __CTQ_PROGRAM__: string | undefined;
declare const __CTQ_CONNTRACK__: string;

type ProgramName = 'ctq' | 'conntrack';

/** What each of the bundled files exports. */
interface Bundle {
  readonly program: Program;
  offerEarlySocket(socket: EarlySocket): void;
}

/** Runs a program with the arguments and the streams of this process. */
export async function start(name: ProgramName): Promise<void> {
  const args = process.argv.slice(2);
  try {
    prepareProcess();
  } catch (error) {
    process.stderr.write(`${programName(process.argv[1])}: ${(error as Error).message}\n`);
    process.exitCode = 1;
    return;
  }
  const { program } = await load(name, args);
  process.exitCode = await program(args, process);
}

async function load(name: ProgramName, args: readonly string[]): Promise<Bundle> {
  if (typeof __CTQ_PROGRAM__ === 'undefined')
    return name === 'ctq' ? import('./program.js') : import('../../conntrack8/program.js');
  const early = mayWatch(name, args) ? require('./early-watch.js').subscribeEarly(args) : undefined;
  if (early !== undefined) holdSignals();
  const bundle = bundled(name === 'ctq' ? __CTQ_PROGRAM__ : __CTQ_CONNTRACK__);
  if (early !== undefined) bundle.offerEarlySocket(early);
  return bundle;
}

/**
 * Runs the bundle from V8's code cache, made by the build: compiling it takes longer than most queries. V8 rejects a cache of
 * another version or processor, and compiles; the hash in the file name identifies the build.
 */
function bundled(name: string): Bundle {
  const filename = join(__dirname, `${name}.cjs`);
  const cachedData = readCodeCache(join(__dirname, `${name}.cache`));
  // esbuild writes ASCII only, which is read fastest so.
  const script = new Script(readFileSync(filename, 'latin1'), { filename, cachedData });
  const module = { exports: {} as Bundle };
  script.runInThisContext()(module.exports, require, module, filename, __dirname);
  return module.exports;
}
