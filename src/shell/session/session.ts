import { resolve } from 'node:path';
import { CtqError } from '../../engine/errors.js';
import { Yielder } from '../../engine/netlink/yielder.js';
import type { Session, SnapshotRows } from '../../engine/query/context.js';
import { ownProgram, SourcePool } from '../../engine/sources/pool.js';
import { openSnapshotLazily } from '../../engine/sources/snapshot/open-lazily.js';
import type { Source } from '../../engine/sources/source.js';
import type { Checked, Place } from '../../lang/check/checked-ast.js';
import type { Diagnostic } from '../../lang/diagnostics/diagnostic.js';
import { printable } from '../../lang/diagnostics/printable.js';
import type { Environment } from '../../lang/schema/environment.js';
import { ELSEWHERE, HERE, isHere } from '../../lang/schema/places.js';
import type { SettingName } from '../../lang/schema/settings.js';
import type { Statement } from '../../lang/syntax/ast.js';
import type { Value } from '../../lang/values/value.js';
import type { Io } from '../cli/io.js';
import { Lines } from '../cli/lines.js';
import type { Options } from '../cli/options.js';
import type { Origin } from '../cli/origin.js';
import type { Complaint, Parse, Script } from '../cli/script.js';
import type { ScriptFile, ScriptFiles } from '../cli/script-files.js';
import { isUnicode } from '../display/locale.js';
import { painter, wantsColor } from '../display/style.js';
import type { Destination } from '../output/destination.js';
import { ResultsFile } from '../output/results-file.js';
import { asCtqError, errorText, writeTrace } from './print-error.js';
import { CONFIG_STATEMENTS, Settings } from './settings.js';
import { KnownVariables } from './variables.js';

export type { Origin } from '../cli/origin.js';

/** The exit status of a text; 130: interrupted by the user. */
export type ExitCode = 0 | 1 | 2 | 130;

/** The parser and checker: most of the program, loaded with the first text. */
type Language = typeof import('./language.js');

/** A text that was read and checked, with its mistakes. */
interface Prepared {
  readonly script: Script;
  readonly complaints: readonly Complaint[];
}

/** The context of one running statement. */
export interface Run {
  readonly shell: Shell;
  readonly session: Session;
  readonly origin: Origin;
  /** `file:line` for messages; empty for typed statements. */
  readonly place: string;
}

/** Runs one checked statement. Injected, because statements depend on the shell that runs them. */
export type RunStatement = (statement: Checked, run: Run) => Promise<void>;

/** Runs texts: the common part of the command line, scripts, pipes and the interactive shell. */
export class Shell {
  readonly variables = new KnownVariables();
  readonly #runStatement: RunStatement;
  readonly #settings = new Settings();
  readonly #sources: SourcePool;
  #language: Language | undefined;
  place: Place = HERE;
  #controller: AbortController | undefined;
  #isOver = false;
  #isReading = false;
  #results: ResultsFile | undefined;
  /** The statement fails although it ran to its end: it was incomplete, or `--fail-empty` applies. */
  failed = false;
  /** Asks a question; set where something else reads the input (the interactive shell). */
  ask?: (question: string, signal?: AbortSignal) => Promise<string>;
  /** An interruption ends the running statement, not the shell (interactive). */
  survives = false;
  /** Chooses the destination of a result, or of a live one; undefined means standard output. */
  view?: (
    isLive: boolean,
    signal?: AbortSignal,
  ) => { readonly destination: Destination; readonly isTTY: boolean } | undefined;

