import type { IToken, TokenType } from 'chevrotain';
import {
  AnyWord,
  BinaryOperator,
  Comma,
  CompareOperator,
  Constant,
  Dot,
  DotDot,
  isA,
  LeftParen,
  Literal,
  NumberLiteral,
  Reserved as R,
  RightParen,
  Soft as S,
  Star,
  Text,
  TypeCast,
  UnaryOperator,
  Variable,
  Word,
} from '../tokens.js';
import { ClauseRules } from './clauses.js';
import type { Alternatives } from './notation.js';

/** Conditions and values. */
export abstract class ExpressionRules extends ClauseRules {
  expression = this.RULE('expression', () => {
    this.SUBRULE(this.conjunction);
    this.MANY(() => {
      this.CONSUME(R.or);
      this.SUBRULE2(this.conjunction);
    });
  });

  conjunction = this.RULE('conjunction', () => {
    this.SUBRULE(this.negation);
    this.MANY(() => {
      this.CONSUME(R.and);
      this.SUBRULE2(this.negation);
    });
  });

  negation = this.RULE('negation', () => {
    this.MANY(() => this.CONSUME(R.not));
    this.SUBRULE(this.predicate);
  });

  predicate = this.RULE('predicate', () => {
    this.SUBRULE(this.arithmetic);
    this.OPTION(() => {
      this.OR([
        { ALT: () => this.SUBRULE(this.comparison) },
        { ALT: () => this.SUBRULE(this.isTest) },
        {
          ALT: () => {
            this.OPTION2(() => this.CONSUME(R.not));
            this.OR2({
              DEF: [
                { ALT: () => this.SUBRULE(this.betweenTest) },
                { ALT: () => this.SUBRULE(this.inTest) },
                { ALT: () => this.SUBRULE(this.likeTest) },
                { ALT: () => this.SUBRULE(this.hasTest) },
              ],
              ERR_MSG: "'in', 'like', 'between' or 'has'",
            });
          },
        },
      ]);
    });
  });

  comparison = this.RULE('comparison', () => {
    this.CONSUME(CompareOperator);
    this.SUBRULE(this.arithmetic);
    this.OPTION(() => {
      this.CONSUME(DotDot);
      this.SUBRULE2(this.arithmetic);
    });
  });

  isTest = this.RULE('isTest', () => {
    this.CONSUME(R.is);
    this.OPTION(() => this.CONSUME(R.not));
    this.OR({
      DEF: [{ ALT: () => this.CONSUME(Constant.null) }, { ALT: () => this.CONSUME(Word) }],
      ERR_MSG: "'null' or an address class, such as 'private'",
    });
  });

  betweenTest = this.RULE('betweenTest', () => {
    this.CONSUME(R.between);
    this.SUBRULE(this.arithmetic);
    this.CONSUME(R.and);
    this.SUBRULE2(this.arithmetic);
  });

  inTest = this.RULE('inTest', () => {
    this.CONSUME(R.in);
    this.OR({
      DEF: [
        { ALT: () => this.SUBRULE(this.parenthesized) },
        {
          ALT: () => {
            this.SUBRULE(this.atom);
            this.OPTION(() => {
              this.CONSUME(DotDot);
              this.SUBRULE2(this.atom);
            });
          },
        },
      ],
      ERR_MSG: 'a list in parentheses, a network or a $variable',
    });
  });

  likeTest = this.RULE('likeTest', () => {
    this.OR([{ ALT: () => this.CONSUME(R.like) }, { ALT: () => this.CONSUME(S.ilike) }]);
    this.SUBRULE(this.arithmetic);
  });

  hasTest = this.RULE('hasTest', () => {
    this.CONSUME(S.has);
    this.OR({
      MAX_LOOKAHEAD: 2,
      DEF: [
        {
          ALT: () => {
            this.CONSUME(S.any);
            this.SUBRULE(this.flags);
          },
        },
        {
          ALT: () => {
            this.CONSUME2(S.any);
            this.CONSUME(Variable);
          },
        },
        { ALT: () => this.SUBRULE2(this.flags) },
        { ALT: () => this.SUBRULE(this.flag) },
      ],
      ERR_MSG: 'the name of a flag, or several in parentheses',
    });
  });

