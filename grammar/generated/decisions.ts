import type { Decisions } from '../lookahead.js';

/** What decides each choice of the grammar: see lookahead.ts. */
export const DECISIONS = {
  statement: {
    OR: {"isGated":false,"paths":[[[7]],[[32]],[[67]],[[43]],[[48]],[[65]],[[33]],[[41]],[[39]],[[53]],[[47]],[[36]],[[59]],[[66]],[[29]],[[61]],[[35]],[[45]]]},
  },
  query: {
    MANY: {"isGated":false,"paths":[[[38]]]},
  },
  selectStatement: {
    OPTION: {"isGated":false,"paths":[[[8]]]},
    OPTION2: {"isGated":false,"paths":[[[103],[13],[5],[2],[79],[0],[85]]]},
  },
  selectTail: {
    MANY: {"isGated":false,"paths":[[[52],[50]]]},
    OPTION: {"isGated":false,"paths":[[[14]]]},
    OPTION2: {"isGated":false,"paths":[[[69]]]},
    OPTION3: {"isGated":false,"paths":[[[57]]]},
  },
  watchStatement: {
    OPTION: {"isGated":false,"paths":[[[103],[13],[5],[2],[79],[0],[85]]]},
    OPTION2: {"isGated":false,"paths":[[[14]]]},
    OPTION3: {"isGated":false,"paths":[[[56]]]},
    OPTION4: {"isGated":false,"paths":[[[68]]]},
    OPTION5: {"isGated":false,"paths":[[[57]]]},
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[0],[80]]]},
  },
  getStatement: {
    OPTION: {"isGated":false,"paths":[[[103],[13],[5],[2],[79],[0],[85]]]},
    OPTION2: {"isGated":false,"paths":[[[14]]]},
    OPTION3: {"isGated":false,"paths":[[[10]]]},
    OPTION4: {"isGated":false,"paths":[[[69]]]},
    OPTION5: {"isGated":false,"paths":[[[57]]]},
  },
  insertStatement: {
    OR: {"isGated":false,"paths":[[[59]],[[9]]]},
    OPTION: {"isGated":false,"paths":[[[14]]]},
    OPTION2: {"isGated":false,"paths":[[[9]]]},
    OPTION3: {"isGated":false,"paths":[[[56]]]},
    OPTION4: {"isGated":false,"paths":[[[57]]]},
  },
  insertFrom: {
    OR: {"isGated":false,"paths":[[[85]],[[0],[80]]]},
    OPTION: {"isGated":false,"paths":[[[14]]]},
    OPTION2: {"isGated":false,"paths":[[[10]]]},
  },
  conflictClause: {
    OR: {"isGated":false,"paths":[[[46]],[[65]]]},
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
    OPTION3: {"isGated":false,"paths":[[[57]]]},
  },
  flushStatement: {
    OPTION: {"isGated":false,"paths":[[[14]]]},
  },
  explainStatement: {
    OR: {"isGated":false,"paths":[[[7]],[[32]],[[67]],[[43]],[[48]],[[65]],[[33]],[[41]]]},
    OPTION: {"isGated":false,"paths":[[[26]]]},
  },
  letStatement: {
    OR: {"isGated":false,"paths":[[[0]],[[79]]]},
  },
  echoStatement: {
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[13],[5],[2],[79],[0],[85]]]},
  },
  assertStatement: {
    OPTION: {"isGated":false,"paths":[[[84]]]},
  },
  showStatement: {
    OR: {"isGated":false,"paths":[[[62]],[[60]],[[40]]]},
  },
  helpStatement: {
    OPTION: {"isGated":false,"paths":[[[1]]]},
  },
  topic: {
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[1]]]},
  },
  projections: {
    OR: {"isGated":false,"paths":[[[103]],[[13],[5],[2],[79],[0],[85]]]},
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[13],[5],[2],[79],[0],[85]]]},
  },
  projection: {
    OPTION: {"isGated":false,"paths":[[[18]]]},
  },
  alias: {
    OR: {"isGated":false,"paths":[[[0]],[[80]]]},
  },
  tableRef: {
    OR: {"isGated":false,"paths":[[[0]],[[80]]]},
    OPTION: {"isGated":false,"paths":[[[18]]]},
  },
  place: {
    OR: {"isGated":true,"paths":[[[54]],[[58]],[[51]],[[0]]]},
    OR2: {"isGated":false,"paths":[[[75]],[[80]],[[103]]]},
    OR3: {"isGated":false,"paths":[[[77]],[[79]]]},
  },
  joinClause: {
    OPTION: {"isGated":false,"paths":[[[52]]]},
    OPTION2: {"isGated":false,"paths":[[[56]]]},
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
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[13],[5],[2],[79],[0],[85]]]},
  },
  orderClause: {
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[13],[5],[2],[79],[0],[85]]]},
  },
  orderItem: {
    OR: {"isGated":false,"paths":[[[28]],[[34]]]},
    OPTION: {"isGated":false,"paths":[[[28],[34]]]},
  },
  limitClause: {
    OPTION: {"isGated":false,"paths":[[[55]]]},
  },
  timeClauses: {
    OR: {"isGated":false,"paths":[[[37]],[[42]],[[64]]]},
    MANY: {"isGated":false,"paths":[[[37],[42],[64]]]},
  },
  watchClauses: {
    OR: {"isGated":false,"paths":[[[37]],[[42]],[[64]],[[68]]]},
    MANY: {"isGated":false,"paths":[[[37],[42],[64],[68]]]},
  },
  outputClause: {
    OPTION: {"isGated":false,"paths":[[[63]]]},
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
    OR: {"isGated":false,"paths":[[[3]],[[17]],[[13],[15],[14],[16],[44]]]},
    OR2: {"isGated":false,"paths":[[[15]],[[14]],[[16]],[[44]]]},
    OPTION: {"isGated":false,"paths":[[[3],[17],[13],[15],[14],[16],[44]]]},
    OPTION2: {"isGated":false,"paths":[[[13]]]},
  },
  isTest: {
    OR: {"isGated":false,"paths":[[[25]],[[0]]]},
    OPTION: {"isGated":false,"paths":[[[13]]]},
  },
  inTest: {
    OR: {"isGated":false,"paths":[[[85]],[[2],[79],[0]]]},
    OPTION: {"isGated":false,"paths":[[[87]]]},
  },
  hasTest: {
    OR: {"isGated":false,"paths":[[[27,85]],[[85]],[[0],[80],[77],[79]]]},
  },
  flags: {
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[0],[80],[77],[79]]]},
  },
  flag: {
    OR: {"isGated":false,"paths":[[[0]],[[80]],[[77]],[[79]]]},
  },
  arithmetic: {
    MANY: {"isGated":false,"paths":[[[4]]]},
  },
  unary: {
    OR: {"isGated":false,"paths":[[[2],[79],[0]],[[85]]]},
    MANY: {"isGated":false,"paths":[[[5]]]},
  },
  atom: {
    OR: {"isGated":false,"paths":[[[2]],[[79]],[[0]]]},
    OPTION: {"isGated":false,"paths":[[[85]]]},
  },
  path: {
    MANY: {"isGated":false,"paths":[[[88]]]},
  },
  callArguments: {
    OR: {"isGated":false,"paths":[[[103]],[[8],[13],[5],[2],[79],[0],[85]]]},
    OPTION: {"isGated":false,"paths":[[[103],[8],[13],[5],[2],[79],[0],[85]]]},
    OPTION2: {"isGated":false,"paths":[[[8]]]},
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[13],[5],[2],[79],[0],[85]]]},
  },
  parenthesized: {
    OR: {"isGated":false,"paths":[[[7]],[[2],[13],[5],[79],[0],[85]]]},
    OR2: {"isGated":true,"paths":[[[2]],[[13],[5],[2],[79],[0],[85]]]},
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[2],[13],[5],[79],[0],[85]]]},
  },
  item: {
    OPTION: {"isGated":false,"paths":[[[87]]]},
  },
} satisfies Decisions as Decisions;
