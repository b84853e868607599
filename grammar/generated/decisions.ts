import type { Decisions } from '../lookahead.js';

/** What decides each choice of the grammar: see lookahead.ts. */
export const DECISIONS = {
  statement: {
    OR: {"isGated":false,"paths":[[[7]],[[32]],[[69]],[[44]],[[49]],[[67]],[[33]],[[42]],[[39]],[[54]],[[48]],[[36]],[[60]],[[68]],[[29]],[[62]],[[35]],[[46]]]},
  },
  query: {
    MANY: {"isGated":false,"paths":[[[38]]]},
  },
  selectStatement: {
    OPTION: {"isGated":false,"paths":[[[8]]]},
    OPTION2: {"isGated":false,"paths":[[[105],[13],[5],[2],[81],[0],[87]]]},
  },
  selectTail: {
    MANY: {"isGated":false,"paths":[[[53],[51]]]},
    OPTION: {"isGated":false,"paths":[[[14]]]},
    OPTION2: {"isGated":false,"paths":[[[71]]]},
    OPTION3: {"isGated":false,"paths":[[[58]]]},
  },
  watchStatement: {
    OPTION: {"isGated":false,"paths":[[[105],[13],[5],[2],[81],[0],[87]]]},
    OPTION2: {"isGated":false,"paths":[[[14]]]},
    OPTION3: {"isGated":false,"paths":[[[57]]]},
    OPTION4: {"isGated":false,"paths":[[[70]]]},
    OPTION5: {"isGated":false,"paths":[[[58]]]},
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[0],[82]]]},
  },
  getStatement: {
    OPTION: {"isGated":false,"paths":[[[105],[13],[5],[2],[81],[0],[87]]]},
    OPTION2: {"isGated":false,"paths":[[[14]]]},
    OPTION3: {"isGated":false,"paths":[[[10]]]},
    OPTION4: {"isGated":false,"paths":[[[71]]]},
    OPTION5: {"isGated":false,"paths":[[[58]]]},
  },
  insertStatement: {
    OR: {"isGated":false,"paths":[[[60]],[[9]]]},
    OPTION: {"isGated":false,"paths":[[[14]]]},
    OPTION2: {"isGated":false,"paths":[[[9]]]},
    OPTION3: {"isGated":false,"paths":[[[57]]]},
    OPTION4: {"isGated":false,"paths":[[[58]]]},
  },
  insertFrom: {
    OR: {"isGated":false,"paths":[[[87]],[[0],[82]]]},
    OPTION: {"isGated":false,"paths":[[[14]]]},
    OPTION2: {"isGated":false,"paths":[[[10]]]},
  },
  conflictClause: {
    OR: {"isGated":false,"paths":[[[47]],[[67]]]},
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
    OPTION3: {"isGated":false,"paths":[[[58]]]},
  },
  flushStatement: {
    OPTION: {"isGated":false,"paths":[[[14]]]},
  },
  explainStatement: {
    OR: {"isGated":false,"paths":[[[7]],[[32]],[[69]],[[44]],[[49]],[[67]],[[33]],[[42]]]},
    OPTION: {"isGated":false,"paths":[[[26]]]},
  },
  letStatement: {
    OR: {"isGated":false,"paths":[[[0]],[[81]]]},
  },
  echoStatement: {
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[13],[5],[2],[81],[0],[87]]]},
  },
  assertStatement: {
    OPTION: {"isGated":false,"paths":[[[86]]]},
  },
  showStatement: {
    OR: {"isGated":false,"paths":[[[64]],[[61]],[[40]]]},
  },
  helpStatement: {
    OPTION: {"isGated":false,"paths":[[[1]]]},
  },
  topic: {
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[1]]]},
  },
  projections: {
    OR: {"isGated":false,"paths":[[[105]],[[13],[5],[2],[81],[0],[87]]]},
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[13],[5],[2],[81],[0],[87]]]},
  },
  projection: {
    OPTION: {"isGated":false,"paths":[[[18]]]},
  },
  alias: {
    OR: {"isGated":false,"paths":[[[0]],[[82]]]},
  },
  tableRef: {
    OR: {"isGated":false,"paths":[[[0]],[[82]]]},
    OPTION: {"isGated":false,"paths":[[[18]]]},
  },
  place: {
    OR: {"isGated":false,"paths":[[[55]],[[59]],[[63]],[[41]],[[52]]]},
    OR2: {"isGated":false,"paths":[[[77]],[[82]],[[105]]]},
    OR3: {"isGated":false,"paths":[[[79]],[[81]]]},
  },
  joinClause: {
    OPTION: {"isGated":false,"paths":[[[53]]]},
    OPTION2: {"isGated":false,"paths":[[[57]]]},
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
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[13],[5],[2],[81],[0],[87]]]},
  },
  orderClause: {
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[13],[5],[2],[81],[0],[87]]]},
  },
  orderItem: {
    OR: {"isGated":false,"paths":[[[28]],[[34]]]},
    OPTION: {"isGated":false,"paths":[[[28],[34]]]},
  },
  limitClause: {
    OPTION: {"isGated":false,"paths":[[[56]]]},
  },
  timeClauses: {
    OR: {"isGated":false,"paths":[[[37]],[[43]],[[66]]]},
    MANY: {"isGated":false,"paths":[[[37],[43],[66]]]},
  },
  watchClauses: {
    OR: {"isGated":false,"paths":[[[37]],[[43]],[[66]],[[70]]]},
    MANY: {"isGated":false,"paths":[[[37],[43],[66],[70]]]},
  },
  outputClause: {
    OPTION: {"isGated":false,"paths":[[[65]]]},
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
    OR: {"isGated":false,"paths":[[[87]],[[2],[81],[0]]]},
    OPTION: {"isGated":false,"paths":[[[89]]]},
  },
  hasTest: {
    OR: {"isGated":false,"paths":[[[27,87]],[[87]],[[0],[82],[79],[81]]]},
  },
  flags: {
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[0],[82],[79],[81]]]},
  },
  flag: {
    OR: {"isGated":false,"paths":[[[0]],[[82]],[[79]],[[81]]]},
  },
  arithmetic: {
    MANY: {"isGated":false,"paths":[[[4]]]},
  },
  unary: {
    OR: {"isGated":false,"paths":[[[2],[81],[0]],[[87]]]},
    MANY: {"isGated":false,"paths":[[[5]]]},
  },
  atom: {
    OR: {"isGated":false,"paths":[[[2]],[[81]],[[0]]]},
    OPTION: {"isGated":false,"paths":[[[87]]]},
  },
  path: {
    MANY: {"isGated":false,"paths":[[[90]]]},
  },
  callArguments: {
    OR: {"isGated":false,"paths":[[[105]],[[8],[13],[5],[2],[81],[0],[87]]]},
    OPTION: {"isGated":false,"paths":[[[105],[8],[13],[5],[2],[81],[0],[87]]]},
    OPTION2: {"isGated":false,"paths":[[[8]]]},
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[13],[5],[2],[81],[0],[87]]]},
  },
  parenthesized: {
    OR: {"isGated":false,"paths":[[[7]],[[2],[13],[5],[81],[0],[87]]]},
    OR2: {"isGated":true,"paths":[[[2]],[[13],[5],[2],[81],[0],[87]]]},
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[2],[13],[5],[81],[0],[87]]]},
  },
  item: {
    OPTION: {"isGated":false,"paths":[[[89]]]},
  },
} satisfies Decisions as Decisions;
