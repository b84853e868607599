// timeout: 900
/** What `ctq translate` prints of the lines of `test/shell/conntrack8/lines.ts`, run as statements: the same result as the lines'. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { machineEnvironment } from '../../src/engine/environment.js';
import { machineLookups } from '../../src/shell/conntrack8/session.js';
import { translateCommandLine } from '../../src/shell/conntrack8/statement/translate.js';
import { must } from '../kit/command.js';
import { nameLabels } from '../kit/labels.js';
import { useConntrack } from '../kit/namespace.js';
import { CHANGING, READING, wordsOf } from '../shell/conntrack8/lines.js';
import { comparable, LABELS, ours, RULES, reset, table } from '../shell/conntrack8/programs.js';
import { shell } from '../shell/support.js';

const test = suite('statements of command lines');

test.before(() => {
  nameLabels(LABELS);
  useConntrack();
  must(['nft', '-f', '-'], { input: RULES });
});

/** Undefined for a line that the kernel alone would refuse: it has no statement. */
function translated(line: string): string | undefined {
  const translation = translateCommandLine(wordsOf(line), machineLookups(machineEnvironment()));
  return 'text' in translation ? translation.text : undefined;
}

const statement = (text: string) => shell(['--no-config', '--yes', text]);

test('what is read is the same', async () => {
  const differences: string[] = [];
  let compared = 0;
  for (const [index, line] of READING.entries()) {
    if (index % 50 === 0) await reset();
    const text = translated(line);
    if (text === undefined) continue;
    const [expected, actual] = [await ours(wordsOf(line)), await statement(text)];
    const [want, have] = [comparable(expected.stdout), comparable(actual.stdout)];
    if (JSON.stringify(want) !== JSON.stringify(have) || expected.code !== actual.status)
      differences.push(`${line}\n  ${text}\n  ${actual.stderr}\n  ${have.join('\n  ')}\nnot\n  ${want.join('\n  ')}`);
    compared++;
  }
  assert.is(differences.join('\n'), '');
  assert.ok(compared >= 150, `${compared}`);
});

test('what is changed is the same, and so is the table', async () => {
  const differences: string[] = [];
  let compared = 0;
  let before = '';
  /** The table as the last line left it: a list of it takes longer than the line. */
  let last: readonly string[] = [];
  /** As BASE has it, with the seconds that it has lost since then. */
  const fresh = async (): Promise<void> => {
    if (JSON.stringify(last) === before) return;
    await reset();
    before = JSON.stringify(await table());
  };
  for (const line of CHANGING) {
    const text = translated(line);
    if (text === undefined) continue;
    await fresh();
    const expected = await ours(wordsOf(line));
    const after = await table();
    last = after;
    await fresh();
    const actual = await statement(text);
    const own = await table();
    last = own;
    const said = `${line}\n  ${text}\n  ${actual.stderr}`;
    if (JSON.stringify(own) !== JSON.stringify(after)) {
      const lacking = after.filter(each => !own.includes(each));
      const added = own.filter(each => !after.includes(each));
      differences.push(`${said}: the table\n  ${added.join('\n  ')}\nnot\n  ${lacking.join('\n  ')}`);
    }
    // An update shows all that it was asked for, also what was so before.
    const shown = comparable(actual.stdout);
    const missing = comparable(expected.stdout).filter(each => !shown.includes(each));
    if (missing.length > 0 || (!line.startsWith('-U') && shown.length !== comparable(expected.stdout).length))
      differences.push(`${said}: shows\n  ${shown.join('\n  ')}\nnot\n  ${comparable(expected.stdout).join('\n  ')}`);
    compared++;
  }
  assert.is(differences.join('\n'), '');
  assert.ok(compared >= 100, `${compared}`);
});

test.run();
