import { CtqError } from '../engine/errors.js';
import { machineEnvironment } from './environment.js';
import type { Io } from './io.js';
import { type Job, type Options, parseOptions } from './options.js';
import { printable } from './output/escape.js';
import { type ExitCode, Shell } from './shell.js';

declare const __CTQ_VERSION__: string;
export const VERSION = typeof __CTQ_VERSION__ === 'undefined' ? 'development' : __CTQ_VERSION__;

/** Where signals come from; `process` of the program. */
export interface Signals {
  on(signal: 'SIGINT' | 'SIGTERM', listener: () => void): unknown;
  off(signal: 'SIGINT' | 'SIGTERM', listener: () => void): unknown;
  exit?(code: number): never;
}

/** The whole program. @returns its exit status */
export async function run(args: readonly string[], io: Io & Signals): Promise<number> {
  let options: Options;
  try {
    options = parseOptions(args);
  } catch (error) {
    if (!(error instanceof CtqError)) throw error;
    io.stderr.write(`error: ${printable(error.message)}\n${error.hint ? `hint: ${printable(error.hint)}\n` : ''}`);
    return 2;
  }
  if (options.version) {
    io.stdout.write(`ctq ${VERSION}\n`);
    return 0;
  }
  if (options.help) {
    io.stdout.write((await import('./usage.js')).USAGE);
    return 0;
  }
  // A reader that went away ends the program quietly; the sink sees it too.
  io.stdout.on('error', () => {});
  io.stderr.on('error', () => {});
  const shell = new Shell(io, options, machineEnvironment());
  const listen = listenToSignals(shell, io);
  try {
    return listen.status(await runJobs(shell, options));
  } catch (error) {
    if (!(error instanceof CtqError)) throw error;
    shell.fail(error);
    return error.exitCode;
  } finally {
    listen.stop();
    await shell.close();
  }
}

async function runJobs(shell: Shell, options: Options): Promise<ExitCode> {
  for (const [name, text] of options.set) {
    const code = shell.define(name, text);
    if (code !== 0) return code;
  }
  if (options.jobs.length === 0) {
    if (shell.io.stdin.isTTY) return (await import('./interactive/repl.js')).interact(shell);
    return runStdin(shell);
  }
  let worst: ExitCode = 0;
  for (const job of options.jobs) {
    const code = await runJob(shell, job);
    if (code === 0) continue;
    worst = worst === 0 ? code : worst;
    if (code === 130 || shell.setting('on_error') !== 'continue') break;
  }
  return worst;
}

function runJob(shell: Shell, job: Job): Promise<ExitCode> {
  if (job.kind === 'query') return shell.run(job.text, { folder: process.cwd(), including: [] });
  return job.path === '-' ? runStdin(shell) : shell.runFile(job.path);
}

async function runStdin(shell: Shell): Promise<ExitCode> {
  const chunks: Buffer[] = [];
  for await (const chunk of shell.io.stdin) chunks.push(Buffer.from(chunk as Uint8Array));
  return shell.run(Buffer.concat(chunks).toString('utf8'), {
    name: '(standard input)',
    folder: process.cwd(),
    including: [],
  });
}

/** The first signal ends what runs, the second the program. */
function listenToSignals(shell: Shell, signals: Signals): { status(code: ExitCode): number; stop(): void } {
  let received: number | undefined;
  const on = (status: number) => (): void => {
    if (received !== undefined || !shell.interrupt()) signals.exit?.(status);
    received = status;
  };
  const interrupt = on(130);
  const terminate = on(143);
  signals.on('SIGINT', interrupt);
  signals.on('SIGTERM', terminate);
  return {
    status: code => (code === 130 && received !== undefined ? received : code),
    stop: () => {
      signals.off('SIGINT', interrupt);
      signals.off('SIGTERM', terminate);
    },
  };
}