  flags = this.RULE('flags', () => {
    this.CONSUME(LeftParen);
    this.AT_LEAST_ONE_SEP({ SEP: Comma, DEF: () => this.SUBRULE(this.flag) });
    this.CONSUME(RightParen);
  });

  flag = this.RULE('flag', () => {
    this.OR({
      DEF: [
        { ALT: () => this.CONSUME(Word) },
        { ALT: () => this.CONSUME(Text) },
        { ALT: () => this.CONSUME(NumberLiteral) },
        { ALT: () => this.CONSUME(Variable) },
      ],
      ERR_MSG: 'the name of a flag',
    });
  });

  /** A flat list of operands and operators; their precedence is in `src/lang/syntax/operators.ts`. */
  arithmetic = this.RULE('arithmetic', () => {
    this.SUBRULE(this.unary);
    this.MANY(() => {
      this.CONSUME(BinaryOperator);
      this.SUBRULE2(this.unary);
    });
  });

  unary = this.RULE('unary', () => {
    this.MANY(() => this.CONSUME(UnaryOperator));
    this.OR({
      DEF: [{ ALT: () => this.SUBRULE(this.atom) }, { ALT: () => this.SUBRULE(this.parenthesized) }],
      ERR_MSG: 'a value or a field',
    });
    this.MANY2(() => this.CONSUME(TypeCast));
  });

  atom = this.RULE('atom', () => {
    this.OR({
      DEF: [
        { ALT: () => this.CONSUME(Literal) },
        { ALT: () => this.CONSUME(Variable) },
        {
          GATE: () => this.LA(2).tokenType === S.when,
          IGNORE_AMBIGUITIES: true,
          ALT: () => this.SUBRULE(this.searchedCase),
        },
        { GATE: () => this.isSimpleCase(), IGNORE_AMBIGUITIES: true, ALT: () => this.SUBRULE(this.simpleCase) },
        {
          ALT: () => {
            this.SUBRULE(this.path);
            this.OPTION(() => this.SUBRULE(this.callArguments));
          },
        },
      ],
      ERR_MSG: 'a value or a field',
    });
  });

  /** `case when CONDITION then VALUE … end`. */
  searchedCase = this.RULE('searchedCase', () => {
    this.CONSUME(S.case);
    this.SUBRULE(this.caseBranches);
  });

  /** `case VALUE when VALUE then VALUE … end`. */
  simpleCase = this.RULE('simpleCase', () => {
    this.CONSUME(S.case);
    this.SUBRULE(this.expression);
    this.SUBRULE(this.caseBranches);
  });

  caseBranches = this.RULE('caseBranches', () => {
    this.SUBRULE(this.whenClause);
    this.MANY(() => this.SUBRULE2(this.whenClause));
    this.OPTION(() => {
      this.CONSUME(S.else);
      this.SUBRULE(this.expression);
    });
    this.CONSUME(S.end);
  });

  whenClause = this.RULE('whenClause', () => {
    this.CONSUME(S.when);
    this.SUBRULE(this.expression);
    this.CONSUME(S.then);
    this.SUBRULE2(this.expression);
  });

  /** Whether a value and `when` follow `case`, which is a name otherwise. */
  private isSimpleCase(): boolean {
    let depth = 0;
    let nested = 0;
    for (let ahead = 2; ahead < LONGEST_OPERAND; ahead++) {
      const { tokenType } = this.LA(ahead);
      if (this.LA(ahead - 1).tokenType === Dot) continue;
      if (depth === 0 && tokenType === S.case) nested++;
      else if (depth === 0 && tokenType === S.end && nested > 0) nested--;
      else if (tokenType === S.when && depth === 0 && nested === 0 && ahead > 2) {
        return this.LA(ahead - 2).tokenType === Dot || endsOperand(this.LA(ahead - 1).tokenType);
      } else if (depth === 0 && nested === 0 && (tokenType === S.then || tokenType === S.else || tokenType === S.end)) {
        return false;
      } else if (tokenType === LeftParen) depth++;
      else if (tokenType === RightParen) depth--;
      const isOver = depth < 0 || (depth === 0 && (tokenType === Comma || tokenType === R.from));
      if (isOver || isEnd(tokenType)) return false;
    }
    return false;
  }

