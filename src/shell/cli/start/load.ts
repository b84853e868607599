import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Script } from 'node:vm';
import type { EarlySocket } from '../../../engine/netlink/events/early-socket.js';
import { findCodeCache, keepCodeCache } from './code/code-cache.js';
import { evaluated, isSeldomNeeded, partsOf, type Require, runProgram } from './code/scripts.js';
import { holdSignals } from './hold-signals.js';
import { mayWatch } from './may-watch.js';
import { prepareProcess, programName } from './prepare-process.js';
import type { Program } from './program.js';

/** The programs in this file's folder; defined by esbuild. */
declare const __CTQ_PROGRAM__: string | undefined;
declare const __CTQ_CONNTRACK__: string;

export type ProgramName = 'ctq' | 'conntrack';

/** What the first script of each program exports. */
export interface Bundle {
  readonly program: Program;
  offerEarlySocket(socket: EarlySocket): void;
  offerThreadCode(code: (program: string) => string): void;
  offerOrigin?(text: string): void;
}

/** Where the parts of the program are. */
export interface Parts {
  /** The path that was called. */
  readonly path: string | undefined;
  bundle(name: ProgramName): Bundle;
  subscribeEarly(name: ProgramName, args: readonly string[]): EarlySocket | undefined;
}

/** Runs a program with the arguments and the streams of this process. */
export async function start(name: ProgramName, parts: Parts = FILES): Promise<void> {
  const args = process.argv.slice(2);
  try {
    prepareProcess(parts.path);
  } catch (error) {
    process.stderr.write(`${programName(parts.path)}: ${(error as Error).message}\n`);
    process.exitCode = 1;
    return;
  }
  const { program } = await load(name, args, parts);
  process.exitCode = await program(args, process);
  // Nothing is waited for any more: node need not free the memory of what was loaded, which the system does at once.
  process.once('beforeExit', () => process.exit());
  if (process.exitCode === 0)
    for (const { script, keep } of compiled)
      if (isSeldomNeeded(partsOf(script).number) || readsTable(name, args)) keep();
}

async function load(name: ProgramName, args: readonly string[], parts: Parts): Promise<Pick<Bundle, 'program'>> {
  if (typeof __CTQ_PROGRAM__ === 'undefined')
    return name === 'ctq' ? import('./program.js') : import('./conntrack-program.js');
  const isWatch = mayWatch(name, args);
  if (isWatch) holdSignals();
  const early = isWatch ? parts.subscribeEarly(name, args) : undefined;
  const bundle = parts.bundle(name);
  if (early !== undefined) bundle.offerEarlySocket(early);
  return bundle;
}

/** The name of a program's first script. */
const first = (name: ProgramName): string => (name === 'ctq' ? (__CTQ_PROGRAM__ as string) : __CTQ_CONNTRACK__);

/** In the folder of this file. */
const FILES: Parts = {
  path: process.argv[1],
  bundle: name => runProgram<Bundle>(first(name), runFile, require).exports,
  subscribeEarly: (name, args) => require('./early-watch.js').subscribeEarly(name, args),
};

/** Scripts that V8 compiled without a cache. */
const compiled: { readonly script: string; keep(): void }[] = [];

/** Whether a run compiles what most runs need, so that its code is worth keeping. */
const readsTable = (name: ProgramName, args: readonly string[]): boolean =>
  name === 'conntrack' || args.some(argument => /\b(?:select|count)\s/i.test(argument));

/**
 * Runs a script from V8's code cache: compiling it takes longer than most queries. V8 rejects a cache of another processor, and
 * compiles; the hash in the file name identifies the build.
 */
function runFile(name: string, requireFrom: Require): unknown {
  const filename = join(__dirname, `${name}.cjs`);
  const cachedData = findCodeCache(name, __dirname, process.env);
  // esbuild writes ASCII only, which is read fastest so.
  const script = new Script(readFileSync(filename, 'latin1'), { filename, cachedData });
  // With options of its own, such as --jitless, node compiles otherwise.
  if ((cachedData === undefined || script.cachedDataRejected) && process.execArgv.length === 0)
    compiled.push({
      script: name,
      keep: () => keepCodeCache(name, __dirname, script.createCachedData(), process.env),
    });
  return evaluated(script, requireFrom, filename, __dirname);
}
