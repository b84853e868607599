/** `ctq-conntrack`, or whatever a link calls it: the command line of conntrack(8). */
import { start } from '../cli/load.js';

start('conntrack');
