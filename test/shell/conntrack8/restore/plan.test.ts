/** Files of command lines: the reader of usual lines and the parser make the same requests. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Writer } from '../../../../src/engine/ctnetlink/codec/writer.js';
import type { Source } from '../../../../src/engine/sources/source.js';
import { parseArgv } from '../../../../src/shell/conntrack8/argv/parse-argv.js';
import { NewFlowReader } from '../../../../src/shell/conntrack8/restore/new-flow-reader.js';
import { planOf, type Step } from '../../../../src/shell/conntrack8/restore/plan.js';
import { splitLine } from '../../../../src/shell/conntrack8/restore/split-line.js';

const test = suite('files of command lines');

const LABELS: Readonly<Record<string, number>> = { five: 5, six: 6, last: 127 };
const lookups = { labelBit: (name: string) => LABELS[name] };
const encoder = new TextEncoder();

/** Numbers that look random and are the same each time. */
let seed = 1;
const random = (below: number): number => {
  seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
  return (seed >>> 8) % below;
};
const pick = <T>(items: readonly T[]): T => items[random(items.length)];

const v4 = (): string => pick(['10.0.0.1', '255.255.255.255', '0.0.0.0', `10.${random(256)}.${random(256)}.7`]);
const v6 = (): string =>
  pick([
    '::',
    '::1',
    'fe80::',
    '2001:db8::1',
    '1:2:3:4:5:6:7:8',
    'FFFF:0:0:1::2:0',
    `2001:db8::${random(65536).toString(16)}:0:9`,
  ]);
const port = (): number => pick([0, 1, 80, 65535, random(65536)]);
const status = (): string => pick(['UNSET', 'SEEN_REPLY', 'SEEN_REPLY,ASSURED', 'assured', 'FIXED_TIMEOUT,ASSURED']);
const seconds = (): number => pick([1, 4294967295, random(100000)]);
const mark = (): string => pick(['0', '4294967295', '0x1f', '0xFFFFFFFF', '-1', '017', String(random(1000))]);

const ends = (address: () => string, inverse: boolean): string => {
  const [src, dst] = [address(), address()];
  return `-s ${src} -d ${dst} -r ${inverse ? dst : address()} -q ${inverse ? src : address()}`;
};
const ports = (): string => {
  const [src, dst] = [port(), port()];
  return `--sport ${src} --dport ${dst} --reply-port-src ${dst} --reply-port-dst ${pick([src, port()])}`;
};
const key = (): string => pick(['5', '0x10', '65535', String(random(65536))]);
const flags = (): string => pick(['["SACK_PERM"]', '["WINDOW_SCALE","SACK_PERM"]', '[]', '["BE_LIBERAL","0x20"]']);
const object = (): string =>
  `{"id":${random(1 << 30)},"use":1,"orig":{"packets":${random(99)},"bytes":123456789012345},"start":"2026-11-24T10:00:0${random(10)}Z",` +
  `"tcp":{"orig":{"wscale":${random(15)},"flags":${flags()}},"reply":{"wscale":${random(15)},"flags":${flags()}}},` +
  `"synproxy":{"isn":0,"its":0,"tsoff":0}}`;

