import { print } from '../../../lang/services/print/print.js';
import type { Lookups } from '../argv/command-line.js';
import type { Mistake } from '../argv/mistake.js';
import { parseArgv } from '../argv/parse-argv.js';
import { statementOf } from './statement.js';

export type Translation =
  | { readonly text: string; readonly warnings: readonly string[] }
  | { readonly mistake: Mistake; readonly warnings: readonly string[] };

/** The program's name before a command line. */
export const PROGRAM = /^(?:.*\/)?(?:ctq-)?conntrack$/;

/**
 * The statement that a command line of conntrack(8) means, as text. The program's name may precede it; ports are accepted
 * without `-p` as well. Never throws.
 */
export function translateCommandLine(words: readonly string[], lookups: Lookups): Translation {
  const args = PROGRAM.test(words[0] ?? '') ? words.slice(1) : words;
  const reading = parseArgv(args, lookups, { lenient: true });
  if ('mistake' in reading) return reading;
  const { warnings } = reading.value;
  const statement = statementOf(reading.value);
  if ('mistake' in statement) return { ...statement, warnings };
  return { text: print(statement.value), warnings };
}
