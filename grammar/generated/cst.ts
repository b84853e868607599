import type { CstNode, IToken } from "chevrotain";

export interface StatementCstNode extends CstNode {
  name: "statement";
  children: StatementCstChildren;
}

export type StatementCstChildren = {
  query?: QueryCstNode[];
  countStatement?: CountStatementCstNode[];
  watchStatement?: WatchStatementCstNode[];
  getStatement?: GetStatementCstNode[];
  insertStatement?: InsertStatementCstNode[];
  updateStatement?: UpdateStatementCstNode[];
  deleteStatement?: DeleteStatementCstNode[];
  flushStatement?: FlushStatementCstNode[];
  explainStatement?: ExplainStatementCstNode[];
  queryDefinition?: QueryDefinitionCstNode[];
  runStatement?: RunStatementCstNode[];
  dropStatement?: DropStatementCstNode[];
  letStatement?: LetStatementCstNode[];
  includeStatement?: IncludeStatementCstNode[];
  echoStatement?: EchoStatementCstNode[];
  setStatement?: SetStatementCstNode[];
  useStatement?: UseStatementCstNode[];
  prepareStatement?: PrepareStatementCstNode[];
  assertStatement?: AssertStatementCstNode[];
  showStatement?: ShowStatementCstNode[];
  describeStatement?: DescribeStatementCstNode[];
  helpStatement?: HelpStatementCstNode[];
};

export interface QueryCstNode extends CstNode {
  name: "query";
  children: QueryCstChildren;
}

export type QueryCstChildren = {
  commonTables?: CommonTablesCstNode[];
  selectStatement: (SelectStatementCstNode)[];
  setOperator?: SetOperatorCstNode[];
};

export interface SetOperatorCstNode extends CstNode {
  name: "setOperator";
  children: SetOperatorCstChildren;
}

export type SetOperatorCstChildren = {
  Except?: IToken[];
  Intersect?: IToken[];
  Union?: IToken[];
  All?: IToken[];
};

export interface CommonTablesCstNode extends CstNode {
  name: "commonTables";
  children: CommonTablesCstChildren;
}

export type CommonTablesCstChildren = {
  With: IToken[];
  commonTable: CommonTableCstNode[];
  Comma?: IToken[];
};

export interface CommonTableCstNode extends CstNode {
  name: "commonTable";
  children: CommonTableCstChildren;
}

export type CommonTableCstChildren = {
  Word: IToken[];
  As: IToken[];
  LeftParen: IToken[];
  query: QueryCstNode[];
  RightParen: IToken[];
};

export interface SelectStatementCstNode extends CstNode {
  name: "selectStatement";
  children: SelectStatementCstChildren;
}

export type SelectStatementCstChildren = {
  Select: IToken[];
  Distinct?: IToken[];
  projections?: ProjectionsCstNode[];
  From: IToken[];
  tableRef: TableRefCstNode[];
  selectTail: SelectTailCstNode[];
};

export interface CountStatementCstNode extends CstNode {
  name: "countStatement";
  children: CountStatementCstChildren;
}

export type CountStatementCstChildren = {
  Count: IToken[];
  tableRef: TableRefCstNode[];
  selectTail: SelectTailCstNode[];
};

export interface SelectTailCstNode extends CstNode {
  name: "selectTail";
  children: SelectTailCstChildren;
}

export type SelectTailCstChildren = {
  sourceClause?: SourceClauseCstNode[];
  rangeClause?: RangeClauseCstNode[];
  joinClause?: JoinClauseCstNode[];
  filterClauses: FilterClausesCstNode[];
  Zero?: IToken[];
  timeClauses: TimeClausesCstNode[];
  outputClause?: OutputClauseCstNode[];
};

export interface WatchStatementCstNode extends CstNode {
  name: "watchStatement";
  children: WatchStatementCstChildren;
}

