/** The files of the bench: the same flows in each format, the counters, ids and times made up. */
import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { flow } from '../fill.js';

/** Written by ctq, or made of what it wrote. */
export const FORMATS = ['extended', 'plain', 'save', 'proc', 'jsonl', 'json', 'xml'] as const;
export type FormatName = (typeof FORMATS)[number];
export const COMPRESSIONS = { gz: ['gzip', '-1'], zst: ['zstd', '-q'] } as const;

const dotted = (n: number): string => [n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255].join('.');

interface Values {
  readonly src: string;
  readonly dst: string;
  readonly sport: number;
  readonly dport: number;
  readonly proto: 'udp' | 'tcp';
  readonly mark: number;
  readonly timeout: number;
  readonly id: number;
  /** Of both directions. */
  readonly packets: readonly [number, number];
  readonly bytes: readonly [number, number];
}

function valuesOf(n: number): Values {
  const { src, dst, sport, dport, mark, udp } = flow(n);
  const [there, back] = [1 + ((n * 769) % 50), 1 + ((n * 331) % 40)];
  return {
    src: dotted(src),
    dst: dotted(dst),
    sport,
    dport,
    mark,
    proto: udp ? 'udp' : 'tcp',
    timeout: 86_400 - (n % 1000),
    id: Math.imul(n, 0x9e3779b1) >>> 0,
    packets: [there, back],
    bytes: [there * (29 + (n % 1200)), back * (40 + (n % 1300))],
  };
}

/** As ctq writes it as jsonl. */
function objectOf({ src, dst, sport, dport, proto, mark, timeout, id, packets, bytes }: Values): string {
  const sides = [
    `"src":"${src}","dst":"${dst}","sport":${sport},"dport":${dport},"packets":${packets[0]},"bytes":${bytes[0]}`,
    `"src":"${dst}","dst":"${src}","sport":${dport},"dport":${sport},"packets":${packets[1]},"bytes":${bytes[1]}`,
  ];
  const isTcp = proto === 'tcp';
  const flags = '{"wscale":7,"flags":["WINDOW_SCALE","SACK_PERM"]}';
  return (
    `{"family":"ipv4","proto":"${proto}","orig":{${sides[0]}},"reply":{${sides[1]}},"zone":0,` +
    `${isTcp ? '"state":"ESTABLISHED",' : ''}"status":["SEEN_REPLY","ASSURED","CONFIRMED"],"timeout":${timeout},` +
    `"mark":${mark},"id":${id},"use":1${isTcp ? `,"tcp":{"orig":${flags},"reply":${flags}}` : ''}}\n`
  );
}

/** Its name and number. */
const protocol = ({ proto }: Values): string => `${proto} ${proto === 'tcp' ? 6 : 17}`;
const state = ({ proto }: Values): string => (proto === 'tcp' ? 'ESTABLISHED ' : '');
const sides = ({ src, dst, sport, dport, packets, bytes }: Values): readonly string[] => [
  `src=${src} dst=${dst} sport=${sport} dport=${dport} packets=${packets[0]} bytes=${bytes[0]}`,
  `src=${dst} dst=${src} sport=${dport} dport=${sport} packets=${packets[1]} bytes=${bytes[1]}`,
];
const line = (values: Values): string =>
  `${protocol(values)} ${values.timeout} ${state(values)}${sides(values).join(' ')} [ASSURED] mark=${values.mark} use=1`;
const time = (n: number): string => new Date(1_795_521_600_000 + n).toISOString();

