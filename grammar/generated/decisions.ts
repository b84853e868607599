import type { Decisions } from '../lookahead.js';

/** What decides each choice of the grammar: see lookahead.ts. */
export const DECISIONS = {
  statement: {
    OR: {"isGated":false,"paths":[[[94],[7]],[[36]],[[92]],[[53]],[[61]],[[88]],[[39]],[[51]],[[48]],[[76]],[[77]],[[42]],[[67]],[[59]],[[43]],[[78]],[[89]],[[74]],[[31]],[[80]],[[41]],[[55]]]},
  },
  query: {
    MANY: {"isGated":false,"paths":[[[47],[86]]]},
    OPTION: {"isGated":false,"paths":[[[94]]]},
  },
  setOperator: {
    OR: {"isGated":false,"paths":[[[47]],[[86]]]},
    OPTION: {"isGated":false,"paths":[[[27]]]},
  },
  commonTables: {
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[0]]]},
  },
  selectStatement: {
    OPTION: {"isGated":false,"paths":[[[8]]]},
    OPTION2: {"isGated":false,"paths":[[[131],[13],[5],[2],[107],[34],[0],[113]]]},
  },
  selectTail: {
    MANY: {"isGated":false,"paths":[[[60],[38],[66],[63]]]},
    OPTION: {"isGated":false,"paths":[[[14]]]},
    OPTION4: {"isGated":false,"paths":[[[32],[81],[15]]]},
    OPTION2: {"isGated":false,"paths":[[[96]]]},
    OPTION3: {"isGated":false,"paths":[[[72]]]},
  },
  watchStatement: {
    OPTION: {"isGated":false,"paths":[[[131],[13],[5],[2],[107],[34],[0],[113]]]},
    OPTION2: {"isGated":false,"paths":[[[14]]]},
    OPTION3: {"isGated":false,"paths":[[[70]]]},
    OPTION4: {"isGated":false,"paths":[[[94]]]},
    OPTION5: {"isGated":false,"paths":[[[72]]]},
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[0],[108],[113]]]},
  },
  getStatement: {
    OPTION: {"isGated":false,"paths":[[[131],[13],[5],[2],[107],[34],[0],[113]]]},
    OPTION2: {"isGated":false,"paths":[[[14]]]},
    OPTION3: {"isGated":false,"paths":[[[10]]]},
    OPTION4: {"isGated":false,"paths":[[[96]]]},
    OPTION5: {"isGated":false,"paths":[[[72]]]},
  },
  insertStatement: {
    OR: {"isGated":false,"paths":[[[78]],[[9]]]},
    OPTION: {"isGated":false,"paths":[[[14]]]},
    OPTION2: {"isGated":false,"paths":[[[9]]]},
    OPTION3: {"isGated":false,"paths":[[[70]]]},
    OPTION4: {"isGated":false,"paths":[[[72]]]},
  },
  insertFrom: {
    OPTION: {"isGated":false,"paths":[[[14]]]},
    OPTION2: {"isGated":false,"paths":[[[10]]]},
  },
  conflictClause: {
    OR: {"isGated":false,"paths":[[[57]],[[88]]]},
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
    OPTION3: {"isGated":false,"paths":[[[72]]]},
  },
  flushStatement: {
    OPTION: {"isGated":false,"paths":[[[14]]]},
  },
  explainStatement: {
    OR: {"isGated":false,"paths":[[[94],[7]],[[36]],[[92]],[[53]],[[61]],[[88]],[[39]],[[51]],[[77]]]},
    OPTION: {"isGated":false,"paths":[[[28]]]},
  },
  queryDefinition: {
    OR: {"isGated":false,"paths":[[[94],[7]],[[36]],[[92]]]},
    OPTION: {"isGated":false,"paths":[[[113]]]},
  },
  parameters: {
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[0],[107]]]},
  },
  parameter: {
    OR: {"isGated":false,"paths":[[[0]],[[107]]]},
    OPTION: {"isGated":false,"paths":[[[126]]]},
  },
  runStatement: {
    OPTION: {"isGated":false,"paths":[[[113]]]},
    OPTION2: {"isGated":false,"paths":[[[13],[5],[2],[107],[34],[0],[113]]]},
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[13],[5],[2],[107],[34],[0],[113]]]},
  },
  letStatement: {
    OR: {"isGated":false,"paths":[[[0]],[[107]]]},
  },
  echoStatement: {
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[13],[5],[2],[107],[34],[0],[113]]]},
  },
  setStatement: {
    OPTION: {"isGated":false,"paths":[[[126]]]},
  },
  prepareStatement: {
    OPTION: {"isGated":false,"paths":[[[64]]]},
  },
  assertStatement: {
    OPTION: {"isGated":false,"paths":[[[112]]]},
  },
  showStatement: {
    OR: {"isGated":false,"paths":[[[83]],[[79]],[[75]],[[90]],[[50]],[[56]],[[49]]]},
    OPTION2: {"isGated":false,"paths":[[[106],[108],[113]]]},
    OPTION: {"isGated":false,"paths":[[[14],[108]]]},
    OPTION3: {"isGated":false,"paths":[[[14]]]},
    OPTION4: {"isGated":false,"paths":[[[72]]]},
  },
  describeStatement: {
    OPTION: {"isGated":false,"paths":[[[72]]]},
  },
  helpStatement: {
    OPTION: {"isGated":false,"paths":[[[1]]]},
  },
  topic: {
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[1]]]},
  },
  projections: {
    OR: {"isGated":false,"paths":[[[131]],[[13],[5],[2],[107],[34],[0],[113]]]},
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[13],[5],[2],[107],[34],[0],[113]]]},
  },
  projection: {
    OR: {"isGated":true,"paths":[[[13],[5],[2],[107],[34],[0],[113]],[[0]]]},
    OPTION: {"isGated":false,"paths":[[[18],[106]]]},
  },
  alias: {
    OR: {"isGated":false,"paths":[[[18]],[[106]]]},
    OR2: {"isGated":false,"paths":[[[0]],[[108]]]},
  },
  tableRef: {
    OR: {"isGated":false,"paths":[[[0]],[[108]],[[113]]]},
    OPTION: {"isGated":false,"paths":[[[18],[106]]]},
  },
  tableOrFile: {
    OR: {"isGated":false,"paths":[[[0]],[[108]]]},
  },
  place: {
    OR: {"isGated":true,"paths":[[[68]],[[73]],[[65]],[[56]],[[50]],[[0]]]},
    OR2: {"isGated":false,"paths":[[[102]],[[108]],[[131]]]},
    OR3: {"isGated":false,"paths":[[[105]],[[107]]]},
    OR4: {"isGated":false,"paths":[[[108]],[[113]]]},
    OPTION: {"isGated":false,"paths":[[[108]]]},
    OPTION2: {"isGated":false,"paths":[[[106],[108],[113]]]},
  },
  gateways: {
    OR: {"isGated":false,"paths":[[[106]],[[108]],[[113]]]},
  },
  placeNames: {
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[0],[108]]]},
  },
  placeName: {
    OR: {"isGated":false,"paths":[[[0]],[[108]]]},
  },
  rangeClause: {
    OR: {"isGated":false,"paths":[[[32]],[[81]],[[15]]]},
    OPTION: {"isGated":false,"paths":[[[95]]]},
  },
  moment: {
    OPTION: {"isGated":false,"paths":[[[26]]]},
  },
  joinClause: {
    OR: {"isGated":false,"paths":[[[60]],[[38]],[[66]]]},
    OPTION: {"isGated":false,"paths":[[[60],[38],[66]]]},
    OPTION2: {"isGated":false,"paths":[[[71]]]},
    OPTION3: {"isGated":false,"paths":[[[70]]]},
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
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[13],[5],[2],[107],[34],[0],[113]]]},
  },
  orderClause: {
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[13],[5],[2],[107],[34],[0],[113]]]},
  },
  orderItem: {
    OR: {"isGated":false,"paths":[[[30]],[[40]]]},
    OPTION: {"isGated":false,"paths":[[[30],[40]]]},
  },
  limitClause: {
    OPTION: {"isGated":false,"paths":[[[69]]]},
  },
  timeClauses: {
    OR: {"isGated":false,"paths":[[[46]],[[52]],[[87]]]},
    MANY: {"isGated":false,"paths":[[[46],[52],[87]]]},
  },
  watchClauses: {
    OR: {"isGated":false,"paths":[[[46]],[[52]],[[87]],[[94]],[[62]],[[64]],[[82]]]},
    MANY: {"isGated":false,"paths":[[[46],[52],[87],[94],[62],[64],[82]]]},
  },
  keepClause: {
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[5],[2],[107],[34],[0],[113]]]},
  },
  outputClause: {
    OR: {"isGated":true,"paths":[[[85]],[[0]]]},
    OR2: {"isGated":false,"paths":[[[91]],[[37]]]},
    MANY: {"isGated":false,"paths":[[[91],[37]]]},
    OPTION: {"isGated":false,"paths":[[[85]]]},
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
    OR: {"isGated":false,"paths":[[[3]],[[17]],[[13],[15],[14],[16],[58],[54]]]},
    OR2: {"isGated":false,"paths":[[[15]],[[14]],[[16],[58]],[[54]]]},
    OPTION: {"isGated":false,"paths":[[[3],[17],[13],[15],[14],[16],[58],[54]]]},
    OPTION2: {"isGated":false,"paths":[[[13]]]},
  },
  comparison: {
    OPTION: {"isGated":false,"paths":[[[115]]]},
  },
  isTest: {
    OR: {"isGated":false,"paths":[[[25]],[[0]]]},
    OPTION: {"isGated":false,"paths":[[[13]]]},
  },
  inTest: {
    OR: {"isGated":false,"paths":[[[113]],[[2],[107],[34],[0]]]},
    OPTION: {"isGated":false,"paths":[[[115]]]},
  },
  likeTest: {
    OR: {"isGated":false,"paths":[[[16]],[[58]]]},
  },
  hasTest: {
    OR: {"isGated":false,"paths":[[[29,113]],[[113]],[[0],[108],[105],[107]]]},
  },
  flags: {
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[0],[108],[105],[107]]]},
  },
  flag: {
    OR: {"isGated":false,"paths":[[[0]],[[108]],[[105]],[[107]]]},
  },
  arithmetic: {
    MANY: {"isGated":false,"paths":[[[4]]]},
  },
  unary: {
    OR: {"isGated":false,"paths":[[[2],[107],[34],[0]],[[113]]]},
    MANY: {"isGated":false,"paths":[[[5]]]},
    MANY2: {"isGated":false,"paths":[[[103]]]},
  },
  atom: {
    OR: {"isGated":true,"paths":[[[2]],[[107]],[[34]],[[34]],[[0]]]},
    OPTION: {"isGated":false,"paths":[[[113]]]},
  },
  caseBranches: {
    MANY: {"isGated":false,"paths":[[[93]]]},
    OPTION: {"isGated":false,"paths":[[[44]]]},
  },
  path: {
    MANY: {"isGated":false,"paths":[[[116]]]},
  },
  callArguments: {
    OR: {"isGated":true,"paths":[[[131]],[[94],[7]],[[8],[13],[5],[2],[107],[34],[0],[113]]]},
    OPTION: {"isGated":false,"paths":[[[131],[94],[7],[8],[13],[5],[2],[107],[34],[0],[113]]]},
    OPTION2: {"isGated":false,"paths":[[[8]]]},
    OPTION3: {"isGated":false,"paths":[[[18]]]},
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[13],[5],[2],[107],[34],[0],[113]]]},
  },
  parenthesized: {
    OR: {"isGated":true,"paths":[[[94],[7]],[[2],[13],[5],[107],[34],[0],[113]]]},
    OR2: {"isGated":true,"paths":[[[2]],[[13],[5],[2],[107],[34],[0],[113]]]},
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[2],[13],[5],[107],[34],[0],[113]]]},
  },
  item: {
    OPTION: {"isGated":false,"paths":[[[115]]]},
  },
} satisfies Decisions as Decisions;
