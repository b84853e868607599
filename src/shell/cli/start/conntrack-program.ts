/** The program `ctq-conntrack`, under whatever name a link gives it: bundled as one file, which `load.ts` runs. */

import { runConntrack } from '../../conntrack8/run.js';
import { withFileOutput } from '../file-output.js';
import type { Program } from './program.js';

export { offerEarlySocket } from '../../../engine/netlink/events/early-socket.js';
export { offerThreadCode } from '../../../engine/start-thread.js';

/** The command line of conntrack(8). */
export const program: Program = (args, io) => runConntrack(args, withFileOutput(io, true));
