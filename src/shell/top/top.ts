/** The full screen: shows a view of the table, reads it again and again, and acts on keys. */

import { asCtqError } from '../../engine/errors.js';
import type { FormatContext } from '../../engine/formats/writing/format.js';
import { humanDuration } from '../../engine/formats/writing/format-value.js';
import type { QueryContext, ReadCount } from '../../engine/query/context.js';
import { capabilitiesOf, refusalOf } from '../../lang/schema/places.js';
import type { Style } from '../display/style.js';
import { type Action, actionOf } from '../help/top-keys.js';
import type { Key } from '../interactive/line/input/key-names.js';
import type { Keys } from '../interactive/line/input/keys.js';
import type { ShellSession } from '../session/session.js';
import { type FrameState, frameOf, tableHeight } from './frame.js';
import type { Opened, Refused, TopHandle } from './handle.js';
import type { Pane } from './panes/pane.js';
import { RefreshLoop } from './refresh/loop.js';
import { Totals } from './refresh/observer.js';
import { RefreshPace } from './refresh/pace.js';
import { ReadingSign } from './refresh/reading-sign.js';
import type { FullScreen } from './screen.js';
import type { TopRow } from './table/columns.js';
import { type Ordered, reversed, sortedByNext, sortedByNumber } from './table/ordering.js';
import { RowCursor } from './table/row-cursor.js';
import { Table } from './table/table.js';
import { type Refreshed, TableRefresh } from './table-refresh.js';
import { Typing } from './typing.js';
import { both, GROUPING_NAMES, type GroupingName, type View } from './view.js';

/** Rows that are kept at least, and at most. */
const FEWEST = 200;
const MAX = 2000;
/** Milliseconds for which a message is shown. */
const MESSAGE_TIME = 10_000;
const NOTHING: Refreshed = { columns: [], rows: [], flows: [], totals: new Totals(), fullness: {}, sort: '' };

export interface TopParts {
  readonly shell: ShellSession;
  readonly screen: FullScreen;
  readonly keys: Keys;
  readonly context: FormatContext;
  /** Ends the screen. */
  readonly signal: AbortSignal;
  /** Gives the terminal to another program. */
  lend<T>(work: () => Promise<T>): Promise<T>;
  /** Ctrl-Z. */
  suspend(): void;
  /** @throws CtqError if it cannot be opened here */
  openPane(what: Opened, top: TopHandle): Promise<void>;
}

export class Top implements TopHandle {
  readonly parts: TopParts;
  readonly pace: RefreshPace;
  readonly #table = new Table();
  readonly #refresh: TableRefresh;
  readonly #loop: RefreshLoop;
  view: View;
  /** The views to which Esc returns. */
  #before: View[] = [];
  /** The last view that could be read. */
  #good: View | undefined;
  #refreshed = NOTHING;
  #time: Date | undefined;
  /** The view of `#refreshed`. */
  #seenView: View | undefined;
  readonly #sign = new ReadingSign(() => this.draw());
  #isPaused = false;
  /** Conditions that were entered, newest first. */
  readonly filters: string[] = [];
  #pane: Pane | undefined;
  readonly #cursor = new RowCursor();
  #message: { readonly text: string; readonly style: Style; readonly until: number } | undefined;
  readonly typing: Typing;
  #isOver = false;
  #end: (error?: unknown) => void = () => {};

