import type { Column } from '../../../lang/check/checked-ast.js';
import { type Reading, rowless } from '../../../lang/evaluate/evaluate.js';
import { TABLES } from '../../../lang/schema/catalogue.js';
import { capabilitiesOf } from '../../../lang/schema/places.js';
import type { MessageView } from '../../ctnetlink/view/view.js';
import type { Sink } from '../../formats/sink.js';
import { namedNamespaces } from '../../sources/namespaces/namespace.js';
import { UnreadNamespaces } from '../../sources/namespaces/unread-namespaces.js';
import { readSettings, type SettingRow } from '../../sources/sysctl/sysctl.js';
import type { QuerySummary, Session } from '../context.js';
import type { Plan } from '../plan/plan.js';
import { Feeder } from './feeder.js';
import type { Iteration } from './iteration.js';
import type { Joins } from './join.js';
import { Pipeline } from './pipeline.js';
import { settingField } from './settings-fields.js';
import type { Pace } from './steps.js';

/** The columns of `select from sysctl`. */
export function settingColumns(withNetns = false): Column[] {
  return Object.entries(TABLES.sysctl.fields)
    .filter(([name]) => withNetns || name !== 'netns')
    .map(([name, field]) => ({
      name,
      expr: { kind: 'field', name, type: { name: field.type } },
    }));
}

/** The settings of all named network namespaces. */
function everySetting(session: Session): SettingRow[] {
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

export function settingReading(reading: Reading<MessageView>): Reading<SettingRow> {
  return {
    ...rowless(reading),
    field: node => settingField(node.name),
  };
}

export async function runSettings(
  plan: Plan,
  reading: Reading<SettingRow>,
  sink: Sink,
  session: Session,
  round: Iteration,
  joins: Joins<SettingRow>,
  pace: Pace,
): Promise<QuerySummary> {
  const place = plan.place ?? session.place;
  const { spansNamespaces } = capabilitiesOf(place);
  const rows = spansNamespaces ? everySetting(session) : readSettings(place);
  const columns = plan.select.columns ?? settingColumns(spansNamespaces);
  const growth = round.growth?.<SettingRow>(
    row => row.name,
    () => null,
  );
  const entries = { emit: () => {}, keep: (row: SettingRow) => row };
  const pipeline = new Pipeline({ ...plan.select, columns }, reading, sink, entries, growth);
  const feeder = new Feeder(pipeline, plan.select.joins.length > 0 ? joins : undefined, pace);
  let read = 0;
  for (const row of rows) {
    read++;
    const more = feeder.push(row);
    if (more === false || (more !== true && !(await more))) break;
  }
  await pace.run(pipeline.finishing(round.seconds));
  return { rows: pipeline.emitted, read, kept: pipeline.kept, bytes: 0, repeats: 0, isMet: pipeline.isMet };
}
