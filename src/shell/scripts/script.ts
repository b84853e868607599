import { isAbsolute, join, relative, resolve } from 'node:path';
import { CtqError } from '../../engine/errors.js';
import { Yielder } from '../../engine/netlink/yielder.js';
import { check, type Variables } from '../../lang/check/check.js';
import type { NamedQueries } from '../../lang/check/scope.js';
import type { Place } from '../../lang/checked/ast.js';
import type { Diagnostic } from '../../lang/diagnostics/diagnostic.js';
import type { Environment } from '../../lang/schema/environment.js';
import type { Parsed } from '../../lang/syntax/split-statements.js';
import type { IncludeStatement, Statement } from '../../lang/syntax/statements.js';
import { Lines } from './lines.js';
import type { NamedFiles } from './named-files.js';
import type { Origin } from './origin.js';
import type { ScriptFiles } from './script-files.js';

/** A text that was read and checked, with the files that it includes. */
export interface Script {
  readonly text: string;
  readonly origin: Origin;
  readonly lines: Lines;
  readonly statements: readonly Statement[];
  /** The text that was checked is the text that runs, even if the file changes. */
  readonly included: ReadonlyMap<Statement, Script>;
  /** The place of statements that follow the text. */
  readonly place?: Place;
}

/** Reads a text in steps, so that signals are handled in between. Undefined if it cannot. */
export type Parse = (text: string) => Generator<void, Parsed | undefined>;

/** A text and its mistakes. */
export interface DiagnosedText {
  readonly text: string;
  readonly name?: string;
  readonly diagnostics: readonly Diagnostic[];
}

/** What a text is read and checked with. */
export interface ScriptContext {
  readonly environment: Environment;
  /** The variables so far; those that the text defines are added. */
  readonly variables: Variables;
  /** The named queries so far; likewise. */
  readonly queries?: NamedQueries;
  /** Receives the mistakes, those of a text after those of its includes. */
  readonly mistaken: DiagnosedText[];
  readonly parse: Parse;
  /** Reads what is included. */
  readonly files: ScriptFiles;
  readonly named: NamedFiles;
  /** Ends it, with its reason. */
  readonly signal?: AbortSignal;
}

/**
 * Reads and checks a text and all that it includes, before anything of it runs.
 * @param place the place of statements that do not name one, before the first `use`
 * @returns undefined if a text could not be read by `parse`
 */
export async function prepare(
  text: string,
  origin: Origin,
  context: ScriptContext,
  place?: Place,
): Promise<Script | undefined> {
  const { environment, variables, queries, parse, files, named, signal } = context;
  const turn = new Yielder();
  const parsed = await inTurns(parse(text), turn, signal);
  if (!parsed) return undefined;
  const { statements, damaged, diagnostics } = parsed;
  const found: Diagnostic[] = [...diagnostics];
  const included = new Map<Statement, Script>();
  let here = place;
  for (const statement of [...statements, ...damaged].sort((a, b) => a.start - b.start)) {
    const { value, diagnostics: mistakes } = check(statement, environment, variables, here, queries);
    found.push(...mistakes, ...named.missing(statement));
    if (statement.kind === 'use') here = value?.kind === 'use' ? value.place : undefined;
    const pause = turn.over();
    if (pause !== undefined) {
      await pause;
      signal?.throwIfAborted();
    }
    if (statement.kind !== 'include') continue;
    try {
      const path = includedPath(statement, origin);
      const file = await files.include(resolve(path), path, origin);
      const script = await prepare(file.text, file.origin, context, here);
      if (!script) return undefined;
      included.set(statement, script);
      // Reported already; what follows would only be more of it.
      if (files.isExhausted) return { text, origin, lines: new Lines(text), statements, included };
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof CtqError)) throw error;
      found.push(mistake(statement, error));
      if (files.isExhausted) break;
    }
  }
  found.sort((a, b) => a.span.start - b.span.start);
  const earlier = context.mistaken.flatMap(each => each.diagnostics.map(mistake => letBefore(each.text, mistake)));
  const mistakes = withoutConsequences(text, found, earlier);
  if (mistakes.length > 0) context.mistaken.push({ text, name: origin.name, diagnostics: mistakes });
  return { text, origin, lines: new Lines(text), statements, included, place: here };
}

/** The variable of the `let` in which a mistake is. */
const letBefore = (text: string, { severity, span }: Diagnostic): string | undefined =>
  severity === 'error' ? /(?:^|;)\s*let\s+\$?(\w+)[^;]*$/i.exec(text.slice(0, span.start))?.[1] : undefined;

/**
 * Mistakes without those that come of another: a variable is unknown where its `let` has a mistake.
 * @param earlier variables whose `let` has one, in what is included
 */
function withoutConsequences(
  text: string,
  found: readonly Diagnostic[],
  earlier: readonly (string | undefined)[],
): readonly Diagnostic[] {
  if (!found.some(({ code }) => code === 'name.variable')) return found;
  const mistaken = found.map(each => letBefore(text, each));
  const isKnown = (name: string, at: number): boolean => earlier.includes(name) || mistaken.slice(0, at).includes(name);
  return found.filter(
    ({ code, span }, i) => code !== 'name.variable' || !isKnown(text.slice(span.start, span.end).slice(1), i),
  );
}

/** Works through steps, and lets signals in now and then. */
async function inTurns<T>(steps: Generator<void, T>, turn: Yielder, signal: AbortSignal | undefined): Promise<T> {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
    const pause = turn.over();
    if (pause === undefined) continue;
    await pause;
    signal?.throwIfAborted();
  }
}

const mistake = ({ start, end }: IncludeStatement, { message, hint }: CtqError): Diagnostic => ({
  code: 'include',
  severity: 'error',
  span: { start, end },
  message,
  hint,
});

/** The path as one would write it here, so that messages name the file as its user does. */
function includedPath({ path }: IncludeStatement, { folder }: Origin): string {
  if (isAbsolute(path)) return path;
  const full = join(folder, path);
  const short = relative(process.cwd(), full);
  return short.startsWith('..') ? full : short;
}
