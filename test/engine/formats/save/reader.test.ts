import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { decodeExpectation } from '../../../../src/engine/ctnetlink/codec/expectation.js';
import { decodeFlow } from '../../../../src/engine/ctnetlink/codec/flow.js';
import { STATUS_FLAGS } from '../../../../src/lang/schema/constants.js';
import { readText } from '../../../kit/snapshot.js';
import { written } from '../support.js';

const test = suite('snapshots of commands');

const { SEEN_REPLY, ASSURED, CONFIRMED, SRC_NAT, DST_NAT, SRC_NAT_DONE, DST_NAT_DONE } = STATUS_FLAGS;
const DONE = SRC_NAT_DONE | DST_NAT_DONE;

async function flow(line: string) {
  const { views, warnings } = await readText(`${line}\n`);
  assert.equal(warnings, []);
  assert.is(views.length, 1, line);
  return decodeFlow(views[0]);
}

test('all that -o save writes', async () => {
  assert.equal(
    await flow(
      '-A -t 3599 -u SEEN_REPLY,ASSURED -m 7 -w 3 -s 10.1.0.1 -d 192.0.2.1 -r 192.0.2.1 -q 10.1.0.1 -p tcp --sport 1 --dport 2 --reply-port-src 2 --reply-port-dst 1 --state ESTABLISHED',
    ),
    {
      family: 2,
      orig: { src: 0x0a010001, dst: 0xc0000201, proto: 6, sport: 1, dport: 2 },
      reply: { src: 0xc0000201, dst: 0x0a010001, proto: 6, sport: 2, dport: 1 },
      zone: 3,
      status: SEEN_REPLY | ASSURED | CONFIRMED,
      mark: 7,
      timeout: 3599,
      protoinfo: { protocol: 'tcp', state: 3 },
    },
  );
});

test('a reply that is not said is the inverse', async () => {
  const { reply } = await flow(
    'conntrack -I -s fd00::1 -d fd00::2 -p icmpv6 --icmpv6-type 128 --icmpv6-code 0 --icmpv6-id 9 -t 5',
  );
  assert.equal([reply.icmpType, reply.icmpId], [129, 9]);
});

test('translations, as conntrack(8) and as ctq write them', async () => {
  const base = '-A -t 9 -s 10.0.0.1 -d 192.0.2.1 -p udp --sport 5 --dport 53';
  const theirs = await flow(`${base} -g 10.9.9.9 -n 198.51.100.7 --reply-port-src 54 --reply-port-dst 61000`);
  const ours = await flow(
    `${base} -r 192.0.2.1 -q 10.0.0.1 --reply-port-src 53 --reply-port-dst 5 -n 198.51.100.7:61000 -g 10.9.9.9:54`,
  );
  assert.equal(ours, theirs);
  assert.is(ours.status, CONFIRMED | SRC_NAT | DST_NAT | DONE);
  assert.equal(ours.reply, { src: 0x0a090909, dst: 0xc6336407, proto: 17, sport: 54, dport: 61000 });
  const v6 = await flow('-A -t 9 -s fd00::1 -d fd00::2 -p tcp --sport 5 --dport 53 -n [fd00::9]:7');
  assert.is(v6.reply.dport, 7);
  const itself = await flow(`${base} -n 10.0.0.1`);
  assert.is(itself.status, CONFIRMED | SRC_NAT | DONE, 'translated to itself');
});

test('verification tags are in the order of the wire', async () => {
  const { protoinfo } = await flow(
    '-A -t 9 -s 10.0.0.1 -d 10.0.0.2 -p sctp --sport 5 --dport 6 --state ESTABLISHED --orig-vtag 68157440 --reply-vtag 4110417919',
  );
  assert.equal(protoinfo, { protocol: 'sctp', state: 4, origVtag: 0x1004, replyVtag: 0xffff_fff4 });
});

