import { CstParser, type IToken, type OrMethodOpts, tokenMatcher } from 'chevrotain';
import { bundled } from './bundled.js';
import { expectedWords } from './expected.js';
import {
  AnyWord,
  AssignOperator,
  BinaryOperator,
  Comma,
  CompareOperator,
  Constant,
  Dot,
  DotDot,
  Equal,
  LeftParen,
  Literal,
  Namespace,
  NumberLiteral,
  Reserved as R,
  RightParen,
  Soft as S,
  Star,
  Text,
  UnaryOperator,
  Variable,
  VOCABULARY,
  Word,
} from './tokens.js';

export interface ParserOptions {
  /** Go on behind a mistake with the next clause. Costs time to set up, so it is done only once there is a mistake. */
  readonly recovery?: boolean;
  /** Check the grammar itself. */
  readonly validate?: boolean;
}

/**
 * What may be written. One token of lookahead decides everywhere but behind `has`, where it takes two. What was
 * expected is said in the reader's words by ERR_MSG, and completed in `src/lang/mistakes.ts`.
 */
export class CtqParser extends CstParser {
  constructor({ recovery = false, validate = !bundled }: ParserOptions = {}) {
    super(VOCABULARY, {
      maxLookahead: 1,
      recoveryEnabled: recovery,
      nodeLocationTracking: 'onlyOffset',
      skipValidations: !validate,
      errorMessageProvider: expectedWords,
    });
    this.performSelfAnalysis();
  }

  // A token made up, or left out, to go on would give a tree that nobody wrote, and messages about it.
  override canTokenTypeBeInsertedInRecovery(): boolean {
    return false;
  }

  override canTokenTypeBeDeletedInRecovery(): boolean {
    return false;
  }

  // -------------------------------------------------------------- statements

  statement = this.RULE('statement', () => {
    this.OR({
      DEF: [
        { ALT: () => this.SUBRULE(this.query) },
        { ALT: () => this.SUBRULE(this.countStatement) },
        { ALT: () => this.SUBRULE(this.watchStatement) },
        { ALT: () => this.SUBRULE(this.getStatement) },
        { ALT: () => this.SUBRULE(this.insertStatement) },
        { ALT: () => this.SUBRULE(this.updateStatement) },
        { ALT: () => this.SUBRULE(this.deleteStatement) },
        { ALT: () => this.SUBRULE(this.flushStatement) },
        { ALT: () => this.SUBRULE(this.explainStatement) },
        { ALT: () => this.SUBRULE(this.letStatement) },
        { ALT: () => this.SUBRULE(this.includeStatement) },
        { ALT: () => this.SUBRULE(this.echoStatement) },
        { ALT: () => this.SUBRULE(this.setStatement) },
        { ALT: () => this.SUBRULE(this.useStatement) },
        { ALT: () => this.SUBRULE(this.assertStatement) },
        { ALT: () => this.SUBRULE(this.showStatement) },
        { ALT: () => this.SUBRULE(this.describeStatement) },
        { ALT: () => this.SUBRULE(this.helpStatement) },
      ],
      ERR_MSG: "a statement, such as 'select', 'watch' or 'help'",
    });
  });

  query = this.RULE('query', () => {
    this.SUBRULE(this.selectStatement);
    this.MANY(() => {
      this.CONSUME(S.except);
      this.SUBRULE2(this.selectStatement);
    });
  });

  selectStatement = this.RULE('selectStatement', () => {
    this.CONSUME(R.select);
    this.OPTION(() => this.CONSUME(R.distinct));
    this.OPTION2(() => this.SUBRULE(this.projections));
    this.CONSUME(R.from);
    this.SUBRULE(this.tableRef);
    this.SUBRULE(this.selectTail);
  });

  countStatement = this.RULE('countStatement', () => {
    this.CONSUME(S.count);
    this.SUBRULE(this.tableRef);
    this.SUBRULE(this.selectTail);
  });

  selectTail = this.RULE('selectTail', () => {
    this.OPTION(() => this.SUBRULE(this.sourceClause));
    this.MANY(() => this.SUBRULE(this.joinClause));
    this.SUBRULE(this.filterClauses);
    this.OPTION2(() => this.CONSUME(S.zero));
    this.SUBRULE(this.timeClauses);
    this.OPTION3(() => this.SUBRULE(this.outputClause));
  });