  path = this.RULE('path', () => {
    this.CONSUME(Word, { ERR_MSG: 'the name of a field' });
    this.MANY(() => {
      this.CONSUME(Dot);
      this.CONSUME(AnyWord, { ERR_MSG: 'a name' });
    });
  });

  callArguments = this.RULE('callArguments', () => {
    this.CONSUME(LeftParen);
    this.OPTION(() => {
      this.OR({
        DEF: [
          { ALT: () => this.CONSUME(Star) },
          { GATE: () => this.isQuery(), IGNORE_AMBIGUITIES: true, ALT: () => this.SUBRULE(this.query) },
          {
            ALT: () => {
              this.OPTION2(() => this.CONSUME(R.distinct));
              this.AT_LEAST_ONE_SEP({ SEP: Comma, DEF: () => this.SUBRULE2(this.expression) });
              this.OPTION3(() => {
                this.CONSUME(R.as);
                this.CONSUME(Word, { ERR_MSG: 'the name of a type' });
              });
            },
          },
        ],
        ERR_MSG: "an argument or ')'",
      });
    });
    this.CONSUME(RightParen);
    this.OPTION4(() => this.SUBRULE(this.aggregateFilter));
  });

  aggregateFilter = this.RULE('aggregateFilter', () => {
    this.CONSUME(S.filter);
    this.CONSUME(LeftParen);
    this.CONSUME(R.where);
    this.SUBRULE(this.expression);
    this.CONSUME(RightParen);
  });

  /** A query, an expression, or a list; the checker decides where a list is allowed. */
  parenthesized = this.RULE('parenthesized', () => {
    this.CONSUME(LeftParen);
    this.OR({
      DEF: [
        { GATE: () => this.isQuery(), IGNORE_AMBIGUITIES: true, ALT: () => this.SUBRULE(this.query) },
        { ALT: () => this.AT_LEAST_ONE_SEP({ SEP: Comma, DEF: () => this.listItem() }) },
      ],
      ERR_MSG: 'a value, a list or a select',
    });
    this.CONSUME(RightParen);
  });

  /** Whether a query follows: `with` is a name, unless it defines one. */
  private isQuery(): boolean {
    const { tokenType } = this.LA(1);
    return tokenType === R.select || (tokenType === S.with && this.LA(3).tokenType === R.as);
  }

  /** Part of the rule above. A lone literal makes no node of its own: lists may have a million of them. */
  private listItem(): void {
    this.listItemAlternatives ??= {
      DEF: [
        { GATE: () => this.isLoneLiteral(), ALT: () => this.CONSUME(Literal), IGNORE_AMBIGUITIES: true },
        { ALT: () => this.SUBRULE(this.item) },
      ],
      ERR_MSG: 'a value',
    };
    this.OR2(this.listItemAlternatives);
  }

  /** Made once, not once an item. */
  private listItemAlternatives: Alternatives | undefined;

  item = this.RULE('item', () => {
    this.SUBRULE(this.expression);
    this.OPTION(() => {
      this.CONSUME(DotDot);
      this.SUBRULE(this.arithmetic);
    });
  });

  private isLoneLiteral(): boolean {
    return isListEnd(this.LA(2));
  }
}

/** Tokens that are searched for the `when` after the operand of a `case`. */
const LONGEST_OPERAND = 1000;

const endsOperand = (type: TokenType): boolean =>
  type === RightParen ||
  type === Variable ||
  isA(type, Literal) ||
  (isA(type, Word) && type !== S.has && type !== S.any && type !== S.ilike);

/** chevrotain's parser has a token of its own after the last one; the fast one has one of another name. */
const isEnd = ({ name }: TokenType): boolean => name === 'EOF' || name === 'end';

const isListEnd = ({ tokenType }: IToken): boolean => isA(tokenType, Comma) || isA(tokenType, RightParen);
