import type { Decisions } from '../lookahead.js';

/** What decides each choice of the grammar: see lookahead.ts. */
export const DECISIONS = {
  statement: {
    OR: {"isGated":false,"paths":[[[87],[7]],[[35]],[[85]],[[49]],[[56]],[[82]],[[36]],[[47]],[[45]],[[70]],[[71]],[[39]],[[62]],[[55]],[[40]],[[72]],[[83]],[[68]],[[30]],[[74]],[[38]],[[51]]]},
  },
  query: {
    MANY: {"isGated":false,"paths":[[[44],[80]]]},
    OPTION: {"isGated":false,"paths":[[[87]]]},
  },
  setOperator: {
    OR: {"isGated":false,"paths":[[[44]],[[80]]]},
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
    MANY: {"isGated":false,"paths":[[[61],[58]]]},
    OPTION: {"isGated":false,"paths":[[[14]]]},
    OPTION4: {"isGated":false,"paths":[[[31],[75],[15]]]},
    OPTION2: {"isGated":false,"paths":[[[89]]]},
    OPTION3: {"isGated":false,"paths":[[[66]]]},
  },
  watchStatement: {
    OPTION: {"isGated":false,"paths":[[[124],[13],[5],[2],[100],[33],[0],[106]]]},
    OPTION2: {"isGated":false,"paths":[[[14]]]},
    OPTION3: {"isGated":false,"paths":[[[65]]]},
    OPTION4: {"isGated":false,"paths":[[[87]]]},
    OPTION5: {"isGated":false,"paths":[[[66]]]},
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[0],[101],[106]]]},
  },
  getStatement: {
    OPTION: {"isGated":false,"paths":[[[124],[13],[5],[2],[100],[33],[0],[106]]]},
    OPTION2: {"isGated":false,"paths":[[[14]]]},
    OPTION3: {"isGated":false,"paths":[[[10]]]},
    OPTION4: {"isGated":false,"paths":[[[89]]]},
    OPTION5: {"isGated":false,"paths":[[[66]]]},
  },
  insertStatement: {
    OR: {"isGated":false,"paths":[[[72]],[[9]]]},
    OPTION: {"isGated":false,"paths":[[[14]]]},
    OPTION2: {"isGated":false,"paths":[[[9]]]},
    OPTION3: {"isGated":false,"paths":[[[65]]]},
    OPTION4: {"isGated":false,"paths":[[[66]]]},
  },
  insertFrom: {
    OPTION: {"isGated":false,"paths":[[[14]]]},
    OPTION2: {"isGated":false,"paths":[[[10]]]},
  },
  conflictClause: {
    OR: {"isGated":false,"paths":[[[53]],[[82]]]},
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
    OPTION3: {"isGated":false,"paths":[[[66]]]},
  },
  flushStatement: {
    OPTION: {"isGated":false,"paths":[[[14]]]},
  },
  explainStatement: {
    OR: {"isGated":false,"paths":[[[87],[7]],[[35]],[[85]],[[49]],[[56]],[[82]],[[36]],[[47]],[[71]]]},
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
  prepareStatement: {
    OPTION: {"isGated":false,"paths":[[[59]]]},
  },
  assertStatement: {
    OPTION: {"isGated":false,"paths":[[[105]]]},
  },
  showStatement: {
    OR: {"isGated":false,"paths":[[[77]],[[73]],[[69]],[[84]],[[52]],[[46]]]},
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
    OR: {"isGated":true,"paths":[[[63]],[[67]],[[60]],[[52]],[[0]]]},
    OR2: {"isGated":false,"paths":[[[95]],[[101]],[[124]]]},
    OR3: {"isGated":false,"paths":[[[98]],[[100]]]},
    OPTION: {"isGated":false,"paths":[[[101]]]},
  },
  rangeClause: {
    OR: {"isGated":false,"paths":[[[31]],[[75]],[[15]]]},
    OPTION: {"isGated":false,"paths":[[[88]]]},
  },
  joinClause: {
    OPTION: {"isGated":false,"paths":[[[61]]]},
    OPTION2: {"isGated":false,"paths":[[[65]]]},
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
    OR: {"isGated":false,"paths":[[[29]],[[37]]]},
    OPTION: {"isGated":false,"paths":[[[29],[37]]]},
  },
  limitClause: {
    OPTION: {"isGated":false,"paths":[[[64]]]},
  },
  timeClauses: {
    OR: {"isGated":false,"paths":[[[43]],[[48]],[[81]]]},
    MANY: {"isGated":false,"paths":[[[43],[48],[81]]]},
  },
  watchClauses: {
    OR: {"isGated":false,"paths":[[[43]],[[48]],[[81]],[[87]],[[57]],[[59]],[[76]]]},
    MANY: {"isGated":false,"paths":[[[43],[48],[81],[87],[57],[59],[76]]]},
  },
  keepClause: {
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[5],[2],[100],[33],[0],[106]]]},
  },
  outputClause: {
    OPTION: {"isGated":false,"paths":[[[79]]]},
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
    OR: {"isGated":false,"paths":[[[3]],[[17]],[[13],[15],[14],[16],[54],[50]]]},
    OR2: {"isGated":false,"paths":[[[15]],[[14]],[[16],[54]],[[50]]]},
    OPTION: {"isGated":false,"paths":[[[3],[17],[13],[15],[14],[16],[54],[50]]]},
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
    OR: {"isGated":false,"paths":[[[16]],[[54]]]},
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
    OPTION: {"isGated":false,"paths":[[[41]]]},
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
