import type { FileTable } from '../../../lang/schema/places.js';
import type { Integer } from '../../../lang/values/value.js';
import { openReader } from '../detect.js';
import type { ReadFormatName } from '../registry.js';
import { Entries } from './entries.js';
import { type DivisibleReader, isDivisible, type Progress } from './reader.js';
import type { Said } from './report/parse-report.js';
import { RecordedReport } from './report/recorded-report.js';

/** What the reader of pieces must know of the file, as data that another thread can be given. */
export interface PieceOrder {
  readonly format: ReadFormatName;
  /** The first bytes of the file, a character a byte. */
  readonly begin: string;
  /** As in `Surroundings`. */
  readonly taken: Integer;
  readonly parts: number;
  readonly labels: ReadonlyMap<string, number>;
}

/** What was found in a piece. */
export interface PieceResult {
  /** False: the piece must be read in order, by the reader of the file; nothing else here counts then. */
  readonly isRead: boolean;
  /** Bytes of its messages. */
  readonly length: number;
  readonly entries: number;
  /** As in `EntryChunk`. */
  readonly table: FileTable | undefined;
  readonly progress: Progress;
  readonly said: readonly Said[];
}

const UNREAD: PieceResult = {
  isRead: false,
  length: 0,
  entries: 0,
  table: undefined,
  progress: { lines: 0, own: 0 },
  said: [],
};

/**
 * Reads pieces of a file that begin and end between entries, each without the others. A piece in which anything cannot be read, or
 * says something of the pieces after it, is not read: only the reader of the file, which has read all before it, can say what it means.
 */
export class PieceReader {
  readonly #order: PieceOrder;
  /** undefined: nothing was read as yet, or something that is to be forgotten. */
  #opened: Opened | undefined;

  constructor(order: PieceOrder) {
    this.#order = order;
  }

  /**
   * @param text the piece
   * @param into where its messages are put
   */
  async read(text: Uint8Array, into: Uint8Array): Promise<PieceResult> {
    this.#opened ??= await opened(this.#order);
    const { entries, report, reader } = this.#opened;
    const before = entries.read;
    reader?.read(text, true);
    let length = 0;
    for (const { bytes } of entries.take(true)) {
      if (length + bytes.length <= into.length) into.set(bytes, length);
      length += bytes.length;
    }
    if (!reader?.isDivisible || report.hasSkipped || length > into.length) {
      this.#opened = undefined;
      return UNREAD;
    }
    return {
      isRead: true,
      length,
      entries: entries.read - before,
      table: entries.isMixed ? undefined : entries.table,
      progress: reader.progress(),
      said: report.take(),
    };
  }
}

interface Opened {
  readonly entries: Entries;
  readonly report: RecordedReport;
  /** undefined for a format that cannot be divided. */
  readonly reader: DivisibleReader | undefined;
}

async function opened({ format, begin, taken, parts, labels }: PieceOrder): Promise<Opened> {
  const report = new RecordedReport();
  const entries = new Entries({ labelBit: name => labels.get(name), taken, parts }, report);
  const reader = await openReader(format, entries, begin);
  return { entries, report, reader: isDivisible(reader) ? reader : undefined };
}