/** What other programs write of the same flows, an entry a line. */
export const OTHERS: Readonly<Record<string, (values: Values, n: number) => string>> = {
  events: (values, n) => `[${1_795_521_600 + Math.floor(n / 1000)}.${String(n % 1000)}000]\t    [NEW] ${line(values)}`,
  syslog: (values, n) => `${time(n)} gw conntrack[812]: ${line(values)}`,
  conntrackd: values => `${protocol(values)} ${state(values)}${sides(values).join(' ')} [ASSURED] [active since 5s]`,
  csv: ({ src, dst, sport, dport, proto, mark }) =>
    [proto, src, dst, sport, dport, dst, src, dport, sport, mark].join(','),
  ovs: values => {
    const [orig, reply] = sides(values).map(side => side.replaceAll(' ', ','));
    return `${values.proto},orig=(${orig}),reply=(${reply}),id=${values.id},timeout=${values.timeout},mark=${values.mark}`;
  },
  logemu: ({ src, dst, sport, dport, proto, packets, bytes }) => {
    const side = (from: string, to: string, ports: readonly number[], i: number): string =>
      `SRC=${from} DST=${to} PROTO=${proto.toUpperCase()} SPT=${ports[0]} DPT=${ports[1]} PKTS=${packets[i]} BYTES=${bytes[i]}`;
    return `[NEW] ORIG: ${side(src, dst, [sport, dport], 0)} , REPLY: ${side(dst, src, [dport, sport], 1)}`;
  },
  cilium: ({ src, dst, sport, dport, proto, packets, bytes }) =>
    `${proto.toUpperCase()} OUT ${src}:${sport} -> ${dst}:${dport} expires=2156 rx_packets=${packets[1]} rx_bytes=${bytes[1]} tx_packets=${packets[0]} tx_bytes=${bytes[0]} flags=13 revnat=0 src_sec_id=55058`,
  ulogd: ({ src, dst, sport, dport, proto, packets, bytes, mark, id }, n) =>
    JSON.stringify({
      timestamp: time(n),
      'orig.ip.saddr.str': src,
      'orig.ip.daddr.str': dst,
      'orig.ip.protocol': proto === 'tcp' ? 6 : 17,
      'orig.l4.sport': sport,
      'orig.l4.dport': dport,
      'orig.raw.pktlen': bytes[0],
      'orig.raw.pktcount': packets[0],
      'reply.ip.saddr.str': dst,
      'reply.ip.daddr.str': src,
      'reply.ip.protocol': proto === 'tcp' ? 6 : 17,
      'reply.l4.sport': dport,
      'reply.l4.dport': sport,
      'reply.raw.pktlen': bytes[1],
      'reply.raw.pktcount': packets[1],
      'ct.mark': mark,
      'ct.id': id,
      'ct.event': 1,
    }),
  jc: ({ src, dst, sport, dport, proto, timeout, mark }) =>
    JSON.stringify({
      event: null,
      event_timestamp: null,
      family: null,
      family_number: null,
      protocol: proto,
      protocol_number: proto === 'tcp' ? 6 : 17,
      timeout,
      state: proto === 'tcp' ? 'ESTABLISHED' : null,
      status: ['ASSURED'],
      orig_src: src,
      orig_dst: dst,
      orig_sport: sport,
      orig_dport: dport,
      reply_src: dst,
      reply_dst: src,
      reply_sport: dport,
      reply_dport: sport,
      mark,
      use: 1,
    }),
  luci: ({ src, dst, sport, dport, proto, timeout, mark, packets, bytes }) =>
    JSON.stringify({
      bytes: bytes[0],
      packets: packets[0],
      layer3: 'ipv4',
      layer4: proto,
      timeout,
      src,
      dst,
      sport,
      dport,
      mark: String(mark),
      zone: '0',
      use: '2',
    }),
  wrapped: (values, n) => JSON.stringify({ log: `${line(values)}\n`, stream: 'stdout', time: time(n) }),
};

const HEADERS: Readonly<Record<string, string>> = {
  csv: 'proto,orig.src,orig.dst,orig.sport,orig.dport,reply.src,reply.dst,reply.sport,reply.dport,mark\n',
};

function must(command: readonly string[], output: string): void {
  const out = openSync(output, 'w');
  const { status } = spawnSync(command[0], command.slice(1), { stdio: ['ignore', out, 'inherit'] });
  closeSync(out);
  if (status !== 0) throw new Error(`${command.join(' ')}: exit code ${status}`);
}

function write(path: string, count: number, entry: (n: number) => string, header = ''): void {
  const file = openSync(path, 'w');
  writeSync(file, header);
  for (let n = 0; n < count; n += 1000)
    writeSync(file, Array.from({ length: Math.min(1000, count - n) }, (_, i) => entry(n + i)).join(''));
  closeSync(file);
}

export const pathIn = (directory: string, name: string): string => join(directory, `flows.${name}`);

/**
 * Writes the files that are missing.
 * @param ctq the program
 * @param count flows of each format; of what other programs write, a tenth
 */
export function makeFiles(directory: string, ctq: readonly string[], count: number): void {
  const last = pathIn(directory, 'xml.zst');
  if (existsSync(last)) return;
  const path = (name: string): string => pathIn(directory, name);
  write(path('jsonl'), count, n => objectOf(valuesOf(n)));
  write(path('one'), 1, n => objectOf(valuesOf(n)));
  for (const [name, entry] of Object.entries(OTHERS))
    write(path(name), count / 10, n => `${entry(valuesOf(n), n)}\n`, HEADERS[name]);
  for (const format of ['extended', 'plain', 'save', 'json', 'xml'])
    must([...ctq, `select from '${path('jsonl')}' output ${format}`], path(format));
  must(['sed', 's/ use=/ zone=0 use=/', path('extended')], path('proc'));
  for (const format of FORMATS)
    for (const [end, command] of Object.entries(COMPRESSIONS))
      must([...command, '-c', path(format)], path(`${format}.${end}`));
}
