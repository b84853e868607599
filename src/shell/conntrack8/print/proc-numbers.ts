import { readFileSync } from 'node:fs';
import type { CommandLine } from '../argv/command-line.js';

const COUNT = '/proc/sys/net/netfilter/nf_conntrack_count';
const STATISTICS = '/proc/net/stat/nf_conntrack';

/** The numbers of `-C` and `-S` in /proc, which conntrack(8) prints where it may not use netlink. */
export function numbersOfProc({ command, table }: Pick<CommandLine, 'command' | 'table'>): string | undefined {
  try {
    if (command === 'count') return table === 'expect' ? '0\n' : `${Number(readFileSync(COUNT, 'utf8'))}\n`;
    return command === 'stats' ? statisticsOf(readFileSync(STATISTICS, 'utf8')) : undefined;
  } catch {
    return undefined;
  }
}

/** A line of names, and one of hexadecimal numbers for each CPU. */
function statisticsOf(text: string): string {
  const [names, ...cpus] = text
    .trimEnd()
    .split('\n')
    .map(line => line.trim().split(/ +/));
  const lines = cpus.map((values, cpu) => {
    const pairs = names.map((name, index) => `${name}=${Number.parseInt(values[index], 16)} `);
    return `cpu=${String(cpu).padEnd(4)}\t${pairs.join('')}\n`;
  });
  return lines.join('');
}
