import { utimesSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { decodeFlow } from '../../../../src/engine/ctnetlink/codec/flow.js';
import { STATUS_FLAGS } from '../../../../src/lang/schema/constants.js';
import { file, readPath, readText } from '../../../kit/snapshot.js';

const test = suite('snapshots of ulogd');

const NEW =
  '[NEW] ORIG: SRC=192.0.2.1 DST=198.51.100.1 PROTO=TCP SPT=4000 DPT=443 PKTS=0 BYTES=0 , REPLY: SRC=198.51.100.1 DST=203.0.113.1 PROTO=TCP SPT=443 DPT=4000 PKTS=0 BYTES=0';

test('events, translations, counters', async () => {
  const { views, warnings } = await readText(
    `${NEW}\n${NEW.replace('[NEW]', '[DESTROY]').replaceAll('PKTS=0 BYTES=0', 'PKTS=5 BYTES=18446744073709551615')}\n[UPDATE] ORIG: SRC=fd00::1 DST=fd00::2 PROTO=50 , REPLY: SRC=fd00::2 DST=fd00::1 PROTO=50\n`,
  );
  assert.equal(warnings, []);
  assert.equal(
    views.map(view => view.event),
    ['new', 'destroy', 'update'],
  );
  const [first, last] = views.map(view => decodeFlow(view));
  assert.equal(first.reply, { src: 0xc6336401, dst: 0xcb007101, proto: 6, sport: 443, dport: 4000 });
  assert.ok(first.status! & STATUS_FLAGS.SRC_NAT);
  assert.equal(last.replyCounters, { packets: 5, bytes: 2n ** 64n - 1n });
  assert.ok(last.status! & STATUS_FLAGS.SEEN_REPLY);
});

test('ICMP has type and code, and no id', async () => {
  const { views } = await readText(
    '[NEW] ORIG: SRC=192.0.2.1 DST=198.51.100.1 PROTO=ICMP TYPE=8 CODE=0 PKTS=0 BYTES=0 , REPLY: SRC=198.51.100.1 DST=192.0.2.1 PROTO=ICMP TYPE=0 CODE=0 PKTS=0 BYTES=0\n',
  );
  assert.equal([views[0].orig.icmpType, views[0].reply.icmpType, views[0].orig.icmpId], [8, 0, -1]);
});

test('the time of the log is that of the event', async () => {
  const path = file(`Nov 28 14:03:00 gw ${NEW}\n`);
  utimesSync(path, 1_796_000_000, 1_796_000_000);
  const { views, warnings } = await readPath(path);
  assert.is(BigInt(views[0].eventTime), BigInt(new Date(2026, 10, 28, 14, 3, 0).getTime()) * 1_000_000n);
  assert.is(warnings.length, 1);
});

test.run();
