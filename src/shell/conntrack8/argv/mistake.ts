/** What is wrong with a command line, in the words of conntrack(8), which scripts match, and its exit code. */
export interface Mistake {
  readonly message: string;
  /** 2: the command line is wrong; 1: it is well formed, but asks for nothing that the kernel would do. */
  readonly exitCode: 1 | 2;
  /** What ctq adds to those words, in a line of its own. */
  readonly more?: string;
}

/** Ends the parsing of a command line; caught by `parseArgv` and `statementOf`. */
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
    return { message, exitCode, more };
  }
}

/** @param message conntrack(8)'s words where it has some for this */
export function refuse(message: string, exitCode: 1 | 2 = 2, more?: string): never {
  throw new Refusal(message, exitCode, more);
}

/** conntrack(8)'s words for EINVAL; `-A` is younger than its table of words. */
export const invalidWords = (command: string | undefined): string =>
  command === 'add' ? 'Invalid argument' : 'invalid parameters';

/** For what the kernel would answer EINVAL to; it is not asked. */
export function refuseAsInvalid({ command }: { readonly command?: string }, more: string): never {
  throw new Refusal(`Operation failed: ${invalidWords(command)}`, 1, more);
}
