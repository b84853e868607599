/** The full screen: shows a view of the table, reads it again and again, and does what keys say. */
import type { CtqError } from '../../engine/errors.js';
import type { FormatContext } from '../../engine/formats/writing/format.js';
import { humanDuration } from '../../engine/formats/writing/format-value.js';
import type { QueryContext } from '../../engine/query/context.js';
import { capabilitiesOf } from '../../lang/schema/places.js';
import { type Style, sgrCodes } from '../display/style.js';
import type { Key } from '../interactive/line/key-names.js';
import type { Keys } from '../interactive/line/keys.js';
import { asCtqError } from '../session/print-error.js';
import type { ShellSession } from '../session/session.js';
import type { Opened, TopHandle } from './handle.js';
import { HEADER_LINES, headerLines } from './header.js';
import { type Action, actionOf, SHORT_DOCS } from './keys.js';
import { Totals } from './look/observer.js';
import { LookPace } from './look/pace.js';
import { type Looked, TableLook } from './look/table-look.js';
import { ascii } from './panes/help-pane.js';
import type { Pane } from './panes/pane.js';
import { type FullScreen, SMALLEST } from './screen.js';
import type { TopRow } from './table/columns.js';
import { cut, type Line, Table } from './table/table.js';
import { both, GROUPING_NAMES, type GroupingName, type View } from './view.js';

/** Rows that are kept at least, and at most. */
const FEWEST = 200;
const MOST = 2000;
/** Lines that are not rows of the table: the header, the titles, the last line. */
const OTHER_LINES = HEADER_LINES + 2;
/** Milliseconds for which a message is shown. */
const MESSAGE_TIME = 10_000;

