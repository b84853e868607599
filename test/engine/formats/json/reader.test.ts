import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { MessageView } from '../../../../src/engine/ctnetlink/view/view.js';
import { expectationMessage, flowMessage } from '../../../kit/arbitrary-messages.js';
import { readText } from '../../../kit/snapshot.js';
import { environment, viewOf, written } from '../support.js';

const test = suite('snapshots of JSON');

const ENTRY =
  '{"family":"ipv4","proto":"tcp","orig":{"src":"10.0.0.1","dst":"10.0.0.2","sport":1,"dport":2},"reply":{"src":"10.0.0.2","dst":"10.0.0.1","sport":2,"dport":1},"state":"ESTABLISHED","mark":7}';

test('a line each, an array, an array on one line, and as jq writes it', async () => {
  const pretty = JSON.stringify([JSON.parse(ENTRY), JSON.parse(ENTRY)], null, 2);
  for (const text of [
    `${ENTRY}\n${ENTRY}\n`,
    `[\n${ENTRY},\n${ENTRY}\n]\n`,
    `[${ENTRY},${ENTRY}]`,
    pretty,
    pretty.slice(1, -1).replace('\n  },', '\n  }'),
    `\ufeff${ENTRY}${ENTRY}`,
  ]) {
    for (const size of [1, 50, 65_536]) {
      const { views, warnings } = await readText(text, size);
      assert.equal(warnings, [], text);
      assert.equal(
        views.map(view => [view.mark, view.tcpState, view.reply.dport]),
        [
          [7, 3, 1],
          [7, 3, 1],
        ],
      );
    }
  }
  assert.equal((await readText('[]\n')).views, []);
});

test('an object that is too long ends at the first line feed after the longest, in pieces of any size', async () => {
  const long = `{"orig": {${' '.repeat(70_000)}\n${ENTRY}\n${' '.repeat(65_000)}lost }\n{ ${' '.repeat(65_600)}{\n${ENTRY}\n`;
  const whole = await readText(long);
  assert.is(whole.views.length, 2);
  assert.match(
    whole.warnings.join(),
    /:1: skipped, longer than 65536 bytes: .*:3: skipped, not a JSON object: 'lost \}'/,
  );
  for (const size of [997, 4096, 65_535, 65_536]) {
    const { views, warnings } = await readText(long, size);
    assert.equal(warnings, whole.warnings, `${size}`);
    assert.is(views.length, 2);
  }
});

test('numbers beyond 2^53 stay exact, also next to texts with such numbers', async () => {
  const { views } = await readText(
    ENTRY.replace('"sport":1', '"sport":1,"packets":9007199254740993,"bytes":18446744073709551615').replace(
      '"mark"',
      '"helper":"a:12345678901234567890,\\"","mark"',
    ),
  );
  assert.is(views[0].origPackets, 9_007_199_254_740_993n);
  assert.is(views[0].origBytes, 2n ** 64n - 1n);
  assert.is(views[0].helper, 'a:12345678901234567890,"');
});

test('broken objects are reported with their line, and the next ones read', async () => {
  const { views, warnings } = await readText(
    [ENTRY, '{"family":"ipv4","orig":{', ENTRY, '{"helper":"cut', ENTRY, 'garbage', '{"src":"10.0.0.1"}', ENTRY].join(
      '\n',
    ),
  );
  assert.is(views.length, 4);
  assert.match(warnings[0], /:2: skipped, unterminated object/);
  assert.match(warnings[1], /:4: skipped, unterminated object/);
  assert.match(warnings[2], /:6: skipped, not a JSON object: 'garbage'/);
  assert.match(warnings[3], /4 lines skipped, 4 entries were read/);
});

test('a file that was cut off', async () => {
  const { views, warnings } = await readText(`[\n${ENTRY},\n${ENTRY.slice(0, 40)}`);
  assert.is(views.length, 1);
  assert.match(warnings.join('\n'), /:3: skipped.*\n.*cut off/);
  assert.match((await readText(`[\n${ENTRY}\n`)).warnings[0], /cut off/);
});

test('values of the wrong kind are reported', async () => {
  for (const [member, reason] of [
    ['"mark":-1', 'mark: expected a number'],
    ['"mark":1.5', 'mark: expected a number'],
    ['"mark":4294967296', 'mark: expected a number'],
    ['"mark":[]', 'mark: expected a number'],
    ['"status":["NONSENSE"]', "unknown status 'NONSENSE'"],
    ['"status":"ASSURED"', 'not a list'],
    ['"helper":5', 'helper is not a string'],
    ['"state":"NONSENSE"', 'unknown state of TCP'],
    ['"start":"yesterday"', 'invalid time'],
    ['"master":5', 'not an object'],
    ['"orig":{"src":"nowhere"}', 'invalid address'],
  ]) {
    const { views, warnings } = await readText(`${ENTRY}\n${ENTRY.replace('"mark":7', member)}\n`);
    assert.is(views.length, 1, member);
    assert.ok(warnings[0]?.includes(reason), `${warnings[0]} says ${reason}`);
  }
});

test('events, and what was lost of them', async () => {
  const { views, warnings } = await readText(
    `${ENTRY.replace('"mark"', '"event":"destroy","event_time":"2026-11-24T12:00:00Z","portid":9,"mark"')}\n{"event":"lost","count":3,"total":3,"time":"2026-11-24T12:00:00Z"}\n`,
  );
  assert.is(views[0].event, 'destroy');
  assert.is(views[0].type, 0x102);
  assert.is(views[0].portid, 9);
  assert.equal(warnings, ['standard input: 3 events were lost when this was written']);
});

/** What the sink writes of a message is read back to a message of which it writes the same. */
for (const [table, messages] of [
  ['conntrack', flowMessage],
  ['expect', expectationMessage],
] as const) {
  for (const format of ['jsonl', 'json'] as const) {
    test(`${format} of any entry of ${table} is read back`, async () => {
      const shown = (views: readonly MessageView[]): Promise<string> =>
        written(format, sink => {
          sink.begin({ table });
          for (const view of views) sink.entry(view);
          sink.end();
        });
      await fc.assert(
        fc.asyncProperty(fc.array(messages, { minLength: 1, maxLength: 5 }), async list => {
          const text = await shown(list.map(message => viewOf(message)));
          const { views, warnings } = await readText(text);
          assert.equal(
            warnings.filter(warning => !/protocol has no states/.test(warning)),
            [],
          );
          assert.is(await shown(views), text);
        }),
        { numRuns: 60 },
      );
    });
  }
}

assert.ok(environment.labelNames().length > 0);
test.run();
