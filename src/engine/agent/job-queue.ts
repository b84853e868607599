import type { CheckedSelect, Place } from '../../lang/checked/ast.js';
import type { Binding, CheckedWatch } from '../../lang/checked/statements.js';
import type { Environment } from '../../lang/schema/environment.js';
import { asCtqError, CtqError } from '../errors.js';
import type { EventCounts, QueryContext } from '../query/context.js';
import { writeAnswer } from '../query/exec/fleet/answer-writer.js';
import { shapeOf } from '../query/exec/fleet/shape.js';
import { runPlan } from '../query/exec/select.js';
import {
  decodeJob,
  eventsShape,
  type MemberFrame,
  type QueryJob,
  type SelectWanted,
} from '../sources/fleet/protocol/protocol.js';
import { Answer } from './answer.js';
import { checkJob } from './checked-job.js';
import { WatchJob } from './watch-job.js';

/** Queries that wait while one runs. */
const MAX_WAITING = 4;
/** Watches that run at the same time, in addition to the queries. */
const MAX_WATCHES = 8;
/** How long (ms) a query may work; longer if its rows are taken as they are read. */
const LONGEST_WORK = 30_000;
const LONGEST_STREAM = 300_000;

/** What the log says of each query. */
export interface LoggedJob {
  readonly requester: string;
  readonly text: string;
  readonly read: number;
  readonly seconds: number;
  /** A watch has begun, which is served again when it ends. */
  readonly begins?: true;
  /** Events that a watch has lost. */
  readonly lost?: number;
  /** Why it failed. */
  readonly error?: string;
}

export interface JobQueueOptions {
  /** The version of ctq. */
  readonly version: string;
  readonly environment: Environment;
  readonly place: Place;
  /** What a query runs in. */
  context(job: Pick<QueryJob, 'gateway' | 'values'>, signal: AbortSignal, warn: QueryContext['warn']): QueryContext;
  log(job: LoggedJob): void;
  /** Counts the events of its watches; others of this process may count there too. */
  readonly eventCounts?: EventCounts;
  /** How long (ms) a query may work. */
  readonly longest?: number;
}

/** A query that was taken, or refused. */
export interface Taken {
  /** That it has begun, or why it is refused. */
  readonly begin: MemberFrame;
  readonly answer?: Answer;
}

/** Takes queries and watches. Queries run one at a time, watches beside them. */
export class JobQueue {
  readonly #options: JobQueueOptions;
  readonly #since: number;
  readonly #taken = new Map<string, Promise<Taken>>();
  readonly #waiting: (() => Promise<void>)[] = [];
  #isBusy = false;
  #watches = 0;
  readonly #events: EventCounts;

  constructor(options: JobQueueOptions) {
    this.#options = options;
    this.#since = Number(options.environment.now());
    this.#events = options.eventCounts ?? { received: 0, lost: 0 };
  }

  /**
   * Takes a query. One that arrives again is not run again.
   * @param requester who asks, for the log
   */
  async take(bytes: Uint8Array, requester: string): Promise<Taken> {
    try {
      return await this.#take(bytes, requester);
    } catch (error) {
      return { begin: { kind: 'error', error: asCtqError(error) } };
    }
  }

  async #take(bytes: Uint8Array, requester: string): Promise<Taken> {
    const job = decodeJob(bytes);
    const known = this.#taken.get(job.id);
    if (known !== undefined) return known;
    if (this.#waiting.length >= MAX_WAITING) {
      const error = busy(`${MAX_WAITING} queries wait`, 'try it again later');
      this.#options.log({ requester, text: textOf(job), read: 0, seconds: 0, error: error.message });
      throw error;
    }
    const taken = this.#begin(job, requester);
    this.#taken.set(job.id, taken);
    taken.catch(() => this.#taken.delete(job.id));
    return taken;
  }

