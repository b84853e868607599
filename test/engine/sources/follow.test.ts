/** Logs as they are appended to: `watch from 'FILE'`. */
import {
  appendFileSync,
  mkdtempSync,
  openSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { MessageView } from '../../../src/engine/ctnetlink/view/view.js';
import { CtqError } from '../../../src/engine/errors.js';
import type { EventStream } from '../../../src/engine/netlink/messages/streams.js';
import { DEFAULT_FLEET_OPTIONS } from '../../../src/engine/sources/fleet/options.js';
import { file as opener } from '../../../src/engine/sources/snapshot/follow/file-source.js';
import { NOW } from '../../kit/snapshot.js';
import { until } from '../../kit/until.js';

const test = suite('logs that are followed');

const folder = mkdtempSync(join(tmpdir(), 'ctq-follow-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
let files = 0;
const newPath = (): string => join(folder, `log-${++files}`);

const FLOWS = [1, 2, 3];
const ALL = [...FLOWS, 4, 6];
/** The port of events that only show that a log is being read. */
const PROBE = 60_000;

/** The line of an event whose flow has this port. */
const event = (port: number, word = '    [NEW]'): string =>
  `[1795521600.000001]\t${word} udp      17 30 src=192.0.2.1 dst=198.51.100.9 sport=${port} dport=53 [UNREPLIED] src=198.51.100.9 dst=203.0.113.1 sport=53 dport=${port}\n`;
const EXPECT =
  '    [NEW] 300 proto=6 src=192.0.2.1 dst=198.51.100.2 sport=0 dport=7 mask-src=255.255.255.255 mask-dst=255.255.255.255 sport=0 dport=65535 master-src=192.0.2.1 master-dst=198.51.100.2 sport=5 dport=21 class=0 helper=ftp\n';

interface Followed {
  readonly stream: EventStream;
  /** The kinds and ports of the events so far. */
  readonly seen: string[];
  readonly warnings: string[];
  readonly ended: Promise<void>;
  /** Until what is appended is read: the file may be at any place of its start until then. */
  begin(row: (port: number) => string): Promise<void>;
  /** Until a number of events have come, without the probes. */
  reach(count: number): Promise<void>;
}

function follow(
  path: string,
  options: { existing?: boolean; groups?: readonly number[]; stdin?: Readable } = {},
): Followed {
  const warnings: string[] = [];
  const warn = (message: string): void => void warnings.push(message.replaceAll(path, 'LOG'));
  const source = opener.open(
    { kind: 'file', path },
    {
      lines: { warn, labelBit: () => undefined, now: () => NOW, stdin: options.stdin },
      program: undefined,
      fleet: () => DEFAULT_FLEET_OPTIONS,
    },
  );
  const stream = source.listen(options.groups ?? FLOWS, { existing: options.existing, warn });
  const seen: string[] = [];
  let isReading = false;
  const read = async (): Promise<void> => {
    const view = new MessageView();
    for await (const { bytes } of stream) {
      for (let at = 0; at < bytes.length; ) {
        at = view.set(bytes, at);
        if (view.orig.sport === PROBE) isReading = true;
        else seen.push(`${view.event} ${view.isExpectation ? view.tuple.dport : view.orig.sport}`);
      }
    }
  };
  const ended = read();
  ended.catch(() => {});
  const begin = (row: (port: number) => string): Promise<void> =>
    until('a probe to be read', () => {
      if (!isReading) appendFileSync(path, row(PROBE));
      return isReading;
    }).then(() => {});
  return {
    stream,
    seen,
    warnings,
    ended,
    begin,
    reach: count => until(`${count} events`, () => seen.length >= count).then(() => {}),
  };
}

test('a line that was not complete when the watch began', async () => {
  const path = newPath();
  writeFileSync(path, event(1) + event(2).slice(0, 60));
  const { seen, begin, stream, ended } = follow(path);
  let isComplete = false;
  // The rest may come before the file is opened; then the line is one that was there.
  await begin(port => {
    const rest = isComplete ? '' : event(2).slice(60);
    isComplete = true;
    return rest + event(port);
  });
  stream.finish();
  await ended;
  assert.ok(
    seen.every(each => each === 'new 2'),
    seen.join(),
  );
});

test('what is appended, when its line is complete; not what was there', async () => {
  const path = newPath();
  writeFileSync(path, event(1));
  const { seen, reach, begin, stream, ended, warnings } = follow(path);
  await begin(event);
  appendFileSync(path, event(2) + event(3, '[DESTROY]') + event(4).slice(0, 50));
  await reach(2);
  assert.equal(seen, ['new 2', 'destroy 3']);
  appendFileSync(path, event(4).slice(50));
  await reach(3);
  stream.finish();
  await ended;
  assert.equal(seen, ['new 2', 'destroy 3', 'new 4']);
  assert.equal(warnings, []);
});

test('with existing: what was there first', async () => {
  const path = newPath();
  writeFileSync(path, event(1) + event(2));
  const { seen, reach, stream, ended } = follow(path, { existing: true });
  await reach(2);
  appendFileSync(path, event(3));
  await reach(3);
  stream.finish();
  await ended;
  assert.equal(seen, ['new 1', 'new 2', 'new 3']);
});

test('a log that was rotated is read to its end, then the new one from its beginning', async () => {
  const path = newPath();
  writeFileSync(path, event(1));
  const { seen, reach, stream, ended, warnings } = follow(path, { existing: true });
  await reach(1);
  const writer = openSync(path, 'a');
  renameSync(path, `${path}.1`);
  // The writer continues for a while with the file that it has.
  writeSync(writer, event(2));
  await reach(2);
  writeFileSync(path, event(3));
  await reach(3);
  appendFileSync(path, event(4));
  await reach(4);
  stream.finish();
  await ended;
  assert.equal(seen, ['new 1', 'new 2', 'new 3', 'new 4']);
  assert.equal(warnings, ['LOG was replaced: it is read from its beginning']);
});

test('a log that was truncated is read from its beginning', async () => {
  const path = newPath();
  writeFileSync(path, event(1) + event(2));
  const { seen, reach, stream, ended, warnings } = follow(path, { existing: true });
  await reach(2);
  truncateSync(path, 0);
  await until('the truncation to be noticed', () => warnings.length > 0);
  appendFileSync(path, event(3));
  await reach(3);
  stream.finish();
  await ended;
  assert.equal(seen, ['new 1', 'new 2', 'new 3']);
  assert.equal(warnings, ['LOG was truncated: it is read from its beginning']);
});

test('a log that does not exist yet is waited for; waiting ends at once', async () => {
  const path = newPath();
  const { seen, reach, begin, stream, ended, warnings } = follow(path);
  await until('the warning', () => warnings.length > 0);
  assert.equal(warnings, ['LOG does not exist yet: waiting for it']);
  writeFileSync(path, '');
  await begin(event);
  appendFileSync(path, event(4));
  await reach(1);
  stream.finish();
  await ended;
  assert.equal(seen, ['new 4']);
  const never = follow(newPath());
  const began = performance.now();
  never.stream.finish();
  await never.ended;
  assert.ok(performance.now() - began < 5_000);
});

test('a large log is not read from its beginning', async () => {
  const path = newPath();
  const many = Array.from({ length: 5_000 }, (_, i) => event(i + 1)).join('');
  for (const [header, head] of [
    ['', ''],
    ['proto,src,dst,sport,dport,reply.src,reply.dst,reply.sport,reply.dport,event\n', 'csv'],
  ]) {
    const row = (port: number): string =>
      head === '' ? event(port) : `udp,192.0.2.1,198.51.100.9,${port},53,198.51.100.9,203.0.113.1,53,${port},new\n`;
    writeFileSync(path, header + (head === '' ? many : Array.from({ length: 5_000 }, (_, i) => row(i + 1)).join('')));
    const { seen, reach, begin, stream, ended, warnings } = follow(path);
    await begin(row);
    appendFileSync(path, `${row(7)}broken line\n${row(8)}`);
    await reach(2);
    stream.finish();
    await ended;
    assert.equal(seen, ['new 7', 'new 8']);
    assert.is(warnings.length, 1);
    assert.match(warnings[0], /^new lines of LOG:\d{1,2}: skipped/);
  }
});

test('every format of events', async () => {
  const xml = (port: number): string =>
    `<flow type="new"><meta direction="original"><layer3 protonum="2" protoname="ipv4"><src>192.0.2.1</src><dst>192.0.2.2</dst></layer3><layer4 protonum="17" protoname="udp"><sport>${port}</sport><dport>53</dport></layer4></meta><meta direction="reply"><layer3 protonum="2" protoname="ipv4"><src>192.0.2.2</src><dst>192.0.2.1</dst></layer3><layer4 protonum="17" protoname="udp"><sport>53</sport><dport>${port}</dport></layer4></meta><meta direction="independent"><timeout>30</timeout></meta></flow>\n`;
  const json = (port: number): string =>
    `{"family":"ipv4","proto":"udp","orig":{"src":"192.0.2.1","dst":"192.0.2.2","sport":${port},"dport":53},"reply":{"src":"192.0.2.2","dst":"192.0.2.1","sport":53,"dport":${port}},"event":"new"}\n`;
  const cases: Record<string, [head: string, row: (port: number) => string]> = {
    plain: ['', event],
    syslog: ['', port => `Nov 24 14:03:00 gw conntrack[1]: ${event(port)}`],
    // A log of new flows alone looks like a listing.
    save: ['', port => `-A -t 30 -s 192.0.2.1 -d 192.0.2.2 -p udp --sport ${port} --dport 53\n`],
    xml: ['<?xml version="1.0" encoding="utf-8"?>\n<conntrack>\n', xml],
    jsonl: ['', json],
    docker: ['', port => `${JSON.stringify({ log: event(port), time: '2026-11-24T13:03:00Z' })}\n`],
    ulogd: [
      '',
      port =>
        `[NEW] ORIG: SRC=192.0.2.1 DST=192.0.2.2 PROTO=UDP SPT=${port} DPT=53 PKTS=0 BYTES=0 , REPLY: SRC=192.0.2.2 DST=192.0.2.1 PROTO=UDP SPT=53 DPT=${port} PKTS=0 BYTES=0\n`,
    ],
  };
  for (const [name, [head, row]] of Object.entries(cases)) {
    for (const existing of [true, false]) {
      const path = newPath();
      writeFileSync(path, head + row(1));
      const { seen, reach, begin, stream, ended } = follow(path, { existing });
      if (!existing) await begin(row);
      appendFileSync(path, row(2) + row(3));
      await reach(existing ? 3 : 2);
      stream.finish();
      await ended;
      assert.equal(seen, existing ? ['new 1', 'new 2', 'new 3'] : ['new 2', 'new 3'], name);
    }
  }
});

test('only events, of the kinds and tables that are watched', async () => {
  const path = newPath();
  const listed = event(5).slice(event(5).indexOf('udp'));
  writeFileSync(path, event(1) + event(2, ' [UPDATE]') + listed + EXPECT);
  const flows = follow(path, { existing: true, groups: [2] });
  await flows.reach(1);
  flows.stream.finish();
  await flows.ended;
  assert.equal(flows.seen, ['update 2']);
  assert.equal(flows.warnings, [
    'LOG holds entries that are not events: they are not shown',
    'expectations in LOG are left out',
  ]);
  const all = follow(path, { existing: true, groups: ALL });
  await all.reach(3);
  all.stream.finish();
  await all.ended;
  assert.equal(all.seen, ['new 1', 'update 2', 'new 7']);
});

test('a pipe is read to its end', async () => {
  const stdin = Readable.from([Buffer.from(event(1) + event(2).slice(0, 30)), Buffer.from(event(2).slice(30))], {
    objectMode: false,
  });
  const { seen, ended } = follow('-', { stdin });
  await ended;
  assert.equal(seen, ['new 1', 'new 2']);
});

test('what cannot be followed', async () => {
  const compressed = newPath();
  writeFileSync(compressed, gzipSync(event(1)));
  const other = newPath();
  writeFileSync(other, 'State Recv-Q Send-Q Local Address:Port\n'.repeat(30));
  for (const [path, message] of [
    [compressed, /is compressed with gzip/],
    [join(folder, 'absent.log.zst'), /does not exist, and its name is that of a file compressed with zstd/],
    [other, /is not a dump of connection tracking but the output of ss/],
    [folder, /follows one file, got a folder/],
  ] as const) {
    const { ended } = follow(path);
    const error = await ended.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    assert.instance(error, CtqError);
    assert.match((error as CtqError).message, message);
  }
});

test.run();
