// timeout: 300
/** Files that are compressed, cut off, changed meanwhile, or no snapshots at all. Nothing but a CtqError ever comes out. */
import { spawnSync } from 'node:child_process';
import { truncateSync, writeFileSync } from 'node:fs';
import { PassThrough, Readable } from 'node:stream';
import * as zlib from 'node:zlib';
import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { MessageView } from '../../../src/engine/ctnetlink/view/view.js';
import { CtqError } from '../../../src/engine/errors.js';
import { CONNTRACK_LINES } from '../../../src/engine/formats/lines/reader.js';
import { wrappingOf } from '../../../src/engine/formats/reading/cutting/wrapped-lines.js';
import { openSnapshot } from '../../../src/engine/sources/snapshot/open.js';
import { directory, file, NOW, readPath, readText } from '../../kit/snapshot.js';

const test = suite('damaged snapshots');

const line = (n: number): string =>
  `ipv4     2 udp      17 ${n} src=10.0.0.1 dst=10.0.0.2 sport=${n % 65536} dport=2 [UNREPLIED] src=10.0.0.2 dst=10.0.0.1 sport=2 dport=${n % 65536} mark=0 use=1\n`;
const MANY = Array.from({ length: 30_000 }, (_, n) => line(n)).join('');
const LINES = Array.from({ length: 2000 }, (_, n) => line(n)).join('');

async function failure(work: Promise<unknown>): Promise<CtqError> {
  try {
    await work;
  } catch (error) {
    assert.instance(error, CtqError);
    const known = error as CtqError;
    assert.is(known.kind, 'input', known.message);
    assert.not(/[\u0000-\u001f\u007f-\u009f]/.test(`${known.message}${known.hint ?? ''}`), known.message);
    return known;
  }
  assert.unreachable('it must fail');
  throw new Error('unreachable');
}

test('gzip, in one part or several', async () => {
  const packed = zlib.gzipSync(LINES);
  assert.is((await readPath(file(packed))).views.length, 2000);
  assert.is((await readText(packed, 3)).views.length, 2000);
  assert.is((await readPath(file(Buffer.concat([packed, packed])))).views.length, 4000);
});

for (const program of ['zstd', 'xz', 'bzip2', 'lz4']) {
  test(`${program}: by node or by the program, where one of them can`, async () => {
    const { stdout, error } = spawnSync(program, ['-c'], { input: LINES, maxBuffer: 1 << 28 });
    if (error !== undefined) return;
    assert.is((await readPath(file(stdout))).views.length, 2000);
    assert.is((await readText(stdout, 1000)).views.length, 2000);
    const packed = spawnSync(program, ['-1', '-c'], { input: MANY, maxBuffer: 1 << 28 }).stdout;
    const { views, warnings } = await readPath(file(packed.subarray(0, packed.length - 1000)), { name: 'dump' });
    assert.ok(views.length > 1000, String(views.length));
    assert.is(warnings[0], `dump is cut off: its ${program} data is incomplete`);
    stdout.fill(0x55, stdout.length >> 1, (stdout.length >> 1) + 200);
    assert.match(
      (await failure(readPath(file(stdout)))).message,
      new RegExp(`is damaged: ${program} cannot decompress it \\(.+\\)`),
    );
  });
}

test('zstd needs no program: several frames, one without end, and what is none', async () => {
  const packed = spawnSync('zstd', ['-c'], { input: LINES, maxBuffer: 1 << 28 }).stdout;
  // A skippable frame of 4 bytes (RFC 8878, 3.1.2).
  const skippable = Buffer.from('502a4d180400000000000000', 'hex');
  const { PATH } = process.env;
  process.env.PATH = directory;
  try {
    const both = await readPath(file(Buffer.concat([packed, skippable, packed])));
    assert.equal([both.views.length, both.warnings], [4000, []]);
    assert.is((await readText(packed, 1000)).views.length, 2000);
    const { message } = await failure(readPath(file(packed.subarray(0, 6))));
    assert.match(message, /is cut off: its zstd data is incomplete/);
    const incomplete: string[] = [];
    const { views } = await readPath(file(Buffer.concat([packed, Buffer.from('not a frame')])), {
      incomplete: error => void incomplete.push(error.message),
    });
    assert.is(views.length, 2000);
    assert.match(incomplete.join(), /is damaged: zstd cannot decompress it \(.+\)/);
  } finally {
    process.env.PATH = PATH;
  }
});

