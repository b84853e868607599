/** `ctq-conntrack`, or whatever a link calls it: the command line of conntrack(8). */
import { runConntrack } from './run.js';

process.exitCode = await runConntrack(process.argv.slice(2), process);
