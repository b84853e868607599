/**
 * From the command to the first prompt, on a terminal of script(1), beside `node -e 0` on the same: at most 1.7 times as long.
 *
 *   node scripts/build.js --no-types && node --import tsx test/bench/first-prompt.ts [RUNS]
 *
 * Both are measured in turn; the shortest and the median of all runs are reported, in milliseconds. What script(1) itself takes is
 * taken off.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const CTQ = fileURLToPath(new URL('../../dist/ctq.js', import.meta.url));

/** Milliseconds after which something is wrong. */
const PATIENCE = 20_000;

export interface Figure {
  readonly shortest: number;
  readonly median: number;
}

interface Wait {
  /** Typed as soon as the terminal is there. */
  readonly typed?: string;
  /** What ends the wait; the end of the program where left out. */
  readonly wanted?: RegExp;
}

/** Milliseconds from the start of a command to what is waited for. */
function until(command: string, home: string, { typed = '', wanted }: Wait): Promise<number> {
  return new Promise((resolve, reject) => {
    const began = performance.now();
    const child = spawn('script', ['--quiet', '--flush', '--return', '--command', `exec ${command}`, '/dev/null'], {
      stdio: ['pipe', 'pipe', 'ignore'],
      env: { PATH: process.env.PATH, SHELL: '/bin/sh', TERM: 'xterm-256color', LC_ALL: 'C.UTF-8', HOME: home },
    });
    let seen = '';
    let took: number | undefined;
    if (typed !== '') child.stdin.write(typed);
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      seen += text;
      if (took !== undefined || wanted === undefined || !wanted.test(seen)) return;
      took = performance.now() - began;
      // Gives up the line, and leaves.
      child.stdin.end('\x03\x04');
    });
    child.stdin.on('error', () => {});
    const timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE);
    child.on('error', reject);
    child.on('close', () => {
      clearTimeout(timer);
      if (wanted === undefined) resolve(performance.now() - began);
      else if (took === undefined) reject(new Error(`${wanted} never came:\n${seen}`));
      else resolve(took);
    });
  });
}

function figure(values: readonly number[], overhead: number): Figure {
  const sorted = [...values].sort((a, b) => a - b);
  return { shortest: sorted[0] - overhead, median: sorted[sorted.length >> 1] - overhead };
}

export interface FirstPrompt {
  readonly node: Figure;
  readonly prompt: Figure;
  /** Until a key that was pressed at once is shown: what is typed is not lost, and does not wait long. */
  readonly firstKey: Figure;
}

export async function measureFirstPrompt(runs: number): Promise<FirstPrompt> {
  const home = mkdtempSync(join(tmpdir(), 'ctq-prompt-'));
  const ctq = `'${process.execPath}' '${CTQ}'`;
  const nothing: number[] = [];
  const node: number[] = [];
  const prompt: number[] = [];
  const firstKey: number[] = [];
  try {
    for (let run = 0; run < runs; run++) {
      nothing.push(await until('true', home, {}));
      node.push(await until(`'${process.execPath}' -e 0`, home, {}));
      prompt.push(await until(ctq, home, { wanted: /ctq> / }));
      firstKey.push(await until(`env NO_COLOR=1 ${ctq}`, home, { typed: 'x', wanted: /ctq> [^x]*x/ }));
    }
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
  const overhead = figure(nothing, 0).shortest;
  return { node: figure(node, overhead), prompt: figure(prompt, overhead), firstKey: figure(firstKey, overhead) };
}

/** Of the prompt, as a multiple of `node -e 0`. */
const LIMIT = 1.7;

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const figures = await measureFirstPrompt(Number(process.argv[2] ?? 20));
  const { node, prompt } = figures;
  for (const [name, { shortest, median }] of Object.entries(figures) as [string, Figure][]) {
    const times = `${(shortest / node.shortest).toFixed(2)} × node; median ${(median / node.median).toFixed(2)} ×`;
    console.log(`${name.padEnd(9)} ${shortest.toFixed(1).padStart(7)} ms  median ${median.toFixed(1)} ms  ${times}`);
  }
  const isWithin = prompt.median <= LIMIT * node.median;
  console.log(`limit: prompt ${LIMIT} × node in the median: ${isWithin ? 'pass' : 'FAIL'}`);
  process.exitCode = isWithin ? 0 : 1;
}
