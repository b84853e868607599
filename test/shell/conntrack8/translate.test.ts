/** Command lines of conntrack(8) as statements: what is printed, and that it reads back as the same statement. */
import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { check } from '../../../src/lang/check/check.js';
import type { Environment } from '../../../src/lang/schema/environment.js';
import { parse } from '../../../src/lang/syntax/parse.js';
import { parseArgv } from '../../../src/shell/conntrack8/argv/parse-argv.js';
import { statementOf } from '../../../src/shell/conntrack8/statement/statement.js';
import { translateCommandLine } from '../../../src/shell/conntrack8/statement/translate.js';
import { BASE, CHANGING, READING, REFUSED, wordsOf } from './lines.js';

const test = suite('conntrack(8) as statements');

const LABELS: Readonly<Record<string, number>> = { five: 5, six: 6, 'se-ven': 7, last: 127 };
const environment: Environment = {
  servicePort: () => undefined,
  serviceName: () => undefined,
  serviceNames: () => [],
  labelBit: name => LABELS[name],
  labelName: bit => Object.keys(LABELS).find(name => LABELS[name] === bit),
  labelNames: () => Object.keys(LABELS),
  now: () => 0n,
};

/** The statement as data, its places in a text left out. */
const withoutPlaces = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (key, each) =>
      ['span', 'start', 'end', 'opSpan'].includes(key) ? undefined : typeof each === 'bigint' ? `${each}n` : each,
    ),
  );

const NOT_STATEMENTS = /^(-h|-V)/;
const WITH_OPERANDS = / -- | operand/;

test('what is printed reads back as the same statement, for every line that can be carried out', () => {
  let count = 0;
  for (const line of [...BASE, ...READING, ...CHANGING]) {
    const reading = parseArgv(wordsOf(line), environment);
    if ('mistake' in reading) {
      assert.unreachable(`${line}: ${reading.mistake.message}`);
      continue;
    }
    const statement = statementOf(reading.value);
    // What only the kernel would refuse has no statement.
    if ('mistake' in statement) {
      assert.is(statement.mistake.exitCode, 1, line);
      continue;
    }
    if (NOT_STATEMENTS.test(line)) continue;
    const translation = translateCommandLine(wordsOf(line), environment);
    if (WITH_OPERANDS.test(line)) {
      assert.match('mistake' in translation ? translation.mistake.message : '', /^unexpected word/);
      continue;
    }
    if (!('text' in translation)) return assert.unreachable(line);
    const { statements, diagnostics } = parse(translation.text);
    assert.equal(diagnostics, [], `${line} → ${translation.text}`);
    assert.is(statements.length, 1);
    const read = check(statements[0], environment);
    assert.equal(read.diagnostics, [], `${line} → ${translation.text}`);
    const made = check(statement.value, environment);
    assert.equal(withoutPlaces(read.value), withoutPlaces(made.value), `${line} → ${translation.text}`);
    count++;
  }
  assert.ok(count >= 200, `${count} lines`);
});

