/**
 * The two scripts of a program, as scripts/lib/bundle-program.js makes them: `NAME.cjs` has what most runs need; `NAME-2.cjs`, the rest, is
 * loaded when the first one requires a piece of it. Each requires pieces of the other by a name with a prefix.
 */
import type { Script } from 'node:vm';

const FIRST_PIECE = 'first:';
const SECOND_PIECE = 'second:';
const SECOND = '-2';

export type Require = (name: string) => unknown;

interface Pieces {
  /** What the other script requires of this one, by name. */
  readonly pieces: Readonly<Record<string, () => unknown>>;
}

/** The name of the second script of a program. */
export const secondOf = (program: string): string => `${program}${SECOND}`;

/** The program of a script. */
export const programOf = (script: string): string =>
  script.endsWith(SECOND) ? script.slice(0, -SECOND.length) : script;

/**
 * Runs the first script of a program.
 * @param run runs the script with a name
 * @param require loads modules of node and of packages
 * @returns what the script exports; and what loads all of the second script
 */
export function runProgram<Exports>(
  program: string,
  run: (script: string, require: Require) => unknown,
  require: Require,
): { readonly exports: Exports; loadRest(): void } {
  let second: Pieces | undefined;
  const loadSecond = (): Pieces => {
    second ??= run(secondOf(program), requireOfSecond) as Pieces;
    return second;
  };
  const first = run(program, name =>
    name.startsWith(SECOND_PIECE) ? pieceOf(loadSecond(), name, SECOND_PIECE) : require(name),
  ) as Exports & Pieces;
  const requireOfSecond: Require = name =>
    name.startsWith(FIRST_PIECE) ? pieceOf(first, name, FIRST_PIECE) : require(name);
  return {
    exports: first,
    loadRest: () => {
      for (const load of Object.values(loadSecond().pieces)) load();
    },
  };
}

const pieceOf = ({ pieces }: Pieces, name: string, prefix: string): unknown => pieces[name.slice(prefix.length)]();

/** What a script exports that is a function, as node calls CommonJS modules. */
export function evaluated<Exports>(script: Script, require: unknown, filename: string, folder: string): Exports {
  const module = { exports: {} as Exports };
  script.runInThisContext()(module.exports, require, module, filename, folder);
  return module.exports;
}