  /** The answer of a query that was taken. */
  async answer(id: string): Promise<Answer | undefined> {
    return (await this.#taken.get(id))?.answer;
  }

  async #begin(job: QueryJob, requester: string): Promise<Taken> {
    const { environment, place, version, log } = this.#options;
    const forget = (): void => void this.#taken.delete(job.id);
    try {
      const statement = await checkJob(job, environment, place);
      const now = Number(environment.now());
      const frame = { kind: 'begin', version, time: now, since: this.#since, lost: this.#events.lost } as const;
      if (statement.kind === 'watch') {
        const answer = new Answer('events', forget);
        const warnings = await this.#watch(statement, job, requester, answer);
        return { begin: { ...frame, shape: eventsShape(statement.tables), warnings }, answer };
      }
      const answer = new Answer(job.wanted === 'groups' ? 'at once' : 'as taken', forget);
      this.#waiting.push(() => this.#run(statement, job, requester, answer));
      void this.#next();
      return { begin: { ...frame, shape: shapeOf(statement, job.wanted as SelectWanted) }, answer };
    } catch (error) {
      log({ requester, text: textOf(job), read: 0, seconds: 0, error: asCtqError(error).message });
      throw error;
    }
  }

  /** Subscribes; the watch runs in addition to the queries. @returns warnings. @throws CtqError if it cannot */
  async #watch(watch: CheckedWatch, job: QueryJob, requester: string, answer: Answer): Promise<readonly string[]> {
    if (this.#watches >= MAX_WATCHES) {
      answer.close();
      throw busy(`${MAX_WATCHES} watches run`, 'end one of them');
    }
    this.#watches++;
    const { context, log } = this.#options;
    const warnings: string[] = [];
    const logged = { requester, text: textOf(job), read: 0, seconds: 0 };
    const began = performance.now();
    let running: WatchJob | undefined;
    const end = (error?: unknown): void => {
      this.#watches--;
      const seconds = (performance.now() - began) / 1000;
      const reason = error === undefined ? {} : { error: asCtqError(error).message };
      log({ ...logged, read: answer.read, seconds, lost: running?.lost ?? 0, ...reason });
    };
    try {
      const own = context(job, answer.signal, message => warnings.push(message));
      running = await WatchJob.open(watch, { ...own, eventCounts: this.#events }, answer);
    } catch (error) {
      this.#watches--;
      answer.close();
      throw error;
    }
    log({ ...logged, begins: true });
    running.run().then(
      () => end(),
      (error: unknown) => {
        answer.fail(asCtqError(error));
        end(answer.signal.aborted ? undefined : error);
      },
    );
    return warnings;
  }

  async #next(): Promise<void> {
    if (this.#isBusy) return;
    this.#isBusy = true;
    for (let run = this.#waiting.shift(); run !== undefined; run = this.#waiting.shift()) await run();
    this.#isBusy = false;
  }

  async #run(select: CheckedSelect, job: QueryJob, requester: string, answer: Answer): Promise<void> {
    if (answer.signal.aborted) return;
    const { longest = LONGEST_WORK } = this.#options;
    const time = job.wanted === 'groups' ? longest : LONGEST_STREAM;
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(tookTooLong(time)), time);
    const left = (): void => limit.abort(answer.signal.reason);
    answer.signal.addEventListener('abort', left, { once: true });
    const warnings: string[] = [];
    const began = performance.now();
    let error: CtqError | undefined;
    try {
      const context = this.#options.context(job, limit.signal, message => warnings.push(message));
      const readCount = {
        isFiltered: false,
        get rows() {
          return answer.read;
        },
        set rows(rows: number) {
          answer.read = rows;
        },
      };
      await writeAnswer(select, job, answer, { ...context, readCount }, warnings, runPlan);
    } catch (thrown) {
      error = asCtqError(limit.signal.aborted ? limit.signal.reason : thrown);
      answer.fail(error);
    } finally {
      clearTimeout(timer);
      answer.signal.removeEventListener('abort', left);
    }
    this.#options.log({
      requester,
      text: textOf(job),
      read: answer.read,
      seconds: (performance.now() - began) / 1000,
      ...(error ? { error: error.message } : {}),
    });
  }

  /** Watches that run. */
  get watches(): number {
    return this.#watches;
  }

  /** Ends all queries. */
  async close(): Promise<void> {
    for (const taken of this.#taken.values()) (await taken.catch(() => undefined))?.answer?.close();
  }
}

/** The statement with the values of its variables. */
const textOf = ({ text, values }: QueryJob): string =>
  [text, ...[...values].map(([name, binding]) => `$${name} = ${valueText(binding)}`)].join('; ');

const valueText = (binding: Binding): string =>
  binding.kind === 'list' ? `(${binding.values.length} values)` : String(binding.value);

const busy = (what: string, hint: string): CtqError =>
  new CtqError({ code: 'fleet-busy', kind: 'system', message: `busy: ${what}`, hint });

const tookTooLong = (ms: number): CtqError =>
  new CtqError({
    code: 'fleet-time',
    kind: 'system',
    message: `not done after ${ms / 1000} s, and was ended there`,
    hint: 'select fewer rows with where',
  });
