import { XMLParser } from 'fast-xml-parser';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { decodeExpectation } from '../../../../src/engine/ctnetlink/codec/expectation.js';
import { decodeFlow } from '../../../../src/engine/ctnetlink/codec/flow.js';
import { readText } from '../../../kit/snapshot.js';

const test = suite('snapshots of XML');

const direction = (name: string, src: string, dst: string, sport: number, dport: number): string =>
  `<meta direction="${name}"><layer3 protonum="2" protoname="ipv4"><src>${src}</src><dst>${dst}</dst></layer3>` +
  `<layer4 protonum="6" protoname="tcp"><sport>${sport}</sport><dport>${dport}</dport></layer4>` +
  '<counters><packets>3</packets><bytes>18446744073709551615</bytes></counters></meta>';

const FLOW =
  `<flow type="new">${direction('original', '10.0.0.1', '192.0.2.1', 1, 2)}${direction('reply', '192.0.2.1', '10.0.0.1', 2, 1)}` +
  '<meta direction="independent"><state>ESTABLISHED</state><timeout>299</timeout><mark>7</mark><labels><label>five</label></labels>' +
  '<zone>3</zone><use>1</use><id>9</id><assured/><timestamp><start>1795518463745065956</start></timestamp><deltatime>0</deltatime></meta>' +
  '<when><hour>9</hour><min>27</min><sec>23</sec><wday>3</wday><day>24</day><month>11</month><year>2026</year></when>' +
  '<helper>a&amp;b&#x41;</helper></flow>';

const document = (...elements: string[]): string =>
  `<?xml version="1.0" encoding="utf-8"?>\n<conntrack>\n${elements.join('\n')}\n</conntrack>\n`;

test('a flow', async () => {
  const { views, warnings } = await readText(document(FLOW));
  assert.equal(warnings, []);
  assert.equal(decodeFlow(views[0]), {
    family: 2,
    orig: { src: 0x0a000001, dst: 0xc0000201, proto: 6, sport: 1, dport: 2 },
    reply: { src: 0xc0000201, dst: 0x0a000001, proto: 6, sport: 2, dport: 1 },
    zone: 3,
    status: 0xe,
    mark: 7,
    id: 9,
    use: 1,
    timeout: 299,
    protoinfo: { protocol: 'tcp', state: 3 },
    origCounters: { packets: 3, bytes: 2n ** 64n - 1n },
    replyCounters: { packets: 3, bytes: 2n ** 64n - 1n },
    timestamps: { start: 1_795_518_463_745_065_956n },
    labels: String.fromCharCode(32, 0, 0, 0, 0, 0, 0, 0),
    helper: { name: 'a&bA' },
    eventTime: BigInt(new Date(2026, 10, 24, 9, 27, 23).getTime()) * 1_000_000n,
  });
  assert.is(views[0].event, 'new');
});

test('the elements that a general XML parser finds', async () => {
  const text = document(FLOW, FLOW.replaceAll('10.0.0.1', '10.0.0.2'));
  const { flow } = new XMLParser({ ignoreAttributes: false }).parse(text).conntrack;
  const { views } = await readText(text);
  assert.equal(
    views.map(view => decodeFlow(view).orig.src),
    flow.map(({ meta }: { meta: { layer3: { src: string } }[] }) =>
      meta[0].layer3.src.split('.').reduce((all, part) => all * 256 + Number(part), 0),
    ),
  );
});

test('pieces may be cut anywhere, and lines wrapped', async () => {
  const text = document(FLOW, `${FLOW} [USERSPACE] portid=4711 progname=x`, FLOW);
  const wrapped = text.replaceAll('><', '>\n  <').replaceAll('>\n  </label>', '></label>');
  for (const [each, size] of [
    [text, 1],
    [text, 700],
    [wrapped, 65_536],
  ] as const) {
    const { views, warnings } = await readText(each, size);
    assert.equal(warnings, []);
    assert.equal(
      views.map(view => [view.portid, view.orig.dport, view.helper]),
      [
        [0, 2, 'a&bA'],
        [4711, 2, 'a&bA'],
        [0, 2, 'a&bA'],
      ],
    );
  }
});

