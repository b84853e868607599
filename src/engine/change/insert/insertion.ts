import type { MessageView } from '../../ctnetlink/view/view.js';

/** What puts entries of one table into the kernel. */
export interface Insertion {
  /** Takes the next entry: of a row, or of `set` alone. @throws CtqError for what cannot be inserted */
  add(row: MessageView | undefined): void;
  /** Whether it is time to send. */
  readonly isDue: boolean;
  /** Sends what waits; some of it may be under way still when this returns. */
  send(): Promise<void>;
  /** Waits for what is under way, so that what was done is counted. */
  drain(): Promise<void>;
  /** All have come: what waits is sent, and what could not be done in one step is done. */
  finish(): Promise<void>;
}
