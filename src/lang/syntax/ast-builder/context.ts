import type { CstNode, IToken } from 'chevrotain';
import type { QueryCstNode } from '../../../../grammar/generated/cst.js';
import { endOf } from '../../../../grammar/lexer.js';
import type { Diagnostics } from '../../diagnostics/diagnostic.js';
import type { Name, QueryExpr, Span } from '../ast.js';
import { MAX_DEPTH } from '../operators.js';

/** What the builders of one text share. */
export interface TreeContext {
  readonly diagnostics: Diagnostics;
  /** How deep the current node lies; see `nested`. */
  depth: number;
  query(node: QueryCstNode): QueryExpr;
}

/** Thrown where a tree would be too deep to be walked; caught in `parse.ts`, and never seen by a caller. */
export class TooDeep extends Error {
  constructor(readonly span: Span) {
    super('nested too deeply');
  }
}

/** Builds something that lies so many levels deeper. */
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

/** Builds what an optional clause says, where there is one. */
export const optional = <N, T>(nodes: readonly N[] | undefined, build: (node: N) => T): T | undefined =>
  nodes === undefined ? undefined : build(nodes[0]);

/** An object without the keys whose value is undefined, so that trees compare by what they hold. */
export function compact<T extends object>(node: T): T {
  for (const key of Object.keys(node) as (keyof T)[]) {
    if (node[key] === undefined) delete node[key];
  }
  return node;
}
