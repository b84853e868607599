import type { Value } from '../../../../lang/values/value.js';
import { CtqError } from '../../../errors.js';
import type { Extent, HistoryStore, Missing, Reads, RecorderReport } from '../history-store.js';
import type { HistoryQuery } from '../sql/compile.js';
import { DUCKDB } from '../sql/duckdb.js';
import { extentOf } from './extent.js';
import { type FilesToRead, filesToRead, segmentsText } from './files-to-read.js';
import { recorderName } from './layout.js';
import { gapsIn, processStart, type RecorderState, readStates } from './recording/journal.js';
import { damageOf, readHistory, rowsIn } from './segment-reader.js';

/** A recorder that is this late (ms) has a full disk, or hangs. */
const LATE = 60_000;

/** The segments of a folder, read by DuckDB. */
export class FileStore implements HistoryStore {
  readonly dialect = DUCKDB;
  readonly #folder: string;
  /** Of the last query: it is asked what it reads before it reads. */
  #known: { readonly query: HistoryQuery; readonly files: FilesToRead } | undefined;

  /** Segments that are damaged. */
  readonly #cut: string[] = [];

  constructor(folder: string) {
    this.#folder = folder;
  }

  async reads(query: HistoryQuery): Promise<Reads> {
    const { paths, bytes, hours, hoursRead } = this.#files(query);
    return {
      text: `${segmentsText(paths.length)} of ${hoursRead} of ${hours} ${hours === 1 ? 'hour' : 'hours'}, ${bytes} bytes`,
      bytes,
      isEmpty: paths.length === 0,
    };
  }

  #files(query: HistoryQuery): FilesToRead {
    if (this.#known?.query !== query) this.#known = { query, files: filesToRead(this.#folder, query) };
    return this.#known.files;
  }

  async missing(from: number, to: number): Promise<Missing> {
    const states = readStates(this.#folder);
    const names = new Map(states.map(state => [state.writer, recorderName(state)]));
    return {
      gaps: gapsIn(this.#folder, from, to).map(gap => ({ ...gap, recorder: names.get(gap.writer) ?? gap.writer })),
      recorders: states.map(reportOf),
      late: LATE,
    };
  }

  async extent(): Promise<Extent | undefined> {
    return extentOf(this.#folder);
  }

  rows(query: HistoryQuery, signal?: AbortSignal): AsyncIterable<Iterable<readonly Value[]>> {
    return readHistory(this.#folder, query, this.#files(query), path => this.#cut.push(path), signal);
  }

  get incomplete(): CtqError | undefined {
    const message = damageOf(this.#cut);
    return message === undefined ? undefined : new CtqError({ code: 'history-damaged', kind: 'input', message });
  }

  stored(query: HistoryQuery): Promise<number> {
    return rowsIn(this.#folder, query, this.#files(query));
  }

  async close(): Promise<void> {}
}

function reportOf(state: RecorderState): RecorderReport {
  const { gateway, netns, recordedSince, recordedUntil, keepAge, fields } = state;
  const isRunning = !state.hasEnded && processStart(state.pid) === state.processStart;
  const kept = keepAge === undefined ? 0 : Date.now() - keepAge;
  return {
    gateway,
    netns,
    recordedUntil,
    ...(recordedSince === undefined ? {} : { recordedSince: Math.max(recordedSince, kept) }),
    ...(fields ? { fields } : {}),
    ...(isRunning ? {} : { hasEnded: true }),
    hint: isRunning ? 'see the messages of its recorder' : 'its recorder does not run',
  };
}
