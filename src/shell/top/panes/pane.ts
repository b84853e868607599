import type { KeyDocs } from '../../help/top-keys.js';
import type { Key } from '../../interactive/line/input/key-names.js';
import type { Line } from '../table/table.js';

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** What a pane shows: lines, and where the terminal's cursor is in them. */
export interface PaneView {
  readonly lines: readonly Line[];
  readonly cursor?: { readonly row: number; readonly column: number };
}

/** Something that is shown instead of the table, or over it, and that receives the keys until it is closed. */
export interface Pane {
  /** Lines of the header that stay above it. */
  readonly below: number;
  /** The table is seen below it; else it has the rest of the screen. */
  readonly isOver: boolean;
  /** The keys, for the last line. */
  readonly docs: KeyDocs;
  /** @param size the part of the screen that it has */
  view(size: Size): PaneView;
  press(key: Key): void;
  /** A paste; ignored where there is nothing to type. */
  paste?(text: string): void;
  /** It has all keys, also those that quit. */
  readonly isModal?: true;
  /** q closes it, and does not leave the full screen. */
  readonly isLeftByQ?: true;
  /** Reads what it shows, in place of the refresh of the table. @throws CtqError */
  refresh?(signal: AbortSignal): Promise<void>;
  /** All keys that have come were pressed. */
  idle?(): void;
  /** It is shown no longer. */
  close?(): void;
}
