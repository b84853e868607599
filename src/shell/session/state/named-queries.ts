import { closeSync, fsyncSync, openSync, readFileSync, realpathSync, renameSync, unlinkSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { runSteps } from '../../../../grammar/scan.js';
import { CtqError } from '../../../engine/errors.js';
import { makeFolders } from '../../../engine/make-folders.js';
import type { KeptResult } from '../../../engine/query/context.js';
import { whyUnreadable } from '../../../engine/sources/why-unreadable.js';
import type { LastResult, NamedQueries } from '../../../lang/check/scope.js';
import type { Span } from '../../../lang/diagnostics/span.js';
import { print } from '../../../lang/print/print.js';
import { parseFastSteps } from '../../../lang/syntax/parse-fast.js';
import type { QueryDefinition } from '../../../lang/syntax/statements.js';

/** Parts of the file of named queries that hold something else than one definition. */
export interface Damage {
  readonly path: string;
  readonly text: string;
  readonly parts: readonly Span[];
}

/** An entry of the file: a definition, or a text that could not be read and is kept unchanged. */
interface Kept extends Span {
  readonly key: string;
  /** It holds something else than one definition. */
  readonly isDamaged: boolean;
  readonly definition?: QueryDefinition;
  readonly text: string;
}

/**
 * The user's named queries, in a file of the configuration folder: one statement `query NAME as …;` after another, which can be
 * edited. The file is read when the first name is looked up, and again before each change, so that two shells do not lose each other's.
 */
export class NamedQueryStore implements NamedQueries {
  #known: Map<string, QueryDefinition> | undefined;
  #damage: Damage | CtqError | undefined;
  /** Whether a query has been looked up successfully since `forgetUse`. */
  isUsed = false;
  /** Whether a text uses the last result: results are kept only then, and in the interactive shell. */
  isLastUsed = false;
  /** The last result and its rows. */
  last: { readonly shape: LastResult; readonly kept: KeptResult } | undefined;

  /** @param path undefined: the queries are forgotten when the shell ends */
  constructor(readonly path: string | undefined) {}

  get(name: string): QueryDefinition | undefined {
    const found = this.#all().get(name.toLowerCase());
    this.isUsed ||= found !== undefined;
    return found;
  }

  lastResult(): LastResult | undefined {
    return this.last?.shape;
  }

  names(): readonly string[] {
    return [...this.#all().values()].map(({ name }) => name.text).sort();
  }

  define(definition: QueryDefinition): void {
    this.#all().set(definition.name.text.toLowerCase(), definition);
  }

  forget(name: string): void {
    this.#all().delete(name.toLowerCase());
  }

  /** The same with the definitions of a text that is checked before it runs. */
  draft(): NamedQueries {
    const changed = new Map<string, QueryDefinition | undefined>();
    const get = (name: string): QueryDefinition | undefined => {
      const key = name.toLowerCase();
      return changed.has(key) ? changed.get(key) : this.get(name);
    };
    let last = this.last?.shape;
    return {
      get,
      lastResult: () => {
        this.isLastUsed = true;
        return last;
      },
      noteResult: result => {
        last = result;
      },
      names: () => {
        const all = new Map(this.names().map(name => [name.toLowerCase(), name]));
        for (const [key, definition] of changed) if (definition) all.set(key, definition.name.text);
        return [...all.values()].filter(name => get(name) !== undefined);
      },
      define: definition => void changed.set(definition.name.text.toLowerCase(), definition),
      forget: name => void changed.set(name.toLowerCase(), undefined),
    };
  }

  /** What is wrong with the file, once after it has been read. */
  takeDamage(): Damage | CtqError | undefined {
    const damage = this.#damage;
    this.#damage = undefined;
    return damage;
  }

  /**
   * Writes a change of one query to the file.
   * @returns the text of another definition of this name that it replaces
   * @throws CtqError if it cannot be written
   */
  save(name: string): string | undefined {
    if (this.path === undefined) return undefined;
    const key = name.toLowerCase();
    const definition = this.#all().get(key);
    // What cannot be read must not be replaced.
    const all = entriesIn(readText(this.path));
    const others = all.filter(entry => entry.key !== key);
    const text = definition === undefined ? undefined : print(definition);
    const entries = text === undefined ? others : [...others, { key, text }];
    try {
      replaceFile(this.path, `${entries.map(({ text }) => `${text};\n`).join('')}`);
    } catch (cause) {
      throw new CtqError({
        code: 'query-file',
        kind: 'output',
        message: `cannot write ${this.path}: ${(cause as NodeJS.ErrnoException).code ?? cause}`,
        hint: 'the query is known until the shell ends',
        cause,
      });
    }
    const before = all.find(entry => entry.key === key)?.definition;
    const replaced = before && print(before);
    return text === undefined || replaced === text ? undefined : replaced;
  }

  #all(): Map<string, QueryDefinition> {
    this.#known ??= new Map(
      this.#read().flatMap(({ key, definition }) => (definition ? [[key, definition] as const] : [])),
    );
    return this.#known;
  }

  /** What of the file can be read; the rest is damage. */
  #read(): readonly Kept[] {
    if (this.path === undefined) return [];
    try {
      const text = readText(this.path);
      const entries = entriesIn(text);
      const parts = entries.filter(({ isDamaged }) => isDamaged);
      if (parts.length > 0) this.#damage = { path: this.path, text, parts };
      return entries;
    } catch (error) {
      if (!(error instanceof CtqError)) throw error;
      this.#damage = error;
      return [];
    }
  }
}

