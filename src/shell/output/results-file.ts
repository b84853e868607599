import type { Destination } from './destination.js';
import { openFile } from './file-destination.js';

/** The file of `--to`, for all results of a run. It appears when all of them are complete. */
export class ResultsFile {
  readonly #file: Destination;
  /** For one result: closing it does not close the file. */
  readonly destination: Destination;
  #results = 0;

  /** @throws CtqError if the file cannot be created */
  constructor(path: string) {
    const file = openFile(path);
    this.#file = file;
    this.destination = {
      write: (chunk, done) => file.write(chunk, done),
      ready: () => file.ready(),
      get waiting() {
        return file.waiting;
      },
      close: async () => {},
      abort: () => {},
      share: () => file.share?.(),
    };
  }

  /** Counts a result that is written to it. @returns whether it is the second */
  add(): boolean {
    return ++this.#results === 2;
  }

  write(text: string): void {
    this.#file.write(Buffer.from(text), () => {});
  }

  /** @param isWhole false: the run failed, and an existing file stays unchanged */
  async end(isWhole: boolean): Promise<void> {
    if (isWhole) await this.#file.close();
    else this.#file.abort();
  }
}
