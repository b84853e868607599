import type { FormatContext } from '../../engine/formats/writing/format.js';
import type { QueryContext } from '../../engine/query/context.js';
import type { Style } from '../display/style.js';
import type { Keys } from '../interactive/line/input/keys.js';
import type { ShellSession } from '../session/session.js';
import type { Pane } from './panes/pane.js';
import type { SeenFlow } from './refresh/flows.js';
import type { TopRow } from './table/columns.js';
import type { View } from './view.js';

/** What a key opens. */
export type Opened = 'filter' | 'place' | 'delete' | 'deleteAll' | 'help' | 'flow' | 'refused';

/** A place that cannot be shown: what was typed, and why. */
export interface Refused {
  readonly text: string;
  readonly why: string;
}

/** What panes use of the screen that they are part of. */
export interface TopHandle {
  readonly parts: {
    readonly shell: ShellSession;
    readonly keys: Pick<Keys, 'hold' | 'settled'>;
    readonly context: FormatContext;
    readonly signal: AbortSignal;
    /** Gives the terminal to another program. */
    lend<T>(work: () => Promise<T>): Promise<T>;
  };
  readonly view: View;
  /** The flows of the view can be deleted: it is not a file, and the session is not read-only. */
  readonly canDelete: boolean;
  readonly pace: { readonly shortest: number };
  /** Conditions that were entered, newest first. */
  readonly filters: readonly string[];
  /** The row under the cursor, and its flow if it is one. */
  readonly row: TopRow | undefined;
  readonly flow: SeenFlow | undefined;
  /** What statements run in; they end when the signal is aborted. */
  session(signal: AbortSignal): QueryContext;
  /** Does work while the table is not read. @throws what the work throws */
  whilePaused<T>(work: () => Promise<T>): Promise<T>;
  /** Shows another view. @param isStep Esc returns from it */
  show(view: View, isStep?: boolean): void;
  filter(text: string): void;
  open(pane: Pane): void;
  closePane(): void;
  deleteRow(): void;
  say(text: string, style?: Style): void;
  /** The last place that could not be shown. */
  readonly refused: Refused | undefined;
  /** A place that was typed cannot be shown: it can be corrected. */
  refuse(refused: Refused): void;
  draw(): void;
}
