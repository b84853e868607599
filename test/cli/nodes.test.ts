// timeout: 240
/** The built programs on other versions of node, each with a code cache of its own. */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readCodeCache } from '../../src/shell/cli/start/code/code-cache.js';
import { run } from '../kit/command.js';
import { fillTables } from '../kit/flows.js';
import { install } from '../kit/installed.js';

const test = suite('versions of node');

// `node scripts/nodes.js` downloads them.
const NODES = fileURLToPath(new URL('../../node_modules/.cache/nodes', import.meta.url));
const VERSIONS = existsSync(NODES) ? readdirSync(NODES).filter(name => /^\d/.test(name)) : [];
const isCI = !['', '0', 'false', undefined].includes(process.env.CI);
const nodeOf = (version: string): string => join(NODES, version, 'package/bin/node');
const installed = install();
const dist = dirname(installed.file(/^ctq\.js$/));
const home = mkdtempSync(join(tmpdir(), 'ctq-home-'));

const cachesIn = (folder: string, version: string): string[] =>
  existsSync(folder) ? readdirSync(folder).filter(name => name.includes(`.v${version}-`)) : [];

function ctq(version: string, ...args: string[]) {
  const { code, stdout, stderr } = run([
    'env',
    `HOME=${home}`,
    'LC_ALL=C.UTF-8',
    nodeOf(version),
    join(dist, 'ctq.js'),
    ...args,
  ]);
  return { code, stdout, stderr };
}

test.before(() => {
  fillTables();
});
test.after(() => rmSync(home, { recursive: true }));

test('those of CI are there', () => {
  if (isCI) assert.ok(VERSIONS.length >= 4, 'node scripts/nodes.js');
});

test('each has what decompressing on this thread needs (on-this-thread.ts)', () => {
  const script = `for (const create of ['createGunzip', 'createZstdDecompress']) {
    const stream = require('node:zlib')[create]?.();
    if (stream) console.log(create, typeof stream._handle.writeSync, stream._writeState.constructor.name, stream._writeState.length);
  }`;
  for (const version of VERSIONS) {
    const { stdout } = run([nodeOf(version), '-e', script]);
    const lines = stdout.trimEnd().split('\n');
    assert.is(lines.length, version.startsWith('20.') ? 1 : 2, version);
    for (const line of lines) assert.match(line, /function Uint32Array 2$/, version);
  }
});

test('each reads all parts of a compressed file', () => {
  const line =
    'udp 17 29 src=192.0.2.1 dst=198.51.100.1 sport=1 dport=53 src=198.51.100.1 dst=192.0.2.1 sport=53 dport=1\n';
  // Of the second file most is read by two threads.
  for (const lines of [10, 60_000]) {
    for (const program of ['gzip', 'zstd']) {
      const part = execFileSync(program, ['-c'], { input: line.repeat(lines) });
      const path = join(home, `parts.${program}`);
      writeFileSync(path, Buffer.concat([part, part]));
      for (const version of VERSIONS) {
        const { stdout } = run([nodeOf(version), join(dist, 'ctq.js'), `select count(*) from '${path}' output csv`]);
        assert.is(stdout, `count(*)\n${2 * lines}\n`, `${version} ${program}`);
      }
    }
  }
});

/** A system without zstd: its library is an empty file, and no program is found. @param command to run there */
const withoutZstd = (command: readonly string[]): string[] => [
  ...['unshare', '-m', 'sh', '-c'],
  'for file in $(ldconfig -p | sed -n "s/.*libzstd.so.1.* => //p"); do mount --bind /dev/null "$(readlink -f "$file")"; done; PATH=/; exec "$@"',
  ...['sh', ...command],
];

test('zstd on a system that has neither its library nor its program', () => {
  const line =
    'udp 17 29 src=192.0.2.1 dst=198.51.100.1 sport=1 dport=53 src=198.51.100.1 dst=192.0.2.1 sport=53 dport=1\n';
  const path = join(home, 'alone.zst');
  for (const lines of [10, 60_000]) {
    writeFileSync(path, execFileSync('zstd', ['-c'], { input: line.repeat(lines) }));
    for (const version of VERSIONS) {
      const query = [nodeOf(version), join(dist, 'ctq.js'), `select count(*) from '${path}' output csv`];
      const { stdout, stderr, code } = run(withoutZstd(query));
      if (Number.parseInt(version, 10) < 24) assert.match(stderr, /is compressed with zstd, which this node .* cannot/);
      else assert.equal([stdout, code], [`count(*)\n${lines}\n`, 0], version);
    }
  }
});

