import { resolve } from 'node:path';
import { asCtqError } from '../../engine/errors.js';
import type { Paging } from '../../engine/formats/writing/format.js';
import { Yielder } from '../../engine/netlink/yielder.js';
import type { EventCounts, QueryContext } from '../../engine/query/context.js';
import type { FleetOptions } from '../../engine/sources/fleet/options.js';
import { ownProgram, SourcePool } from '../../engine/sources/pool.js';
import type { Source } from '../../engine/sources/source.js';
import type { Checked } from '../../lang/check/checked-statements.js';
import type { Diagnostic } from '../../lang/diagnostics/diagnostic.js';
import type { Environment } from '../../lang/schema/environment.js';
import { ELSEWHERE, HERE, isHere, type Place } from '../../lang/schema/places.js';
import type { SettingName } from '../../lang/schema/settings.js';
import type { Statement } from '../../lang/syntax/statements.js';
import type { Value } from '../../lang/values/value.js';
import type { Io } from '../cli/io.js';
import type { Options } from '../cli/options.js';
import { Lines } from '../cli/scripts/lines.js';
import type { Origin } from '../cli/scripts/origin.js';
import type { DiagnosedText, Script } from '../cli/scripts/script.js';
import type { ScriptFile, ScriptFiles } from '../cli/scripts/script-files.js';
import { wantsColor } from '../display/style.js';
import type { Destination } from '../output/destination.js';
import { type CheckedText, checkedText, mistakesOf } from './checking/checked-text.js';
import { configMistakes } from './checking/config-file.js';
import { misspeltVariable } from './checking/misspelt-variable.js';
import { MonitorCheck } from './checking/monitor-check.js';
import { SessionSurroundings } from './checking/session-surroundings.js';
import { onlyReads, refuseChanges, TIMED } from './checking/statement-kinds.js';
import { Messages } from './messages/messages.js';
import { UserTime } from './messages/user-time.js';
import { queryContext } from './query-context.js';
import { Results } from './results.js';
import { RunningWork } from './running-work.js';
import { parseDefinition } from './state/definition.js';
import { Settings } from './state/settings.js';
import { KnownVariables } from './state/variables.js';

export type { Origin } from '../cli/scripts/origin.js';

/** The exit status of a text: 0, 1, 2, that of a failed assert; 130: interrupted by the user. */
export type ExitCode = number;

/** The parser and checker: most of the program, loaded with the first text. */
type Language = typeof import('./language.js');

/** The context of one running statement. */
export interface StatementContext {
  readonly shell: ShellSession;
  readonly session: QueryContext;
  readonly origin: Origin;
  /** `file:line` for messages; empty for typed statements. */
  readonly place: string;
}

/** Runs one checked statement. Injected, because statements depend on the shell that runs them. */
export type RunStatement = (statement: Checked, run: StatementContext) => Promise<void>;