  watchStatement = this.RULE('watchStatement', () => {
    this.CONSUME(S.watch);
    this.OPTION(() => this.SUBRULE(this.projections));
    this.CONSUME(R.from);
    this.AT_LEAST_ONE_SEP({ SEP: Comma, DEF: () => this.SUBRULE(this.tableRef) });
    this.OPTION2(() => this.SUBRULE(this.sourceClause));
    this.OPTION3(() => this.SUBRULE(this.onClause));
    this.SUBRULE(this.filterClauses);
    this.SUBRULE(this.timeClauses);
    this.OPTION4(() => this.SUBRULE(this.withClause));
    this.OPTION5(() => this.SUBRULE(this.outputClause));
  });

  getStatement = this.RULE('getStatement', () => {
    this.CONSUME(S.get);
    this.OPTION(() => this.SUBRULE(this.projections));
    this.CONSUME(R.from);
    this.SUBRULE(this.tableRef);
    this.OPTION2(() => this.SUBRULE(this.sourceClause));
    this.OPTION3(() => this.SUBRULE(this.whereClause));
    this.OPTION4(() => this.CONSUME(S.zero));
    this.OPTION5(() => this.SUBRULE(this.outputClause));
  });

  insertStatement = this.RULE('insertStatement', () => {
    this.CONSUME(S.insert);
    this.CONSUME(S.into);
    this.SUBRULE(this.tableName);
    this.OPTION(() => this.SUBRULE(this.sourceClause));
    this.OR({
      DEF: [
        {
          ALT: () => {
            this.SUBRULE(this.setClause);
            this.OPTION2(() => this.SUBRULE(this.insertFrom));
          },
        },
        { ALT: () => this.SUBRULE2(this.insertFrom) },
      ],
      ERR_MSG: "'set' or 'from'",
    });
    this.OPTION3(() => this.SUBRULE(this.conflictClause));
    this.OPTION4(() => this.SUBRULE(this.outputClause));
  });

  insertFrom = this.RULE('insertFrom', () => {
    this.CONSUME(R.from);
    this.OR({
      DEF: [
        {
          ALT: () => {
            this.CONSUME(LeftParen);
            this.SUBRULE(this.query);
            this.CONSUME(RightParen);
          },
        },
        {
          ALT: () => {
            this.SUBRULE(this.tableRef);
            this.OPTION(() => this.SUBRULE(this.sourceClause));
            this.OPTION2(() => this.SUBRULE(this.whereClause));
          },
        },
      ],
      ERR_MSG: "a table name or a 'file'",
    });
  });

  conflictClause = this.RULE('conflictClause', () => {
    this.CONSUME(S.on);
    this.CONSUME(S.conflict);
    this.OR({
      DEF: [{ ALT: () => this.CONSUME(S.ignore) }, { ALT: () => this.CONSUME(S.update) }],
      ERR_MSG: "'ignore' or 'update'",
    });
  });

  updateStatement = this.RULE('updateStatement', () => {
    this.CONSUME(S.update);
    this.SUBRULE(this.tableName);
    this.OPTION(() => this.SUBRULE(this.sourceClause));
    this.SUBRULE(this.setClause);
    this.SUBRULE(this.mutationTail);
  });

  deleteStatement = this.RULE('deleteStatement', () => {
    this.CONSUME(S.delete);
    this.CONSUME(R.from);
    this.SUBRULE(this.tableName);
    this.OPTION(() => this.SUBRULE(this.sourceClause));
    this.SUBRULE(this.mutationTail);
  });

  mutationTail = this.RULE('mutationTail', () => {
    this.OPTION(() => this.SUBRULE(this.whereClause));
    this.OPTION2(() => this.SUBRULE(this.limitClause));
    this.OPTION3(() => this.SUBRULE(this.outputClause));
  });

  flushStatement = this.RULE('flushStatement', () => {
    this.CONSUME(S.flush);
    this.SUBRULE(this.tableName);
    this.OPTION(() => this.SUBRULE(this.sourceClause));
  });

