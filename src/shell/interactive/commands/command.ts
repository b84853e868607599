/** What a command of the shell is, and what all of them use. */
import { CtqError } from '../../../engine/errors.js';
import { inHome } from '../../../engine/home.js';
import { unquote } from '../../../lang/syntax/literals/literal.js';
import type { TopArguments } from '../../options/options.js';
import type { ExitCode, ShellSession } from '../../session/session.js';
import type { Editor } from '../editor.js';
import type { History } from '../line/history/history.js';
import type { Redirection } from '../viewing/redirection.js';

/** What commands work on. */
export interface CommandContext {
  readonly shell: ShellSession;
  readonly editor: Editor;
  readonly history: History;
  /** The statement that ran last. */
  last: string;
  /** Where results go. */
  readonly redirection: Redirection;
  /** The last result as a text to be pasted elsewhere; undefined if there is none. */
  copied(): Promise<string | undefined>;
  isOver: boolean;
  /** Runs statements. */
  run(text: string): Promise<ExitCode>;
  /** Shows the full screen; the line has the terminal again afterwards. */
  openTop(given: TopArguments): Promise<ExitCode>;
}

/** Shows the full screen of `top`, which is built on the parts of this shell. @param lend gives the terminal away meanwhile */
export type ShowTop = (
  shell: ShellSession,
  given: TopArguments,
  lend: <Result>(work: () => Promise<Result>) => Promise<Result>,
) => Promise<ExitCode>;

export interface Command {
  /** What follows the name. */
  readonly argument?: string;
  readonly doc: string;
  /** Other names that it has in ctq. */
  readonly aliases?: readonly string[];
  /** Candidates for what follows. */
  readonly candidates?: () => readonly string[];
  readonly takesFile?: true;
  /** Of a command that takes nothing: what to type instead of it with some words. */
  readonly instead?: (rest: string) => string;
  run(rest: string, context: CommandContext): Promise<unknown> | unknown;
}

export const commandError = (message: string, hint?: string): CtqError =>
  new CtqError({ code: 'command', kind: 'statement', message, ...(hint === undefined ? {} : { hint }) });

/** The file that an argument names, in quotes or as sh(1) reads it. @throws CtqError if there is none */
export function pathOf(rest: string, command: string): string {
  const path = /^(['"]).*\1$/s.test(rest) && rest.length > 1 ? unquote(rest) : inHome(rest);
  if (path === '') throw commandError(`${command} requires a file name`);
  return path;
}

const SWITCH: Readonly<Record<string, boolean>> = { on: true, off: false, true: true, false: false, 1: true, 0: false };

/**
 * The value of `on` or `off`; of an empty argument, the opposite of the present one.
 * @param words that may stand there, for the message
 * @throws CtqError for anything else
 */
export function switched(rest: string, present: boolean, command: string, words = 'on or off'): boolean {
  if (rest === '') return !present;
  const value = Object.hasOwn(SWITCH, rest.toLowerCase()) ? SWITCH[rest.toLowerCase()] : undefined;
  if (value === undefined) throw commandError(`invalid ${command} '${rest}': expected ${words}`);
  return value;
}
