import { asCtqError, CtqError } from '../../engine/errors.js';
import { printable } from '../../lang/diagnostics/printable.js';
import { endingWarning } from '../../lang/schema/formats/file-endings.js';
import type { Io } from '../io.js';
import { type Job, type Options, parseOptions } from '../options/options.js';
import { type Subcommand, subcommandOf } from '../options/subcommand.js';
import type { Origin } from '../scripts/origin.js';
import { isCheck, MonitorCheck } from '../session/checking/monitor-check.js';
import { errorText, writeTrace } from '../session/messages/print-error.js';
import type { ExitCode, ShellSession } from '../session/session.js';
import { configPath } from '../session/state/settings.js';
import { showTop } from './show-top.js';

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
  // A reader that went away ends the program quietly; sinks see it too.
  let broken: NodeJS.ErrnoException | undefined;
  io.stdout.on('error', error => {
    broken ??= error;
  });
  io.stderr.on('error', () => {});
  try {
    const subcommand = subcommandOf(args);
    if (subcommand !== undefined) return await runSubcommand(subcommand, io);
    const options = parseOptions(args);
    const status = options.version || options.help ? await answer(options, io) : await runShell(options, io);
    await new Promise<void>(resolve => io.stdout.write('', () => resolve()));
    const failure = broken as NodeJS.ErrnoException | undefined;
    if (failure === undefined || failure.code === 'EPIPE' || status !== 0) return status;
    throw (await import('../output/destination.js')).streamFailed(io.stdout, failure);
  } catch (thrown) {
    const error = asCtqError(thrown);
    if (isCheck(args)) {
      const check = new MonitorCheck(true);
      check.fail(error.message, error.hint);
      return check.end(error.exitCode, io);
    }
    const { wantsColor } = await import('../display/style.js');
    const { isTTY, columns } = io.stderr;
    io.stderr.write(errorText('error', error.message, error.hint, wantsColor('auto', isTTY === true, io.env), columns));
    writeTrace(error, io);
    return error.exitCode;
  }
}

async function runSubcommand({ name, rest, netns }: Subcommand, io: Io & Signals): Promise<number> {
  switch (name) {
    case 'conntrack': {
      const { openKernel } = await import('../../engine/sources/kernel/kernel.js');
      const open = netns === undefined ? undefined : () => openKernel({ namespace: { name: netns } });
      return (await import('../conntrack8/run.js')).runConntrack(rest, io, open);
    }
    case 'translate':
      return (await import('../conntrack8/statement/translate-command.js')).runTranslate(rest, io);
    case 'relay':
      return relayTo(io);
    case 'agent':
      return (await import('../agent/agent.js')).runAgent(rest, io, VERSION);
    case 'demo':
      return (await import('./demo.js')).runDemo(rest);
    case 'nkey':
      return (await import('./nkey.js')).makeKey(rest, io);
    case 'completion':
      io.stdout.write((await import('./completion.js')).completionScript(rest));
      return 0;
  }
}

/** The far side of `in ssh`: another ctq asks, and gets the kernel's messages. */
async function relayTo({ stdin, stdout }: Io): Promise<0> {
  const [{ relay }, { openKernel }] = await Promise.all([
    import('../../engine/sources/remote/server.js'),
    import('../../engine/sources/kernel/kernel.js'),
  ]);
  const kernel = openKernel();
  try {
    await relay(kernel, stdin, stdout, async (...query) => {
      const { relayAnswers } = await import('../agent/relay-answers.js');
      await relayAnswers(kernel, VERSION)(...query);
    });
  } finally {
    stdin.destroy();
    await kernel.close();
  }
  return 0;
}

async function answer({ version }: Options, io: Io): Promise<0> {
  io.stdout.write(version ? (await import('./version.js')).versionText(VERSION) : (await import('./usage.js')).USAGE);
  return 0;
}

