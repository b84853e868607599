import type { CtqError } from '../../../engine/errors.js';
import { printable } from '../../../lang/diagnostics/printable.js';
import type { Io } from '../../cli/io.js';
import { painter } from '../../display/style.js';

/** An error or warning as its lines on standard error. */
export function errorText(
  kind: 'error' | 'warning',
  message: string,
  hint: string | undefined,
  color: boolean,
): string {
  const paint = painter(color);
  const head = `${paint(kind, kind)}: ${printable(message)}\n`;
  return hint === undefined ? head : `${head}${paint('hint', 'hint')}: ${printable(hint)}\n`;
}

/** With CTQ_DEBUG set, where an error comes from. */
export function writeTrace(error: CtqError, { stderr, env }: Pick<Io, 'stderr' | 'env'>): void {
  if (!env.CTQ_DEBUG) return;
  const { cause } = error;
  const trace = (cause instanceof Error ? cause.stack : undefined) ?? error.stack ?? '';
  stderr.write(`${trace.split('\n').map(printable).join('\n')}\n`);
}
