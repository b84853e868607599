/** A delete: the statement, what it would delete, and the question. */

import { runDelete } from '../../../engine/change/delete/delete.js';
import type { ChangeSummary } from '../../../engine/change/summary.js';
import type { FormatContext } from '../../../engine/formats/writing/format.js';
import type { QueryContext } from '../../../engine/query/context.js';
import type { CheckedDelete } from '../../../lang/check/checked-statements.js';
import { EMPTY } from '../../display/cell.js';
import { sgrCodes } from '../../display/style.js';
import type { Key } from '../../interactive/line/input/key-names.js';
import { paintStatement } from '../../interactive/line/screen/paint.js';
import { asCtqError } from '../../session/messages/print-error.js';
import type { ShellSession } from '../../session/session.js';
import { ownConnectionWarning } from '../../statements/changes/own-connection-warning.js';
import { counted, intention, summaryLine } from '../../statements/changes/report.js';
import { Sample } from '../../statements/changes/sample.js';
import { FlowColumns } from '../table/flow-columns.js';
import { type Line, Table } from '../table/table.js';
import type { Pane, PaneView, Size } from './pane.js';
import { wrapLine } from './wrap-line.js';

/** Flows that are shown. */
const SHOWN = 5;

export interface DeletePaneOptions {
  readonly statement: CheckedDelete;
  readonly text: string;
  readonly shell: ShellSession;
  readonly context: FormatContext;
  session(signal: AbortSignal): QueryContext;
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
  readonly #table = new Table();
  readonly #columns: FlowColumns;
  #state: 'finding' | 'asking' | 'deleting' = 'finding';
  #found: ChangeSummary | undefined;
  #warning: { readonly message: string; readonly hint: string } | undefined;
  #progress = '';

  constructor(options: DeletePaneOptions) {
    this.#options = options;
    this.#columns = new FlowColumns(options.context, undefined);
    void this.#find();
  }

  get docs(): readonly (readonly [keys: string, doc: string])[] {
    if (this.#state === 'deleting') return [['Esc', 'stop']];
    return this.#state === 'asking' && !this.#isDry
      ? [
          ['y', 'delete'],
          ['n', 'keep'],
        ]
      : [['Esc', 'back']];
  }

  get #isDry(): boolean {
    return this.#options.shell.options.dryRun;
  }

  async #find(): Promise<void> {
    const { statement, shell, session } = this.#options;
    await this.#unlessAborted(async () => {
      const own = session(this.#controller.signal);
      this.#warning = await ownConnectionWarning(statement, own, shell.io.env);
      this.#found = await runDelete(statement, own, { sink: this.#sample, dryRun: true, progress: this.#show });
      if (this.#controller.signal.aborted) return;
      if (this.#found.matched === 0) this.#options.closed('no flow matches any more: nothing to delete', false);
      else this.#state = 'asking';
    });
  }

  async #delete(): Promise<void> {
    const { statement, session } = this.#options;
    this.#state = 'deleting';
    this.#progress = '';
    await this.#unlessAborted(async () => {
      const summary = await runDelete(statement, session(this.#controller.signal), { progress: this.#show });
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
    const { text, context } = this.#options;
    const bad = sgrCodes('warning');
    const lines: Line[] = [[], ...wrapLine([{ text: ' ', codes: '' }, ...paintStatement(text)], columns, 3), []];
    if (this.#warning !== undefined) {
      lines.push(
        ...wrapLine(
          [
            { text: ' warning: ', codes: bad },
            { text: this.#warning.message, codes: bad },
          ],
          columns,
          3,
        ),
      );
      lines.push(
        ...wrapLine(
          [
            { text: ' ', codes: '' },
            { text: this.#warning.hint, codes: sgrCodes('hint') },
          ],
          columns,
          3,
        ),
        [],
      );
    }
    const found = this.#found;
    if (this.#state === 'finding')
      lines.push([{ text: ` ${this.#progress || 'reading the table'}`, codes: sgrCodes('dim') }]);
    else if (found !== undefined) {
      const { rows: views } = this.#sample;
      lines.push(
        ...this.#table.draw({
          columns: this.#columns.columns.slice(0, -1),
          rows: views.map(view => this.#columns.row({ view, packets: null, bytes: null }, () => EMPTY)),
          ...{ first: 0, height: SHOWN, width: columns, cursor: -1, sort: '', descending: false },
          unicode: context.unicode,
        }),
      );
      const more = found.matched - views.length;
      if (more > 0) lines.push([{ text: ` and ${more.toLocaleString('en-US')} more`, codes: sgrCodes('dim') }]);
      lines.push([]);
      if (this.#state === 'deleting')
        lines.push([{ text: ` ${this.#progress || 'deleting'}`, codes: sgrCodes('dim') }]);
      else if (this.#isDry) lines.push([{ text: ` dry run: would ${intention(found)}`, codes: bad }]);
      else lines.push([{ text: ` ${intention(found).replace(/^d/, 'D')}? [y/N]`, codes: sgrCodes('header') }]);
    }
    return { lines: lines.slice(0, rows) };
  }

  press({ name, text }: Key): void {
    if (this.#state === 'deleting') {
      // What has been deleted is reported when the change has stopped.
      if (name === 'escape' || name === 'ctrl-c') this.close();
    } else if (this.#state === 'asking' && !this.#isDry && name === 'text' && /^y$/i.test(text)) void this.#delete();
    else this.#options.closed(this.#isDry ? undefined : 'nothing was deleted', false);
  }

  close(): void {
    this.#controller.abort(new Error('interrupted'));
  }
}
