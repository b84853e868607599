/**
 * Writes what V8 compiled of the program while it did what one-liners do: `node make-cache.js PROGRAM CACHE [NAMESPACE | check]`. Run in
 * another network namespace than the one named it reads that one's table, to which it gives an entry; else a file. With `check` it only
 * reads and checks statements, which compiles the same functions in every run.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readlinkSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { Writable } from 'node:stream';
import { Script } from 'node:vm';

const [filename, cache, outer] = process.argv.slice(2);

const FLOWS = `tcp 6 300 ESTABLISHED src=192.0.2.1 dst=198.51.100.1 sport=40000 dport=443 packets=9 bytes=900 src=198.51.100.1 dst=192.0.2.1 sport=443 dport=40000 packets=8 bytes=800 [ASSURED] mark=1 use=1
udp 17 20 src=192.0.2.2 dst=198.51.100.2 sport=5000 dport=53 packets=1 bytes=60 [UNREPLIED] src=198.51.100.2 dst=192.0.2.2 sport=53 dport=5000 packets=0 bytes=0 mark=0 use=1
`;

/** Command lines to compile. The cache is read at every start, so these are few. @param {string} from */
const selects = from => [
  `select from ${from} where src = 192.0.2.1 and dport = 443`,
  `select from ${from} output extended`,
];

/** Frequent calls of conntrack(8) in scripts. */
const ENTRY = ['-p', 'udp', '-s', '192.0.2.1', '-d', '198.51.100.1', '--sport', '40000', '--dport', '53'];
const CALLS = [
  ['-I', ...ENTRY, '-t', '300'],
  ['-D', ...ENTRY],
];

const insert =
  'insert into conntrack set proto = tcp, src = 192.0.2.1, dst = 198.51.100.1, sport = 40000, dport = 443, state = ESTABLISHED, timeout = 300s';

/** As src/shell/cli/start/code-cache.ts reads it. @param {Buffer} data */
function fileOf(data) {
  const trailer = Buffer.alloc(4);
  trailer.writeUInt32LE(data.length);
  return Buffer.concat([data, data, trailer]);
}

/** The command lines to run; elsewhere than apart from everybody's tables, such as read a file in the folder. @param {string} folder */
function commandLines(folder) {
  const isPure = outer === 'check';
  const isApart = !isPure && outer !== undefined && readlinkSync('/proc/self/ns/net') !== outer;
  if (basename(filename).startsWith('conntrack-')) {
    return isApart ? CALLS : [['-V']];
  }
  if (isPure) return selects('conntrack').map(statement => ['--check', ...oneLiner(statement)]);
  if (isApart) {
    // In another process: code for inserts is not needed at every start.
    spawnSync(process.execPath, [join(dirname(filename), 'ctq.js'), insert], { stdio: 'ignore' });
    return [...selects('conntrack'), 'count conntrack'].map(oneLiner);
  }
  const file = join(folder, 'flows');
  writeFileSync(file, FLOWS);
  return selects(`'${file}'`).map(oneLiner);
}

/** @param {string} statement */
const oneLiner = statement => ['--no-config', '-e', statement];

/** Standard streams of a program whose output is discarded. */
function deaf() {
  const sink = () => new Writable({ write: (_chunk, _encoding, done) => done() });
  const { stdin, env, pid } = process;
  return { stdin, stdout: sink(), stderr: sink(), env: { PATH: env.PATH }, pid, on() {}, off() {} };
}

const script = new Script(readFileSync(filename, 'latin1'), { filename });
/** @type {{ exports: { program?: (args: string[], io: object) => Promise<number> } }} */
const module = { exports: {} };
script.runInThisContext()(module.exports, createRequire(filename), module, filename, dirname(filename));

const folder = mkdtempSync(join(tmpdir(), 'ctq-build-'));
try {
  for (const args of commandLines(folder)) {
    await module.exports.program?.(args, deaf());
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
writeFileSync(`${cache}.${process.pid}`, fileOf(script.createCachedData()));
renameSync(`${cache}.${process.pid}`, cache);
process.exit(0);
