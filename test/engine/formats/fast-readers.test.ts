/** The readers of bytes make of every line the message that the readers of text make of it, or leave it to them. */
import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { usualLine } from '../../../src/engine/formats/lines/fast-reader.js';
import { readLine } from '../../../src/engine/formats/lines/line.js';
import { Entries } from '../../../src/engine/formats/reading/entries.js';
import { Unreadable } from '../../../src/engine/formats/reading/parse-error.js';
import { Complaints } from '../../../src/engine/formats/reading/parse-report.js';
import { usualSave } from '../../../src/engine/formats/save/fast-reader.js';
import { readSave } from '../../../src/engine/formats/save/reader.js';

const test = suite('usual lines');

const LABELS: Readonly<Record<string, number>> = { one: 0, five: 5 };
const newEntries = (): Entries =>
  new Entries({ labelBit: name => LABELS[name], taken: 1_795_521_600_000_000_000n }, new Complaints('x', () => {}));

const FORMATS = {
  save: { usual: usualSave, text: readSave },
  lines: { usual: usualLine, text: readLine },
};
type Format = keyof typeof FORMATS;

const hex = (entries: Entries): string =>
  entries
    .take(true)
    .map(({ bytes }) => Buffer.from(bytes).toString('hex'))
    .join('');

/** What the reader of texts makes of a line; undefined where it is none. */
function asText(format: Format, line: string): string | undefined {
  const entries = newEntries();
  try {
    FORMATS[format].text(line, entries);
    return hex(entries);
  } catch (error) {
    if (error instanceof Unreadable) return undefined;
    throw error;
  }
}

const readers = new Map<Format, { entries: Entries; read: ReturnType<typeof usualSave> }>();

/** What the reader of bytes makes of it; undefined where it leaves it. One reader reads all: nothing of a line may stay. */
function asBytes(format: Format, line: string): string | undefined {
  let reader = readers.get(format);
  if (reader === undefined) {
    const entries = newEntries();
    reader = { entries, read: FORMATS[format].usual(entries) };
    readers.set(format, reader);
  }
  // Lines stand inside of a piece.
  const bytes = Buffer.from(`0 #{${line}\n0 7`, 'latin1');
  const isRead = reader.read(bytes, 4, bytes.length - 4);
  const made = hex(reader.entries);
  if (!isRead) assert.is(made, '', 'nothing of a line that is left');
  return isRead ? made : undefined;
}

function same(format: Format, line: string): boolean {
  const bytes = asBytes(format, line);
  if (bytes === undefined) return false;
  if (bytes !== asText(format, line)) throw new Error(`${line}\nbytes: ${bytes}\ntext:  ${asText(format, line)}`);
  return true;
}

