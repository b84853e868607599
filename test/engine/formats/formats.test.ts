/** The formats of values: json, csv, tsv, table, vertical, bars; and XML with hostile names. For box and markdown: framed.test.ts. */

import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { MessageView } from '../../../src/engine/ctnetlink/view/view.js';
import type { FormatName, Modifier } from '../../../src/lang/checked/ast.js';
import { FORMAT_NAMES } from '../../../src/lang/schema/formats/formats.js';
import type { Type } from '../../../src/lang/schema/type.js';
import { parseAddress } from '../../../src/lang/values/address.js';
import type { Value } from '../../../src/lang/values/value.js';
import { textWidth } from '../../../src/shell/display/text/width.js';
import type { OutputOptions } from '../../../src/shell/output/create-sink.js';
import * as encode from '../../kit/encode.js';
import { encodeFlow, type Flow } from '../../kit/flow.js';
import { environment, viewOf, written } from './support.js';

const test = suite('output formats');

const address = (text: string): Value => parseAddress(text)!;
const type = (name: Type['name'], more: Partial<Type> = {}): Type => ({ name, ...more });

const COLUMNS = [
  { name: 'orig.src', type: type('address') },
  { name: 'orig.dport', type: type('port') },
  { name: 'note', type: type('text') },
  { name: 'sum(bytes)', type: type('integer') },
  { name: 'age', type: type('duration') },
];
const ROWS: Value[][] = [
  [address('10.0.0.1'), 443, 'plain', 18446744073709551615n, 90_500_000_000],
  [address('2001:db8::1'), null, 'a "b",\tc\n\x1b[31m', 1536, null],
  [null, 53, '', null, 0],
];

const rows = (format: FormatName, modifiers: readonly Modifier[] = [], options: Partial<OutputOptions> = {}) =>
  written(
    format,
    sink => {
      sink.begin({ table: 'conntrack', columns: COLUMNS });
      for (const row of ROWS) sink.row(row);
      sink.end();
    },
    modifiers,
    options,
  );

const FLOW: Flow = {
  proto: 6,
  orig: { src: '10.0.0.1', dst: '192.0.2.80', sport: 50_000, dport: 443 },
  status: 6,
  tcp: { state: 3, wscale: [7, 8], flags: [3, 3] },
  mark: 0xffff_ffff,
  labels: [0, 9],
  helper: 'ftp',
};
const be64 = (number: number, value: bigint): Buffer => {
  const payload = Buffer.alloc(8);
  payload.writeBigUInt64BE(value);
  return encode.blob(number, payload);
};

/** A message with more attributes at its end. */
function extended(message: Buffer, ...attributes: Buffer[]): Buffer {
  const whole = Buffer.concat([message, ...attributes]);
  whole.writeUInt32LE(whole.length, 0);
  return whole;
}
const COUNTED = extended(
  encodeFlow(FLOW),
  encode.nest(9, [be64(1, 3n), be64(2, 18446744073709551615n)]),
  encode.nest(10, [be64(1, 1n), be64(2, 40n)]),
  encode.nest(20, [be64(1, 1_700_000_000_123_456_789n)]),
);

const entries = (
  format: FormatName,
  messages: readonly Buffer[],
  modifiers: readonly Modifier[] = [],
  options: Partial<OutputOptions> = {},
) =>
  written(
    format,
    sink => {
      sink.begin({ table: 'conntrack' });
      for (const message of messages) sink.entry(viewOf(message));
      sink.end();
    },
    modifiers,
    options,
  );

test('csv quotes what needs it, and tells null from an empty text', async () => {
  assert.is(
    await rows('csv'),
    'orig.src,orig.dport,note,sum(bytes),age\n' +
      '10.0.0.1,443,plain,18446744073709551615,90.5\n' +
      '2001:db8::1,,"a ""b"",\tc\n\x1b[31m",1536,\n' +
      ',53,"",,0\n',
  );
});

