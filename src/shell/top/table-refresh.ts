/** One refresh of the table of a view: its rows as text, its columns, and the sums above. */
import { statSync } from 'node:fs';
import { CTA_STATS_GLOBAL } from '../../engine/ctnetlink/constants.js';
import { getStats } from '../../engine/ctnetlink/requests/requests.js';
import { MessageView } from '../../engine/ctnetlink/view/view.js';
import type { FormatContext } from '../../engine/formats/writing/format.js';
import type { QueryContext } from '../../engine/query/context.js';
import { readSetting } from '../../engine/sources/sysctl/sysctl.js';
import { capabilitiesOf, fileOf } from '../../lang/schema/places.js';
import { Histories, ROUNDS, sparkline } from '../display/sparkline.js';
import { type Cell, EMPTY } from '../display/text/cell.js';
import type { ShellSession } from '../session/session.js';
import type { Fullness } from './header.js';
import { lookAtFlows, type SeenFlow } from './refresh/flows.js';
import { lookAtGroups } from './refresh/groups.js';
import { Observer, type Totals } from './refresh/observer.js';
import type { TopColumn, TopRow } from './table/columns.js';
import { FlowColumns, flowOrder } from './table/flow-columns.js';
import { GroupColumns } from './table/group-columns.js';
import { flowsOf, groupsOf, MEASURE_NAMES, type View } from './view.js';

/** What a refresh has found. */
export interface Refreshed {
  readonly columns: readonly TopColumn[];
  readonly rows: readonly TopRow[];
  /** The flow of each row; empty for groups. */
  readonly flows: readonly SeenFlow[];
  readonly totals: Totals;
  readonly fullness: Fullness;
  readonly sort: string;
}

export class TableRefresh {
  readonly #shell: ShellSession;
  readonly #context: FormatContext;
  #observer = new Observer();
  #histories = new Histories();
  #round = 0;
  /** The view that `#observer` has seen. */
  #view: View | undefined;
  #flowColumns: FlowColumns | undefined;
  #groupColumns: GroupColumns | undefined;
  #hasCounters: boolean | undefined;
  #stamp = '';

  constructor(shell: ShellSession, context: FormatContext) {
    this.#shell = shell;
    this.#context = context;
  }

  /** The column that the rows of a view are sorted by. */
  sortOf({ sort, grouping, place }: View): string {
    if (sort !== undefined) return sort;
    this.#hasCounters ??= readSetting('nf_conntrack_acct', place) !== 0;
    return this.#hasCounters ? (capabilitiesOf(place).isLive ? 'bytes/s' : 'bytes') : grouping ? 'flows' : 'timeout';
  }

  /** Whether the file of a view was written since the last refresh. Live tables always change. */
  hasChanged({ place }: View): boolean {
    const path = fileOf(place);
    return path === undefined || stampOf(path) !== this.#stamp;
  }

  /**
   * @param limit rows at most, up to 2000
   * @param shortest the shortest interval, in seconds, of which rates are measured
   * @throws CtqError as a select does; the signal's reason
   */
  async refresh(
    view: View,
    { limit, shortest }: { readonly limit: number; readonly shortest: number },
    session: QueryContext,
  ): Promise<Refreshed> {
    this.#forget(view);
    this.#observer.rates.shortest = shortest;
    const path = fileOf(view.place);
    if (path !== undefined) this.#stamp = stampOf(path);
    const sort = this.sortOf(view);
    const fullness = await fullnessOf(session);
    const found =
      view.grouping === undefined
        ? await this.#flows(view, sort, limit, session)
        : await this.#groups(view, view.grouping, sort, limit, session);
    const { totals } = this.#observer;
    if (totals.flows > 0) this.#hasCounters = totals.hasCounters;
    // A glance has no values of its own for the histories.
    if (!this.#observer.rates.isGlance) this.#histories.forget(++this.#round);
    return { ...found, totals, fullness, sort };
  }

  /** What is known of the flows of another view would give wrong rates. */
  #forget(view: View): void {
    const before = this.#view;
    this.#view = view;
    if (
      before === undefined ||
      (before.place === view.place && before.filter === view.filter && before.grouping === view.grouping)
    )
      return;
    if (before.place !== view.place) {
      this.#hasCounters = undefined;
      this.#flowColumns = undefined;
    }
    if (before.place !== view.place || before.filter !== view.filter) this.#observer.clear();
    if (before.place !== view.place || before.grouping !== view.grouping) this.#histories = new Histories();
    this.#groupColumns = undefined;
  }

  async #flows(view: View, sort: string, limit: number, session: QueryContext) {
    const shell = this.#shell;
    this.#flowColumns ??= new FlowColumns(this.#context, view.place);
    const columns = this.#flowColumns;
    const order = flowOrder(sort, view.descending);
    const flows = await lookAtFlows(flowsOf(view, shell), order, limit, this.#observer, session);
    const rows = flows.map(flow => columns.row(flow, this.#history(columns.key(flow), flow.bytes)));
    return { columns: columns.columns, rows, flows };
  }

  async #groups(
    view: View,
    grouping: NonNullable<View['grouping']>,
    sort: string,
    limit: number,
    session: QueryContext,
  ) {
    const select = groupsOf(view, grouping, sort, limit, this.#shell);
    const found = await lookAtGroups(select, this.#observer, session);
    this.#groupColumns ??= new GroupColumns(grouping, select, this.#context, capabilitiesOf(view.place).isLive);
    const columns = this.#groupColumns;
    const { hasCounters } = this.#observer.totals;
    const rows = found.map(values => {
      const measures = values.slice(-MEASURE_NAMES.length);
      const value = measures[MEASURE_NAMES.indexOf(hasCounters ? 'bytes/s' : 'flows')];
      return columns.row(values, this.#history(columns.key(values), value === null ? null : Number(value)));
    });
    return { columns: columns.columns, rows, flows: [] };
  }

  /** Notes the value of a row. @returns its last values, as a sparkline */
  #history(key: string, value: number | null): () => Cell {
    const values = this.#histories.add(key, this.#round, value ?? undefined);
    return () => {
      const known = values.filter(each => each !== undefined);
      if (known.length === 0) return EMPTY;
      const style = known.every(each => each === 0) ? 'dim' : 'bar';
      return { text: sparkline(values, ROUNDS, this.#context.unicode), style };
    };
  }
}

/** The kernel's own count of entries, and its limit. */
async function fullnessOf(session: QueryContext): Promise<Fullness> {
  const { place } = session;
  if (!capabilitiesOf(place).hasCounter) return {};
  const view = new MessageView();
  for (const message of await session.source(place).exchange(getStats(), session.signal)) {
    view.set(message, 0);
    const entries = view.number(CTA_STATS_GLOBAL.ENTRIES);
    const most = view.number(CTA_STATS_GLOBAL.MAX_ENTRIES);
    return { ...(entries < 0 ? {} : { entries }), ...(most < 0 ? {} : { most }) };
  }
  return {};
}

/** Changes when a file is written. */
function stampOf(path: string): string {
  try {
    const { mtimeMs, size, ino } = statSync(path);
    return `${mtimeMs} ${size} ${ino}`;
  } catch {
    return '';
  }
}
