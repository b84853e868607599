import { check } from '../../lang/check/check.js';
import type { CheckedOutput, CheckedSelect, Place, Typed } from '../../lang/checked/ast.js';
import type { CheckedWatch } from '../../lang/checked/statements.js';
import { walk } from '../../lang/checked/walk.js';
import type { Diagnostic } from '../../lang/diagnostics/diagnostic.js';
import type { Environment } from '../../lang/schema/environment.js';
import { capabilitiesOf, namespaceOf } from '../../lang/schema/places.js';
import { parseFastSteps } from '../../lang/syntax/parse-fast.js';
import { CtqError } from '../errors.js';
import { atOnce } from '../query/exec/steps.js';
import { expressionsOf } from '../query/plan/fields.js';
import type { QueryJob } from '../sources/fleet/protocol/protocol.js';

/** The most groups of an answer. */
export const MAX_GROUPS = 100_000;

/**
 * The statement of a job, as this machine understands it: a select of a table of the kernel, or a watch of its events, without anything
 * that reads elsewhere or changes something.
 * @throws CtqError for anything else
 */
export async function checkJob(
  job: QueryJob,
  environment: Environment,
  place: Place,
): Promise<CheckedSelect | CheckedWatch> {
  const parsed = atOnce(parseFastSteps(job.text)) ?? (await import('../../lang/syntax/parse.js')).parse(job.text);
  const [statement] = parsed.statements;
  if (parsed.diagnostics.length > 0 || parsed.statements.length !== 1) throw notUnderstood(parsed.diagnostics);
  const variables = new Map(
    [...job.values].map(([name, binding]) => [name, { kind: binding.kind, type: binding.type, binding }]),
  );
  const { value, diagnostics } = check(statement, environment, variables, place, undefined, true);
  if (value === undefined) throw notUnderstood(diagnostics);
  if (value.kind === 'watch') return checkedWatch(value, job, place);
  if (value.kind !== 'select') throw refused(`${value.kind} is refused: an agent answers select and watch`);
  refuseMore(value, place);
  const { grouping } = value;
  const isWhole = value.columns === undefined;
  const isEvents = job.wanted === 'events';
  if (isEvents || (job.wanted === 'groups') !== (grouping !== undefined) || (job.wanted === 'entries') !== isWhole)
    throw otherAnswer();
  return grouping ? { ...value, grouping: { ...grouping, most: MAX_GROUPS } } : value;
}

/** A watch whose events are sent as they are: what is made of them is made by the requester. @throws CtqError */
function checkedWatch(watch: CheckedWatch, job: QueryJob, place: Place): CheckedWatch {
  const { columns, grouping, limit, every, until, where } = watch;
  if (job.wanted !== 'events') throw otherAnswer();
  refuseElsewhere(watch.place ?? place);
  const hasMore = [columns, grouping, limit, every, watch.for, until, watch.into].some(each => each !== undefined);
  if (hasMore || watch.state || watch.resync || watch.existing)
    throw refused('an agent sends events: only on and where are accepted in a watch');
  refuseOutput(watch.output);
  if (where !== undefined) walk(where, refuseNode);
  return watch;
}

/** @throws CtqError for what a member of a fleet does not do */
function refuseMore(select: CheckedSelect, place: Place): void {
  const { from, joins, output } = select;
  if (from.kind !== 'table')
    throw refused(`an agent reads only tables, not ${from.kind === 'file' ? 'files' : 'queries'}`);
  refuseElsewhere(select.place ?? place);
  if (joins.length > 0) throw refused('join is refused: an agent reads one table');
  if (select.zero) throw refused('zero is refused: an agent changes nothing');
  if (select.every !== undefined || select.until !== undefined)
    throw refused('every is refused: an agent answers once');
  refuseOutput(output);
  for (const expression of expressionsOf(select)) walk(expression, refuseNode);
}

function refuseElsewhere(place: Place): void {
  if (namespaceOf(place) === undefined || capabilitiesOf(place).spans !== undefined)
    throw refused('an agent reads only the tables of its own kernel');
}

function refuseOutput({ file, format, modifiers }: CheckedOutput): void {
  if (file !== undefined || format !== undefined || modifiers.length > 0)
    throw refused('output is refused: an agent writes nothing');
}

function refuseNode(node: Typed): void {
  if (node.kind === 'scalar' || node.kind === 'exists' || (node.kind === 'in' && node.query !== undefined))
    throw refused('subqueries are refused: their values are sent with the statement');
}

const refused = (message: string): CtqError => new CtqError({ code: 'fleet-refused', kind: 'statement', message });

const otherAnswer = (): CtqError => refused('the answer that is asked for is not that of the statement');

const notUnderstood = ([first]: readonly Diagnostic[]): CtqError =>
  new CtqError({
    code: 'fleet-statement',
    kind: 'statement',
    message: `cannot read the statement: ${first?.message ?? 'expected one statement'}`,
    hint: 'its ctq may have another version, or other names of services and labels',
  });
