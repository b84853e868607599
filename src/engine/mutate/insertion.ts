import type { MessageView } from '../wire/view.js';

/** What puts entries of one table into the kernel. */
export interface Insertion {
  /** Takes the next entry: of a row, or of `set` alone. @throws CtqError for what cannot be inserted */
  add(row: MessageView | undefined): void;
  /** Whether it is time to send. */
  readonly isDue: boolean;
  send(): Promise<void>;
  /** All have come: what waits is sent, and what could not be done in one step is done. */
  finish(): Promise<void>;
}
