/**
 * The scripts of a program, as scripts/lib/bundle-program.js makes them: `NAME.cjs` has what every run needs; `NAME-2.cjs` to `NAME-4.cjs`
 * are loaded when a piece of them is first required. A script requires a piece of another one as `NUMBER:PIECE`.
 */
import type { Script } from 'node:vm';

export type Require = (name: string) => unknown;

interface Pieces {
  /** What other scripts require of this one, by name. */
  readonly pieces: Readonly<Record<string, () => unknown>>;
}

const NUMBER = /-([234])$/;

/** The scripts that few runs need: of these, any run compiles what is worth keeping. */
export const isSeldomNeeded = (number: number): boolean => number > 2;

/** The program of a script, and the script's number. */
export const partsOf = (script: string): { readonly program: string; readonly number: number } => ({
  program: script.replace(NUMBER, ''),
  number: Number(NUMBER.exec(script)?.[1] ?? 1),
});

const nameOf = (program: string, number: number): string => (number === 1 ? program : `${program}-${number}`);

/**
 * Runs the first script of a program.
 * @param run runs the script with a name
 * @param require loads modules of node and of packages
 * @returns what the script exports; and what loads all of another script
 */
export function runProgram<Exports>(
  program: string,
  run: (script: string, require: Require) => unknown,
  require: Require,
): { readonly exports: Exports; loadAll(number: number): void } {
  const loaded = new Map<number, Pieces>();
  const script = (number: number): Pieces => {
    const pieces = loaded.get(number) ?? (run(nameOf(program, number), requirePiece) as Pieces);
    loaded.set(number, pieces);
    return pieces;
  };
  const requirePiece: Require = name => {
    if (name[1] !== ':') return require(name);
    return script(Number(name[0])).pieces[name.slice(2)]();
  };
  return {
    exports: script(1) as Exports & Pieces,
    loadAll: number => {
      for (const load of Object.values(script(number).pieces)) load();
    },
  };
}

/** What a script exports that is a function, as node calls CommonJS modules. */
export function evaluated<Exports>(script: Script, require: unknown, filename: string, folder: string): Exports {
  const module = { exports: {} as Exports };
  script.runInThisContext()(module.exports, require, module, filename, folder);
  return module.exports;
}
