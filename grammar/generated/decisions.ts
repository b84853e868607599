import type { Decisions } from '../lookahead.js';

/** What decides each choice of the grammar: see lookahead.ts. */
export const DECISIONS = {
  statement: {
    OR: {"isGated":false,"paths":[[[88],[7]],[[35]],[[86]],[[50]],[[57]],[[83]],[[36]],[[48]],[[45]],[[71]],[[72]],[[39]],[[63]],[[56]],[[40]],[[73]],[[84]],[[69]],[[30]],[[75]],[[38]],[[52]]]},
  },
  query: {
    MANY: {"isGated":false,"paths":[[[44],[81]]]},
    OPTION: {"isGated":false,"paths":[[[88]]]},
  },
  setOperator: {
    OR: {"isGated":false,"paths":[[[44]],[[81]]]},
    OPTION: {"isGated":false,"paths":[[[26]]]},
  },
  commonTables: {
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[0]]]},
  },
  selectStatement: {
    OPTION: {"isGated":false,"paths":[[[8]]]},
    OPTION2: {"isGated":false,"paths":[[[125],[13],[5],[2],[101],[33],[0],[107]]]},
  },
  selectTail: {
    MANY: {"isGated":false,"paths":[[[62],[59]]]},
    OPTION: {"isGated":false,"paths":[[[14]]]},
    OPTION4: {"isGated":false,"paths":[[[31],[76],[15]]]},
    OPTION2: {"isGated":false,"paths":[[[90]]]},
    OPTION3: {"isGated":false,"paths":[[[67]]]},
  },
  watchStatement: {
    OPTION: {"isGated":false,"paths":[[[125],[13],[5],[2],[101],[33],[0],[107]]]},
    OPTION2: {"isGated":false,"paths":[[[14]]]},
    OPTION3: {"isGated":false,"paths":[[[66]]]},
    OPTION4: {"isGated":false,"paths":[[[88]]]},
    OPTION5: {"isGated":false,"paths":[[[67]]]},
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[0],[102],[107]]]},
  },
  getStatement: {
    OPTION: {"isGated":false,"paths":[[[125],[13],[5],[2],[101],[33],[0],[107]]]},
    OPTION2: {"isGated":false,"paths":[[[14]]]},
    OPTION3: {"isGated":false,"paths":[[[10]]]},
    OPTION4: {"isGated":false,"paths":[[[90]]]},
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
    OR: {"isGated":false,"paths":[[[88],[7]],[[35]],[[86]],[[50]],[[57]],[[83]],[[36]],[[48]],[[72]]]},
    OPTION: {"isGated":false,"paths":[[[27]]]},
  },
  queryDefinition: {
    OR: {"isGated":false,"paths":[[[88],[7]],[[35]],[[86]]]},
    OPTION: {"isGated":false,"paths":[[[107]]]},
  },
  parameters: {
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[0],[101]]]},
  },
  parameter: {
    OR: {"isGated":false,"paths":[[[0]],[[101]]]},
    OPTION: {"isGated":false,"paths":[[[120]]]},
  },
  runStatement: {
    OPTION: {"isGated":false,"paths":[[[107]]]},
    OPTION2: {"isGated":false,"paths":[[[13],[5],[2],[101],[33],[0],[107]]]},
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[13],[5],[2],[101],[33],[0],[107]]]},
  },
  letStatement: {
    OR: {"isGated":false,"paths":[[[0]],[[101]]]},
  },
  echoStatement: {
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[13],[5],[2],[101],[33],[0],[107]]]},
  },
  setStatement: {
    OPTION: {"isGated":false,"paths":[[[120]]]},
  },
  prepareStatement: {
    OPTION: {"isGated":false,"paths":[[[60]]]},
  },
  assertStatement: {
    OPTION: {"isGated":false,"paths":[[[106]]]},
  },
  showStatement: {
    OR: {"isGated":false,"paths":[[[78]],[[74]],[[70]],[[85]],[[47]],[[53]],[[46]]]},
    OPTION2: {"isGated":false,"paths":[[[100],[102],[107]]]},
    OPTION: {"isGated":false,"paths":[[[102]]]},
  },
  helpStatement: {
    OPTION: {"isGated":false,"paths":[[[1]]]},
  },
  topic: {
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[1]]]},
  },
  projections: {
    OR: {"isGated":false,"paths":[[[125]],[[13],[5],[2],[101],[33],[0],[107]]]},
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[13],[5],[2],[101],[33],[0],[107]]]},
  },
  projection: {
    OPTION: {"isGated":false,"paths":[[[18],[100]]]},
  },
  alias: {
    OR: {"isGated":false,"paths":[[[18]],[[100]]]},
    OR2: {"isGated":false,"paths":[[[0]],[[102]]]},
  },
  tableRef: {
    OR: {"isGated":false,"paths":[[[0]],[[102]],[[107]]]},
    OPTION: {"isGated":false,"paths":[[[18],[100]]]},
  },
  place: {
    OR: {"isGated":true,"paths":[[[64]],[[68]],[[61]],[[53]],[[47]],[[0]]]},
    OR2: {"isGated":false,"paths":[[[96]],[[102]],[[125]]]},
    OR3: {"isGated":false,"paths":[[[99]],[[101]]]},
    OR4: {"isGated":false,"paths":[[[102]],[[107]]]},
    OPTION: {"isGated":false,"paths":[[[102]]]},
    OPTION2: {"isGated":false,"paths":[[[100],[102],[107]]]},
  },
  gateways: {
    OR: {"isGated":false,"paths":[[[100]],[[102]],[[107]]]},
  },
  placeNames: {
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[0],[102]]]},
  },
  placeName: {
    OR: {"isGated":false,"paths":[[[0]],[[102]]]},
  },
  rangeClause: {
    OR: {"isGated":false,"paths":[[[31]],[[76]],[[15]]]},
    OPTION: {"isGated":false,"paths":[[[89]]]},
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
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[13],[5],[2],[101],[33],[0],[107]]]},
  },
  orderClause: {
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[13],[5],[2],[101],[33],[0],[107]]]},
  },
  orderItem: {
    OR: {"isGated":false,"paths":[[[29]],[[37]]]},
    OPTION: {"isGated":false,"paths":[[[29],[37]]]},
  },
  limitClause: {
    OPTION: {"isGated":false,"paths":[[[65]]]},
  },
  timeClauses: {
    OR: {"isGated":false,"paths":[[[43]],[[49]],[[82]]]},
    MANY: {"isGated":false,"paths":[[[43],[49],[82]]]},
  },
  watchClauses: {
    OR: {"isGated":false,"paths":[[[43]],[[49]],[[82]],[[88]],[[58]],[[60]],[[77]]]},
    MANY: {"isGated":false,"paths":[[[43],[49],[82],[88],[58],[60],[77]]]},
  },
  keepClause: {
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[5],[2],[101],[33],[0],[107]]]},
  },
  outputClause: {
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
    OPTION: {"isGated":false,"paths":[[[109]]]},
  },
  isTest: {
    OR: {"isGated":false,"paths":[[[25]],[[0]]]},
    OPTION: {"isGated":false,"paths":[[[13]]]},
  },
  inTest: {
    OR: {"isGated":false,"paths":[[[107]],[[2],[101],[33],[0]]]},
    OPTION: {"isGated":false,"paths":[[[109]]]},
  },
  likeTest: {
    OR: {"isGated":false,"paths":[[[16]],[[55]]]},
  },
  hasTest: {
    OR: {"isGated":false,"paths":[[[28,107]],[[107]],[[0],[102],[99],[101]]]},
  },
  flags: {
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[0],[102],[99],[101]]]},
  },
  flag: {
    OR: {"isGated":false,"paths":[[[0]],[[102]],[[99]],[[101]]]},
  },
  arithmetic: {
    MANY: {"isGated":false,"paths":[[[4]]]},
  },
  unary: {
    OR: {"isGated":false,"paths":[[[2],[101],[33],[0]],[[107]]]},
    MANY: {"isGated":false,"paths":[[[5]]]},
    MANY2: {"isGated":false,"paths":[[[97]]]},
  },
  atom: {
    OR: {"isGated":true,"paths":[[[2]],[[101]],[[33]],[[33]],[[0]]]},
    OPTION: {"isGated":false,"paths":[[[107]]]},
  },
  caseBranches: {
    MANY: {"isGated":false,"paths":[[[87]]]},
    OPTION: {"isGated":false,"paths":[[[41]]]},
  },
  path: {
    MANY: {"isGated":false,"paths":[[[110]]]},
  },
  callArguments: {
    OR: {"isGated":true,"paths":[[[125]],[[88],[7]],[[8],[13],[5],[2],[101],[33],[0],[107]]]},
    OPTION: {"isGated":false,"paths":[[[125],[88],[7],[8],[13],[5],[2],[101],[33],[0],[107]]]},
    OPTION2: {"isGated":false,"paths":[[[8]]]},
    OPTION3: {"isGated":false,"paths":[[[18]]]},
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[13],[5],[2],[101],[33],[0],[107]]]},
  },
  parenthesized: {
    OR: {"isGated":true,"paths":[[[88],[7]],[[2],[13],[5],[101],[33],[0],[107]]]},
    OR2: {"isGated":true,"paths":[[[2]],[[13],[5],[2],[101],[33],[0],[107]]]},
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[2],[13],[5],[101],[33],[0],[107]]]},
  },
  item: {
    OPTION: {"isGated":false,"paths":[[[109]]]},
  },
} satisfies Decisions as Decisions;
