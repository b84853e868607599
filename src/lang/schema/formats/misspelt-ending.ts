import { distance } from '../../diagnostics/did-you-mean.js';
import { printable } from '../../diagnostics/printable.js';
import { shorten } from '../../diagnostics/shorten.js';
import { FORMAT_NAMES, formatOf, formatOfPath } from './formats.js';

/** Shorter ones are near to too much. */
const LEAST = 3;

/** What is said of a file whose name ends almost like that of a format, as `x.cvs`; undefined for other names. */
export function endingWarning(path: string): [message: string, hint: string] | undefined {
  const ending = /\.([a-z]{2,})$/i.exec(path)?.[1].toLowerCase();
  if (ending === undefined || formatOfPath(path) !== undefined) return undefined;
  const known = FORMAT_NAMES.flatMap(name => formatOf(name).extensions ?? []);
  const best = known.find(each => each.length >= LEAST && distance(ending, each) === 1);
  if (best === undefined) return undefined;
  const meant = path.slice(0, -ending.length) + best;
  const shown = (text: string): string => printable(shorten(text, 60));
  return [`no format ends with .${ending}: '${shown(path)}'`, `did you mean '${shown(meant)}'?`];
}
