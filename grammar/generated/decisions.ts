import type { Decisions } from '../lookahead.js';

/** What decides each choice of the grammar: see lookahead.ts. */
export const DECISIONS = {
  statement: {
    OR: {"isGated":false,"paths":[[[87],[7]],[[35]],[[85]],[[50]],[[57]],[[81]],[[37]],[[48]],[[46]],[[70]],[[71]],[[40]],[[63]],[[56]],[[41]],[[72]],[[82]],[[30]],[[74]],[[39]],[[52]]]},
  },
  query: {
    MANY: {"isGated":false,"paths":[[[45],[79]]]},
    OPTION: {"isGated":false,"paths":[[[87]]]},
  },
  setOperator: {
    OR: {"isGated":false,"paths":[[[45]],[[79]]]},
    OPTION: {"isGated":false,"paths":[[[26]]]},
  },
  commonTables: {
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[0]]]},
  },
  selectStatement: {
    OPTION: {"isGated":false,"paths":[[[8]]]},
    OPTION2: {"isGated":false,"paths":[[[124],[13],[5],[2],[100],[33],[0],[106]]]},
  },
  selectTail: {
    MANY: {"isGated":false,"paths":[[[62],[59]]]},
    OPTION: {"isGated":false,"paths":[[[14]]]},
    OPTION4: {"isGated":false,"paths":[[[31],[75],[15]]]},
    OPTION2: {"isGated":false,"paths":[[[89]]]},
    OPTION3: {"isGated":false,"paths":[[[67]]]},
  },
  watchStatement: {
    OPTION: {"isGated":false,"paths":[[[124],[13],[5],[2],[100],[33],[0],[106]]]},
    OPTION2: {"isGated":false,"paths":[[[14]]]},
    OPTION3: {"isGated":false,"paths":[[[66]]]},
    OPTION4: {"isGated":false,"paths":[[[87]]]},
    OPTION5: {"isGated":false,"paths":[[[67]]]},
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[0],[101],[106]]]},
  },
  getStatement: {
    OPTION: {"isGated":false,"paths":[[[124],[13],[5],[2],[100],[33],[0],[106]]]},
    OPTION2: {"isGated":false,"paths":[[[14]]]},
    OPTION3: {"isGated":false,"paths":[[[10]]]},
    OPTION4: {"isGated":false,"paths":[[[89]]]},
    OPTION5: {"isGated":false,"paths":[[[67]]]},
  },
  insertStatement: {
    OR: {"isGated":false,"paths":[[[72]],[[9]]]},
    OPTION: {"isGated":false,"paths":[[[14]]]},
    OPTION2: {"isGated":false,"paths":[[[9]]]},
    OPTION3: {"isGated":false,"paths":[[[66]]]},
    OPTION4: {"isGated":false,"paths":[[[67]]]},
  },
  insertFrom: {
    OPTION: {"isGated":false,"paths":[[[14]]]},
    OPTION2: {"isGated":false,"paths":[[[10]]]},
  },
  conflictClause: {
    OR: {"isGated":false,"paths":[[[54]],[[81]]]},
  },
  updateStatement: {
    OPTION: {"isGated":false,"paths":[[[14]]]},
  },
  deleteStatement: {
    OPTION: {"isGated":false,"paths":[[[14]]]},
  },
  mutationTail: {
    OPTION: {"isGated":false,"paths":[[[10]]]},
    OPTION2: {"isGated":false,"paths":[[[22]]]},
    OPTION3: {"isGated":false,"paths":[[[67]]]},
  },
  flushStatement: {
    OPTION: {"isGated":false,"paths":[[[14]]]},
  },
  explainStatement: {
    OR: {"isGated":false,"paths":[[[87],[7]],[[35]],[[85]],[[50]],[[57]],[[81]],[[37]],[[48]],[[71]]]},
    OPTION: {"isGated":false,"paths":[[[27]]]},
  },
  queryDefinition: {
    OR: {"isGated":false,"paths":[[[87],[7]],[[35]],[[85]]]},
    OPTION: {"isGated":false,"paths":[[[106]]]},
  },
  parameters: {
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[0],[100]]]},
  },
  parameter: {
    OR: {"isGated":false,"paths":[[[0]],[[100]]]},
    OPTION: {"isGated":false,"paths":[[[119]]]},
  },
  runStatement: {
    OPTION: {"isGated":false,"paths":[[[106]]]},
    OPTION2: {"isGated":false,"paths":[[[13],[5],[2],[100],[33],[0],[106]]]},
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[13],[5],[2],[100],[33],[0],[106]]]},
  },
  letStatement: {
    OR: {"isGated":false,"paths":[[[0]],[[100]]]},
  },
  echoStatement: {
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[13],[5],[2],[100],[33],[0],[106]]]},
  },
  setStatement: {
    OPTION: {"isGated":false,"paths":[[[119]]]},
  },
  assertStatement: {
    OPTION: {"isGated":false,"paths":[[[105]]]},
  },
  showStatement: {
    OR: {"isGated":false,"paths":[[[76]],[[73]],[[69]],[[83]],[[53]],[[47]]]},
    OPTION: {"isGated":false,"paths":[[[101]]]},
  },
  helpStatement: {
    OPTION: {"isGated":false,"paths":[[[1]]]},
  },
  topic: {
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[1]]]},
  },
  projections: {
    OR: {"isGated":false,"paths":[[[124]],[[13],[5],[2],[100],[33],[0],[106]]]},
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[13],[5],[2],[100],[33],[0],[106]]]},
  },
  projection: {
    OPTION: {"isGated":false,"paths":[[[18],[99]]]},
  },
  alias: {
    OR: {"isGated":false,"paths":[[[18]],[[99]]]},
    OR2: {"isGated":false,"paths":[[[0]],[[101]]]},
  },
  tableRef: {
    OR: {"isGated":false,"paths":[[[0]],[[101]],[[106]]]},
    OPTION: {"isGated":false,"paths":[[[18],[99]]]},
  },
  place: {
    OR: {"isGated":true,"paths":[[[64]],[[68]],[[61]],[[53]],[[0]]]},
    OR2: {"isGated":false,"paths":[[[95]],[[101]],[[124]]]},
    OR3: {"isGated":false,"paths":[[[98]],[[100]]]},
    OPTION: {"isGated":false,"paths":[[[101]]]},
  },
  rangeClause: {
    OR: {"isGated":false,"paths":[[[31]],[[75]],[[15]]]},
    OPTION: {"isGated":false,"paths":[[[88]]]},
  },
  joinClause: {
    OPTION: {"isGated":false,"paths":[[[62]]]},
    OPTION2: {"isGated":false,"paths":[[[66]]]},
  },
  words: {
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[0]]]},
  },
  filterClauses: {
    OPTION: {"isGated":false,"paths":[[[10]]]},
    OPTION2: {"isGated":false,"paths":[[[19]]]},
    OPTION3: {"isGated":false,"paths":[[[20]]]},
    OPTION4: {"isGated":false,"paths":[[[21]]]},
    OPTION5: {"isGated":false,"paths":[[[22]]]},
  },
  groupClause: {
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[13],[5],[2],[100],[33],[0],[106]]]},
  },
  orderClause: {
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[13],[5],[2],[100],[33],[0],[106]]]},
  },
  orderItem: {
    OR: {"isGated":false,"paths":[[[29]],[[38]]]},
    OPTION: {"isGated":false,"paths":[[[29],[38]]]},
  },
  limitClause: {
    OPTION: {"isGated":false,"paths":[[[65]]]},
  },
  timeClauses: {
    OR: {"isGated":false,"paths":[[[44]],[[49]],[[80]]]},
    MANY: {"isGated":false,"paths":[[[44],[49],[80]]]},
  },
  watchClauses: {
    OR: {"isGated":false,"paths":[[[44]],[[49]],[[80]],[[87]],[[58]],[[60]]]},
    MANY: {"isGated":false,"paths":[[[44],[49],[80],[87],[58],[60]]]},
  },
  keepClause: {
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[5],[2],[100],[33],[0],[106]]]},
  },
  outputClause: {
    OR: {"isGated":false,"paths":[[[84]],[[36]]]},
    MANY: {"isGated":false,"paths":[[[84],[36]]]},
    OPTION: {"isGated":false,"paths":[[[78]]]},
  },
  setClause: {
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[0]]]},
  },
  expression: {
    MANY: {"isGated":false,"paths":[[[12]]]},
  },
  conjunction: {
    MANY: {"isGated":false,"paths":[[[11]]]},
  },
  negation: {
    MANY: {"isGated":false,"paths":[[[13]]]},
  },
  predicate: {
    OR: {"isGated":false,"paths":[[[3]],[[17]],[[13],[15],[14],[16],[55],[51]]]},
    OR2: {"isGated":false,"paths":[[[15]],[[14]],[[16],[55]],[[51]]]},
    OPTION: {"isGated":false,"paths":[[[3],[17],[13],[15],[14],[16],[55],[51]]]},
    OPTION2: {"isGated":false,"paths":[[[13]]]},
  },
  comparison: {
    OPTION: {"isGated":false,"paths":[[[108]]]},
  },
  isTest: {
    OR: {"isGated":false,"paths":[[[25]],[[0]]]},
    OPTION: {"isGated":false,"paths":[[[13]]]},
  },
  inTest: {
    OR: {"isGated":false,"paths":[[[106]],[[2],[100],[33],[0]]]},
    OPTION: {"isGated":false,"paths":[[[108]]]},
  },
  likeTest: {
    OR: {"isGated":false,"paths":[[[16]],[[55]]]},
  },
  hasTest: {
    OR: {"isGated":false,"paths":[[[28,106]],[[106]],[[0],[101],[98],[100]]]},
  },
  flags: {
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[0],[101],[98],[100]]]},
  },
  flag: {
    OR: {"isGated":false,"paths":[[[0]],[[101]],[[98]],[[100]]]},
  },
  arithmetic: {
    MANY: {"isGated":false,"paths":[[[4]]]},
  },
  unary: {
    OR: {"isGated":false,"paths":[[[2],[100],[33],[0]],[[106]]]},
    MANY: {"isGated":false,"paths":[[[5]]]},
    MANY2: {"isGated":false,"paths":[[[96]]]},
  },
  atom: {
    OR: {"isGated":true,"paths":[[[2]],[[100]],[[33]],[[33]],[[0]]]},
    OPTION: {"isGated":false,"paths":[[[106]]]},
  },
  caseBranches: {
    MANY: {"isGated":false,"paths":[[[86]]]},
    OPTION: {"isGated":false,"paths":[[[42]]]},
  },
  path: {
    MANY: {"isGated":false,"paths":[[[109]]]},
  },
  callArguments: {
    OR: {"isGated":true,"paths":[[[124]],[[87],[7]],[[8],[13],[5],[2],[100],[33],[0],[106]]]},
    OPTION: {"isGated":false,"paths":[[[124],[87],[7],[8],[13],[5],[2],[100],[33],[0],[106]]]},
    OPTION2: {"isGated":false,"paths":[[[8]]]},
    OPTION3: {"isGated":false,"paths":[[[18]]]},
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[13],[5],[2],[100],[33],[0],[106]]]},
  },
  parenthesized: {
    OR: {"isGated":true,"paths":[[[87],[7]],[[2],[13],[5],[100],[33],[0],[106]]]},
    OR2: {"isGated":true,"paths":[[[2]],[[13],[5],[2],[100],[33],[0],[106]]]},
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[2],[13],[5],[100],[33],[0],[106]]]},
  },
  item: {
    OPTION: {"isGated":false,"paths":[[[108]]]},
  },
} satisfies Decisions as Decisions;
