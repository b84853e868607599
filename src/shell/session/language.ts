/** What the shell needs to run texts: loaded with the first of them. */
import { kernelRelease } from '../../engine/kernel-release.js';
import { abilitiesOf } from '../../engine/query/plan/pushdown.js';

export { check } from '../../lang/check/check.js';
export { parseExpressionFast, parseFastSteps } from '../../lang/syntax/parse-fast.js';
export { NamedFiles } from '../scripts/named-files.js';
export { prepare } from '../scripts/script.js';
export { ScriptFiles } from '../scripts/script-files.js';
export { NamedQueryStore, queriesPath } from './state/named-queries.js';

/** What this machine's kernel can do. */
export const ABILITIES = abilitiesOf(kernelRelease());