test('what ctq writes after the options', async () => {
  const found = await flow(
    '-A -t 9 -u UNSET -s 10.0.0.1 -d 10.0.0.2 -p tcp --sport 5 --dport 6 --state ESTABLISHED # {"start":"2026-11-24T12:00:00.000000001Z","helper":"ftp","labels":["one",127],"status":["EXPECTED","CONFIRMED"],"orig":{"packets":18446744073709551615,"bytes":2},"tcp":{"orig":{"wscale":7,"flags":["WINDOW_SCALE","SACK_PERM"]}}}',
  );
  assert.equal(found.helper, { name: 'ftp' });
  assert.is(found.status, 9);
  assert.equal(found.origCounters, { packets: 2n ** 64n - 1n, bytes: 2 });
  assert.is(found.timestamps?.start, 1_795_521_600_000_000_001n);
  assert.is(found.labels?.charCodeAt(7), 0x8000);
  assert.equal(found.protoinfo, { protocol: 'tcp', state: 3, origWscale: 7, origFlags: 3 });
});

test('expectations', async () => {
  const { views, table } = await readText(
    '-I expect -t 299 -s 10.1.0.1 -d 192.0.2.1 -p tcp --orig-port-src 2122 --orig-port-dst 21 --tuple-src 192.0.2.1 --tuple-dst 10.1.0.1 --tuple-port-src 0 --tuple-port-dst 30001 --mask-src 255.255.255.0 --mask-dst 255.255.255.255 --mask-port-src 0 --mask-port-dst 65535 # {"class":1,"helper":"ftp","flags":["PERMANENT"]}\n',
  );
  assert.is(table, 'expect');
  assert.equal(decodeExpectation(views[0]), {
    family: 2,
    tuple: { src: 0xc0000201, dst: 0x0a010001, proto: 6, sport: 0, dport: 30001 },
    mask: { src: 0xffffff00, dst: 0xffffffff, proto: 6, sport: 0, dport: 65535 },
    master: { src: 0x0a010001, dst: 0xc0000201, proto: 6, sport: 2122, dport: 21 },
    timeout: 299,
    flags: 1,
    class: 1,
    helper: 'ftp',
  });
});

test('commands of events', async () => {
  const { views } = await readText('-U -s 10.0.0.1 -d 10.0.0.2 -p 89 -m 0x10/0xff\n-D -s 10.0.0.1 -d 10.0.0.2 -p 89\n');
  assert.equal(
    views.map(view => [view.event, view.mark]),
    [
      ['update', 16],
      ['destroy', -1],
    ],
  );
});

test('what cannot be read is reported', async () => {
  const good = '-A -t 9 -s 10.0.0.1 -d 10.0.0.2 -p 89\n';
  for (const [line, reason] of [
    ['-A -t 9 -s 10.0.0.1 -d 10.0.0.2', '-p'],
    ['-A -t 9 -s 10.0.0.1 -p tcp', 'addresses'],
    ['-A -t 9 -s 10.0.0.1 -d 10.0.0.2 -p', 'cut off'],
    ['-A --nonsense 1', "unknown option '--nonsense'"],
    ['-A -t 9 -s 10.0.0.1 -d 10.0.0.2 -p 89 # {"start"', 'invalid JSON'],
    ['-A -t 9 -s 10.0.0.1 -d 10.0.0.2 -p 89 -u NONSENSE', "unknown status 'NONSENSE'"],
    ['-L', 'not an -I'],
  ]) {
    const { views, warnings } = await readText(`${good}${line}\n`);
    assert.is(views.length, 1, line);
    assert.ok(warnings[0]?.includes(reason), `${warnings[0]} says ${reason}`);
  }
});

test('a flow of DCCP without ports, state and role is read back without them', async () => {
  const { views } = await readText(
    [
      'dccp     33 29 src=10.0.0.1 dst=10.0.0.2 sport=5 dport=6 src=10.0.0.2 dst=10.0.0.1 sport=6 dport=5',
      'unknown  33 29 src=10.0.0.1 dst=10.0.0.2 src=10.0.0.2 dst=10.0.0.1',
      '',
    ].join('\n'),
  );
  assert.is(views.length, 2);
  for (const view of views) {
    const line = await written('save', sink => {
      sink.begin({ table: 'conntrack' });
      sink.entry(view);
      sink.end();
    });
    assert.match(line, / --sport \d --dport \d .* --state OPEN --role client # /, 'conntrack -R insists on them');
    assert.equal(await flow(line.trimEnd()), decodeFlow(view));
  }
});

test.run();