test('compression whose program is not installed', async () => {
  const { PATH } = process.env;
  process.env.PATH = directory;
  try {
    const { message, hint, code } = await failure(readPath(file(Buffer.from('\xfd7zXZ\0rest', 'latin1'))));
    assert.match(message, /compressed with xz, which this node \(v\d.*and xz is not installed/);
    assert.match(hint!, /install xz/);
    assert.is(code, 'snapshot-compression');
  } finally {
    process.env.PATH = PATH;
  }
});

test('a program that decompresses ends with the query', async () => {
  const { stdout, error } = spawnSync('xz', ['-c'], { input: LINES });
  if (error !== undefined) return;
  const stop = new AbortController();
  const input = new PassThrough();
  input.write(stdout);
  const reading = readPath('-', { stdin: input, signal: stop.signal });
  setTimeout(() => stop.abort(new Error('enough')), 100);
  let reason: unknown;
  await reading.catch(error => {
    reason = error;
  });
  assert.is((reason as Error).message, 'enough');
});

test('gzip that is cut off gives what a text that is cut off there gives, with a warning', async () => {
  for (const [text, packed] of [
    [LINES, zlib.gzipSync(LINES)],
    [MANY, zlib.gzipSync(MANY, { level: 1 })],
  ] as const) {
    for (const length of [packed.length - 1, packed.length - 20, packed.length >> 1, 200]) {
      const part = packed.subarray(0, length);
      const unpacked = zlib.gunzipSync(part, { finishFlush: zlib.constants.Z_SYNC_FLUSH });
      const expected = await readPath(file(unpacked), { name: 'dump' });
      const { views, warnings } = await readPath(file(part), { name: 'dump' });
      assert.is(views.length, expected.views.length);
      assert.equal(warnings, ['dump is cut off: its gzip data is incomplete', ...expected.warnings]);
      assert.ok(length < packed.length - 8 || views.length === text.split('\n').length - 1);
    }
  }
  const { message } = await failure(readPath(file(Buffer.from([0x1f, 0x8b]))));
  assert.match(message, /is cut off: its gzip data is incomplete/);
});

test('gzip with other text after its end: all of its entries, and the error comes last', async () => {
  for (const text of [LINES, MANY]) {
    const packed = Buffer.concat([zlib.gzipSync(text, { level: 1 }), Buffer.from('garbage\n')]);
    const count = text.split('\n').length - 1;
    for (const isPipe of text === LINES ? [false, true] : [false]) {
      const errors: string[] = [];
      const incomplete = ({ message }: CtqError): void => void errors.push(message);
      const { views, warnings } = isPipe
        ? await readText(packed, undefined, { incomplete })
        : await readPath(file(packed), { name: 'dump', incomplete });
      assert.is(views.length, count);
      assert.equal(warnings, []);
      assert.is(
        errors.join(),
        `${isPipe ? 'standard input' : 'dump'} is damaged: gzip cannot decompress it (incorrect header check)`,
      );
    }
  }
});

test('gzip that is damaged: what came before is read, and the error comes last', async () => {
  const packed = zlib.gzipSync(MANY, { level: 1 });
  packed.fill(0, packed.length - 5000, packed.length - 4000);
  const errors: CtqError[] = [];
  const { views } = await readPath(file(packed), { incomplete: error => errors.push(error) });
  assert.ok(views.length > 20_000 && views.length < 30_000, String(views.length));
  assert.match(errors.map(({ message }) => message).join(), /is damaged: gzip cannot decompress it/);
  const seen: number[] = [];
  const read = async (): Promise<void> => {
    const rows = openSnapshot(file(packed), { warn() {}, labelBit: () => undefined, now: () => NOW });
    for await (const { bytes } of rows) seen.push(bytes.length);
  };
  assert.match((await failure(read())).message, /is damaged/);
  assert.ok(seen.length > 1);
});

test('no such file, a directory, a name with a NUL', async () => {
  assert.match((await failure(readPath('/nonexistent/x'))).message, /cannot read \/nonexistent\/x: no such file/);
  assert.match((await failure(readPath('/'))).message, /is a directory/);
  const near = file('');
  assert.is((await failure(readPath(`${near}x`))).hint, `did you mean '${near}'?`);
  assert.is((await failure(readPath('/nonexistent/x'))).hint, undefined);
  assert.match((await failure(readPath('a\0b'))).message, /NUL/);
});

test('what is in no format', async () => {
  assert.match((await failure(readText('hello\nworld\n'))).message, /begins with 'hello'/);
  assert.match((await failure(readText('\u001b]0;title\u0007\n'))).message, /\\x1b\]0;title\\x07/);
  assert.match((await failure(readText('\0\0\0\0'))).message, /a binary file/);
  assert.match((await failure(readText('src,dst\n10.0.0.1,10.0.0.2\n'))).hint!, /columns/);
  assert.match((await failure(readText('<?xml version="1.0"?>\n<rows>\n<row/></rows>'))).hint!, /columns/);
  await failure(readText('x'.repeat(1_000_000)));
  // Endless.
  await failure(readPath('/dev/zero'));
});

