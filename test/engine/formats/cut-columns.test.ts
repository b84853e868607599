/** Lines that were cut off at a column: what is left of the word there is no value. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { decodeFlow } from '../../../src/engine/ctnetlink/codec/flow.js';
import { readText } from '../../kit/snapshot.js';
import { written } from './support.js';

const test = suite('cut columns');

const address = (n: number): string => `10.${n % 7}.${(n * 37) % 256}.${1 + ((n * 91) % 250)}`;
const tcp = (n: number): string =>
  `tcp      6 ${431_000 + n * 7} ESTABLISHED src=${address(n)} dst=${address(n + 9)} sport=${10_000 + n * 131} dport=443 packets=${n * 321} bytes=${n * 10_101} src=${address(n + 9)} dst=${address(n)} sport=443 dport=${10_000 + n * 131} packets=${n * 211} bytes=${n * 20_303} [ASSURED] mark=${1000 + n * 77} use=1`;
const save = (n: number): string =>
  `-A -t ${n * 13} -u SEEN_REPLY -s ${address(n)} -d ${address(n + 9)} -r ${address(n + 9)} -q ${address(n)} -p udp --sport ${10_000 + n * 131} --dport 53 --reply-port-src 53 --reply-port-dst ${10_000 + n * 131} --mark ${1000 + n * 77}`;

const PREFIXES = ['', '    ', 'Nov 24 09:27:23 gw1 conntrack[7]: '];
const lines = (entry: (n: number) => string, prefix: string): string[] =>
  Array.from({ length: 24 }, (_, i) => `${prefix}${entry(i + 1)}`);

/** The entries by their original direction, each as its values by name. */
async function read(content: readonly string[]): Promise<[Map<string, Map<string, unknown>>, readonly string[]]> {
  const { views, warnings } = await readText(content.map(line => `${line}\n`).join(''));
  const text = await written('jsonl', sink => {
    sink.begin({ table: 'conntrack', fromFile: true });
    for (const view of views) sink.entry(view);
    sink.end();
  });
  const found = new Map<string, Map<string, unknown>>();
  for (const line of text.split('\n').filter(line => line !== '')) {
    const { orig, reply, ...others } = JSON.parse(line);
    const values = Object.entries({ ...others, ...prefixed('orig', orig), ...prefixed('reply', reply) });
    found.set(`${orig.src} ${orig.sport}`, new Map(values));
  }
  return [found, warnings];
}

const prefixed = (name: string, object: object): object =>
  Object.fromEntries(Object.entries(object).map(([key, value]) => [`${name}.${key}`, value]));

test('the last word of a file that is cut off is left out', async () => {
  const cut = tcp(2).slice(0, tcp(2).indexOf(' use=1') - 1);
  for (const end of ['', '\x1b[0m']) {
    const { views, warnings } = await readText(`${tcp(1)}\n${cut}${end}`);
    assert.equal(
      views.map(({ mark }) => mark),
      [1077, -1],
    );
    assert.match(warnings.join('\n'), /the last line is not terminated.*its last word is left out/);
  }
  // A port that is cut off leaves no entry.
  const events = [tcp(1), tcp(2)].map(line =>
    line.replace(/ packets=\d+ bytes=\d+/g, '').replace(/ \[ASSURED\].*/, ''),
  );
  const { views, warnings } = await readText(events.join('\n').slice(0, -1));
  assert.is(views.length, 1);
  assert.match(warnings.join('\n'), /:2: skipped/);
});

test('a last line that is not terminated is whole where it is the only one, and after a bracket', async () => {
  const alone = await readText(tcp(2));
  assert.equal(
    alone.views.map(view => [view.mark, decodeFlow(view).use]),
    [[1154, 1]],
  );
  const ended = tcp(2).replace(/ mark=.*/, '');
  const { views } = await readText(`${tcp(1)}\n${ended}`);
  assert.is(views.length, 2);
  assert.ok(views[1].status & 4);
});

for (const [name, entry] of Object.entries({ tcp, save })) {
  test(`no number is shorter: ${name}`, async () => {
    for (const prefix of PREFIXES) {
      const whole = lines(entry, prefix);
      const [entries] = await read(whole);
      assert.is(entries.size, whole.length);
      const longest = Math.max(...whole.map(line => line.length));
      for (let column = longest - 75; column < longest - 12; column++) {
        const [cut, warnings] = await read(whole.map(line => line.slice(0, column))).catch(
          (error: Error) => [new Map<string, Map<string, unknown>>(), [`skipped: ${error.message}`]] as const,
        );
        for (const [key, values] of cut) {
          for (const [field, value] of values) {
            // An entry without a reply has another status and translation.
            if (['status', 'snat', 'dnat'].includes(field)) continue;
            assert.equal(value, entries.get(key)?.get(field), `${column}, ${key}, ${field}: ${warnings.join('; ')}`);
          }
        }
        assert.ok(
          warnings.some(each => /cut off at column|skipped/.test(each)),
          `${column}: ${warnings.join('; ')}`,
        );
      }
    }
  });
}

test('one of several longest lines shows it, where the others end within numbers', async () => {
  const event = (id: string): string =>
    `[1796000000.123456]\t    [NEW] udp      17 30 src=10.0.0.1 dst=10.0.0.2 sport=1234 dport=53 [UNREPLIED] src=10.0.0.2 dst=10.0.0.1 sport=53 dport=1234 ${id}`;
  const idsOf = async (ends: readonly string[]): Promise<unknown[]> => {
    const { views } = await readText(ends.map(end => `${event(end)}\n`).join(''));
    return views.map(({ id }) => id);
  };
  const shorter = ['id=12', 'id=34'];
  assert.equal(await idsOf(['mark=7 id=40', 'mark=11 id=5', 'mark=1234 id', ...shorter]), [-1, -1, -1, 12, 34]);
  // Two lines may have one length by chance.
  assert.equal(await idsOf(['mark=7 id=40', 'mark=1234 id', ...shorter]), [40, -1, 12, 34]);
});

test('lines that are whole are none, though the longest are of one length', async () => {
  for (const end of ['', ' [FASTNAT]', ' mac=00:11:22', ' rate=5']) {
    const [entries, warnings] = await read(Array.from({ length: 9 }, (_, i) => `${tcp(111 + i)}${end}`));
    assert.is(entries.size, 9);
    assert.not.match(warnings.join(), /cut off/);
    for (const values of entries.values()) assert.is(values.get('use'), 1);
  }
});

test.run();
