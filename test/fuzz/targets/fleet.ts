import { checkUnion, unionCase } from '../../kit/union-cases.js';
import { asyncProperty, type Target } from '../harness.js';

export const fleet: Target = {
  name: 'fleet',
  what: 'queries of a fleet: merged, the answers of members are that of one machine with all tables',
  runs: 60,
  property: () => asyncProperty(unionCase, checkUnion),
};
