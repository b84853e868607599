import fc from 'fast-check';
import { check } from '../../../src/lang/check/check.js';
import type { Environment } from '../../../src/lang/schema/environment.js';
import { parse } from '../../../src/lang/syntax/parse.js';
import { planOf } from '../../../src/shell/conntrack8/restore/plan.js';
import { translateCommandLine } from '../../../src/shell/conntrack8/statement/translate.js';
import { ENVIRONMENT } from '../../kit/environment.js';
import { BASE, CHANGING, READING, REFUSED, wordsOf } from '../../shell/conntrack8/lines.js';
import { property, type Target } from '../harness.js';
import { hostileText, mutated } from '../mutations.js';

const LABELS: Readonly<Record<string, number>> = { five: 5, six: 6, 'se-ven': 7, last: 127 };
const environment: Environment = { ...ENVIRONMENT, labelBit: name => LABELS[name] };

const LINES = [...BASE, ...READING, ...CHANGING, ...REFUSED];
const WORDS = [...new Set(LINES.flatMap(wordsOf))];

/** Lines with words left out, doubled, exchanged for others. */
const changedLine = fc
  .tuple(
    fc.constantFrom(...LINES),
    fc.array(
      fc.tuple(fc.nat(40), fc.nat(2), fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...WORDS) }, hostileText)),
      { maxLength: 4 },
    ),
  )
  .map(([line, changes]) => {
    const words = [...wordsOf(line)];
    for (const [at, removed, word] of changes) words.splice(at % (words.length + 1), removed, word);
    return words;
  });
const soup = fc.array(fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...WORDS) }, hostileText), { maxLength: 12 });

/** What a command line means is a statement without a mistake, or there is a message for the user. */
function translate(words: readonly string[]): void {
  const translation = translateCommandLine(words, environment);
  if ('mistake' in translation) {
    const { message, exitCode } = translation.mistake;
    if (message === '' || /undefined|NaN/.test(message) || (exitCode !== 1 && exitCode !== 2)) throw new Error(message);
    return;
  }
  const { statements, diagnostics } = parse(translation.text);
  if (diagnostics.length > 0) throw new Error(`${translation.text}: ${diagnostics[0].message}`);
  // One line means one statement, whatever its words are.
  const several = statements.length > 1 && !words.includes('-z') && !words.includes('--zero');
  if (several) throw new Error(`several statements: ${translation.text}`);
  for (const statement of statements) check(statement, environment);
}

const FILES = [
  CHANGING.filter(line => /^-[AIUDF]/.test(line)).join('\n'),
  '# a comment\n-A -t 100 -s 10.0.0.1 -d 10.0.0.2 -p udp --sport 1 --dport 2\n\n-D -p tcp\n-A -t 10 -s ::1 -d ::2 -p tcp --sport 1 --dport 2 --state NONE # {"labels":[1]}\n',
  '-A "-t" 10 -s "1.2.3.4" -d 1.2.3.5 -p udp --sport 1 --dport 2\n'.repeat(20),
].map(text => Buffer.from(text));

function load(bytes: Uint8Array): void {
  const plan = planOf(bytes, environment, () => {});
  if ('message' in plan && (plan.message === '' || plan.exitCode !== 2)) throw new Error(plan.message);
}

export const conntrack8: Target = {
  name: 'conntrack8',
  what: 'command lines of conntrack(8), and files of them',
  runs: 500,
  property: () =>
    property(
      fc.oneof(
        { weight: 3, arbitrary: changedLine },
        { weight: 2, arbitrary: soup },
        { weight: 1, arbitrary: mutated(FILES) },
      ),
      each => (each instanceof Uint8Array ? load(each) : translate(each)),
    ),
};
