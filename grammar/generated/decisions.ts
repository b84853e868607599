import type { Decisions } from '../lookahead.js';

/** What decides each choice of the grammar: see lookahead.ts. */
export const DECISIONS = {
  statement: {
    OR: {"isGated":false,"paths":[[[76],[7]],[[34]],[[74]],[[47]],[[53]],[[72]],[[35]],[[45]],[[43]],[[58]],[[52]],[[38]],[[64]],[[73]],[[30]],[[66]],[[37]],[[49]]]},
  },
  query: {
    MANY: {"isGated":false,"paths":[[[42],[70]]]},
    OPTION: {"isGated":false,"paths":[[[76]]]},
  },
  setOperator: {
    OR: {"isGated":false,"paths":[[[42]],[[70]]]},
    OPTION: {"isGated":false,"paths":[[[26]]]},
  },
  commonTables: {
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[0]]]},
  },
  selectStatement: {
    OPTION: {"isGated":false,"paths":[[[8]]]},
    OPTION2: {"isGated":false,"paths":[[[112],[13],[5],[2],[88],[32],[0],[94]]]},
  },
  selectTail: {
    MANY: {"isGated":false,"paths":[[[57],[55]]]},
    OPTION: {"isGated":false,"paths":[[[14]]]},
    OPTION2: {"isGated":false,"paths":[[[77]]]},
    OPTION3: {"isGated":false,"paths":[[[62]]]},
  },
  watchStatement: {
    OPTION: {"isGated":false,"paths":[[[112],[13],[5],[2],[88],[32],[0],[94]]]},
    OPTION2: {"isGated":false,"paths":[[[14]]]},
    OPTION3: {"isGated":false,"paths":[[[61]]]},
    OPTION4: {"isGated":false,"paths":[[[76]]]},
    OPTION5: {"isGated":false,"paths":[[[62]]]},
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[0],[89],[94]]]},
  },
  getStatement: {
    OPTION: {"isGated":false,"paths":[[[112],[13],[5],[2],[88],[32],[0],[94]]]},
    OPTION2: {"isGated":false,"paths":[[[14]]]},
    OPTION3: {"isGated":false,"paths":[[[10]]]},
    OPTION4: {"isGated":false,"paths":[[[77]]]},
    OPTION5: {"isGated":false,"paths":[[[62]]]},
  },
  insertStatement: {
    OR: {"isGated":false,"paths":[[[64]],[[9]]]},
    OPTION: {"isGated":false,"paths":[[[14]]]},
    OPTION2: {"isGated":false,"paths":[[[9]]]},
    OPTION3: {"isGated":false,"paths":[[[61]]]},
    OPTION4: {"isGated":false,"paths":[[[62]]]},
  },
  insertFrom: {
    OPTION: {"isGated":false,"paths":[[[14]]]},
    OPTION2: {"isGated":false,"paths":[[[10]]]},
  },
  conflictClause: {
    OR: {"isGated":false,"paths":[[[50]],[[72]]]},
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
    OPTION3: {"isGated":false,"paths":[[[62]]]},
  },
  flushStatement: {
    OPTION: {"isGated":false,"paths":[[[14]]]},
  },
  explainStatement: {
    OR: {"isGated":false,"paths":[[[76],[7]],[[34]],[[74]],[[47]],[[53]],[[72]],[[35]],[[45]]]},
    OPTION: {"isGated":false,"paths":[[[27]]]},
  },
  letStatement: {
    OR: {"isGated":false,"paths":[[[0]],[[88]]]},
  },
  echoStatement: {
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[13],[5],[2],[88],[32],[0],[94]]]},
  },
  assertStatement: {
    OPTION: {"isGated":false,"paths":[[[93]]]},
  },
  showStatement: {
    OR: {"isGated":false,"paths":[[[67]],[[65]],[[44]]]},
  },
  helpStatement: {
    OPTION: {"isGated":false,"paths":[[[1]]]},
  },
  topic: {
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[1]]]},
  },
  projections: {
    OR: {"isGated":false,"paths":[[[112]],[[13],[5],[2],[88],[32],[0],[94]]]},
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[13],[5],[2],[88],[32],[0],[94]]]},
  },
  projection: {
    OPTION: {"isGated":false,"paths":[[[18],[87]]]},
  },
  alias: {
    OR: {"isGated":false,"paths":[[[18]],[[87]]]},
    OR2: {"isGated":false,"paths":[[[0]],[[89]]]},
  },
  tableRef: {
    OR: {"isGated":false,"paths":[[[0]],[[89]],[[94]]]},
    OPTION: {"isGated":false,"paths":[[[18],[87]]]},
  },
  place: {
    OR: {"isGated":true,"paths":[[[59]],[[63]],[[56]],[[0]]]},
    OR2: {"isGated":false,"paths":[[[83]],[[89]],[[112]]]},
    OR3: {"isGated":false,"paths":[[[86]],[[88]]]},
  },
  joinClause: {
    OPTION: {"isGated":false,"paths":[[[57]]]},
    OPTION2: {"isGated":false,"paths":[[[61]]]},
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
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[13],[5],[2],[88],[32],[0],[94]]]},
  },
  orderClause: {
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[13],[5],[2],[88],[32],[0],[94]]]},
  },
  orderItem: {
    OR: {"isGated":false,"paths":[[[29]],[[36]]]},
    OPTION: {"isGated":false,"paths":[[[29],[36]]]},
  },
  limitClause: {
    OPTION: {"isGated":false,"paths":[[[60]]]},
  },
  timeClauses: {
    OR: {"isGated":false,"paths":[[[41]],[[46]],[[71]]]},
    MANY: {"isGated":false,"paths":[[[41],[46],[71]]]},
  },
  watchClauses: {
    OR: {"isGated":false,"paths":[[[41]],[[46]],[[71]],[[76]]]},
    MANY: {"isGated":false,"paths":[[[41],[46],[71],[76]]]},
  },
  outputClause: {
    OPTION: {"isGated":false,"paths":[[[69]]]},
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
    OR: {"isGated":false,"paths":[[[3]],[[17]],[[13],[15],[14],[16],[51],[48]]]},
    OR2: {"isGated":false,"paths":[[[15]],[[14]],[[16],[51]],[[48]]]},
    OPTION: {"isGated":false,"paths":[[[3],[17],[13],[15],[14],[16],[51],[48]]]},
    OPTION2: {"isGated":false,"paths":[[[13]]]},
  },
  comparison: {
    OPTION: {"isGated":false,"paths":[[[96]]]},
  },
  isTest: {
    OR: {"isGated":false,"paths":[[[25]],[[0]]]},
    OPTION: {"isGated":false,"paths":[[[13]]]},
  },
  inTest: {
    OR: {"isGated":false,"paths":[[[94]],[[2],[88],[32],[0]]]},
    OPTION: {"isGated":false,"paths":[[[96]]]},
  },
  likeTest: {
    OR: {"isGated":false,"paths":[[[16]],[[51]]]},
  },
  hasTest: {
    OR: {"isGated":false,"paths":[[[28,94]],[[94]],[[0],[89],[86],[88]]]},
  },
  flags: {
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[0],[89],[86],[88]]]},
  },
  flag: {
    OR: {"isGated":false,"paths":[[[0]],[[89]],[[86]],[[88]]]},
  },
  arithmetic: {
    MANY: {"isGated":false,"paths":[[[4]]]},
  },
  unary: {
    OR: {"isGated":false,"paths":[[[2],[88],[32],[0]],[[94]]]},
    MANY: {"isGated":false,"paths":[[[5]]]},
    MANY2: {"isGated":false,"paths":[[[84]]]},
  },
  atom: {
    OR: {"isGated":true,"paths":[[[2]],[[88]],[[32]],[[32]],[[0]]]},
    OPTION: {"isGated":false,"paths":[[[94]]]},
  },
  caseBranches: {
    MANY: {"isGated":false,"paths":[[[75]]]},
    OPTION: {"isGated":false,"paths":[[[39]]]},
  },
  path: {
    MANY: {"isGated":false,"paths":[[[97]]]},
  },
  callArguments: {
    OR: {"isGated":true,"paths":[[[112]],[[76],[7]],[[8],[13],[5],[2],[88],[32],[0],[94]]]},
    OPTION: {"isGated":false,"paths":[[[112],[76],[7],[8],[13],[5],[2],[88],[32],[0],[94]]]},
    OPTION2: {"isGated":false,"paths":[[[8]]]},
    OPTION3: {"isGated":false,"paths":[[[18]]]},
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[13],[5],[2],[88],[32],[0],[94]]]},
  },
  parenthesized: {
    OR: {"isGated":true,"paths":[[[76],[7]],[[2],[13],[5],[88],[32],[0],[94]]]},
    OR2: {"isGated":true,"paths":[[[2]],[[13],[5],[2],[88],[32],[0],[94]]]},
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[2],[13],[5],[88],[32],[0],[94]]]},
  },
  item: {
    OPTION: {"isGated":false,"paths":[[[96]]]},
  },
} satisfies Decisions as Decisions;
