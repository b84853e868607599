/** A delete: the statement, what it would delete, and the question. */

import { runDelete } from '../../../engine/change/delete/delete.js';
import { FoundEntries } from '../../../engine/change/finding/found-entries.js';
import { isWholeTable } from '../../../engine/change/finding/whole-table.js';
import type { ChangeSummary } from '../../../engine/change/summary.js';
import { asCtqError } from '../../../engine/errors.js';
import type { FormatContext } from '../../../engine/formats/writing/format.js';
import type { QueryContext } from '../../../engine/query/context.js';
import type { CheckedDelete } from '../../../lang/checked/statements.js';
import { sgrCodes } from '../../display/style.js';
import { EMPTY } from '../../display/text/cell.js';
import { type Action, actionOf, type KeyDocs } from '../../help/top-keys.js';
import type { Key } from '../../interactive/line/input/key-names.js';
import { paintStatement } from '../../interactive/line/screen/paint.js';
import type { ShellSession } from '../../session/session.js';
import { counted, intention, summaryLine } from '../../statements/changes/change-report.js';
import { ownConnectionWarning } from '../../statements/changes/own-connection-warning.js';
import { Sample } from '../../statements/changes/sample.js';
import { FlowColumns } from '../table/flow-columns.js';
import { type Line, Table } from '../table/table.js';
import type { Pane, PaneView, Size } from './pane.js';
import { wrapLine } from './wrap-line.js';

/** Flows that are shown. */
const SHOWN = 5;

/** Lines by which keys scroll a statement that does not fit. */
const SCROLLS: ReadonlyMap<Action | undefined, number> = new Map([
  ['up', -1],
  ['down', 1],
  ['pageup', -5],
  ['pagedown', 5],
]);

export interface DeletePaneOptions {
  readonly statement: CheckedDelete;
  readonly text: string;
  readonly shell: ShellSession;
  readonly context: FormatContext;
  session(signal: AbortSignal): QueryContext;
  /** Waits until what has been typed so far was delivered. */
  settled(): Promise<void>;
  readonly draw: () => void;
  /** @param message what was done; undefined if nothing was */
  readonly closed: (message: string | undefined, isError: boolean) => void;
}

export class DeletePane implements Pane {
  readonly below = 1;
  readonly isOver = false;
  readonly isModal = true;
  readonly #options: DeletePaneOptions;
  readonly #controller = new AbortController();
  readonly #sample = new Sample(SHOWN);
  readonly #only = new FoundEntries();
  readonly #table = new Table();
  readonly #columns: FlowColumns;
  #state: 'finding' | 'asking' | 'deleting' = 'finding';
  #found: ChangeSummary | undefined;
  /** What was found is the whole table. */
  #isAll = false;
  #warning: { readonly message: string; readonly hint: string } | undefined;
  #progress = '';
  /** The first line on the screen of a statement that does not fit. */
  #first = 0;
  #most = 0;
  /** The whole statement has been on the screen. */
  #isRead = false;

  constructor(options: DeletePaneOptions) {
    this.#options = options;
    this.#columns = new FlowColumns(options.context, undefined);
    void this.#find();
  }

