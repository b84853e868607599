// timeout: 600
/**
 * Every statement in the documentation and in help runs, on a table of every protocol and attribute. In Markdown those are the
 * blocks marked `sql`; in recipes.md the commands of `sh` blocks run too.
 */
import { EventEmitter } from 'node:events';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Recorder } from '../../src/engine/sources/history/files/recording/recorder.js';
import { AGGREGATE_FUNCTIONS, SCALAR_FUNCTIONS } from '../../src/lang/functions/registry.js';
import { HISTORY_FOLDER } from '../../src/lang/schema/places.js';
import type { SelectStatement } from '../../src/lang/syntax/ast.js';
import { parse } from '../../src/lang/syntax/parse.js';
import type { Statement, WatchStatement } from '../../src/lang/syntax/statements.js';
import { run as runProgram, type Signals } from '../../src/shell/cli/run.js';
import { ownWords } from '../../src/shell/interactive/commands/own-line.js';
import type { Io } from '../../src/shell/io.js';
import { PAGES } from '../../src/shell/statements/help.js';
import { must, run } from '../kit/command.js';
import { flush, IPCTNL_MSG_CT_DELETE, IPCTNL_MSG_EXP_DELETE } from '../kit/encode.js';
import { encodeExpectation, encodeFlow, type Flow, PROTOCOL, STATUS } from '../kit/flow.js';
import { allExpectations, allFlows } from '../kit/flows.js';
import { Namespace, useConntrack } from '../kit/namespace.js';
import { mustRequest } from '../kit/netlink.js';
import { Program } from '../kit/program.js';
import { flowAt, ns } from '../kit/recorded.js';

const test = suite('documentation');

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PAGES_OF_DOCS = ['README.md', ...readdirSync(join(ROOT, 'docs')).map(name => join('docs', name))].filter(name =>
  name.endsWith('.md'),
);

const home = process.cwd();
const folder = mkdtempSync(join(tmpdir(), 'ctq-docs-'));

