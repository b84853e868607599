import {
  AssignOperator,
  Comma,
  Dot,
  Identifier,
  LeftParen,
  Namespace,
  NumberLiteral,
  Reserved as R,
  RightParen,
  Soft as S,
  Star,
  Text,
  Variable,
  Word,
} from '../tokens.js';
import type { Rule } from './notation.js';
import { StatementRules } from './statements.js';

/** What is expected where no kind of place is recognised: the language lists them. */
export const PLACE = 'a place';

/** The clauses of statements. */
export abstract class ClauseRules extends StatementRules {
  abstract readonly arithmetic: Rule;
  abstract readonly path: Rule;

  projections = this.RULE('projections', () => {
    this.AT_LEAST_ONE_SEP({ SEP: Comma, DEF: () => this.SUBRULE(this.projection) });
  });

  projection = this.RULE('projection', () => {
    this.OR({
      DEF: [
        { ALT: () => this.CONSUME(Star) },
        {
          GATE: () => !this.isStarOfTable(),
          IGNORE_AMBIGUITIES: true,
          ALT: () => {
            this.SUBRULE(this.expression);
            this.OPTION(() => this.SUBRULE(this.alias));
          },
        },
        {
          ALT: () => {
            this.CONSUME(Word);
            this.CONSUME(Dot);
            this.CONSUME2(Star);
          },
        },
      ],
      ERR_MSG: 'a value or a field',
    });
  });

  /** Whether a name is that of a table, whose columns follow: `h.*`. */
  private isStarOfTable(): boolean {
    return this.LA(2).tokenType === Dot && this.LA(3).tokenType === Star;
  }

  alias = this.RULE('alias', () => {
    this.OR([
      {
        ALT: () => {
          this.CONSUME(R.as);
          this.OR2({
            DEF: [{ ALT: () => this.CONSUME(Word) }, { ALT: () => this.CONSUME(Text) }],
            ERR_MSG: 'a new name',
          });
        },
      },
      // Without 'as', a keyword begins the next clause.
      { ALT: () => this.CONSUME(Identifier) },
    ]);
  });

  tableRef = this.RULE('tableRef', () => {
    this.OR({
      DEF: [
        { ALT: () => this.CONSUME(Word) },
        { ALT: () => this.CONSUME(Text) },
        {
          ALT: () => {
            this.CONSUME(LeftParen);
            this.SUBRULE(this.query);
            this.CONSUME(RightParen);
          },
        },
      ],
      ERR_MSG: "a table name or a 'file'",
    });
    this.OPTION(() => this.SUBRULE(this.alias));
  });

  tableName = this.RULE('tableName', () => {
    this.CONSUME(Word, { ERR_MSG: 'a table name' });
  });

