import { abortable, withinTime } from '../../../engine/abortable.js';
import { CtqError } from '../../../engine/errors.js';
import type { Paging } from '../../../engine/formats/writing/format.js';
import { groupedShape } from '../../../lang/check/clauses/output.js';
import type { CheckedOutput, CheckedSelect } from '../../../lang/checked/ast.js';
import { printable } from '../../../lang/diagnostics/printable.js';
import type { TableId } from '../../../lang/schema/catalogue.js';
import {
  type FormatName,
  formatOfPath,
  formatRefusal,
  isFormat,
  type ResultShape,
} from '../../../lang/schema/formats/formats.js';
import { terminalSize } from '../../display/terminal-size.js';
import { createSink, type OutputSink, type ResolvedOutput, resolveOutput } from '../../output/create-sink.js';
import { type Destination, StreamDestination } from '../../output/destination.js';
import { isStandardOutput } from '../../output/standard-output.js';
import type { StatementContext } from '../../session/session.js';

export const resultShape = (
  { columns, grouping }: Pick<CheckedSelect, 'columns' | 'grouping'>,
  table: TableId,
): ResultShape => ({ isWhole: columns === undefined, ...groupedShape({ columns, grouping }), table });

/**
 * Fills in what an `output` clause leaves out: from the command line, the name of the file, and the settings, in this order.
 * A format of the command line or of the file's name applies to all results, one of the settings to those that it can show.
 */
function withDefaults(output: CheckedOutput, { shell }: StatementContext, shape: ResultShape): CheckedOutput {
  const { options } = shell;
  const preset = String(shell.setting('format'));
  const path = output.file ?? shell.results.path;
  const named = path === undefined ? undefined : formatOfPath(path);
  const given = options.output.format === preset ? preset : named;
  const isShown = isFormat(preset) && formatRefusal(preset, shape) === undefined;
  return {
    ...output,
    modifiers: [
      ...new Set([
        ...output.modifiers,
        ...options.output.modifiers,
        ...(shell.setting('header') === false ? (['noheader'] as const) : []),
      ]),
    ],
    format: output.format ?? given ?? (isShown ? preset : undefined),
  };
}

/** How a result is written. */
export interface Writing {
  /** For a repeated result: a destination other than standard output. */
  readonly destinationOf?: (output: ResolvedOutput) => Destination | undefined;
  /** After a signal too: the sink then waits for a slow reader. */
  readonly continues?: boolean;
  /** Of a result that is drawn in place. */
  readonly paging?: Paging;
  /** The result is repeated. */
  readonly isRepeated?: boolean;
  /** Called when text goes to the terminal, or a program that may have it. */
  readonly written?: () => void;
  /** Receives the titles of the columns for which a table had no room. */
  readonly leftOut?: (titles: readonly string[]) => void;
}

