import type { Decisions } from '../lookahead.js';

/** What decides each choice of the grammar: see lookahead.ts. */
export const DECISIONS = {
  statement: {
    OR: {"isGated":false,"paths":[[[81],[7]],[[34]],[[79]],[[48]],[[54]],[[76]],[[35]],[[46]],[[44]],[[66]],[[67]],[[38]],[[59]],[[53]],[[39]],[[68]],[[77]],[[30]],[[70]],[[37]],[[50]]]},
  },
  query: {
    MANY: {"isGated":false,"paths":[[[43],[74]]]},
    OPTION: {"isGated":false,"paths":[[[81]]]},
  },
  setOperator: {
    OR: {"isGated":false,"paths":[[[43]],[[74]]]},
    OPTION: {"isGated":false,"paths":[[[26]]]},
  },
  commonTables: {
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[0]]]},
  },
  selectStatement: {
    OPTION: {"isGated":false,"paths":[[[8]]]},
    OPTION2: {"isGated":false,"paths":[[[117],[13],[5],[2],[93],[32],[0],[99]]]},
  },
  selectTail: {
    MANY: {"isGated":false,"paths":[[[58],[56]]]},
    OPTION: {"isGated":false,"paths":[[[14]]]},
    OPTION2: {"isGated":false,"paths":[[[82]]]},
    OPTION3: {"isGated":false,"paths":[[[63]]]},
  },
  watchStatement: {
    OPTION: {"isGated":false,"paths":[[[117],[13],[5],[2],[93],[32],[0],[99]]]},
    OPTION2: {"isGated":false,"paths":[[[14]]]},
    OPTION3: {"isGated":false,"paths":[[[62]]]},
    OPTION4: {"isGated":false,"paths":[[[81]]]},
    OPTION5: {"isGated":false,"paths":[[[63]]]},
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[0],[94],[99]]]},
  },
  getStatement: {
    OPTION: {"isGated":false,"paths":[[[117],[13],[5],[2],[93],[32],[0],[99]]]},
    OPTION2: {"isGated":false,"paths":[[[14]]]},
    OPTION3: {"isGated":false,"paths":[[[10]]]},
    OPTION4: {"isGated":false,"paths":[[[82]]]},
    OPTION5: {"isGated":false,"paths":[[[63]]]},
  },
  insertStatement: {
    OR: {"isGated":false,"paths":[[[68]],[[9]]]},
    OPTION: {"isGated":false,"paths":[[[14]]]},
    OPTION2: {"isGated":false,"paths":[[[9]]]},
    OPTION3: {"isGated":false,"paths":[[[62]]]},
    OPTION4: {"isGated":false,"paths":[[[63]]]},
  },
  insertFrom: {
    OPTION: {"isGated":false,"paths":[[[14]]]},
    OPTION2: {"isGated":false,"paths":[[[10]]]},
  },
  conflictClause: {
    OR: {"isGated":false,"paths":[[[51]],[[76]]]},
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
    OPTION3: {"isGated":false,"paths":[[[63]]]},
  },
  flushStatement: {
    OPTION: {"isGated":false,"paths":[[[14]]]},
  },
  explainStatement: {
    OR: {"isGated":false,"paths":[[[81],[7]],[[34]],[[79]],[[48]],[[54]],[[76]],[[35]],[[46]],[[67]]]},
    OPTION: {"isGated":false,"paths":[[[27]]]},
  },
  queryDefinition: {
    OR: {"isGated":false,"paths":[[[81],[7]],[[34]],[[79]]]},
    OPTION: {"isGated":false,"paths":[[[99]]]},
  },
  parameters: {
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[0],[93]]]},
  },
  parameter: {
    OR: {"isGated":false,"paths":[[[0]],[[93]]]},
    OPTION: {"isGated":false,"paths":[[[112]]]},
  },
  runStatement: {
    OPTION: {"isGated":false,"paths":[[[99]]]},
    OPTION2: {"isGated":false,"paths":[[[13],[5],[2],[93],[32],[0],[99]]]},
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[13],[5],[2],[93],[32],[0],[99]]]},
  },
  letStatement: {
    OR: {"isGated":false,"paths":[[[0]],[[93]]]},
  },
  echoStatement: {
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[13],[5],[2],[93],[32],[0],[99]]]},
  },
  setStatement: {
    OPTION: {"isGated":false,"paths":[[[112]]]},
  },
  assertStatement: {
    OPTION: {"isGated":false,"paths":[[[98]]]},
  },
  showStatement: {
    OR: {"isGated":false,"paths":[[[71]],[[69]],[[65]],[[78]],[[45]]]},
  },
  helpStatement: {
    OPTION: {"isGated":false,"paths":[[[1]]]},
  },
  topic: {
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[1]]]},
  },
  projections: {
    OR: {"isGated":false,"paths":[[[117]],[[13],[5],[2],[93],[32],[0],[99]]]},
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[13],[5],[2],[93],[32],[0],[99]]]},
  },
  projection: {
    OPTION: {"isGated":false,"paths":[[[18],[92]]]},
  },
  alias: {
    OR: {"isGated":false,"paths":[[[18]],[[92]]]},
    OR2: {"isGated":false,"paths":[[[0]],[[94]]]},
  },
  tableRef: {
    OR: {"isGated":false,"paths":[[[0]],[[94]],[[99]]]},
    OPTION: {"isGated":false,"paths":[[[18],[92]]]},
  },
  place: {
    OR: {"isGated":true,"paths":[[[60]],[[64]],[[57]],[[0]]]},
    OR2: {"isGated":false,"paths":[[[88]],[[94]],[[117]]]},
    OR3: {"isGated":false,"paths":[[[91]],[[93]]]},
  },
  joinClause: {
    OPTION: {"isGated":false,"paths":[[[58]]]},
    OPTION2: {"isGated":false,"paths":[[[62]]]},
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
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[13],[5],[2],[93],[32],[0],[99]]]},
  },
  orderClause: {
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[13],[5],[2],[93],[32],[0],[99]]]},
  },
  orderItem: {
    OR: {"isGated":false,"paths":[[[29]],[[36]]]},
    OPTION: {"isGated":false,"paths":[[[29],[36]]]},
  },
  limitClause: {
    OPTION: {"isGated":false,"paths":[[[61]]]},
  },
  timeClauses: {
    OR: {"isGated":false,"paths":[[[42]],[[47]],[[75]]]},
    MANY: {"isGated":false,"paths":[[[42],[47],[75]]]},
  },
  watchClauses: {
    OR: {"isGated":false,"paths":[[[42]],[[47]],[[75]],[[81]]]},
    MANY: {"isGated":false,"paths":[[[42],[47],[75],[81]]]},
  },
  outputClause: {
    OPTION: {"isGated":false,"paths":[[[73]]]},
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
    OR: {"isGated":false,"paths":[[[3]],[[17]],[[13],[15],[14],[16],[52],[49]]]},
    OR2: {"isGated":false,"paths":[[[15]],[[14]],[[16],[52]],[[49]]]},
    OPTION: {"isGated":false,"paths":[[[3],[17],[13],[15],[14],[16],[52],[49]]]},
    OPTION2: {"isGated":false,"paths":[[[13]]]},
  },
  comparison: {
    OPTION: {"isGated":false,"paths":[[[101]]]},
  },
  isTest: {
    OR: {"isGated":false,"paths":[[[25]],[[0]]]},
    OPTION: {"isGated":false,"paths":[[[13]]]},
  },
  inTest: {
    OR: {"isGated":false,"paths":[[[99]],[[2],[93],[32],[0]]]},
    OPTION: {"isGated":false,"paths":[[[101]]]},
  },
  likeTest: {
    OR: {"isGated":false,"paths":[[[16]],[[52]]]},
  },
  hasTest: {
    OR: {"isGated":false,"paths":[[[28,99]],[[99]],[[0],[94],[91],[93]]]},
  },
  flags: {
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[0],[94],[91],[93]]]},
  },
  flag: {
    OR: {"isGated":false,"paths":[[[0]],[[94]],[[91]],[[93]]]},
  },
  arithmetic: {
    MANY: {"isGated":false,"paths":[[[4]]]},
  },
  unary: {
    OR: {"isGated":false,"paths":[[[2],[93],[32],[0]],[[99]]]},
    MANY: {"isGated":false,"paths":[[[5]]]},
    MANY2: {"isGated":false,"paths":[[[89]]]},
  },
  atom: {
    OR: {"isGated":true,"paths":[[[2]],[[93]],[[32]],[[32]],[[0]]]},
    OPTION: {"isGated":false,"paths":[[[99]]]},
  },
  caseBranches: {
    MANY: {"isGated":false,"paths":[[[80]]]},
    OPTION: {"isGated":false,"paths":[[[40]]]},
  },
  path: {
    MANY: {"isGated":false,"paths":[[[102]]]},
  },
  callArguments: {
    OR: {"isGated":true,"paths":[[[117]],[[81],[7]],[[8],[13],[5],[2],[93],[32],[0],[99]]]},
    OPTION: {"isGated":false,"paths":[[[117],[81],[7],[8],[13],[5],[2],[93],[32],[0],[99]]]},
    OPTION2: {"isGated":false,"paths":[[[8]]]},
    OPTION3: {"isGated":false,"paths":[[[18]]]},
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[13],[5],[2],[93],[32],[0],[99]]]},
  },
  parenthesized: {
    OR: {"isGated":true,"paths":[[[81],[7]],[[2],[13],[5],[93],[32],[0],[99]]]},
    OR2: {"isGated":true,"paths":[[[2]],[[13],[5],[2],[93],[32],[0],[99]]]},
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[2],[13],[5],[93],[32],[0],[99]]]},
  },
  item: {
    OPTION: {"isGated":false,"paths":[[[101]]]},
  },
} satisfies Decisions as Decisions;
