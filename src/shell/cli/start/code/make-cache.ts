/**
 * Writes what V8 compiled of a script of a program: `node make-cache.js SCRIPT CACHE [NAMESPACE | check]`. The program does what one-liners
 * do; of its last script all is loaded. Run in another network namespace than the one named it reads that one's table, to which it gives an entry; else a file.
 * With `check` it only reads and checks statements, which compiles the same functions in every run.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readlinkSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { Writable } from 'node:stream';
import { Script } from 'node:vm';
import type { Program } from '../program.js';
import { fileOf } from './code-cache.js';
import { evaluated, partsOf, type Require, runProgram } from './scripts.js';

const [path, cache, outer] = process.argv.slice(2);
const folder = dirname(path);
const wanted = basename(path, '.cjs');
const { program, number } = partsOf(wanted);

/** The number of the script that has files, changes and watches; and of the one with the rest. */
const THIRD = 3;
const LAST = 4;

const FLOWS = `tcp 6 300 ESTABLISHED src=192.0.2.1 dst=198.51.100.1 sport=40000 dport=443 packets=9 bytes=900 src=198.51.100.1 dst=192.0.2.1 sport=443 dport=40000 packets=8 bytes=800 [ASSURED] mark=1 use=1
udp 17 20 src=192.0.2.2 dst=198.51.100.2 sport=5000 dport=53 packets=1 bytes=60 [UNREPLIED] src=198.51.100.2 dst=192.0.2.2 sport=53 dport=5000 packets=0 bytes=0 mark=0 use=1
`;

/** Command lines to compile. The cache is read at every start, so these are few. */
const selects = (from: string): string[] => [
  `select from ${from} where src = 192.0.2.1 and dport = 443`,
  `select from ${from} output extended`,
];

/** Frequent calls of conntrack(8) in scripts. */
const ENTRY = ['-p', 'udp', '-s', '192.0.2.1', '-d', '198.51.100.1', '--sport', '40000', '--dport', '53'];
const CALLS = [
  ['-I', ...ENTRY, '-t', '300'],
  ['-D', ...ENTRY],
];

const INSERT =
  'insert into conntrack set proto = tcp, src = 192.0.2.1, dst = 198.51.100.1, sport = 40000, dport = 443, state = ESTABLISHED, timeout = 300s';
const CHANGES = [
  INSERT,
  'update conntrack set mark = 1 where sport = 40000',
  'delete from conntrack where sport = 40000',
];

const oneLiner = (statement: string): string[] => ['--no-config', '-e', statement];

/** The command lines to run; elsewhere than apart from everybody's tables, such as read a file in the folder. */
function commandLines(temporary: string): string[][] {
  const isPure = outer === 'check';
  const isApart = !isPure && outer !== undefined && readlinkSync('/proc/self/ns/net') !== outer;
  if (program.startsWith('conntrack-')) return isApart ? CALLS : [['-V']];
  if (isPure) return selects('conntrack').map(statement => ['--check', ...oneLiner(statement)]);
  if (isApart && number !== THIRD) {
    // In another process: code for inserts is not needed at every start.
    spawnSync(process.execPath, [join(folder, 'ctq.js'), INSERT], { stdio: 'ignore' });
    return [...selects('conntrack'), 'count conntrack'].map(oneLiner);
  }
  const file = join(temporary, 'flows');
  writeFileSync(file, FLOWS);
  return [...(isApart ? CHANGES : []), ...selects(`'${file}'`)].map(oneLiner);
}

/** Standard streams of a program whose output is discarded. */
function silent(): Parameters<Program>[1] {
  const sink = (): Writable => new Writable({ write: (_chunk, _encoding, done) => done() });
  const { stdin, env, pid } = process;
  const streams = { stdin, stdout: sink(), stderr: sink(), env: { PATH: env.PATH }, pid, on() {}, off() {} };
  return streams as unknown as Parameters<Program>[1];
}

const scripts = new Map<string, Script>();

function run(name: string, require: Require): unknown {
  const filename = join(folder, `${name}.cjs`);
  const script = new Script(readFileSync(filename, 'latin1'), { filename });
  scripts.set(name, script);
  return evaluated(script, require, filename, folder);
}

async function main(): Promise<void> {
  const bundle = runProgram<{ program: Program }>(program, run, createRequire(path));
  if (number === LAST) bundle.loadAll(LAST);
  else {
    const temporary = mkdtempSync(join(tmpdir(), 'ctq-build-'));
    try {
      for (const args of commandLines(temporary)) await bundle.exports.program(args, silent());
    } finally {
      rmSync(temporary, { recursive: true, force: true });
    }
  }
  // A call that only prints the version needs none but the first.
  if (!scripts.has(wanted)) bundle.loadAll(number);
  const script = scripts.get(wanted) as Script;
  writeFileSync(`${cache}.${process.pid}`, fileOf(script.createCachedData()));
  renameSync(`${cache}.${process.pid}`, cache);
  process.exit(0);
}

main().catch(error => {
  process.stderr.write(`make-cache: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