/** What save lines are like: each makes lines of one form. */
const KINDS: Readonly<Record<string, () => string>> = {
  'tcp, plain': () =>
    `-A -t ${seconds()} -u ${status()} -m ${mark()} ${ends(v4, true)} -p tcp ${ports()} --state ${pick(['ESTABLISHED', 'LISTEN', 'SYN_SENT2', 'CLOSE'])}`,
  'without a reply': () => `-I -t ${seconds()} -s ${v4()} -d ${v4()} -p udp --sport ${port()} --dport ${port()}`,
  'long names': () =>
    `-I --timeout ${seconds()} --src ${v4()} --orig-dst ${v4()} --proto udp --orig-port-src ${port()} --dport ${port()}`,
  'no reply ports, IPv6': () =>
    `-A -t ${seconds()} -s ${v6()} -d ${v6()} -p udplite --sport ${port()} --dport ${port()}`,
  zone: () => `-A -t ${seconds()} -w ${1 + random(65535)} ${ends(v4, false)} -p udp ${ports()}`,
  'zones of one direction': () =>
    `-A -t ${seconds()} --orig-zone ${1 + random(65535)} ${ends(v6, false)} -p udp ${ports()}`,
  'reply zone': () => `-A -t ${seconds()} --reply-zone ${1 + random(65535)} ${ends(v6, true)} -p udp ${ports()}`,
  IPv6: () =>
    `-A -t ${seconds()} -u ${status()} ${ends(v6, random(2) === 0)} -p tcp ${ports()} --state ${pick(['ESTABLISHED', 'NONE'])}`,
  'source NAT': () => `-A -t ${seconds()} ${ends(v4, true)} -p udp ${ports()} -n ${v4()}:${port()}`,
  'NAT of both, without ports': () => `-A -t ${seconds()} ${ends(v4, true)} -p udp ${ports()} -n ${v4()} -g ${v4()}`,
  'destination NAT, as conntrack(8) saves it': () =>
    `-A -t ${seconds()} -u ${status()} -s ${v4()} -d ${v4()} -g ${v4()} -q ${v4()} -p udp ${ports()}`,
  'source NAT, as conntrack(8) saves it': () =>
    `-A -t ${seconds()} -u ${status()} -s ${v6()} -d ${v6()} -r ${v6()} -n ${v6()} -p tcp ${ports()} --state CLOSE`,
  'NAT of both, as conntrack(8) saves it': () =>
    `-A -t ${seconds()} -u ${status()} -s ${v4()} -d ${v4()} -g ${v4()} -n ${v4()} -p udp ${ports()}`,
  'NAT without ports, as conntrack(8) saves it': () =>
    `-A -t ${seconds()} -u ${status()} -s ${v4()} -d ${v4()} -g ${v4()} -n ${v4()} -p 50`,
  'ICMP, translated, as conntrack(8) saves it': () =>
    `-A -t ${seconds()} -s ${v4()} -d ${v4()} -r ${v4()} -n ${v4()} -p icmp --icmp-type 8 --icmp-code 0 --icmp-id ${port()}`,
  'destination NAT, IPv6': () =>
    `-A -t ${seconds()} ${ends(v6, true)} -p tcp ${ports()} --state CLOSE -g [${v6()}]:${port()}`,
  'destination NAT, IPv6, no port': () =>
    `-A -t ${seconds()} ${ends(v6, true)} -p tcp ${ports()} --state CLOSE -g ${v6()}`,
  sctp: () =>
    `-A -t ${seconds()} ${ends(v4, true)} -p sctp ${ports()} --state ${pick(['CLOSED', 'ESTABLISHED'])} --orig-vtag ${mark().replace('-1', '7')} --reply-vtag ${random(1 << 30)}`,
  dccp: () =>
    `-A -t ${seconds()} ${ends(v4, true)} -p dccp ${ports()} --state ${pick(['OPEN', 'CLOSING'])} --role server`,
  icmp: () =>
    `-A -t ${seconds()} ${ends(v4, random(2) === 0)} -p icmp --icmp-type 8 --icmp-code ${random(256)} --icmp-id ${port()}`,
  icmpv6: () =>
    `-A -t ${seconds()} ${ends(v6, true)} -p icmpv6 --icmpv6-type 128 --icmpv6-code ${random(256)} --icmpv6-id ${port()}`,
  gre: () =>
    `-A -t ${seconds()} ${ends(v4, true)} -p gre --srckey ${key()} --dstkey ${key()} --reply-key-src ${key()} --reply-key-dst ${key()}`,
  'any other protocol': () => `-A -t ${seconds()} ${ends(v4, true)} -p 50`,
  labels: () => `-A -t ${seconds()} ${ends(v4, true)} -p 50 --label-add five,last`,
  'an object': () =>
    `-A -t ${seconds()} -m ${mark()} ${ends(v4, true)} -p tcp ${ports()} --state ESTABLISHED # ${object()}`,
  'an object with labels': () =>
    `-A -t ${seconds()} ${ends(v4, true)} -p 50 # {"id":${random(999)},"labels":[${pick(['"five"', '"six","last"', '0,"five"'])}],"helper":"ftp"}`,
  'an object with a translated ICMP id': () =>
    `-A -t ${seconds()} ${ends(v4, true)} -p icmp --icmp-type 8 --icmp-code 0 --icmp-id ${port()} -n ${v4()} # {"reply":{"icmp_id":${port()}}}`,
};

const reader = new NewFlowReader(lookups);

/** The request of a line as it is read in place; undefined where it is left to the parser. */
function readInPlace(text: string): string | undefined {
  const writer = new Writer();
  const bytes = encoder.encode(text);
  return reader.read(bytes, 0, bytes.length, writer) && Buffer.from(writer.take()).toString('hex');
}

/** The request of a line that the parser has read. */
function parsed(text: string): string {
  const line = splitLine(text);
  assert.ok(line, text);
  const result = parseArgv(line.words, lookups);
  if ('mistake' in result) throw new Error(`${text}: ${result.mistake.message}`);
  const writer = new Writer();
  reader.writeParsed(result.value, line.rest, writer);
  return Buffer.from(writer.take()).toString('hex');
}

