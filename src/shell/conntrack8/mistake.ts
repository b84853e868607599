/** What is wrong with a command line, and the exit code that conntrack(8) has for it. */
export interface Mistake {
  readonly message: string;
  /** 2: the command line is wrong; 1: it is well formed, but can mean nothing that the kernel would do. */
  readonly exitCode: 1 | 2;
}

/** Leaves the reading of a command line; caught by `parseCommandLine`, never seen outside. */
export class Refusal extends Error {
  constructor(
    message: string,
    readonly exitCode: 1 | 2 = 2,
  ) {
    super(message);
  }
}

export function refuse(message: string, exitCode: 1 | 2 = 2): never {
  throw new Refusal(message, exitCode);
}
