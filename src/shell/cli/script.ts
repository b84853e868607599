import { readFileSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { CtqError } from '../../engine/errors.js';
import { check, type Variables } from '../../lang/check/check.js';
import type { Place } from '../../lang/check/checked-ast.js';
import type { Diagnostic } from '../../lang/diagnostics/diagnostic.js';
import type { Environment } from '../../lang/schema/environment.js';
import type { IncludeStatement, Statement } from '../../lang/syntax/ast.js';
import { MOST_CHARACTERS, type Parsed } from '../../lang/syntax/split-statements.js';

/** A text that is being run: what it is called, and where relative paths begin. */
export interface Origin {
  /** A file's name; undefined for what was typed. */
  readonly name?: string;
  readonly folder: string;
  /** Files that are being included, outermost first. */
  readonly including: readonly string[];
}

/** A text that was read and checked, with the files that it includes. */
export interface Script {
  readonly text: string;
  readonly origin: Origin;
  readonly statements: readonly Statement[];
  /** What was checked is what runs, whatever happens to the file meanwhile. */
  readonly included: ReadonlyMap<Statement, Script>;
}

/** What is wrong with one text. */
export interface Complaint {
  readonly text: string;
  readonly name?: string;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Reads and checks a text and all that it includes, before anything of it runs.
 * @param parse reads a text; undefined where it will not
 * @param known the variables so far; those that the text defines are added
 * @param place where statements go that name no place, before the first `use`
 * @param complaints where is told what is wrong, the text's own mistakes after those of what it includes
 * @returns undefined where a text could not be read by `parse`
 */
export function prepare(
  text: string,
  origin: Origin,
  environment: Environment,
  known: Variables,
  complaints: Complaint[],
  parse: (text: string) => Parsed | undefined,
  place?: Place,
): Script | undefined {
  const parsed = parse(text);
  if (!parsed) return undefined;
  const { statements, damaged, diagnostics } = parsed;
  const found: Diagnostic[] = [...diagnostics];
  const included = new Map<Statement, Script>();
  let here = place;
  for (const statement of [...statements, ...damaged].sort((a, b) => a.start - b.start)) {
    const { value, diagnostics: mistakes } = check(statement, environment, known, here);
    found.push(...mistakes);
    if (statement.kind === 'use') here = value?.kind === 'use' ? value.place : undefined;
    if (statement.kind !== 'include') continue;
    try {
      const file = readScript(includedPath(statement, origin), origin.including);
      const script = prepare(file.text, file.origin, environment, known, complaints, parse, here);
      if (!script) return undefined;
      included.set(statement, script);
    } catch (error) {
      if (!(error instanceof CtqError)) throw error;
      found.push(mistake(statement, error));
    }
  }
  found.sort((a, b) => a.span.start - b.span.start);
  if (found.length > 0) complaints.push({ text, name: origin.name, diagnostics: found });
  return { text, origin, statements, included };
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

/** Of UTF-8; more is not taken into memory. The parser refuses texts of more characters. */
export const MOST_BYTES = 4 * MOST_CHARACTERS;

const WHY: Readonly<Record<string, string>> = {
  EFBIG: `it is larger than ${MOST_BYTES >> 20} MiB`,
  ENOENT: 'there is no such file',
  EACCES: 'it may not be read',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of the path is no folder',
};

/**
 * Reads a script file.
 * @throws CtqError where it cannot be read, or is being included already
 */
export function readScript(path: string, including: readonly string[] = []): { text: string; origin: Origin } {
  const full = resolve(path);
  if (including.includes(full)) {
    throw new CtqError({
      code: 'include-circle',
      kind: 'statement',
      message: `'${path}' is being included already`,
      hint: 'a script may not include itself, nor one that includes it',
    });
  }
  try {
    if (statSync(full).size > MOST_BYTES) throw Object.assign(new Error(), { code: 'EFBIG' });
    const text = readFileSync(full, 'utf8').replace(/^\ufeff/, '');
    return { text, origin: { name: path, folder: dirname(full), including: [...including, full] } };
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'error';
    const why = WHY[code];
    throw new CtqError({
      code: 'script-unreadable',
      kind: 'input',
      message: `cannot read the script '${path}'${why === undefined ? '' : `: ${why}`} (${code})`,
      hint:
        path.endsWith('.ctq') || path.includes('/') ? undefined : 'a statement stands in quotes: ctq "count conntrack"',
      cause,
    });
  }
}
