// timeout: 60
/** Network namespaces that are removed while something runs in them: nothing of them is kept. */
import { readdirSync, readlinkSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { startCtq } from '../kit/cli.js';
import { Namespace } from '../kit/namespace.js';
import { until } from '../kit/until.js';

const test = suite('namespaces that are removed');
new Namespace('stays');

/** Descriptors of a process, and those among them that refer to a network namespace. */
function open(pid: number): { readonly all: number; readonly namespaces: number } {
  const folder = `/proc/${pid}/fd`;
  const targets = readdirSync(folder).flatMap(fd => {
    try {
      return [readlinkSync(`${folder}/${fd}`)];
    } catch {
      return [];
    }
  });
  return { all: targets.length, namespaces: targets.filter(target => /^net:|\/netns\//.test(target)).length };
}

for (const [what, statement] of [
  ['all of them', 'select count(*) from conntrack in netns * every 100ms'],
  ['one name', 'select count(*) from conntrack in netns again where sport > 0 every 100ms'],
] as const) {
  test(`a query that is repeated holds none between its runs: ${what}`, async () => {
    let again = new Namespace('again');
    const query = startCtq([statement]);
    await query.waitFor(/0\n[\s\S]*0\n/, 20_000);
    let most = 0;
    for (let i = 0; i < 15; i++) {
      if (what === 'all of them') {
        again.destroy();
        again = new Namespace('again');
      }
      await query.waitFor(/0\n[\s\S]*0\n/, 20_000);
      most = Math.max(most, open(query.pid).namespaces);
    }
    // One may be open just now, and the thread's own while it changes.
    assert.ok(most <= 3, `${most} namespaces are open`);
    query.kill('SIGINT');
    assert.is(await query.exit(), 0, query.stderr);
    again.destroy();
  });
}

test('a watch reports that its namespace was removed, and ends', async () => {
  const gone = new Namespace('gone');
  const watch = startCtq(['watch event, src from conntrack in netns gone', '-o', 'tsv']);
  await until('the watch to be there', () => open(watch.pid).namespaces > 0, { within: 20_000 });
  await new Promise(resolve => setTimeout(resolve, 500));
  gone.must('conntrack -I -t 60 -s 10.0.0.9 -d 10.0.0.2 -p udp --sport 1 --dport 9'.split(' '));
  gone.destroy();
  assert.is(await watch.exit(), 1, watch.stderr);
  assert.match(watch.stdout, /new\t10\.0\.0\.9/);
  assert.match(watch.stderr, /error: the network namespace "gone" was removed/);
});

test('a watch of all continues with the others', async () => {
  const gone = new Namespace('gone');
  const watch = startCtq(['watch netns, src from conntrack in netns * with existing', '-o', 'tsv']);
  await until('the watch to be there', () => open(watch.pid).namespaces >= 2, { within: 20_000 });
  await new Promise(resolve => setTimeout(resolve, 500));
  gone.destroy();
  await until('it to be told', () => watch.stderr.includes('was removed'), { within: 20_000 });
  await until('it to be let go', () => open(watch.pid).namespaces === 1, { within: 20_000 });
  watch.kill('SIGINT');
  assert.is(await watch.exit(), 1, watch.stderr);
});

test.run();
