import { CtqError } from '../../../engine/errors.js';
import { check } from '../../../lang/check/check.js';
import type { Checked } from '../../../lang/checked/statements.js';
import type { Environment } from '../../../lang/schema/environment.js';
import type { Statement } from '../../../lang/syntax/statements.js';
import type { Io } from '../../io.js';
import { createSink, resolveOutput } from '../../output/create-sink.js';
import type { CommandLine } from '../argv/command-line.js';
import { type Failure, failureOf } from '../print/kernel-errors.js';
import { bufferingOf, formatOf } from '../print/line-output.js';
import { LOSS, noticeOf } from '../print/messages.js';
import { Stdio } from '../print/stdio.js';
import type { CommandSession } from '../session.js';
import { type Done, execute } from './execute.js';
import { onlyChanging } from './only-changing.js';
import { statementOf } from './statement.js';

/** @throws CtqError for what the language refuses, though conntrack(8) would not */
export function checked(statement: Statement, environment: Environment): Checked {
  const { value, diagnostics } = check(statement.kind === 'update' ? onlyChanging(statement) : statement, environment);
  if (value !== undefined) return value;
  const [{ message, hint }] = diagnostics;
  throw new CtqError({ code: 'statement', kind: 'statement', message, hint });
}

/**
 * Executes a line of a file. A command that finds nothing does not fail there.
 * @param rest what ctq's `output save` wrote after the line
 * @returns what went wrong
 */
export async function runStatement(
  line: CommandLine,
  fileSession: CommandSession,
  io: Io,
  rest?: Readonly<Record<string, unknown>>,
): Promise<Failure | undefined> {
  const session = fileSession.for(line.labelMap);
  const translated = statementOf(line, rest);
  if ('mistake' in translated) return translated.mistake;
  const stdio = new Stdio(io.stdout, bufferingOf(line));
  try {
    const { change } = await withSink(checked(translated.value, session.environment), session, stdio, io, line);
    const [refusal] = change?.refusals ?? [];
    return refusal && failureOf(refusal.error, line);
  } catch (error) {
    if (!(error instanceof CtqError)) throw error;
    return failureOf(error, line);
  } finally {
    await stdio.finish();
  }
}

/** Executes a checked statement; its output goes to standard output. */
export async function withSink(
  statement: Checked,
  session: CommandSession,
  stdio: Stdio,
  io: Io,
  line: CommandLine,
): Promise<Done> {
  const { environment } = session;
  const output = 'output' in statement ? statement.output : { modifiers: [] };
  const entries = line.command !== 'count';
  const sink = await createSink(resolveOutput(output, entries, false), {
    destination: stdio,
    isTTY: false,
    color: false,
    environment,
    formatOf: (format, context) => formatOf(line, format, context),
  });
  sink.lost = () => {
    io.stderr.write(LOSS);
  };
  try {
    const done = await execute(statement, sink, session, {
      // A flush of one family is a delete, too.
      shows: line.command !== 'flush' && line.table !== 'expect',
      bufferSize: line.values['buffer-size'],
      onBuffer: bytes => {
        if (line.values['buffer-size'] !== undefined) io.stderr.write(noticeOf(bytes));
      },
    });
    await sink.close();
    return done;
  } catch (error) {
    sink.abort();
    throw error;
  }
}