test('tsv escapes what would break a line or reach the terminal', async () => {
  assert.is(
    await rows('tsv'),
    'orig.src\torig.dport\tnote\tsum(bytes)\tage\n' +
      '10.0.0.1\t443\tplain\t18446744073709551615\t90.5\n' +
      '2001:db8::1\t\ta "b",\\tc\\n\\x1b[31m\t1536\t\n' +
      '\t53\t\t\t0\n',
  );
  assert.not.match(await rows('tsv', ['noheader']), /orig\.src/);
});

test('a repeated query has its header once', async () => {
  const text = await written('tsv', sink => {
    for (let i = 0; i < 2; i++) {
      sink.begin({ table: 'conntrack', columns: [COLUMNS[1]] });
      sink.row([i]);
      sink.end();
    }
  });
  assert.is(text, 'orig.dport\n0\n1\n');
});

test('json: nested by field names, flat for others, integers exact', async () => {
  const text = await rows('json');
  assert.is(text.split('\n').length, 6, 'an object a line');
  assert.match(text, /"sum\(bytes\)":18446744073709551615,/);
  assert.not.match(text, /[\x00-\x09\x0b-\x1f]/);
  const parsed = JSON.parse(text);
  assert.equal(parsed[1], {
    orig: { src: '2001:db8::1', dport: null },
    note: 'a "b",\tc\n\x1b[31m',
    'sum(bytes)': 1536,
    age: null,
  });
  assert.is(parsed[0].age, 90.5);
  assert.is(
    await written('json', sink => {
      sink.begin({ table: 'conntrack' });
      sink.end();
    }),
    '[]\n',
  );
});

test('json: no key twice', async () => {
  const columns = ['a.b', 'a.b', 'a', 'x', 'x'].map(name => ({ name, type: type('integer') }));
  const text = await written('jsonl', sink => {
    sink.begin({ table: 'conntrack', columns });
    sink.row([1, 2, 3, 4, 5]);
    sink.end();
  });
  assert.is(text, '{"a":{"b":1},"a.b":2,"a_2":3,"x":4,"x_2":5}\n');
});

test('jsonl of a whole entry holds all that it takes to make it again', async () => {
  const entry = JSON.parse((await entries('jsonl', [COUNTED])).replace('18446744073709551615', '"exact"'));
  assert.equal(entry.orig, {
    src: '10.0.0.1',
    dst: '192.0.2.80',
    sport: 50_000,
    dport: 443,
    packets: 3,
    bytes: 'exact',
  });
  assert.is(entry.proto, 'tcp');
  assert.is(entry.state, 'ESTABLISHED');
  assert.equal(entry.status, ['SEEN_REPLY', 'ASSURED', 'CONFIRMED']);
  assert.is(entry.timeout, 3600);
  assert.is(entry.mark, 0xffff_ffff);
  assert.equal(entry.labels, ['one', 9]);
  assert.is(entry.helper, 'ftp');
  assert.is(entry.start, '2023-11-14T22:13:20.123456789Z');
  assert.equal(entry.tcp.orig, { wscale: 7, flags: ['WINDOW_SCALE', 'SACK_PERM'] });
  assert.is(entry.master, undefined, 'what is absent is left out');
});