/** Runs texts: the common part of the command line, scripts, pipes and the interactive shell. */
export class ShellSession {
  readonly variables = new KnownVariables();
  readonly environment: Environment;
  readonly surroundings: SessionSurroundings;
  readonly #runStatement: RunStatement;
  readonly #settings = new Settings();
  readonly #sources: SourcePool;
  #language: Language | undefined;
  #queries: InstanceType<Language['NamedQueryStore']> | undefined;
  place: Place = HERE;
  #isOver = false;
  readonly #work = new RunningWork();
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
    runStatement: RunStatement,
  ) {
    this.surroundings = new SessionSurroundings(() => io.stdin);
    this.environment = this.surroundings.in(environment);
    this.#runStatement = runStatement;
    this.check = new MonitorCheck(
      options.output.format === 'nagios' && (options.jobs.length > 0 || io.stdin.isTTY !== true),
    );
    this.messages = new Messages(io, () => this.color(io.stderr), this.check, options.quiet);
    this.results = new Results(io, options.output.file);
    this.#sources = new SourcePool(
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

  /** The names of the user's queries; none before the language has been loaded. */
  get queryNames(): readonly string[] {
    return this.#language === undefined ? [] : this.queries.names();
  }

  /** Whether text for a stream is coloured. */
  color(stream: { readonly isTTY?: boolean }): boolean {
    const when = String(this.setting('color')) as 'auto' | 'always' | 'never';
    return wantsColor(when, stream.isTTY === true, this.io.env);
  }

  // -------------------------------------------------------------- running

  /** Defines a variable of `--set`. Its value is parsed as an expression, never pasted into a text. */
  async define(name: string, text: string): Promise<ExitCode> {
    const origin = { name: `--set ${name}`, folder: process.cwd(), including: [] };
    const language = await this.#loadLanguage();
    const { statement, diagnostics, refusal } = await parseDefinition(name, text, language);
    if (refusal !== undefined) {
      this.messages.print('error', refusal.message, refusal.hint);
      return 2;
    }
    if (statement === undefined) return this.#reportMistakes([{ text, name: origin.name, diagnostics }]);
    const code = await this.#runOne(statement, {
      text,
      origin,
      lines: new Lines(text),
      statements: [statement],
      included: new Map(),
    });
    const variable = this.variables.get(name);
    if (variable) this.variables.set(name, { ...variable, fixed: true });
    return code;
  }

  /**
   * Runs a text of any number of statements. All of it is parsed and checked before the first one runs.
   * @returns its exit status
   */
  async run(text: string, origin: Origin): Promise<ExitCode> {
    return this.#runRead(async () => ({ text, origin }));
  }

  /**
   * Checks texts that will run one after another, before the first one runs.
   * @returns 2 if one has mistakes, which are reported; 130 if the user ended it
   */
  async checkAll(texts: readonly ScriptFile[]): Promise<ExitCode> {
    const mistaken = await this.#work.run(async signal => {
      const language = await this.#loadLanguage();
      const files = new language.ScriptFiles(signal);
      return mistakesOf(texts, { language, files, signal, session: this }).catch((error: unknown) => {
        if (signal.aborted) return undefined;
        throw error;
      });
    }, true);
    if (mistaken === undefined) return 130;
    return mistaken.length === 0 ? 0 : this.#reportMistakes(mistaken);
  }

  /** Runs a script file. @throws CtqError if it cannot be read */
  async runFile(path: string): Promise<ExitCode> {
    return this.#runRead(files => files.read(resolve(path), path));
  }

  async #runRead(read: (files: ScriptFiles) => Promise<ScriptFile>): Promise<ExitCode> {
    const prepared = await this.#prepared(read);
    if (prepared === undefined) return 130;
    const { script, mistaken } = prepared;
    if (mistaken.length > 0) await this.#reportMistakes(mistaken);
    if (mistaken.some(({ diagnostics }) => diagnostics.some(({ severity }) => severity === 'error'))) return 2;
    // One of several texts may use it.
    const unused =
      this.survives || this.options.jobs.length > 1 ? undefined : misspeltVariable(this.options.set.keys(), script);
    if (unused !== undefined) {
      this.messages.print('error', unused.message, unused.hint);
      return 2;
    }
    return this.options.check ? 0 : this.#runScript(script);
  }

  /** Reads and checks a text; undefined if the user ended that. @throws CtqError if it cannot be read */
  async #prepared(read: (files: ScriptFiles) => Promise<ScriptFile>): Promise<CheckedText | undefined> {
    return this.#work.run(async signal => {
      try {
        const language = await this.#loadLanguage();
        const files = new language.ScriptFiles(signal);
        const file = await read(files);
        if (!this.survives) this.check.read(file.text);
        const checked = await checkedText(file, { language, files, signal, session: this });
        await this.#reportDamage();
        return checked;
      } catch (error) {
        if (signal.aborted) return undefined;
        throw error;
      }
    }, true);
  }

  /** Runs the user's config file. A statement with a mistake is ignored with a warning. Options of the command line override it. */
  async configure(path: string): Promise<void> {
    const prepared = await this.#prepared(files => files.read(resolve(path), path));
    if (prepared === undefined) return;
    const { script, mistaken } = prepared;
    const { text, origin } = script;
    const mistakes = configMistakes(script, mistaken);
    const isRight = ({ start, end }: Statement): boolean =>
      !mistakes.some(({ span }) => span.start >= start && span.start <= end);
    for (const statement of script.statements) if (isRight(statement)) await this.#runOne(statement, script, false);
    this.#settings.apply(this.options);
    if (mistakes.length === 0) return;
    const diagnostics = mistakes.map((mistake): Diagnostic => ({ ...mistake, severity: 'warning' }));
    await this.#reportMistakes([{ text, name: origin.name, diagnostics }]);
    this.messages.print(
      'warning',
      `statements with mistakes in ${path} are ignored`,
      '--no-config starts ctq without this file',
    );
  }

  /** Nothing more is to follow: the output has no reader, or the program is to end. */
  get isOver(): boolean {
    return this.#isOver;
  }

  async #runScript(script: Script): Promise<ExitCode> {
    let worst: ExitCode = 0;
    const turn = new Yielder();
    for (const statement of script.statements) {
      // Statements that wait for nothing would keep signals from being seen.
      const pause = turn.over();
      if (pause !== undefined && (await this.#work.run(signal => pause.then(() => signal.aborted)))) return 130;
      const included = script.included.get(statement);
      const code = await (included ? this.#runScript(included) : this.#runOne(statement, script));
      worst = worst === 0 ? code : worst;
      if (code === 130 || this.#isOver) return code;
      if (code !== 0 && this.setting('on_error') !== 'continue') break;
    }
    return worst;
  }

  async #runOne(statement: Statement, { text, origin, lines }: Script, isTimed = true): Promise<ExitCode> {
    // Checked again: variables now have their values, and a limit may use them.
    const { check } = await this.#loadLanguage();
    this.queries.isUsed = false;
    const checked = () => check(statement, this.environment, this.variables, this.place, this.queries);
    let { value, diagnostics } = checked();
    if (await this.surroundings.loadIfAsked()) ({ value, diagnostics } = checked());
    if (!value) return this.#reportMistakes([{ text, name: origin.name, diagnostics }]);
    this.failed = false;
    this.replacesFile = false;
    const place = origin.name === undefined ? '' : `${origin.name}:${lines.lineOf(statement.start)}`;
    const began = performance.now() - this.userTime.total;
    return this.#work.run(async signal => {
      const run: StatementContext = { shell: this, session: this.session(signal), origin, place };
      try {
        if (this.setting('read_only') === true) refuseChanges(value);
        const isLocal =
          isHere(this.place) && !this.queries.isUsed && !ELSEWHERE.test(text.slice(statement.start, statement.end));
        await Promise.all([this.#sources.load(!isLocal), isLocal ? undefined : this.surroundings.load()]);
        await this.#runStatement(value, run);
        if (isTimed && TIMED.has(value.kind) && this.setting('timing') === true)
          this.messages.note(`time: ${((performance.now() - this.userTime.total - began) / 1000).toFixed(3)} s`);
        return this.failed ? 1 : 0;
      } catch (error) {
        return this.#failed(error, signal, place);
      } finally {
        await this.#sources.release();
        await this.#reportDamage();
      }
    }, onlyReads(value));
  }

  /** Warns of what is wrong with the file of named queries, once. */
  async #reportDamage(): Promise<void> {
    const damage = this.#queries?.takeDamage();
    if (damage === undefined) return;
    if (damage instanceof Error) {
      this.messages.print('warning', damage.message, damage.hint);
      return;
    }
    const { queryFileMistakes } = await import('./checking/query-file.js');
    await this.#reportMistakes([queryFileMistakes(damage)]);
    this.messages.print(
      'warning',
      `queries with mistakes in ${damage.path} are ignored`,
      '--no-config starts ctq without this file',
    );
  }

  #failed(thrown: unknown, signal: AbortSignal, place: string): ExitCode {
    if (signal.aborted) return 130;
    const error = asCtqError(thrown);
    if (error.code === 'output-closed') {
      this.#isOver = true;
      return 0;
    }
    // A declined confirmation is not an error, but the change was not made.
    if (error.code === 'not-confirmed') this.messages.note(error.message);
    else this.messages.error(error, place);
    return error.exitCode;
  }

  /** Runs something other than a statement, such as a full screen. What ends a statement aborts its signal. */
  async during<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    try {
      return await this.#work.run(work);
    } finally {
      await this.#sources.release();
    }
  }

  /** Whether what runs changes nothing and shows nothing as it goes: nothing is lost if it is left where it waits. */
  get isReading(): boolean {
    return this.#work.isReading;
  }

  /** Ends the statement that runs, if one does. */
  interrupt(): boolean {
    return this.#work.interrupt();
  }

  /** Ends the statement that runs, and lets none follow. */
  terminate(): boolean {
    this.#isOver = true;
    return this.interrupt();
  }

  /** @param isWhole whether all went well, so that the file of `--to` may appear. @throws CtqError if it cannot */
  async close(isWhole: boolean): Promise<void> {
    await this.#sources.close();
    await this.results.end(isWhole);
  }

  // -------------------------------------------------------------- session

  /** What a query runs in. Asks for `load` before. */
  session(signal: AbortSignal): QueryContext {
    if (this.#language === undefined) throw new Error('the language has not been loaded');
    return queryContext(this, this.#sources, {
      signal,
      abilities: this.#language.ABILITIES,
      lastResult: () => this.#queries?.last?.kept,
    });
  }

  /** The kernel of a place: opened once, and kept. */
  sourceOf(place: Place): Source {
    return this.#sources.of(place);
  }

  /** Loads what statements and sources need, for callers that run their own query. */
  async load(): Promise<void> {
    await Promise.all([this.#loadLanguage(), this.surroundings.load(), this.#sources.load(!isHere(this.place))]);
  }

  async #loadLanguage(): Promise<Language> {
    this.#language ??= await import('./language.js');
    return this.#language;
  }

  async #reportMistakes(texts: readonly DiagnosedText[]): Promise<ExitCode> {
    const { report } = await import('../../lang/diagnostics/report.js');
    this.messages.diagnostics(texts, report);
    return 2;
  }
}