  constructor(parts: TopParts, view: View, every: number) {
    this.parts = parts;
    this.view = view;
    this.pace = new RefreshPace(every);
    this.#refresh = new TableRefresh(parts.shell, parts.context);
    this.typing = new Typing({
      press: key => this.#press(key),
      paste: text => this.#pane?.paste?.(text),
      idle: () => this.idle(),
    });
    this.#loop = new RefreshLoop(this.pace, {
      isDue: () => this.#isDue,
      isRemote: () => this.view.place.kind === 'ssh',
      isFirst: () => this.#refreshed.totals.seconds === 0 && capabilitiesOf(this.view.place).isLive,
      refresh: signal => this.#read(signal),
      failed: error => this.#failed(error),
      done: () => this.draw(),
    });
    if (view.filter !== '') this.filters.push(view.filter);
  }

  /** Until the user quits, or the signal is aborted. @throws CtqError if the table cannot be read at all */
  async run(): Promise<void> {
    const { signal } = this.parts;
    const ended = new Promise<void>((resolve, reject) => {
      this.#end = error => (error === undefined ? resolve() : reject(error as Error));
    });
    const aborted = (): void => this.#end();
    signal.addEventListener('abort', aborted, { once: true });
    if (signal.aborted) this.#end();
    this.draw();
    this.#loop.again();
    try {
      await ended;
    } finally {
      this.#isOver = true;
      this.#loop.stop();
      this.#pane?.close?.();
      signal.removeEventListener('abort', aborted);
    }
  }

  // -------------------------------------------------------------- refreshing

  /** Reads what is shown: the flow of a pane, or the table. */
  async #read(signal: AbortSignal): Promise<void> {
    const { view } = this;
    const session = this.session(signal);
    if (this.#pane?.refresh !== undefined) await this.#pane.refresh(signal);
    else {
      const refresh = { limit: this.#limit, shortest: this.pace.shortest };
      // A view that is not on the screen yet is waited for, and a file.
      const isAwaited = view !== this.#seenView || !capabilitiesOf(view.place).isLive;
      const work = (readCount?: ReadCount) =>
        this.#refresh.refresh(view, refresh, { ...session, ...(readCount ? { readCount } : {}) });
      const refreshed = await (isAwaited ? this.#sign.during(work) : work());
      if (view === this.view) this.#seen(refreshed);
      this.#good = view;
    }
    await session.release?.();
  }

  whilePaused<T>(work: () => Promise<T>): Promise<T> {
    return this.#loop.whilePaused(work);
  }

  get #isDue(): boolean {
    const pane = this.#pane;
    const isSeen = pane === undefined || pane.isOver || pane.refresh !== undefined;
    return isSeen && !this.#isPaused && this.#refresh.hasChanged(this.view);
  }

  #seen(refreshed: Refreshed): void {
    this.#refreshed = refreshed;
    this.#time = new Date();
    this.#seenView = this.view;
    this.#cursor.place(refreshed.rows, this.#height);
  }

  /** A view that cannot be read is left; the first one ends the screen. */
  #failed(thrown: unknown): void {
    const error = asCtqError(thrown);
    const { message, hint } = error;
    if (this.#good === undefined) {
      this.#end(error);
      return;
    }
    const { view } = this;
    const why = hint === undefined ? message : `${message}: ${hint}`;
    if (view !== this.#good) {
      this.parts.shell.place = this.#good.place;
      this.view = this.#good;
      this.#loop.again();
    }
    if (view.typed !== undefined && view.place !== this.#good.place) this.refuse({ text: view.typed, why });
    else this.say(why, 'error');
  }

  /** What the statements of a refresh run in. */
  session(signal: AbortSignal): QueryContext {
    const session = this.parts.shell.session(signal);
    return {
      ...session,
      // The line above the table shows it.
      warn: (message, hint) => {
        if (!/ are null/.test(message)) this.say(hint === undefined ? message : `${message}: ${hint}`, 'warning');
      },
      incomplete: error => this.say(error.message, 'warning'),
    };
  }

  get #limit(): number {
    return Math.min(MAX, Math.max(FEWEST, this.#cursor.first + 3 * this.#height));
  }

  // -------------------------------------------------------------- views

  /** Shows another view. @param isStep Esc returns from it */
  show(view: View, isStep = false): void {
    if (isStep) this.#before.push(this.view);
    if (view.place !== this.view.place) this.#before = [];
    if (view.grouping !== this.view.grouping || view.filter !== this.view.filter) this.#cursor.home();
    this.view = view;
    this.parts.shell.place = view.place;
    this.#loop.again();
  }

  /** Shows a condition's flows, and keeps it for ↑. */
  filter(text: string): void {
    if (text !== '') {
      const at = this.filters.indexOf(text);
      if (at >= 0) this.filters.splice(at, 1);
      this.filters.unshift(text);
    }
    this.show({ ...this.view, filter: text });
  }

  open(pane: Pane): void {
    this.#pane?.close?.();
    this.#pane = pane;
    this.#message = undefined;
    if (pane.refresh !== undefined) this.#loop.again();
    this.draw();
  }

  closePane(): void {
    this.#pane?.close?.();
    this.#pane = undefined;
    if (!this.#isPaused) this.#loop.again();
    this.draw();
  }

  say(text: string, style: Style = 'plain'): void {
    this.#message = { text, style, until: performance.now() + MESSAGE_TIME };
    this.draw();
  }

  refused: Refused | undefined;

  refuse(refused: Refused): void {
    this.refused = refused;
    // What has been opened meanwhile is not replaced.
    if (this.#pane === undefined) void this.#openPane('refused');
    else this.say(refused.why, 'error');
  }

  get canDelete(): boolean {
    return (
      this.parts.shell.setting('read_only') !== true && refusalOf('conntrack', 'delete', this.view.place) === undefined
    );
  }

  get row(): TopRow | undefined {
    return this.#refreshed.rows[this.#cursor.index];
  }

  get flow(): Refreshed['flows'][number] | undefined {
    return this.#refreshed.flows[this.#cursor.index];
  }

  // -------------------------------------------------------------- keys

  #press(key: Key): void {
    const pane = this.#pane;
    const action = actionOf(key);
    if (key.name === 'ctrl-z') this.parts.suspend();
    else if (key.name === 'ctrl-|') process.kill(process.pid, 'SIGQUIT');
    else if (pane?.isModal) pane.press(key);
    else if (action === 'quit' && !(pane?.isLeftByQ && key.name === 'text')) this.#end();
    else if (action === 'redraw') this.parts.screen.forget();
    else if (action === 'pause' && (pane === undefined || pane.refresh !== undefined)) this.#pause();
    else if (pane) pane.press(key);
    else if (action) this.#actions[action]?.();
    else if (key.name === 'text' && /^[1-9]$/.test(key.text))
      this.show(sortedByNumber(this.#ordered, this.#table, Number(key.text)));
  }

  idle(): void {
    this.draw();
    this.#pane?.idle?.();
  }

  readonly #actions: Readonly<Partial<Record<Action, () => void>>> = {
    up: () => this.#move(this.#cursor.index - 1),
    down: () => this.#move(this.#cursor.index + 1),
    pageup: () => this.#move(this.#cursor.index - this.#height),
    pagedown: () => this.#move(this.#cursor.index + this.#height),
    home: () => this.#cursor.home(),
    end: () => this.#move(this.#refreshed.rows.length - 1),
    open: () => this.#open(),
    back: () => this.#back(),
    group: () => this.#group(1),
    ungroup: () => this.#group(-1),
    left: () => this.show(sortedByNext(this.#ordered, this.#table, -1)),
    right: () => this.show(sortedByNext(this.#ordered, this.#table, 1)),
    reverse: () => this.show(reversed(this.#ordered)),
    slower: () => this.#setPace('slower'),
    faster: () => this.#setPace('faster'),
    filter: () => void this.#openPane('filter'),
    place: () => void this.#openPane('place'),
    delete: () => void this.#openPane('delete'),
    deleteAll: () => void this.#openPane('deleteAll'),
    help: () => void this.#openPane('help'),
  };

  #setPace(change: 'slower' | 'faster'): void {
    this.pace[change]();
    this.say(`the table is read every ${humanDuration(this.pace.every * 1e6)}`, 'dim');
    this.#loop.again();
  }

  #pause(): void {
    this.#isPaused = !this.#isPaused;
    if (!this.#isPaused) this.#loop.again();
  }

  /** Loads and opens what a key opens. */
  #openPane(what: Opened): Promise<void> {
    return this.typing.during(async () => {
      try {
        await this.parts.openPane(what, this);
      } catch (error) {
        const { message, hint } = asCtqError(error);
        this.say(hint === undefined ? message : `${message}: ${hint}`, 'error');
      }
    });
  }

  deleteRow(): void {
    void this.#openPane('delete');
  }

  /** The flow in detail, or the flows of the group. */
  #open(): void {
    const { row, view } = this;
    if (row === undefined) return;
    if (view.grouping === undefined) void this.#openPane('flow');
    else this.show({ place: view.place, filter: both(view.filter, row.condition), descending: true }, true);
  }

  #back(): void {
    const before = this.#before.pop();
    if (before) this.show(before);
    else if (this.view.filter !== '') this.show({ ...this.view, filter: '' });
  }

  #group(step: 1 | -1): void {
    const order: (GroupingName | undefined)[] = [undefined, ...GROUPING_NAMES];
    const at = order.indexOf(this.view.grouping);
    const grouping = order[(at + step + order.length) % order.length];
    this.#before = [];
    const { place, filter } = this.view;
    this.show({ place, filter, descending: true, ...(grouping === undefined ? {} : { grouping }) });
  }

  // -------------------------------------------------------------- order

  get #sort(): string {
    return this.#refresh.sortOf(this.view);
  }

  get #ordered(): Ordered {
    return { view: this.view, columns: this.#refreshed.columns, sort: this.#sort };
  }

  // -------------------------------------------------------------- cursor

  get #height(): number {
    return tableHeight(this.parts.screen.rows);
  }

  #move(to: number): void {
    const { rows } = this.#refreshed;
    const before = this.#limit;
    this.#cursor.move(to, rows, this.#height);
    if (to >= rows.length - 1 && rows.length >= MAX)
      this.say(`rows beyond the first ${MAX.toLocaleString('en-US')} are not kept: a filter shows them`, 'warning');
    if (this.#limit > before && rows.length >= before) this.#loop.again();
  }

  // -------------------------------------------------------------- drawing

  resized(): void {
    this.parts.screen.forget();
    this.#cursor.scroll(this.#refreshed.rows, this.#height);
    this.draw();
  }

  draw(): void {
    if (this.#isOver) return;
    const { screen, context } = this.parts;
    const message = this.#message;
    const state: FrameState = {
      ...{ view: this.view, refreshed: this.#refreshed, time: this.#time, isPaused: this.#isPaused, pace: this.pace },
      ...{ reading: this.#sign.rows, canDelete: this.canDelete },
      ...{ pane: this.#pane, cursor: this.#cursor, table: this.#table, sort: this.#sort },
      message: message !== undefined && performance.now() < message.until ? message : undefined,
      unicode: context.unicode,
    };
    screen.draw(frameOf(state, screen));
  }
}