test('what holds nothing is not a mistake, but is reported', async () => {
  for (const text of [
    '',
    '\n\n',
    '# nothing\n',
    'conntrack v1.4.7 (conntrack-tools): 0 flow entries have been shown.\n',
  ]) {
    const { views, warnings } = await readText(text);
    assert.equal(views, []);
    assert.equal(warnings, ['standard input: no entries']);
  }
  assert.equal((await readPath('/dev/null')).warnings, ['/dev/null: no entries']);
  assert.equal((await readText('<?xml version="1.0" encoding="utf-8"?>\n<conntrack>\n</conntrack>\n')).warnings, []);
});

test('UTF-16 with a byte order mark', async () => {
  const swapped = Buffer.from(`\ufeff${LINES}`, 'utf16le').swap16();
  for (const bytes of [Buffer.from(`\ufeff${LINES}`, 'utf16le'), swapped, zlib.gzipSync(swapped)]) {
    for (const size of [1000, 65_537]) {
      const { views, warnings } = await readText(bytes, size);
      assert.equal([views.length, warnings], [2000, []]);
    }
    assert.is((await readPath(file(bytes))).views.length, 2000);
  }
  assert.match((await failure(readText(Buffer.from(LINES, 'utf16le')))).message, /a binary file/);
});

test('archives and other files of bytes are named', async () => {
  const bytes = (begin: string, length = 600): Buffer => Buffer.from(begin.padEnd(length, '\0'), 'latin1');
  for (const [content, message, hint] of [
    [bytes(`${'dump.txt'.padEnd(257, '\0')}ustar`), /but a tar archive/, /^extract it first: tar -xf standard input$/],
    [bytes('PK\x03\x04\x14dump.txt'), /but a zip archive/, /unzip/],
    [bytes('PK\x03\x04\x14[Content_Types].xml'), /but a workbook of Excel/, /CSV/],
    [bytes('SQLite format 3\0'), /but a database of SQLite/, /sqlite3/],
    [bytes('PAR1'), /but a Parquet file/, /duckdb/],
    [bytes('\xd4\xc3\xb2\xa1'), /but a capture of packets/, /conntrack -L/],
  ] as const)
    for (const each of [content, zlib.gzipSync(content)]) {
      const error = await failure(readText(each));
      assert.match(error.message, message);
      assert.match(error.hint!, hint);
    }
});

test('a byte order mark, and lines of Windows', async () => {
  const { views, warnings } = await readText(`\ufeff${LINES.replaceAll('\n', '\r\n')}`);
  assert.is(views.length, 2000);
  assert.equal(warnings, []);
});

test('a file that shrinks while it is read', async () => {
  const path = file(LINES.repeat(20));
  let rows = 0;
  const view = new MessageView();
  for await (const { bytes } of openSnapshot(path, { warn() {}, labelBit: () => undefined, now: () => NOW })) {
    for (let at = 0; at < bytes.length; rows++) at = view.set(bytes, at);
    truncateSync(path, 10);
  }
  assert.ok(rows > 0 && rows < 40_000, String(rows));
});

test('a file that grows while it is read', async () => {
  const path = file(LINES);
  let rows = 0;
  const view = new MessageView();
  let grown = false;
  for await (const { bytes } of openSnapshot(path, { warn() {}, labelBit: () => undefined, now: () => NOW })) {
    for (let at = 0; at < bytes.length; rows++) at = view.set(bytes, at);
    if (!grown) writeFileSync(path, LINES, { flag: 'a' });
    grown = true;
  }
  assert.ok(rows >= 2000, String(rows));
});