export type WatchStatementCstChildren = {
  Watch: IToken[];
  projections?: ProjectionsCstNode[];
  From: IToken[];
  tableRef: TableRefCstNode[];
  Comma?: IToken[];
  sourceClause?: SourceClauseCstNode[];
  onClause?: OnClauseCstNode[];
  withClause?: WithClauseCstNode[];
  filterClauses: FilterClausesCstNode[];
  watchClauses: WatchClausesCstNode[];
  outputClause?: OutputClauseCstNode[];
};

export interface GetStatementCstNode extends CstNode {
  name: "getStatement";
  children: GetStatementCstChildren;
}

export type GetStatementCstChildren = {
  Get: IToken[];
  projections?: ProjectionsCstNode[];
  From: IToken[];
  tableRef: TableRefCstNode[];
  sourceClause?: SourceClauseCstNode[];
  whereClause?: WhereClauseCstNode[];
  Zero?: IToken[];
  outputClause?: OutputClauseCstNode[];
};

export interface InsertStatementCstNode extends CstNode {
  name: "insertStatement";
  children: InsertStatementCstChildren;
}

export type InsertStatementCstChildren = {
  Insert: IToken[];
  Into: IToken[];
  tableName: TableNameCstNode[];
  sourceClause?: SourceClauseCstNode[];
  setClause?: SetClauseCstNode[];
  insertFrom?: (InsertFromCstNode)[];
  conflictClause?: ConflictClauseCstNode[];
  outputClause?: OutputClauseCstNode[];
};

export interface InsertFromCstNode extends CstNode {
  name: "insertFrom";
  children: InsertFromCstChildren;
}

export type InsertFromCstChildren = {
  From: IToken[];
  tableRef: TableRefCstNode[];
  sourceClause?: SourceClauseCstNode[];
  whereClause?: WhereClauseCstNode[];
};

export interface ConflictClauseCstNode extends CstNode {
  name: "conflictClause";
  children: ConflictClauseCstChildren;
}

export type ConflictClauseCstChildren = {
  On: IToken[];
  Conflict: IToken[];
  Ignore?: IToken[];
  Update?: IToken[];
};

export interface UpdateStatementCstNode extends CstNode {
  name: "updateStatement";
  children: UpdateStatementCstChildren;
}

export type UpdateStatementCstChildren = {
  Update: IToken[];
  tableName: TableNameCstNode[];
  sourceClause?: SourceClauseCstNode[];
  setClause: SetClauseCstNode[];
  mutationTail: MutationTailCstNode[];
};

export interface DeleteStatementCstNode extends CstNode {
  name: "deleteStatement";
  children: DeleteStatementCstChildren;
}

export type DeleteStatementCstChildren = {
  Delete: IToken[];
  From: IToken[];
  tableName: TableNameCstNode[];
  sourceClause?: SourceClauseCstNode[];
  mutationTail: MutationTailCstNode[];
};

export interface MutationTailCstNode extends CstNode {
  name: "mutationTail";
  children: MutationTailCstChildren;
}

export type MutationTailCstChildren = {
  whereClause?: WhereClauseCstNode[];
  limitClause?: LimitClauseCstNode[];
  outputClause?: OutputClauseCstNode[];
};

export interface FlushStatementCstNode extends CstNode {
  name: "flushStatement";
  children: FlushStatementCstChildren;
}

export type FlushStatementCstChildren = {
  Flush: IToken[];
  tableName: TableNameCstNode[];
  sourceClause?: SourceClauseCstNode[];
};

export interface ExplainStatementCstNode extends CstNode {
  name: "explainStatement";
  children: ExplainStatementCstChildren;
}

