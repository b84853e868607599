import { readWhole, wholeOf } from '../../engine/sources/opened-file.js';
import type { Io } from '../cli/io.js';
import { planOf, type Single } from './file-plan.js';
import { runStatement } from './line-statement.js';
import { type CommandSession, machineLookups } from './session.js';
import { complaint, told } from './tell.js';

/** So many lines that failed are told; all of them are counted. */
const MOST_TOLD = 5;

/**
 * `-R FILE`: reads all lines, and where they are right carries them out, in their order; those that make flows, as one batch. A
 * line that the kernel refuses does not stop those behind it.
 * @returns 0; 2 where a line is wrong (then nothing was done); 1 where one was refused
 */
export async function loadFile(path: string, session: CommandSession, io: Io): Promise<number> {
  const text = await readText(path, io);
  if (typeof text === 'number') return text;
  const plan = planOf(text, machineLookups(session.environment), message => io.stderr.write(`WARNING: ${message}\n`));
  if ('message' in plan) {
    io.stderr.write(complaint(plan));
    return plan.exitCode;
  }
  const failures = new Failures(io);
  for (const step of plan) {
    if (step.kind === 'line') await single(step, session, io, failures);
    else
      await step.send(
        session.kernel(),
        (line, error) => failures.add(line, error),
        message => session.warn(message),
      );
  }
  return failures.tell();
}

/** Bytes of a file: some millions of lines. */
const MOST_BYTES = 512 << 20;

async function readText(path: string, io: Io): Promise<Uint8Array | number> {
  try {
    return await (path === '-' ? wholeOf(io.stdin, MOST_BYTES) : readWhole(path, MOST_BYTES));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = code === 'EFBIG' ? `it is larger than ${MOST_BYTES >> 20} MiB` : code;
    io.stderr.write(complaint({ message: `cannot read ${path} (${why})`, exitCode: 2 }));
    return 2;
  }
}

async function single(step: Single, session: CommandSession, io: Io, failures: Failures): Promise<void> {
  const { line, command, rest } = step;
  const trouble = await runStatement(command, session, io, rest);
  if (trouble !== undefined) failures.add(line, () => ({ message: trouble }));
  else if (command.command === 'flush') io.stderr.write(told('the table has been emptied.'));
}

/** Lines that failed. */
class Failures {
  #count = 0;

  constructor(readonly io: Io) {}

  add(line: number, error: () => { readonly message: string }): void {
    this.#count++;
    if (this.#count <= MOST_TOLD) this.io.stderr.write(told(`line ${line}: Operation failed: ${error().message}`));
  }

  /** @returns the exit code */
  tell(): number {
    if (this.#count > MOST_TOLD) this.io.stderr.write(told(`${this.#count} lines failed`));
    return this.#count === 0 ? 0 : 1;
  }
}