for (const [kind, make] of Object.entries(KINDS)) {
  test(`lines with ${kind} are read in place`, () => {
    let inPlace = 0;
    for (let n = 0; n < 300; n++) {
      const text = make();
      const request = readInPlace(text);
      if (request === undefined) continue;
      inPlace++;
      assert.equal(request, parsed(text), text);
    }
    // Some values are left to the parser: numbers that are octal, or have a sign.
    assert.ok(inPlace > 100, `${inPlace} of 300`);
  });
}

/** What a plan sends: the messages, and the lines that a failure of each would be reported for. */
async function sent(steps: readonly Step[]): Promise<readonly string[]> {
  const all: string[] = [];
  for (const step of steps) {
    if (step.kind !== 'flows') continue;
    const batch: Source['batch'] = async (pieces, options) => {
      const list: Uint8Array[] = [];
      for await (const piece of pieces) list.push(piece);
      const bytes = Buffer.concat(list);
      let index = 0;
      for (let at = 0; at < bytes.length; index++) {
        const length = bytes.readUInt32LE(at);
        const errno = index % 2 === 0 ? 17 : 22;
        all.push(bytes.subarray(at, at + length).toString('hex'));
        options?.onFailure?.(index, errno, () => new Error() as never);
        at += length;
      }
      return index as never;
    };
    await step.send(
      { batch } as Source,
      line => all.push(`line ${line} failed`),
      () => {},
    );
  }
  return all;
}

test('a file of all kinds of lines, read in place and by the parser', async () => {
  const kinds = Object.values(KINDS);
  const lines = Array.from({ length: 4000 }, (_, n) =>
    n % 97 === 0 ? '# a comment' : n % 89 === 0 ? '' : pick(kinds)(),
  );
  lines[5] = `  ${lines[5]}  `;
  lines[7] = lines[7].replaceAll(' ', '  ');
  const text = encoder.encode(lines.join('\n'));
  const [quick, slow] = [{ parsesAll: false }, { parsesAll: true }].map(options =>
    planOf(text, lookups, () => {}, options),
  );
  assert.ok(Array.isArray(quick) && Array.isArray(slow), JSON.stringify(quick).slice(0, 200));
  const [actual, expected] = [await sent(quick as Step[]), await sent(slow as Step[])];
  assert.ok(expected.length > 3900, `${expected.length}`);
  assert.equal(actual, expected);
});

test('what is wrong in a line of a known form is reported', () => {
  const good = '-A -t 5 -s 1.1.1.1 -d 2.2.2.2 -p udp --sport 1 --dport 2';
  for (const wrong of ['-t x', '-s 1.1.1.300', '--sport 65536', '--dport', '-p nothing']) {
    const [name] = wrong.split(' ');
    const line = good.replace(new RegExp(`${name} \\S+`), wrong);
    const plan = planOf(encoder.encode([good, good, line].join('\n')), lookups, () => {});
    assert.ok(!Array.isArray(plan) && 'message' in plan && plan.exitCode === 2, line);
    if ('message' in plan) assert.match(plan.more, /^line 3\b/);
  }
});

test('what the parser reads in another way, or refuses, is left to it', () => {
  const base = '-A -t 5 -s 1.1.1.1 -d 2.2.2.2 -p udp --sport 1 --dport 2';
  assert.ok(readInPlace(base));
  for (const line of [
    `${base} -t 6`,
    `${base} -m 017`,
    `${base} -u SRC_NAT`,
    `${base} -u EXPECTED`,
    `${base} --reply-port-src 3`,
    `${base} --state CLOSE`,
    `${base} --icmp-type 8`,
    `${base} --label-add none`,
    `${base} --label-add five # {"labels":["six"]}`,
    `${base} -n [::1]:5`,
    `${base} -n [1.1.1.1]`,
    `${base} -n :5`,
    `${base} -f ipv4`,
    `${base} # {"labels":["none"]}`,
    `${base} # {"use":1`,
    `${base} operand`,
    base.replace('-t 5', '-t5'),
    base.replace('-t 5', '-t=5'),
    base.replace('-t 5 ', ''),
    base.replace('-t 5', '-t\v5'),
    base.replace('udp', '017'),
    base.replace('-p udp --sport 1', '--sport 1 -p udp'),
    base.replace('--sport', '--srckey'),
    base.replace('-d 2.2.2.2 ', ''),
    base.replace('2.2.2.2', '::1'),
    base.replace('2.2.2.2', '2.2.2.2/32'),
    base.replace('2.2.2.2', '2.2.2.010'),
    base.replace('-A', '-D'),
    base.replace('-A', '-A expect'),
  ])
    assert.is(readInPlace(line), undefined, line);
});

test.run();