  explainStatement = this.RULE('explainStatement', () => {
    this.CONSUME(S.explain);
    this.OPTION(() => this.CONSUME(S.analyze));
    this.OR({
      DEF: [
        { ALT: () => this.SUBRULE(this.query) },
        { ALT: () => this.SUBRULE(this.countStatement) },
        { ALT: () => this.SUBRULE(this.watchStatement) },
        { ALT: () => this.SUBRULE(this.getStatement) },
        { ALT: () => this.SUBRULE(this.insertStatement) },
        { ALT: () => this.SUBRULE(this.updateStatement) },
        { ALT: () => this.SUBRULE(this.deleteStatement) },
        { ALT: () => this.SUBRULE(this.flushStatement) },
      ],
      ERR_MSG: "a statement that reads or changes entries, such as 'select' or 'delete'",
    });
  });

  letStatement = this.RULE('letStatement', () => {
    this.CONSUME(S.let);
    this.OR({
      DEF: [{ ALT: () => this.CONSUME(Word) }, { ALT: () => this.CONSUME(Variable) }],
      ERR_MSG: 'a name for the variable',
    });
    this.CONSUME(Equal);
    this.SUBRULE(this.expression);
  });

  includeStatement = this.RULE('includeStatement', () => {
    this.CONSUME(S.include);
    this.CONSUME(Text, { ERR_MSG: "a 'file' in quotes" });
  });

  echoStatement = this.RULE('echoStatement', () => {
    this.CONSUME(S.echo);
    this.AT_LEAST_ONE_SEP({ SEP: Comma, DEF: () => this.SUBRULE(this.expression) });
  });

  setStatement = this.RULE('setStatement', () => {
    this.CONSUME(S.set);
    this.CONSUME(Word, { ERR_MSG: 'the name of a setting' });
    this.CONSUME(Equal);
    this.SUBRULE(this.expression);
  });

  useStatement = this.RULE('useStatement', () => {
    this.CONSUME(S.use);
    this.SUBRULE(this.place);
  });

  assertStatement = this.RULE('assertStatement', () => {
    this.CONSUME(S.assert);
    this.SUBRULE(this.expression);
    this.OPTION(() => {
      this.CONSUME(Comma);
      this.CONSUME(Text, { ERR_MSG: "a 'message' in quotes" });
    });
  });

  showStatement = this.RULE('showStatement', () => {
    this.CONSUME(S.show);
    this.OR({
      DEF: [
        { ALT: () => this.CONSUME(S.tables) },
        { ALT: () => this.CONSUME(S.settings) },
        {
          ALT: () => {
            this.CONSUME(S.fields);
            this.CONSUME(R.from);
            this.SUBRULE(this.tableName);
          },
        },
      ],
      ERR_MSG: "'tables', 'fields from …' or 'settings'",
    });
  });

  describeStatement = this.RULE('describeStatement', () => {
    this.CONSUME(S.describe);
    this.SUBRULE(this.tableName);
  });

  helpStatement = this.RULE('helpStatement', () => {
    this.CONSUME(S.help);
    this.OPTION(() => this.SUBRULE(this.topic));
  });

  topic = this.RULE('topic', () => {
    this.AT_LEAST_ONE_SEP({ SEP: Dot, DEF: () => this.CONSUME(AnyWord) });
  });

  // -------------------------------------------------------------- clauses

  projections = this.RULE('projections', () => {
    this.OR({
      DEF: [
        { ALT: () => this.CONSUME(Star) },
        { ALT: () => this.AT_LEAST_ONE_SEP({ SEP: Comma, DEF: () => this.SUBRULE(this.projection) }) },
      ],
      ERR_MSG: "fields, '*' or 'from'",
    });
  });

  projection = this.RULE('projection', () => {
    this.SUBRULE(this.expression);
    this.OPTION(() => this.SUBRULE(this.alias));
  });

  alias = this.RULE('alias', () => {
    this.CONSUME(R.as);
    this.OR({
      DEF: [{ ALT: () => this.CONSUME(Word) }, { ALT: () => this.CONSUME(Text) }],
      ERR_MSG: 'a new name',
    });
  });

