/**
 * What a foreign test suite does with conntrack(8), by both programs: an entry in each of many zones, a call each, then a look at each
 * zone. Prints the time of a call, and whether both programs saw the same. Run by hand, as root; it makes a network namespace of its own:
 *
 *     node --import tsx test/bench/foreign-suite.ts [ZONES [PROGRAM…]]
 *
 * ZONES is 2000 where left out; the programs are conntrack and dist/ctq-conntrack.js.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const OURS = fileURLToPath(new URL('../../dist/ctq-conntrack.js', import.meta.url));

/** A third each of what suites insert: TCP, UDP, translated UDP. */
const entryOf = (zone: number): readonly string[] => {
  const address = `10.${zone >> 8}.${zone & 255}.1`;
  const tcp = ['-p', 'tcp', '--state', 'ESTABLISHED', '-u', 'SEEN_REPLY,ASSURED'];
  const kind = [tcp, ['-p', 'udp'], ['-p', 'udp', '-n', '203.0.113.1']][zone % 3];
  return [
    '-I',
    '-w',
    `${zone}`,
    '-t',
    '86400',
    '-s',
    address,
    '-d',
    '192.0.2.1',
    ...kind,
    '--sport',
    '1024',
    '--dport',
    '53',
  ];
};

interface Called {
  /** Standard output, error and status, without what is not a property of the entry. */
  readonly said: string;
}

function call(program: string, args: readonly string[]): Called {
  const { stdout, stderr, status, error } = spawnSync(program, args, { encoding: 'utf8' });
  if (error) throw error;
  const said = `${status} ${stdout}${stderr}`;
  return { said: said.replace(/v1\.4\.\d+/, 'v').replace(/ 8[56]\d{3} /, ' ') };
}

function timed(program: string, lines: readonly (readonly string[])[]): { said: readonly string[]; ms: number } {
  const began = performance.now();
  const said = lines.map(args => call(program, args).said);
  return { said, ms: (performance.now() - began) / lines.length };
}

function main(): void {
  const [count = '2000', ...named] = process.argv.slice(2);
  const programs = named.length > 0 ? named : ['conntrack', OURS];
  const zones = Array.from({ length: Number(count) }, (_, n) => n + 1);
  const results = programs.map(program => {
    call('conntrack', ['-F']);
    const inserted = timed(program, zones.map(entryOf));
    const listed = timed(
      program,
      zones.map(zone => ['-L', '-w', `${zone}`]),
    );
    console.log(
      `${program}: ${zones.length} × -I ${inserted.ms.toFixed(2)} ms a call, ${zones.length} × -L -w ${listed.ms.toFixed(2)} ms a call`,
    );
    return [...inserted.said, ...listed.said];
  });
  const [first, ...others] = results;
  for (const other of others) {
    const differing = other.filter((said, index) => said !== first[index]);
    console.log(
      differing.length === 0 ? `the same ${first.length} results` : `${differing.length} differ: ${differing[0]}`,
    );
    if (differing.length > 0) process.exitCode = 1;
  }
}

/** Set in the copy of this program that runs in a namespace of its own. */
const INSIDE = 'CTQ_FOREIGN_SUITE';

if (process.env[INSIDE] === undefined) {
  const command = ['-n', process.execPath, ...process.execArgv, ...process.argv.slice(1)];
  const { status, error } = spawnSync('unshare', command, { stdio: 'inherit', env: { ...process.env, [INSIDE]: '1' } });
  if (error) throw error;
  process.exitCode = status ?? 1;
} else main();