const PRINTED: Readonly<Record<string, string>> = {
  'conntrack -D -s 1.2.3.4 --dport 53': 'delete from conntrack where src = 1.2.3.4 and dport = 53 output plain',
  '-L -p tcp --state ESTABLISHED -s 10.0.0.0/8 -o extended,id':
    'select from conntrack where proto = tcp and src in 10.0.0.0/8 and state = ESTABLISHED output extended, id',
  '-L -s 10.1.2.3/8': 'select from conntrack where src in 10.0.0.0/8 output plain',
  '-L -s 10.1.2.3/32': 'select from conntrack where src = 10.1.2.3 output plain',
  '-L -z': 'select from conntrack zero output plain',
  '-L -u ASSURED,UNREPLIED,!OFFLOAD':
    'select from conntrack where status has (ASSURED, UNREPLIED) and status not has OFFLOAD output plain',
  '-L -m 0x5/0xff': 'select from conntrack where mark & 0xff = 0x5 output plain',
  '-L -w 0 --orig-zone 0 --reply-zone 3':
    'select from conntrack where (zone = 0 or zone is null) and orig.zone is null and reply.zone = 3 output plain',
  '-L -n':
    'select from conntrack where status has SRC_NAT_DONE and (src != reply.dst or sport != reply.dport or srckey != reply.dstkey or icmp_id != reply.icmp_type * 256 + reply.icmp_code) output plain',
  '-L -j 1.2.3.4':
    'select from conntrack where status has SRC_NAT_DONE and reply.dst = 1.2.3.4 and src != 1.2.3.4 or status has DST_NAT_DONE and reply.src = 1.2.3.4 and dst != 1.2.3.4 output plain',
  '-L -n 1.2.3.4:5':
    'select from conntrack where status has SRC_NAT_DONE and reply.dst = 1.2.3.4 and src != 1.2.3.4 and reply.dport = 5 and sport != 5 output plain',
  '-L -l five,se-ven': "select from conntrack where labels has (five, 'se-ven') output plain, labels",
  '-L dying -f ipv6': 'select from dying where family = ipv6 output plain',
  '-L expect': 'select from expect where family = ipv4 output plain',
  '-G -p icmp -s 1.1.1.1 -d 2.2.2.2 --icmp-type 8 --icmp-code 0':
    'get from conntrack where proto = icmp and src = 1.1.1.1 and dst = 2.2.2.2 and icmp_type = 8 and icmp_code = 0 and icmp_id = 0 output plain',
  '-D': 'delete from conntrack where true output plain',
  '-D -t 90 -i 5': 'delete from conntrack where timeout = 90s and id = 5 output plain',
  '-F': 'flush conntrack',
  '-F -f ipv6': 'delete from conntrack where family = ipv6',
  '-C': 'count conntrack output tsv, noheader',
  '-S': 'select from stats output plain',
  '-S expect': 'select from expect_stats output plain',
  '-E -e NEW,DESTROY -p udp -o timestamp':
    'watch from conntrack on new, destroy where proto = udp output plain, timestamp',
  '-E': 'watch from conntrack output plain',
  '-U -s 1::1 -m 0x10/0xf0 -t 3600 -u ASSURED --label-add five':
    'update conntrack set timeout = 1h, status += (ASSURED), mark = mark & ~0xf0 ^ 0x10, labels += (five) where src = 1::1 output plain, labels',
  '-U --label-del': 'update conntrack set labels -= labels where true output plain, labels',
  '-A -t 99 -u UNSET -m 3 -w 7 -s 1.1.1.1 -d 2.2.2.2 -r 2.2.2.2 -q 1.1.1.1 -p tcp --sport 3 --dport 2 --reply-port-src 2 --reply-port-dst 3 --state SYN_SENT -n 5.5.5.5:9':
    'insert into conntrack set proto = tcp, src = 1.1.1.1, dst = 2.2.2.2, sport = 3, dport = 2, state = SYN_SENT, timeout = 99s, mark = 3, zone = 7, snat = 5.5.5.5:9 on conflict ignore',
  '-A -t 299 -u UNSET -s 192.0.2.11 -d 198.51.100.10 -g 203.0.113.10 -q 192.0.2.11 -p udp --sport 33333 --dport 53 --reply-port-src 5300 --reply-port-dst 33333':
    'insert into conntrack set proto = udp, src = 192.0.2.11, dst = 198.51.100.10, sport = 33333, dport = 53, reply.src = 0.0.0.0, reply.dst = 192.0.2.11, reply.sport = 5300, reply.dport = 33333, timeout = 299s, dnat = 203.0.113.10 on conflict ignore',
  '-I -t 60 -r 1.1.1.1 -q 2.2.2.2 -p udp --reply-port-src 5 --reply-port-dst 6':
    'insert into conntrack set proto = udp, src = 2.2.2.2, dst = 1.1.1.1, sport = 6, dport = 5, timeout = 1m',
  '-I -t 5 -s 1.1.1.1 -d 2.2.2.2 -p sctp --sport 1 --dport 2 --state CLOSED --orig-vtag 1 --reply-vtag 0':
    'insert into conntrack set proto = sctp, src = 1.1.1.1, dst = 2.2.2.2, sport = 1, dport = 2, state = CLOSED, orig.vtag = 16777216, reply.vtag = 0, timeout = 5s',
};

for (const [line, text] of Object.entries(PRINTED)) {
  test(`translates ${line}`, () => {
    const translation = translateCommandLine(wordsOf(line), environment);
    assert.equal(translation, { text, warnings: [] });
  });
}

