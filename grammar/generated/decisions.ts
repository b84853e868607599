import type { Decisions } from '../lookahead.js';

/** What decides each choice of the grammar: see lookahead.ts. */
export const DECISIONS = {
  statement: {
    OR: {"isGated":false,"paths":[[[77],[7]],[[34]],[[75]],[[47]],[[53]],[[72]],[[35]],[[45]],[[43]],[[58]],[[52]],[[38]],[[64]],[[73]],[[30]],[[66]],[[37]],[[49]]]},
  },
  query: {
    MANY: {"isGated":false,"paths":[[[42],[70]]]},
    OPTION: {"isGated":false,"paths":[[[77]]]},
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
    OPTION2: {"isGated":false,"paths":[[[113],[13],[5],[2],[89],[32],[0],[95]]]},
  },
  selectTail: {
    MANY: {"isGated":false,"paths":[[[57],[55]]]},
    OPTION: {"isGated":false,"paths":[[[14]]]},
    OPTION2: {"isGated":false,"paths":[[[78]]]},
    OPTION3: {"isGated":false,"paths":[[[62]]]},
  },
  watchStatement: {
    OPTION: {"isGated":false,"paths":[[[113],[13],[5],[2],[89],[32],[0],[95]]]},
    OPTION2: {"isGated":false,"paths":[[[14]]]},
    OPTION3: {"isGated":false,"paths":[[[61]]]},
    OPTION4: {"isGated":false,"paths":[[[77]]]},
    OPTION5: {"isGated":false,"paths":[[[62]]]},
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[0],[90],[95]]]},
  },
  getStatement: {
    OPTION: {"isGated":false,"paths":[[[113],[13],[5],[2],[89],[32],[0],[95]]]},
    OPTION2: {"isGated":false,"paths":[[[14]]]},
    OPTION3: {"isGated":false,"paths":[[[10]]]},
    OPTION4: {"isGated":false,"paths":[[[78]]]},
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
    OR: {"isGated":false,"paths":[[[77],[7]],[[34]],[[75]],[[47]],[[53]],[[72]],[[35]],[[45]]]},
    OPTION: {"isGated":false,"paths":[[[27]]]},
  },
  letStatement: {
    OR: {"isGated":false,"paths":[[[0]],[[89]]]},
  },
  echoStatement: {
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[13],[5],[2],[89],[32],[0],[95]]]},
  },
  setStatement: {
    OPTION: {"isGated":false,"paths":[[[108]]]},
  },
  assertStatement: {
    OPTION: {"isGated":false,"paths":[[[94]]]},
  },
  showStatement: {
    OR: {"isGated":false,"paths":[[[67]],[[65]],[[74]],[[44]]]},
  },
  helpStatement: {
    OPTION: {"isGated":false,"paths":[[[1]]]},
  },
  topic: {
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[1]]]},
  },
  projections: {
    OR: {"isGated":false,"paths":[[[113]],[[13],[5],[2],[89],[32],[0],[95]]]},
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[13],[5],[2],[89],[32],[0],[95]]]},
  },
  projection: {
    OPTION: {"isGated":false,"paths":[[[18],[88]]]},
  },
  alias: {
    OR: {"isGated":false,"paths":[[[18]],[[88]]]},
    OR2: {"isGated":false,"paths":[[[0]],[[90]]]},
  },
  tableRef: {
    OR: {"isGated":false,"paths":[[[0]],[[90]],[[95]]]},
    OPTION: {"isGated":false,"paths":[[[18],[88]]]},
  },
  place: {
    OR: {"isGated":true,"paths":[[[59]],[[63]],[[56]],[[0]]]},
    OR2: {"isGated":false,"paths":[[[84]],[[90]],[[113]]]},
    OR3: {"isGated":false,"paths":[[[87]],[[89]]]},
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
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[13],[5],[2],[89],[32],[0],[95]]]},
  },
  orderClause: {
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[13],[5],[2],[89],[32],[0],[95]]]},
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
    OR: {"isGated":false,"paths":[[[41]],[[46]],[[71]],[[77]]]},
    MANY: {"isGated":false,"paths":[[[41],[46],[71],[77]]]},
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
    OPTION: {"isGated":false,"paths":[[[97]]]},
  },
  isTest: {
    OR: {"isGated":false,"paths":[[[25]],[[0]]]},
    OPTION: {"isGated":false,"paths":[[[13]]]},
  },
  inTest: {
    OR: {"isGated":false,"paths":[[[95]],[[2],[89],[32],[0]]]},
    OPTION: {"isGated":false,"paths":[[[97]]]},
  },
  likeTest: {
    OR: {"isGated":false,"paths":[[[16]],[[51]]]},
  },
  hasTest: {
    OR: {"isGated":false,"paths":[[[28,95]],[[95]],[[0],[90],[87],[89]]]},
  },
  flags: {
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[0],[90],[87],[89]]]},
  },
  flag: {
    OR: {"isGated":false,"paths":[[[0]],[[90]],[[87]],[[89]]]},
  },
  arithmetic: {
    MANY: {"isGated":false,"paths":[[[4]]]},
  },
  unary: {
    OR: {"isGated":false,"paths":[[[2],[89],[32],[0]],[[95]]]},
    MANY: {"isGated":false,"paths":[[[5]]]},
    MANY2: {"isGated":false,"paths":[[[85]]]},
  },
  atom: {
    OR: {"isGated":true,"paths":[[[2]],[[89]],[[32]],[[32]],[[0]]]},
    OPTION: {"isGated":false,"paths":[[[95]]]},
  },
  caseBranches: {
    MANY: {"isGated":false,"paths":[[[76]]]},
    OPTION: {"isGated":false,"paths":[[[39]]]},
  },
  path: {
    MANY: {"isGated":false,"paths":[[[98]]]},
  },
  callArguments: {
    OR: {"isGated":true,"paths":[[[113]],[[77],[7]],[[8],[13],[5],[2],[89],[32],[0],[95]]]},
    OPTION: {"isGated":false,"paths":[[[113],[77],[7],[8],[13],[5],[2],[89],[32],[0],[95]]]},
    OPTION2: {"isGated":false,"paths":[[[8]]]},
    OPTION3: {"isGated":false,"paths":[[[18]]]},
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[13],[5],[2],[89],[32],[0],[95]]]},
  },
  parenthesized: {
    OR: {"isGated":true,"paths":[[[77],[7]],[[2],[13],[5],[89],[32],[0],[95]]]},
    OR2: {"isGated":true,"paths":[[[2]],[[13],[5],[2],[89],[32],[0],[95]]]},
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[2],[13],[5],[89],[32],[0],[95]]]},
  },
  item: {
    OPTION: {"isGated":false,"paths":[[[97]]]},
  },
} satisfies Decisions as Decisions;
