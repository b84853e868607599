/** Seeds that found something once: each is tried in every run. The defects have small tests of their own as well. */
export const SEEDS: Readonly<Record<string, readonly number[]>> = {
  decoder: [1],
  transport: [1],
  files: [1],
  conntrack8: [1],
  snapshots: [1],
  language: [1],
  /** 1: csv wrote control characters to a terminal. */
  output: [1],
  differential: [1],
  pairs: [],
};
