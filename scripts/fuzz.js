#!/usr/bin/env node
/** Feeds random and damaged input to ctq, for any length of time. `npm test` does the same for a few seconds. */
import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { inNamespaces, namespaceEnvironment, whyNoNamespaces } from './lib/namespace.js';
import { root } from './lib/project.js';

/** @type {Readonly<Record<string, string>>} name → input */
const targets = {
  decoder: 'kernel messages: truncated, nested, duplicated, huge, with wrong lengths',
  transport: 'kernel answers: datagrams truncated, reordered, with wrong numbers, errors in between',
  files: 'other files than snapshots: CSV and JSON to join, services, labels, the history',
  conntrack8: 'command lines of conntrack(8), and files of them',
  snapshots: 'snapshot files: every format, damaged, truncated, mixed, compressed, in chunks of any size',
  alike: 'snapshot files: entries written like earlier ones are read as if each were the first',
  language: 'texts: lexer, parser, checker, printer, report, completion, highlighting',
  output: 'names, contexts, labels and cells with control codes and quotes, in every format',
  fleet: 'queries of a fleet: merged, the answers of members are that of one machine with all tables',
  differential: 'random tables and conditions: kernel filters on, off, a snapshot, and a naive evaluator agree',
  'event-filter': 'random conditions on events: filters in the kernel, an interpreter and the condition itself agree',
  pairs: 'every pair of features: tables, places, clauses, formats, statements, against a naive model',
};
const inKernel = new Set(['differential', 'event-filter', 'pairs']);

const usage = `Usage: npm run fuzz -- [--seconds N] [--seed S] [TARGET…]

${Object.entries(targets)
  .map(([name, what]) => `  ${name.padEnd(13)} ${what}`)
  .join('\n')}

  --seconds N   for each target; default 10
  --seed S      the first seed; later batches use the following ones. Default: random
  --help

Without a target, all are run. A failure prints its seed and the smallest failing case.
`;

/** Seconds without output after which a target is considered hung. */
const patience = 120;

/**
 * @param {string} name @param {number} seed @param {string} seconds
 * @returns {Promise<boolean>} whether it passed
 */
function run(name, seed, seconds) {
  const plain = [process.execPath, '--import', 'tsx', 'test/fuzz/main.ts', String(seed), seconds, name];
  const [program = '', ...args] = inKernel.has(name) ? inNamespaces(plain) : plain;
  return new Promise(resolve => {
    const child = spawn(program, args, {
      cwd: root,
      env: { ...process.env, ...namespaceEnvironment() },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let last = '';
    let hangs = false;
    const giveUp = () => {
      hangs = true;
      child.kill('SIGKILL');
    };
    let timer = setTimeout(giveUp, patience * 1000);
    let rest = '';
    child.stdout.on('data', chunk => {
      clearTimeout(timer);
      timer = setTimeout(giveUp, patience * 1000);
      const lines = `${rest}${chunk}`.split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        if (line.startsWith('. ')) last = line.slice(2);
        else console.log(line);
      }
    });
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      if (hangs) console.log(`FAILED ${name}: no output for ${patience} s; last case: ${last}`);
      else if (signal !== null || (code !== 0 && last === ''))
        console.log(`FAILED ${name}: ${signal ?? `exit code ${code}`}`);
      resolve(code === 0);
    });
  });
}

async function main() {
  const { values, positionals } = parseArgs({
    options: { seconds: { type: 'string' }, seed: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
    allowPositionals: true,
  });
  if (values.help) {
    process.stdout.write(usage);
    return;
  }
  const unknown = positionals.find(name => !Object.hasOwn(targets, name));
  const { seconds = '10' } = values;
  if (unknown !== undefined)
    throw new Error(`unknown target '${unknown}'; the targets are ${Object.keys(targets).join(', ')}`);
  if (!/^\d+$/.test(seconds)) throw new Error(`--seconds requires a number, got '${seconds}'`);
  if (values.seed !== undefined && !/^-?\d+$/.test(values.seed))
    throw new Error(`--seed requires a number, got '${values.seed}'`);
  const seed = values.seed === undefined ? randomInt(1, 2 ** 31) : Number(values.seed);
  console.log(`seed ${seed}`);
  const chosen = positionals.length > 0 ? positionals : Object.keys(targets);
  const obstacle = chosen.some(name => inKernel.has(name)) ? whyNoNamespaces() : undefined;
  for (const name of chosen) {
    if (inKernel.has(name) && obstacle !== undefined) {
      console.log(`${name} cannot run here: ${obstacle}`);
      if (positionals.length > 0) process.exitCode = 1;
    } else if (!(await run(name, seed, seconds))) process.exitCode = 1;
  }
}

try {
  await main();
} catch (error) {
  console.error(`fuzz: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 2;
}
