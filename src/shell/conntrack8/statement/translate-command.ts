import { machineEnvironment } from '../../../engine/environment.js';
import { printable } from '../../../lang/diagnostics/printable.js';
import type { Io } from '../../cli/io.js';
import { machineLookups } from '../session.js';
import { translateCommandLine } from './translate.js';

/** `ctq translate conntrack …`: prints the statement that the command line means. @returns the exit status: 0, 1 or 2 */
export function runTranslate(words: readonly string[], io: Pick<Io, 'stdout' | 'stderr'>): number {
  const translation = translateCommandLine(words, machineLookups(machineEnvironment()));
  for (const warning of translation.warnings) io.stderr.write(`warning: ${printable(warning)}\n`);
  if ('text' in translation) {
    io.stdout.write(`${translation.text}\n`);
    return 0;
  }
  const { message, exitCode, more } = translation.mistake;
  // The kernel was not asked: its words are left out where ctq has its own.
  const said = exitCode === 1 ? [more ?? message] : [message, ...(more === undefined ? [] : [more])];
  io.stderr.write(`error: ${printable(said.join(': '))}\n`);
  return exitCode;
}
