import type { Decisions } from '../lookahead.js';

/** What decides each choice of the grammar: see lookahead.ts. */
export const DECISIONS = {
  statement: {
    OR: {"isGated":false,"paths":[[[7]],[[33]],[[71]],[[44]],[[50]],[[69]],[[34]],[[42]],[[40]],[[56]],[[49]],[[37]],[[62]],[[70]],[[29]],[[64]],[[36]],[[46]]]},
  },
  query: {
    MANY: {"isGated":false,"paths":[[[39]]]},
  },
  selectStatement: {
    OPTION: {"isGated":false,"paths":[[[8]]]},
    OPTION2: {"isGated":false,"paths":[[[108],[13],[5],[2],[84],[0],[90]]]},
  },
  selectTail: {
    MANY: {"isGated":false,"paths":[[[55],[52]]]},
    OPTION: {"isGated":false,"paths":[[[14]]]},
    OPTION4: {"isGated":false,"paths":[[[30],[65],[15]]]},
    OPTION2: {"isGated":false,"paths":[[[74]]]},
    OPTION3: {"isGated":false,"paths":[[[60]]]},
  },
  watchStatement: {
    OPTION: {"isGated":false,"paths":[[[108],[13],[5],[2],[84],[0],[90]]]},
    OPTION2: {"isGated":false,"paths":[[[14]]]},
    OPTION3: {"isGated":false,"paths":[[[59]]]},
    OPTION4: {"isGated":false,"paths":[[[72]]]},
    OPTION5: {"isGated":false,"paths":[[[60]]]},
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[0],[85]]]},
  },
  getStatement: {
    OPTION: {"isGated":false,"paths":[[[108],[13],[5],[2],[84],[0],[90]]]},
    OPTION2: {"isGated":false,"paths":[[[14]]]},
    OPTION3: {"isGated":false,"paths":[[[10]]]},
    OPTION4: {"isGated":false,"paths":[[[74]]]},
    OPTION5: {"isGated":false,"paths":[[[60]]]},
  },
  insertStatement: {
    OR: {"isGated":false,"paths":[[[62]],[[9]]]},
    OPTION: {"isGated":false,"paths":[[[14]]]},
    OPTION2: {"isGated":false,"paths":[[[9]]]},
    OPTION3: {"isGated":false,"paths":[[[59]]]},
    OPTION4: {"isGated":false,"paths":[[[60]]]},
  },
  insertFrom: {
    OR: {"isGated":false,"paths":[[[90]],[[0],[85]]]},
    OPTION: {"isGated":false,"paths":[[[14]]]},
    OPTION2: {"isGated":false,"paths":[[[10]]]},
  },
  conflictClause: {
    OR: {"isGated":false,"paths":[[[48]],[[69]]]},
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
    OPTION3: {"isGated":false,"paths":[[[60]]]},
  },
  flushStatement: {
    OPTION: {"isGated":false,"paths":[[[14]]]},
  },
  explainStatement: {
    OR: {"isGated":false,"paths":[[[7]],[[33]],[[71]],[[44]],[[50]],[[69]],[[34]],[[42]]]},
    OPTION: {"isGated":false,"paths":[[[26]]]},
  },
  letStatement: {
    OR: {"isGated":false,"paths":[[[0]],[[84]]]},
  },
  echoStatement: {
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[13],[5],[2],[84],[0],[90]]]},
  },
  assertStatement: {
    OPTION: {"isGated":false,"paths":[[[89]]]},
  },
  showStatement: {
    OR: {"isGated":false,"paths":[[[66]],[[63]],[[47]],[[41]]]},
    OPTION: {"isGated":false,"paths":[[[85]]]},
  },
  helpStatement: {
    OPTION: {"isGated":false,"paths":[[[1]]]},
  },
  topic: {
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[1]]]},
  },
  projections: {
    OR: {"isGated":false,"paths":[[[108]],[[13],[5],[2],[84],[0],[90]]]},
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[13],[5],[2],[84],[0],[90]]]},
  },
  projection: {
    OPTION: {"isGated":false,"paths":[[[18]]]},
  },
  alias: {
    OR: {"isGated":false,"paths":[[[0]],[[85]]]},
  },
  tableRef: {
    OR: {"isGated":false,"paths":[[[0]],[[85]]]},
    OPTION: {"isGated":false,"paths":[[[18]]]},
  },
  place: {
    OR: {"isGated":true,"paths":[[[57]],[[61]],[[54]],[[47]],[[0]]]},
    OR2: {"isGated":false,"paths":[[[80]],[[85]],[[108]]]},
    OR3: {"isGated":false,"paths":[[[82]],[[84]]]},
    OPTION: {"isGated":false,"paths":[[[85]]]},
  },
  rangeClause: {
    OR: {"isGated":false,"paths":[[[30]],[[65]],[[15]]]},
    OPTION: {"isGated":false,"paths":[[[73]]]},
  },
  joinClause: {
    OPTION: {"isGated":false,"paths":[[[55]]]},
    OPTION2: {"isGated":false,"paths":[[[59]]]},
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
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[13],[5],[2],[84],[0],[90]]]},
  },
  orderClause: {
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[13],[5],[2],[84],[0],[90]]]},
  },
  orderItem: {
    OR: {"isGated":false,"paths":[[[28]],[[35]]]},
    OPTION: {"isGated":false,"paths":[[[28],[35]]]},
  },
  limitClause: {
    OPTION: {"isGated":false,"paths":[[[58]]]},
  },
  timeClauses: {
    OR: {"isGated":false,"paths":[[[38]],[[43]],[[68]]]},
    MANY: {"isGated":false,"paths":[[[38],[43],[68]]]},
  },
  watchClauses: {
    OR: {"isGated":false,"paths":[[[38]],[[43]],[[68]],[[72]],[[51]],[[53]]]},
    MANY: {"isGated":false,"paths":[[[38],[43],[68],[72],[51],[53]]]},
  },
  keepClause: {
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[5],[2],[84],[0],[90]]]},
  },
  outputClause: {
    OPTION: {"isGated":false,"paths":[[[67]]]},
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
    OR: {"isGated":false,"paths":[[[3]],[[17]],[[13],[15],[14],[16],[45]]]},
    OR2: {"isGated":false,"paths":[[[15]],[[14]],[[16]],[[45]]]},
    OPTION: {"isGated":false,"paths":[[[3],[17],[13],[15],[14],[16],[45]]]},
    OPTION2: {"isGated":false,"paths":[[[13]]]},
  },
  isTest: {
    OR: {"isGated":false,"paths":[[[25]],[[0]]]},
    OPTION: {"isGated":false,"paths":[[[13]]]},
  },
  inTest: {
    OR: {"isGated":false,"paths":[[[90]],[[2],[84],[0]]]},
    OPTION: {"isGated":false,"paths":[[[92]]]},
  },
  hasTest: {
    OR: {"isGated":false,"paths":[[[27,90]],[[90]],[[0],[85],[82],[84]]]},
  },
  flags: {
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[0],[85],[82],[84]]]},
  },
  flag: {
    OR: {"isGated":false,"paths":[[[0]],[[85]],[[82]],[[84]]]},
  },
  arithmetic: {
    MANY: {"isGated":false,"paths":[[[4]]]},
  },
  unary: {
    OR: {"isGated":false,"paths":[[[2],[84],[0]],[[90]]]},
    MANY: {"isGated":false,"paths":[[[5]]]},
  },
  atom: {
    OR: {"isGated":false,"paths":[[[2]],[[84]],[[0]]]},
    OPTION: {"isGated":false,"paths":[[[90]]]},
  },
  path: {
    MANY: {"isGated":false,"paths":[[[93]]]},
  },
  callArguments: {
    OR: {"isGated":false,"paths":[[[108]],[[8],[13],[5],[2],[84],[0],[90]]]},
    OPTION: {"isGated":false,"paths":[[[108],[8],[13],[5],[2],[84],[0],[90]]]},
    OPTION2: {"isGated":false,"paths":[[[8]]]},
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[13],[5],[2],[84],[0],[90]]]},
  },
  parenthesized: {
    OR: {"isGated":false,"paths":[[[7]],[[2],[13],[5],[84],[0],[90]]]},
    OR2: {"isGated":true,"paths":[[[2]],[[13],[5],[2],[84],[0],[90]]]},
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[2],[13],[5],[84],[0],[90]]]},
  },
  item: {
    OPTION: {"isGated":false,"paths":[[[92]]]},
  },
} satisfies Decisions as Decisions;