test('rows come while standard input is still open, and an abort ends the waiting', async () => {
  const stdin = new PassThrough();
  const controller = new AbortController();
  const reason = new CtqError({ code: 'interrupted', kind: 'input', message: 'interrupted' });
  const rows = openSnapshot('-', {
    warn() {},
    labelBit: () => undefined,
    now: () => NOW,
    stdin,
    signal: controller.signal,
  })[Symbol.asyncIterator]();
  stdin.write(LINES);
  assert.is((await rows.next()).done, false);
  const waiting = failure(
    (async () => {
      while (!(await rows.next()).done);
    })(),
  );
  setTimeout(() => controller.abort(reason), 5);
  assert.is(await waiting, reason);
});

test('an input that fails', async () => {
  const stdin = new Readable({
    read() {
      this.destroy(new Error('the other end is gone'));
    },
  });
  assert.match((await failure(readPath('-', { stdin }))).message, /cannot read standard input: the other end is gone/);
});

test('leaving the loop closes the file', async () => {
  const path = file(LINES.repeat(5));
  for (let i = 0; i < 5; i++) {
    for await (const { bytes } of openSnapshot(path, { warn() {}, labelBit: () => undefined, now: () => NOW })) {
      assert.ok(bytes.length > 0);
      break;
    }
  }
});

/** Reads anything at all: rows that are messages, or a CtqError. */
async function survives(content: Uint8Array, size: number): Promise<void> {
  try {
    const { views, warnings } = await readText(content, size);
    for (const view of views) assert.ok(view.family === 2 || view.family === 10);
    for (const warning of warnings) assert.not(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/.test(warning), warning);
  } catch (error) {
    if (!(error instanceof CtqError)) throw error;
    assert.is(error.kind, 'input', error.message);
  }
}

const size = fc.constantFrom(1, 13, 100, 65_536);

test('any bytes', async () => {
  await fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), size, survives), { numRuns: 300 });
});

const SAMPLES = [
  line(7),
  'tcp      6 299 ESTABLISHED src=fd00::1 dst=fd00::2 sport=1 dport=2 packets=3 bytes=4 src=fd00::2 dst=fd00::1 sport=2 dport=1 packets=2 bytes=120 [ASSURED] mark=5 secctx=a zone=3 delta-time=60 [start=Tue Nov 24 09:27:23 2026] helper=ftp use=1 id=7 labels=one,five\n',
  '[1795521600.000001]\t    [NEW] icmp     1 30 src=10.0.0.1 dst=10.0.0.2 type=8 code=0 id=9 [UNREPLIED] src=10.0.0.2 dst=10.0.0.1 type=0 code=0 id=9 [USERSPACE] portid=4711 progname=a\n',
  '299 proto=6 src=192.0.2.1 dst=10.1.0.1 sport=0 dport=1 mask-src=255.255.255.0 mask-dst=255.255.255.255 sport=0 dport=65535 master-src=10.1.0.1 master-dst=192.0.2.1 sport=2122 dport=21 PERMANENT class=2 helper=ftp\n',
  '299 l3proto = 2 proto=6 src=192.0.2.1 dst=198.51.100.7 sport=0 dport=30003 PERMANENT ftp/x\n',
  '-A -t 9 -u SEEN_REPLY -m 7 -s 10.0.0.1 -d 10.0.0.2 -p sctp --sport 5 --dport 6 --state ESTABLISHED --orig-vtag 5 -n 1.2.3.4:5 # {"helper":"ftp"}\n',
  '{"family":"ipv4","proto":"tcp","orig":{"src":"10.0.0.1","dst":"10.0.0.2","sport":1,"dport":2},"reply":{"src":"10.0.0.2","dst":"10.0.0.1","sport":2,"dport":1},"status":["ASSURED"],"start":"2026-11-24T12:00:00.5Z","labels":["one",9],"tcp":{"orig":{"wscale":7,"flags":["SACK_PERM"]}},"seqadj":{"orig":{"pos":1,"before":2,"after":3}}}\n',
  '{"family":"ipv4","proto":"tcp","src":"1.2.3.4","dst":"1.2.3.5","sport":1,"dport":2,"mask":{"src":"255.0.0.0","dst":"255.255.255.255"},"nat":{"dir":"reply","src":"1.2.3.4","sport":9}}\n',
  '<?xml version="1.0" encoding="utf-8"?>\n<conntrack>\n<flow type="new"><meta direction="original"><layer3 protonum="2" protoname="ipv4"><src>10.0.0.1</src><dst>10.0.0.2</dst></layer3><layer4 protonum="1" protoname="icmp"></layer4></meta><meta direction="reply"><layer3 protonum="2" protoname="ipv4"><src>10.0.0.2</src><dst>10.0.0.1</dst></layer3><layer4 protonum="1" protoname="icmp"></layer4></meta><meta direction="independent"><timeout>9</timeout><timestamp><start>5</start></timestamp></meta><helper>a&amp;</helper></flow>\n</conntrack>\n',
];