  tableRef = this.RULE('tableRef', () => {
    this.OR({
      DEF: [{ ALT: () => this.CONSUME(Word) }, { ALT: () => this.CONSUME(Text) }],
      ERR_MSG: "a table name or a 'file'",
    });
    this.OPTION(() => this.SUBRULE(this.alias));
  });

  tableName = this.RULE('tableName', () => {
    this.CONSUME(Word, { ERR_MSG: 'a table name' });
  });

  sourceClause = this.RULE('sourceClause', () => {
    this.CONSUME(R.in);
    this.SUBRULE(this.place);
  });

  place = this.RULE('place', () => {
    this.OR({
      DEF: [
        {
          ALT: () => {
            this.CONSUME(S.netns);
            this.OR2({
              DEF: [
                { ALT: () => this.CONSUME(Namespace) },
                { ALT: () => this.CONSUME(Text) },
                { ALT: () => this.CONSUME(Star) },
              ],
              ERR_MSG: "the name of a network namespace, or '*' for all",
            });
          },
        },
        {
          ALT: () => {
            this.CONSUME(S.pid);
            this.OR3({
              DEF: [{ ALT: () => this.CONSUME(NumberLiteral) }, { ALT: () => this.CONSUME(Variable) }],
              ERR_MSG: 'the number of a process',
            });
          },
        },
        {
          ALT: () => {
            this.CONSUME(S.ssh);
            this.CONSUME2(Text, { ERR_MSG: "a 'user@host' in quotes" });
          },
        },
        {
          ALT: () => {
            this.CONSUME(S.file);
            this.CONSUME3(Text, { ERR_MSG: "a 'file' in quotes" });
          },
        },
        { ALT: () => this.CONSUME(S.kernel) },
      ],
      ERR_MSG: "'netns', 'pid', 'ssh', 'file' or 'kernel'",
    });
  });

  joinClause = this.RULE('joinClause', () => {
    this.OPTION(() => this.CONSUME(S.left));
    this.CONSUME(S.join);
    this.SUBRULE(this.tableRef);
    this.OPTION2(() => {
      this.CONSUME(S.on);
      this.SUBRULE(this.expression);
    });
  });

  onClause = this.RULE('onClause', () => {
    this.CONSUME(S.on);
    this.SUBRULE(this.words);
  });

  withClause = this.RULE('withClause', () => {
    this.CONSUME(S.with);
    this.SUBRULE(this.words);
  });

  words = this.RULE('words', () => {
    this.AT_LEAST_ONE_SEP({ SEP: Comma, DEF: () => this.CONSUME(Word) });
  });

  filterClauses = this.RULE('filterClauses', () => {
    this.OPTION(() => this.SUBRULE(this.whereClause));
    this.OPTION2(() => this.SUBRULE(this.groupClause));
    this.OPTION3(() => this.SUBRULE(this.havingClause));
    this.OPTION4(() => this.SUBRULE(this.orderClause));
    this.OPTION5(() => this.SUBRULE(this.limitClause));
  });

  whereClause = this.RULE('whereClause', () => {
    this.CONSUME(R.where);
    this.SUBRULE(this.expression);
  });

  groupClause = this.RULE('groupClause', () => {
    this.CONSUME(R.group);
    this.CONSUME(S.by);
    this.AT_LEAST_ONE_SEP({ SEP: Comma, DEF: () => this.SUBRULE(this.expression) });
  });

  havingClause = this.RULE('havingClause', () => {
    this.CONSUME(R.having);
    this.SUBRULE(this.expression);
  });

  orderClause = this.RULE('orderClause', () => {
    this.CONSUME(R.order);
    this.CONSUME(S.by);
    this.AT_LEAST_ONE_SEP({ SEP: Comma, DEF: () => this.SUBRULE(this.orderItem) });
  });

  orderItem = this.RULE('orderItem', () => {
    this.SUBRULE(this.expression);
    this.OPTION(() => this.OR([{ ALT: () => this.CONSUME(S.asc) }, { ALT: () => this.CONSUME(S.desc) }]));
  });

  limitClause = this.RULE('limitClause', () => {
    this.CONSUME(R.limit);
    this.SUBRULE(this.arithmetic);
    this.OPTION(() => {
      this.CONSUME(S.offset);
      this.SUBRULE2(this.arithmetic);
    });
  });

