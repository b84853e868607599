import type { Decisions } from '../lookahead.js';

/** What decides each choice of the grammar: see lookahead.ts. */
export const DECISIONS = {
  statement: {
    OR: {"isGated":false,"paths":[[[91],[7]],[[36]],[[89]],[[52]],[[59]],[[85]],[[38]],[[50]],[[47]],[[73]],[[74]],[[41]],[[65]],[[58]],[[42]],[[75]],[[86]],[[71]],[[31]],[[77]],[[40]],[[54]]]},
  },
  query: {
    MANY: {"isGated":false,"paths":[[[46],[83]]]},
    OPTION: {"isGated":false,"paths":[[[91]]]},
  },
  setOperator: {
    OR: {"isGated":false,"paths":[[[46]],[[83]]]},
    OPTION: {"isGated":false,"paths":[[[27]]]},
  },
  commonTables: {
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[0]]]},
  },
  selectStatement: {
    OPTION: {"isGated":false,"paths":[[[8]]]},
    OPTION2: {"isGated":false,"paths":[[[128],[13],[5],[2],[104],[34],[0],[110]]]},
  },
  selectTail: {
    MANY: {"isGated":false,"paths":[[[64],[61]]]},
    OPTION: {"isGated":false,"paths":[[[14]]]},
    OPTION4: {"isGated":false,"paths":[[[32],[78],[15]]]},
    OPTION2: {"isGated":false,"paths":[[[93]]]},
    OPTION3: {"isGated":false,"paths":[[[69]]]},
  },
  watchStatement: {
    OPTION: {"isGated":false,"paths":[[[128],[13],[5],[2],[104],[34],[0],[110]]]},
    OPTION2: {"isGated":false,"paths":[[[14]]]},
    OPTION3: {"isGated":false,"paths":[[[68]]]},
    OPTION4: {"isGated":false,"paths":[[[91]]]},
    OPTION5: {"isGated":false,"paths":[[[69]]]},
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[0],[105],[110]]]},
  },
  getStatement: {
    OPTION: {"isGated":false,"paths":[[[128],[13],[5],[2],[104],[34],[0],[110]]]},
    OPTION2: {"isGated":false,"paths":[[[14]]]},
    OPTION3: {"isGated":false,"paths":[[[10]]]},
    OPTION4: {"isGated":false,"paths":[[[93]]]},
    OPTION5: {"isGated":false,"paths":[[[69]]]},
  },
  insertStatement: {
    OR: {"isGated":false,"paths":[[[75]],[[9]]]},
    OPTION: {"isGated":false,"paths":[[[14]]]},
    OPTION2: {"isGated":false,"paths":[[[9]]]},
    OPTION3: {"isGated":false,"paths":[[[68]]]},
    OPTION4: {"isGated":false,"paths":[[[69]]]},
  },
  insertFrom: {
    OPTION: {"isGated":false,"paths":[[[14]]]},
    OPTION2: {"isGated":false,"paths":[[[10]]]},
  },
  conflictClause: {
    OR: {"isGated":false,"paths":[[[56]],[[85]]]},
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
    OPTION3: {"isGated":false,"paths":[[[69]]]},
  },
  flushStatement: {
    OPTION: {"isGated":false,"paths":[[[14]]]},
  },
  explainStatement: {
    OR: {"isGated":false,"paths":[[[91],[7]],[[36]],[[89]],[[52]],[[59]],[[85]],[[38]],[[50]],[[74]]]},
    OPTION: {"isGated":false,"paths":[[[28]]]},
  },
  queryDefinition: {
    OR: {"isGated":false,"paths":[[[91],[7]],[[36]],[[89]]]},
    OPTION: {"isGated":false,"paths":[[[110]]]},
  },
  parameters: {
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[0],[104]]]},
  },
  parameter: {
    OR: {"isGated":false,"paths":[[[0]],[[104]]]},
    OPTION: {"isGated":false,"paths":[[[123]]]},
  },
  runStatement: {
    OPTION: {"isGated":false,"paths":[[[110]]]},
    OPTION2: {"isGated":false,"paths":[[[13],[5],[2],[104],[34],[0],[110]]]},
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[13],[5],[2],[104],[34],[0],[110]]]},
  },
  letStatement: {
    OR: {"isGated":false,"paths":[[[0]],[[104]]]},
  },
  echoStatement: {
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[13],[5],[2],[104],[34],[0],[110]]]},
  },
  setStatement: {
    OPTION: {"isGated":false,"paths":[[[123]]]},
  },
  prepareStatement: {
    OPTION: {"isGated":false,"paths":[[[62]]]},
  },
  assertStatement: {
    OPTION: {"isGated":false,"paths":[[[109]]]},
  },
  showStatement: {
    OR: {"isGated":false,"paths":[[[80]],[[76]],[[72]],[[87]],[[49]],[[55]],[[48]]]},
    OPTION2: {"isGated":false,"paths":[[[103],[105],[110]]]},
    OPTION: {"isGated":false,"paths":[[[14],[105]]]},
    OPTION3: {"isGated":false,"paths":[[[14]]]},
    OPTION4: {"isGated":false,"paths":[[[69]]]},
  },
  describeStatement: {
    OPTION: {"isGated":false,"paths":[[[69]]]},
  },
  helpStatement: {
    OPTION: {"isGated":false,"paths":[[[1]]]},
  },
  topic: {
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[1]]]},
  },
  projections: {
    OR: {"isGated":false,"paths":[[[128]],[[13],[5],[2],[104],[34],[0],[110]]]},
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[13],[5],[2],[104],[34],[0],[110]]]},
  },
  projection: {
    OPTION: {"isGated":false,"paths":[[[18],[103]]]},
  },
  alias: {
    OR: {"isGated":false,"paths":[[[18]],[[103]]]},
    OR2: {"isGated":false,"paths":[[[0]],[[105]]]},
  },
  tableRef: {
    OR: {"isGated":false,"paths":[[[0]],[[105]],[[110]]]},
    OPTION: {"isGated":false,"paths":[[[18],[103]]]},
  },
  tableOrFile: {
    OR: {"isGated":false,"paths":[[[0]],[[105]]]},
  },
  place: {
    OR: {"isGated":true,"paths":[[[66]],[[70]],[[63]],[[55]],[[49]],[[0]]]},
    OR2: {"isGated":false,"paths":[[[99]],[[105]],[[128]]]},
    OR3: {"isGated":false,"paths":[[[102]],[[104]]]},
    OR4: {"isGated":false,"paths":[[[105]],[[110]]]},
    OPTION: {"isGated":false,"paths":[[[105]]]},
    OPTION2: {"isGated":false,"paths":[[[103],[105],[110]]]},
  },
  gateways: {
    OR: {"isGated":false,"paths":[[[103]],[[105]],[[110]]]},
  },
  placeNames: {
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[0],[105]]]},
  },
  placeName: {
    OR: {"isGated":false,"paths":[[[0]],[[105]]]},
  },
  rangeClause: {
    OR: {"isGated":false,"paths":[[[32]],[[78]],[[15]]]},
    OPTION: {"isGated":false,"paths":[[[92]]]},
  },
  moment: {
    OPTION: {"isGated":false,"paths":[[[26]]]},
  },
  joinClause: {
    OPTION: {"isGated":false,"paths":[[[64]]]},
    OPTION2: {"isGated":false,"paths":[[[68]]]},
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
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[13],[5],[2],[104],[34],[0],[110]]]},
  },
  orderClause: {
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[13],[5],[2],[104],[34],[0],[110]]]},
  },
  orderItem: {
    OR: {"isGated":false,"paths":[[[30]],[[39]]]},
    OPTION: {"isGated":false,"paths":[[[30],[39]]]},
  },
  limitClause: {
    OPTION: {"isGated":false,"paths":[[[67]]]},
  },
  timeClauses: {
    OR: {"isGated":false,"paths":[[[45]],[[51]],[[84]]]},
    MANY: {"isGated":false,"paths":[[[45],[51],[84]]]},
  },
  watchClauses: {
    OR: {"isGated":false,"paths":[[[45]],[[51]],[[84]],[[91]],[[60]],[[62]],[[79]]]},
    MANY: {"isGated":false,"paths":[[[45],[51],[84],[91],[60],[62],[79]]]},
  },
  keepClause: {
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[5],[2],[104],[34],[0],[110]]]},
  },
  outputClause: {
    OR: {"isGated":true,"paths":[[[82]],[[0]]]},
    OR2: {"isGated":false,"paths":[[[88]],[[37]]]},
    MANY: {"isGated":false,"paths":[[[88],[37]]]},
    OPTION: {"isGated":false,"paths":[[[82]]]},
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
    OR: {"isGated":false,"paths":[[[3]],[[17]],[[13],[15],[14],[16],[57],[53]]]},
    OR2: {"isGated":false,"paths":[[[15]],[[14]],[[16],[57]],[[53]]]},
    OPTION: {"isGated":false,"paths":[[[3],[17],[13],[15],[14],[16],[57],[53]]]},
    OPTION2: {"isGated":false,"paths":[[[13]]]},
  },
  comparison: {
    OPTION: {"isGated":false,"paths":[[[112]]]},
  },
  isTest: {
    OR: {"isGated":false,"paths":[[[25]],[[0]]]},
    OPTION: {"isGated":false,"paths":[[[13]]]},
  },
  inTest: {
    OR: {"isGated":false,"paths":[[[110]],[[2],[104],[34],[0]]]},
    OPTION: {"isGated":false,"paths":[[[112]]]},
  },
  likeTest: {
    OR: {"isGated":false,"paths":[[[16]],[[57]]]},
  },
  hasTest: {
    OR: {"isGated":false,"paths":[[[29,110]],[[110]],[[0],[105],[102],[104]]]},
  },
  flags: {
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[0],[105],[102],[104]]]},
  },
  flag: {
    OR: {"isGated":false,"paths":[[[0]],[[105]],[[102]],[[104]]]},
  },
  arithmetic: {
    MANY: {"isGated":false,"paths":[[[4]]]},
  },
  unary: {
    OR: {"isGated":false,"paths":[[[2],[104],[34],[0]],[[110]]]},
    MANY: {"isGated":false,"paths":[[[5]]]},
    MANY2: {"isGated":false,"paths":[[[100]]]},
  },
  atom: {
    OR: {"isGated":true,"paths":[[[2]],[[104]],[[34]],[[34]],[[0]]]},
    OPTION: {"isGated":false,"paths":[[[110]]]},
  },
  caseBranches: {
    MANY: {"isGated":false,"paths":[[[90]]]},
    OPTION: {"isGated":false,"paths":[[[43]]]},
  },
  path: {
    MANY: {"isGated":false,"paths":[[[113]]]},
  },
  callArguments: {
    OR: {"isGated":true,"paths":[[[128]],[[91],[7]],[[8],[13],[5],[2],[104],[34],[0],[110]]]},
    OPTION: {"isGated":false,"paths":[[[128],[91],[7],[8],[13],[5],[2],[104],[34],[0],[110]]]},
    OPTION2: {"isGated":false,"paths":[[[8]]]},
    OPTION3: {"isGated":false,"paths":[[[18]]]},
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[13],[5],[2],[104],[34],[0],[110]]]},
  },
  parenthesized: {
    OR: {"isGated":true,"paths":[[[91],[7]],[[2],[13],[5],[104],[34],[0],[110]]]},
    OR2: {"isGated":true,"paths":[[[2]],[[13],[5],[2],[104],[34],[0],[110]]]},
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[2],[13],[5],[104],[34],[0],[110]]]},
  },
  item: {
    OPTION: {"isGated":false,"paths":[[[112]]]},
  },
} satisfies Decisions as Decisions;
