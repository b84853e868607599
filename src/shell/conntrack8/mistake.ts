import type { CommandName } from './options.js';

/** What is wrong with a command line, in the words of conntrack(8), which scripts look for, and the exit code that it has for it. */
export interface Mistake {
  readonly message: string;
  /** 2: the command line is wrong; 1: it is well formed, but can mean nothing that the kernel would do. */
  readonly exitCode: 1 | 2;
  /** What ctq can say beyond those words: it follows in a line of its own. */
  readonly more?: string;
}

/** Leaves the reading of a command line; caught by `parseCommandLine`, never seen outside. */
export class Refusal extends Error {
  constructor(
    message: string,
    readonly exitCode: 1 | 2 = 2,
    readonly more?: string,
  ) {
    super(message);
  }

  get mistake(): Mistake {
    const { message, exitCode, more } = this;
    return { message, exitCode, ...(more === undefined ? {} : { more }) };
  }
}

/** @param message conntrack(8)'s words where it has some for this */
export function refuse(message: string, exitCode: 1 | 2 = 2, more?: string): never {
  throw new Refusal(message, exitCode, more);
}

/** conntrack(8)'s words for EINVAL; `-A` is younger than its table of words. */
export const invalidWords = (command: CommandName | undefined): string =>
  command === 'add' ? 'Invalid argument' : 'invalid parameters';

/** What the kernel would not take as valid, and is not even asked for. */
export function refuseAsInvalid({ command }: { readonly command?: CommandName | undefined }, more: string): never {
  throw new Refusal(`Operation failed: ${invalidWords(command)}`, 1, more);
}
