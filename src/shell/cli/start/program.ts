/** What `ctq` is: bundled as one file, which `load.ts` runs. */

import type { Io } from '../../io.js';
import { withFileOutput } from '../file-output.js';
import { run, type Signals } from '../run.js';

export { offerEarlySocket } from '../../../engine/netlink/events/early-socket.js';
export { offerThreadCode } from '../../../engine/start-thread.js';
export { offerOrigin } from '../version.js';

/** @returns the exit status */
export type Program = (args: readonly string[], io: Io & Signals) => Promise<number>;

export const program: Program = (args, io) => run(args, withFileOutput(io));
