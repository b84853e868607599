import type { KernelAbilities } from '../../src/engine/query/plan/pushdown.js';

/** A kernel that knows every filter. */
export const EVERYTHING: KernelAbilities = { tuple: true, status: true, zone: true, deleteByTuple: true };
