/** The keys of a live view that was started from a command line. The interactive shell passes its own. */
import { readFileSync } from 'node:fs';
import type { Io } from '../../io.js';

const CTRL_C = '\x03';
const CTRL_Z = '\x1a';
const CTRL_BACKSLASH = '\x1c';

/**
 * Reads single keys from the terminal. Ctrl-C, Ctrl-Z and Ctrl-\ mean what they always do.
 * @returns what gives the terminal back
 */
export function readKeys({ stdin }: Io, pressed: (keys: string) => void): () => void {
  // A program in the background would be stopped if it changed the terminal.
  if (stdin.isTTY !== true || stdin.setRawMode === undefined || !isInForeground()) return () => {};
  const arrived = (chunk: Uint8Array | string): void => {
    const keys = String(chunk);
    if (keys.includes(CTRL_C)) process.kill(process.pid, 'SIGINT');
    else if (keys.includes(CTRL_BACKSLASH)) process.kill(process.pid, 'SIGQUIT');
    else if (keys.includes(CTRL_Z)) suspend();
    else pressed(keys);
  };
  const suspend = (): void => {
    stdin.setRawMode?.(false);
    process.once('SIGCONT', () => {
      if (isInForeground()) stdin.setRawMode?.(true);
    });
    process.kill(process.pid, 'SIGTSTP');
  };
  stdin.setRawMode(true);
  stdin.on('data', arrived);
  stdin.resume();
  return () => {
    stdin.off('data', arrived);
    stdin.pause();
    stdin.setRawMode?.(false);
  };
}

/** Whether this process is in the foreground of its terminal: proc_pid_stat(5), pgrp and tpgid. */
export function isInForeground(): boolean {
  try {
    const fields = readFileSync('/proc/self/stat', 'latin1')
      .replace(/^.*\) /s, '')
      .split(' ');
    return fields[2] === fields[5];
  } catch {
    return false;
  }
}
