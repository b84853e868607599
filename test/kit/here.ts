/** ctq in this process, which takes a tenth of the time that its start takes: where the statement is tested, not the built program. */
import { type Surroundings, shell } from '../shell/support.js';
import { environment, scratchFolder } from './cli.js';
import type { Finished } from './command.js';

export interface HereOptions extends Pick<Surroundings, 'input'> {
  /** Added to the environment. */
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
}

// As that of cli.ts, which a process takes on when it is set, not from an object that takes the place of its environment.
process.env.TZ = 'UTC';

/** The runs come one after another: each has the environment and the folder of the process to itself. */
let last: Promise<unknown> = Promise.resolve();

/** Runs ctq to its end, as `ctq` of cli.ts does, but in this process. */
export function ctqHere(args: readonly string[], options: HereOptions = {}): Promise<Finished> {
  const own = last.then(() => runHere(args, options));
  last = own.catch(() => {});
  return own;
}

async function runHere(args: readonly string[], { input = '', env, cwd }: HereOptions): Promise<Finished> {
  const [outerEnv, outerFolder] = [process.env, process.cwd()];
  const all = environment(scratchFolder(), env);
  process.env = all;
  if (cwd !== undefined) process.chdir(cwd);
  try {
    const { status, stdout, stderr } = await shell(args, { input, env: all as Record<string, string> });
    return { code: status, stdout, stderr };
  } finally {
    process.env = outerEnv;
    process.chdir(outerFolder);
  }
}