test('refuses what conntrack(8) refuses', () => {
  for (const line of REFUSED) {
    if (line.startsWith('-R') || line === '-L -R /dev/null') continue;
    const reading = parseArgv(wordsOf(line), environment);
    const mistake = 'mistake' in reading ? reading.mistake : mistakeOf(reading.value);
    assert.ok(mistake !== undefined, line);
    assert.ok(mistake.message !== '' && !mistake.message.includes('undefined'), `${line}: ${mistake.message}`);
  }
  assert.ok(REFUSED.length >= 150);
});

const mistakeOf = (line: Parameters<typeof statementOf>[0]): { readonly message: string } | undefined => {
  const statement = statementOf(line);
  return 'mistake' in statement ? statement.mistake : undefined;
};

/** Options with values that go together, for a protocol and a family; what a command does not have with them is refused. */
const OPTIONS: readonly (readonly string[])[] = [
  ['-s', '10.0.0.1'],
  ['-s', '10.0.0.0/8'],
  ['-s', '10.1.2.3', '--mask-src', '255.255.0.0'],
  ['-d', '192.0.2.1'],
  ['--orig-dst', '192.0.2.0/24'],
  ['-r', '192.0.2.1'],
  ['-q', '10.0.0.1'],
  ['-t', '90'],
  ['-u', 'ASSURED,SEEN_REPLY'],
  ['-u', 'UNREPLIED'],
  ['-u', '!ASSURED,OFFLOAD'],
  ['-u', 'FIXED_TIMEOUT', '-u', '!EXPECTED'],
  ['-m', '5'],
  ['-m', '0x10/0xf0'],
  ['-c', '7'],
  ['-i', '4294967295'],
  ['-w', '0'],
  ['-w', '7'],
  ['--orig-zone', '8'],
  ['--reply-zone', '0'],
  ['-l', 'five'],
  ['-l', 'se-ven', '-l', 'six'],
  ['--labelmap', 'mine', '-l', 'own'],
  ['--label-add', 'five,se-ven'],
  ['--label-del'],
  ['--label-del', 'five'],
  ['-n'],
  ['-g', '198.51.100.1:80'],
  ['-n', '203.0.113.1'],
  ['-j'],
  ['-j', '203.0.113.1:9'],
  ['-f', 'ipv4'],
  ['-z'],
  ['-e', 'NEW'],
  ['-e', 'NEW,DESTROY', '-e', 'UPDATES'],
  ['-b', '1000000'],
  ['-o', 'extended,id'],
  ['-o', 'xml,timestamp'],
  ['-o', 'save'],
  ['-o', 'labels,ktimestamp,userspace'],
  ['-p', 'tcp', '--sport', '1', '--dport', '443', '--state', 'ESTABLISHED'],
  ['-p', 'tcp', '--reply-port-src', '443', '--reply-port-dst', '1', '--state', 'LISTEN'],
  ['-p', 'udp', '--dport', '53'],
  ['-p', 'udp', '--sport', '1', '--dport', '53'],
  ['-p', 'sctp', '--sport', '1', '--dport', '2', '--state', 'CLOSED', '--orig-vtag', '1', '--reply-vtag', '0x10'],
  ['-p', 'dccp', '--sport', '1', '--dport', '2', '--state', 'OPEN', '--role', 'server'],
  ['-p', 'gre', '--srckey', '5', '--dstkey', '0x10'],
  ['-p', 'icmp', '--icmp-type', '8', '--icmp-code', '0', '--icmp-id', '7'],
  ['-p', '50'],
  // All that an expectation requires.
  (
    '-t 9 -s 10.0.0.1 -d 10.0.0.2 -p tcp --sport 1 --dport 21 --tuple-src 10.0.0.2 --tuple-dst 10.0.0.1 --mask-src 255.0.0.0 ' +
    '--mask-dst 255.255.255.255 --tuple-port-src 0 --tuple-port-dst 9 --mask-port-src 0 --mask-port-dst 65535'
  ).split(' '),
];
const COMMANDS: readonly (readonly string[])[] = [
  ...['-L', '-G', '-D', '-I', '-A', '-U', '-E', '-F', '-C', '-S'].map(command => [command]),
  ...['-L', '-G', '-D', '-I', '-E', '-F', '-C', '-S'].map(command => [command, 'expect']),
  ...['dying', 'unconfirmed'].map(table => ['-L', table]),
];