test("states have the names of TCP's, ICMP has no elements", async () => {
  const sctp = FLOW.replaceAll('protonum="6" protoname="tcp"', 'protonum="132" protoname="sctp"').replace(
    'ESTABLISHED',
    'CLOSE',
  );
  const icmp = FLOW.replaceAll(/<layer4.*?<\/layer4>/g, '<layer4 protonum="1" protoname="icmp"></layer4>').replace(
    /<state>.*<\/state>/,
    '',
  );
  const { views, warnings } = await readText(document(sctp, icmp));
  assert.equal(warnings, []);
  assert.is(views[0].sctpState, 8);
  assert.equal([views[1].orig.proto, views[1].orig.icmpId], [1, -1]);
});

test('expectations', async () => {
  const { views, table, warnings } = await readText(
    '<?xml version="1.0" encoding="utf-8"?>\n<expect>\n<flow><layer3 protonum="2" protoname="ipv4"><expected><src>192.0.2.1</src><dst>10.1.0.1</dst></expected><mask><src>255.255.255.0</src><dst>255.255.255.255</dst></mask><master><src>10.1.0.1</src><dst>192.0.2.1</dst></master></layer3><layer4 protonum="6" protoname="tcp"><expected><sport>0</sport><dport>30001</dport></expected><mask><sport>0</sport><dport>65535</dport></mask><master><sport>2122</sport><dport>21</dport></master></layer4><meta><helper-name>ftp</helper-name><timeout>299</timeout><when><hour>9</hour><year>2026</year></when><class>1</class><zone>4</zone><permanent/></meta></flow>\n</expect>\n',
  );
  assert.is(table, 'expect');
  assert.equal(warnings, []);
  assert.equal(decodeExpectation(views[0]), {
    family: 2,
    tuple: { src: 0xc0000201, dst: 0x0a010001, proto: 6, sport: 0, dport: 30001 },
    mask: { src: 0xffffff00, dst: 0xffffffff, proto: 6, sport: 0, dport: 65535 },
    master: { src: 0x0a010001, dst: 0xc0000201, proto: 6, sport: 2122, dport: 21 },
    timeout: 299,
    helper: 'ftp',
    zone: 4,
    flags: 1,
    class: 1,
  });
});

test('elements that are broken, too long, or no flows', async () => {
  const { views, warnings } = await readText(
    document(
      FLOW,
      FLOW.slice(0, 300),
      FLOW,
      FLOW.replace('</layer3>', '</layer4>'),
      `<flow>${' '.repeat(200_000)}</flow>`,
      'stray text',
      FLOW.replace('<mark>7</mark>', '<mark>x</mark>'),
      FLOW,
    ),
  );
  assert.is(views.length, 3);
  assert.match(warnings[0], /:4: skipped, unterminated element/);
  assert.match(warnings[1], /:6: skipped, malformed XML: Expected closing tag 'layer3'/);
  assert.match(warnings[2], /:7: skipped, longer/);
  assert.match(warnings.at(-1)!, /5 lines skipped, 3 entries were read/);
});

