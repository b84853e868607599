import { abortable, withinTime } from '../../engine/abortable.js';
import { CtqError } from '../../engine/errors.js';
import type { CheckedOutput, FormatName } from '../../lang/check/checked-ast.js';
import { ENTRY_FORMATS, isFormat } from '../../lang/schema/formats.js';
import { createSink, type OutputSink, type ResolvedOutput, resolveOutput } from '../output/create-sink.js';
import { type Destination, StreamDestination } from '../output/destination.js';
import type { Run } from '../session/session.js';

/** Completes an `output` clause from the command line and the settings. */
function withDefaults(output: CheckedOutput, { shell }: Run, entries: boolean): CheckedOutput {
  const { options } = shell;
  const preset = String(shell.setting('format'));
  const applies = isFormat(preset) && (entries || !ENTRY_FORMATS.includes(preset) || options.output.format === preset);
  const format: FormatName | undefined = output.format ?? (applies ? (preset as FormatName) : undefined);
  return {
    ...output,
    modifiers: [...new Set([...output.modifiers, ...options.output.modifiers])],
    format,
  };
}

/**
 * The sink for a statement's result.
 * @param entries whether the result consists of whole entries
 * @param destinationOf the destination of a continuous result, in place of the standard output
 * @param continues whether the sink waits for a slow reader even after a signal
 */
export async function openSink(
  output: CheckedOutput,
  run: Run,
  entries: boolean,
  destinationOf?: (output: ResolvedOutput) => Destination | undefined,
  continues = false,
): Promise<OutputSink> {
  const { shell, session } = run;
  const { stdout } = shell.io;
  // The file of --to replaces the terminal.
  const results = output.file === undefined ? shell.resultsFile() : undefined;
  const wanted = withDefaults(output, run, entries);
  if (wanted.format !== undefined && ENTRY_FORMATS.includes(wanted.format) && !entries) {
    throw new CtqError({
      code: 'format-entries',
      kind: 'statement',
      message: `${wanted.format} requires whole entries, not columns`,
      hint: 'omit the columns, or use table, json, csv or tsv',
    });
  }
  const view =
    results === undefined && output.file === undefined
      ? shell.view?.(destinationOf !== undefined, session.signal)
      : undefined;
  const isTTY = view?.isTTY ?? (stdout.isTTY === true && results === undefined);
  const resolved = withLayout(resolveOutput(wanted, entries, isTTY), wanted, String(shell.setting('layout')), isTTY);
  const human = String(shell.setting('human'));
  return createSink(resolved, {
    destination:
      view?.destination ?? destinationOf?.(resolved) ?? results?.destination ?? new StreamDestination(stdout),
    isTTY,
    width:
      isTTY && stdout.columns !== undefined && shell.setting('layout') !== 'table' ? () => stdout.columns : undefined,
    color: shell.color(stdout) && results === undefined && view?.isTTY !== false,
    environment: shell.environment,
    signal: continues ? undefined : session.signal,
    nullText: String(shell.setting('null_text')),
    human: human === 'auto' ? undefined : human === 'on',
  });
}

/** On a terminal, if no format is requested, `set layout` chooses between `table` and `vertical`. */
function withLayout(
  resolved: ResolvedOutput,
  { format, file }: CheckedOutput,
  layout: string,
  isTTY: boolean,
): ResolvedOutput {
  const isDefault = format === undefined && file === undefined && isTTY;
  return isDefault && layout === 'vertical' ? { ...resolved, format: 'vertical' } : resolved;
}

/** How long a reader may take nothing after a signal. */
const READER_TIMEOUT_MS = 150;

/**
 * Closes a sink. After a signal, what has been gathered is still written as long as the reader takes some of it; a signal that
 * comes only during the close ends it at once.
 * @throws the signal's reason if not all was written
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

/** Opens a sink for some work, and closes it, or aborts it if the work fails. */
export async function withSink<T>(
  output: CheckedOutput,
  run: Run,
  entries: boolean,
  work: (sink: OutputSink) => Promise<T>,
  destinationOf?: (output: ResolvedOutput) => Destination | undefined,
  continues = false,
): Promise<T> {
  const sink = await openSink(output, run, entries, destinationOf, continues);
  try {
    const result = await work(sink);
    await closeSink(sink, run.session.signal);
    return result;
  } catch (error) {
    sink.abort();
    throw error;
  }
}
