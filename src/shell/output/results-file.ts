import type { Destination } from './destination.js';
import { openFile } from './file-destination.js';

/** The one file that `--to` names: every result of the run goes there. It appears when all of them are in it. */
export class ResultsFile {
  readonly #file: Destination;
  /** For one result: its end is not the file's. */
  readonly destination: Destination;

  /** @throws CtqError where the file cannot be made */
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
    };
  }

  write(text: string): void {
    this.#file.write(Buffer.from(text), () => {});
  }

  /** @param isWhole false: the run failed, and the file of that name stays as it was */
  async end(isWhole: boolean): Promise<void> {
    if (isWhole) await this.#file.close();
    else this.#file.abort();
  }
}
