import { CtqError } from '../../engine/errors.js';
import { ENTRY_FORMATS, isFormat } from '../../lang/check/output.js';
import type { CheckedOutput, FormatName } from '../../lang/typed.js';
import { createSink, type OutputSink, type ResolvedOutput, resolveOutput } from '../output/create-sink.js';
import { type Destination, StreamDestination } from '../output/destination.js';
import type { Run } from '../shell.js';

/** What an `output` clause leaves out is taken from the command line and the settings. */
function complete(output: CheckedOutput, { shell }: Run, entries: boolean): CheckedOutput {
  const { options } = shell;
  const preset = String(shell.setting('format'));
  const isWanted = isFormat(preset) && (entries || !ENTRY_FORMATS.includes(preset) || options.output.format === preset);
  const format: FormatName | undefined = output.format ?? (isWanted ? (preset as FormatName) : undefined);
  const file = output.file ?? options.output.file;
  return {
    modifiers: [...new Set([...output.modifiers, ...options.output.modifiers])],
    ...(format === undefined ? {} : { format }),
    ...(file === undefined ? {} : { file }),
  };
}

/**
 * The sink for a statement's result.
 * @param entries the result is whole entries
 * @param destinationOf where its text goes instead of the standard output
 */
export async function openSink(
  output: CheckedOutput,
  run: Run,
  entries: boolean,
  destinationOf: (output: ResolvedOutput) => Destination | undefined = () => undefined,
): Promise<OutputSink> {
  const { shell } = run;
  const { stdout } = shell.io;
  const isTTY = stdout.isTTY === true;
  const wanted = complete(output, run, entries);
  if (wanted.format !== undefined && ENTRY_FORMATS.includes(wanted.format) && !entries) {
    throw new CtqError({
      code: 'format-entries',
      kind: 'statement',
      message: `${wanted.format} shows whole entries, not columns`,
      hint: 'leave the columns out, or use table, json, csv or tsv',
    });
  }
  const resolved: ResolvedOutput = resolveOutput(wanted, entries, isTTY);
  const human = String(shell.setting('human'));
  return createSink(resolved, {
    destination: destinationOf(resolved) ?? new StreamDestination(stdout),
    isTTY,
    ...(stdout.columns === undefined ? {} : { width: stdout.columns }),
    color: shell.color(stdout),
    environment: shell.environment,
    nullText: String(shell.setting('null_text')),
    ...(human === 'auto' ? {} : { human: human === 'on' }),
  });
}

/** Hands a sink to some work, and ends it as the work ends. */
export async function withSink<T>(
  output: CheckedOutput,
  run: Run,
  entries: boolean,
  work: (sink: OutputSink) => Promise<T>,
): Promise<T> {
  const sink = await openSink(output, run, entries);
  try {
    const result = await work(sink);
    await sink.close();
    return result;
  } catch (error) {
    sink.abort();
    throw error;
  }
}