/** The sink for a statement's result. @throws CtqError if the format cannot show the result */
export async function openSink(
  clause: CheckedOutput,
  run: StatementContext,
  shape: ResultShape,
  { destinationOf, continues = false, paging, isRepeated = false, written, leftOut }: Writing = {},
): Promise<OutputSink> {
  const { shell, session } = run;
  const { stdout } = shell.io;
  const toStandardOutput = clause.file !== undefined && isStandardOutput(clause.file);
  const output = toStandardOutput ? { ...clause, file: undefined } : clause;
  // The file of --to is not a terminal.
  const results = clause.file === undefined ? shell.results.file() : undefined;
  const wanted = withDefaults(output, run, shape);
  const refusal = wanted.format && formatRefusal(wanted.format, shape);
  if (refusal !== undefined) throw new CtqError({ code: 'output-format', kind: 'statement', ...refusal });
  const view =
    results === undefined && output.file === undefined
      ? shell.view?.(destinationOf !== undefined, session.signal)
      : undefined;
  const isTTY = view?.isTTY ?? (stdout.isTTY === true && results === undefined);
  // It may draw on the terminal from now on.
  if (view?.isTTY === false) written?.();
  const resolved = withLayout(
    resolveOutput(wanted, formatRefusal('extended', shape) === undefined, isTTY),
    wanted,
    String(shell.setting('layout')),
    isTTY,
  );
  if (results?.add() && wanted.format !== undefined && ONE_RESULT.has(wanted.format))
    shell.messages.print(
      'warning',
      `${printable(shell.results.path ?? 'the file')} holds several results, which programs do not read as one ${wanted.format}`,
      "a file for each: select … output to 'FILE'",
    );
  const human = String(shell.setting('human'));
  const inPlace = view === undefined ? destinationOf?.(resolved) : undefined;
  const destination =
    output.file === undefined
      ? (view?.destination ?? inPlace ?? results?.destination ?? new StreamDestination(stdout))
      : undefined;
  return createSink(resolved, {
    // A program of the user's may show it on the terminal.
    destination: (isTTY || view) && destination && written ? noticed(destination, written) : destination,
    isTTY,
    isTimed: isRepeated && inPlace === undefined,
    width: isTTY && shell.setting('layout') !== 'table' ? () => terminalSize(stdout).columns : undefined,
    color: shell.color(stdout) && results === undefined && view?.isTTY !== false,
    environment: shell.environment,
    warn: (message, hint) => shell.messages.print('warning', message, hint),
    leftOut,
    ...(shell.survives ? {} : { checked: status => shell.check.report(status) }),
    ...(continues || session.signal === undefined ? {} : { signal: session.signal }),
    paging: view?.paging ?? paging,
    nullText: String(shell.setting('null_text')),
    human: human === 'auto' ? undefined : human === 'on',
  });
}

/** Formats of which a file holds one result, as programs read them. */
const ONE_RESULT: ReadonlySet<FormatName> = new Set<FormatName>(['csv', 'tsv', 'json', 'xml', 'svg']);

/** The same destination, with a call when something is written. */
const noticed = (inner: Destination, written: () => void): Destination => ({
  write: (chunk, done) => {
    written();
    inner.write(chunk, done);
  },
  ready: () => inner.ready(),
  get waiting() {
    return inner.waiting ?? 0;
  },
  get isUsers() {
    return inner.isUsers === true;
  },
  close: () => inner.close(),
  abort: () => inner.abort(),
});

/** Applies `set layout` where no format was asked for. */
function withLayout(
  resolved: ResolvedOutput,
  { format, file }: CheckedOutput,
  layout: string,
  isTTY: boolean,
): ResolvedOutput {
  const isFree = format === undefined && file === undefined && isTTY;
  return isFree && layout === 'vertical' ? { ...resolved, format: 'vertical' } : resolved;
}

/** Time (ms) without progress after which a reader is given up, after a signal. */
const READER_TIMEOUT_MS = 150;

/**
 * Closes a sink. After a signal, pending output is still written as long as the reader takes some of it; a signal that comes during
 * this ends it at once.
 * @throws the signal's reason if not everything was read
 */
export async function closeSink(sink: OutputSink, signal: AbortSignal | undefined): Promise<void> {
  if (sink.isUsers) return sink.close();
  if (signal?.aborted !== true) return abortable(sink.close(), signal);
  const closing = sink.close();
  for (;;) {
    const before = sink.waiting;
    if (await withinTime(closing, READER_TIMEOUT_MS)) return;
    if (sink.waiting < before) continue;
    closing.catch(() => {});
    throw signal.reason;
  }
}

/** Opens a sink for `work`; closes it afterwards, or aborts it on failure. */
export async function withSink<T>(
  output: CheckedOutput,
  run: StatementContext,
  shape: ResultShape,
  work: (sink: OutputSink) => Promise<T>,
  writing: Writing = {},
): Promise<T> {
  const sink = await openSink(output, run, shape, writing);
  try {
    const result = await work(sink);
    await closeSink(sink, run.session.signal);
    return result;
  } catch (error) {
    sink.abort();
    throw error;
  }
}
