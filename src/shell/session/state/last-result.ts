import type { MessageView } from '../../../engine/ctnetlink/view/view.js';
import type { Header, Missing, Sink } from '../../../engine/formats/sink.js';
import type { KeptResult } from '../../../engine/query/context.js';
import type { LastResult } from '../../../lang/check/scope.js';
import { shown } from '../../../lang/checked/selects.js';
import type { Value } from '../../../lang/values/value.js';

/** Rows that are kept; a larger result is not kept at all. */
const MAX_KEPT = 100_000;

/** Passes a result on, and keeps a copy of its rows for `from _`. */
export class Keeper implements Sink {
  readonly finishesOnAbort?: boolean;
  #header: Header | undefined;
  #entries: MessageView[] = [];
  #rows: (readonly Value[])[] = [];
  #count = 0;
  #unread: string | undefined;
  /** Columns that are shown. */
  #width: number | undefined;

  constructor(readonly sink: Sink) {
    if (sink.finishesOnAbort) this.finishesOnAbort = true;
  }

  begin(header: Header): void {
    const { columns } = header;
    this.#header = columns ? { ...header, columns: shown(columns) } : header;
    this.#width = this.#header.columns?.length;
    this.sink.begin(header);
  }

  entry(view: MessageView): void {
    if (this.#isKept()) this.#entries.push(view.keep());
    this.sink.entry(view);
  }

  row(values: readonly Value[]): void {
    if (this.#isKept()) this.#rows.push(values.slice(0, this.#width));
    this.sink.row(values);
  }

  missing(member: Missing): void {
    this.sink.missing?.(member);
  }

  end(): void {
    this.sink.end();
  }

  ready(): Promise<void> | undefined {
    return this.sink.ready?.();
  }

  /** Rows are missing. @param unread what could not be read; the first counts */
  miss(unread: string): void {
    this.#unread ??= unread;
  }

  #isKept(): boolean {
    if (++this.#count <= MAX_KEPT) return true;
    this.#entries = [];
    this.#rows = [];
    return false;
  }

  /**
   * The result, once it is complete.
   * @param most rows that were shown, if there were more
   */
  result(most: number | undefined): { readonly shape: LastResult; readonly kept: KeptResult } | undefined {
    if (this.#header === undefined) return undefined;
    const { table, columns } = this.#header;
    const limit = most ?? (this.#count > MAX_KEPT ? MAX_KEPT : undefined);
    const shape = {
      table,
      ...(columns ? { columns } : {}),
      ...(limit === undefined ? {} : { tooLarge: { most: limit } }),
    };
    return {
      shape,
      kept: {
        ...(limit === undefined ? { entries: this.#entries, rows: this.#rows } : { entries: [], rows: [] }),
        ...(this.#unread === undefined ? {} : { unread: this.#unread }),
      },
    };
  }
}