  timeClauses = this.RULE('timeClauses', () => {
    this.OPTION(() => this.SUBRULE(this.everyClause));
    this.OPTION2(() => this.SUBRULE(this.forClause));
    this.OPTION3(() => this.SUBRULE(this.untilClause));
  });

  everyClause = this.RULE('everyClause', () => {
    this.CONSUME(S.every);
    this.SUBRULE(this.arithmetic);
  });

  forClause = this.RULE('forClause', () => {
    this.CONSUME(S.for);
    this.SUBRULE(this.arithmetic);
  });

  untilClause = this.RULE('untilClause', () => {
    this.CONSUME(S.until);
    this.SUBRULE(this.expression);
  });

  outputClause = this.RULE('outputClause', () => {
    this.CONSUME(S.output);
    this.SUBRULE(this.words);
    this.OPTION(() => {
      this.CONSUME(S.to);
      this.CONSUME(Text, { ERR_MSG: "a 'file' in quotes" });
    });
  });

  setClause = this.RULE('setClause', () => {
    this.CONSUME(S.set);
    this.AT_LEAST_ONE_SEP({ SEP: Comma, DEF: () => this.SUBRULE(this.assignment) });
  });

  assignment = this.RULE('assignment', () => {
    this.SUBRULE(this.path);
    this.CONSUME(AssignOperator);
    this.SUBRULE(this.expression);
  });

  // -------------------------------------------------------------- expressions

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
  });

  isTest = this.RULE('isTest', () => {
    this.CONSUME(R.is);
    this.OPTION(() => this.CONSUME(R.not));
    this.OR({
      DEF: [{ ALT: () => this.CONSUME(Constant.null) }, { ALT: () => this.CONSUME(Word) }],
      ERR_MSG: "'null' or a class of addresses, such as 'private'",
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
    this.CONSUME(R.like);
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

  /** Operands and operators in a row; `src/lang/operators.ts` knows which bind tighter. */
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
  });

  atom = this.RULE('atom', () => {
    this.OR({
      DEF: [
        { ALT: () => this.CONSUME(Literal) },
        { ALT: () => this.CONSUME(Variable) },
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

  path = this.RULE('path', () => {
    this.CONSUME(Word, { ERR_MSG: 'the name of a field' });
    this.MANY(() => {
      this.CONSUME(Dot);
      this.CONSUME(AnyWord, { ERR_MSG: "a name behind the '.'" });
    });
  });

  callArguments = this.RULE('callArguments', () => {
    this.CONSUME(LeftParen);
    this.OPTION(() => {
      this.OR({
        DEF: [
          { ALT: () => this.CONSUME(Star) },
          {
            ALT: () => {
              this.OPTION2(() => this.CONSUME(R.distinct));
              this.AT_LEAST_ONE_SEP({ SEP: Comma, DEF: () => this.SUBRULE(this.expression) });
            },
          },
        ],
        ERR_MSG: "an argument or ')'",
      });
    });
    this.CONSUME(RightParen);
  });

  /** A query, an expression, or a list: what a list may stand for is not the grammar's business. */
  parenthesized = this.RULE('parenthesized', () => {
    this.CONSUME(LeftParen);
    this.OR({
      DEF: [
        { ALT: () => this.SUBRULE(this.query) },
        { ALT: () => this.AT_LEAST_ONE_SEP({ SEP: Comma, DEF: () => this.listItem() }) },
      ],
      ERR_MSG: 'a value, a list or a select',
    });
    this.CONSUME(RightParen);
  });

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
  private listItemAlternatives: OrMethodOpts<unknown> | undefined;

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

const isListEnd = (token: IToken): boolean => tokenMatcher(token, Comma) || tokenMatcher(token, RightParen);

let plain: CtqParser | undefined;
let recovering: CtqParser | undefined;

/** The parser, made when it is first needed. */
export const parser = (): CtqParser => {
  plain ??= new CtqParser();
  return plain;
};

/** The parser that goes on behind mistakes. */
export const recoveringParser = (): CtqParser => {
  recovering ??= new CtqParser({ recovery: true, validate: false });
  return recovering;
};