async function runShell(options: Options, io: Io & Signals): Promise<number> {
  const [{ ShellSession }, { machineEnvironment }, { runStatement }] = await Promise.all([
    import('../session/session.js'),
    import('../../engine/environment.js'),
    import('../statements/run-statement.js'),
  ]);
  const shell = new ShellSession(io, options, machineEnvironment(), runStatement);
  const listen = listenToSignals(shell, io);
  let code: ExitCode = 1;
  try {
    try {
      code = await runAll(shell);
    } catch (thrown) {
      const error = asCtqError(thrown);
      shell.messages.error(error);
      code = error.exitCode;
    } finally {
      await shell.close(code === 0);
    }
  } finally {
    listen.stop();
  }
  return listen.end(code === 130 || shell.survives ? code : shell.check.end(code, io));
}

async function runAll(shell: ShellSession): Promise<ExitCode> {
  const { options, io } = shell;
  const isInteractive = options.jobs.length === 0 && io.stdin.isTTY === true;
  // Interactive users see the row count by default; the config file may turn it off.
  if (isInteractive) shell.set('timing', true);
  // The config file is for interactive use: output for programs must not depend on it.
  if (options.config && io.stdout.isTTY === true) {
    const path = configPath(io.env);
    if (path !== undefined) await configure(shell, path);
    if (shell.isOver) return 130;
  }
  if (shell.results.path !== undefined) await shell.results.load();
  for (const [name, text] of options.set) {
    const code = await shell.define(name, text);
    if (code !== 0) return code;
  }
  const { format, file = '' } = options.output;
  const ending = endingWarning(file, format);
  if (ending) shell.messages.print('warning', ...ending);
  if (options.jobs.length > 0) return runJobs(shell, options.jobs);
  if (isInteractive) return (await import('../interactive/repl.js')).interact(shell, VERSION, showTop);
  return runStdin(shell);
}

/** A broken config file does not stop ctq. */
async function configure(shell: ShellSession, path: string): Promise<void> {
  try {
    await shell.configure(path);
  } catch (thrown) {
    shell.messages.print('warning', asCtqError(thrown).message, '--no-config starts ctq without this file');
  }
}

async function runJobs(shell: ShellSession, jobs: readonly Job[]): Promise<ExitCode> {
  const mistakes = await checkJobs(shell, jobs);
  if (mistakes !== 0) return mistakes;
  let worst: ExitCode = 0;
  for (const job of jobs) {
    const code = await runJob(shell, job);
    worst = worst === 0 ? code : worst;
    if (code === 130 || shell.isOver) return code;
    if (shell.cannotGoOn || (code !== 0 && shell.setting('on_error') !== 'continue')) break;
  }
  return worst;
}

/** Nothing runs before all queries are checked, up to a file: what it defines is not known yet. */
async function checkJobs(shell: ShellSession, jobs: readonly Job[]): Promise<ExitCode> {
  const first = jobs.findIndex(({ kind }) => kind !== 'query');
  const queries = jobs.slice(0, first < 0 ? jobs.length : first).filter(job => job.kind === 'query');
  if (queries.length < 2 || shell.options.check) return 0;
  const clause = queries.find(({ text }) => CLAUSE.test(text));
  if (clause !== undefined) {
    const hint = `each argument is a statement: put the quotes around all of it: ctq "… ${printable(clause.text)}"`;
    shell.messages.print('error', `expected a statement, got a clause: ${printable(clause.text)}`, hint);
    return 2;
  }
  return shell.checkAll(
    await Promise.all(queries.map(async ({ text }) => ({ text: await statementOf(text), origin: here() }))),
  );
}

const CLAUSE = /^\s*(?:where|group by|having|order by|limit|offset|output|every|from|and|or)\b/i;

const here = (): Origin => ({ folder: process.cwd(), including: [] });

async function runQuery(text: string, shell: ShellSession): Promise<ExitCode> {
  const code = await shell.run(await statementOf(text), here());
  if (code !== 2) return code;
  const { redirectedComparison } = await import('./redirected-comparison.js');
  const file = redirectedComparison();
  if (file !== undefined)
    shell.messages.print(
      'warning',
      `standard output is the file ${printable(file)}: the shell of the system took > from the statement`,
      'quote the statement: ctq "select … where bytes > 1M"',
    );
  return code;
}

