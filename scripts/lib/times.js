/** How long test files take: shown, and remembered for the order of the next run. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { dirname, join } from 'node:path';
import { root } from './project.js';

const memory = join(root, 'node_modules/.cache/test-times.json');

/** @typedef {import('./run-file.js').Outcome} Outcome */

/** @returns {Record<string, number>} file → milliseconds of its last run; empty before the first */
export function rememberedTimes() {
  try {
    return JSON.parse(readFileSync(memory, 'utf8'));
  } catch {
    return {};
  }
}

/** @param {readonly Outcome[]} outcomes */
export function rememberTimes(outcomes) {
  const own = Object.fromEntries(outcomes.map(({ file, milliseconds }) => [file, milliseconds]));
  mkdirSync(dirname(memory), { recursive: true });
  writeFileSync(memory, JSON.stringify({ ...rememberedTimes(), ...own }));
}

/** @param {number} value */
const shown = value => value.toFixed(1).padStart(8);

/**
 * Prints a line for each file, the one with the most processor time first.
 * @param {readonly Outcome[]} outcomes @param {number} seconds of all together
 */
export function showTimes(outcomes, seconds) {
  console.log('\nprocessor     time  file');
  for (const { file, milliseconds, processorSeconds } of [...outcomes].sort(
    (a, b) => b.processorSeconds - a.processorSeconds,
  ))
    console.log(`${shown(processorSeconds)}${shown(milliseconds / 1000)} s  ${file}`);
  const used = outcomes.reduce((sum, { processorSeconds }) => sum + processorSeconds, 0);
  const longest = Math.max(0, ...outcomes.map(({ milliseconds }) => milliseconds / 1000));
  console.log(
    `\n${outcomes.length} files used ${used.toFixed(0)} s of ${cpus().length} processors in ${seconds.toFixed(0)} s; the longest took ${longest.toFixed(0)} s`,
  );
}
