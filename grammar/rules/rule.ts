import type { CstNode, ParserMethod } from 'chevrotain';

/** A rule of the grammar, as the parser's method. */
export type Rule = ParserMethod<[], CstNode>;
