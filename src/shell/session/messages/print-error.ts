import type { CtqError } from '../../../engine/errors.js';
import { printable } from '../../../lang/diagnostics/printable.js';
import { hang } from '../../../lang/diagnostics/wrap.js';
import { painter } from '../../display/style.js';
import type { Io } from '../../io.js';

/**
 * An error or warning as its lines on standard error.
 * @param width of the terminal, if it is one
 */
export function errorText(
  kind: 'error' | 'warning',
  message: string,
  hint: string | undefined,
  color: boolean,
  width: number | undefined,
): string {
  const paint = painter(color);
  const line = (label: typeof kind | 'hint', text: string): string =>
    `${paint(label, label)}: ${hang(printable(text), label.length + 2, width)}\n`;
  return line(kind, message) + (hint === undefined ? '' : line('hint', hint));
}

/** With CTQ_DEBUG set, where an error comes from. */
export function writeTrace(error: CtqError, { stderr, env }: Pick<Io, 'stderr' | 'env'>): void {
  if (!env.CTQ_DEBUG) return;
  const { cause } = error;
  const trace = (cause instanceof Error ? cause.stack : undefined) ?? error.stack ?? '';
  stderr.write(`${trace.split('\n').map(printable).join('\n')}\n`);
}
