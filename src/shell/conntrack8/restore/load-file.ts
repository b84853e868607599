import { constants, readFileSync, readlinkSync } from 'node:fs';
import { readWhole, wholeOf } from '../../../engine/sources/opened-file.js';
import type { Io } from '../../io.js';
import { type Failure, failureOf } from '../print/kernel-errors.js';
import { complaint, extraLine, messageLine, summaryOf } from '../print/messages.js';
import { type CommandSession, machineLookups } from '../session.js';
import { runStatement } from '../statement/run-statement.js';
import { atLine, planOf, type Single } from './plan.js';

/** Failed lines that are printed; all of them are counted. */
const MAX_PRINTED = 5;

/**
 * `-R FILE`: reads all lines, and if they are valid executes them in order; consecutive ones that create flows, as one batch. A
 * line that the kernel refuses does not stop those after it.
 * @returns the exit status: 0; 2 where a line is invalid (nothing was done then); 1 where one was refused
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
    if (step.kind === 'refused') failures.add(step.line, () => step.failure);
    else if (step.kind === 'line') await single(step, session, io, failures);
    else
      await step.send(
        session.source(),
        (line, command, error) => failures.add(line, () => failureOf(error(), command)),
        message => io.stderr.write(`WARNING: ${message}\n`),
      );
  }
  return failures.finish();
}

/** Bytes of a file: some millions of lines. */
const MAX_BYTES = 512 << 20;

async function readText(path: string, io: Io): Promise<Uint8Array | number> {
  if (path === '-') {
    if (isClosed(io.stdin)) {
      io.stderr.write(complaint({ message: 'Failed to open file /dev/stdin for reading', exitCode: 2 }));
      return 2;
    }
  }
  try {
    return await (path === '-' ? wholeOf(io.stdin, MAX_BYTES) : readWhole(path, MAX_BYTES));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const more = code === 'EFBIG' ? `it is larger than ${MAX_BYTES >> 20} MiB` : code;
    io.stderr.write(complaint({ message: `Failed to open file ${path} for reading`, exitCode: 2, more }));
    return 2;
  }
}

async function single(step: Single, session: CommandSession, io: Io, failures: Failures): Promise<void> {
  const { line, command, rest } = step;
  const trouble = await runStatement(command, session, io, rest);
  if (trouble !== undefined) failures.add(line, () => trouble);
  else if (command.command === 'flush') io.stderr.write(messageLine(summaryOf(command, 0) ?? ''));
}

/** Lines that failed. */
class Failures {
  #count = 0;

  constructor(readonly io: Io) {}

  add(line: number, failure: () => Failure): void {
    this.#count++;
    if (this.#count > MAX_PRINTED) return;
    const { message, more } = failure();
    this.io.stderr.write(messageLine(message) + extraLine(atLine(line, more)));
  }

  /** Prints how many lines failed, if not each was reported. @returns the exit code */
  finish(): number {
    if (this.#count > MAX_PRINTED) this.io.stderr.write(messageLine(`${this.#count} lines failed`));
    return this.#count === 0 ? 0 : 1;
  }
}

/** Node opens /dev/null for reading and writing in place of a closed standard input; others open it for reading. */
function isClosed(stdin: Io['stdin']): boolean {
  if (stdin !== process.stdin) return false;
  try {
    const [, flags] = /^flags:\s*0?(\d+)$/m.exec(readFileSync('/proc/self/fdinfo/0', 'utf8')) ?? [];
    return (
      readlinkSync('/proc/self/fd/0') === '/dev/null' && (Number.parseInt(flags ?? '0', 8) & 3) === constants.O_RDWR
    );
  } catch {
    return false;
  }
}
