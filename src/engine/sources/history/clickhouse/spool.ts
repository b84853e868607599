/**
 * Segments that wait to be sent, in a folder: `SEQUENCE-ROWS-FROM-UNTIL-RANDOM.TABLE`, each in RowBinary. A segment is written to a hidden
 * name, synchronized and renamed, and deleted when the server has answered; its name is the token by which the server knows it again.
 */
import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolders } from '../../../make-folders.js';
import { namesIn, recorderName, sizeOf } from '../files/layout.js';
import { readStates } from '../files/recording/journal.js';
import { type SentTable, TABLES } from './tables.js';

export interface SpoolSegment {
  readonly name: string;
  readonly path: string;
  readonly sequence: number;
  readonly table: SentTable;
  readonly rows: number;
  /** When the events of its rows were; ms since the epoch. */
  readonly from: number;
  readonly until: number;
  readonly bytes: number;
}

const NAME = /^(\d+)-(\d+)-(\d+)-(\d+)-[0-9a-f]{8}\.([a-z]+)$/;
const REJECTED = 'rejected';
/** Records of losses may be written to a spool that is full. */
const RESERVE = 1024 * 1024;

export class Spool {
  readonly folder: string;
  readonly #limit: number;
  #segments: SpoolSegment[];
  #bytes: number;
  #sequence: number;
  #arrived: (() => void) | undefined;

  /**
   * @param limit bytes that may wait
   * @param sequence the number of the last segment, if it is known
   * @throws Error if the folder cannot be made or read
   */
  constructor(folder: string, limit: number, sequence = 0) {
    this.folder = folder;
    this.#limit = limit;
    makeFolders(folder, 0o750);
    const names = namesIn(folder);
    // What an interrupted recorder was writing.
    for (const name of names.filter(each => each.startsWith('.'))) rmSync(join(folder, name), { force: true });
    this.#segments = names.flatMap(name => segmentOf(folder, name) ?? []).sort((a, b) => a.sequence - b.sequence);
    this.#bytes = this.#segments.reduce((sum, { bytes }) => sum + bytes, 0);
    this.#sequence = Math.max(sequence, this.#segments.at(-1)?.sequence ?? 0);
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** The number of the last segment. */
  get sequence(): number {
    return this.#sequence;
  }

  get oldest(): SpoolSegment | undefined {
    return this.#segments[0];
  }

  /** Whether rows of this size are refused. */
  isFull(table: SentTable, bytes: number): boolean {
    return this.#bytes + bytes > this.#limit + (table === 'flows' ? 0 : RESERVE);
  }

  /** Writes a segment. @throws Error if it cannot be written; then nothing is left of it */
  async add(
    table: SentTable,
    bytes: Buffer,
    { rows, from, until }: Pick<SpoolSegment, 'rows' | 'from' | 'until'>,
  ): Promise<void> {
    // Later than all before, also where the clock has jumped back.
    this.#sequence = Math.max(this.#sequence + 1, Date.now());
    const random = randomBytes(4).toString('hex');
    const name = `${this.#sequence}-${rows}-${Math.max(0, from)}-${Math.max(0, until)}-${random}.${table}`;
    const hidden = join(this.folder, `.${name}`);
    try {
      await writeSynchronized(hidden, bytes);
      await rename(hidden, join(this.folder, name));
      await synchronize(this.folder);
    } catch (error) {
      await rm(hidden, { force: true });
      throw error;
    }
    const segment = segmentOf(this.folder, name);
    if (segment === undefined) throw new Error(`${name} is gone`);
    this.#segments.push(segment);
    this.#bytes += segment.bytes;
    this.#arrived?.();
  }

  /** Forgets a segment that the server has. */
  async remove(segment: SpoolSegment): Promise<void> {
    await rm(segment.path, { force: true });
    this.#forget(segment);
  }

  /** Puts a segment aside that the server does not take. The oldest ones make room for it: they may have as many bytes as what waits. */
  async reject(segment: SpoolSegment): Promise<void> {
    const folder = join(this.folder, REJECTED);
    makeFolders(folder, 0o750);
    await rename(segment.path, join(folder, segment.name));
    this.#forget(segment);
    const kept = namesIn(folder)
      .flatMap(name => segmentOf(folder, name) ?? [])
      .sort((a, b) => b.sequence - a.sequence);
    let bytes = 0;
    for (const each of kept) {
      bytes += each.bytes;
      if (bytes > this.#limit && each.name !== segment.name) await rm(each.path, { force: true });
    }
  }

  #forget(segment: SpoolSegment): void {
    if (this.#segments[0] === segment) this.#segments.shift();
    else this.#segments = this.#segments.filter(each => each !== segment);
    this.#bytes -= segment.bytes;
  }

  /** Waits until there is a segment, or the signal is aborted. */
  async arrival(signal: AbortSignal): Promise<void> {
    if (this.#segments.length > 0 || signal.aborted) return;
    await new Promise<void>(resolve => {
      this.#arrived = () => {
        signal.removeEventListener('abort', resolve as () => void);
        resolve();
      };
      signal.addEventListener('abort', resolve as () => void, { once: true });
    });
    this.#arrived = undefined;
  }
}

/** What waits in one spool of a folder. */
export interface Waiting {
  /** The server: the name of its folder. */
  readonly server: string;
  readonly recorder: string;
  readonly segments: number;
  readonly bytes: number;
  /** When the events of the oldest rows were, ms since the epoch; undefined if nothing waits. */
  readonly oldest: number | undefined;
}

/** What waits in all spools of a folder, whatever process writes to them. @throws Error where it cannot be read */
export function waitingIn(folder: string): readonly Waiting[] {
  return namesIn(folder).flatMap(server =>
    namesIn(join(folder, server)).map(writer => {
      const own = join(folder, server, writer);
      const segments = namesIn(own).flatMap(name => segmentOf(own, name) ?? []);
      return {
        server,
        recorder: recorderNameIn(own) ?? writer,
        segments: segments.length,
        bytes: segments.reduce((sum, { bytes }) => sum + bytes, 0),
        oldest: segments.length === 0 ? undefined : Math.min(...segments.map(({ from }) => from)),
      };
    }),
  );
}

/** The name of the recorder of a spool; undefined if it has not begun. */
function recorderNameIn(folder: string): string | undefined {
  const [state] = readStates(folder);
  return state && recorderName(state);
}

function segmentOf(folder: string, name: string): SpoolSegment | undefined {
  const match = NAME.exec(name);
  if (match === null) return undefined;
  const [, sequence, rows, from, until, table] = match;
  if (!Object.hasOwn(TABLES, table)) return undefined;
  const path = join(folder, name);
  return {
    name,
    path,
    sequence: Number(sequence),
    table: table as SentTable,
    rows: Number(rows),
    from: Number(from),
    until: Number(until),
    bytes: sizeOf(path),
  };
}

async function writeSynchronized(path: string, bytes: Buffer): Promise<void> {
  const file: FileHandle = await open(path, 'w', 0o640);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function synchronize(folder: string): Promise<void> {
  const file = await open(folder, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
