/** Whether a text is right: what the shell asks before its first statement runs. */

import { runSteps } from '../../../grammar/scan.js';
import { machineEnvironment } from '../../../src/engine/environment.js';
import { machineSurroundings } from '../../../src/engine/surroundings.js';
import { check, type Variables } from '../../../src/lang/check/check.js';
import { parseFastSteps } from '../../../src/lang/syntax/parse-fast.js';
import { memoryQueries } from '../../kit/named-queries.js';

const environment = { ...machineEnvironment(), ...machineSurroundings() };

export function admits(text: string): boolean {
  const parsed = runSteps(parseFastSteps(text));
  if (parsed === undefined || parsed.diagnostics.length > 0) return false;
  const variables: Variables = new Map([['z', { kind: 'value', type: { name: 'integer' } }]]);
  const queries = memoryQueries();
  return parsed.statements.every(
    statement => check(statement, environment, variables, undefined, queries).value !== undefined,
  );
}
