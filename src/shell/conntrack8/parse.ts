import type { CommandLine } from './command-line.js';
import type { Lookups, ReadOptions } from './lookups.js';
import { type Mistake, Refusal } from './mistake.js';
import { type MetOption, Reader } from './reader.js';

export type Reading =
  | { readonly value: CommandLine; readonly met: readonly MetOption[] }
  | { readonly mistake: Mistake; readonly warnings: readonly string[] };

/** Reads the words of a command line, without the program's name. Never throws. */
export function parseCommandLine(words: readonly string[], lookups: Lookups, options: ReadOptions = {}): Reading {
  const reader = new Reader(lookups, options);
  try {
    return { value: reader.read(words), met: reader.met };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { mistake: error.mistake, warnings: reader.warnings };
  }
}
