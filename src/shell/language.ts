/** What the shell needs to run texts: loaded with the first of them. */
import { release } from 'node:os';
import { abilitiesOf } from '../engine/query/pushdown.js';

export { check } from '../lang/check.js';
export { quickParse, quickParseExpression } from '../lang/quick-parse.js';
export { report } from '../lang/report.js';
export { prepare, readScript } from './script.js';

/** What this machine's kernel can do. */
export const ABILITIES = abilitiesOf(release());