  constructor(
    readonly io: Io,
    readonly options: Options,
    readonly environment: Environment,
    runStatement: RunStatement,
  ) {
    this.#runStatement = runStatement;
    this.#sources = new SourcePool(
      {
        warn: (message, hint) => this.tell('warning', message, hint),
        labelBit: name => environment.labelBit(name),
        now: () => environment.now(),
      },
      ownProgram(),
    );
    this.#settings.apply(options);
    if (options.netns !== undefined) this.place = { kind: 'netns', name: options.netns };
    else if (options.file !== undefined) this.place = { kind: 'file', path: options.file };
  }

  // -------------------------------------------------------------- settings

  setting(name: SettingName): Value {
    return this.#settings.get(name);
  }

  /** @throws CtqError where a setting cannot be turned off */
  set(name: string, value: Value): void {
    this.#settings.set(name, value);
  }

  settings(): ReadonlyMap<string, Value> {
    return this.#settings.all();
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
    const { parseExpressionFast } = await this.#loadLanguage();
    const parsed = parseExpressionFast(text) ?? (await import('../../lang/syntax/parse.js')).parseExpression(text);
    const { value, diagnostics } = parsed;
    if (!value) return this.#complain([{ text, name: origin.name, diagnostics }]);
    const span = { start: 0, end: text.length };
    const statement: Statement = { kind: 'let', name: { ...span, text: name }, value, ...span };
    if (value.kind === 'name' || value.kind === 'subquery') {
      this.tell(
        'error',
        `--set ${name}: cannot parse '${text}' as a value`,
        value.kind === 'name' ? `text is in quotes of its own: --set "${name}='${text}'"` : 'a script may read it: let',
      );
      return 2;
    }
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

  /** Runs a script file. @throws CtqError where it cannot be read */
  async runFile(path: string): Promise<ExitCode> {
    return this.#runRead(files => files.read(resolve(path), path));
  }

  async #runRead(read: (files: ScriptFiles) => Promise<ScriptFile>): Promise<ExitCode> {
    const prepared = await this.#prepared(read);
    if (prepared === undefined) return 130;
    const { script, complaints } = prepared;
    if (complaints.length > 0) await this.#complain(complaints);
    if (complaints.some(({ diagnostics }) => diagnostics.some(({ severity }) => severity === 'error'))) return 2;
    return this.options.check ? 0 : this.#runScript(script);
  }

  /** Reads and checks a text; undefined where the user ended that. @throws CtqError where it cannot be read */
  async #prepared(read: (files: ScriptFiles) => Promise<ScriptFile>): Promise<Prepared | undefined> {
    const controller = new AbortController();
    const { signal } = controller;
    this.#controller = controller;
    this.#isReading = true;
    try {
      const files = new (await this.#loadLanguage()).ScriptFiles(signal);
      const { text, origin } = await read(files);
      return await this.#prepare(text, origin, files, signal);
    } catch (error) {
      if (signal.aborted) return undefined;
      throw error;
    } finally {
      this.#controller = undefined;
      this.#isReading = false;
    }
  }

  /** Reads and checks a text. The parser that can explain mistakes is loaded once there are some. */
  async #prepare(text: string, origin: Origin, files: ScriptFiles, signal: AbortSignal): Promise<Prepared> {
    const { prepare, parseFastSteps } = await this.#loadLanguage();
    for (let parse: Parse = parseFastSteps; ; ) {
      const complaints: Complaint[] = [];
      const known = new Map(this.variables);
      const script = await prepare(text, origin, this.environment, known, complaints, parse, files, this.place, signal);
      if (script) return { script, complaints };
      files.again();
      parse = (await import('../../lang/syntax/parse.js')).parseSteps;
    }
  }

  /** Runs the user's config file. A statement with a mistake is ignored with a warning. Options of the command line override it. */
  async configure(path: string): Promise<void> {
    const prepared = await this.#prepared(files => files.read(resolve(path), path));
    if (prepared === undefined) return;
    const { script, complaints } = prepared;
    const { text, origin } = script;
    const mistakes = complaints.flatMap(({ diagnostics }) => diagnostics);
    for (const other of script.statements) {
      if (CONFIG_STATEMENTS.has(other.kind)) continue;
      const message = 'the config file may contain only set and let';
      mistakes.push({ code: 'clause', severity: 'error', span: other, message });
    }
    const isRight = ({ start, end }: Statement): boolean =>
      !mistakes.some(({ span }) => span.start >= start && span.start <= end);
    for (const statement of script.statements) if (isRight(statement)) await this.#runOne(statement, script, false);
    this.#settings.apply(this.options);
    if (mistakes.length === 0) return;
    const diagnostics = mistakes.map((mistake): Diagnostic => ({ ...mistake, severity: 'warning' }));
    await this.#complain([{ text, name: origin.name, diagnostics }]);
    this.tell('warning', `statements with mistakes in ${path} are ignored`, '--no-config starts ctq without this file');
  }

  /** Nothing is to follow any more: the output has no reader, or the program is to end. */
  get isOver(): boolean {
    return this.#isOver;
  }

  async #runScript(script: Script): Promise<ExitCode> {
    let worst: ExitCode = 0;
    const turn = new Yielder();
    for (const statement of script.statements) {
      // Statements that wait for nothing would keep signals from being seen.
      const pause = turn.over();
      if (pause !== undefined && (await this.#interruptedDuring(pause))) return 130;
      const included = script.included.get(statement);
      const code = await (included ? this.#runScript(included) : this.#runOne(statement, script));
      worst = worst === 0 ? code : worst;
      if (code === 130 || this.#isOver) return code;
      if (code !== 0 && this.setting('on_error') !== 'continue') break;
    }
    return worst;
  }

  async #interruptedDuring(pause: Promise<void>): Promise<boolean> {
    const controller = new AbortController();
    this.#controller = controller;
    await pause;
    this.#controller = undefined;
    return controller.signal.aborted;
  }

  async #runOne(statement: Statement, { text, origin, lines }: Script, isTimed = true): Promise<ExitCode> {
    // Checked again: variables now have their values, and a limit may use them.
    const { check } = await this.#loadLanguage();
    const { value, diagnostics } = check(statement, this.environment, this.variables, this.place);
    if (!value) return this.#complain([{ text, name: origin.name, diagnostics }]);
    const controller = new AbortController();
    this.#controller = controller;
    this.failed = false;
    const place = origin.name === undefined ? '' : `${origin.name}:${lines.lineOf(statement.start)}`;
    const run: Run = { shell: this, session: this.session(controller.signal), origin, place };
    const began = performance.now();
    this.#isReading = onlyReads(value);
    try {
      this.#refuseChanges(value);
      const isLocal = isHere(this.place) && !ELSEWHERE.test(text.slice(statement.start, statement.end));
      await this.#sources.load(!isLocal);
      await this.#runStatement(value, run);
      if (isTimed && this.setting('timing') === true)
        this.note(`time: ${((performance.now() - began) / 1000).toFixed(3)} s`);
      return this.failed ? 1 : 0;
    } catch (error) {
      return this.#failed(error, controller.signal, place);
    } finally {
      this.#controller = undefined;
      this.#isReading = false;
      await this.#sources.release();
    }
  }

  /** Rejects statements that modify anything, where `read_only` is set. */
  #refuseChanges(statement: Checked): void {
    if (this.setting('read_only') !== true) return;
    const zeroes = (statement.kind === 'select' || statement.kind === 'get') && statement.zero;
    if (!zeroes && !CHANGES.has(statement.kind)) return;
    throw new CtqError({
      code: 'read-only',
      kind: 'permission',
      message: `${zeroes ? 'zero' : statement.kind} is refused: this is read-only`,
      hint: 'start ctq without --read-only to change something',
    });
  }

  #failed(thrown: unknown, signal: AbortSignal, place: string): ExitCode {
    if (signal.aborted) return 130;
    const error = asCtqError(thrown);
    if (error.code === 'output-closed') {
      this.#isOver = true;
      return 0;
    }
    // A declined confirmation is not an error, but the change was not made.
    if (error.code === 'not-confirmed') this.note(error.message);
    else this.fail(error, place);
    return error.exitCode;
  }

  /** Whether what runs changes nothing and shows nothing as it goes: nothing is lost if it is left where it waits. */
  get isReading(): boolean {
    return this.#isReading;
  }

  /** Ends the statement that runs, if one does. */
  interrupt(): boolean {
    if (!this.#controller || this.#controller.signal.aborted) return false;
    this.#controller.abort(new CtqError({ code: 'interrupted', kind: 'system', message: 'interrupted' }));
    return true;
  }

  /** Ends the statement that runs, and lets none follow. */
  terminate(): boolean {
    this.#isOver = true;
    return this.interrupt();
  }

  /** @param isWhole whether all went well, so that the file of `--to` may appear. @throws CtqError where it cannot */
  async close(isWhole: boolean): Promise<void> {
    await this.#sources.close();
    const results = this.#results;
    this.#results = undefined;
    await results?.end(isWhole);
  }

  // -------------------------------------------------------------- session

  /** What a query runs in. Asks for `load` before. */
  session(signal: AbortSignal): Session {
    if (this.#language === undefined) throw new Error('the language has not been loaded');
    const toldAlready = new Set<string>();
    const warn = (message: string, hint?: string): void => {
      if (toldAlready.has(message)) return;
      toldAlready.add(message);
      this.tell('warning', message, hint);
    };
    return {
      environment: this.environment,
      variables: this.variables.bindings,
      kernelFilter: this.options.kernelFilter,
      abilities: this.#language.ABILITIES,
      signal,
      place: this.place,
      kernel: place => this.kernel(place),
      release: () => this.#sources.release(),
      snapshot: path => this.snapshot(path, signal, warn),
      incomplete: error => {
        this.failed = true;
        // Once for each of several dumps would be too often.
        if (toldAlready.has(error.message)) return;
        toldAlready.add(error.message);
        this.fail(error);
      },
      warn,
    };
  }

  /** The kernel of a place: opened once, and kept. */
  kernel(place: Place): Source {
    return this.#sources.of(place);
  }

  /** Loads what statements and sources need, for callers that run their own query. */
  async load(): Promise<void> {
    await Promise.all([this.#loadLanguage(), this.#sources.load(!isHere(this.place))]);
  }

  async #loadLanguage(): Promise<Language> {
    this.#language ??= await import('./language.js');
    return this.#language;
  }

  snapshot(path: string, signal: AbortSignal, warn: Session['warn']): SnapshotRows {
    return openSnapshotLazily(path, {
      warn,
      signal,
      labelBit: name => this.environment.labelBit(name),
      now: () => this.environment.now(),
      stdin: this.io.stdin,
    });
  }

  // -------------------------------------------------------------- telling

  /** The file of `--to`, made when the first result is there; undefined without that option. */
  resultsFile(): ResultsFile | undefined {
    const { file } = this.options.output;
    if (file !== undefined) this.#results ??= new ResultsFile(file);
    return this.#results;
  }

  /** Sends the results that follow to a file, or to where they went at first. The file so far appears. @throws CtqError */
  async redirect(path: string | undefined): Promise<void> {
    const before = this.#results;
    this.#results = path === undefined ? undefined : new ResultsFile(path);
    await before?.end(true);
  }

  /** Text among the results: on standard output, or in the file of `--to`. */
  print(text: string): void {
    const results = this.resultsFile();
    if (results) results.write(text);
    else this.io.stdout.write(text);
  }

  /** A line on standard error. */
  tell(kind: 'error' | 'warning', message: string, hint?: string): void {
    this.io.stderr.write(errorText(kind, message, hint, this.color(this.io.stderr)));
  }

  note(message: string): void {
    this.io.stderr.write(`${painter(this.color(this.io.stderr))(printable(message), 'dim')}\n`);
  }

  fail(error: CtqError, place = ''): void {
    this.tell('error', `${place ? `${place}: ` : ''}${error.message}`, error.hint);
    writeTrace(error, this.io);
  }

  async #complain(complaints: readonly Complaint[]): Promise<ExitCode> {
    const { report } = await this.#loadLanguage();
    const { stderr } = this.io;
    const options = { color: this.color(stderr), unicode: isUnicode(this.io.env), width: stderr.columns };
    const texts = complaints.map(({ text, name, diagnostics }) => report(text, diagnostics, { ...options, name }));
    stderr.write(texts.join('\n'));
    return 2;
  }
}

function onlyReads(statement: Checked): boolean {
  const { kind } = statement;
  if (CHANGES.has(kind) || kind === 'watch' || ((kind === 'select' || kind === 'get') && statement.zero)) return false;
  return kind !== 'select' || statement.every === undefined;
}

const CHANGES: ReadonlySet<Checked['kind']> = new Set<Checked['kind']>(['insert', 'update', 'delete', 'flush']);
