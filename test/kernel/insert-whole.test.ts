/** Inserts from files of which a part cannot be read: nothing is inserted in silence. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { CtqError } from '../../src/engine/errors.js';
import { openSnapshot } from '../../src/engine/sources/snapshot/open.js';
import { change, failure, type TestSession, testSession } from '../engine/change/support.js';
import { assertPrivateNamespace, useConntrack } from '../kit/namespace.js';
import { listConntrack, sortedLines } from '../kit/oracle.js';
import { directory } from '../kit/snapshot.js';

assertPrivateNamespace();
const test = suite('inserts from whole files');
const warnings: string[] = [];
let session: TestSession;

const list = (): string[] => sortedLines(listConntrack(['-L']));

test.before(() => {
  session = testSession({
    snapshot: (path, fields, whole) =>
      openSnapshot(path, {
        ...(whole && { whole }),
        fields,
        warn: message => warnings.push(message),
        labelBit: () => undefined,
        now: () => 0n,
      }),
  });
  useConntrack();
});
test.before.each(async () => {
  await change('flush conntrack', session);
  warnings.length = 0;
});
test.after(async () => session.close());

const udp = (n: number): string =>
  `udp      17 300 src=10.${n >> 16}.${(n >> 8) & 255}.${n & 255} dst=10.9.9.9 sport=7 dport=2 src=10.9.9.9 dst=10.${n >> 16}.${(n >> 8) & 255}.${n & 255} sport=2 dport=7 mark=0 use=1`;
const save = (n: number, state = ' --state ESTABLISHED'): string =>
  `-A -t 431971 -u SEEN_REPLY,ASSURED -s 10.0.0.${n} -d 10.9.9.9 -r 10.9.9.9 -q 10.0.0.${n} -p tcp --sport 40000 --dport 443 --reply-port-src 443 --reply-port-dst 40000${state}`;

const text = (lines: readonly string[]): string => lines.map(line => `${line}\n`).join('');

function file(name: string, content: string | Uint8Array): string {
  const path = join(directory, name);
  writeFileSync(path, content);
  return path;
}

const refused = (path: string, rest = ''): Promise<CtqError> =>
  failure(() => change(`insert into conntrack from '${path}'${rest}`, session));

test('a line that seems to be an entry and cannot be read', async () => {
  for (const [name, lines] of [
    ['lines', [udp(1), udp(2).replace('sport=7', 'sport=70000'), udp(3)]],
    ['cut', [udp(1), 'udp      17 300 src=10.0.0.2 dst=10.9', udp(3)]],
    ['save', [save(1), save(2).replace('-p tcp', '-p nonsense'), save(3)]],
    ['other', [save(1), udp(2)]],
    ['csv', ['proto,src,dst,sport,dport,reply.src,reply.dst,reply.sport,reply.dport,timeout', 'udp,10.0.0.1,10.0.0.2']],
    ['json', ['{"proto":"udp","src":"10.0.0.1"}']],
  ] as const) {
    const path = file(`bad-${name}`, text(lines));
    const error = await refused(path);
    assert.match(error.message, /:\d+ cannot be read, .*; nothing was inserted$/, name);
    assert.ok(error.message.includes(path), error.message);
    assert.match(error.hint!, /select from '.*' output save to 'readable\.save'/);
    assert.is(error.kind, 'input');
    assert.equal(list(), [], name);
  }
});

test('other text is skipped', async () => {
  const path = file('text', text(['Connection to gw1 closed.', udp(1), 'Accepted publickey for root', udp(2)]));
  const { created } = await change(`insert into conntrack from '${path}'`, session);
  assert.is(created, 2);
  assert.match(warnings.at(-1)!, /2 lines skipped, 2 entries were read/);
});

test('lines that may be comments', async () => {
  for (const mark of ['-- ', '// ', '; ', 'rem ', '/* ', '-', '  -- ']) {
    const error = await refused(file('commented', text([`${mark}${udp(1)}`, udp(2)])));
    assert.match(
      error.message,
      /lines begin with '.+': they may be comments, or what a diff removes; nothing was inserted$/,
    );
  }
  const { created } = await change(
    `insert into conntrack from '${file('marked', text([`> ${udp(1)}`, `* ${udp(2)}`]))}'`,
    session,
  );
  assert.is(created, 2);
  await change('flush conntrack', session);
});

test('a file that ends too early', async () => {
  const path = file('unterminated', text([udp(1), udp(2)]).trimEnd());
  const error = await refused(path);
  assert.match(error.message, /the last line is not terminated: the file may be cut off; nothing was inserted$/);
  assert.is(error.hint, `if it is whole, end it with a line feed: echo >> '${path}'`);
  const compressed = gzipSync(text([udp(1), udp(2)]));
  assert.match((await refused(file('cut.gz', compressed.subarray(0, -10)))).message, /; nothing was inserted$/);
  const json = '[{"family":"ipv4","proto":"udp","src":"10.0.0.1"';
  assert.match((await refused(file('cut.json', json))).message, /; nothing was inserted$/);
  assert.equal(list(), []);
});

test('in the middle of a large file: the message says how many were inserted', async () => {
  const before = Array.from({ length: 30_000 }, (_, i) => udp(i + 1));
  const error = await refused(file('large', text([...before, udp(7).replace('dport=2', 'dport=x'), udp(40_000)])));
  const inserted = Number(/; (\d+) entries were inserted before$/.exec(error.message)?.[1]);
  assert.is(list().length, inserted);
  assert.ok(inserted > 0 && inserted <= before.length, error.message);
});

test('a flow without a state, where the format has one of each', async () => {
  const path = file('stateless', text([save(1), save(2, ''), save(3)]));
  const summary = await change(`insert into conntrack from '${path}'`, session);
  assert.equal([summary.created, summary.refused], [2, 1]);
  assert.match(summary.refusals[0].error.message, /it has no state: the file may have lost a part of it/);
  await change('flush conntrack', session);
  const chosen = await change(`insert into conntrack from '${path}' where state is not null`, session);
  assert.equal([chosen.created, chosen.refused], [2, 0]);
  await change('flush conntrack', session);
  const given = await change(`insert into conntrack set state = ESTABLISHED from '${path}'`, session);
  assert.equal([given.created, given.refused], [3, 0]);
});

test('a flow without a state in what ctq wrote', async () => {
  const columns =
    'proto,state,timeout,orig.src,orig.dst,reply.src,reply.dst,orig.sport,orig.dport,reply.sport,reply.dport';
  const cells = (port: number, state: string): string =>
    `tcp,${state},60,10.0.0.1,10.0.0.2,10.0.0.2,10.0.0.1,${port},80,80,${port}`;
  const csv = [columns, cells(1, 'ESTABLISHED'), cells(2, '')];
  const object = (port: number, state: string): string =>
    `{"proto":"tcp",${state}"timeout":60,"orig":{"src":"10.0.0.1","dst":"10.0.0.2","sport":${port},"dport":80},"reply":{"src":"10.0.0.2","dst":"10.0.0.1","sport":80,"dport":${port}}}`;
  const jsonl = [object(1, '"state":"ESTABLISHED",'), object(2, '')];
  for (const [name, lines] of [
    ['stateless.csv', csv],
    ['stateless.jsonl', jsonl],
  ] as const) {
    await change('flush conntrack', session);
    const summary = await change(`insert into conntrack from '${file(name, text(lines))}'`, session);
    assert.equal([summary.created, summary.refused], [1, 1], name);
    assert.match(summary.refusals[0].error.message, /it has no state/);
  }
});

test('what a format does not hold and the kernel requires', async () => {
  const side = (direction: string, src: string, dst: string): string =>
    `<meta direction="${direction}"><layer3 protonum="2" protoname="ipv4"><src>${src}</src><dst>${dst}</dst></layer3><layer4 protonum="1" protoname="icmp"></layer4></meta>`;
  const icmp = `<?xml version="1.0" encoding="utf-8"?>\n<conntrack>\n<flow>${side('original', '10.0.0.1', '10.0.0.2')}${side('reply', '10.0.0.2', '10.0.0.1')}<meta direction="independent"><timeout>60</timeout></meta></flow>\n</conntrack>\n`;
  const gre =
    'family,proto,timeout,orig.src,orig.dst,reply.src,reply.dst\nipv4,gre,60,10.0.0.1,10.0.0.2,10.0.0.2,10.0.0.1\n';
  const sctp =
    'sctp     132 60 ESTABLISHED src=10.0.0.1 dst=10.0.0.2 sport=5 dport=6 src=10.0.0.2 dst=10.0.0.1 sport=6 dport=5 [ASSURED] mark=0 use=1\n';
  for (const [name, content, message, set] of [
    ['icmp.xml', icmp, /no ICMP type, code and id/, 'icmp_type = 8, icmp_code = 0, icmp_id = 7'],
    ['gre.csv', gre, /no keys of GRE/, 'srckey = 1, dstkey = 2'],
    ['sctp.txt', sctp, /no verification tags/, 'orig.vtag = 0, reply.vtag = 0'],
  ] as const) {
    await change('flush conntrack', session);
    const path = file(name, content);
    const { created, refused: count, refusals } = await change(`insert into conntrack from '${path}'`, session);
    assert.equal([created, count], [0, 1], name);
    assert.match(refusals[0].error.message, message);
    const given = await change(`insert into conntrack set ${set} from '${path}'`, session);
    assert.equal([given.created, given.refused], [1, 0], name);
  }
});

test('lines that were broken are entries again', async () => {
  const lines = [save(1), save(2)].flatMap(line => [
    line.slice(0, line.indexOf('--reply-port-dst')).trimEnd(),
    line.slice(line.indexOf('--reply-port-dst')),
  ]);
  const { created } = await change(`insert into conntrack from '${file('broken', text(lines))}'`, session);
  assert.is(created, 2);
  assert.match(list().join('\n'), /ESTABLISHED src=10\.0\.0\.2/);
});

test('a list of the condition is read from a whole file', async () => {
  const path = file('some', text([udp(1), udp(2)]));
  const part = file('part', text([udp(1), udp(2).replace('sport=7', 'sport=70000')]));
  const error = await refused(path, ` where src not in (select src from '${part}')`);
  assert.ok(error.message.startsWith(`${part}:2 cannot be read`), error.message);
  assert.ok(error.hint!.includes(`select from '${part}' output save`), error.hint);
  assert.equal(list(), []);
});

test.run();