test('table: numbers to the right, control characters shown, nothing wider than the terminal', async () => {
  const text = await rows('table', [], { width: 80, isTTY: true, nullText: 'NULL' });
  assert.not.match(text, /\x1b/);
  assert.match(text, /\\x1b\[31m/);
  assert.match(text, /NULL/);
  assert.match(text, / 16\.0 EiB/);
  for (const line of text.trimEnd().split('\n')) assert.ok(textWidth(line) <= 80, line);
  const exact = await rows('table', [], { width: 120 });
  assert.match(exact, / 18446744073709551615 /);
});

test('table: what does not fit at all becomes records', async () => {
  assert.match(await rows('table', [], { width: 30, unicode: false }), /^-\[ 1 \]-+\norig\.src +\| 10\.0\.0\.1\n/);
});

test('table: a long cell is cut with a mark, wide characters counted', async () => {
  const text = await written(
    'table',
    sink => {
      sink.begin({
        table: 'conntrack',
        columns: [
          { name: 'n', type: type('integer') },
          { name: 't', type: type('text') },
        ],
      });
      sink.row([1, '漢字'.repeat(20)]);
      sink.end();
    },
    [],
    { width: 20 },
  );
  const line = text.trimEnd().split('\n')[2];
  assert.ok(textWidth(line) <= 20 && line.endsWith('…'), line);
});

test('table: the columns for which there is no room are reported', async () => {
  const leftOut: string[][] = [];
  const report = (titles: readonly string[]): void => void leftOut.push([...titles]);
  await entries('table', [COUNTED], [], { width: 80, leftOut: report });
  await entries('table', [COUNTED], [], { width: 300, leftOut: report });
  assert.equal(leftOut, [['packets', 'bytes', 'mark', 'helper', 'labels']]);
});

test('table: where there is no room, a text is cut before a time', async () => {
  const text = await written(
    'table',
    sink => {
      sink.begin({
        table: 'conntrack',
        columns: [
          { name: 'state', type: type('text') },
          { name: 'start', type: type('time') },
        ],
      });
      sink.row(['SYN_SENT_OR_SO', 1_700_000_000_000_000_000n]);
      sink.end();
    },
    [],
    { width: 40 },
  );
  assert.is(text.trimEnd().split('\n')[2], 'SYN_SEN…  2023-11-14T22:13:20.000000000Z');
});

test('table of whole entries, in colour only where asked', async () => {
  const plain = await entries('table', [COUNTED], [], { width: 120 });
  assert.match(plain, /10\.0\.0\.1:50000 +→ 192\.0\.2\.80:443 +ESTABLISHED/);
  const coloured = await entries('table', [COUNTED], [], { width: 120, color: true });
  assert.match(coloured, /\x1b\[32mESTABLISHED\x1b\[0m/);
  assert.is(coloured.replace(/\x1b\[\d+m/g, ''), plain);
  for (const width of [40, 60, 80, 120, 200]) {
    for (const line of (await entries('table', [COUNTED], [], { width })).trimEnd().split('\n')) {
      assert.ok(textWidth(line) <= width, `${width}: ${line}`);
    }
  }
});

test('entries of which a table would show the half only are shown as records', async () => {
  const text = await entries('table', [COUNTED], [], { width: 40 });
  assert.match(text, /^─\[ 1 \]─+\nproto +│ tcp\nsource +│ 10\.0\.0\.1:50000\ndestination │ 192\.0\.2\.80:443\n/);
  assert.not.match(text, /│$/m);
});

test('vertical', async () => {
  assert.match(
    await rows('vertical', [], { unicode: false }),
    /^-\[ 2 \]-+\norig\.src +\| 2001:db8::1\norig\.dport +\|\n/m,
  );
  assert.match(await entries('vertical', [COUNTED], [], { unicode: false }), /^orig\.bytes +\| 18446744073709551615$/m);
});

test('vertical on a terminal: units as in a table, and long values continue below', async () => {
  const on = { unicode: false, isTTY: true, width: 40 };
  assert.match(await rows('vertical', [], on), /^sum\(bytes\) \| 1\.5 KiB$/m);
  const note = await written(
    'vertical',
    sink => {
      sink.begin({ table: 'conntrack', columns: [{ name: 'destination', type: type('text') }] });
      sink.row(['[2001:db8:aaaa:bbbb:cccc:dddd:eeee:1]:8443']);
      sink.row(['a name of several words that is long']);
      sink.end();
    },
    [],
    on,
  );
  assert.match(note, /^destination \| \[2001:db8:aaaa:bbbb:cccc:\n {12}\| dddd:eeee:1\]:8443\n/m);
  assert.match(note, /^destination \| a name of several words\n {12}\| that is long\n/m);
});

test('bars are as long as their numbers', async () => {
  const fill = (options: Partial<OutputOptions>, modifiers: readonly Modifier[] = []) =>
    written(
      'bars',
      sink => {
        sink.begin({
          table: 'conntrack',
          columns: [
            { name: 'src', type: type('address') },
            { name: 'count(*)', type: type('integer') },
          ],
        });
        sink.row([address('10.0.0.1'), 100]);
        sink.row([address('10.0.0.2'), 25]);
        sink.row([address('10.0.0.3'), null]);
        sink.end();
      },
      modifiers,
      options,
    );
  const [, first, second, third] = (await fill({ width: 55, unicode: false })).split('\n');
  assert.is(first.match(/#/g)?.length, 40);
  assert.is(second.match(/#/g)?.length, 10);
  assert.not.match(third, /#/);
  assert.match(await fill({ width: 55 }), /█{40}\n.*█{10}\n/);
});

test('resolve: names of ports and addresses, in order', async () => {
  const asked: string[] = [];
  const lookup = async (text: string) => {
    asked.push(text);
    if (text === '2001:db8::1') throw new Error('no such name');
    return 'host.example\x1b';
  };
  const text = await rows('tsv', ['resolve', 'noheader'], { lookup });
  assert.is(text.split('\n')[0], 'host.example\\x1b\thttps\tplain\t18446744073709551615\t90.5');
  assert.is(text.split('\n')[1].split('\t')[0], '2001:db8::1');
  assert.equal(asked.sort(), ['10.0.0.1', '2001:db8::1']);
  const lines = await entries('table', [COUNTED], ['resolve'], { lookup, width: 120 });
  assert.match(lines, /host\.example\\x1b:https/);
});

test('resolve keeps the network namespace of an entry', async () => {
  const view = viewOf(COUNTED);
  view.context = { ...view.context, netns: 'blue' };
  for (const format of ['table', 'box', 'markdown', 'csv', 'jsonl'] as const) {
    const text = await written(
      format,
      sink => {
        sink.begin({ table: 'conntrack', spans: 'netns' });
        sink.entry(view);
        sink.end();
      },
      ['resolve'],
      { lookup: async () => undefined },
    );
    assert.match(text, /\bblue\b/, format);
  }
});

test('xml stays well-formed whatever names hold', async () => {
  const hostile = extended(
    encodeFlow({ ...FLOW, helper: `<&"'>\x01` }),
    encode.nest(19, [encode.text(1, 'u:r:]]><x>\x1b[2J')]),
  );
  const labels = { ...environment, labelName: () => '</label>&' };
  const text = await entries('xml', [hostile, COUNTED], ['labels'], { environment: labels });
  assert.is(XMLValidator.validate(text), true);
  assert.not.match(text, /[\x00-\x09\x0b-\x1f]/);
  const parsed = new XMLParser({ ignoreAttributes: false }).parse(text);
  const [flow] = parsed.conntrack.flow;
  assert.is(flow.helper, `<&"'>\ufffd`);
  assert.is(flow.meta[2].secctx, 'u:r:]]><x>\ufffd[2J');
  assert.is(flow.meta[2].labels.label[0], '</label>&');
  assert.is(XMLValidator.validate(await rows('xml')), true);
});

test('save: a hostile name stays one operand', async () => {
  const text = await entries('save', [encodeFlow({ ...FLOW, helper: '" -F "\\\n-D' })]);
  assert.is(text.trimEnd().split('\n').length, 1);
  const rest = text.slice(text.indexOf(' # ') + 3);
  assert.is(JSON.parse(rest).helper, '" -F "\\\n-D');
  assert.not.match(rest, /\\"/);
});

test('lines: a hostile name cannot write to the terminal or begin a line', async () => {
  const text = await entries('extended', [encodeFlow({ ...FLOW, helper: 'a\x1b[2J\nb' })]);
  assert.is(text.trimEnd().split('\n').length, 1);
  assert.not.match(text, /\x1b/);
});

test('save: a flow of ICMP without its type is a comment, since conntrack -R refuses the whole file for it', async () => {
  const tuple = (number: number): Buffer =>
    encode.nest(number, [
      encode.nest(1, [encode.blob(1, Buffer.from([10, 0, 0, 1])), encode.blob(2, Buffer.from([10, 0, 0, 2]))]),
      encode.nest(2, [encode.blob(1, Buffer.from([1]))]),
    ]);
  const warnings: string[] = [];
  const icmp = encode.message(0x100, 2, 2, [tuple(1), tuple(2)]);
  const text = await entries('save', [icmp, encodeFlow(FLOW)], [], { warn: message => warnings.push(message) });
  assert.match(text, /^# no ICMP type, code and id: -A .* -p icmp\n-A .* -p tcp /);
  assert.equal(warnings, ['1 ICMP flow is written as a comment: type, code and id are unknown']);
});

test('events of a file are shown as such, entries of a dump are not', async () => {
  const event = encode.message(0x102, 0, 2, []);
  const entry = encode.message(0x100, 2, 2, []);
  const text = (format: FormatName, fromFile: boolean) =>
    written(format, sink => {
      sink.begin({ table: 'conntrack', fromFile });
      for (const message of [event, entry]) sink.entry(viewOf(message));
      sink.end();
    });
  assert.match(await text('extended', true), /^\[DESTROY\] ipv4.*\nipv4/);
  assert.match(await text('extended', false), /^ipv4.*\nipv4/);
  assert.match(await text('xml', true), /<flow type="destroy">.*\n<flow>/);
  assert.match(await text('save', true), /^-D.*\n-A/);
  assert.match(await text('jsonl', true), /"event":"destroy".*\n(?!.*event)/);
});

test('formats of whole entries refuse rows of columns', async () => {
  for (const format of ['plain', 'extended', 'save'] as const) {
    try {
      await rows(format);
      assert.unreachable(format);
    } catch (error) {
      assert.is((error as { code?: string }).code, 'output-needs-entries');
    }
  }
});

test('no format trips over a message without attributes', async () => {
  const bare = encode.message(0x100, 0, 2, []);
  const unknown = encode.message(0x100, 0, 77, []);
  for (const format of FORMAT_NAMES) {
    assert.type(await entries(format, [bare, unknown]), 'string');
  }
  assert.instance(new MessageView(), MessageView);
});

test('a terminal is never steered by csv; programs get every character', async () => {
  assert.match(await rows('csv'), /\x1b\[31m/);
  const shown = await rows('csv', [], { isTTY: true });
  assert.not.match(shown, /[\x00-\x09\x0b-\x1f]/);
  assert.match(shown, /"a ""b"",\\x09c\\x0a\\x1b\[31m"/);
});

test('what turns the direction of writing around is escaped where a format has a way to', async () => {
  const hidden = 'a\u202egpj.exe\u2066';
  const fill = (sink: Parameters<Parameters<typeof written>[1]>[0]): void => {
    sink.begin({ table: 'conntrack', columns: [{ name: 'note', type: type('text') }] });
    sink.row([hidden]);
    sink.end();
  };
  for (const format of ['json', 'jsonl', 'tsv', 'xml', 'table', 'box', 'markdown', 'vertical'] as const) {
    const text = await written(format, fill);
    assert.not.match(text, /[\u202a-\u202e\u2066-\u2069]/, format);
    assert.match(text, /202e|8238/, format);
  }
  assert.is((JSON.parse(await written('json', fill)) as { note: string }[])[0].note, hidden);
});

test.run();
