import type { CstNode, IToken } from 'chevrotain';
import type { QueryCstNode } from '../../../../grammar/generated/cst.js';
import { endOf } from '../../../../grammar/lexer.js';
import type { Diagnostics } from '../../diagnostics/diagnostic.js';
import type { Span } from '../../diagnostics/span.js';
import type { Name, QueryExpr } from '../ast.js';
import { MAX_DEPTH } from '../operators.js';

/** State shared by the builders of one text. */
export interface TreeContext {
  readonly diagnostics: Diagnostics;
  /** The depth of the current node; see `nested`. */
  depth: number;
  query(node: QueryCstNode): QueryExpr;
}

/** Thrown for an AST that is too deep to walk; caught in `split-statements.ts`. */
export class TooDeep extends Error {
  constructor(readonly span: Span) {
    super('nested too deeply');
  }
}

/** Builds a part that is `levels` deeper. @throws TooDeep */
export function nested<T>(context: TreeContext, levels: number, node: CstNode, build: () => T): T {
  context.depth += levels;
  if (context.depth > MAX_DEPTH) throw new TooDeep(spanOf(node));
  const built = build();
  context.depth -= levels;
  return built;
}

export const spanOf = (node: CstNode): Span => ({
  start: node.location!.startOffset,
  end: node.location!.endOffset! + 1,
});

/** The span from the beginning of one node to the end of another. */
export const across = (first: CstNode, last: CstNode): Span => ({
  start: first.location!.startOffset,
  end: last.location!.endOffset! + 1,
});

export const tokenSpan = (token: IToken): Span => ({ start: token.startOffset, end: endOf(token) });

export const nameOf = (token: IToken): Name => ({ text: token.image, ...tokenSpan(token) });

/** Builds an optional clause, if present. */
export const optional = <N, T>(nodes: readonly N[] | undefined, build: (node: N) => T): T | undefined =>
  nodes === undefined ? undefined : build(nodes[0]);

/** Deletes keys whose value is undefined, so that ASTs can be compared. */
export function compact<T extends object>(node: T): T {
  for (const key of Object.keys(node) as (keyof T)[]) {
    if (node[key] === undefined) delete node[key];
  }
  return node;
}
