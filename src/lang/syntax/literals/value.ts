import type { LiteralExpr } from '../ast.js';

/** What a literal's text stands for. */
export type LiteralValue = Pick<LiteralExpr, 'type' | 'value'>;
