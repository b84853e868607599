import { readFileSync } from 'node:fs';
import { ERRNO } from '../../engine/errno.js';
import type { CtqError } from '../../engine/errors.js';
import { createFlow } from '../../engine/wire/changes.js';
import { IPCTNL_MSG_CT_NEW, NLM_F_CREATE, NLM_F_EXCL, NLM_F_REQUEST } from '../../engine/wire/constants.js';
import { EncodeError } from '../../engine/wire/encode-error.js';
import { encodeFlow, type Flow } from '../../engine/wire/flow.js';
import { Writer } from '../../engine/wire/writer.js';
import type { Io } from '../io.js';
import type { CommandLine } from './command-line.js';
import { type FileLine, readLine } from './file-line.js';
import { Refusal } from './mistake.js';
import { newFlow } from './new-flow.js';
import { CommandLines, type Lookups } from './parse.js';
import { runStatement } from './run.js';
import { type CommandSession, machineLookups } from './session.js';
import { complaint, told } from './tell.js';

/** So many lines that failed are told; all of them are counted. */
const MOST_TOLD = 5;

/** New flows of lines that follow each other: one batch. */
interface Creation {
  readonly kind: 'flows';
  /** Messages one behind the other, many to a piece. */
  readonly requests: Uint8Array[];
  readonly writer: Writer;
  /** Of each message. */
  readonly lines: number[];
  /** By the place of the message: it does not matter that the flow is there already (`-A`). */
  readonly lenient: boolean[];
  /** Likewise: flows that have a master, which must be there. */
  readonly related: Map<number, Flow>;
}

/** Any other line. */
interface Single {
  readonly kind: 'line';
  readonly line: number;
  readonly command: CommandLine;
  readonly rest: FileLine['rest'];
}

type Step = Creation | Single;

/**
 * `-R FILE`: reads all lines, and where they are right carries them out, in their order. A line that the kernel refuses does not
 * stop those behind it.
 * @returns 0; 2 where a line is wrong (then nothing was done); 1 where one was refused
 */
export async function loadFile(path: string, session: CommandSession, io: Io): Promise<number> {
  const text = await readText(path, io);
  if (typeof text === 'number') return text;
  const { environment } = session;
  const plan = planOf(
    text,
    machineLookups(environment),
    name => environment.labelBit(name),
    message => io.stderr.write(`WARNING: ${message}\n`),
  );
  if (!Array.isArray(plan)) {
    io.stderr.write(complaint(plan));
    return 2;
  }
  const failures = new Failures(io);
  for (const step of plan) {
    if (step.kind === 'flows') await create(step, session, failures);
    else await single(step, session, io, failures);
  }
  return failures.tell();
}

async function readText(path: string, io: Io): Promise<string | number> {
  if (path === '-') {
    const chunks: Buffer[] = [];
    for await (const chunk of io.stdin) chunks.push(Buffer.from(chunk as Uint8Array));
    return Buffer.concat(chunks).toString('utf8');
  }
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    io.stderr.write(complaint({ message: `cannot read ${path} (${code})`, exitCode: 2 }));
    return 2;
  }
}

interface WrongLine {
  readonly message: string;
  readonly exitCode: 2;
}

/** Reads all lines before the first is carried out. */
function planOf(
  text: string,
  lookups: Lookups,
  labelBit: (name: string) => number | undefined,
  warn: (message: string) => void,
): Step[] | WrongLine {
  const steps: Step[] = [];
  const commandLines = new CommandLines(lookups);
  let number = 0;
  try {
    for (let at = 0; at < text.length; ) {
      const end = text.indexOf('\n', at);
      const line = readLine(text.slice(at, end < 0 ? text.length : end));
      at = end < 0 ? text.length : end + 1;
      number++;
      if (line === undefined) continue;
      const reading = commandLines.read(line.words);
      if ('mistake' in reading) return { message: `line ${number}: ${reading.mistake.message}`, exitCode: 2 };
      for (const warning of reading.value.warnings) warn(`line ${number}: ${warning}`);
      add(steps, number, reading.value, line.rest, labelBit);
    }
  } catch (error) {
    if (!(error instanceof Refusal) && !(error instanceof EncodeError)) throw error;
    return { message: `line ${number}: ${error.message}`, exitCode: 2 };
  }
  return steps;
}

