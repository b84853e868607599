import { settingColumns } from '../../../lang/check/query/setting-columns.js';
import type { EvalContext } from '../../../lang/evaluate/evaluate.js';
import { capabilitiesOf } from '../../../lang/schema/places.js';
import type { Sink } from '../../formats/sink.js';
import { namedNamespaces } from '../../sources/kernel/namespace.js';
import { UnreadNamespaces } from '../../sources/namespaces/unread-namespaces.js';
import { readSettings, type SettingRow } from '../../sources/sysctl/sysctl.js';
import type { QueryContext, QuerySummary } from '../context.js';
import type { Plan } from '../plan/plan.js';
import type { Iteration } from './iteration.js';
import { Feeder } from './join/feeder.js';
import type { Joins } from './join/joins.js';
import { Pipeline } from './pipeline.js';
import type { Pace } from './steps.js';

/**
 * The settings of all named network namespaces. Namespaces that cannot be read are reported to `session.incomplete`.
 * @throws CtqError if none can be read
 */
function settingsOfAll(session: QueryContext): SettingRow[] {
  const names = namedNamespaces();
  const unread = new UnreadNamespaces();
  const rows: SettingRow[] = [];
  for (const name of names) {
    try {
      rows.push(...readSettings({ kind: 'netns', name }));
    } catch (error) {
      unread.add(name, error);
    }
  }
  const incomplete = unread.error(names.length);
  if (incomplete !== undefined && unread.count === names.length) throw incomplete;
  if (incomplete !== undefined) session.incomplete?.(incomplete);
  return rows;
}

/** The rows of a plan on `sysctl`, between begin and end of the sink. */
export async function runSettings(
  plan: Plan,
  reading: EvalContext<SettingRow>,
  sink: Sink,
  session: QueryContext,
  iteration: Iteration,
  joins: Joins<SettingRow>,
  pace: Pace,
): Promise<QuerySummary> {
  const place = plan.place ?? session.place;
  const { spans } = capabilitiesOf(place);
  const rows = spans === 'netns' ? settingsOfAll(session) : readSettings(place);
  const columns = plan.select.columns ?? settingColumns(spans);
  const growth = iteration.growth?.<SettingRow>(
    row => row.name,
    () => null,
  );
  const entries = { emit: () => {}, keep: (row: SettingRow) => row };
  const pipeline = new Pipeline({ ...plan.select, columns }, reading, sink, entries, growth);
  const feeder = new Feeder(pipeline, plan.select.joins.length > 0 ? joins : undefined, pace);
  let read = 0;
  for (const row of rows) {
    read++;
    const more = feeder.push(session.gateway === undefined ? row : { ...row, gateway: session.gateway });
    if (more === false || (more !== true && !(await more))) break;
  }
  await pace.run(pipeline.finishing(iteration.seconds, iteration.groups));
  return { rows: pipeline.emitted, read, kept: pipeline.kept, bytes: 0, repeats: 0, isMet: pipeline.isMet };
}