const SAVE = [
  '-A -t 3599 -u SEEN_REPLY -s 10.0.1.162 -d 192.0.2.80 -r 192.0.2.80 -q 10.0.1.162 -p udp --sport 1109 --dport 443 --reply-port-src 443 --reply-port-dst 1109',
  '-A -t 3599 -u SEEN_REPLY,ASSURED -s 10.0.1.149 -d 192.0.2.80 -r 192.0.2.80 -q 10.0.1.149 -p tcp --sport 1124 --dport 443 --reply-port-src 443 --reply-port-dst 1124 --state ESTABLISHED',
  '-A -t 3591 -u UNSET -m 4294967295 -w 7 -s fd00::1 -d 2001:db8::192 -r 2001:db8::192 -q fd00::1 -p tcp --sport 1 --dport 2 --reply-port-src 2 --reply-port-dst 1 --state SYN_SENT # {"id":2758104123,"use":1,"tcp":{"orig":{"wscale":7,"flags":["SACK_PERM","0x40"]},"reply":{"wscale":0,"flags":[]}},"synproxy":{"isn":0,"its":4294967295,"tsoff":0}}',
  '-A -t 5 -u SEEN_REPLY -m 0 -s 10.0.0.1 -d 10.0.0.2 -r 10.0.0.2 -q 10.0.0.1 -p icmp --icmp-type 8 --icmp-code 0 --icmp-id 77 # {"orig":{"packets":10,"bytes":123456789012345},"reply":{"packets":0,"bytes":0},"id":1,"start":"2026-11-24T11:07:43.745065956Z","use":1}',
  '-I -t 5 -s fd00::1 -d fd00::2 -p icmpv6 --icmpv6-type 128 --icmpv6-code 0 --icmpv6-id 9',
  '-A -t 9 -s 10.0.0.1 -d 192.0.2.1 -r 192.0.2.1 -q 10.0.0.1 -p udp --sport 5 --dport 53 --reply-port-src 53 --reply-port-dst 5 -n 198.51.100.7:61000 -g 10.9.9.9:54',
  '-A -t 9 -s 10.0.0.1 -d 192.0.2.1 -p udp --sport 5 --dport 53 -g 10.9.9.9 -n 198.51.100.7 --reply-port-src 54 --reply-port-dst 61000',
  '-A -t 9 -f ipv6 -s fd00::1 -d fd00::2 -p tcp --sport 5 --dport 53 -n [fd00::9]:7 -g fd00::3',
  '-A -t 9 -s 10.0.0.1 -d 192.0.2.1 -p gre --srckey 1 --dstkey 2 --reply-key-src 2 --reply-key-dst 1 # {"helper":"pptp","labels":["one","five"],"secctx":"a:b","secmark":9}',
  '-A -t 9 --orig-zone 4 -s 10.0.0.1 -d 192.0.2.1 -p 50 # {"seqadj":{"orig":{"pos":1,"before":2,"after":3},"reply":{"pos":4,"before":5,"after":6}}}',
  '-A -t 9 --reply-zone 4 -w 0 -l one,5 -u SEEN_REPLY,CONFIRMED -s 10.0.0.1 -d 192.0.2.1 -p udplite --sport 1 --dport 2',
];

const LINES = [
  'ipv4     2 udp      17 3597 src=10.0.1.162 dst=192.0.2.80 sport=1109 dport=443 src=192.0.2.80 dst=10.0.1.162 sport=443 dport=1109 mark=0 use=1',
  'ipv4     2 tcp      6 3597 ESTABLISHED src=10.0.1.149 dst=192.0.2.80 sport=1124 dport=443 packets=3 bytes=99 src=192.0.2.80 dst=10.0.1.149 sport=443 dport=1124 packets=4 bytes=100 [ASSURED] mark=4294967295 secctx=a:b:c zone=3 use=1 id=4294967295',
  'tcp      6 117 SYN_SENT src=10.0.0.1 dst=10.0.0.2 sport=1 dport=2 [UNREPLIED] src=10.0.0.2 dst=10.0.0.1 sport=2 dport=1 mark=0 helper=ftp use=1',
  'ipv6     10 tcp      6 [OFFLOAD] src=fd00::1 dst=fd00::2 sport=1 dport=2 src=fd00::2 dst=fd00::1 sport=2 dport=1 use=1',
  'ipv6     10 udp      17 30 src=fd00::1 dst=fd00::2 sport=1 dport=2 zone-orig=4 src=fd00::2 dst=fd00::9 sport=2 dport=7 [HW_OFFLOAD] secmark=12 use=1',
  'ipv4     2 icmp     1 29 src=10.0.0.1 dst=10.0.0.2 type=8 code=0 id=5 src=10.0.0.2 dst=10.0.0.1 type=0 code=0 id=5 mark=0 use=1 id=88',
  'ipv4     2 gre      47 29 src=10.0.0.1 dst=10.0.0.2 srckey=1 dstkey=2 src=10.0.0.2 dst=10.0.0.1 srckey=2 dstkey=1 mark=0 zone-reply=9 use=1',
  'ipv4     2 unknown  50 599 src=10.0.0.1 dst=10.0.0.2 src=10.0.0.2 dst=10.0.0.1 mark=0 use=1',
];

