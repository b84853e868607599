/** Whether a text is right: what the shell asks before its first statement runs. */

import { allOf } from '../../../grammar/scan.js';
import { machineEnvironment } from '../../../src/engine/environment.js';
import { check, type Variables } from '../../../src/lang/check/check.js';
import { quickParsing } from '../../../src/lang/syntax/parse-fast.js';

const environment = machineEnvironment();

export function admits(text: string): boolean {
  const parsed = allOf(quickParsing(text));
  if (parsed === undefined || parsed.diagnostics.length > 0) return false;
  const variables: Variables = new Map([['z', { kind: 'value', type: { name: 'integer' } }]]);
  return parsed.statements.every(statement => check(statement, environment, variables).value !== undefined);
}
