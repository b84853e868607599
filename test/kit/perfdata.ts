/** Reads performance data as the guidelines of Monitoring Plugins define it, with none of ctq's code. */

export interface Measurement {
  readonly label: string;
  readonly value: number;
  readonly unit: string;
  readonly warning: string | undefined;
  readonly critical: string | undefined;
}

const NUMBER = String.raw`-?[0-9]+(?:\.[0-9]+)?`;
const RANGE = new RegExp(`^@?(?:(?:~|${NUMBER})?:)?(?:${NUMBER})?$`);
const ITEM = new RegExp(
  `^(?:'((?:[^'=]|'')*)'|([^ '=]+))=(${NUMBER})(us|ms|s|%|B|KB|MB|TB|c)?(?:;([^ ;]*))?(?:;([^ ;]*))?(?:;(${NUMBER})?)?(?:;(${NUMBER})?)?(?: |$)`,
);

/** @param line of a plugin. @throws Error where it is not as the guidelines say */
export function perfdata(line: string): Measurement[] {
  if (!/^[A-Z_]+ (OK|WARNING|CRITICAL|UNKNOWN): [^\n|]+(\| [^\n|]+)?\n$/.test(line))
    throw new Error(`invalid line: ${line}`);
  let rest = line.trimEnd().split(' | ')[1] ?? '';
  const all: Measurement[] = [];
  while (rest !== '') {
    const match = ITEM.exec(rest);
    if (match === null) throw new Error(`invalid performance data: ${rest}`);
    const [whole, quoted, bare, value, unit = '', warning, critical] = match;
    for (const range of [warning, critical])
      if (range && !RANGE.test(range)) throw new Error(`invalid range: ${range}`);
    const label = quoted === undefined ? bare : quoted.replaceAll("''", "'");
    all.push({ label, value: Number(value), unit, warning: warning || undefined, critical: critical || undefined });
    rest = rest.slice(whole.length);
  }
  if (new Set(all.map(({ label }) => label)).size < all.length) throw new Error(`duplicate label: ${line}`);
  return all;
}
