/** Packages that few statements need: they are loaded by the first of these, and need not be installed. */
import { basename, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CtqError } from '../errors.js';

export interface OptionalPackage {
  readonly name: string;
  /** The stable identifier of the error. */
  readonly code: string;
  /** What needs it, as the beginning of a sentence. */
  readonly what: string;
  /** What needs no package. */
  readonly instead?: string;
}

/**
 * Loads a package.
 * @param load imports it by its literal name, as a bundler requires
 * @throws CtqError where it is not installed
 */
export async function loadOptional<T>(
  { name, code, what, instead }: OptionalPackage,
  load: () => Promise<T>,
): Promise<T> {
  try {
    return await load();
  } catch (cause) {
    throw new CtqError({
      code,
      kind: 'system',
      message: `${what} requires the package ${name}`,
      hint: installing(name, fileURLToPath(import.meta.url)) + (instead === undefined ? '' : `; ${instead}`),
      cause,
    });
  }
}

/** The command that installs a package where a program finds it. @param program the path of its file */
export function installing(name: string, program: string): string {
  // The library, and the sources, are part of another project.
  if (/\.(?:mjs|ts)$/.test(program)) return `npm install ${name}`;
  const folder = dirname(program);
  if (folder.includes('/node_modules/')) return `npm install --global ${name}`;
  // Of a checkout, the program is in dist/; of the other packages, in a folder with nothing above.
  const prefix = basename(folder) === 'dist' ? dirname(folder) : folder;
  return `npm install --prefix ${prefix} ${name}`;
}
