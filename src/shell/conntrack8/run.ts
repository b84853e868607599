import { machineEnvironment } from '../../engine/environment.js';
import { CtqError } from '../../engine/errors.js';
import type { Source } from '../../engine/sources/source.js';
import type { Io } from '../io.js';
import type { CommandLine } from './argv/command-line.js';
import { parseArgv } from './argv/parse-argv.js';
import { failureOf } from './print/kernel-errors.js';
import { bufferingOf } from './print/line-output.js';
import { complaint, extraLine, failsOfNothing, messageLine, summaryOf, VERSIONS } from './print/messages.js';
import { Stdio } from './print/stdio.js';
import { CommandSession, machineLookups, unreadLabels } from './session.js';
import type { Done } from './statement/execute.js';
import { checked, withSink } from './statement/run-statement.js';
import { statementOf } from './statement/statement.js';

/** Where signals come from; `process` of the program. */
export interface Signals {
  on(signal: 'SIGINT' | 'SIGTERM', listener: () => void): unknown;
  off(signal: 'SIGINT' | 'SIGTERM', listener: () => void): unknown;
}

/** The exit status that a shell gives a program ended by SIGPIPE. */
const BROKEN_PIPE = 141;

/**
 * A command line of conntrack(8), without the program's name.
 * @param open opens the kernel; that of this process's own network namespace where left out
 * @returns its exit status: 0, 1 or 2
 */
export async function runConntrack(args: readonly string[], io: Io & Signals, open?: () => Source): Promise<number> {
  // A reader that closed the pipe ends the program quietly; the sink sees it as well.
  io.stdout.on('error', () => {});
  io.stderr.on('error', () => {});
  const environment = machineEnvironment();
  const controller = new AbortController();
  // Warnings that conntrack(8) does not have are not printed: scripts take any line for an error.
  const session = new CommandSession(environment, controller.signal, () => {}, open);
  try {
    if ((args[0] === '-R' || args[0] === '--load-file') && args.length > 1) {
      const { loadFile } = await import('./restore/load-file.js');
      return await loadFile(args[1], session, io);
    }
    const reading = parseArgv(args, machineLookups(environment));
    const { warnings, labelReads } = 'mistake' in reading ? reading : reading.value;
    if (labelReads > 0) io.stderr.write(unreadLabels().repeat(labelReads));
    for (const warning of warnings) io.stderr.write(`WARNING: ${warning}\n`);
    if ('mistake' in reading) {
      io.stderr.write(complaint(reading.mistake));
      return reading.mistake.exitCode;
    }
    return await runLine(reading.value, session.for(reading.value.labelMap), controller, io);
  } catch (error) {
    return unwritten(error, io);
  } finally {
    await session.close();
  }
}

async function runLine(
  line: CommandLine,
  session: CommandSession,
  controller: AbortController,
  io: Io & Signals,
): Promise<number> {
  if (line.command === 'version') {
    io.stdout.write(VERSIONS);
    return 0;
  }
  if (line.command === 'help' || line.command === undefined) {
    io.stdout.write((await import('./print/usage.js')).usageOf(line.proto));
    return 0;
  }
  const translated = statementOf(line);
  if ('mistake' in translated) {
    io.stderr.write(complaint(translated.mistake));
    return translated.mistake.exitCode;
  }
  const release = line.command === 'event' ? abortOnSignals(io, controller) : undefined;
  const stdio = new Stdio(io.stdout, bufferingOf(line));
  let code: number;
  try {
    const statement = checked(translated.value, session.environment);
    code = reportResult(line, await withSink(statement, session, stdio, io, line), io);
  } catch (error) {
    code = await failed(error, line, stdio, io);
  } finally {
    release?.();
  }
  await stdio.finish();
  return code;
}

function reportResult(line: CommandLine, { count, change }: Done, io: Io): number {
  const [refusal] = change?.refusals ?? [];
  if (refusal !== undefined) {
    const { message, more } = failureOf(refusal.error, line);
    io.stderr.write(messageLine(message) + extraLine(more));
    return 1;
  }
  if (line.command === 'delete' && line.table === 'expect' && count === 0) {
    io.stderr.write(messageLine('Operation failed: No such file or directory'));
    return 1;
  }
  const summary = summaryOf(line, count);
  if (summary !== undefined) io.stderr.write(messageLine(summary));
  return count === 0 && failsOfNothing(line) ? 1 : 0;
}

async function failed(error: unknown, line: CommandLine, stdio: Stdio, io: Io): Promise<number> {
  if (!(error instanceof CtqError) || error.kind === 'output') throw error;
  if (line.command === 'event' && error.kind === 'permission') {
    const isExpect = line.table === 'expect';
    io.stderr.write(
      isExpect
        ? messageLine("Can't open handler")
        : `mnl_socket_bind: Operation not permitted\n${messageLine("Can't open netlink socket")}`,
    );
    return 1;
  }
  const { message, more } = failureOf(error, line);
  io.stderr.write(messageLine(message) + extraLine(more));
  const { numbersOfProc } = await import('./print/proc-numbers.js');
  const numbers = numbersOfProc(line);
  if (numbers !== undefined) stdio.write(Buffer.from(numbers), () => {});
  return 1;
}

/** Output of a read that was not written, or not all of it: a part must not pass for the whole. */
function unwritten(error: unknown, io: Io): number {
  if (!(error instanceof CtqError)) throw error;
  if (error.code === 'output-closed') return BROKEN_PIPE;
  io.stderr.write(messageLine(error.kind === 'output' ? error.message : `Operation failed: ${error.message}`));
  return 1;
}

/** A signal ends the events, not the program, which then prints how many there were. */
function abortOnSignals(signals: Signals, controller: AbortController): () => void {
  const stop = (): void =>
    controller.abort(new CtqError({ code: 'interrupted', kind: 'system', message: 'interrupted' }));
  signals.on('SIGINT', stop);
  signals.on('SIGTERM', stop);
  return () => {
    signals.off('SIGINT', stop);
    signals.off('SIGTERM', stop);
  };
}