/** The same document as other programs may write it. */
const REWRITTEN: Readonly<Record<string, (text: string) => string>> = {
  'other spacing': text =>
    text
      .replaceAll('><', '>\n  <')
      .replaceAll(/<(\w+)>/g, '<$1 >')
      .replaceAll('</flow>', '</flow >'),
  'single quotes': text => text.replaceAll(/(\w+)="([^"]*)"/g, "$1 = '$2'"),
  'attributes in another order': text => text.replaceAll(/(protonum="\d+") (protoname="\w+")/g, '$2 $1'),
  comments: text =>
    text
      .replaceAll('<dst>', '<!-- <dst>0.0.0.0</dst> </flow> <flow> --><dst>')
      .replace('<conntrack>', '<!-- a <flow> -->\n<conntrack>'),
  CDATA: text =>
    text.replaceAll(/<(sport|mark|src)>([^<]*)</g, '<$1><![CDATA[$2]]><').replace('<helper>', '<helper><![CDATA[]]>'),
  'empty elements': text => text.replaceAll('<assured/>', '<assured></assured>'),
  instructions: text => text.replaceAll('<flow', '<?x </flow> ?><flow').replaceAll('<use>', '<?y <flow ?><use>'),
  entities: text =>
    text
      .replace('?>', '?>\n<!DOCTYPE conntrack [<!ENTITY here "192.0.2.1"> <!ENTITY n "7">]>')
      .replaceAll('<src>192.0.2.1<', '<src>&here;<')
      .replaceAll('<mark>7<', '<mark>&n;<'),
  references: text => text.replaceAll('<mark>7<', '<mark>&#x37;<').replaceAll('ESTABLISHED', 'ESTABLISHE&#68;'),
  namespaces: text =>
    text.replaceAll(/<(\/?)(?=[a-z])/g, '<$1ct:').replace('<ct:conntrack', '<ct:conntrack xmlns:ct="urn:x"'),
  'a byte order mark': text => `\ufeff${text}`,
};

for (const [what, rewrite] of Object.entries(REWRITTEN)) {
  test(`the same flows with ${what}, in pieces of any size`, async () => {
    const text = document(FLOW, FLOW.replaceAll('10.0.0.1', '10.0.0.2'));
    const plain = (await readText(text)).views.map(view => decodeFlow(view));
    const other = rewrite(text);
    assert.is.not(other, text);
    for (const size of [5, 700, 65_536]) {
      const { views, warnings } = await readText(other, size);
      assert.equal(warnings, [], String(size));
      assert.equal(
        views.map(view => decodeFlow(view)),
        plain,
        String(size),
      );
    }
  });
}

test('entities that expand to too much, or for files, are refused', async () => {
  const bomb = `<!ENTITY a "${'x'.repeat(900)}">`;
  const most = document(FLOW.replace('<helper>', `<helper>${'&a;'.repeat(500)}`)).replace(
    '?>',
    `?><!DOCTYPE conntrack [${bomb}]>`,
  );
  assert.match(await refusalOf(most), /malformed XML/);
  const file = document(FLOW.replace('<helper>', '<helper>&f;')).replace(
    '?>',
    '?><!DOCTYPE conntrack [<!ENTITY f SYSTEM "file:///etc/passwd">]>',
  );
  assert.match(await refusalOf(file), /malformed XML: External entities are not supported/);
});

/** The first warning of a text in which nothing is an entry. */
async function refusalOf(text: string): Promise<string> {
  const warnings: string[] = [];
  try {
    await readText(text, undefined, { warn: message => warnings.push(message) });
  } catch (error) {
    assert.match((error as Error).message, /nothing in it is an entry/);
  }
  return warnings[0];
}

test('comments of any length cost no memory', async () => {
  const { views, warnings } = await readText(document(FLOW, `<!-- ${'x'.repeat(1_000_000)} -->`, FLOW));
  assert.is(views.length, 2);
  assert.equal(warnings, []);
});

test('a file that was cut off between elements', async () => {
  const { views, warnings } = await readText(document(FLOW, FLOW).replace('</conntrack>\n', ''));
  assert.is(views.length, 2);
  assert.is(warnings.length, 1);
  assert.match(warnings[0], /cut off/);
});

test('a file that was cut off', async () => {
  const text = document(FLOW, FLOW);
  const { views, warnings } = await readText(text.slice(0, text.length - 40));
  assert.is(views.length, 1);
  assert.match(warnings.join('\n'), /:4: skipped, unterminated element.*\n.*cut off/);
});

test.run();
