/** The code of the receiving thread, where it is not a file. */

let offered: (() => string) | undefined;

/** Offers the code, before a thread is started. It is run as a script of its own. */
export function offerWorkerCode(code: () => string): void {
  offered = code;
}

/** Undefined where it is a file. */
export const workerCode = (): string | undefined => offered?.();
