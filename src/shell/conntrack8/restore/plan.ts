import type { CommandLine, Lookups } from '../argv/command-line.js';
import { Refusal } from '../argv/mistake.js';
import { parseArgv } from '../argv/parse-argv.js';
import { COMMANDS } from '../commands.js';
import type { Failure } from '../print/kernel-errors.js';
import { NewFlows } from './batch.js';
import { NewFlowReader } from './new-flow-reader.js';
import { type SplitLine, splitLine } from './split-line.js';

/** Any line but those that create flows. */
export interface Single {
  readonly kind: 'line';
  readonly line: number;
  readonly command: CommandLine;
  readonly rest: SplitLine['rest'];
}

/** A line that the kernel would refuse: it is not sent; the others are. */
export interface Refused {
  readonly kind: 'refused';
  readonly line: number;
  readonly failure: Failure;
}

export type Step = NewFlows | Single | Refused;

export interface WrongLine {
  readonly message: string;
  readonly exitCode: 2;
  /** The line's number, and what ctq adds. */
  readonly more: string;
}

export const atLine = (line: number, more: string | undefined): string =>
  `line ${line}${more === undefined ? '' : `: ${more}`}`;

const LOADABLE: ReadonlySet<CommandLine['command']> = new Set<CommandLine['command']>([
  'create',
  'add',
  'update',
  'delete',
  'flush',
]);

const LINE_FEED = 0x0a;

/** A command as conntrack(8) writes it when it refuses it in a file. */
function shownCommand({ command, table }: CommandLine): string {
  if (command === undefined) return 'unknown';
  return `-${COMMANDS[command].short}${table === 'expect' ? ' expect' : ''}`;
}

export interface PlanOptions {
  /** Reads all lines by the parser of command lines, for comparison. */
  readonly parsesAll?: boolean;
}

/** All lines of a file, read before the first is executed; or what is wrong with one of them. */
export function planOf(
  text: Uint8Array,
  lookups: Lookups,
  warn: (message: string) => void,
  options: PlanOptions = {},
): readonly Step[] | WrongLine {
  const planner = new Planner(lookups, warn, options);
  let number = 0;
  try {
    for (let at = 0; at < text.length; ) {
      const feed = text.indexOf(LINE_FEED, at);
      const end = feed < 0 ? text.length : feed;
      planner.add(++number, text, at, end);
      at = end + 1;
    }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { message: error.message, exitCode: 2, more: atLine(number, error.more) };
  }
  return planner.steps;
}

class Planner {
  readonly steps: Step[] = [];
  readonly #decoder = new TextDecoder();
  readonly #reader: NewFlowReader;

  constructor(
    readonly lookups: Lookups,
    readonly warn: (message: string) => void,
    readonly options: PlanOptions,
  ) {
    this.#reader = new NewFlowReader(lookups);
  }

  /** @throws Refusal */
  add(number: number, text: Uint8Array, from: number, end: number): void {
    if (!this.options.parsesAll && isCreation(text, from) && this.#newFlows().read(number, text, from, end)) return;
    const file = splitLine(this.#decoder.decode(text.subarray(from, end)));
    if (file === undefined) return;
    const reading = parseArgv(file.words, this.lookups, { saved: true });
    if ('mistake' in reading) throw new Refusal(reading.mistake.message, 2, reading.mistake.more);
    const line = reading.value;
    for (const warning of line.warnings) this.warn(`line ${number}: ${warning}`);
    if (!LOADABLE.has(line.command)) throw new Refusal(`Cannot use command \`${shownCommand(line)}' with --load-file`);
    const isNew = line.command === 'create' || line.command === 'add';
    if (!isNew || line.table !== 'conntrack') {
      this.steps.push({ kind: 'line', line: number, command: line, rest: file.rest });
      return;
    }
    try {
      this.#newFlows().add(number, line, file.rest);
    } catch (error) {
      if (!(error instanceof Refusal) || error.exitCode === 2) throw error;
      this.steps.push({ kind: 'refused', line: number, failure: error.mistake });
    }
  }

  #newFlows(): NewFlows {
    const last = this.steps.at(-1);
    if (last?.kind === 'flows') return last;
    const flows = new NewFlows(this.#reader);
    this.steps.push(flows);
    return flows;
  }
}

/** Whether a line may begin with `-A` or `-I`, or their long names. */
function isCreation(text: Uint8Array, from: number): boolean {
  const letter = text[from + 1];
  return letter === 0x41 || letter === 0x49 || letter === 0x2d;
}