/** Samples with some bytes changed, taken out, or repeated. */
const mutated = fc
  .tuple(
    fc.array(fc.constantFrom(...SAMPLES), { minLength: 1, maxLength: 4 }),
    fc.array(
      fc.tuple(
        fc.nat(),
        fc.constantFrom('change', 'cut', 'repeat', 'insert'),
        fc.oneof(
          fc.constantFrom(
            '0',
            '9'.repeat(25),
            '-',
            '=',
            ' ',
            '\n',
            '"',
            '{',
            '}',
            '[',
            ']',
            '<',
            '>',
            '/',
            ',',
            '\0',
            '\x1b',
            '\xff',
            '__proto__',
            '&#0;',
          ),
          fc.string({ maxLength: 5 }),
        ),
      ),
      { maxLength: 6 },
    ),
  )
  .map(([samples, changes]) => {
    let text = samples.join('');
    for (const [where, how, what] of changes) {
      const at = where % (text.length + 1);
      const rest = text.slice(at);
      if (how === 'change') text = text.slice(0, at) + what + rest.slice(what.length);
      else if (how === 'insert') text = text.slice(0, at) + what + rest;
      else if (how === 'repeat') text = text.slice(0, at) + rest.slice(0, 40).repeat(3) + rest;
      else text = text.slice(0, at) + rest.slice(what.length * 3);
    }
    return Buffer.from(text, 'latin1');
  });

test('snapshots with anything changed in them', async () => {
  await fc.assert(fc.asyncProperty(mutated, size, survives), { numRuns: 1500 });
});

test('gzip with anything changed in it', async () => {
  const packed = zlib.gzipSync(LINES.slice(0, 5000));
  await fc.assert(
    fc.asyncProperty(fc.nat({ max: packed.length - 1 }), fc.nat({ max: 255 }), size, (at, byte, piece) => {
      const damaged = Buffer.from(packed);
      damaged[at] = byte;
      return survives(damaged, piece);
    }),
    { numRuns: 150 },
  );
});

test('text between XML flows is reported on the same line in pieces of any size', async () => {
  const flow = SAMPLES.at(-1)!
    .split('\n')
    .find(line => line.startsWith('<flow'))!;
  const text = `<conntrack>\n${flow}\np>\n${flow}\n</conntrack>\n`;
  for (const piece of [1, 7, 65_536]) {
    const { views, warnings } = await readText(text, piece);
    assert.is(views.length, 2);
    assert.equal(warnings, ["standard input:3: skipped, text outside of all elements: 'p>'"]);
  }
});

test('rows of one snapshot are the same in pieces of any size', async () => {
  await fc.assert(
    fc.asyncProperty(mutated, fc.integer({ min: 1, max: 200 }), async (content, piece) => {
      // Where entries seem to be wrapped, the first pieces decide how lines are read.
      const lines = content.toString('latin1').split(/(?<=\n)/);
      fc.pre(lines.every((_, i) => wrappingOf(lines.slice(0, i + 1).join(''), CONNTRACK_LINES) === undefined));
      const bytesOf = async (each: number): Promise<string> => {
        try {
          const { views, warnings } = await readText(content, each);
          return JSON.stringify([views.map(view => Buffer.from(view.copy()).toString('hex')), warnings]);
        } catch (error) {
          return (error as CtqError).message;
        }
      };
      const whole = await bytesOf(65_536);
      // A row of a pipe is passed on at the end of a line: the lines of a broken entry must come together.
      fc.pre(!/wrapped|one text/.test(whole));
      assert.is(await bytesOf(piece), whole, content.toString('latin1'));
    }),
    { numRuns: 500 },
  );
});

test('a text of nothing that comes byte by byte is given up in time that grows with its length, not its square', async () => {
  for (const text of ['x'.repeat(40_000), ' \n'.repeat(20_000)]) {
    const { user } = process.cpuUsage();
    const reading = readText(text, 1);
    if (text.startsWith('x')) await failure(reading);
    else assert.is((await reading).views.length, 0);
    const took = (process.cpuUsage().user - user) / 1000;
    assert.ok(took < 3000, `${took} ms`);
  }
  // What can be reported is reported at once: a slow pipe shows its first line when it has come.
  assert.is((await readText(line(5), 1)).views.length, 1);
});

test.run();
