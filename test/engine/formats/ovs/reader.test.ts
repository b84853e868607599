import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { decodeFlow } from '../../../../src/engine/ctnetlink/codec/flow.js';
import { STATUS_FLAGS } from '../../../../src/lang/schema/constants.js';
import { readText } from '../../../kit/snapshot.js';

const test = suite('snapshots of Open vSwitch');

test('flows, with what is shown of them', async () => {
  const { views, warnings } = await readText(
    [
      'udp,orig=(src=192.0.2.1,dst=198.51.100.1,sport=1,dport=53),reply=(src=198.51.100.1,dst=192.0.2.1,sport=53,dport=1)',
      'tcp,orig=(src=192.0.2.3,dst=198.51.100.1,sport=2,dport=443),reply=(src=198.51.100.1,dst=192.0.2.3,sport=443,dport=2),zone=5,protoinfo=(state=ESTABLISHED)',
      'icmpv6,orig=(src=fd00::1,dst=fd00::2,id=7,type=128,code=0),reply=(src=fd00::2,dst=fd00::1,id=7,type=129,code=0)',
      '2026-11-28T14:03:00Z tcp,orig=(src=192.0.2.3,dst=198.51.100.1,sport=2,dport=443,packets=5,bytes=600),reply=(src=198.51.100.1,dst=203.0.113.1,sport=443,dport=2,packets=4,bytes=500),id=4000000000,zone=5,status=SEEN_REPLY|ASSURED|CONFIRMED,timeout=86399,mark=7,labels=0x20,protoinfo=(state_orig=FIN_WAIT_2,state_reply=FIN_WAIT_2,wscale_orig=7,wscale_reply=8,flags_orig=WINDOW_SCALE),helper=ftp',
    ].join('\n'),
  );
  assert.is(warnings.length, 2, 'no end of the last line, and a prefix');
  const [udp, tcp, icmp, verbose] = views.map(view => decodeFlow(view));
  assert.equal(udp.reply, { src: 0xc6336401, dst: 0xc0000201, proto: 17, sport: 53, dport: 1 });
  assert.is(udp.status! & STATUS_FLAGS.SEEN_REPLY, 0);
  assert.equal([tcp.zone, tcp.protoinfo, tcp.status! & STATUS_FLAGS.SEEN_REPLY], [5, { protocol: 'tcp', state: 3 }, 2]);
  assert.equal([icmp.orig.icmpId, icmp.orig.icmpType, icmp.reply.icmpType], [7, 128, 129]);
  const { SEEN_REPLY, ASSURED, CONFIRMED, SRC_NAT, SRC_NAT_DONE, DST_NAT_DONE } = STATUS_FLAGS;
  assert.equal(
    { ...verbose, orig: undefined, reply: undefined },
    {
      family: 2,
      orig: undefined,
      reply: undefined,
      zone: 5,
      status: SEEN_REPLY | ASSURED | CONFIRMED | SRC_NAT | SRC_NAT_DONE | DST_NAT_DONE,
      mark: 7,
      id: 4_000_000_000,
      timeout: 86_399,
      protoinfo: { protocol: 'tcp', state: 4, origWscale: 7, replyWscale: 8 },
      origCounters: { packets: 5, bytes: 600 },
      replyCounters: { packets: 4, bytes: 500 },
      helper: { name: 'ftp' },
      labels: String.fromCharCode(32, 0, 0, 0, 0, 0, 0, 0),
    },
  );
});

test('what cannot be read is reported', async () => {
  const good =
    'udp,orig=(src=192.0.2.1,dst=198.51.100.1,sport=1,dport=53),reply=(src=198.51.100.1,dst=192.0.2.1,sport=53,dport=1)';
  for (const [line, reason] of [
    [good.replace(/,reply.*/, ''), 'reply addresses are missing'],
    [good.replace('sport=1,', ''), 'ports'],
    [good.replace('),reply', ',reply'), 'expected name=value'],
    [`${good},zone=x`, "invalid number 'x'"],
  ]) {
    const { views, warnings } = await readText(`${good}\n${line}\n`);
    assert.is(views.length, 1, line);
    assert.ok(warnings[0].includes(reason), `${warnings[0]} says ${reason}`);
  }
  const later = await readText(`${good},new_thing=(a=1)\n`);
  assert.is(later.views.length, 1);
  assert.match(later.warnings[0], /unknown words are ignored: new_thing=/);
});

test.run();