/** The file of named queries, next to the config file; undefined without a home directory. */
export function queriesPath(env: Readonly<Record<string, string | undefined>>): string | undefined {
  const { XDG_CONFIG_HOME: config, HOME: home } = env;
  const folder = config ? config : home ? join(home, '.config') : undefined;
  return folder && join(folder, 'ctq', 'queries.ctq');
}

/** Empty if there is no file. @throws CtqError if it cannot be read */
function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    if (['ENOENT', 'ENOTDIR'].includes((cause as NodeJS.ErrnoException).code ?? '')) return '';
    throw new CtqError({
      code: 'query-file',
      kind: 'input',
      message: `cannot read ${path}: ${whyUnreadable(cause)}`,
      hint: '--no-config starts ctq without this file',
      cause,
    });
  }
}

/** The entries in the text of the file: each begins at a line with `query`. */
function entriesIn(text: string): Kept[] {
  let end = 0;
  return text
    .split(/^(?=query\s)/im)
    .map(part => {
      const start = end;
      end += part.length;
      return { start, end, text: part.trim().replace(/;$/, '') };
    })
    .filter(part => part.text !== '')
    .map(part => {
      const statements = runSteps(parseFastSteps(part.text))?.statements;
      const [statement] = statements ?? [];
      const definition = statement?.kind === 'query' ? statement : undefined;
      return {
        ...part,
        key: definition?.name.text.toLowerCase() ?? part.text,
        // Comments alone are no mistake.
        isDamaged: statements === undefined || statements.length > 1 || (statements.length === 1 && !definition),
        ...(definition ? { definition } : {}),
      };
    });
}

/** Replaces a file as a whole: a reader sees the old one or the new one. A symbolic link stays one. */
function replaceFile(path: string, text: string): void {
  makeFolders(dirname(path), 0o700);
  const target = realPath(path);
  const temporary = `${target}.${process.pid}.tmp`;
  const fd = openSync(temporary, 'wx', 0o600);
  try {
    writeSync(fd, text);
    fsyncSync(fd);
  } catch (error) {
    unlinkSync(temporary);
    throw error;
  } finally {
    closeSync(fd);
  }
  renameSync(temporary, target);
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
