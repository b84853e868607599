/** The limits of the machine's connection tracking, raised for a bench of many flows and restored after it. */
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
 * @property {string[]} changes the changed limits, for people
 * @property {() => void} putBack restores the previous values; may be called again
 */

/**
 * Raises the limits to a number of flows, with at most one flow per bucket, as in the kernel's defaults.
 * @param {number} flows
 * @returns {Raised}
 * @throws {Error} if the limits are too low and this process may not raise them
 */
export function raiseLimits(flows) {
  if (!existsSync(MAX)) {
    throw new Error('connection tracking is not loaded: modprobe nf_conntrack');
  }
  /** @type {{ file: string, was: number, now: number }[]} */
  const changes = [];
  const putBack = () => {
    for (const { file, was, now } of changes.splice(0).reverse()) {
      // A value that was changed by another process in the meantime is kept.
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
      // Too few buckets only make the kernel slower, for all programs alike.
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
  return { changes: changes.map(({ file, was, now }) => `${file}: ${was} → ${now} while the bench runs`), putBack };
}
