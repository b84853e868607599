import type { Candidate, CompletionSources, Recorded } from './candidate.js';
import type { CompletionContext } from './completion-context.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Days, or hours, that are offered by their names. */
const NAMED = 7;

const AGES = ['now() - 1h', 'now() - 1d', 'now() - 7d', 'now() - 30d', 'today', 'yesterday'];
const MOMENTS = ['now() - 5m', 'now() - 1h', 'now() - 1d'];
const TOLERANCES = ['1s', '2s', '5s'];

const RANGES = [
  ['at', 'what was open at a time'],
  ['since', 'what ended since a time'],
  ['between', 'what ended from a time to another'],
] as const;

const values = (texts: readonly string[]): Candidate[] => texts.map(text => ({ text, kind: 'value' }));

/** The words that a range begins with, in its place after the history: it is required. */
export function rangeWords({ before, keywords }: CompletionContext): Candidate[] {
  if (before.at(-1) !== 'history' && before.at(-2) !== 'history') return [];
  return RANGES.filter(([word]) => keywords.includes(word)).map(([text, doc]) => ({ text, kind: 'keyword', doc }));
}

/** The times that may be written at the cursor; undefined if no range is being written. */
export function rangeCandidates({ before }: CompletionContext, sources: CompletionSources): Candidate[] | undefined {
  const at = before.findLastIndex(word => word === 'at' || word === 'since' || word === 'between');
  if (at < 1 || !isAfterPlace(before, at)) return undefined;
  const last = before.at(-1);
  const word = before[at];
  if (last === 'within') return word === 'at' ? values(TOLERANCES) : undefined;
  const isTime = at === before.length - 1 || (word === 'between' && last === 'and' && !before.includes('where'));
  if (!isTime) return undefined;
  const recorded = sources.recorded?.(storeOf(before));
  if (word === 'at') return [...values(MOMENTS), ...timesOf(recorded, HOUR)];
  const ages = word === 'since' ? [...AGES, 'forever'] : last === 'and' ? ['now()', ...AGES] : AGES;
  return [...values(ages), ...timesOf(recorded, DAY)];
}

/** The gateways of a history, where one is compared; undefined in other statements. */
export function gatewayCandidates(
  field: string,
  { before }: CompletionContext,
  sources: CompletionSources,
): Candidate[] {
  if (field !== 'gateway') return [];
  const gateways = sources.recorded?.(storeOf(before))?.gateways ?? [];
  return values(gateways.filter(each => /^[^'"\\]+$/.test(each)).map(each => `'${each}'`));
}

/** `at` and `since` are names, too, and `between` is an operator. */
const isAfterPlace = (before: readonly string[], at: number): boolean =>
  before[at - 1] === 'history' || before[at - 2] === 'history' || before[at - 2] === 'from';

function storeOf(before: readonly string[]): string | undefined {
  const at = before.lastIndexOf('history');
  const text = at < 0 ? undefined : before[at + 1];
  if (at >= 0 && !/^['"]/.test(text ?? '')) return 'history';
  return text?.slice(1, -1);
}

/** The last days or hours that a history has. */
function timesOf(recorded: Recorded | undefined, step: number): Candidate[] {
  if (recorded === undefined) return [];
  const { from, to } = recorded;
  const times: Candidate[] = [];
  for (let time = Math.floor((to - 1) / step) * step; time > from - step && times.length < NAMED; time -= step)
    times.push({ text: `'${timeText(Math.max(time, from))}'`, kind: 'value', doc: `recorded since ${timeText(from)}` });
  return times;
}

const timeText = (ms: number): string => new Date(ms).toISOString().replace('.000Z', 'Z').replace('T00:00:00Z', '');
