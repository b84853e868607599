import type { CommandLine } from './command-line.js';
import { type Mistake, Refusal } from './mistake.js';
import { type MetOption, Reader } from './reader.js';

/** What a command line is read with: names that files of the system give to numbers. */
export interface Lookups {
  /** The bit of a label (connlabel.conf). */
  labelBit(name: string): number | undefined;
  /** The number of a protocol (/etc/protocols). */
  protocolByName?(name: string): number | undefined;
  /** The labels of another file of connlabel.conf's format; undefined where it cannot be read. */
  labelsOf?(path: string): ReadonlyMap<string, number> | undefined;
}

export interface ReadOptions {
  /** Ports are understood without `-p`, too: for translating, where nothing is carried out. */
  readonly lenient?: boolean;
}

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
    return { mistake: { message: error.message, exitCode: error.exitCode }, warnings: reader.warnings };
  }
}
