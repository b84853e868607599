/** Milliseconds of the monotonic clock, the same in all threads of the process. */
export const monotonicMs = (): number => Number(process.hrtime.bigint() / 1000n) / 1000;