export type ExplainStatementCstChildren = {
  Explain: IToken[];
  Analyze?: IToken[];
  query?: QueryCstNode[];
  countStatement?: CountStatementCstNode[];
  watchStatement?: WatchStatementCstNode[];
  getStatement?: GetStatementCstNode[];
  insertStatement?: InsertStatementCstNode[];
  updateStatement?: UpdateStatementCstNode[];
  deleteStatement?: DeleteStatementCstNode[];
  flushStatement?: FlushStatementCstNode[];
  runStatement?: RunStatementCstNode[];
};

export interface QueryDefinitionCstNode extends CstNode {
  name: "queryDefinition";
  children: QueryDefinitionCstChildren;
}

export type QueryDefinitionCstChildren = {
  Query: IToken[];
  Word: IToken[];
  parameters?: ParametersCstNode[];
  As: IToken[];
  query?: QueryCstNode[];
  countStatement?: CountStatementCstNode[];
  watchStatement?: WatchStatementCstNode[];
};

export interface ParametersCstNode extends CstNode {
  name: "parameters";
  children: ParametersCstChildren;
}

export type ParametersCstChildren = {
  LeftParen: IToken[];
  parameter: ParameterCstNode[];
  Comma?: IToken[];
  RightParen: IToken[];
};

export interface ParameterCstNode extends CstNode {
  name: "parameter";
  children: ParameterCstChildren;
}

export type ParameterCstChildren = {
  Word?: IToken[];
  Variable?: IToken[];
  Equal?: IToken[];
  expression?: ExpressionCstNode[];
};

export interface RunStatementCstNode extends CstNode {
  name: "runStatement";
  children: RunStatementCstChildren;
}

export type RunStatementCstChildren = {
  Run: IToken[];
  Word: IToken[];
  LeftParen?: IToken[];
  expression?: ExpressionCstNode[];
  Comma?: IToken[];
  RightParen?: IToken[];
};

export interface DropStatementCstNode extends CstNode {
  name: "dropStatement";
  children: DropStatementCstChildren;
}

export type DropStatementCstChildren = {
  Drop: IToken[];
  Query: IToken[];
  Word: IToken[];
};

export interface LetStatementCstNode extends CstNode {
  name: "letStatement";
  children: LetStatementCstChildren;
}

export type LetStatementCstChildren = {
  Let: IToken[];
  Word?: IToken[];
  Variable?: IToken[];
  Equal: IToken[];
  item: ItemCstNode[];
};

export interface IncludeStatementCstNode extends CstNode {
  name: "includeStatement";
  children: IncludeStatementCstChildren;
}

export type IncludeStatementCstChildren = {
  Include: IToken[];
  Text: IToken[];
};

export interface EchoStatementCstNode extends CstNode {
  name: "echoStatement";
  children: EchoStatementCstChildren;
}

export type EchoStatementCstChildren = {
  Echo: IToken[];
  expression: ExpressionCstNode[];
  Comma?: IToken[];
};

export interface SetStatementCstNode extends CstNode {
  name: "setStatement";
  children: SetStatementCstChildren;
}

export type SetStatementCstChildren = {
  Set: IToken[];
  Word: IToken[];
  Equal?: IToken[];
  expression?: ExpressionCstNode[];
};

export interface UseStatementCstNode extends CstNode {
  name: "useStatement";
  children: UseStatementCstChildren;
}

export type UseStatementCstChildren = {
  Use: IToken[];
  place: PlaceCstNode[];
};

export interface PrepareStatementCstNode extends CstNode {
  name: "prepareStatement";
  children: PrepareStatementCstChildren;
}

export type PrepareStatementCstChildren = {
  Prepare: IToken[];
  History: IToken[];
  Text: IToken[];
  keepClause?: KeepClauseCstNode[];
};

export interface AssertStatementCstNode extends CstNode {
  name: "assertStatement";
  children: AssertStatementCstChildren;
}

export type AssertStatementCstChildren = {
  Assert: IToken[];
  expression: ExpressionCstNode[];
  Comma?: IToken[];
  Text?: IToken[];
};

export interface ShowStatementCstNode extends CstNode {
  name: "showStatement";
  children: ShowStatementCstChildren;
}