const LOADABLE: ReadonlySet<CommandLine['command']> = new Set<CommandLine['command']>([
  'create',
  'add',
  'update',
  'delete',
  'flush',
]);

function add(
  steps: Step[],
  line: number,
  command: CommandLine,
  rest: FileLine['rest'],
  labelBit: (name: string) => number | undefined,
): void {
  if (!LOADABLE.has(command.command)) throw new Refusal(`a file may have -I, -A, -U, -D and -F, and not this command`);
  const isFlow = command.table === 'conntrack' && (command.command === 'create' || command.command === 'add');
  if (!isFlow) {
    steps.push({ kind: 'line', line, command, rest });
    return;
  }
  const flow = newFlow(command, rest, labelBit);
  let last = steps.at(-1);
  if (last?.kind !== 'flows') {
    last = {
      kind: 'flows',
      requests: [],
      writer: new Writer(2 * PIECE),
      lines: [],
      lenient: [],
      related: new Map(),
    };
    steps.push(last);
  }
  const index = last.lines.push(line) - 1;
  last.lenient.push(command.command === 'add');
  if (flow.master !== undefined) last.related.set(index, flow);
  const { writer } = last;
  writer.begin({ type: IPCTNL_MSG_CT_NEW, flags: CREATE, family: flow.family });
  encodeFlow(flow, writer, 'create');
  writer.end();
  if (writer.length > PIECE) cut(last);
}

function cut({ requests, writer }: Creation): void {
  if (writer.length === 0) return;
  requests.push(writer.take());
  writer.reset();
}

/** Bytes of a piece of messages, about; a send has no more. */
const PIECE = 1 << 16;
const CREATE = NLM_F_REQUEST | NLM_F_CREATE | NLM_F_EXCL;

/** A flow whose master is not there is tried again behind all others, and at last made without one. */
async function create(step: Creation, session: CommandSession, failures: Failures): Promise<void> {
  const source = session.kernel();
  cut(step);
  const orphans: number[] = [];
  const settle = (index: number, errno: number, error: () => CtqError): void => {
    if (errno === ERRNO.EEXIST && step.lenient[index]) return;
    if (errno === ERRNO.ENOENT && step.related.has(index)) orphans.push(index);
    else failures.add(step.lines[index], error);
  };
  await source.batch(step.requests, { onFailure: settle });
  for (const withMaster of [true, false]) {
    const again = orphans.splice(0);
    if (again.length === 0) return;
    const requests = again.map(index => {
      const flow = step.related.get(index) as Flow;
      return createFlow(withMaster ? flow : { ...flow, master: undefined }, { ack: false });
    });
    await source.batch(requests, { onFailure: (place, errno, error) => settle(again[place], errno, error) });
    if (!withMaster) session.warn(`${again.length} flows were made without a master: it is not there`);
  }
}

async function single(
  { line, command, rest }: Single,
  session: CommandSession,
  io: Io,
  failures: Failures,
): Promise<void> {
  const result = await runStatement(command, session, io, rest);
  if (typeof result === 'string') failures.add(line, () => ({ message: result }));
  else if (command.command === 'flush') io.stderr.write(told('the table has been emptied.'));
}

/** Lines that failed. */
class Failures {
  #count = 0;

  constructor(readonly io: Io) {}

  add(line: number, error: () => { readonly message: string }): void {
    this.#count++;
    if (this.#count <= MOST_TOLD) this.io.stderr.write(told(`line ${line}: Operation failed: ${error().message}`));
  }

  tell(): number {
    if (this.#count > MOST_TOLD) this.io.stderr.write(told(`${this.#count} lines failed`));
    return this.#count === 0 ? 0 : 1;
  }
}
