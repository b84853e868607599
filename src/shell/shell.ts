import { readFileSync } from 'node:fs';
import { release } from 'node:os';
import { dirname, resolve } from 'node:path';
import { CtqError } from '../engine/errors.js';
import { abilitiesOf, type KernelAbilities } from '../engine/query/pushdown.js';
import type { Session, SnapshotRows } from '../engine/query/session.js';
import { openKernel } from '../engine/source/kernel.js';
import type { Source } from '../engine/source/source.js';
import type { Statement } from '../lang/ast.js';
import { check, type Variables } from '../lang/check.js';
import type { Diagnostic } from '../lang/diagnostics.js';
import type { Environment } from '../lang/environment.js';
import { parse, parseExpression } from '../lang/parse.js';
import { report } from '../lang/report.js';
import { SETTING_NAMES, SETTINGS, type SettingName } from '../lang/settings.js';
import type { Binding, Checked, Place } from '../lang/typed.js';
import type { Value } from '../lang/values.js';
import type { Io } from './io.js';
import type { Options } from './options.js';
import { printable } from './output/escape.js';
import { painter, wantsColor } from './output/style.js';
import { openSnapshotLazily } from './snapshots.js';
import { runStatement } from './statements.js';

/** What is told to whoever runs a text. */
export type ExitCode = 0 | 1 | 2 | 130;

/** A text that is being run: what it is called, and where relative paths begin. */
export interface Origin {
  /** A file's name; undefined for what was typed. */
  readonly name?: string;
  readonly folder: string;
  /** Files that are being included, outermost first. */
  readonly including: readonly string[];
}

/** One statement that is being run. */
export interface Run {
  readonly shell: Shell;
  readonly session: Session;
  readonly origin: Origin;
  /** `file:line`, for messages. */
  readonly place: string;
}

/** Runs texts: what the command line, scripts, pipes and the interactive shell have in common. */
export class Shell {
  readonly variables: Variables = new Map();
  readonly #settings = new Map<string, Value>();
  readonly #kernels = new Map<string, Source>();
  readonly abilities: KernelAbilities = abilitiesOf(release());
  place: Place = { kind: 'kernel' };
  #controller: AbortController | undefined;
  /** A change found nothing, and `--fail-empty` asks for a failure then. */
  failed = false;
  /** Asks a question, where the input is somebody else's to read (the interactive shell). */
  ask?: (question: string) => Promise<string>;

  constructor(
    readonly io: Io,
    readonly options: Options,
    readonly environment: Environment,
  ) {
    for (const name of SETTING_NAMES) this.#settings.set(name, SETTINGS[name].default);
    if (options.timing) this.#settings.set('timing', true);
    if (options.readOnly) this.#settings.set('read_only', true);
    if (options.color !== 'auto') this.#settings.set('color', options.color);
    if (options.output.format !== undefined) this.#settings.set('format', options.output.format);
    if (options.yes) this.#settings.set('confirm', false);
    if (options.buffer !== undefined) this.#settings.set('buffer', options.buffer);
    if (options.netns !== undefined) this.place = { kind: 'netns', name: options.netns };
    else if (options.file !== undefined) this.place = { kind: 'file', path: options.file };
  }

  // -------------------------------------------------------------- settings

  setting(name: SettingName): Value {
    return this.#settings.get(name) ?? null;
  }

  /** @throws CtqError where a setting cannot be taken back */
  set(name: string, value: Value): void {
    if (name === 'read_only' && value === false && this.setting('read_only') === true) {
      throw new CtqError({
        code: 'read-only',
        kind: 'statement',
        message: 'read_only cannot be turned off',
        hint: 'start ctq without --read-only',
      });
    }
    this.#settings.set(name, value);
  }

  settings(): ReadonlyMap<string, Value> {
    return this.#settings;
  }

  /** Whether text for a stream is coloured. */
  color(stream: { readonly isTTY?: boolean }): boolean {
    const when = String(this.setting('color')) as 'auto' | 'always' | 'never';
    return wantsColor(when, stream.isTTY === true, this.io.env);
  }

  // -------------------------------------------------------------- running

