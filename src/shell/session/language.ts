/** What the shell needs to run texts: loaded with the first of them. */
import { release } from 'node:os';
import { abilitiesOf } from '../../engine/query/plan/pushdown.js';

export { check } from '../../lang/check/check.js';
export { report } from '../../lang/diagnostics/report.js';
export { quickParseExpression, quickParsing } from '../../lang/syntax/parse-fast.js';
export { prepare } from '../cli/script.js';
export { ScriptFiles } from '../cli/script-files.js';

/** What this machine's kernel can do. */
export const ABILITIES = abilitiesOf(release());
