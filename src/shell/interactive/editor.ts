/** Reads statements from a terminal. */
export interface Editor {
  /** The next statement or command that is typed; undefined at the end of the input. */
  read(): Promise<string | undefined>;
  /** Asks a question while a statement runs; '' if it is cancelled, by a key or the signal. */
  ask(question: string, signal?: AbortSignal): Promise<string>;
  /** Puts a text into the next line that is read. */
  fill(text: string): void;
  /** Passes keys to a live view. @returns what ends that */
  divert(pressed: (keys: string) => void): () => void;
  /** Leaves the terminal to another program. */
  lend<T>(work: () => Promise<T>): Promise<T>;
  /** Begins anew, as after Ctrl-C, where that is a signal and not a key. */
  cancel?(): void;
  close(): void;
}
