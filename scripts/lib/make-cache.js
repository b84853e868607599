/**
 * Writes what V8 compiled of the program while it did what one-liners do: `node make-cache.js PROGRAM CACHE`. Run in a network
 * namespace of its own it reads and changes that one's tables; elsewhere only a file.
 */
import { mkdtempSync, readFileSync, readlinkSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Writable } from 'node:stream';
import { Script } from 'node:vm';

const [filename, cache, outer] = process.argv.slice(2);

const FLOWS = `tcp 6 300 ESTABLISHED src=192.0.2.1 dst=198.51.100.1 sport=40000 dport=443 packets=9 bytes=900 src=198.51.100.1 dst=192.0.2.1 sport=443 dport=40000 packets=8 bytes=800 [ASSURED] mark=1 use=1
udp 17 20 src=192.0.2.2 dst=198.51.100.2 sport=5000 dport=53 packets=1 bytes=60 [UNREPLIED] src=198.51.100.2 dst=192.0.2.2 sport=53 dport=5000 packets=0 bytes=0 mark=0 use=1
`;

/** @param {string} from */
const selects = from => [
  `select from ${from}`,
  `select from ${from} where src = 192.0.2.1 and dport = 443 or mark = 7`,
  `select from ${from} where src in 192.0.2.0/24 and status has ASSURED output extended`,
  `select from ${from} output xml`,
  `select from ${from} output jsonl`,
  `select src, count(*), sum(bytes) from ${from} group by src order by 2 desc limit 10`,
  `select from ${from} order by bytes desc limit 20`,
  `select count(*) from ${from} where proto = tcp`,
];

const inKernel = [
  'insert into conntrack set proto = tcp, src = 192.0.2.1, dst = 198.51.100.1, sport = 40000, dport = 443, state = ESTABLISHED, timeout = 300s',
  'insert into conntrack set proto = udp, src = 192.0.2.2, dst = 198.51.100.2, sport = 5000, dport = 53, timeout = 300s',
  ...selects('conntrack'),
  'count conntrack',
  'explain select from conntrack where src = 192.0.2.1',
  'delete from conntrack where src = 192.0.2.1',
];

/** Standard streams of a program whose output nobody reads. */
function deaf() {
  const sink = () => new Writable({ write: (_chunk, _encoding, done) => done() });
  const { stdin, env, pid } = process;
  return { stdin, stdout: sink(), stderr: sink(), env: { PATH: env.PATH }, pid, on() {}, off() {} };
}

const script = new Script(readFileSync(filename, 'latin1'), { filename });
/** @type {{ exports: { ctq?: (args: string[], io: object) => Promise<number> } }} */
const module = { exports: {} };
script.runInThisContext()(module.exports, createRequire(filename), module, filename, dirname(filename));

const folder = mkdtempSync(join(tmpdir(), 'ctq-build-'));
try {
  const file = join(folder, 'flows');
  writeFileSync(file, FLOWS);
  const isApart = outer !== undefined && readlinkSync('/proc/self/ns/net') !== outer;
  for (const statement of [...selects(`'${file}'`), ...(isApart ? inKernel : [])]) {
    await module.exports.ctq?.(['--no-config', '-e', statement], deaf());
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
writeFileSync(`${cache}.${process.pid}`, script.createCachedData());
renameSync(`${cache}.${process.pid}`, cache);
process.exit(0);