  /** Defines the variables of `--set`, which are read as expressions and never pasted into a text. */
  define(name: string, text: string): ExitCode {
    const { value: expr, diagnostics } = parseExpression(text);
    if (!expr) return this.#complain(text, diagnostics, `--set ${name}`);
    const written = { start: 0, end: name.length, text: name };
    return this.#runLet({ kind: 'let', name: written, value: expr, start: 0, end: text.length }, text, name);
  }

  #runLet(statement: Statement, text: string, name: string): ExitCode {
    const { value, diagnostics } = check(statement, this.environment, this.variables);
    if (value?.kind !== 'let') return this.#complain(text, diagnostics, `--set ${name}`);
    const { value: bound } = value;
    const binding: Binding | undefined =
      bound.kind === 'list'
        ? bound
        : bound.kind === 'const'
          ? { kind: 'value', type: bound.type, value: bound.value }
          : undefined;
    if (binding) {
      this.variables.set(name, { kind: binding.kind, type: binding.type, binding });
      return 0;
    }
    this.tell('error', `--set ${name}: a value or a list is wanted`);
    return 2;
  }

  /**
   * Runs a text of any number of statements. All of it is parsed and checked before the first one runs.
   * @returns the exit code that it stands for
   */
  async run(text: string, origin: Origin): Promise<ExitCode> {
    const { statements, damaged, diagnostics } = parse(text);
    const known: Variables = new Map(this.variables);
    const found: Diagnostic[] = [...diagnostics];
    for (const statement of [...statements, ...damaged].sort((a, b) => a.start - b.start)) {
      found.push(...check(statement, this.environment, known).diagnostics);
    }
    found.sort((a, b) => a.span.start - b.span.start);
    const errors = found.filter(each => each.severity === 'error');
    if (errors.length > 0) return this.#complain(text, found, origin.name);
    if (found.length > 0) this.#complain(text, found, origin.name);
    if (this.options.check) return 0;
    let worst: ExitCode = 0;
    for (const statement of statements) {
      const code = await this.#runOne(statement, text, origin);
      if (code === 0) continue;
      worst = worst === 0 ? code : worst;
      if (code === 130 || this.setting('on_error') !== 'continue') break;
    }
    return worst;
  }

  async #runOne(statement: Statement, text: string, origin: Origin): Promise<ExitCode> {
    // Checked anew: variables have their values by now, which a limit may be made of.
    const { value, diagnostics } = check(statement, this.environment, this.variables);
    if (!value) return this.#complain(text, diagnostics, origin.name);
    const controller = new AbortController();
    this.#controller = controller;
    this.failed = false;
    const line = text.slice(0, statement.start).split('\n').length;
    const place = origin.name === undefined ? '' : `${origin.name}:${line}`;
    const run: Run = { shell: this, session: this.session(controller.signal), origin, place };
    const began = performance.now();
    try {
      this.#refuseChanges(value);
      await runStatement(value, run);
      if (this.setting('timing') === true) this.note(`time: ${((performance.now() - began) / 1000).toFixed(3)} s`);
      return this.failed ? 1 : 0;
    } catch (error) {
      return this.#failed(error, controller.signal, place);
    } finally {
      this.#controller = undefined;
    }
  }

  /** `read_only` refuses whatever may change something, wherever it comes from. */
  #refuseChanges(statement: Checked): void {
    if (this.setting('read_only') !== true) return;
    const changes =
      ['insert', 'update', 'delete', 'flush'].includes(statement.kind) ||
      ((statement.kind === 'select' || statement.kind === 'get') && statement.zero);
    if (!changes) return;
    throw new CtqError({
      code: 'read-only',
      kind: 'permission',
      message: `${statement.kind === 'select' || statement.kind === 'get' ? 'zero' : statement.kind} is refused: this is read-only`,
      hint: 'start ctq without --read-only to change something',
    });
  }

  #failed(error: unknown, signal: AbortSignal, place: string): ExitCode {
    if (signal.aborted) return 130;
    if (error instanceof CtqError) {
      if (error.code === 'output-closed') return 0;
      this.fail(error, place);
      return error.exitCode;
    }
    const defect = error instanceof Error ? error : new Error(String(error));
    this.tell('error', `${place ? `${place}: ` : ''}${defect.message}`, 'this is a defect of ctq; please report it');
    if (this.io.env.CTQ_DEBUG && defect.stack)
      this.io.stderr.write(`${printable(defect.stack).replaceAll('\\n', '\n')}\n`);
    return 1;
  }

  /** Ends the statement that runs, if one does. */
  interrupt(): boolean {
    if (!this.#controller || this.#controller.signal.aborted) return false;
    this.#controller.abort(new CtqError({ code: 'interrupted', kind: 'system', message: 'interrupted' }));
    return true;
  }

  async close(): Promise<void> {
    await Promise.allSettled([...this.#kernels.values()].map(kernel => kernel.close()));
    this.#kernels.clear();
  }

  // -------------------------------------------------------------- session

  session(signal: AbortSignal): Session {
    const told = new Set<string>();
    const bindings = new Map<string, Binding>();
    for (const [name, { binding }] of this.variables) if (binding) bindings.set(name, binding);
    return {
      environment: this.environment,
      variables: bindings,
      kernelFilter: this.options.kernelFilter,
      abilities: this.abilities,
      signal,
      place: this.place,
      kernel: place => this.kernel(place),
      snapshot: path => this.snapshot(path, signal),
      warn: (message, hint) => {
        if (told.has(message)) return;
        told.add(message);
        this.tell('warning', message, hint);
      },
    };
  }

  /** The kernel of a place: opened once, and kept. */
  kernel(place: Place): Source {
    const key = JSON.stringify(place);
    const known = this.#kernels.get(key);
    if (known) return known;
    const kernel = openKernel(kernelOptions(place));
    this.#kernels.set(key, kernel);
    return kernel;
  }

  snapshot(path: string, signal: AbortSignal): SnapshotRows {
    return openSnapshotLazily(path, {
      warn: (message, hint) => this.tell('warning', message, hint),
      signal,
      labelBit: name => this.environment.labelBit(name),
      now: () => this.environment.now(),
      stdin: this.io.stdin,
    });
  }

  // -------------------------------------------------------------- telling

  /** A line on standard error. */
  tell(kind: 'error' | 'warning', message: string, hint?: string): void {
    const paint = painter(this.color(this.io.stderr));
    const head = `${paint(kind, kind)}: ${printable(message)}`;
    const tail = hint === undefined ? '' : `\n${paint('hint', 'hint')}: ${printable(hint)}`;
    this.io.stderr.write(`${head}${tail}\n`);
  }

  note(message: string): void {
    this.io.stderr.write(`${painter(this.color(this.io.stderr))(printable(message), 'dim')}\n`);
  }

  fail(error: CtqError, place = ''): void {
    this.tell('error', `${place ? `${place}: ` : ''}${error.message}`, error.hint);
  }

  #complain(text: string, diagnostics: readonly Diagnostic[], name: string | undefined): ExitCode {
    const { stderr } = this.io;
    stderr.write(report(text, diagnostics, { name, color: this.color(stderr), width: stderr.columns }));
    return 2;
  }

  /** Runs a script file. */
  async runFile(path: string, including: readonly string[] = []): Promise<ExitCode> {
    const full = resolve(path);
    let text: string;
    try {
      text = readFileSync(full, 'utf8');
    } catch (cause) {
      throw new CtqError({
        code: 'script-unreadable',
        kind: 'input',
        message: `cannot read ${path}: ${(cause as NodeJS.ErrnoException).code}`,
        cause,
      });
    }
    return this.run(text, { name: path, folder: dirname(full), including: [...including, full] });
  }
}

function kernelOptions(place: Place): Parameters<typeof openKernel>[0] {
  switch (place.kind) {
    case 'netns':
      return { namespace: { name: place.name } };
    case 'pid':
      return { namespace: { pid: place.pid } };
    case 'kernel':
      return {};
    default:
      throw new CtqError({
        code: 'place',
        kind: 'statement',
        message: `the kernel's tables are not read from a place of kind ${place.kind}`,
        hint: "a snapshot is read by: select from 'FILE'",
      });
  }
}