export type ShowStatementCstChildren = {
  Show: IToken[];
  Tables?: IToken[];
  Settings?: IToken[];
  Queries?: IToken[];
  Variables?: IToken[];
  Fleet?: IToken[];
  gateways?: GatewaysCstNode[];
  History?: IToken[];
  In?: IToken[];
  Text?: IToken[];
  Fields?: IToken[];
  From?: IToken[];
  tableOrFile?: TableOrFileCstNode[];
  outputClause?: OutputClauseCstNode[];
};

export interface DescribeStatementCstNode extends CstNode {
  name: "describeStatement";
  children: DescribeStatementCstChildren;
}

export type DescribeStatementCstChildren = {
  Describe: IToken[];
  tableOrFile: TableOrFileCstNode[];
  outputClause?: OutputClauseCstNode[];
};

export interface HelpStatementCstNode extends CstNode {
  name: "helpStatement";
  children: HelpStatementCstChildren;
}

export type HelpStatementCstChildren = {
  Help: IToken[];
  topic?: TopicCstNode[];
};

export interface TopicCstNode extends CstNode {
  name: "topic";
  children: TopicCstChildren;
}

export type TopicCstChildren = {
  AnyWord: IToken[];
  Dot?: IToken[];
};

export interface ProjectionsCstNode extends CstNode {
  name: "projections";
  children: ProjectionsCstChildren;
}

export type ProjectionsCstChildren = {
  projection: ProjectionCstNode[];
  Comma?: IToken[];
};

export interface ProjectionCstNode extends CstNode {
  name: "projection";
  children: ProjectionCstChildren;
}

export type ProjectionCstChildren = {
  Star?: (IToken)[];
  expression?: ExpressionCstNode[];
  alias?: AliasCstNode[];
  Word?: IToken[];
  Dot?: IToken[];
};

export interface AliasCstNode extends CstNode {
  name: "alias";
  children: AliasCstChildren;
}

export type AliasCstChildren = {
  As?: IToken[];
  Word?: IToken[];
  Text?: IToken[];
  Identifier?: IToken[];
};

export interface TableRefCstNode extends CstNode {
  name: "tableRef";
  children: TableRefCstChildren;
}

export type TableRefCstChildren = {
  Word?: IToken[];
  Text?: IToken[];
  LeftParen?: IToken[];
  query?: QueryCstNode[];
  RightParen?: IToken[];
  alias?: AliasCstNode[];
};

export interface TableNameCstNode extends CstNode {
  name: "tableName";
  children: TableNameCstChildren;
}

export type TableNameCstChildren = {
  Word: IToken[];
};

export interface TableOrFileCstNode extends CstNode {
  name: "tableOrFile";
  children: TableOrFileCstChildren;
}

export type TableOrFileCstChildren = {
  Word?: IToken[];
  Text?: IToken[];
};

export interface SourceClauseCstNode extends CstNode {
  name: "sourceClause";
  children: SourceClauseCstChildren;
}

export type SourceClauseCstChildren = {
  In: IToken[];
  place: PlaceCstNode[];
};

export interface PlaceCstNode extends CstNode {
  name: "place";
  children: PlaceCstChildren;
}

export type PlaceCstChildren = {
  Netns?: IToken[];
  Namespace?: IToken[];
  Text?: (IToken)[];
  Star?: IToken[];
  Pid?: IToken[];
  Number?: IToken[];
  Variable?: IToken[];
  Kernel?: IToken[];
  History?: IToken[];
  Fleet?: IToken[];
  gateways?: GatewaysCstNode[];
  Word?: IToken[];
  placeNames?: PlaceNamesCstNode[];
};

export interface GatewaysCstNode extends CstNode {
  name: "gateways";
  children: GatewaysCstChildren;
}