test('usual lines are read as bytes, and are the same message', () => {
  for (const line of SAVE) assert.ok(same('save', line), line);
  // One has no timeout.
  for (const line of LINES) assert.is(same('lines', line), !line.includes('6 [OFFLOAD]'), line);
});

test('a word may be as long as an attribute', () => {
  const context = 'c'.repeat(60_000);
  const whole = same('lines', LINES[0].replace('use=1', `secctx=${context} use=1`));
  assert.ok(whole);
});

test('other lines are left', () => {
  const left: readonly (readonly [Format, string])[] = [
    ['save', '-D -s 10.0.0.1 -d 10.0.0.2 -p udp --sport 1 --dport 2'],
    ['save', '-I expect -s 10.0.0.1 -d 10.0.0.2 -p udp --sport 1 --dport 2'],
    ['save', '-A -t 9 -s 10.0.0.1 -d 10.0.0.2 -p udp --sport 1'],
    ['save', '-A -t 9 -s 10.0.0.1 -d fd00::2 -p udp --sport 1 --dport 2'],
    ['save', '-A -t 9 -s 10.0.0.1 -d 10.0.0.2 -p sctp --sport 1 --dport 2 --state CLOSED'],
    ['save', '-A -t 9 -s 10.0.0.1 -d 10.0.0.2 -p udp --sport 1 --dport 2 # {"status":["EXPECTED"]}'],
    ['save', '-A -t 9 -s 10.0.0.1 -d 10.0.0.2 -p udp --sport 1 --dport 2 # {"id":01}'],
    ['save', '-A -t 9 -s 10.0.0.1 -d 10.0.0.2 -p udp --sport 1 --dport 2 # {"id":1'],
    ['save', '-A -t 9 -l "one" -s 10.0.0.1 -d 10.0.0.2 -p udp --sport 1 --dport 2'],
    [
      'lines',
      '    [NEW] udp      17 30 src=10.0.0.1 dst=10.0.0.2 sport=1 dport=2 [UNREPLIED] src=10.0.0.2 dst=10.0.0.1',
    ],
    ['lines', '299 proto=6 src=10.0.0.1 dst=10.0.0.2 sport=0 dport=1'],
  ];
  for (const [format, line] of left) assert.not.ok(same(format, line), line);
});

test('what is changed at random is the same, or left', () => {
  const change = fc.record({
    index: fc.nat(),
    at: fc.nat(),
    drop: fc.nat({ max: 12 }),
    put: fc.oneof(
      fc.constantFrom('', ' ', '0', '-', ':', '.', '"', '{', '}', '[', ']', '=', ',', '#', '::', '\t', '\x80'),
      fc.constantFrom(
        '99999',
        '4294967296',
        '10.0.0.300',
        '08',
        '-p tcp',
        'src=',
        '"id":5,',
        'UNSET',
        'ESTABLISHED',
        ' # {',
      ),
    ),
  });
  const changed = (
    lines: readonly string[],
    { index, at, drop, put }: { index: number; at: number; drop: number; put: string },
  ) => {
    const line = lines[index % lines.length];
    const begin = at % line.length;
    return line.slice(0, begin) + put + line.slice(begin + drop);
  };
  fc.assert(
    fc.property(change, how => {
      same('save', changed(SAVE, how));
      same('lines', changed(LINES, how));
    }),
    { numRuns: 4000 },
  );
});

test('whole words exchanged between lines', () => {
  const words = (lines: readonly string[]): string[] => [...new Set(lines.flatMap(line => line.split(' ')))];
  for (const [format, lines] of [
    ['save', SAVE],
    ['lines', LINES],
  ] as const) {
    const some = fc.constantFrom(...words(lines));
    fc.assert(
      fc.property(fc.nat(), fc.nat(), some, (index, place, word) => {
        const parts = lines[index % lines.length].split(' ');
        parts[place % parts.length] = word;
        same(format, parts.join(' '));
      }),
      { numRuns: 3000 },
    );
  }
});

test.run();