const NOTHING: Looked = { columns: [], rows: [], flows: [], totals: new Totals(), fullness: {}, sort: '' };

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
  readonly pace: LookPace;
  readonly #table = new Table();
  readonly #look: TableLook;
  view: View;
  /** The views to which Esc returns. */
  #before: View[] = [];
  /** The last view that could be read. */
  #good: View | undefined;
  #looked = NOTHING;
  #time: Date | undefined;
  #isPaused = false;
  /** Conditions that were entered, newest first. */
  readonly filters: string[] = [];
  #pane: Pane | undefined;
  /** The row that the cursor stays on; undefined: the first one, whichever it is. */
  #key: string | undefined;
  #index = 0;
  #first = 0;
  #message: { readonly text: string; readonly style: Style; readonly until: number } | undefined;
  #timer: NodeJS.Timeout | undefined;
  #looking: AbortController | undefined;
  /** Another look is to follow at once. */
  #isWanted = false;
  /** What a key opens is being loaded; keys that come meanwhile are for it. */
  #isOpening = false;
  readonly #typedMeanwhile: (
    | { readonly text: string; readonly isPaste: true }
    | (Key & { readonly isPaste: false })
  )[] = [];
  #isOver = false;
  #end: (error?: unknown) => void = () => {};

  constructor(parts: TopParts, view: View, every: number) {
    this.parts = parts;
    this.view = view;
    this.pace = new LookPace(every);
    this.#look = new TableLook(parts.shell, parts.context);
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
    this.#schedule(0);
    try {
      await ended;
    } finally {
      this.#isOver = true;
      clearTimeout(this.#timer);
      this.#looking?.abort(new Error('ended'));
      this.#pane?.close?.();
      signal.removeEventListener('abort', aborted);
    }
  }

  // -------------------------------------------------------------- looking

  #schedule(delay: number): void {
    clearTimeout(this.#timer);
    if (!this.#isOver) this.#timer = setTimeout(() => void this.#lookOnce(), delay);
  }

  /** Reads the table as soon as possible: what is shown has changed. */
  #again(): void {
    if (this.#looking !== undefined) {
      this.#isWanted = true;
      this.#looking.abort(new Error('superseded'));
    } else this.#schedule(0);
  }

  async #lookOnce(): Promise<void> {
    if (this.#looking !== undefined || this.#isOver) return;
    const isForced = this.#isWanted || this.#good !== this.view;
    this.#isWanted = false;
    const pane = this.#pane;
    const isDue = !this.#isPaused && (pane === undefined || pane.isOver || pane.look !== undefined);
    if (!isForced && (!isDue || !this.#look.hasChanged(this.view))) {
      this.#schedule(this.pace.every);
      return;
    }
    const controller = new AbortController();
    this.#looking = controller;
    const { view } = this;
    this.pace.begin();
    try {
      const session = this.session(controller.signal);
      if (pane?.look !== undefined) await pane.look(controller.signal);
      else {
        const looked = await this.#look.look(view, this.#limit, session);
        if (this.#good === undefined || view === this.view) this.#seen(looked);
        this.#good = view;
      }
      await session.release?.();
    } catch (error) {
      if (!controller.signal.aborted) this.#failed(view, asCtqError(error));
    } finally {
      this.#looking = undefined;
    }
    const delay = this.pace.end(view.place.kind === 'ssh');
    this.draw();
    this.#schedule(this.#isWanted ? 0 : delay);
  }

  #seen(looked: Looked): void {
    this.#looked = looked;
    this.#time = new Date();
    this.#place();
  }

  /** A view that cannot be read is left; the first one ends the screen. */
  #failed(view: View, error: CtqError): void {
    if (this.#good === undefined) this.#end(error);
    else if (view === this.#good || view !== this.view) this.say(error.message, 'error');
    else {
      this.parts.shell.place = this.#good.place;
      this.view = this.#good;
      this.say(error.hint === undefined ? error.message : `${error.message}: ${error.hint}`, 'error');
      this.#isWanted = true;
    }
  }

  /** What the statements of a look run in. */
  session(signal: AbortSignal): QueryContext {
    const session = this.parts.shell.session(signal);
    return {
      ...session,
      // The line above the table says so.
      warn: (message, hint) => {
        if (!/ are null/.test(message)) this.say(hint === undefined ? message : `${message}: ${hint}`, 'warning');
      },
      incomplete: error => this.say(error.message, 'warning'),
    };
  }

  get #limit(): number {
    return Math.min(MOST, Math.max(FEWEST, this.#first + 3 * this.#height));
  }

  // -------------------------------------------------------------- views

  /** Shows another view. @param isStep Esc returns from it */
  show(view: View, isStep = false): void {
    if (isStep) this.#before.push(this.view);
    if (view.place !== this.view.place) this.#before = [];
    if (view.grouping !== this.view.grouping || view.filter !== this.view.filter) this.#home();
    this.view = view;
    this.parts.shell.place = view.place;
    this.#again();
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
    if (pane.look !== undefined) this.#again();
    this.draw();
  }

  closePane(): void {
    this.#pane?.close?.();
    this.#pane = undefined;
    this.#again();
    this.draw();
  }

  say(text: string, style: Style = 'plain'): void {
    this.#message = { text, style, until: performance.now() + MESSAGE_TIME };
    this.draw();
  }

  get row(): TopRow | undefined {
    return this.#looked.rows[this.#index];
  }

  get flow(): Looked['flows'][number] | undefined {
    return this.#looked.flows[this.#index];
  }

  // -------------------------------------------------------------- keys

  press(key: Key): void {
    if (this.#isOpening) {
      this.#typedMeanwhile.push({ ...key, isPaste: false });
      return;
    }
    // Characters that came together are keys of their own, except where they are typed.
    if (key.name === 'text' && key.text.length > 1) {
      for (const text of key.text) this.press({ text, name: 'text' });
      return;
    }
    const pane = this.#pane;
    const action = actionOf(key);
    if (key.name === 'ctrl-z') this.parts.suspend();
    else if (key.name === 'ctrl-|') process.kill(process.pid, 'SIGQUIT');
    else if (pane?.isModal) pane.press(key);
    else if (action === 'quit') this.#end();
    else if (action === 'redraw') this.parts.screen.forget();
    else if (action === 'pause') this.#pause();
    else if (pane) pane.press(key);
    else if (action) this.#actions[action]?.();
    else if (key.name === 'text' && /^[1-9]$/.test(key.text)) this.#sortBy(this.#sortable[Number(key.text) - 1]);
  }

  paste(text: string): void {
    if (this.#isOpening) this.#typedMeanwhile.push({ text, isPaste: true });
    else this.#pane?.paste?.(text);
  }

  idle(): void {
    this.draw();
    this.#pane?.idle?.();
  }

  readonly #actions: Readonly<Partial<Record<Action, () => void>>> = {
    up: () => this.#move(this.#index - 1),
    down: () => this.#move(this.#index + 1),
    pageup: () => this.#move(this.#index - this.#height),
    pagedown: () => this.#move(this.#index + this.#height),
    home: () => this.#home(),
    end: () => this.#move(this.#looked.rows.length - 1),
    open: () => this.#open(),
    back: () => this.#back(),
    group: () => this.#group(1),
    ungroup: () => this.#group(-1),
    left: () => this.#sortNext(-1),
    right: () => this.#sortNext(1),
    reverse: () => this.show({ ...this.view, sort: this.#sort, descending: !this.view.descending }),
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
    this.#again();
  }

  #pause(): void {
    this.#isPaused = !this.#isPaused;
    if (!this.#isPaused) this.#again();
  }

  /** Loads and opens what a key opens. */
  async #openPane(what: Opened): Promise<void> {
    this.#isOpening = true;
    try {
      await this.parts.openPane(what, this);
    } catch (error) {
      const { message, hint } = asCtqError(error);
      this.say(hint === undefined ? message : `${message}: ${hint}`, 'error');
    }
    this.#isOpening = false;
    if (this.#typedMeanwhile.length === 0) return;
    for (const typed of this.#typedMeanwhile.splice(0)) {
      if (typed.isPaste) this.paste(typed.text);
      else this.press(typed);
    }
    this.idle();
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
    return this.#look.sortOf(this.view);
  }

  /** The columns that are shown, and that rows can be sorted by. */
  get #sortable(): readonly string[] {
    const { columns, rows } = this.#looked;
    return columns
      .filter(
        (column, i) => !column.isUnsortable && (!column.optional || rows.some(({ cells }) => cells[i].text !== '')),
      )
      .map(({ name }) => name);
  }

  #sortNext(step: 1 | -1): void {
    const names = this.#sortable;
    if (names.length === 0) return;
    const at = names.indexOf(this.#sort);
    this.#sortBy(names[(at + step + names.length) % names.length]);
  }

  #sortBy(name: string | undefined): void {
    if (name === undefined) return;
    const column = this.#looked.columns.find(each => each.name === name);
    this.show({ ...this.view, sort: name, descending: column?.isDescending ?? false });
  }

  // -------------------------------------------------------------- cursor

  get #height(): number {
    return Math.max(1, this.parts.screen.rows - OTHER_LINES);
  }

  #home(): void {
    this.#key = undefined;
    this.#index = 0;
    this.#first = 0;
  }

  #move(to: number): void {
    const { rows } = this.#looked;
    if (rows.length === 0) return;
    const before = this.#limit;
    this.#index = Math.max(0, Math.min(rows.length - 1, to));
    this.#key = rows[this.#index].key;
    this.#scroll();
    if (to >= rows.length - 1 && rows.length >= MOST)
      this.say(`rows beyond the first ${MOST.toLocaleString('en-US')} are not kept: a filter shows them`, 'warning');
    if (this.#limit > before && rows.length >= before) this.#again();
  }

  /** Finds the cursor's row in the rows of a new look. */
  #place(): void {
    const { rows } = this.#looked;
    const at = this.#key === undefined ? 0 : rows.findIndex(({ key }) => key === this.#key);
    this.#index = at >= 0 ? at : Math.max(0, Math.min(this.#index, rows.length - 1));
    if (this.#key !== undefined) this.#key = rows[this.#index]?.key;
    this.#scroll();
  }

  #scroll(): void {
    const height = this.#height;
    const last = Math.max(0, this.#looked.rows.length - height);
    this.#first = Math.min(Math.max(this.#first, this.#index - height + 1), this.#index, last);
  }

  // -------------------------------------------------------------- drawing

  resized(): void {
    this.parts.screen.forget();
    this.#scroll();
    this.draw();
  }

  draw(): void {
    if (this.#isOver) return;
    const { screen } = this.parts;
    const { columns, rows } = screen;
    if (columns < SMALLEST.columns || rows < SMALLEST.rows) {
      const text = `the terminal is too small: ${SMALLEST.columns} columns and ${SMALLEST.rows} rows are needed`;
      screen.draw({ lines: [[{ text, codes: '' }]] });
      return;
    }
    const pane = this.#pane;
    const header = this.#header(columns);
    const lines: Line[] = [...header];
    if (pane === undefined || pane.isOver) lines.push(...this.#rows(columns));
    let cursor: { row: number; column: number } | undefined;
    if (pane !== undefined) {
      const shown = pane.view({ columns, rows: rows - pane.below - 1 });
      if (!pane.isOver) lines.length = pane.below;
      lines.splice(pane.below, pane.isOver ? shown.lines.length : 0, ...shown.lines);
      if (shown.cursor) cursor = { row: shown.cursor.row + pane.below, column: shown.cursor.column };
    }
    lines.length = Math.min(lines.length, rows - 1);
    while (lines.length < rows - 1) lines.push([]);
    screen.draw({ lines: [...lines, this.#lastLine(columns)], ...(cursor ? { cursor } : {}) });
  }

  #header(columns: number): readonly Line[] {
    const { place, filter } = this.view;
    const { totals, fullness } = this.#looked;
    const isLive = capabilitiesOf(place).isLive;
    return headerLines(
      {
        ...{ place, filter, isLive, totals, fullness, time: this.#time, isPaused: this.#isPaused, pace: this.pace },
        unicode: this.parts.context.unicode,
        lacksCounters: isLive && totals.flows > 0 && !totals.hasCounters,
      },
      columns,
    );
  }

  #rows(width: number): readonly Line[] {
    const { columns, rows } = this.#looked;
    if (this.#time === undefined) return [];
    const lines = this.#table.draw({
      ...{ columns, rows, width, first: this.#first, height: this.#height, cursor: this.#index },
      ...{ sort: this.#sort, descending: this.view.descending, unicode: this.parts.context.unicode },
    });
    if (rows.length > 0) return lines;
    const text = this.view.filter === '' ? ' no flows' : ' no flow meets the condition';
    return [...lines, [{ text, codes: sgrCodes('dim') }]];
  }

  #lastLine(columns: number): Line {
    const message = this.#message;
    if (message !== undefined && performance.now() < message.until)
      return cut([{ text: message.text, codes: sgrCodes(message.style) }], columns);
    const { unicode } = this.parts.context;
    const line = (this.#pane?.docs ?? SHORT_DOCS).flatMap(
      ([keys, doc]): Line => [
        { text: unicode ? keys : ascii(keys), codes: sgrCodes('prompt') },
        { text: ` ${doc}  `, codes: sgrCodes('dim') },
      ],
    );
    return cut(line, columns);
  }
}