export type GatewaysCstChildren = {
  Identifier?: IToken[];
  Text?: IToken[];
  placeNames?: PlaceNamesCstNode[];
};

export interface PlaceNamesCstNode extends CstNode {
  name: "placeNames";
  children: PlaceNamesCstChildren;
}

export type PlaceNamesCstChildren = {
  LeftParen: IToken[];
  placeName: PlaceNameCstNode[];
  Comma?: IToken[];
  RightParen: IToken[];
};

export interface PlaceNameCstNode extends CstNode {
  name: "placeName";
  children: PlaceNameCstChildren;
}

export type PlaceNameCstChildren = {
  Word?: IToken[];
  Text?: IToken[];
};

export interface RangeClauseCstNode extends CstNode {
  name: "rangeClause";
  children: RangeClauseCstChildren;
}

export type RangeClauseCstChildren = {
  At?: IToken[];
  moment?: (MomentCstNode)[];
  Within?: IToken[];
  arithmetic?: ArithmeticCstNode[];
  Since?: IToken[];
  Between?: IToken[];
  And?: IToken[];
};

export interface MomentCstNode extends CstNode {
  name: "moment";
  children: MomentCstChildren;
}

export type MomentCstChildren = {
  arithmetic: ArithmeticCstNode[];
  Ago?: IToken[];
};

export interface JoinClauseCstNode extends CstNode {
  name: "joinClause";
  children: JoinClauseCstChildren;
}

export type JoinClauseCstChildren = {
  Inner?: IToken[];
  Cross?: IToken[];
  Left?: IToken[];
  Outer?: IToken[];
  Join: IToken[];
  tableRef: TableRefCstNode[];
  On?: IToken[];
  expression?: ExpressionCstNode[];
};

export interface OnClauseCstNode extends CstNode {
  name: "onClause";
  children: OnClauseCstChildren;
}

export type OnClauseCstChildren = {
  On: IToken[];
  words: WordsCstNode[];
};

export interface WithClauseCstNode extends CstNode {
  name: "withClause";
  children: WithClauseCstChildren;
}

export type WithClauseCstChildren = {
  With: IToken[];
  words: WordsCstNode[];
};

export interface WordsCstNode extends CstNode {
  name: "words";
  children: WordsCstChildren;
}

export type WordsCstChildren = {
  Word: IToken[];
  Comma?: IToken[];
};

export interface FilterClausesCstNode extends CstNode {
  name: "filterClauses";
  children: FilterClausesCstChildren;
}

export type FilterClausesCstChildren = {
  whereClause?: WhereClauseCstNode[];
  groupClause?: GroupClauseCstNode[];
  havingClause?: HavingClauseCstNode[];
  orderClause?: OrderClauseCstNode[];
  limitClause?: LimitClauseCstNode[];
};

export interface WhereClauseCstNode extends CstNode {
  name: "whereClause";
  children: WhereClauseCstChildren;
}

export type WhereClauseCstChildren = {
  Where: IToken[];
  expression: ExpressionCstNode[];
};

export interface GroupClauseCstNode extends CstNode {
  name: "groupClause";
  children: GroupClauseCstChildren;
}

export type GroupClauseCstChildren = {
  Group: IToken[];
  By: IToken[];
  expression: ExpressionCstNode[];
  Comma?: IToken[];
};

export interface HavingClauseCstNode extends CstNode {
  name: "havingClause";
  children: HavingClauseCstChildren;
}

export type HavingClauseCstChildren = {
  Having: IToken[];
  expression: ExpressionCstNode[];
};

export interface OrderClauseCstNode extends CstNode {
  name: "orderClause";
  children: OrderClauseCstChildren;
}

export type OrderClauseCstChildren = {
  Order: IToken[];
  By: IToken[];
  orderItem: OrderItemCstNode[];
  Comma?: IToken[];
};

export interface OrderItemCstNode extends CstNode {
  name: "orderItem";
  children: OrderItemCstChildren;
}

