import type { Decisions } from '../lookahead.js';

/** What decides each choice of the grammar: see lookahead.ts. */
export const DECISIONS = {
  statement: {
    OR: {"isGated":false,"paths":[[[90],[7]],[[35]],[[88]],[[51]],[[58]],[[84]],[[37]],[[49]],[[46]],[[72]],[[73]],[[40]],[[64]],[[57]],[[41]],[[74]],[[85]],[[70]],[[30]],[[76]],[[39]],[[53]]]},
  },
  query: {
    MANY: {"isGated":false,"paths":[[[45],[82]]]},
    OPTION: {"isGated":false,"paths":[[[90]]]},
  },
  setOperator: {
    OR: {"isGated":false,"paths":[[[45]],[[82]]]},
    OPTION: {"isGated":false,"paths":[[[26]]]},
  },
  commonTables: {
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[0]]]},
  },
  selectStatement: {
    OPTION: {"isGated":false,"paths":[[[8]]]},
    OPTION2: {"isGated":false,"paths":[[[127],[13],[5],[2],[103],[33],[0],[109]]]},
  },
  selectTail: {
    MANY: {"isGated":false,"paths":[[[63],[60]]]},
    OPTION: {"isGated":false,"paths":[[[14]]]},
    OPTION4: {"isGated":false,"paths":[[[31],[77],[15]]]},
    OPTION2: {"isGated":false,"paths":[[[92]]]},
    OPTION3: {"isGated":false,"paths":[[[68]]]},
  },
  watchStatement: {
    OPTION: {"isGated":false,"paths":[[[127],[13],[5],[2],[103],[33],[0],[109]]]},
    OPTION2: {"isGated":false,"paths":[[[14]]]},
    OPTION3: {"isGated":false,"paths":[[[67]]]},
    OPTION4: {"isGated":false,"paths":[[[90]]]},
    OPTION5: {"isGated":false,"paths":[[[68]]]},
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[0],[104],[109]]]},
  },
  getStatement: {
    OPTION: {"isGated":false,"paths":[[[127],[13],[5],[2],[103],[33],[0],[109]]]},
    OPTION2: {"isGated":false,"paths":[[[14]]]},
    OPTION3: {"isGated":false,"paths":[[[10]]]},
    OPTION4: {"isGated":false,"paths":[[[92]]]},
    OPTION5: {"isGated":false,"paths":[[[68]]]},
  },
  insertStatement: {
    OR: {"isGated":false,"paths":[[[74]],[[9]]]},
    OPTION: {"isGated":false,"paths":[[[14]]]},
    OPTION2: {"isGated":false,"paths":[[[9]]]},
    OPTION3: {"isGated":false,"paths":[[[67]]]},
    OPTION4: {"isGated":false,"paths":[[[68]]]},
  },
  insertFrom: {
    OPTION: {"isGated":false,"paths":[[[14]]]},
    OPTION2: {"isGated":false,"paths":[[[10]]]},
  },
  conflictClause: {
    OR: {"isGated":false,"paths":[[[55]],[[84]]]},
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
    OPTION3: {"isGated":false,"paths":[[[68]]]},
  },
  flushStatement: {
    OPTION: {"isGated":false,"paths":[[[14]]]},
  },
  explainStatement: {
    OR: {"isGated":false,"paths":[[[90],[7]],[[35]],[[88]],[[51]],[[58]],[[84]],[[37]],[[49]],[[73]]]},
    OPTION: {"isGated":false,"paths":[[[27]]]},
  },
  queryDefinition: {
    OR: {"isGated":false,"paths":[[[90],[7]],[[35]],[[88]]]},
    OPTION: {"isGated":false,"paths":[[[109]]]},
  },
  parameters: {
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[0],[103]]]},
  },
  parameter: {
    OR: {"isGated":false,"paths":[[[0]],[[103]]]},
    OPTION: {"isGated":false,"paths":[[[122]]]},
  },
  runStatement: {
    OPTION: {"isGated":false,"paths":[[[109]]]},
    OPTION2: {"isGated":false,"paths":[[[13],[5],[2],[103],[33],[0],[109]]]},
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[13],[5],[2],[103],[33],[0],[109]]]},
  },
  letStatement: {
    OR: {"isGated":false,"paths":[[[0]],[[103]]]},
  },
  echoStatement: {
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[13],[5],[2],[103],[33],[0],[109]]]},
  },
  setStatement: {
    OPTION: {"isGated":false,"paths":[[[122]]]},
  },
  prepareStatement: {
    OPTION: {"isGated":false,"paths":[[[61]]]},
  },
  assertStatement: {
    OPTION: {"isGated":false,"paths":[[[108]]]},
  },
  showStatement: {
    OR: {"isGated":false,"paths":[[[79]],[[75]],[[71]],[[86]],[[48]],[[54]],[[47]]]},
    OPTION2: {"isGated":false,"paths":[[[102],[104],[109]]]},
    OPTION: {"isGated":false,"paths":[[[104]]]},
  },
  helpStatement: {
    OPTION: {"isGated":false,"paths":[[[1]]]},
  },
  topic: {
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[1]]]},
  },
  projections: {
    OR: {"isGated":false,"paths":[[[127]],[[13],[5],[2],[103],[33],[0],[109]]]},
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[13],[5],[2],[103],[33],[0],[109]]]},
  },
  projection: {
    OPTION: {"isGated":false,"paths":[[[18],[102]]]},
  },
  alias: {
    OR: {"isGated":false,"paths":[[[18]],[[102]]]},
    OR2: {"isGated":false,"paths":[[[0]],[[104]]]},
  },
  tableRef: {
    OR: {"isGated":false,"paths":[[[0]],[[104]],[[109]]]},
    OPTION: {"isGated":false,"paths":[[[18],[102]]]},
  },
  place: {
    OR: {"isGated":true,"paths":[[[65]],[[69]],[[62]],[[54]],[[48]],[[0]]]},
    OR2: {"isGated":false,"paths":[[[98]],[[104]],[[127]]]},
    OR3: {"isGated":false,"paths":[[[101]],[[103]]]},
    OR4: {"isGated":false,"paths":[[[104]],[[109]]]},
    OPTION: {"isGated":false,"paths":[[[104]]]},
    OPTION2: {"isGated":false,"paths":[[[102],[104],[109]]]},
  },
  gateways: {
    OR: {"isGated":false,"paths":[[[102]],[[104]],[[109]]]},
  },
  placeNames: {
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[0],[104]]]},
  },
  placeName: {
    OR: {"isGated":false,"paths":[[[0]],[[104]]]},
  },
  rangeClause: {
    OR: {"isGated":false,"paths":[[[31]],[[77]],[[15]]]},
    OPTION: {"isGated":false,"paths":[[[91]]]},
  },
  joinClause: {
    OPTION: {"isGated":false,"paths":[[[63]]]},
    OPTION2: {"isGated":false,"paths":[[[67]]]},
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
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[13],[5],[2],[103],[33],[0],[109]]]},
  },
  orderClause: {
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[13],[5],[2],[103],[33],[0],[109]]]},
  },
  orderItem: {
    OR: {"isGated":false,"paths":[[[29]],[[38]]]},
    OPTION: {"isGated":false,"paths":[[[29],[38]]]},
  },
  limitClause: {
    OPTION: {"isGated":false,"paths":[[[66]]]},
  },
  timeClauses: {
    OR: {"isGated":false,"paths":[[[44]],[[50]],[[83]]]},
    MANY: {"isGated":false,"paths":[[[44],[50],[83]]]},
  },
  watchClauses: {
    OR: {"isGated":false,"paths":[[[44]],[[50]],[[83]],[[90]],[[59]],[[61]],[[78]]]},
    MANY: {"isGated":false,"paths":[[[44],[50],[83],[90],[59],[61],[78]]]},
  },
  keepClause: {
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[5],[2],[103],[33],[0],[109]]]},
  },
  outputClause: {
    OR: {"isGated":false,"paths":[[[87]],[[36]]]},
    MANY: {"isGated":false,"paths":[[[87],[36]]]},
    OPTION: {"isGated":false,"paths":[[[81]]]},
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
    OR: {"isGated":false,"paths":[[[3]],[[17]],[[13],[15],[14],[16],[56],[52]]]},
    OR2: {"isGated":false,"paths":[[[15]],[[14]],[[16],[56]],[[52]]]},
    OPTION: {"isGated":false,"paths":[[[3],[17],[13],[15],[14],[16],[56],[52]]]},
    OPTION2: {"isGated":false,"paths":[[[13]]]},
  },
  comparison: {
    OPTION: {"isGated":false,"paths":[[[111]]]},
  },
  isTest: {
    OR: {"isGated":false,"paths":[[[25]],[[0]]]},
    OPTION: {"isGated":false,"paths":[[[13]]]},
  },
  inTest: {
    OR: {"isGated":false,"paths":[[[109]],[[2],[103],[33],[0]]]},
    OPTION: {"isGated":false,"paths":[[[111]]]},
  },
  likeTest: {
    OR: {"isGated":false,"paths":[[[16]],[[56]]]},
  },
  hasTest: {
    OR: {"isGated":false,"paths":[[[28,109]],[[109]],[[0],[104],[101],[103]]]},
  },
  flags: {
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[0],[104],[101],[103]]]},
  },
  flag: {
    OR: {"isGated":false,"paths":[[[0]],[[104]],[[101]],[[103]]]},
  },
  arithmetic: {
    MANY: {"isGated":false,"paths":[[[4]]]},
  },
  unary: {
    OR: {"isGated":false,"paths":[[[2],[103],[33],[0]],[[109]]]},
    MANY: {"isGated":false,"paths":[[[5]]]},
    MANY2: {"isGated":false,"paths":[[[99]]]},
  },
  atom: {
    OR: {"isGated":true,"paths":[[[2]],[[103]],[[33]],[[33]],[[0]]]},
    OPTION: {"isGated":false,"paths":[[[109]]]},
  },
  caseBranches: {
    MANY: {"isGated":false,"paths":[[[89]]]},
    OPTION: {"isGated":false,"paths":[[[42]]]},
  },
  path: {
    MANY: {"isGated":false,"paths":[[[112]]]},
  },
  callArguments: {
    OR: {"isGated":true,"paths":[[[127]],[[90],[7]],[[8],[13],[5],[2],[103],[33],[0],[109]]]},
    OPTION: {"isGated":false,"paths":[[[127],[90],[7],[8],[13],[5],[2],[103],[33],[0],[109]]]},
    OPTION2: {"isGated":false,"paths":[[[8]]]},
    OPTION3: {"isGated":false,"paths":[[[18]]]},
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[13],[5],[2],[103],[33],[0],[109]]]},
  },
  parenthesized: {
    OR: {"isGated":true,"paths":[[[90],[7]],[[2],[13],[5],[103],[33],[0],[109]]]},
    OR2: {"isGated":true,"paths":[[[2]],[[13],[5],[2],[103],[33],[0],[109]]]},
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[2],[13],[5],[103],[33],[0],[109]]]},
  },
  item: {
    OPTION: {"isGated":false,"paths":[[[111]]]},
  },
} satisfies Decisions as Decisions;
