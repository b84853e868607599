import { resolve } from 'node:path';
import { asCtqError } from '../../engine/errors.js';
import { Yielder } from '../../engine/netlink/yielder.js';
import type { QueryContext } from '../../engine/query/context.js';
import type { Checked } from '../../lang/checked/statements.js';
import type { Diagnostic } from '../../lang/diagnostics/diagnostic.js';
import type { Environment } from '../../lang/schema/environment.js';
import { ELSEWHERE, isHere } from '../../lang/schema/places.js';
import type { Statement } from '../../lang/syntax/statements.js';
import type { Io } from '../io.js';
import type { Options } from '../options/options.js';
import { Lines } from '../scripts/lines.js';
import type { Origin } from '../scripts/origin.js';
import type { DiagnosedText, Script } from '../scripts/script.js';
import type { ScriptFile, ScriptFiles } from '../scripts/script-files.js';
import { type CheckedText, checkedText, mistakesOf } from './checking/checked-text.js';
import { configMistakes } from './checking/config-file.js';
import { misspeltVariable } from './checking/misspelt-variable.js';
import { onlyReads, refuseChanges, TIMED } from './checking/statement-kinds.js';
import { SessionState } from './session-state.js';
import { parseDefinition } from './state/definition.js';

export type { Origin } from '../scripts/origin.js';

/** The exit status of a text: 0, 1, 2, that of a failed assert; 130: interrupted by the user. */
export type ExitCode = number;

/** The context of one running statement. */
export interface StatementContext {
  readonly shell: ShellSession;
  readonly session: QueryContext;
  readonly origin: Origin;
  /** As it was written. */
  readonly text: string;
  /** `file:line` for messages; empty for typed statements. */
  readonly place: string;
}

/** Runs one checked statement. Injected, because statements depend on the shell that runs them. */
export type RunStatement = (statement: Checked, run: StatementContext) => Promise<void>;

/** Runs texts: the common part of the command line, scripts, pipes and the interactive shell. */
export class ShellSession extends SessionState {
  readonly #runStatement: RunStatement;
  #isOver = false;
  #cannotGoOn = false;

  constructor(io: Io, options: Options, environment: Environment, runStatement: RunStatement) {
    super(io, options, environment);
    this.#runStatement = runStatement;
  }

  /** Defines a variable of `--set`. Its value is parsed as an expression, never pasted into a text. */
  async define(name: string, text: string): Promise<ExitCode> {
    const origin = { name: `--set ${name}`, folder: process.cwd(), including: [] };
    const language = await this.loadLanguage();
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
    const mistaken = await this.work.run(async signal => {
      const language = await this.loadLanguage();
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
    // In the shell, what is typed next was written after the error was seen.
    if (this.survives) this.#cannotGoOn = false;
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
    return this.work.run(async signal => {
      try {
        const language = await this.loadLanguage();
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
    this.applyOptions();
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

  /** Whether no statement of this run may follow, whatever `on_error` says: the place or a value that it uses is missing. */
  get cannotGoOn(): boolean {
    return this.#cannotGoOn;
  }

  #endFor(statement: Statement, { statements }: Script): void {
    this.#cannotGoOn = true;
    if (this.setting('on_error') === 'continue' && statements.at(-1) !== statement)
      this.messages.print(
        'warning',
        `what follows is not run: a ${statement.kind} that fails ends a script, also with on_error = continue`,
      );
  }

  async #runScript(script: Script): Promise<ExitCode> {
    let worst: ExitCode = 0;
    const turn = new Yielder();
    for (const statement of script.statements) {
      // Statements that wait for nothing would keep signals from being seen.
      const pause = turn.over();
      if (pause !== undefined && (await this.work.run(signal => pause.then(() => signal.aborted)))) return 130;
      const included = script.included.get(statement);
      const code = await (included ? this.#runScript(included) : this.#runOne(statement, script));
      worst = worst === 0 ? code : worst;
      if (code === 130 || this.#isOver) return code;
      if (code !== 0 && (statement.kind === 'use' || statement.kind === 'let')) this.#endFor(statement, script);
      if (this.#cannotGoOn || (code !== 0 && this.setting('on_error') !== 'continue')) break;
    }
    return worst;
  }

  async #runOne(statement: Statement, { text, origin, lines }: Script, isTimed = true): Promise<ExitCode> {
    // Checked again: variables now have their values, and a limit may use them.
    const { check } = await this.loadLanguage();
    this.queries.isUsed = false;
    const checked = () => check(statement, this.environment, this.variables, this.place, this.queries);
    let { value, diagnostics } = checked();
    if (await this.surroundings.loadIfAsked()) ({ value, diagnostics } = checked());
    if (!value) return this.#reportMistakes([{ text, name: origin.name, diagnostics }]);
    this.failed = false;
    this.replacesFile = false;
    const place = origin.name === undefined ? '' : `${origin.name}:${lines.lineOf(statement.start)}`;
    const began = performance.now() - this.userTime.total;
    return this.work.run(async signal => {
      const written = text.slice(statement.start, statement.end);
      const run: StatementContext = { shell: this, session: this.session(signal), origin, text: written, place };
      try {
        if (this.setting('read_only') === true) refuseChanges(value);
        const isLocal = isHere(this.place) && !this.queries.isUsed && !ELSEWHERE.test(written);
        await Promise.all([this.sources.load(!isLocal), isLocal ? undefined : this.surroundings.load()]);
        await this.#runStatement(value, run);
        if (isTimed && TIMED.has(value.kind) && this.setting('timing') === true)
          this.messages.note(`time: ${((performance.now() - this.userTime.total - began) / 1000).toFixed(3)} s`);
        return this.failed ? 1 : 0;
      } catch (error) {
        return this.#failed(error, signal, place);
      } finally {
        await this.sources.release();
        await this.#reportDamage();
      }
    }, onlyReads(value));
  }

  /** Warns of what is wrong with the file of named queries, once. */
  async #reportDamage(): Promise<void> {
    const damage = this.takeDamage();
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

  /** Ends the statement that runs, and lets none follow. */
  terminate(): boolean {
    this.#isOver = true;
    return this.interrupt();
  }

  async #reportMistakes(texts: readonly DiagnosedText[]): Promise<ExitCode> {
    const { report } = await import('../../lang/diagnostics/report.js');
    this.messages.diagnostics(texts, report);
    return 2;
  }
}