const property = suite('any command line as a statement');

property('whatever is translated reads back, and means the same', () => {
  const lookups = { ...environment, labelsOf: () => new Map([['own', 77]]) };
  const translated = new Map<string, number>();
  fc.assert(
    fc.property(fc.constantFrom(...COMMANDS), fc.subarray([...OPTIONS], { maxLength: 5 }), (command, options) => {
      const words = [...command, ...options.flat()];
      const reading = parseArgv(words, lookups);
      const translation = translateCommandLine(words, lookups);
      if ('mistake' in reading || !('text' in translation)) return;
      const statement = statementOf(reading.value);
      if ('mistake' in statement) throw new Error('a text, but no statement');
      const { statements, diagnostics } = parse(translation.text);
      assert.equal(diagnostics, [], translation.text);
      const [read, made] = [statements[0], statement.value].map(each => check(each, environment));
      assert.equal(
        read.diagnostics,
        made.diagnostics.map(each => ({ ...each, ...placeOf(read.diagnostics[0]) })),
        translation.text,
      );
      assert.equal(withoutPlaces(read.value), withoutPlaces(made.value), translation.text);
      for (const word of options.flat().filter(each => each.startsWith('-')))
        translated.set(word, (translated.get(word) ?? 0) + 1);
    }),
    { numRuns: 8_000, seed: 8 },
  );
  const never = [...new Set(OPTIONS.flat())].filter(word => word.startsWith('-') && !translated.has(word));
  assert.equal(never, [], 'each option has its words');
});

const placeOf = (diagnostic: object | undefined): object =>
  Object.fromEntries(
    Object.entries(diagnostic ?? {}).filter(([key]) => ['span', 'start', 'end', 'labels'].includes(key)),
  );

test('refuses words that conntrack(8) ignores, which were meant as conditions', () => {
  const refused = (line: string, executed = false): string | undefined => {
    const words = line.split(' ');
    const result = executed ? parseArgv(words, environment) : translateCommandLine(words, environment);
    return 'mistake' in result ? `${result.mistake.message}: ${result.mistake.more}` : undefined;
  };
  const meant = "unexpected word `dport': conntrack(8) ignores it; write --dport";
  assert.is(refused('-D -p tcp dport 22'), meant);
  assert.is(refused('-L -p tcp dport 22'), meant);
  assert.is(refused('-L -- x'), "unexpected word `x': conntrack(8) ignores it");
  // Letters after one that takes no argument there.
  assert.is(refused('-Lp udp --dport 22'), "unexpected word `p': conntrack(8) ignores it");
  assert.is(refused('-D -p tcp # {"id":1}'), undefined);
  // The program itself executes what conntrack(8) executes, but for changes of more entries than were meant.
  assert.is(refused('-D -p tcp dport 22', true), meant);
  assert.is(refused('-U -m 1 tcp', true), "unexpected word `tcp': conntrack(8) ignores it");
  assert.is(refused('-L -p tcp dport 22', true), undefined);
});

test('reports what is skipped', () => {
  const translation = translateCommandLine(['-L', '-u', 'ASSURED,SRC_NAT', '-a', '1'], environment);
  assert.ok('text' in translation);
  assert.is(translation.warnings.length, 2);
});

test('never throws', () => {
  const pieces = [
    '-L',
    '-D',
    '-p',
    'tcp',
    '-s',
    '1.1.1.1',
    '-n',
    '[',
    '/',
    '-u',
    '!',
    ',',
    '--',
    '-',
    '--=',
    '=',
    '',
    '\u0000',
    '-m',
    '0x',
    '--sport',
    '99999999999999999999',
  ];
  for (let seed = 0; seed < 5000; seed++) {
    const words = Array.from(
      { length: 1 + (seed % 7) },
      (_, at) => pieces[(seed * 31 + at * 17 + (seed >> 3) * (at + 1)) % pieces.length],
    );
    const translation = translateCommandLine(words, environment);
    assert.ok('text' in translation || translation.mistake.message !== '');
  }
});

test.run();
property.run();
