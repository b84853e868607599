import { EncodeError } from '../../engine/ctnetlink/encode-error.js';
import type { CommandLine } from './command-line.js';
import { Creation } from './creation.js';
import { type FileLine, readLine } from './file-line.js';
import type { Failure } from './kernel-words.js';
import type { Lookups } from './lookups.js';
import { Refusal } from './mistake.js';
import { newFlow } from './new-flow.js';
import { COMMANDS } from './options.js';
import { parseCommandLine } from './parse.js';
import type { LineTemplate } from './template/line-template.js';
import { type FlowLine, templateOf } from './template/template-of.js';

/** Any line but those that make flows. */
export interface Single {
  readonly kind: 'line';
  readonly line: number;
  readonly command: CommandLine;
  readonly rest: FileLine['rest'];
}

/** A line that the kernel would refuse: it is not sent, and does not keep the others from being. */
export interface Refused {
  readonly kind: 'refused';
  readonly line: number;
  readonly failure: Failure;
}

export type Step = Creation | Single | Refused;

export interface WrongLine {
  readonly message: string;
  readonly exitCode: 2;
  /** The line, and what ctq can say of it. */
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
/** Forms are looked for in the first lines, and afterwards as long as the forms that were found are of use. */
const FIRST_FORMS = 64;
const LINES_PER_FORM = 4;
/** Forms of lines that are kept in mind; those that fit are tried earlier the next time. */
const MOST_TEMPLATES = 32;

/** A command as conntrack(8) calls it when it refuses it in a file. */
function shownCommand({ command, table }: CommandLine): string {
  if (command === undefined) return 'unknown';
  return `-${COMMANDS[command].short}${table === 'expect' ? ' expect' : ''}`;
}

export interface PlanOptions {
  /** Reads each line on its own, for comparing. */
  readonly withoutTemplates?: boolean;
}

/** All lines of a file, read before the first is carried out; or what is wrong with one of them. */
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
    if (!(error instanceof Refusal) && !(error instanceof EncodeError)) throw error;
    const [message, more] =
      error instanceof Refusal ? [error.message, error.more] : ['Operation failed: invalid parameters', error.message];
    return { message, exitCode: 2, more: atLine(number, more) };
  }
  return planner.steps;
}

interface Known {
  readonly template: LineTemplate;
  readonly lenient: boolean;
}

class Planner {
  readonly steps: Step[] = [];
  readonly #templates: Known[] = [];
  readonly #decoder = new TextDecoder();
  /** Forms that were learned, and lines that were of one. */
  #learned = 0;
  #filled = 0;

  constructor(
    readonly lookups: Lookups,
    readonly warn: (message: string) => void,
    readonly options: PlanOptions,
  ) {}

  /** @throws Refusal, EncodeError */
  add(number: number, text: Uint8Array, from: number, end: number): void {
    if (this.#fill(number, text, from, end)) return;
    const file = readLine(this.#decoder.decode(text.subarray(from, end)));
    if (file === undefined) return;
    const reading = parseCommandLine(file.words, this.lookups, { saved: true });
    if ('mistake' in reading) throw new Refusal(reading.mistake.message, 2, reading.mistake.more);
    const { value: line, met } = reading;
    for (const warning of line.warnings) this.warn(`line ${number}: ${warning}`);
    if (!LOADABLE.has(line.command)) throw new Refusal(`Cannot use command \`${shownCommand(line)}' with --load-file`);
    const isNew = line.command === 'create' || line.command === 'add';
    if (!isNew || line.table !== 'conntrack') {
      this.steps.push({ kind: 'line', line: number, command: line, rest: file.rest });
      return;
    }
    const lenient = line.command === 'add';
    try {
      const flow = newFlow(line, file.rest, name => this.lookups.labelBit(name));
      const message = this.#creation().add(number, flow, lenient);
      if (line.warnings.length === 0) this.#learn({ file, line, met, flow, message }, lenient);
    } catch (error) {
      if (!(error instanceof Refusal) || error.exitCode === 2) throw error;
      this.steps.push({ kind: 'refused', line: number, failure: error.mistake });
    }
  }

  #fill(number: number, text: Uint8Array, from: number, end: number): boolean {
    const templates = this.#templates;
    for (let i = 0; i < templates.length; i++) {
      const known = templates[i];
      if (!this.#creation().fill(number, known.template, text, from, end, known.lenient)) continue;
      if (i > 0) {
        templates[i] = templates[i - 1];
        templates[i - 1] = known;
      }
      this.#filled++;
      return true;
    }
    return false;
  }

  #learn(read: FlowLine, lenient: boolean): void {
    if (this.options.withoutTemplates || this.#learned > FIRST_FORMS + this.#filled / LINES_PER_FORM) return;
    this.#learned++;
    const template = templateOf(read, name => this.lookups.labelBit(name));
    if (template === undefined) return;
    if (this.#templates.length === MOST_TEMPLATES) this.#templates.pop();
    this.#templates.push({ template, lenient });
  }

  #creation(): Creation {
    const last = this.steps.at(-1);
    if (last?.kind === 'flows') return last;
    const creation = new Creation();
    this.steps.push(creation);
    return creation;
  }
}
