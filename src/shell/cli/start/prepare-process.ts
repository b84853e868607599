/** What a program does first, so that it is seen, signalled and surrounded as any other program is. */
import { closeSync, openSync, writeSync } from 'node:fs';
import { basename } from 'node:path';

const LEAST_NODE = 20;

/** @param path that was called. @throws Error with a message for the user */
export function prepareProcess(path: string | undefined): void {
  const [major] = process.versions.node.split('.');
  if (Number(major) < LEAST_NODE)
    throw new Error(`Node.js ${LEAST_NODE}.19 or newer is required, ${process.execPath} is ${process.versions.node}`);
  restoreEnvironment(process.env);
  leaveSignalToSystem('SIGUSR1');
  nameProcess(programName(path), process.argv.slice(2));
}

/** Puts back what the launcher kept from node (launcher.sh), for this program's children. */
export function restoreEnvironment(env: NodeJS.ProcessEnv): void {
  const kept = env.CTQ_KEPT;
  if (kept === undefined) return;
  delete env.CTQ_KEPT;
  for (const name of kept.split(' ')) {
    if (name === '') continue;
    env[name] = env[`CTQ_KEPT_${name}`];
    delete env[`CTQ_KEPT_${name}`];
  }
}

/**
 * Takes node's own handler away: node opens its debugger at SIGUSR1. With the last listener the system's default comes back, which
 * ends the program, also while it computes.
 */
function leaveSignalToSystem(signal: NodeJS.Signals): void {
  const listener = (): void => {};
  process.on(signal, listener);
  process.off(signal, listener);
}

/** The name of the link that was called; `conntrack` for the drop-in by its own name. */
export function programName(path = ''): string {
  const name = basename(path).replace(/\.[cm]?[jt]s$/, '');
  return name === 'ctq-conntrack' ? 'conntrack' : name;
}

/**
 * pidof(8), pgrep(1), killall(1) and ps(1) look at the command line and at the name that the kernel keeps. Setting node's title
 * sets both to the whole line, and the kernel's is the name alone.
 */
function nameProcess(name: string, args: readonly string[]): void {
  process.title = [name, ...args].join(' ');
  try {
    const comm = openSync('/proc/self/comm', 'w');
    try {
      writeSync(comm, name);
    } finally {
      closeSync(comm);
    }
  } catch {
    // Without /proc, nothing looks the name up.
  }
}
