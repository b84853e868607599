import type { LiteralExpr } from '../ast.js';

/** The value of a literal. */
export type LiteralValue = Pick<LiteralExpr, 'type' | 'value'>;
