/** Lines of one format in a file of another, as where two programs append to it. */
import type { ReadFormatName } from '../registry.js';

interface Mark {
  readonly formats: readonly ReadFormatName[];
  /** How an entry of these formats begins. */
  readonly pattern: RegExp;
  readonly called: string;
}

const MARKS: readonly Mark[] = [
  { formats: ['save'], pattern: /^\s*(?:conntrack\s+)?-[AIUD]\s+-/, called: 'lines of conntrack -o save' },
  {
    formats: ['json', 'cilium-json', 'ulogd', 'jc', 'luci', 'wrapped'],
    pattern: /^\s*\[?\s*\{\s*"/,
    called: 'JSON',
  },
  { formats: ['xml'], pattern: /^\s*<(?:\?xml|conntrack|flow|expect)\b/, called: 'XML of conntrack(8)' },
  {
    formats: ['lines'],
    pattern: /^\s*(?:\[[^\]]*\]\s*)*[a-z][a-z\d]* +\d+ .*\bsrc=\S+ +dst=\S+/,
    called: 'lines of conntrack(8)',
  },
  {
    formats: ['delimited'],
    pattern: /^"?[a-z_]+(?:\.[a-z_]+)*"?(?:[,\t]"?[a-z_]+(?:\.[a-z_]+)*"?){4,}\s*(?:\n|$)/,
    called: 'columns of ctq',
  },
];

/** What a line is an entry of, which is not that of its file; undefined if that is not certain. */
export const otherFormat = (own: ReadFormatName, line: string): string | undefined =>
  MARKS.find(({ formats, pattern }) => !formats.includes(own) && pattern.test(line))?.called;
