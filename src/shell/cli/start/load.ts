import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Script } from 'node:vm';
import type { EarlySocket } from '../../../engine/netlink/events/early-socket.js';
import { findCodeCache, keepCodeCache } from './code-cache.js';
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
  if (process.exitCode === 0 && compiled !== undefined && readsTable(name, args)) compiled.keep();
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

/** A program that V8 compiled without a cache. */
let compiled: { keep(): void } | undefined;

/** Whether a run compiles what most runs need, so that its code is worth keeping. */
const readsTable = (name: ProgramName, args: readonly string[]): boolean =>
  name === 'conntrack' || args.some(argument => /\b(?:select|count)\s/i.test(argument));

/**
 * Runs the bundle from V8's code cache: compiling it takes longer than most queries. V8 rejects a cache of another processor, and
 * compiles; the hash in the file name identifies the build.
 */
function bundled(name: string): Bundle {
  const filename = join(__dirname, `${name}.cjs`);
  const cachedData = findCodeCache(name, __dirname, process.env);
  // esbuild writes ASCII only, which is read fastest so.
  const script = new Script(readFileSync(filename, 'latin1'), { filename, cachedData });
  // With options of its own, such as --jitless, node compiles otherwise.
  if ((cachedData === undefined || script.cachedDataRejected) && process.execArgv.length === 0)
    compiled = { keep: () => keepCodeCache(name, __dirname, script.createCachedData(), process.env) };
  const module = { exports: {} as Bundle };
  script.runInThisContext()(module.exports, require, module, filename, __dirname);
  return module.exports;
}
