import { machineEnvironment } from '../../../engine/environment.js';
import { printable } from '../../../lang/diagnostics/printable.js';
import type { Io } from '../../io.js';
import type { Lookups } from '../argv/command-line.js';
import { machineLookups } from '../session.js';
import { PROGRAM, translateCommandLine } from './translate.js';

const EXAMPLE = 'write: ctq translate conntrack -L -p tcp --dport 443';
const HELP = /^(?:-h|--help|-V|--version)$/;

/** A pipe, a redirection, or the end of a command in sh(1). */
const SHELL_SIGN = /^(?:\|\|?|&&?|;|\d?(?:>>?|<).*)$/;

const PORTS_HINT = 'options of a protocol follow -p: conntrack -L -p tcp --dport 443';

/** Whether only `-p` is missing. */
const isAboutPorts = (words: readonly string[], lookups: Lookups): boolean =>
  'text' in translateCommandLine(words, lookups, { lenient: true });

/** `ctq translate conntrack …`: prints the statement that the command line means. @returns the exit status: 0, 1 or 2 */
export function runTranslate(given: readonly string[], io: Pick<Io, 'stdout' | 'stderr'>): number {
  // `ctq translate 'conntrack -L'`
  const words = given.length === 1 ? given[0].trim().split(/\s+/) : given;
  const [first = '', second] = words;
  const isProgram = PROGRAM.test(first);
  if (!isProgram && first !== '' && !first.startsWith('-')) {
    io.stderr.write(`error: '${printable(first)}' is not conntrack(8)\nhint: ${EXAMPLE}\n`);
    return 2;
  }
  if (first === '' || HELP.test(first) || (isProgram && (second === undefined || HELP.test(second)))) {
    io.stderr.write(`error: translate requires a command line of conntrack(8)\nhint: ${EXAMPLE}\n`);
    return 2;
  }
  const shell = words.findIndex(word => SHELL_SIGN.test(word));
  if (shell > 0) {
    const rest = printable(words.slice(shell).join(' '));
    const isCount = /^\|\s*wc\s+-l$/.test(rest);
    io.stderr.write(
      `error: '${rest}' is for the system's shell, and is not translated\nhint: write: ctq translate ${printable(words.slice(0, shell).join(' '))}${isCount ? '; count conntrack counts' : ''}\n`,
    );
    return 2;
  }
  const lookups = machineLookups(machineEnvironment());
  const translation = translateCommandLine(words, lookups, { lenient: false });
  for (const warning of translation.warnings) io.stderr.write(`warning: ${printable(warning)}\n`);
  if ('text' in translation) {
    io.stdout.write(`${translation.text}\n`);
    return 0;
  }
  const { message, exitCode, more } = translation.mistake;
  // The kernel was not asked: its words are left out where ctq has its own.
  const said = exitCode === 1 ? [more ?? message] : [message, ...(more === undefined ? [] : [more])];
  io.stderr.write(`error: ${printable(said.join(': '))}\n`);
  const hint = translation.hint ?? (isAboutPorts(words, lookups) ? PORTS_HINT : undefined);
  if (hint !== undefined) io.stderr.write(`hint: ${printable(hint)}\n`);
  return exitCode;
}
