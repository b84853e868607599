/** JSON documents around lists of objects: which list is a table, and what is said of the others. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ctqHere } from '../kit/here.js';

const test = suite('JSON documents');

const folder = mkdtempSync(join(tmpdir(), 'ctq-json-documents-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

const put = (name: string, content: string | Buffer): void => writeFileSync(join(folder, name), content);

async function run(query: string, input = ''): Promise<{ lines: string[]; stderr: string }> {
  const { stdout, stderr } = await ctqHere([`${query} output jsonl`], { cwd: folder, input });
  return { lines: stdout.split('\n').slice(0, -1), stderr };
}

const ROWS = [
  { ip: '10.0.0.1', cost: 5 },
  { ip: '10.0.0.2', cost: 50 },
];
const LINES = ROWS.map(row => JSON.stringify(row));
const MANY = Array.from({ length: 3000 }, (_, i) => ({ ip: '10.0.0.1', cost: i, parts: [{ id: i }] }));

test('the only list of objects of a document is a table', async () => {
  const documents = [
    { items: ROWS },
    { kind: 'List', 'the items': ROWS, metadata: { from: 1, 'a}]': ']' }, none: [], words: ['a', 'b'] },
    { metadata: { list: [{ x: 1 }] }, items: ROWS },
  ];
  for (const document of documents) {
    for (const text of [JSON.stringify(document), `\n${JSON.stringify(document, undefined, 2)}\n`]) {
      put('d.json', text);
      put('d.gz', gzipSync(text));
      for (const [name, input] of [['d.json'], ['d.gz'], ['-', text]]) {
        const { lines, stderr } = await run(`select * from '${name}'`, input);
        assert.equal(lines, LINES, text);
        assert.match(
          stderr,
          /^(?:d\.json|d\.gz|standard input) is one object: the rows are those of its list '(?:the )?items'\n$/,
        );
      }
      assert.equal(
        (await run("select cost from 'd.json' where ip in (select ip from 'd.json' where cost > 5)")).lines,
        ['{"cost":50}'],
      );
      assert.equal(
        (await run("select b.cost as c from 'd.json' a join 'd.json' b on a.ip = b.ip and b.cost < 7")).lines,
        ['{"c":5}'],
      );
    }
  }
});

test('one that is longer than the beginning of a file that is looked at', async () => {
  put('many.json', JSON.stringify({ items: MANY, last: { x: 1 } }, undefined, 1));
  assert.equal((await run("select count(*) as n, max(cost) as m from 'many.json'")).lines, ['{"n":3000,"m":2999}']);
  put('cut.json', JSON.stringify({ items: MANY }).slice(0, -9));
  assert.match((await run("select ip from 'cut.json'")).stderr, /error: cannot read cut\.json: the array has no end/);
  put('two.json', JSON.stringify({ items: MANY, others: MANY }));
  assert.match(
    (await run("select ip from 'two.json'")).stderr,
    /error: .*one object around lists\n.*jq '\.items\[\]' two\.json/s,
  );
  put('deep.json', JSON.stringify({ data: { result: MANY } }));
  for (const columns of ['*', 'ip'])
    assert.match(
      (await run(`select ${columns} from 'deep.json'`)).stderr,
      /error.*jq '\.data\.result\[\]' deep\.json \| ctq/s,
    );
});

test('of lists that are deeper, or several, hints have the paths', async () => {
  const hint = async (document: unknown): Promise<string | undefined> => {
    put('h.json', JSON.stringify(document));
    return /hint: (.*)/.exec((await run("select cost from 'h.json'")).stderr)?.[1];
  };
  assert.is(
    await hint({ Reservations: [{ Id: 1, Instances: ROWS }] }),
    `its list of objects as rows: jq '.Reservations[].Instances[]' h.json | ctq "select … from '-'"`,
  );
  assert.match((await hint({ status: 1, data: { 'a b': ROWS } })) ?? '', /jq '\.data\."a b"\[\]' h\.json/);
  assert.match((await hint({ a: [{ x: 1 }], b: [{ y: 1 }] })) ?? '', /\(\.a\[\], \.b\[\]\) as rows: jq '\.a\[\]'/);
  const { lines, stderr } = await run("select * from 'h.json'");
  assert.equal(lines, ['{"a":[{"x":1}],"b":[{"y":1}]}']);
  assert.match(stderr, /h\.json is one object, and a row; one of its lists/);
});

test('rows of JSON lines may have lists of objects', async () => {
  const rows = MANY.slice(0, 2).map(row => JSON.stringify(row));
  put('l.jsonl', rows.join('\n'));
  assert.equal(await run("select * from 'l.jsonl'"), { lines: rows, stderr: '' });
});

test('what is not JSON is an error', async () => {
  for (const text of ['{{"a":[{"b":1}]}', '{"a\nb":[{"c":1}]}', '{"a" "b":{[{"c":1}]}}']) {
    put('x.json', text);
    assert.match((await run("select * from 'x.json'")).stderr, /error: (?!internal)/, text);
  }
});

test('lists of entries are entries', async () => {
  put(
    'luci.json',
    '{"connections":[{"bytes":"1","src":"10.0.0.1","sport":"1","layer4":"tcp","dst":"10.0.0.2","dport":"2","layer3":"ipv4","packets":"1"}]}',
  );
  assert.equal((await run("select src, dport from 'luci.json'")).lines, ['{"src":"10.0.0.1","dport":2}']);
});

test('entries in responses of JSON-RPC, also several', async () => {
  const entry = (n: number): string =>
    `{"bytes":"1","src":"10.0.0.${n}","sport":"1","layer4":"tcp","dst":"10.0.0.9","dport":"2","layer3":"ipv4","packets":"1"}`;
  const response = (id: number, ...entries: readonly string[]): string =>
    `{"jsonrpc":"2.0","id":${id},"result":[0,{"result":[${entries.join(',')}]}]}`;
  const older = `{"id":1,"result":[${entry(1)},${entry(2)}],"error":null}`;
  for (const [text, count] of [
    [response(1, entry(1), entry(2)), 2],
    [`[${response(1, entry(1), entry(2))},${response(2, entry(3))}]`, 3],
    [`${response(1, entry(1))}\n${response(2, entry(2))}\n`, 2],
    [older, 2],
    [JSON.stringify(JSON.parse(response(1, entry(1), entry(2))), null, 2), 2],
  ] as const) {
    put('rpc.json', text);
    assert.equal((await run("select count(src) as n from 'rpc.json'")).lines, [`{"n":${count}}`], text);
  }
  // Lists within rows of other things are theirs.
  put('rows.json', '[{"id":1,"tags":[{"name":"a"}]},{"id":2,"tags":[]}]');
  assert.is((await run("select id from 'rows.json'")).lines.length, 2);
});

test.run();
