/** The limits of the machine's connection tracking, raised for a bench of many flows and put back after it. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

/** How many entries all namespaces together may hold, and in how many hash buckets. */
const MAX = '/proc/sys/net/netfilter/nf_conntrack_max';
const BUCKETS = '/sys/module/nf_conntrack/parameters/hashsize';

/** Entries beyond those of the bench: those of the machine itself, and of probes. */
const SPARE = 10_000;

/** @param {string} file */
const read = file => Number(readFileSync(file, 'utf8'));

/**
 * @typedef {object} Raised
 * @property {string[]} told what was changed, in words
 * @property {() => void} putBack sets what was changed to what it was; harmless when called again
 */

/**
 * Makes room for so many flows, at most one to a bucket as the kernel's own defaults have it.
 * @param {number} flows
 * @returns {Raised}
 * @throws {Error} where there is too little room and this process may not make more
 */
export function raiseLimits(flows) {
  if (!existsSync(MAX)) {
    throw new Error('this kernel tracks no connections yet: modprobe nf_conntrack');
  }
  /** @type {{ file: string, was: number, now: number }[]} */
  const changes = [];
  const putBack = () => {
    for (const { file, was, now } of changes.splice(0).reverse()) {
      // Where somebody else has set another number meanwhile, that one stays.
      if (read(file) === now) {
        writeFileSync(file, `${was}\n`);
      }
    }
  };
  for (const [file, needed] of /** @type {const} */ ([
    [MAX, flows + SPARE],
    [BUCKETS, flows],
  ])) {
    const was = existsSync(file) ? read(file) : needed;
    if (was >= needed) {
      continue;
    }
    try {
      writeFileSync(file, `${needed}\n`);
    } catch {
      // Too few buckets only make the kernel slower, for everybody alike.
      if (file === MAX) {
        putBack();
        throw new Error(
          `${flows} flows need ${file} to be ${needed}; it is ${was}, and only root of the machine may set it`,
        );
      }
      continue;
    }
    // The kernel rounds.
    changes.push({ file, was, now: read(file) });
  }
  return { told: changes.map(({ file, was, now }) => `${file}: ${was} → ${now} while the bench runs`), putBack };
}
