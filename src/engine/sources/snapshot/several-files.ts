import type { FileTable } from '../../../lang/schema/places.js';
import { CtqError } from '../../errors.js';
import type { EntryChunk } from '../../formats/reading/entries.js';
import { NLM_F_MULTI } from '../../netlink/constants.js';
import { host16 } from '../../netlink/messages/framing.js';
import { AlikeWarnings, differ } from '../matching-files.js';
import { CUT_OFF, DAMAGED } from './compression/errors.js';
import { tableAt } from './table-messages.js';

const WORDS: Readonly<Record<FileTable, string>> = {
  conntrack: 'flows',
  expect: 'expectations',
  stats: 'statistics',
  expect_stats: 'statistics',
};

/** What the first entry of a file shows of it. */
function kindOf({ bytes }: EntryChunk): string {
  const what = WORDS[tableAt(bytes, 0)];
  const isEvent = what !== 'statistics' && (host16(bytes, 6) & NLM_F_MULTI) === 0;
  return isEvent ? `events of ${what}` : what;
}

interface Rows extends AsyncIterable<EntryChunk> {
  readonly table: FileTable;
  readonly unread?: string;
}

interface Options {
  warn(message: string, hint?: string): void;
  incomplete?(error: CtqError): void;
}

/** The entries of all files that a pattern names, one file after another. */
export class SeveralSnapshots<Own extends Options> implements Rows {
  table: FileTable = 'conntrack';
  unread: string | undefined;
  readonly #pattern: string;
  readonly #files: readonly string[];
  readonly #options: Own;
  readonly #open: (path: string, options: Own) => Rows;

  constructor(pattern: string, files: readonly string[], options: Own, open: (path: string, options: Own) => Rows) {
    this.#pattern = pattern;
    this.#files = files;
    this.#options = options;
    this.#open = open;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<EntryChunk> {
    const { warn, incomplete } = this.#options;
    const warnings = new AlikeWarnings((message, hint) => warn(message, hint));
    let first: readonly [path: string, kind: string] | undefined;
    for (const path of this.#files) {
      const rows = this.#open(path, { ...this.#options, warn: warnings.of(path) });
      let isBegun = false;
      try {
        for await (const chunk of rows) {
          if (!isBegun && chunk.bytes.length > 0) {
            isBegun = true;
            const kind = kindOf(chunk);
            if (first === undefined) this.table = rows.table;
            first ??= [path, kind];
            if (first[1] !== kind) throw differ(this.#pattern, first, [path, kind]);
          }
          yield { ...chunk, file: path };
        }
      } catch (error) {
        const isOther = error instanceof CtqError && error.code === 'snapshot-format';
        if (isOther && first !== undefined) throw differ(this.#pattern, first, [path, 'no entries']);
        if (incomplete === undefined || !isOfOneFile(error)) throw error;
        this.unread ??= error.message;
        incomplete(error);
      }
      this.unread ??= rows.unread;
    }
    warnings.finish();
  }
}

/** Of a file of which nothing can be read: those after it can. */
const isOfOneFile = (error: unknown): error is CtqError =>
  error instanceof CtqError && (error.code === CUT_OFF || error.code === DAMAGED);
