import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { MessageView } from '../../../src/engine/ctnetlink/view/view.js';
import { openSnapshot } from '../../../src/engine/sources/snapshot/open.js';
import type { FormatName, Modifier } from '../../../src/lang/checked/ast.js';
import { EVENTS, EXPECTATIONS, FLOWS } from '../../engine/ctnetlink/fixtures/kernel.js';
import { viewOf, written } from '../../engine/formats/support.js';
import { everything } from '../../kit/everything.js';
import { NOW } from '../../kit/snapshot.js';
import { asyncProperty, ours, type Target } from '../harness.js';
import { mutated } from '../mutations.js';

/** What conntrack(8) prints for -L, -L -o extended, -E -o timestamp, and the kernel in /proc/net/nf_conntrack. */
const LINES = [
  'tcp      6 431999 ESTABLISHED src=10.0.0.1 dst=10.0.0.2 sport=1 dport=443 packets=5 bytes=900 src=10.0.0.2 dst=10.0.0.1 sport=443 dport=1 packets=4 bytes=800 [ASSURED] mark=5 secctx=system_u:object_r:x zone=3 delta-time=9 use=1 labels=five,one\n',
  '[1795521600.123456]\t    [NEW] udp      17 30 src=10.0.0.1 dst=10.0.0.2 sport=1 dport=53 [UNREPLIED] src=10.0.0.2 dst=10.0.0.1 sport=53 dport=1 id=77\n[DESTROY] icmp     1 src=1.2.3.4 dst=5.6.7.8 type=8 code=0 id=9 src=5.6.7.8 dst=1.2.3.4 type=0 code=0 id=9 portid=7 progname=x\n',
  'ipv6     10 udp      17 25 src=fd00:0000:0000:0000:0000:0000:0000:0001 dst=fd00:0000:0000:0000:0000:0000:0000:0002 sport=5 dport=6 packets=1 bytes=2 [UNREPLIED] src=fd00:0000:0000:0000:0000:0000:0000:0002 dst=fd00:0000:0000:0000:0000:0000:0000:0001 sport=6 dport=5 packets=0 bytes=0 mark=0 zone=0 use=2\n',
  '298 proto=6 src=10.0.0.2 dst=10.0.0.1 sport=0 dport=30001 mask-src=255.255.255.255 mask-dst=255.255.255.255 sport=0 dport=65535 master-src=10.0.0.1 master-dst=10.0.0.2 sport=2121 dport=21 class=0 helper=ftp PERMANENT\n',
  '-A -t 100 -u SEEN_REPLY,ASSURED -s 10.0.0.1 -d 10.0.0.2 -r 10.0.0.2 -q 10.0.0.1 -p tcp --sport 1 --dport 2 --reply-port-src 2 --reply-port-dst 1 --state ESTABLISHED -m 0x5 -w 7 # {"labels":[1]}\n',
  'Nov 28 14:03:00 gw conntrack[812]: [DESTROY] udp      17 src=10.0.0.1 dst=10.0.0.2 sport=1 dport=53 src=10.0.0.2 dst=10.0.0.1 sport=53 dport=1\n<30>1 2026-11-28T14:03:00.123456+01:00 gw conntrack 812 - - [1795521600.123456]\t[UPDATE] tcp      6 9 LAST_ACK src=10.0.0.1 dst=10.0.0.2 sport=1 dport=53 src=10.0.0.2 dst=10.0.0.1 sport=53 dport=1\n',
  'root@gw:~# conntrack -L\n> tcp      6 9 \x1b[32mLAST_ACK\x1b[0m src=10.0.0.1 dst=10.0.0.2 sport=1 dport=53 src=10.0.0.2 dst=10.0.0.1 sport=53 dport=1 [FASTNAT] mac=00:00:5e:00:53:01 slan [active since 5s]\n14:proto=6 src=10.0.0.2 dst=10.0.0.1 sport=0 dport=1 mask-src=255.255.255.255 mask-dst=255.255.255.255 sport=0 dport=65535 master-src=10.0.0.1 master-dst=10.0.0.2 sport=1 dport=21\n',
  'tcp,orig=(src=10.0.0.1,dst=10.0.0.2,sport=2,dport=443,packets=5,bytes=600),reply=(src=10.0.0.2,dst=10.0.0.9,sport=443,dport=2),id=5,zone=5,status=SEEN_REPLY|ASSURED,timeout=9,labels=0x20,protoinfo=(state_orig=FIN_WAIT_2,wscale_orig=7,wscale_reply=8),helper=ftp,start=2026-11-28T14:03:00.5\n',
  '[NEW] ORIG: SRC=192.0.2.1 DST=198.51.100.1 PROTO=TCP SPT=4000 DPT=443 PKTS=0 BYTES=0 , REPLY: SRC=198.51.100.1 DST=203.0.113.1 PROTO=TCP SPT=443 DPT=4000 PKTS=0 BYTES=0\n',
  'conntrack --create --timeout=9 --src=10.0.0.1 --dst 10.0.0.2 --proto=UDP --sport 0x5 --dport 6 --label-add "five" -n :99 --mark 0x1/0xff\n-D -s 10.0.0.1 -d 10.0.0.2 -p sctp --sport 5 --dport 6 --state (null) --orig-vtag 9 # {"state":"HEARTBEAT_SENT","master":{"src":"10.0.0.1","dst":"10.0.0.9"}}\n',
  "<?xml version='1.0'?><!DOCTYPE conntrack [<!ENTITY n '7'>]>\n<!-- a <flow> -->\n<c:conntrack xmlns:c='x'><c:flow type = 'new' ><c:meta direction='original'><c:layer3 protoname='ipv4' protonum='2'><c:src>10.0.0.1</c:src><c:dst><![CDATA[10.0.0.2]]></c:dst></c:layer3><c:layer4 protonum='17'><c:sport>5</c:sport><c:dport>&#53;3</c:dport></c:layer4></c:meta><c:meta direction='reply'><c:layer3 protonum='2'><c:src>10.0.0.2</c:src><c:dst>10.0.0.1</c:dst></c:layer3><c:layer4 protonum='17'><c:sport>53</c:sport><c:dport>5</c:dport></c:layer4></c:meta><c:meta direction='independent'><c:mark>&n;</c:mark><?x </c:flow> ?><c:unreplied></c:unreplied></c:meta></c:flow></c:conntrack>\n",
];

