import { print } from '../../../lang/print/print.js';
import type { Lookups } from '../argv/command-line.js';
import type { Mistake } from '../argv/mistake.js';
import { parseArgv } from '../argv/parse-argv.js';
import { statementOf } from './statement.js';

export type Translation =
  | { readonly text: string; readonly warnings: readonly string[] }
  | { readonly mistake: Mistake; readonly warnings: readonly string[]; readonly hint?: string };

export interface TranslateOptions {
  /** Ports are accepted without `-p` as well. Default: yes. */
  readonly lenient: boolean;
}

/** The program's name before a command line. */
export const PROGRAM = /^(?:.*\/)?(?:ctq-)?conntrack$/;

/**
 * The statement that a command line of conntrack(8) means, as text. The program's name may precede it. Never throws.
 */
export function translateCommandLine(
  words: readonly string[],
  lookups: Lookups,
  options: TranslateOptions = { lenient: true },
): Translation {
  const args = PROGRAM.test(words[0] ?? '') ? words.slice(1) : words;
  const file = loadedFile(args);
  if (file !== undefined) return fileTranslation(file);
  const reading = parseArgv(args, lookups, { ...options, ignoresNothing: true });
  if ('mistake' in reading) return reading;
  const { warnings } = reading.value;
  const statement = statementOf(reading.value);
  if ('mistake' in statement) return { ...statement, warnings };
  return { text: print(statement.value), warnings };
}

/** The file of `-R FILE`; '' if it is not named. */
function loadedFile([first = '', second = '']: readonly string[]): string | undefined {
  if (first === '-R' || first === '--load-file') return second;
  const named = /^(?:-R|--load-file=)(.+)$/.exec(first);
  return named?.[1];
}

const fileTranslation = (file: string): Translation => ({
  mistake: { message: '-R reads command lines from a file, which are not a single statement', exitCode: 2 },
  warnings: [],
  hint: `write: insert into conntrack from '${(file === '' ? 'FILE' : file).replaceAll("'", "''")}'`,
});