export type OrderItemCstChildren = {
  expression: ExpressionCstNode[];
  Asc?: IToken[];
  Desc?: IToken[];
  Nulls?: IToken[];
  Word?: IToken[];
};

export interface LimitClauseCstNode extends CstNode {
  name: "limitClause";
  children: LimitClauseCstChildren;
}

export type LimitClauseCstChildren = {
  Limit: IToken[];
  arithmetic: (ArithmeticCstNode)[];
  Offset?: IToken[];
};

export interface TimeClausesCstNode extends CstNode {
  name: "timeClauses";
  children: TimeClausesCstChildren;
}

export type TimeClausesCstChildren = {
  everyClause?: EveryClauseCstNode[];
  forClause?: ForClauseCstNode[];
  untilClause?: UntilClauseCstNode[];
};

export interface WatchClausesCstNode extends CstNode {
  name: "watchClauses";
  children: WatchClausesCstChildren;
}

export type WatchClausesCstChildren = {
  everyClause?: EveryClauseCstNode[];
  forClause?: ForClauseCstNode[];
  untilClause?: UntilClauseCstNode[];
  withClause?: WithClauseCstNode[];
  intoClause?: IntoClauseCstNode[];
  keepClause?: KeepClauseCstNode[];
  spoolClause?: SpoolClauseCstNode[];
};

export interface IntoClauseCstNode extends CstNode {
  name: "intoClause";
  children: IntoClauseCstChildren;
}

export type IntoClauseCstChildren = {
  Into: IToken[];
  Text: IToken[];
};

export interface KeepClauseCstNode extends CstNode {
  name: "keepClause";
  children: KeepClauseCstChildren;
}

export type KeepClauseCstChildren = {
  Keep: IToken[];
  arithmetic: ArithmeticCstNode[];
  Comma?: IToken[];
};

export interface SpoolClauseCstNode extends CstNode {
  name: "spoolClause";
  children: SpoolClauseCstChildren;
}

export type SpoolClauseCstChildren = {
  Spool: IToken[];
  arithmetic: ArithmeticCstNode[];
};

export interface EveryClauseCstNode extends CstNode {
  name: "everyClause";
  children: EveryClauseCstChildren;
}

export type EveryClauseCstChildren = {
  Every: IToken[];
  arithmetic: ArithmeticCstNode[];
};

export interface ForClauseCstNode extends CstNode {
  name: "forClause";
  children: ForClauseCstChildren;
}

export type ForClauseCstChildren = {
  For: IToken[];
  arithmetic: ArithmeticCstNode[];
};

export interface UntilClauseCstNode extends CstNode {
  name: "untilClause";
  children: UntilClauseCstChildren;
}

export type UntilClauseCstChildren = {
  Until: IToken[];
  expression: ExpressionCstNode[];
};

export interface OutputClauseCstNode extends CstNode {
  name: "outputClause";
  children: OutputClauseCstChildren;
}

export type OutputClauseCstChildren = {
  Output: IToken[];
  destination?: (DestinationCstNode)[];
  words?: WordsCstNode[];
  warningClause?: WarningClauseCstNode[];
  criticalClause?: CriticalClauseCstNode[];
};

export interface DestinationCstNode extends CstNode {
  name: "destination";
  children: DestinationCstChildren;
}

export type DestinationCstChildren = {
  To: IToken[];
  Text: IToken[];
};

export interface WarningClauseCstNode extends CstNode {
  name: "warningClause";
  children: WarningClauseCstChildren;
}

export type WarningClauseCstChildren = {
  Warning: IToken[];
  expression: ExpressionCstNode[];
};

export interface CriticalClauseCstNode extends CstNode {
  name: "criticalClause";
  children: CriticalClauseCstChildren;
}

export type CriticalClauseCstChildren = {
  Critical: IToken[];
  expression: ExpressionCstNode[];
};

