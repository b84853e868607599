import { CtqError } from '../../engine/errors.js';
import { check } from '../../lang/check/check.js';
import type { Checked } from '../../lang/check/checked-ast.js';
import type { Environment } from '../../lang/schema/environment.js';
import type { Statement } from '../../lang/syntax/ast.js';
import type { Io } from '../cli/io.js';
import { createSink, resolveOutput } from '../output/create-sink.js';
import { StreamDestination } from '../output/destination.js';
import { carryOut, type Done } from './carry-out.js';
import { onlyChanging } from './changing.js';
import type { CommandLine } from './command-line.js';
import type { CommandSession } from './session.js';
import { statementOf } from './statement.js';

/** @throws CtqError for what the language refuses, though conntrack(8) would not */
export function checked(statement: Statement, environment: Environment): Checked {
  const { value, diagnostics } = check(statement.kind === 'update' ? onlyChanging(statement) : statement, environment);
  if (value !== undefined) return value;
  const [{ message, hint }] = diagnostics;
  throw new CtqError({ code: 'statement', kind: 'statement', message, ...(hint === undefined ? {} : { hint }) });
}

/**
 * Carries out a line of a file. A command that found nothing does not fail there.
 * @param rest what ctq's `output save` wrote behind the line
 * @returns what went wrong
 */
export async function runStatement(
  line: CommandLine,
  fileSession: CommandSession,
  io: Io,
  rest?: Readonly<Record<string, unknown>>,
): Promise<string | undefined> {
  const session = fileSession.for(line.labelMap);
  const translated = statementOf(line, rest);
  if ('mistake' in translated) return translated.mistake.message;
  try {
    const { change } = await withSink(checked(translated.value, session.environment), session, io, line);
    return change?.refusals[0]?.error.message;
  } catch (error) {
    if (!(error instanceof CtqError)) throw error;
    return error.message;
  }
}

/** Carries out a checked statement; what it gives goes to standard output. */
export async function withSink(statement: Checked, session: CommandSession, io: Io, line: CommandLine): Promise<Done> {
  const { environment } = session;
  const output = 'output' in statement ? statement.output : { modifiers: [] };
  const entries = line.command !== 'count';
  const sink = await createSink(resolveOutput(output, entries, false), {
    destination: new StreamDestination(io.stdout),
    isTTY: false,
    color: false,
    environment,
  });
  try {
    const done = await carryOut(statement, sink, session, line.bufferSize);
    await sink.close();
    return done;
  } catch (error) {
    sink.abort();
    throw error;
  }
}