  get docs(): KeyDocs {
    if (this.#state === 'deleting') return [['Esc', 'stop']];
    if (this.#state === 'asking' && !this.#isRead)
      return [
        ['↓', 'more of the statement'],
        ['Esc', 'back'],
      ];
    return this.#state === 'asking' && !this.#isDry
      ? [
          ['y', 'delete'],
          ['n', 'keep'],
        ]
      : [['Esc', 'back']];
  }

  get #isDry(): boolean {
    return this.#options.shell.setting('dry_run') === true;
  }

  async #find(): Promise<void> {
    const { statement, text, shell, session, settled } = this.#options;
    await this.#unlessAborted(async () => {
      const own = session(this.#controller.signal);
      this.#warning = await ownConnectionWarning(statement, own, shell.io.env, text);
      this.#found = await runDelete(statement, own, {
        sink: this.#sample,
        dryRun: true,
        found: this.#only,
        progress: this.#show,
      });
      this.#isAll = await isWholeTable(statement, this.#found, own);
      // A key that was pressed before the question is not its answer.
      await settled();
      if (this.#controller.signal.aborted) return;
      if (this.#found.matched === 0) this.#options.closed('no flow matches now: nothing to delete', false);
      else this.#state = 'asking';
    });
  }

  async #delete(): Promise<void> {
    const { statement, session } = this.#options;
    this.#state = 'deleting';
    this.#progress = '';
    await this.#unlessAborted(async () => {
      const summary = await runDelete(statement, session(this.#controller.signal), {
        only: this.#only,
        progress: this.#show,
      });
      const [refusal] = summary.refusals;
      const message = summaryLine(summary);
      this.#options.closed(refusal ? `${message}: ${refusal.error.message}` : message, refusal !== undefined);
    });
  }

  /** Reports an error, unless the user has closed this. */
  async #unlessAborted(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!this.#controller.signal.aborted || this.#state === 'deleting')
        this.#options.closed(asCtqError(error).message, true);
    }
    this.#options.draw();
  }

  readonly #show = ({ doing, done }: { doing: string; done: number }): void => {
    this.#progress = `${doing}: ${counted(done, 'conntrack')}`;
    this.#options.draw();
  };

  view({ columns, rows }: Size): PaneView {
    const text = this.#statementLines(columns);
    const end = this.#endLines();
    const sample = this.#sampleLines(columns, rows - text.length - end.length);
    // The question is asked when the whole statement was seen: what does not fit is scrolled.
    const height = Math.max(1, rows - sample.length - end.length);
    this.#most = Math.max(0, text.length - height);
    this.#first = Math.min(this.#first, this.#most);
    if (this.#first === this.#most) this.#isRead = true;
    return { lines: [...text.slice(this.#first, this.#first + height), ...sample, ...this.#endLines()].slice(0, rows) };
  }

  /** The statement, and the warning. */
  #statementLines(columns: number): readonly Line[] {
    const lines: Line[] = [
      [],
      ...wrapLine([{ text: ' ', codes: '' }, ...paintStatement(this.#options.text)], columns, 3),
      [],
    ];
    const warning = this.#warning;
    if (warning === undefined) return lines;
    const add = (text: string, codes: string): void => void lines.push(...wrapLine([{ text, codes }], columns, 3));
    add(` warning: ${warning.message}`, sgrCodes('warning'));
    add(` ${warning.hint}`, sgrCodes('hint'));
    return [...lines, []];
  }

  /** Some of the flows, if there is room for them. */
  #sampleLines(columns: number, room: number): readonly Line[] {
    const found = this.#found;
    const { rows: views } = this.#sample;
    // The titles, the number of those that are not shown, an empty line.
    const height = Math.min(views.length, room - 3);
    if (this.#state === 'finding' || found === undefined || height < 1) return [];
    const lines = this.#table.draw({
      columns: this.#columns.columns.slice(0, -1),
      rows: views.map(view => this.#columns.row({ view, packets: null, bytes: null }, () => EMPTY)),
      ...{ first: 0, height, width: columns, cursor: -1, sort: '', descending: false },
      unicode: this.#options.context.unicode,
    });
    const more = found.matched - height;
    const rest: Line[] =
      more > 0 ? [[{ text: ` and ${more.toLocaleString('en-US')} more`, codes: sgrCodes('dim') }]] : [];
    return [...lines, ...rest, []];
  }

  /** What is being done, or the question. */
  #endLines(): readonly Line[] {
    const found = this.#found;
    if (this.#state === 'finding' || found === undefined)
      return [[{ text: ` ${this.#progress || 'reading the table'}`, codes: sgrCodes('dim') }]];
    if (this.#state === 'deleting') return [[{ text: ` ${this.#progress || 'deleting'}`, codes: sgrCodes('dim') }]];
    if (!this.#isRead) return [[{ text: ' the statement is longer: ↓ shows the rest', codes: sgrCodes('warning') }]];
    if (this.#isDry) return [[{ text: ` dry run: would ${this.#intention(found)}`, codes: sgrCodes('warning') }]];
    return [[{ text: ` ${this.#intention(found).replace(/^d/, 'D')}? [y/N]`, codes: sgrCodes('header') }]];
  }

  #intention(found: ChangeSummary): string {
    return intention(found, this.#isAll);
  }

  press(key: Key): void {
    const { name, text } = key;
    const scroll = this.#most === 0 || name === 'text' ? undefined : SCROLLS.get(actionOf(key));
    if (this.#state === 'deleting') {
      // What has been deleted is reported when the change has stopped.
      if (name === 'escape' || name === 'ctrl-c') this.close();
    } else if (scroll !== undefined) this.#first = Math.max(0, Math.min(this.#first + scroll, this.#most));
    else if (this.#state === 'asking' && name === 'text' && /^y$/i.test(text) && !this.#isDry) {
      if (this.#isRead) void this.#delete();
    } else this.#options.closed(this.#isDry ? undefined : 'nothing was deleted', false);
  }

  close(): void {
    this.#controller.abort(new Error('interrupted'));
  }
}
