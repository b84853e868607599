/** The launcher of `ctq-conntrack`, under whatever name a link gives it. */
import { start } from './load.js';

start('conntrack');
