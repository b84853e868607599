import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { CompletionSources } from '../../../src/lang/services/completion/candidate.js';
import { complete, valueFieldAt } from '../../../src/lang/services/completion/complete.js';
import { ENVIRONMENT } from '../../kit/environment.js';
import { withCursor } from '../../kit/marked.js';

const test = suite('complete');

const sources: CompletionSources = {
  environment: {
    ...ENVIRONMENT,
    fileShape: path =>
      path === 'hosts.csv.gz'
        ? { kind: 'columns', columns: ['ip', 'rack', 'limit', 'src'], mayHoldFlows: false }
        : path === 'flows.csv'
          ? { kind: 'columns', columns: ['proto', 'weight'], mayHoldFlows: true }
          : { kind: 'other' },
  },
  variables: ['limit_of', 'list'],
  values: (table, field) =>
    table === 'conntrack' && field === 'orig.src'
      ? [{ text: '10.0.0.7', doc: '5 of 9' }, { text: '10.0.0.1' }]
      : table === 'conntrack' && field === 'state'
        ? [
            { text: 'TIME_WAIT', doc: '5 of 9' },
            { text: 'ESTABLISHED', doc: '4 of 9' },
          ]
        : table === 'sysctl' && field === 'name'
          ? [{ text: "'nf_conntrack_max'" }, { text: "'nf_conntrack_acct'" }]
          : [],
  files: prefix => ['before.save', 'backups/'].filter(name => name.startsWith(prefix)),
  namespaces: () => ['blue', 'green'],
  recorded: store =>
    store === 'history' || store === '/srv/flows'
      ? { from: Date.UTC(2026, 10, 25, 22), to: Date.UTC(2026, 10, 27, 15), gateways: ['gw1', 'gw2'] }
      : undefined,
};

const at = (written: string) => {
  const { text, at: cursor } = withCursor(written);
  return complete(text, cursor, sources);
};

/** [text with the cursor, candidates that begin the list, words that are not offered] */
const FIRST: readonly (readonly [string, readonly string[], readonly string[]])[] = [
  ['sel|', ['select'], []],
  ['select from |', ['conntrack', 'expect'], ['where', 'src']],
  ['select from con|', ['conntrack'], []],
  ['select from conntrack whe|', ['where'], []],
  ['select from conntrack where dpo|', ['dport'], []],
  ['select from conntrack where orig.by|', ['orig.bytes'], []],
  ['echo 1, |', ['$limit_of', '$list'], ['src', 'proto', 'orig.src']],
  ['assert |', [], ['src', 'proto']],
  ['assert (select count(*) from conntrack where sr|', ['src'], []],
  ['select from conntrack where event|', [], ['event', 'event_time']],
  ['watch from conntrack where event|', ['event', 'event_time'], []],
  ['select from conntrack where src |', ['=', '!=', 'in', 'not in', 'is private'], ['has', 'like', '<', 'between']],
  ['select from conntrack where status |', ['has', 'has any'], ['=', 'like', 'in']],
  ['select from conntrack where helper |', ['=', '!=', 'like'], ['has', '<']],
  ['select from conntrack where src = |', ['10.0.0.7', '10.0.0.1'], ['where']],
  ['select from conntrack where state = EST|', ['ESTABLISHED'], []],
  ['select from conntrack where state in (SYN_SENT, CL|', ['CLOSE_WAIT', 'CLOSE'], ['ESTABLISHED']],
  ['select from conntrack where status has AS|', ['ASSURED'], []],
  ['select from conntrack where proto = ud|', ['udp', 'udplite'], []],
  ['select from conntrack where dport = htt|', ['http', 'https'], []],
  ['select from conntrack where src is pr|', ['private'], []],
  ["select from conntrack where helper = 'ft|", ["'ftp'"], []],
  ['select from conntrack in history |', ['at', 'since', 'between'], []],
  ["select from conntrack in history 'ba|", ["'backups/"], []],
  ["watch from conntrack on destroy into 'history' keep |", ['7d', '30d'], []],
  ['select from conntrack in history since |', ['now() - 1h', 'now() - 1d'], ['src', 'where']],
  ["select from conntrack in history since '|", ["'2026-11-27'", "'2026-11-26'", "'2026-11-25T22:00:00Z'"], []],
  ["select from conntrack in history '/srv/flows' at '|", ["'2026-11-27T14:00:00Z'"], ["'2026-11-27'"]],
  ["select from conntrack in history '/other' at |", ['now() - 5m'], ["'2026-11-27T14:00:00Z'"]],
  ['select from conntrack in history at now() within |', ['1s', '2s'], []],
  ["select from conntrack in history between '2026-11-26' and |", ['now()'], []],
  ['select from conntrack in history since now() - 1d where gateway = |', ["'gw1'", "'gw2'"], []],
  ['select from conntrack where dport between 1 and |', [], ['now()']],
  ["select from sysctl where name = 'nf_conntrack_m|", ["'nf_conntrack_max'"], []],
  ["select from 'be|", ["'before.save'"], []],
  ["select from 'ba|", ["'backups/"], []],
  ['use fleet |', ['core', 'edge', 'gw1', "'gw-2'"], ['select']],
  ['count conntrack in fleet ed|', ['edge'], ['core']],
  ["count conntrack in fleet (edge, 'gw|", ["'gw1'", "'gw-2'"], []],
  ["show fleet 'c|", ["'core'"], ["'edge'"]],
  ['use netns |', ['blue', 'green'], ['select']],
  ["select | from 'hosts.csv.gz'", ['ip', 'rack', 'src'], ['limit', 'dport']],
  ["select from 'hosts.csv.gz' where ra|", ['rack'], ['rare']],
  [
    "select from 'hosts.csv.gz' where rack |",
    ['=', '!=', '<', '<=', '>', '>=', 'between', 'in', 'not in', 'like'],
    ['has'],
  ],
  ["select from 'hosts.csv.gz' where src = |", ['ip', 'rack', 'src'], ['10.0.0.7', 'dst']],
  ["select from 'hosts.csv.gz' order by |", ['ip', 'rack', 'src'], ['dport']],
  ["select from conntrack join 'hosts.csv.gz' on |", ['hosts.ip', 'hosts.rack', 'hosts.src'], ['ip', 'rack']],
  ["select from conntrack join 'hosts.csv.gz' as h on src = h.|", ['h.ip', 'h.rack', 'h.src'], ['hosts.ip']],
  ["select from conntrack where src in (select | from 'hosts.csv.gz')", ['ip', 'rack'], []],
  ["select from 'flows.csv' where |", [], ['weight']],
  ["select h.| from conntrack join 'hosts.csv.gz' h on src = ip", ['h.ip', 'h.rack', 'h.src', 'h.filename', 'h.*'], []],
  ['select c.| from conntrack c', ['c.*'], ['conntrack.*']],
  ['select | from conntrack', ['proto'], ['conntrack.*']],
  ["select from conntrack c join 'hosts.csv.gz' h on h.|", ['h.ip'], ['h.*']],
  ['select upper(c.| from conntrack c', [], ['c.*']],
  ['set tim|', ['timing'], []],
  ['select from conntrack output js|', ['json', 'jsonl'], []],
  ['update conntrack set ti|', ['timeout'], []],
  ['echo $li|', ['$limit_of', '$list'], []],
  ['help wat|', ['watch'], []],
  ['echo 1; flu|', ['flush'], []],
  ["echo 'in quotes se|", [], ['select']],
  ['echo 1 -- se|', [], ['select']],
];
for (const [text, first, absent] of FIRST) {
  test(text, () => {
    const candidates = at(text).candidates.map(each => each.text);
    assert.equal(candidates.slice(0, first.length), first);
    for (const word of absent) assert.not(candidates.includes(word), word);
  });
}