export interface SetClauseCstNode extends CstNode {
  name: "setClause";
  children: SetClauseCstChildren;
}

export type SetClauseCstChildren = {
  Set: IToken[];
  assignment: AssignmentCstNode[];
  Comma?: IToken[];
};

export interface AssignmentCstNode extends CstNode {
  name: "assignment";
  children: AssignmentCstChildren;
}

export type AssignmentCstChildren = {
  path: PathCstNode[];
  AssignOperator: IToken[];
  expression: ExpressionCstNode[];
};

export interface ExpressionCstNode extends CstNode {
  name: "expression";
  children: ExpressionCstChildren;
}

export type ExpressionCstChildren = {
  conjunction: (ConjunctionCstNode)[];
  Or?: IToken[];
};

export interface ConjunctionCstNode extends CstNode {
  name: "conjunction";
  children: ConjunctionCstChildren;
}

export type ConjunctionCstChildren = {
  negation: (NegationCstNode)[];
  And?: IToken[];
};

export interface NegationCstNode extends CstNode {
  name: "negation";
  children: NegationCstChildren;
}

export type NegationCstChildren = {
  Not?: IToken[];
  predicate: PredicateCstNode[];
};

export interface PredicateCstNode extends CstNode {
  name: "predicate";
  children: PredicateCstChildren;
}

export type PredicateCstChildren = {
  arithmetic: ArithmeticCstNode[];
  comparison?: ComparisonCstNode[];
  isTest?: IsTestCstNode[];
  Not?: IToken[];
  betweenTest?: BetweenTestCstNode[];
  inTest?: InTestCstNode[];
  likeTest?: LikeTestCstNode[];
  hasTest?: HasTestCstNode[];
};

export interface ComparisonCstNode extends CstNode {
  name: "comparison";
  children: ComparisonCstChildren;
}

export type ComparisonCstChildren = {
  CompareOperator: IToken[];
  arithmetic: (ArithmeticCstNode)[];
  DotDot?: IToken[];
};

export interface IsTestCstNode extends CstNode {
  name: "isTest";
  children: IsTestCstChildren;
}

export type IsTestCstChildren = {
  Is: IToken[];
  Not?: IToken[];
  Null?: IToken[];
  Word?: IToken[];
};

export interface BetweenTestCstNode extends CstNode {
  name: "betweenTest";
  children: BetweenTestCstChildren;
}

export type BetweenTestCstChildren = {
  Between: IToken[];
  arithmetic: (ArithmeticCstNode)[];
  And: IToken[];
};

export interface InTestCstNode extends CstNode {
  name: "inTest";
  children: InTestCstChildren;
}

export type InTestCstChildren = {
  In: IToken[];
  parenthesized?: ParenthesizedCstNode[];
  atom?: (AtomCstNode)[];
  DotDot?: IToken[];
};

export interface LikeTestCstNode extends CstNode {
  name: "likeTest";
  children: LikeTestCstChildren;
}

export type LikeTestCstChildren = {
  Like?: IToken[];
  Ilike?: IToken[];
  arithmetic: ArithmeticCstNode[];
};

export interface HasTestCstNode extends CstNode {
  name: "hasTest";
  children: HasTestCstChildren;
}

export type HasTestCstChildren = {
  Has: IToken[];
  Any?: (IToken)[];
  flags?: (FlagsCstNode)[];
  Variable?: IToken[];
  flag?: FlagCstNode[];
};

export interface FlagsCstNode extends CstNode {
  name: "flags";
  children: FlagsCstChildren;
}

export type FlagsCstChildren = {
  LeftParen: IToken[];
  flag: FlagCstNode[];
  Comma?: IToken[];
  RightParen: IToken[];
};

export interface FlagCstNode extends CstNode {
  name: "flag";
  children: FlagCstChildren;
}

export type FlagCstChildren = {
  Word?: IToken[];
  Text?: IToken[];
  Number?: IToken[];
  Variable?: IToken[];
};

