import type { Paging } from '../../engine/formats/writing/format.js';
import type { EventCounts, QueryContext } from '../../engine/query/context.js';
import type { FleetOptions } from '../../engine/sources/fleet/options.js';
import { ownProgram, SourcePool } from '../../engine/sources/pool.js';
import type { Source } from '../../engine/sources/source.js';
import type { Environment } from '../../lang/schema/environment.js';
import { HERE, isHere, type Place } from '../../lang/schema/places.js';
import type { SettingName } from '../../lang/schema/settings.js';
import type { Value } from '../../lang/values/value.js';
import { wantsColor } from '../display/style.js';
import type { Io } from '../io.js';
import type { Options } from '../options/options.js';
import type { Destination } from '../output/destination.js';
import { MonitorCheck } from './checking/monitor-check.js';
import { SessionSurroundings } from './checking/session-surroundings.js';
import { Messages } from './messages/messages.js';
import { UserTime } from './messages/user-time.js';
import { queryContext } from './query-context.js';
import { Results } from './results.js';
import { RunningWork } from './running-work.js';
import { Settings } from './state/settings.js';
import { KnownVariables } from './state/variables.js';

/** The parser and checker: most of the program, loaded with the first text. */
type Language = typeof import('./language.js');

/** What a session has: its settings, variables and place, its output, what it has opened, and the work that runs. */
export class SessionState {
  readonly variables = new KnownVariables();
  readonly environment: Environment;
  readonly surroundings: SessionSurroundings;
  readonly #settings = new Settings();
  protected readonly sources: SourcePool;
  #language: Language | undefined;
  #queries: InstanceType<Language['NamedQueryStore']> | undefined;
  place: Place = HERE;
  protected readonly work = new RunningWork();
  readonly userTime = new UserTime();
  readonly check: MonitorCheck;
  readonly messages: Messages;
  readonly results: Results;
  /** The statement fails although it ran to its end: it was incomplete, or `--fail-empty` applies. */
  failed = false;
  /** The statement's result is written to a file, which replaces another one of its name. */
  replacesFile = false;
  /** Asks a question; set where something else reads the input (the interactive shell). */
  ask?: (question: string, signal?: AbortSignal) => Promise<string>;
  /** Passes on the keys that are pressed while a statement runs; set by the interactive shell. @returns what ends that */
  keys?: (pressed: (keys: string) => void) => () => void;
  /** An interruption ends the running statement, not the shell (interactive). */
  survives = false;
  /** Called for an interruption while nothing runs (interactive). */
  idleInterrupted: (() => void) | undefined;
  /** Chooses the destination of a result, or of a live one; undefined means standard output. */
  view?: (
    isLive: boolean,
    signal?: AbortSignal,
  ) => { readonly destination: Destination; readonly isTTY: boolean; readonly paging?: Paging } | undefined;

  /** Counts the events of its watches. */
  eventCounts: EventCounts | undefined;

  constructor(
    readonly io: Io,
    readonly options: Options,
    environment: Environment,
  ) {
    this.surroundings = new SessionSurroundings(() => io.stdin);
    this.environment = this.surroundings.in(environment);
    this.check = new MonitorCheck(
      options.output.format === 'nagios' && (options.jobs.length > 0 || io.stdin.isTTY !== true),
    );
    this.messages = new Messages(io, () => this.color(io.stderr), this.check, options.quiet);
    this.results = new Results(io, options.output.file);
    this.sources = new SourcePool(
      {
        warn: (message, hint) => this.messages.print('warning', message, hint),
        labelBit: name => environment.labelBit(name),
        now: () => environment.now(),
      },
      ownProgram(),
      () => ({
        missing: this.setting('fleet_missing') as FleetOptions['missing'],
        deadline: Number(this.setting('fleet_deadline')) / 1e6,
      }),
    );
    this.#settings.apply(options);
    if (options.netns !== undefined) this.place = { kind: 'netns', name: options.netns };
    else if (options.file !== undefined) this.place = { kind: 'file', path: options.file };
  }

  // -------------------------------------------------------------- settings

  setting(name: SettingName): Value {
    return this.#settings.get(name);
  }

  /** @throws CtqError if a setting cannot be turned off */
  set(name: string, value: Value): void {
    this.#settings.set(name, value);
  }

  /** Options of the command line override the config file. */
  protected applyOptions(): void {
    this.#settings.apply(this.options);
  }

  settings(): ReadonlyMap<string, Value> {
    return this.#settings.all();
  }

  /** The user's named queries. Requires that the language has been loaded. */
  get queries(): InstanceType<Language['NamedQueryStore']> {
    if (this.#language === undefined) throw new Error('the language has not been loaded');
    const { NamedQueryStore, queriesPath } = this.#language;
    this.#queries ??= new NamedQueryStore(this.options.config ? queriesPath(this.io.env) : undefined);
    return this.#queries;
  }

  /** What is wrong with the file of named queries, once. */
  protected takeDamage(): ReturnType<InstanceType<Language['NamedQueryStore']>['takeDamage']> {
    return this.#queries?.takeDamage();
  }

  /** The names of the user's queries; none before the language has been loaded. */
  get queryNames(): readonly string[] {
    return this.#language === undefined ? [] : this.queries.names();
  }

  /** Whether text for a stream is coloured. */
  color(stream: { readonly isTTY?: boolean }): boolean {
    const when = String(this.setting('color')) as 'auto' | 'always' | 'never';
    return wantsColor(when, stream.isTTY === true, this.io.env);
  }

  // -------------------------------------------------------------- work

  /** Runs something other than a statement, such as a full screen. What ends a statement aborts its signal. */
  async during<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    try {
      return await this.work.run(work);
    } finally {
      await this.sources.release();
    }
  }

  /** Whether what runs changes nothing and shows nothing as it goes: nothing is lost if it is left where it waits. */
  get isReading(): boolean {
    return this.work.isReading;
  }

  /** Ends the statement that runs, if one does. */
  interrupt(): boolean {
    return this.work.interrupt();
  }

  /** Ends a view that has no end of its own. */
  leave(): void {
    this.work.leave();
  }

  /** @param isWhole whether all went well, so that the file of `--to` may appear. @throws CtqError if it cannot */
  async close(isWhole: boolean): Promise<void> {
    await this.sources.close();
    await this.results.end(isWhole);
  }

  /** What a query runs in. Asks for `load` before. */
  session(signal: AbortSignal): QueryContext {
    if (this.#language === undefined) throw new Error('the language has not been loaded');
    return queryContext(this, this.sources, {
      signal,
      abilities: this.#language.ABILITIES,
      lastResult: () => this.#queries?.last?.kept,
    });
  }

  /** The kernel of a place: opened once, and kept. */
  sourceOf(place: Place): Source {
    return this.sources.of(place);
  }

  /** Loads what statements and sources need, for callers that run their own query. */
  async load(): Promise<void> {
    await Promise.all([this.loadLanguage(), this.surroundings.load(), this.sources.load(!isHere(this.place))]);
  }

  protected async loadLanguage(): Promise<Language> {
    this.#language ??= await import('./language.js');
    return this.#language;
  }
}
