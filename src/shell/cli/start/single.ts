/**
 * The launcher of the single executable: node, with everything inside that is a file in other installations
 * (https://nodejs.org/api/single-executable-applications.html). Called as `conntrack` or `ctq-conntrack`, it is the drop-in.
 */

import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { getRawAsset } from 'node:sea';
import { Script } from 'node:vm';
import { evaluated, type Require, runProgram } from './code/scripts.js';
import { type Bundle, type Parts, type ProgramName, start } from './load.js';
import { loadNative } from './native.js';
import { programName } from './prepare-process.js';

/** The names of the programs inside; scripts/lib/single.js puts them there. */
const PROGRAMS = { ctq: 'program', conntrack: 'conntrack' } as const;

const bytesOf = (name: string): Buffer => Buffer.from(getRawAsset(name) as ArrayBuffer);
const textOf = (name: string): string => bytesOf(name).toString('latin1');

/** koffi's names, by which the programs ask for its library. */
const KOFFI = /^(?:@koromix\/|koffi$)/;

let native: { readonly path: string; readonly exports: unknown } | undefined;
const koffi = (): NonNullable<typeof native> => {
  native ??= loadNative(bytesOf('koffi.node'), process.env);
  return native;
};

/** Only node's own modules can be required in an executable. DuckDB, which the history needs, is looked for in its folder. */
function requireInside(name: string): unknown {
  if (KOFFI.test(name)) return koffi().exports;
  if (name === '@nats-io/transport-node') return run('nats', requireInside);
  return name.startsWith('@') ? createRequire(process.execPath)(name) : require(name);
}

/** @param cachedData what V8 compiled of it */
function run<Exports>(file: string, require: Require, cachedData?: Buffer): Exports {
  const script = new Script(textOf(`${file}.cjs`), { filename: `ctq/${file}.cjs`, cachedData });
  return evaluated(script, require, process.execPath, dirname(process.execPath));
}

/** The thread that receives events loads the library by the path that this thread has opened. */
function threadCode(program: string): string {
  const native = program === 'worker' ? JSON.stringify(koffi().path) : 'undefined';
  return `(function (inside) {
  const koffi = () => { const module = { exports: {} }; process.dlopen(module, ${native}); return module.exports; };
  const require = name => /^(?:@koromix|koffi)/.test(name) ? koffi() : inside(name);
  ${textOf(`${program}.js`)}
})(require)`;
}

const PARTS: Parts = {
  path: process.argv0,
  bundle(name: ProgramName): Bundle {
    const runInside = (script: string, require: Require): unknown => run(script, require, bytesOf(`${script}.cache`));
    const bundle = runProgram<Bundle>(PROGRAMS[name], runInside, requireInside).exports;
    bundle.offerThreadCode(threadCode);
    bundle.offerOrigin?.(textOf('origin'));
    return bundle;
  },
  subscribeEarly: (name, args) =>
    run<{ subscribeEarly: Parts['subscribeEarly'] }>('early-watch', requireInside).subscribeEarly(name, args),
};

start(programName(process.argv0) === 'conntrack' ? 'conntrack' : 'ctq', PARTS);
