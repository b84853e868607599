import { EncodeError } from '../../engine/wire/encode-error.js';
import type { CommandLine } from './command-line.js';
import { Creation } from './creation.js';
import { type FileLine, readLine } from './file-line.js';
import { LineTemplate } from './line-template.js';
import { Refusal } from './mistake.js';
import { newFlow } from './new-flow.js';
import { CommandLines, type Lookups } from './parse.js';

/** Any line but those that make flows. */
export interface Single {
  readonly kind: 'line';
  readonly line: number;
  readonly command: CommandLine;
  readonly rest: FileLine['rest'];
}

export type Step = Creation | Single;

export interface WrongLine {
  readonly message: string;
  readonly exitCode: 2;
}

const LOADABLE: ReadonlySet<CommandLine['command']> = new Set<CommandLine['command']>([
  'create',
  'add',
  'update',
  'delete',
  'flush',
]);

const LINE_FEED = 0x0a;
/** Forms of lines that are kept in mind; the last one that fitted is tried first. */
const MOST_TEMPLATES = 8;

/** All lines of a file, read before the first is carried out; or what is wrong with one of them. */
export function planOf(
  text: Uint8Array,
  lookups: Lookups,
  warn: (message: string) => void,
): readonly Step[] | WrongLine {
  const planner = new Planner(lookups, warn);
  let number = 0;
  try {
    for (let at = 0; at < text.length; ) {
      const feed = text.indexOf(LINE_FEED, at);
      const end = feed < 0 ? text.length : feed;
      planner.add(++number, text, at, end);
      at = end + 1;
    }
  } catch (error) {
    if (!(error instanceof Refusal) && !(error instanceof EncodeError)) throw error;
    return { message: `line ${number}: ${error.message}`, exitCode: 2 };
  }
  return planner.steps;
}

interface Known {
  readonly template: LineTemplate;
  readonly lenient: boolean;
}

class Planner {
  readonly steps: Step[] = [];
  readonly #commandLines: CommandLines;
  #templates: Known[] = [];
  readonly #decoder = new TextDecoder();

  constructor(
    readonly lookups: Lookups,
    readonly warn: (message: string) => void,
  ) {
    this.#commandLines = new CommandLines(lookups);
  }

  /** @throws Refusal, EncodeError */
  add(number: number, text: Uint8Array, from: number, end: number): void {
    if (this.#fill(number, text, from, end)) return;
    const line = readLine(this.#decoder.decode(text.subarray(from, end)));
    if (line === undefined) return;
    const reading = this.#commandLines.read(line.words);
    if ('mistake' in reading) throw new Refusal(reading.mistake.message);
    const { value: command } = reading;
    for (const warning of command.warnings) this.warn(`line ${number}: ${warning}`);
    if (!LOADABLE.has(command.command))
      throw new Refusal('a file may have -I, -A, -U, -D and -F, and not this command');
    const isNew = command.command === 'create' || command.command === 'add';
    if (!isNew || command.table !== 'conntrack') {
      this.steps.push({ kind: 'line', line: number, command, rest: line.rest });
      return;
    }
    const lenient = command.command === 'add';
    const flow = newFlow(command, line.rest, name => this.lookups.labelBit(name));
    const message = this.#creation().add(number, flow, lenient);
    if (line.rest === undefined) this.#learn(line.words, command, message, lenient);
  }

  #fill(number: number, text: Uint8Array, from: number, end: number): boolean {
    for (const [index, known] of this.#templates.entries()) {
      if (!this.#creation().fill(number, known.template, text, from, end, known.lenient)) continue;
      if (index > 0) this.#templates = [known, ...this.#templates.filter(each => each !== known)];
      return true;
    }
    return false;
  }

  #learn(words: readonly string[], command: CommandLine, message: Uint8Array, lenient: boolean): void {
    const template = LineTemplate.of(words, command, message);
    if (template === undefined) return;
    this.#templates = [{ template, lenient }, ...this.#templates].slice(0, MOST_TEMPLATES);
  }

  #creation(): Creation {
    const last = this.steps.at(-1);
    if (last?.kind === 'flows') return last;
    const creation = new Creation();
    this.steps.push(creation);
    return creation;
  }
}
