import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { CtqError } from '../../engine/errors.js';

/** The words of a command in a variable or setting: an argument list, which no shell reads. */
export const words = (command: string): string[] => command.split(/\s+/).filter(word => word !== '');

/** Whether a program can be started. @param path the folders of $PATH */
export function isInstalled(program: string, path = ''): boolean {
  const files = program.includes('/') ? [program] : path.split(delimiter).map(folder => join(folder, program));
  return files.some(file => {
    try {
      accessSync(file, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/**
 * Runs a program that has the terminal to itself.
 * @returns its exit code, or 128 and more for a signal
 * @throws CtqError if it cannot be started
 */
export function runChild(argv: readonly string[]): Promise<number> {
  const [program, ...args] = argv;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: 'inherit' });
    child.once('error', cause => reject(notStarted(program, cause)));
    child.once('close', code => resolve(code ?? 128));
  });
}

export const notStarted = (program: string, cause: NodeJS.ErrnoException): CtqError =>
  new CtqError({
    code: 'program',
    kind: 'system',
    message: `cannot start ${program} (${cause.code ?? 'error'})`,
    hint: 'is it installed, and on the PATH?',
    cause,
  });