export interface ArithmeticCstNode extends CstNode {
  name: "arithmetic";
  children: ArithmeticCstChildren;
}

export type ArithmeticCstChildren = {
  unary: (UnaryCstNode)[];
  BinaryOperator?: IToken[];
};

export interface UnaryCstNode extends CstNode {
  name: "unary";
  children: UnaryCstChildren;
}

export type UnaryCstChildren = {
  UnaryOperator?: IToken[];
  atom?: AtomCstNode[];
  parenthesized?: ParenthesizedCstNode[];
  TypeCast?: IToken[];
};

export interface AtomCstNode extends CstNode {
  name: "atom";
  children: AtomCstChildren;
}

export type AtomCstChildren = {
  Literal?: IToken[];
  Variable?: IToken[];
  searchedCase?: SearchedCaseCstNode[];
  simpleCase?: SimpleCaseCstNode[];
  path?: PathCstNode[];
  callArguments?: CallArgumentsCstNode[];
};

export interface SearchedCaseCstNode extends CstNode {
  name: "searchedCase";
  children: SearchedCaseCstChildren;
}

export type SearchedCaseCstChildren = {
  Case: IToken[];
  caseBranches: CaseBranchesCstNode[];
};

export interface SimpleCaseCstNode extends CstNode {
  name: "simpleCase";
  children: SimpleCaseCstChildren;
}

export type SimpleCaseCstChildren = {
  Case: IToken[];
  expression: ExpressionCstNode[];
  caseBranches: CaseBranchesCstNode[];
};

export interface CaseBranchesCstNode extends CstNode {
  name: "caseBranches";
  children: CaseBranchesCstChildren;
}

export type CaseBranchesCstChildren = {
  whenClause: (WhenClauseCstNode)[];
  Else?: IToken[];
  expression?: ExpressionCstNode[];
  End: IToken[];
};

export interface WhenClauseCstNode extends CstNode {
  name: "whenClause";
  children: WhenClauseCstChildren;
}

export type WhenClauseCstChildren = {
  When: IToken[];
  expression: (ExpressionCstNode)[];
  Then: IToken[];
};

export interface PathCstNode extends CstNode {
  name: "path";
  children: PathCstChildren;
}

export type PathCstChildren = {
  Word: IToken[];
  Dot?: IToken[];
  AnyWord?: IToken[];
};

export interface CallArgumentsCstNode extends CstNode {
  name: "callArguments";
  children: CallArgumentsCstChildren;
}

export type CallArgumentsCstChildren = {
  LeftParen: IToken[];
  Star?: IToken[];
  query?: QueryCstNode[];
  Distinct?: IToken[];
  expression?: ExpressionCstNode[];
  Comma?: IToken[];
  As?: IToken[];
  Word?: IToken[];
  RightParen: IToken[];
  aggregateFilter?: AggregateFilterCstNode[];
};

export interface AggregateFilterCstNode extends CstNode {
  name: "aggregateFilter";
  children: AggregateFilterCstChildren;
}

export type AggregateFilterCstChildren = {
  Filter: IToken[];
  LeftParen: IToken[];
  Where: IToken[];
  expression: ExpressionCstNode[];
  RightParen: IToken[];
};

export interface ParenthesizedCstNode extends CstNode {
  name: "parenthesized";
  children: ParenthesizedCstChildren;
}

export type ParenthesizedCstChildren = {
  LeftParen: IToken[];
  query?: QueryCstNode[];
  Literal?: IToken[];
  item?: ItemCstNode[];
  Comma?: IToken[];
  RightParen: IToken[];
};

export interface ItemCstNode extends CstNode {
  name: "item";
  children: ItemCstChildren;
}

export type ItemCstChildren = {
  expression: ExpressionCstNode[];
  DotDot?: IToken[];
  arithmetic?: ArithmeticCstNode[];
};
