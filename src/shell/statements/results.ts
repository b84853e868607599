import { abortable, withinTime } from '../../engine/abortable.js';
import { CtqError } from '../../engine/errors.js';
import type { CheckedOutput, FormatName } from '../../lang/check/checked-ast.js';
import { ENTRY_FORMATS, isFormat } from '../../lang/schema/formats.js';
import { createSink, type OutputSink, type ResolvedOutput, resolveOutput } from '../output/create-sink.js';
import { type Destination, StreamDestination } from '../output/destination.js';
import type { Run } from '../session/session.js';

/** What an `output` clause leaves out is taken from the command line and the settings. */
function complete(output: CheckedOutput, { shell }: Run, entries: boolean): CheckedOutput {
  const { options } = shell;
  const preset = String(shell.setting('format'));
  const isWanted = isFormat(preset) && (entries || !ENTRY_FORMATS.includes(preset) || options.output.format === preset);
  const format: FormatName | undefined = output.format ?? (isWanted ? (preset as FormatName) : undefined);
  return {
    ...output,
    modifiers: [...new Set([...output.modifiers, ...options.output.modifiers])],
    ...(format === undefined ? {} : { format }),
  };
}

/**
 * The sink for a statement's result.
 * @param entries the result is whole entries
 * @param destinationOf of a result that goes on: where its text goes instead of the standard output
 * @param goesOn after a signal too: the sink waits for a slow reader then
 */
export async function openSink(
  output: CheckedOutput,
  run: Run,
  entries: boolean,
  destinationOf?: (output: ResolvedOutput) => Destination | undefined,
  goesOn = false,
): Promise<OutputSink> {
  const { shell, session } = run;
  const { stdout } = shell.io;
  // What goes to the file of --to is no terminal's.
  const results = output.file === undefined ? shell.resultsFile() : undefined;
  const wanted = complete(output, run, entries);
  if (wanted.format !== undefined && ENTRY_FORMATS.includes(wanted.format) && !entries) {
    throw new CtqError({
      code: 'format-entries',
      kind: 'statement',
      message: `${wanted.format} requires whole entries, got columns`,
      hint: 'leave the columns out, or use table, json, csv or tsv',
    });
  }
  const view =
    results === undefined && output.file === undefined
      ? shell.view?.(destinationOf !== undefined, session.signal)
      : undefined;
  const isTTY = view?.isTTY ?? (stdout.isTTY === true && results === undefined);
  const resolved = laidOut(resolveOutput(wanted, entries, isTTY), wanted, String(shell.setting('layout')), isTTY);
  const human = String(shell.setting('human'));
  return createSink(resolved, {
    destination:
      view?.destination ?? destinationOf?.(resolved) ?? results?.destination ?? new StreamDestination(stdout),
    isTTY,
    ...(isTTY && stdout.columns !== undefined && shell.setting('layout') !== 'table'
      ? { width: () => stdout.columns }
      : {}),
    color: shell.color(stdout) && results === undefined && view?.isTTY !== false,
    environment: shell.environment,
    ...(goesOn || session.signal === undefined ? {} : { signal: session.signal }),
    nullText: String(shell.setting('null_text')),
    ...(human === 'auto' ? {} : { human: human === 'on' }),
  });
}

/** Where no format was asked for, `set layout` chooses between the two for people. */
function laidOut(
  resolved: ResolvedOutput,
  { format, file }: CheckedOutput,
  layout: string,
  isTTY: boolean,
): ResolvedOutput {
  const isFree = format === undefined && file === undefined && isTTY;
  return isFree && layout === 'vertical' ? { ...resolved, format: 'vertical' } : resolved;
}

/** How long (ms) a reader may take nothing after a signal. */
const GRACE = 150;

/**
 * Closes a sink. After a signal what has been gathered is still written, but no longer than somebody takes it; a signal that comes
 * only then ends it at once.
 * @throws the signal's reason where not all was taken
 */
export async function closed(sink: OutputSink, signal: AbortSignal | undefined): Promise<void> {
  if (sink.isUsers) return sink.close();
  if (signal?.aborted !== true) return abortable(sink.close(), signal);
  const closing = sink.close();
  for (;;) {
    const before = sink.waiting;
    if (await withinTime(closing, GRACE)) return;
    if (sink.waiting < before) continue;
    closing.catch(() => {});
    throw signal.reason;
  }
}

/** Hands a sink to some work, and ends it as the work ends. */
export async function withSink<T>(
  output: CheckedOutput,
  run: Run,
  entries: boolean,
  work: (sink: OutputSink) => Promise<T>,
  destinationOf?: (output: ResolvedOutput) => Destination | undefined,
  goesOn = false,
): Promise<T> {
  const sink = await openSink(output, run, entries, destinationOf, goesOn);
  try {
    const result = await work(sink);
    await closed(sink, run.session.signal);
    return result;
  } catch (error) {
    sink.abort();
    throw error;
  }
}