interface Ended {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The program in this process: a hundred starts of it would take minutes. */
async function ctq(...args: readonly string[]): Promise<Ended> {
  const streams = [new PassThrough(), new PassThrough()];
  const texts = streams.map(async stream => {
    let text = '';
    for await (const chunk of stream) text += String(chunk);
    return text;
  });
  const [stdout, stderr] = streams;
  const io = Object.assign(new EventEmitter(), { stdin: Readable.from([]), stdout, stderr, env: {} });
  const status = await runProgram(args, io as unknown as Io & Signals);
  for (const stream of streams) stream.end();
  const [out, err] = await Promise.all(texts);
  return { status, stdout: out, stderr: err };
}

const CHANGES: ReadonlySet<Statement['kind']> = new Set(['insert', 'update', 'delete', 'flush']);

/** Whether a statement lasts until its time is over, or somebody ends it. */
const lasts = (statement: Statement): statement is WatchStatement | SelectStatement =>
  statement.kind === 'watch' || (statement.kind === 'select' && statement.every !== undefined);

/** The text with a short time for what lasts. */
function ended(text: string): string {
  const { statements, diagnostics } = parse(text);
  assert.equal(
    diagnostics.map(({ message }) => message),
    [],
    text,
  );
  assert.ok(statements.length > 0, text);
  let result = text;
  for (const { for: time, output, end } of statements.filter(lasts).sort((a, b) => b.end - a.end)) {
    const at = output?.start ?? end;
    result = time
      ? `${result.slice(0, time.start)}200ms${result.slice(time.end)}`
      : `${result.slice(0, at)} for 200ms ${result.slice(at)}`;
  }
  return result;
}

/** What was tried last may have changed the tables. */
let isStale = true;

/** What the documents speak of as if it were there. */
const FLOW_OF_THE_DOCUMENTS: Flow = {
  proto: PROTOCOL.tcp,
  orig: { src: '10.0.1.2', dst: '192.0.2.2', sport: 40_000, dport: 80 },
  status: STATUS.SEEN_REPLY | STATUS.ASSURED,
  tcp: { state: 3 },
  timeout: 6000,
};

/** The tables as they are before a block: what blocks change is made anew. */
function refill(): void {
  if (!isStale) return;
  isStale = false;
  mustRequest([flush(IPCTNL_MSG_EXP_DELETE), flush(IPCTNL_MSG_CT_DELETE)]);
  mustRequest([flush(IPCTNL_MSG_CT_DELETE)], 'blue');
  // The table's own zone 12 is where an example copies to.
  mustRequest([...allFlows().filter(({ orig }) => orig.zone !== 12), FLOW_OF_THE_DOCUMENTS].map(encodeFlow));
  mustRequest(allExpectations().map(encodeExpectation));
}

const process4711: Program[] = [];

/** What was recorded on the day that the documents speak of, and just now, where `in history` looks for it. */
async function recordHistory(): Promise<void> {
  // In the mount namespace of this test.
  must(['mount', '-t', 'tmpfs', 'tmpfs', '/var/lib']);
  const recorder = await Recorder.open({
    folder: HISTORY_FOLDER,
    gateway: 'gw1',
    netns: '',
    keep: { age: 100 * 365 * 86_400_000 },
    now: () => ns(Date.now()),
    warn: message => assert.unreachable(message),
  });
  const day = Date.UTC(2026, 10, 27, 14, 3);
  for (const time of [day, day - 150 * 60_000, Date.now() - 1000])
    for (const id of [123, 124]) recorder.entry(flowAt(id, time - 60_000, time + 1, 1000));
  await recorder.close();
}

test.before(async () => {
  process.chdir(folder);
  for (const name of ['blue', 'red']) new Namespace(name);
  await recordHistory();
  useConntrack();
  refill();
  for (const [file, format] of [
    ['before.save', 'save'],
    ['after.save', 'save'],
    ['dump.save', 'save'],
    ['now.save', 'save'],
    ['before.xml', 'xml'],
    ['dump.jsonl', 'jsonl'],
  ] as const) {
    const { status, stderr } = await ctq(`select from conntrack output ${format} to '${file}'`);
    assert.is(status, 0, stderr);
  }
  const expectations = await ctq("select from expect output xml to 'expectations.xml'");
  assert.is(expectations.status, 0, expectations.stderr);
  writeFileSync('dump.jsonl.gz', gzipSync(readFileSync('dump.jsonl')));
  writeFileSync('pairs.csv', 'ip,dport\n192.0.2.53,53\n10.1.0.1,443\n');
  writeFileSync('hosts.csv', 'ip,name,owner,site\n10.1.0.1,web,ann,north\n192.0.2.0/24,edge,bob,south\n');
  writeFileSync(
    'events.log',
    '[1795773600.000000]\t[DESTROY] udp      17 src=10.1.0.1 dst=192.0.2.53 sport=5000 dport=53 src=192.0.2.53 dst=10.1.0.1 sport=53 dport=5000\n',
  );
  copyFileSync(join(ROOT, 'test/engine/formats/files/events-timestamp.log'), 'nat.log');
  mkdirSync('year');
  const [began, ended] = ['[1781526600.000100]\t    [NEW]', '[1781699400.000200]\t[DESTROY]'];
  const tuples =
    'tcp      6 src=10.0.0.7 dst=192.0.2.1 sport=40000 dport=443 src=192.0.2.1 dst=203.0.113.1 sport=443 dport=61000';
  writeFileSync('year/nat-000.log.gz', gzipSync(`${began} ${tuples}\n`));
  writeFileSync(
    'year/nat-002.log.gz',
    gzipSync(`${ended} ${tuples} [start=Mon Jun 15 12:30:00 2026] [stop=Wed Jun 17 12:30:00 2026]\n`),
  );
  writeFileSync('more.ctq', "echo 'more';\n");
  writeFileSync('networks.ctq', 'let office = 10.0.0.0/8;\n');
  writeFileSync('fleet.conf', 'gw1 edge ssh root@gw1\ngw2 edge ssh root@gw2\n');
  process.env.CTQ_FLEET_CONF = join(folder, 'fleet.conf');
  // Another host, and a process, that answer to the names in the examples.
  writeFileSync('ssh', '#!/bin/bash\nwhile [ "$1" != -- ]; do shift; done\nshift 2\nexec sh -c "$*"\n', {
    mode: 0o755,
  });
  symlinkSync(join(ROOT, 'dist/ctq.js'), 'ctq');
  process.env.PATH = `${folder}:${process.env.PATH}`;
  const sleeper = new Program(['unshare', '-n', 'sh', '-c', 'echo ready; exec sleep 1000']);
  process4711.push(sleeper);
  await sleeper.waitFor(/ready/);
});

test.after(async () => {
  process.chdir(home);
  for (const sleeper of process4711) await sleeper.stop('SIGKILL');
  rmSync(folder, { recursive: true });
});

/** Runs a text as somebody would who read it. */
async function tryOut(text: string, where: string): Promise<void> {
  const statements = ended(text).replaceAll(/\bpid 4711\b/g, `pid ${process4711[0].pid}`);
  refill();
  isStale = parse(statements).statements.some(({ kind }) => CHANGES.has(kind));
  const { status, stderr, stdout } = await ctq('--yes', '--no-config', `--execute=${statements}`);
  assert.is(status, 0, `${where}: ${text}\n${stderr}${stdout.slice(0, 500)}`);
  assert.not.match(stderr, /^error/m, `${where}: ${text}`);
}

interface Block {
  readonly language: string;
  readonly text: string;
  readonly line: number;
}

function blocksOf(markdown: string): Block[] {
  return [...markdown.matchAll(/^```([a-z]+)\n([\s\S]*?)^```$/gm)].map(match => ({
    language: match[1],
    text: match[2],
    line: markdown.slice(0, match.index).split('\n').length + 1,
  }));
}

for (const page of PAGES_OF_DOCS) {
  const blocks = blocksOf(readFileSync(join(ROOT, page), 'utf8')).filter(({ language }) => language === 'sql');
  if (blocks.length === 0) continue;
  test(page, async () => {
    for (const { text, line } of blocks) await tryOut(text, `${page}:${line}`);
  });
}

test('there are statements to try', () => {
  const all = PAGES_OF_DOCS.flatMap(page => blocksOf(readFileSync(join(ROOT, page), 'utf8')));
  assert.ok(all.filter(({ language }) => language === 'sql').length >= 20, String(all.length));
});

test('a statement that is wrong is found', async () => {
  let message = '';
  await tryOut('select scr from conntrack', 'here').catch(error => {
    message = error.message;
  });
  assert.match(message, /here: select scr[\s\S]*unknown field 'scr'/);
});

test('the conditions in the tables of coming-from.md select', async () => {
  const [page] = readFileSync(join(ROOT, 'docs/coming-from.md'), 'utf8').split(/^## SQL$/m);
  const conditions = [...page.matchAll(/^\| `.+` \| `(.+)` \|$/gm)].map(found => found[1]);
  assert.ok(conditions.length > 40);
  for (const condition of conditions) {
    const { status, stderr } = await ctq(`select from conntrack where ${condition}`);
    assert.is(status, 0, `${condition}: ${stderr}`);
  }
});

test('the commands in the table of README.md run', async () => {
  const [table] = /^## What to type\n[\s\S]*?(?=^!)/m.exec(readFileSync(join(ROOT, 'README.md'), 'utf8')) ?? [''];
  const commands = [...table.matchAll(/`(ctq [^`]+)`/g)].map(([, command]) => command);
  assert.ok(commands.length > 12);
  for (const command of commands) {
    const words = ownWords(command)!;
    // What requires a terminal, and namespaces of its own.
    if (words[0] === 'top' || words[0] === 'demo') continue;
    refill();
    isStale = command.includes('"delete');
    const args = command.endsWith('"') ? [...words.slice(0, -1), ended(words.at(-1)!)] : words;
    const { status, stderr } = await ctq(...args);
    assert.is(status, 0, `${command}\n${stderr}`);
  }
});

test('the expressions of nft in coming-from.md are nft’s', () => {
  const page = readFileSync(join(ROOT, 'docs/coming-from.md'), 'utf8');
  const [section] = /^## nft\n[\s\S]*?(?=^## )/m.exec(page) ?? [''];
  const expressions = [...section.matchAll(/^\| `(.+)` \| `.+` \|$/gm)].map(found => found[1]);
  assert.ok(expressions.length > 15);
  const rules = expressions.map(expression => `add rule inet documents flows ${expression}\n`);
  writeFileSync('rules.nft', ['add table inet documents\n', 'add chain inet documents flows\n', ...rules].join(''));
  const { code, stderr } = run(['nft', '--check', '--file', 'rules.nft']);
  assert.is(code, 0, stderr);
});

test('who had an address and a port: a flow that began before, and ended days after', async () => {
  const [text] = /^## Who had an address[\s\S]*?(?=^## )/m.exec(
    readFileSync(join(ROOT, 'docs/recipes.md'), 'utf8'),
  ) ?? [''];
  const selects = [...text.matchAll(/^```sql\n(select[\s\S]*?)```$/gm)].map(([, statement]) => statement);
  assert.is(selects.length, 2);
  for (const statement of selects) {
    for (const [from, to, found] of [
      ['2026-06-15 12:30', '2026-06-15 12:40', 1],
      ['2026-06-16 00:00', '2026-06-16 00:00', 1],
      ['2026-06-15 12:00', '2026-06-15 12:10', 0],
      ['2026-06-17 13:00', '2026-06-17 14:00', 0],
    ] as const) {
      const other = statement.replace('2026-06-15 12:30', from).replace('2026-06-15 12:40', to);
      const { stdout, stderr } = await ctq('-o', 'csv,noheader', other);
      assert.is(stdout.match(/^10\.0\.0\.7,40000,192\.0\.2\.1,443,2026-06-15/gm)?.length ?? 0, found, other + stderr);
    }
  }
});

test('the commands of recipes.md run', () => {
  refill();
  isStale = true;
  const commands = blocksOf(readFileSync(join(ROOT, 'docs/recipes.md'), 'utf8')).filter(
    ({ language }) => language === 'sh',
  );
  assert.ok(commands.length >= 10);
  for (const { text, line } of commands) {
    const { stderr, stdout } = run(['bash', '-c', text]);
    assert.is(stderr, '', `recipes.md:${line}: ${text}`);
    if (!/-D|timeout 1|diff/.test(text)) assert.ok(stdout.length > 0, `recipes.md:${line}: ${text}`);
  }
});

test('the page for tldr has the form that tldr-pages requires, and its commands run', async () => {
  const page = readFileSync(join(ROOT, 'docs/tldr/ctq.md'), 'utf8');
  const [, examples] =
    /^# ctq\n\n(?:> [A-Z][^\n]*\.\n){2,4}\n((?:- [A-Z][^\n]*:\n\n`[^`\n]+`\n\n?)+)$/.exec(page) ?? [];
  assert.ok(examples, 'title, description, examples');
  assert.match(page, /^> More information: <https:\/\/[^>]+>\.$/m);
  const commands = [...examples.matchAll(/^`(.+)`$/gm)].map(([, command]) => command);
  assert.ok(commands.length <= 8);
  mkdirSync(join(folder, 'path/to'), { recursive: true });
  for (const command of commands.flatMap(each => each.split(' && '))) {
    const words = ownWords(command.replaceAll(/\{\{|\}\}/g, ''))!;
    refill();
    isStale = /delete/.test(command);
    // What requires a terminal.
    if (words.length === 0 || words[0] === 'top') continue;
    const isStatement = words.length === 1;
    const { status, stderr } = await (isStatement
      ? ctq('--yes', '--no-config', `--execute=${ended(words[0])}`)
      : ctq(...words));
    assert.is(status, 0, `${command}\n${stderr}`);
  }
});

test('the examples of help', async () => {
  const examples: (readonly [string, string])[] = [
    ...Object.entries(PAGES).flatMap(([name, { examples: all }]) => all.map(({ query }) => [name, query] as const)),
    ...Object.entries({ ...SCALAR_FUNCTIONS, ...AGGREGATE_FUNCTIONS }).map(
      ([name, { example }]) => [name, example] as const,
    ),
  ];
  assert.ok(examples.length > 80, String(examples.length));
  for (const [name, text] of examples) await tryOut(text, `help ${name}`);
});

test.run();
