import type { Decisions } from '../lookahead.js';

/** What decides each choice of the grammar: see lookahead.ts. */
export const DECISIONS = {
  statement: {
    OR: {"isGated":false,"paths":[[[7]],[[32]],[[68]],[[43]],[[48]],[[65]],[[33]],[[41]],[[39]],[[53]],[[47]],[[36]],[[59]],[[66]],[[29]],[[61]],[[35]],[[45]]]},
  },
  query: {
    MANY: {"isGated":false,"paths":[[[38]]]},
  },
  selectStatement: {
    OPTION: {"isGated":false,"paths":[[[8]]]},
    OPTION2: {"isGated":false,"paths":[[[104],[13],[5],[2],[80],[0],[86]]]},
  },
  selectTail: {
    MANY: {"isGated":false,"paths":[[[52],[50]]]},
    OPTION: {"isGated":false,"paths":[[[14]]]},
    OPTION2: {"isGated":false,"paths":[[[70]]]},
    OPTION3: {"isGated":false,"paths":[[[57]]]},
  },
  watchStatement: {
    OPTION: {"isGated":false,"paths":[[[104],[13],[5],[2],[80],[0],[86]]]},
    OPTION2: {"isGated":false,"paths":[[[14]]]},
    OPTION3: {"isGated":false,"paths":[[[56]]]},
    OPTION4: {"isGated":false,"paths":[[[69]]]},
    OPTION5: {"isGated":false,"paths":[[[57]]]},
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[0],[81]]]},
  },
  getStatement: {
    OPTION: {"isGated":false,"paths":[[[104],[13],[5],[2],[80],[0],[86]]]},
    OPTION2: {"isGated":false,"paths":[[[14]]]},
    OPTION3: {"isGated":false,"paths":[[[10]]]},
    OPTION4: {"isGated":false,"paths":[[[70]]]},
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
    OR: {"isGated":false,"paths":[[[86]],[[0],[81]]]},
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
    OR: {"isGated":false,"paths":[[[7]],[[32]],[[68]],[[43]],[[48]],[[65]],[[33]],[[41]]]},
    OPTION: {"isGated":false,"paths":[[[26]]]},
  },
  letStatement: {
    OR: {"isGated":false,"paths":[[[0]],[[80]]]},
  },
  echoStatement: {
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[13],[5],[2],[80],[0],[86]]]},
  },
  setStatement: {
    OPTION: {"isGated":false,"paths":[[[99]]]},
  },
  assertStatement: {
    OPTION: {"isGated":false,"paths":[[[85]]]},
  },
  showStatement: {
    OR: {"isGated":false,"paths":[[[62]],[[60]],[[67]],[[40]]]},
  },
  helpStatement: {
    OPTION: {"isGated":false,"paths":[[[1]]]},
  },
  topic: {
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[1]]]},
  },
  projections: {
    OR: {"isGated":false,"paths":[[[104]],[[13],[5],[2],[80],[0],[86]]]},
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[13],[5],[2],[80],[0],[86]]]},
  },
  projection: {
    OPTION: {"isGated":false,"paths":[[[18]]]},
  },
  alias: {
    OR: {"isGated":false,"paths":[[[0]],[[81]]]},
  },
  tableRef: {
    OR: {"isGated":false,"paths":[[[0]],[[81]]]},
    OPTION: {"isGated":false,"paths":[[[18]]]},
  },
  place: {
    OR: {"isGated":true,"paths":[[[54]],[[58]],[[51]],[[0]]]},
    OR2: {"isGated":false,"paths":[[[76]],[[81]],[[104]]]},
    OR3: {"isGated":false,"paths":[[[78]],[[80]]]},
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
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[13],[5],[2],[80],[0],[86]]]},
  },
  orderClause: {
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[13],[5],[2],[80],[0],[86]]]},
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
    OR: {"isGated":false,"paths":[[[37]],[[42]],[[64]],[[69]]]},
    MANY: {"isGated":false,"paths":[[[37],[42],[64],[69]]]},
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
    OR: {"isGated":false,"paths":[[[86]],[[2],[80],[0]]]},
    OPTION: {"isGated":false,"paths":[[[88]]]},
  },
  hasTest: {
    OR: {"isGated":false,"paths":[[[27,86]],[[86]],[[0],[81],[78],[80]]]},
  },
  flags: {
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[0],[81],[78],[80]]]},
  },
  flag: {
    OR: {"isGated":false,"paths":[[[0]],[[81]],[[78]],[[80]]]},
  },
  arithmetic: {
    MANY: {"isGated":false,"paths":[[[4]]]},
  },
  unary: {
    OR: {"isGated":false,"paths":[[[2],[80],[0]],[[86]]]},
    MANY: {"isGated":false,"paths":[[[5]]]},
  },
  atom: {
    OR: {"isGated":false,"paths":[[[2]],[[80]],[[0]]]},
    OPTION: {"isGated":false,"paths":[[[86]]]},
  },
  path: {
    MANY: {"isGated":false,"paths":[[[89]]]},
  },
  callArguments: {
    OR: {"isGated":false,"paths":[[[104]],[[8],[13],[5],[2],[80],[0],[86]]]},
    OPTION: {"isGated":false,"paths":[[[104],[8],[13],[5],[2],[80],[0],[86]]]},
    OPTION2: {"isGated":false,"paths":[[[8]]]},
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[13],[5],[2],[80],[0],[86]]]},
  },
  parenthesized: {
    OR: {"isGated":false,"paths":[[[7]],[[2],[13],[5],[80],[0],[86]]]},
    OR2: {"isGated":true,"paths":[[[2]],[[13],[5],[2],[80],[0],[86]]]},
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[2],[13],[5],[80],[0],[86]]]},
  },
  item: {
    OPTION: {"isGated":false,"paths":[[[88]]]},
  },
} satisfies Decisions as Decisions;
