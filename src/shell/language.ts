/** What the shell needs to run texts: loaded with the first of them. */
import { release } from 'node:os';
import { abilitiesOf } from '../engine/query/pushdown.js';

export { check } from '../lang/check.js';
export { quickParseExpression, quickParsing } from '../lang/quick-parse.js';
export { report } from '../lang/report.js';
export { prepare } from './script.js';
export { ScriptFiles } from './script-files.js';

/** What this machine's kernel can do. */
export const ABILITIES = abilitiesOf(release());
