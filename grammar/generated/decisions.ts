import type { Decisions } from '../lookahead.js';

/** What decides each choice of the grammar: see lookahead.ts. */
export const DECISIONS = {
  statement: {
    OR: {"isGated":false,"paths":[[[89],[7]],[[35]],[[87]],[[50]],[[57]],[[83]],[[37]],[[48]],[[46]],[[71]],[[72]],[[40]],[[63]],[[56]],[[41]],[[73]],[[84]],[[69]],[[30]],[[75]],[[39]],[[52]]]},
  },
  query: {
    MANY: {"isGated":false,"paths":[[[45],[81]]]},
    OPTION: {"isGated":false,"paths":[[[89]]]},
  },
  setOperator: {
    OR: {"isGated":false,"paths":[[[45]],[[81]]]},
    OPTION: {"isGated":false,"paths":[[[26]]]},
  },
  commonTables: {
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[0]]]},
  },
  selectStatement: {
    OPTION: {"isGated":false,"paths":[[[8]]]},
    OPTION2: {"isGated":false,"paths":[[[126],[13],[5],[2],[102],[33],[0],[108]]]},
  },
  selectTail: {
    MANY: {"isGated":false,"paths":[[[62],[59]]]},
    OPTION: {"isGated":false,"paths":[[[14]]]},
    OPTION4: {"isGated":false,"paths":[[[31],[76],[15]]]},
    OPTION2: {"isGated":false,"paths":[[[91]]]},
    OPTION3: {"isGated":false,"paths":[[[67]]]},
  },
  watchStatement: {
    OPTION: {"isGated":false,"paths":[[[126],[13],[5],[2],[102],[33],[0],[108]]]},
    OPTION2: {"isGated":false,"paths":[[[14]]]},
    OPTION3: {"isGated":false,"paths":[[[66]]]},
    OPTION4: {"isGated":false,"paths":[[[89]]]},
    OPTION5: {"isGated":false,"paths":[[[67]]]},
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[0],[103],[108]]]},
  },
  getStatement: {
    OPTION: {"isGated":false,"paths":[[[126],[13],[5],[2],[102],[33],[0],[108]]]},
    OPTION2: {"isGated":false,"paths":[[[14]]]},
    OPTION3: {"isGated":false,"paths":[[[10]]]},
    OPTION4: {"isGated":false,"paths":[[[91]]]},
    OPTION5: {"isGated":false,"paths":[[[67]]]},
  },
  insertStatement: {
    OR: {"isGated":false,"paths":[[[73]],[[9]]]},
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
    OR: {"isGated":false,"paths":[[[54]],[[83]]]},
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
    OR: {"isGated":false,"paths":[[[89],[7]],[[35]],[[87]],[[50]],[[57]],[[83]],[[37]],[[48]],[[72]]]},
    OPTION: {"isGated":false,"paths":[[[27]]]},
  },
  queryDefinition: {
    OR: {"isGated":false,"paths":[[[89],[7]],[[35]],[[87]]]},
    OPTION: {"isGated":false,"paths":[[[108]]]},
  },
  parameters: {
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[0],[102]]]},
  },
  parameter: {
    OR: {"isGated":false,"paths":[[[0]],[[102]]]},
    OPTION: {"isGated":false,"paths":[[[121]]]},
  },
  runStatement: {
    OPTION: {"isGated":false,"paths":[[[108]]]},
    OPTION2: {"isGated":false,"paths":[[[13],[5],[2],[102],[33],[0],[108]]]},
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[13],[5],[2],[102],[33],[0],[108]]]},
  },
  letStatement: {
    OR: {"isGated":false,"paths":[[[0]],[[102]]]},
  },
  echoStatement: {
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[13],[5],[2],[102],[33],[0],[108]]]},
  },
  setStatement: {
    OPTION: {"isGated":false,"paths":[[[121]]]},
  },
  prepareStatement: {
    OPTION: {"isGated":false,"paths":[[[60]]]},
  },
  assertStatement: {
    OPTION: {"isGated":false,"paths":[[[107]]]},
  },
  showStatement: {
    OR: {"isGated":false,"paths":[[[78]],[[74]],[[70]],[[85]],[[53]],[[47]]]},
    OPTION: {"isGated":false,"paths":[[[103]]]},
  },
  helpStatement: {
    OPTION: {"isGated":false,"paths":[[[1]]]},
  },
  topic: {
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[1]]]},
  },
  projections: {
    OR: {"isGated":false,"paths":[[[126]],[[13],[5],[2],[102],[33],[0],[108]]]},
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[13],[5],[2],[102],[33],[0],[108]]]},
  },
  projection: {
    OPTION: {"isGated":false,"paths":[[[18],[101]]]},
  },
  alias: {
    OR: {"isGated":false,"paths":[[[18]],[[101]]]},
    OR2: {"isGated":false,"paths":[[[0]],[[103]]]},
  },
  tableRef: {
    OR: {"isGated":false,"paths":[[[0]],[[103]],[[108]]]},
    OPTION: {"isGated":false,"paths":[[[18],[101]]]},
  },
  place: {
    OR: {"isGated":true,"paths":[[[64]],[[68]],[[61]],[[53]],[[0]]]},
    OR2: {"isGated":false,"paths":[[[97]],[[103]],[[126]]]},
    OR3: {"isGated":false,"paths":[[[100]],[[102]]]},
    OPTION: {"isGated":false,"paths":[[[103]]]},
  },
  rangeClause: {
    OR: {"isGated":false,"paths":[[[31]],[[76]],[[15]]]},
    OPTION: {"isGated":false,"paths":[[[90]]]},
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
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[13],[5],[2],[102],[33],[0],[108]]]},
  },
  orderClause: {
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[13],[5],[2],[102],[33],[0],[108]]]},
  },
  orderItem: {
    OR: {"isGated":false,"paths":[[[29]],[[38]]]},
    OPTION: {"isGated":false,"paths":[[[29],[38]]]},
  },
  limitClause: {
    OPTION: {"isGated":false,"paths":[[[65]]]},
  },
  timeClauses: {
    OR: {"isGated":false,"paths":[[[44]],[[49]],[[82]]]},
    MANY: {"isGated":false,"paths":[[[44],[49],[82]]]},
  },
  watchClauses: {
    OR: {"isGated":false,"paths":[[[44]],[[49]],[[82]],[[89]],[[58]],[[60]],[[77]]]},
    MANY: {"isGated":false,"paths":[[[44],[49],[82],[89],[58],[60],[77]]]},
  },
  keepClause: {
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[5],[2],[102],[33],[0],[108]]]},
  },
  outputClause: {
    OR: {"isGated":false,"paths":[[[86]],[[36]]]},
    MANY: {"isGated":false,"paths":[[[86],[36]]]},
    OPTION: {"isGated":false,"paths":[[[80]]]},
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
    OPTION: {"isGated":false,"paths":[[[110]]]},
  },
  isTest: {
    OR: {"isGated":false,"paths":[[[25]],[[0]]]},
    OPTION: {"isGated":false,"paths":[[[13]]]},
  },
  inTest: {
    OR: {"isGated":false,"paths":[[[108]],[[2],[102],[33],[0]]]},
    OPTION: {"isGated":false,"paths":[[[110]]]},
  },
  likeTest: {
    OR: {"isGated":false,"paths":[[[16]],[[55]]]},
  },
  hasTest: {
    OR: {"isGated":false,"paths":[[[28,108]],[[108]],[[0],[103],[100],[102]]]},
  },
  flags: {
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[0],[103],[100],[102]]]},
  },
  flag: {
    OR: {"isGated":false,"paths":[[[0]],[[103]],[[100]],[[102]]]},
  },
  arithmetic: {
    MANY: {"isGated":false,"paths":[[[4]]]},
  },
  unary: {
    OR: {"isGated":false,"paths":[[[2],[102],[33],[0]],[[108]]]},
    MANY: {"isGated":false,"paths":[[[5]]]},
    MANY2: {"isGated":false,"paths":[[[98]]]},
  },
  atom: {
    OR: {"isGated":true,"paths":[[[2]],[[102]],[[33]],[[33]],[[0]]]},
    OPTION: {"isGated":false,"paths":[[[108]]]},
  },
  caseBranches: {
    MANY: {"isGated":false,"paths":[[[88]]]},
    OPTION: {"isGated":false,"paths":[[[42]]]},
  },
  path: {
    MANY: {"isGated":false,"paths":[[[111]]]},
  },
  callArguments: {
    OR: {"isGated":true,"paths":[[[126]],[[89],[7]],[[8],[13],[5],[2],[102],[33],[0],[108]]]},
    OPTION: {"isGated":false,"paths":[[[126],[89],[7],[8],[13],[5],[2],[102],[33],[0],[108]]]},
    OPTION2: {"isGated":false,"paths":[[[8]]]},
    OPTION3: {"isGated":false,"paths":[[[18]]]},
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[13],[5],[2],[102],[33],[0],[108]]]},
  },
  parenthesized: {
    OR: {"isGated":true,"paths":[[[89],[7]],[[2],[13],[5],[102],[33],[0],[108]]]},
    OR2: {"isGated":true,"paths":[[[2]],[[13],[5],[2],[102],[33],[0],[108]]]},
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[2],[13],[5],[102],[33],[0],[108]]]},
  },
  item: {
    OPTION: {"isGated":false,"paths":[[[110]]]},
  },
} satisfies Decisions as Decisions;