  tableOrFile = this.RULE('tableOrFile', () => {
    this.OR({
      DEF: [{ ALT: () => this.CONSUME(Word) }, { ALT: () => this.CONSUME(Text) }],
      ERR_MSG: "a table name or a 'file'",
    });
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
              ERR_MSG: 'a process ID',
            });
          },
        },
        { ALT: () => this.CONSUME(S.kernel) },
        {
          ALT: () => {
            this.CONSUME(S.history);
            this.OPTION(() => this.CONSUME3(Text));
          },
        },
        {
          ALT: () => {
            this.CONSUME(S.fleet);
            this.OPTION2(() => this.SUBRULE(this.gateways));
          },
        },
        // Any other kind: src/lang/schema/places.ts knows the words.
        {
          GATE: () => this.LA(2).tokenType === Text || this.LA(2).tokenType === LeftParen,
          IGNORE_AMBIGUITIES: true,
          ALT: () => {
            this.CONSUME(Word);
            this.OR4([{ ALT: () => this.CONSUME2(Text) }, { ALT: () => this.SUBRULE(this.placeNames) }]);
          },
        },
      ],
      ERR_MSG: PLACE,
    });
  });

  /** Which gateways of the fleet: groups and members. */
  gateways = this.RULE('gateways', () => {
    this.OR([
      // A keyword begins the next clause.
      { ALT: () => this.CONSUME(Identifier) },
      { ALT: () => this.CONSUME(Text) },
      { ALT: () => this.SUBRULE(this.placeNames) },
    ]);
  });

  placeNames = this.RULE('placeNames', () => {
    this.CONSUME(LeftParen);
    this.AT_LEAST_ONE_SEP({ SEP: Comma, DEF: () => this.SUBRULE(this.placeName) });
    this.CONSUME(RightParen);
  });

  placeName = this.RULE('placeName', () => {
    this.OR({
      DEF: [{ ALT: () => this.CONSUME(Word) }, { ALT: () => this.CONSUME(Text) }],
      ERR_MSG: 'a name, in quotes unless it is a plain word',
    });
  });

  /** The time of a query of the history. */
  rangeClause = this.RULE('rangeClause', () => {
    this.OR([
      {
        ALT: () => {
          this.CONSUME(S.at);
          this.SUBRULE(this.moment);
          this.OPTION(() => {
            this.CONSUME(S.within);
            this.SUBRULE(this.arithmetic);
          });
        },
      },
      {
        ALT: () => {
          this.CONSUME(S.since);
          this.SUBRULE2(this.moment);
        },
      },
      {
        ALT: () => {
          this.CONSUME(R.between);
          this.SUBRULE3(this.moment);
          this.CONSUME(R.and);
          this.SUBRULE4(this.moment);
        },
      },
    ]);
  });

  /** A time, or `10m ago`. */
  moment = this.RULE('moment', () => {
    this.SUBRULE(this.arithmetic);
    this.OPTION(() => this.CONSUME(S.ago));
  });

  joinClause = this.RULE('joinClause', () => {
    this.OPTION(() => {
      this.OR([
        { ALT: () => this.CONSUME(S.inner) },
        { ALT: () => this.CONSUME(S.cross) },
        {
          ALT: () => {
            this.CONSUME(S.left);
            this.OPTION2(() => this.CONSUME(S.outer));
          },
        },
      ]);
    });
    this.CONSUME(S.join);
    this.SUBRULE(this.tableRef);
    this.OPTION3(() => {
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
    this.OPTION2(() => {
      this.CONSUME(S.nulls);
      this.CONSUME(Word, { ERR_MSG: "'first' or 'last'" });
    });
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
    this.MANY(() =>
      this.OR([
        { ALT: () => this.SUBRULE(this.everyClause) },
        { ALT: () => this.SUBRULE(this.forClause) },
        { ALT: () => this.SUBRULE(this.untilClause) },
      ]),
    );
  });

  /** In any order; duplicates are rejected when the AST is built. */
  watchClauses = this.RULE('watchClauses', () => {
    this.MANY(() =>
      this.OR([
        { ALT: () => this.SUBRULE(this.everyClause) },
        { ALT: () => this.SUBRULE(this.forClause) },
        { ALT: () => this.SUBRULE(this.untilClause) },
        { ALT: () => this.SUBRULE(this.withClause) },
        { ALT: () => this.SUBRULE(this.intoClause) },
        { ALT: () => this.SUBRULE(this.keepClause) },
        { ALT: () => this.SUBRULE(this.spoolClause) },
      ]),
    );
  });

  intoClause = this.RULE('intoClause', () => {
    this.CONSUME(S.into);
    this.CONSUME(Text, { ERR_MSG: "'history', a 'folder' or the address of a server in quotes" });
  });

  keepClause = this.RULE('keepClause', () => {
    this.CONSUME(S.keep);
    this.AT_LEAST_ONE_SEP({ SEP: Comma, DEF: () => this.SUBRULE(this.arithmetic) });
  });

  spoolClause = this.RULE('spoolClause', () => {
    this.CONSUME(S.spool);
    this.SUBRULE(this.arithmetic);
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
    // `to` may be a word too, but no text follows a word.
    this.OR([
      {
        GATE: () => this.LA(2).tokenType === Text,
        IGNORE_AMBIGUITIES: true,
        ALT: () => this.SUBRULE(this.destination),
      },
      {
        ALT: () => {
          this.SUBRULE(this.words);
          // In any order; duplicates are rejected when the AST is built.
          this.MANY(() =>
            this.OR2([
              { ALT: () => this.SUBRULE(this.warningClause) },
              { ALT: () => this.SUBRULE(this.criticalClause) },
            ]),
          );
          this.OPTION(() => this.SUBRULE2(this.destination));
        },
      },
    ]);
  });

  destination = this.RULE('destination', () => {
    this.CONSUME(S.to);
    this.CONSUME(Text, { ERR_MSG: "a 'file' in quotes" });
  });

  warningClause = this.RULE('warningClause', () => {
    this.CONSUME(S.warning);
    this.SUBRULE(this.expression);
  });

  criticalClause = this.RULE('criticalClause', () => {
    this.CONSUME(S.critical);
    this.SUBRULE(this.expression);
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
}