/** Statements that together load every part of the program. */
const STATEMENTS: readonly (readonly string[])[] = [
  ['select src, count(*), p95(timeout) from conntrack group by src order by 2 desc, src limit 5 output table'],
  ['select from conntrack order by id output save'],
  ['-o', 'xml', 'select from conntrack order by id'],
  ['-o', 'json', 'select from conntrack order by id'],
  ['-o', 'box', 'select proto, count(*) from conntrack group by proto order by 2, 1'],
  ['select from expect order by id output extended'],
  ['select cpu from stats order by cpu'],
  ['select from conntrack where src = 10.0.0.300'],
  ['explain select from conntrack where proto = tcp and bytes > 1'],
  ['watch from conntrack for 100ms'],
  ['--dry-run', 'delete from conntrack where proto = udp'],
  ['conntrack', '-L', '-p', 'tcp', '-o', 'extended'],
  ['translate', 'conntrack', '-D', '-s', '10.0.0.1'],
  ['--read-only', 'delete from conntrack where true'],
  ['help select'],
  ['completion', 'bash'],
];

/** Without what passes while they run. */
const settled = (text: string): string =>
  text
    .replaceAll(/\d+(\.\d+)? s\b|timeout[ =>"\d:.]+|-t \d+|(tcp|udp|icmp\w*|\w+) +\d+ \d+ |[\d.]+ MiB/g, '#')
    .replaceAll(/\b(?:\d+[dhm])*\d+[dhms]\b/g, '#')
    .replaceAll(/\d{2,}/g, '#')
    // Columns are as wide as those values.
    .replaceAll(/[ ─]{2,}/g, '  ');

/** By the node that runs this. */
const own = new Map<readonly string[], ReturnType<typeof run>>();
function here(args: readonly string[]): ReturnType<typeof run> {
  const known = own.get(args);
  if (known !== undefined) return known;
  const made = run(['env', `HOME=${home}`, 'LC_ALL=C.UTF-8', process.execPath, join(dist, 'ctq.js'), ...args]);
  own.set(args, made);
  return made;
}

for (const version of VERSIONS) {
  test(`${version}: results and messages are those of this node`, () => {
    for (const args of STATEMENTS) {
      const there = ctq(version, ...args);
      const expected = here(args);
      assert.is(there.code, expected.code, `${args.join(' ')}: ${there.stderr}`);
      assert.is(settled(there.stdout), settled(expected.stdout), `${process.versions.node}: ${args.join(' ')}`);
      assert.is(settled(there.stderr), settled(expected.stderr), args.join(' '));
      assert.not.match(there.stderr, /Warning/);
    }
  });

  test(`${version}: the first run that reads a table keeps its code, the next ones use it`, () => {
    const [cache] = cachesIn(dist, version).filter(name => /^program-[0-9a-f]+\.v/.test(name));
    assert.ok(cache, 'there is a cache');
    const path = join(dist, cache);
    const { mtimeMs } = statSync(path);
    assert.is(ctq(version, 'count conntrack').code, 0);
    assert.is(statSync(path).mtimeMs, mtimeMs, 'and it is accepted');
    const whole = readFileSync(path);
    for (const damaged of [
      whole.subarray(0, 1000),
      Buffer.concat([whole.subarray(0, 999), Buffer.from('x'), whole.subarray(1000)]),
    ]) {
      writeFileSync(path, damaged);
      assert.equal(ctq(version, 'echo 1'), { code: 0, stdout: '1\n', stderr: '' });
      assert.is(ctq(version, 'count conntrack').code, 0);
      assert.ok(readCodeCache(path), 'made again');
    }
  });

  test(`${version}: where the program's folder belongs to another user, the cache is in that of the user`, () => {
    const other = install();
    const folder = dirname(other.file(/^ctq\.js$/));
    chownSync(folder, 65534, 65534);
    const user = mkdtempSync(join(tmpdir(), 'ctq-user-'));
    const count = () => run(['env', `HOME=${user}`, nodeOf(version), join(folder, 'ctq.js'), 'count conntrack']);
    try {
      for (const name of cachesIn(folder, version)) rmSync(join(folder, name));
      assert.is(count().code, 0);
      assert.equal(cachesIn(folder, version), []);
      const own = join(user, '.cache/ctq');
      const [cache] = cachesIn(own, version);
      assert.is(statSync(own).mode & 0o777, 0o700);
      assert.is(statSync(join(own, cache)).mode & 0o777, 0o600);
      const { mtimeMs } = statSync(join(own, cache));
      assert.is(count().code, 0);
      assert.is(statSync(join(own, cache)).mtimeMs, mtimeMs, 'it is accepted');
      // What others can write is neither read nor written.
      chmodSync(own, 0o777);
      assert.is(count().code, 0);
      assert.is(statSync(join(own, cache)).mtimeMs, mtimeMs);
      rmSync(join(user, '.cache'), { recursive: true });
      writeFileSync(join(user, '.cache'), 'a file\n');
      assert.equal([count().code, count().stderr], [0, '']);
    } finally {
      rmSync(user, { recursive: true });
    }
  });
}

test.run();