async function runJob(shell: ShellSession, job: Job): Promise<ExitCode> {
  if (job.kind === 'report') return (await import('../statements/full-report.js')).runFull(shell);
  if (job.kind === 'top') return showTop(shell, job.arguments);
  if (job.kind === 'query') return runQuery(job.text, shell);
  return job.path === '-' ? runStdin(shell) : runScript(job.path, shell);
}

/** A word that begins a statement, or deletes: `kill`. */
const STATEMENT =
  /^\s*(?:assert|delete|describe|drop|echo|execute|explain|flush|from|get|help|include|insert|kill|let|prepare|query|run|select|set|show|update|use|watch|with)\b|^\s*\(|\w\(/i;

/** A query, or the statement that a few words mean, as in the shell: `ctq 10.0.0.1`, `ctq "203.0.113.1 443"`. What deletes must be written out. */
async function statementOf(text: string): Promise<string> {
  const isShort = /^\s*(?:desc\s+)?(?:\S+|'[^']+')(?:\s+\S+){0,7}\s*$/i.test(text);
  if (!isShort || (STATEMENT.test(text) && /\s/.test(text.trim()))) return text;
  return (await import('../session/shorthand.js')).statementMeant(text) ?? text;
}

/** A script of the command line. @throws CtqError if it cannot be read: what was meant may be a statement */
async function runScript(path: string, shell: ShellSession): Promise<ExitCode> {
  try {
    return await shell.runFile(path);
  } catch (error) {
    const isScript = path.endsWith('.ctq') || path.includes('/');
    if (isScript || !(error instanceof CtqError) || error.code !== 'script-unreadable') throw error;
    throw new CtqError({ ...error.asData, hint: 'quote the statement: ctq "count conntrack"', cause: error });
  }
}

async function runStdin(shell: ShellSession): Promise<ExitCode> {
  const [{ MAX_BYTES }, { notStatements }] = await Promise.all([
    import('../scripts/script-files.js'),
    import('../scripts/no-script.js'),
  ]);
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of shell.io.stdin) {
      chunks.push(Buffer.from(chunk as Uint8Array));
      size += (chunk as Uint8Array).length;
      // Enough for the parser to say that it is too much.
      if (size > MAX_BYTES) break;
    }
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'error';
    throw new CtqError({ code: 'stdin', kind: 'input', message: `cannot read the standard input (${code})`, cause });
  }
  const text = Buffer.concat(chunks).toString('utf8');
  const mistake = notStatements(text, 'standard input', '-');
  if (mistake !== undefined) throw mistake;
  return shell.run(text, { name: '(standard input)', folder: process.cwd(), including: [] });
}

/** How long (ms) a statement that only reads may take to end after a signal, before the program ends without it. */
const LAST_RESORT = 170;

interface Listening {
  /** The exit status; after a signal the program ends here, whatever is still waited for: a reader who does not read, a host. */
  end(code: number): number;
  stop(): void;
}

/** The first signal ends what runs, the second the program. */
function listenToSignals(shell: ShellSession, signals: Signals): Listening {
  let received: 'SIGINT' | 'SIGTERM' | undefined;
  const end = (): void => signals.exit?.(received === 'SIGTERM' ? 143 : 130);
  const soon = (): void => {
    setTimeout(() => {
      if (shell.isReading) end();
    }, LAST_RESORT).unref();
  };
  const interrupt = (): void => {
    if (shell.survives) {
      if (!shell.interrupt()) shell.idleInterrupted?.();
      return;
    }
    const isSecond = received !== undefined;
    received ??= 'SIGINT';
    if (isSecond || !shell.interrupt()) end();
    else soon();
  };
  const terminate = (): void => {
    const isSecond = received === 'SIGTERM';
    received = 'SIGTERM';
    if (isSecond || !shell.terminate()) end();
    else soon();
  };
  signals.on('SIGINT', interrupt);
  signals.on('SIGTERM', terminate);
  return {
    end: code => {
      // A watch that Ctrl-C ends has done what it was to do; the end of the program is another matter.
      const status = received === 'SIGTERM' ? 143 : code;
      if (received !== undefined) signals.exit?.(status);
      return status;
    },
    stop: () => {
      signals.off('SIGINT', interrupt);
      signals.off('SIGTERM', terminate);
    },
  };
}
