/** Entries in the files of other programs: what syslog, grep, nl, mail and terminals add, and what vendors write. */
import { utimesSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { CtqError } from '../../../src/engine/errors.js';
import { STATUS_FLAGS } from '../../../src/lang/schema/constants.js';
import { formatAddress } from '../../../src/lang/values/address.js';
import { file, NOW, readPath, readText } from '../../kit/snapshot.js';

const test = suite('decorated lines');

const TCP =
  'tcp      6 431999 ESTABLISHED src=192.0.2.1 dst=198.51.100.1 sport=1024 dport=443 src=198.51.100.1 dst=192.0.2.1 sport=443 dport=1024 [ASSURED] mark=0 use=1';
const UDP =
  'udp      17 20 src=192.0.2.2 dst=198.51.100.2 sport=1025 dport=53 [UNREPLIED] src=198.51.100.2 dst=192.0.2.2 sport=53 dport=1025 mark=0 use=1';
const EXPECT =
  '299 proto=6 src=192.0.2.1 dst=10.1.0.1 sport=0 dport=30001 mask-src=255.255.255.0 mask-dst=255.255.255.255 sport=0 dport=65535 master-src=10.1.0.1 master-dst=192.0.2.1 sport=2122 dport=21 class=0 helper=ftp';
const SAVE = '-A -t 9 -s 10.0.0.1 -d 10.0.0.2 -p udp --sport 1 --dport 2';

const bytes = async (text: string): Promise<string[]> =>
  (await readText(text)).views.map(view => Buffer.from(view.copy()).toString('hex'));

const PREFIXES: readonly [string, string | undefined][] = [
  ['> ', "lines begin with '> '"],
  ['>> ', "lines begin with '>> '"],
  ['14:', "lines begin with '14:'"],
  ['    12\t', "lines begin with '    12 '"],
  ['dump.txt:14:', "lines begin with 'dump.txt:14:'"],
  ['Nov 28 14:03:00 gw conntrack[812]: ', 'but for the time of events'],
  ['<30>Nov 28 14:03:00 gw conntrack[812]: ', 'but for the time of events'],
  ['<30>1 2026-11-28T14:03:00.123456+01:00 gw conntrack 12 - - ', 'but for the time of events'],
  ['2026-11-28T14:03:00+0100 gw conntrack[812]: ', 'but for the time of events'],
  ['Sat 2026-11-28 14:03:00 UTC gw conntrack[812]: ', 'but for the time of events'],
  ['1795874580.123456 gw conntrack[812]: ', 'but for the time of events'],
  ['conntrack-1  | ', "lines begin with 'conntrack-1  | '"],
  ['2026-11-28T14:03:00.123456789Z ', 'but for the time of events'],
  ['│ ', 'lines begin with'],
];

test('what other programs write before an entry is ignored, with one note', async () => {
  for (const [entry, more] of [
    [TCP, UDP],
    [EXPECT, EXPECT],
    [SAVE, SAVE],
  ]) {
    const plain = await bytes(`${entry}\n${more}\n`);
    assert.is(plain.length, 2);
    for (const [prefix, note] of PREFIXES) {
      const text = `${prefix}${entry}\n${prefix}${more}\n`;
      const { views, warnings } = await readText(text);
      assert.equal(
        views.map(view => Buffer.from(view.copy()).toString('hex')),
        plain,
        text,
      );
      assert.is(warnings.length, 1, warnings.join('\n'));
      assert.ok(warnings[0].includes(note!), `${warnings[0]} says ${note}`);
    }
  }
});

test('nl and grep in one file', async () => {
  const { views, warnings } = await readText(`    12\t${UDP}\n14:${UDP}\n   113\t${TCP}\n${TCP}\n`);
  assert.is(views.length, 4);
  assert.is(warnings.length, 2);
});

test('colours, lines of Windows, quotes and tabs', async () => {
  const plain = await bytes(`${TCP}\n${UDP}\n`);
  for (const text of [
    `\u001b[32m${TCP}\u001b[0m\r\n${UDP}\r\n`,
    `${TCP.replace('192.0.2.1', '\u001b[01;31m\u001b[K192.0.2.1\u001b[m\u001b[K')}\n${UDP}\n`,
    `"${TCP}"\n'${UDP}'\n`,
    `${TCP.replaceAll(/ +/g, '\t')}\t\n${UDP}   \n`,
  ]) {
    const { views, warnings } = await readText(text);
    assert.equal(
      views.map(view => Buffer.from(view.copy()).toString('hex')),
      plain,
      text,
    );
    for (const warning of warnings) assert.match(warning, /lines begin with/);
  }
  // Colours in pieces of any size.
  assert.equal((await readText(`\u001b[32m${TCP}\u001b[0m\n`, 3)).views.length, 1);
});

test('prompts, commands and counts around the entries', async () => {
  const { views, warnings } = await readText(
    [
      'root@gw:~# conntrack -L',
      TCP,
      '[root@gw ~]# sudo conntrack -L -o extended',
      'conntrack v1.4.7 (conntrack-tools): 2 flow entries have been shown.',
      '$ cat /proc/net/nf_conntrack',
      '-- Boot 0123456789abcdef --',
      UDP,
      '--',
      'user@gw:~$ ',
    ].join('\n'),
  );
  assert.is(views.length, 2);
  assert.equal(warnings, []);
  const logged = await readText(
    `Nov 28 14:03:00 gw x[1]: ${TCP}\nNov 28 14:03:00 gw x[1]: conntrack v1.4.7 (conntrack-tools): 1 flow entries have been shown.\n`,
  );
  assert.is(logged.views.length, 1);
  assert.is(logged.warnings.length, 1);
});

test("conntrack(8)'s count within an entry, as 2>&1 puts it there", async () => {
  const COUNT = 'conntrack v1.4.7 (conntrack-tools): 3 flow entries have been shown.\n';
  const events = `[1795518464.201259]\t    [NEW] ${UDP.replace(' mark=0 use=1', '')}`;
  for (const [first, entry] of [
    [UDP, TCP],
    [EXPECT, EXPECT],
    [SAVE, SAVE],
    [`ipv4     2 ${UDP}`, `ipv4     2 ${TCP}`],
    [events, events],
  ]) {
    const whole = await bytes(`${first}\n${entry}\n${first}\n`);
    assert.is(whole.length, 3);
    for (let at = 0; at < entry.length; at++) {
      const text = `${first}\n${entry.slice(0, at)}${COUNT}${entry.slice(at)}\n${first}\n`;
      const { views, warnings } = await readText(text, at % 2 === 0 ? 7 : undefined);
      assert.equal(
        views.map(view => Buffer.from(view.copy()).toString('hex')),
        whole,
        text,
      );
      if (entry.slice(0, at).trim() === '') assert.equal(warnings, []);
      else assert.match(warnings.join('\n'), /^[^\n]*count is in the middle of an entry: its parts are joined$/, text);
    }
  }
  // After an entry, and at the end of a file that ends within one.
  assert.is((await readText(`${TCP} ${COUNT}${UDP}\n`)).views.length, 2);
  const cut = await readText(`${UDP}\n${TCP.slice(0, 60)}${COUNT}`);
  assert.is(cut.views.length, 1);
  assert.match(cut.warnings.join('\n'), /skipped/);
});

test('seconds and milliseconds of the epoch, in brackets or not', async () => {
  for (const [prefix, time] of [
    ['1764547202 ', 1_764_547_202_000_000_000n],
    ['[1764547202]\t', 1_764_547_202_000_000_000n],
    ['1764547202123 ', 1_764_547_202_123_000_000n],
    ['[1764547202123456]: ', 1_764_547_202_123_456_000n],
    ['"1764547202",', 1_764_547_202_000_000_000n],
    ['14 1764547202 ', -1n],
    ['17645472021 ', -1n],
    ['host-1764547202: ', -1n],
  ] as const) {
    const { views } = await readText(`${prefix}${NEW}\n${prefix}${END}\n`);
    assert.equal(
      views.map(view => BigInt(view.eventTime)),
      [time, time],
      prefix,
    );
  }
});

test('quoted-printable, and no-break spaces in UTF-8 and Latin-1', async () => {
  const lines = `${TCP}\n${UDP}\n${TCP}\n`;
  const plain = await bytes(lines);
  const quoted = lines
    .replaceAll('=', '=3D')
    .split('\n')
    .map(line => line.replace(/.{70}(?=.)(?<!=|=.)/g, '$&=\n'))
    .join('\n');
  assert.match(quoted, /=\n/);
  const spaced = (space: string): Buffer => Buffer.from(lines.replaceAll(' ', space), 'latin1');
  for (const [text, note] of [
    [Buffer.from(quoted), 'quoted-printable'],
    [Buffer.from(quoted.replaceAll('\n', '\r\n')), 'quoted-printable'],
    [spaced('\xc2\xa0'), 'no-break spaces'],
    [spaced('\xa0'), 'no-break spaces'],
    [Buffer.from(lines.replaceAll('  ', '\xc2\xa0 ').replaceAll(' dst', '\xa0dst'), 'latin1'), 'no-break spaces'],
  ] as const)
    for (const size of [undefined, 1, 7, 100]) {
      const { views, warnings } = await readText(text, size);
      assert.equal(
        views.map(view => Buffer.from(view.copy()).toString('hex')),
        plain,
        `${size} ${text.toString('latin1')}`,
      );
      assert.is(warnings.length, 1, warnings.join('\n'));
      assert.match(warnings[0], note);
    }
});

const NEW =
  '    [NEW] udp      17 30 src=192.0.2.1 dst=198.51.100.9 sport=5 dport=53 [UNREPLIED] src=198.51.100.9 dst=203.0.113.1 sport=53 dport=61000';
const END =
  '[DESTROY] udp      17 src=192.0.2.1 dst=198.51.100.9 sport=5 dport=53 src=198.51.100.9 dst=203.0.113.1 sport=53 dport=61000';

test('events have the time of the log where they have none of their own', async () => {
  const local = (...parts: [number, number, number, number, number, number]): bigint =>
    BigInt(new Date(...parts).getTime()) * 1_000_000n;
  const written = new Date(2026, 10, 29).getTime() / 1000;
  const cases: readonly [string, bigint][] = [
    ['Nov 28 14:03:00 gw conntrack[812]: ', local(2026, 10, 28, 14, 3, 0)],
    ['Nov  8 14:03:00.5 gw conntrack[812]: ', local(2026, 10, 8, 14, 3, 0) + 500_000_000n],
    // Not after the file was written: of the year before.
    ['Dec 31 23:59:59 gw conntrack[812]: ', local(2025, 11, 31, 23, 59, 59)],
    ['Sun Nov 28 14:03:00 2027 gw: ', local(2027, 10, 28, 14, 3, 0)],
    ['<30>1 2026-11-28T14:03:00.123456+01:00 gw conntrack 812 - - ', 1_795_870_980_123_456_000n],
    ['2026-11-28T14:03:00Z gw conntrack[812]: ', 1_795_874_580_000_000_000n],
    ['2026-11-28 14:03:00,25 ', local(2026, 10, 28, 14, 3, 0) + 250_000_000n],
    ['1795874580.000001 gw conntrack[812]: ', 1_795_874_580_000_001_000n],
    // The event's own time is the better one.
    ['Nov 28 14:03:00 gw conntrack[812]: [1795874579.000001]\t', 1_795_874_579_000_001_000n],
  ];
  for (const [prefix, time] of cases) {
    const path = file(`${prefix}${NEW}\n${prefix}${END}\n`);
    utimesSync(path, written, written);
    const { views } = await readPath(path);
    assert.equal(
      views.map(view => [view.event, BigInt(view.eventTime)]),
      [
        ['new', time],
        ['destroy', time],
      ],
      prefix,
    );
  }
  const kernel = await readText(
    `${NEW} [start=Tue Nov 24 09:27:23 2026]\n${END} [start=Tue Nov 24 09:27:23 2026] [stop=Tue Nov 24 09:27:25 2026]\n`,
  );
  assert.equal(
    kernel.views.map(view => BigInt(view.eventTime)),
    [local(2026, 10, 24, 9, 27, 23), local(2026, 10, 24, 9, 27, 25)],
  );
  const listed = await readText(`Nov 28 14:03:00 gw x: ${TCP}\n`);
  assert.is(listed.views[0].eventTime, -1, 'what is no event has no time of one');
});

test('words of vendors do not cost an entry', async () => {
  for (const line of [
    // Keenetic, MediaTek, Broadcom, and what looks like RouterOS.
    'ipv4     2 tcp      6 1191 ESTABLISHED src=192.0.2.11 dst=198.51.100.10 sport=40000 dport=443 packets=10 bytes=1000 src=198.51.100.10 dst=203.0.113.1 sport=443 dport=40000 packets=9 bytes=900 [ASSURED] [FASTNAT] mark=0 mac=00:00:5e:00:53:01 slan attrs= use=2',
    'ipv4     2 tcp      6 1191 ESTABLISHED src=192.0.2.11 dst=198.51.100.10 sport=40000 dport=443 src=198.51.100.10 dst=203.0.113.1 sport=443 dport=40000 [HWNAT] [ASSURED] mark=0 nomac no_if foe_state=1 use=2',
    'tcp      6 1191 ESTABLISHED src=192.0.2.11 dst=198.51.100.10 sport=40000 dport=443 src=198.51.100.10 dst=203.0.113.1 sport=443 dport=40000 [ASSURED] blog keys=0x00000001:ffffffff tunnel iqprio=0 swaccel=1 mark=0x0 use=2',
    'tcp      6 1191 SOMETHING src=192.0.2.11 dst=198.51.100.10 sport=40000 dport=443 src=198.51.100.10 dst=203.0.113.1 sport=443 dport=40000 [ASSURED] orig-rate=5kbps connection-type=pptp tcp-state=established',
    'tcp      6 ESTABLISHED src=192.0.2.11 dst=198.51.100.10 sport=40000 dport=443 src=198.51.100.10 dst=203.0.113.1 sport=443 dport=40000 [ASSURED] mark=0 [active since 5s]',
  ]) {
    const { views, warnings } = await readText(`${line}\n${line}\n`);
    assert.is(views.length, 2, line);
    assert.is(formatAddress(views[1].orig.srcAddress()!), '192.0.2.11');
    assert.is(views[1].status & STATUS_FLAGS.ASSURED, STATUS_FLAGS.ASSURED);
    assert.is(warnings.length, 1, warnings.join('\n'));
    assert.match(warnings[0], /unknown words are ignored: /);
  }
  const many = await readText(`${Array.from({ length: 50 }, (_, i) => `${TCP} word${i}=1`).join('\n')}\n`);
  assert.is(many.views.length, 50);
  assert.equal(many.warnings.length, 1);
  assert.match(many.warnings[0], /word0=, .*word9= and others$/);
});

test('expectations of conntrackd have no timeout', async () => {
  const { views, table, warnings } = await readText(
    `${EXPECT.replace('299 ', '').replace(' class=0 helper=ftp', '')} [active since 5s]\n`,
  );
  assert.is(table, 'expect');
  assert.is(views.length, 1);
  assert.is(views[0].timeout, -1);
  assert.equal(warnings, ['standard input: unknown words are ignored: [active since …]']);
});

test('why the first line is in no format', async () => {
  for (const [line, reason] of [
    [UDP.replace(/ \[UNREPLIED\].*/, ''), /as a line of conntrack\(8\): the reply direction is missing/],
    [TCP.replace('dport=443', 'dport=x'), /as a line of conntrack\(8\): invalid number 'x'/],
    ['-A -t 9 -s 10.0.0.1 -d 10.0.0.2', /as a line of conntrack -o save: the protocol \(-p\) is missing/],
    ['Nov 28 14:03:00 gw x: tcp 6 src=10.0.0.1', /as a line of conntrack\(8\): the original addresses are missing/],
    [
      'udp,orig=(src=192.0.2.1,dst=192.0.2.2,sport=1,dport=2)',
      /as a line of Open vSwitch's .*: the reply addresses are missing/,
    ],
  ] as const) {
    try {
      await readText(`${line}\n`);
      assert.unreachable(line);
    } catch (error) {
      assert.instance(error, CtqError);
      assert.match((error as CtqError).message, reason);
      assert.match((error as CtqError).message, /is in no known format; it begins with '/);
    }
  }
});

test('dates that do not exist are no times; February 29 is that of the last leap year', async () => {
  const flow =
    '[NEW] tcp 6 120 SYN_SENT src=10.0.0.1 dst=10.0.0.2 sport=1 dport=2 [UNREPLIED] src=10.0.0.2 dst=10.0.0.1 sport=2 dport=1\n';
  const timesOf = async (date: string): Promise<bigint[]> => {
    // A file, which has a time.
    const path = file(`${date} 10:00:00 gw conntrack: ${flow}`);
    utimesSync(path, Number(NOW / 1_000_000_000n), Number(NOW / 1_000_000_000n));
    return (await readPath(path)).views.map(view => BigInt(view.eventTime));
  };
  const ns = (time: string): bigint => BigInt(Date.parse(time)) * 1_000_000n;
  assert.equal(await timesOf('Feb 29'), [ns('2024-02-29T10:00:00Z')]);
  assert.equal(await timesOf('Nov 23'), [ns('2026-11-23T10:00:00Z')]);
  assert.equal(await timesOf('Dec 31'), [ns('2025-12-31T10:00:00Z')]);
  for (const date of ['Feb 30', 'Nov 31', '2026-02-29']) assert.equal(await timesOf(date), [-1n], date);
});

test('quotes around an entry, and what follows in the line', async () => {
  const NEW = TCP.replace('ESTABLISHED', 'SYN_SENT').replace(' mark=0 use=1', '');
  const EVENTS = [
    `    [NEW] ${UDP.replace(' mark=0 use=1', '')}`,
    ` [UPDATE] ${NEW}`,
    `[DESTROY] ${NEW.replace(' 431999 SYN_SENT', '')}`,
  ];
  const { views: plain } = await readText(EVENTS.map(line => `${line}\n`).join(''));
  assert.equal(
    plain.map(view => [view.event, (view.status & STATUS_FLAGS.ASSURED) !== 0]),
    [
      ['new', false],
      ['update', true],
      ['destroy', true],
    ],
  );
  const WAYS: readonly [(line: string) => string, readonly string[]][] = [
    [line => `time="2026-11-28T14:03:00Z" level=info msg="${line}"`, ['but for the time of events']],
    [line => `time="2026-11-28T14:03:00Z" msg="${line}" pid=12`, ['what follows', 'but for the time of events']],
    [line => `'${line}',`, [`lines begin with ''`]],
    [line => `  "${line}",`, ['lines begin with']],
    [line => `["${line}"]`, ['lines begin with']],
    [line => `"${line}","gw1"`, ['what follows', 'lines begin with']],
    [line => `'x\\t${line}'`, ['lines begin with']],
    [line => `${line},`, [`lines end with ',', ignored`]],
    [line => `${line};`, [`lines end with ';', ignored`]],
  ];
  for (const [way, notes] of WAYS) {
    const { views, warnings } = await readText(EVENTS.map(line => `${way(line)}\n`).join(''));
    const values = (of: typeof views): unknown[] =>
      of.map(view => [view.event, view.status, view.orig.proto, view.orig.sport]);
    assert.equal(values(views), values(plain), way('…'));
    assert.is(warnings.length, notes.length, warnings.join('\n'));
    for (const [i, note] of notes.entries()) assert.ok(warnings[i].includes(note), `${warnings[i]} says ${note}`);
  }
});

test('quotes around commands, which may have some of their own', async () => {
  const entries = [SAVE, `${SAVE} # {"id":7,"use":1}`];
  const plain = await bytes(entries.map(line => `${line}\n`).join(''));
  for (const quote of [`'`, '"'])
    for (const end of ['', ','])
      assert.equal(
        await bytes(entries.map(line => `${quote}${line}${quote}${end}\n`).join('')),
        plain,
        `${quote}${end}`,
      );
  assert.equal(await bytes(entries.map(line => `${line},\n`).join('')), plain);
});

test('line ends of old Macs', async () => {
  const plain = await bytes(`${TCP}\n${UDP}\n${TCP}\n`);
  const { views, warnings } = await readText(`${TCP}\r${UDP}\r${TCP}\r`);
  assert.equal(
    views.map(view => Buffer.from(view.copy()).toString('hex')),
    plain,
  );
  assert.equal(warnings, ['standard input: lines end with carriage returns alone']);
  for (const size of [1, 7, 100]) assert.is((await readText(`${TCP}\r${UDP}\r${TCP}\r`, size)).views.length, 3);
});

test.run();
