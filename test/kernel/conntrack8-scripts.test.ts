// timeout: 900
/** Command lines as other people's programs have them, by conntrack(8) and by ctq: both outputs, the exit status, the table. */
import { writeFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Finished } from '../kit/command.js';
import { must } from '../kit/command.js';
import { nameLabels } from '../kit/labels.js';
import { Namespace, useConntrack } from '../kit/namespace.js';
import { conntrack } from '../kit/oracle.js';
import { wordsOf } from '../shell/conntrack8/lines.js';
import { comparable, LABELS, ours, RULES, table, theirs } from '../shell/conntrack8/programs.js';
import { SCENE, SCRIPTS } from '../shell/conntrack8/scripts.js';

const test = suite('command lines of scripts');

const ORACLE = 'oracle';

/**
 * The lines that conntrack(8) can read one after another: it crashes at a second one with labels. It cannot open its standard input, which
 * is a socket here.
 */
const FILE = '/run/scene';
const hasLabels = (line: string): boolean => line.includes('--label-add');

/** Both tables, made by conntrack(8). */
function makeTables(): void {
  for (const options of [{}, { netns: ORACLE }]) {
    must(['conntrack', '-F'], options);
    must(['conntrack', '-R', FILE], options);
    for (const line of SCENE.filter(hasLabels)) must(['conntrack', ...wordsOf(line)], options);
  }
}

/** The same tables, made by ctq, which needs no process for it. */
async function reset(): Promise<void> {
  for (const netns of [undefined, ORACLE]) {
    await ours(['-F'], '', netns);
    assert.is((await ours(['-R', '-'], SCENE.join('\n'), netns)).code, 0);
  }
}

test.before(() => {
  writeFileSync(
    FILE,
    SCENE.filter(line => !hasLabels(line))
      .map(line => `${line}\n`)
      .join(''),
  );
  nameLabels(LABELS);
  const oracle = new Namespace(ORACLE);
  useConntrack();
  oracle.nft(RULES);
});

/** The version is each program's own; what ctq adds is in lines of its own. */
const said = ({ stderr }: Finished): string =>
  stderr
    .split('\n')
    .filter(line => !line.startsWith('ctq: '))
    .join('\n')
    .replaceAll(/v1\.4\.\d+ /g, 'v ');

const seconds = (text: string): string => text.replaceAll(/(-t |<timeout>)\d+/g, '$1').replaceAll(/<id>\d+/g, '<id>');

const printed = ({ stdout }: Finished): readonly string[] => comparable(seconds(stdout));

function compared(line: string, expected: Finished, actual: Finished): string[] {
  const differences: string[] = [];
  if (expected.code !== actual.code) differences.push(`${line}: exit ${actual.code}, not ${expected.code}`);
  const [want, have] = [printed(expected), printed(actual)];
  if (JSON.stringify(want) !== JSON.stringify(have))
    differences.push(`${line}:\n  ctq  ${have.join('\n       ')}\n  c(8) ${want.join('\n       ')}`);
  if (said(expected) !== said(actual))
    differences.push(`${line}: says\n  ctq  ${actual.stderr}  c(8) ${expected.stderr}`);
  return differences;
}

test('the table has every kind of entry', async () => {
  makeTables();
  assert.is(SCENE.length, 24);
  const made = await table();
  assert.is(made.filter(line => line !== '').length, SCENE.length);
  assert.equal(made, await table(ORACLE));
  await reset();
  assert.equal(await table(), made);
  assert.equal(await table(ORACLE), made);
});

test('lists', async () => {
  await reset();
  const differences: string[] = [];
  for (const line of SCRIPTS.LISTS) {
    const words = wordsOf(line);
    differences.push(...compared(line, theirs(words, ORACLE), await ours(words)));
  }
  assert.is(differences.join('\n'), '');
  assert.ok(SCRIPTS.LISTS.length >= 110, `${SCRIPTS.LISTS.length}`);
});

test('changes', async () => {
  const differences: string[] = [];
  await reset();
  // Each line finds the table like this: a list of it takes longer than the line.
  const before = JSON.stringify(await table(ORACLE));
  let changed = false;
  for (const line of SCRIPTS.CHANGES) {
    if (changed) await reset();
    const words = wordsOf(line);
    differences.push(...compared(line, theirs(words, ORACLE), await ours(words)));
    const [after, own] = [await table(ORACLE), await table()];
    const lacking = after.filter(each => !own.includes(each));
    const added = own.filter(each => !after.includes(each));
    if (lacking.length + added.length > 0)
      differences.push(`${line}: the table\n  ctq  ${added.join('\n       ')}\n  c(8) ${lacking.join('\n       ')}`);
    changed = JSON.stringify(after) !== before || lacking.length + added.length > 0;
  }
  assert.is(differences.join('\n'), '');
  assert.ok(SCRIPTS.CHANGES.length >= 100, `${SCRIPTS.CHANGES.length}`);
});

test('mistakes', async () => {
  await reset();
  const before = await table();
  const differences: string[] = [];
  for (const line of SCRIPTS.MISTAKES) {
    const words = wordsOf(line);
    differences.push(...compared(line, theirs(words, ORACLE), await ours(words)));
  }
  assert.is(differences.join('\n'), '');
  assert.equal(await table(), before);
  assert.ok(SCRIPTS.MISTAKES.length >= 50, `${SCRIPTS.MISTAKES.length}`);
});

test('what conntrack(8) saved of every kind of NAT, ctq restores: in one file, and a line at a time', async () => {
  await reset();
  const before = (await table(ORACLE)).map(withoutMarks);
  const saved = conntrack(['-L', '-o', 'save'], { netns: ORACLE }).stdout;
  assert.equal(comparable(seconds((await ours(['-L', '-o', 'save'])).stdout)), comparable(seconds(saved)));
  const lines = saved.trimEnd().split('\n');
  assert.is(lines.length, SCENE.length);
  const ways: Readonly<Record<string, () => Promise<string>>> = {
    '-R': async () => (await ours(['-R', '-'], saved)).stderr,
    '--load-file': async () => (await ours(['--load-file', '-'], saved)).stderr,
    arguments: async () => {
      let said = '';
      for (const line of lines) said += (await ours(wordsOf(line))).stderr;
      return said.replaceAll(/^.*: 1 flow entries have been added\.\n/gm, '');
    },
  };
  for (const [name, restore] of Object.entries(ways)) {
    await ours(['-F']);
    assert.is(await restore(), '', name);
    assert.equal((await table()).map(withoutMarks), before, name);
  }
});

/** What `-o save` of conntrack(8) leaves out. */
const withoutMarks = (line: string): string => line.replace(/ mark=\d+/, '').replace(/ labels=\S*/, '');

test('a real echo counts as translated where there is NAT, as conntrack(8) has it', async () => {
  for (const netns of [undefined, ORACLE])
    must(['ping', '-c', '1', '-W', '1', '127.0.0.1'], netns === undefined ? {} : { netns });
  const shown = (finished: Finished): string =>
    `${finished.code} ${finished.stdout.split('\n').length} ${said(finished)}`;
  for (const line of [
    '-L -p icmp -n',
    '-L -p icmp -g',
    '-L -p icmp -j',
    '-L -p icmp -n 127.0.0.1',
    '-D -p icmp -s 127.0.0.1 -n',
  ]) {
    const words = wordsOf(line);
    assert.is(shown(await ours(words)), shown(theirs(words, ORACLE)), line);
  }
});

test.run();
