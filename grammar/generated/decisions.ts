import type { Decisions } from '../lookahead.js';

/** What decides each choice of the grammar: see lookahead.ts. */
export const DECISIONS = {
  statement: {
    OR: {"isGated":false,"paths":[[[86],[7]],[[35]],[[84]],[[50]],[[57]],[[81]],[[36]],[[48]],[[45]],[[70]],[[71]],[[39]],[[63]],[[56]],[[40]],[[72]],[[82]],[[30]],[[74]],[[38]],[[52]]]},
  },
  query: {
    MANY: {"isGated":false,"paths":[[[44],[79]]]},
    OPTION: {"isGated":false,"paths":[[[86]]]},
  },
  setOperator: {
    OR: {"isGated":false,"paths":[[[44]],[[79]]]},
    OPTION: {"isGated":false,"paths":[[[26]]]},
  },
  commonTables: {
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[0]]]},
  },
  selectStatement: {
    OPTION: {"isGated":false,"paths":[[[8]]]},
    OPTION2: {"isGated":false,"paths":[[[123],[13],[5],[2],[99],[33],[0],[105]]]},
  },
  selectTail: {
    MANY: {"isGated":false,"paths":[[[62],[59]]]},
    OPTION: {"isGated":false,"paths":[[[14]]]},
    OPTION4: {"isGated":false,"paths":[[[31],[75],[15]]]},
    OPTION2: {"isGated":false,"paths":[[[88]]]},
    OPTION3: {"isGated":false,"paths":[[[67]]]},
  },
  watchStatement: {
    OPTION: {"isGated":false,"paths":[[[123],[13],[5],[2],[99],[33],[0],[105]]]},
    OPTION2: {"isGated":false,"paths":[[[14]]]},
    OPTION3: {"isGated":false,"paths":[[[66]]]},
    OPTION4: {"isGated":false,"paths":[[[86]]]},
    OPTION5: {"isGated":false,"paths":[[[67]]]},
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[0],[100],[105]]]},
  },
  getStatement: {
    OPTION: {"isGated":false,"paths":[[[123],[13],[5],[2],[99],[33],[0],[105]]]},
    OPTION2: {"isGated":false,"paths":[[[14]]]},
    OPTION3: {"isGated":false,"paths":[[[10]]]},
    OPTION4: {"isGated":false,"paths":[[[88]]]},
    OPTION5: {"isGated":false,"paths":[[[67]]]},
  },
  insertStatement: {
    OR: {"isGated":false,"paths":[[[72]],[[9]]]},
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
    OR: {"isGated":false,"paths":[[[54]],[[81]]]},
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
    OR: {"isGated":false,"paths":[[[86],[7]],[[35]],[[84]],[[50]],[[57]],[[81]],[[36]],[[48]],[[71]]]},
    OPTION: {"isGated":false,"paths":[[[27]]]},
  },
  queryDefinition: {
    OR: {"isGated":false,"paths":[[[86],[7]],[[35]],[[84]]]},
    OPTION: {"isGated":false,"paths":[[[105]]]},
  },
  parameters: {
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[0],[99]]]},
  },
  parameter: {
    OR: {"isGated":false,"paths":[[[0]],[[99]]]},
    OPTION: {"isGated":false,"paths":[[[118]]]},
  },
  runStatement: {
    OPTION: {"isGated":false,"paths":[[[105]]]},
    OPTION2: {"isGated":false,"paths":[[[13],[5],[2],[99],[33],[0],[105]]]},
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[13],[5],[2],[99],[33],[0],[105]]]},
  },
  letStatement: {
    OR: {"isGated":false,"paths":[[[0]],[[99]]]},
  },
  echoStatement: {
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[13],[5],[2],[99],[33],[0],[105]]]},
  },
  setStatement: {
    OPTION: {"isGated":false,"paths":[[[118]]]},
  },
  assertStatement: {
    OPTION: {"isGated":false,"paths":[[[104]]]},
  },
  showStatement: {
    OR: {"isGated":false,"paths":[[[76]],[[73]],[[69]],[[83]],[[47]],[[53]],[[46]]]},
    OPTION2: {"isGated":false,"paths":[[[98],[100],[105]]]},
    OPTION: {"isGated":false,"paths":[[[100]]]},
  },
  helpStatement: {
    OPTION: {"isGated":false,"paths":[[[1]]]},
  },
  topic: {
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[1]]]},
  },
  projections: {
    OR: {"isGated":false,"paths":[[[123]],[[13],[5],[2],[99],[33],[0],[105]]]},
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[13],[5],[2],[99],[33],[0],[105]]]},
  },
  projection: {
    OPTION: {"isGated":false,"paths":[[[18],[98]]]},
  },
  alias: {
    OR: {"isGated":false,"paths":[[[18]],[[98]]]},
    OR2: {"isGated":false,"paths":[[[0]],[[100]]]},
  },
  tableRef: {
    OR: {"isGated":false,"paths":[[[0]],[[100]],[[105]]]},
    OPTION: {"isGated":false,"paths":[[[18],[98]]]},
  },
  place: {
    OR: {"isGated":true,"paths":[[[64]],[[68]],[[61]],[[53]],[[47]],[[0]]]},
    OR2: {"isGated":false,"paths":[[[94]],[[100]],[[123]]]},
    OR3: {"isGated":false,"paths":[[[97]],[[99]]]},
    OR4: {"isGated":false,"paths":[[[100]],[[105]]]},
    OPTION: {"isGated":false,"paths":[[[100]]]},
    OPTION2: {"isGated":false,"paths":[[[98],[100],[105]]]},
  },
  gateways: {
    OR: {"isGated":false,"paths":[[[98]],[[100]],[[105]]]},
  },
  placeNames: {
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[0],[100]]]},
  },
  placeName: {
    OR: {"isGated":false,"paths":[[[0]],[[100]]]},
  },
  rangeClause: {
    OR: {"isGated":false,"paths":[[[31]],[[75]],[[15]]]},
    OPTION: {"isGated":false,"paths":[[[87]]]},
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
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[13],[5],[2],[99],[33],[0],[105]]]},
  },
  orderClause: {
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[13],[5],[2],[99],[33],[0],[105]]]},
  },
  orderItem: {
    OR: {"isGated":false,"paths":[[[29]],[[37]]]},
    OPTION: {"isGated":false,"paths":[[[29],[37]]]},
  },
  limitClause: {
    OPTION: {"isGated":false,"paths":[[[65]]]},
  },
  timeClauses: {
    OR: {"isGated":false,"paths":[[[43]],[[49]],[[80]]]},
    MANY: {"isGated":false,"paths":[[[43],[49],[80]]]},
  },
  watchClauses: {
    OR: {"isGated":false,"paths":[[[43]],[[49]],[[80]],[[86]],[[58]],[[60]]]},
    MANY: {"isGated":false,"paths":[[[43],[49],[80],[86],[58],[60]]]},
  },
  keepClause: {
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[5],[2],[99],[33],[0],[105]]]},
  },
  outputClause: {
    OPTION: {"isGated":false,"paths":[[[78]]]},
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
    OPTION: {"isGated":false,"paths":[[[107]]]},
  },
  isTest: {
    OR: {"isGated":false,"paths":[[[25]],[[0]]]},
    OPTION: {"isGated":false,"paths":[[[13]]]},
  },
  inTest: {
    OR: {"isGated":false,"paths":[[[105]],[[2],[99],[33],[0]]]},
    OPTION: {"isGated":false,"paths":[[[107]]]},
  },
  likeTest: {
    OR: {"isGated":false,"paths":[[[16]],[[55]]]},
  },
  hasTest: {
    OR: {"isGated":false,"paths":[[[28,105]],[[105]],[[0],[100],[97],[99]]]},
  },
  flags: {
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[0],[100],[97],[99]]]},
  },
  flag: {
    OR: {"isGated":false,"paths":[[[0]],[[100]],[[97]],[[99]]]},
  },
  arithmetic: {
    MANY: {"isGated":false,"paths":[[[4]]]},
  },
  unary: {
    OR: {"isGated":false,"paths":[[[2],[99],[33],[0]],[[105]]]},
    MANY: {"isGated":false,"paths":[[[5]]]},
    MANY2: {"isGated":false,"paths":[[[95]]]},
  },
  atom: {
    OR: {"isGated":true,"paths":[[[2]],[[99]],[[33]],[[33]],[[0]]]},
    OPTION: {"isGated":false,"paths":[[[105]]]},
  },
  caseBranches: {
    MANY: {"isGated":false,"paths":[[[85]]]},
    OPTION: {"isGated":false,"paths":[[[41]]]},
  },
  path: {
    MANY: {"isGated":false,"paths":[[[108]]]},
  },
  callArguments: {
    OR: {"isGated":true,"paths":[[[123]],[[86],[7]],[[8],[13],[5],[2],[99],[33],[0],[105]]]},
    OPTION: {"isGated":false,"paths":[[[123],[86],[7],[8],[13],[5],[2],[99],[33],[0],[105]]]},
    OPTION2: {"isGated":false,"paths":[[[8]]]},
    OPTION3: {"isGated":false,"paths":[[[18]]]},
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[13],[5],[2],[99],[33],[0],[105]]]},
  },
  parenthesized: {
    OR: {"isGated":true,"paths":[[[86],[7]],[[2],[13],[5],[99],[33],[0],[105]]]},
    OR2: {"isGated":true,"paths":[[[2]],[[13],[5],[2],[99],[33],[0],[105]]]},
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[2],[13],[5],[99],[33],[0],[105]]]},
  },
  item: {
    OPTION: {"isGated":false,"paths":[[[107]]]},
  },
} satisfies Decisions as Decisions;