test('what a candidate replaces', () => {
  assert.equal({ ...at('select orig.sr|'), candidates: [] }, { start: 7, end: 14, candidates: [] });
  assert.equal({ ...at("select from 'be|"), candidates: [] }, { start: 12, end: 15, candidates: [] });
});

test('the values that would help', () => {
  const wanted = (written: string) => {
    const { text, at: cursor } = withCursor(written);
    return valueFieldAt(text, cursor);
  };
  assert.equal(wanted('select from conntrack where dst = |'), { table: 'conntrack', field: 'orig.dst' });
  assert.equal(wanted("select from sysctl where name = 'nf|"), { table: 'sysctl', field: 'name' });
  assert.is(wanted('select from conntrack where |'), undefined);
});

test('values that are in the table come before the others that the field may have', () => {
  const { candidates } = complete('select from conntrack where state = ', 36, sources);
  assert.equal(
    candidates.slice(0, 3).map(({ text, doc }) => [text, doc]),
    [
      ['TIME_WAIT', '5 of 9'],
      ['ESTABLISHED', '4 of 9'],
      ['NONE', undefined],
    ],
  );
  assert.is(candidates.filter(({ text }) => text === 'ESTABLISHED').length, 1);
});

test('after a column comes what goes on with the list, then conditions', () => {
  const offered = (text: string, count: number): string[] =>
    complete(text, text.length, sources)
      .candidates.slice(0, count)
      .map(({ text }) => text);
  assert.equal(offered('select src, dport ', 3), ['from', 'as', '=']);
  assert.equal(offered('select src from conntrack where src in (select dst ', 2), ['from', 'as']);
  assert.equal(offered('select src from conntrack group by src ', 2), ['having', 'order by']);
  assert.equal(offered('select src from conntrack order by src ', 3), ['asc', 'desc', 'limit']);
  assert.equal(offered('select if(dport ', 2), ['=', '!=']);
  assert.equal(offered('select from conntrack where dport ', 2), ['=', '!=']);
  assert.equal(offered('select src, dport ', 30).slice(-2), ['and', 'or']);
  assert.is(offered('select src ', 1)[0], 'from');
});

test('after a condition come the words that continue it, then the clauses that are used most', () => {
  const offered = (text: string): string[] => complete(text, text.length, sources).candidates.map(({ text }) => text);
  const clauses = ['and', 'or', 'group by', 'order by', 'limit', 'output'];
  for (const condition of ['dport = 443', 'src in (10.0.0.1, 10.0.0.2)', 'status has ASSURED', 'src is private'])
    assert.equal(offered(`select from conntrack where ${condition} `).slice(0, 6), clauses, condition);
  assert.equal(offered('watch from conntrack where dport = 443 ').slice(0, 6), clauses);
  assert.equal(offered('delete from conntrack where dport = 443 '), ['and', 'or', 'limit', 'output']);
  const grouped = offered('select src, count(*) from conntrack group by src having count(*) > 5 ');
  assert.equal(grouped.slice(0, 5), ['and', 'or', 'order by', 'limit', 'output']);
});

test.run();