export const corpus: Uint8Array[] = [];

/** All formats that ctq writes, of all messages that kernels sent; and the files of other programs. */
export async function fill(): Promise<void> {
  if (corpus.length > 0) return;
  const several = [FLOWS, EXPECTATIONS, EVENTS.filter(bytes => bytes[5] === 1)];
  const formats: [FormatName, readonly Modifier[]][] = [
    ['plain', ['labels', 'id']],
    ['extended', []],
    ['save', []],
    ['xml', ['ktimestamp']],
    ['json', []],
    ['jsonl', []],
  ];
  for (const [index, messages] of several.entries()) {
    for (const [format, modifiers] of formats) {
      if (index === 2 && format === 'save') continue;
      const text = await written(
        format,
        sink => {
          sink.begin({ table: index === 1 ? 'expect' : 'conntrack', ...(index === 2 ? { events: true } : {}) });
          for (const message of messages.slice(0, 12)) sink.entry(viewOf(message));
          sink.end();
        },
        modifiers,
      );
      corpus.push(Buffer.from(text));
    }
  }
  corpus.push(...LINES.map(text => Buffer.from(text)), Buffer.from(LINES.join('')));
  const folder = join(process.cwd(), 'test/engine/formats/files');
  const names = readdirSync(folder).filter(name => !name.endsWith('.expected'));
  corpus.push(...names.map(name => readFileSync(join(folder, name))));
  corpus.push(
    gzipSync(corpus[1]),
    gzipSync(corpus[4]),
    Buffer.from('[\n]\n'),
    Buffer.from('\xef\xbb\xbf{}\n', 'latin1'),
  );
}

async function read(bytes: Uint8Array, size: number): Promise<void> {
  const pieces: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += size) pieces.push(Buffer.from(bytes.subarray(at, at + size)));
  const view = new MessageView();
  const rows = openSnapshot('-', {
    warn: message => {
      if (/[\u0000-\u001f\u007f-\u009f]/.test(message)) throw new Error(`control codes: ${JSON.stringify(message)}`);
    },
    labelBit: name => (name === 'five' ? 5 : undefined),
    now: () => NOW,
    stdin: Readable.from(pieces, { objectMode: false }),
  });
  for await (const { bytes: chunk } of rows) {
    // What was made of a text is a message without fault.
    for (let at = 0; at < chunk.length; ) {
      at = view.set(chunk, at);
      everything(view);
    }
  }
}

export const snapshots: Target = {
  name: 'snapshots',
  what: 'files: every format that is read, damaged, cut, mixed, compressed, in pieces of any size',
  runs: 100,
  open: fill,
  property: () =>
    asyncProperty(
      fc.record({ bytes: mutated(corpus), size: fc.oneof(fc.integer({ min: 1, max: 200 }), fc.constant(65_536)) }),
      async ({ bytes, size }) => {
        await ours(() => read(bytes, Math.max(size, Math.ceil(bytes.length / 600))));
      },
    ),
};
