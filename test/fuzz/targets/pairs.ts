import fc from 'fast-check';
import { asyncProperty, type Target } from '../harness.js';
import { admits } from '../pairs/admits.js';
import { type Case, caseOf } from '../pairs/case.js';
import { type Choice, NAMES, nameOf, PLAIN } from '../pairs/choice.js';
import { Cover, randomOf } from '../pairs/cover.js';
import { judge, type Verdict } from '../pairs/judge.js';
import { isKnown } from '../pairs/known.js';
import { World } from '../pairs/world.js';

const counts = { statements: 0, refused: 0, 'pairs had': 0, 'pairs possible': 0, 'pairs the language lacks': 0 };
let world: World;
let cover: Cover;

/** The case of a choice that the language allows. */
function allowed(choice: Choice): Case | undefined {
  if (isKnown(choice)) return undefined;
  const each = caseOf(choice, world);
  return each !== undefined && admits(each.text) ? each : undefined;
}

async function verdictOf(each: Case): Promise<Verdict> {
  counts.statements++;
  return judge(each, world);
}

/** A choice that fails with as little as possible that is not plain. */
async function smallest(choice: Choice): Promise<{ choice: Choice; verdict: Verdict }> {
  let least = choice;
  let last: Verdict = { kind: 'right' };
  for (const name of NAMES) {
    if (least[name] === PLAIN[name]) continue;
    const simpler = { ...least, [name]: PLAIN[name] };
    const each = allowed(simpler);
    const verdict = each && (await verdictOf(each));
    if (verdict?.kind !== 'wrong') continue;
    least = simpler;
    last = verdict;
  }
  return { choice: least, verdict: last };
}

const told = (choice: Choice, why: string): string => {
  const each = allowed(choice);
  return `${nameOf(choice)}\n  ctq ${each?.args.join(' ')} "${each?.text}"\n  ${why}`;
};

async function tryNext(seed: number): Promise<void> {
  const random = randomOf(seed);
  let choice = cover.next(random, each => allowed(each) !== undefined);
  if (choice === undefined) {
    // All pairs have been had: they come again, in other company.
    cover = new Cover();
    choice = cover.next(random, each => allowed(each) !== undefined);
  }
  const each = choice && allowed(choice);
  if (choice === undefined || each === undefined) throw new Error('the language allows nothing');
  const verdict = await verdictOf(each);
  cover.take(choice);
  counts['pairs had'] = Math.max(counts['pairs had'], cover.covered);
  counts['pairs the language lacks'] = Math.max(counts['pairs the language lacks'], cover.refused.length);
  if (verdict.kind === 'refused') counts.refused++;
  if (verdict.kind !== 'wrong') return;
  const least = await smallest(choice);
  const why = least.verdict.kind === 'wrong' ? least.verdict.why : verdict.why;
  throw new Error(`${told(least.choice, why)}\nwhich is less of\n${told(choice, verdict.why)}`);
}

/** Statements so chosen that each pair of features which the language allows is in one. */
export const pairs: Target = {
  name: 'pairs',
  what: 'every pair of features: tables, places, clauses, formats, statements, against a naive model',
  runs: 40,
  needsKernel: true,
  counts,
  async open() {
    world = new World();
    cover = new Cover();
    counts['pairs possible'] = cover.total;
    await world.open();
  },
  close() {
    const isUnchanged = world.isUnchanged();
    world.close();
    if (!isUnchanged) throw new Error('something that was only tried has changed a table');
  },
  property: () => asyncProperty(fc.noShrink(fc.integer()), tryNext),
};
