import {
  AnyWord,
  Comma,
  Dot,
  Equal,
  LeftParen,
  Reserved as R,
  RightParen,
  Soft as S,
  Text,
  Variable,
  Word,
} from '../tokens.js';
import { Notation, type Rule } from './notation.js';

/** The statements. Their parts are in the classes that extend this one. */
export abstract class StatementRules extends Notation {
  abstract readonly projections: Rule;
  abstract readonly tableRef: Rule;
  abstract readonly tableName: Rule;
  abstract readonly tableOrFile: Rule;
  abstract readonly sourceClause: Rule;
  abstract readonly place: Rule;
  abstract readonly gateways: Rule;
  abstract readonly rangeClause: Rule;
  abstract readonly joinClause: Rule;
  abstract readonly onClause: Rule;
  abstract readonly withClause: Rule;
  abstract readonly filterClauses: Rule;
  abstract readonly whereClause: Rule;
  abstract readonly limitClause: Rule;
  abstract readonly timeClauses: Rule;
  abstract readonly watchClauses: Rule;
  abstract readonly outputClause: Rule;
  abstract readonly keepClause: Rule;
  abstract readonly setClause: Rule;
  abstract readonly expression: Rule;
  abstract readonly item: Rule;

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
        { ALT: () => this.SUBRULE(this.queryDefinition) },
        { ALT: () => this.SUBRULE(this.runStatement) },
        { ALT: () => this.SUBRULE(this.dropStatement) },
        { ALT: () => this.SUBRULE(this.letStatement) },
        { ALT: () => this.SUBRULE(this.includeStatement) },
        { ALT: () => this.SUBRULE(this.echoStatement) },
        { ALT: () => this.SUBRULE(this.setStatement) },
        { ALT: () => this.SUBRULE(this.useStatement) },
        { ALT: () => this.SUBRULE(this.prepareStatement) },
        { ALT: () => this.SUBRULE(this.assertStatement) },
        { ALT: () => this.SUBRULE(this.showStatement) },
        { ALT: () => this.SUBRULE(this.describeStatement) },
        { ALT: () => this.SUBRULE(this.helpStatement) },
      ],
      ERR_MSG: "a statement, such as 'select', 'watch' or 'help'",
    });
  });

  query = this.RULE('query', () => {
    this.OPTION(() => this.SUBRULE(this.commonTables));
    this.SUBRULE(this.selectStatement);
    this.MANY(() => {
      this.SUBRULE(this.setOperator);
      this.SUBRULE2(this.selectStatement);
    });
  });

  setOperator = this.RULE('setOperator', () => {
    this.OR([
      { ALT: () => this.CONSUME(S.except) },
      { ALT: () => this.CONSUME(S.intersect) },
      { ALT: () => this.CONSUME(S.union) },
    ]);
    this.OPTION(() => this.CONSUME(S.all));
  });

  /** `with NAME as (SELECT), …`. */
  commonTables = this.RULE('commonTables', () => {
    this.CONSUME(S.with);
    this.AT_LEAST_ONE_SEP({ SEP: Comma, DEF: () => this.SUBRULE(this.commonTable) });
  });

  commonTable = this.RULE('commonTable', () => {
    this.CONSUME(Word, { ERR_MSG: 'a name for the select' });
    this.CONSUME(R.as);
    this.CONSUME(LeftParen);
    this.SUBRULE(this.query);
    this.CONSUME(RightParen);
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
    this.OPTION4(() => this.SUBRULE(this.rangeClause));
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
    this.OPTION4(() => this.SUBRULE(this.withClause));
    this.SUBRULE(this.filterClauses);
    this.SUBRULE(this.watchClauses);
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
    this.SUBRULE(this.tableRef);
    this.OPTION(() => this.SUBRULE(this.sourceClause));
    this.OPTION2(() => this.SUBRULE(this.whereClause));
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
        { ALT: () => this.SUBRULE(this.runStatement) },
      ],
      ERR_MSG: "a statement that reads or changes entries, such as 'select' or 'delete'",
    });
  });

  /** `query NAME [(PARAMETER [= DEFAULT], …)] as SELECT`. */
  queryDefinition = this.RULE('queryDefinition', () => {
    this.CONSUME(S.query);
    this.CONSUME(Word, { ERR_MSG: 'a name for the query' });
    this.OPTION(() => this.SUBRULE(this.parameters));
    this.CONSUME(R.as);
    this.OR({
      DEF: [
        { ALT: () => this.SUBRULE(this.query) },
        { ALT: () => this.SUBRULE(this.countStatement) },
        { ALT: () => this.SUBRULE(this.watchStatement) },
      ],
      ERR_MSG: "'select', 'count' or 'watch'",
    });
  });

  parameters = this.RULE('parameters', () => {
    this.CONSUME(LeftParen);
    this.AT_LEAST_ONE_SEP({ SEP: Comma, DEF: () => this.SUBRULE(this.parameter) });
    this.CONSUME(RightParen);
  });

  parameter = this.RULE('parameter', () => {
    this.OR({
      DEF: [{ ALT: () => this.CONSUME(Word) }, { ALT: () => this.CONSUME(Variable) }],
      ERR_MSG: 'the name of a parameter',
    });
    this.OPTION(() => {
      this.CONSUME(Equal);
      this.SUBRULE(this.expression);
    });
  });

  runStatement = this.RULE('runStatement', () => {
    this.CONSUME(S.run);
    this.CONSUME(Word, { ERR_MSG: 'the name of a query' });
    this.OPTION(() => {
      this.CONSUME(LeftParen);
      this.OPTION2(() => this.AT_LEAST_ONE_SEP({ SEP: Comma, DEF: () => this.SUBRULE(this.expression) }));
      this.CONSUME(RightParen);
    });
  });

  dropStatement = this.RULE('dropStatement', () => {
    this.CONSUME(S.drop);
    this.CONSUME(S.query);
    this.CONSUME(Word, { ERR_MSG: 'the name of a query' });
  });

  letStatement = this.RULE('letStatement', () => {
    this.CONSUME(S.let);
    this.OR({
      DEF: [{ ALT: () => this.CONSUME(Word) }, { ALT: () => this.CONSUME(Variable) }],
      ERR_MSG: 'a name for the variable',
    });
    this.CONSUME(Equal);
    this.SUBRULE(this.item);
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
    this.OPTION(() => {
      this.CONSUME(Equal);
      this.SUBRULE(this.expression);
    });
  });

  useStatement = this.RULE('useStatement', () => {
    this.CONSUME(S.use);
    this.SUBRULE(this.place);
  });

  /** `prepare history 'clickhouse://…' keep 90d`. */
  prepareStatement = this.RULE('prepareStatement', () => {
    this.CONSUME(S.prepare);
    this.CONSUME(S.history);
    this.CONSUME(Text, { ERR_MSG: "the address of a server in quotes: 'clickhouse://…'" });
    this.OPTION(() => this.SUBRULE(this.keepClause));
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
        { ALT: () => this.CONSUME(S.queries) },
        { ALT: () => this.CONSUME(S.variables) },
        {
          ALT: () => {
            this.CONSUME(S.fleet);
            this.OPTION2(() => this.SUBRULE(this.gateways));
          },
        },
        {
          ALT: () => {
            this.CONSUME(S.history);
            this.OPTION(() => {
              this.OPTION3(() => this.CONSUME(R.in));
              this.CONSUME(Text, { ERR_MSG: "a 'folder' or the address of a server in quotes" });
            });
          },
        },
        {
          ALT: () => {
            this.CONSUME(S.fields);
            this.CONSUME(R.from);
            this.SUBRULE(this.tableOrFile);
          },
        },
      ],
      ERR_MSG: "'tables', 'fields from …', 'fleet', 'history', 'settings', 'variables' or 'queries'",
    });
    this.OPTION4(() => this.SUBRULE(this.outputClause));
  });

  describeStatement = this.RULE('describeStatement', () => {
    this.CONSUME(S.describe);
    this.SUBRULE(this.tableOrFile);
    this.OPTION(() => this.SUBRULE(this.outputClause));
  });

  helpStatement = this.RULE('helpStatement', () => {
    this.CONSUME(S.help);
    this.OPTION(() => this.SUBRULE(this.topic));
  });

  topic = this.RULE('topic', () => {
    this.AT_LEAST_ONE_SEP({ SEP: Dot, DEF: () => this.CONSUME(AnyWord) });
  });
}
